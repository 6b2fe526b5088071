//! The self-service password reset, the six steps exactly, and that nobody learns from it who has a User ID.

use chrono::Duration;
use quaymaster_tests::{Answer, Caller, PASSWORD, Person, TestApp};
use serde_json::{Value, json};

const NEW: &str = "seven quiet lanterns 88";

/// The answer that the person of these tests gave to a question.
fn right(question: &str) -> String {
    format!("Answer to {question}, Exactly So")
}

fn five() -> Value {
    ["q02", "q05", "q09", "q13", "q20"]
        .map(|id| json!({ "question_id": id, "answer": right(id) }))
        .into_iter()
        .collect()
}

/// A person who has chosen questions.
async fn person(app: &TestApp, user: &str) -> Person {
    let person = app.world().person(user, None).await;
    app.world()
        .execute(
            "UPDATE users SET has_challenge_questions = FALSE WHERE id = ?",
            vec![person.id.0.into()],
        )
        .await;
    let caller = app.sign_in(user).await;
    let chosen = caller
        .put(
            "/me/challenge-questions",
            &json!({ "current_password": null, "answers": five() }),
        )
        .await;
    assert_eq!(chosen.status, 204, "{}", chosen.body);
    person
}

async fn start(caller: &Caller, user: &str) -> Value {
    let answer = caller
        .post("/password-resets", &json!({ "user_id": user }))
        .await;
    assert_eq!(answer.status, 202, "{}", answer.body);
    answer.json()
}

async fn give(caller: &Caller, walk: &Value, change: impl Fn(String) -> String) -> Answer {
    let answers: Value = walk["questions"]
        .as_array()
        .unwrap()
        .iter()
        .map(|q| {
            let id = q["id"].as_str().unwrap();
            json!({ "question_id": id, "answer": change(right(id)) })
        })
        .collect();
    caller
        .post(
            &format!("/password-resets/{}/answers", walk["id"].as_str().unwrap()),
            &json!({ "answers": answers }),
        )
        .await
}

async fn redeem(caller: &Caller, token: &str) -> Answer {
    caller
        .post("/password-resets/redemptions", &json!({ "token": token }))
        .await
}

/// Walks up to the temporary password.
async fn temporary(app: &TestApp, person: &Person) -> String {
    let anon = app.anon();
    let walk = start(&anon, &person.user_name).await;
    assert_eq!(give(&anon, &walk, |right| right).await.status, 202);
    let token = app.mailed_token(&person.email, "reset-password").await;
    let shown = redeem(&anon, &token).await.ok();
    shown["temporary_password"].as_str().unwrap().to_owned()
}

#[tokio::test]
async fn the_six_steps() {
    let app = TestApp::start().await;
    let ana = person(&app, "ana.lee").await;
    let elsewhere = app.sign_in("ana.lee").await;
    let anon = app.anon();

    let walk = start(&anon, "Ana.Lee").await;
    assert_eq!(walk["questions"].as_array().unwrap().len(), 3);
    let accepted = give(&anon, &walk, |right| right).await;
    assert_eq!(accepted.status, 202);
    assert_eq!(accepted.at("/link_minutes"), 30);
    let mails = app.mails(&ana.email).await;
    assert_eq!(mails.len(), 1);
    assert!(
        mails[0].contains(&format!(
            "{}/reset-password#token=",
            app.services.settings.base_url
        )),
        "{}",
        mails[0]
    );
    let token = app.mailed_token(&ana.email, "reset-password").await;
    app.clock.advance(Duration::minutes(29));
    let shown = redeem(&anon, &token).await.ok();
    let temporary = shown["temporary_password"].as_str().unwrap();
    assert_eq!(shown["expires_at"], "2026-03-02T15:44:00Z");
    assert_eq!(
        redeem(&anon, &token).await.outcome(),
        (409, "link-not-valid".to_owned()),
        "a link works once"
    );

    app.clock.advance(Duration::minutes(14));
    let mut ana_again = app.anon();
    let answer = ana_again.sign_in("ana.lee", temporary).await;
    assert_eq!(answer.ok()["next_step"], "change_password");
    assert_eq!(
        app.anon().sign_in("ana.lee", temporary).await.status,
        401,
        "a temporary password of a reset works once"
    );
    for path in ["/sessions", "/me/memberships", "/me/sign-ins"] {
        let blocked = ana_again.get(path).await;
        assert_eq!(blocked.outcome(), (423, "next-step-required".to_owned()));
    }
    let other = app.sign_in("ana.lee").await;
    let changed = ana_again
        .put(
            "/me/password",
            &json!({ "current_password": temporary, "new_password": NEW }),
        )
        .await;
    assert_eq!(changed.status, 204, "{}", changed.body);
    assert_eq!(ana_again.get("/me").await.at("/next_step"), Value::Null);
    for ended in [&elsewhere, &other] {
        assert_eq!(ended.get("/me").await.status, 401);
    }
    assert_eq!(app.anon().sign_in("ana.lee", PASSWORD).await.status, 401);
    app.anon().sign_in("ana.lee", NEW).await.ok();
}

