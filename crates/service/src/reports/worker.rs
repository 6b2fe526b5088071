//! The work on runs: taking them from the queue, keeping their rows chunk by chunk, stopping when asked, and finding those
//! whose worker is gone. It may run on several replicas at once.

use std::convert::Infallible;
use std::time::Duration as Wait;

use chrono::{DateTime, Duration, Utc};
use quaymaster_domain::access::ReadScope;
use quaymaster_domain::ids::{ReportRunId, ReportSnapshotId};
use quaymaster_store::report_runs::{self as store, Lane, Run, RunState, Snapshot};
use tokio::sync::{Semaphore, SemaphorePermit, mpsc};

use super::asking::{Asked, prepare};
use super::engine::{self, Prepared};
use super::runs::{KEPT, KEPT_FOR_SCHEDULES};
use super::table::{CHUNK_ROWS, Explain, Facts, ResultRow, encode};
use crate::error::Fault;
use crate::{Services, actors};

/// How many runs of each lane this process works on at a time.
const INTERACTIVE: usize = 4;
const BATCH: usize = 2;
static INTERACTIVE_PLACES: Semaphore = Semaphore::const_new(INTERACTIVE);
static BATCH_PLACES: Semaphore = Semaphore::const_new(BATCH);

/// A run that somebody waits for moves to the other lane after this time.
const INTERACTIVE_TIME: Wait = Wait::from_secs(30);

/// A run that somebody waits for says how many rows it will have when it is not over after this time.
const QUICK: Wait = Wait::from_secs(1);

/// How often a worker looks whether it is to stop, and says that it is alive.
const PULSE: Wait = Wait::from_secs(1);

/// A worker that has said nothing for so long is gone.
const SILENT: Duration = Duration::seconds(60);

/// How often somebody who waits for an equal run looks.
const LOOK: Wait = Wait::from_millis(50);

/// How many runs one round takes from the queue.
const ROUND: usize = 20;

/// Rows of a chunk.
const FULL: usize = CHUNK_ROWS as usize;

/// How many chunks are written in one transaction: every wait for the disk is longer than a chunk takes to be written.
const CHUNKS_AT_ONCE: usize = 8;

/// Why the work ended.
enum End {
    /// Its person, or somebody else, ended it.
    Stopped,
    /// It took too long for its lane.
    TooLong,
    /// It failed.
    Failed(Fault),
}

impl From<Fault> for End {
    fn from(fault: Fault) -> Self {
        Self::Failed(fault)
    }
}

impl From<quaymaster_store::StoreError> for End {
    fn from(error: quaymaster_store::StoreError) -> Self {
        Self::Failed(error.into())
    }
}

/// Leave to work on a run at once; `None` when as many are worked on as may be, so that it waits in the queue.
pub(super) fn place() -> Option<SemaphorePermit<'static>> {
    INTERACTIVE_PLACES.try_acquire().ok()
}

/// Works on a run that was asked for just now, on a task of its own: it goes on when the caller stops waiting.
pub(super) async fn work_with(
    s: Services,
    run: Run,
    asked: Asked,
    place: SemaphorePermit<'static>,
) {
    let work = tokio::spawn(async move {
        let Asked {
            prepared, reach, ..
        } = asked;
        finish(&s, run, Some((prepared, reach.scope))).await;
        drop(place);
    });
    // A panic is in the log already; the run is found as an orphan.
    let _ = work.await;
}

/// Waits until a run is over.
pub(super) async fn wait_for(s: &Services, id: ReportRunId) {
    loop {
        match store::for_worker(&s.db.reader(), id).await {
            Ok(Some(run)) if run.state.is_open() => tokio::time::sleep(LOOK).await,
            _ => return,
        }
    }
}

