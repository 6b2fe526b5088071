//! Row of `case_actions`.

use chrono::{DateTime, Utc};
use sea_orm::entity::prelude::*;

use super::NoRelation as Relation;

#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "case_actions")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    pub case_id: Uuid,
    pub person_id: Uuid,
    pub kind: String,
    pub reason: String,
    pub state: String,
    pub asked_at: DateTime<Utc>,
    pub agent_id: Uuid,
    pub agent_name: String,
    pub done_at: Option<DateTime<Utc>>,
    pub second_agent_id: Option<Uuid>,
    pub second_agent_name: Option<String>,
}

impl ActiveModelBehavior for ActiveModel {}