#[tokio::test]
async fn link_and_temporary_password_run_out() {
    let app = TestApp::start().await;
    let ana = person(&app, "ana.lee").await;
    let anon = app.anon();
    let walk = start(&anon, "ana.lee").await;
    give(&anon, &walk, |right| right).await;
    let token = app.mailed_token(&ana.email, "reset-password").await;
    app.clock.advance(Duration::minutes(30));
    assert_eq!(redeem(&anon, &token).await.status, 409);

    let temporary = temporary(&app, &ana).await;
    app.clock.advance(Duration::minutes(15));
    assert_eq!(app.anon().sign_in("ana.lee", &temporary).await.status, 401);
    // The old password was in force all the time.
    app.sign_in("ana.lee").await;
}

#[tokio::test]
async fn answers_are_case_sensitive_and_wrong_ones_are_counted_over_all_walks() {
    let app = TestApp::start().await;
    let ana = person(&app, "ana.lee").await;
    for _ in 0..5 {
        let anon = app.anon();
        let walk = start(&anon, "ana.lee").await;
        let answer = give(&anon, &walk, |right| right.to_lowercase()).await;
        assert_eq!(answer.status, 202);
    }
    let anon = app.anon();
    let walk = start(&anon, "ana.lee").await;
    give(&anon, &walk, |right| right).await;
    assert_eq!(app.mails(&ana.email).await.len(), 0, "throttled by now");
    // Passwords have their own count.
    app.sign_in("ana.lee").await;
    app.clock.advance(Duration::hours(24));
    let walk = start(&anon, "ana.lee").await;
    give(&anon, &walk, |right| format!("  {right} ")).await;
    assert_eq!(
        app.mails(&ana.email).await.len(),
        1,
        "blanks around count not"
    );
}

#[tokio::test]
async fn a_known_browser_answers_on_its_own_count() {
    let app = TestApp::start().await;
    let ana = person(&app, "ana.lee").await;
    let known = app.sign_in("ana.lee").await;
    for _ in 0..6 {
        let stranger = app.anon();
        let walk = start(&stranger, "ana.lee").await;
        give(&stranger, &walk, |_| "no idea".to_owned()).await;
    }
    let walk = start(&known, "ana.lee").await;
    give(&known, &walk, |right| right).await;
    assert_eq!(app.mails(&ana.email).await.len(), 1);
}

#[tokio::test]
async fn a_completed_reset_lifts_failed_attempts_and_nothing_else() {
    let app = TestApp::start().await;
    let ana = person(&app, "ana.lee").await;
    for _ in 0..5 {
        app.anon().sign_in("ana.lee", "wrong wrong wrong").await;
    }
    assert_eq!(app.anon().sign_in("ana.lee", PASSWORD).await.status, 401);
    let shown = temporary(&app, &ana).await;
    let mut caller = app.anon();
    caller.sign_in("ana.lee", &shown).await.ok();
    assert_eq!(
        app.anon().sign_in("ana.lee", PASSWORD).await.status,
        401,
        "not completed, so not lifted"
    );
    caller
        .put(
            "/me/password",
            &json!({ "current_password": shown, "new_password": NEW }),
        )
        .await;
    app.anon().sign_in("ana.lee", NEW).await.ok();

    for (sql, words) in [
        (
            "UPDATE users SET suspended_at = created_at, suspended_by_kind = 'owner', suspended_reason = 'Left us' WHERE user_key = ?",
            "suspended",
        ),
        (
            "UPDATE users SET dormancy_starts_at = '2026-01-01T00:00:00+00:00', suspended_at = NULL WHERE user_key = ?",
            "not been used for a long time",
        ),
    ] {
        app.world().execute(sql, vec!["ana.lee".into()]).await;
        let anon = app.anon();
        let walk = start(&anon, "ana.lee").await;
        give(&anon, &walk, |right| right).await;
        let mails = app.mails(&ana.email).await;
        let last = mails.last().unwrap();
        assert!(last.contains(words), "{last}");
        assert!(!last.contains("/reset-password#token="), "{last}");
    }
}

