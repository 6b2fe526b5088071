//! Imports of trade records: how far each came, who works on it, and the rows that it refused.

use chrono::{DateTime, Utc};
use quaymaster_domain::access::Scope;
use quaymaster_domain::ids::{AccountId, ApiClientId, RecordImportId, UserId};
use sea_orm::{
    ActiveModelTrait, ColumnTrait, Condition, EntityTrait, IntoActiveModel, QueryFilter,
    QueryOrder, QuerySelect, Value,
};

use super::bulk;
use crate::db::{Handle, WriteTx, sealed::Sealed};
use crate::entities::{record_import_errors as errors, record_imports as imports};
use crate::error::{StoreError, corrupt};
use crate::page::{Cursor, Page, PageRequest};

macro_rules! kept_words {
    ($(#[$doc:meta])* $name:ident, $column:literal { $($(#[$vdoc:meta])* $variant:ident = $word:literal),+ $(,)? }) => {
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq)]
        pub enum $name { $($(#[$vdoc])* $variant),+ }

        impl $name {
            /// The word in the database and on the wire.
            #[must_use]
            pub const fn as_str(self) -> &'static str { match self { $(Self::$variant => $word),+ } }

            fn read(id: uuid::Uuid, word: &str) -> Result<Self, StoreError> {
                match word { $($word => Ok(Self::$variant),)+ other => Err(corrupt("record_imports", $column, id, other)) }
            }
        }
    };
}

kept_words! {
    /// How an import stands.
    ImportState, "state" {
        /// Waits for a worker.
        Queued = "queued",
        /// At work.
        Running = "running",
        /// At its end.
        Finished = "finished",
        /// Broken off; the entries up to there are kept.
        Failed = "failed",
        /// Called off; the entries up to there are kept.
        Cancelled = "cancelled",
    }
}

impl ImportState {
    /// Whether anything is still to be done.
    #[must_use]
    pub const fn is_open(self) -> bool {
        matches!(self, Self::Queued | Self::Running)
    }
}

kept_words! {
    /// What a worker does at the moment.
    Phase, "phase" {
        /// Nothing yet.
        Waiting = "waiting",
        /// Reads and sorts the rows.
        Reading = "reading",
        /// Writes entries.
        Writing = "writing",
        /// Nothing any more.
        Done = "done",
    }
}

/// Counts of an import.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Counts {
    /// Rows of the file.
    pub rows: u64,
    /// Rows whose entry was decided about.
    pub rows_done: u64,
    /// Rows refused when they were read.
    pub rows_unfit: u64,
    /// Rows refused when their entry was looked into.
    pub rows_left: u64,
    /// Rows that said what another row said.
    pub duplicates: u64,
    /// New entries.
    pub new: u64,
    /// Entries that were known otherwise.
    pub updated: u64,
    /// Entries that said what is known.
    pub unchanged: u64,
    /// Entries of which something newer is known.
    pub older: u64,
    /// Entries refused.
    pub refused: u64,
}

/// Who imports: their rights of the moment decide about every batch.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ImportedBy {
    /// A person of the account.
    Person(UserId),
    /// A program of the account.
    Client(ApiClientId),
}

impl ImportedBy {
    fn read(row: &imports::Model) -> Result<Self, StoreError> {
        match (row.by_user, row.by_client) {
            (Some(user), None) => Ok(Self::Person(user.into())),
            (None, Some(client)) => Ok(Self::Client(client.into())),
            _ => Err(corrupt("record_imports", "by_user", row.id, "one of two")),
        }
    }

    const fn person(self) -> Option<uuid::Uuid> {
        match self {
            Self::Person(user) => Some(user.0),
            Self::Client(_) => None,
        }
    }

    const fn client(self) -> Option<uuid::Uuid> {
        match self {
            Self::Person(_) => None,
            Self::Client(client) => Some(client.0),
        }
    }
}

