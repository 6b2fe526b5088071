//! Row of `access_reviews`.

use chrono::{DateTime, Utc};
use sea_orm::entity::prelude::*;

use super::NoRelation as Relation;

#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "access_reviews")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    pub account_id: Uuid,
    pub name: String,
    pub covers_members: bool,
    pub covers_outside: bool,
    pub when_unanswered: String,
    pub note: Option<String>,
    pub scheduled: bool,
    pub started_at: DateTime<Utc>,
    pub started_by_name: String,
    pub due_at: DateTime<Utc>,
    pub closed_at: Option<DateTime<Utc>>,
    pub cancel_reason: Option<String>,
    pub told_at: Option<DateTime<Utc>>,
}

impl ActiveModelBehavior for ActiveModel {}
