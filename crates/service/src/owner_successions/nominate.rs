//! The owner names a successor, who takes over when accepting or on a day.

use chrono::NaiveDate;
use quaymaster_domain::access::{Action, Actor, Permit, Thing, require, require_read};
use quaymaster_domain::ids::{AccountId, OwnerSuccessionId, UserId};
use quaymaster_domain::members::MemberRole;
use quaymaster_domain::owner_successions::{Acceptance, Course, SuccessionKind, SuccessionState};
use quaymaster_domain::people::Reason;
use quaymaster_domain::working_days;
use quaymaster_store::{WriteTx, accounts, owner_successions as store, users};

use super::{
    OwnerSuccession, Replacement, SuccessionError, SuccessionView, able_successor, lock, one,
    replace, state_json, still_able, withdrawal,
};
use crate::Services;
use crate::error::Fault;
use crate::mails::owner_successions as letters;
use crate::users::{PersonError, place};

/// How far ahead the day of a nomination may lie.
const LATEST_DAYS: u64 = 366;

/// How many nominations are completed in one go.
const BATCH: u64 = 100;

/// Whom the owner names.
#[derive(Clone, Debug)]
pub struct Nomination {
    /// Who becomes the owner; a member who can sign in.
    pub successor: UserId,
    /// What the owner becomes: proxy or user.
    pub former_owner_role: MemberRole,
    /// Not before this day; at once when accepted unless given.
    pub takes_over_on: Option<NaiveDate>,
    /// Why.
    pub reason: Reason,
}

/// Names a successor.
///
/// # Errors
/// [`SuccessionError::AlreadyOpen`]; a successor or a day that does not fit; a proof that is too old.
pub async fn nominate(
    actor: &Actor,
    s: &Services,
    account: AccountId,
    new: &Nomination,
) -> Result<SuccessionView, SuccessionError> {
    let Nomination {
        successor,
        former_owner_role,
        takes_over_on,
        reason,
    } = new;
    let at = place(actor, s, account).await?;
    let scope = require_read(actor, Action::ReadAccount, &Thing::Account(at))?;
    let permit = require(actor, Action::NominateOwner, &Thing::Account(at))?;
    let now = s.now();
    if let Some(day) = takes_over_on {
        let today = working_days::local_date(now);
        let latest = today.checked_add_days(chrono::Days::new(LATEST_DAYS));
        if *day < today || latest.is_some_and(|latest| *day > latest) {
            return Err(Fault::field(
                "/takes_over_on",
                "invalid",
                "name today or a day within the next year, by the calendar of New York, or leave the day out",
            )
            .into());
        }
    }
    let tx = s.db.begin_write().await?;
    let account = accounts::lock(&tx, &scope, account)
        .await?
        .ok_or(Fault::NotFound)?;
    if account.owner != actor.user {
        return Err(PersonError::OwnerChanged.into());
    }
    let next = able_successor(s, &tx, &account, *successor).await?;
    let succession = OwnerSuccession {
        id: s.id(),
        account: account.id,
        course: Course {
            kind: SuccessionKind::Nomination,
            state: SuccessionState::Proposed,
            takes_over_on: *takes_over_on,
            completes_after: None,
        },
        owner: actor.user,
        owner_name: actor.name.clone(),
        successor: *successor,
        former_owner_role: *former_owner_role,
        reason: reason.to_string(),
        asked_at: now,
        asked_by_name: actor.name.clone(),
        waiting_days: None,
        decision: None,
    };
    store::insert(&tx, &succession).await?;
    letters::nominated(s, &account, &succession)
        .to(s, &tx, &next)
        .await?;
    let view = one(actor, s, &tx, succession.id).await?;
    let after = serde_json::json!({
        "successor": successor,
        "successor_name": next.full_name(),
        "former_owner_role": former_owner_role.as_str(),
        "takes_over_on": takes_over_on,
    });
    let permit = permit
        .about("owner_succession", succession.id, account.name.clone())
        .because(reason.as_str())
        .change(None, Some(after.to_string()));
    s.commit(tx, permit).await?;
    Ok(view)
}

