//! The log of what was sent to a webhook, test events, and sending again by hand.

use chrono::{DateTime, Utc};
use quaymaster_domain::access::{Action, Actor};
use quaymaster_domain::events::EventType;
use quaymaster_domain::ids::{AccountId, EventId, WebhookDeliveryId, WebhookId};
use quaymaster_domain::webhooks::DeliveryState;
use quaymaster_store::webhooks::{self as store, Attempt, Delivery, Webhook};
use quaymaster_store::{Page, PageRequest};
use serde_json::{Map, Value};

use super::{WebhookError, locked, readable, writing};
use crate::Services;
use crate::error::Fault;
use crate::events::envelope;

/// How many attempts the page of a delivery shows; three days hold far fewer.
const MOST_ATTEMPTS: u64 = 200;

/// A delivery with its attempts.
#[derive(Clone, Debug)]
pub struct DeliveryView {
    /// The delivery.
    pub delivery: Delivery,
    /// Its attempts, the newest first.
    pub attempts: Vec<Attempt>,
}

async fn shown(
    actor: &Actor,
    s: &Services,
    account: AccountId,
    id: WebhookId,
) -> Result<Webhook, Fault> {
    let scope = readable(actor, s, account).await?;
    store::find(&s.db.reader(), &scope, account, id)
        .await?
        .ok_or(Fault::NotFound)
}

/// What was sent to a webhook, or waits to be, the newest first.
///
/// # Errors
/// [`Fault::NotFound`].
pub async fn deliveries(
    actor: &Actor,
    s: &Services,
    account: AccountId,
    id: WebhookId,
    state: Option<DeliveryState>,
    page: &PageRequest,
) -> Result<Page<Delivery>, Fault> {
    let hook = shown(actor, s, account, id).await?;
    Ok(store::list_deliveries(&s.db.reader(), &hook, state, page).await?)
}

/// One of them with its attempts.
///
/// # Errors
/// [`Fault::NotFound`].
pub async fn delivery(
    actor: &Actor,
    s: &Services,
    account: AccountId,
    id: WebhookId,
    delivery: WebhookDeliveryId,
) -> Result<DeliveryView, Fault> {
    let hook = shown(actor, s, account, id).await?;
    let reader = s.db.reader();
    let delivery = store::find_delivery(&reader, &hook, delivery)
        .await?
        .ok_or(Fault::NotFound)?;
    let attempts = store::list_attempts(&reader, &delivery, MOST_ATTEMPTS).await?;
    Ok(DeliveryView { delivery, attempts })
}

/// An event on its way from now on.
pub(super) fn new_delivery(
    s: &Services,
    hook: WebhookId,
    event: EventId,
    kind: EventType,
    body: String,
) -> Delivery {
    let now = s.now();
    Delivery {
        id: s.id(),
        webhook: hook,
        event,
        kind,
        body,
        state: DeliveryState::Waiting,
        attempts: 0,
        tries: 0,
        round_at: None,
        created_at: now,
        next_attempt_at: now,
        finished_at: None,
        last_problem: None,
    }
}

/// Sends an event of the kind `webhook.test` to a webhook.
///
/// # Errors
/// [`WebhookError::Ended`].
pub async fn send_test(
    actor: &Actor,
    s: &Services,
    account: AccountId,
    id: WebhookId,
) -> Result<Delivery, WebhookError> {
    let (permit, scope, tx) = writing(actor, s, account, Action::ResendEvents).await?;
    let hook = locked(&tx, &scope, account, id).await?;
    let event: EventId = s.id();
    let kind = EventType::WebhookTest;
    let mut data = Map::new();
    data.insert("account_id".to_owned(), account.to_string().into());
    data.insert("webhook_id".to_owned(), id.to_string().into());
    let subject = format!("webhook/{id}");
    let mut wire = envelope(account, event, kind, s.now(), &subject, data);
    // It has no number: it is not in the feed.
    wire.insert("sequence".to_owned(), "0".into());
    let body = Value::Object(wire).to_string();
    let delivery = new_delivery(s, id, event, kind, body);
    store::insert_deliveries(&tx, std::slice::from_ref(&delivery)).await?;
    let permit = permit
        .about("webhook", id, hook.url)
        .because("a test event was sent");
    s.commit(tx, permit).await?;
    Ok(delivery)
}

/// Sends an event to a webhook again, whether it arrived or was given up. It has three days again.
///
/// # Errors
/// [`WebhookError::OnItsWay`], [`WebhookError::Ended`].
pub async fn redeliver(
    actor: &Actor,
    s: &Services,
    account: AccountId,
    id: WebhookId,
    delivery: WebhookDeliveryId,
) -> Result<Delivery, WebhookError> {
    let (permit, scope, tx) = writing(actor, s, account, Action::ResendEvents).await?;
    let hook = locked(&tx, &scope, account, id).await?;
    let mut delivery = store::lock_delivery(&tx, delivery)
        .await?
        .filter(|d| d.webhook == id)
        .ok_or(Fault::NotFound)?;
    if delivery.state == DeliveryState::Waiting {
        return Err(WebhookError::OnItsWay);
    }
    delivery.state = DeliveryState::Waiting;
    delivery.tries = 0;
    delivery.round_at = None;
    delivery.finished_at = None;
    delivery.next_attempt_at = s.now();
    store::update_delivery(&tx, &delivery).await?;
    let permit = permit
        .about("webhook", id, hook.url)
        .because(format!("the event {} was sent again", delivery.event));
    s.commit(tx, permit).await?;
    Ok(delivery)
}

/// Sends every event again that was given up since a moment. Answers how many.
///
/// # Errors
/// [`WebhookError::Ended`].
pub async fn redeliver_since(
    actor: &Actor,
    s: &Services,
    account: AccountId,
    id: WebhookId,
    since: DateTime<Utc>,
) -> Result<u64, WebhookError> {
    let (permit, scope, tx) = writing(actor, s, account, Action::ResendEvents).await?;
    let hook = locked(&tx, &scope, account, id).await?;
    let count = store::again_since(&tx, &hook, since, s.now()).await?;
    let permit = permit
        .about("webhook", id, hook.url)
        .because(format!("{count} events that were given up were sent again"));
    s.commit(tx, permit).await?;
    Ok(count)
}
