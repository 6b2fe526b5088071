//! A fresh, migrated database for each test: a copy of an SQLite file, or a PostgreSQL database cloned from a
//! template that is made once a run.

use std::path::PathBuf;
use std::sync::atomic::{AtomicU32, Ordering};

use quaymaster_store::Db;
use quaymaster_store::db::DbOptions;
use sea_orm::{ConnectionTrait, Database, DatabaseConnection, Statement};
use tempfile::TempDir;
use tokio::sync::OnceCell;

/// Which database the run is for, by `QUAYMASTER_TEST_DATABASE`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum DatabaseKind {
    /// The embedded default.
    Sqlite,
    /// A throw-away cluster, see `tests/scripts/postgres.sh`.
    Postgres,
}

impl DatabaseKind {
    /// The kind of this run.
    ///
    /// # Panics
    /// When the variable names something else.
    #[must_use]
    pub fn of_run() -> Self {
        match std::env::var("QUAYMASTER_TEST_DATABASE").as_deref() {
            Err(_) | Ok("sqlite") => Self::Sqlite,
            Ok("postgres") => Self::Postgres,
            Ok(other) => panic!("QUAYMASTER_TEST_DATABASE is {other}, not sqlite or postgres"),
        }
    }
}

/// A database of one test.
pub struct TestDatabase {
    /// How to reach it.
    pub url: String,
    /// Its folder, for SQLite.
    pub dir: TempDir,
    /// Which one.
    pub kind: DatabaseKind,
}

static TEMPLATE: OnceCell<(TempDir, PathBuf)> = OnceCell::const_new();
static POSTGRES_TEMPLATE: OnceCell<()> = OnceCell::const_new();
static NUMBER: AtomicU32 = AtomicU32::new(0);
const TEMPLATE_NAME: &str = "quaymaster_template";

impl TestDatabase {
    /// A fresh one of the kind of this run.
    ///
    /// # Panics
    /// When it cannot be made.
    pub async fn fresh() -> Self {
        Self::fresh_of(DatabaseKind::of_run()).await
    }

    /// A fresh one.
    ///
    /// # Panics
    /// When it cannot be made.
    pub async fn fresh_of(kind: DatabaseKind) -> Self {
        let dir = TempDir::new().unwrap();
        let url = match kind {
            DatabaseKind::Sqlite => {
                let (_, template) = TEMPLATE.get_or_init(sqlite_template).await;
                let file = dir.path().join("test.db");
                std::fs::copy(template, &file).unwrap();
                format!("sqlite:{}", file.display())
            }
            DatabaseKind::Postgres => {
                POSTGRES_TEMPLATE.get_or_init(postgres_template).await;
                postgres_clone(TEMPLATE_NAME).await
            }
        };
        Self { url, dir, kind }
    }

    /// Its name on the cluster, for PostgreSQL.
    ///
    /// # Panics
    /// Never: every URL made here has one.
    #[must_use]
    pub fn name(&self) -> &str {
        let path = self.url.rsplit('/').next().unwrap();
        path.split('?').next().unwrap()
    }

    /// An empty one, without any table.
    ///
    /// # Panics
    /// When it cannot be made.
    pub async fn empty() -> Self {
        let dir = TempDir::new().unwrap();
        let kind = DatabaseKind::of_run();
        let url = match kind {
            DatabaseKind::Sqlite => {
                format!("sqlite:{}?mode=rwc", dir.path().join("test.db").display())
            }
            DatabaseKind::Postgres => postgres_clone("template0").await,
        };
        Self { url, dir, kind }
    }

    /// Keeps what it holds now to be copied from. Nobody may be connected to it.
    pub(crate) async fn freeze(&self) -> Frozen {
        match self.kind {
            DatabaseKind::Sqlite => {
                let dir = TempDir::new().unwrap();
                let file = dir.path().join("frozen.db");
                let raw = self.raw().await;
                raw.execute_unprepared(&format!("VACUUM INTO '{}'", file.display()))
                    .await
                    .unwrap();
                raw.close().await.unwrap();
                Frozen::Sqlite { _dir: dir, file }
            }
            DatabaseKind::Postgres => Frozen::Postgres {
                name: self.name().to_owned(),
            },
        }
    }

    /// Throws it away before the run ends. Nobody may be connected to it.
    pub(crate) async fn discard(&self) {
        if self.kind == DatabaseKind::Postgres {
            let admin = postgres_admin().await;
            let name = self.name();
            admin
                .execute_unprepared(&format!("DROP DATABASE {name} WITH (FORCE)"))
                .await
                .unwrap();
            admin.close().await.unwrap();
        }
    }

    /// Opens it as the application does.
    ///
    /// # Panics
    /// When it cannot be opened.
    pub async fn open(&self) -> Db {
        Db::open(&DbOptions {
            url: self.url.clone(),
            connections: 8,
        })
        .await
        .unwrap()
    }

