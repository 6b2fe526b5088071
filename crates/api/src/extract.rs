//! How handlers get what they work with. The services are reachable only through `Authed`, `AnyStep` and `Public`:
//! a handler's signature says who may call it.
#![expect(
    clippy::disallowed_types,
    reason = "the extractors are the one place where shared state is unpacked"
)]

use std::net::IpAddr;
use std::ops::Deref;
use std::pin::Pin;

use actix_web::dev::Payload;
use actix_web::http::header;
use actix_web::web::{self, Data};
use actix_web::{FromRequest, HttpRequest};
use quaymaster_domain::access::{Actor, Origin};
use quaymaster_service::Services;
use quaymaster_service::actors::{self, NextStep, SignedInRequest};
use serde::de::DeserializeOwned;
use validator::{Validate, ValidationErrors, ValidationErrorsKind};

use crate::middleware::request_id;
use crate::problem::{Code, FieldError, Problem};

/// What the HTTP side needs to know of the deployment.
#[derive(Clone, Debug, Default)]
pub struct ApiOptions {
    /// Proxies whose forwarded headers are believed.
    pub trusted_proxies: Vec<IpAddr>,
}

/// The shared state behind the extractors.
#[derive(Clone)]
pub(crate) struct Shared(Data<(Services, ApiOptions)>);

impl Shared {
    pub(crate) fn new(services: Services, options: ApiOptions) -> Self {
        Self(Data::new((services, options)))
    }

    pub(crate) fn services(&self) -> &Services {
        &self.0.0
    }

    fn of(request: &HttpRequest) -> Result<Self, Problem> {
        request
            .app_data::<Self>()
            .cloned()
            .ok_or_else(|| Problem::new(Code::Internal, "The application is not wired."))
    }
}

/// How large a JSON body may be.
const JSON_LIMIT: usize = 256 * 1024;

/// Limits and error shapes of the framework's own extractors.
pub(crate) fn limits(config: &mut web::ServiceConfig) {
    config.app_data(web::PayloadConfig::new(JSON_LIMIT));
}

type Extracted<T> = Pin<Box<dyn Future<Output = Result<T, Problem>>>>;

/// A signed-in person who has done every next step. Carries the actor.
pub(crate) struct Authed {
    services: Services,
    pub(crate) actor: Actor,
}

/// A signed-in person at whatever step: for the steps themselves, `GET /me` and signing out.
pub(crate) struct AnyStep {
    services: Services,
    pub(crate) signed_in: SignedInRequest,
}

/// Nobody needs to be signed in. Explicit, so that the public operations can be counted.
pub(crate) struct Public {
    services: Services,
    pub(crate) origin: Origin,
}

impl Authed {
    pub(crate) fn services(&self) -> &Services {
        &self.services
    }
}
impl AnyStep {
    pub(crate) fn services(&self) -> &Services {
        &self.services
    }
    pub(crate) fn actor(&self) -> &Actor {
        &self.signed_in.actor
    }
}
impl Public {
    pub(crate) fn services(&self) -> &Services {
        &self.services
    }
}

fn bearer(request: &HttpRequest) -> Option<&str> {
    request
        .headers()
        .get(header::AUTHORIZATION)?
        .to_str()
        .ok()?
        .strip_prefix("Bearer ")
}

async fn signed_in(request: &HttpRequest) -> Result<(Services, SignedInRequest), Problem> {
    let services = Shared::of(request)?.services().clone();
    let token = bearer(request).ok_or_else(|| {
        Problem::new(
            Code::NotSignedIn,
            "Sign in, then send the access token as `Authorization: Bearer …`.",
        )
    })?;
    let found = actors::of_token(&services, token, origin(request)).await?;
    let signed_in = found.ok_or_else(|| {
        Problem::new(
            Code::NotSignedIn,
            "The access token is not valid any more; sign in again or refresh the session.",
        )
    })?;
    Ok((services, signed_in))
}

impl FromRequest for Authed {
    type Error = Problem;
    type Future = Extracted<Self>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        let request = request.clone();
        Box::pin(async move {
            let (services, signed_in) = signed_in(&request).await?;
            match signed_in.next_step {
                None => Ok(Self {
                    services,
                    actor: signed_in.actor,
                }),
                Some(step) => Err(next_step_problem(step)),
            }
        })
    }
}

fn next_step_problem(step: NextStep) -> Problem {
    let (code, words) = match step {
        NextStep::ChangePassword => (
            Code::NextStepRequired,
            "Create a new password first (PUT /api/v1/me/password); until then nothing else works.",
        ),
        NextStep::ChooseChallengeQuestions => (
            Code::NextStepRequired,
            "Choose your challenge questions first (PUT /api/v1/me/challenge-questions); until then nothing else works.",
        ),
        NextStep::AcceptTerms => (
            Code::TermsNotAccepted,
            "Accept the current Terms and Conditions first (POST /api/v1/me/terms-acceptances); until then nothing else works.",
        ),
    };
    Problem::new(code, words)
}

