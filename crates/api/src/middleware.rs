//! What surrounds every request: its id, its log line, the headers that browsers need, and the same-origin check.

use actix_web::body::{BoxBody, MessageBody, to_bytes};
use actix_web::dev::{ServiceRequest, ServiceResponse};
use actix_web::http::header::{self, HeaderName, HeaderValue};
use actix_web::http::{Method, StatusCode};
use actix_web::middleware::Next;
use actix_web::{Error, HttpMessage, HttpRequest};

use quaymaster_domain::ids::{ApiClientId, UserId};
use quaymaster_service::Services;

use crate::extract::{Shared, origin};
use crate::problem::{Code, Problem};

/// Stands in a problem's `instance` until the request's id is filled in.
pub(crate) const INSTANCE_PLACEHOLDER: &str = "\u{0}request-id";

/// Stands in a problem's `type` until the portal's own address is filled in.
pub(crate) const BASE_PLACEHOLDER: &str = "\u{0}base-url";

/// The header that carries the request's id.
const REQUEST_ID: HeaderName = HeaderName::from_static("x-request-id");

#[derive(Clone)]
struct RequestId(String);

/// Who sent a request, for its log line: handlers take the caller out of the request.
#[derive(Clone, Copy)]
pub(crate) enum Sender {
    Person(UserId),
    Client(ApiClientId),
}

impl Sender {
    fn person(self) -> Option<UserId> {
        match self {
            Self::Person(id) => Some(id),
            Self::Client(_) => None,
        }
    }

    fn client(self) -> Option<ApiClientId> {
        match self {
            Self::Person(_) => None,
            Self::Client(id) => Some(id),
        }
    }
}

/// Marks a refusal that has a shape of its own by another standard, and stays as it is.
#[derive(Clone, Copy)]
pub(crate) struct OwnShape;

