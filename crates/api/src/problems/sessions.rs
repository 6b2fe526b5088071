//! Refusals of signing in, of renewing a session and of the password reset.

use quaymaster_service::password_resets::RedeemError;
use quaymaster_service::sessions::{RefreshError, SignInError};

use crate::problem::{Code, Problem, sentence};

impl From<SignInError> for Problem {
    fn from(error: SignInError) -> Self {
        match error {
            SignInError::Failed => Self::new(Code::SignInFailed, sentence(&error.to_string())),
            SignInError::Fault(fault) => fault.into(),
        }
    }
}

impl From<RefreshError> for Problem {
    fn from(error: RefreshError) -> Self {
        match error {
            RefreshError::Ended => Self::new(Code::SessionEnded, sentence(&error.to_string())),
            RefreshError::Fault(fault) => fault.into(),
        }
    }
}

impl From<RedeemError> for Problem {
    fn from(error: RedeemError) -> Self {
        match error {
            RedeemError::LinkNotValid => {
                Self::new(Code::LinkNotValid, sentence(&error.to_string()))
            }
            RedeemError::Fault(fault) => fault.into(),
        }
    }
}
