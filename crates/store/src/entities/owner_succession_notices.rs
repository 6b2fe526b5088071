//! Row of `owner_succession_notices`.

use chrono::{DateTime, Utc};
use sea_orm::entity::prelude::*;

use super::NoRelation as Relation;

#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "owner_succession_notices")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    pub succession_id: Uuid,
    pub whom: String,
    pub name: String,
    pub token_hash: String,
    pub told_at: DateTime<Utc>,
}

impl ActiveModelBehavior for ActiveModel {}
