//! Refusals about teams and groups of clients.

use quaymaster_service::teams::TeamError;

use crate::problem::{Code, Problem, sentence};

impl From<TeamError> for Problem {
    fn from(error: TeamError) -> Self {
        let detail = sentence(&error.to_string());
        match error {
            TeamError::NameTaken(_) => Self::new(Code::AlreadyExists, detail),
            TeamError::NoRight => Self::field("/rights", "missing", detail),
            TeamError::Fault(fault) => fault.into(),
        }
    }
}
