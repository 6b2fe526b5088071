//! Inviting to an account, sending again, withdrawing, listing.

use quaymaster_domain::access::{
    AccountRef, Action, Actor, Denied, Permit, Thing, require, require_read,
};
use quaymaster_domain::ids::{AccountId, InvitationId};
use quaymaster_domain::members::MemberRole;
use quaymaster_store::accounts::{self, Account};
use quaymaster_store::invitations::{self as store, InvitationChange};
use quaymaster_store::members::{self, Rights};
use quaymaster_store::users::{self, UserChange};
use quaymaster_store::{Page, PageRequest, StoreError, WriteTx};

use super::{
    Invitation, InvitationError, InvitationState, Invitee, invite, send_again, withdrawn_key,
};
use crate::Services;
use crate::error::Fault;
use crate::users::{place, rights};

/// Who is invited to what.
#[derive(Clone, Debug)]
pub struct NewMember {
    /// The person.
    pub invitee: Invitee,
    /// Proxy or user.
    pub role: MemberRole,
    /// What a user may do; a proxy may do everything.
    pub rights: Rights,
}

/// May the actor bring somebody into the account in this role? Proxies are the owner's to make (R11).
pub(crate) fn require_to_bring(
    actor: &Actor,
    at: AccountRef,
    role: MemberRole,
) -> Result<Permit, Denied> {
    let permit = require(actor, Action::InviteUser, &Thing::Account(at))?;
    match role {
        MemberRole::User => Ok(permit),
        MemberRole::Proxy | MemberRole::Owner => {
            require(actor, Action::ChangeProxies, &Thing::Account(at))
        }
    }
}

/// Invites a person to an account.
///
/// # Errors
/// The refusals of [`InvitationError`]; [`Denied::OwnerOnly`] for a proxy invited by a proxy.
pub async fn create(
    actor: &Actor,
    s: &Services,
    account: AccountId,
    new: &NewMember,
) -> Result<Invitation, InvitationError> {
    let at = place(actor, s, account).await?;
    let scope = require_read(actor, Action::InviteUser, &Thing::Account(at))?;
    let permit = require_to_bring(actor, at, new.role)?;
    let tx = s.db.begin_write().await?;
    let account = accounts::lock(&tx, &scope, account)
        .await?
        .ok_or(Fault::NotFound)?;
    let checked = rights::check(&tx, account.id, new.role, &new.rights).await?;
    let new = NewMember {
        rights: checked,
        ..new.clone()
    };
    let invitation = invite_member(s, &tx, &account, &new, &actor.name).await?;
    let permit = permit
        .about("user", invitation.user.id, invitation.user.full_name())
        .change(None, Some(rights::json(new.role, &new.rights)));
    s.commit(tx, permit).await?;
    Ok(invitation)
}

/// The part of [`create`] that an import shares: the account's row is locked, the rights are checked.
pub(crate) async fn invite_member(
    s: &Services,
    tx: &WriteTx,
    account: &Account,
    new: &NewMember,
    invited_by: &str,
) -> Result<Invitation, InvitationError> {
    let NewMember {
        invitee,
        role,
        rights,
    } = new;
    match is_invited_or_member(tx, account.id, invitee.email.as_str()).await? {
        Some(true) => return Err(InvitationError::AlreadyMember),
        Some(false) => return Err(InvitationError::AlreadyInvited),
        None => {}
    }
    let user = s.id();
    let invitation = invite(s, tx, account, user, invitee, *role, invited_by).await?;
    members::set_rights(tx, account.id, user, rights).await?;
    Ok(invitation)
}

/// Whether an address stands for somebody in the account: `Some(true)` for a user, `Some(false)` for an open invitation.
pub(crate) async fn is_invited_or_member(
    tx: &WriteTx,
    account: AccountId,
    email: &str,
) -> Result<Option<bool>, StoreError> {
    let found = members::by_email(tx, account, email).await?;
    Ok(found.map(|member| member.user.user_name.is_some()))
}

