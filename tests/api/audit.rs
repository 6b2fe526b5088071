//! The audit trail: who may read it, what it says, and that nobody changes it.

use quaymaster_domain::members::StaffRole;
use quaymaster_tests::{DatabaseKind, TestApp};
use sea_orm::ConnectionTrait;
use serde_json::json;

#[tokio::test]
async fn a_write_leaves_one_row_with_actor_subject_and_both_states() {
    let app = TestApp::start().await;
    let company = app.world().company("acme").await;
    app.world().lock(&company.user).await;
    let owner = app.sign_in("acme.owner").await;
    let account = company.account;
    let answer = owner
        .post(
            &format!("/accounts/{account}/users/{}/reactivation", company.user.id),
            &json!({ "temporary_password": false }),
        )
        .await;
    answer.ok();

    let trail = owner
        .get(&format!("/accounts/{account}/audit-events"))
        .await
        .ok();
    assert_eq!(trail["items"].as_array().map(Vec::len), Some(1), "{trail}");
    let row = &trail["items"][0];
    assert_eq!(row["action"], "user.reactivate");
    assert_eq!(row["actor_kind"], "user");
    assert_eq!(row["actor"]["user_id"], "acme.owner");
    assert_eq!(row["actor"]["id"], company.owner.id.to_string());
    assert_eq!(row["permit"], "owner of the account");
    assert_eq!(row["subject_id"], company.user.id.to_string());
    assert_eq!(row["subject_label"], "Test user");
    assert_eq!(row["account_id"], account.to_string());
    assert_eq!(row["request_id"], answer.header("x-request-id"));
    assert_eq!(row["ip"], "127.0.0.1");
    assert!(row["before"].is_object(), "{row}");
    assert!(row["after"].is_object(), "{row}");
}

#[tokio::test]
async fn the_trail_is_read_by_owner_proxy_auditor_and_administrator_only() {
    let app = TestApp::start().await;
    let company = app.world().company("acme").await;
    app.world().company("other").await;
    let staff = [
        ("the.agent", StaffRole::SupportAgent),
        ("the.leader", StaffRole::SupportLead),
        ("the.registrar", StaffRole::Registrar),
        ("the.auditor", StaffRole::Auditor),
        ("the.admin", StaffRole::Administrator),
    ];
    for (name, role) in staff {
        app.world().person(name, Some(role)).await;
    }
    let of_account = format!("/accounts/{}/audit-events", company.account);
    for (name, account, portal) in [
        ("acme.owner", 200, 403),
        ("acme.proxy", 200, 403),
        ("acme.user", 403, 403),
        ("other.owner", 404, 403),
        ("the.agent", 403, 403),
        ("the.leader", 403, 403),
        ("the.registrar", 403, 403),
        ("the.auditor", 200, 200),
        ("the.admin", 200, 200),
    ] {
        let caller = app.sign_in(name).await;
        assert_eq!(caller.get(&of_account).await.status, account, "{name}");
        assert_eq!(caller.get("/audit-events").await.status, portal, "{name}");
    }
    assert_eq!(app.anon().get(&of_account).await.status, 401);
    assert_eq!(app.anon().get("/audit-events").await.status, 401);
}

#[tokio::test]
async fn filters_and_pages_cut_the_trail() {
    let app = TestApp::start().await;
    let company = app.world().company("acme").await;
    app.world()
        .person("the.auditor", Some(StaffRole::Auditor))
        .await;
    let owner = app.sign_in("acme.owner").await;
    let users = format!("/accounts/{}/users", company.account);
    for person in [&company.user, &company.proxy] {
        app.clock.advance(chrono::Duration::minutes(1));
        app.world().lock(person).await;
        owner
            .post(
                &format!("{users}/{}/reactivation", person.id),
                &json!({ "temporary_password": false }),
            )
            .await
            .ok();
    }
    let auditor = app.sign_in("the.auditor").await;
    let count = async |query: &str| -> usize {
        let page = auditor.get(&format!("/audit-events?{query}")).await.ok();
        page["items"].as_array().map_or(0, Vec::len)
    };
    let account = company.account;
    assert_eq!(count(&format!("account_id={account}")).await, 2);
    assert_eq!(count("action=user.reactivate").await, 2);
    assert_eq!(count("action=user.suspend").await, 0);
    let user = company.user.id;
    assert_eq!(count(&format!("subject_id={user}")).await, 1);
    let by = company.owner.id;
    assert_eq!(
        count(&format!("actor_id={by}&action=user.reactivate")).await,
        2
    );
    assert_eq!(
        count("action=user.reactivate&from=2026-03-02T15:02:00Z").await,
        1
    );
    assert_eq!(
        count("action=user.reactivate&to=2026-03-02T15:02:00Z").await,
        1
    );

    let first = auditor
        .get("/audit-events?action=user.reactivate&limit=1")
        .await
        .ok();
    let cursor = first["next_cursor"].as_str().unwrap().to_owned();
    let second = auditor
        .get(&format!(
            "/audit-events?action=user.reactivate&limit=1&cursor={cursor}"
        ))
        .await
        .ok();
    assert_eq!(second["next_cursor"], json!(null));
    assert_eq!(
        first["items"][0]["subject_id"],
        company.proxy.id.to_string()
    );
    assert_eq!(
        second["items"][0]["subject_id"],
        company.user.id.to_string()
    );
}

#[tokio::test]
async fn the_database_refuses_to_change_or_delete_the_trail() {
    let app = TestApp::start().await;
    app.world().company("acme").await;
    app.sign_in("acme.owner").await;
    let raw = app.database.raw().await;
    let mut tries = vec![
        "UPDATE audit_events SET actor_name = 'nobody'",
        "UPDATE audit_events SET action = action WHERE 1 = 0 OR action <> ''",
        "DELETE FROM audit_events",
    ];
    if DatabaseKind::of_run() == DatabaseKind::Postgres {
        tries.push("TRUNCATE audit_events");
    }
    for sql in tries {
        let refused = raw.execute_unprepared(sql).await.unwrap_err().to_string();
        assert!(refused.contains("append-only"), "{sql}: {refused}");
    }
    let auditor = app
        .world()
        .person("the.auditor", Some(StaffRole::Auditor))
        .await;
    let trail = app
        .sign_in(&auditor.user_name)
        .await
        .get("/audit-events?action=session.start")
        .await
        .ok();
    assert_eq!(trail["items"].as_array().map(Vec::len), Some(2), "{trail}");
}
