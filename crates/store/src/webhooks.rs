//! Webhooks of accounts, the events on their way to them, and what became of each attempt. What the log shows goes by the
//! reader's scope; what the sender needs says so in its name.

use chrono::{DateTime, Utc};
use quaymaster_domain::access::Scope;
use quaymaster_domain::events::EventType;
use quaymaster_domain::ids::{AccountId, EventId, WebhookDeliveryId, WebhookId};
use quaymaster_domain::webhooks::{DeliveryState, Outcome, WebhookState};
use sea_orm::sea_query::{Expr, OnConflict};
use sea_orm::{
    ActiveModelTrait, ColumnTrait, Condition, EntityTrait, ExprTrait, IntoActiveModel,
    PaginatorTrait, QueryFilter, QueryOrder, QuerySelect, QueryTrait,
};
use uuid::Uuid;

use crate::db::{Handle, WriteTx, sealed::Sealed};
use crate::entities::webhook_attempts as attempts;
use crate::entities::webhook_deliveries::{self as deliveries, Column as D, Entity as Deliveries};
use crate::entities::webhooks::{Column, Entity, Model};
use crate::error::{StoreError, corrupt};
use crate::page::{Cursor, Page, PageRequest};

/// An address that events of an account are sent to.
#[derive(Clone, Debug)]
pub struct Webhook {
    /// Identity.
    pub id: WebhookId,
    /// The account.
    pub account: AccountId,
    /// Where to.
    pub url: String,
    /// What it is for, in words of its owner.
    pub description: Option<String>,
    /// The kinds of events; none means all.
    pub kinds: Vec<EventType>,
    /// Whether it is sent to.
    pub state: WebhookState,
    /// Why it is paused, when the portal did that.
    pub paused_reason: Option<String>,
    /// The signing secret, sealed.
    pub secret: Vec<u8>,
    /// The one before, which signs as well for a time.
    pub previous: Option<(Vec<u8>, DateTime<Utc>)>,
    /// When the secret was last changed.
    pub rotated_at: Option<DateTime<Utc>>,
    /// When it was made.
    pub created_at: DateTime<Utc>,
    /// By whom.
    pub created_by_name: String,
    /// When it was ended.
    pub ended_at: Option<DateTime<Utc>>,
    /// When an event last arrived.
    pub last_delivered_at: Option<DateTime<Utc>>,
    /// When an attempt last failed.
    pub last_failed_at: Option<DateTime<Utc>>,
    /// For `If-Match`.
    pub version: i64,
}

impl TryFrom<Model> for Webhook {
    type Error = StoreError;

    fn try_from(row: Model) -> Result<Self, StoreError> {
        let unfit = |column, text: &str| corrupt("webhooks", column, row.id, text);
        let words: Vec<String> =
            serde_json::from_str(&row.kinds).map_err(|_unreadable| unfit("kinds", &row.kinds))?;
        let kinds = words
            .iter()
            .map(|w| EventType::from_word(w).ok_or_else(|| unfit("kinds", w)))
            .collect::<Result<_, _>>()?;
        let state =
            WebhookState::from_word(&row.state).ok_or_else(|| unfit("state", &row.state))?;
        Ok(Self {
            id: row.id.into(),
            account: row.account_id.into(),
            url: row.url,
            description: row.description,
            kinds,
            state,
            paused_reason: row.paused_reason,
            secret: row.secret,
            previous: row.previous_secret.zip(row.previous_until),
            rotated_at: row.rotated_at,
            created_at: row.created_at,
            created_by_name: row.created_by_name,
            ended_at: row.ended_at,
            last_delivered_at: row.last_delivered_at,
            last_failed_at: row.last_failed_at,
            version: row.version,
        })
    }
}

impl From<&Webhook> for Model {
    fn from(hook: &Webhook) -> Self {
        let kinds: Vec<&str> = hook.kinds.iter().map(|k| k.as_str()).collect();
        let (previous_secret, previous_until) = hook.previous.clone().unzip();
        Self {
            id: hook.id.0,
            account_id: hook.account.0,
            url: hook.url.clone(),
            description: hook.description.clone(),
            kinds: serde_json::Value::from(kinds).to_string(),
            state: hook.state.as_str().to_owned(),
            paused_reason: hook.paused_reason.clone(),
            secret: hook.secret.clone(),
            previous_secret,
            previous_until,
            rotated_at: hook.rotated_at,
            created_at: hook.created_at,
            created_by_name: hook.created_by_name.clone(),
            ended_at: hook.ended_at,
            last_delivered_at: hook.last_delivered_at,
            last_failed_at: hook.last_failed_at,
            version: hook.version,
        }
    }
}

