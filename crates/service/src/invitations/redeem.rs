//! Following the link of an invitation: a look at it, and becoming a user. Every link that does not work gets one answer.

use quaymaster_domain::access::{Origin, Permit};
use quaymaster_domain::ids::UserId;
use quaymaster_domain::members::{MemberRole, StaffRole};
use quaymaster_domain::passwords::normalize;
use quaymaster_domain::people::UserName;
use quaymaster_store::accounts::{self, Account};
use quaymaster_store::constraint::Constraint;
use quaymaster_store::invitations::{self as store, InvitationChange};
use quaymaster_store::members::{self, Rights};
use quaymaster_store::users::{self, User, UserChange};
use quaymaster_store::{StoreError, WriteTx, sessions};

use super::{Invitation, InvitationState};
use crate::Services;
use crate::error::Fault;
use crate::passwords;
use crate::secrets::token_hash;
use crate::verifier::{self, Attempt, Network, Purpose};

/// Why a link did not lead anywhere.
#[derive(Debug, thiserror::Error)]
pub enum RedemptionError {
    /// Unknown, used, withdrawn and expired links look the same.
    #[error(
        "this link does not work any more: it may have been used, withdrawn or replaced by a newer one, or its days are over; ask the person who invited you to send the invitation again"
    )]
    LinkNotValid,
    /// The address belongs to a user, and these are not that user's credentials.
    #[error(
        "the User ID or the password is not right, or this User ID cannot sign in at the moment; this e-mail address has a User ID already, so join with that one"
    )]
    SignInFailed,
    /// The user joined in another way meanwhile.
    #[error("you are a member of this account already; sign in")]
    AlreadyMember,
    /// Not specific.
    #[error(transparent)]
    Fault(#[from] Fault),
}

impl From<StoreError> for RedemptionError {
    fn from(error: StoreError) -> Self {
        match error {
            StoreError::Conflict(Constraint::UserKey) => Self::Fault(user_id_taken()),
            StoreError::Conflict(Constraint::Membership) => Self::AlreadyMember,
            // Somebody else became a user with this address between the look and the write: the next try finds that user.
            StoreError::Conflict(Constraint::UserEmail) => Self::SignInFailed,
            other => Self::Fault(other.into()),
        }
    }
}

fn user_id_taken() -> Fault {
    Fault::field(
        "/user_id",
        "already-exists",
        "this User ID is taken; choose another one",
    )
}

/// What a link invites to.
#[derive(Clone, Debug)]
pub struct Preview {
    /// The invitation.
    pub invitation: Invitation,
    /// The account; none for the staff.
    pub account: Option<Account>,
    /// The role among the staff.
    pub staff_role: Option<StaffRole>,
    /// True when the address belongs to a user, who joins with that User ID and password.
    pub existing_user: bool,
}

/// Shows what a link invites to.
///
/// # Errors
/// [`RedemptionError::LinkNotValid`] for every link that cannot be redeemed.
pub async fn preview(
    s: &Services,
    token: &str,
    origin: &Origin,
) -> Result<Preview, RedemptionError> {
    let counted = verifier::token(s, origin).await?;
    let found = look_up(s, token).await?;
    let tx = s.db.begin_write().await?;
    counted.forgive(&tx).await?;
    tx.commit_bookkeeping().await?;
    Ok(found)
}

async fn look_up(s: &Services, token: &str) -> Result<Preview, RedemptionError> {
    let reader = s.db.reader();
    let invitation = store::by_token(&reader, &token_hash(token))
        .await?
        .filter(|i| i.state(s.now()) == InvitationState::Open)
        .ok_or(RedemptionError::LinkNotValid)?;
    let account = match invitation.account {
        None => None,
        Some(id) => accounts::by_invitation(&reader, id).await?,
    };
    let existing_user = users::by_email(&reader, &invitation.user.email)
        .await?
        .is_some();
    Ok(Preview {
        account,
        staff_role: invitation.user.staff_role,
        existing_user,
        invitation,
    })
}

/// What the invited person sends.
#[derive(Clone)]
pub struct Redemption {
    /// The token of the link.
    pub token: String,
    /// The User ID that was chosen, or that the person has.
    pub user_name: UserName,
    /// The password that was chosen, or that the person has.
    pub password: String,
    /// Where from.
    pub origin: Origin,
}

/// Makes the invited person a user, or a user a member. Answers the User ID.
///
/// # Errors
/// The refusals of [`RedemptionError`], and fields that do not fit.
pub async fn redeem(s: &Services, redemption: Redemption) -> Result<String, RedemptionError> {
    let Redemption {
        token,
        user_name,
        password,
        origin,
    } = redemption;
    let counted = verifier::token(s, &origin).await?;
    let found = look_up(s, &token).await;
    let found = match found {
        Ok(found) => found,
        Err(RedemptionError::LinkNotValid) => {
            // The same work as for a link that works, so that the time tells nothing.
            s.hasher.hash(&password).await?;
            return Err(RedemptionError::LinkNotValid);
        }
        Err(other) => return Err(other),
    };
    let existing = users::by_email(&s.db.reader(), &found.invitation.user.email).await?;
    match existing {
        Some(user) => join(s, counted, found, user, &user_name, &password, origin).await,
        None => become_user(s, counted, found, &user_name, &password, origin).await,
    }
}

