//! Carrying out a merge that the other owner has accepted, in one transaction. Proposing and looking at it is in the module above.

use quaymaster_domain::access::{Action, Actor};
use quaymaster_domain::ids::{AccountId, MergeId};
use quaymaster_domain::moves::{Effect, Plan, RightsMove, SideOfPerson};
use quaymaster_domain::owner_successions::SuccessionState;
use quaymaster_store::accounts::{self, Account};
use quaymaster_store::invitations::{self as invitation_store, InvitationState};
use quaymaster_store::{
    WriteTx, access_reviews, members, moves as facts, owner_successions, proposals,
};

use super::{Held, Merge, MergeView, hold, one, plan_now};
use crate::Services;
use crate::error::Fault;
use crate::invitations::withdraw as withdraw_invitation;
use crate::mails::structure_changes as letters;
use crate::moves::{
    Decision, MoveError, ProposalState, both_trails, carry_out, decision, owner_of, pair, record,
    version,
};
use crate::transfers::Transfer;

/// The other owner accepts: everything moves now, in one transaction, and the emptied account is closed.
///
/// # Errors
/// [`MoveError::PreviewChanged`] when it would not do what was agreed to; [`MoveError::Over`]; a proof that is too old.
pub async fn accept(
    actor: &Actor,
    s: &Services,
    account: AccountId,
    id: MergeId,
    preview_version: &str,
) -> Result<MergeView, MoveError> {
    let Held {
        scope,
        permit,
        tx,
        from,
        into,
        merge,
    } = hold(actor, s, account, id, Action::AcceptMerge, false).await?;
    let plan = plan_now(s, &tx, from.id, into.id, merge.managers).await?;
    let now_version = version(&plan)?;
    if now_version != merge.plan_version || now_version != preview_version {
        return Err(MoveError::PreviewChanged);
    }
    let former_owner = owner_of(&tx, &from).await?;
    for suspended in access_reviews::suspended(&tx, from.id, s.now()).await? {
        // Their places in teams and behind grants would go along otherwise.
        members::remove(&tx, from.id, suspended).await?;
    }
    people_join(s, &tx, &plan, &from, &into).await?;
    carry_out(s, &tx, &plan, &from, &into).await?;
    facts::grants::groups_and_blocks(&tx, from.id, into.id).await?;
    facts::profile(&tx, from.id, into.id).await?;
    facts::drafts(&tx, from.id, into.id).await?;
    let now = s.now();
    end_other_changes(s, &tx, &from, id, &actor.name).await?;
    access_reviews::end_all(&tx, from.id, now, MERGED).await?;
    accounts::close_into(&tx, &from, &into, now).await?;
    let decision = decision(actor, s, None);
    proposals::decide::<Merge>(&tx, id, ProposalState::Accepted, &decision).await?;
    let what = letters::merge_words(&from, &into);
    let owners = [former_owner, owner_of(&tx, &into).await?];
    for owner in owners.iter().flatten() {
        letters::done(&actor.name, &what).to(s, &tx, owner).await?;
    }
    let permit = permit
        .because(&merge.reason)
        .change(None, Some(record(&plan, &from, &into)));
    let other = if account == from.id { into.id } else { from.id };
    let after = proposals::find::<Merge>(&tx, &scope, account, id)
        .await?
        .ok_or(Fault::NotFound)?;
    let view = one(actor, &tx, after).await?;
    both_trails(s, tx, permit, other).await?;
    Ok(view)
}

/// Makes the people of the emptied account members of the survivor as the plan says; invitations that were not redeemed end.
async fn people_join(
    s: &Services,
    tx: &WriteTx,
    plan: &Plan,
    from: &Account,
    into: &Account,
) -> Result<(), MoveError> {
    let now = s.now();
    for person in plan.people.iter().filter(|p| p.side == SideOfPerson::From) {
        let Some(role) = person.role_after else {
            continue;
        };
        if person.effect == Effect::Ends || members::is_member(tx, into.id, person.user).await? {
            continue;
        }
        facts::member(tx, person.user, from.id, into.id, role, now).await?;
        if person.rights == RightsMove::Carry {
            facts::carry_ports(tx, person.user, from.id, into.id).await?;
        }
    }
    for invited in members::invited(tx, from.id).await? {
        let invitation = invitation_store::newest_of(tx, from.id, invited).await?;
        if let Some(invitation) = invitation.filter(|i| {
            !matches!(
                i.state(now),
                InvitationState::Redeemed | InvitationState::Revoked
            )
        }) {
            withdraw_invitation(s, tx, from.id, &invitation).await?;
        }
    }
    Ok(())
}

/// Why what was on its way in the emptied account is over.
const MERGED: &str = "One of the accounts was merged into another one.";

/// What else was on its way in the emptied account is over.
async fn end_other_changes(
    s: &Services,
    tx: &WriteTx,
    from: &Account,
    this: MergeId,
    by_name: &str,
) -> Result<(), MoveError> {
    let now = s.now();
    let why = MERGED;
    let decision = Decision {
        at: now,
        by_name: by_name.to_owned(),
        reason: Some(why.to_owned()),
    };
    for transfer in proposals::open_of::<Transfer>(tx, from.id).await? {
        proposals::decide::<Transfer>(tx, transfer.id, ProposalState::Superseded, &decision)
            .await?;
        let (giver, receiver) = pair(tx, transfer.from, transfer.to).await?;
        let what =
            letters::transfer_words(transfer.activity.label(), &giver.account, &receiver.account);
        tell_ended(s, tx, &giver.account, by_name, &what, why).await?;
    }
    for merge in proposals::open_of::<Merge>(tx, from.id).await? {
        if merge.id == this {
            continue;
        }
        proposals::decide::<Merge>(tx, merge.id, ProposalState::Superseded, &decision).await?;
        let (emptied, survivor) = pair(tx, merge.from, merge.into).await?;
        let what = letters::merge_words(&emptied.account, &survivor.account);
        let proposer = if merge.proposed_by_from {
            &emptied
        } else {
            &survivor
        };
        tell_ended(s, tx, &proposer.account, by_name, &what, why).await?;
    }
    for succession in owner_successions::open_of(tx, from.id).await? {
        let decision = Some((now, by_name, Some(why)));
        owner_successions::advance(tx, succession.id, SuccessionState::Lapsed, decision).await?;
    }
    Ok(())
}

/// Tells the owner who proposed something that it is over.
async fn tell_ended(
    s: &Services,
    tx: &WriteTx,
    proposer: &Account,
    by_name: &str,
    what: &str,
    why: &str,
) -> Result<(), MoveError> {
    if let Some(owner) = owner_of(tx, proposer).await? {
        letters::ended(by_name, what, why).to(s, tx, &owner).await?;
    }
    Ok(())
}
