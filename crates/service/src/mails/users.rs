//! Letters to people about their membership and their locks.

use chrono::{DateTime, Utc};
use quaymaster_domain::members::MemberRole;
use quaymaster_store::accounts::Account;

use super::Letter;

/// You are reactivated; perhaps with a temporary password.
pub(crate) fn reactivated(by: &str, temporary: Option<(&str, DateTime<Utc>)>) -> Letter {
    let text = match temporary {
        None => format!(
            "{by} has reactivated your User ID. Sign in with your password. If you do not remember it, choose \"Forgot your password?\" on the sign-in page."
        ),
        Some((password, until)) => format!(
            "{by} has reactivated your User ID and had a temporary password sent to you. Nobody else has seen it:\n\n{password}\n\nIt works until {}. You create a new password right after signing in with it.",
            until.format("%-d %B %Y, %H:%M UTC")
        ),
    };
    Letter {
        template: "reactivated",
        subject: "Your User ID is active again".to_owned(),
        text,
        once: None,
    }
}

/// You are suspended.
pub(crate) fn suspended(by: &str, reason: &str) -> Letter {
    Letter {
        template: "suspended",
        subject: "Your User ID is suspended".to_owned(),
        text: format!(
            "{by} has suspended your User ID, and every session of yours has ended. The reason given:\n\n{reason}\n\nIf you think this is a mistake, speak to the Account Owner of your company's account."
        ),
        once: None,
    }
}

/// The suspension is lifted.
pub(crate) fn suspension_lifted(by: &str) -> Letter {
    Letter {
        template: "suspension_lifted",
        subject: "Your User ID is no longer suspended".to_owned(),
        text: format!("{by} has lifted the suspension of your User ID. You can sign in again."),
        once: None,
    }
}

/// Your role in an account is another one.
pub(crate) fn role_changed(by: &str, account: &Account, role: MemberRole) -> Letter {
    Letter {
        template: "role_changed",
        subject: format!("Your role in the account {}", account.name),
        text: format!(
            "{by} has made you {} of the portal account \"{}\" of {}.",
            role_words(role),
            account.name,
            account.company_name
        ),
        once: None,
    }
}

/// You belong to an account now.
pub(crate) fn added(by: &str, account: &Account, role: MemberRole) -> Letter {
    Letter {
        template: "added_to_account",
        subject: format!("You belong to the account {} now", account.name),
        text: format!(
            "{by} has added you to the portal account \"{}\" of {} as {}. It is in your list of accounts at the next sign-in.\n\nIf you did not give them your User ID and e-mail address for this, tell support.",
            account.name,
            account.company_name,
            role_words(role)
        ),
        once: None,
    }
}

/// You do not belong to an account any more.
pub(crate) fn removed(by: &str, account: &Account) -> Letter {
    Letter {
        template: "removed_from_account",
        subject: format!("You no longer belong to the account {}", account.name),
        text: format!(
            "{by} has taken you out of the portal account \"{}\" of {}. Your User ID stays yours.",
            account.name, account.company_name
        ),
        once: None,
    }
}

/// You are the owner now.
pub(crate) fn became_owner(by: &str, account: &Account) -> Letter {
    Letter {
        template: "became_owner",
        subject: format!("You are the Account Owner of {}", account.name),
        text: format!(
            "{by} has handed the portal account \"{}\" of {} over to you. You answer for it from now on: its users, its structure and who has access to its data.",
            account.name, account.company_name
        ),
        once: None,
    }
}

/// You are not the owner any more.
pub(crate) fn handed_over(to: &str, account: &Account, role: MemberRole) -> Letter {
    Letter {
        template: "handed_over",
        subject: format!("You have handed over the account {}", account.name),
        text: format!(
            "The portal account \"{}\" of {} was handed over to {to}, in your name. You are {} of it now.\n\nIf this was not you, call support at once.",
            account.name,
            account.company_name,
            role_words(role)
        ),
        once: None,
    }
}

fn role_words(role: MemberRole) -> &'static str {
    match role {
        MemberRole::Owner => "the Account Owner",
        MemberRole::Proxy => "a Proxy Account Owner",
        MemberRole::User => "an Account User",
    }
}
