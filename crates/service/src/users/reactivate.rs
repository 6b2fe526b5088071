//! Reactivation by owner and proxy (R6): lifts failed attempts and dormancy, one person or many, optionally with a temporary
//! password that only the person gets to see.

use quaymaster_domain::access::{Action, Actor, PersonalAct, Thing, require, require_read};
use quaymaster_domain::ids::{AccountId, UserId};
use quaymaster_domain::locks;
use quaymaster_store::users::{self, UserChange};
use quaymaster_store::{devices, members};

use super::view::state_json;
use super::{AccountUser, Lens, Member, PersonError, StateFilter, place};
use crate::Services;
use crate::error::Fault;
use crate::mails::users as letters;
use crate::verifier::{Temporary, clear_answers, new_temporary};

/// Reactivates one locked person.
///
/// # Errors
/// [`Denied::NotAboveTarget`](quaymaster_domain::access::Denied::NotAboveTarget) and the refusals of [`PersonError`].
pub async fn reactivate(
    actor: &Actor,
    s: &Services,
    account: AccountId,
    user: UserId,
    with_temporary_password: bool,
) -> Result<AccountUser, PersonError> {
    let at = place(actor, s, account).await?;
    let scope = require_read(actor, Action::ReadUsers, &Thing::Account(at))?;
    let temporary = with_temporary_password.then(|| new_temporary(s, user));

    let tx = s.db.begin_write().await?;
    let member = members::lock(&tx, &scope, account, user)
        .await?
        .ok_or(Fault::NotFound)?;
    let lens = Lens::over(actor, s, at, &tx, &[user]).await?;
    let (permit, facts) = decide(&lens, &member)?;
    let before = lens.view(member.clone())?;
    let change = UserChange::default().lock_facts(&facts);
    let (change, letter, note) = match temporary {
        None => (change, letters::reactivated(&actor.name, None), "active"),
        Some(Temporary { password, hash }) => {
            let until = locks::temporary_password_ends(lens.now);
            (
                change.temporary(Some((hash, until))),
                letters::reactivated(&actor.name, Some((&password, until))),
                "active, with a temporary password sent to the e-mail on file",
            )
        }
    };
    letter.to(s, &tx, &member.user).await?;
    users::update(&tx, user, change).await?;
    devices::clear_counts(&tx, user).await?;
    clear_answers(s, &tx, &member.user).await?;
    let renewed = members::find(&tx, &scope, account, user)
        .await?
        .ok_or(Fault::NotFound)?;
    let after = lens.view(renewed)?;
    let permit = permit.about("user", user, member.user.full_name()).change(
        Some(state_json(&before.state)),
        Some(serde_json::json!({ "state": note }).to_string()),
    );
    s.commit(tx, permit).await?;
    Ok(after)
}

fn decide(
    lens: &Lens<'_>,
    member: &Member,
) -> Result<(quaymaster_domain::access::Permit, locks::UserLockFacts), PersonError> {
    let permit = require(
        lens.actor,
        Action::ReactivateUser,
        &lens.person(member, PersonalAct::Help),
    )?;
    if lens.view(member.clone())?.state.kind == StateFilter::Invited {
        return Err(PersonError::NotLocked(
            "this person has not redeemed the invitation; send the invitation again instead",
        ));
    }
    let facts = locks::reactivate(
        &member.user.lock_facts()?,
        &lens.policy,
        Some(lens.power(member)),
        lens.side(),
        lens.now,
    )
    .map_err(|error| match error {
        locks::LiftError::NotLocked => PersonError::NotLocked(
            "this person is not locked by failed attempts or dormancy, so there is nothing to reactivate",
        ),
        other => other.into(),
    })?;
    Ok((permit, facts))
}

/// What became of one person of a bulk reactivation.
#[derive(Debug)]
pub struct BulkRow {
    /// The person.
    pub user: UserId,
    /// Done, or why not.
    pub outcome: Result<(), PersonError>,
}

/// Reactivates many, each in an own transaction: what is refused for one does not touch the others.
///
/// # Errors
/// When the actor reactivates nobody in this account.
pub async fn reactivate_many(
    actor: &Actor,
    s: &Services,
    account: AccountId,
    people: &[UserId],
    with_temporary_password: bool,
) -> Result<Vec<BulkRow>, Fault> {
    let at = place(actor, s, account).await?;
    require_read(actor, Action::ReactivateUser, &Thing::Account(at))?;
    let mut rows: Vec<BulkRow> = Vec::with_capacity(people.len());
    for &user in people {
        if rows.iter().any(|row| row.user == user) {
            continue;
        }
        let outcome = reactivate(actor, s, account, user, with_temporary_password).await;
        rows.push(BulkRow {
            user,
            outcome: outcome.map(drop),
        });
    }
    Ok(rows)
}
