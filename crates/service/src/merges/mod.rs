//! The merge of two accounts of one company: looked at, proposed by either owner, answered by the other, made in one transaction.
//! The emptied account is closed and stays for reading; the survivor's owner reads it.

mod accept;

use quaymaster_domain::access::{
    Action, Actor, Permit, Scope, Thing, may, require, require_read, scope_of_job,
};
use quaymaster_domain::ids::{AccountId, MergeId};
use quaymaster_domain::moves::{
    Collision, CollisionKind, Managers, Plan, plan_grants_of_merge, plan_merge,
};
use quaymaster_domain::people::Reason;
use quaymaster_store::accounts::{self, Account, Party};
use quaymaster_store::db::Handle;
use quaymaster_store::{
    Page, PageRequest, WriteTx, access_reviews, merges as store, moves as facts, owner_successions,
    proposals,
};

use crate::Services;
use crate::error::Fault;
use crate::mails::structure_changes as letters;
use crate::moves::{
    Answers, MoveError, Preview, ProposalState, both_trails, decision, lock, own, owner_of, pair,
    record, sibling, still_open, version,
};
use crate::transfers::Transfer;
use crate::users::place;

pub use accept::accept;
pub use quaymaster_store::merges::Merge;

/// A merge as it is shown.
#[derive(Clone, Debug)]
pub struct MergeView {
    /// The merge.
    pub merge: Merge,
    /// The account that is emptied.
    pub from: Party,
    /// The survivor.
    pub into: Party,
    /// What the reader may do.
    pub can: Answers,
}

fn view(actor: &Actor, merge: Merge, from: Party, into: Party) -> MergeView {
    let open = merge.state == ProposalState::Proposed;
    let may = |action, at: &Party| {
        open && may(actor, action, &Thing::Account(at.account.place())).is_ok()
    };
    let (proposer, other) = if merge.proposed_by_from {
        (&from, &into)
    } else {
        (&into, &from)
    };
    MergeView {
        can: Answers {
            accept: may(Action::AcceptMerge, other),
            decline: may(Action::EndMerge, other),
            withdraw: may(Action::EndMerge, proposer),
        },
        merge,
        from,
        into,
    }
}

async fn one(actor: &Actor, db: &impl Handle, merge: Merge) -> Result<MergeView, Fault> {
    let (from, into) = pair(db, merge.from, merge.into).await?;
    Ok(view(actor, merge, from, into))
}

/// What a merge would do at this moment, beyond structure and people.
async fn plan_now(
    s: &Services,
    db: &impl Handle,
    from: AccountId,
    into: AccountId,
    managers: Managers,
) -> Result<Plan, MoveError> {
    let now = s.now();
    let (giving, getting) = (
        facts::facts(db, from, now).await?,
        facts::facts(db, into, now).await?,
    );
    let mut plan = plan_merge(&giving, &getting, managers);
    let (given, there) = (
        facts::grants::facts(db, from).await?,
        facts::grants::facts(db, into).await?,
    );
    plan_grants_of_merge(&mut plan, from, into, &given, &there);
    for company in facts::drafts_twice(db, from, into).await? {
        plan.collisions.push(Collision {
            kind: CollisionKind::Draft,
            subject: company,
            solution: "both accounts have a draft for the same identifier; that of the surviving account stays"
                .to_owned(),
            needs_choice: false,
        });
    }
    (plan.contacts, plan.addresses) = facts::profile_counts(db, from).await?;
    for transfer in proposals::open_now::<Transfer>(db, from).await? {
        plan.ending_changes.push(format!(
            "the proposed transfer of {}",
            transfer.activity.label()
        ));
    }
    for succession in owner_successions::open_of(db, from).await? {
        plan.ending_changes.push(format!(
            "the replacement of the Account Owner that {} began",
            succession.asked_by_name
        ));
    }
    for review in access_reviews::running(db, from, now).await? {
        plan.ending_changes.push(format!(
            "the access review \"{}\", which is called off; what was answered stays in force",
            review.name
        ));
    }
    if access_reviews::schedule(db, &scope_of_job(from), from)
        .await?
        .is_some()
    {
        plan.ending_changes
            .push("the schedule of access reviews".to_owned());
    }
    Ok(plan)
}

/// Which of the two accounts survives, seen from the one that acts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Keep {
    /// The one that acts.
    This,
    /// The other one.
    Other,
}

impl Keep {
    fn sides<T>(self, own: T, other: T) -> (T, T) {
        match self {
            Self::This => (other, own),
            Self::Other => (own, other),
        }
    }
}

