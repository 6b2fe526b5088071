//! Row of `account_identifiers`.

use sea_orm::entity::prelude::*;

use super::NoRelation as Relation;

#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "account_identifiers")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    pub account_id: Uuid,
    pub kind: String,
    pub lookup: String,
    pub shown: String,
    pub cipher: Option<Vec<u8>>,
}

impl ActiveModelBehavior for ActiveModel {}
