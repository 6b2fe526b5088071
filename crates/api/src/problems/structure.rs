//! Refusals about activities, sub-accounts and identifiers.

use quaymaster_domain::structure::ActivityRefusal;
use quaymaster_service::WayOut;
use quaymaster_service::activities::ActivityError;
use quaymaster_service::identifiers::{IdentifierError, Remedy as Way};
use quaymaster_service::sub_accounts::SubAccountError;
use uuid::Uuid;

use crate::problem::{Code, FieldError, Problem, Remedy, RemedyKind, sentence};
use crate::routes::BASE;

impl From<ActivityError> for Problem {
    fn from(error: ActivityError) -> Self {
        let detail = sentence(&error.to_string());
        match error {
            ActivityError::Refused(refusal) => Self::new(
                match refusal {
                    ActivityRefusal::Closed => Code::ActivityClosed,
                    ActivityRefusal::Restricted(_) => Code::ActivityRestricted,
                    ActivityRefusal::HeldBySibling(_) => Code::ActivityHeldBySibling,
                    ActivityRefusal::AlreadyHeld => Code::AlreadyExists,
                    ActivityRefusal::NotHeld => Code::NotFound,
                    ActivityRefusal::InUse => Code::ActivityInUse,
                },
                detail,
            ),
            ActivityError::Fault(fault) => fault.into(),
        }
    }
}

impl From<SubAccountError> for Problem {
    fn from(error: SubAccountError) -> Self {
        let detail = sentence(&error.to_string());
        match error {
            SubAccountError::ActivityNotHeld => Self::field("/activity", "invalid", detail),
            SubAccountError::ActivityClosed(_) => Self::new(Code::ActivityClosed, detail),
            SubAccountError::NameTaken => Self::new(Code::AlreadyExists, detail),
            SubAccountError::Last => Self::new(Code::LastSubAccount, detail),
            SubAccountError::Fault(fault) => fault.into(),
        }
    }
}

/// A refusal about an identifier; the remedy of R4 is a draft in the account that asked.
pub(crate) fn identifier_problem(error: IdentifierError, account: Uuid) -> Problem {
    let detail = sentence(&error.to_string());
    let on = |pointer: &str, code: Code| Problem {
        errors: vec![FieldError {
            pointer: pointer.to_owned(),
            code: code.as_str().to_owned(),
            detail: detail.clone(),
        }],
        ..Problem::new(code, detail.clone())
    };
    match error {
        IdentifierError::Malformed(_) => on("/value", Code::IdentifierMalformed),
        IdentifierError::KindNotForActivity(..) => on("/kind", Code::IdentifierKindNotForActivity),
        IdentifierError::Client(Way { way_out, company }) => {
            Problem::new(Code::ClientIdentifier, detail).with_remedy(Remedy {
                kind: way_out.into(),
                company,
                href: format!("{BASE}/accounts/{account}/access-request-drafts"),
            })
        }
        IdentifierError::HeldByAnotherAccount(company) => {
            Problem::new(Code::IdentifierHeld, detail).with_remedy(Remedy {
                kind: RemedyKind::Claim,
                company,
                href: format!("{BASE}/accounts/{account}/identifier-claims"),
            })
        }
        IdentifierError::AlreadyThere | IdentifierError::AlreadyWaiting => {
            Problem::new(Code::AlreadyExists, detail)
        }
        IdentifierError::Fault(fault) => fault.into(),
    }
}

impl From<WayOut> for RemedyKind {
    fn from(way: WayOut) -> Self {
        match way {
            WayOut::RequestAccess => Self::RequestAccess,
            WayOut::InviteToApply => Self::InviteToApply,
        }
    }
}
