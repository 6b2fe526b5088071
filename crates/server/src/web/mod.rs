//! The web server: the API with what surrounds it, the single-page app, health. What a request means is in the API.

mod health;
mod spa;

use std::net::SocketAddr;
use std::time::Duration;

use actix_web::body::MessageBody;
use actix_web::dev::{Server, ServiceRequest, ServiceResponse};
use actix_web::http::{Method, header};
use actix_web::middleware::{Compress, Next, from_fn};
use actix_web::{App, Error, HttpRequest, HttpServer, web};
use quaymaster_api::ApiOptions;
use quaymaster_service::Services;

use crate::config::Config;
use crate::failure::Failure;

pub use health::Readiness;

/// How long a client may take to send the head of a request.
const HEAD_TIMEOUT: Duration = Duration::from_secs(10);

/// How long an idle connection is kept.
const KEEP_ALIVE: Duration = Duration::from_secs(75);

/// Starts to listen. The answer ends after SIGTERM or SIGINT, when running requests are answered or the time for
/// them is over.
///
/// # Errors
/// When the address cannot be had.
pub fn serve(config: &Config, services: Services, readiness: Readiness) -> Result<Server, Failure> {
    let options = ApiOptions {
        trusted_proxies: config.server.trusted_proxies.clone(),
    };
    let listen: SocketAddr = config.server.listen;
    let demo = services.settings.demo;
    let health = health::Health::new(services.clone(), readiness);
    let server = HttpServer::new(move || {
        App::new()
            .configure(quaymaster_api::configure(services.clone(), options.clone()))
            .configure(health::configure(health.clone()))
            .default_service(web::to(move |request: HttpRequest| {
                spa::serve(request, demo)
            }))
            .wrap(from_fn(quaymaster_api::around))
            .wrap(Compress::default())
            .wrap(from_fn(compress_reads_only))
    })
    .workers(config.server.workers)
    // A client that has gone is worked for no longer; above all, nothing is hashed for it.
    .h1_allow_half_closed(false)
    .client_request_timeout(HEAD_TIMEOUT)
    .keep_alive(KEEP_ALIVE)
    .shutdown_timeout(config.server.drain.as_secs())
    .bind(listen)
    .map_err(|error| Failure::new(format!("server.listen: {listen} cannot be had: {error}")))?;
    Ok(server.run())
}

/// Answers to writes carry tokens beside what the caller sent; compressed, their length would tell about the tokens.
async fn compress_reads_only(
    mut request: ServiceRequest,
    next: Next<impl MessageBody>,
) -> Result<ServiceResponse<impl MessageBody>, Error> {
    if request.method() != Method::GET {
        request.headers_mut().remove(header::ACCEPT_ENCODING);
    }
    next.call(request).await
}
