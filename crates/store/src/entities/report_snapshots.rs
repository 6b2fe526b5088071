//! Row of `report_snapshots`.

use chrono::{DateTime, Utc};
use sea_orm::entity::prelude::*;

use super::NoRelation as Relation;

#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "report_snapshots")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    pub cache_key: String,
    pub facts: String,
    pub row_count: i64,
    pub limit_reached: bool,
    pub complete: bool,
    pub made_at: DateTime<Utc>,
    pub expires_at: DateTime<Utc>,
}

impl ActiveModelBehavior for ActiveModel {}
