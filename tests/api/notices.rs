//! Notices of the operator: who is addressed, who has acknowledged, what is refused, and notices by mail.

use chrono::Duration;
use quaymaster_domain::members::StaffRole;
use quaymaster_service::notices::send_due;
use quaymaster_tests::{Caller, Company, TestApp};
use serde_json::{Value, json};

struct Scene {
    app: TestApp,
    acme: Company,
    other: Company,
    lead: Caller,
}

async fn scene() -> Scene {
    let app = TestApp::start().await;
    let acme = app.world().company("acme").await;
    let other = app.world().company("other").await;
    app.world()
        .person("the.leader", Some(StaffRole::SupportLead))
        .await;
    let lead = app.sign_in("the.leader").await;
    Scene {
        app,
        acme,
        other,
        lead,
    }
}

fn everybody() -> Value {
    json!({ "kind": "all", "roles": [], "activities": [], "company_ids": [] })
}

fn notice(title: &str, audience: Value) -> Value {
    json!({
        "title": title, "body": "Please read **this**.", "category": "rules", "action_required": true,
        "audience": audience, "starts_at": null, "expires_at": null,
    })
}

async fn publish(lead: &Caller, new: &Value) -> String {
    let made = lead.post("/staff/notices", new).await;
    assert_eq!(made.status, 201, "{}", made.body);
    let id = made.json()["id"].as_str().unwrap().to_owned();
    lead.post_empty(&format!("/staff/notices/{id}/publication"))
        .await
        .ok();
    id
}

async fn titles(caller: &Caller) -> Vec<String> {
    let page = caller.get("/notices").await.ok();
    page["items"]
        .as_array()
        .unwrap()
        .iter()
        .map(|n| n["title"].as_str().unwrap().to_owned())
        .collect()
}

fn names(page: &Value) -> Vec<&str> {
    page["items"]
        .as_array()
        .unwrap()
        .iter()
        .map(|row| row["person"]["user_id"].as_str().unwrap())
        .collect()
}

#[tokio::test]
async fn from_draft_to_the_last_acknowledgement() {
    let s = scene().await;
    let audience = json!({ "kind": "companies", "company_ids": [s.acme.company] });
    let made = s
        .lead
        .post("/staff/notices", &notice("New rules", audience))
        .await;
    assert_eq!(made.status, 201);
    assert_eq!(made.at("/state"), "draft");
    assert_eq!(made.at("/counts/addressed"), 3);
    assert_eq!(made.at("/company_names/0"), "acme Trading");
    assert_eq!(
        made.at("/html"),
        "<p>Please read <strong>this</strong>.</p>\n"
    );
    let id = made.json()["id"].as_str().unwrap().to_owned();
    let path = format!("/notices/{id}");
    let desk = format!("/staff/notices/{id}");
    let owner = s.app.sign_in("acme.owner").await;
    assert_eq!(owner.get(&path).await.status, 404);
    s.lead.post_empty(&format!("{desk}/publication")).await.ok();
    assert_eq!(
        s.lead
            .post_empty(&format!("{desk}/publication"))
            .await
            .code(),
        "already-decided"
    );

    // It waits for everybody addressed, and for nobody else.
    let needs = owner.get("/me/needs").await.ok();
    assert!(needs["items"].as_array().unwrap().iter().any(|need| {
        need["kind"] == "notices_to_acknowledge"
            && need["count"] == 1
            && need["account_id"].is_null()
    }));
    let stranger = s.app.sign_in("other.owner").await;
    assert_eq!(stranger.get(&path).await.status, 404);
    let acknowledge = format!("{path}/acknowledgement");
    assert_eq!(stranger.put(&acknowledge, &json!({})).await.status, 404);
    assert!(titles(&stranger).await.is_empty());

    let read = owner.put(&format!("{path}/reading"), &json!({})).await.ok();
    assert!(read["read_at"].is_string() && read["acknowledged_at"].is_null());
    for (done, who) in ["acme.owner", "acme.proxy", "acme.user"].iter().enumerate() {
        let missing = s
            .lead
            .get(&format!("{desk}/acknowledgements?state=missing"))
            .await
            .ok();
        assert_eq!(missing["items"].as_array().unwrap().len(), 3 - done);
        let caller = s.app.sign_in(who).await;
        let first = caller.put(&acknowledge, &json!({})).await.ok();
        s.app.clock.advance(Duration::minutes(1));
        let again = caller.put(&acknowledge, &json!({})).await.ok();
        assert_eq!(first["acknowledged_at"], again["acknowledged_at"]);
    }
    let all = s
        .lead
        .get(&format!("{desk}/acknowledgements?state=acknowledged"))
        .await
        .ok();
    assert_eq!(names(&all), ["acme.owner", "acme.proxy", "acme.user"]);
    assert_eq!(all["items"][0]["companies"], json!(["acme Trading"]));
    let shown = s.lead.get(&desk).await.ok();
    assert_eq!(
        shown["counts"],
        json!({ "addressed": 3, "read": 3, "acknowledged": 3, "missing": 0 })
    );
    let needs = owner.get("/me/needs").await.ok();
    assert!(!needs.to_string().contains("notices_to_acknowledge"));

    // Page by page the same people in the same order.
    let first = s
        .lead
        .get(&format!(
            "{desk}/acknowledgements?state=acknowledged&limit=2"
        ))
        .await
        .ok();
    let cursor = first["next_cursor"].as_str().unwrap();
    let rest = s
        .lead
        .get(&format!(
            "{desk}/acknowledgements?state=acknowledged&limit=2&cursor={cursor}"
        ))
        .await
        .ok();
    assert_eq!(names(&rest), ["acme.user"]);

    // Taken back, it is shown to nobody, and who has acknowledged it stays on record.
    let reason = json!({ "reason": "The date was wrong." });
    s.lead
        .post(&format!("{desk}/withdrawal"), &reason)
        .await
        .ok();
    assert_eq!(owner.get(&path).await.status, 404);
    let kept = s.lead.get(&desk).await.ok();
    assert_eq!(kept["state"], "withdrawn");
    assert_eq!(kept["counts"]["acknowledged"], 3);
}

