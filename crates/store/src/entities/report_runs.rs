//! Row of `report_runs`.

use chrono::{DateTime, Utc};
use sea_orm::entity::prelude::*;

use super::NoRelation as Relation;

#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "report_runs")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    pub user_id: Uuid,
    pub account_id: Option<Uuid>,
    pub report_key: Option<String>,
    pub schedule_id: Option<Uuid>,
    pub name: String,
    pub definition: String,
    pub prompts: String,
    pub cache_key: String,
    pub scope_digest: String,
    pub state: String,
    pub lane: String,
    pub rows_written: i64,
    pub rows_expected: Option<i64>,
    pub limit_reached: bool,
    pub from_cache: bool,
    pub cancel_asked: bool,
    pub leader_id: Option<Uuid>,
    pub snapshot_id: Option<Uuid>,
    pub failure: Option<String>,
    pub queued_at: DateTime<Utc>,
    pub taken_at: Option<DateTime<Utc>>,
    pub started_at: Option<DateTime<Utc>>,
    pub finished_at: Option<DateTime<Utc>>,
    pub expires_at: Option<DateTime<Utc>>,
}

impl ActiveModelBehavior for ActiveModel {}
