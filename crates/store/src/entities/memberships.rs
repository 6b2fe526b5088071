//! Row of `memberships`.

use chrono::{DateTime, Utc};
use sea_orm::entity::prelude::*;

use super::NoRelation as Relation;
use crate::row::in_order;

#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "memberships")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub account_id: Uuid,
    #[sea_orm(primary_key, auto_increment = false)]
    pub user_id: Uuid,
    pub role: String,
    pub since: DateTime<Utc>,
    pub version: i64,
}

in_order!(Model {
    memberships.account_id,
    memberships.user_id,
    memberships.role,
    memberships.since,
    memberships.version,
});

impl ActiveModelBehavior for ActiveModel {}
