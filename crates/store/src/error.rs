//! What can go wrong below the rules. Causes are kept for the log; nothing here is shown to a caller as it is.

use sea_orm::{DbErr, RuntimeErr};

use crate::constraint::Constraint;

/// A failure of the store.
#[derive(Debug, thiserror::Error)]
pub enum StoreError {
    /// A constraint of the schema refused the write; the caller knows which rule that is.
    #[error("the constraint {0:?} refused the write")]
    Conflict(Constraint),
    /// The database did not answer in time or is away; trying again later may work.
    #[error("the database is busy or away: {0}")]
    Busy(String),
    /// The database has no room left; nothing of the write was kept.
    #[error("the database has no room left: {0}")]
    Full(String),
    /// Nothing changes in this account any more.
    #[error("the account {number} is closed")]
    AccountClosed {
        /// Its number.
        number: String,
        /// The number of the account that has everything of it since.
        into: Option<String>,
    },
    /// A row does not fit the domain.
    #[error("{table}.{column} of {id} does not fit: {why}")]
    Corrupt {
        /// The table.
        table: &'static str,
        /// The column.
        column: &'static str,
        /// The row.
        id: String,
        /// What is wrong.
        why: String,
    },
    /// Anything else that the database says.
    #[error("database: {0}")]
    Db(DbErr),
}

impl From<DbErr> for StoreError {
    fn from(error: DbErr) -> Self {
        if let Some(constraint) = Constraint::of(&error) {
            return Self::Conflict(constraint);
        }
        match &error {
            DbErr::ConnectionAcquire(_) | DbErr::Conn(_) => Self::Busy(error.to_string()),
            DbErr::Query(RuntimeErr::SqlxError(cause))
            | DbErr::Exec(RuntimeErr::SqlxError(cause))
                if is_transient(cause) =>
            {
                Self::Busy(error.to_string())
            }
            DbErr::Query(RuntimeErr::SqlxError(cause))
            | DbErr::Exec(RuntimeErr::SqlxError(cause))
                if is_full(cause) =>
            {
                Self::Full(error.to_string())
            }
            _ => Self::Db(error),
        }
    }
}

/// SQLite's "database or disk is full" and what it says when a write to the file or its log fails; PostgreSQL's
/// "disk full".
fn is_full(cause: &sea_orm::sqlx::Error) -> bool {
    let sea_orm::sqlx::Error::Database(database) = cause else {
        return false;
    };
    database
        .code()
        .is_some_and(|code| matches!(code.as_ref(), "13" | "778" | "1034" | "4618" | "53100"))
}

/// Lost connections, shutdowns, deadlocks and serialization failures pass by themselves; everything else does not.
fn is_transient(cause: &sea_orm::sqlx::Error) -> bool {
    use sea_orm::sqlx::Error;
    match cause {
        Error::Io(_) | Error::PoolTimedOut | Error::PoolClosed | Error::WorkerCrashed => true,
        Error::Database(database) => database.code().is_some_and(|code| {
            matches!(
                code.as_ref(),
                "5" | "6"
                    | "261"
                    | "517"
                    | "40001"
                    | "40P01"
                    | "57P01"
                    | "57P02"
                    | "57P03"
                    | "53300"
            )
        }),
        _ => false,
    }
}

/// Shorthand for a row that does not fit.
pub(crate) fn corrupt(
    table: &'static str,
    column: &'static str,
    id: impl ToString,
    why: impl ToString,
) -> StoreError {
    StoreError::Corrupt {
        table,
        column,
        id: id.to_string(),
        why: why.to_string(),
    }
}
