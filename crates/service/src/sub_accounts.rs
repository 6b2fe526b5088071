//! Sub-accounts of an account: one business activity each, at least one in every account.

use quaymaster_domain::access::{Action, Actor, Denied, Thing, require, require_read};
use quaymaster_domain::activities::BusinessActivity;
use quaymaster_domain::ids::{AccountId, SubAccountId};
use quaymaster_domain::people::SubAccountName;
use quaymaster_domain::structure::{ActivityHolder, ActivityRefusal};
use quaymaster_store::constraint::Constraint;
use quaymaster_store::{
    Page, PageRequest, StoreError, access_requests, accounts, activities, identifiers,
    sub_accounts as store,
};

use crate::Services;
use crate::accounts::named;
use crate::error::Fault;
use crate::identifier_claims;
use crate::identifiers::{CorporateIdentifier, of_sub_accounts};
use crate::users::place;

pub use quaymaster_store::sub_accounts::SubAccount;

/// Why a sub-account was not created, renamed or deleted.
#[derive(Debug, thiserror::Error)]
pub enum SubAccountError {
    /// The account does not hold the activity.
    #[error(
        "this account does not hold the business activity; add the activity to the account first"
    )]
    ActivityNotHeld,
    /// Kept for reading only.
    #[error("{0}")]
    ActivityClosed(ActivityRefusal),
    /// Names differ within an account.
    #[error("this account has a sub-account of that name already; choose another name")]
    NameTaken,
    /// Every account has at least one.
    #[error(
        "an account has at least one sub-account; create another one before you delete this one"
    )]
    Last,
    /// Not specific.
    #[error(transparent)]
    Fault(#[from] Fault),
}

impl From<Denied> for SubAccountError {
    fn from(denied: Denied) -> Self {
        Self::Fault(denied.into())
    }
}
impl From<StoreError> for SubAccountError {
    fn from(error: StoreError) -> Self {
        match error {
            StoreError::Conflict(Constraint::SubAccountName) => Self::NameTaken,
            StoreError::Conflict(Constraint::ForeignKey) => Self::ActivityNotHeld,
            other => Self::Fault(other.into()),
        }
    }
}

/// A sub-account with its identifiers.
#[derive(Clone, Debug)]
pub struct SubAccountView {
    /// The sub-account.
    pub sub_account: SubAccount,
    /// What stands or waits in it.
    pub identifiers: Vec<CorporateIdentifier>,
}

/// The sub-accounts of an account that the actor may see, by name.
///
/// # Errors
/// [`Fault::NotFound`] when the actor may not know of the account.
pub async fn list(
    actor: &Actor,
    s: &Services,
    account: AccountId,
    page: &PageRequest,
) -> Result<Page<SubAccountView>, Fault> {
    let at = place(actor, s, account).await?;
    let scope = require_read(actor, Action::ReadStructure, &Thing::Account(at))?;
    let reader = s.db.reader();
    let found = store::list(&reader, &scope, account, page).await?;
    let seen: Vec<_> = found.items.iter().map(|sub| sub.id).collect();
    let mut identifiers = of_sub_accounts(&reader, &seen).await?;
    Ok(found.map(|sub_account| SubAccountView {
        identifiers: identifiers.remove(&sub_account.id).unwrap_or_default(),
        sub_account,
    }))
}

/// One sub-account.
///
/// # Errors
/// [`Fault::NotFound`] when the actor may not see it.
pub async fn find(
    actor: &Actor,
    s: &Services,
    account: AccountId,
    id: SubAccountId,
) -> Result<SubAccountView, Fault> {
    let at = place(actor, s, account).await?;
    let scope = require_read(actor, Action::ReadStructure, &Thing::SubAccount(at, id))?;
    let reader = s.db.reader();
    let sub_account = store::find(&reader, &scope, account, id)
        .await?
        .ok_or(Fault::NotFound)?;
    let identifiers = of_sub_accounts(&reader, &[id])
        .await?
        .remove(&id)
        .unwrap_or_default();
    Ok(SubAccountView {
        sub_account,
        identifiers,
    })
}

