//! Row of `grant_people`.

use chrono::{DateTime, Utc};
use sea_orm::entity::prelude::*;

use super::NoRelation as Relation;

#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "grant_people")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub grant_id: Uuid,
    #[sea_orm(primary_key, auto_increment = false)]
    pub user_id: Uuid,
    pub account_id: Uuid,
    pub structure: Option<bool>,
    pub records: Option<String>,
    pub reports: Option<bool>,
    pub users: Option<bool>,
    pub assigned_at: DateTime<Utc>,
    pub assigned_by_name: String,
}

impl ActiveModelBehavior for ActiveModel {}
