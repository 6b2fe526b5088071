//! Row of `users`.

use chrono::{DateTime, Utc};
use sea_orm::entity::prelude::*;

use super::NoRelation as Relation;
use crate::row::in_order;

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

in_order!(Model {
    users.id,
    users.user_name,
    users.user_key,
    users.given_name,
    users.family_name,
    users.name_key,
    users.email,
    users.email_key,
    users.phone,
    users.staff_role,
    users.password_hash,
    users.password_changed_at,
    users.must_change_password,
    users.temporary_hash,
    users.temporary_expires_at,
    users.failed_count,
    users.locked_at,
    users.suspended_at,
    users.suspended_by_kind,
    users.suspended_reason,
    users.dormancy_starts_at,
    users.last_sign_in_at,
    users.last_sign_in_device,
    users.last_sign_in_network,
    users.terms_version,
    users.has_challenge_questions,
    users.time_zone,
    users.language,
    users.theme,
    users.density,
    users.created_at,
    users.version,
});

impl ActiveModelBehavior for ActiveModel {}
