//! Cross-account access over HTTP: the shapes that its operations share. One file a subject.

pub(crate) mod batches;
pub(crate) mod blocks;
pub(crate) mod ledger;
pub(crate) mod life;
pub(crate) mod people;

use chrono::{DateTime, SubsecRound, Utc};
use quaymaster_domain::grants::{self, GrantScope, SubAccounts};
use quaymaster_domain::ids::SubAccountId;
use quaymaster_domain::people::Reason;
use quaymaster_service::grants::{Capabilities, GrantView, NamedSubAccount, Party};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use uuid::Uuid;
use validator::Validate;

use crate::common::{PersonRef, wire_enums};
use crate::input::Moment;
use crate::problem::sentence;
use crate::users::detail::Capability;
use crate::words::{BusinessActivity, IdentifierKind};

wire_enums! {
    /// One of the two accounts of a grant.
    GrantSide = grants::GrantSide {
        /// Lets the other see it: the client.
        Grantor,
        /// Sees the other: the broker.
        Recipient,
    }
    /// Which trade records.
    RecordsScope = grants::RecordsScope {
        /// None.
        None,
        /// Those that the recipient filed.
        OwnFilings,
        /// All of them.
        All,
    }
    /// How a grant ended.
    GrantEnd = grants::EndedHow {
        /// The side that was asked said no.
        Declined,
        /// One side ended it, or withdrew its proposal.
        Revoked,
        /// Its end came.
        Expired,
    }
    /// How a person of the recipient comes to a grant.
    GrantVia = grants::Via {
        /// Owner of the recipient.
        Owner,
        /// Assigned singly.
        Assigned,
        /// Through a team that looks after a group of clients.
        Team,
    }
}

/// What a grant lets people do in its sub-accounts. At least one right is needed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema, Validate)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({"structure": true, "records": "own_filings", "reports": false, "users": false}))]
pub(crate) struct GrantRights {
    /// Read the structure: sub-accounts and identifiers.
    pub(crate) structure: bool,
    /// Read trade records.
    pub(crate) records: RecordsScope,
    /// Run reports.
    pub(crate) reports: bool,
    /// See the account's users.
    pub(crate) users: bool,
}

impl From<grants::GrantRights> for GrantRights {
    fn from(rights: grants::GrantRights) -> Self {
        let grants::GrantRights {
            structure,
            records,
            reports,
            users,
        } = rights;
        Self {
            structure,
            records: records.into(),
            reports,
            users,
        }
    }
}

impl From<GrantRights> for grants::GrantRights {
    fn from(rights: GrantRights) -> Self {
        let GrantRights {
            structure,
            records,
            reports,
            users,
        } = rights;
        Self {
            structure,
            records: records.into(),
            reports,
            users,
        }
    }
}

/// A sub-account that a grant names.
#[derive(Serialize, ToSchema)]
pub(crate) struct GrantSubAccount {
    /// Identity.
    id: Uuid,
    /// Its name.
    #[schema(example = "Importer, West Coast")]
    name: String,
    /// The activity that it carries.
    activity: BusinessActivity,
}

impl From<NamedSubAccount> for GrantSubAccount {
    fn from(sub: NamedSubAccount) -> Self {
        let NamedSubAccount { id, name, activity } = sub;
        Self {
            id: id.into(),
            name,
            activity: activity.into(),
        }
    }
}

/// How one company of a grant is shown. Only the company's name is set while you have asked by an identifier and were
/// not accepted.
#[derive(Serialize, ToSchema)]
pub(crate) struct GrantParty {
    /// The account.
    account_id: Option<Uuid>,
    /// Its number.
    #[schema(example = "QM-0000-00001-8")]
    account_number: Option<String>,
    /// Its name.
    #[schema(example = "Harbor Lane, imports")]
    account_name: Option<String>,
    /// The company that holds it.
    #[schema(example = "Harbor Lane Imports LLC")]
    company_name: String,
    /// Its Account Owner.
    owner: Option<PersonRef>,
}

impl From<Party> for GrantParty {
    fn from(party: Party) -> Self {
        let Party {
            account,
            company_name,
        } = party;
        match account {
            None => Self {
                account_id: None,
                account_number: None,
                account_name: None,
                company_name,
                owner: None,
            },
            Some((account, summary)) => Self {
                account_id: Some(account.id.into()),
                account_number: Some(account.account_number),
                account_name: Some(account.name),
                company_name,
                owner: Some(PersonRef::new(
                    account.owner,
                    summary.owner_user_name,
                    summary.owner_name,
                )),
            },
        }
    }
}

