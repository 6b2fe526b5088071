//! Schedules as people make and see them: what runs by itself, for whom, and what became of it. The bringing itself is in
//! `deliveries`.

use chrono::{DateTime, Utc};
use quaymaster_domain::access::{Action, Actor, Permit, Thing, require};
use quaymaster_domain::ids::{AccountId, ReportDeliveryId, ReportScheduleId, UserId};
use quaymaster_domain::schedules::{Timing, Wanted};
use quaymaster_store::report_schedules::{self as store, Delivery, Schedule, ScheduleState};
use quaymaster_store::{Page, PageRequest, WriteTx, members, users};

use super::asking::{Ask, ask};
use super::deliveries::plan;
use super::files::FileFormat;
use super::{ReportError, reporter};
use crate::error::{Fault, FieldFault};
use crate::{Services, actors};

/// How many schedules a person has.
const MOST_OWN: u64 = 100;

/// How many next times are shown.
const SHOWN: usize = 3;

/// A schedule that is to be made.
#[derive(Clone, Debug)]
pub struct NewSchedule {
    /// The key of the report.
    pub report: String,
    /// What it is called.
    pub name: String,
    /// Only this account.
    pub account: Option<AccountId>,
    /// When.
    pub timing: Wanted,
    /// The values of the prompts; relative dates stay relative.
    pub prompts: serde_json::Value,
    /// The format of the file.
    pub format: FileFormat,
    /// To whom; nobody named means oneself.
    pub recipients: Vec<UserId>,
    /// Nothing is brought when there are no rows.
    pub skip_if_empty: bool,
    /// A mail says that it is there.
    pub by_mail: bool,
}

/// What is to change; what is `None` stays.
#[derive(Clone, Debug, Default)]
pub struct ScheduleChange {
    /// What it is called.
    pub name: Option<String>,
    /// When.
    pub timing: Option<Wanted>,
    /// The values of the prompts.
    pub prompts: Option<serde_json::Value>,
    /// The format of the file.
    pub format: Option<FileFormat>,
    /// To whom.
    pub recipients: Option<Vec<UserId>>,
    /// Nothing is brought when there are no rows.
    pub skip_if_empty: Option<bool>,
    /// A mail says that it is there.
    pub by_mail: Option<bool>,
    /// Hold it, or let it go on.
    pub paused: Option<bool>,
}

/// A schedule with names and its next times.
#[derive(Clone, Debug)]
pub struct ScheduleView {
    /// The schedule.
    pub schedule: Schedule,
    /// When.
    pub timing: Wanted,
    /// To whom: identity, User ID, name.
    pub recipients: Vec<(UserId, Option<String>, String)>,
    /// The next times; none unless it is active.
    pub next: Vec<DateTime<Utc>>,
}

/// A delivery with the name of its person.
#[derive(Clone, Debug)]
pub struct DeliveryView {
    /// The delivery.
    pub delivery: Delivery,
    /// The person's name.
    pub recipient_name: String,
}

fn timing_of(wanted: Wanted) -> Result<Timing, Fault> {
    Timing::new(wanted).map_err(|error| {
        Fault::field(
            &format!("/timing{}", error.pointer()),
            "invalid",
            error.to_string(),
        )
    })
}

pub(super) fn stored_timing(schedule: &Schedule) -> Result<Timing, Fault> {
    serde_json::from_str(&schedule.timing)
        .map_err(|error| Fault::Internal(format!("report_schedules.timing: {error}")))
}

fn text(value: &impl serde::Serialize) -> Result<String, Fault> {
    serde_json::to_string(value).map_err(|error| Fault::Internal(error.to_string()))
}

/// The next times of a timing.
///
/// # Errors
/// [`Fault::Invalid`] where it does not fit, [`Fault::Denied`] without the right to reports.
pub async fn next_runs(
    actor: &Actor,
    s: &Services,
    wanted: Wanted,
) -> Result<Vec<DateTime<Utc>>, Fault> {
    reporter(actor, s).await?;
    let timing = Timing::new(wanted)
        .map_err(|error| Fault::field(error.pointer(), "invalid", error.to_string()))?;
    Ok(timing.next(s.now(), SHOWN))
}

