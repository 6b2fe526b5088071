//! Notices as the operator writes them: drafts, preview, publication, withdrawal, and who has acknowledged them.

use chrono::{DateTime, Utc};
use quaymaster_domain::access::{Action, Actor, Thing, may, require, require_read};
use quaymaster_domain::ids::{CompanyId, NoticeId};
use quaymaster_domain::notices::{
    Audience, Category, Course, CourseError, NoticeBody, NoticeState, NoticeTitle, Schedule,
};
use quaymaster_domain::people::Reason;
use quaymaster_store::notices::people::{self, Addressee, Counts};
use quaymaster_store::notices::{self as store, Notice};
use quaymaster_store::{Handle, Page, PageRequest, companies};

use super::{NoticeError, schedule_fault};
use crate::Services;
use crate::error::Fault;
use crate::markdown;
use crate::me::places_of;

/// A notice to write.
#[derive(Clone, Debug)]
pub struct NewNotice {
    /// What it is called.
    pub title: NoticeTitle,
    /// The text, Markdown.
    pub body: NoticeBody,
    /// What it is about.
    pub category: Category,
    /// Whether it is to be acknowledged.
    pub action_required: bool,
    /// Whom it is for.
    pub audience: Audience,
    /// When it is shown.
    pub schedule: Schedule,
}

/// A notice as the operator sees it.
#[derive(Clone, Debug)]
pub struct DeskNotice {
    /// The notice.
    pub notice: Notice,
    /// Its text as safe HTML.
    pub html: String,
    /// The names of the companies that it is for.
    pub company_names: Vec<String>,
    /// Where it stands now.
    pub state: NoticeState,
    /// Whom it reaches.
    pub counts: Counts,
    /// Whether the reader may write, publish and withdraw.
    pub manages: bool,
}

/// What a draft would look like and how many it would reach.
#[derive(Clone, Debug)]
pub struct Preview {
    /// The text as safe HTML.
    pub html: String,
    /// People in the audience now.
    pub addressed: u64,
}

/// A person who has acknowledged a notice, or has not.
#[derive(Clone, Debug)]
pub struct Acknowledgement {
    /// The person.
    pub person: Addressee,
    /// The companies whose accounts the person belongs to.
    pub companies: Vec<String>,
}

async fn shown(
    actor: &Actor,
    s: &Services,
    db: &impl Handle,
    notice: Notice,
) -> Result<DeskNotice, Fault> {
    let company_names = match &notice.audience {
        Audience::Companies(ids) => names(actor, db, ids).await?,
        _ => Vec::new(),
    };
    Ok(DeskNotice {
        html: markdown::render(&notice.body),
        company_names,
        state: notice.course.state(notice.schedule, s.now()),
        counts: people::count(db, &notice.audience, Some(notice.id)).await?,
        manages: may(actor, Action::ManageNotices, &Thing::Portal).is_ok(),
        notice,
    })
}

async fn names(actor: &Actor, db: &impl Handle, ids: &[CompanyId]) -> Result<Vec<String>, Fault> {
    let scope = require_read(actor, Action::ReadCompanies, &Thing::Portal)?;
    let mut names = Vec::with_capacity(ids.len());
    for id in ids {
        if let Some(company) = companies::find(db, &scope, *id).await? {
            names.push(company.name);
        }
    }
    Ok(names)
}

/// Every notice, the newest first.
///
/// # Errors
/// [`Fault::Denied`] for people without a staff role.
pub async fn list(
    actor: &Actor,
    s: &Services,
    state: Option<NoticeState>,
    page: &PageRequest,
) -> Result<Page<DeskNotice>, Fault> {
    let scope = require_read(actor, Action::ReadNotices, &Thing::Portal)?;
    let db = s.db.reader();
    let found = store::list(&db, &scope, state, s.now(), page).await?;
    let mut items = Vec::with_capacity(found.items.len());
    for notice in found.items {
        items.push(shown(actor, s, &db, notice).await?);
    }
    Ok(Page {
        items,
        next: found.next,
    })
}

