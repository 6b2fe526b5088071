//! Row of `sub_account_identifiers`.

use chrono::{DateTime, Utc};
use sea_orm::entity::prelude::*;

use super::NoRelation as Relation;

#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "sub_account_identifiers")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    pub sub_account_id: Uuid,
    pub account_id: Uuid,
    pub identifier_id: Uuid,
    pub added_at: DateTime<Utc>,
    pub added_by_name: String,
}

impl ActiveModelBehavior for ActiveModel {}
