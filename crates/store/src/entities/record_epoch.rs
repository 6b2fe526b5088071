//! Row of `record_epoch`.

use chrono::{DateTime, Utc};
use sea_orm::entity::prelude::*;

use super::NoRelation as Relation;

#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "record_epoch")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: i64,
    pub facts: i64,
    pub months: i64,
    pub changed_at: Option<DateTime<Utc>>,
}

impl ActiveModelBehavior for ActiveModel {}
