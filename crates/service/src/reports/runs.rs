//! Runs: asked for, joined, taken from the cache, looked at, stopped, downloaded. Who works on them is in `worker`. Rows are
//! shown only while the reader's rights are those that they were made under.

use std::fs::File;
use std::time::Duration as Wait;

use chrono::{DateTime, Duration, Utc};
use quaymaster_domain::access::{Action, Actor, Thing, require};
use quaymaster_domain::ids::{AccountId, ReportRunId, ReportScheduleId};
use quaymaster_store::report_runs::{self as store, Lane, Run, RunState, Snapshot};
use quaymaster_store::{Page, PageRequest};

use super::asking::{Ask, Asked, ask, prepare};
use super::engine;
use super::explained::{cover, sentences};
use super::files::{self, FileFormat};
use super::table::{CHUNK_ROWS, Facts, ResultColumn, ResultRow, decode};
use super::{MOST_OPEN, MOST_OPEN_OWN, ReportError, filter_of, reporter, worker};
use crate::Services;
use crate::error::Fault;
use crate::records::{ReportReach, report_reach};

/// How long somebody waits for an answer before it becomes a run to come back to.
const AT_ONCE: Wait = Wait::from_millis(1500);

/// How long rows are kept, and those that a schedule brought.
pub(super) const KEPT: Duration = Duration::hours(24);
pub(super) const KEPT_FOR_SCHEDULES: Duration = Duration::days(30);

/// Rows from the cache are kept at least so long after they were found there.
const CACHE_MARGIN: Duration = Duration::hours(1);

/// How many rows a preview shows.
const PREVIEW_ROWS: u64 = 10;

/// A run with what is said about it.
#[derive(Clone, Debug)]
pub struct RunView {
    /// The run, in the state that it is in by the clock.
    pub run: Run,
    /// How many rows it has, when it is done.
    pub rows: Option<u64>,
    /// How many rows are kept at most.
    pub row_limit: u64,
    /// Which identifiers and grants decided, in sentences; only while the reader's rights are the same.
    pub sentences: Vec<String>,
    /// As of when the data is.
    pub data_as_of: Option<DateTime<Utc>>,
    /// Label and value of every prompt.
    pub prompts: Vec<(String, String)>,
}

/// Rows of a run.
#[derive(Clone, Debug)]
pub struct Rows {
    /// The columns.
    pub columns: Vec<ResultColumn>,
    /// The number of the first row.
    pub from: u64,
    /// The rows.
    pub rows: Vec<ResultRow>,
    /// How many there are.
    pub total: u64,
}

/// A run that was asked for, with its first rows when it was done at once.
#[derive(Clone, Debug)]
pub struct Started {
    /// The run.
    pub view: RunView,
    /// Its first rows.
    pub page: Option<Rows>,
}

/// The first rows of a definition.
#[derive(Clone, Debug)]
pub struct Preview {
    /// The columns.
    pub columns: Vec<ResultColumn>,
    /// The first rows.
    pub rows: Vec<ResultRow>,
    /// There are more.
    pub more: bool,
    /// What changed below the definition.
    pub messages: Vec<String>,
}

/// A file.
#[derive(Debug)]
pub struct Download {
    /// Its content.
    pub file: File,
    /// Its name.
    pub name: String,
    /// Its format.
    pub format: FileFormat,
}

/// Asks for a run. It is answered at once when rows of the same question under the same rights and data are there, or when
/// it is done within a moment; otherwise it goes on by itself.
///
/// # Errors
/// [`Fault::Invalid`] where definition or prompts do not fit, [`ReportError::TooManyRuns`], [`ReportError::TooLarge`] when
/// somebody would wait for it.
pub async fn start(actor: &Actor, s: &Services, wanted: &Ask) -> Result<Started, ReportError> {
    let asked = ask(actor, s, wanted).await?;
    let lane = if wanted.background {
        Lane::Batch
    } else {
        not_too_large(s, &asked, wanted.fresh).await?;
        Lane::Interactive
    };
    let reach = asked.reach.clone();
    let place = match lane {
        Lane::Interactive => worker::place(),
        Lane::Batch => None,
    };
    let stage = match place {
        Some(_) => RunState::Running,
        None => RunState::Queued,
    };
    let run = enqueue(actor, s, &asked, None, wanted.fresh, lane, stage).await?;
    let id = run.id;
    if run.state.is_open() && lane == Lane::Interactive {
        let waiting = async {
            match (place, run.state) {
                (Some(place), RunState::Running) => {
                    worker::work_with(s.clone(), run, asked, place).await;
                }
                _ => worker::wait_for(s, id).await,
            }
        };
        let _ = tokio::time::timeout(AT_ONCE, waiting).await;
    }
    let run = store::find(&s.db.reader(), actor.user, id)
        .await?
        .ok_or(Fault::NotFound)?;
    if run.state != RunState::Done {
        return Ok(Started {
            view: bare(s, run),
            page: None,
        });
    }
    // What the actor may see was looked up for this request; the rows are those that were made for it.
    let (snapshot, facts) = kept(s, &run).await?;
    let page = page_of(s, &snapshot, facts.columns.clone(), 0, CHUNK_ROWS).await?;
    Ok(Started {
        view: explained(actor, s, run, &snapshot, facts, &reach),
        page: Some(page),
    })
}