/// The webhooks of an account that have not ended, the oldest first.
///
/// # Errors
/// When the database cannot answer or a row does not fit.
pub async fn list(
    db: &impl Handle,
    scope: &Scope,
    account: AccountId,
) -> Result<Vec<Webhook>, StoreError> {
    if !scope.contains(account) {
        return Ok(Vec::new());
    }
    living(db, account).await
}

/// The same for whoever hands out events.
///
/// # Errors
/// As [`list`].
pub async fn living(db: &impl Handle, account: AccountId) -> Result<Vec<Webhook>, StoreError> {
    Entity::find()
        .filter(Column::AccountId.eq(account.0))
        .filter(Column::State.ne(WebhookState::Ended.as_str()))
        .order_by_asc(Column::Id)
        .all(&db.conn())
        .await?
        .into_iter()
        .map(Webhook::try_from)
        .collect()
}

/// One webhook of an account; ended ones too, for their log.
///
/// # Errors
/// When the database cannot answer or the row does not fit.
pub async fn find(
    db: &impl Handle,
    scope: &Scope,
    account: AccountId,
    id: WebhookId,
) -> Result<Option<Webhook>, StoreError> {
    if !scope.contains(account) {
        return Ok(None);
    }
    Entity::find_by_id(id.0)
        .filter(Column::AccountId.eq(account.0))
        .one(&db.conn())
        .await?
        .map(Webhook::try_from)
        .transpose()
}

/// The same with its row locked until the transaction ends.
///
/// # Errors
/// As [`find`].
pub async fn lock(
    tx: &WriteTx,
    scope: &Scope,
    account: AccountId,
    id: WebhookId,
) -> Result<Option<Webhook>, StoreError> {
    if !scope.contains(account) {
        return Ok(None);
    }
    Entity::find_by_id(id.0)
        .filter(Column::AccountId.eq(account.0))
        .lock_exclusive()
        .one(&tx.conn())
        .await?
        .map(Webhook::try_from)
        .transpose()
}

/// Any webhook, with its row locked, for the sender.
///
/// # Errors
/// As [`find`].
pub async fn lock_for_sender(tx: &WriteTx, id: WebhookId) -> Result<Option<Webhook>, StoreError> {
    Entity::find_by_id(id.0)
        .lock_exclusive()
        .one(&tx.conn())
        .await?
        .map(Webhook::try_from)
        .transpose()
}

/// Keeps a new one.
///
/// # Errors
/// When the database refuses.
pub async fn insert(tx: &WriteTx, hook: &Webhook) -> Result<(), StoreError> {
    Entity::insert(Model::from(hook).into_active_model())
        .exec_without_returning(&tx.conn())
        .await?;
    Ok(())
}

/// Writes one whose row is locked.
///
/// # Errors
/// When the database refuses.
pub async fn update(tx: &WriteTx, hook: &Webhook) -> Result<(), StoreError> {
    let row = Model::from(hook).into_active_model().reset_all();
    Entity::update(row)
        .exec_without_returning(&tx.conn())
        .await?;
    Ok(())
}

/// How many deliveries of a webhook stand where.
#[derive(Clone, Copy, Debug, Default)]
pub struct Counts {
    /// On their way.
    pub waiting: u64,
    /// Given up.
    pub failed: u64,
}

/// How many deliveries of a webhook wait, and how many were given up. For whoever was shown the webhook.
///
/// # Errors
/// When the database cannot answer.
pub async fn counts(db: &impl Handle, hook: &Webhook) -> Result<Counts, StoreError> {
    let conn = db.conn();
    let in_state = |state: DeliveryState| {
        Deliveries::find()
            .filter(D::WebhookId.eq(hook.id.0))
            .filter(D::State.eq(state.as_str()))
    };
    Ok(Counts {
        waiting: in_state(DeliveryState::Waiting).count(&conn).await?,
        failed: in_state(DeliveryState::Failed).count(&conn).await?,
    })
}

