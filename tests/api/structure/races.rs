//! Two hundred clients at once: the constraints hold what the rules say (R1, R2).

use quaymaster_tests::{Caller, TestApp};
use sea_orm::{ConnectionTrait, DatabaseConnection, Statement};
use serde_json::{Value, json};

use super::{add_path, importer, two_companies};

/// 200 clients at once add the same to two accounts, half of them to each.
async fn race(callers: &[Caller], paths: [&str; 2], body: &Value) -> [Vec<(u16, String)>; 2] {
    let tasks: Vec<_> = (0..200)
        .map(|n| {
            let caller = callers[n % callers.len()].clone();
            let path = paths[n / callers.len() % 2].to_owned();
            let body = body.clone();
            tokio::spawn(async move {
                let answer = caller.post(&path, &body).await;
                (path, answer.outcome())
            })
        })
        .collect();
    let mut outcomes = [Vec::new(), Vec::new()];
    for task in tasks {
        let (path, outcome) = task.await.unwrap();
        outcomes[usize::from(path == paths[1])].push(outcome);
    }
    outcomes
}

/// Exactly one of all got through; the rest of its account learn that it is there, everybody else the rule.
fn assert_one_won(outcomes: &[Vec<(u16, String)>; 2], rule: &str) {
    let won = |some: &[(u16, String)]| some.iter().filter(|(status, _)| *status == 201).count();
    assert_eq!(outcomes.iter().map(Vec::len).sum::<usize>(), 200);
    assert_eq!(won(&outcomes[0]) + won(&outcomes[1]), 1, "{outcomes:?}");
    let (winner, loser) = if won(&outcomes[0]) == 1 {
        (0, 1)
    } else {
        (1, 0)
    };
    for (status, code) in &outcomes[winner] {
        assert!(
            *status == 201 || (*status, code.as_str()) == (409, "already-exists"),
            "{status} {code}"
        );
    }
    for outcome in &outcomes[loser] {
        assert_eq!(*outcome, (409, rule.to_owned()));
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn of_200_at_once_one_gets_the_identifier() {
    // One that the register names itself, and one that it knows by its EIN only.
    for value in ["28-1111111AA", "28-1111119AB"] {
        let app = TestApp::start().await;
        let (acme, _) = two_companies(&app).await;
        let (sibling, _, sub) = app
            .world()
            .account_with(acme.company, "Second", &acme.owner, "protest_filer")
            .await;
        let callers = [
            app.sign_in("acme.owner").await,
            app.sign_in("acme.owner").await,
        ];
        let there = format!("/accounts/{sibling}/sub-accounts/{sub}/identifiers");
        let outcomes = race(&callers, [&add_path(&acme), &there], &importer(value)).await;
        assert_one_won(&outcomes, "identifier-held-by-another-account");
        let raw = app.database.raw().await;
        for table in ["account_identifiers", "sub_account_identifiers"] {
            let sql = format!("SELECT COUNT(*) AS n FROM {table}");
            assert_eq!(count(&raw, &sql).await, 1);
        }
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn of_200_at_once_one_gets_the_activity() {
    let app = TestApp::start().await;
    let (acme, _) = two_companies(&app).await;
    let (sibling, _, _) = app
        .world()
        .account_with(acme.company, "Second", &acme.owner, "protest_filer")
        .await;
    let callers = [
        app.sign_in("acme.owner").await,
        app.sign_in("acme.owner").await,
    ];
    let here = format!("/accounts/{}/business-activities", acme.account);
    let there = format!("/accounts/{sibling}/business-activities");
    let outcomes = race(
        &callers,
        [&here, &there],
        &json!({ "activity": "exporter" }),
    )
    .await;
    assert_one_won(&outcomes, "activity-held-by-sibling-account");
}

async fn count(raw: &DatabaseConnection, sql: &str) -> i64 {
    raw.query_one_raw(Statement::from_string(raw.get_database_backend(), sql))
        .await
        .unwrap()
        .unwrap()
        .try_get("", "n")
        .unwrap()
}