/// Refuses what nobody should wait for, unless its rows are there already.
async fn not_too_large(s: &Services, asked: &Asked, fresh: bool) -> Result<(), ReportError> {
    let kept = s.now() + CACHE_MARGIN;
    if !fresh
        && store::cached(&s.db.reader(), &asked.cache_key, kept)
            .await?
            .is_some()
    {
        return Ok(());
    }
    if engine::too_large(s, &asked.prepared, &asked.reach.scope).await? {
        return Err(ReportError::TooLarge(s.settings.report_rows_without_period));
    }
    Ok(())
}

/// Keeps a run: done from the cache, joined to an equal one, or at this stage: in the queue, or running already.
pub(super) async fn enqueue(
    actor: &Actor,
    s: &Services,
    asked: &Asked,
    schedule: Option<ReportScheduleId>,
    fresh: bool,
    lane: Lane,
    stage: RunState,
) -> Result<Run, ReportError> {
    let now = s.now();
    let kept = if schedule.is_some() {
        KEPT_FOR_SCHEDULES
    } else {
        KEPT
    };
    let permit = require(actor, Action::RunReports, &Thing::Oneself)?;
    let tx = s.db.begin_write().await?;
    let mut run = Run {
        id: s.id(),
        user: actor.user,
        account: asked.account,
        report: asked.report.clone(),
        schedule,
        name: asked.name.clone(),
        definition: asked.definition.clone(),
        prompts: asked.prompts.clone(),
        cache_key: asked.cache_key.clone(),
        scope_digest: asked.reach.scope.digest().to_owned(),
        state: RunState::Queued,
        lane,
        rows_written: 0,
        rows_expected: None,
        limit_reached: false,
        from_cache: false,
        cancel_asked: false,
        leader: None,
        snapshot: None,
        failure: None,
        queued_at: now,
        taken_at: None,
        started_at: None,
        finished_at: None,
        expires_at: None,
    };
    let cached = if fresh {
        None
    } else {
        store::cached(&tx, &run.cache_key, now + CACHE_MARGIN).await?
    };
    if let Some(snapshot) = cached {
        run.state = RunState::Done;
        run.from_cache = true;
        run.rows_written = snapshot.row_count;
        run.limit_reached = snapshot.limit_reached;
        run.snapshot = Some(snapshot.id);
        run.started_at = Some(now);
        run.finished_at = Some(now);
        let until = (now + kept).max(snapshot.expires_at);
        run.expires_at = Some(until);
        store::keep_until(&tx, snapshot.id, until).await?;
    } else {
        let own = store::count_open(&tx, Some(actor.user)).await?;
        if own >= MOST_OPEN_OWN && schedule.is_none() {
            return Err(ReportError::TooManyRuns);
        }
        if store::count_open(&tx, None).await? >= MOST_OPEN {
            return Err(Fault::Busy(30).into());
        }
        if !fresh {
            run.leader = store::equal_open(&tx, &run.cache_key).await?.map(|r| r.id);
        }
        if run.leader.is_none() && stage == RunState::Running {
            run.state = stage;
            run.taken_at = Some(now);
            run.started_at = Some(now);
        }
    }
    store::insert(&tx, &run).await?;
    let permit = permit.about("report_run", run.id, run.name.clone());
    s.commit(tx, permit).await?;
    Ok(run)
}

/// The first rows of a definition, for whoever builds one. Nothing is kept.
///
/// # Errors
/// [`Fault::Invalid`] where definition or prompts do not fit, [`ReportError::TooLarge`].
pub async fn preview(
    actor: &Actor,
    s: &Services,
    definition: &serde_json::Value,
    prompts: &serde_json::Value,
    account: Option<AccountId>,
) -> Result<Preview, ReportError> {
    reporter(actor, s).await?;
    let (prepared, reach) = prepare(actor, s, definition, prompts, account, s.now()).await?;
    let scope = reach.scope;
    if engine::too_large(s, &prepared, &scope).await? {
        return Err(ReportError::TooLarge(s.settings.report_rows_without_period));
    }
    let prepared = engine::with_values(s, prepared, &scope).await?;
    let (rows, more) = engine::first_rows(s, &prepared, &scope, PREVIEW_ROWS).await?;
    Ok(Preview {
        columns: prepared.columns().to_vec(),
        rows,
        more,
        messages: engine::messages(definition),
    })
}

