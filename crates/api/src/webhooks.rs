//! Webhooks of an account over HTTP: making, changing and ending them, their secrets, test events, and the log of deliveries.

use actix_web::http::StatusCode;
use actix_web::{HttpResponse, delete, get, patch, post};
use chrono::{DateTime, Utc};
use quaymaster_domain::webhooks as domain;
use quaymaster_service::Cursor;
use quaymaster_service::webhooks::{
    self, Attempt, Delivery, DeliveryView, NewWebhook, WebhookPatch, WebhookView,
};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use uuid::Uuid;
use validator::Validate;

use crate::common::{present, versioned, wire_enums};
use crate::events::EventType;
use crate::extract::{Authed, IfMatch, Json, Path, Query};
use crate::input::Moment;
use crate::lists::page_request;
use crate::problem::{Problem, ProblemBody};

wire_enums! {
    /// Whether a webhook is sent to.
    WebhookState = domain::WebhookState {
        /// Events are sent.
        Active,
        /// Events wait until it goes on.
        Paused,
        /// It is over; only its log is left.
        Ended,
    }
    /// Where an event on its way to a webhook stands.
    DeliveryState = domain::DeliveryState {
        /// It is tried, or tried again.
        Waiting,
        /// The receiver took it.
        Delivered,
        /// It was given up; it can be sent again.
        Failed,
        /// The webhook ended before it arrived.
        CalledOff,
    }
    /// What an attempt came to.
    AttemptOutcome = domain::Outcome {
        /// The receiver answered 2xx.
        Delivered,
        /// The receiver answered another status.
        RefusedStatus,
        /// The receiver answered 3xx, which is not followed.
        Redirected,
        /// The receiver answered 410: the webhook is paused.
        Gone,
        /// The receiver took too long.
        TimedOut,
        /// The name of the host leads nowhere.
        NotResolved,
        /// The host has an address that is not sent to.
        AddressRefused,
        /// Nobody listens there, or the connection broke.
        NotConnected,
        /// The connection could not be secured.
        TlsFailed,
        /// What came back is no HTTP.
        BrokenAnswer,
    }
}

/// An address that events of an account are sent to.
#[derive(Serialize, ToSchema)]
pub(crate) struct Webhook {
    /// Identity.
    id: Uuid,
    /// Where to.
    #[schema(example = "https://hooks.example.com/quaymaster")]
    url: String,
    /// What it is for.
    #[schema(example = "Our ERP")]
    description: Option<String>,
    /// Which events; `null` for all, also those to come.
    event_types: Option<Vec<EventType>>,
    /// Whether it is sent to.
    state: WebhookState,
    /// Why it is paused, when the portal did that.
    paused_reason: Option<String>,
    /// When it was made.
    created_at: DateTime<Utc>,
    /// By whom.
    #[schema(example = "Ana Lee")]
    created_by_name: String,
    /// When the signing secret was last changed.
    secret_rotated_at: Option<DateTime<Utc>>,
    /// Until when the secret before signs as well.
    previous_secret_until: Option<DateTime<Utc>>,
    /// When an event last arrived.
    last_delivered_at: Option<DateTime<Utc>>,
    /// When an attempt last failed.
    last_failed_at: Option<DateTime<Utc>>,
    /// How many events are on their way.
    waiting: u64,
    /// How many events were given up and not sent again.
    failed: u64,
    /// For `If-Match`.
    version: i64,
}

impl From<WebhookView> for Webhook {
    fn from(view: WebhookView) -> Self {
        let WebhookView { webhook, counts } = view;
        let webhooks::Webhook {
            id,
            account: _,
            url,
            description,
            kinds,
            state,
            paused_reason,
            secret: _,
            previous,
            rotated_at,
            created_at,
            created_by_name,
            ended_at: _,
            last_delivered_at,
            last_failed_at,
            version,
        } = webhook;
        Self {
            id: id.into(),
            url,
            description,
            event_types: (!kinds.is_empty()).then(|| kinds.into_iter().map(EventType).collect()),
            state: state.into(),
            paused_reason,
            created_at,
            created_by_name,
            secret_rotated_at: rotated_at,
            previous_secret_until: previous.map(|(_, until)| until),
            last_delivered_at,
            last_failed_at,
            waiting: counts.waiting,
            failed: counts.failed,
            version,
        }
    }
}

