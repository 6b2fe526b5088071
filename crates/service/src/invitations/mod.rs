//! Inviting people: to an account as owner, proxy or user, and to the staff. The link is mailed, its token kept as a hash.
//! Following the link is in `redeem`.

mod manage;
mod redeem;

use chrono::{DateTime, Utc};
use quaymaster_domain::access::Denied;
use quaymaster_domain::ids::{AccountId, UserId};
use quaymaster_domain::members::{MemberRole, StaffRole};
use quaymaster_domain::people::{EmailAddress, PersonName};
use quaymaster_store::accounts::Account;
use quaymaster_store::constraint::Constraint;
use quaymaster_store::invitations as store;
use quaymaster_store::users::{self, NewUser};
use quaymaster_store::{StoreError, WriteTx, members};

use crate::Services;
use crate::error::Fault;
use crate::mails::invitations as letters;
use crate::secrets::{random_token, token_hash};

pub use manage::{NewMember, create, list, resend, revoke};
pub(crate) use manage::{invite_member, require_to_bring, withdraw};
pub use quaymaster_store::invitations::{Invitation, InvitationState};
pub use redeem::{Preview, Redemption, RedemptionError, preview, redeem};

/// Why an invitation was not made, sent again or withdrawn.
#[derive(Debug, thiserror::Error)]
pub enum InvitationError {
    /// The person has joined.
    #[error("a person with this e-mail address is a member of this account already")]
    AlreadyMember,
    /// An invitation is waiting.
    #[error(
        "this e-mail address is invited already; send the invitation again if the link was lost or has expired"
    )]
    AlreadyInvited,
    /// The invitation was redeemed.
    #[error("this invitation was redeemed; the person is a user now")]
    Redeemed,
    /// The invitation was withdrawn.
    #[error("this invitation was withdrawn; invite the person again")]
    Revoked,
    /// R8.
    #[error(
        "an account has exactly one owner at every moment, so the invitation of an owner cannot be withdrawn; it can be sent again"
    )]
    OwnerStays,
    /// Not specific.
    #[error(transparent)]
    Fault(#[from] Fault),
}

impl From<Denied> for InvitationError {
    fn from(denied: Denied) -> Self {
        Self::Fault(denied.into())
    }
}
impl From<StoreError> for InvitationError {
    fn from(error: StoreError) -> Self {
        match error {
            StoreError::Conflict(Constraint::UserEmail) => Self::AlreadyInvited,
            StoreError::Conflict(Constraint::Membership) => Self::AlreadyMember,
            other => Self::Fault(other.into()),
        }
    }
}

/// A person who is invited.
#[derive(Clone, Debug)]
pub struct Invitee {
    /// Where the link goes.
    pub email: EmailAddress,
    /// Given name.
    pub given_name: PersonName,
    /// Family name.
    pub family_name: PersonName,
}

/// Invites the owner of an account that is being made in this transaction. The account's row is there already and names
/// `owner`; person, membership, invitation and mail are added here.
///
/// # Errors
/// When the database refuses.
pub async fn invite_owner(
    s: &Services,
    tx: &WriteTx,
    account: &Account,
    owner: UserId,
    invitee: &Invitee,
    invited_by: &str,
) -> Result<Invitation, InvitationError> {
    invite(
        s,
        tx,
        account,
        owner,
        invitee,
        MemberRole::Owner,
        invited_by,
    )
    .await
}

/// Adds person, membership, invitation and mail.
async fn invite(
    s: &Services,
    tx: &WriteTx,
    account: &Account,
    user: UserId,
    invitee: &Invitee,
    role: MemberRole,
    invited_by: &str,
) -> Result<Invitation, InvitationError> {
    let now = s.now();
    add_person(tx, user, invitee, None, &account.id.to_string(), now).await?;
    members::insert(tx, account.id, user, role, now).await?;
    open(s, tx, user, Target::Account(account, role), invited_by).await
}

/// Invites a person to the staff: person, invitation and mail.
///
/// # Errors
/// [`InvitationError::AlreadyInvited`] when the address is invited to the staff already.
pub async fn invite_to_staff(
    s: &Services,
    tx: &WriteTx,
    invitee: &Invitee,
    role: StaffRole,
    invited_by: &str,
) -> Result<Invitation, InvitationError> {
    let user = s.id();
    add_person(tx, user, invitee, Some(role), STAFF, s.now()).await?;
    open(s, tx, user, Target::Staff, invited_by).await
}

/// The place in which a staff address is invited once.
const STAFF: &str = "staff";

/// The key that frees an invited address when its invitation is withdrawn.
pub(crate) fn withdrawn_key(invitation: &Invitation) -> String {
    users::invited_email_key(&invitation.user.email, &invitation.id.to_string())
}

async fn add_person(
    tx: &WriteTx,
    id: UserId,
    invitee: &Invitee,
    staff_role: Option<StaffRole>,
    place: &str,
    at: DateTime<Utc>,
) -> Result<(), StoreError> {
    let Invitee {
        email,
        given_name,
        family_name,
    } = invitee;
    let new = NewUser {
        id,
        given_name: given_name.to_string(),
        family_name: family_name.to_string(),
        email: email.to_string(),
        staff_role,
        at,
    };
    users::insert_invited(tx, new, place).await
}

/// To what an invitation invites.
enum Target<'a> {
    Account(&'a Account, MemberRole),
    Staff,
}

async fn open(
    s: &Services,
    tx: &WriteTx,
    user: UserId,
    target: Target<'_>,
    invited_by: &str,
) -> Result<Invitation, InvitationError> {
    let now = s.now();
    let token = random_token(s.rng.as_ref());
    let (account, role): (Option<AccountId>, _) = match &target {
        Target::Account(account, role) => (Some(account.id), Some(*role)),
        Target::Staff => (None, None),
    };
    let new = store::NewInvitation {
        id: s.id(),
        account,
        user,
        role,
        token_hash: token_hash(&token),
        at: now,
        expires_at: now + s.settings.invitation_life,
        invited_by_name: invited_by.to_owned(),
    };
    let id = new.id;
    store::insert(tx, new).await?;
    let invitation = store::lock_by_id(tx, id)
        .await?
        .ok_or_else(|| Fault::Internal("the invitation that was just made is gone".to_owned()))?;
    let to = match &target {
        Target::Account(account, _) => Some((account.company_name.as_str(), account.name.as_str())),
        Target::Staff => None,
    };
    letters::invited(s, &invitation, to, &token)
        .to(s, tx, &invitation.user)
        .await?;
    Ok(invitation)
}

/// Renews an invitation that was not redeemed: a new link, the days begin anew, the old link is dead. `to` names company
/// and account; none for the staff.
pub(crate) async fn send_again(
    s: &Services,
    tx: &WriteTx,
    before: &Invitation,
    to: Option<(&str, &str)>,
) -> Result<Invitation, Fault> {
    let now = s.now();
    let token = random_token(s.rng.as_ref());
    let expires_at = now + s.settings.invitation_life;
    let change = store::InvitationChange::Resent {
        token_hash: token_hash(&token),
        at: now,
        expires_at,
    };
    store::update(tx, before, change).await?;
    let renewed = Invitation {
        created_at: now,
        expires_at,
        ..before.clone()
    };
    letters::invited(s, &renewed, to, &token)
        .to(s, tx, &renewed.user)
        .await?;
    Ok(renewed)
}