/// An import.
#[derive(Clone, Debug)]
pub struct RecordImport {
    /// Identity.
    pub id: RecordImportId,
    /// The account that takes the records in.
    pub account: AccountId,
    /// `csv` or `ndjson`.
    pub format: String,
    /// The name of the file, as the caller gave it.
    pub file_name: Option<String>,
    /// The name of the spooled file, until the import is over.
    pub file: Option<String>,
    /// How it stands.
    pub state: ImportState,
    /// What a worker does.
    pub phase: Phase,
    /// Why it broke off.
    pub failure: Option<String>,
    /// What there is to say about the file, in sentences.
    pub notes: Vec<String>,
    /// The moment that the file shows.
    pub state_at: DateTime<Utc>,
    /// Size of the file.
    pub bytes_total: u64,
    /// How much was read.
    pub bytes_read: u64,
    /// Counts.
    pub counts: Counts,
    /// The last entry that was decided about.
    pub checkpoint: Option<String>,
    /// Whether somebody called it off.
    pub cancel_asked: bool,
    /// Who works on it.
    pub worker: Option<String>,
    /// Until when the worker is believed to live.
    pub lease_until: Option<DateTime<Utc>>,
    /// When it was taken in.
    pub created_at: DateTime<Utc>,
    /// When work began.
    pub started_at: Option<DateTime<Utc>>,
    /// When it last came forward.
    pub updated_at: DateTime<Utc>,
    /// When it came to its end.
    pub finished_at: Option<DateTime<Utc>>,
    /// Who imports.
    pub by: ImportedBy,
    /// The name at that moment.
    pub by_name: String,
}

/// A cell of a refused row.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RowError {
    /// The row in the file.
    pub row: u64,
    /// The number of the entry, where it could be read.
    pub entry: Option<String>,
    /// The column; empty when the row as a whole does not fit.
    pub column: String,
    /// Stable code.
    pub code: String,
    /// What to do.
    pub detail: String,
}

fn count(n: u64) -> i64 {
    i64::try_from(n).unwrap_or(i64::MAX)
}

fn uncount(n: i64) -> u64 {
    u64::try_from(n).unwrap_or_default()
}

impl RecordImport {
    fn row(&self) -> imports::ActiveModel {
        let Counts {
            rows,
            rows_done,
            rows_unfit,
            rows_left,
            duplicates,
            new,
            updated,
            unchanged,
            older,
            refused,
        } = self.counts;
        imports::Model {
            id: self.id.0,
            account_id: self.account.0,
            format: self.format.clone(),
            file_name: self.file_name.clone(),
            file: self.file.clone(),
            state: self.state.as_str().to_owned(),
            phase: self.phase.as_str().to_owned(),
            failure: self.failure.clone(),
            notes: serde_json::to_string(&self.notes).unwrap_or_default(),
            state_at: self.state_at,
            bytes_total: count(self.bytes_total),
            bytes_read: count(self.bytes_read),
            rows_total: count(rows),
            rows_done: count(rows_done),
            rows_unfit: count(rows_unfit),
            rows_left: count(rows_left),
            rows_duplicate: count(duplicates),
            entries_new: count(new),
            entries_updated: count(updated),
            entries_unchanged: count(unchanged),
            entries_older: count(older),
            entries_refused: count(refused),
            checkpoint: self.checkpoint.clone(),
            cancel_asked: self.cancel_asked,
            worker: self.worker.clone(),
            lease_until: self.lease_until,
            created_at: self.created_at,
            started_at: self.started_at,
            updated_at: self.updated_at,
            finished_at: self.finished_at,
            by_user: self.by.person(),
            by_client: self.by.client(),
            by_name: self.by_name.clone(),
        }
        .into_active_model()
    }
}

impl TryFrom<imports::Model> for RecordImport {
    type Error = StoreError;

