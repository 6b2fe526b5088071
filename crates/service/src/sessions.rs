//! Signing in and out, and keeping a session alive.

use chrono::{DateTime, Utc};
use quaymaster_domain::access::{Action, Actor, Origin, Permit, Thing, require, require_read};
use quaymaster_domain::ids::SessionId;
use quaymaster_store::sessions::{self as store, Ended};
use quaymaster_store::users::{self, LastSignIn, User};
use quaymaster_store::{Page, PageRequest, devices};

use crate::Services;
use crate::actors::{NextStep, SignedInRequest, next_step, step_before};
use crate::error::Fault;
use crate::me::{self, Place};
use crate::password_resets;
use crate::rotation::{self, Exchange, Renewal};
use crate::secrets::{random_token, token_hash};
use crate::verifier::{self, Attempt, Proven, Purpose};

pub use quaymaster_store::sessions::Session;

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

/// Why a session was not renewed.
#[derive(Debug, thiserror::Error)]
pub enum RefreshError {
    /// Ended, idle for too long, at its absolute limit, or the token is not ours.
    #[error("the session has ended; sign in again")]
    Ended,
    /// Not about the session.
    #[error(transparent)]
    Fault(#[from] Fault),
}

impl From<quaymaster_store::StoreError> for RefreshError {
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
    /// The device tokens that the browser showed.
    pub devices: Vec<String>,
    /// The refresh token that the browser has from before; its session ends, whoever it belongs to.
    pub replaces: Option<String>,
    /// Where from.
    pub origin: Origin,
}

/// A session that has just begun or been renewed.
#[derive(Clone)]
pub struct SignedIn {
    /// The session.
    pub session: SessionId,
    /// JWT.
    pub access_token: String,
    /// Until when it works.
    pub access_expires_at: DateTime<Utc>,
    /// For the cookie.
    pub refresh_token: String,
    /// The new device token, when the session has just begun.
    pub device_token: Option<String>,
    /// Until when the cookie may live.
    pub session_expires_at: DateTime<Utc>,
    /// What must be done first.
    pub next_step: Option<NextStep>,
    /// Who.
    pub user: User,
    /// Memberships by company and account.
    pub places: Vec<Place>,
}

impl std::fmt::Debug for SignedIn {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("SignedIn")
            .field("session", &self.session)
            .finish_non_exhaustive()
    }
}

/// Signs in with User ID and password.
///
/// # Errors
/// [`SignInError::Failed`] for every failure of the person, [`Fault::Throttled`] when the network has failed too often,
/// [`Fault::Busy`] when too many wait for a hash.
pub async fn sign_in(s: &Services, command: SignIn) -> Result<SignedIn, SignInError> {
    let SignIn {
        user_name,
        password,
        device,
        devices: tokens,
        replaces,
        origin,
    } = command;
    let attempt = Attempt {
        user_name: &user_name,
        password: &password,
        devices: &tokens,
        device: &device,
        origin: &origin,
        purpose: Purpose::SignIn,
    };
    let proven = verifier::password(s, attempt)
        .await?
        .ok_or(SignInError::Failed)?;
    let rehashed = proven.rehash(&password).await?;
    let begun = begin(s, &proven, rehashed, device, origin.clone()).await?;
    if let Some(token) = replaces {
        end_replaced(s, &token, origin).await?;
    }
    Ok(begun)
}

/// Ends the session whose cookie the browser gives up by signing in anew: nobody could sign out of it there any more.
async fn end_replaced(s: &Services, token: &str, origin: Origin) -> Result<(), Fault> {
    let tx = s.db.begin_write().await?;
    let (presented, _terms) = store::lock_presented(&tx, &[token_hash(token).as_str()]).await?;
    let Some(one) = presented.into_iter().next() else {
        return Ok(());
    };
    let (session, user) = one.holder?;
    let which = Ended::One(session.id);
    if store::end(&tx, user.id, which, "replaced", s.now()).await? == 0 {
        return Ok(());
    }
    let permit = Permit::anonymous("session.end", origin)
        .about("session", session.id, user.full_name())
        .because("Somebody signed in anew in the same browser.");
    Ok(s.commit(tx, permit).await?)
}

