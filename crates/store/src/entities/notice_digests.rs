//! Row of `notice_digests`.

use chrono::{DateTime, Utc};
use sea_orm::entity::prelude::*;

use super::NoRelation as Relation;

#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "notice_digests")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub user_id: Uuid,
    pub digest: String,
    pub told_until: DateTime<Utc>,
    pub next_at: DateTime<Utc>,
}

impl ActiveModelBehavior for ActiveModel {}