/// The nomination with its account, both locked, for the person who was named.
async fn for_the_named(
    actor: &Actor,
    s: &Services,
    account: AccountId,
    id: OwnerSuccessionId,
    action: Action,
) -> Result<(WriteTx, accounts::Account, OwnerSuccession, Permit), SuccessionError> {
    let at = place(actor, s, account).await?;
    let scope = require_read(actor, Action::ReadAccount, &Thing::Account(at))?;
    let permit = require(actor, action, &Thing::Account(at))?;
    let tx = s.db.begin_write().await?;
    let (account, found) = lock(&tx, &scope, account, id).await?;
    if found.successor != actor.user {
        return Err(SuccessionError::NotTheSuccessor);
    }
    Ok((tx, account, found, permit))
}

/// The named successor accepts: takes over now, or on the day.
///
/// # Errors
/// [`SuccessionError::NotTheSuccessor`], [`SuccessionError::Step`], a proof that is too old.
pub async fn accept(
    actor: &Actor,
    s: &Services,
    account: AccountId,
    id: OwnerSuccessionId,
) -> Result<SuccessionView, SuccessionError> {
    let (tx, account, found, permit) =
        for_the_named(actor, s, account, id, Action::AcceptNomination).await?;
    let outcome = found.course.accept(s.now())?;
    let permit = permit.about("owner_succession", id, account.name.clone());
    match outcome {
        Acceptance::Waits => {
            store::advance(&tx, id, SuccessionState::Accepted, None).await?;
            if let Some(owner) = users::by_id(&tx, account.owner).await? {
                letters::nomination_accepted(&account, &found, &actor.name)
                    .to(s, &tx, &owner)
                    .await?;
            }
            let view = one(actor, s, &tx, id).await?;
            let permit = permit.change(
                state_json(found.course.state),
                state_json(SuccessionState::Accepted),
            );
            s.commit(tx, permit).await?;
            Ok(view)
        }
        Acceptance::TakesOver => {
            if take_over(s, tx, &account, &found, permit).await? {
                Ok(one(actor, s, &s.db.reader(), id).await?)
            } else {
                Err(SuccessionError::SuccessorUnfit(
                    "the account has another owner since, or the next one can no longer take over",
                ))
            }
        }
    }
}

/// Makes the successor the owner, or ends the nomination when that is not possible any more. Commits; false in the latter case.
async fn take_over(
    s: &Services,
    tx: WriteTx,
    account: &accounts::Account,
    found: &OwnerSuccession,
    permit: Permit,
) -> Result<bool, SuccessionError> {
    let now = s.now();
    let able = if account.owner == found.owner {
        still_able(s, &tx, account, found.successor).await?
    } else {
        Err("the account has another owner since")
    };
    let permit = permit.because(&found.reason);
    match able {
        Ok(next) => {
            let replacement = Replacement {
                account,
                successor: &next,
                former_role: found.former_owner_role,
                by_name: &found.owner_name,
                except: Some(found.id),
            };
            let (before, after) = replace(s, &tx, replacement).await?;
            let decision = Some((now, found.owner_name.as_str(), None));
            store::advance(&tx, found.id, SuccessionState::Completed, decision).await?;
            s.commit(tx, permit.change(Some(before), Some(after)))
                .await?;
            Ok(true)
        }
        Err(why) => {
            let decision = Some((now, "Quaymaster", Some(why)));
            store::advance(&tx, found.id, SuccessionState::Lapsed, decision).await?;
            if let Some(owner) = users::by_id(&tx, account.owner).await? {
                letters::lapsed(account, why).to(s, &tx, &owner).await?;
            }
            let permit = permit.change(
                state_json(found.course.state),
                state_json(SuccessionState::Lapsed),
            );
            s.commit(tx, permit).await?;
            Ok(false)
        }
    }
}