async fn shown(s: &Services, schedule: Schedule) -> Result<ScheduleView, Fault> {
    let reader = s.db.reader();
    let timing = stored_timing(&schedule)?;
    let mut recipients = Vec::new();
    for id in store::recipients(&reader, schedule.id).await? {
        if let Some(user) = users::by_id(&reader, id).await? {
            recipients.push((id, user.user_name.clone(), user.full_name()));
        }
    }
    let next = match schedule.state {
        ScheduleState::Active => timing.next(s.now(), SHOWN),
        ScheduleState::Paused | ScheduleState::Ended => Vec::new(),
    };
    Ok(ScheduleView {
        schedule,
        timing: timing.into(),
        recipients,
        next,
    })
}

/// People whom the actor may name: members of own accounts.
async fn checked_recipients(
    actor: &Actor,
    s: &Services,
    wanted: &[UserId],
) -> Result<Vec<UserId>, Fault> {
    let mut all: Vec<UserId> = Vec::new();
    let mut faults = Vec::new();
    let reader = s.db.reader();
    for (n, user) in wanted.iter().enumerate() {
        let mut known = *user == actor.user;
        for membership in &actor.memberships {
            if known {
                break;
            }
            let scope = quaymaster_domain::access::scope_of_job(membership.account);
            known = members::find(&reader, &scope, membership.account, *user)
                .await?
                .is_some();
        }
        if !known {
            faults.push(FieldFault {
                pointer: format!("/recipient_ids/{n}"),
                code: "invalid",
                detail: "this person is no member of an account of yours".to_owned(),
            });
        } else if *user != actor.user && !may_run(s, *user).await? {
            faults.push(FieldFault {
                pointer: format!("/recipient_ids/{n}"),
                code: "invalid",
                detail: "this person may not run reports, so nothing could be brought; give the right on the person's page first"
                    .to_owned(),
            });
        } else if !all.contains(user) {
            all.push(*user);
        }
    }
    if !faults.is_empty() {
        return Err(Fault::Invalid(faults));
    }
    if all.is_empty() {
        all.push(actor.user);
    }
    Ok(all)
}

/// Whether a person has access and the right to run reports now. What a delivery shows is decided anew each time.
async fn may_run(s: &Services, user: UserId) -> Result<bool, Fault> {
    let Some(person) = actors::for_job(s, user).await? else {
        return Ok(false);
    };
    match reporter(&person, s).await {
        Ok(_) => Ok(true),
        Err(Fault::Denied(_)) => Ok(false),
        Err(other) => Err(other),
    }
}

/// Checks that the report runs with these prompts, by preparing it, and says what it is called.
async fn checked(
    actor: &Actor,
    s: &Services,
    report: &str,
    prompts: &serde_json::Value,
    account: Option<AccountId>,
) -> Result<String, Fault> {
    let wanted = Ask {
        report: Some(report.to_owned()),
        definition: None,
        prompts: prompts.clone(),
        account,
        fresh: false,
        background: true,
        narrow: serde_json::Map::new(),
    };
    Ok(ask(actor, s, &wanted).await?.name)
}

pub(super) fn about(permit: Permit, schedule: &Schedule) -> Permit {
    let after = serde_json::json!({
        "report": schedule.report, "format": schedule.format, "state": schedule.state.as_str(),
    });
    permit
        .about("report_schedule", schedule.id, schedule.name.clone())
        .change(None, Some(after.to_string()))
}

