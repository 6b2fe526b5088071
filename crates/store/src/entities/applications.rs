//! Row of `applications`.

use chrono::{DateTime, Utc};
use sea_orm::entity::prelude::*;

use super::NoRelation as Relation;

#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "applications")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    pub token_hash: String,
    pub state: String,
    pub company_name: Option<String>,
    pub company_key: String,
    pub identifier_kind: Option<String>,
    pub lookup: Option<String>,
    pub shown: Option<String>,
    pub cipher: Option<Vec<u8>>,
    pub activity: Option<String>,
    pub owner_given_name: Option<String>,
    pub owner_family_name: Option<String>,
    pub email: Option<String>,
    pub phone: Option<String>,
    pub officer_name: Option<String>,
    pub officer_title: Option<String>,
    pub officer_acknowledges: bool,
    pub review_note: Option<String>,
    pub code_hash: Option<String>,
    pub code_sent_at: Option<DateTime<Utc>>,
    pub code_tries: i64,
    pub created_at: DateTime<Utc>,
    pub updated_at: DateTime<Utc>,
    pub expires_at: Option<DateTime<Utc>>,
    pub submitted_at: Option<DateTime<Utc>>,
    pub code_confirmed_at: Option<DateTime<Utc>>,
    pub waiting_since: Option<DateTime<Utc>>,
    pub decided_at: Option<DateTime<Utc>>,
    pub decided_by_name: Option<String>,
    pub decision_reason: Option<String>,
    pub account_id: Option<Uuid>,
    pub version: i64,
}

impl ActiveModelBehavior for ActiveModel {}