/// An event on its way to a webhook.
#[derive(Clone, Debug)]
pub struct Delivery {
    /// Identity.
    pub id: WebhookDeliveryId,
    /// Where to.
    pub webhook: WebhookId,
    /// Which event.
    pub event: EventId,
    /// Of which kind.
    pub kind: EventType,
    /// What is signed and sent.
    pub body: String,
    /// Where it stands.
    pub state: DeliveryState,
    /// Attempts in all.
    pub attempts: i64,
    /// Attempts since `round_at`.
    pub tries: i64,
    /// The first attempt, or the first since it was asked for again.
    pub round_at: Option<DateTime<Utc>>,
    /// When it was handed out.
    pub created_at: DateTime<Utc>,
    /// Not before this moment.
    pub next_attempt_at: DateTime<Utc>,
    /// When it came to its end.
    pub finished_at: Option<DateTime<Utc>>,
    /// What went wrong last, a sentence.
    pub last_problem: Option<String>,
}

impl TryFrom<deliveries::Model> for Delivery {
    type Error = StoreError;

    fn try_from(row: deliveries::Model) -> Result<Self, StoreError> {
        let unfit = |column, text: &str| corrupt("webhook_deliveries", column, row.id, text);
        let kind = EventType::from_word(&row.kind).ok_or_else(|| unfit("kind", &row.kind))?;
        let state =
            DeliveryState::from_word(&row.state).ok_or_else(|| unfit("state", &row.state))?;
        Ok(Self {
            id: row.id.into(),
            webhook: row.webhook_id.into(),
            event: row.event_id.into(),
            kind,
            body: row.body,
            state,
            attempts: row.attempts,
            tries: row.tries,
            round_at: row.round_at,
            created_at: row.created_at,
            next_attempt_at: row.next_attempt_at,
            finished_at: row.finished_at,
            last_problem: row.last_problem,
        })
    }
}

impl From<&Delivery> for deliveries::Model {
    fn from(delivery: &Delivery) -> Self {
        Self {
            id: delivery.id.0,
            webhook_id: delivery.webhook.0,
            event_id: delivery.event.0,
            kind: delivery.kind.as_str().to_owned(),
            body: delivery.body.clone(),
            state: delivery.state.as_str().to_owned(),
            attempts: delivery.attempts,
            tries: delivery.tries,
            round_at: delivery.round_at,
            created_at: delivery.created_at,
            next_attempt_at: delivery.next_attempt_at,
            finished_at: delivery.finished_at,
            last_problem: delivery.last_problem.clone(),
        }
    }
}

/// Puts events on their way; one that is on its way to the same webhook already stays as it is.
///
/// # Errors
/// When the database refuses.
pub async fn insert_deliveries(tx: &WriteTx, new: &[Delivery]) -> Result<(), StoreError> {
    for some in new.chunks(100) {
        let rows = some
            .iter()
            .map(|d| deliveries::Model::from(d).into_active_model());
        Deliveries::insert_many(rows)
            .on_conflict(
                OnConflict::columns([D::WebhookId, D::EventId])
                    .do_nothing()
                    .to_owned(),
            )
            .exec_without_returning(&tx.conn())
            .await?;
    }
    Ok(())
}

/// The deliveries of a webhook, the newest first. For whoever was shown the webhook.
///
/// # Errors
/// When the database cannot answer or a row does not fit.
pub async fn list_deliveries(
    db: &impl Handle,
    hook: &Webhook,
    state: Option<DeliveryState>,
    page: &PageRequest,
) -> Result<Page<Delivery>, StoreError> {
    let mut wanted = Condition::all().add(D::WebhookId.eq(hook.id.0));
    if let Some(state) = state {
        wanted = wanted.add(D::State.eq(state.as_str()));
    }
    if let Some(after) = &page.after {
        wanted = wanted.add(D::Id.lt(after.id()));
    }
    let rows = Deliveries::find()
        .filter(wanted)
        .order_by_desc(D::Id)
        .limit(page.reach())
        .all(&db.conn())
        .await?
        .into_iter()
        .map(Delivery::try_from)
        .collect::<Result<Vec<_>, _>>()?;
    Ok(Page::cut(rows, page, |d| Cursor::new([d.id.to_string()])))
}

