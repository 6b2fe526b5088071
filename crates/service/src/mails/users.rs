//! Letters to people about their membership and their locks.

use chrono::{DateTime, Utc};

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
