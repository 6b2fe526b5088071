//! Row of `record_import_errors`.

use sea_orm::entity::prelude::*;

use super::NoRelation as Relation;

#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "record_import_errors")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub import_id: Uuid,
    #[sea_orm(primary_key, auto_increment = false)]
    pub row_no: i64,
    #[sea_orm(primary_key, auto_increment = false)]
    pub ordinal: i64,
    pub entry_number: Option<String>,
    pub column_name: String,
    pub code: String,
    pub detail: String,
}

impl ActiveModelBehavior for ActiveModel {}
