//! The outbox of mails: rows written in the transaction of the act that they tell of, sent afterwards by a worker.

use chrono::{DateTime, Utc};
use quaymaster_domain::ids::{MailId, UserId};
use sea_orm::{EntityTrait, IntoActiveModel, sea_query::OnConflict};

use crate::db::{WriteTx, sealed::Sealed};
use crate::entities::mails::{Column, Entity, Model};
use crate::error::StoreError;

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
        next_attempt_at: at,
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
