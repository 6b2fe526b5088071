//! Refusals about applications for an account and about identifier claims.

use quaymaster_domain::applications::StageRefusal;
use quaymaster_domain::identifier_claims::ClaimRefusal;
use quaymaster_service::activities::ActivityError;
use quaymaster_service::applications::ApplicationError;
use quaymaster_service::identifier_claims::ClaimError;
use quaymaster_service::identifiers::IdentifierError;

use crate::problem::{Code, FieldError, Problem, sentence};

impl From<ApplicationError> for Problem {
    fn from(error: ApplicationError) -> Self {
        let detail = sentence(&error.to_string());
        match error {
            ApplicationError::Stage(StageRefusal::OutOfOrder(_)) => {
                Self::new(Code::ApplicationClosed, detail)
            }
            ApplicationError::Stage(StageRefusal::TooSoon(seconds)) => Self {
                retry_after: Some(u64::try_from(seconds).unwrap_or(1)),
                ..Self::new(Code::Throttled, detail)
            },
            ApplicationError::Stage(StageRefusal::CodeOver) => Self::new(Code::SpentDigits, detail),
            ApplicationError::CodeWrong(_) => Self::new(Code::WrongDigits, detail),
            ApplicationError::NotInRegister => Self::new(Code::IdentifierNotInRegister, detail),
            ApplicationError::Held => Self::new(Code::ClaimOffered, detail),
            ApplicationError::Activity(refusal) => ActivityError::Refused(refusal).into(),
            ApplicationError::AlreadyClaimed => Self::new(Code::AlreadyExists, detail),
            ApplicationError::Fault(fault) => fault.into(),
        }
    }
}

impl From<ClaimError> for Problem {
    fn from(error: ClaimError) -> Self {
        let detail = sentence(&error.to_string());
        let on = |pointer: &str, code: Code| Self {
            errors: vec![FieldError {
                pointer: pointer.to_owned(),
                code: code.as_str().to_owned(),
                detail: detail.clone(),
            }],
            ..Self::new(code, detail.clone())
        };
        match error {
            ClaimError::Refused(ClaimRefusal::Waiting(_)) => Self::new(Code::Waiting, detail),
            ClaimError::Refused(ClaimRefusal::Over(_) | ClaimRefusal::Disputed) => {
                Self::new(Code::NotOpen, detail)
            }
            ClaimError::Malformed(_) => on("/identifier_value", Code::IdentifierMalformed),
            ClaimError::Identifier(IdentifierError::KindNotForActivity(..)) => {
                on("/identifier_kind", Code::IdentifierKindNotForActivity)
            }
            ClaimError::Free => Self::new(Code::IdentifierFree, detail),
            ClaimError::NotInRegister => Self::new(Code::IdentifierNotInRegister, detail),
            ClaimError::NotYours(_) => Self::new(Code::ClientIdentifier, detail),
            ClaimError::AlreadyClaimed => Self::new(Code::AlreadyExists, detail),
            ClaimError::Identifier(_) => Self::new(Code::AlreadyExists, detail),
            ClaimError::Application(error) => (*error).into(),
            ClaimError::Fault(fault) => fault.into(),
        }
    }
}
