//! Row of `caller_verifications`.

use chrono::{DateTime, Utc};
use sea_orm::entity::prelude::*;

use super::NoRelation as Relation;

#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "caller_verifications")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    pub case_id: Uuid,
    pub person_id: Uuid,
    pub phrase: Vec<u8>,
    pub state: String,
    pub moment: DateTime<Utc>,
    pub wrong: i64,
    pub started_at: DateTime<Utc>,
    pub agent_id: Uuid,
    pub agent_name: String,
}

impl ActiveModelBehavior for ActiveModel {}
