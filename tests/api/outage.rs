//! The database goes away under the running portal and comes back: refusals in words, no panic, recovery without a
//! restart. Only PostgreSQL can go away by itself; SQLite is part of the process.

use quaymaster_tests::{DatabaseKind, TestApp, postgres_admin};
use sea_orm::ConnectionTrait;

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
