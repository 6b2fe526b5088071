//! Rows of statements whose columns are named in the source, read in the order of their columns. For the few statements
//! that every request pays for; everything else goes through the entities, which look columns up by name.

use std::fmt::Write as _;

use sea_orm::sea_query::SelectStatement;
use sea_orm::sqlx::postgres::{PgRow, Postgres};
use sea_orm::sqlx::sqlite::{Sqlite, SqliteRow};
use sea_orm::sqlx::{self, Decode, Row as _, Type};
use sea_orm::{
    ConnectionTrait, DatabaseExecutor, DbErr, QueryResult, RuntimeErr, Statement, Value,
};

use crate::page::PageRequest;

/// What both databases can keep in a column.
pub(crate) trait Cell:
    for<'r> Decode<'r, Sqlite> + Type<Sqlite> + for<'r> Decode<'r, Postgres> + Type<Postgres>
{
}
impl<T> Cell for T where
    T: for<'r> Decode<'r, Sqlite> + Type<Sqlite> + for<'r> Decode<'r, Postgres> + Type<Postgres>
{
}

/// The columns of one row, one after the other.
pub(crate) struct Cells<'r> {
    row: Driver<'r>,
    next: usize,
}

enum Driver<'r> {
    Sqlite(&'r SqliteRow),
    Postgres(&'r PgRow),
}

impl<'r> Cells<'r> {
    pub(crate) fn of(row: &'r QueryResult) -> Result<Self, DbErr> {
        let sqlite = row.try_as_sqlite_row().map(Driver::Sqlite);
        let row = sqlite
            .or_else(|| row.try_as_pg_row().map(Driver::Postgres))
            .ok_or_else(|| DbErr::Type("a row of a database that is not known here".to_owned()))?;
        Ok(Self { row, next: 0 })
    }

    /// The next column. An empty one fits an `Option` only.
    pub(crate) fn take<T: Cell>(&mut self) -> Result<T, DbErr> {
        let index = self.next;
        self.next += 1;
        let found = match self.row {
            Driver::Sqlite(row) => row.try_get(index),
            Driver::Postgres(row) => row.try_get(index),
        };
        found.map_err(|error: sqlx::Error| DbErr::Query(RuntimeErr::SqlxError(error.into())))
    }
}

/// Makes `COLUMNS`, the select list of a row, and `take`, which reads it: one list, so that the order cannot differ.
macro_rules! in_order {
    ($row:ident { $table:ident . $name:ident $(, $tables:ident . $names:ident)* $(,)? }) => {
        impl $row {
            /// The columns that [`take`](Self::take) reads.
            pub(crate) const COLUMNS: &str = concat!(
                stringify!($table), ".", stringify!($name)
                $(, ", ", stringify!($tables), ".", stringify!($names))*
            );

            /// Reads the next columns of a row as one.
            pub(crate) fn take(
                cells: &mut $crate::row::Cells<'_>,
            ) -> Result<Self, sea_orm::DbErr> {
                Ok(Self { $name: cells.take()?, $($names: cells.take()?),* })
            }
        }
    };
}
pub(crate) use in_order;

/// Runs a statement that is the same text on both databases: `$1`, `$2` … are the values.
pub(crate) async fn all(
    conn: &DatabaseExecutor<'_>,
    sql: &str,
    values: impl IntoIterator<Item = Value>,
) -> Result<Vec<QueryResult>, DbErr> {
    let statement = Statement::from_sql_and_values(conn.get_database_backend(), sql, values);
    conn.query_all_raw(statement).await
}

/// As [`all`], for a statement that answers no rows: how many it touched.
pub(crate) async fn run(
    conn: &DatabaseExecutor<'_>,
    sql: &str,
    values: impl IntoIterator<Item = Value>,
) -> Result<u64, DbErr> {
    let statement = Statement::from_sql_and_values(conn.get_database_backend(), sql, values);
    Ok(conn.execute_raw(statement).await?.rows_affected())
}

/// Runs a select for the rows of a page and the one behind it. The limit stands in the text: SQLite looks at a bound limit
/// when it plans, so it would prepare the statement anew at each use, which costs more than running it.
pub(crate) async fn page(
    conn: &DatabaseExecutor<'_>,
    select: &SelectStatement,
    page: &PageRequest,
) -> Result<Vec<QueryResult>, DbErr> {
    let mut statement = conn.get_database_backend().build(select);
    // Does not fail: a `String` takes what is written.
    let _ = write!(statement.sql, " LIMIT {}", page.reach());
    conn.query_all_raw(statement).await
}

/// The same things, the last one repeated up to a power of two, for lists that a column is looked up in: fewer different
/// statements are kept ready.
pub(crate) fn padded<T: Copy>(things: &[T]) -> Vec<T> {
    let mut all = things.to_vec();
    if let Some(last) = things.last() {
        all.resize(things.len().next_power_of_two(), *last);
    }
    all
}

/// `$1, $2, …` for so many values.
pub(crate) fn places(values: usize) -> String {
    let all: Vec<String> = (1..=values).map(|n| format!("${n}")).collect();
    all.join(", ")
}
