//! `Idempotency-Key` on creating requests: the same request with the same key is done once and answered again from
//! memory. Refused requests are not remembered, so that they can be mended and sent again with the same key.

use std::collections::BTreeMap;

use actix_web::body::{BoxBody, MessageBody, to_bytes};
use actix_web::dev::{Payload, ServiceRequest, ServiceResponse};
use actix_web::http::StatusCode;
use actix_web::http::header::{self, HeaderMap, HeaderName, HeaderValue};
use actix_web::middleware::Next;
use actix_web::{Error, HttpMessage, HttpResponse, web};
use quaymaster_service::Services;
use quaymaster_service::actors::Caller;
use quaymaster_service::idempotency::{self, Answer, IdempotencyKey, Reservation};

use crate::extract::{Shared, origin};
use crate::input::too_large;
use crate::operations;
use crate::problem::{Code, Problem};

const KEY: &str = "idempotency-key";
const REPLAYED: HeaderName = HeaderName::from_static("idempotency-replayed");

/// The headers that belong to an answer; the others belong to the request or to every answer.
const KEPT: &[HeaderName] = &[header::CONTENT_TYPE, header::ETAG, header::LOCATION];

/// Answers repeated requests from memory.
///
/// # Errors
/// Those of what it surrounds.
pub(crate) async fn remember(
    mut request: ServiceRequest,
    next: Next<impl MessageBody + 'static>,
) -> Result<ServiceResponse<BoxBody>, Error> {
    let (services, key) = match wanted(&request) {
        Ok(Some(found)) => found,
        Ok(None) => return pass(next, request).await,
        Err(problem) => return Ok(refuse(request, &problem)),
    };
    let Ok(body) = request.extract::<web::Bytes>().await else {
        return Ok(refuse(request, &too_large()));
    };
    // What was read is plain by now, and is read again by the handler.
    request.headers_mut().remove(header::CONTENT_ENCODING);
    request.set_payload(Payload::from(body.clone()));
    let line = format!(
        "{} {}?{}",
        request.method(),
        request.path(),
        request.query_string()
    );
    let hash = idempotency::request_hash(&services, &line, &body);
    // On its own from here on: a client that goes away must find the answer when it asks again, and no key may stay
    // reserved for work that was dropped.
    let work = actix_web::rt::spawn(answer(services, key, hash, request, next));
    work.await.unwrap_or_else(|_stopped| {
        Err(Problem::new(Code::Internal, "The work was stopped.").into())
    })
}

async fn answer(
    services: Services,
    key: IdempotencyKey,
    hash: String,
    request: ServiceRequest,
    next: Next<impl MessageBody + 'static>,
) -> Result<ServiceResponse<BoxBody>, Error> {
    let reservation = match idempotency::reserve(&services, &key, &hash).await {
        Ok(reservation) => reservation,
        Err(fault) => return Ok(refuse(request, &fault.into())),
    };
    let problem = match reservation {
        Reservation::Fresh => {
            let response = pass(next, request).await?;
            return Ok(kept(&services, &key, response).await);
        }
        Reservation::Answered(answer) => {
            if still_welcome(&request) {
                let response = replay(answer);
                return Ok(request.into_response(response));
            }
            // Refused there with the reason.
            return pass(next, request).await;
        }
        Reservation::InProgress => Problem {
            retry_after: Some(2),
            ..Problem::new(
                Code::RequestInProgress,
                "A request with this idempotency key is being worked on; ask again in a moment.",
            )
        },
        Reservation::OutcomeUnknown => Problem::new(
            Code::RequestInProgress,
            "The portal was stopped while it worked on the request with this idempotency key. Look whether it was done, then send it with a new key if not.",
        ),
        Reservation::Conflict => Problem::new(
            Code::IdempotencyConflict,
            "This idempotency key was used for another request in the last 24 hours; take a new key for a new request.",
        ),
    };
    Ok(refuse(request, &problem))
}

async fn pass(
    next: Next<impl MessageBody + 'static>,
    request: ServiceRequest,
) -> Result<ServiceResponse<BoxBody>, Error> {
    next.call(request)
        .await
        .map(ServiceResponse::map_into_boxed_body)
}

