//! Refusals about reports.

use quaymaster_service::reports::ReportError;

use crate::problem::{Code, Problem, sentence};

impl From<ReportError> for Problem {
    fn from(error: ReportError) -> Self {
        let detail = sentence(&error.to_string());
        match error {
            ReportError::NameTaken | ReportError::SharedAlready => {
                Self::new(Code::AlreadyExists, detail)
            }
            ReportError::TooManySaved
            | ReportError::TooManyRuns
            | ReportError::TooManySchedules(_) => Self::new(Code::ReportLimit, detail),
            ReportError::TooLarge(_) => Self::new(Code::ReportTooLarge, detail),
            ReportError::RunState(_) => Self::new(Code::RunState, detail),
            ReportError::ScopeChanged => Self::new(Code::ScopeChanged, detail),
            ReportError::Fault(fault) => fault.into(),
        }
    }
}
