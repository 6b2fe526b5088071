//! Corporate identifiers in sub-accounts: the rules R2 and R3, what waits for the registrar, exact search.

use std::collections::HashMap;

use chrono::{DateTime, Utc};
use quaymaster_domain::access::{AccountRef, Action, Actor, Denied, Thing, require, require_read};
use quaymaster_domain::activities::BusinessActivity;
use quaymaster_domain::identifiers::{Identifier, IdentifierError as Malformed, IdentifierKind};
use quaymaster_domain::ids::{AccountId, IdentifierId, SubAccountId};
use quaymaster_domain::structure::{self, Addition, Holding, IdentifierRefusal};
use quaymaster_store::access_requests::WayOut;
use quaymaster_store::constraint::Constraint;
use quaymaster_store::db::Handle;
use quaymaster_store::identifiers::pending::{self, PendingIdentifier, PendingState};
use quaymaster_store::identifiers::{self as store, Place, StoredIdentifier};
use quaymaster_store::register::{RegisteredParty, ein_of, party_of};
use quaymaster_store::sub_accounts::SubAccount;
use quaymaster_store::{StoreError, WriteTx, accounts, companies, sub_accounts};
use uuid::Uuid;

use crate::Services;
use crate::error::Fault;
use crate::identifier_claims;
use crate::users::place;

/// The way out of R3: whom to ask, and how (R4).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Remedy {
    /// Request or invitation.
    pub way_out: WayOut,
    /// The register's display name of the client; nothing else is told.
    pub company: String,
}

/// Why an identifier was not added or found.
#[derive(Debug, thiserror::Error)]
pub enum IdentifierError {
    /// Not written correctly.
    #[error(transparent)]
    Malformed(#[from] Malformed),
    /// The activity carries no such identifier.
    #[error("a sub-account for {} does not carry this kind of identifier: {}. {}", .0.label(), .1.label(), wanted(*.0))]
    KindNotForActivity(BusinessActivity, IdentifierKind),
    /// R3.
    #[error(
        "the identifier register says that this identifier belongs to {}, which is neither this company nor a recorded subsidiary of it. A client's identifier stays with the client, which otherwise could not open its own account. {}", .0.company, advice(.0.way_out)
    )]
    Client(Remedy),
    /// R2.
    #[error(
        "another portal account holds this identifier, and an identifier stands in one account only. The register says that it belongs to {0}, so you can claim it: the account that holds it is asked to release it"
    )]
    HeldByAnotherAccount(String),
    /// Nothing to add.
    #[error("this identifier stands in this sub-account already")]
    AlreadyThere,
    /// Nothing to add.
    #[error("this identifier waits for the registrar in this sub-account already")]
    AlreadyWaiting,
    /// Not specific.
    #[error(transparent)]
    Fault(#[from] Fault),
}

fn wanted(activity: BusinessActivity) -> String {
    let kinds: Vec<_> = activity
        .identifier_kinds()
        .iter()
        .map(|k| k.label())
        .collect();
    if kinds.is_empty() {
        "This activity has no identifiers".to_owned()
    } else {
        format!("It carries: {}", kinds.join(", "))
    }
}

fn advice(way_out: WayOut) -> &'static str {
    match way_out {
        WayOut::RequestAccess => {
            "To see the client's records, ask the client for access to its account"
        }
        WayOut::InviteToApply => {
            "The client has no account yet: invite it to apply for one, then ask it for access"
        }
    }
}

impl From<Denied> for IdentifierError {
    fn from(denied: Denied) -> Self {
        Self::Fault(denied.into())
    }
}
impl From<StoreError> for IdentifierError {
    fn from(error: StoreError) -> Self {
        match error {
            StoreError::Conflict(Constraint::SubAccountIdentifier) => Self::AlreadyThere,
            StoreError::Conflict(Constraint::PendingIdentifier) => Self::AlreadyWaiting,
            other => Self::Fault(other.into()),
        }
    }
}

