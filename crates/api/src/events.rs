//! The feed of an account's events over HTTP, for programs that cannot receive calls.

use actix_web::{HttpResponse, get};
use chrono::{DateTime, Utc};
use quaymaster_service::events::{self, AccountEvent as Event, Feed};
use serde::{Deserialize, Serialize};
use utoipa::openapi::schema::{ObjectBuilder, Type};
use utoipa::openapi::{RefOr, Schema};
use utoipa::{IntoParams, PartialSchema, ToSchema};
use uuid::Uuid;

use crate::extract::{Authed, Path, Query};
use crate::lists::page_request;
use crate::problem::Problem;

/// What happened. The names of the domain's catalogue, which never change.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct EventType(pub(crate) quaymaster_domain::events::EventType);

impl PartialSchema for EventType {
    fn schema() -> RefOr<Schema> {
        let all = quaymaster_domain::events::EventType::ALL;
        let mut words = String::from("What happened:\n");
        for event in all {
            words.push_str(&format!("\n- `{}`: {}", event.as_str(), event.describe()));
        }
        words.push_str("\n\nTypes are added over time; what is not known is to be passed over.");
        ObjectBuilder::new()
            .schema_type(Type::String)
            .enum_values(Some(all.iter().map(|event| event.as_str())))
            .description(Some(words))
            .examples(["user.locked"])
            .build()
            .into()
    }
}

impl ToSchema for EventType {}

impl Serialize for EventType {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.0.as_str())
    }
}

impl<'de> Deserialize<'de> for EventType {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let word = String::deserialize(deserializer)?;
        quaymaster_domain::events::EventType::from_word(&word)
            .map(Self)
            .ok_or_else(|| serde::de::Error::custom("there is no event of this type"))
    }
}

/// An event of an account, CloudEvents 1.0. It holds ids only; read the things themselves with own rights.
#[derive(Serialize, ToSchema)]
#[schema(example = json!({"specversion": "1.0", "id": "01909c3e-3b5a-7000-8000-0000000000e1", "source": "/api/v1/accounts/01909c3e-3b5a-7000-8000-0000000000a1", "type": "user.locked", "time": "2026-03-02T15:00:00.000000Z", "subject": "user/01909c3e-3b5a-7000-8000-0000000000b1", "datacontenttype": "application/json", "sequence": "42", "data": {"account_id": "01909c3e-3b5a-7000-8000-0000000000a1", "user_id": "01909c3e-3b5a-7000-8000-0000000000b1"}}))]
pub(crate) struct AccountEvent {
    /// Always `1.0`.
    #[schema(example = "1.0")]
    specversion: &'static str,
    /// Identity; unique together with `source`. Whoever gets an event twice knows it by this.
    id: Uuid,
    /// The account: its path in this API.
    #[schema(example = "/api/v1/accounts/01909c3e-3b5a-7000-8000-0000000000a1")]
    source: String,
    /// What happened.
    #[serde(rename = "type")]
    kind: EventType,
    /// When it happened.
    time: DateTime<Utc>,
    /// To what: kind and id.
    #[schema(example = "user/01909c3e-3b5a-7000-8000-0000000000b1")]
    subject: String,
    /// Always `application/json`.
    #[schema(example = "application/json")]
    datacontenttype: &'static str,
    /// The number of the event in the account, decimal: they count up by one, in the order in which events became
    /// visible. Pass it as `after`. A test event has `0`: it is not in the feed.
    #[schema(example = "42")]
    sequence: String,
    /// Ids of what the event is about, e.g. `account_id` and `user_id`, and the `state` where an end can be good or bad.
    #[schema(value_type = Object)]
    data: serde_json::Value,
}

impl From<Event> for AccountEvent {
    fn from(event: Event) -> Self {
        let Event {
            account,
            id,
            number,
            at,
            kind,
            subject,
            data,
        } = event;
        Self {
            specversion: "1.0",
            id: id.into(),
            source: format!("/api/v1/accounts/{account}"),
            kind: EventType(kind),
            time: at,
            subject,
            datacontenttype: "application/json",
            sequence: number.to_string(),
            data: serde_json::Value::Object(data),
        }
    }
}

/// A piece of the feed.
#[derive(Serialize, ToSchema)]
pub(crate) struct AccountEventFeed {
    /// The events, the oldest first.
    items: Vec<AccountEvent>,
    /// Pass it as `after` to go on, now or later.
    #[schema(example = "42")]
    next_after: String,
    /// True when there are more already.
    has_more: bool,
}

/// Where the feed goes on.
#[derive(Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(crate) struct EventsQuery {
    /// The `sequence` of the last event that was read; without it, from the oldest that is kept.
    #[param(max_length = 19, pattern = "^[0-9]{1,19}$")]
    after: Option<String>,
    /// Events per answer, 1–200; 50 unless given.
    #[param(minimum = 1, maximum = 200)]
    limit: Option<u64>,
}

/// Read the events of an account
///
/// The same events as webhooks get, for programs that cannot receive calls: ask again with `next_after` as often as you
/// like. Numbers are given without gaps, after the acts are committed, so no event is ever skipped; a gap before the first
/// item means that older ones are not kept any more. Events are kept for 30 days. For the Account Owner, proxies, auditors
/// and administrators.
#[utoipa::path(tag = "webhooks", params(("id" = Uuid, Path, description = "The account"), EventsQuery), responses((status = 200, description = "A piece of the feed", body = AccountEventFeed)))]
#[get("/accounts/{id}/events")]
pub(crate) async fn list_account_events(
    authed: Authed,
    path: Path<Uuid>,
    query: Query<EventsQuery>,
) -> Result<HttpResponse, Problem> {
    let EventsQuery { after, limit } = query.0;
    let limit = page_request(limit, None)?.limit;
    let after = match after {
        None => 0,
        Some(text) => number(&text).ok_or_else(|| {
            Problem::field(
                "?after",
                "invalid",
                "This is the sequence of no event; take next_after of the answer before, or leave it out.",
            )
        })?,
    };
    let Feed {
        events,
        next_after,
        has_more,
    } = events::feed(
        &authed.actor,
        authed.services(),
        path.0.into(),
        after,
        limit,
    )
    .await?;
    Ok(HttpResponse::Ok().json(AccountEventFeed {
        items: events.into_iter().map(Into::into).collect(),
        next_after: next_after.to_string(),
        has_more,
    }))
}

/// Digits only: no sign, no blanks.
fn number(text: &str) -> Option<i64> {
    let digits = !text.is_empty() && text.bytes().all(|b| b.is_ascii_digit());
    digits.then(|| text.parse().ok()).flatten()
}
