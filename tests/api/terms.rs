//! Versions of the Terms and Conditions: publishing one asks everybody again (R10).

use quaymaster_domain::members::StaffRole;
use quaymaster_tests::TestApp;
use serde_json::{Value, json};

fn new(body: &str) -> Value {
    json!({ "title": "Terms and Conditions", "body": body, "what_changed": "Everything is new." })
}

const BODY: &str = "# Terms\n\nOne person, one User ID. Nobody shares it.";

#[tokio::test]
async fn a_new_version_asks_everybody_again() {
    let app = TestApp::start().await;
    app.world().terms(1).await;
    let company = app.world().company("acme").await;
    app.world()
        .person("the.admin", Some(StaffRole::Administrator))
        .await;
    let admin = app.sign_in("the.admin").await;
    let owner = app.sign_in("acme.owner").await;
    let users = format!("/accounts/{}/users", company.account);
    owner.get(&users).await.ok();

    let published = admin.post("/terms-versions", &new(BODY)).await;
    assert_eq!(published.status, 201, "{}", published.body);
    assert_eq!(published.at("/version"), 2);
    assert_eq!(published.at("/sha256").as_str().map(str::len), Some(64));

    let refused = (423, "terms-not-accepted".to_owned());
    assert_eq!(owner.get(&users).await.outcome(), refused);
    assert_eq!(
        admin.get("/terms-versions").await.outcome(),
        refused,
        "also who published it"
    );
}

#[tokio::test]
async fn the_versions_are_listed_newest_first_and_audited() {
    let app = TestApp::start().await;
    app.world()
        .person("the.admin", Some(StaffRole::Administrator))
        .await;
    let admin = app.sign_in("the.admin").await;
    admin.post("/terms-versions", &new(BODY)).await.ok();
    let again = admin
        .post("/terms-versions", &new("the same request once more"))
        .await;
    assert_eq!(again.status, 423);

    app.world()
        .person("the.auditor", Some(StaffRole::Auditor))
        .await;
    let auditor = app.sign_in("the.auditor").await;
    let versions = auditor.get("/terms-versions").await.ok();
    assert_eq!(versions["items"][0]["version"], 1);
    assert_eq!(versions["items"][0]["body"], BODY);
    assert_eq!(versions["items"][0]["what_changed"], "Everything is new.");
    let trail = auditor.get("/audit-events?action=terms.publish").await.ok();
    assert_eq!(trail["items"].as_array().map(Vec::len), Some(1));
    assert_eq!(trail["items"][0]["actor"]["user_id"], "the.admin");
    assert_eq!(trail["items"][0]["after"]["version"], 1);
    assert_eq!(trail["items"][0]["before"], json!(null));
}

#[tokio::test]
async fn only_administrators_publish_and_only_staff_reads_all_versions() {
    let app = TestApp::start().await;
    app.world().company("acme").await;
    let staff = [
        ("the.agent", StaffRole::SupportAgent),
        ("the.leader", StaffRole::SupportLead),
        ("the.registrar", StaffRole::Registrar),
        ("the.auditor", StaffRole::Auditor),
    ];
    for (name, role) in staff {
        app.world().person(name, Some(role)).await;
        let caller = app.sign_in(name).await;
        caller.get("/terms-versions").await.ok();
        let refused = caller.post("/terms-versions", &new(BODY)).await;
        assert_eq!(refused.outcome(), (403, "forbidden".to_owned()), "{name}");
    }
    let owner = app.sign_in("acme.owner").await;
    assert_eq!(owner.get("/terms-versions").await.status, 403);
    assert_eq!(owner.post("/terms-versions", &new(BODY)).await.status, 403);
    assert_eq!(app.anon().get("/terms-versions").await.status, 401);
}

#[tokio::test]
async fn the_text_in_force_is_not_published_twice() {
    let app = TestApp::start().await;
    let s = &app.services;
    quaymaster_service::terms::publish_first(s).await.unwrap();
    quaymaster_service::terms::publish_first(s).await.unwrap();
    let first = quaymaster_service::terms::current(s).await.unwrap();
    assert_eq!(first.version, 1);
    app.world()
        .person("the.admin", Some(StaffRole::Administrator))
        .await;
    let admin = app.sign_in("the.admin").await;
    let same = admin.post("/terms-versions", &new(&first.body)).await;
    assert_eq!(same.outcome(), (409, "already-exists".to_owned()));
    let fault = admin
        .post(
            "/terms-versions",
            &json!({ "title": "T", "body": BODY, "what_changed": "All." }),
        )
        .await;
    assert_eq!(fault.outcome(), (422, "invalid".to_owned()));
    assert_eq!(fault.at("/errors/0/pointer"), "/title");
}
