//! Row of `audit_events`.

use chrono::{DateTime, Utc};
use sea_orm::entity::prelude::*;

use super::NoRelation as Relation;

#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "audit_events")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    pub at: DateTime<Utc>,
    pub actor_kind: String,
    pub actor_id: Option<Uuid>,
    pub actor_name: String,
    pub on_behalf_of: Option<Uuid>,
    pub action: String,
    pub permit: String,
    pub subject_kind: String,
    pub subject_id: Option<String>,
    pub subject_label: String,
    pub account_id: Option<Uuid>,
    pub company_id: Option<Uuid>,
    pub session_id: Option<Uuid>,
    pub request_id: String,
    pub network: String,
    pub reason: Option<String>,
    pub before: Option<String>,
    pub after: Option<String>,
}

impl ActiveModelBehavior for ActiveModel {}