impl FromRequest for AnyStep {
    type Error = Problem;
    type Future = Extracted<Self>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        let request = request.clone();
        Box::pin(async move {
            let (services, signed_in) = signed_in(&request).await?;
            Ok(Self {
                services,
                signed_in,
            })
        })
    }
}

impl FromRequest for Public {
    type Error = Problem;
    type Future = std::future::Ready<Result<Self, Problem>>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        let origin = origin(request);
        std::future::ready(Shared::of(request).map(|shared| Self {
            services: shared.services().clone(),
            origin,
        }))
    }
}

/// Where a request comes from. Forwarded headers count only when a configured proxy sent them.
pub(crate) fn origin(request: &HttpRequest) -> Origin {
    let peer = request.peer_addr().map(|a| a.ip());
    let trusted = Shared::of(request)
        .map(|s| s.0.1.trusted_proxies.clone())
        .unwrap_or_default();
    let forwarded = || {
        let list = request.headers().get("x-forwarded-for")?.to_str().ok()?;
        // From the right: the nearest address that is not one of our proxies is the client.
        list.rsplit(',')
            .filter_map(|part| part.trim().parse::<IpAddr>().ok())
            .find(|ip| !trusted.contains(ip))
    };
    let client = match peer {
        Some(ip) if trusted.contains(&ip) => forwarded().or(peer),
        other => other,
    };
    Origin {
        request_id: request_id(request),
        network: client.map_or_else(String::new, |ip| ip.to_string()),
    }
}

/// Browser and system in words, from the `User-Agent` header; unknown programs are named by their first word.
pub(crate) fn device(request: &HttpRequest) -> String {
    let agent = request
        .headers()
        .get(header::USER_AGENT)
        .and_then(|v| v.to_str().ok())
        .unwrap_or_default();
    let find = |pairs: &[(&str, &'static str)]| {
        pairs
            .iter()
            .find(|(mark, _)| agent.contains(mark))
            .map(|(_, name)| *name)
    };
    let browser = find(&[
        ("Edg/", "Edge"),
        ("OPR/", "Opera"),
        ("Firefox/", "Firefox"),
        ("Chrome/", "Chrome"),
        ("Safari/", "Safari"),
    ]);
    let system = find(&[
        ("Windows", "Windows"),
        ("Android", "Android"),
        ("iPhone", "iPhone"),
        ("iPad", "iPad"),
        ("Mac OS X", "macOS"),
        ("CrOS", "ChromeOS"),
        ("Linux", "Linux"),
    ]);
    match (browser, system) {
        (Some(browser), Some(system)) => format!("{browser} on {system}"),
        (Some(only), None) | (None, Some(only)) => only.to_owned(),
        (None, None) => agent
            .split(['/', ' '])
            .next()
            .filter(|w| !w.is_empty())
            .map_or_else(
                || "Unknown device".to_owned(),
                |w| w.chars().take(40).collect(),
            ),
    }
}

/// A JSON body: read, parsed and validated, with a pointer for every field that does not fit.
pub(crate) struct Json<T>(pub(crate) T);

impl<T: DeserializeOwned + Validate + 'static> FromRequest for Json<T> {
    type Error = Problem;
    type Future = Extracted<Self>;

    fn from_request(request: &HttpRequest, payload: &mut Payload) -> Self::Future {
        let is_json = request
            .headers()
            .get(header::CONTENT_TYPE)
            .and_then(|v| v.to_str().ok())
            .is_some_and(|value| {
                let kind = value.split(';').next().unwrap_or_default().trim();
                kind.eq_ignore_ascii_case("application/json")
            });
        let body = web::Bytes::from_request(request, payload);
        Box::pin(async move {
            if !is_json {
                return Err(Problem::new(
                    Code::UnsupportedMediaType,
                    "Send the body as application/json.",
                ));
            }
            let bytes =
                body.await
                    .map_err(|error| match error.as_response_error().status_code() {
                        actix_web::http::StatusCode::PAYLOAD_TOO_LARGE => Problem::new(
                            Code::TooLarge,
                            format!("The body may have at most {} KiB.", JSON_LIMIT / 1024),
                        ),
                        _ => {
                            Problem::new(Code::Unreadable, "The body ended before it was complete.")
                        }
                    })?;
            parse(&bytes).map(Self)
        })
    }
}

