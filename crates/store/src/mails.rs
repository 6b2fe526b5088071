//! The outbox of mails: rows written in the transaction of the act that they tell of, sent afterwards by a worker.

use chrono::{DateTime, Utc};
use quaymaster_domain::ids::{AccountId, MailId, UserId};
use sea_orm::sea_query::{Expr, OnConflict};
use sea_orm::{
    ColumnTrait, EntityTrait, ExprTrait, IntoActiveModel, QueryFilter, QueryOrder, QuerySelect,
};
use uuid::Uuid;

use crate::db::{Handle, WriteTx, sealed::Sealed};
use crate::entities::mails::{Column, Entity, Model};
use crate::error::StoreError;
use crate::row;

/// A mail that is to be sent.
#[derive(Clone, Debug)]
pub struct NewMail {
    /// Identity.
    pub id: MailId,
    /// To whom, when a user of the portal.
    pub user: Option<UserId>,
    /// The address.
    pub recipient: String,
    /// Which template, e.g. `locked`.
    pub template: &'static str,
    /// Subject line.
    pub subject: String,
    /// Plain text.
    pub body: String,
    /// When set, a second mail with the same key is not kept.
    pub dedupe_key: Option<String>,
    /// Now.
    pub at: DateTime<Utc>,
    /// Not to be sent before this moment.
    pub not_before: DateTime<Utc>,
}

/// Puts a mail into the outbox.
///
/// # Errors
/// When the database refuses.
pub async fn enqueue(tx: &WriteTx, mail: NewMail) -> Result<(), StoreError> {
    let NewMail {
        id,
        user,
        recipient,
        template,
        subject,
        body,
        dedupe_key,
        at,
        not_before,
    } = mail;
    let row = Model {
        id: id.0,
        user_id: user.map(Into::into),
        dedupe_key,
        recipient,
        template: template.to_owned(),
        subject,
        body,
        state: "queued".to_owned(),
        attempts: 0,
        last_error: None,
        created_at: at,
        next_attempt_at: not_before,
        sent_at: None,
    };
    Entity::insert(row.into_active_model())
        .on_conflict(
            OnConflict::column(Column::DedupeKey)
                .do_nothing()
                .to_owned(),
        )
        .exec_without_returning(&tx.conn())
        .await?;
    Ok(())
}

/// A mail as the one who sends it needs it.
#[derive(Clone, Debug)]
pub struct QueuedMail {
    /// Identity.
    pub id: MailId,
    /// The address.
    pub recipient: String,
    /// Which template.
    pub template: String,
    /// Subject line.
    pub subject: String,
    /// Plain text.
    pub body: String,
    /// How often it was tried.
    pub attempts: i64,
    /// When it was written.
    pub created_at: DateTime<Utc>,
}

/// A mail that is due to be sent.
#[derive(Clone, Copy, Debug)]
pub struct DueMail {
    /// Identity.
    pub id: MailId,
    /// How often it was tried.
    pub attempts: i64,
    /// Since when it is due.
    pub since: DateTime<Utc>,
}

/// The mails that are due, the longest waiting first.
///
/// # Errors
/// When the database cannot answer.
pub async fn due(
    db: &impl Handle,
    now: DateTime<Utc>,
    limit: u64,
) -> Result<Vec<DueMail>, StoreError> {
    let rows: Vec<(Uuid, i64, DateTime<Utc>)> = Entity::find()
        .select_only()
        .column(Column::Id)
        .column(Column::Attempts)
        .column(Column::NextAttemptAt)
        .filter(Column::State.eq("queued"))
        .filter(Column::NextAttemptAt.lte(now))
        .order_by_asc(Column::NextAttemptAt)
        .limit(limit)
        .into_tuple()
        .all(&db.conn())
        .await?;
    let mails = rows.into_iter().map(|(id, attempts, since)| DueMail {
        id: id.into(),
        attempts,
        since,
    });
    Ok(mails.collect())
}

/// Notes that somebody is about to send these mails: they are not due again before `until`. What was settled since `now`
/// stays as it is.
///
/// # Errors
/// When the database refuses.
pub async fn taken(
    tx: &WriteTx,
    mails: &[DueMail],
    now: DateTime<Utc>,
    until: DateTime<Utc>,
) -> Result<(), StoreError> {
    Entity::update_many()
        .col_expr(Column::NextAttemptAt, Expr::value(until))
        .filter(Column::Id.is_in(mails.iter().map(|m| m.id.0)))
        .filter(Column::State.eq("queued"))
        .filter(Column::NextAttemptAt.lte(now))
        .exec(&tx.conn())
        .await?;
    Ok(())
}

/// A mail that still waits to be sent.
///
/// # Errors
/// When the database cannot answer.
pub async fn queued(db: &impl Handle, id: MailId) -> Result<Option<QueuedMail>, StoreError> {
    let row = Entity::find_by_id(id.0)
        .filter(Column::State.eq("queued"))
        .one(&db.conn())
        .await?;
    Ok(row.map(|row| QueuedMail {
        id: row.id.into(),
        recipient: row.recipient,
        template: row.template,
        subject: row.subject,
        body: row.body,
        attempts: row.attempts,
        created_at: row.created_at,
    }))
}

