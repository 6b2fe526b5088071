//! What a command of the binary ends with when it cannot go on: one plain message for the operator.

/// A message for the operator. Never holds a secret.
#[derive(Debug, thiserror::Error)]
#[error("{0}")]
pub struct Failure(String);

impl Failure {
    /// A failure with this message.
    pub fn new(message: impl Into<String>) -> Self {
        Self(message.into())
    }
}

impl From<quaymaster_service::Fault> for Failure {
    fn from(fault: quaymaster_service::Fault) -> Self {
        use quaymaster_service::Fault;
        match fault {
            Fault::Invalid(fields) => Self(
                fields
                    .iter()
                    .map(|f| format!("{}: {}", f.pointer.trim_start_matches('/'), f.detail))
                    .collect::<Vec<_>>()
                    .join("; "),
            ),
            other => Self(other.to_string()),
        }
    }
}

impl From<quaymaster_service::StoreError> for Failure {
    fn from(error: quaymaster_service::StoreError) -> Self {
        Self(error.to_string())
    }
}

impl From<std::io::Error> for Failure {
    fn from(error: std::io::Error) -> Self {
        Self(error.to_string())
    }
}
