//! The registrar's part: requests in the whole portal, completed after their waiting time or refused.

use quaymaster_domain::access::{Action, Actor, Permit, Thing, require, require_read};
use quaymaster_domain::ids::OwnerSuccessionId;
use quaymaster_domain::owner_successions::SuccessionState;
use quaymaster_domain::people::Reason;
use quaymaster_store::accounts::Account;
use quaymaster_store::{Page, PageRequest, WriteTx, members, owner_successions as store};

use super::{
    OwnerSuccession, Replacement, SuccessionError, SuccessionView, lock, one, replace, state_json,
    still_able, views,
};
use crate::Services;
use crate::error::Fault;
use crate::mails::owner_successions as letters;
use crate::users::PersonError;

/// The requests in the whole portal, the nearest deadline first.
///
/// # Errors
/// [`Fault::Denied`] for everybody but staff.
pub async fn list_requests(
    actor: &Actor,
    s: &Services,
    state: Option<SuccessionState>,
    page: &PageRequest,
) -> Result<Page<SuccessionView>, Fault> {
    let scope = require_read(actor, Action::ReadSuccessionRequests, &Thing::Portal)?;
    let reader = s.db.reader();
    let found = store::requests(&reader, &scope, state, page).await?;
    let with = store::companions(&reader, &found.items).await?;
    views(actor, s, found, with)
}

async fn locked(
    actor: &Actor,
    tx: &WriteTx,
    id: OwnerSuccessionId,
    action: Action,
) -> Result<(Account, OwnerSuccession, Permit), SuccessionError> {
    let scope = require_read(actor, Action::ReadSuccessionRequests, &Thing::Portal)?;
    let permit = require(actor, action, &Thing::Portal)?;
    let peek = store::by_id(tx, id).await?.ok_or(Fault::NotFound)?;
    let (account, found) = lock(tx, &scope, peek.account, id).await?;
    let permit = permit
        .within(Some(account.id), Some(account.company_id))
        .about("owner_succession", id, account.name.clone());
    Ok((account, found, permit))
}

/// Makes the successor of a silent owner the owner.
///
/// # Errors
/// [`SuccessionError::Step`] before the end of the waiting time or after an objection; a proof that is too old.
pub async fn complete(
    actor: &Actor,
    s: &Services,
    id: OwnerSuccessionId,
    reason: &Reason,
) -> Result<SuccessionView, SuccessionError> {
    let tx = s.db.begin_write().await?;
    let (account, found, permit) = locked(actor, &tx, id, Action::CompleteSuccession).await?;
    let state = found.course.complete(s.now())?;
    if account.owner != found.owner {
        return Err(PersonError::OwnerChanged.into());
    }
    let next = match still_able(s, &tx, &account, found.successor).await? {
        Ok(next) => next,
        Err(why) => return Err(SuccessionError::SuccessorNotNow(why)),
    };
    let replacement = Replacement {
        account: &account,
        successor: &next,
        former_role: found.former_owner_role,
        by_name: "The operator of the portal",
        except: Some(id),
    };
    let (before, after) = replace(s, &tx, replacement).await?;
    let decision = Some((s.now(), actor.name.as_str(), Some(reason.as_str())));
    store::advance(&tx, id, state, decision).await?;
    let view = one(actor, s, &tx, id).await?;
    let permit = permit
        .because(reason.as_str())
        .change(Some(before), Some(after));
    s.commit(tx, permit).await?;
    Ok(view)
}

/// Refuses a request.
///
/// # Errors
/// [`SuccessionError::Step`] when it is over.
pub async fn reject(
    actor: &Actor,
    s: &Services,
    id: OwnerSuccessionId,
    reason: &Reason,
) -> Result<SuccessionView, SuccessionError> {
    let tx = s.db.begin_write().await?;
    let (account, found, permit) = locked(actor, &tx, id, Action::RejectSuccession).await?;
    let state = found.course.reject()?;
    let decision = Some((s.now(), actor.name.as_str(), Some(reason.as_str())));
    store::advance(&tx, id, state, decision).await?;
    for person in members::managing(&tx, account.id).await? {
        letters::rejected(&account, reason.as_str())
            .to(s, &tx, &person)
            .await?;
    }
    let view = one(actor, s, &tx, id).await?;
    let permit = permit
        .because(reason.as_str())
        .change(state_json(found.course.state), state_json(state));
    s.commit(tx, permit).await?;
    Ok(view)
}
