//! Row of `access_request_drafts`.

use chrono::{DateTime, Utc};
use sea_orm::entity::prelude::*;

use super::NoRelation as Relation;

#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "access_request_drafts")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    pub account_id: Uuid,
    pub sub_account_id: Option<Uuid>,
    pub kind: String,
    pub company_name: String,
    pub identifier_kind: String,
    pub lookup: String,
    pub shown: String,
    pub note: Option<String>,
    pub created_at: DateTime<Utc>,
    pub created_by_name: String,
    pub invited_at: Option<DateTime<Utc>>,
}

impl ActiveModelBehavior for ActiveModel {}
