//! Row of `grants`.

use chrono::{DateTime, Utc};
use sea_orm::entity::prelude::*;

use super::NoRelation as Relation;

#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "grants")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    pub grantor_account_id: Uuid,
    pub recipient_account_id: Uuid,
    pub grantor_key: String,
    pub recipient_key: String,
    pub grantor_shown: Option<String>,
    pub started_by: String,
    pub suppressed: bool,
    pub state: String,
    pub state_at: DateTime<Utc>,
    pub state_by: Option<String>,
    pub ended_how: Option<String>,
    pub state_reason: Option<String>,
    pub all_sub_accounts: bool,
    pub top_level: bool,
    pub structure: bool,
    pub records: String,
    pub reports: bool,
    pub users: bool,
    pub purpose: String,
    pub starts_at: Option<DateTime<Utc>>,
    pub ends_at: Option<DateTime<Utc>>,
    pub identifier_kind: Option<String>,
    pub identifier_shown: Option<String>,
    pub batch_id: Option<Uuid>,
    pub created_at: DateTime<Utc>,
    pub created_by_name: String,
    pub version: i64,
}

impl ActiveModelBehavior for ActiveModel {}