/// One notice.
///
/// # Errors
/// [`Fault::NotFound`].
pub async fn get(actor: &Actor, s: &Services, id: NoticeId) -> Result<DeskNotice, Fault> {
    let scope = require_read(actor, Action::ReadNotices, &Thing::Portal)?;
    let db = s.db.reader();
    let notice = store::find(&db, &scope, id).await?.ok_or(Fault::NotFound)?;
    shown(actor, s, &db, notice).await
}

/// What does not fit in the words of a notice and in whom it is for.
async fn check(
    actor: &Actor,
    db: &impl Handle,
    body: &str,
    audience: &Audience,
) -> Result<(), Fault> {
    markdown::check(body)
        .map_err(|unfit| Fault::field("/body", "markdown-not-safe", unfit.to_string()))?;
    match audience {
        Audience::All => Ok(()),
        Audience::Companies(ids) if !ids.is_empty() => {
            let known = names(actor, db, ids).await?.len();
            if known < audience.targets().len() {
                return Err(Fault::field(
                    "/audience/company_ids",
                    "invalid",
                    "there is no such company; choose from the list of companies",
                ));
            }
            Ok(())
        }
        other if other.targets().is_empty() => Err(Fault::field(
            "/audience",
            "nobody-addressed",
            "this notice is for nobody; name at least one role, activity or company, or choose everybody",
        )),
        _ => Ok(()),
    }
}

/// Shows a draft before it is kept, and how many it would reach.
///
/// # Errors
/// [`Fault::Invalid`] for what would not be shown.
pub async fn preview(
    actor: &Actor,
    s: &Services,
    body: &NoticeBody,
    audience: &Audience,
) -> Result<Preview, Fault> {
    require(actor, Action::ManageNotices, &Thing::Portal).map(drop)?;
    let db = s.db.reader();
    check(actor, &db, body.as_str(), audience).await?;
    Ok(Preview {
        html: markdown::render(body.as_str()),
        addressed: people::count(&db, audience, None).await?.addressed,
    })
}

/// Keeps a draft.
///
/// # Errors
/// [`Fault::Invalid`].
pub async fn create(
    actor: &Actor,
    s: &Services,
    new: NewNotice,
) -> Result<DeskNotice, NoticeError> {
    let permit = require(actor, Action::ManageNotices, &Thing::Portal)?;
    let now = s.now();
    new.schedule.check(now).map_err(schedule_fault)?;
    let tx = s.db.begin_write().await?;
    check(actor, &tx, new.body.as_str(), &new.audience).await?;
    let notice = filled(
        new,
        Notice {
            id: s.id(),
            title: String::new(),
            body: String::new(),
            category: Category::News,
            action_required: false,
            audience: Audience::All,
            schedule: Schedule::default(),
            course: Course::Draft,
            created_at: now,
            created_by_name: actor.name.clone(),
            version: 1,
        },
    );
    store::insert(&tx, &notice).await?;
    let permit = permit
        .about("notice", notice.id, notice.title.clone())
        .change(None, Some(json(&notice)));
    s.commit(tx, permit).await?;
    Ok(shown(actor, s, &s.db.reader(), notice).await?)
}

fn filled(new: NewNotice, old: Notice) -> Notice {
    let NewNotice {
        title,
        body,
        category,
        action_required,
        audience,
        schedule,
    } = new;
    Notice {
        title: title.into(),
        body: body.into(),
        category,
        action_required,
        audience,
        schedule,
        ..old
    }
}

/// Writes a draft anew.
///
/// # Errors
/// [`CourseError::Published`] when it is a draft no more.
pub async fn update(
    actor: &Actor,
    s: &Services,
    id: NoticeId,
    read: i64,
    new: NewNotice,
) -> Result<DeskNotice, NoticeError> {
    let permit = require(actor, Action::ManageNotices, &Thing::Portal)?;
    let scope = require_read(actor, Action::ReadNotices, &Thing::Portal)?;
    new.schedule.check(s.now()).map_err(schedule_fault)?;
    let tx = s.db.begin_write().await?;
    let before = store::lock(&tx, &scope, id).await?.ok_or(Fault::NotFound)?;
    if before.version != read {
        return Err(Fault::Stale.into());
    }
    if before.course != Course::Draft {
        return Err(CourseError::Published.into());
    }
    check(actor, &tx, new.body.as_str(), &new.audience).await?;
    let was = json(&before);
    let mut notice = filled(new, before);
    notice.version = read + 1;
    store::update(&tx, &notice).await?;
    let permit = permit
        .about("notice", id, notice.title.clone())
        .change(Some(was), Some(json(&notice)));
    s.commit(tx, permit).await?;
    Ok(shown(actor, s, &s.db.reader(), notice).await?)
}