/// The webhooks of an account.
#[derive(Serialize, ToSchema)]
pub(crate) struct WebhookList {
    /// All of them, the oldest first; an account has at most ten.
    items: Vec<Webhook>,
}

/// A webhook with its signing secret, which is shown this once.
#[derive(Serialize, ToSchema)]
pub(crate) struct WebhookWithSecret {
    /// The webhook.
    webhook: Webhook,
    /// The key of the signature, by the Standard Webhooks scheme: `whsec_` and 32 bytes in base64. Not shown again.
    #[schema(example = "whsec_AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=")]
    signing_secret: String,
}

/// A webhook that is to be made.
#[derive(Deserialize, ToSchema, Validate)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({"url": "https://hooks.example.com/quaymaster", "description": "Our ERP", "event_types": ["user.locked", "record_import.finished"]}))]
pub(crate) struct WebhookNew {
    /// Where to: https, a public host, no user name, no `#`.
    #[schema(max_length = 500)]
    #[validate(length(max = 500, message = "An address has at most 500 characters."))]
    url: String,
    /// What it is for.
    #[schema(max_length = 200)]
    #[validate(length(max = 200, message = "A description has at most 200 characters."))]
    description: Option<String>,
    /// Which events; `null` for all, also those to come.
    #[schema(min_items = 1, max_items = 100)]
    #[validate(length(
        min = 1,
        max = 100,
        message = "Name at least one event, or null for all."
    ))]
    event_types: Option<Vec<EventType>>,
}

/// What is to be changed of a webhook.
#[derive(Deserialize, ToSchema, Validate)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({"paused": true}))]
pub(crate) struct WebhookChange {
    /// Where to: https, a public host, no user name, no `#`.
    #[serde(default)]
    #[schema(max_length = 500)]
    #[validate(length(max = 500, message = "An address has at most 500 characters."))]
    url: Option<String>,
    /// What it is for; `null` clears it.
    #[serde(default, deserialize_with = "present")]
    #[schema(value_type = Option<String>, max_length = 200)]
    description: Option<Option<String>>,
    /// Which events; `null` for all, also those to come.
    #[serde(default, deserialize_with = "present")]
    #[schema(value_type = Option<Vec<EventType>>, min_items = 1, max_items = 100)]
    event_types: Option<Option<Vec<EventType>>>,
    /// True to hold it: events wait. False to let it go on.
    #[serde(default)]
    paused: Option<bool>,
}

/// An event on its way to a webhook, or what became of it.
#[derive(Serialize, ToSchema)]
pub(crate) struct WebhookDelivery {
    /// Identity.
    id: Uuid,
    /// The event: its `id`, and the `webhook-id` of every attempt.
    event_id: Uuid,
    /// What happened.
    event_type: EventType,
    /// Where it stands.
    state: DeliveryState,
    /// How often it was tried in all.
    attempts_made: i64,
    /// When it was handed out.
    created_at: DateTime<Utc>,
    /// When it is tried next; `null` when it is over.
    next_attempt_at: Option<DateTime<Utc>>,
    /// When it came to its end.
    finished_at: Option<DateTime<Utc>>,
    /// What went wrong last, for people.
    #[schema(example = "The receiver answered 500; only 2xx counts as received.")]
    last_problem: Option<String>,
}

impl From<Delivery> for WebhookDelivery {
    fn from(delivery: Delivery) -> Self {
        let Delivery {
            id,
            webhook: _,
            event,
            kind,
            body: _,
            state,
            attempts,
            tries: _,
            round_at: _,
            created_at,
            next_attempt_at,
            finished_at,
            last_problem,
        } = delivery;
        Self {
            id: id.into(),
            event_id: event.into(),
            event_type: EventType(kind),
            state: state.into(),
            attempts_made: attempts,
            created_at,
            next_attempt_at: (state == domain::DeliveryState::Waiting).then_some(next_attempt_at),
            finished_at,
            last_problem,
        }
    }
}

