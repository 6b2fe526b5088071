//! Claims of identifiers that stand in somebody else's account (the conflict desk). Filing is in `file`, what holder, claimant
//! and registrar do in `answer`, what a release moves in `effect`.
//!
//! Neither side learns more of the other than it must: the claimant not who holds the identifier, the holder only the
//! claimant's company as the register calls it.
//!
//! Lock order on PostgreSQL: accounts by id, then the claim, then the application.

mod answer;
mod effect;
mod file;

use quaymaster_domain::access::{AccountRef, Action, Actor, Denied, Thing, may, require_read};
use quaymaster_domain::identifier_claims::{ClaimRefusal, ClaimState};
use quaymaster_domain::identifiers::IdentifierError as Malformed;
use quaymaster_domain::ids::{AccountId, IdentifierClaimId};
use quaymaster_store::accounts;
use quaymaster_store::constraint::Constraint;
use quaymaster_store::db::Handle;
use quaymaster_store::identifier_claims as store;
use quaymaster_store::{Page, PageRequest, StoreError};

use crate::Services;
use crate::applications::ApplicationError;
use crate::error::Fault;
use crate::identifiers::IdentifierError;
use crate::users::place;

pub(crate) use answer::withdraw_of;
pub use answer::{decide, dispute, release, withdraw};
pub use effect::{Preview, preview};
pub(crate) use effect::{let_go, satisfied};
pub use file::{NewClaim, file, file_for_application};
pub use quaymaster_store::accounts::Account;
pub use quaymaster_store::identifier_claims::{Claimant, IdentifierClaim, Side};

/// Why a claim was not filed, answered or decided.
#[derive(Debug, thiserror::Error)]
pub enum ClaimError {
    /// It does not follow on where the claim stands.
    #[error(transparent)]
    Refused(#[from] ClaimRefusal),
    /// Not written correctly.
    #[error(transparent)]
    Malformed(#[from] Malformed),
    /// Nobody else holds it.
    #[error(
        "no other account holds this identifier, so there is nothing to claim; add it to the sub-account"
    )]
    Free,
    /// The register does not know it.
    #[error(
        "the identifier register does not know this identifier, so nobody can be said to own it; ask the operator of the portal to look at it"
    )]
    NotInRegister,
    /// The register gives it to somebody else.
    #[error(
        "the identifier register says that this identifier belongs to {0}, which is neither this company nor a recorded subsidiary of it; only its own company can claim it"
    )]
    NotYours(String),
    /// A claim is open.
    #[error("a claim of this identifier waits for its answer already")]
    AlreadyClaimed,
    /// The rules about identifiers in sub-accounts.
    #[error(transparent)]
    Identifier(IdentifierError),
    /// What an application refused.
    #[error(transparent)]
    Application(Box<ApplicationError>),
    /// Not specific.
    #[error(transparent)]
    Fault(#[from] Fault),
}

impl From<Denied> for ClaimError {
    fn from(denied: Denied) -> Self {
        Self::Fault(denied.into())
    }
}
impl From<StoreError> for ClaimError {
    fn from(error: StoreError) -> Self {
        match error {
            StoreError::Conflict(Constraint::IdentifierClaim) => Self::AlreadyClaimed,
            other => Self::Fault(other.into()),
        }
    }
}
impl From<IdentifierError> for ClaimError {
    fn from(error: IdentifierError) -> Self {
        match error {
            IdentifierError::Fault(fault) => Self::Fault(fault),
            IdentifierError::Malformed(unfit) => Self::Malformed(unfit),
            other => Self::Identifier(other),
        }
    }
}
impl From<ApplicationError> for ClaimError {
    fn from(error: ApplicationError) -> Self {
        match error {
            ApplicationError::Fault(fault) => Self::Fault(fault),
            ApplicationError::AlreadyClaimed => Self::AlreadyClaimed,
            other => Self::Application(Box::new(other)),
        }
    }
}

/// Through whose eyes a claim is seen.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Eyes {
    /// The account that claims.
    Claimant,
    /// The account that holds the identifier.
    Holder,
    /// The operator's staff.
    Staff,
}

/// A claim as one reader sees it.
#[derive(Clone, Debug)]
pub struct ClaimView {
    /// The claim. What the reader is not to know of it is left out by whoever shows it, by [`Eyes`].
    pub claim: IdentifierClaim,
    /// Whose eyes.
    pub eyes: Eyes,
    /// The account that claims; for itself and staff.
    pub claimant: Option<Account>,
    /// The account that holds the identifier; for itself and staff.
    pub holder: Option<Account>,
    /// True when nobody answered in time.
    pub overdue: bool,
    /// May it be released by the reader?
    pub can_release: bool,
    /// May it be disputed by the reader?
    pub can_dispute: bool,
    /// May it be withdrawn by the reader?
    pub can_withdraw: bool,
    /// May it be decided by the reader?
    pub can_decide: bool,
}