/// An identifier as sub-accounts show it.
#[derive(Clone, Debug)]
pub struct CorporateIdentifier {
    /// Identity of its place, or of what waits.
    pub id: Uuid,
    /// Kind.
    pub kind: IdentifierKind,
    /// Normal form, masked when personal.
    pub shown: String,
    /// True for a Social Security number.
    pub personal: bool,
    /// True while it waits for the registrar.
    pub pending: bool,
    /// Since when it stands or waits.
    pub added_at: DateTime<Utc>,
    /// Who added it or asked for it.
    pub added_by_name: String,
}

impl From<Place> for CorporateIdentifier {
    fn from(place: Place) -> Self {
        Self {
            id: place.id.into(),
            kind: place.identifier.kind,
            shown: place.identifier.shown,
            personal: place.identifier.cipher.is_some(),
            pending: false,
            added_at: place.added_at,
            added_by_name: place.added_by_name,
        }
    }
}

impl From<PendingIdentifier> for CorporateIdentifier {
    fn from(waiting: PendingIdentifier) -> Self {
        Self {
            id: waiting.id.into(),
            kind: waiting.identifier.kind,
            shown: waiting.identifier.shown,
            personal: waiting.identifier.cipher.is_some(),
            pending: true,
            added_at: waiting.requested_at,
            added_by_name: waiting.requested_by_name,
        }
    }
}

/// The form in which the tables keep an identifier. A Social Security number is sealed, bound to where it is kept, and
/// found by its keyed digest only.
///
/// # Errors
/// When sealing fails.
pub(crate) fn stored(s: &Services, identifier: &Identifier) -> Result<StoredIdentifier, Fault> {
    let kind = identifier.kind();
    if !identifier.is_personal() {
        return Ok(StoredIdentifier {
            kind,
            lookup: identifier.normal().to_owned(),
            shown: identifier.normal().to_owned(),
            cipher: None,
        });
    }
    let lookup = s.secrets.keyed_digest(kind.as_str(), identifier.normal());
    let cipher = s
        .secrets
        .seal(
            s.rng.as_ref(),
            &bound_to(kind, &lookup),
            identifier.normal(),
        )
        .ok_or_else(|| Fault::Internal("a personal identifier could not be sealed".to_owned()))?;
    Ok(StoredIdentifier {
        kind,
        lookup,
        shown: identifier.masked(),
        cipher: Some(cipher),
    })
}

fn bound_to(kind: IdentifierKind, lookup: &str) -> String {
    format!("{}:{lookup}", kind.as_str())
}

/// Reads an identifier back from the form in which it is kept.
///
/// # Errors
/// When it was sealed with other keys or does not fit.
pub(crate) fn unsealed(s: &Services, stored: &StoredIdentifier) -> Result<Identifier, Fault> {
    let unfit = |why: &str| Fault::Internal(format!("a kept identifier {why}"));
    let normal = match &stored.cipher {
        None => stored.lookup.clone(),
        Some(sealed) => s
            .secrets
            .open(&bound_to(stored.kind, &stored.lookup), sealed)
            .ok_or_else(|| unfit("was sealed with another key"))?,
    };
    Identifier::parse(stored.kind, &normal).map_err(|e| unfit(&format!("does not fit: {e}")))
}

/// What stands and waits in sub-accounts that a scoped finder returned.
pub(crate) async fn of_sub_accounts(
    db: &impl Handle,
    seen: &[SubAccountId],
) -> Result<HashMap<SubAccountId, Vec<CorporateIdentifier>>, Fault> {
    let mut all: HashMap<SubAccountId, Vec<CorporateIdentifier>> = HashMap::new();
    for place in store::of_sub_accounts(db, seen).await? {
        all.entry(place.sub_account).or_default().push(place.into());
    }
    for waiting in pending::of_sub_accounts(db, seen).await? {
        all.entry(waiting.sub_account)
            .or_default()
            .push(waiting.into());
    }
    Ok(all)
}

