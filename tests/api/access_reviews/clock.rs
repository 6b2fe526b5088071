//! The date of a review: access ends at the second, whether or not a job has run; mails, late answers, the schedule.

use quaymaster_service::access_reviews::run_due;
use quaymaster_tests::PASSWORD;

use super::*;

/// From 15:00 on 2 March to the end of 16 March.
fn to_the_date() -> Duration {
    Duration::days(14) + Duration::hours(9)
}

#[tokio::test]
async fn unanswered_people_lose_access_at_the_second_without_any_job() {
    let app = TestApp::start_with(patient()).await;
    let acme = app.world().company("acme").await;
    let other = app.world().company("other").await;
    app.world()
        .member(other.account, &acme.user, MemberRole::User)
        .await;
    let owner = app.sign_in("acme.owner").await;
    let user = app.sign_in("acme.user").await;
    let proxy = app.sign_in("acme.proxy").await;
    let review = started(&owner, &acme, "suspend").await;
    answer(&owner, &review, &acme.proxy, "keep", Value::Null)
        .await
        .ok();
    let account = format!("/accounts/{}", acme.account);
    app.clock.advance(to_the_date() - Duration::seconds(1));
    assert_eq!(user.get(&account).await.status, 200);
    app.clock.advance(Duration::seconds(1));
    // One row of the review decides; nothing else has happened.
    let stopped = user.get(&account).await;
    assert_eq!(stopped.outcome(), (403, "access-suspended".to_owned()));
    for path in ["sub-accounts", "users", "access-reviews", "contacts"] {
        let stopped = user.get(&format!("{account}/{path}")).await;
        assert_eq!(
            stopped.outcome(),
            (403, "access-suspended".to_owned()),
            "{path}"
        );
    }
    assert_eq!(proxy.get(&account).await.status, 200);
    // Another account of the same person is untouched, and so is the person.
    let elsewhere = format!("/accounts/{}", other.account);
    assert_eq!(user.get(&elsewhere).await.status, 200);
    let mine = user.get("/accounts").await.ok();
    assert_eq!(mine["items"].as_array().unwrap().len(), 1);
    assert_eq!(app.anon().sign_in("acme.user", PASSWORD).await.status, 201);
    let me = user.get("/me").await.ok();
    let rows = me["memberships"].as_array().unwrap();
    let of = |id: &str| rows.iter().find(|m| m["account_id"] == id).unwrap();
    assert_eq!(
        of(&acme.account.to_string())["access_suspended_at"],
        "2026-03-17T00:00:00Z"
    );
    assert_eq!(
        of(&other.account.to_string())["access_suspended_at"],
        Value::Null
    );
    // The owner sees it where the person is shown.
    let person = format!("{account}/users/{}", acme.user.id);
    let shown = owner.get(&person).await.ok();
    assert_eq!(shown["access_suspended_at"], "2026-03-17T00:00:00Z");
    assert_eq!(shown["state"]["kind"], "active");
    let why = owner.get(&format!("{person}/effective-access")).await.ok();
    let sentences = why["explanations"].to_string();
    assert!(sentences.contains("suspended since"), "{sentences}");
    let item = item_of(&owner, &review, &acme.user).await;
    assert_eq!(item["state"], "suspended");
    assert_eq!(item["can"]["keep"], true);
    let kept = item_of(&owner, &review, &acme.proxy).await;
    assert_eq!(kept["can"]["keep"], false, "the review is over for others");
    let needs = owner.get("/me/needs").await.ok();
    assert!(needs.to_string().contains("access_review_suspended"));

    // A late answer brings the access back at once.
    let back = answer(&proxy, &review, &acme.user, "keep", Value::Null)
        .await
        .ok();
    assert_eq!(back["state"], "kept");
    assert_eq!(back["decision"]["late"], true);
    assert_eq!(user.get(&account).await.status, 200);
    let mails = app.mails_to(&acme.user.email).await;
    assert_eq!(mails.last().unwrap().template, "access_restored_by_review");
    let over = answer(&owner, &review, &acme.user, "remove", Value::Null).await;
    assert_eq!(over.outcome(), (409, "review-over".to_owned()));
}

#[tokio::test]
async fn whoever_is_only_reported_keeps_the_access() {
    let app = TestApp::start_with(patient()).await;
    let acme = app.world().company("acme").await;
    let owner = app.sign_in("acme.owner").await;
    let user = app.sign_in("acme.user").await;
    let review = started(&owner, &acme, "report").await;
    app.clock.advance(to_the_date());
    assert_eq!(
        user.get(&format!("/accounts/{}", acme.account))
            .await
            .status,
        200
    );
    let shown = owner.get(&review).await.ok();
    assert_eq!(shown["counts"]["unanswered"], 2);
    assert_eq!(shown["counts"]["open"], 0);
    let late = answer(&owner, &review, &acme.user, "keep", Value::Null).await;
    assert_eq!(late.outcome(), (409, "review-over".to_owned()));
}

