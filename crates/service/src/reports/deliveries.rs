//! What schedules bring, and to whom. Every recipient gets the rows of the own rights of that moment; a schedule whose owner
//! may not use it any more is paused with the reason.

use chrono::{DateTime, Duration, Utc};
use quaymaster_domain::access::{Actor, Permit};
use quaymaster_store::report_runs::{self as runs_store, Lane, RunState};
use quaymaster_store::report_schedules::{
    self as store, Delivery, DeliveryState, Schedule, ScheduleState,
};
use quaymaster_store::{WriteTx, users};

use super::asking::{Ask, ask};
use super::library::{Card, by_key};
use super::runs::enqueue;
use super::schedules::{about, stored_timing};
use super::{ReportError, reporter, worker};
use crate::error::Fault;
use crate::mails::reports as letters;
use crate::{Services, actors};

/// How often a delivery is tried.
const TRIES: u64 = 3;

/// After a failure: this long, and twice as long after the second.
const FIRST_WAIT: Duration = Duration::minutes(5);

/// A delivery belongs to a worker for so long.
const LEASE: Duration = Duration::minutes(15);

/// How many schedules and deliveries one round takes.
const ROUND: u64 = 50;

/// Writes down what is to be brought to whom.
pub(super) async fn plan(
    s: &Services,
    tx: &WriteTx,
    schedule: &Schedule,
    due_at: DateTime<Utc>,
) -> Result<(), Fault> {
    let now = s.now();
    for user in store::recipients(tx, schedule.id).await? {
        let delivery = Delivery {
            id: s.id(),
            schedule: schedule.id,
            owner: schedule.owner,
            user,
            due_at,
            schedule_name: schedule.name.clone(),
            report_name: schedule.report_name.clone(),
            format: schedule.format.clone(),
            state: DeliveryState::Waiting,
            detail: None,
            attempts: 0,
            next_attempt_at: now,
            run: None,
            rows: None,
            at: now,
            read_at: None,
        };
        store::plan(tx, &delivery).await?;
    }
    Ok(())
}

/// Plans what is due and brings what waits. Idempotent, and safe on several replicas. Answers how many deliveries were
/// tried.
///
/// # Errors
/// When the database is away.
pub async fn deliver_due(s: &Services) -> Result<usize, Fault> {
    let now = s.now();
    for schedule in store::due(&s.db.reader(), now, ROUND).await? {
        plan_due(s, &schedule).await?;
    }
    let mut tried = 0;
    for delivery in store::waiting(&s.db.reader(), now, ROUND).await? {
        let tx = s.db.begin_write().await?;
        let taken = store::take(&tx, &delivery, now + LEASE).await?;
        tx.commit_bookkeeping().await?;
        if taken {
            bring(s, delivery).await?;
            tried += 1;
        }
    }
    Ok(tried)
}

async fn plan_due(s: &Services, seen: &Schedule) -> Result<(), Fault> {
    let now = s.now();
    let owner = actors::for_job(s, seen.owner).await?;
    let lost = match &owner {
        None => Some("Its owner has no access to the portal any more.".to_owned()),
        Some(owner) => lost(owner, s, seen).await?,
    };
    let tx = s.db.begin_write().await?;
    let Some(mut schedule) = store::lock(&tx, seen.id).await? else {
        return Ok(());
    };
    let Some(due_at) = schedule
        .next_at
        .filter(|at| *at <= now && schedule.state == ScheduleState::Active)
    else {
        return Ok(());
    };
    if let Some(why) = lost {
        schedule.state = ScheduleState::Paused;
        schedule.paused_because = Some(why.clone());
        if let Some(user) = users::by_id(&tx, schedule.owner).await? {
            letters::paused(s, &schedule, &why)
                .to(s, &tx, &user)
                .await?;
        }
    } else {
        plan(s, &tx, &schedule, due_at).await?;
        schedule.last_run_at = Some(due_at);
        // Times that passed while the portal was away are not made up for: one run is enough.
        schedule.next_at = stored_timing(&schedule)?.next_after(now);
        if schedule.next_at.is_none() {
            schedule.state = ScheduleState::Ended;
        }
    }
    schedule.version += 1;
    store::update(&tx, &schedule).await?;
    let permit = Permit::system("report_schedule.due", "schedules of reports");
    Ok(s.commit(tx, about(permit, &schedule)).await?)
}

/// Why the owner may not use the report of a schedule any more.
async fn lost(owner: &Actor, s: &Services, schedule: &Schedule) -> Result<Option<String>, Fault> {
    let who = match reporter(owner, s).await {
        Ok(who) => who,
        Err(Fault::Denied(_)) => {
            return Ok(Some(
                "Its owner does not have the right to run reports any more.".to_owned(),
            ));
        }
        Err(other) => return Err(other),
    };
    match by_key(s, &who.shelf, &schedule.report).await {
        Ok(_) => Ok(None),
        Err(Fault::NotFound) => Ok(Some(
            "Its report is not there any more, or is not shared with its owner any more."
                .to_owned(),
        )),
        Err(other) => Err(other),
    }
}

/// What came of one attempt.
enum Came {
    /// The person has it.
    Rows(quaymaster_domain::ids::ReportRunId, u64),
    /// It never will, for this reason.
    Never(String),
    /// Not this time.
    NotNow(String),
}