/// Shows what a merge would do, before it is proposed.
///
/// # Errors
/// An account that is none of the same company.
pub async fn preview(
    actor: &Actor,
    s: &Services,
    account: AccountId,
    other: AccountId,
    keep: Keep,
    managers: Managers,
) -> Result<Preview, MoveError> {
    let at = place(actor, s, account).await?;
    require_read(actor, Action::PreviewStructureChange, &Thing::Account(at))?;
    let reader = s.db.reader();
    let own = own(&reader, account).await?;
    let other = sibling(&reader, &own, other, "?other_account_id").await?;
    let (from, to) = keep.sides(own, other);
    let plan = plan_now(s, &reader, from.account.id, to.account.id, managers).await?;
    Ok(Preview {
        version: version(&plan)?,
        changed: false,
        from,
        to,
        plan,
    })
}

/// What is proposed.
#[derive(Clone, Debug)]
pub struct NewMerge {
    /// The other account.
    pub other: AccountId,
    /// Which one survives.
    pub keep: Keep,
    /// What owner and proxies of the emptied account become.
    pub managers: Managers,
    /// Why.
    pub reason: Reason,
    /// The digest of the preview that was looked at.
    pub preview_version: String,
}

/// Proposes a merge to the owner of the other account.
///
/// # Errors
/// The refusals of [`MoveError`]; a proof that is too old.
pub async fn propose(
    actor: &Actor,
    s: &Services,
    account: AccountId,
    new: NewMerge,
) -> Result<MergeView, MoveError> {
    let NewMerge {
        other,
        keep,
        managers,
        reason,
        preview_version,
    } = new;
    let at = place(actor, s, account).await?;
    require_read(actor, Action::ReadStructure, &Thing::Account(at))?;
    let permit = require(actor, Action::ProposeMerge, &Thing::Account(at))?;
    let tx = s.db.begin_write().await?;
    let own_party = own(&tx, account).await?;
    let other_party = sibling(&tx, &own_party, other, "/other_account_id").await?;
    let (from_party, into_party) = keep.sides(own_party, other_party);
    let (from, into) = lock(
        actor,
        &tx,
        from_party.account.id,
        into_party.account.id,
        account,
    )
    .await?;
    let plan = plan_now(s, &tx, from.id, into.id, managers).await?;
    let plan_version = version(&plan)?;
    if plan_version != preview_version {
        return Err(MoveError::PreviewChanged);
    }
    let merge = Merge {
        id: s.id(),
        company: from.company_id,
        proposed_by_from: keep == Keep::Other,
        managers,
        from: from.id,
        into: into.id,
        reason: reason.to_string(),
        plan,
        plan_version,
        state: ProposalState::Proposed,
        proposed_at: s.now(),
        proposed_by_name: actor.name.clone(),
        decision: None,
    };
    store::insert(&tx, &merge).await?;
    let asked = if merge.proposed_by_from { &into } else { &from };
    if let Some(owner) = owner_of(&tx, asked).await? {
        let what = letters::merge_words(&from, &into);
        let page = format!("/accounts/{}/merges/{}", asked.id, merge.id);
        letters::proposed(s, &actor.name, &what, reason.as_str(), &page)
            .to(s, &tx, &owner)
            .await?;
    }
    let permit = permit
        .about("merge", merge.id, into.account_number.clone())
        .because(reason.as_str())
        .change(None, Some(record(&merge.plan, &from, &into)));
    let other = asked.id;
    let view = view(actor, merge, from_party, into_party);
    both_trails(s, tx, permit, other).await?;
    Ok(view)
}

/// The merges of an account, the newest first.
///
/// # Errors
/// [`Fault::Denied`] for plain users.
pub async fn list(
    actor: &Actor,
    s: &Services,
    account: AccountId,
    state: Option<ProposalState>,
    page: &PageRequest,
) -> Result<Page<MergeView>, Fault> {
    let at = place(actor, s, account).await?;
    let scope = require_read(actor, Action::ReadStructureChanges, &Thing::Account(at))?;
    let reader = s.db.reader();
    let Page { items, next } =
        proposals::list::<Merge>(&reader, &scope, account, state, page).await?;
    let sides = items.iter().flat_map(|m| [m.from, m.into]);
    let parties = accounts::parties(&reader, sides).await?;
    let items = items
        .into_iter()
        .filter_map(|m| {
            let (from, into) = (parties.get(&m.from)?.clone(), parties.get(&m.into)?.clone());
            Some(view(actor, m, from, into))
        })
        .collect();
    Ok(Page { items, next })
}

async fn seen(
    actor: &Actor,
    s: &Services,
    account: AccountId,
    id: MergeId,
) -> Result<Merge, Fault> {
    let at = place(actor, s, account).await?;
    let scope = require_read(actor, Action::ReadStructureChanges, &Thing::Account(at))?;
    proposals::find::<Merge>(&s.db.reader(), &scope, account, id)
        .await?
        .ok_or(Fault::NotFound)
}

