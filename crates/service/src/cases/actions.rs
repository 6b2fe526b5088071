//! What support does about the person of a case: reactivation and a temporary password, for a verified caller only (R6).
//! An Account Owner is helped by two agents.

use quaymaster_domain::access::{Action, Actor, Permit, Thing, require};
use quaymaster_domain::cases::{ActionKind, case_number};
use quaymaster_domain::ids::{CaseActionId, CaseId, UserId};
use quaymaster_domain::locks::{self, LiftError, LiftedBy};
use quaymaster_domain::members::MemberRole;
use quaymaster_domain::people::Reason;
use quaymaster_store::cases::actions::{self as store, ActionState, CaseAction};
use quaymaster_store::cases::{Case, verifications};
use quaymaster_store::users::{self, User, UserChange};
use quaymaster_store::{WriteTx, devices, members};

use super::verification::in_every_trail;
use super::{CaseError, CaseView, bound, get};
use crate::Services;
use crate::error::Fault;
use crate::mails::users as letters;
use crate::verifier::{Temporary, clear_answers, new_temporary};

fn permitted(actor: &Actor, kind: ActionKind) -> Result<Permit, CaseError> {
    let action = match kind {
        ActionKind::Reactivate => Action::ReactivatePerson,
        ActionKind::ResetPassword => Action::ResetPersonPassword,
    };
    Ok(require(actor, action, &Thing::Portal)?)
}

/// The person, locked, when the caller was verified as that person in the last 15 minutes.
async fn verified(
    s: &Services,
    tx: &WriteTx,
    case: &Case,
    person: UserId,
) -> Result<User, CaseError> {
    let verification = verifications::last(tx, case.id, person).await?;
    if !verification.is_some_and(|v| v.state.holds(s.now())) {
        return Err(CaseError::CallerNotVerified);
    }
    let person = users::lock(tx, person).await?.ok_or(Fault::NotFound)?;
    // Staff are helped by administrators, with a proof of identity of their own.
    if person.staff_role.is_some() {
        return Err(CaseError::CallerNotVerified);
    }
    Ok(person)
}

/// Acts on the person of a case. About an Account Owner it waits for a second agent.
///
/// # Errors
/// [`CaseError::CallerNotVerified`], [`CaseError::NotLocked`].
pub async fn act(
    actor: &Actor,
    s: &Services,
    id: CaseId,
    kind: ActionKind,
    reason: &Reason,
) -> Result<(CaseView, CaseAction), CaseError> {
    let permit = permitted(actor, kind)?;
    let tx = s.db.begin_write().await?;
    let (case, person) = bound(actor, &tx, id).await?;
    let person = verified(s, &tx, &case, person).await?;
    let roles = members::of_user(&tx, person.id).await?;
    let is_owner = roles
        .iter()
        .any(|(membership, ..)| membership.role == MemberRole::Owner);
    let mut action = CaseAction {
        id: s.id(),
        case: case.id,
        person: person.id,
        kind,
        reason: reason.as_str().to_owned(),
        state: ActionState::AwaitingSecondAgent,
        asked_at: s.now(),
        agent: actor.user,
        agent_name: actor.name.clone(),
    };
    if is_owner {
        // Whether it can be done at all is told now, not to the second agent.
        lifted(s, &person, kind)?;
    } else {
        carry_out(s, &tx, &person, kind).await?;
        action.state = ActionState::Done {
            at: s.now(),
            second: None,
        };
    }
    store::insert(&tx, &action).await?;
    in_every_trail(s, tx, person.id, told(permit, &case, &person, &action)).await?;
    Ok((get(actor, s, case.id).await?, action))
}