async fn begin(
    s: &Services,
    proven: &Proven,
    rehashed: Option<String>,
    device: String,
    origin: Origin,
) -> Result<SignedIn, SignInError> {
    let now = s.now();
    let tx = s.db.begin_write().await?;
    let settled = proven.settle(&tx).await?.ok_or(SignInError::Failed)?;
    let mut user = settled.user;
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
    let device_token = random_token(s.rng.as_ref());
    let sign_in = LastSignIn {
        at: now,
        device,
        network: origin.network.clone(),
    };
    store::insert(&tx, &session).await?;
    store::insert_refresh_token(&tx, s.id(), session.id, &token_hash(&refresh_token), now).await?;
    let device_hash = token_hash(&device_token);
    match settled.device {
        Some(id) => devices::rotate(&tx, id, &device_hash, now).await?,
        None => devices::insert(&tx, s.id(), user.id, &device_hash, now).await?,
    }
    let mut change = settled.change.signed_in(&sign_in);
    if let Some(hash) = rehashed {
        change = change.rehashed(hash);
    }
    if settled.temporary {
        change = change.must_change_password(true);
        user.must_change_password = true;
        if password_resets::signed_in(&tx, user.id, now).await? {
            // It worked once. It is kept to prove identity when the new password is created.
            change = change.temporary(user.temporary_hash.clone().map(|hash| (hash, now)));
        }
    }
    users::update(&tx, user.id, change).await?;
    let permit = Permit::anonymous("session.start", origin)
        .by(user.id, &user.full_name())
        .about("session", session.id, "");
    s.commit(tx, permit).await?;
    user.last_sign_in = Some(sign_in);
    let next_step = next_step(s, &user).await?;
    let places = me::places(s, user.id).await?;
    Ok(signed_in(
        s,
        session,
        user,
        refresh_token,
        Some(device_token),
        next_step,
        places,
    )?)
}

fn signed_in(
    s: &Services,
    session: Session,
    user: User,
    refresh_token: String,
    device_token: Option<String>,
    next_step: Option<NextStep>,
    places: Vec<Place>,
) -> Result<SignedIn, Fault> {
    let now = s.now();
    let life = s
        .settings
        .access_token_life
        .min(session.absolute_expires_at - now);
    Ok(SignedIn {
        session: session.id,
        access_token: s.tokens.issue(user.id, session.id, now, life)?,
        access_expires_at: now + life,
        refresh_token,
        device_token,
        session_expires_at: session.absolute_expires_at,
        next_step,
        user,
        places,
    })
}

/// Exchanges a refresh token for the next one. A token that was exchanged before ends the session: somebody else has it.
///
/// # Errors
/// [`RefreshError::Ended`]; [`Fault::Throttled`] when the network has failed too often.
pub async fn refresh(
    s: &Services,
    token: Option<&str>,
    origin: Origin,
) -> Result<SignedIn, RefreshError> {
    let Some(token) = token else {
        return Err(RefreshError::Ended);
    };
    match rotation::exchange(s, token).await? {
        Exchange::Next(renewal) => {
            let Renewal {
                session,
                user,
                token,
                current_terms,
                places,
            } = *renewal;
            let next_step = step_before(&user, current_terms);
            Ok(signed_in(s, session, user, token, None, next_step, places)?)
        }
        Exchange::Ended => Err(RefreshError::Ended),
        Exchange::Reused(user, session) => {
            end_reused(s, &user, session, origin).await?;
            Err(RefreshError::Ended)
        }
        Exchange::Unknown => {
            // Counted as a failure of the network; the text itself cannot be guessed.
            let _counted = verifier::token(s, &origin).await?;
            Err(RefreshError::Ended)
        }
    }
}

async fn end_reused(
    s: &Services,
    user: &User,
    session: SessionId,
    origin: Origin,
) -> Result<(), Fault> {
    let tx = s.db.begin_write().await?;
    let which = Ended::One(session);
    let ended = store::end(&tx, user.id, which, "refresh_token_reused", s.now()).await?;
    if ended == 0 {
        // Over already, by another use of the same token perhaps.
        return Ok(());
    }
    let permit = Permit::anonymous("session.end", origin)
        .about("session", session, user.full_name())
        .because("A refresh token came back that had been exchanged before.");
    Ok(s.commit(tx, permit).await?)
}

