//! What changes about a person, collected and saved in one statement. Reading is in the module above.

use chrono::{DateTime, Utc};
use quaymaster_domain::ids::UserId;
use quaymaster_domain::locks::UserLockFacts;
use quaymaster_domain::members::StaffRole;
use sea_orm::{ActiveModelTrait, ActiveValue::Set, ColumnTrait, EntityTrait, QueryFilter};

use super::{LastSignIn, Preferences, name_key};
use crate::db::{WriteTx, sealed::Sealed};
use crate::entities::users::{Column, Entity};
use crate::error::StoreError;

/// Which of a person's changing facts to write. Only the fields that are set are written.
#[derive(Default)]
pub struct UserChange(crate::entities::users::ActiveModel);

impl UserChange {
    /// Sets User ID, once.
    #[must_use]
    pub fn user_name(mut self, name: &str) -> Self {
        self.0.user_key = Set(Some(name.to_lowercase()));
        self.0.user_name = Set(Some(name.to_owned()));
        self
    }

    /// Sets the address under which the person is unique from now on.
    #[must_use]
    pub fn email_key(mut self, key: String) -> Self {
        self.0.email_key = Set(key);
        self
    }

    /// Sets a password that the person chose; a temporary one is forgotten.
    #[must_use]
    pub fn password(mut self, hash: String, at: DateTime<Utc>) -> Self {
        self.0.password_hash = Set(Some(hash));
        self.0.password_changed_at = Set(Some(at));
        self.0.must_change_password = Set(false);
        self.0.temporary_hash = Set(None);
        self.0.temporary_expires_at = Set(None);
        self
    }

    /// No password lets the person in until a new one is made, a temporary one neither.
    #[must_use]
    pub fn no_password(mut self) -> Self {
        self.0.password_hash = Set(None);
        self.0.temporary_hash = Set(None);
        self.0.temporary_expires_at = Set(None);
        self
    }

    /// Replaces the stored hash of the same password by one with stronger parameters.
    #[must_use]
    pub fn rehashed(mut self, hash: String) -> Self {
        self.0.password_hash = Set(Some(hash));
        self
    }

    /// Sets or clears the temporary password.
    #[must_use]
    pub fn temporary(mut self, temporary: Option<(String, DateTime<Utc>)>) -> Self {
        let (hash, until) = temporary.unzip();
        self.0.temporary_hash = Set(hash);
        self.0.temporary_expires_at = Set(until);
        self
    }

    /// A new password must be created before anything else works.
    #[must_use]
    pub fn must_change_password(mut self, must: bool) -> Self {
        self.0.must_change_password = Set(must);
        self
    }

    /// Sets the count of failures and since when they lock.
    #[must_use]
    pub fn failures(mut self, count: i64, locked_at: Option<DateTime<Utc>>) -> Self {
        self.0.failed_count = Set(count);
        self.0.locked_at = Set(locked_at);
        self
    }

    /// Restarts the clock of the 45 days.
    #[must_use]
    pub fn dormancy_restart(mut self, at: DateTime<Utc>) -> Self {
        self.0.dormancy_starts_at = Set(at);
        self
    }

    /// Writes the facts that decide about locks.
    #[must_use]
    pub fn lock_facts(self, facts: &UserLockFacts) -> Self {
        let suspension = facts
            .suspended
            .as_ref()
            .map(|s| (s.since, s.by.as_str(), s.reason.as_str()));
        self.failures(i64::from(facts.attempts.failed), facts.attempts.locked_at)
            .dormancy_restart(facts.last_active_at)
            .suspension(suspension)
    }

    /// Suspends (since, by whose role, why) or lifts the suspension.
    #[must_use]
    pub fn suspension(mut self, suspension: Option<(DateTime<Utc>, &str, &str)>) -> Self {
        self.0.suspended_at = Set(suspension.map(|s| s.0));
        self.0.suspended_by_kind = Set(suspension.map(|s| s.1.to_owned()));
        self.0.suspended_reason = Set(suspension.map(|s| s.2.to_owned()));
        self
    }

    /// Keeps a sign-in; the 45 days begin anew.
    #[must_use]
    pub fn signed_in(mut self, sign_in: &LastSignIn) -> Self {
        self.0.last_sign_in_at = Set(Some(sign_in.at));
        self.0.last_sign_in_device = Set(Some(sign_in.device.clone()));
        self.0.last_sign_in_network = Set(Some(sign_in.network.clone()));
        self.0.dormancy_starts_at = Set(sign_in.at);
        self
    }

    /// Keeps the accepted version of the terms.
    #[must_use]
    pub fn terms(mut self, version: i64) -> Self {
        self.0.terms_version = Set(Some(version));
        self
    }

    /// Notes that questions were chosen.
    #[must_use]
    pub fn challenge_questions_chosen(mut self) -> Self {
        self.0.has_challenge_questions = Set(true);
        self
    }

    /// Changes the profile. The caller gives the whole of it, so that the sort key stays right.
    #[must_use]
    pub fn profile(mut self, given_name: &str, family_name: &str, phone: Option<&str>) -> Self {
        self.0.name_key = Set(name_key(given_name, family_name));
        self.0.given_name = Set(given_name.to_owned());
        self.0.family_name = Set(family_name.to_owned());
        self.0.phone = Set(phone.map(str::to_owned));
        self
    }

    /// Changes the preferences.
    #[must_use]
    pub fn preferences(mut self, preferences: Preferences) -> Self {
        let Preferences {
            time_zone,
            language,
            theme,
            density,
        } = preferences;
        self.0.time_zone = Set(time_zone);
        self.0.language = Set(language);
        self.0.theme = Set(theme);
        self.0.density = Set(density);
        self
    }

    /// Changes the role among the staff.
    #[must_use]
    pub fn staff_role(mut self, role: Option<StaffRole>) -> Self {
        self.0.staff_role = Set(role.map(|r| r.as_str().to_owned()));
        self
    }

    /// Sets the version that follows the one that was read.
    #[must_use]
    pub fn next_version(mut self, read: i64) -> Self {
        self.0.version = Set(read + 1);
        self
    }
}

/// Writes the change.
///
/// # Errors
/// [`Constraint::UserKey`](crate::constraint::Constraint::UserKey) when the User ID is taken.
pub async fn update(tx: &WriteTx, id: UserId, change: UserChange) -> Result<(), StoreError> {
    if change.0.is_changed() {
        // Not `update`, which would read the whole row back.
        Entity::update_many()
            .set(change.0)
            .filter(Column::Id.eq(id.0))
            .exec(&tx.conn())
            .await?;
    }
    Ok(())
}
