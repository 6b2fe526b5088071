//! Row of `cases`.

use chrono::{DateTime, Utc};
use sea_orm::entity::prelude::*;

use super::NoRelation as Relation;

#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "cases")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    pub serial: i64,
    pub topic: String,
    pub subject: String,
    pub state: String,
    pub state_since: DateTime<Utc>,
    pub opened_at: DateTime<Utc>,
    pub opened_by: Option<Uuid>,
    pub opened_by_name: String,
    pub typed_user_id: Option<String>,
    pub account_id: Option<Uuid>,
    pub person_id: Option<Uuid>,
    pub agent_id: Option<Uuid>,
    pub agent_name: Option<String>,
    pub relay_due_at: Option<DateTime<Utc>>,
}

impl ActiveModelBehavior for ActiveModel {}
