//! Suspending, letting in again and reactivating the staff; by administrators.

use quaymaster_domain::access::{Action, Actor, Permit, Thing, require};
use quaymaster_domain::ids::UserId;
use quaymaster_domain::locks::{self, LiftedBy, SuspendedBy, Suspension};
use quaymaster_domain::people::Reason;
use quaymaster_store::sessions::{self, Ended};
use quaymaster_store::users::{self, UserChange};
use quaymaster_store::{devices, staff as store};

use super::{StaffError, StaffMember, load, spare_the_last};
use crate::Services;
use crate::mails::{staff as letters, users as user_letters};
use crate::users::state_json;
use crate::verifier::{Temporary, clear_answers, new_temporary};

/// May the actor manage the staff, and is it somebody else?
fn manage(actor: &Actor, user: UserId) -> Result<Permit, StaffError> {
    let permit = require(actor, Action::ManageStaff, &Thing::Portal)?;
    if actor.user == user {
        return Err(StaffError::Oneself);
    }
    Ok(permit)
}

/// Suspends one of the staff; every session ends in the same transaction.
///
/// # Errors
/// [`StaffError::LastAdministrator`], [`StaffError::Oneself`].
pub async fn suspend(
    actor: &Actor,
    s: &Services,
    user: UserId,
    reason: &Reason,
) -> Result<StaffMember, StaffError> {
    let permit = manage(actor, user)?;
    let now = s.now();
    let tx = s.db.begin_write().await?;
    let able = store::lock_administrators(&tx).await?;
    let before = load(s, &tx, user).await?;
    spare_the_last(&able, user)?;
    let suspension = Suspension {
        since: now,
        by: SuspendedBy::Staff,
        reason: reason.clone(),
    };
    let facts = locks::suspend(&before.user.lock_facts()?, suspension)?;
    users::update(&tx, user, UserChange::default().lock_facts(&facts)).await?;
    sessions::end(&tx, user, Ended::All, "suspended", now).await?;
    if before.user.user_name.is_some() {
        letters::suspended(reason.as_str())
            .to(s, &tx, &before.user)
            .await?;
    }
    let after = load(s, &tx, user).await?;
    let permit = permit.because(reason.as_str());
    s.commit(tx, told(permit, &before, &after)).await?;
    Ok(after)
}

/// Lifts a suspension.
///
/// # Errors
/// [`StaffError::NotLocked`].
pub async fn lift_suspension(
    actor: &Actor,
    s: &Services,
    user: UserId,
) -> Result<StaffMember, StaffError> {
    let permit = manage(actor, user)?;
    let tx = s.db.begin_write().await?;
    let before = load(s, &tx, user).await?;
    let facts = locks::lift_suspension(
        &before.user.lock_facts()?,
        &s.settings.lock_policy(),
        None,
        LiftedBy::Staff,
        s.now(),
    )?;
    users::update(&tx, user, UserChange::default().lock_facts(&facts)).await?;
    if before.user.user_name.is_some() {
        user_letters::suspension_lifted(&actor.name)
            .to(s, &tx, &before.user)
            .await?;
    }
    let after = load(s, &tx, user).await?;
    s.commit(tx, told(permit, &before, &after)).await?;
    Ok(after)
}

/// Lifts failed attempts and dormancy, optionally with a temporary password that only the person gets to see.
///
/// # Errors
/// [`StaffError::NotLocked`].
pub async fn reactivate(
    actor: &Actor,
    s: &Services,
    user: UserId,
    with_temporary_password: bool,
) -> Result<StaffMember, StaffError> {
    let permit = manage(actor, user)?;
    let temporary = with_temporary_password.then(|| new_temporary(s, user));
    let now = s.now();
    let tx = s.db.begin_write().await?;
    let before = load(s, &tx, user).await?;
    if before.user.user_name.is_none() {
        return Err(StaffError::NotLocked(
            "this person has not redeemed the invitation; send the invitation again instead",
        ));
    }
    let facts = locks::reactivate(
        &before.user.lock_facts()?,
        &s.settings.lock_policy(),
        None,
        LiftedBy::Staff,
        now,
    )?;
    let change = UserChange::default().lock_facts(&facts);
    let (change, letter) = match temporary {
        None => (change, user_letters::reactivated(&actor.name, None)),
        Some(Temporary { password, hash }) => {
            let until = locks::temporary_password_ends(now);
            (
                change.temporary(Some((hash, until))),
                user_letters::reactivated(&actor.name, Some((&password, until))),
            )
        }
    };
    users::update(&tx, user, change).await?;
    devices::clear_counts(&tx, user).await?;
    clear_answers(s, &tx, &before.user).await?;
    letter.to(s, &tx, &before.user).await?;
    let after = load(s, &tx, user).await?;
    s.commit(tx, told(permit, &before, &after)).await?;
    Ok(after)
}

fn told(permit: Permit, before: &StaffMember, after: &StaffMember) -> Permit {
    permit
        .about("user", after.user.id, after.user.full_name())
        .change(
            Some(state_json(&before.state)),
            Some(state_json(&after.state)),
        )
}