/// The named successor declines.
///
/// # Errors
/// [`SuccessionError::NotTheSuccessor`], [`SuccessionError::Step`].
pub async fn decline(
    actor: &Actor,
    s: &Services,
    account: AccountId,
    id: OwnerSuccessionId,
    reason: &Reason,
) -> Result<SuccessionView, SuccessionError> {
    let (tx, account, found, permit) =
        for_the_named(actor, s, account, id, Action::AnswerNomination).await?;
    let state = found.course.decline()?;
    let decision = Some((s.now(), actor.name.as_str(), Some(reason.as_str())));
    store::advance(&tx, id, state, decision).await?;
    if let Some(owner) = users::by_id(&tx, account.owner).await? {
        letters::nomination_declined(&account, &actor.name, reason.as_str())
            .to(s, &tx, &owner)
            .await?;
    }
    let view = one(actor, s, &tx, id).await?;
    let permit = permit
        .about("owner_succession", id, account.name.clone())
        .because(reason.as_str())
        .change(state_json(found.course.state), state_json(state));
    s.commit(tx, permit).await?;
    Ok(view)
}

/// Takes it back: a nomination is the owner's to take back, a request the proxies'.
///
/// # Errors
/// [`SuccessionError::Step`] when it is over.
pub async fn withdraw(
    actor: &Actor,
    s: &Services,
    account: AccountId,
    id: OwnerSuccessionId,
    reason: &Reason,
) -> Result<SuccessionView, SuccessionError> {
    let at = place(actor, s, account).await?;
    let scope = require_read(actor, Action::ReadSuccessions, &Thing::Account(at))?;
    let tx = s.db.begin_write().await?;
    let (account, found) = lock(&tx, &scope, account, id).await?;
    let permit = require(actor, withdrawal(found.course.kind), &Thing::Account(at))?;
    let state = found.course.withdraw()?;
    let decision = Some((s.now(), actor.name.as_str(), Some(reason.as_str())));
    store::advance(&tx, id, state, decision).await?;
    let told = match found.course.kind {
        SuccessionKind::Request => account.owner,
        _ => found.successor,
    };
    if let Some(person) = users::by_id(&tx, told).await? {
        letters::withdrawn(&account, &actor.name, reason.as_str())
            .to(s, &tx, &person)
            .await?;
    }
    let view = one(actor, s, &tx, id).await?;
    let permit = permit
        .about("owner_succession", id, account.name.clone())
        .because(reason.as_str())
        .change(state_json(found.course.state), state_json(state));
    s.commit(tx, permit).await?;
    Ok(view)
}

/// Completes the accepted nominations whose day has come. Answers how many. The successor can do the same by accepting once
/// more, so nobody has to wait for this.
///
/// # Errors
/// When the database is away; what was completed before stays.
pub async fn complete_due(s: &Services) -> Result<usize, Fault> {
    let today = working_days::local_date(s.now());
    let due = store::due(&s.db.reader(), today, BATCH).await?;
    let mut done = 0;
    for id in due {
        match complete_one(s, id).await {
            Ok(true) => done += 1,
            Ok(false) => {}
            Err(SuccessionError::Fault(fault)) => return Err(fault),
            Err(other) => {
                tracing::warn!(succession = %id, %other, "a nomination was not completed");
            }
        }
    }
    Ok(done)
}

async fn complete_one(s: &Services, id: OwnerSuccessionId) -> Result<bool, SuccessionError> {
    let tx = s.db.begin_write().await?;
    let Some(peek) = store::by_id(&tx, id).await? else {
        return Ok(false);
    };
    let Some(account) = accounts::lock_by_invitation(&tx, peek.account).await? else {
        return Ok(false);
    };
    let Some(found) = store::lock(&tx, id).await? else {
        return Ok(false);
    };
    if found.course.state != SuccessionState::Accepted || !found.course.ready(s.now()) {
        return Ok(false);
    }
    let permit = Permit::system("account.replace_owner", "daily job")
        .within(Some(account.id), Some(account.company_id))
        .about("owner_succession", id, account.name.clone());
    take_over(s, tx, &account, &found, permit).await
}
