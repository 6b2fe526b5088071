//! The self-service password reset, step by step (DOMAIN section 5). A User ID that nobody has walks the same way, with the
//! same statements and hashes, and no mail is ever sent for it.

use chrono::{DateTime, Utc};
use quaymaster_domain::access::{Origin, Permit};
use quaymaster_domain::challenge_questions::{ASKED, CHOSEN, QuestionId};
use quaymaster_domain::ids::{PasswordResetId, UserId};
use quaymaster_domain::locks::{LockKind, UserLockFacts, after_password_reset, state};
use quaymaster_domain::password_reset::{Reset, TEMPORARY_MINUTES, ask_three, ask_three_of_nobody};
use quaymaster_store::password_resets::{self as store, PasswordReset};
use quaymaster_store::users::{self, User, UserChange};
use quaymaster_store::{StoreError, WriteTx, credentials};

use crate::Services;
use crate::error::Fault;
use crate::mails::passwords as letters;
use crate::secrets::{random_token, token_hash};
use crate::verifier::{self, AnswersAttempt};

/// Why a link was not redeemed.
#[derive(Debug, thiserror::Error)]
pub enum RedeemError {
    /// Unknown, used, run out or replaced: one answer.
    #[error("this link does not work any more; start again with \"Forgot your password?\"")]
    LinkNotValid,
    /// Not about the link.
    #[error(transparent)]
    Fault(#[from] Fault),
}

impl From<StoreError> for RedeemError {
    fn from(error: StoreError) -> Self {
        Self::Fault(error.into())
    }
}

/// A walk that has begun.
#[derive(Clone, Debug)]
pub struct Started {
    /// Identity.
    pub id: PasswordResetId,
    /// The questions that are asked.
    pub asked: [QuestionId; ASKED],
}

/// Steps 1 and 2: a User ID is given, three questions are asked, always the same for one User ID.
///
/// # Errors
/// [`Fault::Throttled`] when the network has failed too often.
pub async fn start(s: &Services, user_name: &str, origin: &Origin) -> Result<Started, Fault> {
    let key = verifier::user_key(user_name);
    // Starts are limited by network as well: each leaves a row.
    let _counted = verifier::token(s, origin).await?;
    let reader = s.db.reader();
    let user = users::by_key(&reader, &key).await?;
    let answers = credentials::challenge_answers(&reader, user.as_ref().map(|u| u.id)).await?;
    let digest = s.secrets.keyed_bytes("challenge-questions", &key);
    let chosen: Vec<_> = answers.into_iter().map(|a| a.question).collect();
    let asked = match <[QuestionId; CHOSEN]>::try_from(chosen) {
        Ok(chosen) => ask_three(chosen, &digest),
        Err(_none) => ask_three_of_nobody(&digest),
    };
    let now = s.now();
    let reset = PasswordReset {
        id: s.id(),
        user: user.map(|u| u.id),
        subject: verifier::reset_subject(s, user_name),
        asked,
        state: Reset::begin(asked, now),
    };
    let tx = s.db.begin_write().await?;
    store::insert(&tx, &reset, now).await?;
    tx.commit_bookkeeping().await?;
    Ok(Started {
        id: reset.id,
        asked,
    })
}

/// Answers to the questions, as typed.
pub struct Answers {
    /// Question and answer.
    pub answers: Vec<(String, String)>,
    /// The device tokens that the browser showed.
    pub devices: Vec<String>,
    /// Where from.
    pub origin: Origin,
}

/// Step 3: the answers are compared. Right ones lead to a mail; whether they were is told to nobody else.
///
/// # Errors
/// [`Fault::Throttled`] when the network has failed too often, [`Fault::Busy`] when too many wait for a hash.
pub async fn answer(s: &Services, id: PasswordResetId, given: Answers) -> Result<(), Fault> {
    let Answers {
        answers,
        devices,
        origin,
    } = given;
    let reader = s.db.reader();
    let walk = store::find(&reader, id).await?;
    let user = walk.as_ref().and_then(|w| w.user);
    let kept = credentials::challenge_answers(&reader, user).await?;
    let asked = walk
        .as_ref()
        .map_or_else(|| ask_three_of_nobody(&[0; 32]), |w| w.asked);
    let pairs = asked.map(|question| {
        let typed = answers
            .iter()
            .find(|(id, _)| id == question.as_str())
            .map_or("", |(_, typed)| typed.as_str());
        let stored = kept
            .iter()
            .find(|k| k.question == question)
            .map(|k| k.hash.as_str());
        (typed, stored)
    });
    let answered = verifier::answers(
        s,
        AnswersAttempt {
            reset: id,
            subject: walk.as_ref().map_or("", |w| w.subject.as_str()),
            user,
            devices: &devices,
            answers: pairs,
            origin: &origin,
        },
    )
    .await?;

    let now = s.now();
    let token = random_token(s.rng.as_ref());
    let hash = token_hash(&token);
    let tx = s.db.begin_write().await?;
    answered.settle(s, &tx).await?;
    let person = users::by_id(&tx, user.unwrap_or(UserId(uuid::Uuid::nil()))).await?;
    let walk = store::lock(&tx, id).await?;
    let next = walk.map(|w| w.state.answer(answered.right, now));
    let moved = next.and_then(Result::ok);
    let permit = Permit::anonymous("password_reset.answer", origin).about("password_reset", id, "");
    let permit = match (moved, person) {
        (Some(state @ Reset::LinkSent { .. }), Some(person)) => {
            send(s, &tx, id, state, &person, &token, hash, now).await?;
            permit
                .about("user", person.id, person.full_name())
                .because("The answers were right.")
        }
        (Some(state), _) => {
            store::set(&tx, id, state, None).await?;
            // In place of the mail and the link in it.
            store::touch(&tx, id).await?;
            store::touch(&tx, id).await?;
            permit.because("The answers were wrong.")
        }
        // As much work as with a walk that can go on.
        (None, _) => {
            store::touch(&tx, id).await?;
            store::touch(&tx, id).await?;
            store::touch(&tx, id).await?;
            permit.because("No answers were awaited.")
        }
    };
    s.commit(tx, permit).await?;
    Ok(())
}

#[expect(
    clippy::too_many_arguments,
    reason = "one caller, whose locals these are"
)]
async fn send(
    s: &Services,
    tx: &WriteTx,
    id: PasswordResetId,
    state_after: Reset,
    person: &User,
    token: &str,
    hash: String,
    now: DateTime<Utc>,
) -> Result<(), Fault> {
    let lock = lock_that_stays(s, &person.lock_facts()?, now);
    if lock != LockKind::Active {
        store::set(tx, id, Reset::Expired { at: now }, None).await?;
        return letters::reset_does_not_help(lock).to(s, tx, person).await;
    }
    store::set(tx, id, state_after, Some(hash)).await?;
    letters::reset_link(s, token).to(s, tx, person).await
}

