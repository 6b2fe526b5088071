//! Refusals about the people of an account.

use quaymaster_service::users::ReactivationError;

use crate::problem::{Code, Problem, sentence};

impl From<ReactivationError> for Problem {
    fn from(error: ReactivationError) -> Self {
        match error {
            ReactivationError::NotLocked | ReactivationError::Suspended => {
                Self::new(Code::NotLocked, sentence(&error.to_string()))
            }
            ReactivationError::Fault(fault) => fault.into(),
        }
    }
}
