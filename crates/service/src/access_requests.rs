//! Drafts of access requests and of invitations to apply: the remedy of R4, kept for the account that needs it.

use quaymaster_domain::access::{Action, Actor, Denied, Thing, require, require_read};
use quaymaster_domain::identifiers::{Identifier, IdentifierError as Malformed, IdentifierKind};
use quaymaster_domain::ids::{AccessRequestDraftId, AccountId, SubAccountId};
use quaymaster_domain::people::Reason;
use quaymaster_store::access_requests as store;
use quaymaster_store::constraint::Constraint;
use quaymaster_store::register::{ein_of, party_of};
use quaymaster_store::{Page, PageRequest, StoreError, accounts, companies, sub_accounts};

use crate::Services;
use crate::error::Fault;
use crate::identifiers::{remedy, stored};
use crate::users::place;

pub use quaymaster_store::access_requests::Draft;

/// Why nothing was drafted.
#[derive(Debug, thiserror::Error)]
pub enum DraftError {
    /// Not written correctly.
    #[error(transparent)]
    Malformed(#[from] Malformed),
    /// Nobody is known who could be asked.
    #[error(
        "the identifier register does not know this identifier, so nobody can be asked for it; add it to a sub-account, and a registrar looks at it"
    )]
    NotInRegister,
    /// No need to ask anybody.
    #[error(
        "this identifier belongs to your own company or to a recorded subsidiary; add it to a sub-account instead of asking for access"
    )]
    OwnIdentifier,
    /// There is one already.
    #[error("this account has a draft for this identifier already")]
    AlreadyDrafted,
    /// Not specific.
    #[error(transparent)]
    Fault(#[from] Fault),
}

impl From<Denied> for DraftError {
    fn from(denied: Denied) -> Self {
        Self::Fault(denied.into())
    }
}
impl From<StoreError> for DraftError {
    fn from(error: StoreError) -> Self {
        match error {
            StoreError::Conflict(Constraint::AccessRequestDraft) => Self::AlreadyDrafted,
            other => Self::Fault(other.into()),
        }
    }
}

/// A draft to keep.
#[derive(Clone, Debug)]
pub struct NewDraft {
    /// The sub-account that it is for.
    pub sub_account: Option<SubAccountId>,
    /// The kind of the client's identifier.
    pub kind: IdentifierKind,
    /// The client's identifier as it is written.
    pub value: String,
    /// A note to the client.
    pub note: Option<Reason>,
}

/// The drafts of an account, the newest first.
///
/// # Errors
/// [`Fault::Denied`] for plain users.
pub async fn list(
    actor: &Actor,
    s: &Services,
    account: AccountId,
    page: &PageRequest,
) -> Result<Page<Draft>, Fault> {
    let at = place(actor, s, account).await?;
    let scope = require_read(actor, Action::ReadAccessRequests, &Thing::Account(at))?;
    Ok(store::list(&s.db.reader(), &scope, account, page).await?)
}

/// Keeps a draft to the company that the register names (R4). Owner only (R11).
///
/// # Errors
/// The refusals of [`DraftError`].
pub async fn create(
    actor: &Actor,
    s: &Services,
    account: AccountId,
    new: NewDraft,
) -> Result<Draft, DraftError> {
    let NewDraft {
        sub_account,
        kind,
        value,
        note,
    } = new;
    let at = place(actor, s, account).await?;
    let scope = require_read(actor, Action::ReadStructure, &Thing::Account(at))?;
    let permit = require(actor, Action::DraftAccessRequest, &Thing::Account(at))?;
    let identifier = Identifier::parse(kind, &value)?;
    let kept = stored(s, &identifier)?;
    let tx = s.db.begin_write().await?;
    accounts::lock(&tx, &scope, account)
        .await?
        .ok_or(Fault::NotFound)?;
    if let Some(id) = sub_account {
        sub_accounts::find(&tx, &scope, account, id)
            .await?
            .ok_or_else(|| {
                Fault::field(
                    "/sub_account_id",
                    "invalid",
                    "this account has no such sub-account",
                )
            })?;
    }
    let party = party_of(&tx, &kept, ein_of(&identifier).as_deref())
        .await?
        .ok_or(DraftError::NotInRegister)?;
    if companies::kin(&tx, at.company).await?.includes(party.id) {
        return Err(DraftError::OwnIdentifier);
    }
    let way = remedy(&tx, party).await?;
    let draft = Draft {
        id: s.id(),
        account,
        sub_account,
        way_out: way.way_out,
        company: way.company,
        identifier_kind: kind,
        lookup: kept.lookup,
        shown: kept.shown,
        note: note.map(Into::into),
        created_at: s.now(),
        created_by_name: actor.name.clone(),
    };
    store::insert(&tx, &draft).await?;
    let permit = permit
        .about("access_request", draft.id, draft.company.clone())
        .change(None, Some(json(&draft)));
    s.commit(tx, permit).await?;
    Ok(draft)
}

/// Throws a draft away. Owner only.
///
/// # Errors
/// [`Fault::NotFound`] when there is none.
pub async fn delete(
    actor: &Actor,
    s: &Services,
    account: AccountId,
    id: AccessRequestDraftId,
) -> Result<(), Fault> {
    let at = place(actor, s, account).await?;
    let scope = require_read(actor, Action::ReadStructure, &Thing::Account(at))?;
    let permit = require(actor, Action::DraftAccessRequest, &Thing::Account(at))?;
    let tx = s.db.begin_write().await?;
    accounts::lock(&tx, &scope, account)
        .await?
        .ok_or(Fault::NotFound)?;
    let gone = store::delete(&tx, &scope, account, id)
        .await?
        .ok_or(Fault::NotFound)?;
    let permit = permit
        .about("access_request", id, gone.company.clone())
        .change(Some(json(&gone)), None);
    s.commit(tx, permit).await?;
    Ok(())
}

fn json(draft: &Draft) -> String {
    serde_json::json!({ "kind": draft.way_out.as_str(), "company": draft.company, "identifier_kind": draft.identifier_kind.as_str(), "identifier": draft.shown, "note": draft.note })
        .to_string()
}
