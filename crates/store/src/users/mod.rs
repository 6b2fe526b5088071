//! People: identity, credentials, lock facts. The finders without a scope serve signing in and the acts of a service
//! that has already asked the policy about the account.

mod change;

use chrono::{DateTime, Utc};
use quaymaster_domain::ids::UserId;
use quaymaster_domain::locks::{Attempts, SuspendedBy, Suspension, UserLockFacts};
use quaymaster_domain::members::StaffRole;
use quaymaster_domain::people::Reason;
use sea_orm::{ColumnTrait, EntityTrait, IntoActiveModel, QueryFilter, QuerySelect};

use crate::db::{Handle, WriteTx, sealed::Sealed};
use crate::entities::users::{Column, Entity, Model};
use crate::error::{StoreError, corrupt};

pub use change::{UserChange, update};

/// Everything that is kept about one person, without secrets in `Debug`.
#[derive(Clone)]
pub struct User {
    /// Identity.
    pub id: UserId,
    /// The User ID as written; empty until the invitation is redeemed.
    pub user_name: Option<String>,
    /// Given name.
    pub given_name: String,
    /// Family name.
    pub family_name: String,
    /// E-mail address on file.
    pub email: String,
    /// Phone number.
    pub phone: Option<String>,
    /// Role among the staff.
    pub staff_role: Option<StaffRole>,
    /// Hash of the password; empty until one was chosen.
    pub password_hash: Option<String>,
    /// When it was last changed.
    pub password_changed_at: Option<DateTime<Utc>>,
    /// A new password must be created before anything else works.
    pub must_change_password: bool,
    /// Hash of a temporary password.
    pub temporary_hash: Option<String>,
    /// Until when the temporary password works.
    pub temporary_expires_at: Option<DateTime<Utc>>,
    /// Consecutive failures.
    pub failed_count: i64,
    /// Since when locked by failures.
    pub locked_at: Option<DateTime<Utc>>,
    /// Since when suspended.
    pub suspended_at: Option<DateTime<Utc>>,
    /// `owner`, `proxy` or `staff`.
    pub suspended_by_kind: Option<String>,
    /// The reason given.
    pub suspended_reason: Option<String>,
    /// When the 45 days last began to count.
    pub dormancy_starts_at: DateTime<Utc>,
    /// The last sign-in.
    pub last_sign_in: Option<LastSignIn>,
    /// The version of the terms last accepted.
    pub terms_version: Option<i64>,
    /// True once five questions were chosen.
    pub has_challenge_questions: bool,
    /// Preferences: IANA time zone, language tag, `light`/`dark`/`system`, `comfortable`/`compact`.
    pub preferences: Preferences,
    /// When the person was invited or made.
    pub created_at: DateTime<Utc>,
    /// For `If-Match`.
    pub version: i64,
}

/// A sign-in as shown to owner and proxies.
#[derive(Clone, Debug)]
pub struct LastSignIn {
    /// When.
    pub at: DateTime<Utc>,
    /// Browser and system in words.
    pub device: String,
    /// Network address, shortened.
    pub network: String,
}

/// How a person wants the screens.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Preferences {
    /// IANA name.
    pub time_zone: String,
    /// BCP 47 tag.
    pub language: String,
    /// `light`, `dark`, `system`.
    pub theme: String,
    /// `comfortable`, `compact`.
    pub density: String,
}

impl User {
    /// Given and family name.
    #[must_use]
    pub fn full_name(&self) -> String {
        format!("{} {}", self.given_name, self.family_name)
    }

    /// The facts that decide about locks.
    ///
    /// # Errors
    /// When the row does not fit.
    pub fn lock_facts(&self) -> Result<UserLockFacts, StoreError> {
        LockColumns {
            failed_count: self.failed_count,
            locked_at: self.locked_at,
            suspended_at: self.suspended_at,
            suspended_by_kind: self.suspended_by_kind.as_deref(),
            suspended_reason: self.suspended_reason.as_deref(),
            dormancy_starts_at: self.dormancy_starts_at,
        }
        .facts(self.id)
    }
}