#[tokio::test]
async fn an_unknown_user_id_walks_the_same_screens_at_the_same_cost() {
    let app = TestApp::start().await;
    person(&app, "ana.lee").await;
    app.world().person("no.questions", None).await;
    app.count_writes().await;
    let mut looks = Vec::new();
    for (user, right_ones) in [
        ("ana.lee", false),
        ("ana.lee", true),
        ("nobody.at.all", true),
        ("no.questions", true),
    ] {
        let anon = app.anon();
        let before = (app.services.hasher.computed(), app.writes().await);
        let first = start(&anon, user).await;
        let after_start = (app.services.hasher.computed(), app.writes().await);
        let second = start(&anon, user).await;
        assert_eq!(first["questions"], second["questions"], "stable: {user}");
        let between = (app.services.hasher.computed(), app.writes().await);
        let answer = give(&anon, &first, |right| {
            if right_ones {
                right
            } else {
                "wrong".to_owned()
            }
        })
        .await;
        let after = (app.services.hasher.computed(), app.writes().await);
        assert_eq!(after.0 - between.0, 3, "three hashes: {user}");
        looks.push((
            user,
            (
                after_start.0 - before.0,
                after_start.1 - before.1,
                answer.status,
                answer.body,
                after.1 - between.1,
                first["questions"].as_array().unwrap().len(),
            ),
        ));
    }
    for (user, look) in &looks {
        assert_eq!(look, &looks[0].1, "{user}");
    }
    // A walk that does not exist costs as much, and so does one that is over.
    let anon = app.anon();
    let before = app.services.hasher.computed();
    let nowhere = anon
        .post(
            "/password-resets/01890000-0000-7000-8000-000000000000/answers",
            &json!({ "answers": [{ "question_id": "q01", "answer": "anything" }] }),
        )
        .await;
    assert_eq!(nowhere.status, 202);
    assert_eq!(nowhere.body, looks[0].1.3);
    assert_eq!(app.services.hasher.computed() - before, 3);
}

#[tokio::test]
async fn the_link_is_made_from_the_configuration_and_not_from_headers() {
    let app = TestApp::start().await;
    let ana = person(&app, "ana.lee").await;
    let hostile = app
        .anon()
        .with_header("host", "evil.example")
        .with_header("x-forwarded-host", "evil.example")
        .with_header("forwarded", "host=evil.example");
    let walk = start(&hostile, "ana.lee").await;
    give(&hostile, &walk, |right| right).await;
    let mails = app.mails(&ana.email).await;
    assert_eq!(mails.len(), 1);
    assert!(!mails[0].contains("evil"), "{}", mails[0]);
}

#[tokio::test]
async fn a_newer_link_ends_the_one_before_when_it_is_followed() {
    let app = TestApp::start().await;
    let ana = person(&app, "ana.lee").await;
    let anon = app.anon();
    let walk = start(&anon, "ana.lee").await;
    give(&anon, &walk, |right| right).await;
    let first = app.mailed_token(&ana.email, "reset-password").await;
    let walk = start(&anon, "ana.lee").await;
    give(&anon, &walk, |right| right).await;
    let second = app.mailed_token(&ana.email, "reset-password").await;
    redeem(&anon, &second).await.ok();
    assert_eq!(redeem(&anon, &first).await.status, 409);
    assert_eq!(redeem(&anon, "no-such-token").await.status, 409);
}

#[tokio::test]
async fn a_hundred_parallel_answers_get_no_more_than_the_limit() {
    let app = TestApp::start().await;
    let ana = person(&app, "ana.lee").await;
    let anon = app.anon();
    let walk = start(&anon, "ana.lee").await;
    let wrong = (0..100).map(|_| give(&anon, &walk, |_| "no idea".to_owned()));
    for answer in futures_util::future::join_all(wrong).await {
        assert_eq!(answer.status, 202);
    }
    let counted = app
        .rows("SELECT 'answers' AS a, failed_count AS b FROM attempt_counters WHERE subject LIKE 'answers:%'")
        .await;
    assert_eq!(counted, [("answers".to_owned(), 5)]);
    let walk = start(&anon, "ana.lee").await;
    give(&anon, &walk, |right| right).await;
    assert_eq!(app.mails(&ana.email).await.len(), 0);
}