/// A page of deliveries.
#[derive(Serialize, ToSchema)]
pub(crate) struct WebhookDeliveryPage {
    /// The rows, the newest first.
    items: Vec<WebhookDelivery>,
    /// Pass it as `cursor` for the next page; `null` at the end.
    next_cursor: Option<String>,
}

/// One attempt to send an event.
#[derive(Serialize, ToSchema)]
pub(crate) struct WebhookAttempt {
    /// Its number within the delivery.
    number: i64,
    /// When it began.
    at: DateTime<Utc>,
    /// How long it took, milliseconds.
    duration_ms: i64,
    /// What it came to.
    outcome: AttemptOutcome,
    /// The status that the receiver answered.
    status: Option<u16>,
    /// What happened, for people.
    #[schema(example = "The receiver answered 500; only 2xx counts as received.")]
    detail: String,
    /// The beginning of what the receiver answered, at most 1 KiB.
    response: Option<String>,
}

impl From<Attempt> for WebhookAttempt {
    fn from(attempt: Attempt) -> Self {
        let Attempt {
            number,
            at,
            millis,
            outcome,
            status,
            detail,
            response,
        } = attempt;
        Self {
            number,
            at,
            duration_ms: millis,
            outcome: outcome.into(),
            status,
            detail,
            response,
        }
    }
}

/// A delivery with its attempts and what is sent.
#[derive(Serialize, ToSchema)]
pub(crate) struct WebhookDeliveryDetail {
    /// The delivery.
    delivery: WebhookDelivery,
    /// Its attempts, the newest first, at most 200.
    attempts: Vec<WebhookAttempt>,
    /// The body of every attempt, byte for byte: an event as JSON.
    payload: String,
}

/// Filters of deliveries.
#[derive(Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(crate) struct DeliveriesQuery {
    /// Rows per page, 1–200; 50 unless given.
    #[param(minimum = 1, maximum = 200)]
    limit: Option<u64>,
    /// `next_cursor` of the page before.
    #[param(max_length = 1024)]
    cursor: Option<String>,
    /// Only those that stand here.
    state: Option<DeliveryState>,
}

/// Which events are to be sent again.
#[derive(Deserialize, ToSchema, Validate)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({"since": "2026-03-01T00:00:00Z"}))]
pub(crate) struct RedeliveriesNew {
    /// Every event that was given up at this moment or later.
    #[schema(value_type = DateTime<Utc>)]
    since: Moment,
}

/// How many events are sent again.
#[derive(Serialize, ToSchema)]
pub(crate) struct Redeliveries {
    /// How many.
    deliveries: u64,
}

fn wanted(
    pointer: &str,
    types: Option<Vec<EventType>>,
) -> Result<Vec<quaymaster_domain::events::EventType>, Problem> {
    let mut kinds: Vec<_> = types.into_iter().flatten().map(|t| t.0).collect();
    kinds.sort_unstable();
    kinds.dedup();
    if kinds.iter().any(|kind| !kind.is_selectable()) {
        return Err(Problem::field(
            pointer,
            "invalid",
            "Test events arrive by themselves; leave webhook.test out.",
        ));
    }
    Ok(kinds)
}

fn text(pointer: &str, text: Option<String>) -> Result<Option<String>, Problem> {
    let text = text.map(|t| t.trim().to_owned()).filter(|t| !t.is_empty());
    if text
        .as_ref()
        .is_some_and(|t| t.chars().count() > 200 || t.chars().any(char::is_control))
    {
        return Err(Problem::field(
            pointer,
            "invalid",
            "A description has at most 200 characters in one line.",
        ));
    }
    Ok(text)
}

