//! Inviting people to the staff, sending again, withdrawing, listing.

use quaymaster_domain::access::{Action, Actor, Permit, Thing, require, require_read};
use quaymaster_domain::ids::InvitationId;
use quaymaster_domain::members::StaffRole;
use quaymaster_store::invitations as store;
use quaymaster_store::users::{self, UserChange};
use quaymaster_store::{Page, PageRequest, WriteTx};

use super::StaffError;
use crate::Services;
use crate::error::Fault;
use crate::invitations::{
    Invitation, InvitationError, InvitationState, Invitee, invite_to_staff, send_again,
    withdrawn_key,
};

/// Who is invited to the staff.
#[derive(Clone, Debug)]
pub struct NewStaff {
    /// The person.
    pub invitee: Invitee,
    /// The role.
    pub role: StaffRole,
}

/// Invites a person to the staff.
///
/// # Errors
/// [`InvitationError::AlreadyInvited`].
pub async fn invite(actor: &Actor, s: &Services, new: &NewStaff) -> Result<Invitation, StaffError> {
    let permit = require(actor, Action::ManageStaff, &Thing::Portal)?;
    let tx = s.db.begin_write().await?;
    let made = invite_to_staff(s, &tx, &new.invitee, new.role, &actor.name).await?;
    let after = serde_json::json!({ "staff_role": new.role, "email": new.invitee.email.as_str() });
    let permit = permit
        .about("invitation", made.id, made.user.full_name())
        .change(None, Some(after.to_string()));
    s.commit(tx, permit).await?;
    Ok(made)
}

/// The invitations to the staff, newest first.
///
/// # Errors
/// [`Fault::Denied`] for everybody but auditors and administrators.
pub async fn list_invitations(
    actor: &Actor,
    s: &Services,
    state: Option<InvitationState>,
    page: &PageRequest,
) -> Result<Page<Invitation>, Fault> {
    let scope = require_read(actor, Action::ReadStaff, &Thing::Portal)?;
    Ok(store::list_to_staff(&s.db.reader(), &scope, state, s.now(), page).await?)
}

async fn open_one(
    actor: &Actor,
    s: &Services,
    tx: &WriteTx,
    id: InvitationId,
) -> Result<(Invitation, Permit), StaffError> {
    let permit = require(actor, Action::ManageStaff, &Thing::Portal)?;
    let found = store::lock_by_id(tx, id)
        .await?
        .filter(|invitation| invitation.account.is_none())
        .ok_or(Fault::NotFound)?;
    let permit = permit.about("invitation", id, found.user.full_name());
    match found.state(s.now()) {
        InvitationState::Open | InvitationState::Expired => Ok((found, permit)),
        InvitationState::Redeemed => Err(InvitationError::Redeemed.into()),
        InvitationState::Revoked => Err(InvitationError::Revoked.into()),
    }
}

/// Sends an invitation again: a new link, the days begin anew, the old link is dead.
///
/// # Errors
/// The refusals of [`InvitationError`].
pub async fn resend(actor: &Actor, s: &Services, id: InvitationId) -> Result<(), StaffError> {
    let tx = s.db.begin_write().await?;
    let (before, permit) = open_one(actor, s, &tx, id).await?;
    let renewed = send_again(s, &tx, &before, None).await?;
    let until =
        |i: &Invitation| Some(serde_json::json!({ "expires_at": i.expires_at }).to_string());
    s.commit(tx, permit.change(until(&before), until(&renewed)))
        .await?;
    Ok(())
}

/// Withdraws an invitation: the link is dead, and the address may be invited again.
///
/// # Errors
/// The refusals of [`InvitationError`].
pub async fn revoke(actor: &Actor, s: &Services, id: InvitationId) -> Result<(), StaffError> {
    let tx = s.db.begin_write().await?;
    let (found, permit) = open_one(actor, s, &tx, id).await?;
    store::update(&tx, &found, store::InvitationChange::Revoked(s.now())).await?;
    let change = UserChange::default()
        .staff_role(None)
        .email_key(withdrawn_key(&found));
    users::update(&tx, found.user.id, change).await?;
    let permit = permit.change(
        Some(r#"{"state":"open"}"#.to_owned()),
        Some(r#"{"state":"revoked"}"#.to_owned()),
    );
    s.commit(tx, permit).await?;
    Ok(())
}
