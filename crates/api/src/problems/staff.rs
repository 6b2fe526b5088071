//! Refusals about the staff and what staff do about people.

use quaymaster_service::staff::StaffError;

use crate::problem::{Code, Problem, sentence};

impl From<StaffError> for Problem {
    fn from(error: StaffError) -> Self {
        let detail = sentence(&error.to_string());
        match error {
            StaffError::LastAdministrator => Self::new(Code::LastAdministrator, detail),
            StaffError::Oneself | StaffError::LiftedByCompany(_) => {
                Self::new(Code::NotAboveTarget, detail)
            }
            StaffError::NotLocked(_) => Self::new(Code::NotLocked, detail),
            StaffError::Invitation(refusal) => refusal.into(),
            StaffError::Fault(fault) => fault.into(),
        }
    }
}
