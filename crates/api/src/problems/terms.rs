//! Refusals about the terms.

use quaymaster_service::terms::TermsError;

use crate::problem::{Code, Problem, sentence};

impl From<TermsError> for Problem {
    fn from(error: TermsError) -> Self {
        match error {
            TermsError::PublishedMeanwhile | TermsError::Unchanged => {
                Self::new(Code::AlreadyExists, sentence(&error.to_string()))
            }
            TermsError::Fault(fault) => fault.into(),
        }
    }
}