/// One of them.
///
/// # Errors
/// As [`list_deliveries`].
pub async fn find_delivery(
    db: &impl Handle,
    hook: &Webhook,
    id: WebhookDeliveryId,
) -> Result<Option<Delivery>, StoreError> {
    Deliveries::find_by_id(id.0)
        .filter(D::WebhookId.eq(hook.id.0))
        .one(&db.conn())
        .await?
        .map(Delivery::try_from)
        .transpose()
}

/// Any delivery, with its row locked, for the sender and for whoever holds the lock of its webhook.
///
/// # Errors
/// As [`list_deliveries`].
pub async fn lock_delivery(
    tx: &WriteTx,
    id: WebhookDeliveryId,
) -> Result<Option<Delivery>, StoreError> {
    Deliveries::find_by_id(id.0)
        .lock_exclusive()
        .one(&tx.conn())
        .await?
        .map(Delivery::try_from)
        .transpose()
}

/// Writes one whose row is locked.
///
/// # Errors
/// When the database refuses.
pub async fn update_delivery(tx: &WriteTx, delivery: &Delivery) -> Result<(), StoreError> {
    let row = deliveries::Model::from(delivery)
        .into_active_model()
        .reset_all();
    Deliveries::update(row)
        .exec_without_returning(&tx.conn())
        .await?;
    Ok(())
}

/// Puts every delivery that was given up since a moment on its way again. Answers how many.
///
/// # Errors
/// When the database refuses.
pub async fn again_since(
    tx: &WriteTx,
    hook: &Webhook,
    since: DateTime<Utc>,
    now: DateTime<Utc>,
) -> Result<u64, StoreError> {
    let none = Option::<DateTime<Utc>>::None;
    let done = Deliveries::update_many()
        .col_expr(D::State, Expr::value(DeliveryState::Waiting.as_str()))
        .col_expr(D::Tries, Expr::value(0_i64))
        .col_expr(D::RoundAt, Expr::value(none))
        .col_expr(D::FinishedAt, Expr::value(none))
        .col_expr(D::NextAttemptAt, Expr::value(now))
        .filter(D::WebhookId.eq(hook.id.0))
        .filter(D::State.eq(DeliveryState::Failed.as_str()))
        .filter(D::FinishedAt.gte(since))
        .exec(&tx.conn())
        .await?;
    Ok(done.rows_affected)
}

/// Calls off what is still on its way to a webhook that ends.
///
/// # Errors
/// When the database refuses.
pub async fn call_off(tx: &WriteTx, hook: &Webhook, now: DateTime<Utc>) -> Result<(), StoreError> {
    Deliveries::update_many()
        .col_expr(D::State, Expr::value(DeliveryState::CalledOff.as_str()))
        .col_expr(D::FinishedAt, Expr::value(now))
        .filter(D::WebhookId.eq(hook.id.0))
        .filter(D::State.eq(DeliveryState::Waiting.as_str()))
        .exec(&tx.conn())
        .await?;
    Ok(())
}

/// The webhooks that something is due for, the longest waiting first, for the sender. Paused ones wait.
///
/// # Errors
/// When the database cannot answer.
pub async fn due(
    db: &impl Handle,
    now: DateTime<Utc>,
    limit: u64,
) -> Result<Vec<WebhookId>, StoreError> {
    let active = Entity::find()
        .select_only()
        .column(Column::Id)
        .filter(Column::State.eq(WebhookState::Active.as_str()))
        .into_query();
    let rows: Vec<Uuid> = Deliveries::find()
        .select_only()
        .column(D::WebhookId)
        .filter(D::State.eq(DeliveryState::Waiting.as_str()))
        .filter(D::NextAttemptAt.lte(now))
        .filter(D::WebhookId.in_subquery(active))
        .group_by(D::WebhookId)
        .order_by_asc(Expr::col(D::NextAttemptAt).min())
        .limit(limit)
        .into_tuple()
        .all(&db.conn())
        .await?;
    Ok(rows.into_iter().map(Into::into).collect())
}

