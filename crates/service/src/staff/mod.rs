//! The operator's staff: who they are, which role they have, and what they may do about single people of the portal.
//! Invitations are in `invitations`, locks in `locks`, one person in `people`, the search in `search`.

mod companies;
mod invitations;
mod locks;
mod people;
mod search;

use quaymaster_domain::access::{Action, Actor, Denied, Thing, require, require_read};
use quaymaster_domain::ids::UserId;
use quaymaster_domain::locks::LiftError;
use quaymaster_domain::members::StaffRole;
use quaymaster_store::staff as store;
use quaymaster_store::users::{self, User, UserChange};
use quaymaster_store::{Page, PageRequest, StoreError, WriteTx};

use crate::Services;
use crate::error::Fault;
use crate::mails::staff as letters;
use crate::users::{UserState, state_of};

pub use companies::{AccountOverview, CompanyOverview, company};
pub use invitations::{NewStaff, invite, list_invitations, resend, revoke};
pub use locks::{lift_suspension, reactivate, suspend};
pub use people::{Person, lift_person_suspension, person, suspend_person};
pub use quaymaster_store::mails::{AddressedMail, MailRecord};
pub use search::{Hit, HitKind, search};

/// Why nothing was done.
#[derive(Debug, thiserror::Error)]
pub enum StaffError {
    /// The portal would be without anybody who runs it.
    #[error(
        "this is the last administrator who can sign in, and the portal needs one; make somebody else an administrator first"
    )]
    LastAdministrator,
    /// Nobody locks or unlocks oneself.
    #[error("nobody suspends or reactivates oneself; ask another administrator")]
    Oneself,
    /// There is nothing to lift.
    #[error("{0}")]
    NotLocked(&'static str),
    /// A company's decision.
    #[error(
        "this suspension was made by the person's company and is lifted there: by {0}. Ask the caller to speak to them"
    )]
    LiftedByCompany(String),
    /// About an invitation.
    #[error(transparent)]
    Invitation(#[from] crate::invitations::InvitationError),
    /// Not specific.
    #[error(transparent)]
    Fault(#[from] Fault),
}

impl From<Denied> for StaffError {
    fn from(denied: Denied) -> Self {
        Self::Fault(denied.into())
    }
}
impl From<StoreError> for StaffError {
    fn from(error: StoreError) -> Self {
        Self::Fault(error.into())
    }
}
impl From<LiftError> for StaffError {
    fn from(error: LiftError) -> Self {
        match error {
            LiftError::NotLocked => {
                Self::NotLocked("this person is not locked, so there is nothing to lift")
            }
            LiftError::Suspended => {
                Self::NotLocked("this person is suspended; lift the suspension instead")
            }
            LiftError::NotByThis => Self::LiftedByCompany("the Account Owner".to_owned()),
        }
    }
}

/// One of the staff, with the lock state at this moment.
#[derive(Clone, Debug)]
pub struct StaffMember {
    /// The person.
    pub user: User,
    /// The role.
    pub role: StaffRole,
    /// Whether and why the person cannot sign in.
    pub state: UserState,
}

/// The staff by name.
///
/// # Errors
/// [`Fault::Denied`] for everybody but auditors and administrators.
pub async fn list(
    actor: &Actor,
    s: &Services,
    page: &PageRequest,
) -> Result<Page<StaffMember>, Fault> {
    let scope = require_read(actor, Action::ReadStaff, &Thing::Portal)?;
    let found = store::list(&s.db.reader(), &scope, page).await?;
    let mut items = Vec::with_capacity(found.items.len());
    for user in found.items {
        items.push(member(s, user)?);
    }
    Ok(Page {
        items,
        next: found.next,
    })
}

/// Gives one of the staff another role. It counts at that person's next request.
///
/// # Errors
/// [`Fault::Stale`], [`StaffError::LastAdministrator`].
pub async fn change_role(
    actor: &Actor,
    s: &Services,
    user: UserId,
    read: i64,
    role: Option<StaffRole>,
) -> Result<StaffMember, StaffError> {
    let permit = require(actor, Action::ManageStaff, &Thing::Portal)?;
    let tx = s.db.begin_write().await?;
    let able = store::lock_administrators(&tx).await?;
    let before = load(s, &tx, user).await?;
    if before.user.version != read {
        return Err(Fault::Stale.into());
    }
    let Some(role) = role.filter(|role| *role != before.role) else {
        return Ok(before);
    };
    spare_the_last(&able, user)?;
    users::update(
        &tx,
        user,
        UserChange::default()
            .staff_role(Some(role))
            .next_version(read),
    )
    .await?;
    if before.user.user_name.is_some() {
        letters::role_changed(&actor.name, role)
            .to(s, &tx, &before.user)
            .await?;
    }
    let after = load(s, &tx, user).await?;
    let json = |role: StaffRole| Some(serde_json::json!({ "staff_role": role }).to_string());
    let permit = permit
        .about("user", user, after.user.full_name())
        .change(json(before.role), json(role));
    s.commit(tx, permit).await?;
    Ok(after)
}

/// Refuses what would leave nobody of the administrators who can act.
fn spare_the_last(able: &[UserId], user: UserId) -> Result<(), StaffError> {
    if able == [user] {
        return Err(StaffError::LastAdministrator);
    }
    Ok(())
}

/// One of the staff, locked until the transaction ends.
async fn load(s: &Services, tx: &WriteTx, user: UserId) -> Result<StaffMember, Fault> {
    let user = users::lock(tx, user).await?.ok_or(Fault::NotFound)?;
    member(s, user)
}

fn member(s: &Services, user: User) -> Result<StaffMember, Fault> {
    let role = user.staff_role.ok_or(Fault::NotFound)?;
    let state = state_of(
        user.user_name.is_some(),
        &user.lock_facts()?,
        &s.settings.lock_policy(),
        None,
        user.created_at,
        s.now(),
    );
    Ok(StaffMember { user, role, state })
}