fn refuse(request: ServiceRequest, problem: &Problem) -> ServiceResponse<BoxBody> {
    let response = problem.response(request.request());
    request.into_response(response)
}

/// The key, when the request has one and leads to an operation that takes it, from somebody who may have reserved it.
fn wanted(request: &ServiceRequest) -> Result<Option<(Services, IdempotencyKey)>, Problem> {
    if !request.headers().contains_key(KEY) {
        return Ok(None);
    }
    let operation = operations::of_path(request.method(), request.match_info().as_str());
    let Some(operation) = operation.filter(|o| o.takes_key) else {
        return Ok(None);
    };
    let Some(services) = request
        .app_data::<Shared>()
        .map(|shared| shared.services().clone())
    else {
        return Ok(None);
    };
    let caller = if operation.public {
        format!("network:{}", origin(request.request()).network)
    } else {
        match request.extensions().get::<Caller>() {
            None => return Ok(None),
            Some(Caller::Person(signed_in)) => format!("user:{}", signed_in.actor.user),
            Some(Caller::Client(actor)) => match &actor.client {
                None => return Ok(None),
                Some(client) => format!("client:{}", client.id),
            },
        }
    };
    let key = key_of(request.headers())?;
    Ok(Some((services, IdempotencyKey { caller, key })))
}

fn key_of(headers: &HeaderMap) -> Result<String, Problem> {
    let mut given = headers.get_all(KEY);
    let (one, none) = (given.next(), given.next());
    one.filter(|_| none.is_none())
        .and_then(|value| value.to_str().ok())
        .filter(|key| (1..=255).contains(&key.len()) && key.bytes().all(|b| b.is_ascii_graphic()))
        .map(str::to_owned)
        .ok_or_else(|| {
            Problem::field(
                "Idempotency-Key",
                "invalid",
                "An idempotency key is given once and has 1 to 255 visible ASCII characters.",
            )
        })
}

/// An answer kept for a person is not given when a next step has come up meanwhile.
fn still_welcome(request: &ServiceRequest) -> bool {
    request
        .extensions()
        .get::<Caller>()
        .is_none_or(|caller| match caller {
            Caller::Person(signed_in) => signed_in.next_step.is_none(),
            Caller::Client(_) => true,
        })
}

async fn kept(
    services: &Services,
    key: &IdempotencyKey,
    response: ServiceResponse<BoxBody>,
) -> ServiceResponse<BoxBody> {
    if !response.status().is_success() {
        if let Err(fault) = idempotency::release(services, key).await {
            tracing::warn!(%fault, "an idempotency key was not freed");
        }
        return response;
    }
    let (request, response) = response.into_parts();
    let (head, body) = response.into_parts();
    let bytes = to_bytes(body).await.unwrap_or_default();
    let headers: BTreeMap<&str, &str> = KEPT
        .iter()
        .filter_map(|name| Some((name.as_str(), head.headers().get(name)?.to_str().ok()?)))
        .collect();
    let answer = Answer {
        status: head.status().as_u16(),
        headers: serde_json::to_string(&headers).unwrap_or_default(),
        body: String::from_utf8_lossy(&bytes).into_owned(),
    };
    if let Err(fault) = idempotency::keep(services, key, answer).await {
        tracing::warn!(%fault, "the answer of an idempotency key was not kept");
    }
    ServiceResponse::new(request, head.set_body(BoxBody::new(bytes)))
}

fn replay(answer: Answer) -> HttpResponse {
    let Answer {
        status,
        headers,
        body,
    } = answer;
    let status = StatusCode::from_u16(status).unwrap_or(StatusCode::OK);
    let mut response = HttpResponse::build(status);
    let headers: BTreeMap<String, String> = serde_json::from_str(&headers).unwrap_or_default();
    for (name, value) in headers {
        response.insert_header((name, value));
    }
    response.insert_header((REPLAYED, HeaderValue::from_static("true")));
    response.body(body)
}
