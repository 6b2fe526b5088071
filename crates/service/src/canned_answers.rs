//! Prepared answers of support: agents use them, leads and administrators write them.

use quaymaster_domain::access::{Action, Actor, Denied, Thing, require, require_read};
use quaymaster_domain::cases::{CaseSubject, MessageText, Topic};
use quaymaster_domain::ids::CannedAnswerId;
use quaymaster_store::canned_answers as store;
pub use quaymaster_store::canned_answers::CannedAnswer;
use quaymaster_store::constraint::Constraint;
use quaymaster_store::{StoreError, WriteTx};

use crate::Services;
use crate::error::Fault;

/// Why nothing was kept.
#[derive(Debug, thiserror::Error)]
pub enum CannedError {
    /// The title is taken.
    #[error(
        "there is a prepared answer of this title already; choose another title, or change that one"
    )]
    TitleTaken,
    /// Not specific.
    #[error(transparent)]
    Fault(#[from] Fault),
}

impl From<Denied> for CannedError {
    fn from(denied: Denied) -> Self {
        Self::Fault(denied.into())
    }
}
impl From<StoreError> for CannedError {
    fn from(error: StoreError) -> Self {
        match error {
            StoreError::Conflict(Constraint::CannedAnswer) => Self::TitleTaken,
            other => Self::Fault(other.into()),
        }
    }
}

/// A prepared answer to write.
#[derive(Clone, Debug)]
pub struct NewCanned {
    /// What it is called.
    pub title: CaseSubject,
    /// The topic that it is for; none for all.
    pub topic: Option<Topic>,
    /// The answer.
    pub body: MessageText,
}

/// The prepared answers by title: all, or those that fit a topic.
///
/// # Errors
/// [`Fault::Denied`] for everybody but support, auditors and administrators.
pub async fn list(
    actor: &Actor,
    s: &Services,
    topic: Option<Topic>,
) -> Result<Vec<CannedAnswer>, Fault> {
    let scope = require_read(actor, Action::ReadCannedAnswers, &Thing::Portal)?;
    Ok(store::list(&s.db.reader(), &scope, topic).await?)
}

/// Keeps a prepared answer.
///
/// # Errors
/// [`CannedError::TitleTaken`].
pub async fn create(
    actor: &Actor,
    s: &Services,
    new: NewCanned,
) -> Result<CannedAnswer, CannedError> {
    let permit = require(actor, Action::ManageCannedAnswers, &Thing::Portal)?;
    let answer = filled(actor, s, new, s.id(), 1);
    let tx = s.db.begin_write().await?;
    store::insert(&tx, &answer).await?;
    let permit = permit
        .about("canned_answer", answer.id, answer.title.clone())
        .change(None, Some(json(&answer)));
    s.commit(tx, permit).await?;
    Ok(answer)
}

fn filled(
    actor: &Actor,
    s: &Services,
    new: NewCanned,
    id: CannedAnswerId,
    version: i64,
) -> CannedAnswer {
    let NewCanned { title, topic, body } = new;
    CannedAnswer {
        id,
        title: title.into(),
        topic,
        body: body.into(),
        updated_by_name: actor.name.clone(),
        updated_at: s.now(),
        version,
    }
}

async fn load(
    actor: &Actor,
    tx: &WriteTx,
    id: CannedAnswerId,
    read: i64,
) -> Result<CannedAnswer, Fault> {
    let scope = require_read(actor, Action::ManageCannedAnswers, &Thing::Portal)?;
    let found = store::lock(tx, &scope, id).await?.ok_or(Fault::NotFound)?;
    if found.version != read {
        return Err(Fault::Stale);
    }
    Ok(found)
}

/// Writes a prepared answer anew.
///
/// # Errors
/// [`CannedError::TitleTaken`], [`Fault::Stale`].
pub async fn update(
    actor: &Actor,
    s: &Services,
    id: CannedAnswerId,
    read: i64,
    new: NewCanned,
) -> Result<CannedAnswer, CannedError> {
    let permit = require(actor, Action::ManageCannedAnswers, &Thing::Portal)?;
    let tx = s.db.begin_write().await?;
    let before = load(actor, &tx, id, read).await?;
    let answer = filled(actor, s, new, id, read + 1);
    store::update(&tx, &answer).await?;
    let permit = permit
        .about("canned_answer", id, answer.title.clone())
        .change(Some(json(&before)), Some(json(&answer)));
    s.commit(tx, permit).await?;
    Ok(answer)
}

/// Deletes a prepared answer. What was written with it stays.
///
/// # Errors
/// [`Fault::Stale`].
pub async fn delete(
    actor: &Actor,
    s: &Services,
    id: CannedAnswerId,
    read: i64,
) -> Result<(), Fault> {
    let permit = require(actor, Action::ManageCannedAnswers, &Thing::Portal)?;
    let tx = s.db.begin_write().await?;
    let before = load(actor, &tx, id, read).await?;
    store::delete(&tx, id).await?;
    let permit = permit
        .about("canned_answer", id, before.title.clone())
        .change(Some(json(&before)), None);
    Ok(s.commit(tx, permit).await?)
}

fn json(answer: &CannedAnswer) -> String {
    serde_json::json!({
        "title": answer.title, "topic": answer.topic.map(Topic::as_str), "body": answer.body,
    })
    .to_string()
}
