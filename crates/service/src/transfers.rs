//! The transfer of a business activity between two accounts of one company: looked at, proposed by the holder's owner, answered
//! by the other owner, made in one transaction.

use quaymaster_domain::access::{Action, Actor, Permit, Scope, Thing, may, require, require_read};
use quaymaster_domain::activities::BusinessActivity;
use quaymaster_domain::ids::{AccountId, TransferId};
use quaymaster_domain::moves::{Plan, Shared, plan_grants_of_transfer, plan_transfer};
use quaymaster_domain::people::Reason;
use quaymaster_store::accounts::{self, Account, Party};
use quaymaster_store::db::Handle;
use quaymaster_store::{Page, PageRequest, WriteTx, moves as facts, proposals, transfers as store};

use crate::Services;
use crate::error::Fault;
use crate::mails::structure_changes as letters;
use crate::moves::{
    Answers, MoveError, Preview, ProposalState, both_trails, carry_out, decision, lock, own,
    owner_of, pair, record, sibling, still_open, version,
};
use crate::users::place;

pub use quaymaster_store::transfers::Transfer;

/// A transfer as it is shown.
#[derive(Clone, Debug)]
pub struct TransferView {
    /// The transfer.
    pub transfer: Transfer,
    /// The account that gives.
    pub from: Party,
    /// The account that gets.
    pub to: Party,
    /// What the reader may do.
    pub can: Answers,
}

fn view(actor: &Actor, transfer: Transfer, from: Party, to: Party) -> TransferView {
    let open = transfer.state == ProposalState::Proposed;
    let may = |action, at: &Party| {
        open && may(actor, action, &Thing::Account(at.account.place())).is_ok()
    };
    TransferView {
        can: Answers {
            accept: may(Action::AcceptTransfer, &to),
            decline: may(Action::EndTransfer, &to),
            withdraw: may(Action::EndTransfer, &from),
        },
        transfer,
        from,
        to,
    }
}

async fn one(actor: &Actor, db: &impl Handle, transfer: Transfer) -> Result<TransferView, Fault> {
    let (from, to) = pair(db, transfer.from, transfer.to).await?;
    Ok(view(actor, transfer, from, to))
}

async fn plan_now(
    s: &Services,
    db: &impl Handle,
    from: AccountId,
    to: AccountId,
    activity: BusinessActivity,
    shared: Option<Shared>,
) -> Result<Plan, MoveError> {
    let now = s.now();
    let (giving, getting) = (
        facts::facts(db, from, now).await?,
        facts::facts(db, to, now).await?,
    );
    let mut plan = plan_transfer(&giving, &getting, activity, shared)?;
    let (given, there) = (
        facts::grants::facts(db, from).await?,
        facts::grants::facts(db, to).await?,
    );
    plan_grants_of_transfer(&mut plan, to, &given, &there);
    Ok(plan)
}

