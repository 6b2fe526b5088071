//! Row of `transfers`.

use chrono::{DateTime, Utc};
use sea_orm::entity::prelude::*;

use super::NoRelation as Relation;

#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "transfers")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    pub company_id: Uuid,
    pub activity: String,
    pub from_account_id: Uuid,
    pub to_account_id: Uuid,
    pub shared_identifiers: Option<String>,
    pub reason: String,
    pub preview: String,
    pub preview_version: String,
    pub state: String,
    pub proposed_at: DateTime<Utc>,
    pub proposed_by_name: String,
    pub decided_at: Option<DateTime<Utc>>,
    pub decided_by_name: Option<String>,
    pub decision_reason: Option<String>,
}

impl ActiveModelBehavior for ActiveModel {}
