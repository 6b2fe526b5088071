//! Drafts of access requests and of invitations to apply: the remedy of R4, kept for the account that needs it.

use chrono::Duration;
use quaymaster_domain::access::{Action, Actor, Denied, Thing, require, require_read};
use quaymaster_domain::identifiers::{Identifier, IdentifierError as Malformed, IdentifierKind};
use quaymaster_domain::ids::{AccessRequestDraftId, AccountId, CompanyId, PartyId, SubAccountId};
use quaymaster_domain::people::{EmailAddress, Reason};
use quaymaster_store::access_requests::{self as store, WayOut};
use quaymaster_store::constraint::Constraint;
use quaymaster_store::identifiers::StoredIdentifier;
use quaymaster_store::register::{contact_of, ein_of, party_of};
use quaymaster_store::{Page, PageRequest, StoreError, WriteTx, accounts, companies, sub_accounts};

use crate::Services;
use crate::error::Fault;
use crate::identifiers::{remedy, stored};
use crate::mails::onboarding as letters;
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
    /// The client has an account by now.
    #[error("this company has a portal account: ask it for access instead of inviting it to apply")]
    NotInvitable,
    /// Nobody to write to.
    #[error(
        "the identifier register has no e-mail address of this company, so nobody can be invited; write to the company yourself"
    )]
    NoContact,
    /// Not specific.
    #[error(transparent)]
    Fault(#[from] Fault),
}

/// How soon a company can be invited again.
const INVITE_AGAIN: Duration = Duration::days(7);

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
    let way = remedy(&tx, party.clone()).await?;
    let mut draft = Draft {
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
        invited_at: None,
    };
    if draft.way_out == WayOut::InviteToApply
        && write_to(s, &tx, at.company, party.id, &draft).await?
    {
        draft.invited_at = Some(s.now());
    }
    store::insert(&tx, &draft).await?;
    let permit = permit
        .about("access_request", draft.id, draft.company.clone())
        .change(None, Some(json(&draft)));
    s.commit(tx, permit).await?;
    Ok(draft)
}

/// Writes to the contact that the register has of a client; false when it has none.
async fn write_to(
    s: &Services,
    tx: &WriteTx,
    company: CompanyId,
    client: PartyId,
    draft: &Draft,
) -> Result<bool, Fault> {
    let contact = contact_of(tx, client)
        .await?
        .and_then(|email| EmailAddress::parse(&email).ok());
    let Some(contact) = contact else {
        return Ok(false);
    };
    let own = companies::lock(tx, company).await?.ok_or(Fault::NotFound)?;
    letters::invited_to_apply(s, draft, &own.name)
        .to_address(s, tx, contact.as_str())
        .await?;
    Ok(true)
}

/// Invites the client of a draft to apply for an account, by a mail to the contact that the register names; once a week at
/// most. Owner only.
///
/// # Errors
/// [`DraftError::NotInvitable`] when the client can be asked for access instead; [`DraftError::NoContact`].
pub async fn invite(
    actor: &Actor,
    s: &Services,
    account: AccountId,
    id: AccessRequestDraftId,
) -> Result<Draft, DraftError> {
    let at = place(actor, s, account).await?;
    let scope = require_read(actor, Action::ReadStructure, &Thing::Account(at))?;
    let permit = require(actor, Action::DraftAccessRequest, &Thing::Account(at))?;
    let now = s.now();
    let tx = s.db.begin_write().await?;
    let mut draft = store::lock(&tx, &scope, account, id)
        .await?
        .ok_or(Fault::NotFound)?;
    let before = json(&draft);
    if let Some(last) = draft.invited_at {
        let wait = (last + INVITE_AGAIN - now).num_seconds();
        if wait > 0 {
            return Err(Fault::Throttled(u64::try_from(wait).unwrap_or(1)).into());
        }
    }
    let kept = StoredIdentifier {
        kind: draft.identifier_kind,
        lookup: draft.lookup.clone(),
        shown: draft.shown.clone(),
        cipher: None,
    };
    // The digest of a personal number has no EIN inside; everything else reads back.
    let ein = Identifier::parse(kept.kind, &kept.lookup)
        .ok()
        .and_then(|identifier| ein_of(&identifier));
    let party = party_of(&tx, &kept, ein.as_deref())
        .await?
        .ok_or(DraftError::NotInRegister)?;
    let client = party.id;
    if remedy(&tx, party).await?.way_out != WayOut::InviteToApply {
        return Err(DraftError::NotInvitable);
    }
    if !write_to(s, &tx, at.company, client, &draft).await? {
        return Err(DraftError::NoContact);
    }
    store::invited(&tx, id, now).await?;
    draft.invited_at = Some(now);
    let permit = permit
        .about("access_request", id, draft.company.clone())
        .change(Some(before), Some(json(&draft)));
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
    serde_json::json!({ "kind": draft.way_out.as_str(), "company": draft.company, "identifier_kind": draft.identifier_kind.as_str(), "identifier": draft.shown, "note": draft.note, "invited_at": draft.invited_at })
        .to_string()
}
