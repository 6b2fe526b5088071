//! Refusals about cross-account access.

use quaymaster_domain::grants::GrantRefusal;
use quaymaster_service::grants::GrantError;
use quaymaster_service::grants::batches::BatchError;

use crate::problem::{Code, Problem, sentence};

impl From<BatchError> for Problem {
    fn from(error: BatchError) -> Self {
        let detail = sentence(&error.to_string());
        match error {
            BatchError::File(_) => Self::field("", "invalid", detail),
            BatchError::TooLarge => Self::new(Code::TooLarge, detail),
            BatchError::Fault(fault) => fault.into(),
        }
    }
}

impl From<GrantError> for Problem {
    fn from(error: GrantError) -> Self {
        let detail = sentence(&error.to_string());
        match error {
            GrantError::Refused(refusal) => match refusal {
                GrantRefusal::State { .. }
                | GrantRefusal::OtherSide(_)
                | GrantRefusal::NoChangeWaits => Self::new(Code::GrantState, detail),
                GrantRefusal::Exceeds => Self::new(Code::ExceedsGrant, detail),
                GrantRefusal::NoRight => Self::field("/rights", "missing", detail),
                GrantRefusal::NoSubAccount => Self::field("/sub_account_ids", "missing", detail),
                GrantRefusal::EndBeforeStart | GrantRefusal::EndPast => {
                    Self::field("/ends_at", "invalid", detail)
                }
            },
            GrantError::NotMatched => Self::new(Code::CounterpartyNotMatched, detail),
            GrantError::Exists(_) => Self::new(Code::GrantExists, detail),
            GrantError::AccountClosed(_) => Self::new(Code::AccountClosed, detail),
            GrantError::NoAccount => Self::new(Code::NoAccount, detail),
            GrantError::RemovedByGrantor => Self::new(Code::RemovedByGrantor, detail),
            GrantError::PreviewChanged(_) => Self::new(Code::PreviewChanged, detail),
            GrantError::Already(_) => Self::new(Code::AlreadyExists, detail),
            GrantError::Settled => Self::new(Code::AlreadyDecided, detail),
            GrantError::Fault(fault) => fault.into(),
        }
    }
}
