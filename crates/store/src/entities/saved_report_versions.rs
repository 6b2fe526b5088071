//! Row of `saved_report_versions`.

use chrono::{DateTime, Utc};
use sea_orm::entity::prelude::*;

use super::NoRelation as Relation;

#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "saved_report_versions")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub report_id: Uuid,
    #[sea_orm(primary_key, auto_increment = false)]
    pub version: i64,
    pub definition: String,
    pub saved_at: DateTime<Utc>,
}

impl ActiveModelBehavior for ActiveModel {}
