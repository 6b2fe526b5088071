//! The signed-in person: first sign-in step by step, profile, password rules, questions, terms, warnings of dormancy.

use chrono::Duration;
use quaymaster_tests::{Answer, Caller, PASSWORD, TestApp};
use serde_json::{Value, json};

fn five(from: usize) -> Value {
    (from..from + 5)
        .map(|n| json!({ "question_id": format!("q{n:02}"), "answer": format!("Answer number {n}") }))
        .collect()
}

async fn change(caller: &Caller, current: &str, new: &str) -> Answer {
    caller
        .put(
            "/me/password",
            &json!({ "current_password": current, "new_password": new }),
        )
        .await
}

#[tokio::test]
async fn the_first_sign_in_asks_for_password_questions_and_terms_in_this_order() {
    let app = TestApp::start().await;
    app.world().terms(1).await;
    let ana = app.world().person("ana.lee", None).await;
    app.world()
        .execute(
            "UPDATE users SET must_change_password = TRUE, has_challenge_questions = FALSE, terms_version = NULL WHERE id = ?",
            vec![ana.id.0.into()],
        )
        .await;
    let mut caller = app.anon();
    let answer = caller.sign_in("ana.lee", PASSWORD).await;
    assert_eq!(answer.at("/next_step"), "change_password");
    assert_eq!(
        change(&caller, PASSWORD, "seven quiet lanterns 88")
            .await
            .status,
        204
    );
    assert_eq!(
        caller.get("/me").await.at("/next_step"),
        "choose_challenge_questions"
    );
    let listed = caller.get("/challenge-questions").await.ok();
    assert!(listed["items"].as_array().unwrap().len() >= 15);
    let chosen = caller
        .put(
            "/me/challenge-questions",
            &json!({ "current_password": null, "answers": five(1) }),
        )
        .await;
    assert_eq!(chosen.status, 204, "{}", chosen.body);
    assert_eq!(caller.get("/me").await.at("/next_step"), "accept_terms");
    assert_eq!(
        caller.get("/sessions").await.outcome(),
        (423, "terms-not-accepted".to_owned())
    );
    let terms = caller.get("/terms/current").await.ok();
    let stale = caller
        .post(
            "/me/terms-acceptances",
            &json!({ "version": 1, "sha256": "f".repeat(64) }),
        )
        .await;
    assert_eq!(stale.outcome(), (412, "stale".to_owned()));
    for _ in 0..2 {
        let accepted = caller
            .post(
                "/me/terms-acceptances",
                &json!({ "version": terms["version"], "sha256": terms["sha256"] }),
            )
            .await;
        assert_eq!(accepted.status, 201, "{}", accepted.body);
    }
    assert_eq!(caller.get("/me").await.at("/next_step"), Value::Null);
    let kept = caller.get("/me/terms-acceptances").await.ok();
    assert_eq!(kept["items"].as_array().unwrap().len(), 1);
    assert_eq!(kept["items"][0]["sha256"], terms["sha256"]);

    // A new version asks again.
    app.world().terms(2).await;
    assert_eq!(
        caller.get("/sessions").await.outcome(),
        (423, "terms-not-accepted".to_owned())
    );
}

