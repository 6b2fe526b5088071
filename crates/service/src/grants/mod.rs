//! Cross-account access: proposing, answering, holding, changing and ending grants. One file a subject; here is what they
//! share: the refusals, and how one side sees a grant.

mod act;
pub mod batches;
mod blocks;
mod change;
pub mod guests;
mod ledger;
mod people;
mod preview;
mod propose;
pub mod reminders;
mod renew;
mod view;

use quaymaster_domain::access::{Action, Actor, Denied, Thing, require_read};
use quaymaster_domain::grants::{GrantRefusal, GrantSide};
use quaymaster_domain::ids::AccountId;
use quaymaster_store::constraint::Constraint;
use quaymaster_store::grants as store;
use quaymaster_store::{Page, PageRequest, StoreError};

use crate::Services;
use crate::error::Fault;
use crate::users::place;

pub use act::{Narrowing, accept, decline, pause, resume, revoke};
pub use blocks::{BlockNew, block, close_report, list_blocked, list_reports, unblock};
pub use change::{Patch, accept_change, decline_change, update, withdraw_change};
pub use ledger::{
    Ended, OutsideAccess, OutsideExplained, OutsideGrant, OutsidePerson, OutsideSubAccount,
    end_outside_access, explain_outside, outside_access, outside_people,
};
pub use people::{PersonView, assign, list_people, readmit, remove_person, unassign};
pub use preview::{Preview, PreviewSubAccount, preview};
pub use propose::{Proposal, Target, Wanted, propose};
pub use quaymaster_store::grants::blocks::{Block, Report};
pub use quaymaster_store::grants::{GrantFilter, GrantRow, NamedSubAccount, StateFilter};
pub use renew::{Renewal, renew};
pub(crate) use view::view;
pub use view::{Capabilities, Capability, GrantView, Party, find};

/// Why nothing happened to a grant.
#[derive(Debug, thiserror::Error)]
pub enum GrantError {
    /// The rules of its life.
    #[error(transparent)]
    Refused(#[from] GrantRefusal),
    /// Number and User ID do not belong together, or to nobody.
    #[error(
        "no account has this account number together with an Account Owner of this User ID; ask the other company for both"
    )]
    NotMatched,
    /// Between two accounts one grant lives or waits.
    #[error("{0}")]
    Exists(String),
    /// A closed account.
    #[error("{0}")]
    AccountClosed(&'static str),
    /// Nobody to ask any more.
    #[error(
        "the company of this identifier has no open account, so nobody can be asked; invite it to apply for one"
    )]
    NoAccount,
    /// The grantor does not want to see the person.
    #[error(
        "the company that gave the access has taken this person off it; only its Account Owner can change that"
    )]
    RemovedByGrantor,
    /// Something is another than was shown.
    #[error("{0}")]
    PreviewChanged(String),
    /// Done already.
    #[error("{0}")]
    Already(&'static str),
    /// Settled already.
    #[error("this report is settled already")]
    Settled,
    /// Not specific.
    #[error(transparent)]
    Fault(#[from] Fault),
}

impl From<Denied> for GrantError {
    fn from(denied: Denied) -> Self {
        Self::Fault(denied.into())
    }
}
impl From<StoreError> for GrantError {
    fn from(error: StoreError) -> Self {
        match error {
            StoreError::Conflict(Constraint::LivingGrant) => Self::Exists(
                "the two accounts have a grant or a proposal already; change that one instead of making another"
                    .to_owned(),
            ),
            StoreError::Conflict(Constraint::CompanyBlock) => {
                Self::Already("this company is blocked already")
            }
            StoreError::Conflict(Constraint::GrantRemoval) => {
                Self::Already("this person has been taken off the grant already")
            }
            other => Self::Fault(other.into()),
        }
    }
}

/// The grants of one side of an account.
///
/// # Errors
/// [`Fault::Denied`] for plain users and guests.
pub async fn list(
    actor: &Actor,
    s: &Services,
    account: AccountId,
    filter: &GrantFilter,
    page: &PageRequest,
) -> Result<Page<GrantView>, Fault> {
    let at = place(actor, s, account).await?;
    let scope = require_read(actor, Action::ReadGrants, &Thing::Account(at))?;
    let reader = s.db.reader();
    let found = store::list(&reader, &scope, account, filter, s.now(), page).await?;
    let side = actor.membership(account).map(|_| filter.side);
    Ok(Page {
        items: view(actor, s, &reader, found.items, |_| side).await?,
        next: found.next,
    })
}

/// The word of a side in a sentence.
pub(crate) const fn side_words(side: GrantSide) -> &'static str {
    match side {
        GrantSide::Grantor => "the company that gives the access",
        GrantSide::Recipient => "the company that has the access",
    }
}
