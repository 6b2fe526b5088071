//! A sign-in that fails, as it happens to people.

use quaymaster_domain::access::Origin;
use quaymaster_service::Services;
use quaymaster_service::sessions::{self, SignIn, SignInError};

use crate::failure::Failure;

pub(super) async fn fail_to_sign_in(
    s: &Services,
    user_name: &str,
    device: &str,
    network: &str,
) -> Result<(), Failure> {
    let command = SignIn {
        user_name: user_name.to_owned(),
        password: "Twelve amber bouys, low tide".to_owned(),
        device: device.to_owned(),
        devices: Vec::new(),
        replaces: None,
        origin: Origin {
            request_id: s.id::<uuid::Uuid>().to_string(),
            network: network.to_owned(),
        },
    };
    match sessions::sign_in(s, command).await {
        Err(SignInError::Failed) => Ok(()),
        Err(SignInError::Fault(fault)) => Err(fault.into()),
        Ok(_) => Err(Failure::new(format!(
            "{user_name} signed in with a wrong password"
        ))),
    }
}