#[tokio::test]
async fn the_profile_is_changed_at_the_version_that_was_read() {
    let app = TestApp::start().await;
    let company = app.world().company("acme").await;
    let caller = app.sign_in("acme.user").await;
    let me = caller.get("/me").await;
    let etag = me.header("etag").to_owned();
    assert_eq!(etag, "\"v1\"");
    let changed = caller
        .patch(
            "/me",
            &etag,
            &json!({ "given_name": " Ana ", "phone": "(202) 555-0147", "theme": "dark", "time_zone": "Asia/Tokyo" }),
        )
        .await;
    let body = changed.ok();
    assert_eq!(body["given_name"], "Ana");
    assert_eq!(body["family_name"], "user");
    assert_eq!(body["phone"], "+12025550147");
    assert_eq!(body["theme"], "dark");
    assert_eq!(body["time_zone"], "Asia/Tokyo");
    assert_eq!(changed.header("etag"), "\"v2\"");
    let stale = caller
        .patch("/me", &etag, &json!({ "theme": "light" }))
        .await;
    assert_eq!(stale.outcome(), (412, "stale".to_owned()));
    let taken = caller
        .patch("/me", "\"v2\"", &json!({ "phone": null }))
        .await;
    assert_eq!(taken.ok()["phone"], Value::Null);
    for (field, value) in [
        ("given_name", Value::Null),
        ("given_name", json!("")),
        ("theme", json!("pink")),
        ("language", json!("not a tag")),
        ("time_zone", json!("../etc/passwd ")),
        ("email", json!("new@example.com")),
        ("staff_role", json!("administrator")),
    ] {
        let refused = caller
            .patch("/me", "\"v3\"", &json!({ field: value }))
            .await;
        assert_eq!(refused.status, 422, "{field}: {}", refused.body);
    }
    let places = caller.get("/me/memberships").await.ok();
    assert_eq!(
        places["items"][0]["account_id"],
        company.account.to_string()
    );
}

#[tokio::test]
async fn new_passwords_are_judged() {
    let app = TestApp::start().await;
    app.world().company("harborlane").await;
    let caller = app.sign_in("harborlane.user").await;
    for (new, code) in [
        ("too short", "password-too-short"),
        ("password1234567", "password-breached"),
        ("my harborlane.user login", "password-contains-context"),
        ("nothing but Trading plums", "password-contains-context"),
        ("quaymaster is fine by me", "password-contains-context"),
        (PASSWORD, "password-reused"),
        (
            &PASSWORD.chars().rev().collect::<String>(),
            "password-reused",
        ),
    ] {
        let refused = change(&caller, PASSWORD, new).await;
        assert_eq!(refused.status, 422, "{new}: {}", refused.body);
        assert_eq!(refused.at("/errors/0/pointer"), "/new_password");
        assert_eq!(refused.at("/errors/0/code"), code, "{new}");
    }
    let wrong = change(&caller, "not my password", "seven quiet lanterns 88").await;
    assert_eq!(wrong.at("/errors/0/pointer"), "/current_password");
    assert_eq!(wrong.at("/errors/0/code"), "wrong-password");
}

#[tokio::test]
async fn one_of_the_last_24_passwords_is_not_taken_again_and_an_older_one_is() {
    let app = TestApp::start().await;
    app.world().person("ana.lee", None).await;
    let mut caller = app.sign_in("ana.lee").await;
    let password = |n: usize| format!("seven quiet lanterns number {n:02}");
    let mut current = PASSWORD.to_owned();
    for n in 0..25 {
        let new = password(n);
        let done = change(&caller, &current, &new).await;
        assert_eq!(done.status, 204, "{n}: {}", done.body);
        current = new;
        if n % 10 == 9 {
            caller = app.anon();
            caller.sign_in("ana.lee", &current).await.ok();
        }
    }
    let backwards: String = password(1).chars().rev().collect();
    for again in [password(1), backwards, password(24)] {
        let refused = change(&caller, &current, &again).await;
        assert_eq!(refused.at("/errors/0/code"), "password-reused", "{again}");
    }
    assert_eq!(change(&caller, &current, &password(0)).await.status, 204);
}

#[tokio::test]
async fn changing_the_password_ends_all_other_sessions_and_is_mailed() {
    let app = TestApp::start().await;
    let ana = app.world().person("ana.lee", None).await;
    let caller = app.sign_in("ana.lee").await;
    let other = app.sign_in("ana.lee").await;
    assert_eq!(
        change(&caller, PASSWORD, "seven quiet lanterns 88")
            .await
            .status,
        204
    );
    assert_eq!(caller.get("/me").await.status, 200);
    assert_eq!(other.get("/me").await.status, 401);
    assert_eq!(other.post_empty("/sessions/refresh").await.status, 401);
    let mails = app.mails(&ana.email).await;
    assert_eq!(mails.len(), 1);
    assert!(mails[0].starts_with("Your password was changed"));
}

