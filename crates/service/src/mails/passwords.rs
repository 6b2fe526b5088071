//! Letters about passwords and challenge questions.

use quaymaster_domain::locks::LockKind;
use quaymaster_domain::password_reset::LINK_MINUTES;
use quaymaster_store::users::User;

use super::Letter;
use crate::Services;

/// The password was changed.
#[must_use]
pub fn changed(s: &Services, user: &User) -> Letter {
    Letter {
        template: "password_changed",
        subject: "Your password was changed".to_owned(),
        text: format!(
            "The password of your User ID {} was changed. All your other sessions were ended.\n\n\
             If it was not you, choose \"Forgot your password?\" at {}/sign-in at once, and tell the Account Owner of your account.",
            user.user_name.as_deref().unwrap_or_default(),
            s.settings.base_url,
        ),
        once: None,
    }
}

/// The challenge questions were chosen anew.
#[must_use]
pub fn questions_changed(s: &Services, user: &User) -> Letter {
    Letter {
        template: "challenge_questions_changed",
        subject: "Your challenge questions were changed".to_owned(),
        text: format!(
            "New challenge questions were chosen for your User ID {}.\n\n\
             If it was not you, change your password at {} at once, then choose the questions again.",
            user.user_name.as_deref().unwrap_or_default(),
            s.settings.base_url,
        ),
        once: None,
    }
}

/// The answers were right: the link to the temporary password.
#[must_use]
pub fn reset_link(s: &Services, token: &str) -> Letter {
    Letter {
        template: "password_reset",
        subject: "Reset your password".to_owned(),
        text: format!(
            "Somebody who knows your User ID and answered your challenge questions asked to reset your password.\n\n\
             Follow this link within {LINK_MINUTES} minutes; it works once and shows a temporary password:\n\n\
             {}/reset-password#token={token}\n\n\
             If it was not you, do not follow the link, and choose new challenge questions: your old password stays as it is.",
            s.settings.base_url,
        ),
        once: None,
    }
}

/// The answers were right, but a reset would not help: this lock is lifted by others.
#[must_use]
pub fn reset_does_not_help(lock: LockKind) -> Letter {
    let why = match lock {
        LockKind::Dormant => {
            "it was locked because it had not been used for a long time. Ask the Account Owner or a Proxy Account Owner of \
             your account, or support, to reactivate you"
        }
        _ => {
            "it was suspended. Ask the Account Owner or a Proxy Account Owner of your account, or support, why, and to lift \
             the suspension"
        }
    };
    Letter {
        template: "password_reset_refused",
        subject: "A password reset would not help".to_owned(),
        text: format!(
            "Your challenge questions were answered correctly to reset your password. A new password would not let you in: {why}.",
        ),
        once: None,
    }
}

/// Somebody of the account says that it was somebody else who acted with the User ID.
#[must_use]
pub fn not_me_reported(s: &Services, person: &User, template: &str) -> Letter {
    let about = match template {
        "locked" => "about a lock after wrong passwords",
        "password_changed" => "about a changed password",
        "challenge_questions_changed" => "about changed challenge questions",
        "password_reset" | "password_reset_refused" => "about a password reset",
        "reactivated" => "about a reactivation",
        _ => "about a call to support",
    };
    Letter {
        template: "not_me_reported",
        subject: "Somebody may have used a User ID of your account".to_owned(),
        text: format!(
            "{} ({}) got a mail {about} and has answered that it was somebody else. Every session of that User ID was ended and its password does not work any more; the way back is \"Forgot your password?\", or support.\n\nSpeak to the person, and look at what was done with the User ID lately: {}/people",
            person.full_name(),
            person.user_name.as_deref().unwrap_or_default(),
            s.settings.base_url,
        ),
        once: None,
    }
}
