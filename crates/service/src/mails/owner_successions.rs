//! Letters about the replacement of an owner. Those that tell of a request carry a link that stops it without signing in.

use chrono::{DateTime, Utc};
use quaymaster_domain::members::MemberRole;
use quaymaster_domain::owner_successions::Told;
use quaymaster_store::accounts::Account;
use quaymaster_store::owner_successions::OwnerSuccession;

use super::Letter;
use crate::Services;

fn named(account: &Account) -> String {
    format!(
        "the portal account \"{}\" ({}) of {}",
        account.name, account.account_number, account.company_name
    )
}

/// You are named as the next owner.
pub(crate) fn nominated(s: &Services, account: &Account, new: &OwnerSuccession) -> Letter {
    let when = new.course.takes_over_on.map_or_else(
        || "as soon as you accept".to_owned(),
        |day| {
            format!(
                "on {}, if you have accepted by then",
                day.format("%-d %B %Y")
            )
        },
    );
    Letter {
        template: "owner_nominated",
        subject: format!("You are to become the Account Owner of {}", account.name),
        text: format!(
            "{} names you as the next Account Owner of {}. You take over {when}. The reason given:\n\n{}\n\nAccept or decline here: {}/accounts/{}/owner-successions/{}",
            new.asked_by_name,
            named(account),
            new.reason,
            s.settings.base_url,
            account.id,
            new.id
        ),
        once: None,
    }
}

/// The successor accepts and takes over on the day.
pub(crate) fn nomination_accepted(account: &Account, found: &OwnerSuccession, by: &str) -> Letter {
    let day = found
        .course
        .takes_over_on
        .map_or_else(String::new, |d| format!(" on {}", d.format("%-d %B %Y")));
    Letter {
        template: "owner_nomination_accepted",
        subject: format!("{by} will be the Account Owner of {}", account.name),
        text: format!(
            "{by} has accepted to become the Account Owner of {} and takes over{day}. Until then you are the owner, and you can take it back.",
            named(account)
        ),
        once: None,
    }
}

/// The successor declines.
pub(crate) fn nomination_declined(account: &Account, by: &str, reason: &str) -> Letter {
    Letter {
        template: "owner_nomination_declined",
        subject: format!("{by} does not become the Account Owner of {}", account.name),
        text: format!(
            "{by} has declined to become the Account Owner of {}. You stay the owner. The reason given:\n\n{reason}",
            named(account)
        ),
        once: None,
    }
}

/// It was taken back.
pub(crate) fn withdrawn(account: &Account, by: &str, reason: &str) -> Letter {
    Letter {
        template: "owner_succession_withdrawn",
        subject: format!("No other Account Owner for {}", account.name),
        text: format!(
            "{by} has taken back the replacement of the Account Owner of {}. Nothing changes. The reason given:\n\n{reason}",
            named(account)
        ),
        once: None,
    }
}

/// It could not happen on the day.
pub(crate) fn lapsed(account: &Account, why: &str) -> Letter {
    Letter {
        template: "owner_succession_lapsed",
        subject: format!("The Account Owner of {} was not replaced", account.name),
        text: format!(
            "The successor who was named for {} could not take over: {why}. The nomination is over; name somebody else.",
            named(account)
        ),
        once: None,
    }
}

/// Another owner was asked for, and this is how to stop it.
pub(crate) fn requested(
    s: &Services,
    account: &Account,
    new: &OwnerSuccession,
    successor: &str,
    whom: Told,
    token: &str,
) -> Letter {
    let end = new.course.completes_after.map_or_else(String::new, |at| {
        at.format("%-d %B %Y, %H:%M UTC").to_string()
    });
    let days = new.waiting_days.unwrap_or_default();
    let why_you = match whom {
        Told::Owner => "You are the Account Owner.".to_owned(),
        Told::Officer => format!("You are on file as an officer of {}.", account.company_name),
        Told::RegisterContact => format!(
            "You are the contact of {} in the identifier register.",
            account.company_name
        ),
    };
    let role = match new.former_owner_role {
        MemberRole::User => "an Account User",
        MemberRole::Proxy | MemberRole::Owner => "a Proxy Account Owner",
    };
    Letter {
        template: "owner_succession_requested",
        subject: format!(
            "Another Account Owner is asked for: {}",
            account.company_name
        ),
        text: format!(
            "{why_you} {} says that {}, the Account Owner of {}, does not answer, and asks that {successor} becomes the owner; {} would become {role}. The reason given:\n\n{}\n\nIf that is right, you need to do nothing. If it is not, object within {days} working days, until {end}. This link stops it at once, without signing in:\n\n{}/owner-succession-objections#token={token}\n\nWithout an objection a registrar of the portal completes it after that.",
            new.asked_by_name,
            new.owner_name,
            named(account),
            new.owner_name,
            new.reason,
            s.settings.base_url,
        ),
        once: None,
    }
}

/// The same for the other proxies, who need no link.
pub(crate) fn requested_for_proxies(
    account: &Account,
    new: &OwnerSuccession,
    successor: &str,
    end: DateTime<Utc>,
) -> Letter {
    Letter {
        template: "owner_succession_requested_proxy",
        subject: format!("Another Account Owner is asked for: {}", account.name),
        text: format!(
            "{} says that {}, the Account Owner of {}, does not answer, and asks that {successor} becomes the owner. The owner and the company's officer on file may object until {}; a registrar of the portal completes it after that. The reason given:\n\n{}",
            new.asked_by_name,
            new.owner_name,
            named(account),
            end.format("%-d %B %Y, %H:%M UTC"),
            new.reason,
        ),
        once: None,
    }
}

/// Somebody objected.
pub(crate) fn objected(account: &Account, by: &str, reason: &str) -> Letter {
    Letter {
        template: "owner_succession_objected",
        subject: format!("The Account Owner of {} stays", account.name),
        text: format!(
            "{by} has objected to another Account Owner for {}. The request is over and the owner stays. The reason given:\n\n{reason}",
            named(account)
        ),
        once: None,
    }
}

/// The registrar refused.
pub(crate) fn rejected(account: &Account, reason: &str) -> Letter {
    Letter {
        template: "owner_succession_rejected",
        subject: format!("The Account Owner of {} stays", account.name),
        text: format!(
            "The registrar of the portal did not replace the Account Owner of {}. The reason given:\n\n{reason}",
            named(account)
        ),
        once: None,
    }
}
