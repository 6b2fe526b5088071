//! Row of `terms_versions`.

use chrono::{DateTime, Utc};
use sea_orm::entity::prelude::*;

use super::NoRelation as Relation;

#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "terms_versions")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub version: i64,
    pub title: String,
    pub body: String,
    pub sha256: String,
    pub what_changed: String,
    pub published_at: DateTime<Utc>,
}

impl ActiveModelBehavior for ActiveModel {}