/// The person's runs, the newest first.
///
/// # Errors
/// [`Fault::Denied`] without the right to reports.
pub async fn list(
    actor: &Actor,
    s: &Services,
    state: Option<RunState>,
    page: &PageRequest,
) -> Result<Page<RunView>, Fault> {
    reporter(actor, s).await?;
    let now = s.now();
    let found = store::list(&s.db.reader(), actor.user, state, now, page).await?;
    Ok(found.map(|run| {
        let run = by_the_clock(run, now);
        RunView {
            rows: (run.state == RunState::Done).then_some(run.rows_written),
            row_limit: s.settings.report_rows,
            run,
            sentences: Vec::new(),
            data_as_of: None,
            prompts: Vec::new(),
        }
    }))
}

fn by_the_clock(mut run: Run, now: DateTime<Utc>) -> Run {
    if run.state == RunState::Done && run.expires_at.is_some_and(|at| at <= now) {
        run.state = RunState::Expired;
    }
    run
}

async fn own(actor: &Actor, s: &Services, id: ReportRunId) -> Result<Run, Fault> {
    reporter(actor, s).await?;
    let run = store::find(&s.db.reader(), actor.user, id)
        .await?
        .ok_or(Fault::NotFound)?;
    Ok(by_the_clock(run, s.now()))
}

/// One own run with its explanation.
///
/// # Errors
/// [`Fault::NotFound`].
pub async fn view(actor: &Actor, s: &Services, id: ReportRunId) -> Result<RunView, Fault> {
    let run = own(actor, s, id).await?;
    if run.state != RunState::Done {
        return Ok(bare(s, run));
    }
    let (snapshot, facts) = kept(s, &run).await?;
    let reach = report_reach(s, actor, filter_of(run.account)).await?;
    Ok(explained(actor, s, run, &snapshot, facts, &reach))
}

fn bare(s: &Services, run: Run) -> RunView {
    RunView {
        rows: None,
        row_limit: s.settings.report_rows,
        sentences: Vec::new(),
        data_as_of: None,
        prompts: Vec::new(),
        run,
    }
}

/// A run that is done, with what decided its rows, as long as that is what its person may see now.
fn explained(
    actor: &Actor,
    s: &Services,
    run: Run,
    snapshot: &Snapshot,
    facts: Facts,
    reach: &ReportReach,
) -> RunView {
    let same = reach.scope.digest() == run.scope_digest;
    RunView {
        rows: Some(snapshot.row_count),
        sentences: if same {
            sentences(actor, reach, run.account)
        } else {
            Vec::new()
        },
        data_as_of: facts.explain.data_as_of,
        prompts: facts.explain.prompts,
        ..bare(s, run)
    }
}

async fn kept(s: &Services, run: &Run) -> Result<(Snapshot, Facts), Fault> {
    let id = run
        .snapshot
        .ok_or_else(|| Fault::Internal(format!("run {} is done without rows", run.id)))?;
    let snapshot = store::snapshot(&s.db.reader(), id)
        .await?
        .ok_or(Fault::NotFound)?;
    let facts = serde_json::from_str(&snapshot.facts)
        .map_err(|error| Fault::Internal(format!("report_snapshots.facts: {error}")))?;
    Ok((snapshot, facts))
}

/// Stops an own run.
///
/// # Errors
/// [`ReportError::RunState`] when it is over.
pub async fn cancel(actor: &Actor, s: &Services, id: ReportRunId) -> Result<RunView, ReportError> {
    reporter(actor, s).await?;
    let permit = require(actor, Action::RunReports, &Thing::Oneself)?;
    let now = s.now();
    let tx = s.db.begin_write().await?;
    let mut run = store::lock(&tx, actor.user, id)
        .await?
        .ok_or(Fault::NotFound)?;
    if !run.state.is_open() {
        return Err(ReportError::RunState(
            "this run is over already; there is nothing to cancel".to_owned(),
        ));
    }
    // The worker sees it at its next chunk and lets the database go. Whoever joined it gets a run of their own.
    store::ask_cancel(&tx, id).await?;
    for mut follower in store::followers(&tx, id).await? {
        follower.leader = None;
        store::update_open(&tx, &follower).await?;
    }
    run.state = RunState::Cancelled;
    run.finished_at = Some(now);
    run.leader = None;
    store::update_open(&tx, &run).await?;
    let permit = permit
        .about("report_run", id, run.name.clone())
        .because("cancelled");
    s.commit(tx, permit).await?;
    Ok(view(actor, s, id).await?)
}