/// List the webhooks of an account
///
/// For the Account Owner, proxies, auditors and administrators.
#[utoipa::path(tag = "webhooks", params(("id" = Uuid, Path, description = "The account")), responses((status = 200, description = "All of them", body = WebhookList)))]
#[get("/accounts/{id}/webhooks")]
pub(crate) async fn list_webhooks(
    authed: Authed,
    path: Path<Uuid>,
) -> Result<HttpResponse, Problem> {
    let found = webhooks::list(&authed.actor, authed.services(), path.0.into()).await?;
    Ok(HttpResponse::Ok().json(WebhookList {
        items: found.into_iter().map(Into::into).collect(),
    }))
}

/// Make a webhook
///
/// Events that happen from now on are sent to the address, signed with the secret that is answered this once. For the
/// Account Owner and proxies, with a fresh proof of identity.
#[utoipa::path(tag = "webhooks", params(("id" = Uuid, Path, description = "The account")), request_body = WebhookNew, responses((status = 201, description = "Made; the secret is not shown again", body = WebhookWithSecret), (status = 409, description = "`too-many-webhooks`", body = ProblemBody, content_type = "application/problem+json")))]
#[post("/accounts/{id}/webhooks")]
pub(crate) async fn create_webhook(
    authed: Authed,
    path: Path<Uuid>,
    body: Json<WebhookNew>,
) -> Result<HttpResponse, Problem> {
    let WebhookNew {
        url,
        description,
        event_types,
    } = body.0;
    let new = NewWebhook {
        url,
        description: text("/description", description)?,
        kinds: wanted("/event_types", event_types)?,
    };
    let (view, signing_secret) =
        webhooks::create(&authed.actor, authed.services(), path.0.into(), new).await?;
    let version = view.webhook.version;
    let shown = WebhookWithSecret {
        webhook: view.into(),
        signing_secret,
    };
    Ok(versioned(StatusCode::CREATED, version, &shown))
}

/// Read a webhook
///
/// Ended ones too, for their log. For the Account Owner, proxies, auditors and administrators.
#[utoipa::path(tag = "webhooks", params(("id" = Uuid, Path, description = "The account"), ("webhook_id" = Uuid, Path, description = "The webhook")), responses((status = 200, description = "The webhook", body = Webhook)))]
#[get("/accounts/{id}/webhooks/{webhook_id}")]
pub(crate) async fn get_webhook(
    authed: Authed,
    path: Path<(Uuid, Uuid)>,
) -> Result<HttpResponse, Problem> {
    let (account, id) = path.0;
    let view = webhooks::find(&authed.actor, authed.services(), account.into(), id.into()).await?;
    let version = view.webhook.version;
    Ok(versioned(StatusCode::OK, version, &Webhook::from(view)))
}

/// Change a webhook
///
/// Its address, its events, or whether it is held; events wait while it is. For the Account Owner and proxies, with a fresh
/// proof of identity.
#[utoipa::path(tag = "webhooks", params(("id" = Uuid, Path, description = "The account"), ("webhook_id" = Uuid, Path, description = "The webhook"), ("If-Match" = String, Header, description = "The ETag that was read")), request_body = WebhookChange, responses((status = 200, description = "The webhook as it is now", body = Webhook), (status = 409, description = "`webhook-ended`", body = ProblemBody, content_type = "application/problem+json")))]
#[patch("/accounts/{id}/webhooks/{webhook_id}")]
pub(crate) async fn update_webhook(
    authed: Authed,
    path: Path<(Uuid, Uuid)>,
    if_match: IfMatch,
    body: Json<WebhookChange>,
) -> Result<HttpResponse, Problem> {
    let (account, id) = path.0;
    let WebhookChange {
        url,
        description,
        event_types,
        paused,
    } = body.0;
    if matches!(&event_types, Some(Some(list)) if list.is_empty()) {
        return Err(Problem::field(
            "/event_types",
            "invalid",
            "Name at least one event, or null for all.",
        ));
    }
    let patch = WebhookPatch {
        url,
        description: match description {
            Some(words) => Some(text("/description", words)?),
            None => None,
        },
        kinds: match event_types {
            Some(types) => Some(wanted("/event_types", types)?),
            None => None,
        },
        paused,
    };
    let view = webhooks::update(
        &authed.actor,
        authed.services(),
        account.into(),
        id.into(),
        if_match.0,
        patch,
    )
    .await?;
    let version = view.webhook.version;
    Ok(versioned(StatusCode::OK, version, &Webhook::from(view)))
}