/// Makes a schedule.
///
/// # Errors
/// [`Fault::Invalid`] where timing, prompts or recipients do not fit, [`ReportError::TooManySchedules`].
pub async fn create(
    actor: &Actor,
    s: &Services,
    new: NewSchedule,
) -> Result<ScheduleView, ReportError> {
    let NewSchedule {
        report,
        name,
        account,
        timing,
        prompts,
        format,
        recipients,
        skip_if_empty,
        by_mail,
    } = new;
    let timing = timing_of(timing)?;
    let report_name = checked(actor, s, &report, &prompts, account).await?;
    let people = checked_recipients(actor, s, &recipients).await?;
    let permit = require(actor, Action::ScheduleReports, &Thing::Oneself)?;
    let next_at = timing.next_after(s.now());
    if next_at.is_none() {
        return Err(Fault::field(
            "/timing",
            "invalid",
            "this never comes: its last day is over",
        )
        .into());
    }
    let schedule = Schedule {
        id: s.id(),
        owner: actor.user,
        account,
        report,
        report_name,
        name,
        timing: text(&timing)?,
        prompts: prompts.to_string(),
        format: format.as_str().to_owned(),
        skip_if_empty,
        by_mail,
        state: ScheduleState::Active,
        paused_because: None,
        next_at,
        last_run_at: None,
        last_result: None,
        failures: 0,
        created_at: actor.now,
        version: 1,
    };
    let tx = s.db.begin_write().await?;
    if store::count(&tx, actor.user).await? >= MOST_OWN {
        return Err(ReportError::TooManySchedules(MOST_OWN));
    }
    store::insert(&tx, &schedule).await?;
    store::set_recipients(&tx, schedule.id, &people).await?;
    s.commit(tx, about(permit, &schedule)).await?;
    Ok(shown(s, schedule).await?)
}

/// Own schedules, the newest first.
///
/// # Errors
/// [`Fault::Denied`] without the right to reports.
pub async fn list(
    actor: &Actor,
    s: &Services,
    page: &PageRequest,
) -> Result<Page<ScheduleView>, Fault> {
    reporter(actor, s).await?;
    let found = store::list(&s.db.reader(), actor.user, page).await?;
    let mut items = Vec::new();
    for schedule in found.items {
        items.push(shown(s, schedule).await?);
    }
    Ok(Page {
        items,
        next: found.next,
    })
}

/// One own schedule.
///
/// # Errors
/// [`Fault::NotFound`].
pub async fn find(
    actor: &Actor,
    s: &Services,
    id: ReportScheduleId,
) -> Result<ScheduleView, Fault> {
    reporter(actor, s).await?;
    let schedule = store::find(&s.db.reader(), actor.user, id)
        .await?
        .ok_or(Fault::NotFound)?;
    shown(s, schedule).await
}

async fn locked(
    actor: &Actor,
    tx: &WriteTx,
    id: ReportScheduleId,
    read: i64,
) -> Result<Schedule, Fault> {
    let schedule = store::lock(tx, id)
        .await?
        .filter(|schedule| schedule.owner == actor.user)
        .ok_or(Fault::NotFound)?;
    if schedule.version != read {
        return Err(Fault::Stale);
    }
    Ok(schedule)
}

/// Changes an own schedule.
///
/// # Errors
/// [`Fault::Stale`], [`Fault::Invalid`] where something does not fit.
pub async fn update(
    actor: &Actor,
    s: &Services,
    id: ReportScheduleId,
    read: i64,
    change: ScheduleChange,
) -> Result<ScheduleView, Fault> {
    let before = find(actor, s, id).await?.schedule;
    let ScheduleChange {
        name,
        timing,
        prompts,
        format,
        recipients,
        skip_if_empty,
        by_mail,
        paused,
    } = change;
    let timing = timing.map(timing_of).transpose()?;
    let people = match &recipients {
        Some(wanted) => Some(checked_recipients(actor, s, wanted).await?),
        None => None,
    };
    // Whoever lets it go on hears at once what stands in its way.
    let resumed = paused == Some(false);
    let report_name = if prompts.is_some() || resumed {
        let stored = serde_json::from_str(&before.prompts).unwrap_or_default();
        let wanted = prompts.clone().unwrap_or(stored);
        Some(checked(actor, s, &before.report, &wanted, before.account).await?)
    } else {
        None
    };
    let permit = require(actor, Action::ScheduleReports, &Thing::Oneself)?;
    let tx = s.db.begin_write().await?;
    let mut schedule = locked(actor, &tx, id, read).await?;
    schedule.name = name.unwrap_or(schedule.name);
    if let Some(timing) = &timing {
        schedule.timing = text(timing)?;
    }
    if let Some(prompts) = prompts {
        schedule.prompts = prompts.to_string();
    }
    if let Some(format) = format {
        format.as_str().clone_into(&mut schedule.format);
    }
    schedule.report_name = report_name.unwrap_or(schedule.report_name);
    schedule.skip_if_empty = skip_if_empty.unwrap_or(schedule.skip_if_empty);
    schedule.by_mail = by_mail.unwrap_or(schedule.by_mail);
    match paused {
        Some(true) if schedule.state == ScheduleState::Active => {
            schedule.state = ScheduleState::Paused;
            // Whoever turns a schedule off needs no reason to be told.
            schedule.paused_because = None;
        }
        Some(false) => {
            schedule.state = ScheduleState::Active;
            schedule.paused_because = None;
            schedule.failures = 0;
        }
        _ => {}
    }
    if timing.is_some() || resumed {
        schedule.next_at = stored_timing(&schedule)?.next_after(s.now());
    }
    match (schedule.state, schedule.next_at) {
        (ScheduleState::Active, None) => schedule.state = ScheduleState::Ended,
        (ScheduleState::Ended, Some(_)) => schedule.state = ScheduleState::Active,
        _ => {}
    }
    schedule.version += 1;
    store::update(&tx, &schedule).await?;
    if let Some(people) = people {
        store::set_recipients(&tx, id, &people).await?;
    }
    s.commit(tx, about(permit, &schedule)).await?;
    shown(s, schedule).await
}