/// The invitation again, its row locked now, if it still can be redeemed.
async fn still_open(
    s: &Services,
    tx: &WriteTx,
    found: &Preview,
) -> Result<Invitation, RedemptionError> {
    store::lock_by_id(tx, found.invitation.id)
        .await?
        .filter(|i| {
            i.state(s.now()) == InvitationState::Open && i.version == found.invitation.version
        })
        .ok_or(RedemptionError::LinkNotValid)
}

async fn become_user(
    s: &Services,
    counted: Network,
    found: Preview,
    user_name: &UserName,
    password: &str,
    origin: Origin,
) -> Result<String, RedemptionError> {
    let person = &found.invitation.user;
    let chosen = User {
        user_name: Some(user_name.to_string()),
        ..person.clone()
    };
    let company = found.account.as_ref().map(|a| a.company_name.as_str());
    passwords::judge(
        s,
        "/password",
        password,
        &passwords::context(&chosen, company),
    )?;
    let hash = s.hasher.hash(&normalize(password)).await?;
    let now = s.now();
    let tx = s.db.begin_write().await?;
    counted.forgive(&tx).await?;
    let invitation = still_open(s, &tx, &found).await?;
    let change = UserChange::default()
        .user_name(user_name.as_str())
        .email_key(users::email_key(&person.email))
        .dormancy_restart(now);
    passwords::keep(s, &tx, person.id, hash, change).await?;
    store::update(&tx, &invitation, InvitationChange::Redeemed(now, person.id)).await?;
    let permit = permit(&found, person, origin);
    s.commit(tx, permit).await?;
    Ok(user_name.to_string())
}

/// A user of the portal joins with User ID and password; what was prepared for the invited row becomes the user's.
async fn join(
    s: &Services,
    counted: Network,
    found: Preview,
    user: User,
    user_name: &UserName,
    password: &str,
    origin: Origin,
) -> Result<String, RedemptionError> {
    let own_name = user.user_name.clone().unwrap_or_default();
    let same = UserName::parse(&own_name).is_ok_and(|own| own == *user_name);
    let attempt = Attempt {
        user_name: &own_name,
        password,
        devices: &[],
        device: "",
        origin: &origin,
        purpose: Purpose::Proof,
    };
    let proven = verifier::password(s, attempt)
        .await?
        .filter(|_| same)
        .ok_or(RedemptionError::SignInFailed)?;
    let now = s.now();
    let tx = s.db.begin_write().await?;
    counted.forgive(&tx).await?;
    let settled = proven
        .settle(&tx)
        .await?
        .ok_or(RedemptionError::SignInFailed)?;
    users::update(&tx, user.id, settled.change).await?;
    // The account first, as every use case that locks both.
    let account = match &found.account {
        Some(account) => accounts::lock_by_invitation(&tx, account.id).await?,
        None => None,
    };
    let invitation = still_open(s, &tx, &found).await?;
    let invited = invitation.user.id;
    if let Some(account) = account {
        let role = invitation.role.unwrap_or(MemberRole::User);
        move_membership(&tx, &account, invited, user.id, role, now).await?;
    } else {
        let change = UserChange::default().staff_role(invitation.user.staff_role);
        users::update(&tx, user.id, change).await?;
        // What the staff role allows starts with a sign-in that knows of it.
        sessions::end(&tx, user.id, sessions::Ended::All, "staff_role", now).await?;
    }
    store::update(&tx, &invitation, InvitationChange::Redeemed(now, user.id)).await?;
    store::hand_over(&tx, invited, user.id).await?;
    users::delete_invited(&tx, invited).await?;
    let permit = permit(&found, &user, origin);
    s.commit(tx, permit).await?;
    Ok(own_name)
}

async fn move_membership(
    tx: &WriteTx,
    account: &Account,
    from: UserId,
    to: UserId,
    role: MemberRole,
    now: chrono::DateTime<chrono::Utc>,
) -> Result<(), StoreError> {
    let (access, ports) = members::access(tx, account.id, from).await?;
    members::remove(tx, account.id, from).await?;
    members::insert(tx, account.id, to, role, now).await?;
    members::set_rights(tx, account.id, to, &Rights { access, ports }).await?;
    if role == MemberRole::Owner {
        accounts::set_owner(tx, account, to, now).await?;
    }
    Ok(())
}

fn permit(found: &Preview, by: &User, origin: Origin) -> Permit {
    let Preview {
        invitation,
        account,
        staff_role,
        ..
    } = found;
    let after = serde_json::json!({
        "role": invitation.role.map(MemberRole::as_str),
        "staff_role": staff_role.map(StaffRole::as_str),
    });
    Permit::anonymous("invitation.redeem", origin)
        .by(by.id, &by.full_name())
        .within(
            account.as_ref().map(|a| a.id),
            account.as_ref().map(|a| a.company_id),
        )
        .about("user", by.id, by.full_name())
        .change(None, Some(after.to_string()))
}
