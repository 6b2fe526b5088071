//! Sending: which event goes next, its signature, and what an attempt comes to. Every event arrives at least once: one that
//! was taken by a sender that died is due again when its lease is over.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use chrono::{DateTime, Duration, Utc};
use hmac::{Hmac, KeyInit, Mac};
use quaymaster_domain::access::Permit;
use quaymaster_domain::ids::{EventId, WebhookId};
use quaymaster_domain::webhooks::{DeliveryState, Outcome, WebhookState, next_attempt};
use quaymaster_store::webhooks::{self as store, Attempt, Delivery, Webhook};
use quaymaster_store::{WriteTx, accounts, users};
use sha2::Sha256;

use super::bound_to;
use crate::Services;
use crate::error::Fault;
use crate::mails::webhooks as letters;

/// How long an event belongs to the one who took it. Longer than any attempt.
const LEASE: Duration = Duration::minutes(2);

/// The beginning of an answer that is kept, bytes.
const KEPT: usize = 1024;

/// An event that is to be sent now.
#[derive(Clone, Debug)]
pub struct Parcel {
    /// Where to.
    pub url: String,
    /// The `webhook-id`: that of the event, the same at every attempt.
    pub id: EventId,
    /// The `webhook-timestamp`: seconds since 1970.
    pub timestamp: i64,
    /// The `webhook-signature`.
    pub signature: String,
    /// What is signed and sent.
    pub body: String,
    hook: WebhookId,
    delivery: Delivery,
    at: DateTime<Utc>,
}

/// What came of an attempt.
#[derive(Clone, Debug)]
pub struct Reply {
    /// In one word.
    pub outcome: Outcome,
    /// The status that the receiver answered.
    pub status: Option<u16>,
    /// What happened, a sentence without secrets.
    pub detail: String,
    /// What the receiver answered.
    pub body: Option<Vec<u8>>,
    /// How long it took.
    pub took: std::time::Duration,
}

/// The webhooks that something is due for, the longest waiting first.
///
/// # Errors
/// When the database is away.
pub async fn due(s: &Services, limit: u64) -> Result<Vec<WebhookId>, Fault> {
    Ok(store::due(&s.db.reader(), s.now(), limit).await?)
}

/// Takes the event of a webhook that waits longest; `None` when there is none.
///
/// # Errors
/// When the database is away.
pub async fn take(s: &Services, hook: WebhookId) -> Result<Option<Parcel>, Fault> {
    let now = s.now();
    let tx = s.db.begin_write().await?;
    let Some((hook, delivery)) = store::take(&tx, hook, now, now + LEASE).await? else {
        return Ok(None);
    };
    tx.commit_bookkeeping().await?;
    let timestamp = now.timestamp();
    let mut keys = vec![&hook.secret];
    if let Some((key, until)) = &hook.previous
        && now < *until
    {
        keys.push(key);
    }
    let mut signatures = Vec::new();
    for sealed in keys {
        let secret = s
            .secrets
            .open(&bound_to(hook.id), sealed)
            .ok_or_else(|| Fault::Internal(format!("the secret of {} is unreadable", hook.id)))?;
        signatures.push(sign(&secret, delivery.event, timestamp, &delivery.body)?);
    }
    Ok(Some(Parcel {
        url: hook.url,
        id: delivery.event,
        timestamp,
        signature: signatures.join(" "),
        body: delivery.body.clone(),
        hook: hook.id,
        delivery,
        at: now,
    }))
}

/// `v1,` and the HMAC-SHA256 of `id.timestamp.body` in base64, as the Standard Webhooks scheme has it.
fn sign(secret: &str, id: EventId, timestamp: i64, body: &str) -> Result<String, Fault> {
    let unfit = || Fault::Internal("a signing secret does not fit".to_owned());
    let key = secret
        .strip_prefix("whsec_")
        .and_then(|text| STANDARD.decode(text).ok())
        .ok_or_else(unfit)?;
    let Ok(mut mac) = <Hmac<Sha256>>::new_from_slice(&key) else {
        return Err(unfit());
    };
    mac.update(format!("{id}.{timestamp}.").as_bytes());
    mac.update(body.as_bytes());
    Ok(format!(
        "v1,{}",
        STANDARD.encode(mac.finalize().into_bytes())
    ))
}

