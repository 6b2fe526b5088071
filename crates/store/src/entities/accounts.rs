//! Row of `accounts`.

use chrono::{DateTime, Utc};
use sea_orm::entity::prelude::*;

use super::NoRelation as Relation;
use crate::row::in_order;

#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "accounts")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    pub company_id: Uuid,
    pub account_number: String,
    pub serial: i64,
    pub name: String,
    pub name_key: String,
    pub state: String,
    pub owner_user_id: Uuid,
    pub owner_role: String,
    pub created_at: DateTime<Utc>,
    pub version: i64,
    pub closed_at: Option<DateTime<Utc>>,
    pub merged_into_id: Option<Uuid>,
}

in_order!(Model {
    accounts.id,
    accounts.company_id,
    accounts.account_number,
    accounts.serial,
    accounts.name,
    accounts.name_key,
    accounts.state,
    accounts.owner_user_id,
    accounts.owner_role,
    accounts.created_at,
    accounts.version,
    accounts.closed_at,
    accounts.merged_into_id,
});

impl ActiveModelBehavior for ActiveModel {}