/// Shows what a transfer would do, before it is proposed.
///
/// # Errors
/// [`MoveError::Transfer`] names the rule; an account that is none of the same company.
pub async fn preview(
    actor: &Actor,
    s: &Services,
    account: AccountId,
    to: AccountId,
    activity: BusinessActivity,
    shared: Option<Shared>,
) -> Result<Preview, MoveError> {
    let at = place(actor, s, account).await?;
    require_read(actor, Action::PreviewStructureChange, &Thing::Account(at))?;
    let reader = s.db.reader();
    let from = own(&reader, account).await?;
    let to = sibling(&reader, &from, to, "?to_account_id").await?;
    let plan = plan_now(s, &reader, account, to.account.id, activity, shared).await?;
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
pub struct NewTransfer {
    /// The activity.
    pub activity: BusinessActivity,
    /// The account that gets it.
    pub to: AccountId,
    /// What becomes of identifiers in moving and staying sub-accounts.
    pub shared: Option<Shared>,
    /// Why.
    pub reason: Reason,
    /// The digest of the preview that was looked at.
    pub preview_version: String,
}

/// Proposes a transfer to the owner of the other account.
///
/// # Errors
/// The refusals of [`MoveError`]; a proof that is too old.
pub async fn propose(
    actor: &Actor,
    s: &Services,
    account: AccountId,
    new: NewTransfer,
) -> Result<TransferView, MoveError> {
    let NewTransfer {
        activity,
        to,
        shared,
        reason,
        preview_version,
    } = new;
    let at = place(actor, s, account).await?;
    require_read(actor, Action::ReadStructure, &Thing::Account(at))?;
    let permit = require(actor, Action::ProposeTransfer, &Thing::Account(at))?;
    let tx = s.db.begin_write().await?;
    let from_party = own(&tx, account).await?;
    let to_party = sibling(&tx, &from_party, to, "/to_account_id").await?;
    let (from, to) = lock(actor, &tx, account, to_party.account.id, account).await?;
    let plan = plan_now(s, &tx, from.id, to.id, activity, shared).await?;
    if plan.needs_choice() {
        return Err(MoveError::ChoiceNeeded);
    }
    let plan_version = version(&plan)?;
    if plan_version != preview_version {
        return Err(MoveError::PreviewChanged);
    }
    let transfer = Transfer {
        id: s.id(),
        company: from.company_id,
        activity,
        from: from.id,
        to: to.id,
        shared,
        reason: reason.to_string(),
        plan,
        plan_version,
        state: ProposalState::Proposed,
        proposed_at: s.now(),
        proposed_by_name: actor.name.clone(),
        decision: None,
    };
    store::insert(&tx, &transfer).await?;
    if let Some(owner) = owner_of(&tx, &to).await? {
        let what = letters::transfer_words(activity.label(), &from, &to);
        let page = format!("/accounts/{}/transfers/{}", to.id, transfer.id);
        letters::proposed(s, &actor.name, &what, reason.as_str(), &page)
            .to(s, &tx, &owner)
            .await?;
    }
    let permit = permit
        .about("transfer", transfer.id, activity.label())
        .because(reason.as_str())
        .change(None, Some(record(&transfer.plan, &from, &to)));
    let view = view(actor, transfer, from_party, to_party);
    both_trails(s, tx, permit, to.id).await?;
    Ok(view)
}

/// The transfers from and to an account, the newest first.
///
/// # Errors
/// [`Fault::Denied`] for plain users.
pub async fn list(
    actor: &Actor,
    s: &Services,
    account: AccountId,
    state: Option<ProposalState>,
    page: &PageRequest,
) -> Result<Page<TransferView>, Fault> {
    let at = place(actor, s, account).await?;
    let scope = require_read(actor, Action::ReadStructureChanges, &Thing::Account(at))?;
    let reader = s.db.reader();
    let Page { items, next } =
        proposals::list::<Transfer>(&reader, &scope, account, state, page).await?;
    let sides = items.iter().flat_map(|t| [t.from, t.to]);
    let parties = accounts::parties(&reader, sides).await?;
    let items = items
        .into_iter()
        .filter_map(|t| {
            let (from, to) = (parties.get(&t.from)?.clone(), parties.get(&t.to)?.clone());
            Some(view(actor, t, from, to))
        })
        .collect();
    Ok(Page { items, next })
}

async fn seen(
    actor: &Actor,
    s: &Services,
    account: AccountId,
    id: TransferId,
) -> Result<Transfer, Fault> {
    let at = place(actor, s, account).await?;
    let scope = require_read(actor, Action::ReadStructureChanges, &Thing::Account(at))?;
    proposals::find::<Transfer>(&s.db.reader(), &scope, account, id)
        .await?
        .ok_or(Fault::NotFound)
}

/// One transfer.
///
/// # Errors
/// [`Fault::NotFound`] when there is none from or to this account.
pub async fn find(
    actor: &Actor,
    s: &Services,
    account: AccountId,
    id: TransferId,
) -> Result<TransferView, Fault> {
    let found = seen(actor, s, account, id).await?;
    one(actor, &s.db.reader(), found).await
}

/// What an open transfer would do now, or what one that is over was about.
///
/// # Errors
/// As [`find`]; the rule that has come in the way since.
pub async fn preview_proposed(
    actor: &Actor,
    s: &Services,
    account: AccountId,
    id: TransferId,
) -> Result<Preview, MoveError> {
    let found = seen(actor, s, account, id).await?;
    let reader = s.db.reader();
    let (from, to) = pair(&reader, found.from, found.to).await?;
    let plan = if found.state == ProposalState::Proposed {
        plan_now(
            s,
            &reader,
            found.from,
            found.to,
            found.activity,
            found.shared,
        )
        .await?
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

/// Which side of a transfer acts.
#[derive(Clone, Copy, PartialEq, Eq)]
enum By {
    Giver,
    Receiver,
}

/// Accounts and proposal locked, on the side that may act.
struct Held {
    scope: Scope,
    permit: Permit,
    tx: WriteTx,
    from: Account,
    to: Account,
    transfer: Transfer,
}

async fn hold(
    actor: &Actor,
    s: &Services,
    account: AccountId,
    id: TransferId,
    action: Action,
    by: By,
) -> Result<Held, MoveError> {
    let at = place(actor, s, account).await?;
    let scope = require_read(actor, Action::ReadStructureChanges, &Thing::Account(at))?;
    let permit = require(actor, action, &Thing::Account(at))?;
    let tx = s.db.begin_write().await?;
    let peek = proposals::find::<Transfer>(&tx, &scope, account, id)
        .await?
        .ok_or(Fault::NotFound)?;
    let (side, words) = match by {
        By::Giver => (
            peek.from,
            "only the owner of the account that gives takes a transfer back; the other owner declines it",
        ),
        By::Receiver => (
            peek.to,
            "only the owner of the account that gets the activity answers; the other owner takes it back",
        ),
    };
    if side != account {
        return Err(MoveError::OtherSide(words));
    }
    still_open(peek.state)?;
    let (from, to) = lock(actor, &tx, peek.from, peek.to, account).await?;
    let transfer = proposals::lock::<Transfer>(&tx, &scope, account, id)
        .await?
        .ok_or(Fault::NotFound)?;
    still_open(transfer.state)?;
    Ok(Held {
        permit: permit.about("transfer", id, transfer.activity.label()),
        scope,
        tx,
        from,
        to,
        transfer,
    })
}

/// The other owner accepts: everything moves now, in one transaction.
///
/// # Errors
/// [`MoveError::PreviewChanged`] when it would not do what was agreed to; [`MoveError::Over`]; a proof that is too old.
pub async fn accept(
    actor: &Actor,
    s: &Services,
    account: AccountId,
    id: TransferId,
    preview_version: &str,
) -> Result<TransferView, MoveError> {
    let Held {
        scope,
        permit,
        tx,
        from,
        to,
        transfer,
    } = hold(actor, s, account, id, Action::AcceptTransfer, By::Receiver).await?;
    let plan = plan_now(s, &tx, from.id, to.id, transfer.activity, transfer.shared).await?;
    let now_version = version(&plan)?;
    if now_version != transfer.plan_version || now_version != preview_version {
        return Err(MoveError::PreviewChanged);
    }
    carry_out(s, &tx, &plan, &from, &to).await?;
    let decision = decision(actor, s, None);
    proposals::decide::<Transfer>(&tx, id, ProposalState::Accepted, &decision).await?;
    let what = letters::transfer_words(transfer.activity.label(), &from, &to);
    for side in [&from, &to] {
        if let Some(owner) = owner_of(&tx, side).await? {
            letters::done(&actor.name, &what).to(s, &tx, &owner).await?;
        }
    }
    let permit = permit
        .because(&transfer.reason)
        .change(None, Some(record(&plan, &from, &to)));
    let after = proposals::find::<Transfer>(&tx, &scope, account, id)
        .await?
        .ok_or(Fault::NotFound)?;
    let view = one(actor, &tx, after).await?;
    both_trails(s, tx, permit, from.id).await?;
    Ok(view)
}

/// The other owner declines.
///
/// # Errors
/// [`MoveError::Over`], [`MoveError::OtherSide`].
pub async fn decline(
    actor: &Actor,
    s: &Services,
    account: AccountId,
    id: TransferId,
    reason: &Reason,
) -> Result<TransferView, MoveError> {
    let held = hold(actor, s, account, id, Action::EndTransfer, By::Receiver).await?;
    end(actor, s, held, ProposalState::Declined, reason).await
}

/// The proposer takes it back.
///
/// # Errors
/// [`MoveError::Over`], [`MoveError::OtherSide`].
pub async fn withdraw(
    actor: &Actor,
    s: &Services,
    account: AccountId,
    id: TransferId,
    reason: &Reason,
) -> Result<TransferView, MoveError> {
    let held = hold(actor, s, account, id, Action::EndTransfer, By::Giver).await?;
    end(actor, s, held, ProposalState::Withdrawn, reason).await
}

async fn end(
    actor: &Actor,
    s: &Services,
    held: Held,
    state: ProposalState,
    reason: &Reason,
) -> Result<TransferView, MoveError> {
    let Held {
        scope,
        permit,
        tx,
        from,
        to,
        transfer,
    } = held;
    let decision = decision(actor, s, Some(reason));
    proposals::decide::<Transfer>(&tx, transfer.id, state, &decision).await?;
    let what = letters::transfer_words(transfer.activity.label(), &from, &to);
    let (told, own, letter) = if state == ProposalState::Declined {
        let letter = letters::declined(&actor.name, &what, reason.as_str());
        (&from, &to, letter)
    } else {
        let letter = letters::ended(&actor.name, &what, reason.as_str());
        (&to, &from, letter)
    };
    if let Some(owner) = owner_of(&tx, told).await? {
        letter.to(s, &tx, &owner).await?;
    }
    let json =
        |state: ProposalState| Some(serde_json::json!({ "state": state.as_str() }).to_string());
    let permit = permit
        .because(reason.as_str())
        .change(json(transfer.state), json(state));
    let after = proposals::find::<Transfer>(&tx, &scope, own.id, transfer.id)
        .await?
        .ok_or(Fault::NotFound)?;
    let view = one(actor, &tx, after).await?;
    both_trails(s, tx, permit, told.id).await?;
    Ok(view)
}
