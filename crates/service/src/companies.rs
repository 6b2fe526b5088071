//! Companies, their parties, and the accounts that the registrar opens for them.

use quaymaster_domain::access::{AccountRef, Action, Actor, Denied, Thing, require, require_read};
use quaymaster_domain::account_number::AccountNumber;
use quaymaster_domain::activities::BusinessActivity;
use quaymaster_domain::companies::AccountName;
use quaymaster_domain::ids::{AccountId, CompanyId, PartyId};
use quaymaster_domain::people::{CompanyName, SubAccountName};
use quaymaster_domain::structure::{self, ActivityRefusal};
use quaymaster_store::accounts::{self, Account, NewAccount};
use quaymaster_store::companies::{self as store, Company, CompanyParts};
use quaymaster_store::constraint::Constraint;
use quaymaster_store::db::Handle;
use quaymaster_store::sub_accounts::{self, SubAccount};
use quaymaster_store::{Page, PageRequest, StoreError, WriteTx, activities, register};

use crate::Services;
use crate::accounts::{AccountView, view};
use crate::error::Fault;
use crate::invitations::{InvitationError, Invitee, invite_owner};

pub use quaymaster_store::companies::PartyName;

/// A company with what belongs to it.
#[derive(Clone, Debug)]
pub struct CompanyView {
    /// The company.
    pub company: Company,
    /// Party, subsidiaries, accounts.
    pub parts: CompanyParts,
}

