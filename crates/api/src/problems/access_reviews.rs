//! Refusals about reviews of access.

use quaymaster_service::access_reviews::ReviewError;

use crate::problem::{Code, Problem, sentence};

impl From<ReviewError> for Problem {
    fn from(error: ReviewError) -> Self {
        let detail = sentence(&error.to_string());
        match error {
            ReviewError::Running => Self::new(Code::AlreadyExists, detail),
            ReviewError::CoversNobody => Self::field("/covers_members", "invalid", detail),
            ReviewError::Due(_) => Self::field("/due_on", "invalid", detail),
            ReviewError::Over | ReviewError::Answer(_) => Self::new(Code::ReviewOver, detail),
            ReviewError::AnswersMissing(_) => Self::new(Code::AnswersMissing, detail),
            ReviewError::NothingChanged(_) => Self::new(Code::NothingChanged, detail),
            ReviewError::Person(person) => person.into(),
        }
    }
}
