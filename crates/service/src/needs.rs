//! What waits for a person: the list that the portal opens with.

use chrono::{Days, Duration};
use quaymaster_domain::access::{AccountRef, Action, Actor, Scope, Thing, may, require_read};
use quaymaster_domain::grants::GrantSide;
use quaymaster_domain::ids::AccountId;
use quaymaster_domain::members::MemberRole;
use quaymaster_domain::owner_successions::SuccessionKind;
use quaymaster_store::grants::{self, GrantFilter, StateFilter as GrantStateFilter};
use quaymaster_store::identifier_claims::{self, Side};
use quaymaster_store::{
    access_reviews, api_clients, applications, invitations, members, merges, needs as store,
    notices, owner_successions, transfers,
};

use crate::Services;
use crate::error::Fault;
use crate::users::{MemberFilter, StateFilter, dormancy_line};

/// How far the forecast of dormancy looks.
const LAPSING_DAYS: u64 = 30;
/// How far ahead the end of an invitation is told.
const EXPIRING_DAYS: i64 = 7;
/// How far ahead the end of a grant is told.
const ENDING_DAYS: i64 = 30;

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
    /// Proposed grants that wait for the account's owner.
    GrantsToAnswer,
    /// Changes of given grants that wait for the account's owner.
    GrantChangesToAnswer,
    /// Grants, given or received, that end within 30 days.
    GrantsEnding,
    /// Reports of unwanted companies that wait for the operator.
    GrantReports,
    /// Transfers of business activities that wait for this account's owner.
    TransferProposals,
    /// Merges that wait for this account's owner.
    MergeProposals,
    /// The person is named as the next owner.
    OwnerNominations,
    /// Another owner was asked for.
    OwnerSuccessionRequests,
    /// Requests for another owner whose waiting time is over.
    OwnerSuccessionsReady,
    /// People in running reviews of access who wait for an answer.
    AccessReviewAnswers,
    /// People whose access a review has suspended.
    AccessReviewSuspended,
    /// Applications for an account in the registrar's queue.
    Applications,
    /// Claims of identifiers that an account holds.
    IdentifierClaimsReceived,
    /// Claims that an account has filed.
    IdentifierClaimsFiled,
    /// Claims that a registrar may decide.
    IdentifierClaimsToDecide,
    /// Notices to acknowledge.
    NoticesToAcknowledge,
    /// API clients that are to be allowed more, and wait for the account's owner.
    ApiClientsToApprove,
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
    if let Ok(scope) = require_read(actor, Action::CloseGrantReport, &Thing::Portal) {
        let count = grants::blocks::count_open(&reader, &scope).await?;
        push(&mut all, NeedKind::GrantReports, None, count);
    }
    if let Ok(scope) = require_read(actor, Action::RejectSuccession, &Thing::Portal) {
        let count = owner_successions::count_ready(&reader, &scope, s.now()).await?;
        push(&mut all, NeedKind::OwnerSuccessionsReady, None, count);
    }
    let notices = notices::count_to_acknowledge(&reader, actor.user, s.now()).await?;
    push(&mut all, NeedKind::NoticesToAcknowledge, None, notices);
    for offer in owner_successions::offered_to(&reader, actor.user).await? {
        if actor.membership(offer.account).is_some() {
            push(&mut all, NeedKind::OwnerNominations, Some(offer.account), 1);
        }
    }
    if let Ok(scope) = require_read(actor, Action::DecideApplication, &Thing::Portal) {
        let count = applications::count_in_review(&reader, &scope).await?;
        push(&mut all, NeedKind::Applications, None, count);
    }
    if let Ok(scope) = require_read(actor, Action::DecideIdentifierClaim, &Thing::Portal) {
        let count = identifier_claims::count_due(&reader, &scope, s.now()).await?;
        push(&mut all, NeedKind::IdentifierClaimsToDecide, None, count);
    }
    for membership in actor.memberships.iter().filter(|m| m.manages()) {
        let at = AccountRef {
            account: membership.account,
            company: membership.company,
        };
        let scope = require_read(actor, Action::ReadUsers, &Thing::Account(at))?;
        of_account(s, &scope, membership.account, &mut all).await?;
        of_grants(actor, s, at, &mut all).await?;
        if membership.role == MemberRole::Owner {
            let account = membership.account;
            let transfers = transfers::waiting_for(&reader, account).await?;
            push(
                &mut all,
                NeedKind::TransferProposals,
                Some(account),
                transfers,
            );
            let merges = merges::waiting_for(&reader, account).await?;
            push(&mut all, NeedKind::MergeProposals, Some(account), merges);
            let clients = api_clients::count_waiting(&reader, &scope, account).await?;
            push(
                &mut all,
                NeedKind::ApiClientsToApprove,
                Some(account),
                clients,
            );
        }
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
    let asked = owner_successions::open_of(&reader, account)
        .await?
        .iter()
        .filter(|f| f.course.kind == SuccessionKind::Request)
        .count();
    push(
        all,
        NeedKind::OwnerSuccessionRequests,
        Some(account),
        asked as u64,
    );
    let (open, suspended) = access_reviews::waiting(&reader, scope, account, now).await?;
    push(all, NeedKind::AccessReviewAnswers, Some(account), open);
    push(
        all,
        NeedKind::AccessReviewSuspended,
        Some(account),
        suspended,
    );
    for (kind, side) in [
        (NeedKind::IdentifierClaimsReceived, Side::Holder),
        (NeedKind::IdentifierClaimsFiled, Side::Claimant),
    ] {
        let claims = identifier_claims::count_open(&reader, scope, account, side).await?;
        push(all, kind, Some(account), claims);
    }
    Ok(())
}

