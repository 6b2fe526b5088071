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

#[tokio::test]
async fn the_owner_sees_who_has_accepted_what_and_everybody_what_changed() {
    let app = TestApp::start().await;
    app.world().terms(1).await;
    let company = app.world().company("acme").await;
    app.world()
        .person("the.admin", Some(StaffRole::Administrator))
        .await;
    let mut callers = Vec::new();
    for name in ["acme.owner", "acme.proxy", "acme.user"] {
        let caller = app.sign_in(name).await;
        callers.push(caller);
    }
    let [owner, proxy, user] = &callers[..] else {
        panic!("three callers")
    };
    let nothing = user.get("/me/terms-changes").await.ok();
    assert_eq!(nothing["items"], json!([]));
    let admin = app.sign_in("the.admin").await;
    let published = admin.post("/terms-versions", &new(BODY)).await.ok();

    let changes = user.get("/me/terms-changes").await.ok();
    assert_eq!(changes["items"][0]["version"], 2);
    assert_eq!(changes["items"][0]["what_changed"], "Everything is new.");
    assert_eq!(changes["items"].as_array().unwrap().len(), 1);
    let accept = json!({ "version": 2, "sha256": published["sha256"] });
    for caller in [owner, proxy] {
        let accepted = caller.post("/me/terms-acceptances", &accept).await;
        assert_eq!(accepted.status, 201);
    }
    let list = format!("/accounts/{}/terms-acceptances", company.account);
    let all = owner.get(&list).await.ok();
    let rows = all["items"].as_array().unwrap();
    assert_eq!(rows.len(), 3);
    assert_eq!(rows[0]["person"]["user_id"], "acme.owner");
    assert_eq!(rows[0]["version"], 2);
    assert_eq!(rows[0]["current"], true);
    assert!(rows[0]["accepted_at"].is_string());
    assert_eq!(rows[2]["current"], false);
    let who = async |state: &str| {
        let page = proxy.get(&format!("{list}?state={state}")).await.ok();
        page["items"]
            .as_array()
            .unwrap()
            .iter()
            .map(|row| row["person"]["user_id"].as_str().unwrap().to_owned())
            .collect::<Vec<_>>()
    };
    assert_eq!(who("accepted").await, ["acme.owner", "acme.proxy"]);
    assert_eq!(who("missing").await, ["acme.user"]);
    let page = owner.get(&format!("{list}?limit=2")).await.ok();
    let cursor = page["next_cursor"].as_str().unwrap();
    let rest = owner
        .get(&format!("{list}?limit=2&cursor={cursor}"))
        .await
        .ok();
    assert_eq!(rest["items"][0]["person"]["user_id"], "acme.user");
    user.post("/me/terms-acceptances", &accept).await.ok();
    assert_eq!(user.get(&list).await.status, 403);
}
