//! Row of `sessions`.

use chrono::{DateTime, Utc};
use sea_orm::entity::prelude::*;

use super::NoRelation as Relation;
use crate::row::in_order;

#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "sessions")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    pub user_id: Uuid,
    pub created_at: DateTime<Utc>,
    pub last_used_at: DateTime<Utc>,
    pub authenticated_at: DateTime<Utc>,
    pub absolute_expires_at: DateTime<Utc>,
    pub ended_at: Option<DateTime<Utc>>,
    pub end_reason: Option<String>,
    pub device: String,
    pub network: String,
}

in_order!(Model {
    sessions.id,
    sessions.user_id,
    sessions.created_at,
    sessions.last_used_at,
    sessions.authenticated_at,
    sessions.absolute_expires_at,
    sessions.ended_at,
    sessions.end_reason,
    sessions.device,
    sessions.network,
});

impl ActiveModelBehavior for ActiveModel {}
