//! Row of `access_review_items`.

use chrono::{DateTime, Utc};
use sea_orm::entity::prelude::*;

use super::NoRelation as Relation;

#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "access_review_items")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    pub review_id: Uuid,
    pub account_id: Uuid,
    pub user_id: Uuid,
    pub grant_id: Option<Uuid>,
    pub name_key: String,
    pub person_name: String,
    pub company_name: String,
    pub role: Option<String>,
    pub access_summary: String,
    pub grant_version: Option<i64>,
    pub last_used_at: Option<DateTime<Utc>>,
    pub decision: Option<String>,
    pub reason: Option<String>,
    pub changed_to: Option<String>,
    pub decided_at: Option<DateTime<Utc>>,
    pub decided_by_name: Option<String>,
    pub lapses_at: Option<DateTime<Utc>>,
    pub has_left: bool,
}

impl ActiveModelBehavior for ActiveModel {}