    fn try_from(row: imports::Model) -> Result<Self, StoreError> {
        Ok(Self {
            by: ImportedBy::read(&row)?,
            state: ImportState::read(row.id, &row.state)?,
            phase: Phase::read(row.id, &row.phase)?,
            notes: serde_json::from_str(&row.notes)
                .map_err(|e| corrupt("record_imports", "notes", row.id, e))?,
            id: row.id.into(),
            account: row.account_id.into(),
            format: row.format,
            file_name: row.file_name,
            file: row.file,
            failure: row.failure,
            state_at: row.state_at,
            bytes_total: uncount(row.bytes_total),
            bytes_read: uncount(row.bytes_read),
            counts: Counts {
                rows: uncount(row.rows_total),
                rows_done: uncount(row.rows_done),
                rows_unfit: uncount(row.rows_unfit),
                rows_left: uncount(row.rows_left),
                duplicates: uncount(row.rows_duplicate),
                new: uncount(row.entries_new),
                updated: uncount(row.entries_updated),
                unchanged: uncount(row.entries_unchanged),
                older: uncount(row.entries_older),
                refused: uncount(row.entries_refused),
            },
            checkpoint: row.checkpoint,
            cancel_asked: row.cancel_asked,
            worker: row.worker,
            lease_until: row.lease_until,
            created_at: row.created_at,
            started_at: row.started_at,
            updated_at: row.updated_at,
            finished_at: row.finished_at,
            by_name: row.by_name,
        })
    }
}

/// Takes an import in.
///
/// # Errors
/// When the database refuses.
pub async fn insert(tx: &WriteTx, new: &RecordImport) -> Result<(), StoreError> {
    imports::Entity::insert(new.row())
        .exec_without_returning(&tx.conn())
        .await?;
    Ok(())
}

/// Keeps how an import stands. The row must have been locked in this transaction.
///
/// # Errors
/// When the database refuses.
pub async fn update(tx: &WriteTx, import: &RecordImport) -> Result<(), StoreError> {
    imports::Entity::update(import.row().reset_all())
        .exec_without_returning(&tx.conn())
        .await?;
    Ok(())
}

/// An import with its row locked, for its worker and for those who call it off after the policy was asked.
///
/// # Errors
/// When the database cannot answer or the row does not fit.
pub async fn lock(tx: &WriteTx, id: RecordImportId) -> Result<Option<RecordImport>, StoreError> {
    imports::Entity::find_by_id(id.0)
        .lock_exclusive()
        .one(&tx.conn())
        .await?
        .map(RecordImport::try_from)
        .transpose()
}

/// Imports that nobody works on at this moment, the oldest first; for the worker.
///
/// # Errors
/// When the database cannot answer or a row does not fit.
pub async fn waiting(
    db: &impl Handle,
    now: DateTime<Utc>,
    limit: u64,
) -> Result<Vec<RecordImport>, StoreError> {
    imports::Entity::find()
        .filter(imports::Column::State.is_in(["queued", "running"]))
        .filter(
            Condition::any()
                .add(imports::Column::LeaseUntil.is_null())
                .add(imports::Column::LeaseUntil.lt(now)),
        )
        .order_by_asc(imports::Column::Id)
        .limit(limit)
        .all(&db.conn())
        .await?
        .into_iter()
        .map(RecordImport::try_from)
        .collect()
}

/// Imports of an account, the newest first.
///
/// # Errors
/// When the database cannot answer or a row does not fit.
pub async fn list(
    db: &impl Handle,
    scope: &Scope,
    account: AccountId,
    page: &PageRequest,
) -> Result<Page<RecordImport>, StoreError> {
    let mut rows = Vec::new();
    if scope.contains(account) {
        let mut wanted = imports::Entity::find().filter(imports::Column::AccountId.eq(account.0));
        if let Some(after) = &page.after {
            wanted = wanted.filter(imports::Column::Id.lt(after.id()));
        }
        rows = wanted
            .order_by_desc(imports::Column::Id)
            .limit(page.reach())
            .all(&db.conn())
            .await?;
    }
    let found = rows
        .into_iter()
        .map(RecordImport::try_from)
        .collect::<Result<Vec<_>, _>>()?;
    Ok(Page::cut(found, page, |i| Cursor::new([i.id.to_string()])))
}