#[tokio::test]
async fn audiences_reach_whom_they_name() {
    let s = scene().await;
    for (title, audience) in [
        ("To all", everybody()),
        (
            "To those who answer",
            json!({ "kind": "roles", "roles": ["owner", "proxy"] }),
        ),
        (
            "To importers",
            json!({ "kind": "activities", "activities": ["importer"] }),
        ),
        (
            "To the other one",
            json!({ "kind": "companies", "company_ids": [s.other.company] }),
        ),
    ] {
        publish(&s.lead, &notice(title, audience)).await;
        s.app.clock.advance(Duration::minutes(1));
    }
    let owner = s.app.sign_in("acme.owner").await;
    assert_eq!(
        titles(&owner).await,
        ["To importers", "To those who answer", "To all"]
    );
    let user = s.app.sign_in("acme.user").await;
    assert_eq!(titles(&user).await, ["To importers", "To all"]);
    let other = s.app.sign_in("other.user").await;
    assert_eq!(
        titles(&other).await,
        ["To the other one", "To importers", "To all"]
    );
    // Staff belong to no account; the desk is where they read notices.
    assert!(titles(&s.lead).await.is_empty());
    let page = owner.get("/notices?limit=2").await.ok();
    let cursor = page["next_cursor"].as_str().unwrap();
    let rest = owner
        .get(&format!("/notices?limit=2&cursor={cursor}"))
        .await
        .ok();
    assert_eq!(rest["items"][0]["title"], "To all");
    // Whoever leaves the account is not addressed any more.
    s.app
        .world()
        .execute(
            "DELETE FROM memberships WHERE user_id = ?",
            vec![s.acme.user.id.0.into()],
        )
        .await;
    assert!(titles(&user).await.is_empty());
}

