//! Row of `grant_reports`.

use chrono::{DateTime, Utc};
use sea_orm::entity::prelude::*;

use super::NoRelation as Relation;

#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "grant_reports")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    pub account_id: Uuid,
    pub company_id: Uuid,
    pub grant_id: Uuid,
    pub reason: Option<String>,
    pub state: String,
    pub created_at: DateTime<Utc>,
    pub created_by_name: String,
    pub closed_at: Option<DateTime<Utc>>,
    pub closed_by_name: Option<String>,
    pub outcome: Option<String>,
}

impl ActiveModelBehavior for ActiveModel {}
