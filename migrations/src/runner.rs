//! Turns one SQL file into the dialect of the database at hand and runs it statement by statement.
//! No schema knowledge lives here.

use sea_orm_migration::prelude::*;
use sea_orm_migration::sea_orm::{ConnectionTrait, DbBackend};

/// One step of the schema history.
pub(crate) struct SqlStep {
    pub(crate) name: &'static str,
    pub(crate) sql: &'static str,
}

impl MigrationName for SqlStep {
    fn name(&self) -> &str {
        self.name
    }
}

#[async_trait::async_trait]
impl MigrationTrait for SqlStep {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let sql = in_dialect(self.sql, manager.get_database_backend());
        for statement in statements(&sql) {
            manager
                .get_connection()
                .execute_unprepared(statement)
                .await?;
        }
        Ok(())
    }

    /// SQLite would run the steps outside a transaction by default and leave half a schema behind an error.
    fn use_transaction(&self) -> Option<bool> {
        Some(true)
    }
}

fn in_dialect(sql: &str, backend: DbBackend) -> String {
    let sqlite = backend == DbBackend::Sqlite;
    let (ours, theirs) = if sqlite {
        ("@sqlite ", "@postgres ")
    } else {
        ("@postgres ", "@sqlite ")
    };
    let mut out = String::with_capacity(sql.len());
    for line in sql.lines() {
        if line.starts_with("--") || line.starts_with(theirs) {
            continue;
        }
        out.push_str(line.strip_prefix(ours).unwrap_or(line));
        out.push('\n');
    }
    let types = if sqlite {
        [
            ("{uuid}", "BLOB"),
            ("{ts}", "TEXT"),
            ("{int}", "INTEGER"),
            ("{bool}", "INTEGER"),
            ("{bytes}", "BLOB"),
            ("{code}", "TEXT"),
            ("{strict}", " STRICT"),
        ]
    } else {
        [
            ("{uuid}", "UUID"),
            ("{ts}", "TIMESTAMPTZ"),
            ("{int}", "BIGINT"),
            ("{bool}", "BOOLEAN"),
            ("{bytes}", "BYTEA"),
            // Compared and sorted by their bytes, as SQLite does.
            ("{code}", "TEXT COLLATE \"C\""),
            ("{strict}", ""),
        ]
    };
    for (name, sql_type) in types {
        out = out.replace(name, sql_type);
    }
    out
}

/// A statement ends with a semicolon at the end of a line; trigger bodies keep theirs inside the line.
fn statements(sql: &str) -> impl Iterator<Item = &str> {
    sql.split(";\n").map(str::trim).filter(|s| !s.is_empty())
}