    /// The number `n` of a query.
    ///
    /// # Panics
    /// When the database refuses.
    pub async fn number(&self, sql: &str) -> i64 {
        let raw = self.raw().await;
        let statement = Statement::from_string(raw.get_database_backend(), sql);
        let row = raw.query_one_raw(statement).await.unwrap().unwrap();
        raw.close().await.unwrap();
        row.try_get("", "n").unwrap()
    }

    /// The text `t` of a query.
    ///
    /// # Panics
    /// When the database refuses, or there is none.
    pub async fn text(&self, sql: &str) -> String {
        let raw = self.raw().await;
        let statement = Statement::from_string(raw.get_database_backend(), sql);
        let row = raw.query_one_raw(statement).await.unwrap().unwrap();
        raw.close().await.unwrap();
        row.try_get("", "t").unwrap()
    }

    /// A plain connection, for looking behind the application's back.
    ///
    /// # Panics
    /// When it cannot be opened.
    pub async fn raw(&self) -> DatabaseConnection {
        Database::connect(&self.url).await.unwrap()
    }
}

/// A database that stands still, to be copied from.
pub enum Frozen {
    /// A file.
    Sqlite {
        /// Kept as long as the file is needed.
        _dir: TempDir,
        /// The file.
        file: PathBuf,
    },
    /// A database that nobody is connected to.
    Postgres {
        /// Its name.
        name: String,
    },
}

impl Frozen {
    /// A copy.
    ///
    /// # Panics
    /// When it cannot be made.
    pub async fn copy(&self) -> TestDatabase {
        let dir = TempDir::new().unwrap();
        let url = match self {
            Self::Sqlite { file: source, .. } => {
                let file = dir.path().join("test.db");
                std::fs::copy(source, &file).unwrap();
                format!("sqlite:{}", file.display())
            }
            Self::Postgres { name } => postgres_clone(name).await,
        };
        let kind = match self {
            Self::Sqlite { .. } => DatabaseKind::Sqlite,
            Self::Postgres { .. } => DatabaseKind::Postgres,
        };
        TestDatabase { url, dir, kind }
    }
}

async fn postgres_clone(template: &str) -> String {
    let name = format!(
        "test_{}_{}",
        std::process::id(),
        NUMBER.fetch_add(1, Ordering::Relaxed)
    );
    let admin = postgres_admin().await;
    admin
        .execute_unprepared(&format!("CREATE DATABASE {name} TEMPLATE {template}"))
        .await
        .unwrap();
    admin.close().await.unwrap();
    postgres_url(&name)
}

async fn sqlite_template() -> (TempDir, PathBuf) {
    let dir = TempDir::new().unwrap();
    let file = dir.path().join("template.db");
    let url = format!("sqlite:{}", file.display());
    let db = Db::open(&DbOptions {
        url: url.clone(),
        connections: 1,
    })
    .await
    .unwrap();
    db.migrate().await.unwrap();
    let (read, write) = db.pools();
    read.clone().close().await.unwrap();
    write.clone().close().await.unwrap();
    // One file without a log beside it, so that a copy is complete.
    let plain = Database::connect(&url).await.unwrap();
    plain
        .execute_unprepared("PRAGMA wal_checkpoint(TRUNCATE)")
        .await
        .unwrap();
    plain.close().await.unwrap();
    (dir, file)
}

fn postgres_url(database: &str) -> String {
    let url = std::env::var("QUAYMASTER_TEST_POSTGRES_URL")
        .expect("QUAYMASTER_TEST_POSTGRES_URL names the throw-away cluster");
    let (base, query) = url
        .split_once('?')
        .map_or((url.as_str(), None), |(base, query)| (base, Some(query)));
    let server = base.rsplit_once('/').map_or(base, |(server, _)| server);
    query.map_or_else(
        || format!("{server}/{database}"),
        |query| format!("{server}/{database}?{query}"),
    )
}

/// A connection to the throw-away cluster itself, for tests that take the database away.
///
/// # Panics
/// When there is none.
pub async fn postgres_admin() -> DatabaseConnection {
    Database::connect(postgres_url("postgres")).await.unwrap()
}

async fn postgres_template() {
    let admin = postgres_admin().await;
    admin
        .execute_unprepared(&format!("DROP DATABASE IF EXISTS {TEMPLATE_NAME}"))
        .await
        .unwrap();
    admin
        .execute_unprepared(&format!("CREATE DATABASE {TEMPLATE_NAME}"))
        .await
        .unwrap();
    admin.close().await.unwrap();
    let db = Db::open(&DbOptions {
        url: postgres_url(TEMPLATE_NAME),
        connections: 2,
    })
    .await
    .unwrap();
    db.migrate().await.unwrap();
    db.pools().0.clone().close().await.unwrap();
}
