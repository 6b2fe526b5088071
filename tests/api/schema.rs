//! The schema history: it applies to an empty database, what it makes is committed, released steps stay as they are,
//! and the audit trail can only grow.

use std::fmt::Write as _;
use std::path::Path;

use quaymaster_migrations::{Migrator, MigratorTrait};
use quaymaster_service::secrets::token_hash;
use quaymaster_tests::{DatabaseKind, TestApp, TestDatabase};
use sea_orm::{ConnectionTrait, DatabaseConnection, Statement};

const FOLDER: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/api/schema");
const STEPS: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../migrations/src/sql");

/// Compares with a committed file, or writes it when the run says so.
fn compare(file: &str, found: &str, words: &str) {
    let path = Path::new(FOLDER).join(file);
    if std::env::var_os("QUAYMASTER_ACCEPT").is_some() {
        std::fs::write(&path, found).unwrap();
    }
    let committed = std::fs::read_to_string(&path).unwrap_or_default();
    let mut difference = String::new();
    for line in committed
        .lines()
        .filter(|l| !found.lines().any(|n| n == *l))
    {
        writeln!(difference, "- {line}").unwrap();
    }
    for line in found
        .lines()
        .filter(|l| !committed.lines().any(|o| o == *l))
    {
        writeln!(difference, "+ {line}").unwrap();
    }
    assert!(
        committed == found,
        "tests/api/schema/{file}: {words}\n{difference}\nIf that is meant: QUAYMASTER_ACCEPT=1 cargo test -p quaymaster-tests --test api schema"
    );
}

#[test]
fn released_steps_stay_as_they_are() {
    let mut files: Vec<_> = std::fs::read_dir(STEPS)
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .collect();
    files.sort();
    let mut found = String::from(
        "# Digests of the steps of the schema history. A step that has been released never changes: databases out\n\
         # there have run it. A change is a new step.\n",
    );
    for file in files {
        let name = file.file_name().unwrap().to_str().unwrap();
        let text = std::fs::read_to_string(&file).unwrap();
        writeln!(found, "{name} {}", token_hash(&text)).unwrap();
    }
    compare("steps.txt", &found, "a step of the history has changed");
}

#[tokio::test]
async fn the_history_makes_the_committed_schema_from_nothing_and_does_nothing_twice() {
    let database = TestDatabase::empty().await;
    let raw = database.raw().await;
    assert!(
        !Migrator::get_pending_migrations(&raw)
            .await
            .unwrap()
            .is_empty()
    );
    let db = database.open().await;
    db.migrate().await.unwrap();
    assert_eq!(db.pending_migrations().await.unwrap(), 0);
    let once = schema(&raw).await;
    db.migrate().await.unwrap();
    assert_eq!(schema(&raw).await, once);
    let file = match DatabaseKind::of_run() {
        DatabaseKind::Sqlite => "sqlite.txt",
        DatabaseKind::Postgres => "postgres.txt",
    };
    compare(file, &once, "the history makes another schema");
}

/// Step 12 builds the table of imports anew on SQLite.
#[tokio::test]
async fn imports_and_their_refusals_outlive_the_step_that_opens_imports_to_programs() {
    const BEFORE: u32 = 11;
    let database = TestDatabase::empty().await;
    let raw = database.raw().await;
    Migrator::up(&raw, Some(BEFORE)).await.unwrap();
    let (alone, id) = match DatabaseKind::of_run() {
        DatabaseKind::Sqlite => (
            "PRAGMA foreign_keys = OFF",
            "X'0190000000217000800000000000000a'",
        ),
        DatabaseKind::Postgres => (
            "SET session_replication_role = replica",
            "'01900000-0021-7000-8000-00000000000a'",
        ),
    };
    let at = "'2026-03-02T15:00:00+00:00'";
    let no = match DatabaseKind::of_run() {
        DatabaseKind::Sqlite => "0",
        DatabaseKind::Postgres => "FALSE",
    };
    let rows = [
        alone.to_owned(),
        format!(
            "INSERT INTO users (id, given_name, family_name, name_key, email, email_key, must_change_password, failed_count, \
             dormancy_starts_at, has_challenge_questions, time_zone, language, theme, density, created_at, version) \
             VALUES ({id}, 'Ana', 'Lee', 'ana lee', 'a@b.example', 'a@b.example', {no}, 0, {at}, {no}, 'UTC', 'en', 'light', 'calm', {at}, 1)"
        ),
        format!(
            "INSERT INTO accounts (id, company_id, account_number, serial, name, name_key, state, owner_user_id, created_at, version) \
             VALUES ({id}, {id}, 'QX-1', 1, 'Acme', 'acme', 'open', {id}, {at}, 1)"
        ),
        format!(
            "INSERT INTO record_imports (id, account_id, format, file_name, state, phase, notes, state_at, bytes_total, bytes_read, \
             rows_total, rows_done, rows_unfit, rows_left, rows_duplicate, entries_new, entries_updated, entries_unchanged, \
             entries_older, entries_refused, cancel_asked, created_at, updated_at, by_user, by_name) VALUES ({id}, {id}, 'csv', \
             'old.csv', 'finished', 'done', '[]', {at}, 10, 9, 8, 7, 6, 5, 4, 3, 2, 1, 0, 11, {no}, {at}, {at}, {id}, 'Ana Lee')"
        ),
        format!(
            "INSERT INTO record_import_errors (import_id, row_no, ordinal, column_name, code, detail) \
             VALUES ({id}, 2, 0, 'Entry Date', 'date', 'no such day')"
        ),
    ];
    raw.execute_unprepared(&rows.join(";\n")).await.unwrap();
    raw.close().await.unwrap();
    database.open().await.migrate().await.unwrap();
    let raw = database.raw().await;
    let statement = Statement::from_string(
        raw.get_database_backend(),
        "SELECT i.file_name, i.entries_refused, i.by_name, e.row_no, e.code FROM record_imports i \
         JOIN record_import_errors e ON e.import_id = i.id WHERE i.by_user IS NOT NULL AND i.by_client IS NULL",
    );
    let row = raw.query_one_raw(statement).await.unwrap().unwrap();
    let text = |name: &str| -> String { row.try_get("", name).unwrap() };
    let number = |name: &str| -> i64 { row.try_get("", name).unwrap() };
    assert_eq!(
        (text("file_name"), text("by_name"), text("code")),
        (
            "old.csv".to_owned(),
            "Ana Lee".to_owned(),
            "date".to_owned()
        )
    );
    assert_eq!((number("entries_refused"), number("row_no")), (11, 2));
}