/// The word of a state.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub(crate) enum GrantStateKind {
    /// Waits for the other side.
    Proposed,
    /// Accepted by both.
    Active,
    /// Held by one side.
    Paused,
    /// Over for good.
    Ended,
}

/// Where a grant stands, by the clock.
#[derive(Serialize, ToSchema)]
pub(crate) struct GrantState {
    /// Which state.
    kind: GrantStateKind,
    /// Since when.
    at: DateTime<Utc>,
    /// Which side paused or ended it; `null` when its end came by itself, and in the other states.
    by: Option<GrantSide>,
    /// How it ended.
    how: Option<GrantEnd>,
    /// The reason given.
    #[schema(example = "We change brokers in June.")]
    reason: Option<String>,
}

impl From<grants::GrantState> for GrantState {
    fn from(state: grants::GrantState) -> Self {
        use grants::GrantState as State;
        let plain = |kind, at| Self {
            kind,
            at,
            by: None,
            how: None,
            reason: None,
        };
        match state {
            State::Proposed { at } => plain(GrantStateKind::Proposed, at),
            State::Active { since } => plain(GrantStateKind::Active, since),
            State::Paused { by, at, reason } => Self {
                by: Some(by.into()),
                reason: reason.map(Into::into),
                ..plain(GrantStateKind::Paused, at)
            },
            State::Ended {
                how,
                by,
                at,
                reason,
            } => Self {
                by: by.map(Into::into),
                how: Some(how.into()),
                reason: reason.map(Into::into),
                ..plain(GrantStateKind::Ended, at)
            },
        }
    }
}

/// The identifier that a request is about.
#[derive(Serialize, ToSchema)]
pub(crate) struct GrantIdentifier {
    /// Kind.
    pub(crate) kind: IdentifierKind,
    /// Normal form; a Social Security number is masked.
    #[schema(example = "08-123456700")]
    pub(crate) value: String,
}

/// More than a grant covers, asked for by the recipient; it waits for the grantor's owner.
#[derive(Serialize, ToSchema)]
pub(crate) struct GrantChange {
    /// All sub-accounts, also those that are created later.
    all_sub_accounts: bool,
    /// Named ones.
    sub_account_ids: Vec<Uuid>,
    /// The account's own profile.
    top_level: bool,
    /// Which rights.
    rights: GrantRights,
    /// What for.
    #[schema(example = "We file your entries since May.")]
    purpose: String,
    /// Until when; `null` until revoked.
    ends_at: Option<DateTime<Utc>>,
    /// When it was asked for.
    proposed_at: DateTime<Utc>,
    /// By whom.
    #[schema(example = "Ana Lee")]
    proposed_by_name: String,
}

/// What you can do with a grant.
#[derive(Serialize, ToSchema)]
pub(crate) struct GrantCapabilities {
    /// Accept the proposal.
    accept: Capability,
    /// Decline it.
    decline: Capability,
    /// Withdraw your proposal.
    withdraw: Capability,
    /// Hold.
    pause: Capability,
    /// Let go on.
    resume: Capability,
    /// End.
    revoke: Capability,
    /// Change what is covered, or ask for it.
    change: Capability,
    /// Answer the change that waits.
    answer_change: Capability,
    /// Pass it on to your own people.
    assign_people: Capability,
    /// Take people off it.
    remove_people: Capability,
    /// Block the other company.
    block: Capability,
}

impl From<Capabilities> for GrantCapabilities {
    fn from(can: Capabilities) -> Self {
        let Capabilities {
            accept,
            decline,
            withdraw,
            pause,
            resume,
            revoke,
            change,
            answer_change,
            assign_people,
            remove_people,
            block,
        } = can;
        Self {
            accept: accept.into(),
            decline: decline.into(),
            withdraw: withdraw.into(),
            pause: pause.into(),
            resume: resume.into(),
            revoke: revoke.into(),
            change: change.into(),
            answer_change: answer_change.into(),
            assign_people: assign_people.into(),
            remove_people: remove_people.into(),
            block: block.into(),
        }
    }
}

