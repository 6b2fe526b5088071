//! Long lists of numbers that a scope lets see. A statement that carries ten thousand numbers spends most of its time on taking
//! them in, so that such a list is written to a table once, under its fingerprint, and looked up there: by everybody with the
//! same list, for as long as it is in use.

use chrono::{DateTime, Duration, Utc};
use quaymaster_domain::access::{KeyList, ReadScope};
use sea_orm::{ConnectionTrait, DbBackend, Value};

use crate::db::{Db, Handle, WriteTx, sealed::Sealed};
use crate::error::StoreError;
use crate::row;

/// Lists of up to so many numbers travel with the statement.
const TRAVELS: usize = 1_000;

/// How often it is noted that a list is in use.
const NOTED: Duration = Duration::hours(1);

/// A list that nobody has used for so long is deleted.
const IDLE: Duration = Duration::days(2);

/// Whether a list is looked up in the table.
pub(super) fn is_kept(list: &KeyList) -> bool {
    list.keys().len() > TRAVELS
}

/// Keeps the long lists of a scope. To be done before anything is read with it, and again after [`next_due`].
///
/// # Errors
/// When the database refuses.
pub async fn keep(db: &Db, scope: &ReadScope, now: DateTime<Utc>) -> Result<(), StoreError> {
    for list in long_lists(scope) {
        let used = used_at(&db.reader(), list).await?;
        if used.is_some_and(|used| now - used < NOTED) {
            continue;
        }
        let tx = db.begin_write().await?;
        note(&tx, list, now).await?;
        tx.commit_bookkeeping().await?;
    }
    Ok(())
}

fn long_lists(scope: &ReadScope) -> Vec<&KeyList> {
    let lists = scope
        .key_parts()
        .iter()
        .flat_map(|part| [&part.importers, &part.filers])
        .flatten();
    lists.filter(|list| is_kept(list)).collect()
}

/// When the lists of a scope that were kept just now have to be kept again.
#[must_use]
pub fn next_due(now: DateTime<Utc>) -> DateTime<Utc> {
    now + NOTED
}

async fn used_at(db: &impl Handle, list: &KeyList) -> Result<Option<DateTime<Utc>>, StoreError> {
    let conn = db.conn();
    let sql = "SELECT used_at FROM scope_lists WHERE digest = $1";
    let rows = row::all(&conn, sql, [Value::from(list.digest().to_vec())]).await?;
    Ok(rows
        .first()
        .map(|row| row.try_get_by_index(0))
        .transpose()?)
}

async fn note(tx: &WriteTx, list: &KeyList, now: DateTime<Utc>) -> Result<(), StoreError> {
    let digest = || Value::from(list.digest().to_vec());
    let conn = tx.conn();
    row::run(
        &conn,
        "INSERT INTO scope_lists (digest, used_at) VALUES ($1, $2) ON CONFLICT (digest) DO UPDATE SET used_at = excluded.used_at",
        [digest(), now.into()],
    )
    .await?;
    let (keys, list) = match conn.get_database_backend() {
        DbBackend::Postgres => ("unnest(string_to_array($2, ' '))", list.keys().join(" ")),
        _ => (
            "value FROM json_each($2)",
            serde_json::to_string(list.keys()).unwrap_or_else(|_never| "[]".to_owned()),
        ),
    };
    row::run(
        &conn,
        // Without the condition SQLite would take the rest for that of a join.
        &format!("INSERT INTO scope_keys (digest, lookup) SELECT $1, {keys} WHERE 1 = 1 ON CONFLICT (digest, lookup) DO NOTHING"),
        [digest(), list.into()],
    )
    .await?;
    Ok(())
}

/// Deletes the lists that nobody uses any more. Answers how many.
///
/// # Errors
/// When the database refuses.
pub async fn forget(tx: &WriteTx, now: DateTime<Utc>) -> Result<u64, StoreError> {
    let before = Value::from(now - IDLE);
    let conn = tx.conn();
    row::run(
        &conn,
        "DELETE FROM scope_keys WHERE digest IN (SELECT digest FROM scope_lists WHERE used_at < $1)",
        [before.clone()],
    )
    .await?;
    let sql = "DELETE FROM scope_lists WHERE used_at < $1";
    Ok(row::run(&conn, sql, [before]).await?)
}
