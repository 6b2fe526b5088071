//! Row of `grant_batch_rows`.

use sea_orm::entity::prelude::*;

use super::NoRelation as Relation;

#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "grant_batch_rows")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub batch_id: Uuid,
    #[sea_orm(primary_key, auto_increment = false)]
    pub row_no: i64,
    pub grant_id: Option<Uuid>,
    pub company_name: Option<String>,
    pub outcome: String,
    pub errors: Option<String>,
}

impl ActiveModelBehavior for ActiveModel {}