/// Whether a session is neither ended, nor idle for too long, nor at its absolute limit.
#[must_use]
pub fn is_alive(s: &Services, session: &Session, now: DateTime<Utc>) -> bool {
    session.ended_at.is_none()
        && now < session.absolute_expires_at
        && now - session.last_used_at <= s.settings.session_idle
}

/// The person's own sessions, newest first.
///
/// # Errors
/// When the database cannot answer.
pub async fn list(actor: &Actor, s: &Services, page: &PageRequest) -> Result<Page<Session>, Fault> {
    require_read(actor, Action::ReadOwn, &Thing::Oneself)?;
    let now = s.now();
    let idle_since = now - s.settings.session_idle;
    Ok(store::open_of(&s.db.reader(), actor.user, now, idle_since, page).await?)
}

/// Ends one of the person's own sessions, also the present one. Another one asks for a fresh proof of identity.
///
/// # Errors
/// [`Fault::NotFound`] when there is no such session, or it has ended.
pub async fn end(actor: &Actor, s: &Services, session: SessionId) -> Result<(), Fault> {
    let (action, reason) = if session == actor.session {
        (Action::EndOwnSession, "signed_out")
    } else {
        (Action::EndOtherSession, "ended_by_user")
    };
    let permit = require(actor, action, &Thing::Oneself)?;
    let tx = s.db.begin_write().await?;
    let ended = store::end(&tx, actor.user, Ended::One(session), reason, s.now()).await?;
    if ended == 0 {
        return Err(Fault::NotFound);
    }
    s.commit(tx, permit.about("session", session, "")).await?;
    Ok(())
}

/// A password typed again in a session.
pub struct Proof {
    /// The password as typed.
    pub password: String,
    /// Browser and system in words.
    pub device: String,
    /// The device tokens that the browser showed.
    pub devices: Vec<String>,
}

/// Proves that it is still the same person, for what asks for a fresh proof. Counted like a sign-in. A session of its own
/// takes the place of the present one, whose tokens stop working: whoever had taken them has nothing of the proof.
///
/// # Errors
/// A field fault at `/password` when it is wrong or not taken at the moment.
pub async fn prove(
    request: &SignedInRequest,
    s: &Services,
    proof: Proof,
) -> Result<SignedIn, Fault> {
    let actor = &request.actor;
    let permit = require(actor, Action::ProveIdentity, &Thing::Oneself)?;
    let Proof {
        password,
        device,
        devices,
    } = proof;
    let proven = verifier::password(
        s,
        Attempt {
            user_name: request.user.user_name.as_deref().unwrap_or_default(),
            password: &password,
            devices: &devices,
            device: &device,
            origin: &actor.origin,
            purpose: Purpose::Proof,
        },
    )
    .await?
    .ok_or_else(|| wrong_password("/password"))?;
    let now = s.now();
    let tx = s.db.begin_write().await?;
    let settled = proven
        .settle(&tx)
        .await?
        .ok_or_else(|| wrong_password("/password"))?;
    let user = settled.user;
    let before = store::find_open(&tx, user.id, actor.session)
        .await?
        .ok_or(Fault::NotFound)?;
    let ended = Ended::One(before.id);
    if store::end(&tx, user.id, ended, "proved_again", now).await? == 0 {
        return Err(Fault::NotFound);
    }
    let session = Session {
        id: s.id(),
        created_at: now,
        last_used_at: now,
        authenticated_at: now,
        ..before
    };
    let refresh_token = random_token(s.rng.as_ref());
    store::insert(&tx, &session).await?;
    store::insert_refresh_token(&tx, s.id(), session.id, &token_hash(&refresh_token), now).await?;
    users::update(&tx, user.id, settled.change).await?;
    s.commit(tx, permit.about("session", session.id, ""))
        .await?;
    let places = me::places(s, user.id).await?;
    signed_in(
        s,
        session,
        user,
        refresh_token,
        None,
        request.next_step,
        places,
    )
}

/// The answer to a wrong password of somebody who is signed in. A locked person hears the same.
pub(crate) fn wrong_password(pointer: &str) -> Fault {
    Fault::field(
        pointer,
        "wrong-password",
        "this is not your password, or it is not taken at the moment",
    )
}