/// The columns that decide about locks, as they are kept.
pub(crate) struct LockColumns<'a> {
    pub(crate) failed_count: i64,
    pub(crate) locked_at: Option<DateTime<Utc>>,
    pub(crate) suspended_at: Option<DateTime<Utc>>,
    pub(crate) suspended_by_kind: Option<&'a str>,
    pub(crate) suspended_reason: Option<&'a str>,
    pub(crate) dormancy_starts_at: DateTime<Utc>,
}

impl LockColumns<'_> {
    /// What they say about the person `id`.
    pub(crate) fn facts(&self, id: UserId) -> Result<UserLockFacts, StoreError> {
        let suspended = match self.suspended_at {
            None => None,
            Some(since) => {
                let by = self.suspended_by_kind.unwrap_or_default();
                let why = self.suspended_reason.unwrap_or_default();
                Some(Suspension {
                    since,
                    by: SuspendedBy::from_word(by)
                        .ok_or_else(|| corrupt("users", "suspended_by_kind", id, by))?,
                    reason: Reason::parse(why)
                        .map_err(|e| corrupt("users", "suspended_reason", id, e))?,
                })
            }
        };
        Ok(UserLockFacts {
            attempts: Attempts {
                failed: u32::try_from(self.failed_count)
                    .map_err(|e| corrupt("users", "failed_count", id, e))?,
                locked_at: self.locked_at,
            },
            suspended,
            last_active_at: self.dormancy_starts_at,
        })
    }
}

impl std::fmt::Debug for User {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("User")
            .field("id", &self.id)
            .finish_non_exhaustive()
    }
}

impl TryFrom<Model> for User {
    type Error = StoreError;

    fn try_from(row: Model) -> Result<Self, StoreError> {
        let staff_role = match row.staff_role.as_deref() {
            None => None,
            Some(word) => Some(
                StaffRole::from_word(word)
                    .ok_or_else(|| corrupt("users", "staff_role", row.id, word))?,
            ),
        };
        let last_sign_in = row.last_sign_in_at.map(|at| LastSignIn {
            at,
            device: row.last_sign_in_device.unwrap_or_default(),
            network: row.last_sign_in_network.unwrap_or_default(),
        });
        Ok(Self {
            id: row.id.into(),
            user_name: row.user_name,
            given_name: row.given_name,
            family_name: row.family_name,
            email: row.email,
            phone: row.phone,
            staff_role,
            password_hash: row.password_hash,
            password_changed_at: row.password_changed_at,
            must_change_password: row.must_change_password,
            temporary_hash: row.temporary_hash,
            temporary_expires_at: row.temporary_expires_at,
            failed_count: row.failed_count,
            locked_at: row.locked_at,
            suspended_at: row.suspended_at,
            suspended_by_kind: row.suspended_by_kind,
            suspended_reason: row.suspended_reason,
            dormancy_starts_at: row.dormancy_starts_at,
            last_sign_in,
            terms_version: row.terms_version,
            has_challenge_questions: row.has_challenge_questions,
            preferences: Preferences {
                time_zone: row.time_zone,
                language: row.language,
                theme: row.theme,
                density: row.density,
            },
            created_at: row.created_at,
            version: row.version,
        })
    }
}

/// A person who is new to the portal.
#[derive(Clone, Debug)]
pub struct NewUser {
    /// Identity.
    pub id: UserId,
    /// Given name.
    pub given_name: String,
    /// Family name.
    pub family_name: String,
    /// Address on file, as written.
    pub email: String,
    /// Role among the staff.
    pub staff_role: Option<StaffRole>,
    /// Now.
    pub at: DateTime<Utc>,
}

