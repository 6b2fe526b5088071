//! One company of the portal as staff see it: accounts with those who decide in them, who is locked, invitations,
//! applications, cases, its people's sign-ins and mails, its trail. Whoever looks leaves a row in that trail.

use quaymaster_domain::access::{Action, Actor, Permit, Thing, may, require, require_read};
use quaymaster_domain::ids::{AccountId, CaseId, CompanyId};
use quaymaster_domain::members::MemberRole;
use quaymaster_store::accounts::AccountFilter;
use quaymaster_store::companies::{self as store, Company};
use quaymaster_store::invitations::{self, Invitation, InvitationState};
use quaymaster_store::mails::{self, AddressedMail};
use quaymaster_store::members::{MemberFilter, StateFilter};
use quaymaster_store::sign_ins::{self, MemberSignIn};
use quaymaster_store::{PageRequest, needs};

use crate::Services;
use crate::accounts::{self, AccountView};
use crate::applications::{self, CompanyApplication};
use crate::audit::{self, AuditEntry};
use crate::cases::{CaseView, overview};
use crate::error::Fault;
use crate::users::{self, ListedUser};

/// How much of each list is shown; the rest stands on the pages of the thing itself.
const SHOWN: u64 = 20;
/// How many accounts are shown; hardly any company has more than a few.
const ACCOUNTS: u64 = 50;

/// An account of a company as staff see it.
#[derive(Clone, Debug)]
pub struct AccountOverview {
    /// The account.
    pub account: AccountView,
    /// The owner and the proxies, with their states.
    pub managers: Vec<ListedUser>,
    /// People who cannot sign in: by failed attempts, dormant, suspended.
    pub locked: Vec<ListedUser>,
    /// Invitations that wait to be redeemed, the newest first.
    pub invitations: Vec<Invitation>,
    /// How many unknown identifiers wait for the registrar.
    pub pending_identifiers: u64,
}

/// A company as staff see it.
#[derive(Clone)]
pub struct CompanyOverview {
    /// The company.
    pub company: Company,
    /// Its accounts by name, closed ones too.
    pub accounts: Vec<AccountOverview>,
    /// Applications that name it or opened one of its accounts, newest first, drafts aside.
    pub applications: Vec<CompanyApplication>,
    /// Open cases; nothing for those of the staff who do not read cases.
    pub cases: Option<Vec<CaseView>>,
    /// The last tries of its people to sign in, newest first.
    pub sign_ins: Vec<MemberSignIn>,
    /// The last mails to its people, newest first.
    pub mails: Vec<AddressedMail>,
    /// The last rows of its trail, newest first; nothing for those of the staff who do not read trails.
    pub trail: Option<Vec<AuditEntry>>,
}

const fn first(limit: u64) -> PageRequest {
    PageRequest { limit, after: None }
}

/// One company. That it was looked at, by whom and in which case, stands in the trail of each of its accounts.
///
/// # Errors
/// [`Fault::Denied`] for people without a staff role; [`Fault::Invalid`] for a case that the actor does not read.
pub async fn company(
    actor: &Actor,
    s: &Services,
    id: CompanyId,
    case: Option<CaseId>,
) -> Result<CompanyOverview, Fault> {
    let scope = require_read(actor, Action::ReadCompanies, &Thing::Portal)?;
    let reader = s.db.reader();
    let company = store::find(&reader, &scope, id)
        .await?
        .ok_or(Fault::NotFound)?;
    let permit = require(actor, Action::ReadCompanies, &Thing::Portal)?.about(
        "company",
        company.id,
        company.name.clone(),
    );
    let permit = match overview::reason(actor, s, case).await? {
        Some(reason) => permit.because(reason),
        None => permit,
    };
    let filter = AccountFilter {
        company: Some(id),
        q: None,
    };
    let found = accounts::list(actor, s, &filter, None, &first(ACCOUNTS)).await?;
    let ids: Vec<AccountId> = found.items.iter().map(|view| view.account.id).collect();
    let trail = if may(actor, Action::ReadPortalAudit, &Thing::Portal).is_ok() {
        Some(audit::of_accounts(actor, s, &ids, SHOWN).await?)
    } else {
        None
    };
    let mut views = Vec::with_capacity(ids.len());
    for view in found.items {
        views.push(account(actor, s, view).await?);
    }
    let seen = CompanyOverview {
        accounts: views,
        applications: applications::of_company(actor, s, &company.name, &ids, SHOWN).await?,
        cases: overview::of_accounts(actor, s, &ids, SHOWN).await?,
        sign_ins: sign_ins::of_members(&reader, &ids, SHOWN).await?,
        mails: mails::to_members(&reader, &ids, SHOWN).await?,
        trail,
        company,
    };
    note(s, id, &ids, permit).await?;
    Ok(seen)
}

async fn account(actor: &Actor, s: &Services, view: AccountView) -> Result<AccountOverview, Fault> {
    let id = view.account.id;
    let mut managers = Vec::new();
    for role in [MemberRole::Owner, MemberRole::Proxy] {
        let filter = MemberFilter {
            role: Some(role),
            ..MemberFilter::default()
        };
        managers.extend(
            users::list(actor, s, id, &filter, &first(SHOWN))
                .await?
                .items,
        );
    }
    let mut locked = Vec::new();
    for state in [
        StateFilter::FailedAttempts,
        StateFilter::Dormant,
        StateFilter::Suspended,
    ] {
        let filter = MemberFilter {
            state: Some(state),
            ..MemberFilter::default()
        };
        locked.extend(
            users::list(actor, s, id, &filter, &first(SHOWN))
                .await?
                .items,
        );
    }
    let reader = s.db.reader();
    let scope = require_read(actor, Action::ReadCompanies, &Thing::Portal)?;
    let open = Some(InvitationState::Open);
    let invited = invitations::list(&reader, &scope, id, open, s.now(), &first(SHOWN)).await?;
    Ok(AccountOverview {
        account: view,
        managers,
        locked,
        invitations: invited.items,
        pending_identifiers: needs::pending_verifications(&reader, &scope, Some(id)).await?,
    })
}

/// Leaves the row in the trail of each account, and in the company's own when it has none.
async fn note(
    s: &Services,
    company: CompanyId,
    accounts: &[AccountId],
    permit: Permit,
) -> Result<(), Fault> {
    let tx = s.db.begin_write().await?;
    let mut trails = accounts
        .iter()
        .map(|account| permit.clone().within(Some(*account), Some(company)));
    let last = trails.next_back();
    for permit in trails {
        s.also(&tx, permit).await?;
    }
    let last = last.unwrap_or_else(|| permit.clone().within(None, Some(company)));
    s.commit(tx, last).await?;
    Ok(())
}