#[tokio::test]
async fn the_schedule_is_kept_by_the_clock() {
    let s = scene().await;
    let now = s.app.services.now();
    let mut planned = notice("Sunday", everybody());
    planned["starts_at"] = json!(now + Duration::minutes(2));
    planned["expires_at"] = json!(now + Duration::minutes(6));
    let id = publish(&s.lead, &planned).await;
    let state = async |expected: &str, shown: usize| {
        let lead = s.app.sign_in("the.leader").await;
        let found = lead.get(&format!("/staff/notices/{id}")).await.ok();
        assert_eq!(found["state"], expected);
        let listed = lead
            .get(&format!("/staff/notices?state={expected}"))
            .await
            .ok();
        assert_eq!(listed["items"][0]["id"], json!(id));
        let user = s.app.sign_in("acme.user").await;
        assert_eq!(titles(&user).await.len(), shown);
    };
    state("scheduled", 0).await;
    s.app.clock.advance(Duration::minutes(2));
    state("current", 1).await;
    s.app.clock.advance(Duration::minutes(4));
    state("expired", 0).await;
}

#[tokio::test]
async fn what_nobody_would_see_or_should_run_is_refused_and_nothing_is_kept() {
    let s = scene().await;
    let now = s.app.services.now();
    let refused = async |field: &str, value: Value, pointer: &str| {
        let mut new = notice("Refused", everybody());
        new[field] = value;
        let answer = s.lead.post("/staff/notices", &new).await;
        assert_eq!(answer.outcome(), (422, "invalid".to_owned()), "{field}");
        assert_eq!(answer.at("/errors/0/pointer"), pointer);
        assert!(answer.at("/errors/0/detail").as_str().unwrap().len() > 20);
    };
    for body in [
        "Hello <script>alert(1)</script>",
        "<img src=x onerror=alert(1)>",
        "[click](javascript:alert(1))",
        "[click](//evil.example)",
        "![pixel](https://evil.example/p.png)",
    ] {
        refused("body", json!(body), "/body").await;
    }
    refused("body", json!("x".repeat(20_001)), "/body").await;
    refused(
        "expires_at",
        json!(now - Duration::minutes(1)),
        "/expires_at",
    )
    .await;
    let mut backwards = notice("Refused", everybody());
    backwards["starts_at"] = json!(now + Duration::days(2));
    backwards["expires_at"] = json!(now + Duration::days(1));
    let answer = s.lead.post("/staff/notices", &backwards).await;
    assert_eq!(answer.at("/errors/0/pointer"), "/expires_at");
    refused(
        "audience",
        json!({ "kind": "roles", "roles": [] }),
        "/audience",
    )
    .await;
    refused(
        "audience",
        json!({ "kind": "all", "roles": ["owner"] }),
        "/audience",
    )
    .await;
    refused(
        "audience",
        json!({ "kind": "companies", "company_ids": [s.acme.account] }),
        "/audience/company_ids",
    )
    .await;
    let kept = s.lead.get("/staff/notices").await.ok();
    assert_eq!(kept["items"], json!([]));

    // An audience to which no one belongs is told at the preview, and refused at the publication; the draft stays.
    let nobody = json!({ "kind": "activities", "activities": ["lighterman"] });
    let sketch = json!({ "body": "Hello.", "audience": nobody.clone() });
    let preview = s.lead.post("/staff/notice-previews", &sketch).await.ok();
    assert_eq!(
        preview,
        json!({ "html": "<p>Hello.</p>\n", "addressed": 0 })
    );
    let made = s
        .lead
        .post("/staff/notices", &notice("For nobody", nobody))
        .await
        .ok();
    let desk = format!("/staff/notices/{}", made["id"].as_str().unwrap());
    assert_eq!(
        s.lead
            .post_empty(&format!("{desk}/publication"))
            .await
            .outcome(),
        (409, "nobody-addressed".to_owned())
    );
    assert_eq!(s.lead.get(&desk).await.ok()["state"], "draft");

    // An end that has passed while the draft lay is refused at the publication.
    let mut soon = notice("Soon over", everybody());
    soon["expires_at"] = json!(now + Duration::minutes(3));
    let made = s.lead.post("/staff/notices", &soon).await.ok();
    s.app.clock.advance(Duration::minutes(3));
    let late = format!(
        "/staff/notices/{}/publication",
        made["id"].as_str().unwrap()
    );
    let answer = s.lead.post_empty(&late).await;
    assert_eq!(answer.at("/errors/0/pointer"), "/expires_at");
}

