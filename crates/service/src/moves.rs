//! What transfers and merges share: the digest of a plan, carrying it out, and the sides as they are shown. The plan itself is
//! made in the domain.

use quaymaster_domain::access::{Actor, Permit};
use quaymaster_domain::ids::{AccountId, SubAccountId, UserId};
use quaymaster_domain::members::{RecordsLevel, ReportsLevel, StructureLevel, SubAccountAccess};
use quaymaster_domain::moves::{
    AffectedGrant, GrantAct, Outcome, Plan, RightsMove, SideOfPerson, TransferRefusal,
};
use quaymaster_domain::people::Reason;
use quaymaster_store::accounts::Account;
use quaymaster_store::constraint::Constraint;
use quaymaster_store::db::Handle;
use quaymaster_store::moves::grants::Counterpart;
use quaymaster_store::{StoreError, WriteTx, accounts, members, moves as store};

use crate::Services;
use crate::error::Fault;
use crate::mails::structure_changes as letters;
use crate::secrets::token_hash;
use crate::users::PersonError;

pub use quaymaster_store::accounts::Party;
pub use quaymaster_store::proposals::{Decision, ProposalState};

/// Why structure does not move.
#[derive(Debug, thiserror::Error)]
pub enum MoveError {
    /// A rule about the activity.
    #[error(transparent)]
    Transfer(#[from] TransferRefusal),
    /// A choice is missing.
    #[error(
        "something collides and needs your choice; the preview names it. Choose, look at the preview again, and propose that"
    )]
    ChoiceNeeded,
    /// Something has changed since.
    #[error(
        "something has changed since: what would happen now is not what was agreed to. Look at the preview again; if it is still right, it is proposed anew"
    )]
    PreviewChanged,
    /// One waits already.
    #[error(
        "this is proposed already; it is accepted, declined or withdrawn before it is proposed again"
    )]
    AlreadyProposed,
    /// It has come to an end.
    #[error("this proposal is over: {0}")]
    Over(&'static str),
    /// Only the other side answers, only the proposer takes back.
    #[error("{0}")]
    OtherSide(&'static str),
    /// About owners.
    #[error(transparent)]
    Person(#[from] PersonError),
    /// Not specific.
    #[error(transparent)]
    Fault(#[from] Fault),
}

impl From<quaymaster_domain::access::Denied> for MoveError {
    fn from(denied: quaymaster_domain::access::Denied) -> Self {
        Self::Fault(denied.into())
    }
}
impl From<StoreError> for MoveError {
    fn from(error: StoreError) -> Self {
        match error {
            StoreError::Conflict(Constraint::OpenTransfer | Constraint::OpenMerge) => {
                Self::AlreadyProposed
            }
            // Something joined the structure while it moved; what was agreed to is not all of it any more.
            StoreError::Conflict(
                Constraint::ForeignKey
                | Constraint::SubAccountName
                | Constraint::Membership
                | Constraint::ActivityOfAccount,
            ) => Self::PreviewChanged,
            other => Self::Fault(other.into()),
        }
    }
}

/// Why a proposal is over, in words.
pub(crate) fn still_open(state: ProposalState) -> Result<(), MoveError> {
    Err(MoveError::Over(match state {
        ProposalState::Proposed => return Ok(()),
        ProposalState::Accepted => "it was accepted and has been made",
        ProposalState::Declined => "it was declined",
        ProposalState::Withdrawn => "it was withdrawn",
        ProposalState::Superseded => "another change of the accounts has ended it",
    }))
}

/// The digest of a plan: equal when, and only when, the same would happen.
pub(crate) fn version(plan: &Plan) -> Result<String, Fault> {
    let text = serde_json::to_string(plan)
        .map_err(|e| Fault::Internal(format!("a plan cannot be written: {e}")))?;
    Ok(token_hash(&text))
}

/// What the reader may do about a proposal.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Answers {
    /// Accept it.
    pub accept: bool,
    /// Decline it.
    pub decline: bool,
    /// Take it back.
    pub withdraw: bool,
}

/// A plan with the accounts that it is about.
#[derive(Clone, Debug)]
pub struct Preview {
    /// The account that gives.
    pub from: Party,
    /// The account that gets.
    pub to: Party,
    /// What would happen, or has happened.
    pub plan: Plan,
    /// Its digest, to be handed back.
    pub version: String,
    /// True when it differs from what was proposed.
    pub changed: bool,
}

/// The account that acts, as a side.
pub(crate) async fn own(db: &impl Handle, account: AccountId) -> Result<Party, Fault> {
    accounts::parties(db, [account])
        .await?
        .remove(&account)
        .ok_or(Fault::NotFound)
}

/// Commits with a row in the trail of both accounts: the permit's own, and the other one.
pub(crate) async fn both_trails(
    s: &Services,
    tx: WriteTx,
    permit: Permit,
    other: AccountId,
) -> Result<(), MoveError> {
    s.also(&tx, permit.clone().within(Some(other), None))
        .await?;
    Ok(s.commit(tx, permit).await?)
}

/// What a decision of the owner of one side leaves behind.
pub(crate) fn decision(actor: &Actor, s: &Services, reason: Option<&Reason>) -> Decision {
    Decision {
        at: s.now(),
        by_name: actor.name.clone(),
        reason: reason.map(ToString::to_string),
    }
}

/// The other account of the same company that a request names.
pub(crate) async fn sibling(
    db: &impl Handle,
    own: &Party,
    other: AccountId,
    pointer: &str,
) -> Result<Party, Fault> {
    let unfit = || {
        Fault::field(
            pointer,
            "invalid",
            "name another open account of the same company; GET /accounts/{id}/sibling-accounts lists them",
        )
    };
    if other == own.account.id {
        return Err(unfit());
    }
    accounts::parties(db, [other])
        .await?
        .remove(&other)
        .filter(|p| p.account.company_id == own.account.company_id && p.account.open)
        .ok_or_else(unfit)
}

/// Two accounts by the side they are on.
pub(crate) async fn pair(
    db: &impl Handle,
    from: AccountId,
    to: AccountId,
) -> Result<(Party, Party), Fault> {
    let mut found = accounts::parties(db, [from, to]).await?;
    found
        .remove(&from)
        .zip(found.remove(&to))
        .ok_or_else(|| Fault::Internal("a proposal between accounts that are gone".to_owned()))
}

/// Both accounts locked, and the actor still the owner of his side.
pub(crate) async fn lock(
    actor: &Actor,
    tx: &WriteTx,
    from: AccountId,
    to: AccountId,
    own: AccountId,
) -> Result<(Account, Account), MoveError> {
    let (from, to) = accounts::lock_both(tx, from, to)
        .await?
        .ok_or(Fault::NotFound)?;
    let owner = if from.id == own { from.owner } else { to.owner };
    if owner != actor.user {
        return Err(PersonError::OwnerChanged.into());
    }
    Ok((from, to))
}

/// Moves structure and rights as the plan says, and writes to the companies whose grants are affected. Both accounts' rows are
/// locked and the plan was made from what they hold now.
pub(crate) async fn carry_out(
    s: &Services,
    tx: &WriteTx,
    plan: &Plan,
    from: &Account,
    to: &Account,
) -> Result<(), MoveError> {
    let now = s.now();
    let affected: Vec<_> = plan.grants.iter().map(|g| (g.id, g.side)).collect();
    let others = store::grants::counterparts(tx, &affected).await?;
    store::defer_checks(tx).await?;
    for grant in plan.grants.iter().filter(|g| g.act == GrantAct::Name) {
        store::grants::name_what_is_covered(tx, grant.id, to.id).await?;
    }
    let (giver, receiver) = (from, to);
    let (from, to) = (giver.id, receiver.id);
    for activity in &plan.activities {
        store::activity(tx, from, to, *activity).await?;
    }
    for identifier in &plan.identifiers {
        store::remove_places(tx, &identifier.removed).await?;
    }
    for sub in &plan.sub_accounts {
        store::sub_account(tx, sub.id, to, sub.new_name.as_deref()).await?;
    }
    for identifier in &plan.identifiers {
        if identifier.outcome == Outcome::Moves {
            store::identifier(tx, identifier.id, to).await?;
        }
    }
    let moved: Vec<SubAccountId> = plan.sub_accounts.iter().map(|s| s.id).collect();
    for person in plan.people.iter().filter(|p| p.side == SideOfPerson::From) {
        match person.rights {
            RightsMove::Carry => store::carry_rights(tx, person.user, from, to, &moved).await?,
            RightsMove::Full => {
                members::add_access(tx, to, person.user, &everything(&moved)).await?;
            }
            RightsMove::None | RightsMove::End => {}
        }
    }
    store::end_rights(tx, from, &moved).await?;
    for grant in &plan.grants {
        store::grants::follow(tx, grant.id, grant.act, receiver, &moved, now).await?;
        let Some(other) = others.get(&grant.id) else {
            continue;
        };
        if matches!(grant.act, GrantAct::Give | GrantAct::GiveNamed) {
            store::grants::take_place_in_groups(tx, other.account.id, from, to).await?;
        }
        tell_other_side(s, tx, grant, other, giver, receiver).await?;
    }
    store::grants::forget_in_ended(tx, from, &moved).await?;
    Ok(())
}

/// Tells the owner of the account on the other side of a grant what has become of it. The owners of the two accounts
/// themselves have seen it in the preview.
async fn tell_other_side(
    s: &Services,
    tx: &WriteTx,
    grant: &AffectedGrant,
    other: &Counterpart,
    from: &Account,
    to: &Account,
) -> Result<(), MoveError> {
    if other.account.id == from.id || other.account.id == to.id {
        return Ok(());
    }
    let letter = letters::grant_affected(s, grant, other, from, to);
    if let Some(owner) = owner_of(tx, &other.account).await? {
        letter.to(s, tx, &owner).await?;
    }
    Ok(())
}

/// Every right in some sub-accounts.
fn everything(moved: &[SubAccountId]) -> Vec<SubAccountAccess> {
    moved
        .iter()
        .map(|id| SubAccountAccess {
            sub_account_id: *id,
            structure: StructureLevel::Write,
            records: RecordsLevel::Read,
            reports: ReportsLevel::Share,
        })
        .collect()
}

/// The owner of the other side, for letters.
pub(crate) async fn owner_of(
    db: &impl Handle,
    account: &Account,
) -> Result<Option<quaymaster_store::users::User>, StoreError> {
    quaymaster_store::users::by_id(db, UserId::from(account.owner.0)).await
}

/// What the trails of both accounts keep of a move.
pub(crate) fn record(plan: &Plan, from: &Account, to: &Account) -> String {
    let subs: Vec<_> = plan
        .sub_accounts
        .iter()
        .map(|s| s.new_name.as_ref().unwrap_or(&s.name))
        .collect();
    let identifiers: Vec<_> = plan
        .identifiers
        .iter()
        .map(|i| format!("{} {}: {}", i.kind.label(), i.shown, i.outcome.as_str()))
        .collect();
    let activities: Vec<_> = plan.activities.iter().map(|a| a.as_str()).collect();
    serde_json::json!({
        "from": from.account_number,
        "to": to.account_number,
        "activities": activities,
        "sub_accounts": subs,
        "identifiers": identifiers,
    })
    .to_string()
}
