//! Refusals about the replacement of owners.

use quaymaster_domain::owner_successions::StepRefusal;
use quaymaster_service::owner_successions::SuccessionError;

use crate::problem::{Code, Problem, sentence};

impl From<SuccessionError> for Problem {
    fn from(error: SuccessionError) -> Self {
        let detail = sentence(&error.to_string());
        match error {
            SuccessionError::Step(refusal) => Self::new(
                match refusal {
                    StepRefusal::Over(_) | StepRefusal::OtherKind => Code::NotOpen,
                    StepRefusal::DayNotCome(_) | StepRefusal::StillWaiting(_) => Code::Waiting,
                },
                detail,
            ),
            SuccessionError::AlreadyOpen => Self::new(Code::AlreadyExists, detail),
            SuccessionError::NotForTheOwner | SuccessionError::NotTheSuccessor => {
                Self::new(Code::Forbidden, detail)
            }
            SuccessionError::SuccessorUnfit(_) => Self::new(Code::NotOpen, detail),
            SuccessionError::SuccessorNotNow(_) => Self::new(Code::Waiting, detail),
            SuccessionError::LinkNotValid => Self::new(Code::LinkNotValid, detail),
            SuccessionError::Person(error) => error.into(),
            SuccessionError::Fault(fault) => fault.into(),
        }
    }
}