/// Puts orphans back and works on what waits, as far as there is room. Answers how many runs were worked on.
///
/// # Errors
/// When the database is away.
pub async fn work_due(s: &Services) -> Result<usize, Fault> {
    let now = s.now();
    if store::count_open(&s.db.reader(), None).await? == 0 {
        return Ok(0);
    }
    let tx = s.db.begin_write().await?;
    let orphans = store::requeue_orphans(&tx, now - SILENT).await?;
    tx.commit_bookkeeping().await?;
    if orphans > 0 {
        tracing::warn!(
            orphans,
            "runs of reports whose worker is gone are in the queue again"
        );
    }
    let mut done = 0;
    for lane in [Lane::Interactive, Lane::Batch] {
        let places = match lane {
            Lane::Interactive => &INTERACTIVE_PLACES,
            Lane::Batch => &BATCH_PLACES,
        };
        for _ in 0..ROUND {
            let Ok(_place) = places.try_acquire() else {
                break;
            };
            let Some(id) = store::next_queued(&s.db.reader(), lane).await? else {
                break;
            };
            let Some(run) = store::for_worker(&s.db.reader(), id).await? else {
                break;
            };
            finish(s, run, None).await;
            done += 1;
        }
    }
    Ok(done)
}

/// Works on a run until its end, whatever that is.
pub(super) async fn finish(s: &Services, run: Run, ready: Option<(Prepared, ReadScope)>) {
    let id = run.id;
    let ended = match work(s, run, ready).await {
        Ok(()) => Ok(()),
        Err(End::Stopped) => Ok(()),
        Err(End::TooLong) => back_to_queue(s, id).await,
        Err(End::Failed(fault)) => fail(s, id, &fault).await,
    };
    if let Err(fault) = ended {
        tracing::error!(%fault, run = %id, "the end of a run of a report could not be kept");
    }
}

async fn back_to_queue(s: &Services, id: ReportRunId) -> Result<(), Fault> {
    let tx = s.db.begin_write().await?;
    if let Some(mut run) = store::for_worker(&tx, id).await? {
        run.state = RunState::Queued;
        run.lane = Lane::Batch;
        run.rows_written = 0;
        store::update_open(&tx, &run).await?;
    }
    Ok(tx.commit_bookkeeping().await?)
}

async fn fail(s: &Services, id: ReportRunId, fault: &Fault) -> Result<(), Fault> {
    let words = match fault {
        Fault::Denied(_) | Fault::NotFound => {
            "What you may see has changed since you asked. Run the report again.".to_owned()
        }
        Fault::Invalid(fields) => fields.first().map_or_else(
            || "The definition does not fit any more. Open the report and mend it.".to_owned(),
            |field| format!("The definition does not fit any more: {}.", field.detail),
        ),
        Fault::Busy(_) => "The portal was busy. Run the report again.".to_owned(),
        other => {
            tracing::error!(fault = %other, run = %id, "a run of a report failed");
            format!(
                "This is our fault and has been recorded. Run the report again; if it fails again, give support the number {id}."
            )
        }
    };
    let now = s.now();
    let tx = s.db.begin_write().await?;
    let mut all = store::followers(&tx, id).await?;
    all.extend(store::for_worker(&tx, id).await?);
    for mut run in all {
        if run.id == id {
            run.state = RunState::Failed;
            run.failure = Some(words.clone());
            run.finished_at = Some(now);
        }
        // Whoever joined tries on their own.
        run.leader = None;
        store::update_open(&tx, &run).await?;
    }
    Ok(tx.commit_bookkeeping().await?)
}

async fn work(s: &Services, run: Run, ready: Option<(Prepared, ReadScope)>) -> Result<(), End> {
    if run.state == RunState::Queued {
        let tx = s.db.begin_write().await?;
        let taken = store::take(&tx, run.id, s.now()).await?;
        tx.commit_bookkeeping().await?;
        if !taken {
            return Err(End::Stopped);
        }
    }
    // Whoever waits mostly has the rows sooner than their number, which is asked for once it takes longer; a run from the
    // queue is looked at while it goes on.
    let counted = ready.is_none();
    let (prepared, scope) = match ready {
        Some(ready) => ready,
        None => again(s, &run).await?,
    };
    let prepared = engine::with_values(s, prepared, &scope).await?;
    if counted {
        count(s, run.id, &prepared, &scope).await?;
    }
    let (send, rows) = mpsc::channel(engine::WAITING);
    let asking = {
        let (s, prepared, scope) = (s.clone(), prepared.clone(), scope.clone());
        async move { engine::rows(&s, &prepared, &scope, s.settings.report_rows, send).await }
    };
    let keeping = keep(s, &run, &prepared, rows);
    let counting = async {
        if !counted {
            tokio::time::sleep(QUICK).await;
            // A number that is not known is no reason to give up the rows.
            if let Err(fault) = count(s, run.id, &prepared, &scope).await {
                tracing::warn!(%fault, run = %run.id, "how many rows there will be is not known");
            }
        }
        std::future::pending::<Infallible>().await
    };
    let both = async {
        tokio::pin!(asking);
        tokio::pin!(keeping);
        // Whoever fails first ends the other: a dropped query gives its connection back.
        tokio::select! {
            failed = &mut keeping => Err(failed.err().unwrap_or(End::Stopped)),
            limit_reached = &mut asking => {
                let limit_reached = limit_reached?;
                let kept = keeping.await?;
                Ok((kept, limit_reached))
            }
        }
    };
    let both = async {
        tokio::select! {
            ended = both => ended,
            never = counting => match never {},
        }
    };
    let ended = if run.lane == Lane::Interactive {
        tokio::time::timeout(INTERACTIVE_TIME, both)
            .await
            .unwrap_or(Err(End::TooLong))
    } else {
        both.await
    };
    let (kept, limit_reached) = ended?;
    complete(s, run.id, kept, limit_reached).await
}

