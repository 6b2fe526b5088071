//! Who belongs to an account and may do what: changing role and rights, taking a person out, adding a user of the portal.

use quaymaster_domain::access::{Action, Actor, Permit, Scope, Thing, require, require_read};
use quaymaster_domain::ids::{AccountId, UserId};
use quaymaster_domain::members::{MemberRole, SubAccountAccess};
use quaymaster_domain::people::{EmailAddress, UserName};
use quaymaster_store::accounts::{self, Account};
use quaymaster_store::constraint::Constraint;
use quaymaster_store::members::{self, Rights};
use quaymaster_store::{StoreError, WriteTx, invitations as invitation_store, users};

use super::{AccountUser, Lens, Member, PersonError, place, rights};
use crate::Services;
use crate::error::Fault;
use crate::invitations::{InvitationState, require_to_bring, withdraw};
use crate::mails::users as letters;

/// What changes about a member; what is absent stays.
#[derive(Clone, Debug, Default)]
pub struct MemberChange {
    /// Proxy or user.
    pub role: Option<MemberRole>,
    /// All rights per sub-account.
    pub access: Option<Vec<SubAccountAccess>>,
    /// All ports.
    pub ports: Option<Vec<String>>,
}

/// The account and the member, both locked, at the version that the actor read.
struct Loaded<'a> {
    lens: Lens<'a>,
    scope: Scope,
    account: Account,
    member: Member,
}

async fn load<'a>(
    actor: &'a Actor,
    s: &Services,
    tx: &WriteTx,
    account: AccountId,
    user: UserId,
    action: Action,
) -> Result<Loaded<'a>, PersonError> {
    let at = place(actor, s, account).await?;
    let scope = require_read(actor, action, &Thing::Account(at))?;
    // The account first: a hand-over of the same account waits, or has been waited for.
    let account = accounts::lock(tx, &scope, account)
        .await?
        .ok_or(Fault::NotFound)?;
    let member = members::lock(tx, &scope, account.id, user)
        .await?
        .ok_or(Fault::NotFound)?;
    let lens = Lens::over(actor, s, at, tx, &[user]).await?;
    if member.role == MemberRole::Owner && member.user.id == actor.user {
        return Err(PersonError::LastOwner);
    }
    Ok(Loaded {
        lens,
        scope,
        account,
        member,
    })
}

fn at_version(member: &Member, read: i64) -> Result<(), PersonError> {
    if member.version == read {
        Ok(())
    } else {
        Err(Fault::Stale.into())
    }
}

/// Changes role and rights. A user who becomes a proxy loses single rights; a proxy who becomes a user gets those given, or
/// none.
///
/// # Errors
/// [`Denied`](quaymaster_domain::access::Denied), [`Fault::Stale`], [`PersonError::LastOwner`] for the owner's own role.
pub async fn update(
    actor: &Actor,
    s: &Services,
    account: AccountId,
    user: UserId,
    read: i64,
    change: MemberChange,
) -> Result<AccountUser, PersonError> {
    let tx = s.db.begin_write().await?;
    let (view, permit) = change_in(actor, s, &tx, account, user, Some(read), change).await?;
    if let Some(permit) = permit {
        s.commit(tx, permit).await.map_err(or_last_owner)?;
    }
    Ok(view)
}

/// The same inside a transaction of somebody else, at whatever version. Answers no permit when nothing changes.
pub(crate) async fn change_in(
    actor: &Actor,
    s: &Services,
    tx: &WriteTx,
    account: AccountId,
    user: UserId,
    read: Option<i64>,
    change: MemberChange,
) -> Result<(AccountUser, Option<Permit>), PersonError> {
    let MemberChange {
        role,
        access,
        ports,
    } = change;
    let Loaded {
        lens,
        scope,
        account,
        member,
    } = load(actor, s, tx, account, user, Action::UpdateUserAccess).await?;
    let thing = lens.member(&member);
    let mut permit = require(actor, Action::UpdateUserAccess, &thing)?;
    let new_role = role.unwrap_or(member.role);
    if new_role != member.role {
        permit = require(actor, Action::ChangeProxies, &thing)?;
    }
    if let Some(read) = read {
        at_version(&member, read)?;
    }
    let old = rights::of(tx, account.id, user).await?;
    let kept = if new_role == MemberRole::User {
        old.clone()
    } else {
        Rights::default()
    };
    let wanted = Rights {
        access: access.unwrap_or(kept.access),
        ports: ports.unwrap_or(kept.ports),
    };
    let new = rights::check(tx, account.id, new_role, &wanted).await?;
    if new_role == member.role && new == old {
        return Ok((lens.view(member)?, None));
    }
    members::set_role(tx, account.id, user, new_role).await?;
    members::set_rights(tx, account.id, user, &new).await?;
    if new_role != member.role && member.user.user_name.is_some() {
        letters::role_changed(&actor.name, &account, new_role)
            .to(s, tx, &member.user)
            .await?;
    }
    let after = members::find(tx, &scope, account.id, user)
        .await?
        .ok_or(Fault::NotFound)?;
    let permit = permit.about("user", user, member.user.full_name()).change(
        Some(rights::json(member.role, &old)),
        Some(rights::json(new_role, &new)),
    );
    Ok((lens.view(after)?, Some(permit)))
}

