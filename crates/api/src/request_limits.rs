//! The limit of requests over HTTP: who has sent too many is refused before anything else is done, and everybody is told
//! how many may follow (`RateLimit` and `RateLimit-Policy`, draft-ietf-httpapi-ratelimit-headers-10).

use actix_web::body::{BoxBody, MessageBody};
use actix_web::dev::{ServiceRequest, ServiceResponse};
use actix_web::http::ConnectionType;
use actix_web::http::header::{HeaderName, HeaderValue};
use actix_web::middleware::Next;
use actix_web::{Error, HttpRequest};
use quaymaster_service::request_limits::Allowance;

use crate::extract::{Shared, bearer};
use crate::problem::{Code, Problem};

/// Counts the request of whoever is named by a good access token. Operations that are open to everybody have limits of
/// their own.
///
/// # Errors
/// Those of what it surrounds.
pub(crate) async fn count(
    request: ServiceRequest,
    next: Next<impl MessageBody + 'static>,
) -> Result<ServiceResponse<BoxBody>, Error> {
    let Some(allowance) = allowance(request.request()) else {
        let response = next.call(request).await?;
        return Ok(response.map_into_boxed_body());
    };
    let mut response = match allowance.retry_after {
        Some(seconds) => {
            let mut refusal = refusal(allowance, seconds).response(request.request());
            let shared = request.app_data::<Shared>().cloned();
            if let Some(shared) = shared
                && !shared.services().request_limits.hold_back().await
            {
                refusal
                    .head_mut()
                    .set_connection_type(ConnectionType::Close);
            }
            request.into_response(refusal)
        }
        None => next.call(request).await?.map_into_boxed_body(),
    };
    let Allowance {
        most,
        window,
        left,
        full_in,
        retry_after: _,
    } = allowance;
    let headers = [
        (
            "ratelimit-policy",
            format!("\"caller\";q={most};w={window}"),
        ),
        ("ratelimit", format!("\"caller\";r={left};t={full_in}")),
    ];
    for (name, value) in headers {
        if let Ok(value) = HeaderValue::from_str(&value) {
            let name = HeaderName::from_static(name);
            response.headers_mut().insert(name, value);
        }
    }
    Ok(response)
}

fn allowance(request: &HttpRequest) -> Option<Allowance> {
    let shared = request.app_data::<Shared>()?;
    let services = shared.services();
    let (tokens, token, now) = (&services.tokens, bearer(request)?, services.now());
    let caller = match tokens.read(token, now) {
        Some((person, _session)) => person.into(),
        None => tokens.read_client(token, now)?.client.into(),
    };
    services.request_limits.take(caller)
}

fn refusal(allowance: Allowance, seconds: u64) -> Problem {
    let Allowance { most, window, .. } = allowance;
    let words = format!(
        "Up to {most} requests are taken at once, and as many again within {window} seconds. Send the next one after {seconds} seconds; nothing of this one was done."
    );
    Problem {
        retry_after: Some(seconds),
        ..Problem::new(Code::RateLimited, words)
    }
}
