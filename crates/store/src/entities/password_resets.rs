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
    pub created_at: DateTime<Utc>,
    pub token_hash: Option<String>,
    pub link_expires_at: Option<DateTime<Utc>>,
    pub redeemed_at: Option<DateTime<Utc>>,
}

impl ActiveModelBehavior for ActiveModel {}