/// What locks a person also after a completed reset.
fn lock_that_stays(s: &Services, facts: &UserLockFacts, now: DateTime<Utc>) -> LockKind {
    let policy = s.settings.lock_policy();
    state(&after_password_reset(facts, &policy), &policy, now).kind()
}

/// What the link shows, once.
pub struct Redeemed {
    /// The temporary password.
    pub password: String,
    /// Until when it works.
    pub expires_at: DateTime<Utc>,
}

/// Step 4: the link is followed. Works once; an earlier unfinished walk of the person ends.
///
/// # Errors
/// [`RedeemError::LinkNotValid`]; [`Fault::Throttled`] when the network has failed too often.
pub async fn redeem(s: &Services, token: &str, origin: Origin) -> Result<Redeemed, RedeemError> {
    let counted = verifier::token(s, &origin).await?;
    let found = store::by_token(&s.db.reader(), &token_hash(token)).await?;
    let Some(PasswordReset {
        id,
        user: Some(user),
        ..
    }) = found
    else {
        return Err(RedeemError::LinkNotValid);
    };
    let now = s.now();
    let tx = s.db.begin_write().await?;
    counted.forgive(&tx).await?;
    let user = users::lock(&tx, user)
        .await?
        .ok_or(RedeemError::LinkNotValid)?;
    if lock_that_stays(s, &user.lock_facts()?, now) != LockKind::Active {
        return Err(RedeemError::LinkNotValid);
    }
    let mut redeemed = None;
    for walk in store::lock_unfinished(&tx, user.id).await? {
        if walk.id == id {
            let next = walk
                .state
                .redeem(now)
                .map_err(|_over| RedeemError::LinkNotValid)?;
            store::set(&tx, id, next, None).await?;
            redeemed = Some(next);
        } else if !matches!(walk.state, Reset::Questions { .. }) {
            store::set(&tx, walk.id, walk.state.supersede(now), None).await?;
        }
    }
    let Some(Reset::Redeemed { expires_at }) = redeemed else {
        return Err(RedeemError::LinkNotValid);
    };
    let temporary = verifier::new_temporary(s, user.id);
    let change = UserChange::default().temporary(Some((temporary.hash, expires_at)));
    users::update(&tx, user.id, change).await?;
    let permit = Permit::anonymous("password_reset.redeem", origin)
        .by(user.id, &user.full_name())
        .about("user", user.id, user.full_name())
        .because(format!(
            "The mailed link was followed; a temporary password was shown, valid for {TEMPORARY_MINUTES} minutes."
        ));
    s.commit(tx, permit).await?;
    Ok(Redeemed {
        password: temporary.password,
        expires_at,
    })
}

/// Step 5, in the transaction of the sign-in with a temporary password: answers whether it came from a reset.
pub(crate) async fn signed_in(
    tx: &WriteTx,
    user: UserId,
    now: DateTime<Utc>,
) -> Result<bool, Fault> {
    let mut from_reset = false;
    for walk in store::lock_unfinished(tx, user).await? {
        if let Ok(next) = walk.state.sign_in(now) {
            store::set(tx, walk.id, next, None).await?;
            from_reset = true;
        }
    }
    Ok(from_reset)
}

/// Step 6, in the transaction of a change of password: answers whether it completed a reset. Other open walks end.
pub(crate) async fn password_changed(
    tx: &WriteTx,
    user: UserId,
    now: DateTime<Utc>,
) -> Result<bool, Fault> {
    let mut completed = false;
    for walk in store::lock_unfinished(tx, user).await? {
        let next = match walk.state.complete(now) {
            Ok(done) => {
                completed = true;
                done
            }
            Err(_other) => walk.state.supersede(now),
        };
        store::set(tx, walk.id, next, None).await?;
    }
    Ok(completed)
}