/// Adds an identifier to a sub-account, or lets it wait for the registrar when the register does not know it.
///
/// # Errors
/// The refusals of [`IdentifierError`], in this order: form, activity, R3, R2.
pub async fn add(
    actor: &Actor,
    s: &Services,
    account: AccountId,
    sub_account: SubAccountId,
    kind: IdentifierKind,
    value: &str,
) -> Result<CorporateIdentifier, IdentifierError> {
    let at = place(actor, s, account).await?;
    let thing = Thing::SubAccount(at, sub_account);
    let scope = require_read(actor, Action::ReadStructure, &thing)?;
    let permit = require(actor, Action::ChangeIdentifiers, &thing)?;
    let identifier = Identifier::parse(kind, value)?;
    let kept = stored(s, &identifier)?;
    let tx = s.db.begin_write().await?;
    accounts::lock(&tx, &scope, account)
        .await?
        .ok_or(Fault::NotFound)?;
    let sub_account = sub_accounts::find(&tx, &scope, account, sub_account)
        .await?
        .ok_or(Fault::NotFound)?;
    let label = format!("{} {}", kind.label(), kept.shown);
    let after = serde_json::json!({ "kind": kind.as_str(), "value": kept.shown, "sub_account": sub_account.name });
    let added = decide(
        s,
        &tx,
        at,
        &sub_account,
        &identifier,
        kept.clone(),
        &actor.name,
    )
    .await?;
    let (found, state) = match added {
        Some(place) => {
            identifier_claims::satisfied(s, &tx, account, &kept, &actor.name).await?;
            (CorporateIdentifier::from(place), "active")
        }
        None => {
            let waiting = PendingIdentifier {
                id: s.id(),
                account,
                sub_account: sub_account.id,
                sub_account_name: sub_account.name.clone(),
                identifier: kept,
                state: PendingState::Pending,
                requested_at: s.now(),
                requested_by_name: actor.name.clone(),
                decided_at: None,
                reason: None,
            };
            pending::insert(&tx, &waiting).await?;
            (waiting.into(), "pending_verification")
        }
    };
    let mut after = after;
    after["state"] = state.into();
    let permit = permit
        .about("identifier", found.id, label)
        .change(None, Some(after.to_string()));
    s.commit(tx, permit).await?;
    Ok(found)
}

/// Checks the rules and puts the identifier into the sub-account; `None` when the register does not know it. The
/// account's row must be locked.
///
/// # Errors
/// The refusals of [`IdentifierError`].
pub(crate) async fn decide(
    s: &Services,
    tx: &WriteTx,
    at: AccountRef,
    sub_account: &SubAccount,
    identifier: &Identifier,
    kept: StoredIdentifier,
    added_by: &str,
) -> Result<Option<Place>, IdentifierError> {
    if structure::fits(sub_account.activity, kept.kind).is_err() {
        return Err(IdentifierError::KindNotForActivity(
            sub_account.activity,
            kept.kind,
        ));
    }
    let kin = companies::kin(tx, at.company).await?;
    let registered = party_of(tx, &kept, ein_of(identifier).as_deref()).await?;
    let (holding, held) = store::holding(tx, at.account, &kept).await?;
    let own = registered
        .as_ref()
        .map_or_else(String::new, |p| p.name.clone());
    let verdict = structure::add_identifier(&kin, registered.as_ref().map(|p| p.id), holding);
    match verdict {
        Ok(Addition::PendingVerification) => return Ok(None),
        Ok(Addition::New | Addition::FurtherPlace) => {}
        Err(IdentifierRefusal::Client(_)) => {
            return Err(match registered {
                Some(party) => IdentifierError::Client(remedy(tx, party).await?),
                None => Fault::Internal("a client without a party".to_owned()).into(),
            });
        }
        Err(IdentifierRefusal::HeldByAnotherAccount) => {
            return Err(IdentifierError::HeldByAnotherAccount(own));
        }
        Err(IdentifierRefusal::KindNotForActivity) => {
            return Err(IdentifierError::KindNotForActivity(
                sub_account.activity,
                kept.kind,
            ));
        }
    }
    let id = match (holding, held) {
        (Holding::ThisAccount, Some(id)) => id,
        _ => {
            let id: IdentifierId = s.id();
            match store::insert(tx, id, at.account, &kept).await {
                Ok(()) => {}
                Err(StoreError::Conflict(Constraint::Identifier)) => {
                    return Err(IdentifierError::HeldByAnotherAccount(own));
                }
                Err(other) => return Err(other.into()),
            }
            id
        }
    };
    let place = Place {
        id: s.id(),
        sub_account: sub_account.id,
        identifier: kept,
        added_at: s.now(),
        added_by_name: added_by.to_owned(),
    };
    store::insert_place(tx, at.account, id, &place).await?;
    Ok(Some(place))
}

