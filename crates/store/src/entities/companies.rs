//! Row of `companies`.

use chrono::{DateTime, Utc};
use sea_orm::entity::prelude::*;

use super::NoRelation as Relation;
use crate::row::in_order;

#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "companies")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    pub name: String,
    pub name_key: String,
    pub party_id: Option<Uuid>,
    pub created_at: DateTime<Utc>,
    pub version: i64,
}

in_order!(Model {
    companies.id,
    companies.name,
    companies.name_key,
    companies.party_id,
    companies.created_at,
    companies.version,
});

impl ActiveModelBehavior for ActiveModel {}
