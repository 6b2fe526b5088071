//! Row of `report_shares`.

use chrono::{DateTime, Utc};
use sea_orm::entity::prelude::*;

use super::NoRelation as Relation;

#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "report_shares")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    pub report_id: Uuid,
    pub audience: String,
    pub account_id: Uuid,
    pub user_id: Option<Uuid>,
    pub target: String,
    pub shared_at: DateTime<Utc>,
}

impl ActiveModelBehavior for ActiveModel {}