/// End a webhook
///
/// What is on its way is called off; the log stays for 30 days. For the Account Owner and proxies, with a fresh proof of
/// identity.
#[utoipa::path(tag = "webhooks", params(("id" = Uuid, Path, description = "The account"), ("webhook_id" = Uuid, Path, description = "The webhook"), ("If-Match" = String, Header, description = "The ETag that was read")), responses((status = 204, description = "Ended"), (status = 409, description = "`webhook-ended`", body = ProblemBody, content_type = "application/problem+json")))]
#[delete("/accounts/{id}/webhooks/{webhook_id}")]
pub(crate) async fn end_webhook(
    authed: Authed,
    path: Path<(Uuid, Uuid)>,
    if_match: IfMatch,
) -> Result<HttpResponse, Problem> {
    let (account, id) = path.0;
    webhooks::end(
        &authed.actor,
        authed.services(),
        account.into(),
        id.into(),
        if_match.0,
    )
    .await?;
    Ok(HttpResponse::NoContent().finish())
}

/// Change the signing secret
///
/// The new secret is answered this once. The one before signs as well for 24 hours, so that the receiver can change over. For
/// the Account Owner and proxies, with a fresh proof of identity.
#[utoipa::path(tag = "webhooks", params(("id" = Uuid, Path, description = "The account"), ("webhook_id" = Uuid, Path, description = "The webhook")), responses((status = 200, description = "Changed; the secret is not shown again", body = WebhookWithSecret), (status = 409, description = "`webhook-ended`", body = ProblemBody, content_type = "application/problem+json")))]
#[post("/accounts/{id}/webhooks/{webhook_id}/secret")]
pub(crate) async fn rotate_webhook_secret(
    authed: Authed,
    path: Path<(Uuid, Uuid)>,
) -> Result<HttpResponse, Problem> {
    let (account, id) = path.0;
    let (view, signing_secret) =
        webhooks::rotate_secret(&authed.actor, authed.services(), account.into(), id.into())
            .await?;
    let version = view.webhook.version;
    let shown = WebhookWithSecret {
        webhook: view.into(),
        signing_secret,
    };
    Ok(versioned(StatusCode::OK, version, &shown))
}

/// Send a test event
///
/// An event of the type `webhook.test` is put on its way to this webhook alone; what becomes of it stands in the log. For the
/// Account Owner and proxies.
#[utoipa::path(tag = "webhooks", params(("id" = Uuid, Path, description = "The account"), ("webhook_id" = Uuid, Path, description = "The webhook")), responses((status = 202, description = "On its way", body = WebhookDelivery), (status = 409, description = "`webhook-ended`", body = ProblemBody, content_type = "application/problem+json")))]
#[post("/accounts/{id}/webhooks/{webhook_id}/test-event")]
pub(crate) async fn send_test_event(
    authed: Authed,
    path: Path<(Uuid, Uuid)>,
) -> Result<HttpResponse, Problem> {
    let (account, id) = path.0;
    let made =
        webhooks::send_test(&authed.actor, authed.services(), account.into(), id.into()).await?;
    Ok(HttpResponse::Accepted().json(WebhookDelivery::from(made)))
}

/// List the deliveries of a webhook
///
/// What was sent or is on its way, the newest first, with what went wrong last; kept for 30 days after its end. For the Account
/// Owner, proxies, auditors and administrators.
#[utoipa::path(tag = "webhooks", params(("id" = Uuid, Path, description = "The account"), ("webhook_id" = Uuid, Path, description = "The webhook"), DeliveriesQuery), responses((status = 200, description = "A page of deliveries", body = WebhookDeliveryPage)))]
#[get("/accounts/{id}/webhooks/{webhook_id}/deliveries")]
pub(crate) async fn list_webhook_deliveries(
    authed: Authed,
    path: Path<(Uuid, Uuid)>,
    query: Query<DeliveriesQuery>,
) -> Result<HttpResponse, Problem> {
    let (account, id) = path.0;
    let DeliveriesQuery {
        limit,
        cursor,
        state,
    } = query.0;
    let page = page_request(limit, cursor.as_deref())?;
    let found = webhooks::deliveries(
        &authed.actor,
        authed.services(),
        account.into(),
        id.into(),
        state.map(Into::into),
        &page,
    )
    .await?;
    Ok(HttpResponse::Ok().json(WebhookDeliveryPage {
        next_cursor: found.next.as_ref().map(Cursor::encode),
        items: found.items.into_iter().map(Into::into).collect(),
    }))
}

