//! Letters about grants, to the owners of both accounts.

use chrono::{DateTime, Utc};
use quaymaster_domain::grants::{GrantSide, RecordsScope, SubAccounts};
use quaymaster_domain::people::Reason;
use quaymaster_store::accounts::Account;
use quaymaster_store::grants::GrantRow;

use super::Letter;
use crate::Services;

/// What happened to a grant.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Event {
    /// Proposed by one side.
    Proposed,
    /// Accepted by the side that was asked.
    Accepted,
    /// Declined by the side that was asked.
    Declined,
    /// The proposal was taken back.
    Withdrawn,
    /// Held.
    Paused,
    /// Goes on.
    Resumed,
    /// Ended by one side.
    Revoked,
    /// Its end has come.
    Expired,
    /// Changed by one side.
    Changed,
    /// The recipient asks for more.
    ChangeAsked,
    /// The grantor agrees to it.
    ChangeAccepted,
    /// The grantor refuses it.
    ChangeDeclined,
    /// The recipient takes it back.
    ChangeWithdrawn,
}

fn covers(grant: &GrantRow) -> String {
    let scope = &grant.life.offer.scope;
    let mut rights = Vec::new();
    if scope.rights.structure {
        rights.push("read the structure");
    }
    match scope.rights.records {
        RecordsScope::None => {}
        RecordsScope::OwnFilings => rights.push("read the trade records that it filed itself"),
        RecordsScope::All => rights.push("read all trade records"),
    }
    if scope.rights.reports {
        rights.push("run reports");
    }
    if scope.rights.users {
        rights.push("see the users");
    }
    let places = match &scope.sub_accounts {
        SubAccounts::All => "all sub-accounts".to_owned(),
        SubAccounts::Named(ids) if ids.len() == 1 => "1 sub-account".to_owned(),
        SubAccounts::Named(ids) => format!("{} sub-accounts", ids.len()),
    };
    let profile = if scope.top_level {
        ", and the account's own profile"
    } else {
        ""
    };
    let end = match grant.life.offer.ends_at {
        None => "until it is revoked".to_owned(),
        Some(at) => format!("until {}", moment(at)),
    };
    format!(
        "What it covers: {places}{profile}. Rights: {}. It lasts {end}.\nPurpose: {}",
        rights.join(", "),
        grant.purpose
    )
}

fn moment(at: DateTime<Utc>) -> String {
    at.format("%-d %B %Y, %H:%M UTC").to_string()
}

