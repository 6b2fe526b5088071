//! Reports: the library, runs with the rows that they keep, files, shares, schedules. Who may, and which limits hold, is
//! here; what a definition means is the business of `engine`.

mod asking;
mod changes;
mod definition;
mod deliveries;
mod engine;
mod explained;
mod files;
mod library;
mod members;
mod prompts;
mod runs;
mod schedules;
mod sizes;
mod table;
mod values;
mod worker;

use std::collections::HashSet;
use std::sync::Arc;

use quaymaster_domain::access::{Actor, Denied, ScopeFilter};
use quaymaster_domain::ids::AccountId;
use quaymaster_domain::members::ReportsLevel;
use quaymaster_store::StoreError;
use quaymaster_store::constraint::Constraint;
use quaymaster_store::report_library::{self, Shelf};

use crate::Services;
use crate::error::Fault;
use crate::records::report_reach;

pub use asking::Ask;
pub use changes::{Change as MemberChange, Touched, touched};
pub use deliveries::deliver_due;
pub use explained::limit_words;
pub use files::FileFormat;
pub use library::{
    Card, Change, NewReport, NewShare, Origin, ReportView, ShareView, Versions, create, delete,
    find, list, share, shares, star, unshare, unstar, update, versions,
};
pub use members::{Member, Standard, Subject, mergeable, subjects};
pub use quaymaster_store::report_library::Audience;
pub use quaymaster_store::report_runs::{Lane, Run, RunState};
pub use quaymaster_store::report_schedules::{Delivery, DeliveryState, Schedule, ScheduleState};
pub use runs::{
    Download, Preview, Rows, RunView, Started, cancel, download, list as list_runs, preview, rows,
    start, view,
};
pub use schedules::{
    DeliveryView, NewSchedule, ScheduleChange, ScheduleView, create as create_schedule,
    delete as delete_schedule, deliveries, find as find_schedule, inbox, list as list_schedules,
    mark_read, next_runs, run_now, update as update_schedule,
};
pub use sizes::{Size, sizes};
pub use table::{CHUNK_ROWS, Explain, Facts, Kind, ResultColumn, ResultRow, RowKind};
pub use values::{Choice, Values, choices, values};
pub use worker::work_due;

/// How many reports a person saves.
const MOST_SAVED: u64 = 500;

/// How many runs of one person, and of everybody, wait or run at a time.
const MOST_OPEN_OWN: u64 = 5;
const MOST_OPEN: u64 = 500;

/// Why something about reports was refused.
#[derive(Debug, thiserror::Error)]
pub enum ReportError {
    /// The name is taken.
    #[error("you have a report of this name in this folder already; choose another name")]
    NameTaken,
    /// It is shared with them already.
    #[error("this report is shared with them already")]
    SharedAlready,
    /// Too many saved reports.
    #[error("you have {MOST_SAVED} saved reports; delete one first")]
    TooManySaved,
    /// Too many runs at a time.
    #[error(
        "{MOST_OPEN_OWN} of your runs wait or run already; wait for one to finish, or cancel one"
    )]
    TooManyRuns,
    /// It would go through more rows than somebody waits for.
    #[error(
        "this goes through more than {0} rows of trade records without a period of entry dates, which is too much to wait for; add a filter by the entry date, or run it in the background"
    )]
    TooLarge(u64),
    /// The run is not at this step.
    #[error("{0}")]
    RunState(String),
    /// The reader's rights are others than those that the rows were made under.
    #[error(
        "what you may see has changed since this run was made, so its rows are not shown any more; run the report again"
    )]
    ScopeChanged,
    /// Too many schedules.
    #[error("you have {0} schedules; delete one first")]
    TooManySchedules(u64),
    /// Not specific.
    #[error(transparent)]
    Fault(#[from] Fault),
}

impl From<Denied> for ReportError {
    fn from(denied: Denied) -> Self {
        Self::Fault(denied.into())
    }
}

impl From<StoreError> for ReportError {
    fn from(error: StoreError) -> Self {
        match error {
            StoreError::Conflict(Constraint::SavedReportName) => Self::NameTaken,
            StoreError::Conflict(Constraint::ReportShare) => Self::SharedAlready,
            other => Self::Fault(other.into()),
        }
    }
}

/// Somebody who may use reports.
struct Reporter {
    /// What the person finds in the library.
    shelf: Shelf,
    /// Own accounts where the person may share.
    shares_in: Vec<AccountId>,
}

/// May the actor use reports, and where? Owner, proxies, and users with the right in any sub-account; guests whose grant
/// gives it; the operator's staff.
async fn reporter(actor: &Actor, s: &Services) -> Result<Reporter, Fault> {
    let level = |account: &quaymaster_domain::access::Membership| {
        if account.manages() {
            ReportsLevel::Share
        } else {
            account
                .access
                .iter()
                .map(|a| a.reports)
                .max()
                .unwrap_or(ReportsLevel::None)
        }
    };
    let at_least = |wanted: ReportsLevel| -> Vec<AccountId> {
        actor
            .memberships
            .iter()
            .filter(|m| level(m) >= wanted)
            .map(|m| m.account)
            .collect()
    };
    let reader = s.db.reader();
    let mut through: Arc<[AccountId]> = Arc::default();
    if actor.staff.is_none() && !actor.memberships.is_empty() {
        through = report_reach(s, actor, ScopeFilter::All).await?.through;
    }
    // Few accounts share reports with all of their guests: those alone go along with questions about the library.
    let mut guest_of = Vec::new();
    if !through.is_empty() {
        let through: HashSet<&AccountId> = through.iter().collect();
        guest_of = report_library::sharing_with_guests(&reader).await?;
        guest_of.retain(|account| through.contains(account));
    }
    let accounts = at_least(ReportsLevel::Run);
    if accounts.is_empty() && through.is_empty() && actor.staff.is_none() {
        return Err(Denied::Forbidden.into());
    }
    Ok(Reporter {
        shelf: Shelf {
            user: actor.user,
            accounts,
            guest_of,
        },
        shares_in: at_least(ReportsLevel::Share),
    })
}

/// Says whether the actor may use reports at all.
///
/// # Errors
/// [`Fault::Denied`] without the right to reports.
pub async fn may(actor: &Actor, s: &Services) -> Result<(), Fault> {
    reporter(actor, s).await.map(|_| ())
}

/// The name of a report that comes with the portal.
#[must_use]
pub fn name_of(code: &str) -> &'static str {
    members::catalogue()
        .iter()
        .find(|report| report.code == code)
        .map_or("", |report| report.name)
}

/// Of which accounts a run is.
const fn filter_of(account: Option<AccountId>) -> ScopeFilter {
    match account {
        None => ScopeFilter::All,
        Some(account) => ScopeFilter::Account(account),
    }
}
