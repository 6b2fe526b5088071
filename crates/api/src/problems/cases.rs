//! Refusals about cases and callers.

use quaymaster_service::cases::CaseError;

use crate::problem::{Code, Problem, sentence};

impl From<CaseError> for Problem {
    fn from(error: CaseError) -> Self {
        let detail = sentence(&error.to_string());
        match error {
            CaseError::CallerNotVerified => Self::new(Code::CallerNotVerified, detail),
            CaseError::PhraseOfAnother(_) => Self::new(Code::CallerNotVerified, detail),
            CaseError::SecondAgentRequired => Self::new(Code::SecondAgentRequired, detail),
            CaseError::VerificationOver(_) => Self::new(Code::VerificationOver, detail),
            CaseError::NoPerson => Self::new(Code::NoPerson, detail),
            CaseError::Closed => Self::new(Code::CaseClosed, detail),
            CaseError::TooManyAttachments => Self::new(Code::TooManyAttachments, detail),
            CaseError::NotLocked(_) => Self::new(Code::NotLocked, detail),
            CaseError::DoneAlready => Self::new(Code::AlreadyDecided, detail),
            CaseError::Fault(fault) => fault.into(),
        }
    }
}
