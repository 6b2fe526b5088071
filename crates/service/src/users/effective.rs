//! Why can, or can't, this person …: every right with where it comes from, and what stands in the way of using it.

use quaymaster_domain::access::{Action, Actor, Thing, require_read};
use quaymaster_domain::ids::{AccountId, UserId};
use quaymaster_domain::locks::LiftedBy;
use quaymaster_domain::members::{
    MemberRole, RecordsLevel, ReportsLevel, StructureLevel, SubAccountAccess,
};
use quaymaster_store::members::{self, Place};
use quaymaster_store::{invitations, users};

use super::{AccountUser, Lens, StateFilter, place, rights};
use crate::Services;
use crate::error::Fault;

/// Where a right comes from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Source {
    /// The Account Owner may do everything.
    Owner,
    /// A proxy may do everything in the sub-accounts.
    Proxy,
    /// Assigned to the person.
    Assigned,
    /// There is none.
    None,
}

/// A right with its reason.
#[derive(Clone, Debug)]
pub struct RightExplained {
    /// The word of the level.
    pub level: &'static str,
    /// Where it comes from.
    pub source: Source,
    /// The reason in words.
    pub why: String,
}

/// The rights in one sub-account.
#[derive(Clone, Debug)]
pub struct SubAccountRights {
    /// The sub-account.
    pub place: Place,
    /// Structure.
    pub structure: RightExplained,
    /// Trade records.
    pub records: RightExplained,
    /// Reports.
    pub reports: RightExplained,
}

/// Everything that decides what a person can do in an account.
#[derive(Clone, Debug)]
pub struct EffectiveAccess {
    /// The person.
    pub user: AccountUser,
    /// Per sub-account, by name.
    pub sub_accounts: Vec<SubAccountRights>,
    /// Ports that records are limited to; empty for all.
    pub ports: Vec<String>,
    /// Whether the person can sign in at this moment.
    pub can_sign_in: bool,
    /// What decides, in sentences.
    pub explanations: Vec<String>,
}

/// Explains what a person can do.
///
/// # Errors
/// [`Fault::NotFound`], and [`Fault::Denied`] when the actor may not see the people of the account.
pub async fn explain(
    actor: &Actor,
    s: &Services,
    account: AccountId,
    user: UserId,
) -> Result<EffectiveAccess, Fault> {
    let at = place(actor, s, account).await?;
    let scope = require_read(actor, Action::ReadUserDetail, &Thing::Account(at))?;
    let reader = s.db.reader();
    let member = members::find(&reader, &scope, account, user)
        .await?
        .ok_or(Fault::NotFound)?;
    let lens = Lens::over(actor, s, at, &reader, &[user]).await?;
    let assigned = rights::of(&reader, account, user).await?;
    let seen = lens.view(member)?;
    let role = seen.member.role;
    let sub_accounts: Vec<_> = members::places(&reader, account)
        .await?
        .into_iter()
        .map(|place| {
            let right = assigned
                .access
                .iter()
                .find(|a| a.sub_account_id == place.id);
            explain_one(place, role, right)
        })
        .collect();
    let mut explanations = vec![about_role(role, &sub_accounts)];
    if !assigned.ports.is_empty() {
        explanations.push(format!(
            "Trade records are limited to the ports {}.",
            assigned.ports.join(", ")
        ));
    }
    if let Some(since) = seen.access_suspended_at {
        explanations.push(format!(
            "The access to this account is suspended since {}: nobody answered for this person in an access review by its date. An answer in that review that keeps the access brings it back at once.",
            day(since)
        ));
    }
    let terms = users::current_terms_version(&reader).await?;
    let invitation = match seen.state.kind {
        StateFilter::Invited => invitations::newest_of(&reader, account, user).await?,
        _ => None,
    };
    explanations.push(about_state(&seen, invitation.as_ref(), lens.now));
    explanations.extend(steps(&seen, terms));
    Ok(EffectiveAccess {
        can_sign_in: seen.state.kind == StateFilter::Active,
        user: seen,
        sub_accounts,
        ports: assigned.ports,
        explanations,
    })
}

