//! Connections and the one way to write. SQLite gets one writer and several readers; PostgreSQL one pool.

use std::str::FromStr;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use quaymaster_domain::access::Permit;
use quaymaster_domain::clock::{Clock, Rng};
use quaymaster_domain::ids::IdMaker;
use quaymaster_migrations::{Migrator, MigratorTrait};
use sea_orm::sqlx::ConnectOptions as _;
use sea_orm::sqlx::sqlite::{
    SqliteConnectOptions, SqliteJournalMode, SqlitePoolOptions, SqliteSynchronous,
};
use sea_orm::{
    ConnectOptions, ConnectionTrait, Database, DatabaseConnection, DatabaseExecutor,
    DatabaseTransaction, DbBackend, DbErr, SqliteTransactionMode, TransactionOptions,
    TransactionTrait,
};

use crate::error::StoreError;

/// How many rows may wait for a connection before the caller hears that the portal is busy.
const ACQUIRE_TIMEOUT: Duration = Duration::from_secs(5);

/// How many rows of a statement may wait to be taken.
const ROW_BUFFER: usize = 1024;

/// After so many pages the log goes into the database file: 32 MiB instead of 4. Pages that an import touches again and
/// again are written there once and not after each of its transactions.
const CHECKPOINT_PAGES: &str = "8000";

/// How to reach the database.
#[derive(Clone, Debug)]
pub struct DbOptions {
    /// `sqlite:<path>` or `postgres://…`.
    pub url: String,
    /// Connections for reads on SQLite, all connections on PostgreSQL.
    pub connections: u32,
}

/// The database.
#[derive(Clone)]
pub struct Db {
    read: DatabaseConnection,
    write: DatabaseConnection,
}

impl Db {
    /// Opens the database; a missing SQLite file is created. Does not migrate.
    ///
    /// # Errors
    /// When the database cannot be reached.
    pub async fn open(options: &DbOptions) -> Result<Self, StoreError> {
        if options.url.starts_with("sqlite:") {
            return Self::open_sqlite(options).await;
        }
        let mut connect = ConnectOptions::new(options.url.clone());
        connect
            .max_connections(options.connections.max(2))
            .acquire_timeout(ACQUIRE_TIMEOUT)
            .sqlx_logging(false)
            .record_stmt_in_spans(false);
        let pool = Database::connect(connect).await?;
        Ok(Self {
            read: pool.clone(),
            write: pool,
        })
    }

    async fn open_sqlite(options: &DbOptions) -> Result<Self, StoreError> {
        let file = SqliteConnectOptions::from_str(&options.url)
            .map_err(|e| StoreError::Db(DbErr::Custom(e.to_string())))?
            .create_if_missing(true)
            .journal_mode(SqliteJournalMode::Wal)
            .synchronous(SqliteSynchronous::Full)
            .busy_timeout(ACQUIRE_TIMEOUT)
            .foreign_keys(true)
            .pragma("wal_autocheckpoint", CHECKPOINT_PAGES)
            // The thread of a connection hands rows over one by one, and stops when this many wait: a whole page and the
            // row behind it fit, and what comes while somebody who reads many looks away for a moment.
            .row_buffer_size(ROW_BUFFER)
            .disable_statement_logging();
        // A file does not go away like a server does; a test before each use would be one more hand-over to the
        // connection's thread, which costs more than most statements.
        let pool = SqlitePoolOptions::new()
            .acquire_timeout(ACQUIRE_TIMEOUT)
            .idle_timeout(None)
            .max_lifetime(None)
            .test_before_acquire(false);
        let writer = pool
            .clone()
            .max_connections(1)
            .connect_with(
                file.clone()
                    .pragma("cache_size", "-16384")
                    .pragma("temp_store", "memory"),
            )
            .await
            .map_err(|e| StoreError::Busy(e.to_string()))?;
        let readers = pool
            .max_connections(options.connections.max(1))
            .connect_lazy_with(
                // Each has its own cache, and sorts as much in memory; what a large report sorts beyond that is in files.
                file.pragma("cache_size", "-8192")
                    .pragma("query_only", "on"),
            );
        Ok(Self {
            read: readers.into(),
            write: writer.into(),
        })
    }

    /// Applies the schema history.
    ///
    /// # Errors
    /// When a step fails; nothing of that step is kept.
    pub async fn migrate(&self) -> Result<(), StoreError> {
        Ok(Migrator::up(&self.write, None).await?)
    }

    /// How many steps of the schema history the database has not seen.
    ///
    /// # Errors
    /// When the database cannot be reached.
    pub async fn pending_migrations(&self) -> Result<usize, StoreError> {
        Ok(Migrator::get_pending_migrations(&self.read).await?.len())
    }

    /// Gives up every connection. What is still running fails.
    pub async fn close(self) {
        let Self { read, write } = self;
        // A pool that is gone already is what was asked for.
        let _ = read.close().await;
        let _ = write.close().await;
    }

    /// Asks the database whether it is there.
    ///
    /// # Errors
    /// When it is not.
    pub async fn ping(&self) -> Result<(), StoreError> {
        Ok(self.read.ping().await?)
    }