/// The schema as text, in an order that does not depend on when things were made.
async fn schema(raw: &DatabaseConnection) -> String {
    let queries: &[(&str, &str)] = match DatabaseKind::of_run() {
        DatabaseKind::Sqlite => &[(
            "tables, indexes, triggers",
            "SELECT sql AS line FROM sqlite_master WHERE sql IS NOT NULL AND name NOT LIKE 'sqlite_%' ORDER BY tbl_name, type DESC, name",
        )],
        DatabaseKind::Postgres => &[
            (
                "columns",
                "SELECT table_name || '.' || column_name || ' ' || data_type || CASE is_nullable WHEN 'NO' THEN ' NOT NULL' ELSE '' END \
                 || COALESCE(' DEFAULT ' || column_default, '') AS line \
                 FROM information_schema.columns WHERE table_schema = 'public' ORDER BY table_name, ordinal_position",
            ),
            (
                "constraints",
                "SELECT conrelid::regclass::text || ' ' || conname || ' ' || pg_get_constraintdef(oid) AS line \
                 FROM pg_constraint WHERE connamespace = 'public'::regnamespace AND contype <> 'n' ORDER BY 1",
            ),
            (
                "indexes",
                "SELECT indexdef AS line FROM pg_indexes WHERE schemaname = 'public' ORDER BY tablename, indexname",
            ),
            (
                "triggers",
                "SELECT pg_get_triggerdef(oid) AS line FROM pg_trigger WHERE NOT tgisinternal ORDER BY tgname",
            ),
            (
                "functions",
                "SELECT pg_get_functiondef(oid) AS line FROM pg_proc WHERE pronamespace = 'public'::regnamespace ORDER BY proname",
            ),
        ],
    };
    let mut out = String::new();
    for (title, sql) in queries {
        writeln!(out, "-- {title}").unwrap();
        let statement = Statement::from_string(raw.get_database_backend(), *sql);
        for row in raw.query_all_raw(statement).await.unwrap() {
            let line: String = row.try_get("", "line").unwrap();
            writeln!(out, "{}", line.trim_end()).unwrap();
        }
    }
    out
}

#[tokio::test]
async fn the_audit_trail_can_only_grow() {
    let app = TestApp::start().await;
    app.world().company("acme").await;
    // Signing in is an act and leaves a row.
    app.sign_in("acme.owner").await;
    let raw = app.database.raw().await;
    let rows = "SELECT COUNT(*) AS n FROM audit_events";
    let count = async || -> i64 {
        let statement = Statement::from_string(raw.get_database_backend(), rows);
        let row = raw.query_one_raw(statement).await.unwrap().unwrap();
        row.try_get("", "n").unwrap()
    };
    let before = count().await;
    assert!(before > 0);
    let mut attempts = vec![
        "UPDATE audit_events SET actor_name = 'nobody'",
        "DELETE FROM audit_events",
    ];
    if DatabaseKind::of_run() == DatabaseKind::Postgres {
        attempts.push("TRUNCATE audit_events");
    }
    for sql in attempts {
        let refusal = raw.execute_unprepared(sql).await.unwrap_err().to_string();
        assert!(refusal.contains("append-only"), "{sql}: {refusal}");
    }
    assert_eq!(count().await, before);
    raw.close().await.unwrap();
}
