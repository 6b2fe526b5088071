//! Events of an account and where they are sent.

use serde_json::json;

use super::super::ask::{Ask, ask};
use super::super::stage::Stage;

pub(super) fn all(w: &Stage) -> Vec<Ask> {
    let of = |operation| ask(operation).at("id", w.acme.account);
    let hook = |operation| of(operation).at("webhook_id", w.webhook);
    let delivery = |operation| hook(operation).at("delivery_id", w.webhook_delivery);
    vec![
        of("list_account_events"),
        of("list_webhooks"),
        of("create_webhook").json(json!({ "url": "https://hooks.example.com/b", "description": null, "event_types": null })),
        hook("get_webhook"),
        hook("update_webhook").json(json!({ "paused": true })),
        hook("end_webhook"),
        hook("rotate_webhook_secret"),
        hook("send_test_event"),
        hook("list_webhook_deliveries"),
        delivery("get_webhook_delivery"),
        delivery("redeliver_event"),
        hook("redeliver_failed_events").json(json!({ "since": "2026-03-01T00:00:00Z" })),
    ]
}
