//! Shapes that transfers and merges share: both sides, and what moves, ends or collides.

use chrono::{DateTime, Utc};
use quaymaster_domain::moves as domain;
use quaymaster_domain::people::Reason;
use quaymaster_service::moves::{self, Decision, Party};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use uuid::Uuid;
use validator::Validate;

use crate::common::{MemberRole, PersonRef, wire_enums};
use crate::lists::page_request;
use crate::problem::Problem;
use crate::words::{BusinessActivity, IdentifierKind};

wire_enums! {
    /// Where a transfer or a merge stands.
    ProposalState = moves::ProposalState {
        /// Waits for the other owner.
        Proposed,
        /// It has been made.
        Accepted,
        /// The other owner declined.
        Declined,
        /// The proposer took it back.
        Withdrawn,
        /// Another change of the accounts ended it.
        Superseded,
    }
    /// What becomes of something.
    MoveOutcome = domain::Outcome {
        /// It goes along.
        Moves,
        /// It is over.
        Ends,
        /// It remains where it is.
        Stays,
        /// Part of it goes or ends.
        Shrinks,
    }
    /// From which account a person is seen.
    MoveSide = domain::SideOfPerson {
        /// The one that gives.
        From,
        /// The one that gets.
        To,
    }
    /// What happens to what a person may see and do.
    MoveEffect = domain::Effect {
        /// The same as before.
        Keeps,
        /// Access ends.
        Ends,
        /// Access begins.
        Gains,
    }
    /// Whose grant it is, seen from the account that gives.
    MoveGrantDirection = domain::GrantSide {
        /// The account gave it.
        Given,
        /// The account received it.
        Received,
    }
    /// What kind of things collide.
    CollisionKind = domain::CollisionKind {
        /// A name that is taken.
        SubAccountName,
        /// An identifier in moving and staying sub-accounts.
        SharedIdentifier,
        /// A person with different roles.
        Role,
        /// A person with different location limits.
        Ports,
        /// An invitation that was not redeemed.
        Invitation,
        /// Drafts for the same identifier.
        Draft,
        /// Grants with the same account.
        Grant,
    }
}

/// An account as the other side of a change sees it.
#[derive(Serialize, ToSchema)]
pub(crate) struct AccountParty {
    /// Identity.
    id: Uuid,
    /// Account number.
    #[schema(example = "QM-0000-00001-8")]
    account_number: String,
    /// The account's name.
    #[schema(example = "Harbor Lane, imports")]
    name: String,
    /// The Account Owner.
    owner: PersonRef,
}

impl From<Party> for AccountParty {
    fn from(party: Party) -> Self {
        let Party {
            account,
            owner_user_name,
            owner_name,
        } = party;
        Self {
            id: account.id.into(),
            account_number: account.account_number,
            name: account.name,
            owner: PersonRef::new(account.owner, owner_user_name, owner_name),
        }
    }
}

/// The accounts of a company besides one.
#[derive(Serialize, ToSchema)]
pub(crate) struct SiblingAccountList {
    /// The open ones, by name.
    pub(crate) items: Vec<AccountParty>,
}

/// A sub-account that moves.
#[derive(Serialize, ToSchema)]
pub(crate) struct MovingSubAccount {
    /// Identity.
    id: Uuid,
    /// Its name now.
    name: String,
    /// Its name afterwards; `null` unless the old one is taken there.
    new_name: Option<String>,
    /// The activity that it carries.
    activity: BusinessActivity,
    /// How many identifiers stand in it.
    identifier_count: u64,
    /// How many wait for the registrar in it.
    pending_identifier_count: u64,
}

impl From<domain::MovingSubAccount> for MovingSubAccount {
    fn from(sub: domain::MovingSubAccount) -> Self {
        let domain::MovingSubAccount {
            id,
            name,
            new_name,
            activity,
            identifiers,
            pending,
        } = sub;
        Self {
            id: id.into(),
            name,
            new_name,
            activity: activity.into(),
            identifier_count: identifiers,
            pending_identifier_count: pending,
        }
    }
}

/// An identifier that is affected.
#[derive(Serialize, ToSchema)]
pub(crate) struct MovingIdentifier {
    /// Kind.
    kind: IdentifierKind,
    /// Normal form; masked when personal.
    value: String,
    /// What becomes of it.
    outcome: MoveOutcome,
    /// The sub-accounts in which it stands afterwards, by the names that they have now.
    sub_accounts: Vec<String>,
    /// In words.
    detail: String,
}

impl From<domain::MovingIdentifier> for MovingIdentifier {
    fn from(identifier: domain::MovingIdentifier) -> Self {
        let domain::MovingIdentifier {
            id: _,
            kind,
            shown,
            outcome,
            removed: _,
            sub_accounts,
            detail,
        } = identifier;
        Self {
            kind: kind.into(),
            value: shown,
            outcome: outcome.into(),
            sub_accounts,
            detail,
        }
    }
}

