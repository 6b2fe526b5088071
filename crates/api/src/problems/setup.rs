//! Refusals of setting up the portal.

use quaymaster_service::setup::SetupError;

use crate::problem::{Code, Problem, sentence};

impl From<SetupError> for Problem {
    fn from(error: SetupError) -> Self {
        let detail = sentence(&error.to_string());
        match error {
            SetupError::Done => Self::new(Code::SetupDone, detail),
            SetupError::TokenNotValid => Self::new(Code::LinkNotValid, detail),
            SetupError::UserNameTaken | SetupError::EmailTaken => {
                Self::new(Code::AlreadyExists, detail)
            }
            SetupError::Fault(fault) => fault.into(),
        }
    }
}
