//! Row of `pending_identifiers`.

use chrono::{DateTime, Utc};
use sea_orm::entity::prelude::*;

use super::NoRelation as Relation;

#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "pending_identifiers")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    pub account_id: Uuid,
    pub sub_account_id: Uuid,
    pub kind: String,
    pub lookup: String,
    pub shown: String,
    pub cipher: Option<Vec<u8>>,
    pub state: String,
    pub requested_at: DateTime<Utc>,
    pub requested_by_name: String,
    pub decided_at: Option<DateTime<Utc>>,
    pub decided_by_name: Option<String>,
    pub reason: Option<String>,
}

impl ActiveModelBehavior for ActiveModel {}
