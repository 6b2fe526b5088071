//! Refusals about the identifier register.

use quaymaster_service::register::RegisterError;
use quaymaster_service::register::import::ImportError;
use quaymaster_service::register::verifications::VerificationError;

use super::structure::identifier_problem;
use crate::problem::{Code, FieldError, Problem, sentence};

fn malformed(detail: String) -> Problem {
    Problem {
        errors: vec![FieldError {
            pointer: "/value".to_owned(),
            code: Code::IdentifierMalformed.as_str().to_owned(),
            detail: detail.clone(),
        }],
        ..Problem::new(Code::IdentifierMalformed, detail)
    }
}

impl From<RegisterError> for Problem {
    fn from(error: RegisterError) -> Self {
        let detail = sentence(&error.to_string());
        match error {
            RegisterError::Malformed(_) => malformed(detail),
            RegisterError::KindAndValue => Self::field("?kind", "missing", detail),
            RegisterError::PersonalInAddress => Self::field("?value", "invalid", detail),
            RegisterError::Fault(fault) => fault.into(),
        }
    }
}

impl From<ImportError> for Problem {
    fn from(error: ImportError) -> Self {
        let detail = sentence(&error.to_string());
        match error {
            ImportError::File(_) => Self {
                errors: vec![FieldError {
                    pointer: String::new(),
                    code: "unreadable-file".to_owned(),
                    detail: detail.clone(),
                }],
                ..Self::new(Code::Invalid, detail)
            },
            ImportError::TooLarge => Self::new(Code::TooLarge, detail),
            ImportError::Fault(fault) => fault.into(),
        }
    }
}

impl From<VerificationError> for Problem {
    fn from(error: VerificationError) -> Self {
        let detail = sentence(&error.to_string());
        match error {
            VerificationError::AlreadyDecided => Self::new(Code::AlreadyDecided, detail),
            VerificationError::PartyNeeded => Self::field("/party", "missing", detail),
            VerificationError::OtherParty => Self::field("/party/key", "invalid", detail),
            VerificationError::Rule(rule) => Self {
                // The way out is the account's, not the registrar's.
                remedy: None,
                errors: Vec::new(),
                ..identifier_problem(rule, uuid::Uuid::nil())
            },
            VerificationError::Fault(fault) => fault.into(),
        }
    }
}
