//! Row of `grant_changes`.

use chrono::{DateTime, Utc};
use sea_orm::entity::prelude::*;

use super::NoRelation as Relation;

#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "grant_changes")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub grant_id: Uuid,
    pub all_sub_accounts: bool,
    pub sub_account_ids: String,
    pub top_level: bool,
    pub structure: bool,
    pub records: String,
    pub reports: bool,
    pub users: bool,
    pub purpose: String,
    pub ends_at: Option<DateTime<Utc>>,
    pub proposed_at: DateTime<Utc>,
    pub proposed_by_name: String,
}

impl ActiveModelBehavior for ActiveModel {}