/// Deletes an own schedule; what it brought stays.
///
/// # Errors
/// [`Fault::Stale`].
pub async fn delete(
    actor: &Actor,
    s: &Services,
    id: ReportScheduleId,
    read: i64,
) -> Result<(), Fault> {
    reporter(actor, s).await?;
    let permit = require(actor, Action::ScheduleReports, &Thing::Oneself)?;
    let tx = s.db.begin_write().await?;
    let schedule = locked(actor, &tx, id, read).await?;
    store::delete(&tx, id).await?;
    let permit = permit.about("report_schedule", id, schedule.name);
    Ok(s.commit(tx, permit).await?)
}

/// Brings the report of an own schedule now, beside its times.
///
/// # Errors
/// [`Fault::NotFound`].
pub async fn run_now(actor: &Actor, s: &Services, id: ReportScheduleId) -> Result<(), Fault> {
    let schedule = find(actor, s, id).await?.schedule;
    let permit = require(actor, Action::ScheduleReports, &Thing::Oneself)?;
    let tx = s.db.begin_write().await?;
    plan(s, &tx, &schedule, s.now()).await?;
    let permit = permit
        .about("report_schedule", id, schedule.name.clone())
        .because("run now");
    Ok(s.commit(tx, permit).await?)
}

/// The log of an own schedule, the newest first.
///
/// # Errors
/// [`Fault::NotFound`].
pub async fn deliveries(
    actor: &Actor,
    s: &Services,
    id: ReportScheduleId,
    page: &PageRequest,
) -> Result<Page<DeliveryView>, Fault> {
    find(actor, s, id).await?;
    let found = store::log(&s.db.reader(), actor.user, id, page).await?;
    with_names(s, found).await
}

/// What was brought to the person, the newest first.
///
/// # Errors
/// When the database cannot answer.
pub async fn inbox(
    actor: &Actor,
    s: &Services,
    unread: bool,
    page: &PageRequest,
) -> Result<Page<DeliveryView>, Fault> {
    let found = store::inbox(&s.db.reader(), actor.user, unread, page).await?;
    with_names(s, found).await
}

async fn with_names(s: &Services, found: Page<Delivery>) -> Result<Page<DeliveryView>, Fault> {
    let reader = s.db.reader();
    let mut items = Vec::new();
    for delivery in found.items {
        let name = users::by_id(&reader, delivery.user)
            .await?
            .map_or_else(String::new, |user| user.full_name());
        items.push(DeliveryView {
            delivery,
            recipient_name: name,
        });
    }
    Ok(Page {
        items,
        next: found.next,
    })
}

/// Notes that the person opened what was brought.
///
/// # Errors
/// [`Fault::NotFound`].
pub async fn mark_read(actor: &Actor, s: &Services, id: ReportDeliveryId) -> Result<(), Fault> {
    let tx = s.db.begin_write().await?;
    if !store::mark_read(&tx, actor.user, id, s.now()).await? {
        return Err(Fault::NotFound);
    }
    // That somebody looked at an own thing is no act that anybody asks about later.
    Ok(tx.commit_bookkeeping().await?)
}