/// Says how many rows there will be, where that can be known before.
async fn count(
    s: &Services,
    id: ReportRunId,
    prepared: &Prepared,
    scope: &ReadScope,
) -> Result<(), Fault> {
    let expected = engine::expected(s, prepared, scope, s.settings.report_rows).await?;
    if let Some(rows) = expected {
        let tx = s.db.begin_write().await?;
        store::expect(&tx, id, rows).await?;
        tx.commit_bookkeeping().await?;
    }
    Ok(())
}

/// The question as it was asked, under the rights of its person at this moment, which have to be the same.
async fn again(s: &Services, run: &Run) -> Result<(Prepared, ReadScope), Fault> {
    let actor = actors::for_job(s, run.user).await?.ok_or(Fault::NotFound)?;
    let json = |text: &str| {
        serde_json::from_str(text).map_err(|error| Fault::Internal(format!("report_runs: {error}")))
    };
    let (definition, prompts) = (json(&run.definition)?, json(&run.prompts)?);
    let (prepared, reach) =
        prepare(&actor, s, &definition, &prompts, run.account, run.queued_at).await?;
    if reach.scope.digest() != run.scope_digest {
        return Err(Fault::NotFound);
    }
    Ok((prepared, reach.scope))
}

/// Rows that came, all of them.
struct Kept {
    snapshot: Snapshot,
    /// When they are so few that nothing is written down yet.
    only: Option<Vec<ResultRow>>,
}

/// Keeps rows as they come. Ends with an error when the run is to stop. As long as there is but one chunk it is written
/// with the end of the run, at once: most answers are small, and every wait for the disk is longer than they take.
async fn keep(
    s: &Services,
    run: &Run,
    prepared: &Prepared,
    mut rows: mpsc::Receiver<Vec<ResultRow>>,
) -> Result<Kept, End> {
    let now = s.now();
    let facts = Facts {
        columns: prepared.columns().to_vec(),
        explain: Explain {
            sentences: Vec::new(),
            data_as_of: Some(now),
            prompts: prepared.prompts().to_vec(),
        },
    };
    let life = if run.schedule.is_some() {
        KEPT_FOR_SCHEDULES
    } else {
        KEPT
    };
    let mut snapshot = Snapshot {
        id: s.id(),
        cache_key: run.cache_key.clone(),
        facts: serde_json::to_string(&facts).map_err(|e| Fault::Internal(e.to_string()))?,
        row_count: 0,
        limit_reached: false,
        made_at: now,
        expires_at: now + life,
    };
    let mut guard = None;
    let mut waiting = Vec::new();
    let mut chunks = Vec::new();
    let mut number = 0;
    let mut pulse = tokio::time::interval(PULSE);
    pulse.tick().await;
    loop {
        let some = tokio::select! {
            some = rows.recv() => some,
            _ = pulse.tick() => {
                if said(s, run.id, snapshot.row_count, s.now()).await? {
                    return Err(End::Stopped);
                }
                continue;
            }
        };
        let over = some.is_none();
        waiting.extend(some.into_iter().flatten());
        if over && number == 0 && waiting.len() <= FULL {
            snapshot.row_count = waiting.len() as u64;
            return Ok(Kept {
                snapshot,
                only: Some(waiting),
            });
        }
        // Made ready when a row follows: then there is more than one chunk.
        while waiting.len() > FULL || (over && !waiting.is_empty()) {
            let rest = waiting.split_off(waiting.len().min(FULL));
            let chunk = std::mem::replace(&mut waiting, rest);
            snapshot.row_count += chunk.len() as u64;
            // On another thread, while the next rows are on their way.
            let ready = tokio::task::spawn_blocking(move || encode(&chunk)).await;
            chunks.push(ready.map_err(|e| Fault::Internal(format!("keeping rows: {e}")))??);
            number += 1;
        }
        // The first chunk at once, so that a run says early that rows have come.
        if chunks.len() >= CHUNKS_AT_ONCE || (over || number == 1) && !chunks.is_empty() {
            let tx = s.db.begin_write().await?;
            if guard.is_none() {
                store::begin_snapshot(&tx, &snapshot).await?;
            }
            for (chunk, at) in chunks.drain(..).rev().zip((0..number).rev()) {
                store::insert_chunk(&tx, snapshot.id, at, chunk).await?;
            }
            let stop = store::progress(&tx, run.id, snapshot.row_count, s.now()).await?;
            tx.commit_bookkeeping().await?;
            guard.get_or_insert_with(|| Unfinished {
                s: s.clone(),
                id: Some(snapshot.id),
            });
            if stop {
                return Err(End::Stopped);
            }
        }
        if over {
            if let Some(guard) = guard {
                guard.done();
            }
            return Ok(Kept {
                snapshot,
                only: None,
            });
        }
    }
}