#[tokio::test]
async fn other_questions_need_the_present_password() {
    let app = TestApp::start().await;
    let ana = app.world().person("ana.lee", None).await;
    let caller = app.sign_in("ana.lee").await;
    let put = |password: Value, answers: Value| {
        let caller = caller.clone();
        async move {
            caller
                .put(
                    "/me/challenge-questions",
                    &json!({ "current_password": password, "answers": answers }),
                )
                .await
        }
    };
    for (password, code) in [
        (Value::Null, "required"),
        (json!("not my password"), "wrong-password"),
    ] {
        let refused = put(password, five(3)).await;
        assert_eq!(refused.at("/errors/0/pointer"), "/current_password");
        assert_eq!(refused.at("/errors/0/code"), code);
    }
    let short = json!([
        { "question_id": "q01", "answer": "no" }, { "question_id": "q02", "answer": "Same thing" },
        { "question_id": "q03", "answer": "same THING" }, { "question_id": "q04", "answer": "fourth" },
        { "question_id": "q05", "answer": "ana.lee" },
    ]);
    let refused = put(json!(PASSWORD), short).await;
    let pointers: Vec<_> = refused.at("/errors").as_array().unwrap().clone();
    let pointers: Vec<_> = pointers.iter().map(|e| e["pointer"].clone()).collect();
    assert_eq!(
        pointers,
        [
            "/answers/0/answer",
            "/answers/2/answer",
            "/answers/4/answer"
        ]
    );
    assert_eq!(put(json!(PASSWORD), five(3)).await.status, 204);
    let mine = caller.get("/me/challenge-questions").await.ok();
    assert_eq!(mine["items"][0]["id"], "q03");
    assert_eq!(mine["items"].as_array().unwrap().len(), 5);
    assert_eq!(app.mails(&ana.email).await.len(), 1);
}

#[tokio::test]
async fn the_record_of_sign_ins_shows_successes_and_failures() {
    let app = TestApp::start().await;
    app.world().person("ana.lee", None).await;
    app.anon().sign_in("ana.lee", "wrong wrong wrong").await;
    let caller = app.sign_in("ana.lee").await;
    let first = caller.get("/me/sign-ins?limit=1").await.ok();
    assert_eq!(first["items"][0]["outcome"], "succeeded");
    let next = first["next_cursor"].as_str().unwrap();
    let second = caller
        .get(&format!("/me/sign-ins?limit=1&cursor={next}"))
        .await
        .ok();
    assert_eq!(second["items"][0]["outcome"], "failed");
    assert_eq!(second["next_cursor"], Value::Null);
}

#[tokio::test]
async fn dormancy_is_warned_of_15_7_and_1_days_before_once_each() {
    let app = TestApp::start().await;
    let ana = app.world().person("ana.lee", None).await;
    let suspended = app.world().person("suspended.person", None).await;
    app.world()
        .execute(
            "UPDATE users SET suspended_at = created_at, suspended_by_kind = 'owner', suspended_reason = 'Left us' WHERE id = ?",
            vec![suspended.id.0.into()],
        )
        .await;
    let mut sent = Vec::new();
    for day in 0..=46 {
        for _ in 0..2 {
            let count = quaymaster_service::dormancy::send_due_mails(&app.services)
                .await
                .unwrap();
            if count > 0 {
                sent.push(day);
            }
        }
        app.clock.advance(Duration::days(1));
    }
    assert_eq!(sent, [30, 38, 44]);
    let mails = app.mails(&ana.email).await;
    assert_eq!(mails.len(), 3);
    assert!(
        mails[0].starts_with("Sign in within 15 days"),
        "{}",
        mails[0]
    );
    assert!(
        mails[2].starts_with("Sign in within 1 day,"),
        "{}",
        mails[2]
    );
    assert_eq!(app.mails(&suspended.email).await.len(), 0);
    assert_eq!(app.anon().sign_in("ana.lee", PASSWORD).await.status, 401);
}
