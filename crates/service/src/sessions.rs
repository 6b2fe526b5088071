//! Signing in and out.

use chrono::{DateTime, Utc};
use quaymaster_domain::access::{Origin, Permit};
use quaymaster_domain::ids::SessionId;
use quaymaster_store::sessions::{self as store, Session};
use quaymaster_store::users::{self, LastSignIn, User, UserChange};

use crate::Services;
use crate::actors::{NextStep, next_step};
use crate::error::Fault;
use crate::secrets::{random_token, token_hash};

/// Why somebody was not signed in.
#[derive(Debug, thiserror::Error)]
pub enum SignInError {
    /// The one answer to every failure: unknown, wrong, locked, dormant and suspended look the same.
    #[error(
        "the User ID or the password is not right, or this User ID cannot sign in at the moment"
    )]
    Failed,
    /// Not about the person.
    #[error(transparent)]
    Fault(#[from] Fault),
}

impl From<quaymaster_store::StoreError> for SignInError {
    fn from(error: quaymaster_store::StoreError) -> Self {
        Self::Fault(error.into())
    }
}

/// What a browser or program presents.
#[derive(Clone)]
pub struct SignIn {
    /// The User ID as typed.
    pub user_name: String,
    /// The password as typed.
    pub password: String,
    /// Browser and system in words.
    pub device: String,
    /// Where from.
    pub origin: Origin,
}

/// A session that has just begun or been renewed.
#[derive(Clone, Debug)]
pub struct SignedIn {
    /// The session.
    pub session: SessionId,
    /// JWT.
    pub access_token: String,
    /// Until when it works.
    pub access_expires_at: DateTime<Utc>,
    /// For the cookie.
    pub refresh_token: String,
    /// Until when the cookie may live.
    pub session_expires_at: DateTime<Utc>,
    /// What must be done first.
    pub next_step: Option<NextStep>,
    /// Who.
    pub user: User,
}

/// Signs in with User ID and password.
///
/// # Errors
/// [`SignInError::Failed`] for every failure of the person, [`Fault::Busy`] when too many wait for a hash.
pub async fn sign_in(s: &Services, command: SignIn) -> Result<SignedIn, SignInError> {
    let SignIn {
        user_name,
        password,
        device,
        origin,
    } = command;
    let found = users::by_key(&s.db.reader(), &user_name.to_lowercase()).await?;
    let verdict = s
        .hasher
        .verify(
            &password,
            found.as_ref().and_then(|u| u.password_hash.as_deref()),
        )
        .await?;
    let user = found
        .filter(|_| verdict.matches)
        .ok_or(SignInError::Failed)?;
    begin(s, user, device, origin).await
}

async fn begin(
    s: &Services,
    user: User,
    device: String,
    origin: Origin,
) -> Result<SignedIn, SignInError> {
    let now = s.now();
    let session = Session {
        id: s.id(),
        user_id: user.id,
        created_at: now,
        last_used_at: now,
        authenticated_at: now,
        absolute_expires_at: now + s.settings.session_absolute,
        ended_at: None,
        device: device.clone(),
        network: origin.network.clone(),
    };
    let refresh_token = random_token(s.rng.as_ref());
    let sign_in = LastSignIn {
        at: now,
        device,
        network: origin.network.clone(),
    };
    let tx = s.db.begin_write().await?;
    store::insert(&tx, &session).await?;
    store::insert_refresh_token(&tx, s.id(), session.id, &token_hash(&refresh_token), now).await?;
    users::update(
        &tx,
        user.id,
        UserChange::default().signed_in(&sign_in).failures(0, None),
    )
    .await?;
    let permit = Permit::anonymous("session.start", origin)
        .by(user.id, &user.full_name())
        .about("session", session.id, "");
    s.commit(tx, permit).await?;
    Ok(SignedIn {
        session: session.id,
        access_token: s
            .tokens
            .issue(user.id, session.id, now, s.settings.access_token_life)?,
        access_expires_at: now + s.settings.access_token_life,
        refresh_token,
        session_expires_at: session.absolute_expires_at,
        next_step: next_step(s, &user).await?,
        user,
    })
}
