//! Row of `report_schedules`.

use chrono::{DateTime, Utc};
use sea_orm::entity::prelude::*;

use super::NoRelation as Relation;

#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "report_schedules")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    pub owner_id: Uuid,
    pub account_id: Option<Uuid>,
    pub report_key: String,
    pub report_name: String,
    pub name: String,
    pub timing: String,
    pub prompts: String,
    pub format: String,
    pub skip_if_empty: bool,
    pub by_mail: bool,
    pub state: String,
    pub paused_because: Option<String>,
    pub next_at: Option<DateTime<Utc>>,
    pub last_run_at: Option<DateTime<Utc>>,
    pub last_result: Option<String>,
    pub failures: i64,
    pub created_at: DateTime<Utc>,
    pub version: i64,
}

impl ActiveModelBehavior for ActiveModel {}
