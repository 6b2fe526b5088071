//! The first administrator: a one-time token that is printed at the first start, and its use. There are no default
//! credentials. The command line makes administrators with the same code.

use quaymaster_domain::access::{Origin, Permit};
use quaymaster_domain::ids::UserId;
use quaymaster_domain::members::StaffRole;
use quaymaster_domain::passwords::{Context, PasswordPolicy, normalize};
use quaymaster_domain::people::{EmailAddress, PersonName, UserName};
use quaymaster_store::constraint::Constraint;
use quaymaster_store::users::{self, NewUser, UserChange};
use quaymaster_store::{StoreError, WriteTx, setup as store};

use crate::Services;
use crate::error::{Fault, FieldFault};
use crate::passwords;
use crate::secrets::{random_token, token_hash};
use crate::verifier;

/// Why an administrator was not made.
#[derive(Debug, thiserror::Error)]
pub enum SetupError {
    /// Somebody is an administrator already.
    #[error("this portal has an administrator; further staff are invited by an administrator")]
    Done,
    /// Not the token that waits to be used.
    #[error(
        "this set-up link does not work (any more); the portal prints a new one when it is started again"
    )]
    TokenNotValid,
    /// The User ID is taken.
    #[error("this User ID is taken; choose another one")]
    UserNameTaken,
    /// The address belongs to somebody.
    #[error("this e-mail address belongs to a user of the portal")]
    EmailTaken,
    /// Not specific.
    #[error(transparent)]
    Fault(#[from] Fault),
}

impl From<StoreError> for SetupError {
    fn from(error: StoreError) -> Self {
        match error {
            StoreError::Conflict(Constraint::UserKey) => Self::UserNameTaken,
            StoreError::Conflict(Constraint::UserEmail) => Self::EmailTaken,
            other => Self::Fault(other.into()),
        }
    }
}

/// An administrator to make.
#[derive(Clone)]
pub struct NewAdministrator {
    /// The User ID.
    pub user_name: UserName,
    /// The password as typed.
    pub password: String,
    /// Given name.
    pub given_name: PersonName,
    /// Family name.
    pub family_name: PersonName,
    /// E-mail address.
    pub email: EmailAddress,
}

/// True while nobody is an administrator.
///
/// # Errors
/// When the database cannot answer.
pub async fn needs_administrator(s: &Services) -> Result<bool, Fault> {
    Ok(!store::has_administrator(&s.db.reader()).await?)
}

/// What every start does: publishes the first terms where there are none, and answers a new one-time token for the
/// first administrator while there is none. Only its hash is kept, so a token printed by an earlier start stops working.
///
/// # Errors
/// When the database refuses.
pub async fn prepare(s: &Services) -> Result<Option<String>, Fault> {
    crate::terms::publish_first(s).await?;
    if !needs_administrator(s).await? {
        return Ok(None);
    }
    let token = random_token(s.rng.as_ref());
    let tx = s.db.begin_write().await?;
    store::replace_token(&tx, &token_hash(&token), s.now()).await?;
    let permit =
        Permit::system("setup.issue_token", "start").about("setup", "first_administrator", "");
    s.commit(tx, permit).await?;
    Ok(Some(token))
}

/// The page on which the token is used.
#[must_use]
pub fn link(s: &Services, token: &str) -> String {
    format!("{}/setup#token={token}", s.settings.base_url)
}

/// Makes the first administrator with the one-time token.
///
/// # Errors
/// The refusals of [`SetupError`].
pub async fn create_first_administrator(
    s: &Services,
    token: &str,
    new: NewAdministrator,
    origin: Origin,
) -> Result<UserId, SetupError> {
    let reader = s.db.reader();
    if store::has_administrator(&reader).await? {
        return Err(SetupError::Done);
    }
    let counted = verifier::token(s, &origin).await?;
    // Asked before the password is hashed, so that nobody without the token makes the portal work.
    let hash_of_token = token_hash(token);
    if !store::is_open(&reader, &hash_of_token).await? {
        return Err(SetupError::TokenNotValid);
    }
    let hash = checked_hash(s, &new).await?;
    let tx = s.db.begin_write().await?;
    counted.forgive(&tx).await?;
    // The row's lock lets one of two attempts in the same instant through.
    if !store::lock_open(&tx, &hash_of_token).await? {
        return Err(SetupError::TokenNotValid);
    }
    if store::has_administrator(&tx).await? {
        return Err(SetupError::Done);
    }
    store::use_token(&tx, s.now()).await?;
    let permit = Permit::anonymous("setup.create_administrator", origin);
    insert(s, tx, new, hash, permit).await
}

/// Makes an administrator from the command line, also when there is one: whoever can run the binary with the portal's
/// configuration has its keys and its database.
///
/// # Errors
/// The refusals of [`SetupError`] but for the first two.
pub async fn create_administrator(
    s: &Services,
    new: NewAdministrator,
) -> Result<UserId, SetupError> {
    let hash = checked_hash(s, &new).await?;
    let tx = s.db.begin_write().await?;
    let permit = Permit::system("setup.create_administrator", "command line");
    insert(s, tx, new, hash, permit).await
}

async fn checked_hash(s: &Services, new: &NewAdministrator) -> Result<String, Fault> {
    let context = Context::new()
        .user_name(&new.user_name)
        .person(&new.given_name)
        .person(&new.family_name)
        .email(&new.email);
    PasswordPolicy::default()
        .check(&new.password, &context)
        .map_err(|errors| {
            Fault::Invalid(
                errors
                    .iter()
                    .map(|error| FieldFault {
                        pointer: "/password".to_owned(),
                        code: error.code(),
                        detail: error.to_string(),
                    })
                    .collect(),
            )
        })?;
    s.hasher.hash(&normalize(&new.password)).await
}

async fn insert(
    s: &Services,
    tx: WriteTx,
    new: NewAdministrator,
    hash: String,
    permit: Permit,
) -> Result<UserId, SetupError> {
    let NewAdministrator {
        user_name,
        password: _,
        given_name,
        family_name,
        email,
    } = new;
    let now = s.now();
    let id: UserId = s.id();
    let name = format!("{given_name} {family_name}");
    users::insert(
        &tx,
        NewUser {
            id,
            given_name: given_name.into(),
            family_name: family_name.into(),
            email: email.into(),
            staff_role: Some(StaffRole::Administrator),
            at: now,
        },
    )
    .await?;
    let change = UserChange::default().user_name(user_name.as_str());
    passwords::keep(s, &tx, id, hash, change).await?;
    let after = serde_json::json!({ "user_id": user_name.as_str(), "staff_role": StaffRole::Administrator });
    s.commit(
        tx,
        permit
            .by(id, &name)
            .about("user", id, name.clone())
            .change(None, Some(after.to_string())),
    )
    .await?;
    Ok(id)
}