fn parse<T: DeserializeOwned + Validate>(bytes: &[u8]) -> Result<T, Problem> {
    let mut deserializer = serde_json::Deserializer::from_slice(bytes);
    let value: T = serde_path_to_error::deserialize(&mut deserializer).map_err(|error| {
        let pointer = pointer(error.path());
        let cause = error.into_inner();
        if cause.is_data() {
            let words = cause.to_string();
            let words = words
                .split(" at line ")
                .next()
                .unwrap_or_default()
                .to_owned();
            Problem::field(&pointer, "invalid", crate::problem::sentence(&words))
        } else {
            Problem::new(
                Code::Unreadable,
                format!(
                    "The body is not well-formed JSON (line {}, column {}).",
                    cause.line(),
                    cause.column()
                ),
            )
        }
    })?;
    deserializer.end().map_err(|_trailing| {
        Problem::new(
            Code::Unreadable,
            "There is text after the end of the JSON body.",
        )
    })?;
    value
        .validate()
        .map_err(|errors| Problem::invalid(field_errors("", &errors)))?;
    Ok(value)
}

fn pointer(path: &serde_path_to_error::Path) -> String {
    use serde_path_to_error::Segment;
    path.iter()
        .map(|segment| match segment {
            Segment::Seq { index } => format!("/{index}"),
            Segment::Map { key } => format!("/{}", key.replace('~', "~0").replace('/', "~1")),
            Segment::Enum { variant } => format!("/{variant}"),
            Segment::Unknown => String::new(),
        })
        .collect()
}

fn field_errors(prefix: &str, errors: &ValidationErrors) -> Vec<FieldError> {
    let mut all = Vec::new();
    for (field, kind) in errors.errors() {
        let at = format!("{prefix}/{field}");
        match kind {
            ValidationErrorsKind::Field(list) => all.extend(list.iter().map(|error| FieldError {
                pointer: at.clone(),
                code: "invalid".to_owned(),
                detail: error.message.as_ref().map_or_else(
                    || format!("This value does not fit ({}).", error.code),
                    ToString::to_string,
                ),
            })),
            ValidationErrorsKind::Struct(inner) => all.extend(field_errors(&at, inner)),
            ValidationErrorsKind::List(items) => {
                for (index, inner) in items {
                    all.extend(field_errors(&format!("{at}/{index}"), inner));
                }
            }
        }
    }
    all
}

/// Path parameters. What does not parse is a thing that does not exist.
pub(crate) struct Path<T>(pub(crate) T);

impl<T> Deref for Path<T> {
    type Target = T;
    fn deref(&self) -> &T {
        &self.0
    }
}

impl<T: DeserializeOwned + 'static> FromRequest for Path<T> {
    type Error = Problem;
    type Future = Extracted<Self>;

    fn from_request(request: &HttpRequest, payload: &mut Payload) -> Self::Future {
        let path = web::Path::<T>::from_request(request, payload);
        Box::pin(async move {
            let found = path.await.map_err(|_unfit| {
                Problem::new(
                    Code::NotFound,
                    "There is no such thing here, or you may not see it.",
                )
            })?;
            Ok(Self(found.into_inner()))
        })
    }
}

/// Query parameters; unknown ones are refused.
pub(crate) struct Query<T>(pub(crate) T);

impl<T: DeserializeOwned + 'static> FromRequest for Query<T> {
    type Error = Problem;
    type Future = Extracted<Self>;

    fn from_request(request: &HttpRequest, payload: &mut Payload) -> Self::Future {
        let query = web::Query::<T>::from_request(request, payload);
        Box::pin(async move {
            let found = query.await.map_err(|error| {
                let words = error.to_string();
                let words = words.trim_start_matches("Query deserialize error: ");
                Problem::field(
                    "?",
                    "invalid",
                    format!(
                        "A query parameter does not fit: {}",
                        crate::problem::sentence(words)
                    ),
                )
            })?;
            Ok(Self(found.into_inner()))
        })
    }
}

/// The version in `If-Match`, which changes of edited resources ask for.
pub(crate) struct IfMatch(pub(crate) i64);

impl FromRequest for IfMatch {
    type Error = Problem;
    type Future = std::future::Ready<Result<Self, Problem>>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        let given = request
            .headers()
            .get(header::IF_MATCH)
            .and_then(|v| v.to_str().ok());
        let version = given.map(|text| {
            text.trim()
                .trim_start_matches("W/")
                .trim_matches('"')
                .strip_prefix('v')
                .and_then(|n| n.parse::<i64>().ok())
        });
        std::future::ready(match version {
            None => Err(Problem::new(
                Code::PreconditionRequired,
                "Send the ETag that you read in the If-Match header, so that nobody's change is lost.",
            )),
            // An ETag that is not ours can never be the current one.
            Some(version) => Ok(Self(version.unwrap_or(-1))),
        })
    }
}
