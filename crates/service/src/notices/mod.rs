//! Notices as the people read them to whom they are addressed. Composing them is in `desk`, notices by mail in `digest`.

mod desk;
mod digest;

use chrono::{DateTime, Utc};
use quaymaster_domain::access::{Action, Actor, Denied, Permit, Thing, require, require_read};
use quaymaster_domain::ids::NoticeId;
use quaymaster_domain::notices::{CourseError, ScheduleError};
use quaymaster_store::notices as store;
use quaymaster_store::notices::Addressed;
use quaymaster_store::users;
use quaymaster_store::{Page, PageRequest, StoreError, WriteTx};

use crate::Services;
use crate::error::Fault;
use crate::markdown;

pub use desk::{
    Acknowledgement, DeskNotice, NewNotice, Preview, acknowledgements, create, get as desk_notice,
    list as desk_list, preview, publish, update, withdraw,
};
pub use digest::{choice, choose, send_due, unsubscribe};
pub use quaymaster_store::notices::people::Counts;
pub use quaymaster_store::notices::{Notice, NoticeFilter, Reading};

/// Why nothing was done.
#[derive(Debug, thiserror::Error)]
pub enum NoticeError {
    /// What may become of the notice.
    #[error(transparent)]
    Course(CourseError),
    /// The link of a mail is not one of ours.
    #[error("this link does not work; sign in and choose under your profile which mails you want")]
    LinkNotValid,
    /// Not specific.
    #[error(transparent)]
    Fault(#[from] Fault),
}

impl From<Denied> for NoticeError {
    fn from(denied: Denied) -> Self {
        Self::Fault(denied.into())
    }
}
impl From<StoreError> for NoticeError {
    fn from(error: StoreError) -> Self {
        Self::Fault(error.into())
    }
}
impl From<CourseError> for NoticeError {
    fn from(error: CourseError) -> Self {
        match error {
            CourseError::Schedule(unfit) => Self::Fault(schedule_fault(unfit)),
            other => Self::Course(other),
        }
    }
}

fn schedule_fault(error: ScheduleError) -> Fault {
    Fault::field("/expires_at", "invalid", error.to_string())
}

/// A notice as a person reads it.
#[derive(Clone, Debug)]
pub struct NoticeView {
    /// The notice.
    pub notice: Notice,
    /// Its text as safe HTML.
    pub html: String,
    /// From when on it is shown.
    pub begun_at: DateTime<Utc>,
    /// What the person has done with it.
    pub reading: Option<Reading>,
}

impl From<Addressed> for NoticeView {
    fn from(found: Addressed) -> Self {
        let Addressed { notice, reading } = found;
        let begun_at = match &notice.course {
            quaymaster_domain::notices::Course::Published { begins, .. } => *begins,
            _ => notice.created_at,
        };
        Self {
            html: markdown::render(&notice.body),
            begun_at,
            notice,
            reading,
        }
    }
}

/// The notices that are shown to the actor now, the newest first.
///
/// # Errors
/// When the database cannot answer.
pub async fn list(
    actor: &Actor,
    s: &Services,
    filter: NoticeFilter,
    page: &PageRequest,
) -> Result<Page<NoticeView>, Fault> {
    require_read(actor, Action::ReadOwn, &Thing::Oneself)?;
    let found = store::of_person(&s.db.reader(), actor.user, &filter, s.now(), page).await?;
    Ok(found.map(NoticeView::from))
}

/// One of them.
///
/// # Errors
/// [`Fault::NotFound`] when it is not shown to the actor.
pub async fn get(actor: &Actor, s: &Services, id: NoticeId) -> Result<NoticeView, Fault> {
    require_read(actor, Action::ReadOwn, &Thing::Oneself)?;
    Ok(one(actor, s, &s.db.reader(), id).await?.into())
}

async fn one(
    actor: &Actor,
    s: &Services,
    db: &impl quaymaster_store::Handle,
    id: NoticeId,
) -> Result<Addressed, Fault> {
    let filter = NoticeFilter {
        id: Some(id),
        ..NoticeFilter::default()
    };
    let first = PageRequest {
        limit: 1,
        after: None,
    };
    let found = store::of_person(db, actor.user, &filter, s.now(), &first).await?;
    found.items.into_iter().next().ok_or(Fault::NotFound)
}

/// The notice, with the person's row locked: opening and acknowledging come one after the other.
async fn load(actor: &Actor, s: &Services, id: NoticeId) -> Result<(WriteTx, Addressed), Fault> {
    let tx = s.db.begin_write().await?;
    users::lock(&tx, actor.user).await?.ok_or(Fault::NotFound)?;
    let found = one(actor, s, &tx, id).await?;
    Ok((tx, found))
}

/// Keeps that the actor has opened a notice.
///
/// # Errors
/// [`Fault::NotFound`] when it is not shown to the actor.
pub async fn mark_read(actor: &Actor, s: &Services, id: NoticeId) -> Result<NoticeView, Fault> {
    require_read(actor, Action::ReadOwn, &Thing::Oneself)?;
    let (tx, mut found) = load(actor, s, id).await?;
    if found.reading.is_none() {
        let reading = Reading {
            read_at: s.now(),
            acknowledged_at: None,
        };
        store::keep_reading(&tx, id, actor.user, false, reading).await?;
        tx.commit_bookkeeping().await?;
        found.reading = Some(reading);
    }
    Ok(found.into())
}

/// Acknowledges a notice. Doing it again changes nothing.
///
/// # Errors
/// [`Fault::NotFound`] when it is not shown to the actor.
pub async fn acknowledge(actor: &Actor, s: &Services, id: NoticeId) -> Result<NoticeView, Fault> {
    let permit: Permit = require(actor, Action::AcknowledgeNotice, &Thing::Oneself)?;
    let (tx, mut found) = load(actor, s, id).await?;
    if found.reading.is_some_and(|r| r.acknowledged_at.is_some()) {
        return Ok(found.into());
    }
    let now = s.now();
    let reading = Reading {
        read_at: found.reading.map_or(now, |r| r.read_at),
        acknowledged_at: Some(now),
    };
    store::keep_reading(&tx, id, actor.user, found.reading.is_some(), reading).await?;
    let permit = permit.about("notice", id, found.notice.title.clone());
    s.commit(tx, permit).await?;
    found.reading = Some(reading);
    Ok(found.into())
}
