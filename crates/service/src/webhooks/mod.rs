//! Webhooks of an account: making, changing and ending them, their secrets, and the log of what was sent. Handing events
//! out to them and sending is in files of their own; the connection itself is the server's business.

pub mod deliver;
mod hand_out;
mod log;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use quaymaster_domain::access::{Action, Actor, Permit, Scope, Thing, require, require_read};
use quaymaster_domain::events::EventType;
use quaymaster_domain::ids::{AccountId, WebhookId};
use quaymaster_domain::webhooks::{Target, WebhookState};
use quaymaster_store::webhooks::{self as store, Counts};
use quaymaster_store::{WriteTx, accounts};

pub use quaymaster_store::webhooks::{Attempt, Delivery, Webhook};

use crate::Services;
use crate::error::Fault;
use crate::users::place;

pub use hand_out::{hand_out, hand_out_all};
pub use log::{DeliveryView, deliveries, delivery, redeliver, redeliver_since, send_test};

/// How many webhooks an account has at most.
pub const MOST: usize = 10;

/// How long the secret before signs as well.
const BOTH_SIGN: chrono::Duration = chrono::Duration::hours(24);

/// Why something about a webhook was refused.
#[derive(Debug, thiserror::Error)]
pub enum WebhookError {
    /// There are ten.
    #[error("an account has at most {MOST} webhooks; end one that is not needed any more")]
    TooMany,
    /// It is over.
    #[error("this webhook has ended; make another one")]
    Ended,
    /// The event is on its way already.
    #[error("this event is on its way already; wait for the next attempt")]
    OnItsWay,
    /// Everything else.
    #[error(transparent)]
    Fault(#[from] Fault),
}

impl From<quaymaster_store::StoreError> for WebhookError {
    fn from(error: quaymaster_store::StoreError) -> Self {
        Self::Fault(error.into())
    }
}

impl From<quaymaster_domain::access::Denied> for WebhookError {
    fn from(denied: quaymaster_domain::access::Denied) -> Self {
        Self::Fault(denied.into())
    }
}

/// A webhook with what its page shows.
#[derive(Clone, Debug)]
pub struct WebhookView {
    /// The webhook.
    pub webhook: Webhook,
    /// Events on their way, and those that were given up.
    pub counts: Counts,
}

/// A webhook that is to be made.
#[derive(Clone, Debug)]
pub struct NewWebhook {
    /// Where to.
    pub url: String,
    /// What it is for.
    pub description: Option<String>,
    /// Which events; none means all.
    pub kinds: Vec<EventType>,
}

/// What is to be changed.
#[derive(Clone, Debug, Default)]
pub struct WebhookPatch {
    /// Where to.
    pub url: Option<String>,
    /// What it is for.
    pub description: Option<Option<String>>,
    /// Which events; none means all.
    pub kinds: Option<Vec<EventType>>,
    /// Whether it is held, or goes on.
    pub paused: Option<bool>,
}

async fn readable(actor: &Actor, s: &Services, account: AccountId) -> Result<Scope, Fault> {
    let at = place(actor, s, account).await?;
    Ok(require_read(
        actor,
        Action::ReadEvents,
        &Thing::Account(at),
    )?)
}

/// The permit and a transaction in which the account's row is locked: webhooks of an account change one by one.
async fn writing(
    actor: &Actor,
    s: &Services,
    account: AccountId,
    action: Action,
) -> Result<(Permit, Scope, WriteTx), Fault> {
    let at = place(actor, s, account).await?;
    let scope = require_read(actor, Action::ReadEvents, &Thing::Account(at))?;
    let permit = require(actor, action, &Thing::Account(at))?;
    let tx = s.db.begin_write().await?;
    accounts::lock(&tx, &scope, account)
        .await?
        .ok_or(Fault::NotFound)?;
    Ok((permit, scope, tx))
}

async fn locked(
    tx: &WriteTx,
    scope: &Scope,
    account: AccountId,
    id: WebhookId,
) -> Result<Webhook, WebhookError> {
    let hook = store::lock(tx, scope, account, id)
        .await?
        .ok_or(Fault::NotFound)?;
    if hook.state == WebhookState::Ended {
        return Err(WebhookError::Ended);
    }
    Ok(hook)
}

async fn view(s: &Services, webhook: Webhook) -> Result<WebhookView, Fault> {
    let counts = store::counts(&s.db.reader(), &webhook).await?;
    Ok(WebhookView { webhook, counts })
}

/// The webhooks of an account, the oldest first. There are never more than a page of them.
///
/// # Errors
/// [`Fault::NotFound`] or [`Fault::Denied`] when the actor may not read them.
pub async fn list(
    actor: &Actor,
    s: &Services,
    account: AccountId,
) -> Result<Vec<WebhookView>, Fault> {
    let scope = readable(actor, s, account).await?;
    let mut views = Vec::new();
    for webhook in store::list(&s.db.reader(), &scope, account).await? {
        views.push(view(s, webhook).await?);
    }
    Ok(views)
}

/// One of them, also one that has ended.
///
/// # Errors
/// [`Fault::NotFound`].
pub async fn find(
    actor: &Actor,
    s: &Services,
    account: AccountId,
    id: WebhookId,
) -> Result<WebhookView, Fault> {
    let scope = readable(actor, s, account).await?;
    let webhook = store::find(&s.db.reader(), &scope, account, id)
        .await?
        .ok_or(Fault::NotFound)?;
    view(s, webhook).await
}

/// A secret as the Standard Webhooks scheme writes it, and sealed.
fn new_secret(s: &Services, id: WebhookId) -> Result<(String, Vec<u8>), Fault> {
    let mut bytes = [0_u8; 32];
    s.rng.fill(&mut bytes);
    let shown = format!("whsec_{}", STANDARD.encode(bytes));
    let sealed = s
        .secrets
        .seal(s.rng.as_ref(), &bound_to(id), &shown)
        .ok_or_else(|| Fault::Internal("a secret could not be sealed".to_owned()))?;
    Ok((shown, sealed))
}

/// A sealed secret is read in its own row only.
fn bound_to(id: WebhookId) -> String {
    format!("webhook:{id}")
}

fn checked_url(s: &Services, url: &str) -> Result<(), Fault> {
    Target::parse(url, s.settings.webhooks_private)
        .map(drop)
        .map_err(|error| Fault::field("/url", "invalid", error.to_string()))
}

/// The state as the audit trail keeps it. No secret is in it.
fn json(hook: &Webhook) -> String {
    let kinds: Vec<&str> = hook.kinds.iter().map(|k| k.as_str()).collect();
    serde_json::json!({
        "url": hook.url, "description": hook.description, "event_types": kinds,
        "state": hook.state.as_str(), "secret_rotated_at": hook.rotated_at,
    })
    .to_string()
}

/// Makes a webhook. Answers the signing secret, which is shown this once.
///
/// # Errors
/// [`WebhookError::TooMany`]; [`Fault::Invalid`] when the address cannot be sent to.
pub async fn create(
    actor: &Actor,
    s: &Services,
    account: AccountId,
    new: NewWebhook,
) -> Result<(WebhookView, String), WebhookError> {
    let NewWebhook {
        url,
        description,
        kinds,
    } = new;
    let (permit, scope, tx) = writing(actor, s, account, Action::ManageWebhooks).await?;
    checked_url(s, &url)?;
    if store::list(&tx, &scope, account).await?.len() >= MOST {
        return Err(WebhookError::TooMany);
    }
    let id: WebhookId = s.id();
    let (shown, secret) = new_secret(s, id)?;
    let hook = Webhook {
        id,
        account,
        url,
        description,
        kinds,
        state: WebhookState::Active,
        paused_reason: None,
        secret,
        previous: None,
        rotated_at: None,
        created_at: s.now(),
        created_by_name: actor.name.clone(),
        ended_at: None,
        last_delivered_at: None,
        last_failed_at: None,
        version: 1,
    };
    store::insert(&tx, &hook).await?;
    let permit = permit
        .about("webhook", id, hook.url.clone())
        .change(None, Some(json(&hook)));
    s.commit(tx, permit).await?;
    Ok((view(s, hook).await?, shown))
}

/// Changes a webhook, holds it or lets it go on.
///
/// # Errors
/// [`WebhookError::Ended`], [`Fault::Stale`]; [`Fault::Invalid`] when the address cannot be sent to.
pub async fn update(
    actor: &Actor,
    s: &Services,
    account: AccountId,
    id: WebhookId,
    read: i64,
    patch: WebhookPatch,
) -> Result<WebhookView, WebhookError> {
    let WebhookPatch {
        url,
        description,
        kinds,
        paused,
    } = patch;
    let (permit, scope, tx) = writing(actor, s, account, Action::ManageWebhooks).await?;
    let mut hook = locked(&tx, &scope, account, id).await?;
    if hook.version != read {
        return Err(Fault::Stale.into());
    }
    let before = json(&hook);
    if let Some(url) = url {
        checked_url(s, &url)?;
        hook.url = url;
    }
    hook.description = description.unwrap_or(hook.description);
    hook.kinds = kinds.unwrap_or(hook.kinds);
    match paused {
        Some(true) => hook.state = WebhookState::Paused,
        Some(false) => {
            hook.state = WebhookState::Active;
            hook.paused_reason = None;
        }
        None => {}
    }
    hook.version += 1;
    store::update(&tx, &hook).await?;
    let permit = permit
        .about("webhook", id, hook.url.clone())
        .change(Some(before), Some(json(&hook)));
    s.commit(tx, permit).await?;
    Ok(view(s, hook).await?)
}

/// Ends a webhook. What is on its way is called off; the log stays for its time.
///
/// # Errors
/// [`WebhookError::Ended`], [`Fault::Stale`].
pub async fn end(
    actor: &Actor,
    s: &Services,
    account: AccountId,
    id: WebhookId,
    read: i64,
) -> Result<(), WebhookError> {
    let (permit, scope, tx) = writing(actor, s, account, Action::ManageWebhooks).await?;
    let mut hook = locked(&tx, &scope, account, id).await?;
    if hook.version != read {
        return Err(Fault::Stale.into());
    }
    let (before, now) = (json(&hook), s.now());
    hook.state = WebhookState::Ended;
    hook.ended_at = Some(now);
    hook.previous = None;
    hook.version += 1;
    store::update(&tx, &hook).await?;
    store::call_off(&tx, &hook, now).await?;
    let permit = permit
        .about("webhook", id, hook.url.clone())
        .change(Some(before), Some(json(&hook)));
    Ok(s.commit(tx, permit).await?)
}

/// Changes the signing secret. The one before signs as well for a day, so that the receiver can change over meanwhile.
///
/// # Errors
/// [`WebhookError::Ended`].
pub async fn rotate_secret(
    actor: &Actor,
    s: &Services,
    account: AccountId,
    id: WebhookId,
) -> Result<(WebhookView, String), WebhookError> {
    let (permit, scope, tx) = writing(actor, s, account, Action::ManageWebhooks).await?;
    let mut hook = locked(&tx, &scope, account, id).await?;
    let (before, now) = (json(&hook), s.now());
    let (shown, sealed) = new_secret(s, id)?;
    let old = std::mem::replace(&mut hook.secret, sealed);
    hook.previous = Some((old, now + BOTH_SIGN));
    hook.rotated_at = Some(now);
    hook.version += 1;
    store::update(&tx, &hook).await?;
    let permit = permit
        .about("webhook", id, hook.url.clone())
        .because("the signing secret was changed")
        .change(Some(before), Some(json(&hook)));
    s.commit(tx, permit).await?;
    Ok((view(s, hook).await?, shown))
}
