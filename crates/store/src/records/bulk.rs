//! Many rows in one statement, and lists that travel as one value. For the writer of records only.

use std::fmt::Write as _;

use sea_orm::{ConnectionTrait, DatabaseExecutor, DbBackend, Statement, Value};

use crate::error::StoreError;

/// The most rows of a statement; a statement takes some 32 thousand values.
const MOST_ROWS: usize = 512;

/// Inserts rows of `columns` values each, which follow one another in `values`. `head` ends before `VALUES`, `tail` follows
/// the rows. The sizes of the statements are powers of two, so that few different ones are kept ready.
///
/// SQLite takes `$1` for a name and goes through all names before it for every value that is bound; with thousands of
/// values in a statement that was nine tenths of the time of an import. There the values stand without numbers.
pub(super) async fn insert(
    conn: &DatabaseExecutor<'_>,
    head: &str,
    columns: usize,
    values: Vec<Value>,
    tail: &str,
) -> Result<(), StoreError> {
    let backend = conn.get_database_backend();
    let numbered = backend == DbBackend::Postgres;
    let mut values = values.into_iter();
    let mut left = values.len() / columns.max(1);
    while left > 0 {
        let rows = if left >= MOST_ROWS {
            MOST_ROWS
        } else {
            1 << left.ilog2()
        };
        let mut sql = String::with_capacity(head.len() + tail.len() + rows * columns * 7 + 16);
        sql.push_str(head);
        sql.push_str(" VALUES ");
        for row in 0..rows {
            sql.push_str(if row == 0 { "(" } else { ", (" });
            for column in 0..columns {
                sql.push_str(if column == 0 { "" } else { "," });
                if numbered {
                    // Writing to a `String` does not fail.
                    let _ = write!(sql, "${}", row * columns + column + 1);
                } else {
                    sql.push('?');
                }
            }
            sql.push(')');
        }
        sql.push_str(tail);
        let some: Vec<Value> = values.by_ref().take(rows * columns).collect();
        conn.execute_raw(Statement::from_sql_and_values(backend, sql, some))
            .await?;
        left -= rows;
    }
    Ok(())
}

/// `IN` a list that is the value `$1`. Keys have no blanks in them.
pub(super) fn in_first(backend: DbBackend) -> &'static str {
    match backend {
        DbBackend::Postgres => "= ANY(string_to_array($1, ' '))",
        _ => "IN (SELECT value FROM json_each($1))",
    }
}

/// The value for [`in_first`].
pub(super) fn list<'a>(backend: DbBackend, keys: impl IntoIterator<Item = &'a str>) -> Value {
    let keys: Vec<&str> = keys.into_iter().collect();
    match backend {
        DbBackend::Postgres => keys.join(" "),
        _ => serde_json::to_string(&keys).unwrap_or_else(|_never| "[]".to_owned()),
    }
    .into()
}

/// Runs a statement of ours.
pub(super) async fn run(
    conn: &DatabaseExecutor<'_>,
    sql: String,
    values: Vec<Value>,
) -> Result<(), StoreError> {
    conn.execute_raw(Statement::from_sql_and_values(
        conn.get_database_backend(),
        sql,
        values,
    ))
    .await?;
    Ok(())
}
