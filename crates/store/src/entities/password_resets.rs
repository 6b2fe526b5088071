//! Row of `password_resets`.

use chrono::{DateTime, Utc};
use sea_orm::entity::prelude::*;

use super::NoRelation as Relation;

#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "password_resets")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    pub user_id: Option<Uuid>,
    pub subject: String,
    pub questions: String,
    pub state: String,
    pub moment: DateTime<Utc>,
    pub wrong: i64,
    pub token_hash: Option<String>,
    pub created_at: DateTime<Utc>,
}

impl ActiveModelBehavior for ActiveModel {}