/// The code of a refusal, kept with the response for its log line.
#[derive(Clone, Copy)]
pub(crate) struct RefusalCode(pub(crate) &'static str);

/// The id of a request, the same in response, log, audit trail and problem.
pub(crate) fn request_id(request: &HttpRequest) -> String {
    request
        .extensions()
        .get::<RequestId>()
        .map_or_else(String::new, |id| id.0.clone())
}

/// Gives the request its id, logs it, turns foreign errors into problems and adds the headers that every answer has.
///
/// # Errors
/// None of its own.
pub async fn around(
    mut request: ServiceRequest,
    next: Next<impl MessageBody + 'static>,
) -> Result<ServiceResponse<BoxBody>, Error> {
    let services = request
        .app_data::<Shared>()
        .map(|shared| shared.services().clone());
    let id = services
        .as_ref()
        .map_or_else(String::new, |s| s.id::<uuid::Uuid>().to_string());
    request.extensions_mut().insert(RequestId(id.clone()));
    let method = request.method().clone();
    let path = request.path().to_owned();
    let started = services.as_ref().map(Services::now);
    if method == Method::HEAD {
        // Answered like GET; the server leaves the body out.
        request.head_mut().method = Method::GET;
    }
    // The request must not be held across this call: routing writes into it.
    let response = next.call(request).await?.map_into_boxed_body();
    let failed = response.status().is_client_error() || response.status().is_server_error();
    let base = services
        .as_ref()
        .map_or_else(String::new, |s| s.settings.base_url.clone());
    let mut response = if failed {
        as_problem(response, &id, &base).await
    } else {
        response
    };
    if let Ok(value) = HeaderValue::from_str(&id) {
        response.headers_mut().insert(REQUEST_ID, value);
    }
    let secure = services
        .as_ref()
        .is_some_and(|s| s.settings.base_url.starts_with("https://"));
    browser_headers(&path, secure, response.headers_mut());
    let took_ms = started
        .zip(services.map(|s| s.now()))
        .map_or(0, |(a, b)| (b - a).num_milliseconds());
    let sender = response.request().extensions().get::<Sender>().copied();
    let code = response
        .response()
        .extensions()
        .get::<RefusalCode>()
        .map(|code| code.0);
    tracing::info!(
        request_id = id,
        %method,
        path,
        status = response.status().as_u16(),
        code,
        user = sender.and_then(Sender::person).map(tracing::field::display),
        client = sender.and_then(Sender::client).map(tracing::field::display),
        network = origin(response.request()).network,
        took_ms,
        "request"
    );
    Ok(response)
}

/// Errors made by the framework become problems too, and every problem gets the request's id and the portal's address.
async fn as_problem(
    response: ServiceResponse<BoxBody>,
    id: &str,
    base: &str,
) -> ServiceResponse<BoxBody> {
    if response.response().extensions().get::<OwnShape>().is_some() {
        return response;
    }
    let content_type = response
        .headers()
        .get(header::CONTENT_TYPE)
        .and_then(|v| v.to_str().ok())
        .unwrap_or_default();
    if content_type.starts_with("text/html") {
        // A page that says itself what is wrong, e.g. that the portal's pages were not built.
        return response;
    }
    let response = if content_type.starts_with("application/problem+json") {
        response
    } else {
        let code = match response.status() {
            StatusCode::NOT_FOUND => Code::NotFound,
            StatusCode::METHOD_NOT_ALLOWED => Code::MethodNotAllowed,
            StatusCode::PAYLOAD_TOO_LARGE => Code::TooLarge,
            StatusCode::UNSUPPORTED_MEDIA_TYPE => Code::UnsupportedMediaType,
            status if status.is_client_error() => Code::Unreadable,
            _ => Code::Internal,
        };
        let problem =
            Problem::new(code, crate::problem::sentence(code.title())).response(response.request());
        response.into_response(problem)
    };
    let (request, response) = response.into_parts();
    let (head, body) = response.into_parts();
    let bytes = to_bytes(body).await.unwrap_or_default();
    let mut text = String::from_utf8_lossy(&bytes).into_owned();
    for (placeholder, own) in [(INSTANCE_PLACEHOLDER, id), (BASE_PLACEHOLDER, base)] {
        text = text.replacen(&in_json(placeholder), &in_json(own), 1);
    }
    ServiceResponse::new(request, head.set_body(BoxBody::new(text)))
}

/// A text as it stands between the quotation marks of JSON.
fn in_json(text: &str) -> String {
    let quoted = serde_json::to_string(text).unwrap_or_default();
    quoted.trim_matches('"').to_owned()
}

const CONTENT_SECURITY_POLICY: &str = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; font-src 'self'; connect-src 'self'; manifest-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'; object-src 'none'";

/// `secure` when people reach the portal over TLS, whoever ends it.
fn browser_headers(path: &str, secure: bool, headers: &mut header::HeaderMap) {
    let mut set = |name: HeaderName, value: &'static str| {
        if !headers.contains_key(&name) {
            headers.insert(name, HeaderValue::from_static(value));
        }
    };
    set(header::X_CONTENT_TYPE_OPTIONS, "nosniff");
    set(header::REFERRER_POLICY, "no-referrer");
    set(header::CONTENT_SECURITY_POLICY, CONTENT_SECURITY_POLICY);
    set(
        HeaderName::from_static("cross-origin-opener-policy"),
        "same-origin",
    );
    set(
        HeaderName::from_static("cross-origin-resource-policy"),
        "same-origin",
    );
    set(
        HeaderName::from_static("permissions-policy"),
        "camera=(), geolocation=(), microphone=()",
    );
    if secure {
        set(
            header::STRICT_TRANSPORT_SECURITY,
            "max-age=63072000; includeSubDomains",
        );
    }
    if path.starts_with("/api/") {
        set(header::CACHE_CONTROL, "no-store");
    }
}

/// Refuses writes that a browser sends on behalf of another site.
///
/// # Errors
/// The refusal.
pub(crate) async fn same_origin(
    request: ServiceRequest,
    next: Next<impl MessageBody + 'static>,
) -> Result<ServiceResponse<BoxBody>, Error> {
    let reading = matches!(
        *request.method(),
        Method::GET | Method::HEAD | Method::OPTIONS
    );
    let site = request
        .headers()
        .get("sec-fetch-site")
        .and_then(|v| v.to_str().ok());
    let foreign_site = matches!(site, Some("cross-site" | "same-site"));
    let origin = request
        .headers()
        .get(header::ORIGIN)
        .and_then(|v| v.to_str().ok());
    let foreign_origin = origin.is_some_and(|origin| {
        let base = request
            .app_data::<Shared>()
            .map(|s| s.services().settings.base_url.clone())
            .unwrap_or_default();
        let host = request
            .headers()
            .get(header::HOST)
            .and_then(|v| v.to_str().ok())
            .unwrap_or_default();
        origin != base
            && origin
                .split_once("://")
                .is_none_or(|(_, rest)| rest != host)
    });
    if !reading && (foreign_site || (site.is_none() && foreign_origin)) {
        let words = "Requests that change something are taken from the portal's own pages and from programs, not from other sites.";
        let refusal = Problem::new(Code::CrossSite, words).response(request.request());
        return Ok(request.into_response(refusal));
    }
    next.call(request)
        .await
        .map(ServiceResponse::map_into_boxed_body)
}
