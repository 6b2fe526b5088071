//! Refusals of transfers and merges.

use quaymaster_domain::moves::TransferRefusal;
use quaymaster_service::moves::MoveError;

use crate::problem::{Code, Problem, sentence};

impl From<MoveError> for Problem {
    fn from(error: MoveError) -> Self {
        let detail = sentence(&error.to_string());
        match error {
            MoveError::Transfer(refusal) => match refusal {
                TransferRefusal::NotHeld(_) => Self::field("/activity", "invalid", detail),
                TransferRefusal::Closed => Self::new(Code::ActivityClosed, detail),
                TransferRefusal::NothingLeft => Self::new(Code::LastSubAccount, detail),
            },
            MoveError::ChoiceNeeded => Self::new(Code::Collision, detail),
            MoveError::PreviewChanged => Self::new(Code::PreviewChanged, detail),
            MoveError::AlreadyProposed => Self::new(Code::AlreadyExists, detail),
            MoveError::Over(_) => Self::new(Code::NotOpen, detail),
            MoveError::OtherSide(_) => Self::new(Code::Forbidden, detail),
            MoveError::Person(error) => error.into(),
            MoveError::Fault(fault) => fault.into(),
        }
    }
}
