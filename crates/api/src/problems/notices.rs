//! Refusals about notices.

use quaymaster_domain::notices::CourseError;
use quaymaster_service::notices::NoticeError;

use crate::problem::{Code, Problem, sentence};

impl From<NoticeError> for Problem {
    fn from(error: NoticeError) -> Self {
        let detail = sentence(&error.to_string());
        match error {
            NoticeError::Course(CourseError::Published) => Self::new(Code::NoticePublished, detail),
            NoticeError::Course(CourseError::DoneAlready) => {
                Self::new(Code::AlreadyDecided, detail)
            }
            NoticeError::Course(CourseError::Nobody) => Self::new(Code::NobodyAddressed, detail),
            NoticeError::Course(CourseError::Schedule(_)) => {
                Self::field("/expires_at", "invalid", detail)
            }
            NoticeError::LinkNotValid => Self::new(Code::LinkNotValid, detail),
            NoticeError::Fault(fault) => fault.into(),
        }
    }
}
