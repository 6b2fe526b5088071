//! Row of `users`.

use chrono::{DateTime, Utc};
use sea_orm::entity::prelude::*;

use super::NoRelation as Relation;

#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "users")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    pub user_name: Option<String>,
    pub user_key: Option<String>,
    pub given_name: String,
    pub family_name: String,
    pub name_key: String,
    pub email: String,
    pub email_key: String,
    pub phone: Option<String>,
    pub staff_role: Option<String>,
    pub password_hash: Option<String>,
    pub password_changed_at: Option<DateTime<Utc>>,
    pub must_change_password: bool,
    pub temporary_hash: Option<String>,
    pub temporary_expires_at: Option<DateTime<Utc>>,
    pub failed_count: i64,
    pub locked_at: Option<DateTime<Utc>>,
    pub suspended_at: Option<DateTime<Utc>>,
    pub suspended_by_kind: Option<String>,
    pub suspended_reason: Option<String>,
    pub dormancy_starts_at: DateTime<Utc>,
    pub last_sign_in_at: Option<DateTime<Utc>>,
    pub last_sign_in_device: Option<String>,
    pub last_sign_in_network: Option<String>,
    pub terms_version: Option<i64>,
    pub has_challenge_questions: bool,
    pub time_zone: String,
    pub language: String,
    pub theme: String,
    pub density: String,
    pub created_at: DateTime<Utc>,
    pub version: i64,
}

impl ActiveModelBehavior for ActiveModel {}
