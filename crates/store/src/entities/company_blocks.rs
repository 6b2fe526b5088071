//! Row of `company_blocks`.

use chrono::{DateTime, Utc};
use sea_orm::entity::prelude::*;

use super::NoRelation as Relation;

#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "company_blocks")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub account_id: Uuid,
    #[sea_orm(primary_key, auto_increment = false)]
    pub company_id: Uuid,
    pub reason: Option<String>,
    pub reported: bool,
    pub blocked_at: DateTime<Utc>,
    pub blocked_by_name: String,
}

impl ActiveModelBehavior for ActiveModel {}
