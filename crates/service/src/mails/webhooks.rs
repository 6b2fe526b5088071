//! Letters about webhooks: that an event was given up, that a webhook is paused.

use chrono::{DateTime, Utc};
use quaymaster_store::webhooks::{Delivery, Webhook};

use super::Letter;
use crate::Services;

/// An event was given up after three days; once a day for a webhook.
pub(crate) fn given_up(
    s: &Services,
    hook: &Webhook,
    delivery: &Delivery,
    now: DateTime<Utc>,
) -> Letter {
    let problem = delivery.last_problem.as_deref().unwrap_or_default();
    Letter {
        template: "webhook_given_up",
        subject: "Events do not arrive at your webhook".to_owned(),
        text: format!(
            "For three days, the portal has tried to send an event ({}) of your account to {} and has now given up. The last attempt: {problem}\n\nSee what happened, and send it again when the receiver is mended, at {}/company/webhooks. Whatever was not received can also be read from the feed of events, which keeps everything for 30 days. You get this letter at most once a day for a webhook.",
            delivery.kind.as_str(),
            hook.url,
            s.settings.base_url
        ),
        once: Some(format!("webhook_given_up:{}:{}", hook.id, now.date_naive())),
    }
}

/// A webhook is not sent to any more.
pub(crate) fn paused(s: &Services, hook: &Webhook) -> Letter {
    let why = hook.paused_reason.as_deref().unwrap_or_default();
    Letter {
        template: "webhook_paused",
        subject: "Your webhook is paused".to_owned(),
        text: format!(
            "The portal does not send events to {} any more. {why}\n\nEvents wait meanwhile. Mend the address and let it go on, or end the webhook, at {}/company/webhooks.",
            hook.url, s.settings.base_url
        ),
        once: Some(format!("webhook_paused:{}:{}", hook.id, hook.version)),
    }
}