fn explain_one(
    place: Place,
    role: MemberRole,
    assigned: Option<&SubAccountAccess>,
) -> SubAccountRights {
    let (structure, records, reports) = match role {
        MemberRole::User => assigned.map_or(
            (StructureLevel::None, RecordsLevel::None, ReportsLevel::None),
            |a| (a.structure, a.records, a.reports),
        ),
        MemberRole::Proxy | MemberRole::Owner => (
            StructureLevel::Write,
            RecordsLevel::Read,
            ReportsLevel::Share,
        ),
    };
    let right = |level: &'static str, what: &str| {
        let (source, why) = match (role, level) {
            (MemberRole::Owner, _) => (
                Source::Owner,
                "The Account Owner may do everything in the account.".to_owned(),
            ),
            (MemberRole::Proxy, _) => (
                Source::Proxy,
                "A Proxy Account Owner may do everything in every sub-account.".to_owned(),
            ),
            (MemberRole::User, "none") => (
                Source::None,
                format!(
                    "No right to {what} of {} is assigned; the Account Owner or a proxy can assign it.",
                    place.name
                ),
            ),
            (MemberRole::User, _) => (
                Source::Assigned,
                format!(
                    "The right to {what} of {} is assigned to this person.",
                    place.name
                ),
            ),
        };
        RightExplained { level, source, why }
    };
    SubAccountRights {
        structure: right(structure.as_str(), "the structure"),
        records: right(records.as_str(), "the trade records"),
        reports: right(reports.as_str(), "the reports"),
        place,
    }
}

fn about_role(role: MemberRole, rights: &[SubAccountRights]) -> String {
    match role {
        MemberRole::Owner => "This person is the Account Owner and may do everything in the account.".to_owned(),
        MemberRole::Proxy => "This person is a Proxy Account Owner and may do what the owner may, except: create or change proxies, replace the owner, grant or accept cross-account access, merge or transfer.".to_owned(),
        MemberRole::User => {
            let some = rights
                .iter()
                .filter(|r| [&r.structure, &r.records, &r.reports].iter().any(|x| x.source == Source::Assigned))
                .count();
            if some == 0 {
                "This person is an Account User to whom no right is assigned, and so sees nothing but the account's profile.".to_owned()
            } else {
                format!(
                    "This person is an Account User with rights in {some} of {} sub-accounts.",
                    rights.len()
                )
            }
        }
    }
}

fn about_state(
    seen: &AccountUser,
    invitation: Option<&invitations::Invitation>,
    now: chrono::DateTime<chrono::Utc>,
) -> String {
    let state = &seen.state;
    let since = state
        .since
        .map_or_else(String::new, |at| format!(" since {}", day(at)));
    let lifted: Vec<_> = state
        .lifted_by
        .iter()
        .map(|by| LiftedBy::in_words(*by))
        .collect();
    let lifted = format!("This can be lifted by {}.", lifted.join(", or by "));
    match state.kind {
        StateFilter::Active => match seen.lapses_on {
            Some(day) => format!(
                "The User ID can sign in. Without a sign-in it becomes dormant on {}.",
                day.format("%-d %B %Y")
            ),
            None => "The User ID can sign in.".to_owned(),
        },
        StateFilter::Invited => match invitation {
            Some(i) if i.state(now) == invitations::InvitationState::Open => format!(
                "The invitation has not been redeemed; its link works until {}.",
                day(i.expires_at)
            ),
            Some(i) => format!(
                "The invitation has not been redeemed and its link expired on {}; send it again.",
                day(i.expires_at)
            ),
            None => "The invitation has not been redeemed.".to_owned(),
        },
        StateFilter::FailedAttempts => format!(
            "The User ID is locked{since} after too many wrong passwords in a row. {lifted}"
        ),
        StateFilter::Dormant => {
            format!(
                "The User ID is dormant{since}: nobody signed in with it for too long. {lifted}"
            )
        }
        StateFilter::Suspended => format!(
            "The User ID is suspended{since}: {} {lifted}",
            crate::users::sentence(state.reason.as_deref().unwrap_or_default())
        ),
    }
}

fn day(at: chrono::DateTime<chrono::Utc>) -> String {
    at.format("%-d %B %Y, %H:%M UTC").to_string()
}

/// What comes first after signing in.
fn steps(seen: &AccountUser, current_terms: Option<i64>) -> Vec<String> {
    let user = &seen.member.user;
    if user.user_name.is_none() {
        return Vec::new();
    }
    let mut all = Vec::new();
    if user.must_change_password {
        all.push("A new password must be created before anything else works.".to_owned());
    }
    if !user.has_challenge_questions {
        all.push("Challenge questions must be chosen before anything else works.".to_owned());
    }
    if current_terms > user.terms_version {
        all.push("The current Terms and Conditions have not been accepted; nothing else works before that.".to_owned());
    }
    all
}