/// Keeps what came of an attempt: arrived, again later, or given up. What was settled meanwhile stays as it is.
///
/// # Errors
/// When the database is away.
pub async fn settle(s: &Services, parcel: &Parcel, reply: Reply) -> Result<(), Fault> {
    let now = s.now();
    let Reply {
        outcome,
        status,
        detail,
        body,
        took,
    } = reply;
    let tx = s.db.begin_write().await?;
    // The webhook first, as everywhere: whoever ends it holds it too.
    let hook = store::lock_for_sender(&tx, parcel.hook).await?;
    let delivery = store::lock_delivery(&tx, parcel.delivery.id).await?;
    let (Some(mut hook), Some(mut delivery)) = (hook, delivery) else {
        return Ok(());
    };
    // Somebody else has it: the lease was over before the answer came.
    if delivery.attempts != parcel.delivery.attempts {
        return Ok(());
    }
    delivery.attempts += 1;
    delivery.tries += 1;
    let attempt = Attempt {
        number: delivery.attempts,
        at: parcel.at,
        millis: i64::try_from(took.as_millis()).unwrap_or(i64::MAX),
        outcome,
        status,
        detail: detail.clone(),
        response: body.map(|bytes| readable(&bytes)).filter(|t| !t.is_empty()),
    };
    store::insert_attempt(&tx, delivery.id, &attempt).await?;
    let arrived = outcome == Outcome::Delivered;
    store::noted(&tx, hook.id, arrived, now).await?;
    delivery.last_problem = (!arrived).then_some(detail);
    if delivery.state != DeliveryState::Waiting {
        // Called off while it was on its way.
        store::update_delivery(&tx, &delivery).await?;
        return Ok(tx.commit_bookkeeping().await?);
    }
    if arrived {
        delivery.state = DeliveryState::Delivered;
        delivery.finished_at = Some(now);
        store::update_delivery(&tx, &delivery).await?;
        return Ok(tx.commit_bookkeeping().await?);
    }
    let began = delivery.round_at.unwrap_or(now);
    let again = next_attempt(began, now, delivery.tries, jitter(s));
    match again.filter(|_| outcome != Outcome::Gone) {
        Some(at) => {
            delivery.next_attempt_at = at;
            store::update_delivery(&tx, &delivery).await?;
        }
        None => {
            delivery.state = DeliveryState::Failed;
            delivery.finished_at = Some(now);
            store::update_delivery(&tx, &delivery).await?;
            tracing::warn!(webhook = %hook.id, delivery = %delivery.id, outcome = outcome.as_str(), "an event for a webhook was given up");
            if outcome == Outcome::Gone {
                return pause(s, tx, &mut hook).await;
            }
            tell_owner(s, &tx, &hook, letters::given_up(s, &hook, &delivery, now)).await?;
        }
    }
    Ok(tx.commit_bookkeeping().await?)
}

/// The receiver said that it is gone: events wait until somebody mends the address.
async fn pause(s: &Services, tx: WriteTx, hook: &mut Webhook) -> Result<(), Fault> {
    const WHY: &str = "The receiver answered 410: it says that this address is gone.";
    // The time of the last failure was noted in this transaction, behind the back of this row.
    hook.last_failed_at = Some(s.now());
    hook.state = WebhookState::Paused;
    hook.paused_reason = Some(WHY.to_owned());
    hook.version += 1;
    store::update(&tx, hook).await?;
    tell_owner(s, &tx, hook, letters::paused(s, hook)).await?;
    let permit = Permit::system("webhook.pause", "delivery of webhooks")
        .within(Some(hook.account), None)
        .about("webhook", hook.id, hook.url.clone())
        .because(WHY);
    Ok(s.commit(tx, permit).await?)
}

async fn tell_owner(
    s: &Services,
    tx: &WriteTx,
    hook: &Webhook,
    letter: crate::mails::Letter,
) -> Result<(), Fault> {
    let owner = accounts::owner(tx, hook.account).await?;
    if let Some(owner) = owner
        && let Some(owner) = users::by_id(tx, owner).await?
        && owner.user_name.is_some()
    {
        letter.to(s, tx, &owner).await?;
    }
    Ok(())
}

fn jitter(s: &Services) -> u64 {
    let mut bytes = [0_u8; 8];
    s.rng.fill(&mut bytes);
    u64::from_le_bytes(bytes)
}

/// The beginning of an answer as text that any page and database can hold.
fn readable(bytes: &[u8]) -> String {
    let mut text: String = String::from_utf8_lossy(bytes)
        .chars()
        .map(|c| if c.is_control() && c != '\n' { ' ' } else { c })
        .collect();
    while text.len() > KEPT {
        text.pop();
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The example of the scheme's own specification.
    #[test]
    fn signatures_are_those_of_the_scheme() {
        let secret = format!("whsec_{}", STANDARD.encode([7_u8; 32]));
        let id: EventId = uuid::Uuid::from_u128(1).into();
        let one = sign(&secret, id, 1_614_265_330, "{\"a\":1}").unwrap();
        assert!(one.starts_with("v1,") && one.len() == 3 + 44, "{one}");
        for (id, at, body) in [
            (uuid::Uuid::from_u128(2).into(), 1_614_265_330, "{\"a\":1}"),
            (id, 1_614_265_331, "{\"a\":1}"),
            (id, 1_614_265_330, "{\"a\":2}"),
        ] {
            assert_ne!(sign(&secret, id, at, body).unwrap(), one);
        }
        assert!(sign("unfit", id, 0, "").is_err());
    }

    #[test]
    fn answers_are_cut_to_a_kibibyte_of_text() {
        let long = "ä".repeat(5000);
        assert!(readable(long.as_bytes()).len() <= KEPT);
        assert_eq!(readable(b"a\0b\x1bc\nd\xff"), "a b c\nd\u{fffd}");
    }
}
