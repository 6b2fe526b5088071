//! Runs of reports, the rows that they kept in chunks, and who works on which. A run is its person's; what workers need
//! says so in its name.

use chrono::{DateTime, Utc};
use quaymaster_domain::events::EventType;
use quaymaster_domain::ids::{AccountId, ReportRunId, ReportScheduleId, ReportSnapshotId, UserId};
use sea_orm::sea_query::Expr;
use sea_orm::{
    ColumnTrait, Condition, EntityTrait, IntoActiveModel, PaginatorTrait, QueryFilter, QueryOrder,
    QuerySelect, QueryTrait,
};
use uuid::Uuid;

use crate::account_events::{self, NewEvent};
use crate::db::{Handle, WriteTx, sealed::Sealed};
use crate::entities::report_runs::{Column, Entity, Model};
use crate::entities::{accounts, memberships, report_chunks, report_snapshots};
use crate::error::{StoreError, corrupt};
use crate::page::{Cursor, Page, PageRequest};

macro_rules! words {
    ($(#[$doc:meta])* $name:ident { $($(#[$vdoc:meta])* $variant:ident = $word:literal),+ $(,)? }) => {
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq)]
        pub enum $name { $($(#[$vdoc])* $variant),+ }

        impl $name {
            /// Every value, in order.
            pub const ALL: &'static [Self] = &[$(Self::$variant),+];

            /// The word in the database and on the wire.
            #[must_use]
            pub const fn as_str(self) -> &'static str {
                match self { $(Self::$variant => $word),+ }
            }

            /// Reads the word back.
            #[must_use]
            pub fn from_word(word: &str) -> Option<Self> {
                match word { $($word => Some(Self::$variant),)+ _ => None }
            }
        }
    };
}
pub(crate) use words;

words! {
    /// How far a run is.
    RunState {
        /// Waits for a worker, or for the equal run that it joined.
        Queued = "queued",
        /// The database works on it.
        Running = "running",
        /// Rows arrive and are kept.
        Writing = "writing",
        /// Its rows can be read.
        Done = "done",
        /// It ended with an error.
        Failed = "failed",
        /// Its person stopped it.
        Cancelled = "cancelled",
        /// Its rows were given up at the end of their time.
        Expired = "expired",
    }
}

words! {
    /// Which workers take it.
    Lane {
        /// Somebody waits.
        Interactive = "interactive",
        /// It took too long for that, or nobody waits.
        Batch = "batch",
    }
}

const OPEN: [&str; 3] = ["queued", "running", "writing"];

impl RunState {
    /// True while it waits or is worked on.
    #[must_use]
    pub const fn is_open(self) -> bool {
        matches!(self, Self::Queued | Self::Running | Self::Writing)
    }
}

/// A run.
#[derive(Clone, Debug)]
pub struct Run {
    /// Identity.
    pub id: ReportRunId,
    /// Whose.
    pub user: UserId,
    /// Only this account; `None` means every account in reach.
    pub account: Option<AccountId>,
    /// The report: a code, or the identity of a saved one; `None` for a definition that was not saved.
    pub report: Option<String>,
    /// The schedule that asked for it.
    pub schedule: Option<ReportScheduleId>,
    /// What it is called.
    pub name: String,
    /// The definition, as JSON text.
    pub definition: String,
    /// The values of the prompts, as JSON text.
    pub prompts: String,
    /// Equal for runs of the same question under the same scope and data.
    pub cache_key: String,
    /// The scope that it was asked under.
    pub scope_digest: String,
    /// How far it is.
    pub state: RunState,
    /// Which workers take it.
    pub lane: Lane,
    /// Rows that are kept so far.
    pub rows_written: u64,
    /// Rows that are expected, when that was counted.
    pub rows_expected: Option<u64>,
    /// More rows were there than are kept.
    pub limit_reached: bool,
    /// It took the rows of an equal one.
    pub from_cache: bool,
    /// Its person wants it to stop.
    pub cancel_asked: bool,
    /// The equal run that it waits for.
    pub leader: Option<ReportRunId>,
    /// Its rows.
    pub snapshot: Option<ReportSnapshotId>,
    /// Why it failed, in words.
    pub failure: Option<String>,
    /// When it was asked for.
    pub queued_at: DateTime<Utc>,
    /// When a worker last said that it works on it.
    pub taken_at: Option<DateTime<Utc>>,
    /// When work began.
    pub started_at: Option<DateTime<Utc>>,
    /// When it ended.
    pub finished_at: Option<DateTime<Utc>>,
    /// Until when its rows are kept.
    pub expires_at: Option<DateTime<Utc>>,
}

fn count(rows: i64) -> u64 {
    u64::try_from(rows).unwrap_or(0)
}

fn stored(rows: u64) -> i64 {
    i64::try_from(rows).unwrap_or(i64::MAX)
}

impl TryFrom<Model> for Run {
    type Error = StoreError;

    fn try_from(row: Model) -> Result<Self, StoreError> {
        let state = RunState::from_word(&row.state)
            .ok_or_else(|| corrupt("report_runs", "state", row.id, &row.state))?;
        let lane = Lane::from_word(&row.lane)
            .ok_or_else(|| corrupt("report_runs", "lane", row.id, &row.lane))?;
        Ok(Self {
            id: row.id.into(),
            user: row.user_id.into(),
            account: row.account_id.map(Into::into),
            report: row.report_key,
            schedule: row.schedule_id.map(Into::into),
            name: row.name,
            definition: row.definition,
            prompts: row.prompts,
            cache_key: row.cache_key,
            scope_digest: row.scope_digest,
            state,
            lane,
            rows_written: count(row.rows_written),
            rows_expected: row.rows_expected.map(count),
            limit_reached: row.limit_reached,
            from_cache: row.from_cache,
            cancel_asked: row.cancel_asked,
            leader: row.leader_id.map(Into::into),
            snapshot: row.snapshot_id.map(Into::into),
            failure: row.failure,
            queued_at: row.queued_at,
            taken_at: row.taken_at,
            started_at: row.started_at,
            finished_at: row.finished_at,
            expires_at: row.expires_at,
        })
    }
}

impl Run {
    fn row(&self) -> Model {
        Model {
            id: self.id.0,
            user_id: self.user.0,
            account_id: self.account.map(Into::into),
            report_key: self.report.clone(),
            schedule_id: self.schedule.map(Into::into),
            name: self.name.clone(),
            definition: self.definition.clone(),
            prompts: self.prompts.clone(),
            cache_key: self.cache_key.clone(),
            scope_digest: self.scope_digest.clone(),
            state: self.state.as_str().to_owned(),
            lane: self.lane.as_str().to_owned(),
            rows_written: stored(self.rows_written),
            rows_expected: self.rows_expected.map(stored),
            limit_reached: self.limit_reached,
            from_cache: self.from_cache,
            cancel_asked: self.cancel_asked,
            leader_id: self.leader.map(Into::into),
            snapshot_id: self.snapshot.map(Into::into),
            failure: self.failure.clone(),
            queued_at: self.queued_at,
            taken_at: self.taken_at,
            started_at: self.started_at,
            finished_at: self.finished_at,
            expires_at: self.expires_at,
        }
    }
}

/// Keeps a new run.
///
/// # Errors
/// When the database refuses.
pub async fn insert(tx: &WriteTx, run: &Run) -> Result<(), StoreError> {
    Entity::insert(run.row().into_active_model())
        .exec_without_returning(&tx.conn())
        .await?;
    tell_end(tx, run).await
}

/// Tells the account that a run is over: the one that was asked for, or the accounts of its person as long as all are of
/// one company. Who works for several companies at once leaves open whose business the run was.
async fn tell_end(tx: &WriteTx, run: &Run) -> Result<(), StoreError> {
    let Some(at) = run.finished_at else {
        return Ok(());
    };
    let accounts = match run.account {
        Some(account) => vec![account.0],
        None => {
            let own: Vec<(Uuid, Uuid)> = accounts::Entity::find()
                .select_only()
                .column(accounts::Column::Id)
                .column(accounts::Column::CompanyId)
                .filter(
                    accounts::Column::Id.in_subquery(
                        memberships::Entity::find()
                            .select_only()
                            .column(memberships::Column::AccountId)
                            .filter(memberships::Column::UserId.eq(run.user.0))
                            .into_query(),
                    ),
                )
                .into_tuple()
                .all(&tx.conn())
                .await?;
            let one_company = own.windows(2).all(|two| two[0].1 == two[1].1);
            own.into_iter()
                .filter(|_| one_company)
                .map(|(account, _)| account)
                .collect()
        }
    };
    let mut more = serde_json::Map::new();
    more.insert("state".to_owned(), run.state.as_str().into());
    more.insert("user_id".to_owned(), run.user.to_string().into());
    let event = NewEvent {
        id: run.id.0,
        at,
        kind: EventType::ReportRunFinished,
        subject: ("report_run", run.id.to_string()),
        more,
    };
    account_events::insert(tx, &accounts, &event).await
}

/// Keeps everything that changes in the life of a run. Answers false when somebody else ended it meanwhile.
///
/// # Errors
/// When the database refuses.
pub async fn update_open(tx: &WriteTx, run: &Run) -> Result<bool, StoreError> {
    let row = run.row();
    let done = Entity::update_many()
        .col_expr(Column::State, Expr::value(row.state))
        .col_expr(Column::Lane, Expr::value(row.lane))
        .col_expr(Column::RowsWritten, Expr::value(row.rows_written))
        .col_expr(Column::RowsExpected, Expr::value(row.rows_expected))
        .col_expr(Column::LimitReached, Expr::value(row.limit_reached))
        .col_expr(Column::FromCache, Expr::value(row.from_cache))
        .col_expr(Column::LeaderId, Expr::value(row.leader_id))
        .col_expr(Column::SnapshotId, Expr::value(row.snapshot_id))
        .col_expr(Column::Failure, Expr::value(row.failure))
        .col_expr(Column::TakenAt, Expr::value(row.taken_at))
        .col_expr(Column::StartedAt, Expr::value(row.started_at))
        .col_expr(Column::FinishedAt, Expr::value(row.finished_at))
        .col_expr(Column::ExpiresAt, Expr::value(row.expires_at))
        .filter(Column::Id.eq(row.id))
        .filter(Column::State.is_in(OPEN))
        .exec(&tx.conn())
        .await?;
    let kept = done.rows_affected == 1;
    if kept {
        tell_end(tx, run).await?;
    }
    Ok(kept)
}

/// One run of a person.
///
/// # Errors
/// When the database cannot answer.
pub async fn find(
    db: &impl Handle,
    user: UserId,
    id: ReportRunId,
) -> Result<Option<Run>, StoreError> {
    let row = Entity::find_by_id(id.0)
        .filter(Column::UserId.eq(user.0))
        .one(&db.conn())
        .await?;
    row.map(TryInto::try_into).transpose()
}

/// One run of a person, locked until the transaction ends.
///
/// # Errors
/// When the database cannot answer.
pub async fn lock(tx: &WriteTx, user: UserId, id: ReportRunId) -> Result<Option<Run>, StoreError> {
    let row = Entity::find_by_id(id.0)
        .filter(Column::UserId.eq(user.0))
        .lock_exclusive()
        .one(&tx.conn())
        .await?;
    row.map(TryInto::try_into).transpose()
}

/// A run, for whoever works on it.
///
/// # Errors
/// When the database cannot answer.
pub async fn for_worker(db: &impl Handle, id: ReportRunId) -> Result<Option<Run>, StoreError> {
    let row = Entity::find_by_id(id.0).one(&db.conn()).await?;
    row.map(TryInto::try_into).transpose()
}

/// A person's runs, the newest first.
///
/// # Errors
/// When the database cannot answer.
pub async fn list(
    db: &impl Handle,
    user: UserId,
    state: Option<RunState>,
    now: DateTime<Utc>,
    page: &PageRequest,
) -> Result<Page<Run>, StoreError> {
    let mut wanted = Condition::all().add(Column::UserId.eq(user.0));
    if let Some(state) = state {
        // What is over its time counts as expired, also before it was tidied up.
        let over = Condition::all()
            .add(Column::State.eq("done"))
            .add(Column::ExpiresAt.lte(now));
        wanted = match state {
            RunState::Expired => {
                wanted.add(Condition::any().add(Column::State.eq("expired")).add(over))
            }
            RunState::Done => wanted
                .add(Column::State.eq("done"))
                .add(Column::ExpiresAt.gt(now)),
            other => wanted.add(Column::State.eq(other.as_str())),
        };
    }
    if let Some(after) = &page.after {
        wanted = wanted.add(Column::Id.lt(after.id()));
    }
    let rows = Entity::find()
        .filter(wanted)
        .order_by_desc(Column::Id)
        .limit(page.reach())
        .all(&db.conn())
        .await?;
    let runs = rows
        .into_iter()
        .map(TryInto::try_into)
        .collect::<Result<Vec<Run>, _>>()?;
    Ok(Page::cut(runs, page, |run| {
        Cursor::new([run.id.to_string()])
    }))
}

/// How many runs of a person wait or are worked on; of everybody when no person is named.
///
/// # Errors
/// When the database cannot answer.
pub async fn count_open(db: &impl Handle, user: Option<UserId>) -> Result<u64, StoreError> {
    let mut query = Entity::find().filter(Column::State.is_in(OPEN));
    if let Some(user) = user {
        query = query.filter(Column::UserId.eq(user.0));
    }
    Ok(query.count(&db.conn()).await?)
}

/// An equal run that is on its way and can be joined.
///
/// # Errors
/// When the database cannot answer.
pub async fn equal_open(db: &impl Handle, cache_key: &str) -> Result<Option<Run>, StoreError> {
    let row = Entity::find()
        .filter(Column::State.is_in(OPEN))
        .filter(Column::CacheKey.eq(cache_key))
        .filter(Column::LeaderId.is_null())
        .filter(Column::CancelAsked.eq(false))
        .order_by_asc(Column::Id)
        .one(&db.conn())
        .await?;
    row.map(TryInto::try_into).transpose()
}

/// Runs that wait for another one.
///
/// # Errors
/// When the database cannot answer.
pub async fn followers(db: &impl Handle, leader: ReportRunId) -> Result<Vec<Run>, StoreError> {
    let rows = Entity::find()
        .filter(Column::LeaderId.eq(leader.0))
        .filter(Column::State.is_in(OPEN))
        .all(&db.conn())
        .await?;
    rows.into_iter().map(TryInto::try_into).collect()
}

/// Takes a run from the queue, unless another worker was faster.
///
/// # Errors
/// When the database refuses.
pub async fn take(tx: &WriteTx, id: ReportRunId, now: DateTime<Utc>) -> Result<bool, StoreError> {
    let done = Entity::update_many()
        .col_expr(Column::State, Expr::value("running"))
        .col_expr(Column::TakenAt, Expr::value(Some(now)))
        .col_expr(Column::StartedAt, Expr::value(Some(now)))
        .filter(Column::Id.eq(id.0))
        .filter(Column::State.eq("queued"))
        .exec(&tx.conn())
        .await?;
    Ok(done.rows_affected == 1)
}

/// The run of a lane that waits longest.
///
/// # Errors
/// When the database cannot answer.
pub async fn next_queued(db: &impl Handle, lane: Lane) -> Result<Option<ReportRunId>, StoreError> {
    let row = Entity::find()
        .filter(Column::State.eq("queued"))
        .filter(Column::Lane.eq(lane.as_str()))
        .filter(Column::LeaderId.is_null())
        .order_by_asc(Column::QueuedAt)
        .order_by_asc(Column::Id)
        .one(&db.conn())
        .await?;
    Ok(row.map(|row| row.id.into()))
}

/// Says how far the work on a run is. Answers whether its person wants it to stop.
///
/// # Errors
/// When the database refuses.
pub async fn progress(
    tx: &WriteTx,
    id: ReportRunId,
    rows: u64,
    now: DateTime<Utc>,
) -> Result<bool, StoreError> {
    let state = if rows > 0 { "writing" } else { "running" };
    let done = Entity::update_many()
        .col_expr(Column::State, Expr::value(state))
        .col_expr(Column::RowsWritten, Expr::value(stored(rows)))
        .col_expr(Column::TakenAt, Expr::value(Some(now)))
        .filter(Column::Id.eq(id.0))
        .filter(Column::State.is_in(OPEN))
        .filter(Column::CancelAsked.eq(false))
        .exec(&tx.conn())
        .await?;
    Ok(done.rows_affected == 0)
}

/// Says how many rows a run that is worked on will have.
///
/// # Errors
/// When the database refuses.
pub async fn expect(tx: &WriteTx, id: ReportRunId, rows: u64) -> Result<(), StoreError> {
    Entity::update_many()
        .col_expr(Column::RowsExpected, Expr::value(Some(stored(rows))))
        .filter(Column::Id.eq(id.0))
        .filter(Column::State.is_in(OPEN))
        .exec(&tx.conn())
        .await?;
    Ok(())
}

/// Asks the worker of a run to stop.
///
/// # Errors
/// When the database refuses.
pub async fn ask_cancel(tx: &WriteTx, id: ReportRunId) -> Result<(), StoreError> {
    Entity::update_many()
        .col_expr(Column::CancelAsked, Expr::value(true))
        .filter(Column::Id.eq(id.0))
        .exec(&tx.conn())
        .await?;
    Ok(())
}

/// Puts runs back into the queue whose workers have said nothing since. Answers how many.
///
/// # Errors
/// When the database refuses.
pub async fn requeue_orphans(tx: &WriteTx, silent_since: DateTime<Utc>) -> Result<u64, StoreError> {
    let done = Entity::update_many()
        .col_expr(Column::State, Expr::value("queued"))
        .col_expr(Column::Lane, Expr::value("batch"))
        .col_expr(Column::RowsWritten, Expr::value(0_i64))
        .filter(Column::State.is_in(["running", "writing"]))
        .filter(Column::TakenAt.lt(silent_since))
        .exec(&tx.conn())
        .await?;
    Ok(done.rows_affected)
}

/// Rows that were kept.
#[derive(Clone, Debug)]
pub struct Snapshot {
    /// Identity.
    pub id: ReportSnapshotId,
    /// The question, scope and data that they answer.
    pub cache_key: String,
    /// Columns and explanation, as JSON text.
    pub facts: String,
    /// How many.
    pub row_count: u64,
    /// More were there.
    pub limit_reached: bool,
    /// When they were made.
    pub made_at: DateTime<Utc>,
    /// Until when they are kept.
    pub expires_at: DateTime<Utc>,
}

impl From<report_snapshots::Model> for Snapshot {
    fn from(row: report_snapshots::Model) -> Self {
        Self {
            id: row.id.into(),
            cache_key: row.cache_key,
            facts: row.facts,
            row_count: count(row.row_count),
            limit_reached: row.limit_reached,
            made_at: row.made_at,
            expires_at: row.expires_at,
        }
    }
}

/// Begins a snapshot; it counts once it is complete.
///
/// # Errors
/// When the database refuses.
pub async fn begin_snapshot(tx: &WriteTx, snapshot: &Snapshot) -> Result<(), StoreError> {
    let row = report_snapshots::Model {
        id: snapshot.id.0,
        cache_key: snapshot.cache_key.clone(),
        facts: snapshot.facts.clone(),
        row_count: 0,
        limit_reached: false,
        complete: false,
        made_at: snapshot.made_at,
        expires_at: snapshot.expires_at,
    };
    report_snapshots::Entity::insert(row.into_active_model())
        .exec_without_returning(&tx.conn())
        .await?;
    Ok(())
}

/// Completes a snapshot.
///
/// # Errors
/// When the database refuses.
pub async fn complete_snapshot(tx: &WriteTx, snapshot: &Snapshot) -> Result<(), StoreError> {
    use report_snapshots::Column as C;
    report_snapshots::Entity::update_many()
        .col_expr(C::Complete, Expr::value(true))
        .col_expr(C::Facts, Expr::value(snapshot.facts.clone()))
        .col_expr(C::RowCount, Expr::value(stored(snapshot.row_count)))
        .col_expr(C::LimitReached, Expr::value(snapshot.limit_reached))
        .filter(C::Id.eq(snapshot.id.0))
        .exec(&tx.conn())
        .await?;
    Ok(())
}

/// A complete snapshot that is kept at least until a moment.
///
/// # Errors
/// When the database cannot answer.
pub async fn cached(
    db: &impl Handle,
    cache_key: &str,
    until: DateTime<Utc>,
) -> Result<Option<Snapshot>, StoreError> {
    use report_snapshots::Column as C;
    let row = report_snapshots::Entity::find()
        .filter(C::CacheKey.eq(cache_key))
        .filter(C::Complete.eq(true))
        .filter(C::ExpiresAt.gt(until))
        .order_by_desc(C::MadeAt)
        .order_by_desc(C::Id)
        .one(&db.conn())
        .await?;
    Ok(row.map(Into::into))
}

/// A snapshot.
///
/// # Errors
/// When the database cannot answer.
pub async fn snapshot(
    db: &impl Handle,
    id: ReportSnapshotId,
) -> Result<Option<Snapshot>, StoreError> {
    let row = report_snapshots::Entity::find_by_id(id.0)
        .filter(report_snapshots::Column::Complete.eq(true))
        .one(&db.conn())
        .await?;
    Ok(row.map(Into::into))
}

/// Keeps a snapshot at least until a moment.
///
/// # Errors
/// When the database refuses.
pub async fn keep_until(
    tx: &WriteTx,
    id: ReportSnapshotId,
    until: DateTime<Utc>,
) -> Result<(), StoreError> {
    use report_snapshots::Column as C;
    report_snapshots::Entity::update_many()
        .col_expr(C::ExpiresAt, Expr::value(until))
        .filter(C::Id.eq(id.0))
        .filter(C::ExpiresAt.lt(until))
        .exec(&tx.conn())
        .await?;
    Ok(())
}

/// Keeps a chunk of rows.
///
/// # Errors
/// When the database refuses.
pub async fn insert_chunk(
    tx: &WriteTx,
    snapshot: ReportSnapshotId,
    number: u64,
    content: Vec<u8>,
) -> Result<(), StoreError> {
    let row = report_chunks::Model {
        snapshot_id: snapshot.0,
        number: stored(number),
        content,
    };
    report_chunks::Entity::insert(row.into_active_model())
        .exec_without_returning(&tx.conn())
        .await?;
    Ok(())
}

/// A chunk of rows.
///
/// # Errors
/// When the database cannot answer.
pub async fn chunk(
    db: &impl Handle,
    snapshot: ReportSnapshotId,
    number: u64,
) -> Result<Option<Vec<u8>>, StoreError> {
    let row = report_chunks::Entity::find_by_id((snapshot.0, stored(number)))
        .one(&db.conn())
        .await?;
    Ok(row.map(|row| row.content))
}

/// Gives up a snapshot with its rows.
///
/// # Errors
/// When the database refuses.
pub async fn drop_snapshot(tx: &WriteTx, id: ReportSnapshotId) -> Result<(), StoreError> {
    report_snapshots::Entity::delete_by_id(id.0)
        .exec(&tx.conn())
        .await?;
    Ok(())
}

/// Gives up, a few at a time, the rows whose time is over. Answers how many snapshots went.
///
/// # Errors
/// When the database refuses.
pub async fn tidy(tx: &WriteTx, now: DateTime<Utc>, limit: u64) -> Result<u64, StoreError> {
    use report_snapshots::Column as C;
    let conn = tx.conn();
    let over: Vec<uuid::Uuid> = report_snapshots::Entity::find()
        .select_only()
        .column(C::Id)
        .filter(C::ExpiresAt.lte(now))
        .order_by_asc(C::ExpiresAt)
        .limit(limit)
        .into_tuple()
        .all(&conn)
        .await?;
    Entity::update_many()
        .col_expr(Column::State, Expr::value("expired"))
        .filter(Column::State.eq("done"))
        .filter(Column::ExpiresAt.lte(now))
        .exec(&conn)
        .await?;
    if over.is_empty() {
        return Ok(0);
    }
    let gone = report_snapshots::Entity::delete_many()
        .filter(C::Id.is_in(over))
        .exec(&conn)
        .await?;
    Ok(gone.rows_affected)
}

/// How often the trade records changed: rows of equal questions are the same while it is the same.
///
/// # Errors
/// When the database cannot answer.
pub async fn record_epoch(db: &impl Handle) -> Result<i64, StoreError> {
    let rows = crate::row::all(&db.conn(), "SELECT facts FROM record_epoch", []).await?;
    match rows.first() {
        Some(row) => Ok(crate::row::Cells::of(row)?.take()?),
        None => Ok(0),
    }
}