/// Read a delivery
///
/// With every attempt, what the receiver answered and what is sent. For the Account Owner, proxies, auditors and
/// administrators.
#[utoipa::path(tag = "webhooks", params(("id" = Uuid, Path, description = "The account"), ("webhook_id" = Uuid, Path, description = "The webhook"), ("delivery_id" = Uuid, Path, description = "The delivery")), responses((status = 200, description = "The delivery", body = WebhookDeliveryDetail)))]
#[get("/accounts/{id}/webhooks/{webhook_id}/deliveries/{delivery_id}")]
pub(crate) async fn get_webhook_delivery(
    authed: Authed,
    path: Path<(Uuid, Uuid, Uuid)>,
) -> Result<HttpResponse, Problem> {
    let (account, id, delivery) = path.0;
    let DeliveryView { delivery, attempts } = webhooks::delivery(
        &authed.actor,
        authed.services(),
        account.into(),
        id.into(),
        delivery.into(),
    )
    .await?;
    Ok(HttpResponse::Ok().json(WebhookDeliveryDetail {
        payload: delivery.body.clone(),
        delivery: delivery.into(),
        attempts: attempts.into_iter().map(Into::into).collect(),
    }))
}

/// Send an event again
///
/// Whether it arrived or was given up; it is tried for three days again, under the same `webhook-id`. For the Account Owner and
/// proxies.
#[utoipa::path(tag = "webhooks", params(("id" = Uuid, Path, description = "The account"), ("webhook_id" = Uuid, Path, description = "The webhook"), ("delivery_id" = Uuid, Path, description = "The delivery")), responses((status = 202, description = "On its way", body = WebhookDelivery), (status = 409, description = "`delivery-waiting` or `webhook-ended`", body = ProblemBody, content_type = "application/problem+json")))]
#[post("/accounts/{id}/webhooks/{webhook_id}/deliveries/{delivery_id}/redelivery")]
pub(crate) async fn redeliver_event(
    authed: Authed,
    path: Path<(Uuid, Uuid, Uuid)>,
) -> Result<HttpResponse, Problem> {
    let (account, id, delivery) = path.0;
    let made = webhooks::redeliver(
        &authed.actor,
        authed.services(),
        account.into(),
        id.into(),
        delivery.into(),
    )
    .await?;
    Ok(HttpResponse::Accepted().json(WebhookDelivery::from(made)))
}

/// Send failed events again
///
/// Every event that was given up since a moment, at once. For the Account Owner and proxies.
#[utoipa::path(tag = "webhooks", params(("id" = Uuid, Path, description = "The account"), ("webhook_id" = Uuid, Path, description = "The webhook")), request_body = RedeliveriesNew, responses((status = 202, description = "On their way", body = Redeliveries), (status = 409, description = "`webhook-ended`", body = ProblemBody, content_type = "application/problem+json")))]
#[post("/accounts/{id}/webhooks/{webhook_id}/redeliveries")]
pub(crate) async fn redeliver_failed_events(
    authed: Authed,
    path: Path<(Uuid, Uuid)>,
    body: Json<RedeliveriesNew>,
) -> Result<HttpResponse, Problem> {
    let (account, id) = path.0;
    let RedeliveriesNew { since } = body.0;
    let deliveries = webhooks::redeliver_since(
        &authed.actor,
        authed.services(),
        account.into(),
        id.into(),
        since.0,
    )
    .await?;
    Ok(HttpResponse::Accepted().json(Redeliveries { deliveries }))
}