/// A person who is affected.
#[derive(Serialize, ToSchema)]
pub(crate) struct AffectedPerson {
    /// Who.
    person: PersonRef,
    /// The account from which the effect is told.
    account: MoveSide,
    /// The role in the account that gives, before.
    role_before: Option<MemberRole>,
    /// The role in the account that gets, afterwards.
    role_after: Option<MemberRole>,
    /// What happens.
    outcome: MoveEffect,
    /// In words.
    detail: String,
}

impl From<domain::AffectedPerson> for AffectedPerson {
    fn from(person: domain::AffectedPerson) -> Self {
        let domain::AffectedPerson {
            user,
            user_name,
            name,
            side,
            role_before,
            role_after,
            effect,
            rights: _,
            detail,
        } = person;
        Self {
            person: PersonRef::new(user, user_name, name),
            account: side.into(),
            role_before: role_before.map(Into::into),
            role_after: role_after.map(Into::into),
            outcome: effect.into(),
            detail,
        }
    }
}

/// A cross-account grant that is affected.
#[derive(Serialize, ToSchema)]
pub(crate) struct AffectedGrant {
    /// Identity.
    id: Uuid,
    /// The company on the other side.
    company_name: String,
    /// Given or received.
    direction: MoveGrantDirection,
    /// What becomes of it.
    outcome: MoveOutcome,
    /// In words.
    detail: String,
}

impl From<domain::AffectedGrant> for AffectedGrant {
    fn from(grant: domain::AffectedGrant) -> Self {
        let domain::AffectedGrant {
            id,
            company,
            side,
            outcome,
            act: _,
            detail,
        } = grant;
        Self {
            id,
            company_name: company,
            direction: side.into(),
            outcome: outcome.into(),
            detail,
        }
    }
}

/// Two things that cannot both stay as they are.
#[derive(Serialize, ToSchema)]
pub(crate) struct Collision {
    /// What kind.
    kind: CollisionKind,
    /// What collides.
    subject: String,
    /// How it is solved.
    solution: String,
    /// True while a choice of the proposer is missing.
    needs_choice: bool,
}

impl From<domain::Collision> for Collision {
    fn from(collision: domain::Collision) -> Self {
        let domain::Collision {
            kind,
            subject,
            solution,
            needs_choice,
        } = collision;
        Self {
            kind: kind.into(),
            subject,
            solution,
            needs_choice,
        }
    }
}

pub(crate) fn all<A, B: From<A>>(items: Vec<A>) -> Vec<B> {
    items.into_iter().map(Into::into).collect()
}

/// Filters of the lists of transfers and merges.
#[derive(Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(crate) struct ProposalsQuery {
    /// Rows per page, 1–200; 50 unless given.
    #[param(minimum = 1, maximum = 200)]
    limit: Option<u64>,
    /// `next_cursor` of the page before.
    #[param(max_length = 1024)]
    cursor: Option<String>,
    /// Only those in this state.
    state: Option<ProposalState>,
}

impl ProposalsQuery {
    pub(crate) fn request(
        self,
    ) -> Result<
        (
            Option<moves::ProposalState>,
            quaymaster_service::PageRequest,
        ),
        Problem,
    > {
        let Self {
            limit,
            cursor,
            state,
        } = self;
        let page = page_request(limit, cursor.as_deref())?;
        Ok((state.map(Into::into), page))
    }
}

/// The consent to what a preview showed.
#[derive(Deserialize, ToSchema, Validate)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({"preview_version": "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08"}))]
pub(crate) struct Consent {
    /// The `version` of the preview that was looked at.
    #[schema(max_length = 100)]
    #[validate(length(max = 100, message = "A version has at most 100 characters."))]
    pub(crate) preview_version: String,
}

/// Why something is declined, taken back, stopped or decided.
#[derive(Deserialize, ToSchema, Validate)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({"reason": "The books are kept elsewhere from now on."}))]
pub(crate) struct GivenReason {
    /// In own words; kept in the audit trail.
    #[schema(value_type = String, min_length = 3, max_length = 500)]
    pub(crate) reason: Reason,
}

/// How a proposal ended, in three fields.
pub(crate) fn ended(
    decision: Option<Decision>,
) -> (Option<DateTime<Utc>>, Option<String>, Option<String>) {
    match decision {
        None => (None, None, None),
        Some(Decision {
            at,
            by_name,
            reason,
        }) => (Some(at), Some(by_name), reason),
    }
}

/// What the reader may do about a proposal.
#[derive(Serialize, ToSchema)]
pub(crate) struct ProposalAnswers {
    /// Accept it.
    accept: bool,
    /// Decline it.
    decline: bool,
    /// Take it back.
    withdraw: bool,
}

impl From<moves::Answers> for ProposalAnswers {
    fn from(can: moves::Answers) -> Self {
        let moves::Answers {
            accept,
            decline,
            withdraw,
        } = can;
        Self {
            accept,
            decline,
            withdraw,
        }
    }
}