/// One import of an account.
///
/// # Errors
/// When the database cannot answer or the row does not fit.
pub async fn find(
    db: &impl Handle,
    scope: &Scope,
    account: AccountId,
    id: RecordImportId,
) -> Result<Option<RecordImport>, StoreError> {
    if !scope.contains(account) {
        return Ok(None);
    }
    imports::Entity::find_by_id(id.0)
        .filter(imports::Column::AccountId.eq(account.0))
        .one(&db.conn())
        .await?
        .map(RecordImport::try_from)
        .transpose()
}

/// Keeps refusals of rows. A refusal that is there already, from before a restart, stays as it is.
///
/// # Errors
/// When the database refuses.
pub async fn insert_errors(
    tx: &WriteTx,
    import: RecordImportId,
    refused: &[RowError],
) -> Result<(), StoreError> {
    let mut last = (0, 0_i64);
    let mut values: Vec<Value> = Vec::with_capacity(refused.len() * 7);
    for error in refused {
        last = if last.0 == error.row {
            (error.row, last.1 + 1)
        } else {
            (error.row, 0)
        };
        values.extend([
            import.0.into(),
            count(error.row).into(),
            last.1.into(),
            error.entry.clone().into(),
            error.column.as_str().into(),
            error.code.as_str().into(),
            error.detail.as_str().into(),
        ]);
    }
    bulk::insert(
        &tx.conn(),
        "INSERT INTO record_import_errors (import_id, row_no, ordinal, entry_number, column_name, code, detail)",
        7,
        values,
        " ON CONFLICT DO NOTHING",
    )
    .await
}

/// The refusals of an import in the order of the file. The import must come from a finder that took the reader's scope.
///
/// # Errors
/// When the database cannot answer.
pub async fn list_errors(
    db: &impl Handle,
    import: &RecordImport,
    page: &PageRequest,
) -> Result<Page<RowError>, StoreError> {
    let mut wanted = Condition::all().add(errors::Column::ImportId.eq(import.id.0));
    if let Some(after) = &page.after {
        let row: i64 = after.part(0).parse().unwrap_or(0);
        let ordinal: i64 = after.part(1).parse().unwrap_or(0);
        wanted = wanted.add(
            Condition::any().add(errors::Column::RowNo.gt(row)).add(
                Condition::all()
                    .add(errors::Column::RowNo.eq(row))
                    .add(errors::Column::Ordinal.gt(ordinal)),
            ),
        );
    }
    let rows = errors::Entity::find()
        .filter(wanted)
        .order_by_asc(errors::Column::RowNo)
        .order_by_asc(errors::Column::Ordinal)
        .limit(page.reach())
        .all(&db.conn())
        .await?;
    let found = Page::cut(rows, page, |row| {
        Cursor::new([
            row.row_no.to_string(),
            row.ordinal.to_string(),
            row.import_id.to_string(),
        ])
    });
    Ok(found.map(|row| RowError {
        row: uncount(row.row_no),
        entry: row.entry_number,
        column: row.column_name,
        code: row.code,
        detail: row.detail,
    }))
}

/// Lets go of the import that a worker is at.
///
/// # Errors
/// When the database refuses.
pub async fn release(tx: &WriteTx, worker: &str) -> Result<(), StoreError> {
    bulk::run(
        &tx.conn(),
        "UPDATE record_imports SET lease_until = NULL WHERE worker = $1 AND state = 'running'"
            .to_owned(),
        vec![worker.into()],
    )
    .await
}

/// Whether an import is still to be done; for files that were left behind.
///
/// # Errors
/// When the database cannot answer or the row does not fit.
pub async fn is_open(db: &impl Handle, id: RecordImportId) -> Result<bool, StoreError> {
    let row = imports::Entity::find_by_id(id.0).one(&db.conn()).await?;
    let found = row.map(RecordImport::try_from).transpose()?;
    Ok(found.is_some_and(|import| import.state.is_open()))
}
