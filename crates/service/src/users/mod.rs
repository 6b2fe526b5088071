//! People of an account, seen and helped by owner, proxies and staff. One file a verb; here is what they share: the view of
//! a member with the lock state at this moment, and the refusals.

mod detail;
mod edit;
mod effective;
pub mod reactivate;
pub(crate) mod rights;
pub mod suspend;
mod view;

use quaymaster_domain::access::{AccountRef, Action, Actor, Denied, Thing, require_read, scope_of};
use quaymaster_domain::ids::AccountId;
use quaymaster_domain::locks::LiftError;
use quaymaster_store::members;
use quaymaster_store::{Page, PageRequest, StoreError, access_reviews, accounts};

use crate::Services;
use crate::error::Fault;
use crate::grants;

pub use detail::{Capabilities, Capability, Detail, detail};
pub use edit::{ExistingUser, MemberChange, add_existing, remove, update};
pub(crate) use edit::{change_in, remove_in};
pub use effective::{EffectiveAccess, RightExplained, Source, SubAccountRights, explain};
pub use quaymaster_store::members::{Member, MemberFilter, MemberSort, Place, Rights, StateFilter};
pub use reactivate::{BulkRow, reactivate, reactivate_many};
pub use suspend::{end_session, lift_suspension, suspend};
pub use view::{AccountUser, ListedUser, NextAction, UserState, dormancy_line};
pub(crate) use view::{Lens, state_json, state_of};

/// Why nothing was done to a person.
#[derive(Debug, thiserror::Error)]
pub enum PersonError {
    /// There is no lock that this lifts.
    #[error("{0}")]
    NotLocked(&'static str),
    /// Others may lift this lock.
    #[error("this lock was set by somebody with more power; it can be lifted by {0}")]
    LiftedByOthers(String),
    /// R8.
    #[error(
        "an account has exactly one owner at every moment; hand the account over to somebody else first"
    )]
    LastOwner,
    /// R8: another change of the owner won.
    #[error("this account has been handed over to somebody else in the meantime")]
    OwnerChanged,
    /// R6: the person belongs to an account in which the actor has no power over the person.
    #[error(
        "this person also belongs to an account in which you have no power over the person, and would be shut out there too; take the person out of this account instead, or ask support"
    )]
    PowerElsewhere,
    /// User ID and e-mail do not belong together, or to nobody, or to somebody who cannot be added.
    #[error(
        "no user has this User ID together with this e-mail address; ask the person for both, or invite the address"
    )]
    NotMatched,
    /// A member already.
    #[error("this person is a member of this account already")]
    AlreadyMember,
    /// Not specific.
    #[error(transparent)]
    Fault(#[from] Fault),
}

impl From<Denied> for PersonError {
    fn from(denied: Denied) -> Self {
        Self::Fault(denied.into())
    }
}
impl From<StoreError> for PersonError {
    fn from(error: StoreError) -> Self {
        Self::Fault(error.into())
    }
}
impl From<LiftError> for PersonError {
    fn from(error: LiftError) -> Self {
        match error {
            LiftError::NotLocked => {
                Self::NotLocked("this person is not locked, so there is nothing to lift")
            }
            LiftError::Suspended => {
                Self::NotLocked("this person is suspended; lift the suspension instead")
            }
            LiftError::NotByThis => {
                Self::LiftedByOthers("the Account Owner or by support".to_owned())
            }
        }
    }
}

/// The account as the policy wants it, if the actor may know of it.
///
/// # Errors
/// [`Fault::NotFound`] when not, [`Denied::AccessSuspended`] while a review of access has suspended the membership.
pub async fn place(actor: &Actor, s: &Services, account: AccountId) -> Result<AccountRef, Fault> {
    if let Some(membership) = actor.membership(account) {
        return Ok(AccountRef {
            account,
            company: membership.company,
        });
    }
    if let Some(guest) = actor.guest(account)
        && actor.staff.is_none()
    {
        grants::guests::note_use(actor, s, guest).await;
        return Ok(AccountRef {
            account,
            company: guest.company,
        });
    }
    let reader = s.db.reader();
    let found = accounts::find(&reader, &scope_of(actor), account).await?;
    if let Some(found) = found {
        return Ok(found.place());
    }
    // A member whose access a review has suspended is told so.
    let lapses = access_reviews::lapses(&reader, account, &[actor.user]).await?;
    match lapses.get(&actor.user) {
        Some(at) if *at <= actor.now => Err(Denied::AccessSuspended.into()),
        _ => Err(Fault::NotFound),
    }
}

/// The people of an account.
///
/// # Errors
/// [`Fault::Denied`] when the actor may not see them.
pub async fn list(
    actor: &Actor,
    s: &Services,
    account: AccountId,
    filter: &MemberFilter,
    page: &PageRequest,
) -> Result<Page<ListedUser>, Fault> {
    let at = place(actor, s, account).await?;
    let scope = require_read(actor, Action::ReadUsers, &Thing::Account(at))?;
    let guest = actor.staff.is_none() && actor.guest(account).is_some();
    // Filters would tell what the rows do not.
    if guest
        && (filter.state.is_some()
            || filter.lapses_before.is_some()
            || filter.sort != MemberSort::default())
    {
        return Err(Denied::NotGranted.into());
    }
    let reader = s.db.reader();
    let line = dormancy_line(s, s.now());
    let found = members::list(&reader, &scope, account, filter, line, page).await?;
    let elsewhere: Vec<_> = found
        .items
        .iter()
        .filter(|member| member.elsewhere)
        .map(|member| member.id)
        .collect();
    let shown: Vec<_> = found.items.iter().map(|member| member.id).collect();
    let lens = Lens::over(actor, s, at, &reader, &elsewhere)
        .await?
        .and_lapses(&reader, &shown)
        .await?;
    Ok(found.map(|member| {
        let seen = lens.view_listed(member);
        if guest { for_guests(seen) } else { seen }
    }))
}

/// Guests see who the people are, not whether and when they sign in.
fn for_guests(seen: ListedUser) -> ListedUser {
    let mut member = seen.member;
    member.last_sign_in = None;
    ListedUser {
        state: UserState {
            kind: if member.user_name.is_some() {
                StateFilter::Active
            } else {
                StateFilter::Invited
            },
            since: None,
            reason: None,
            lifted_by: Vec::new(),
        },
        lapses_on: None,
        next_action: None,
        access_suspended_at: None,
        member,
    }
}

/// A full stop at the end, for words that people typed.
pub(crate) fn sentence(words: &str) -> String {
    if words.ends_with(['.', '!', '?']) {
        words.to_owned()
    } else {
        format!("{words}.")
    }
}