/// Whom to ask for a client's records, and how.
pub(crate) async fn remedy(db: &impl Handle, party: RegisteredParty) -> Result<Remedy, StoreError> {
    let way_out = if companies::party_has_open_account(db, party.id).await? {
        WayOut::RequestAccess
    } else {
        WayOut::InviteToApply
    };
    Ok(Remedy {
        way_out,
        company: party.name,
    })
}

/// Takes an identifier out of a sub-account, or withdraws one that waits there.
///
/// # Errors
/// [`Fault::NotFound`] when there is none.
pub async fn remove(
    actor: &Actor,
    s: &Services,
    account: AccountId,
    sub_account: SubAccountId,
    id: Uuid,
) -> Result<(), Fault> {
    let at = place(actor, s, account).await?;
    let thing = Thing::SubAccount(at, sub_account);
    let scope = require_read(actor, Action::ReadStructure, &thing)?;
    let permit = require(actor, Action::ChangeIdentifiers, &thing)?;
    let tx = s.db.begin_write().await?;
    accounts::lock(&tx, &scope, account)
        .await?
        .ok_or(Fault::NotFound)?;
    let sub_account = sub_accounts::find(&tx, &scope, account, sub_account)
        .await?
        .ok_or(Fault::NotFound)?;
    let taken = match store::remove_place(&tx, sub_account.id, id.into()).await? {
        Some(taken) => {
            identifier_claims::let_go(s, &tx, account, &taken, &actor.name).await?;
            taken
        }
        None => pending::withdraw(&tx, sub_account.id, id.into())
            .await?
            .ok_or(Fault::NotFound)?,
    };
    let before = serde_json::json!({ "kind": taken.kind.as_str(), "value": taken.shown, "sub_account": sub_account.name });
    let permit = permit
        .about(
            "identifier",
            id,
            format!("{} {}", taken.kind.label(), taken.shown),
        )
        .change(Some(before.to_string()), None);
    s.commit(tx, permit).await?;
    Ok(())
}

/// A place where a searched identifier stands.
#[derive(Clone, Debug)]
pub struct Hit {
    /// The identifier there.
    pub identifier: CorporateIdentifier,
    /// The sub-account.
    pub sub_account: SubAccountId,
    /// Its name.
    pub sub_account_name: String,
}

/// Finds an identifier of an account by its exact value, in the sub-accounts that the actor may see.
///
/// # Errors
/// [`IdentifierError::Malformed`]; [`Fault::NotFound`] when the actor may not know of the account.
pub async fn search(
    actor: &Actor,
    s: &Services,
    account: AccountId,
    kind: IdentifierKind,
    value: &str,
) -> Result<Vec<Hit>, IdentifierError> {
    let at = place(actor, s, account).await?;
    let scope = require_read(actor, Action::ReadStructure, &Thing::Account(at))?;
    let wanted = stored(s, &Identifier::parse(kind, value)?)?;
    let reader = s.db.reader();
    let mut hits = Vec::new();
    for found in store::search(&reader, &scope, account, &wanted).await? {
        let sub_account = found.sub_account;
        if let Some(of) = sub_accounts::find(&reader, &scope, account, sub_account).await? {
            hits.push(Hit {
                identifier: found.into(),
                sub_account,
                sub_account_name: of.name,
            });
        }
    }
    Ok(hits)
}
