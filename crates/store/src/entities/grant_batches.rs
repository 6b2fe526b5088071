//! Row of `grant_batches`.

use chrono::{DateTime, Utc};
use sea_orm::entity::prelude::*;

use super::NoRelation as Relation;

#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "grant_batches")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    pub account_id: Uuid,
    pub file_name: Option<String>,
    pub rows_total: i64,
    pub rows_ok: i64,
    pub rows_refused: i64,
    pub created_at: DateTime<Utc>,
    pub created_by_name: String,
}

impl ActiveModelBehavior for ActiveModel {}
