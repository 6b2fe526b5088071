//! Portal accounts: the list, one account, its name. Opening one is in `companies`, its parts have their own files.

use quaymaster_domain::access::{Action, Actor, Thing, require, require_read, scope_of};
use quaymaster_domain::companies::AccountName;
use quaymaster_domain::ids::AccountId;
use quaymaster_domain::members::MemberRole;
use quaymaster_store::accounts::{self as store, Account, AccountSummary};
use quaymaster_store::db::Handle;
use quaymaster_store::{Page, PageRequest};

use crate::Services;
use crate::error::Fault;
use crate::users::place;

pub use quaymaster_store::accounts::AccountFilter;

/// An account as its list shows it.
#[derive(Clone, Debug)]
pub struct AccountView {
    /// The account.
    pub account: Account,
    /// Owner and counts.
    pub summary: AccountSummary,
    /// The reader's own role, if any.
    pub my_role: Option<MemberRole>,
}

/// The accounts that the actor may know of, by name: own ones, for staff all.
///
/// # Errors
/// When the database cannot answer.
pub async fn list(
    actor: &Actor,
    s: &Services,
    filter: &AccountFilter,
    page: &PageRequest,
) -> Result<Page<AccountView>, Fault> {
    let reader = s.db.reader();
    let found = store::list(&reader, &scope_of(actor), filter, page).await?;
    let mut summaries = store::summaries(&reader, &found.items).await?;
    Ok(found.map(|account| AccountView {
        summary: summaries.remove(&account.id).unwrap_or_default(),
        my_role: actor.membership(account.id).map(|m| m.role),
        account,
    }))
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
    let mut summaries = store::summaries(db, std::slice::from_ref(&account)).await?;
    Ok(AccountView {
        summary: summaries.remove(&account.id).unwrap_or_default(),
        my_role: actor.membership(account.id).map(|m| m.role),
        account,
    })
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
