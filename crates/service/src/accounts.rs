//! Portal accounts: the list, one account, its name. Opening one is in `companies`, its parts have their own files.

use std::collections::BTreeSet;

use quaymaster_domain::access::{
    Action, Actor, Seat, Thing, require, require_read, scope_of, seats_of,
};
use quaymaster_domain::companies::AccountName;
use quaymaster_domain::grants::SubAccounts;
use quaymaster_domain::ids::AccountId;
use quaymaster_domain::members::MemberRole;
use quaymaster_store::accounts::{self as store, AccountSummary};
use quaymaster_store::db::Handle;
use quaymaster_store::{Page, PageRequest};

use crate::Services;
use crate::error::Fault;
use crate::users::place;

pub use quaymaster_store::accounts::{Account, AccountFilter, Party};

/// An account as its list shows it.
#[derive(Clone, Debug)]
pub struct AccountView {
    /// The account.
    pub account: Account,
    /// Owner and counts.
    pub summary: AccountSummary,
    /// The reader's own role, if any.
    pub my_role: Option<MemberRole>,
    /// The grants through which the reader sees it as a guest, each with the own account that holds it.
    pub seats: Vec<(Seat, Account)>,
}

/// As what the reader sees accounts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SeenAs {
    /// As a member, or as staff.
    Member,
    /// As a guest, through a grant.
    Guest,
}

/// The accounts that the actor may know of, by name: own ones and those seen through grants, for staff all.
///
/// # Errors
/// When the database cannot answer.
pub async fn list(
    actor: &Actor,
    s: &Services,
    filter: &AccountFilter,
    seen_as: Option<SeenAs>,
    page: &PageRequest,
) -> Result<Page<AccountView>, Fault> {
    let reader = s.db.reader();
    let kinds = (
        seen_as != Some(SeenAs::Guest),
        seen_as != Some(SeenAs::Member),
    );
    let (scope, seats) = (scope_of(actor), seats_of(actor));
    let found = store::list_seen(&reader, &scope, &seats, kinds, filter, s.now(), page).await?;
    let next = found.next;
    let (accounts, seats): (Vec<_>, Vec<_>) = found.items.into_iter().unzip();
    Ok(Page {
        items: views(actor, &reader, accounts, seats).await?,
        next,
    })
}

async fn views(
    actor: &Actor,
    db: &impl Handle,
    accounts: Vec<Account>,
    seats: Vec<Vec<Seat>>,
) -> Result<Vec<AccountView>, Fault> {
    let mut summaries = store::summaries(db, &accounts).await?;
    let own: Vec<AccountId> = seats.iter().flatten().map(|seat| seat.recipient).collect();
    let own = store::among(db, &scope_of(actor), &own).await?;
    Ok(accounts
        .into_iter()
        .zip(seats)
        .map(|(account, seats)| {
            let my_role = actor.membership(account.id).map(|m| m.role);
            let whole = summaries.remove(&account.id).unwrap_or_default();
            let seats: Vec<(Seat, Account)> = seats
                .into_iter()
                .filter_map(|seat| {
                    let through = own.iter().find(|a| a.id == seat.recipient)?.clone();
                    Some((seat, through))
                })
                .collect();
            AccountView {
                summary: if seats.is_empty() {
                    whole
                } else {
                    for_guests(whole, &seats)
                },
                my_role,
                seats,
                account,
            }
        })
        .collect())
}

/// Counts tell guests no more than what they may see.
fn for_guests(whole: AccountSummary, seats: &[(Seat, Account)]) -> AccountSummary {
    let structure: Vec<_> = seats
        .iter()
        .map(|(seat, _)| &seat.scope)
        .filter(|scope| scope.rights.structure)
        .collect();
    let all = structure
        .iter()
        .any(|scope| scope.sub_accounts == SubAccounts::All);
    let named: BTreeSet<_> = structure
        .iter()
        .flat_map(|scope| scope.sub_accounts.named())
        .collect();
    let users = seats.iter().any(|(seat, _)| seat.scope.rights.users);
    AccountSummary {
        sub_accounts: if all {
            whole.sub_accounts
        } else {
            u64::try_from(named.len()).unwrap_or_default()
        },
        members: if users { whole.members } else { 0 },
        ..whole
    }
}

/// One account.
///
/// # Errors
/// [`Fault::NotFound`] when the actor may not know of it.
pub async fn find(actor: &Actor, s: &Services, id: AccountId) -> Result<AccountView, Fault> {
    let at = place(actor, s, id).await?;
    let scope = require_read(actor, Action::ReadAccount, &Thing::Account(at))?;
    let reader = s.db.reader();
    let account = store::find(&reader, &scope, id)
        .await?
        .ok_or(Fault::NotFound)?;
    view(actor, &reader, account).await
}

pub(crate) async fn view(
    actor: &Actor,
    db: &impl Handle,
    account: Account,
) -> Result<AccountView, Fault> {
    let seats = actor
        .guest(account.id)
        .filter(|_| actor.staff.is_none())
        .map(|guest| guest.seats().to_vec())
        .unwrap_or_default();
    let mut found = views(actor, db, vec![account], vec![seats]).await?;
    found.pop().ok_or(Fault::NotFound)
}

/// Renames an account.
///
/// # Errors
/// [`Fault::Stale`] when it is not at `version` any more.
pub async fn update(
    actor: &Actor,
    s: &Services,
    id: AccountId,
    version: i64,
    name: Option<&AccountName>,
) -> Result<AccountView, Fault> {
    let at = place(actor, s, id).await?;
    let scope = require_read(actor, Action::ReadAccount, &Thing::Account(at))?;
    let permit = require(actor, Action::UpdateAccount, &Thing::Account(at))?;
    let tx = s.db.begin_write().await?;
    let before = store::lock(&tx, &scope, id).await?.ok_or(Fault::NotFound)?;
    if before.version != version {
        return Err(Fault::Stale);
    }
    let Some(name) = name.filter(|n| n.as_str() != before.name) else {
        return view(actor, &tx, before).await;
    };
    store::rename(&tx, id, name.as_str(), before.version).await?;
    let permit = permit
        .about("account", id, before.account_number.clone())
        .change(named(&before.name), named(name.as_str()));
    let after = Account {
        name: name.to_string(),
        version: before.version + 1,
        ..before
    };
    let found = view(actor, &tx, after).await?;
    s.commit(tx, permit).await?;
    Ok(found)
}

/// The state that the audit trail keeps of something whose name is all that changes.
pub(crate) fn named(name: &str) -> Option<String> {
    Some(serde_json::json!({ "name": name }).to_string())
}

/// The other open accounts of the same company, by name.
///
/// # Errors
/// [`Fault::Denied`] for plain users.
pub async fn siblings(actor: &Actor, s: &Services, id: AccountId) -> Result<Vec<Party>, Fault> {
    let at = place(actor, s, id).await?;
    require_read(actor, Action::ReadStructureChanges, &Thing::Account(at))?;
    Ok(store::siblings(&s.db.reader(), at.company, id).await?)
}
