//! Row of `api_clients`.

use chrono::{DateTime, Utc};
use sea_orm::entity::prelude::*;

use super::NoRelation as Relation;

#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "api_clients")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    pub account_id: Uuid,
    pub name: String,
    pub name_key: String,
    pub contact_email: String,
    pub state: String,
    pub scopes: String,
    pub pending_scopes: Option<String>,
    pub sub_accounts: Option<String>,
    pub networks: String,
    pub jwks: Option<String>,
    pub expires_at: DateTime<Utc>,
    pub created_at: DateTime<Utc>,
    pub created_by_name: String,
    pub approved_at: Option<DateTime<Utc>>,
    pub approved_by_name: Option<String>,
    pub ended_at: Option<DateTime<Utc>>,
    pub ended_by_name: Option<String>,
    pub last_used_at: Option<DateTime<Utc>>,
    pub last_used_network: Option<String>,
    pub version: i64,
}

impl ActiveModelBehavior for ActiveModel {}