/// Adds a person without User ID and password.
///
/// # Errors
/// [`Constraint::UserEmail`](crate::constraint::Constraint::UserEmail) when the address belongs to somebody.
pub async fn insert(tx: &WriteTx, new: NewUser) -> Result<(), StoreError> {
    let email_key = email_key(&new.email);
    insert_with_key(tx, new, email_key).await
}

/// Adds an invited person. The address is kept apart from those of users until the invitation is redeemed, so that
/// inviting tells nothing about who has a User ID; within one place (an account, or the staff) it is invited once.
///
/// # Errors
/// [`Constraint::UserEmail`](crate::constraint::Constraint::UserEmail) when the address is invited to that place already.
pub async fn insert_invited(tx: &WriteTx, new: NewUser, place: &str) -> Result<(), StoreError> {
    let email_key = invited_email_key(&new.email, place);
    insert_with_key(tx, new, email_key).await
}

/// The key under which an address is unique.
#[must_use]
pub fn email_key(email: &str) -> String {
    email.to_lowercase()
}

/// The key of an address that was invited: no address has a blank in it.
#[must_use]
pub fn invited_email_key(email: &str, place: &str) -> String {
    format!("{} {place}", email_key(email))
}

async fn insert_with_key(tx: &WriteTx, new: NewUser, email_key: String) -> Result<(), StoreError> {
    let NewUser {
        id,
        given_name,
        family_name,
        email,
        staff_role,
        at,
    } = new;
    let row = Model {
        id: id.0,
        user_name: None,
        user_key: None,
        name_key: name_key(&given_name, &family_name),
        given_name,
        family_name,
        email_key,
        email,
        phone: None,
        staff_role: staff_role.map(|r| r.as_str().to_owned()),
        password_hash: None,
        password_changed_at: None,
        must_change_password: false,
        temporary_hash: None,
        temporary_expires_at: None,
        failed_count: 0,
        locked_at: None,
        suspended_at: None,
        suspended_by_kind: None,
        suspended_reason: None,
        dormancy_starts_at: at,
        last_sign_in_at: None,
        last_sign_in_device: None,
        last_sign_in_network: None,
        terms_version: None,
        has_challenge_questions: false,
        time_zone: "America/New_York".to_owned(),
        language: "en".to_owned(),
        theme: "system".to_owned(),
        density: "comfortable".to_owned(),
        created_at: at,
        version: 1,
    };
    Entity::insert(row.into_active_model())
        .exec_without_returning(&tx.conn())
        .await?;
    Ok(())
}

/// The key that people are sorted and searched by.
#[must_use]
pub fn name_key(given_name: &str, family_name: &str) -> String {
    format!("{family_name} {given_name}").to_lowercase()
}

/// True when anybody is known here.
///
/// # Errors
/// When the database cannot answer.
pub async fn any(db: &impl Handle) -> Result<bool, StoreError> {
    let found = Entity::find()
        .select_only()
        .column(Column::Id)
        .into_tuple::<uuid::Uuid>()
        .one(&db.conn())
        .await?;
    Ok(found.is_some())
}

/// By the lower-case User ID, for signing in.
///
/// # Errors
/// When the database cannot answer or the row does not fit.
pub async fn by_key(db: &impl Handle, user_key: &str) -> Result<Option<User>, StoreError> {
    Entity::find()
        .filter(Column::UserKey.eq(user_key))
        .one(&db.conn())
        .await?
        .map(User::try_from)
        .transpose()
}

/// By e-mail address, among those who have redeemed their invitation.
///
/// # Errors
/// When the database cannot answer or the row does not fit.
pub async fn by_email(db: &impl Handle, email: &str) -> Result<Option<User>, StoreError> {
    Entity::find()
        .filter(Column::EmailKey.eq(email_key(email)))
        .filter(Column::UserKey.is_not_null())
        .one(&db.conn())
        .await?
        .map(User::try_from)
        .transpose()
}

