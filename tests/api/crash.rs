//! `kill -9` under write load, with the real binary: what was acknowledged is there after the restart, and nothing is
//! there by half.

use std::collections::BTreeSet;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use quaymaster_domain::clock::Clock;
use quaymaster_server::wiring::SystemClock;
use quaymaster_tests::{
    Caller, DatabaseKind, PASSWORD, ServerProcess, TestApp, TestDatabase, server_binary,
};
use reqwest::Method;
use sea_orm::{ConnectionTrait, Statement};
use serde_json::json;
use tokio::sync::mpsc;

/// How often the server is killed.
const ROUNDS: usize = 5;

/// How many write at once.
const WRITERS: usize = 8;

/// After how many acknowledged writes of a round the server is killed; odd, so that the writers are somewhere within.
const WRITES: usize = 41;

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn every_acknowledged_write_is_there_after_kill_9() {
    let binary = tokio::task::spawn_blocking(server_binary).await.unwrap();
    let (database, account) = world().await;
    let client = reqwest::Client::new();
    let number = Arc::new(AtomicUsize::new(0));
    let mut acknowledged = BTreeSet::new();
    for _ in 0..ROUNDS {
        let server = ServerProcess::start(&binary, &database, &[]);
        let mut owner = server.anon(&client);
        owner.sign_in("acme.owner", PASSWORD).await.ok();
        check(&owner, &account, &acknowledged).await;
        acknowledged.extend(round(server, &owner, &account, &number).await);
    }
    let server = ServerProcess::start(&binary, &database, &[]);
    let mut owner = server.anon(&client);
    owner.sign_in("acme.owner", PASSWORD).await.ok();
    check(&owner, &account, &acknowledged).await;
    server.kill();
    nothing_by_half(&database).await;
}

/// A company whose people have been here just now by the machine's clock, which the binary goes by.
async fn world() -> (TestDatabase, String) {
    let app = TestApp::start().await;
    // The first start would publish terms of its own otherwise, which nobody has accepted yet.
    app.world().terms(1).await;
    let company = app.world().company("acme").await;
    app.world()
        .execute(
            "UPDATE users SET dormancy_starts_at = ?",
            vec![SystemClock.now().into()],
        )
        .await;
    let frozen = app.freeze().await;
    (frozen.copy().await, company.account.to_string())
}

/// Writes until the server is killed; gives what was acknowledged.
async fn round(
    server: ServerProcess,
    owner: &Caller,
    account: &str,
    number: &Arc<AtomicUsize>,
) -> Vec<String> {
    let (tell, mut told) = mpsc::unbounded_channel();
    for _ in 0..WRITERS {
        let (owner, number, tell) = (owner.clone(), Arc::clone(number), tell.clone());
        let path = format!("/accounts/{account}/sub-accounts");
        tokio::spawn(async move {
            loop {
                let name = format!("Branch {}", number.fetch_add(1, Ordering::Relaxed));
                let body = json!({ "name": name, "activity": "importer" }).to_string();
                let answer = owner
                    .try_send(
                        Method::POST,
                        &path,
                        Some("application/json"),
                        body.into_bytes(),
                    )
                    .await;
                match answer {
                    Ok(answer) => {
                        assert_eq!(answer.status, 201, "{}", answer.body);
                        tell.send(name).unwrap();
                    }
                    Err(_gone) => return,
                }
            }
        });
    }
    drop(tell);
    let mut names = Vec::new();
    while names.len() < WRITES {
        names.push(told.recv().await.unwrap());
    }
    server.kill();
    while let Some(name) = told.recv().await {
        names.push(name);
    }
    names
}

async fn check(owner: &Caller, account: &str, acknowledged: &BTreeSet<String>) {
    let mut found = BTreeSet::new();
    let mut cursor = String::new();
    loop {
        let page = owner
            .get(&format!(
                "/accounts/{account}/sub-accounts?limit=200{cursor}"
            ))
            .await
            .ok();
        for item in page["items"].as_array().unwrap() {
            found.insert(item["name"].as_str().unwrap().to_owned());
        }
        match page["next_cursor"].as_str() {
            Some(next) => cursor = format!("&cursor={next}"),
            None => break,
        }
    }
    let lost: Vec<_> = acknowledged.difference(&found).collect();
    assert!(lost.is_empty(), "acknowledged and lost: {lost:?}");
}

/// Every sub-account has its row in the audit trail and every row its sub-account.
async fn nothing_by_half(database: &TestDatabase) {
    let raw = database.raw().await;
    let ask = async |sql: &str| -> String {
        let statement = Statement::from_string(raw.get_database_backend(), sql);
        let row = raw.query_one_raw(statement).await.unwrap().unwrap();
        row.try_get_by_index(0).unwrap()
    };
    let made =
        ask("SELECT CAST(COUNT(*) AS TEXT) FROM sub_accounts WHERE name LIKE 'Branch %'").await;
    let told =
        ask("SELECT CAST(COUNT(*) AS TEXT) FROM audit_events WHERE action = 'sub_account.change'")
            .await;
    assert_eq!(made, told);
    if database.kind == DatabaseKind::Sqlite {
        assert_eq!(ask("PRAGMA integrity_check").await, "ok");
    }
    raw.close().await.unwrap();
}