/// A constraint that speaks of owners means that another change of the owner won.
pub(super) fn or_last_owner(error: StoreError) -> PersonError {
    match error {
        StoreError::Conflict(Constraint::OneOwner | Constraint::ForeignKey) => {
            PersonError::LastOwner
        }
        other => other.into(),
    }
}

/// Takes a person out of the account. The User ID stays; an invitation that was not redeemed is withdrawn.
///
/// # Errors
/// [`PersonError::LastOwner`] for the owner, [`Fault::Stale`].
pub async fn remove(
    actor: &Actor,
    s: &Services,
    account: AccountId,
    user: UserId,
    read: i64,
) -> Result<(), PersonError> {
    let tx = s.db.begin_write().await?;
    let permit = remove_in(actor, s, &tx, account, user, Some(read)).await?;
    s.commit(tx, permit).await.map_err(or_last_owner)?;
    Ok(())
}

/// The same inside a transaction of somebody else, at whatever version.
pub(crate) async fn remove_in(
    actor: &Actor,
    s: &Services,
    tx: &WriteTx,
    account: AccountId,
    user: UserId,
    read: Option<i64>,
) -> Result<Permit, PersonError> {
    let Loaded {
        lens,
        account,
        member,
        ..
    } = load(actor, s, tx, account, user, Action::RemoveUser).await?;
    let permit = require(actor, Action::RemoveUser, &lens.member(&member))?;
    if let Some(read) = read {
        at_version(&member, read)?;
    }
    let old = rights::of(tx, account.id, user).await?;
    let invitation = if member.user.user_name.is_none() {
        invitation_store::newest_of(tx, account.id, user).await?
    } else {
        None
    };
    match invitation {
        Some(invitation)
            if !matches!(
                invitation.state(lens.now),
                InvitationState::Redeemed | InvitationState::Revoked
            ) =>
        {
            withdraw(s, tx, account.id, &invitation).await?;
        }
        _ => {
            members::remove(tx, account.id, user).await?;
            letters::removed(&actor.name, &account)
                .to(s, tx, &member.user)
                .await?;
        }
    }
    Ok(permit
        .about("user", user, member.user.full_name())
        .change(Some(rights::json(member.role, &old)), None))
}

/// A user of the portal who is to be added.
#[derive(Clone, Debug)]
pub struct ExistingUser {
    /// The User ID.
    pub user_name: UserName,
    /// The address on file; both must match.
    pub email: EmailAddress,
    /// Proxy or user.
    pub role: MemberRole,
    /// What a user may do.
    pub rights: Rights,
}

/// Adds a user of the portal who gave User ID and e-mail address to the actor.
///
/// # Errors
/// [`PersonError::NotMatched`], the one answer to every mismatch; [`PersonError::AlreadyMember`].
pub async fn add_existing(
    actor: &Actor,
    s: &Services,
    account: AccountId,
    new: &ExistingUser,
) -> Result<AccountUser, PersonError> {
    let ExistingUser {
        user_name,
        email,
        role,
        rights: wanted,
    } = new;
    let at = place(actor, s, account).await?;
    let scope = require_read(actor, Action::InviteUser, &Thing::Account(at))?;
    let permit: Permit = require_to_bring(actor, at, *role)?;
    let tx = s.db.begin_write().await?;
    let account = accounts::lock(&tx, &scope, account)
        .await?
        .ok_or(Fault::NotFound)?;
    let checked = rights::check(&tx, account.id, *role, wanted).await?;
    let person = users::by_key(&tx, user_name.key())
        .await?
        .filter(|found| EmailAddress::parse(&found.email).is_ok_and(|own| own == *email))
        .ok_or(PersonError::NotMatched)?;
    if members::find(&tx, &scope, account.id, person.id)
        .await?
        .is_some()
    {
        return Err(PersonError::AlreadyMember);
    }
    let since = s.now();
    members::insert(&tx, account.id, person.id, *role, since)
        .await
        .map_err(|error| match error {
            StoreError::Conflict(Constraint::Membership) => PersonError::AlreadyMember,
            other => other.into(),
        })?;
    members::set_rights(&tx, account.id, person.id, &checked).await?;
    letters::added(&actor.name, &account, *role)
        .to(s, &tx, &person)
        .await?;
    let lens = Lens::over(actor, s, at, &tx, &[person.id]).await?;
    let member = members::find(&tx, &scope, account.id, person.id)
        .await?
        .ok_or(Fault::NotFound)?;
    let permit = permit
        .about("user", person.id, person.full_name())
        .change(None, Some(rights::json(*role, &checked)));
    s.commit(tx, permit).await?;
    Ok(lens.view(member)?)
}
