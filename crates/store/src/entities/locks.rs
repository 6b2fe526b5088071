//! Row of `locks`.

use sea_orm::entity::prelude::*;

use super::NoRelation as Relation;

#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "locks")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub name: String,
}

impl ActiveModelBehavior for ActiveModel {}
