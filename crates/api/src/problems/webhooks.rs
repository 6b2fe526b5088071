//! Refusals about webhooks.

use quaymaster_service::webhooks::WebhookError;

use crate::problem::{Code, Problem, sentence};

impl From<WebhookError> for Problem {
    fn from(error: WebhookError) -> Self {
        let detail = sentence(&error.to_string());
        match error {
            WebhookError::TooMany => Self::new(Code::TooManyWebhooks, detail),
            WebhookError::Ended => Self::new(Code::WebhookEnded, detail),
            WebhookError::OnItsWay => Self::new(Code::DeliveryWaiting, detail),
            WebhookError::Fault(fault) => fault.into(),
        }
    }
}
