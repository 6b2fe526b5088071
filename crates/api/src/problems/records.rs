//! Refusals about imports of trade records.

use quaymaster_service::records::import::ImportError;

use crate::problem::{Code, FieldError, Problem, sentence};

impl From<ImportError> for Problem {
    fn from(error: ImportError) -> Self {
        let detail = sentence(&error.to_string());
        match error {
            ImportError::File(_) => Self {
                errors: vec![FieldError {
                    pointer: String::new(),
                    code: "unreadable-file".to_owned(),
                    detail: detail.clone(),
                }],
                ..Self::new(Code::Invalid, detail)
            },
            ImportError::TooLarge => Self::new(Code::TooLarge, detail),
            ImportError::Future => Self::field("?state_at", "invalid", detail),
            ImportError::Over => Self::new(Code::NotOpen, detail),
            ImportError::Fault(fault) => fault.into(),
        }
    }
}
