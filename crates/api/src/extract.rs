//! How handlers get what they work with. The services are reachable only through `Authed`, `AnyStep` and `Public`:
//! a handler's signature says who may call it. Who asks is decided before a handler or any other extractor is asked.
#![expect(
    clippy::disallowed_types,
    reason = "the extractors are the one place where shared state is unpacked"
)]

use std::future::{Ready, ready};
use std::net::IpAddr;

use actix_web::body::{BoxBody, MessageBody};
use actix_web::dev::{Payload, ServiceRequest, ServiceResponse};
use actix_web::http::header;
use actix_web::middleware::Next;
use actix_web::web::{self, Data};
use actix_web::{Error, FromRequest, HttpMessage, HttpRequest};
use quaymaster_domain::access::{Actor, Denied, Origin};
use quaymaster_domain::ids::AccountId;
use quaymaster_service::Services;
use quaymaster_service::actors::{self, Caller, NextStep, SignedInRequest};
use uuid::Uuid;

use crate::middleware::{Sender, request_id};
use crate::operations;
use crate::problem::{Code, Problem};

pub(crate) use crate::input::{IfMatch, Json, Path, Query};

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

/// Limits and error shapes of the framework's own extractors.
pub(crate) fn limits(config: &mut web::ServiceConfig) {
    config.app_data(web::PayloadConfig::new(crate::input::JSON_LIMIT));
}

/// A signed-in person who has done every next step, or an API client whose scopes name the operation. Carries the actor.
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

/// The access token of the one `Authorization` header.
pub(crate) fn bearer(request: &HttpRequest) -> Option<&str> {
    let mut given = request.headers().get_all(header::AUTHORIZATION);
    let (Some(value), None) = (given.next(), given.next()) else {
        return None;
    };
    let (scheme, token) = value.to_str().ok()?.split_once(' ')?;
    scheme
        .eq_ignore_ascii_case("bearer")
        .then_some(token.trim())
}

/// Decides who asks before anything else of the request is read, so that nobody learns from a refusal about a body or
/// a version what only people who are signed in may know.
///
/// # Errors
/// Those of what it surrounds.
pub(crate) async fn authenticate(
    request: ServiceRequest,
    next: Next<impl MessageBody + 'static>,
) -> Result<ServiceResponse<BoxBody>, Error> {
    let path = request.match_info().as_str();
    if operations::is_refused(request.method(), path) {
        let refusal = crate::problem::no_operation(request.request().clone()).await;
        return Ok(request.into_response(refusal));
    }
    let operation = operations::of_path(request.method(), path);
    if operation.is_some_and(|operation| !operation.public) {
        match sender(request.request()).await {
            Ok(caller) => {
                let (sender, refused) = match &caller {
                    Caller::Person(signed_in) => (Some(Sender::Person(signed_in.actor.user)), None),
                    Caller::Client(actor) => (
                        actor.client.as_ref().map(|c| Sender::Client(c.id)),
                        beyond_scopes(actor, operation),
                    ),
                };
                if let Some(sender) = sender {
                    request.extensions_mut().insert(sender);
                }
                if let Some(denied) = refused {
                    let refusal = Problem::from(denied).response(request.request());
                    return Ok(request.into_response(refusal));
                }
                request.extensions_mut().insert(caller);
            }
            Err(problem) => {
                let refusal = problem.response(request.request());
                return Ok(request.into_response(refusal));
            }
        }
    }
    next.call(request)
        .await
        .map(ServiceResponse::map_into_boxed_body)
}

/// Why an API client may not call an operation at all, whatever it is called about. What it may see there is the policy's.
fn beyond_scopes(actor: &Actor, operation: Option<&operations::Facts>) -> Option<Denied> {
    let Some(scope) = operation.and_then(|operation| operation.client_scope) else {
        return Some(Denied::PeopleOnly);
    };
    let has = actor.client.as_ref().is_some_and(|c| c.has(scope));
    (!has).then_some(Denied::ScopeNotGranted(scope))
}

async fn sender(request: &HttpRequest) -> Result<Caller, Problem> {
    let services = Shared::of(request)?.services().clone();
    let token = bearer(request).ok_or_else(nobody)?;
    let found = actors::caller(&services, token, origin(request), account_named(request)).await?;
    found.ok_or_else(|| {
        Problem::new(
            Code::NotSignedIn,
            "The access token is not valid any more; sign in again or refresh the session.",
        )
    })
}

fn nobody() -> Problem {
    Problem::new(
        Code::NotSignedIn,
        "Sign in, then send the access token as `Authorization: Bearer …`.",
    )
}

/// What [`authenticate`] found.
fn caller(request: &HttpRequest) -> Result<(Services, Caller), Problem> {
    let services = Shared::of(request)?.services().clone();
    let caller = request.extensions_mut().remove::<Caller>();
    Ok((services, caller.ok_or_else(nobody)?))
}

/// The account that the path names, if it names one: a guest's rights there are part of who is asking.
fn account_named(request: &HttpRequest) -> Option<AccountId> {
    let below = request.path().strip_prefix(crate::routes::BASE)?;
    let rest = below.strip_prefix("/accounts/")?;
    let id = Uuid::parse_str(rest.split('/').next()?).ok()?;
    Some(id.into())
}

impl FromRequest for Authed {
    type Error = Problem;
    type Future = Ready<Result<Self, Problem>>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        let found = caller(request).and_then(|(services, caller)| {
            let actor = match caller {
                Caller::Client(actor) => *actor,
                Caller::Person(signed_in) => {
                    if let Some(step) = signed_in.next_step {
                        return Err(next_step_problem(step));
                    }
                    signed_in.actor
                }
            };
            crate::input::refuse_unknown_parameters(request)?;
            Ok(Self { services, actor })
        });
        ready(found)
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
    type Future = Ready<Result<Self, Problem>>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        let found = caller(request).and_then(|(services, caller)| {
            let Caller::Person(signed_in) = caller else {
                return Err(Denied::PeopleOnly.into());
            };
            crate::input::refuse_unknown_parameters(request)?;
            Ok(Self {
                services,
                signed_in: *signed_in,
            })
        });
        ready(found)
    }
}

impl FromRequest for Public {
    type Error = Problem;
    type Future = Ready<Result<Self, Problem>>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        let origin = origin(request);
        let unknown = crate::input::refuse_unknown_parameters(request);
        ready(unknown.and_then(|()| {
            Ok(Self {
                services: Shared::of(request)?.services().clone(),
                origin,
            })
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