/// A second agent agrees to what waits, while the caller still counts as verified.
///
/// # Errors
/// [`CaseError::SecondAgentRequired`] for the agent who asked; [`CaseError::CallerNotVerified`] when it took too long.
pub async fn approve(
    actor: &Actor,
    s: &Services,
    id: CaseId,
    action: CaseActionId,
) -> Result<(CaseView, CaseAction), CaseError> {
    require(actor, Action::WorkCases, &Thing::Portal).map(drop)?;
    let tx = s.db.begin_write().await?;
    let (case, person) = bound(actor, &tx, id).await?;
    let mut action = store::find(&tx, case.id, action)
        .await?
        .filter(|found| found.person == person)
        .ok_or(Fault::NotFound)?;
    let permit = permitted(actor, action.kind)?;
    if action.state != ActionState::AwaitingSecondAgent {
        return Err(CaseError::DoneAlready);
    }
    if action.agent == actor.user {
        return Err(CaseError::SecondAgentRequired);
    }
    let person = verified(s, &tx, &case, person).await?;
    carry_out(s, &tx, &person, action.kind).await?;
    action.state = ActionState::Done {
        at: s.now(),
        second: Some((actor.user, actor.name.clone())),
    };
    store::update(&tx, &action).await?;
    in_every_trail(s, tx, person.id, told(permit, &case, &person, &action)).await?;
    Ok((get(actor, s, case.id).await?, action))
}

/// The lock facts after the act.
fn lifted(
    s: &Services,
    person: &User,
    kind: ActionKind,
) -> Result<locks::UserLockFacts, CaseError> {
    let facts = person.lock_facts()?;
    if person.user_name.is_none() {
        return Err(CaseError::NotLocked(
            "this person has not redeemed the invitation; the company sends it again",
        ));
    }
    let reactivated = locks::reactivate(
        &facts,
        &s.settings.lock_policy(),
        None,
        LiftedBy::Staff,
        s.now(),
    );
    match (reactivated, kind) {
        (Ok(facts), _) => Ok(facts),
        (Err(LiftError::Suspended), _) => Err(CaseError::NotLocked(
            "this person is suspended; whoever suspended lifts it, with the reason given then",
        )),
        // There may be no lock at all when the password was forgotten.
        (Err(_), ActionKind::ResetPassword) => Ok(facts),
        (Err(_), ActionKind::Reactivate) => Err(CaseError::NotLocked(
            "this person is not locked by failed attempts or dormancy, so there is nothing to reactivate",
        )),
    }
}

async fn carry_out(
    s: &Services,
    tx: &WriteTx,
    person: &User,
    kind: ActionKind,
) -> Result<(), CaseError> {
    let facts = lifted(s, person, kind)?;
    let change = UserChange::default().lock_facts(&facts);
    let (change, letter) = match kind {
        ActionKind::Reactivate => (change, letters::reactivated("Support", None)),
        ActionKind::ResetPassword => {
            let Temporary { password, hash } = new_temporary(s, person.id);
            let until = locks::temporary_password_ends(s.now());
            (
                change.temporary(Some((hash, until))),
                letters::reactivated("Support", Some((&password, until))),
            )
        }
    };
    users::update(tx, person.id, change).await?;
    devices::clear_counts(tx, person.id).await?;
    clear_answers(s, tx, person).await?;
    letter.to(s, tx, person).await?;
    Ok(())
}

fn told(permit: Permit, case: &Case, person: &User, action: &CaseAction) -> Permit {
    let after = match &action.state {
        ActionState::AwaitingSecondAgent => serde_json::json!({
            "act": action.kind.as_str(), "state": "awaiting_second_agent", "agent": action.agent_name,
        }),
        ActionState::Done { second, .. } => serde_json::json!({
            "act": action.kind.as_str(), "state": "done", "agent": action.agent_name,
            "second_agent": second.as_ref().map(|(_, name)| name),
        }),
    };
    permit
        .about("user", person.id, person.full_name())
        .because(format!(
            "Case {}: {}",
            case_number(case.serial),
            action.reason
        ))
        .change(None, Some(after.to_string()))
}
