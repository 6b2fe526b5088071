//! Row of `report_deliveries`.

use chrono::{DateTime, Utc};
use sea_orm::entity::prelude::*;

use super::NoRelation as Relation;

#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "report_deliveries")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    pub schedule_id: Uuid,
    pub owner_id: Uuid,
    pub user_id: Uuid,
    pub due_at: DateTime<Utc>,
    pub schedule_name: String,
    pub report_name: String,
    pub format: String,
    pub state: String,
    pub detail: Option<String>,
    pub attempts: i64,
    pub next_attempt_at: DateTime<Utc>,
    pub run_id: Option<Uuid>,
    pub row_count: Option<i64>,
    pub at: DateTime<Utc>,
    pub read_at: Option<DateTime<Utc>>,
}

impl ActiveModelBehavior for ActiveModel {}
