//! Refusals about API clients.

use quaymaster_service::api_clients::ApiClientError;

use crate::problem::{Code, Problem, sentence};

impl From<ApiClientError> for Problem {
    fn from(error: ApiClientError) -> Self {
        let detail = sentence(&error.to_string());
        match error {
            ApiClientError::NameTaken => Self::new(Code::AlreadyExists, detail),
            ApiClientError::TooMany => Self::new(Code::TooManyApiClients, detail),
            ApiClientError::TooManySecrets => Self::new(Code::TooManySecrets, detail),
            ApiClientError::Ended => Self::new(Code::NotOpen, detail),
            ApiClientError::NothingWaits => Self::new(Code::NothingChanged, detail),
            ApiClientError::Fault(fault) => fault.into(),
        }
    }
}
