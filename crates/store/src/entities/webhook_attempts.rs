//! Row of `webhook_attempts`.

use chrono::{DateTime, Utc};
use sea_orm::entity::prelude::*;

use super::NoRelation as Relation;

#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "webhook_attempts")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub delivery_id: Uuid,
    #[sea_orm(primary_key, auto_increment = false)]
    pub number: i64,
    pub at: DateTime<Utc>,
    pub millis: i64,
    pub outcome: String,
    pub status: Option<i64>,
    pub detail: String,
    pub response: Option<String>,
}

impl ActiveModelBehavior for ActiveModel {}
