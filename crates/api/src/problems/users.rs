//! Refusals about the people of an account.

use quaymaster_service::invitations::{InvitationError, RedemptionError};
use quaymaster_service::users::PersonError;

use crate::problem::{Code, Problem, sentence};

impl From<PersonError> for Problem {
    fn from(error: PersonError) -> Self {
        let detail = sentence(&error.to_string());
        match error {
            PersonError::NotLocked(_) => Self::new(Code::NotLocked, detail),
            PersonError::LiftedByOthers(_) | PersonError::PowerElsewhere => {
                Self::new(Code::NotAboveTarget, detail)
            }
            PersonError::LastOwner | PersonError::OwnerChanged => {
                Self::new(Code::LastOwner, detail)
            }
            PersonError::NotMatched => Self::new(Code::PersonNotMatched, detail),
            PersonError::AlreadyMember => Self::new(Code::AlreadyMember, detail),
            PersonError::Fault(fault) => fault.into(),
        }
    }
}

impl From<InvitationError> for Problem {
    fn from(error: InvitationError) -> Self {
        let detail = sentence(&error.to_string());
        match error {
            InvitationError::AlreadyMember | InvitationError::Redeemed => {
                Self::new(Code::AlreadyMember, detail)
            }
            InvitationError::AlreadyInvited => Self::new(Code::AlreadyExists, detail),
            InvitationError::Revoked => Self::new(Code::LinkNotValid, detail),
            InvitationError::OwnerStays => Self::new(Code::LastOwner, detail),
            InvitationError::Fault(fault) => fault.into(),
        }
    }
}

impl From<RedemptionError> for Problem {
    fn from(error: RedemptionError) -> Self {
        let detail = sentence(&error.to_string());
        match error {
            RedemptionError::LinkNotValid => Self::new(Code::LinkNotValid, detail),
            RedemptionError::SignInFailed => Self::new(Code::SignInFailed, detail),
            RedemptionError::AlreadyMember => Self::new(Code::AlreadyMember, detail),
            RedemptionError::Fault(fault) => fault.into(),
        }
    }
}
