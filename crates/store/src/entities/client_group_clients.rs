//! Row of `client_group_clients`.

use chrono::{DateTime, Utc};
use sea_orm::entity::prelude::*;

use super::NoRelation as Relation;

#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "client_group_clients")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub group_id: Uuid,
    #[sea_orm(primary_key, auto_increment = false)]
    pub client_account_id: Uuid,
    pub account_id: Uuid,
    pub added_at: DateTime<Utc>,
    pub added_by_name: String,
}

impl ActiveModelBehavior for ActiveModel {}