/// What became of an attempt to send.
#[derive(Clone, Debug)]
pub enum Attempted {
    /// The mail server took it. The text is forgotten: it may hold a one-time link.
    Sent(DateTime<Utc>),
    /// It is tried again at this moment.
    Again(DateTime<Utc>, String),
    /// It is given up, and the text forgotten.
    GivenUp(String),
}

/// Keeps what became of an attempt, unless the mail was settled meanwhile.
///
/// # Errors
/// When the database refuses.
pub async fn attempted(tx: &WriteTx, id: MailId, outcome: Attempted) -> Result<(), StoreError> {
    let mut change = Entity::update_many()
        .col_expr(Column::Attempts, Expr::col(Column::Attempts).add(1))
        .filter(Column::Id.eq(id.0))
        .filter(Column::State.eq("queued"));
    change = match outcome {
        Attempted::Sent(at) => change
            .col_expr(Column::State, Expr::value("sent"))
            .col_expr(Column::SentAt, Expr::value(at))
            .col_expr(Column::LastError, Expr::value(Option::<String>::None))
            .col_expr(Column::Body, Expr::value("")),
        Attempted::Again(at, error) => change
            .col_expr(Column::NextAttemptAt, Expr::value(at))
            .col_expr(Column::LastError, Expr::value(error)),
        Attempted::GivenUp(error) => change
            .col_expr(Column::State, Expr::value("failed"))
            .col_expr(Column::LastError, Expr::value(error))
            .col_expr(Column::Body, Expr::value("")),
    };
    change.exec(&tx.conn()).await?;
    Ok(())
}

/// Takes a mail back that has not been sent yet, because what it tells of did not happen after all.
///
/// # Errors
/// When the database refuses.
pub async fn withdraw(tx: &WriteTx, id: MailId) -> Result<(), StoreError> {
    Entity::delete_many()
        .filter(Column::Id.eq(id.0))
        .filter(Column::State.eq("queued"))
        .exec(&tx.conn())
        .await?;
    Ok(())
}

/// Which of these keys of mails that go out once are taken.
///
/// # Errors
/// When the database cannot answer.
pub async fn known_keys(
    db: &impl Handle,
    keys: impl IntoIterator<Item = String>,
) -> Result<std::collections::HashSet<String>, StoreError> {
    let found = Entity::find()
        .select_only()
        .column(Column::DedupeKey)
        .filter(Column::DedupeKey.is_in(keys))
        .into_tuple::<String>()
        .all(&db.conn())
        .await?;
    Ok(found.into_iter().collect())
}

/// A mail as support sees it: that it was written and what became of it, not what it says.
#[derive(Clone, Debug)]
pub struct MailRecord {
    /// When it was written.
    pub at: DateTime<Utc>,
    /// Which template.
    pub template: String,
    /// `queued`, `sent` or `failed`.
    pub state: String,
    /// Why the last attempt failed, while the mail is not sent.
    pub last_error: Option<String>,
}

/// The last mails to a person, newest first. For a service that has asked the policy about the person.
///
/// # Errors
/// When the database cannot answer.
pub async fn of_user(
    db: &impl Handle,
    user: UserId,
    most: u64,
) -> Result<Vec<MailRecord>, StoreError> {
    let rows = Entity::find()
        .filter(Column::UserId.eq(user.0))
        .order_by_desc(Column::Id)
        .limit(most)
        .all(&db.conn())
        .await?;
    Ok(rows
        .into_iter()
        .map(|row| MailRecord {
            at: row.created_at,
            template: row.template,
            state: row.state,
            last_error: row.last_error,
        })
        .collect())
}

/// A mail to somebody of an account.
#[derive(Clone, Debug)]
pub struct AddressedMail {
    /// The person.
    pub user: UserId,
    /// The person's User ID, once there is one.
    pub user_name: Option<String>,
    /// The person's name.
    pub name: String,
    /// The mail.
    pub mail: MailRecord,
}

/// The last mails to people of these accounts, newest first. For a service that has asked the policy about the accounts.
///
/// # Errors
/// When the database cannot answer.
pub async fn to_members(
    db: &impl Handle,
    accounts: &[AccountId],
    most: u64,
) -> Result<Vec<AddressedMail>, StoreError> {
    if accounts.is_empty() {
        return Ok(Vec::new());
    }
    let ids = row::padded(accounts);
    let sql = format!(
        "SELECT m.created_at, m.template, m.state, m.last_error, u.id AS person, u.user_name, u.given_name, u.family_name \
         FROM mails m JOIN users u ON u.id = m.user_id \
         WHERE m.user_id IN (SELECT user_id FROM memberships WHERE account_id IN ({})) \
         ORDER BY m.id DESC LIMIT {most}",
        row::places(ids.len())
    );
    let rows = row::all(&db.conn(), &sql, ids.iter().map(|id| id.0.into())).await?;
    let mut found = Vec::with_capacity(rows.len());
    for one in rows {
        let given: String = one.try_get("", "given_name")?;
        let family: String = one.try_get("", "family_name")?;
        found.push(AddressedMail {
            user: one.try_get::<Uuid>("", "person")?.into(),
            user_name: one.try_get("", "user_name")?,
            name: format!("{given} {family}"),
            mail: MailRecord {
                at: one.try_get("", "created_at")?,
                template: one.try_get("", "template")?,
                state: one.try_get("", "state")?,
                last_error: one.try_get("", "last_error")?,
            },
        });
    }
    Ok(found)
}
