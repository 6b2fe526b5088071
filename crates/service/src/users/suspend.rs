//! Suspending a person with a reason, lifting it, and ending a single session.

use quaymaster_domain::access::{Action, Actor, PersonalAct, Thing, require, require_read};
use quaymaster_domain::ids::{AccountId, SessionId, UserId};
use quaymaster_domain::locks::{self, LiftError, LiftedBy, Suspension};
use quaymaster_domain::people::Reason;
use quaymaster_store::sessions::{self, Ended};
use quaymaster_store::users::{self, UserChange};
use quaymaster_store::{WriteTx, members};

use super::view::state_json;
use super::{AccountUser, Lens, Member, PersonError, place};
use crate::Services;
use crate::error::Fault;
use crate::mails::users as letters;

/// The member, locked, and how the actor sees it.
async fn load<'a>(
    actor: &'a Actor,
    s: &Services,
    tx: &WriteTx,
    account: AccountId,
    user: UserId,
) -> Result<(Lens<'a>, Member), Fault> {
    let at = place(actor, s, account).await?;
    let scope = require_read(actor, Action::ReadUsers, &Thing::Account(at))?;
    let member = members::lock(tx, &scope, account, user)
        .await?
        .ok_or(Fault::NotFound)?;
    Ok((Lens::over(actor, s, at, tx, &[user]).await?, member))
}

/// The member again, after a change of the person.
async fn again(lens: &Lens<'_>, tx: &WriteTx, member: Member) -> Result<AccountUser, PersonError> {
    let user = users::by_id(tx, member.user.id)
        .await?
        .ok_or(Fault::NotFound)?;
    Ok(lens.view(Member { user, ..member })?)
}

/// Suspends a person; every session ends in the same transaction.
///
/// # Errors
/// [`Denied::NotAboveTarget`](quaymaster_domain::access::Denied::NotAboveTarget), [`PersonError::PowerElsewhere`].
pub async fn suspend(
    actor: &Actor,
    s: &Services,
    account: AccountId,
    user: UserId,
    reason: &Reason,
) -> Result<AccountUser, PersonError> {
    let tx = s.db.begin_write().await?;
    let (lens, member) = load(actor, s, &tx, account, user).await?;
    lens.may_harm(Action::SuspendUser, &member)?;
    let thing = lens.person(&member, PersonalAct::Harm);
    let permit = require(actor, Action::SuspendUser, &thing)?;
    let before = lens.view(member.clone())?;
    let suspension = Suspension {
        since: lens.now,
        by: lens.suspender(),
        reason: reason.clone(),
    };
    let facts = locks::suspend(&member.user.lock_facts()?, suspension)
        .map_err(|error| by_others(error, &before))?;
    users::update(&tx, user, UserChange::default().lock_facts(&facts)).await?;
    sessions::end(&tx, user, Ended::All, "suspended", lens.now).await?;
    if member.user.user_name.is_some() {
        letters::suspended(&actor.name, reason.as_str())
            .to(s, &tx, &member.user)
            .await?;
    }
    let after = again(&lens, &tx, member).await?;
    let permit = permit
        .about("user", user, after.member.user.full_name())
        .because(reason.as_str())
        .change(
            Some(state_json(&before.state)),
            Some(state_json(&after.state)),
        );
    s.commit(tx, permit).await?;
    Ok(after)
}

/// Lifts a suspension. What staff suspended only staff lift; what the owner suspended no proxy lifts.
///
/// # Errors
/// [`PersonError::NotLocked`], [`PersonError::LiftedByOthers`].
pub async fn lift_suspension(
    actor: &Actor,
    s: &Services,
    account: AccountId,
    user: UserId,
) -> Result<AccountUser, PersonError> {
    let tx = s.db.begin_write().await?;
    let (lens, member) = load(actor, s, &tx, account, user).await?;
    let thing = lens.person(&member, PersonalAct::Help);
    let permit = require(actor, Action::SuspendUser, &thing)?;
    let before = lens.view(member.clone())?;
    let facts = locks::lift_suspension(
        &member.user.lock_facts()?,
        &lens.policy,
        Some(lens.power(&member)),
        lens.side(),
        lens.now,
    )
    .map_err(|error| match error {
        LiftError::NotLocked => PersonError::NotLocked("this person is not suspended"),
        other => by_others(other, &before),
    })?;
    users::update(&tx, user, UserChange::default().lock_facts(&facts)).await?;
    if member.user.user_name.is_some() {
        letters::suspension_lifted(&actor.name)
            .to(s, &tx, &member.user)
            .await?;
    }
    let after = again(&lens, &tx, member).await?;
    let permit = permit
        .about("user", user, after.member.user.full_name())
        .change(
            Some(state_json(&before.state)),
            Some(state_json(&after.state)),
        );
    s.commit(tx, permit).await?;
    Ok(after)
}

fn by_others(error: LiftError, before: &AccountUser) -> PersonError {
    match error {
        LiftError::NotByThis => {
            let who: Vec<_> = before
                .state
                .lifted_by
                .iter()
                .map(|by| LiftedBy::in_words(*by))
                .collect();
            PersonError::LiftedByOthers(who.join(" or "))
        }
        other => other.into(),
    }
}

/// Ends one session of a person.
///
/// # Errors
/// [`Fault::NotFound`] when the person has no such open session.
pub async fn end_session(
    actor: &Actor,
    s: &Services,
    account: AccountId,
    user: UserId,
    session: SessionId,
) -> Result<(), PersonError> {
    let tx = s.db.begin_write().await?;
    let (lens, member) = load(actor, s, &tx, account, user).await?;
    lens.may_harm(Action::EndUserSession, &member)?;
    let thing = lens.person(&member, PersonalAct::Harm);
    let permit = require(actor, Action::EndUserSession, &thing)?;
    let ended = sessions::end(&tx, user, Ended::One(session), "by_manager", lens.now).await?;
    if ended == 0 {
        return Err(Fault::NotFound.into());
    }
    let permit = permit.about("user", user, member.user.full_name()).change(
        Some(serde_json::json!({ "session": session }).to_string()),
        None,
    );
    s.commit(tx, permit).await?;
    Ok(())
}