    /// For reads outside a transaction.
    #[must_use]
    pub fn reader(&self) -> Reader<'_> {
        Reader(&self.read)
    }

    /// Starts the one write transaction of a use case. On SQLite the write lock is taken at once, so that what is
    /// read here cannot change before the commit; on PostgreSQL the finders that decide lock their rows.
    ///
    /// # Errors
    /// [`StoreError::Busy`] when no connection or lock is to be had in time.
    pub async fn begin_write(&self) -> Result<WriteTx, StoreError> {
        let options = TransactionOptions {
            sqlite_transaction_mode: (self.write.get_database_backend() == DbBackend::Sqlite)
                .then_some(SqliteTransactionMode::Immediate),
            ..TransactionOptions::default()
        };
        Ok(WriteTx {
            tx: self.write.begin_with_options(options).await?,
            changes_access: AtomicBool::new(false),
        })
    }

    /// Copies a live SQLite database into an empty file, as of one moment.
    ///
    /// # Errors
    /// When the file cannot be written, or on PostgreSQL, which has tools of its own for this.
    pub async fn copy_to(&self, file: &std::path::Path) -> Result<(), StoreError> {
        let path = file.to_string_lossy().replace('\'', "''");
        self.write
            .execute_unprepared(&format!("VACUUM INTO '{path}'"))
            .await?;
        Ok(())
    }

    /// True on SQLite, false on PostgreSQL.
    #[must_use]
    pub fn is_sqlite(&self) -> bool {
        self.write.get_database_backend() == DbBackend::Sqlite
    }

    /// A transaction that reads, on PostgreSQL: its statements are planned for the values that they have. After five times
    /// on a connection a plan for any values is taken, which for a list of numbers is 2.4 times as slow. Small statements
    /// cost less by a plan that is kept.
    pub(crate) async fn planned_for_its_values(&self) -> Result<DatabaseTransaction, StoreError> {
        let tx = self.read.begin().await?;
        tx.execute_unprepared("SET LOCAL plan_cache_mode = force_custom_plan")
            .await?;
        Ok(tx)
    }

    /// The pool itself, for the job backend that shares it.
    #[must_use]
    pub fn pools(&self) -> (&DatabaseConnection, &DatabaseConnection) {
        (&self.read, &self.write)
    }
}

/// Something that finders can run on: a [`Reader`] or a [`WriteTx`].
pub trait Handle: sealed::Sealed + Sync {}

pub(crate) mod sealed {
    use sea_orm::DatabaseExecutor;

    /// Keeps connections inside this crate.
    pub trait Sealed {
        /// The connection.
        fn conn(&self) -> DatabaseExecutor<'_>;
    }
}

/// Reads outside a transaction.
#[derive(Clone, Copy)]
pub struct Reader<'a>(&'a DatabaseConnection);

impl sealed::Sealed for Reader<'_> {
    fn conn(&self) -> DatabaseExecutor<'_> {
        DatabaseExecutor::Connection(self.0)
    }
}
impl Handle for Reader<'_> {}

/// A write transaction. Dropped without [`commit`](Self::commit), it leaves nothing behind.
#[must_use = "a write transaction does nothing until it is committed"]
pub struct WriteTx {
    tx: DatabaseTransaction,
    /// Whether an act of this transaction may change who sees what. It is counted at the end: whoever counts first makes
    /// everybody else who counts wait until the commit.
    changes_access: AtomicBool,
}

impl sealed::Sealed for WriteTx {
    fn conn(&self) -> DatabaseExecutor<'_> {
        DatabaseExecutor::Transaction(&self.tx)
    }
}
impl Handle for WriteTx {}

impl WriteTx {
    /// The only commit. Writes the audit row of the permit in the same transaction.
    ///
    /// # Errors
    /// [`StoreError::Conflict`] when a deferred constraint refuses, [`StoreError::Busy`] when the database is away.
    pub async fn commit(
        self,
        permit: Permit,
        ids: &IdMaker,
        clock: &dyn Clock,
        rng: &dyn Rng,
    ) -> Result<(), StoreError> {
        self.also(permit, ids, clock, rng).await?;
        self.commit_bookkeeping().await
    }

    /// Adds a further audit row, for a use case that does two audited things at once.
    ///
    /// # Errors
    /// When the database refuses.
    pub async fn also(
        &self,
        permit: Permit,
        ids: &IdMaker,
        clock: &dyn Clock,
        rng: &dyn Rng,
    ) -> Result<(), StoreError> {
        self.changes_access
            .fetch_or(permit.may_change_access(), Ordering::Relaxed);
        crate::audit::insert(self, permit, ids.make(clock, rng), clock.now()).await
    }

    /// Commits bookkeeping that is no act of anybody: attempt counters, refresh-token rotation, last-used times,
    /// states of queued mails. Everything else goes through [`commit`](Self::commit).
    ///
    /// # Errors
    /// As [`commit`](Self::commit).
    pub async fn commit_bookkeeping(self) -> Result<(), StoreError> {
        if self.changes_access.load(Ordering::Relaxed) {
            crate::access_epoch::changes(&self).await?;
        }
        Ok(self.tx.commit().await?)
    }
}
