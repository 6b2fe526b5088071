//! Handing an account over to another owner at once (R8). Exactly one owner at every moment: the rule is kept by the lock
//! on the account's row here, and by two constraints of the schema that are checked at commit.

use quaymaster_domain::access::{Action, Actor, Thing, require, require_read};
use quaymaster_domain::ids::{AccountId, UserId};
use quaymaster_domain::members::MemberRole;
use quaymaster_domain::people::Reason;
use quaymaster_store::accounts;
use quaymaster_store::constraint::Constraint;
use quaymaster_store::members::{self, Rights};
use quaymaster_store::{StoreError, users as user_store};

use crate::Services;
use crate::accounts::AccountView;
use crate::error::Fault;
use crate::mails::users as letters;
use crate::users::{Lens, PersonError, StateFilter, place};

/// A hand-over.
#[derive(Clone, Debug)]
pub struct OwnerSuccession {
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
    succession: &OwnerSuccession,
) -> Result<AccountView, PersonError> {
    let OwnerSuccession {
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
        return Err(PersonError::OwnerChanged);
    }
    let unfit = |detail: &str| Fault::field("/successor_user_id", "invalid", detail);
    if *successor == actor.user {
        return Err(unfit("you are the Account Owner already; name somebody else").into());
    }
    let next = members::lock(&tx, &scope, account, *successor)
        .await?
        .ok_or_else(|| {
            unfit(
                "the next Account Owner must be a member of this account; invite the person first",
            )
        })?;
    let lens = Lens::over(actor, s, at, &tx, &[*successor]).await?;
    if lens.view(next.clone())?.state.kind != StateFilter::Active {
        return Err(unfit(
            "the next Account Owner must be able to sign in; this person is locked, suspended or has not redeemed the invitation",
        )
        .into());
    }
    let lost = |error: StoreError| match error {
        StoreError::Conflict(Constraint::OneOwner | Constraint::ForeignKey) => {
            PersonError::OwnerChanged
        }
        other => other.into(),
    };
    // The former first: there is never a moment with two.
    members::set_role(&tx, account, actor.user, *former_owner_role)
        .await
        .map_err(lost)?;
    members::set_role(&tx, account, *successor, MemberRole::Owner)
        .await
        .map_err(lost)?;
    for person in [actor.user, *successor] {
        members::set_rights(&tx, account, person, &Rights::default()).await?;
    }
    accounts::set_owner(&tx, &before, *successor)
        .await
        .map_err(lost)?;
    letters::became_owner(&actor.name, &before)
        .to(s, &tx, &next.user)
        .await?;
    if let Some(former) = user_store::by_id(&tx, actor.user).await? {
        letters::handed_over(&next.user.full_name(), &before, *former_owner_role)
            .to(s, &tx, &former)
            .await?;
    }
    let json = |owner: UserId, name: String, former: Option<MemberRole>| {
        serde_json::json!({
            "owner": owner,
            "owner_name": name,
            "former_owner_role": former.map(MemberRole::as_str),
        })
        .to_string()
    };
    let permit = permit
        .about("account", account, before.name.clone())
        .because(reason.as_str())
        .change(
            Some(json(actor.user, actor.name.clone(), None)),
            Some(json(
                *successor,
                next.user.full_name(),
                Some(*former_owner_role),
            )),
        );
    let after = accounts::lock(&tx, &scope, account)
        .await?
        .ok_or(Fault::NotFound)?;
    let view = AccountView {
        my_role: Some(*former_owner_role),
        ..crate::accounts::view(actor, &tx, after).await?
    };
    s.commit(tx, permit).await.map_err(lost)?;
    Ok(view)
}