/// The permission that one account, the grantor, gives another, the recipient, to see some of its sub-accounts.
#[derive(Serialize, ToSchema)]
pub(crate) struct Grant {
    /// Identity.
    id: Uuid,
    /// Your side; `null` for staff.
    my_side: Option<GrantSide>,
    /// Who proposed it: the grantor invites, the recipient requests.
    started_by: GrantSide,
    /// Who lets the other see.
    grantor: GrantParty,
    /// Who sees.
    recipient: GrantParty,
    /// Where it stands.
    state: GrantState,
    /// Whether it lets anybody see anything at this moment.
    in_effect: bool,
    /// Why not, in words.
    #[schema(example = "The grant has been proposed and waits for an answer.")]
    not_in_effect_because: Option<String>,
    /// All sub-accounts, also those that are created later.
    all_sub_accounts: bool,
    /// Named ones; empty when all are meant, and while you may not know them.
    sub_accounts: Vec<GrantSubAccount>,
    /// The account's own profile: contacts, addresses, business activities.
    top_level: bool,
    /// Which rights.
    rights: GrantRights,
    /// What for.
    #[schema(example = "We file your entries since May.")]
    purpose: String,
    /// From when; `null` until a proposal that starts with its acceptance is accepted.
    starts_at: Option<DateTime<Utc>>,
    /// Until when; `null` until revoked.
    ends_at: Option<DateTime<Utc>>,
    /// Whole days until the end.
    days_left: Option<i64>,
    /// The identifier that a request is about.
    identifier: Option<GrantIdentifier>,
    /// A change that waits for the grantor's owner.
    pending_change: Option<GrantChange>,
    /// How many people see something through it at this moment.
    #[schema(minimum = 0)]
    people_count: u64,
    /// The last use by anybody.
    last_used_at: Option<DateTime<Utc>>,
    /// What you can do.
    can: GrantCapabilities,
    /// When it was proposed.
    created_at: DateTime<Utc>,
    /// By whom.
    #[schema(example = "Ana Lee")]
    created_by_name: String,
    /// For `If-Match`.
    pub(crate) version: i64,
}

impl From<GrantView> for Grant {
    fn from(view: GrantView) -> Self {
        let GrantView {
            grant,
            state,
            my_side,
            grantor,
            recipient,
            in_effect,
            sub_accounts,
            people,
            last_used_at,
            can,
            now,
        } = view;
        let offer = grant.life.offer;
        // What the recipient asked for is known to both; the names of sub-accounts it has been shown already.
        let pending_change = grant.life.asked.zip(grant.asked).map(|(wanted, asked)| {
            let GrantScope {
                sub_accounts,
                top_level,
                rights,
            } = wanted.scope;
            GrantChange {
                all_sub_accounts: sub_accounts == SubAccounts::All,
                sub_account_ids: sub_accounts.named().into_iter().map(Into::into).collect(),
                top_level,
                rights: rights.into(),
                purpose: asked.purpose.into(),
                ends_at: wanted.ends_at,
                proposed_at: asked.at,
                proposed_by_name: asked.by_name,
            }
        });
        let living = !matches!(state, grants::GrantState::Ended { .. });
        Self {
            id: grant.id.into(),
            my_side: my_side.map(Into::into),
            started_by: grant.life.started_by.into(),
            grantor: grantor.into(),
            recipient: recipient.into(),
            state: state.into(),
            in_effect: in_effect.is_ok(),
            not_in_effect_because: in_effect.err().map(|why| sentence(&why.to_string())),
            all_sub_accounts: offer.scope.sub_accounts == SubAccounts::All,
            sub_accounts: sub_accounts.into_iter().map(Into::into).collect(),
            top_level: offer.scope.top_level,
            rights: offer.scope.rights.into(),
            purpose: grant.purpose.into(),
            starts_at: grant.life.starts_at,
            ends_at: offer.ends_at,
            days_left: offer
                .ends_at
                .filter(|_| living)
                .map(|end| (end - now).num_days()),
            identifier: grant.identifier.map(|(kind, value)| GrantIdentifier {
                kind: kind.into(),
                value,
            }),
            pending_change,
            people_count: people,
            last_used_at,
            can: can.into(),
            created_at: grant.created_at,
            created_by_name: grant.created_by_name,
            version: grant.version,
        }
    }
}

/// A page of grants.
#[derive(Serialize, ToSchema)]
pub(crate) struct GrantPage {
    /// The rows.
    items: Vec<Grant>,
    /// Pass it as `cursor` for the next page; `null` at the end.
    next_cursor: Option<String>,
}

/// A reason that the other side reads.
#[derive(Deserialize, ToSchema, Validate)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({"reason": "We change brokers in June."}))]
pub(crate) struct GrantReason {
    /// Why; both companies read it.
    #[schema(value_type = Option<String>, min_length = 3, max_length = 500)]
    pub(crate) reason: Option<Reason>,
}

/// A moment of a body, in the precision that the databases keep.
pub(crate) fn moment(at: Moment) -> DateTime<Utc> {
    at.0.trunc_subsecs(6)
}

/// The sub-accounts that a body means.
pub(crate) fn sub_accounts(all: bool, ids: Vec<Uuid>) -> SubAccounts {
    if all {
        SubAccounts::All
    } else {
        SubAccounts::Named(ids.into_iter().map(SubAccountId::from).collect())
    }
}
