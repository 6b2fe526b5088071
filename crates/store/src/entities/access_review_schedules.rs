//! Row of `access_review_schedules`.

use chrono::{DateTime, Utc};
use sea_orm::entity::prelude::*;

use super::NoRelation as Relation;

#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "access_review_schedules")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub account_id: Uuid,
    pub due_days: i64,
    pub covers_members: bool,
    pub covers_outside: bool,
    pub when_unanswered: String,
    pub next_at: DateTime<Utc>,
    pub set_at: DateTime<Utc>,
    pub set_by_name: String,
}

impl ActiveModelBehavior for ActiveModel {}
