//! Row of `grant_sub_accounts`.

use sea_orm::entity::prelude::*;

use super::NoRelation as Relation;

#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "grant_sub_accounts")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub grant_id: Uuid,
    #[sea_orm(primary_key, auto_increment = false)]
    pub sub_account_id: Uuid,
    pub account_id: Uuid,
}

impl ActiveModelBehavior for ActiveModel {}