/// Takes the delivery of a webhook that is due longest: it is not due again before `until`, unless it is settled. `None` when
/// nothing is due, or the webhook is not sent to.
///
/// # Errors
/// When the database refuses or a row does not fit.
pub async fn take(
    tx: &WriteTx,
    id: WebhookId,
    now: DateTime<Utc>,
    until: DateTime<Utc>,
) -> Result<Option<(Webhook, Delivery)>, StoreError> {
    let Some(hook) = lock_for_sender(tx, id)
        .await?
        .filter(|hook| hook.state == WebhookState::Active)
    else {
        return Ok(None);
    };
    let row = Deliveries::find()
        .filter(D::WebhookId.eq(id.0))
        .filter(D::State.eq(DeliveryState::Waiting.as_str()))
        .filter(D::NextAttemptAt.lte(now))
        .order_by_asc(D::NextAttemptAt)
        .order_by_asc(D::Id)
        .lock_exclusive()
        .one(&tx.conn())
        .await?;
    let Some(row) = row else {
        return Ok(None);
    };
    let mut delivery = Delivery::try_from(row)?;
    delivery.next_attempt_at = until;
    delivery.round_at = delivery.round_at.or(Some(now));
    update_delivery(tx, &delivery).await?;
    Ok(Some((hook, delivery)))
}

/// One attempt.
#[derive(Clone, Debug)]
pub struct Attempt {
    /// Its number within the delivery.
    pub number: i64,
    /// When it began.
    pub at: DateTime<Utc>,
    /// How long it took.
    pub millis: i64,
    /// What came of it.
    pub outcome: Outcome,
    /// The status that the receiver answered.
    pub status: Option<u16>,
    /// What happened, a sentence.
    pub detail: String,
    /// The beginning of what the receiver answered.
    pub response: Option<String>,
}

/// Keeps an attempt.
///
/// # Errors
/// When the database refuses.
pub async fn insert_attempt(
    tx: &WriteTx,
    delivery: WebhookDeliveryId,
    attempt: &Attempt,
) -> Result<(), StoreError> {
    let row = attempts::Model {
        delivery_id: delivery.0,
        number: attempt.number,
        at: attempt.at,
        millis: attempt.millis,
        outcome: attempt.outcome.as_str().to_owned(),
        status: attempt.status.map(i64::from),
        detail: attempt.detail.clone(),
        response: attempt.response.clone(),
    };
    attempts::Entity::insert(row.into_active_model())
        .exec_without_returning(&tx.conn())
        .await?;
    Ok(())
}

/// The last attempts of a delivery, the newest first. For whoever was shown the delivery.
///
/// # Errors
/// When the database cannot answer or a row does not fit.
pub async fn list_attempts(
    db: &impl Handle,
    delivery: &Delivery,
    most: u64,
) -> Result<Vec<Attempt>, StoreError> {
    attempts::Entity::find()
        .filter(attempts::Column::DeliveryId.eq(delivery.id.0))
        .order_by_desc(attempts::Column::Number)
        .limit(most)
        .all(&db.conn())
        .await?
        .into_iter()
        .map(|row| {
            let outcome = Outcome::from_word(&row.outcome).ok_or_else(|| {
                corrupt("webhook_attempts", "outcome", row.delivery_id, &row.outcome)
            })?;
            Ok(Attempt {
                number: row.number,
                at: row.at,
                millis: row.millis,
                outcome,
                status: row.status.and_then(|s| u16::try_from(s).ok()),
                detail: row.detail,
                response: row.response,
            })
        })
        .collect()
}

/// Notes how the last attempt of a webhook went.
///
/// # Errors
/// When the database refuses.
pub async fn noted(
    tx: &WriteTx,
    id: WebhookId,
    arrived: bool,
    now: DateTime<Utc>,
) -> Result<(), StoreError> {
    let column = if arrived {
        Column::LastDeliveredAt
    } else {
        Column::LastFailedAt
    };
    Entity::update_many()
        .col_expr(column, Expr::value(now))
        .filter(Column::Id.eq(id.0))
        .exec(&tx.conn())
        .await?;
    Ok(())
}

/// Forgets deliveries that came to their end before this moment, with their attempts.
///
/// # Errors
/// When the database refuses.
pub async fn forget(tx: &WriteTx, before: DateTime<Utc>) -> Result<u64, StoreError> {
    let done = Deliveries::delete_many()
        .filter(D::FinishedAt.lt(before))
        .exec(&tx.conn())
        .await?;
    Ok(done.rows_affected)
}
