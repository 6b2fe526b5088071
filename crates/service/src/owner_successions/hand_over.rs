//! Handing an account over to another owner at once.

use quaymaster_domain::access::{Action, Actor, Thing, require, require_read};
use quaymaster_domain::ids::{AccountId, UserId};
use quaymaster_domain::members::MemberRole;
use quaymaster_domain::owner_successions::{Course, SuccessionKind, SuccessionState};
use quaymaster_domain::people::Reason;
use quaymaster_store::{accounts, owner_successions as store};

use super::{OwnerSuccession, Replacement, SuccessionError, able_successor, replace};
use crate::Services;
use crate::accounts::AccountView;
use crate::error::Fault;
use crate::users::{PersonError, place};

/// A hand-over.
#[derive(Clone, Debug)]
pub struct HandOver {
    /// Who becomes the owner; a member who can sign in.
    pub successor: UserId,
    /// What the owner becomes: proxy or user.
    pub former_owner_role: MemberRole,
    /// Why; kept in the audit trail.
    pub reason: Reason,
}

/// Hands the account over.
///
/// # Errors
/// [`Denied::OwnerOnly`](quaymaster_domain::access::Denied::OwnerOnly), a proof that is too old, a successor who does not fit;
/// [`PersonError::LastOwner`] when another hand-over won.
pub async fn hand_over(
    actor: &Actor,
    s: &Services,
    account: AccountId,
    succession: &HandOver,
) -> Result<AccountView, SuccessionError> {
    let HandOver {
        successor,
        former_owner_role,
        reason,
    } = succession;
    let at = place(actor, s, account).await?;
    let scope = require_read(actor, Action::ReadAccount, &Thing::Account(at))?;
    let permit = require(actor, Action::ReplaceOwner, &Thing::Account(at))?;
    let tx = s.db.begin_write().await?;
    let before = accounts::lock(&tx, &scope, account)
        .await?
        .ok_or(Fault::NotFound)?;
    // The actor was the owner when the request arrived; another hand-over may have won since.
    if before.owner != actor.user {
        return Err(PersonError::OwnerChanged.into());
    }
    let next = able_successor(s, &tx, &before, *successor).await?;
    let now = s.now();
    let replacement = Replacement {
        account: &before,
        successor: &next,
        former_role: *former_owner_role,
        by_name: &actor.name,
        except: None,
    };
    let json = replace(s, &tx, replacement).await?;
    let record = OwnerSuccession {
        id: s.id(),
        account,
        course: Course {
            kind: SuccessionKind::HandOver,
            state: SuccessionState::Completed,
            takes_over_on: None,
            completes_after: None,
        },
        owner: actor.user,
        owner_name: actor.name.clone(),
        successor: *successor,
        former_owner_role: *former_owner_role,
        reason: reason.to_string(),
        asked_at: now,
        asked_by_name: actor.name.clone(),
        waiting_days: None,
        decision: Some((now, actor.name.clone(), None)),
    };
    store::insert(&tx, &record).await?;
    let permit = permit
        .about("account", account, before.name.clone())
        .because(reason.as_str())
        .change(Some(json.0), Some(json.1));
    let after = accounts::lock(&tx, &scope, account)
        .await?
        .ok_or(Fault::NotFound)?;
    let view = AccountView {
        my_role: Some(*former_owner_role),
        ..crate::accounts::view(actor, &tx, after).await?
    };
    s.commit(tx, permit).await?;
    Ok(view)
}