/// By the lower-case User ID, with the row locked until the transaction ends.
///
/// # Errors
/// When the database cannot answer or the row does not fit.
pub async fn lock_by_key(tx: &WriteTx, user_key: &str) -> Result<Option<User>, StoreError> {
    Entity::find()
        .filter(Column::UserKey.eq(user_key))
        .lock_exclusive()
        .one(&tx.conn())
        .await?
        .map(User::try_from)
        .transpose()
}

/// Deletes a person that was only ever invited, after everything that belonged to it was handed to somebody else.
///
/// # Errors
/// When the database refuses.
pub async fn delete_invited(tx: &WriteTx, id: UserId) -> Result<(), StoreError> {
    Entity::delete_many()
        .filter(Column::Id.eq(id.0))
        .filter(Column::UserKey.is_null())
        .exec(&tx.conn())
        .await?;
    Ok(())
}

/// By identity, for a service that has asked the policy.
///
/// # Errors
/// When the database cannot answer or the row does not fit.
pub async fn by_id(db: &impl Handle, id: UserId) -> Result<Option<User>, StoreError> {
    Entity::find_by_id(id.0)
        .one(&db.conn())
        .await?
        .map(User::try_from)
        .transpose()
}

/// By identity, with the row locked until the transaction ends.
///
/// # Errors
/// When the database cannot answer or the row does not fit.
pub async fn lock(tx: &WriteTx, id: UserId) -> Result<Option<User>, StoreError> {
    Entity::find_by_id(id.0)
        .lock_exclusive()
        .one(&tx.conn())
        .await?
        .map(User::try_from)
        .transpose()
}

/// The version of the terms in force; `None` before the first was published.
///
/// # Errors
/// When the database cannot answer.
pub async fn current_terms_version(db: &impl Handle) -> Result<Option<i64>, StoreError> {
    use crate::entities::terms_versions;
    use sea_orm::QueryOrder;
    let newest = terms_versions::Entity::find()
        .select_only()
        .column(terms_versions::Column::Version)
        .order_by_desc(terms_versions::Column::Version)
        .into_tuple::<i64>()
        .one(&db.conn())
        .await?;
    Ok(newest)
}

/// User IDs of a set of people, for lists that name them. People who are not there, or have no User ID yet, are left out.
///
/// # Errors
/// When the database cannot answer.
pub async fn user_names(
    db: &impl Handle,
    ids: impl IntoIterator<Item = UserId>,
) -> Result<std::collections::HashMap<UserId, String>, StoreError> {
    let ids: std::collections::BTreeSet<_> = ids.into_iter().map(|id| id.0).collect();
    if ids.is_empty() {
        return Ok(std::collections::HashMap::new());
    }
    let rows = Entity::find()
        .select_only()
        .column(Column::Id)
        .column(Column::UserName)
        .filter(Column::Id.is_in(ids))
        .filter(Column::UserName.is_not_null())
        .into_tuple::<(uuid::Uuid, String)>()
        .all(&db.conn())
        .await?;
    Ok(rows
        .into_iter()
        .map(|(id, name)| (id.into(), name))
        .collect())
}

/// People with a User ID, not suspended, whose dormant clock began within a span: after `from`, at or before `until`. By id, the
/// ones after `after`.
///
/// # Errors
/// When the database cannot answer or a row does not fit.
pub async fn clock_began_within(
    db: &impl Handle,
    from: DateTime<Utc>,
    until: DateTime<Utc>,
    after: Option<UserId>,
    limit: u64,
) -> Result<Vec<User>, StoreError> {
    use sea_orm::QueryOrder;
    let mut select = Entity::find()
        .filter(Column::UserKey.is_not_null())
        .filter(Column::SuspendedAt.is_null())
        .filter(Column::DormancyStartsAt.gt(from))
        .filter(Column::DormancyStartsAt.lte(until));
    if let Some(after) = after {
        select = select.filter(Column::Id.gt(after.0));
    }
    let rows = select
        .order_by_asc(Column::Id)
        .limit(limit)
        .all(&db.conn())
        .await?;
    rows.into_iter().map(User::try_from).collect()
}