/// The invitations of an account, newest first.
///
/// # Errors
/// [`Fault::Denied`] when the actor may not see them.
pub async fn list(
    actor: &Actor,
    s: &Services,
    account: AccountId,
    state: Option<InvitationState>,
    page: &PageRequest,
) -> Result<Page<Invitation>, Fault> {
    let at = place(actor, s, account).await?;
    let scope = require_read(actor, Action::ReadUserDetail, &Thing::Account(at))?;
    Ok(store::list(&s.db.reader(), &scope, account, state, s.now(), page).await?)
}

/// Finds an invitation that has not been redeemed or withdrawn, and asks the policy.
async fn open_one(
    actor: &Actor,
    s: &Services,
    tx: &WriteTx,
    account: AccountId,
    id: InvitationId,
    action: Action,
) -> Result<(Invitation, Account, Permit), InvitationError> {
    let at = place(actor, s, account).await?;
    let scope = require_read(actor, action, &Thing::Account(at))?;
    let account = accounts::lock(tx, &scope, account)
        .await?
        .ok_or(Fault::NotFound)?;
    let invitation = store::lock(tx, &scope, account.id, id)
        .await?
        .ok_or(Fault::NotFound)?;
    let role = invitation.role.unwrap_or(MemberRole::User);
    // The registrar is no member and helps an invited owner; members act on people of less power only.
    let thing = if actor.membership(account.id).is_some() {
        Thing::Member(at, invitation.user.id, role)
    } else {
        Thing::Account(at)
    };
    let permit = require(actor, action, &thing)?.about(
        "invitation",
        invitation.id,
        invitation.user.full_name(),
    );
    match invitation.state(s.now()) {
        InvitationState::Open | InvitationState::Expired => Ok((invitation, account, permit)),
        InvitationState::Redeemed => Err(InvitationError::Redeemed),
        InvitationState::Revoked => Err(InvitationError::Revoked),
    }
}

/// Sends an invitation again: a new link, the days begin anew, the old link is dead.
///
/// # Errors
/// The refusals of [`InvitationError`].
pub async fn resend(
    actor: &Actor,
    s: &Services,
    account: AccountId,
    id: InvitationId,
) -> Result<(), InvitationError> {
    let tx = s.db.begin_write().await?;
    let (before, account, permit) =
        open_one(actor, s, &tx, account, id, Action::ResendInvitation).await?;
    let to = (account.company_name.as_str(), account.name.as_str());
    let renewed = send_again(s, &tx, &before, Some(to)).await?;
    let until =
        |i: &Invitation| Some(serde_json::json!({ "expires_at": i.expires_at }).to_string());
    s.commit(tx, permit.change(until(&before), until(&renewed)))
        .await?;
    Ok(())
}

/// Withdraws an invitation: the link is dead and the person is no longer in the account. The address may be invited again.
///
/// # Errors
/// The refusals of [`InvitationError`].
pub async fn revoke(
    actor: &Actor,
    s: &Services,
    account: AccountId,
    id: InvitationId,
) -> Result<(), InvitationError> {
    let tx = s.db.begin_write().await?;
    let (invitation, account, permit) =
        open_one(actor, s, &tx, account, id, Action::RevokeInvitation).await?;
    if invitation.role == Some(MemberRole::Owner) {
        return Err(InvitationError::OwnerStays);
    }
    withdraw(s, &tx, account.id, &invitation).await?;
    let permit = permit.change(
        Some(r#"{"state":"open"}"#.to_owned()),
        Some(r#"{"state":"revoked"}"#.to_owned()),
    );
    s.commit(tx, permit).await?;
    Ok(())
}

/// Kills the link and takes the invited person out of the account.
pub(crate) async fn withdraw(
    s: &Services,
    tx: &WriteTx,
    account: AccountId,
    invitation: &Invitation,
) -> Result<(), StoreError> {
    store::update(tx, invitation, InvitationChange::Revoked(s.now())).await?;
    members::remove(tx, account, invitation.user.id).await?;
    users::update(
        tx,
        invitation.user.id,
        UserChange::default().email_key(withdrawn_key(invitation)),
    )
    .await
}