/// Publishes a draft: it is shown from its start on.
///
/// # Errors
/// [`CourseError::Nobody`], [`CourseError::DoneAlready`]; [`Fault::Invalid`] when its end is past.
pub async fn publish(actor: &Actor, s: &Services, id: NoticeId) -> Result<DeskNotice, NoticeError> {
    turn(actor, s, id, None).await
}

/// Takes a notice back: it is shown to nobody from now on, and kept.
///
/// # Errors
/// [`CourseError::DoneAlready`].
pub async fn withdraw(
    actor: &Actor,
    s: &Services,
    id: NoticeId,
    reason: &Reason,
) -> Result<DeskNotice, NoticeError> {
    turn(actor, s, id, Some(reason)).await
}

async fn turn(
    actor: &Actor,
    s: &Services,
    id: NoticeId,
    withdrawn: Option<&Reason>,
) -> Result<DeskNotice, NoticeError> {
    let permit = require(actor, Action::ManageNotices, &Thing::Portal)?;
    let scope = require_read(actor, Action::ReadNotices, &Thing::Portal)?;
    let now = s.now();
    let tx = s.db.begin_write().await?;
    let mut notice = store::lock(&tx, &scope, id).await?.ok_or(Fault::NotFound)?;
    let was = json(&notice);
    let permit = match withdrawn {
        Some(reason) => {
            notice.course = notice.course.withdraw(reason.as_str(), now)?;
            permit.because(reason.as_str())
        }
        None => {
            let counts = people::count(&tx, &notice.audience, None).await?;
            notice.course = notice
                .course
                .publish(notice.schedule, counts.addressed, now)?;
            permit.because(format!("For {} people.", counts.addressed))
        }
    };
    notice.version += 1;
    store::update(&tx, &notice).await?;
    let permit = permit
        .about("notice", id, notice.title.clone())
        .change(Some(was), Some(json(&notice)));
    s.commit(tx, permit).await?;
    Ok(shown(actor, s, &s.db.reader(), notice).await?)
}

/// Who has acknowledged a notice, or who has not. By name.
///
/// # Errors
/// [`Fault::NotFound`].
pub async fn acknowledgements(
    actor: &Actor,
    s: &Services,
    id: NoticeId,
    acknowledged: bool,
    page: &PageRequest,
) -> Result<Page<Acknowledgement>, Fault> {
    let scope = require_read(actor, Action::ReadNotices, &Thing::Portal)?;
    let db = s.db.reader();
    let notice = store::find(&db, &scope, id).await?.ok_or(Fault::NotFound)?;
    let found = people::list(&db, id, &notice.audience, acknowledged, page).await?;
    let ids: Vec<_> = found.items.iter().map(|p| p.id).collect();
    let mut places = if ids.is_empty() {
        std::collections::HashMap::new()
    } else {
        places_of(s, &ids).await?
    };
    Ok(found.map(|person| {
        let mut companies: Vec<String> = places
            .remove(&person.id)
            .unwrap_or_default()
            .into_iter()
            .map(|place| place.account.company_name)
            .collect();
        companies.sort();
        companies.dedup();
        Acknowledgement { person, companies }
    }))
}

fn json(notice: &Notice) -> String {
    let shown = |at: Option<DateTime<Utc>>| at.map(|at| at.to_rfc3339());
    let state = match &notice.course {
        Course::Draft => "draft",
        Course::Published { .. } => "published",
        Course::Withdrawn { .. } => "withdrawn",
    };
    serde_json::json!({
        "title": notice.title, "body": notice.body, "category": notice.category.as_str(),
        "action_required": notice.action_required, "audience": notice.audience.kind(),
        "targets": notice.audience.targets(), "starts_at": shown(notice.schedule.starts_at),
        "expires_at": shown(notice.schedule.expires_at), "state": state,
    })
    .to_string()
}