/// What happened to a grant, for the owner of the account on the side `mine`. `other` is the other account as this side
/// knows it; `who` acted, and is empty when the end came by itself.
#[expect(clippy::too_many_arguments, reason = "each is a word of the letter")]
pub(crate) fn letter(
    s: &Services,
    event: Event,
    mine: GrantSide,
    own: &Account,
    other: &str,
    who: &str,
    grant: &GrantRow,
    reason: Option<&Reason>,
) -> Letter {
    let access = match mine {
        GrantSide::Grantor => format!("the access of \"{other}\" to your account \"{}\"", own.name),
        GrantSide::Recipient => {
            format!("the access of your account \"{}\" to \"{other}\"", own.name)
        }
    };
    let asked = grant.life.started_by != mine;
    let (template, subject, first) = match event {
        Event::Proposed if asked && mine == GrantSide::Grantor => (
            "grant_proposed",
            format!("{other} asks for access to your account"),
            format!(
                "{who} asks you for access to your account \"{}\". Nobody sees anything until you accept, and you may accept for less than is asked.",
                own.name
            ),
        ),
        Event::Proposed if asked => (
            "grant_proposed",
            format!("{other} invites you to see its account"),
            format!(
                "{who} offers your account \"{}\" access to \"{other}\". It begins when you accept.",
                own.name
            ),
        ),
        Event::Proposed => (
            "grant_proposed",
            format!("Your proposal to {other} is on its way"),
            format!("{who} has proposed {access}. It waits for an answer."),
        ),
        Event::Accepted => (
            "grant_accepted",
            format!("Accepted: access and {other}"),
            format!("{who} has accepted {access}."),
        ),
        Event::Declined => (
            "grant_declined",
            format!("Declined: access and {other}"),
            format!("{who} has declined {access}. Nobody sees anything through it."),
        ),
        Event::Withdrawn => (
            "grant_withdrawn",
            format!("Withdrawn: the proposal of access and {other}"),
            format!("{who} has withdrawn the proposal of {access}."),
        ),
        Event::Paused => (
            "grant_paused",
            format!("Paused: access and {other}"),
            format!(
                "{who} has paused {access}. Nobody sees anything through it until it is resumed."
            ),
        ),
        Event::Resumed => (
            "grant_resumed",
            format!("Resumed: access and {other}"),
            format!("{who} has resumed {access}."),
        ),
        Event::Revoked => (
            "grant_revoked",
            format!("Ended: access and {other}"),
            format!("{who} has ended {access}. Nobody sees anything through it any more."),
        ),
        Event::Expired => (
            "grant_expired",
            format!("Ended: access and {other}"),
            format!(
                "The end of {access} has come. Nobody sees anything through it any more. A new grant can be proposed at any time."
            ),
        ),
        Event::Changed => (
            "grant_changed",
            format!("Changed: access and {other}"),
            format!("{who} has changed {access}."),
        ),
        Event::ChangeAsked if mine == GrantSide::Grantor => (
            "grant_change_asked",
            format!("{other} asks for more access"),
            format!(
                "{who} asks for more than {access} covers. What is to be less is in force already; the rest waits for you."
            ),
        ),
        Event::ChangeAsked => (
            "grant_change_asked",
            format!("You have asked {other} for more access"),
            format!(
                "{who} has asked for more than {access} covers. What is to be less is in force already; the rest waits for the other company."
            ),
        ),
        Event::ChangeAccepted => (
            "grant_change_accepted",
            format!("Changed: access and {other}"),
            format!("{who} has agreed to the change of {access}."),
        ),
        Event::ChangeDeclined => (
            "grant_change_declined",
            format!("Not changed: access and {other}"),
            format!("{who} has declined the change of {access}. It stays as it was."),
        ),
        Event::ChangeWithdrawn => (
            "grant_change_withdrawn",
            format!("Not changed: access and {other}"),
            format!("{who} has withdrawn the change of {access} that waited."),
        ),
    };
    let mut text = first;
    if let Some(reason) = reason {
        text.push_str(&format!("\n\nThe reason given:\n\n{reason}"));
    }
    if matches!(
        event,
        Event::Proposed | Event::Accepted | Event::Changed | Event::ChangeAccepted | Event::Resumed
    ) {
        text.push_str("\n\n");
        text.push_str(&covers(grant));
    }
    text.push_str(&format!(
        "\n\nSee it at {}/access/cross-account",
        s.settings.base_url
    ));
    if asked && event == Event::Proposed {
        text.push_str("\n\nIf you do not know the company, decline, and block it there: its further proposals do not reach you.");
    }
    Letter {
        template,
        subject,
        text,
        once: (event == Event::Expired)
            .then(|| format!("grant_expired:{}:{}:{}", grant.id, own.id, grant.version)),
    }
}

/// The end of a grant is near.
pub(crate) fn ending(
    s: &Services,
    mine: GrantSide,
    own: &Account,
    other: &str,
    grant: &GrantRow,
    ends_at: DateTime<Utc>,
    days: i64,
) -> Letter {
    let in_days = if days == 1 {
        "within 1 day".to_owned()
    } else {
        format!("within {days} days")
    };
    let what = match mine {
        GrantSide::Grantor => format!(
            "The access of \"{other}\" to your account \"{}\" ends on {}. If it is to go on, set a later end; if not, you need to do nothing.",
            own.name,
            moment(ends_at)
        ),
        GrantSide::Recipient => format!(
            "The access of your account \"{}\" to \"{other}\" ends on {}. If you still need it, ask for a later end; the other company has to agree.",
            own.name,
            moment(ends_at)
        ),
    };
    Letter {
        template: "grant_ending",
        subject: format!("Access and {other}: it ends {in_days}"),
        text: format!(
            "{what}\n\nSee it at {}/access/cross-account",
            s.settings.base_url
        ),
        once: Some(format!(
            "grant_ending:{}:{}:{days}:{}",
            grant.id,
            own.id,
            ends_at.timestamp()
        )),
    }
}
