//! Letters about cases: answers, phrases for callers, failed verifications, messages passed on.

use quaymaster_domain::cases::{PHRASE_MINUTES, case_number};
use quaymaster_store::cases::Case;
use quaymaster_store::users::User;

use super::Letter;
use crate::Services;

/// Support has answered.
pub(crate) fn answered(s: &Services, case: &Case) -> Letter {
    let number = case_number(case.serial);
    Letter {
        template: "case_answered",
        subject: format!("Support has answered your case {number}"),
        text: format!(
            "Support has answered in the case {number}, \"{}\". Read it, and answer if you need to, at\n\n{}/cases/{}",
            case.subject, s.settings.base_url, case.id
        ),
        once: None,
    }
}

/// The phrase that a caller has to say.
pub(crate) fn phrase(case: &Case, words: &str) -> Letter {
    Letter {
        template: "caller_phrase",
        subject: "Your phrase for the call with support".to_owned(),
        text: format!(
            "Somebody who says to be you has called support (case {}). If it is you, say this to the agent within {PHRASE_MINUTES} minutes:\n\n{words}\n\nIf it is not you, tell nobody: without the phrase, support does nothing. Tell the Account Owner of your account about the call.",
            case_number(case.serial)
        ),
        once: None,
    }
}

/// Somebody else tried to be this person.
pub(crate) fn not_verified(case: &Case) -> Letter {
    Letter {
        template: "caller_not_verified",
        subject: "A caller could not prove to be you".to_owned(),
        text: format!(
            "Somebody who says to be you has called support and said five wrong phrases (case {}). Support has done nothing and does nothing more in that case. Your company sees it in its history.\n\nIf it was you, ask the Account Owner or a Proxy Account Owner of your account to reactivate you.",
            case_number(case.serial)
        ),
        once: None,
    }
}

/// Somebody of the account cannot sign in.
pub(crate) fn cannot_get_in(
    s: &Services,
    case: &Case,
    person: &User,
    helper: &User,
    message: &str,
) -> Letter {
    Letter {
        template: "cannot_get_in",
        subject: "Somebody of your account cannot sign in".to_owned(),
        text: format!(
            "Somebody who says to be {} ({}) cannot sign in and asks for help. The portal has not checked who wrote this:\n\n{message}\n\nSpeak to the person yourself before you do anything. If it is true, you reactivate at {}/people. The sender was not told who you are.",
            person.full_name(),
            person.user_name.as_deref().unwrap_or_default(),
            s.settings.base_url
        ),
        once: Some(format!("cannot-get-in:{}:{}", case.id, helper.id)),
    }
}