/// The run whose rows the reader may still see.
async fn readable(
    actor: &Actor,
    s: &Services,
    id: ReportRunId,
) -> Result<(Run, Snapshot, Facts, ReportReach), ReportError> {
    let run = own(actor, s, id).await?;
    let words = match run.state {
        RunState::Done => None,
        RunState::Queued | RunState::Running | RunState::Writing => {
            Some("this run is not done yet; its rows can be read when it is")
        }
        RunState::Failed => Some("this run failed; run the report again"),
        RunState::Cancelled => Some("this run was cancelled; run the report again"),
        RunState::Expired => Some(
            "the rows of this run were kept for their time, which is over; run the report again",
        ),
    };
    if let Some(words) = words {
        return Err(ReportError::RunState(words.to_owned()));
    }
    let reach = report_reach(s, actor, filter_of(run.account)).await?;
    if reach.scope.digest() != run.scope_digest {
        return Err(ReportError::ScopeChanged);
    }
    let (snapshot, facts) = kept(s, &run).await?;
    Ok((run, snapshot, facts, reach))
}

/// Rows of an own run, from a number on.
///
/// # Errors
/// [`ReportError::RunState`] unless it is done, [`ReportError::ScopeChanged`].
pub async fn rows(
    actor: &Actor,
    s: &Services,
    id: ReportRunId,
    from: u64,
    limit: u64,
) -> Result<Rows, ReportError> {
    let (_, snapshot, facts, _) = readable(actor, s, id).await?;
    Ok(page_of(s, &snapshot, facts.columns, from, limit).await?)
}

async fn page_of(
    s: &Services,
    snapshot: &Snapshot,
    columns: Vec<ResultColumn>,
    from: u64,
    limit: u64,
) -> Result<Rows, Fault> {
    let to = from.saturating_add(limit).min(snapshot.row_count);
    let mut rows = Vec::new();
    let mut at = from;
    while at < to {
        let number = at / CHUNK_ROWS;
        let chunk = store::chunk(&s.db.reader(), snapshot.id, number)
            .await?
            .ok_or(Fault::NotFound)?;
        let skip = usize::try_from(at % CHUNK_ROWS).unwrap_or(0);
        let take = usize::try_from((to - at).min(CHUNK_ROWS)).unwrap_or(0);
        let before = rows.len();
        rows.extend(decode(&chunk)?.into_iter().skip(skip).take(take));
        let got = (rows.len() - before) as u64;
        if got == 0 {
            break;
        }
        at += got;
    }
    Ok(Rows {
        columns,
        from,
        rows,
        total: snapshot.row_count,
    })
}

/// An own run as a file.
///
/// # Errors
/// As [`rows`].
pub async fn download(
    actor: &Actor,
    s: &Services,
    id: ReportRunId,
    format: FileFormat,
) -> Result<Download, ReportError> {
    let (run, snapshot, facts, reach) = readable(actor, s, id).await?;
    let cover = cover(actor, s, &run, &snapshot, &facts, &reach);
    let chart = if format == FileFormat::Pdf {
        let first = match store::chunk(&s.db.reader(), snapshot.id, 0).await? {
            Some(chunk) => decode(&chunk)?,
            None => Vec::new(),
        };
        engine::chart(&run.definition, &facts, &first)
    } else {
        None
    };
    let (send, chunks) = tokio::sync::mpsc::channel(2);
    let reading = s.clone();
    let feeding = async move {
        let count = snapshot.row_count.div_ceil(CHUNK_ROWS);
        for number in 0..count {
            let chunk = store::chunk(&reading.db.reader(), snapshot.id, number).await;
            let rows = match chunk {
                Ok(Some(content)) => decode(&content),
                Ok(None) => Err(Fault::NotFound),
                Err(error) => Err(error.into()),
            };
            // A writer that is gone says why itself.
            if send.send(rows).await.is_err() {
                break;
            }
        }
    };
    let writing =
        tokio::task::spawn_blocking(move || files::write(format, &cover, &facts, chart, chunks));
    let ((), file) = tokio::join!(feeding, writing);
    let file = file.map_err(|error| Fault::Internal(error.to_string()))??;
    let stem: String = run
        .name
        .chars()
        .map(|c| if c.is_ascii_alphanumeric() { c } else { '-' })
        .take(60)
        .collect();
    let stem = stem.trim_matches('-').to_owned();
    let stem = if stem.is_empty() {
        "report".to_owned()
    } else {
        stem
    };
    Ok(Download {
        file,
        name: format!("{stem}.{}", format.as_str()),
        format,
    })
}
