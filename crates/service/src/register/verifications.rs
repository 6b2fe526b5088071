//! Identifiers that the register does not know: the registrar accepts them, naming the party, or rejects them.

use quaymaster_domain::access::{AccountRef, Action, Actor, Denied, Thing, require, require_read};
use quaymaster_domain::companies::PartyKey;
use quaymaster_domain::ids::{AccountId, PendingVerificationId};
use quaymaster_domain::people::{CompanyName, Reason};
use quaymaster_store::accounts::{self, Account};
use quaymaster_store::constraint::Constraint;
use quaymaster_store::identifiers::pending::{self, PendingIdentifier};
use quaymaster_store::register::load::{self, EntryRow, Origin};
use quaymaster_store::register::{ein_of, read};
use quaymaster_store::{Page, PageRequest, StoreError, sub_accounts, users};

use crate::Services;
use crate::error::Fault;
use crate::identifiers::{IdentifierError, decide as check, unsealed};
use crate::mails::Letter;

pub use quaymaster_store::identifiers::pending::PendingState;

/// An unknown identifier with the account that asked for it.
#[derive(Clone, Debug)]
pub struct PendingVerification {
    /// The identifier and where it waits.
    pub pending: PendingIdentifier,
    /// The account.
    pub account: Account,
}

/// Why a decision was not taken.
#[derive(Debug, thiserror::Error)]
pub enum VerificationError {
    /// Somebody was quicker.
    #[error("this was decided already")]
    AlreadyDecided,
    /// Acceptance without a party.
    #[error("the register does not know this identifier yet: name the party that it belongs to")]
    PartyNeeded,
    /// The register says otherwise.
    #[error(
        "the register says by now that this identifier belongs to another party; change the entry first if that is wrong"
    )]
    OtherParty,
    /// The rules R2 and R3.
    #[error(transparent)]
    Rule(#[from] IdentifierError),
    /// Not specific.
    #[error(transparent)]
    Fault(#[from] Fault),
}

impl From<Denied> for VerificationError {
    fn from(denied: Denied) -> Self {
        Self::Fault(denied.into())
    }
}
impl From<StoreError> for VerificationError {
    fn from(error: StoreError) -> Self {
        match error {
            StoreError::Conflict(Constraint::PartyKey | Constraint::RegisterIdentifier) => {
                Self::Fault(Fault::Busy(1))
            }
            other => Self::Rule(other.into()),
        }
    }
}

/// What the registrar says.
#[derive(Clone, Debug)]
pub enum Decision {
    /// It belongs to this party, or to the one that the register names by now.
    Accept(Option<(PartyKey, CompanyName)>),
    /// It is not added.
    Reject,
}

/// Unknown identifiers, the newest first.
///
/// # Errors
/// [`Fault::Denied`] for those who may not read the register.
pub async fn list(
    actor: &Actor,
    s: &Services,
    state: Option<PendingState>,
    page: &PageRequest,
) -> Result<Page<PendingVerification>, Fault> {
    let scope = require_read(actor, Action::ReadRegister, &Thing::Portal)?;
    let reader = s.db.reader();
    let Page { items, next } = pending::list(&reader, &scope, state, page).await?;
    let mut ids: Vec<AccountId> = items.iter().map(|p| p.account).collect();
    ids.sort_unstable();
    ids.dedup();
    let held = accounts::among(&reader, &scope, &ids).await?;
    let items = items
        .into_iter()
        .map(|pending| {
            let account = held
                .iter()
                .find(|a| a.id == pending.account)
                .cloned()
                .ok_or_else(|| Fault::Internal(format!("{} waits for no account", pending.id)))?;
            Ok(PendingVerification { pending, account })
        })
        .collect::<Result<_, Fault>>()?;
    Ok(Page { items, next })
}

/// Decides about one. Accepting writes the register and adds the identifier under the same rules as the account itself
/// would have to follow, in one transaction.
///
/// # Errors
/// The refusals of [`VerificationError`]; nothing is kept then.
pub async fn decide(
    actor: &Actor,
    s: &Services,
    id: PendingVerificationId,
    decision: Decision,
    reason: &Reason,
) -> Result<PendingVerification, VerificationError> {
    let scope = require_read(actor, Action::ReadRegister, &Thing::Portal)?;
    // Asked before anything is looked up, and again below for the account in whose trail it belongs.
    let _may = require(actor, Action::DecidePendingVerification, &Thing::Portal)?;
    let tx = s.db.begin_write().await?;
    // The account before the waiting identifier, as everybody else locks them.
    let account = match pending::account_of(&tx, id).await? {
        Some(account) => accounts::lock(&tx, &scope, account).await?,
        None => None,
    }
    .ok_or(Fault::NotFound)?;
    let waiting = pending::lock(&tx, id).await?.ok_or(Fault::NotFound)?;
    let at = account.place();
    let permit = require(
        actor,
        Action::DecidePendingVerification,
        &Thing::Account(at),
    )?;
    if waiting.state != PendingState::Pending {
        return Err(VerificationError::AlreadyDecided);
    }
    let state = match decision {
        Decision::Reject => PendingState::Rejected,
        Decision::Accept(party) => {
            accept(actor, s, &tx, at, &scope, &waiting, party).await?;
            PendingState::Accepted
        }
    };
    let now = s.now();
    pending::decide(&tx, id, state, &actor.name, reason.as_str(), now).await?;
    tell(s, &tx, &account, &waiting, state, reason).await?;
    let label = format!(
        "{} {}",
        waiting.identifier.kind.label(),
        waiting.identifier.shown
    );
    let state_json =
        |state: PendingState| Some(serde_json::json!({ "state": state.as_str() }).to_string());
    let permit = permit
        .about("pending_verification", id, label)
        .because(reason.as_str())
        .change(state_json(PendingState::Pending), state_json(state));
    s.commit(tx, permit).await?;
    let pending = PendingIdentifier {
        state,
        decided_at: Some(now),
        reason: Some(reason.to_string()),
        ..waiting
    };
    Ok(PendingVerification { pending, account })
}

async fn accept(
    actor: &Actor,
    s: &Services,
    tx: &quaymaster_store::WriteTx,
    at: AccountRef,
    scope: &quaymaster_domain::access::Scope,
    waiting: &PendingIdentifier,
    party: Option<(PartyKey, CompanyName)>,
) -> Result<(), VerificationError> {
    let kept = &waiting.identifier;
    let identifier = unsealed(s, kept)?;
    let entry = read::find_exact(tx, scope, kept.kind, &kept.lookup).await?;
    match (entry, party) {
        (Some(entry), Some((key, _))) if entry.party.key != key.as_str() => {
            return Err(VerificationError::OtherParty);
        }
        (Some(_), _) => {}
        (None, Some((key, name))) => {
            let row = EntryRow {
                identifier: kept.clone(),
                ein: ein_of(&identifier),
                party_key: key.into(),
                party_name: name.into(),
                contact_email: None,
            };
            let origin = Origin {
                by_name: &actor.name,
                import: None,
                at: s.now(),
            };
            load::apply(tx, &[row], &origin, &|| s.id()).await?;
        }
        (None, None) => {}
    }
    let sub_account = sub_accounts::find(tx, scope, at.account, waiting.sub_account)
        .await?
        .ok_or(Fault::NotFound)?;
    let added = check(
        s,
        tx,
        at,
        &sub_account,
        &identifier,
        kept.clone(),
        &waiting.requested_by_name,
    )
    .await?;
    if added.is_none() {
        return Err(VerificationError::PartyNeeded);
    }
    Ok(())
}

/// Tells the owner what became of it.
async fn tell(
    s: &Services,
    tx: &quaymaster_store::WriteTx,
    account: &Account,
    waiting: &PendingIdentifier,
    state: PendingState,
    reason: &Reason,
) -> Result<(), Fault> {
    let Some(owner) = users::by_id(tx, account.owner).await? else {
        return Ok(());
    };
    let (word, outcome) = if state == PendingState::Accepted {
        ("accepted", "stands in the sub-account now")
    } else {
        ("rejected", "was not added")
    };
    let what = format!(
        "{} {}",
        waiting.identifier.kind.label(),
        waiting.identifier.shown
    );
    Letter {
        template: "verification_decided",
        subject: format!("{what}: {word}"),
        text: format!(
            "The registrar has looked at an identifier that the register did not know.\n\n{what} in {} ({}), asked for by {}, {outcome}.\n\nThe registrar's reason: {}",
            waiting.sub_account_name,
            account.account_number,
            waiting.requested_by_name,
            reason.as_str(),
        ),
        once: None,
    }
    .to(s, tx, &owner)
    .await
}