#[tokio::test]
async fn drafts_change_and_what_is_published_does_not() {
    let s = scene().await;
    let made = s
        .lead
        .post("/staff/notices", &notice("Frist", everybody()))
        .await;
    let desk = format!("/staff/notices/{}", made.json()["id"].as_str().unwrap());
    let right = notice("First", everybody());
    let edit = s.lead.with_header("if-match", made.header("etag"));
    let changed = edit.put(&desk, &right).await;
    assert_eq!(changed.at("/title"), "First");
    assert_eq!(edit.put(&desk, &right).await.code(), "stale");
    let done = s.lead.post_empty(&format!("{desk}/publication")).await;
    let edit = s.lead.with_header("if-match", done.header("etag"));
    assert_eq!(
        edit.put(&desk, &right).await.outcome(),
        (409, "notice-published".to_owned())
    );
}

#[tokio::test]
async fn notices_come_by_mail_by_choice_until_the_link_ends_them() {
    let s = scene().await;
    let user = s.app.sign_in("acme.user").await;
    let mails = async || {
        send_due(&s.app.services).await.unwrap();
        send_due(&s.app.services).await.unwrap();
        s.app
            .mails_to(&s.acme.user.email)
            .await
            .into_iter()
            .filter(|m| m.template == "notice_digest")
            .collect::<Vec<_>>()
    };
    publish(&s.lead, &notice("Before the choice", everybody())).await;
    assert_eq!(user.get("/me/notice-digest").await.ok()["digest"], "off");
    assert!(mails().await.is_empty());
    s.app.clock.advance(Duration::minutes(1));
    user.put("/me/notice-digest", &json!({ "digest": "daily" }))
        .await
        .ok();
    s.app.clock.advance(Duration::minutes(1));
    publish(&s.lead, &notice("New one", everybody())).await;
    publish(
        &s.lead,
        &notice(
            "Not for this reader",
            json!({ "kind": "roles", "roles": ["owner"] }),
        ),
    )
    .await;
    assert!(mails().await.is_empty(), "a day has not passed");
    s.app.clock.advance(Duration::days(1));
    let sent = mails().await;
    assert_eq!(sent.len(), 1);
    assert_eq!(sent[0].subject, "Notice: New one");
    assert!(!sent[0].body.contains("Before the choice"));
    s.app.clock.advance(Duration::days(1));
    assert_eq!(mails().await.len(), 1, "nothing new, no mail");

    // The link works without signing in, again and again, and a changed one does not.
    let token = sent[0].token();
    let anon = s.app.anon();
    for _ in 0..2 {
        let ended = anon
            .post("/notice-unsubscriptions", &json!({ "token": token }))
            .await;
        assert_eq!(ended.ok()["digest"], "off");
    }
    let mut forged = s.acme.owner.id.0.simple().to_string();
    forged.push_str(&token[32..]);
    assert_eq!(
        anon.post("/notice-unsubscriptions", &json!({ "token": forged }))
            .await
            .outcome(),
        (409, "link-not-valid".to_owned())
    );
    let lead = s.app.sign_in("the.leader").await;
    publish(&lead, &notice("After the end", everybody())).await;
    s.app.clock.advance(Duration::days(8));
    assert_eq!(mails().await.len(), 1);
}

#[tokio::test]
async fn only_leads_and_administrators_write_notices() {
    let s = scene().await;
    for (name, role) in [
        ("the.agent", StaffRole::SupportAgent),
        ("the.registrar", StaffRole::Registrar),
        ("the.auditor", StaffRole::Auditor),
    ] {
        s.app.world().person(name, Some(role)).await;
        let staff = s.app.sign_in(name).await;
        assert_eq!(staff.get("/staff/notices").await.status, 200);
        let refused = staff
            .post("/staff/notices", &notice("Mine", everybody()))
            .await;
        assert_eq!(refused.outcome(), (403, "forbidden".to_owned()));
    }
    let owner = s.app.sign_in("acme.owner").await;
    assert_eq!(owner.get("/staff/notices").await.status, 403);
}
