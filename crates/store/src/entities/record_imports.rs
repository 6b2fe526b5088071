//! Row of `record_imports`.

use chrono::{DateTime, Utc};
use sea_orm::entity::prelude::*;

use super::NoRelation as Relation;

#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "record_imports")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    pub account_id: Uuid,
    pub format: String,
    pub file_name: Option<String>,
    pub file: Option<String>,
    pub state: String,
    pub phase: String,
    pub failure: Option<String>,
    pub notes: String,
    pub state_at: DateTime<Utc>,
    pub bytes_total: i64,
    pub bytes_read: i64,
    pub rows_total: i64,
    pub rows_done: i64,
    pub rows_unfit: i64,
    pub rows_left: i64,
    pub rows_duplicate: i64,
    pub entries_new: i64,
    pub entries_updated: i64,
    pub entries_unchanged: i64,
    pub entries_older: i64,
    pub entries_refused: i64,
    pub checkpoint: Option<String>,
    pub cancel_asked: bool,
    pub worker: Option<String>,
    pub lease_until: Option<DateTime<Utc>>,
    pub created_at: DateTime<Utc>,
    pub started_at: Option<DateTime<Utc>>,
    pub updated_at: DateTime<Utc>,
    pub finished_at: Option<DateTime<Utc>>,
    pub by_user: Option<Uuid>,
    pub by_client: Option<Uuid>,
    pub by_name: String,
}

impl ActiveModelBehavior for ActiveModel {}