async fn said(s: &Services, id: ReportRunId, rows: u64, now: DateTime<Utc>) -> Result<bool, Fault> {
    let tx = s.db.begin_write().await?;
    let stop = store::progress(&tx, id, rows, now).await?;
    tx.commit_bookkeeping().await?;
    Ok(stop)
}

/// Gives up the rows of a run that did not come to its end.
struct Unfinished {
    s: Services,
    id: Option<ReportSnapshotId>,
}

impl Unfinished {
    fn done(mut self) {
        self.id = None;
    }
}

impl Drop for Unfinished {
    fn drop(&mut self) {
        let (Some(id), s) = (self.id.take(), self.s.clone()) else {
            return;
        };
        // What is left when the process ends goes at the end of its time.
        if let Ok(runtime) = tokio::runtime::Handle::try_current() {
            runtime.spawn(async move {
                let given_up = async {
                    let tx = s.db.begin_write().await?;
                    store::drop_snapshot(&tx, id).await?;
                    tx.commit_bookkeeping().await
                };
                if let Err(error) = given_up.await {
                    tracing::warn!(%error, "rows of a stopped run were not given up yet");
                }
            });
        }
    }
}

/// Says that a run is done, for it and for everybody who joined it.
async fn complete(
    s: &Services,
    id: ReportRunId,
    kept: Kept,
    limit_reached: bool,
) -> Result<(), End> {
    let now = s.now();
    let Kept { mut snapshot, only } = kept;
    snapshot.limit_reached = limit_reached;
    let content = match &only {
        Some(rows) if !rows.is_empty() => Some(encode(rows)?),
        _ => None,
    };
    let tx = s.db.begin_write().await?;
    let mut all = store::followers(&tx, id).await?;
    all.extend(store::for_worker(&tx, id).await?);
    if only.is_some() {
        if !all.iter().any(|run| run.state.is_open()) {
            return Err(End::Stopped);
        }
        store::begin_snapshot(&tx, &snapshot).await?;
    }
    if let Some(content) = content {
        store::insert_chunk(&tx, snapshot.id, 0, content).await?;
    }
    store::complete_snapshot(&tx, &snapshot).await?;
    for mut run in all {
        let joined = run.id != id;
        run.state = RunState::Done;
        run.from_cache = joined;
        run.leader = None;
        run.snapshot = Some(snapshot.id);
        run.rows_written = snapshot.row_count;
        run.limit_reached = limit_reached;
        run.started_at = run.started_at.or(Some(now));
        run.finished_at = Some(now);
        let life = if run.schedule.is_some() {
            KEPT_FOR_SCHEDULES
        } else {
            KEPT
        };
        run.expires_at = Some(now + life);
        if store::update_open(&tx, &run).await? {
            store::keep_until(&tx, snapshot.id, now + life).await?;
        }
    }
    tx.commit_bookkeeping().await?;
    Ok(())
}