async fn view(
    actor: &Actor,
    s: &Services,
    db: &impl Handle,
    claim: IdentifierClaim,
    eyes: Eyes,
    at: Option<AccountRef>,
) -> Result<ClaimView, Fault> {
    let now = s.now();
    let claimant_id = match claim.claimant {
        Claimant::Account(id, _) if eyes != Eyes::Holder => Some(id),
        _ => None,
    };
    let claimant = match claimant_id {
        Some(id) => accounts::by_invitation(db, id).await?,
        None => None,
    };
    let holder = if eyes == Eyes::Claimant {
        None
    } else {
        let held = if claim.claim.is_open() {
            quaymaster_store::identifiers::holder(db, &claim.identifier).await?
        } else {
            None
        };
        accounts::by_invitation(db, held.unwrap_or(claim.holder)).await?
    };
    let allowed = |action| at.is_some_and(|at| may(actor, action, &Thing::Account(at)).is_ok());
    let holds = eyes == Eyes::Holder;
    Ok(ClaimView {
        overdue: claim.claim.overdue(now),
        can_release: holds
            && claim.claim.release().is_ok()
            && allowed(Action::ReleaseIdentifierClaim),
        can_dispute: holds
            && claim.claim.dispute().is_ok()
            && allowed(Action::DisputeIdentifierClaim),
        can_withdraw: eyes == Eyes::Claimant
            && claim.claim.withdraw().is_ok()
            && allowed(Action::WithdrawIdentifierClaim),
        can_decide: eyes == Eyes::Staff
            && claim.claim.is_open()
            && claim.claim.decidable(now)
            && may(actor, Action::DecideIdentifierClaim, &Thing::Portal).is_ok(),
        claim,
        eyes,
        claimant,
        holder,
    })
}

/// On which side of a claim an account stands; the claimant's when it stands on both.
async fn side_of(
    db: &impl Handle,
    claim: &IdentifierClaim,
    account: AccountId,
) -> Result<Option<Side>, StoreError> {
    if matches!(claim.claimant, Claimant::Account(id, _) if id == account) {
        return Ok(Some(Side::Claimant));
    }
    let holder = store::is_holder(db, claim, account).await?;
    Ok(holder.then_some(Side::Holder))
}

fn eyes_of(side: Side) -> Eyes {
    match side {
        Side::Claimant => Eyes::Claimant,
        Side::Holder => Eyes::Holder,
    }
}

/// The claims of an account from either side, the newest first.
///
/// # Errors
/// [`Fault::Denied`] for plain users.
pub async fn list(
    actor: &Actor,
    s: &Services,
    account: AccountId,
    side: Option<Side>,
    state: Option<ClaimState>,
    page: &PageRequest,
) -> Result<Page<ClaimView>, Fault> {
    let at = place(actor, s, account).await?;
    let scope = require_read(actor, Action::ReadIdentifierClaims, &Thing::Account(at))?;
    let reader = s.db.reader();
    let Page { items, next } = store::list(&reader, &scope, account, side, state, page).await?;
    let mut views = Vec::with_capacity(items.len());
    for claim in items {
        if let Some(side) = side_of(&reader, &claim, account).await? {
            views.push(view(actor, s, &reader, claim, eyes_of(side), Some(at)).await?);
        }
    }
    Ok(Page { items: views, next })
}

/// One claim of an account.
///
/// # Errors
/// [`Fault::NotFound`] when the account stands on neither side of it.
pub async fn find(
    actor: &Actor,
    s: &Services,
    account: AccountId,
    id: IdentifierClaimId,
) -> Result<ClaimView, Fault> {
    let at = place(actor, s, account).await?;
    require_read(actor, Action::ReadIdentifierClaims, &Thing::Account(at))?;
    let reader = s.db.reader();
    let claim = store::by_id(&reader, id).await?.ok_or(Fault::NotFound)?;
    let side = side_of(&reader, &claim, account)
        .await?
        .ok_or(Fault::NotFound)?;
    view(actor, s, &reader, claim, eyes_of(side), Some(at)).await
}

/// Which claims staff want to see.
#[derive(Clone, Copy, Debug, Default)]
pub struct ClaimFilter {
    /// In this state.
    pub state: Option<ClaimState>,
    /// Only what a registrar may decide now.
    pub due: bool,
}

/// Claims of the whole portal, for staff: the nearest deadline first.
///
/// # Errors
/// [`Fault::Denied`] for everybody else.
pub async fn list_all(
    actor: &Actor,
    s: &Services,
    filter: ClaimFilter,
    page: &PageRequest,
) -> Result<Page<ClaimView>, Fault> {
    let scope = require_read(actor, Action::ReadApplications, &Thing::Portal)?;
    let reader = s.db.reader();
    let due_at = filter.due.then(|| s.now());
    let Page { items, next } = store::list_all(&reader, &scope, filter.state, due_at, page).await?;
    let mut views = Vec::with_capacity(items.len());
    for claim in items {
        views.push(view(actor, s, &reader, claim, Eyes::Staff, None).await?);
    }
    Ok(Page { items: views, next })
}

/// One claim, for staff.
///
/// # Errors
/// [`Fault::NotFound`] when there is none.
pub async fn find_any(
    actor: &Actor,
    s: &Services,
    id: IdentifierClaimId,
) -> Result<ClaimView, Fault> {
    let scope = require_read(actor, Action::ReadApplications, &Thing::Portal)?;
    let reader = s.db.reader();
    let claim = store::find(&reader, &scope, id)
        .await?
        .ok_or(Fault::NotFound)?;
    view(actor, s, &reader, claim, Eyes::Staff, None).await
}

/// What the audit trails keep of a claim.
fn json(claim: &IdentifierClaim) -> String {
    serde_json::json!({
        "state": claim.claim.state.as_str(),
        "identifier_kind": claim.identifier.kind.as_str(),
        "identifier": claim.identifier.shown,
        "claimant": claim.claimant_company,
        "answer_due_at": claim.claim.answer_due_at,
    })
    .to_string()
}

fn label(claim: &IdentifierClaim) -> String {
    format!(
        "{} {}",
        claim.identifier.kind.label(),
        claim.identifier.shown
    )
}
