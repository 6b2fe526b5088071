//! Refusals about companies, accounts and drafts of access requests.

use quaymaster_service::access_requests::DraftError;
use quaymaster_service::activities::ActivityError;
use quaymaster_service::companies::CompanyError;

use crate::problem::{Code, FieldError, Problem, sentence};

impl From<CompanyError> for Problem {
    fn from(error: CompanyError) -> Self {
        let detail = sentence(&error.to_string());
        match error {
            CompanyError::NoSuchParty => Self::field("/party_id", "invalid", detail),
            CompanyError::OwnParty => Self::field("/party_id", "invalid", detail),
            CompanyError::PartyTaken | CompanyError::SubsidiaryTaken => {
                Self::new(Code::AlreadyExists, detail)
            }
            CompanyError::Activity(refusal) => ActivityError::Refused(refusal).into(),
            CompanyError::Invitation(error) => error.into(),
            CompanyError::Fault(fault) => fault.into(),
        }
    }
}

impl From<DraftError> for Problem {
    fn from(error: DraftError) -> Self {
        let detail = sentence(&error.to_string());
        match error {
            DraftError::Malformed(_) => Self {
                errors: vec![FieldError {
                    pointer: "/identifier_value".to_owned(),
                    code: Code::IdentifierMalformed.as_str().to_owned(),
                    detail: detail.clone(),
                }],
                ..Self::new(Code::IdentifierMalformed, detail)
            },
            DraftError::NotInRegister => Self::new(Code::IdentifierNotInRegister, detail),
            DraftError::OwnIdentifier => Self::field("/identifier_value", "invalid", detail),
            DraftError::NoContact => Self::new(Code::NoContact, detail),
            DraftError::AlreadyDrafted | DraftError::NotInvitable => {
                Self::new(Code::AlreadyExists, detail)
            }
            DraftError::Fault(fault) => fault.into(),
        }
    }
}
