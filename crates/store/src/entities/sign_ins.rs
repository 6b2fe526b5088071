//! Row of `sign_ins`.

use chrono::{DateTime, Utc};
use sea_orm::entity::prelude::*;

use super::NoRelation as Relation;

#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "sign_ins")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    pub user_id: Option<Uuid>,
    pub at: DateTime<Utc>,
    pub outcome: String,
    pub device: String,
    pub network: String,
}

impl ActiveModelBehavior for ActiveModel {}
