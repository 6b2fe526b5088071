//! Row of `owner_successions`.

use chrono::{DateTime, Utc};
use sea_orm::entity::prelude::*;

use super::NoRelation as Relation;

#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "owner_successions")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    pub account_id: Uuid,
    pub kind: String,
    pub state: String,
    pub owner_user_id: Uuid,
    pub owner_name: String,
    pub successor_user_id: Uuid,
    pub former_owner_role: String,
    pub reason: String,
    pub asked_at: DateTime<Utc>,
    pub asked_by_name: String,
    pub takes_over_on: Option<String>,
    pub completes_after: Option<DateTime<Utc>>,
    pub waiting_days: Option<i64>,
    pub decided_at: Option<DateTime<Utc>>,
    pub decided_by_name: Option<String>,
    pub decision_reason: Option<String>,
}

impl ActiveModelBehavior for ActiveModel {}
