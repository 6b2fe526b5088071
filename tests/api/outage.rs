//! The database goes away under the running portal, or has no room left, and comes back: refusals in words, no panic,
//! recovery without a restart. Only PostgreSQL can go away by itself, because SQLite is part of the process; only SQLite
//! can be told how large it may become.

use quaymaster_tests::{DatabaseKind, TestApp, postgres_admin};
use sea_orm::{ConnectionTrait, Statement};
use serde_json::json;

#[tokio::test]
async fn requests_are_told_to_come_back_while_the_database_is_away() {
    if DatabaseKind::of_run() == DatabaseKind::Sqlite {
        return;
    }
    let app = TestApp::start().await;
    let company = app.world().company("acme").await;
    let owner = app.sign_in("acme.owner").await;
    let users = format!("/accounts/{}/users", company.account);
    owner.get(&users).await.ok();

    let name = app.database.name();
    let admin = postgres_admin().await;
    let away = format!("ALTER DATABASE {name} ALLOW_CONNECTIONS false");
    let drop_all =
        format!("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = '{name}'");
    admin.execute_unprepared(&away).await.unwrap();
    admin.execute_unprepared(&drop_all).await.unwrap();

    for _ in 0..10 {
        let refused = owner.get(&users).await;
        assert_eq!(
            refused.outcome(),
            (503, "busy".to_owned()),
            "{}",
            refused.body
        );
        assert!(refused.header("retry-after").parse::<u32>().unwrap() > 0);
    }
    let refused = app.anon().sign_in("acme.owner", "whatever it may be").await;
    assert_eq!(
        refused.outcome(),
        (503, "busy".to_owned()),
        "{}",
        refused.body
    );

    let back = format!("ALTER DATABASE {name} ALLOW_CONNECTIONS true");
    admin.execute_unprepared(&back).await.unwrap();
    let listed = owner.get(&users).await.ok();
    assert_eq!(listed["items"].as_array().map(Vec::len), Some(3));
}

#[tokio::test]
async fn writes_are_refused_in_words_while_there_is_no_room_and_nothing_is_spoiled() {
    if DatabaseKind::of_run() == DatabaseKind::Postgres {
        return;
    }
    let app = TestApp::start().await;
    let company = app.world().company("acme").await;
    let owner = app.sign_in("acme.owner").await;
    let path = format!("/accounts/{}/sub-accounts", company.account);
    let (_, write) = app.services.db.pools();
    let pragma = async |sql: &str| -> i64 {
        let statement = Statement::from_string(write.get_database_backend(), sql);
        let row = write.query_one_raw(statement).await.unwrap().unwrap();
        row.try_get_by_index(0).unwrap()
    };
    let add = async |n: usize| {
        let body = json!({ "name": format!("Branch {n}"), "activity": "importer" });
        owner.post(&path, &body).await
    };
    let pages = pragma("PRAGMA page_count").await;
    pragma(&format!("PRAGMA max_page_count = {}", pages + 4)).await;
    let mut acknowledged = 0;
    let refused = loop {
        let answer = add(acknowledged).await;
        if answer.status != 201 {
            break answer;
        }
        acknowledged += 1;
        assert!(acknowledged < 1000, "the database has no end");
    };
    assert!(acknowledged > 0);
    assert_eq!(
        refused.outcome(),
        (503, "busy".to_owned()),
        "{}",
        refused.body
    );
    assert!(refused.header("retry-after").parse::<u32>().unwrap() >= 60);
    // Reading goes on.
    let listed = owner.get(&format!("{path}?limit=200")).await.ok();
    assert_eq!(listed["items"].as_array().unwrap().len(), acknowledged + 1);

    pragma("PRAGMA max_page_count = 1000000").await;
    let again = add(acknowledged).await;
    assert_eq!(again.status, 201, "{}", again.body);
    let sound = app
        .rows("SELECT integrity_check AS a, 0 AS b FROM pragma_integrity_check")
        .await;
    assert_eq!(sound, [("ok".to_owned(), 0)]);
    let told = app
        .database
        .number("SELECT COUNT(*) AS n FROM audit_events WHERE action = 'sub_account.change'")
        .await;
    assert_eq!(told, i64::try_from(acknowledged + 1).unwrap());
}
