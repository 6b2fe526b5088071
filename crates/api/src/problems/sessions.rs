//! Refusals of signing in.

use quaymaster_service::sessions::SignInError;

use crate::problem::{Code, Problem, sentence};

impl From<SignInError> for Problem {
    fn from(error: SignInError) -> Self {
        match error {
            SignInError::Failed => Self::new(Code::SignInFailed, sentence(&error.to_string())),
            SignInError::Fault(fault) => fault.into(),
        }
    }
}