/// Creates a sub-account for an activity that the account holds.
///
/// # Errors
/// The refusals of [`SubAccountError`].
pub async fn create(
    actor: &Actor,
    s: &Services,
    account: AccountId,
    name: &SubAccountName,
    activity: BusinessActivity,
) -> Result<SubAccountView, SubAccountError> {
    let at = place(actor, s, account).await?;
    let scope = require_read(actor, Action::ReadStructure, &Thing::Account(at))?;
    let permit = require(actor, Action::ChangeSubAccounts, &Thing::Account(at))?;
    let tx = s.db.begin_write().await?;
    accounts::lock(&tx, &scope, account)
        .await?
        .ok_or(Fault::NotFound)?;
    if activity.added_by() == quaymaster_domain::activities::AddedBy::Closed {
        return Err(SubAccountError::ActivityClosed(ActivityRefusal::Closed));
    }
    if activities::holder(&tx, at, activity).await? != ActivityHolder::ThisAccount {
        return Err(SubAccountError::ActivityNotHeld);
    }
    let sub_account = SubAccount {
        id: s.id(),
        account,
        name: name.to_string(),
        activity,
        created_at: s.now(),
        version: 1,
    };
    store::insert(&tx, &sub_account).await?;
    let permit = permit
        .about("sub_account", sub_account.id, sub_account.name.clone())
        .change(None, Some(json(&sub_account)));
    s.commit(tx, permit).await?;
    Ok(SubAccountView {
        sub_account,
        identifiers: Vec::new(),
    })
}

/// Renames a sub-account.
///
/// # Errors
/// [`Fault::Stale`] when it is not at `version` any more; the refusals of [`SubAccountError`].
pub async fn update(
    actor: &Actor,
    s: &Services,
    account: AccountId,
    id: SubAccountId,
    version: i64,
    name: Option<&SubAccountName>,
) -> Result<SubAccountView, SubAccountError> {
    let at = place(actor, s, account).await?;
    let thing = Thing::SubAccount(at, id);
    let scope = require_read(actor, Action::ReadStructure, &thing)?;
    let permit = require(actor, Action::UpdateSubAccount, &thing)?;
    let tx = s.db.begin_write().await?;
    let before = store::lock(&tx, &scope, account, id)
        .await?
        .ok_or(Fault::NotFound)?;
    if before.version != version {
        return Err(Fault::Stale.into());
    }
    let identifiers = of_sub_accounts(&tx, &[id])
        .await?
        .remove(&id)
        .unwrap_or_default();
    let Some(name) = name.filter(|n| n.as_str() != before.name) else {
        return Ok(SubAccountView {
            sub_account: before,
            identifiers,
        });
    };
    store::rename(&tx, id, name.as_str(), before.version).await?;
    let permit = permit
        .about("sub_account", id, name.as_str())
        .change(named(&before.name), named(name.as_str()));
    s.commit(tx, permit).await?;
    Ok(SubAccountView {
        sub_account: SubAccount {
            name: name.to_string(),
            version: before.version + 1,
            ..before
        },
        identifiers,
    })
}

/// Deletes a sub-account with everything in it, unless it is the last one.
///
/// # Errors
/// [`SubAccountError::Last`]; [`Fault::Stale`] when it is not at `version` any more.
pub async fn delete(
    actor: &Actor,
    s: &Services,
    account: AccountId,
    id: SubAccountId,
    version: i64,
) -> Result<(), SubAccountError> {
    let at = place(actor, s, account).await?;
    let thing = Thing::SubAccount(at, id);
    let scope = require_read(actor, Action::ReadStructure, &thing)?;
    let permit = require(actor, Action::ChangeSubAccounts, &thing)?;
    let tx = s.db.begin_write().await?;
    accounts::lock(&tx, &scope, account)
        .await?
        .ok_or(Fault::NotFound)?;
    let before = store::lock(&tx, &scope, account, id)
        .await?
        .ok_or(Fault::NotFound)?;
    if before.version != version {
        return Err(Fault::Stale.into());
    }
    if store::count(&tx, account).await? < 2 {
        return Err(SubAccountError::Last);
    }
    let places = identifiers::of_sub_accounts(&tx, &[id]).await?;
    for place in &places {
        identifiers::remove_place(&tx, id, place.id).await?;
        identifier_claims::let_go(s, &tx, account, &place.identifier, &actor.name).await?;
    }
    access_requests::leave_sub_account(&tx, id).await?;
    store::delete(&tx, id).await?;
    let mut was = serde_json::json!({ "name": before.name, "activity": before.activity.as_str() });
    was["identifiers"] = places
        .iter()
        .map(|p| format!("{} {}", p.identifier.kind.label(), p.identifier.shown))
        .collect();
    let permit = permit
        .about("sub_account", id, before.name)
        .change(Some(was.to_string()), None);
    s.commit(tx, permit).await?;
    Ok(())
}

fn json(sub_account: &SubAccount) -> String {
    serde_json::json!({ "name": sub_account.name, "activity": sub_account.activity.as_str() })
        .to_string()
}