/// What waits about grants. Answers are the owner's to give (R11); ends concern the proxies too, who prepare them.
async fn of_grants(
    actor: &Actor,
    s: &Services,
    at: AccountRef,
    all: &mut Vec<Need>,
) -> Result<(), Fault> {
    let (reader, now) = (s.db.reader(), s.now());
    let account = at.account;
    let scope = require_read(actor, Action::ReadGrants, &Thing::Account(at))?;
    let mut ending = 0;
    let mut waiting = 0;
    for side in GrantSide::ALL.iter().copied() {
        let proposed = GrantFilter {
            state: Some(GrantStateFilter::Proposed),
            started_by: Some(side.other()),
            ..GrantFilter::of(side)
        };
        waiting += grants::count(&reader, &scope, account, &proposed, now).await?;
        for state in [GrantStateFilter::Active, GrantStateFilter::Paused] {
            let soon = GrantFilter {
                state: Some(state),
                ends_before: Some(now + Duration::days(ENDING_DAYS)),
                ..GrantFilter::of(side)
            };
            ending += grants::count(&reader, &scope, account, &soon, now).await?;
        }
    }
    if may(actor, Action::AcceptGrant, &Thing::Account(at)).is_ok() {
        push(all, NeedKind::GrantsToAnswer, Some(account), waiting);
        let changes = grants::count_changes(&reader, &scope, account, now).await?;
        push(all, NeedKind::GrantChangesToAnswer, Some(account), changes);
    }
    push(all, NeedKind::GrantsEnding, Some(account), ending);
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
        NeedKind::GrantsToAnswer => (
            "proposal of cross-account access waits for your answer",
            "proposals of cross-account access wait for your answer",
        ),
        NeedKind::GrantChangesToAnswer => (
            "change of cross-account access waits for your answer",
            "changes of cross-account access wait for your answer",
        ),
        NeedKind::GrantsEnding => (
            "cross-account access ends within 30 days",
            "cross-account accesses end within 30 days",
        ),
        NeedKind::GrantReports => (
            "report of an unwanted company waits",
            "reports of unwanted companies wait",
        ),
        NeedKind::TransferProposals => (
            "transfer of a business activity waits for your answer",
            "transfers of business activities wait for your answer",
        ),
        NeedKind::MergeProposals => (
            "merge with another account waits for your answer",
            "merges with other accounts wait for your answer",
        ),
        NeedKind::OwnerNominations => (
            "nomination as the next Account Owner waits for your answer",
            "nominations as the next Account Owner wait for your answer",
        ),
        NeedKind::OwnerSuccessionRequests => (
            "request for another Account Owner is under way",
            "requests for another Account Owner are under way",
        ),
        NeedKind::OwnerSuccessionsReady => (
            "request for another Account Owner is over its waiting time",
            "requests for another Account Owner are over their waiting time",
        ),
        NeedKind::AccessReviewAnswers => (
            "person waits for an answer in an access review",
            "people wait for an answer in an access review",
        ),
        NeedKind::AccessReviewSuspended => (
            "person has been without access since an access review ended",
            "people have been without access since an access review ended",
        ),
        NeedKind::Applications => (
            "application waits for a decision",
            "applications wait for a decision",
        ),
        NeedKind::IdentifierClaimsReceived => (
            "identifier of this account is claimed by its company",
            "identifiers of this account are claimed by their companies",
        ),
        NeedKind::IdentifierClaimsFiled => (
            "claim of an identifier waits for its answer",
            "claims of identifiers wait for their answers",
        ),
        NeedKind::NoticesToAcknowledge => (
            "notice is to be acknowledged",
            "notices are to be acknowledged",
        ),
        NeedKind::ApiClientsToApprove => (
            "API client waits for your approval",
            "API clients wait for your approval",
        ),
        NeedKind::IdentifierClaimsToDecide => (
            "identifier claim waits for a decision",
            "identifier claims wait for a decision",
        ),
    };
    format!("{count} {}", if count == 1 { one } else { many })
}