/// Why a company or an account was not recorded or changed.
#[derive(Debug, thiserror::Error)]
pub enum CompanyError {
    /// The register has no such party.
    #[error("the register has no such party; load or enter it first")]
    NoSuchParty,
    /// Linked to another company.
    #[error("another company is linked to this party already; a party stands for one company")]
    PartyTaken,
    /// A subsidiary already.
    #[error("this party is recorded as a subsidiary already, of this company or of another one")]
    SubsidiaryTaken,
    /// A company is no subsidiary of itself.
    #[error("this is the company's own party; a company is not its own subsidiary")]
    OwnParty,
    /// A rule about activities.
    #[error(transparent)]
    Activity(#[from] ActivityRefusal),
    /// Inviting the owner failed.
    #[error(transparent)]
    Invitation(#[from] InvitationError),
    /// Not specific.
    #[error(transparent)]
    Fault(#[from] Fault),
}

impl From<Denied> for CompanyError {
    fn from(denied: Denied) -> Self {
        Self::Fault(denied.into())
    }
}
impl From<StoreError> for CompanyError {
    fn from(error: StoreError) -> Self {
        match error {
            StoreError::Conflict(Constraint::CompanyParty) => Self::PartyTaken,
            StoreError::Conflict(Constraint::Subsidiary | Constraint::SubsidiaryParty) => {
                Self::SubsidiaryTaken
            }
            other => Self::Fault(other.into()),
        }
    }
}

async fn with_parts(db: &impl Handle, company: Company) -> Result<CompanyView, StoreError> {
    let parts = store::parts(db, &company).await?;
    Ok(CompanyView { company, parts })
}

/// Companies by name, for staff.
///
/// # Errors
/// [`Fault::Denied`] for everybody else.
pub async fn list(
    actor: &Actor,
    s: &Services,
    q: Option<&str>,
    page: &PageRequest,
) -> Result<Page<CompanyView>, Fault> {
    let scope = require_read(actor, Action::ReadCompanies, &Thing::Portal)?;
    let reader = s.db.reader();
    let Page { items, next } = store::list(&reader, &scope, q, page).await?;
    let mut views = Vec::with_capacity(items.len());
    for company in items {
        views.push(with_parts(&reader, company).await?);
    }
    Ok(Page { items: views, next })
}

/// One company, for staff.
///
/// # Errors
/// [`Fault::NotFound`] when there is none.
pub async fn find(actor: &Actor, s: &Services, id: CompanyId) -> Result<CompanyView, Fault> {
    let scope = require_read(actor, Action::ReadCompanies, &Thing::Portal)?;
    let reader = s.db.reader();
    let company = store::find(&reader, &scope, id)
        .await?
        .ok_or(Fault::NotFound)?;
    Ok(with_parts(&reader, company).await?)
}

/// Records a company.
///
/// # Errors
/// The refusals of [`CompanyError`].
pub async fn create(
    actor: &Actor,
    s: &Services,
    name: &CompanyName,
    party: Option<PartyId>,
) -> Result<CompanyView, CompanyError> {
    let permit = require(actor, Action::ManageCompanies, &Thing::Portal)?;
    let tx = s.db.begin_write().await?;
    known(&tx, party).await?;
    let company = Company {
        id: s.id(),
        name: name.to_string(),
        party,
        created_at: s.now(),
        version: 1,
    };
    store::insert(&tx, company.id, &company.name, party, company.created_at).await?;
    let found = with_parts(&tx, company).await?;
    let permit = permit
        .within(None, Some(found.company.id))
        .about("company", found.company.id, found.company.name.clone())
        .change(None, Some(json(&found)));
    s.commit(tx, permit).await?;
    Ok(found)
}

async fn known(db: &impl Handle, party: Option<PartyId>) -> Result<(), CompanyError> {
    match party {
        Some(id) if !register::party_exists(db, id).await? => Err(CompanyError::NoSuchParty),
        _ => Ok(()),
    }
}

/// Changes name and party of a company.
///
/// # Errors
/// [`Fault::Stale`] when it is not at `version` any more; the refusals of [`CompanyError`].
pub async fn update(
    actor: &Actor,
    s: &Services,
    id: CompanyId,
    version: i64,
    name: Option<&CompanyName>,
    party: Option<Option<PartyId>>,
) -> Result<CompanyView, CompanyError> {
    let permit = require(actor, Action::ManageCompanies, &Thing::Portal)?;
    let tx = s.db.begin_write().await?;
    let company = store::lock(&tx, id).await?.ok_or(Fault::NotFound)?;
    let before = with_parts(&tx, company.clone()).await?;
    if company.version != version {
        return Err(Fault::Stale.into());
    }
    let after = Company {
        name: name.map_or_else(|| company.name.clone(), ToString::to_string),
        party: party.unwrap_or(company.party),
        version: company.version + 1,
        ..company.clone()
    };
    if after.name == company.name && after.party == company.party {
        return Ok(before);
    }
    known(&tx, after.party).await?;
    store::update(&tx, id, &after.name, after.party, company.version).await?;
    let after = with_parts(&tx, after).await?;
    let permit = permit
        .within(None, Some(id))
        .about("company", id, after.company.name.clone())
        .change(Some(json(&before)), Some(json(&after)));
    s.commit(tx, permit).await?;
    Ok(after)
}

/// Records a party as a subsidiary: from then on the company may hold its identifiers (R3).
///
/// # Errors
/// The refusals of [`CompanyError`].
pub async fn add_subsidiary(
    actor: &Actor,
    s: &Services,
    id: CompanyId,
    party: PartyId,
) -> Result<CompanyView, CompanyError> {
    let permit = require(actor, Action::ManageCompanies, &Thing::Portal)?;
    let tx = s.db.begin_write().await?;
    let company = store::lock(&tx, id).await?.ok_or(Fault::NotFound)?;
    known(&tx, Some(party)).await?;
    if company.party == Some(party) {
        return Err(CompanyError::OwnParty);
    }
    let before = with_parts(&tx, company.clone()).await?;
    store::add_subsidiary(&tx, id, party, s.now()).await?;
    let after = with_parts(&tx, company).await?;
    let permit = permit
        .within(None, Some(id))
        .about("company", id, after.company.name.clone())
        .change(Some(json(&before)), Some(json(&after)));
    s.commit(tx, permit).await?;
    Ok(after)
}

/// Takes a subsidiary away. Identifiers that stand in the company's accounts stay; no further ones can be added.
///
/// # Errors
/// [`Fault::NotFound`] when the party is no subsidiary of the company.
pub async fn remove_subsidiary(
    actor: &Actor,
    s: &Services,
    id: CompanyId,
    party: PartyId,
) -> Result<(), Fault> {
    let permit = require(actor, Action::ManageCompanies, &Thing::Portal)?;
    let tx = s.db.begin_write().await?;
    let company = store::lock(&tx, id).await?.ok_or(Fault::NotFound)?;
    let before = with_parts(&tx, company.clone()).await?;
    if !store::remove_subsidiary(&tx, id, party).await? {
        return Err(Fault::NotFound);
    }
    let after = with_parts(&tx, company).await?;
    let permit = permit
        .within(None, Some(id))
        .about("company", id, after.company.name.clone())
        .change(Some(json(&before)), Some(json(&after)));
    s.commit(tx, permit).await?;
    Ok(())
}

fn json(found: &CompanyView) -> String {
    let keys: Vec<_> = found.parts.subsidiaries.iter().map(|p| &p.key).collect();
    serde_json::json!({ "name": found.company.name, "party": found.parts.party.as_ref().map(|p| &p.key), "subsidiaries": keys })
        .to_string()
}

/// An account to open.
#[derive(Clone, Debug)]
pub struct OpenAccount {
    /// Its own name.
    pub name: AccountName,
    /// Who becomes the owner.
    pub owner: Invitee,
    /// The name of its first sub-account.
    pub sub_account: SubAccountName,
    /// The activity of that sub-account, which the account holds from the start.
    pub activity: BusinessActivity,
}

/// Opens an account of a company: number, owner with an invitation, activity, first sub-account.
///
/// # Errors
/// R1 and R5 about the activity; the refusals of [`CompanyError`].
pub async fn open_account(
    actor: &Actor,
    s: &Services,
    company: CompanyId,
    new: OpenAccount,
) -> Result<AccountView, CompanyError> {
    let permit = require(actor, Action::ManageCompanies, &Thing::Portal)?;
    let activity = new.activity;
    let tx = s.db.begin_write().await?;
    let company = store::lock(&tx, company).await?.ok_or(Fault::NotFound)?;
    let (account, first) = open_in(s, &tx, &company, new, &actor.name).await?;
    let id = account.id;
    let found = view(actor, &tx, account).await?;
    let after = serde_json::json!({ "name": found.account.name, "owner": found.summary.owner_name, "activity": activity.as_str(), "sub_account": first.name });
    let permit = permit
        .within(Some(id), Some(company.id))
        .about("account", id, found.account.account_number.clone())
        .change(None, Some(after.to_string()));
    s.commit(tx, permit).await?;
    Ok(found)
}

/// Opens an account of a company whose row is locked: number, owner with an invitation, activity, first sub-account.
///
/// # Errors
/// As [`open_account`].
pub(crate) async fn open_in(
    s: &Services,
    tx: &WriteTx,
    company: &Company,
    new: OpenAccount,
    by_name: &str,
) -> Result<(Account, SubAccount), CompanyError> {
    let OpenAccount {
        name,
        owner,
        sub_account,
        activity,
    } = new;
    let id: AccountId = s.id();
    let at = AccountRef {
        account: id,
        company: company.id,
    };
    let holder = activities::holder(tx, at, activity).await?;
    structure::add_activity(activity, true, holder)?;
    let serial = accounts::next_serial(tx).await?;
    let number = AccountNumber::from_serial(serial)
        .ok_or_else(|| Fault::Internal("the account numbers are used up".to_owned()))?;
    let now = s.now();
    let account = Account {
        id,
        account_number: number.to_string(),
        name: name.to_string(),
        company_id: company.id,
        company_name: company.name.clone(),
        open: true,
        owner: s.id(),
        created_at: now,
        closed_at: None,
        merged_into: None,
        version: 1,
    };
    let row = NewAccount {
        id,
        company: company.id,
        serial,
        account_number: account.account_number.clone(),
        name: account.name.clone(),
        owner: account.owner,
        at: now,
    };
    accounts::insert(tx, row).await?;
    invite_owner(s, tx, &account, account.owner, &owner, by_name).await?;
    let first = SubAccount {
        id: s.id(),
        account: id,
        name: sub_account.to_string(),
        activity,
        created_at: now,
        version: 1,
    };
    match activities::insert(tx, id, company.id, activity, by_name, now).await {
        Ok(()) => {}
        Err(StoreError::Conflict(Constraint::ActivityOfCompany)) => {
            // Another account of the company took the activity meanwhile; asking again names it.
            return Err(Fault::Busy(1).into());
        }
        Err(other) => return Err(other.into()),
    }
    sub_accounts::insert(tx, &first).await?;
    Ok((account, first))
}
