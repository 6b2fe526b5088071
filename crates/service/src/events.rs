//! The feed of an account's events, and their form on the wire (CloudEvents 1.0). Keeping an event is part of every commit.

use chrono::{DateTime, SecondsFormat, Utc};
use quaymaster_domain::access::{Action, Actor, Thing, require_read};
use quaymaster_domain::events::EventType;
use quaymaster_domain::ids::{AccountId, EventId};
use quaymaster_store::account_events as store;
pub use quaymaster_store::account_events::AccountEvent;
use serde_json::{Map, Value, json};

use crate::Services;
use crate::error::Fault;
use crate::users::place;

/// A piece of the feed.
#[derive(Clone, Debug)]
pub struct Feed {
    /// The events, the oldest first.
    pub events: Vec<AccountEvent>,
    /// The number after which the feed goes on.
    pub next_after: i64,
    /// True when there are more already.
    pub has_more: bool,
}

/// The events of an account after a number. What was committed before this call is in the feed when it answers.
///
/// # Errors
/// [`Fault::NotFound`] or [`Fault::Denied`] when the actor may not read it.
pub async fn feed(
    actor: &Actor,
    s: &Services,
    account: AccountId,
    after: i64,
    limit: u64,
) -> Result<Feed, Fault> {
    let at = place(actor, s, account).await?;
    let scope = require_read(actor, Action::ReadEvents, &Thing::Account(at))?;
    while store::has_new(&s.db.reader(), account).await? {
        crate::webhooks::hand_out(s, account).await?;
    }
    let mut events = store::after(&s.db.reader(), &scope, account, after, limit + 1).await?;
    let has_more = u64::try_from(events.len()).unwrap_or(u64::MAX) > limit;
    events.truncate(usize::try_from(limit).unwrap_or(usize::MAX));
    Ok(Feed {
        next_after: events.last().map_or(after, |last| last.number),
        events,
        has_more,
    })
}

/// An event on the wire.
#[must_use]
pub(crate) fn cloud_event(event: &AccountEvent) -> Value {
    let AccountEvent {
        account,
        id,
        number,
        at,
        kind,
        subject,
        data,
    } = event;
    let mut wire = envelope(*account, *id, *kind, *at, subject, data.clone());
    wire.insert("sequence".to_owned(), number.to_string().into());
    Value::Object(wire)
}

/// What every event has. `source` and `id` together are unique in the portal.
pub(crate) fn envelope(
    account: AccountId,
    id: EventId,
    kind: EventType,
    at: DateTime<Utc>,
    subject: &str,
    data: Map<String, Value>,
) -> Map<String, Value> {
    let fields = json!({
        "specversion": "1.0",
        "id": id,
        "source": format!("/api/v1/accounts/{account}"),
        "type": kind.as_str(),
        "time": at.to_rfc3339_opts(SecondsFormat::Micros, true),
        "subject": subject,
        "datacontenttype": "application/json",
        "data": data,
    });
    match fields {
        Value::Object(fields) => fields,
        _ => Map::new(),
    }
}
