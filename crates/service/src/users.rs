//! People of an account, seen and helped by owner, proxies and staff.

use chrono::{DateTime, Duration, NaiveDate, Utc};
use quaymaster_domain::access::{
    AccountRef, Action, Actor, Denied, Thing, require, require_read, scope_of,
};
use quaymaster_domain::ids::{AccountId, UserId};
use quaymaster_store::members::{self, DormancyLine, Member};
use quaymaster_store::users::{self, User, UserChange};
use quaymaster_store::{Page, PageRequest, StoreError, accounts};

use crate::Services;
use crate::error::Fault;

pub use quaymaster_store::members::{MemberFilter, StateFilter};

/// Why a person was not reactivated.
#[derive(Debug, thiserror::Error)]
pub enum ReactivationError {
    /// There is no lock that a reactivation lifts.
    #[error(
        "this person is not locked by failed attempts or dormancy, so there is nothing to reactivate"
    )]
    NotLocked,
    /// Suspensions are lifted, not reactivated.
    #[error("this person is suspended; lift the suspension instead")]
    Suspended,
    /// Not specific.
    #[error(transparent)]
    Fault(#[from] Fault),
}

impl From<Denied> for ReactivationError {
    fn from(denied: Denied) -> Self {
        Self::Fault(denied.into())
    }
}
impl From<StoreError> for ReactivationError {
    fn from(error: StoreError) -> Self {
        Self::Fault(error.into())
    }
}

/// The account as the policy wants it, if the actor may know of it.
///
/// # Errors
/// [`Fault::NotFound`] when not.
pub async fn place(actor: &Actor, s: &Services, account: AccountId) -> Result<AccountRef, Fault> {
    if let Some(membership) = actor.membership(account) {
        return Ok(AccountRef {
            account,
            company: membership.company,
        });
    }
    let found = accounts::find(&s.db.reader(), &scope_of(actor), account).await?;
    found.map(|a| a.place()).ok_or(Fault::NotFound)
}

/// The line that decides about dormancy at this moment.
#[must_use]
pub fn dormancy_line(s: &Services, now: DateTime<Utc>) -> DormancyLine {
    DormancyLine {
        dormant_before: now - Duration::days(s.settings.dormant_days),
        days: s.settings.dormant_days,
    }
}

/// A member of an account with the lock state at this moment.
#[derive(Clone, Debug)]
pub struct AccountUser {
    /// The membership and the person.
    pub member: Member,
    /// The state, exclusive.
    pub state: StateFilter,
    /// Since when.
    pub state_since: Option<DateTime<Utc>>,
    /// The day on which the 45 days end, when nothing else locks.
    pub lapses_on: Option<NaiveDate>,
}

/// The people of an account by name.
///
/// # Errors
/// [`Fault::Denied`] when the actor may not see them.
pub async fn list(
    actor: &Actor,
    s: &Services,
    account: AccountId,
    filter: &MemberFilter,
    page: &PageRequest,
) -> Result<Page<AccountUser>, Fault> {
    let at = place(actor, s, account).await?;
    let scope = require_read(actor, Action::ReadUsers, &Thing::Account(at))?;
    let line = dormancy_line(s, s.now());
    let found = members::list(&s.db.reader(), &scope, account, filter, line, page).await?;
    Ok(found.map(|member| with_state(member, line)))
}

fn with_state(member: Member, line: DormancyLine) -> AccountUser {
    let user = &member.user;
    let lapses_at = user.dormancy_starts_at + Duration::days(line.days);
    let (state, state_since) = if let Some(at) = user.suspended_at {
        (StateFilter::Suspended, Some(at))
    } else if user.user_name.is_none() {
        (StateFilter::Invited, Some(user.created_at))
    } else if let Some(at) = user.locked_at {
        (StateFilter::FailedAttempts, Some(at))
    } else if user.dormancy_starts_at <= line.dormant_before {
        (StateFilter::Dormant, Some(lapses_at))
    } else {
        (StateFilter::Active, None)
    };
    let lapses_on = (state == StateFilter::Active).then(|| lapses_at.date_naive());
    AccountUser {
        state,
        state_since,
        lapses_on,
        member,
    }
}

/// Reactivates one locked person (R6).
///
/// # Errors
/// [`Denied::NotAboveTarget`] and the refusals of [`ReactivationError`].
pub async fn reactivate(
    actor: &Actor,
    s: &Services,
    account: AccountId,
    user: UserId,
) -> Result<AccountUser, ReactivationError> {
    let at = place(actor, s, account).await?;
    let scope = require_read(actor, Action::ReadUsers, &Thing::Account(at))?;
    let now = s.now();
    let line = dormancy_line(s, now);
    let tx = s.db.begin_write().await?;
    let member = members::lock(&tx, &scope, account, user)
        .await?
        .ok_or(Fault::NotFound)?;
    let permit = require(
        actor,
        Action::ReactivateUser,
        &Thing::Member(at, user, member.role),
    )?;
    let before = with_state(member.clone(), line);
    match before.state {
        StateFilter::FailedAttempts | StateFilter::Dormant => {}
        StateFilter::Suspended => return Err(ReactivationError::Suspended),
        StateFilter::Active | StateFilter::Invited => return Err(ReactivationError::NotLocked),
    }
    users::update(
        &tx,
        user,
        UserChange::default()
            .failures(0, None)
            .dormancy_restart(now),
    )
    .await?;
    let permit = permit.about("user", user, member.user.full_name()).change(
        Some(state_json(&before)),
        Some(r#"{"state":"active"}"#.to_owned()),
    );
    s.commit(tx, permit).await?;
    let renewed = User {
        failed_count: 0,
        locked_at: None,
        dormancy_starts_at: now,
        ..member.user
    };
    Ok(with_state(
        Member {
            user: renewed,
            ..member
        },
        line,
    ))
}

fn state_json(user: &AccountUser) -> String {
    serde_json::json!({ "state": format!("{:?}", user.state).to_lowercase(), "since": user.state_since }).to_string()
}