#[tokio::test]
async fn leaving_and_coming_back_or_becoming_the_owner_ends_the_wait() {
    let app = TestApp::start_with(patient()).await;
    let acme = app.world().company("acme").await;
    let owner = app.sign_in("acme.owner").await;
    let review = started(&owner, &acme, "suspend").await;
    let users = format!("/accounts/{}/users", acme.account);
    let person = format!("{users}/{}", acme.user.id);
    owner.delete_match(&person, "\"v1\"").await;
    assert_eq!(item_of(&owner, &review, &acme.user).await["state"], "left");
    let existing = json!({ "user_id": "acme.user", "email": acme.user.email, "role": "user", "access": [], "port_codes": [] });
    owner.post(&users, &existing).await.ok();
    // The proxy becomes the owner: no review may shut the owner out (R8).
    let succession = json!({ "successor_user_id": acme.proxy.id, "former_owner_role": "proxy", "reason": "Retires" });
    owner
        .post(
            &format!("/accounts/{}/owner-successions", acme.account),
            &succession,
        )
        .await
        .ok();
    app.clock.advance(to_the_date() + Duration::days(1));
    let account = format!("/accounts/{}", acme.account);
    for name in ["acme.user", "acme.proxy", "acme.owner"] {
        let caller = app.sign_in(name).await;
        assert_eq!(caller.get(&account).await.status, 200, "{name}");
    }
    let proxy = app.sign_in("acme.proxy").await;
    assert!(
        items(&proxy, &review)
            .await
            .iter()
            .all(|i| i["state"] == "left")
    );
}

#[tokio::test]
async fn mails_go_out_once_and_the_result_is_told() {
    let app = TestApp::start_with(patient()).await;
    let acme = app.world().company("acme").await;
    let owner = app.sign_in("acme.owner").await;
    let review = started(&owner, &acme, "suspend").await;
    let templates = async |person: &Person| -> Vec<String> {
        let mails = app.mails_to(&person.email).await;
        mails
            .into_iter()
            .map(|m| m.template)
            .filter(|t| t.starts_with("access_"))
            .collect()
    };
    run_due(&app.services).await.unwrap();
    assert_eq!(templates(&acme.owner).await, ["access_review_started"]);
    assert_eq!(templates(&acme.proxy).await, ["access_review_started"]);
    assert!(templates(&acme.user).await.is_empty());
    app.clock.advance(to_the_date() - Duration::days(7));
    for _ in 0..3 {
        run_due(&app.services).await.unwrap();
    }
    app.clock.advance(Duration::days(6));
    run_due(&app.services).await.unwrap();
    let reminders = [
        "access_review_started",
        "access_review_reminder",
        "access_review_reminder",
    ];
    assert_eq!(templates(&acme.owner).await, reminders);
    answer(&owner, &review, &acme.proxy, "keep", Value::Null)
        .await
        .ok();
    app.clock.advance(Duration::days(5));
    for _ in 0..3 {
        run_due(&app.services).await.unwrap();
    }
    assert_eq!(
        templates(&acme.owner).await.last().unwrap(),
        "access_review_result"
    );
    assert_eq!(templates(&acme.owner).await.len(), 4);
    assert_eq!(templates(&acme.user).await, ["access_suspended_by_review"]);
    let result = app.mails_to(&acme.owner.email).await.pop().unwrap();
    assert!(
        result.body.contains("1 kept, 0 changed, 0 removed"),
        "{}",
        result.body
    );
    assert!(
        result.body.contains("Nobody answered for 1 person"),
        "{}",
        result.body
    );
    let trail = owner
        .get(&format!(
            "/accounts/{}/audit-events?limit=200",
            acme.account
        ))
        .await
        .ok();
    let finished: Vec<_> = trail["items"]
        .as_array()
        .unwrap()
        .iter()
        .filter(|row| row["action"] == "access_review.finish")
        .collect();
    assert_eq!(finished.len(), 1);
}

#[tokio::test]
async fn a_schedule_starts_a_review_each_quarter() {
    let app = TestApp::start_with(patient()).await;
    let acme = app.world().company("acme").await;
    let owner = app.sign_in("acme.owner").await;
    let proxy = app.sign_in("acme.proxy").await;
    let path = format!("/accounts/{}/access-review-schedule", acme.account);
    assert_eq!(owner.get(&path).await.status, 404);
    let wanted = json!({ "due_days": 14, "covers_members": true, "covers_outside": false, "when_unanswered": "report" });
    let refused = proxy.put(&path, &wanted).await;
    assert_eq!(refused.outcome(), (403, "owner-only".to_owned()));
    for (field, value) in [
        ("due_days", json!(6)),
        ("due_days", json!(91)),
        ("covers_members", json!(false)),
    ] {
        let mut bad = wanted.clone();
        bad[field] = value;
        let answer = owner.put(&path, &bad).await;
        assert_eq!(
            answer.at("/errors/0/pointer"),
            format!("/{field}"),
            "{}",
            answer.body
        );
    }
    let set = owner.put(&path, &wanted).await.ok();
    assert_eq!(set["next_on"], "2026-04-01");
    assert_eq!(proxy.get(&path).await.ok(), set);
    run_due(&app.services).await.unwrap();
    assert_eq!(owner.get(&reviews(&acme)).await.ok()["items"], json!([]));
    // The server stood still for nine days: the people still get their fourteen.
    app.clock.advance(Duration::days(39));
    run_due(&app.services).await.unwrap();
    run_due(&app.services).await.unwrap();
    let found = owner.get(&reviews(&acme)).await.ok();
    assert_eq!(found["items"].as_array().unwrap().len(), 1);
    let review = &found["items"][0];
    assert_eq!(review["scheduled"], true);
    assert_eq!(review["name"], "Access review, Q2 2026");
    assert_eq!(review["due_on"], "2026-04-24");
    assert_eq!(review["counts"]["total"], 2);
    assert_eq!(owner.get(&path).await.ok()["next_on"], "2026-07-01");
    assert_eq!(owner.delete(&path).await.status, 204);
    assert_eq!(owner.delete(&path).await.status, 404);
    app.clock.advance(Duration::days(200));
    run_due(&app.services).await.unwrap();
    let found = owner.get(&reviews(&acme)).await.ok();
    assert_eq!(found["items"].as_array().unwrap().len(), 1);
}