async fn bring(s: &Services, delivery: Delivery) -> Result<(), Fault> {
    let now = s.now();
    let tries = delivery.attempts + 1;
    let came = attempt(s, &delivery).await;
    let tx = s.db.begin_write().await?;
    let Some(mut schedule) = store::lock(&tx, delivery.schedule).await? else {
        return Ok(());
    };
    let mut after = delivery.clone();
    after.at = now;
    let mut given_up = None;
    match came {
        Ok(Came::Rows(run, rows)) => {
            after.run = Some(run);
            after.rows = Some(rows);
            let empty = rows == 0 && schedule.skip_if_empty;
            after.state = if empty {
                DeliveryState::SkippedEmpty
            } else {
                DeliveryState::Delivered
            };
            schedule.failures = 0;
            schedule.last_result = Some(if empty {
                "There were no rows, so nothing was brought.".to_owned()
            } else {
                format!("Brought, {rows} rows.")
            });
        }
        Ok(Came::Never(why)) => given_up = Some(why),
        Ok(Came::NotNow(why)) if tries >= TRIES => given_up = Some(why),
        Ok(Came::NotNow(why)) => {
            after.detail = Some(why);
            after.next_attempt_at = now + FIRST_WAIT * i32::try_from(tries).unwrap_or(1);
        }
        Err(fault) if tries >= TRIES => {
            tracing::error!(%fault, "a delivery of a report failed");
            given_up = Some("An error on our side; it has been recorded.".to_owned());
        }
        Err(fault) => {
            tracing::warn!(%fault, "a delivery of a report is tried again");
            after.next_attempt_at = now + FIRST_WAIT * i32::try_from(tries).unwrap_or(1);
        }
    }
    if let Some(why) = &given_up {
        after.state = DeliveryState::Failed;
        after.detail = Some(why.clone());
        schedule.failures += 1;
        schedule.last_result = Some(format!("Not brought to everybody: {why}"));
    }
    if !store::settle(&tx, &after).await? {
        return Ok(());
    }
    if after.state == DeliveryState::Delivered
        && schedule.by_mail
        && let Some(user) = users::by_id(&tx, after.user).await?
    {
        letters::brought(s, &schedule, &after)
            .to(s, &tx, &user)
            .await?;
    }
    if let Some(why) = &given_up
        && let Some(owner) = users::by_id(&tx, schedule.owner).await?
    {
        // Once for a time of the schedule, whatever the number of people.
        letters::failed(s, &schedule, &after, why)
            .to(s, &tx, &owner)
            .await?;
    }
    schedule.version += 1;
    store::update(&tx, &schedule).await?;
    Ok(tx.commit_bookkeeping().await?)
}

async fn attempt(s: &Services, delivery: &Delivery) -> Result<Came, Fault> {
    let found = store::find(&s.db.reader(), delivery.owner, delivery.schedule).await?;
    let Some(schedule) = found else {
        return Ok(Came::Never("The schedule was deleted.".to_owned()));
    };
    let Some(actor) = actors::for_job(s, delivery.user).await? else {
        return Ok(Came::Never(
            "The recipient has no access to the portal any more.".to_owned(),
        ));
    };
    // The definition is the owner's to pass on: a recipient needs no share of it, and sees rows of the own rights only.
    let Some(owner) = actors::for_job(s, schedule.owner).await? else {
        return Ok(Came::Never("The owner has no access any more.".to_owned()));
    };
    let shelf = match reporter(&owner, s).await {
        Ok(who) => who.shelf,
        Err(Fault::Denied(_)) => {
            return Ok(Came::Never(
                "The owner does not have the right to run reports any more.".to_owned(),
            ));
        }
        Err(other) => return Err(other),
    };
    let (origin, definition) = match by_key(s, &shelf, &schedule.report).await {
        Ok(found) => found,
        Err(Fault::NotFound) => {
            return Ok(Came::Never("The report is not there any more.".to_owned()));
        }
        Err(other) => return Err(other),
    };
    let card = Card {
        origin,
        starred: false,
        subject: String::new(),
    };
    let json = |text: &str| {
        serde_json::from_str(text)
            .map_err(|error| Fault::Internal(format!("report_schedules: {error}")))
    };
    let wanted = Ask {
        report: None,
        definition: Some(json(&definition)?),
        prompts: json(&schedule.prompts)?,
        account: schedule.account,
        fresh: false,
        background: true,
        narrow: serde_json::Map::new(),
    };
    let mut asked = match ask(&actor, s, &wanted).await {
        Ok(asked) => asked,
        Err(Fault::Denied(_) | Fault::NotFound) => {
            return Ok(Came::Never(
                "The recipient does not have the right to run this report.".to_owned(),
            ));
        }
        Err(Fault::Invalid(fields)) => {
            let why = fields
                .first()
                .map_or("it does not fit", |f| f.detail.as_str());
            return Ok(Came::Never(format!(
                "The report does not run any more: {why}."
            )));
        }
        Err(other) => return Err(other),
    };
    asked.report = Some(card.key());
    card.name().clone_into(&mut asked.name);
    let run = match enqueue(
        &actor,
        s,
        &asked,
        Some(schedule.id),
        false,
        Lane::Batch,
        RunState::Queued,
    )
    .await
    {
        Ok(run) => run,
        Err(ReportError::Fault(fault)) => return Err(fault),
        Err(other) => return Ok(Came::NotNow(other.to_string())),
    };
    let id = run.id;
    if run.state.is_open() {
        if run.leader.is_none() {
            worker::finish(s, run, Some((asked.prepared, asked.reach.scope))).await;
        } else {
            worker::wait_for(s, id).await;
        }
    }
    let Some(run) = runs_store::for_worker(&s.db.reader(), id).await? else {
        return Ok(Came::NotNow("The run is gone.".to_owned()));
    };
    Ok(match run.state {
        RunState::Done => Came::Rows(id, run.rows_written),
        RunState::Cancelled => Came::Never("The run was cancelled.".to_owned()),
        _ => Came::NotNow(
            run.failure
                .unwrap_or_else(|| "The run did not end.".to_owned()),
        ),
    })
}
