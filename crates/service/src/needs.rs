//! What waits for a person: the list that the portal opens with.

use chrono::{Days, Duration};
use quaymaster_domain::access::{AccountRef, Action, Actor, Scope, Thing, require_read};
use quaymaster_domain::ids::AccountId;
use quaymaster_store::{invitations, members, needs as store};

use crate::Services;
use crate::error::Fault;
use crate::users::{MemberFilter, StateFilter, dormancy_line};

/// How far the forecast of dormancy looks.
const LAPSING_DAYS: u64 = 30;
/// How far ahead the end of an invitation is told.
const EXPIRING_DAYS: i64 = 7;

/// What kind of thing waits.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum NeedKind {
    /// People locked by failed attempts.
    LockedUsers,
    /// People dormant.
    DormantUsers,
    /// People who become dormant within 30 days.
    LapsingUsers,
    /// Invitations that end within 7 days.
    InvitationsExpiring,
    /// Unknown identifiers that wait for the registrar.
    PendingVerifications,
    /// Drafts of access requests that were not sent.
    AccessRequestDrafts,
}

/// Something that waits.
#[derive(Clone, Debug)]
pub struct Need {
    /// What.
    pub kind: NeedKind,
    /// In which account; none for the whole portal.
    pub account: Option<AccountId>,
    /// How many.
    pub count: u64,
    /// In words.
    pub detail: String,
}

/// Everything that waits for the actor; what counts nothing is left out.
///
/// # Errors
/// When the database cannot answer.
pub async fn list(actor: &Actor, s: &Services) -> Result<Vec<Need>, Fault> {
    let mut all = Vec::new();
    let reader = s.db.reader();
    if let Ok(scope) = require_read(actor, Action::DecidePendingVerification, &Thing::Portal) {
        let count = store::pending_verifications(&reader, &scope, None).await?;
        push(&mut all, NeedKind::PendingVerifications, None, count);
    }
    for membership in actor.memberships.iter().filter(|m| m.manages()) {
        let at = AccountRef {
            account: membership.account,
            company: membership.company,
        };
        let scope = require_read(actor, Action::ReadUsers, &Thing::Account(at))?;
        of_account(s, &scope, membership.account, &mut all).await?;
    }
    Ok(all)
}

async fn of_account(
    s: &Services,
    scope: &Scope,
    account: AccountId,
    all: &mut Vec<Need>,
) -> Result<(), Fault> {
    let reader = s.db.reader();
    let now = s.now();
    let line = dormancy_line(s, now);
    let in_state = |state| MemberFilter {
        state: Some(state),
        ..MemberFilter::default()
    };
    let lapsing = MemberFilter {
        state: Some(StateFilter::Active),
        lapses_before: now
            .date_naive()
            .checked_add_days(Days::new(LAPSING_DAYS + 1)),
        ..MemberFilter::default()
    };
    for (kind, filter) in [
        (NeedKind::LockedUsers, in_state(StateFilter::FailedAttempts)),
        (NeedKind::DormantUsers, in_state(StateFilter::Dormant)),
        (NeedKind::LapsingUsers, lapsing),
    ] {
        let count = members::count(&reader, scope, account, &filter, line).await?;
        push(all, kind, Some(account), count);
    }
    let before = now + Duration::days(EXPIRING_DAYS);
    let expiring = invitations::count_expiring(&reader, scope, account, now, before).await?;
    push(all, NeedKind::InvitationsExpiring, Some(account), expiring);
    let pending = store::pending_verifications(&reader, scope, Some(account)).await?;
    push(all, NeedKind::PendingVerifications, Some(account), pending);
    let drafts = store::access_request_drafts(&reader, scope, account).await?;
    push(all, NeedKind::AccessRequestDrafts, Some(account), drafts);
    Ok(())
}

fn push(all: &mut Vec<Need>, kind: NeedKind, account: Option<AccountId>, count: u64) {
    if count > 0 {
        all.push(Need {
            kind,
            account,
            count,
            detail: words(kind, count),
        });
    }
}

fn words(kind: NeedKind, count: u64) -> String {
    let (one, many) = match kind {
        NeedKind::LockedUsers => (
            "person is locked after failed attempts",
            "people are locked after failed attempts",
        ),
        NeedKind::DormantUsers => ("person is dormant", "people are dormant"),
        NeedKind::LapsingUsers => (
            "person becomes dormant within 30 days",
            "people become dormant within 30 days",
        ),
        NeedKind::InvitationsExpiring => (
            "invitation ends within 7 days",
            "invitations end within 7 days",
        ),
        NeedKind::PendingVerifications => (
            "identifier waits for the registrar",
            "identifiers wait for the registrar",
        ),
        NeedKind::AccessRequestDrafts => {
            ("access request is a draft", "access requests are drafts")
        }
    };
    format!("{count} {}", if count == 1 { one } else { many })
}