/// One merge.
///
/// # Errors
/// [`Fault::NotFound`] when there is none of this account.
pub async fn find(
    actor: &Actor,
    s: &Services,
    account: AccountId,
    id: MergeId,
) -> Result<MergeView, Fault> {
    let found = seen(actor, s, account, id).await?;
    one(actor, &s.db.reader(), found).await
}

/// What an open merge would do now, or what one that is over was about.
///
/// # Errors
/// As [`find`].
pub async fn preview_proposed(
    actor: &Actor,
    s: &Services,
    account: AccountId,
    id: MergeId,
) -> Result<Preview, MoveError> {
    let found = seen(actor, s, account, id).await?;
    let reader = s.db.reader();
    let (from, to) = pair(&reader, found.from, found.into).await?;
    let plan = if found.state == ProposalState::Proposed {
        plan_now(s, &reader, found.from, found.into, found.managers).await?
    } else {
        found.plan
    };
    let version = version(&plan)?;
    Ok(Preview {
        from,
        to,
        plan,
        changed: version != found.plan_version,
        version,
    })
}

/// Accounts and proposal locked, on the side that may act.
struct Held {
    scope: Scope,
    permit: Permit,
    tx: WriteTx,
    from: Account,
    into: Account,
    merge: Merge,
}

async fn hold(
    actor: &Actor,
    s: &Services,
    account: AccountId,
    id: MergeId,
    action: Action,
    by_proposer: bool,
) -> Result<Held, MoveError> {
    let at = place(actor, s, account).await?;
    let scope = require_read(actor, Action::ReadStructureChanges, &Thing::Account(at))?;
    let permit = require(actor, action, &Thing::Account(at))?;
    let tx = s.db.begin_write().await?;
    let peek = proposals::find::<Merge>(&tx, &scope, account, id)
        .await?
        .ok_or(Fault::NotFound)?;
    let proposer = if peek.proposed_by_from {
        peek.from
    } else {
        peek.into
    };
    if (proposer == account) != by_proposer {
        return Err(MoveError::OtherSide(if by_proposer {
            "only the owner who proposed a merge takes it back; the other owner declines it"
        } else {
            "the merge was proposed by this account, so the owner of the other one answers"
        }));
    }
    still_open(peek.state)?;
    let (from, into) = lock(actor, &tx, peek.from, peek.into, account).await?;
    let merge = proposals::lock::<Merge>(&tx, &scope, account, id)
        .await?
        .ok_or(Fault::NotFound)?;
    still_open(merge.state)?;
    Ok(Held {
        permit: permit.about("merge", id, into.account_number.clone()),
        scope,
        tx,
        from,
        into,
        merge,
    })
}

/// The other owner declines.
///
/// # Errors
/// [`MoveError::Over`], [`MoveError::OtherSide`].
pub async fn decline(
    actor: &Actor,
    s: &Services,
    account: AccountId,
    id: MergeId,
    reason: &Reason,
) -> Result<MergeView, MoveError> {
    let held = hold(actor, s, account, id, Action::EndMerge, false).await?;
    end(actor, s, account, held, ProposalState::Declined, reason).await
}

/// The proposer takes it back.
///
/// # Errors
/// [`MoveError::Over`], [`MoveError::OtherSide`].
pub async fn withdraw(
    actor: &Actor,
    s: &Services,
    account: AccountId,
    id: MergeId,
    reason: &Reason,
) -> Result<MergeView, MoveError> {
    let held = hold(actor, s, account, id, Action::EndMerge, true).await?;
    end(actor, s, account, held, ProposalState::Withdrawn, reason).await
}

async fn end(
    actor: &Actor,
    s: &Services,
    account: AccountId,
    held: Held,
    state: ProposalState,
    reason: &Reason,
) -> Result<MergeView, MoveError> {
    let Held {
        scope,
        permit,
        tx,
        from,
        into,
        merge,
    } = held;
    let decision = decision(actor, s, Some(reason));
    proposals::decide::<Merge>(&tx, merge.id, state, &decision).await?;
    let what = letters::merge_words(&from, &into);
    let letter = if state == ProposalState::Declined {
        letters::declined(&actor.name, &what, reason.as_str())
    } else {
        letters::ended(&actor.name, &what, reason.as_str())
    };
    let told = if account == from.id { &into } else { &from };
    if let Some(owner) = owner_of(&tx, told).await? {
        letter.to(s, &tx, &owner).await?;
    }
    let json =
        |state: ProposalState| Some(serde_json::json!({ "state": state.as_str() }).to_string());
    let permit = permit
        .because(reason.as_str())
        .change(json(merge.state), json(state));
    let after = proposals::find::<Merge>(&tx, &scope, account, merge.id)
        .await?
        .ok_or(Fault::NotFound)?;
    let view = one(actor, &tx, after).await?;
    let other = told.id;
    both_trails(s, tx, permit, other).await?;
    Ok(view)
}
