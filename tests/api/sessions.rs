//! Signing in, locks, device cookies, refresh tokens, ending sessions.

use chrono::Duration;
use quaymaster_service::Settings;
use quaymaster_tests::{Answer, Caller, PASSWORD, TestApp};
use serde_json::{Value, json};

const WRONG: &str = "not the password at all";

async fn try_sign_in(caller: &mut Caller, user: &str, password: &str) -> Answer {
    caller.sign_in(user, password).await
}

/// Fails as often as locks from a browser of its own.
async fn lock_out(app: &TestApp, user: &str) {
    for _ in 0..5 {
        let answer = app.anon().sign_in(user, WRONG).await;
        assert_eq!(answer.outcome(), (401, "sign-in-failed".to_owned()));
    }
}

fn refresh_cookie(caller: &Caller) -> String {
    caller.cookies["qm_refresh"].clone()
}

#[tokio::test]
async fn signing_in_answers_who_it_is_and_sets_both_cookies() {
    let app = TestApp::start().await;
    let company = app.world().company("acme").await;
    let mut caller = app.anon();
    let answer = caller.sign_in("Acme.Owner", PASSWORD).await;
    let body = answer.ok();
    assert_eq!(answer.status, 201);
    assert_eq!(body["token_type"], "Bearer");
    assert_eq!(body["expires_in"], 300);
    assert_eq!(body["next_step"], Value::Null);
    assert_eq!(body["user"]["user_id"], "acme.owner");
    assert_eq!(
        body["user"]["memberships"][0]["account_id"],
        company.account.to_string()
    );
    assert_eq!(body["user"]["memberships"][0]["role"], "owner");
    for cookie in answer.headers.get_all("set-cookie") {
        let cookie = cookie.to_str().unwrap();
        assert!(cookie.contains("HttpOnly"), "{cookie}");
        assert!(cookie.contains("SameSite=Strict"), "{cookie}");
    }
    assert!(caller.cookies.contains_key("qm_refresh"));
    assert!(caller.cookies.contains_key("qm_device"));
    assert_eq!(caller.get("/me").await.ok()["user_id"], "acme.owner");
}

#[tokio::test]
async fn five_failures_lock_and_attempts_while_locked_change_nothing() {
    let app = TestApp::start().await;
    let company = app.world().company("acme").await;
    lock_out(&app, "acme.user").await;
    let right = app.anon().sign_in("acme.user", PASSWORD).await;
    assert_eq!(right.outcome(), (401, "sign-in-failed".to_owned()));
    app.clock.advance(Duration::hours(1));
    app.anon().sign_in("acme.user", WRONG).await;

    let owner = app.sign_in("acme.owner").await;
    let users = format!("/accounts/{}/users", company.account);
    let locked = owner
        .get(&format!("{users}?state=failed_attempts"))
        .await
        .ok();
    assert_eq!(locked["items"][0]["user_id"], "acme.user");
    assert_eq!(
        locked["items"][0]["state"]["since"], "2026-03-02T15:00:00Z",
        "an attempt while locked does not extend the lock"
    );
    let mails = app.mails(&company.user.email).await;
    assert_eq!(mails.len(), 1, "one mail about the lock");
    assert!(mails[0].contains("Forgot your password?"), "{}", mails[0]);

    owner
        .post(
            &format!("{users}/{}/reactivation", company.user.id),
            &json!({ "temporary_password": false }),
        )
        .await
        .ok();
    app.sign_in("acme.user").await;
}

#[tokio::test]
async fn the_last_allowed_attempt_may_be_the_right_one_and_no_mail_goes_out() {
    let app = TestApp::start().await;
    let company = app.world().company("acme").await;
    for _ in 0..4 {
        app.anon().sign_in("acme.user", WRONG).await;
    }
    app.sign_in("acme.user").await;
    assert_eq!(app.mails(&company.user.email).await.len(), 0);
    for _ in 0..4 {
        app.anon().sign_in("acme.user", WRONG).await;
    }
    app.sign_in("acme.user").await;
}

#[tokio::test]
async fn a_known_browser_is_not_kept_out_by_strangers() {
    let app = TestApp::start().await;
    app.world().company("acme").await;
    let mut known = app.sign_in("acme.user").await;
    lock_out(&app, "acme.user").await;
    let elsewhere = app.anon().sign_in("acme.user", PASSWORD).await;
    assert_eq!(elsewhere.status, 401);
    known.sign_in("acme.user", PASSWORD).await.ok();
    // The cookie was rotated: the one before does not open anything.
    known.sign_in("acme.user", PASSWORD).await.ok();
    // Its own failures count on its own.
    for _ in 0..5 {
        assert_eq!(
            try_sign_in(&mut known, "acme.user", WRONG).await.status,
            401
        );
    }
    assert_eq!(
        try_sign_in(&mut known, "acme.user", PASSWORD).await.status,
        401
    );
}

#[tokio::test]
async fn one_browser_is_known_for_several_people() {
    let app = TestApp::start().await;
    app.world().company("acme").await;
    let mut shared = app.sign_in("acme.user").await;
    shared.sign_in("acme.proxy", PASSWORD).await.ok();
    lock_out(&app, "acme.user").await;
    lock_out(&app, "acme.proxy").await;
    shared.sign_in("acme.user", PASSWORD).await.ok();
    shared.sign_in("acme.proxy", PASSWORD).await.ok();
}

#[tokio::test]
async fn a_stolen_device_cookie_of_one_user_helps_against_no_other() {
    let app = TestApp::start().await;
    app.world().company("acme").await;
    let mut thief = app.sign_in("acme.user").await;
    lock_out(&app, "acme.owner").await;
    assert_eq!(
        try_sign_in(&mut thief, "acme.owner", PASSWORD).await.status,
        401
    );
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_hundred_parallel_tries_get_no_more_than_the_limit() {
    let app = TestApp::start().await;
    let company = app.world().company("acme").await;
    for user in ["acme.user", "nobody.at.all"] {
        let tries = (0..100).map(|_| {
            let mut caller = app.anon();
            async move { caller.sign_in(user, WRONG).await }
        });
        for answer in futures_util::future::join_all(tries).await {
            assert_eq!(answer.outcome(), (401, "sign-in-failed".to_owned()));
        }
    }
    let counted: Vec<(String, i64)> = app
        .rows("SELECT outcome AS a, COUNT(*) AS b FROM sign_ins WHERE user_id IS NOT NULL GROUP BY outcome ORDER BY outcome")
        .await;
    assert_eq!(
        counted,
        [("failed".to_owned(), 5), ("refused_locked".to_owned(), 95)]
    );
    let unknown: Vec<(String, i64)> = app
        .rows("SELECT outcome AS a, COUNT(*) AS b FROM sign_ins WHERE user_id IS NULL GROUP BY outcome ORDER BY outcome")
        .await;
    assert_eq!(
        unknown, counted,
        "an unknown User ID is counted the same way"
    );
    assert_eq!(app.mails(&company.user.email).await.len(), 1);
}

#[tokio::test]
async fn every_failure_looks_alike_and_takes_the_same_work() {
    let app = TestApp::start().await;
    let company = app.world().company("acme").await;
    let world = app.world();
    world.lock(&company.proxy).await;
    let suspended = world.person("suspended.person", None).await;
    world
        .execute(
            "UPDATE users SET suspended_at = created_at, suspended_by_kind = 'owner', suspended_reason = 'Left us' WHERE id = ?",
            vec![suspended.id.0.into()],
        )
        .await;
    let dormant = world.person("dormant.person", None).await;
    let long_ago = app.services.now() - Duration::days(46);
    world
        .execute(
            "UPDATE users SET dormancy_starts_at = ? WHERE id = ?",
            vec![long_ago.into(), dormant.id.0.into()],
        )
        .await;
    app.count_writes().await;
    let mut seen = Vec::new();
    for (user, password) in [
        ("acme.user", WRONG),
        ("nobody.of.that.name", PASSWORD),
        ("acme.proxy", PASSWORD),
        ("suspended.person", PASSWORD),
        ("dormant.person", PASSWORD),
        ("not a User ID / at all", PASSWORD),
    ] {
        let before = (app.services.hasher.computed(), app.writes().await);
        let answer = app.anon().sign_in(user, password).await;
        let after = (app.services.hasher.computed(), app.writes().await);
        let mut body = answer.json();
        body["instance"] = Value::Null;
        let mut headers: Vec<String> = answer
            .headers
            .iter()
            .filter(|(name, _)| !["x-request-id", "date"].contains(&name.as_str()))
            .map(|(name, value)| format!("{name}: {}", value.to_str().unwrap()))
            .collect();
        headers.sort();
        assert_eq!(after.0 - before.0, 1, "one hash for {user}");
        seen.push((user, (answer.status, body, headers, after.1 - before.1)));
    }
    for (user, look) in &seen {
        assert_eq!(look, &seen[0].1, "{user} looks like {}", seen[0].0);
    }
}

#[tokio::test]
async fn a_network_that_fails_too_often_is_throttled() {
    let settings = quaymaster_service::Settings {
        network_failures: 7,
        ..Default::default()
    };
    let app = TestApp::start_with(settings).await;
    app.world().company("acme").await;
    for n in 0..7 {
        let answer = app.anon().sign_in(&format!("nobody.{n}"), WRONG).await;
        assert_eq!(answer.status, 401);
    }
    let answer = app.anon().sign_in("acme.user", PASSWORD).await;
    assert_eq!(answer.outcome(), (429, "throttled".to_owned()));
    assert_eq!(answer.header("retry-after"), "600");
    app.clock.advance(Duration::minutes(10));
    app.sign_in("acme.user").await;
    // Successes are given back.
    for _ in 0..20 {
        app.sign_in("acme.user").await;
    }
}

#[tokio::test]
async fn refreshing_rotates_and_a_reused_token_ends_the_session() {
    let app = TestApp::start().await;
    app.world().company("acme").await;
    let mut caller = app.sign_in("acme.user").await;
    let first = caller.clone();
    app.clock.advance(Duration::minutes(4));
    let answer = caller.post_empty("/sessions/refresh").await;
    assert_eq!(answer.ok()["user"]["user_id"], "acme.user");
    caller.keep(&answer);
    assert_ne!(refresh_cookie(&first), refresh_cookie(&caller));

    // A reply that got lost: within five seconds the same successor is answered again.
    app.clock.advance(Duration::seconds(4));
    let mut late = first.clone();
    late.keep(&first.post_empty("/sessions/refresh").await);
    assert_eq!(refresh_cookie(&late), refresh_cookie(&caller));

    app.clock.advance(Duration::seconds(2));
    let reused = first.post_empty("/sessions/refresh").await;
    assert_eq!(reused.outcome(), (401, "session-ended".to_owned()));
    // The family is revoked: neither the newest refresh token nor an access token works.
    let newest = caller.post_empty("/sessions/refresh").await;
    assert_eq!(newest.outcome(), (401, "session-ended".to_owned()));
    assert_eq!(
        caller.get("/me").await.outcome(),
        (401, "not-signed-in".to_owned())
    );
}

#[tokio::test]
async fn signing_in_anew_in_the_same_browser_ends_the_session_before() {
    let app = TestApp::start().await;
    app.world().company("acme").await;
    let mut browser = app.sign_in("acme.user").await;
    let elsewhere = app.sign_in("acme.user").await;
    let before = browser.clone();

    // A failure costs nobody the session.
    let wrong = browser.sign_in("acme.owner", WRONG).await;
    assert_eq!(wrong.outcome(), (401, "sign-in-failed".to_owned()));
    before.get("/me").await.ok();

    // Another person at the same browser.
    browser.sign_in("acme.owner", PASSWORD).await.ok();
    assert_eq!(browser.get("/me").await.ok()["user_id"], "acme.owner");
    assert_eq!(
        before.get("/me").await.outcome(),
        (401, "not-signed-in".to_owned())
    );
    assert_eq!(
        before.post_empty("/sessions/refresh").await.outcome(),
        (401, "session-ended".to_owned())
    );
    elsewhere.get("/me").await.ok();
}

#[tokio::test]
async fn a_session_ends_when_idle_and_after_twelve_hours_whatever_happens() {
    let app = TestApp::start().await;
    app.world().company("acme").await;
    let idle = app.sign_in("acme.user").await;
    app.clock.advance(Duration::minutes(15));
    idle.post_empty("/sessions/refresh").await.ok();
    let idle = app.sign_in("acme.user").await;
    app.clock
        .advance(Duration::minutes(15) + Duration::seconds(1));
    assert_eq!(
        idle.post_empty("/sessions/refresh").await.outcome(),
        (401, "session-ended".to_owned())
    );

    let mut busy = app.sign_in("acme.user").await;
    let mut minutes = 0;
    while minutes < 12 * 60 - 10 {
        app.clock.advance(Duration::minutes(10));
        minutes += 10;
        let answer = busy.post_empty("/sessions/refresh").await;
        answer.ok();
        busy.keep(&answer);
    }
    app.clock.advance(Duration::minutes(10));
    assert_eq!(
        busy.post_empty("/sessions/refresh").await.outcome(),
        (401, "session-ended".to_owned())
    );
}

#[tokio::test]
async fn another_site_cannot_refresh() {
    let app = TestApp::start().await;
    app.world().company("acme").await;
    let caller = app.sign_in("acme.user").await;
    for (name, value) in [
        ("sec-fetch-site", "cross-site"),
        ("origin", "https://evil.example"),
    ] {
        let answer = caller
            .with_header(name, value)
            .post_empty("/sessions/refresh")
            .await;
        assert_eq!(answer.outcome(), (403, "cross-site".to_owned()));
    }
    let nothing = app.anon().post_empty("/sessions/refresh").await;
    assert_eq!(nothing.outcome(), (401, "session-ended".to_owned()));
}

#[tokio::test]
async fn people_see_and_end_their_own_sessions_only() {
    let app = TestApp::start().await;
    app.world().company("acme").await;
    let one = app.sign_in("acme.user").await;
    let two = app.sign_in("acme.user").await;
    let other = app.sign_in("acme.proxy").await;
    let listed = one.get("/sessions").await.ok();
    let items = listed["items"].as_array().unwrap();
    assert_eq!(items.len(), 2);
    let of_two = items.iter().find(|s| s["current"] == false).unwrap();
    let path = format!("/sessions/{}", of_two["id"].as_str().unwrap());
    assert_eq!(
        other.delete(&path).await.outcome(),
        (404, "not-found".to_owned())
    );
    assert_eq!(one.delete(&path).await.status, 204);
    assert_eq!(two.get("/me").await.status, 401);
    assert_eq!(one.delete(&path).await.status, 404);
    assert_eq!(one.delete("/sessions/current").await.status, 204);
    assert_eq!(one.get("/me").await.status, 401);
}

#[tokio::test]
async fn a_suspended_person_is_refused_at_the_next_request() {
    let app = TestApp::start().await;
    let company = app.world().company("acme").await;
    let user = app.sign_in("acme.user").await;
    let owner = app.sign_in("acme.owner").await;
    owner
        .post(
            &format!(
                "/accounts/{}/users/{}/suspension",
                company.account, company.user.id
            ),
            &json!({ "reason": "Left the company" }),
        )
        .await
        .ok();
    assert_eq!(user.get("/me").await.status, 401);
    assert_eq!(
        user.post_empty("/sessions/refresh").await.outcome(),
        (401, "session-ended".to_owned())
    );
    assert_eq!(app.anon().sign_in("acme.user", PASSWORD).await.status, 401);
}

#[tokio::test]
async fn a_proof_of_identity_is_counted_like_a_sign_in() {
    let app = TestApp::start().await;
    let company = app.world().company("acme").await;
    let mut user = app.sign_in("acme.user").await;
    let before = user.clone();
    app.clock.advance(Duration::seconds(1));
    let proved = user
        .post("/sessions/current/proofs", &json!({ "password": PASSWORD }))
        .await;
    assert_eq!(proved.status, 200, "{}", proved.body);
    user.keep(&proved);
    // Whoever had taken the tokens from before has nothing of the proof.
    assert_ne!(user.token, before.token);
    assert_eq!(before.get("/me").await.status, 401);
    assert_eq!(
        before.post_empty("/sessions/refresh").await.outcome(),
        (401, "session-ended".to_owned())
    );
    assert_eq!(user.get("/me").await.status, 200);
    let open = user.get("/sessions").await.ok();
    assert_eq!(open["items"].as_array().unwrap().len(), 1);
    let renewed = user.post_empty("/sessions/refresh").await;
    renewed.ok();
    user.keep(&renewed);
    for _ in 0..5 {
        let answer = user
            .post("/sessions/current/proofs", &json!({ "password": WRONG }))
            .await;
        assert_eq!(answer.status, 422);
        assert_eq!(answer.at("/errors/0/pointer"), "/password");
        assert_eq!(answer.at("/errors/0/code"), "wrong-password");
    }
    let locked = user
        .post("/sessions/current/proofs", &json!({ "password": PASSWORD }))
        .await;
    assert_eq!(locked.status, 422, "locked by the failures before");
    assert_eq!(app.mails(&company.user.email).await.len(), 1);
}

#[tokio::test]
async fn a_mailed_temporary_password_works_until_the_end_of_the_day_and_must_be_replaced() {
    let app = TestApp::start().await;
    let company = app.world().company("acme").await;
    lock_out(&app, "acme.user").await;
    let owner = app.sign_in("acme.owner").await;
    owner
        .post(
            &format!(
                "/accounts/{}/users/{}/reactivation",
                company.account, company.user.id
            ),
            &json!({ "temporary_password": true }),
        )
        .await
        .ok();
    let mails = app.mails(&company.user.email).await;
    let temporary = mails
        .iter()
        .flat_map(|mail| mail.split_whitespace())
        .find(|word| word.len() == 23 && word.matches('-').count() == 3)
        .unwrap()
        .to_owned();
    let mut user = app.anon();
    let answer = user.sign_in("acme.user", &temporary).await;
    assert_eq!(answer.ok()["next_step"], "change_password");
    let blocked = user.get("/sessions").await;
    assert_eq!(blocked.outcome(), (423, "next-step-required".to_owned()));
    let changed = user
        .put(
            "/me/password",
            &json!({ "current_password": temporary, "new_password": "seven quiet lanterns 88" }),
        )
        .await;
    assert_eq!(changed.status, 204, "{}", changed.body);
    user.get("/sessions").await.ok();
    assert_eq!(
        app.anon().sign_in("acme.user", &temporary).await.status,
        401
    );
    app.anon()
        .sign_in("acme.user", "seven quiet lanterns 88")
        .await
        .ok();
}

#[tokio::test]
async fn a_password_is_hashed_anew_at_the_sign_in_after_the_cost_has_grown() {
    use quaymaster_service::hashing::Cost;

    let app = TestApp::start().await;
    app.world().person("ana.lee", None).await;
    let frozen = app.freeze().await;
    let hash = async |app: &TestApp| -> String {
        let rows = app
            .rows("SELECT password_hash AS a, CAST(0 AS BIGINT) AS b FROM users")
            .await;
        rows[0].0.clone()
    };
    let grown = async |memory_kib, passes| {
        let cost = Cost { memory_kib, passes };
        let database = frozen.copy().await;
        TestApp::start_costing(database, Settings::default(), 70, cost).await
    };
    for (memory_kib, passes) in [(16, 1), (8, 2), (16, 3)] {
        let app = grown(memory_kib, passes).await;
        let before = hash(&app).await;
        assert!(before.contains("m=8,t=1,p=1"), "{before}");
        let wrong = app
            .anon()
            .sign_in("ana.lee", "not the password at all")
            .await;
        assert_eq!(wrong.status, 401);
        assert_eq!(hash(&app).await, before, "a failure proves no password");
        app.sign_in("ana.lee").await;
        let after = hash(&app).await;
        let told = format!("m={memory_kib},t={passes},p=1");
        assert!(after.contains(&told), "{after}");
        app.sign_in("ana.lee").await;
        assert_eq!(hash(&app).await, after, "once is enough");
    }
    let same = grown(8, 1).await;
    let before = hash(&same).await;
    same.sign_in("ana.lee").await;
    assert_eq!(hash(&same).await, before, "nothing has grown");
}

#[tokio::test]
async fn over_tls_the_cookies_belong_to_this_host_alone() {
    let cookies = async |base_url: &str| -> Vec<String> {
        let settings = Settings {
            base_url: base_url.to_owned(),
            ..Settings::default()
        };
        let app = TestApp::start_with(settings).await;
        app.world().company("acme").await;
        let mut caller = app.anon();
        let answer = caller.sign_in("acme.owner", PASSWORD).await;
        assert_eq!(answer.status, 201, "{}", answer.body);
        let refreshed = caller.post_empty("/sessions/refresh").await;
        assert_eq!(refreshed.status, 200, "the cookie is read under its name");
        caller.keep(&refreshed);
        let ended = caller.delete("/sessions/current").await;
        let told = format!("{}{}", answer.body, refreshed.body);
        for (name, value) in &caller.cookies {
            let shown = !value.is_empty() && told.contains(value.as_str());
            assert!(!shown, "{name} is told to scripts");
        }
        let set = [answer, refreshed, ended];
        set.iter()
            .flat_map(|a| a.headers.get_all("set-cookie"))
            .map(|cookie| cookie.to_str().unwrap().to_owned())
            .collect()
    };
    let has = |cookie: &str, attribute: &str| cookie.split("; ").any(|part| part == attribute);
    for (base_url, secure) in [
        ("https://portal.harbor.example", true),
        ("http://localhost:8080", false),
    ] {
        let set = cookies(base_url).await;
        for name in ["qm_refresh", "qm_device"] {
            let told = if secure {
                format!("__Host-{name}=")
            } else {
                format!("{name}=")
            };
            assert!(set.iter().any(|c| c.starts_with(&told)), "{set:?}");
        }
        assert!(set.len() >= 4, "{set:?}");
        for cookie in &set {
            assert_eq!(cookie.starts_with("__Host-"), secure, "{cookie}");
            assert_eq!(has(cookie, "Secure"), secure, "{cookie}");
            for attribute in ["HttpOnly", "SameSite=Strict", "Path=/"] {
                assert!(has(cookie, attribute), "{cookie}");
            }
            assert!(!cookie.contains("Domain="), "{cookie}");
        }
        let last = set.last().unwrap();
        assert!(last.contains("qm_refresh=;"), "{last}");
        assert!(has(last, "Max-Age=0"), "{last}");
    }
}

#[tokio::test]
async fn ending_another_own_session_asks_for_a_fresh_proof() {
    let app = TestApp::start().await;
    app.world().company("acme").await;
    let mut one = app.sign_in("acme.user").await;
    app.clock.advance(Duration::minutes(11));
    let renewed = one.post_empty("/sessions/refresh").await;
    renewed.ok();
    one.keep(&renewed);
    let two = app.sign_in("acme.user").await;
    let listed = one.get("/sessions").await.ok();
    let items = listed["items"].as_array().unwrap();
    let of_two = items.iter().find(|s| s["current"] == false).unwrap();
    let path = format!("/sessions/{}", of_two["id"].as_str().unwrap());
    assert_eq!(
        one.delete(&path).await.outcome(),
        (403, "proof-required".to_owned())
    );
    assert_eq!(two.get("/me").await.status, 200);
    let proof = json!({ "password": PASSWORD });
    let proved = one.post("/sessions/current/proofs", &proof).await;
    assert_eq!(proved.status, 200, "{}", proved.body);
    one.keep(&proved);
    assert_eq!(one.delete(&path).await.status, 204);
    assert_eq!(two.get("/me").await.status, 401);
    // Signing out asks for nothing.
    app.clock.advance(Duration::minutes(11));
    let renewed = one.post_empty("/sessions/refresh").await;
    renewed.ok();
    one.keep(&renewed);
    assert_eq!(one.delete("/sessions/current").await.status, 204);
}

#[tokio::test]
async fn a_password_is_taken_as_it_was_typed_and_whole() {
    let app = TestApp::start().await;
    app.world().person("ana.lee", None).await;
    let caller = app.sign_in("ana.lee").await;
    let new = format!(
        " Nine gulls \u{fc}ber the Quarry {} ",
        "\u{1f6a2}x".repeat(40)
    );
    let change = json!({ "current_password": PASSWORD, "new_password": new });
    let changed = caller.put("/me/password", &change).await;
    assert_eq!(changed.status, 204, "{}", changed.body);
    let last = new.chars().count() - 1;
    for other in [
        new.trim().to_owned(),
        new.trim_end().to_owned(),
        new.to_lowercase(),
        new.to_uppercase(),
        new.replace("  ", " "),
        new.chars().take(last).collect(),
        new.chars().take(72).collect(),
        format!("{new}x"),
    ] {
        if other == new {
            continue;
        }
        let answer = app.anon().sign_in("ana.lee", &other).await;
        assert_eq!(answer.status, 401, "{other:?}");
        // A browser of its own each time, and no lock on the way.
        app.anon().sign_in("ana.lee", &new).await.ok();
    }
}

#[tokio::test]
async fn a_password_does_not_grow_old() {
    let app = TestApp::start().await;
    app.world().company("acme").await;
    for _ in 0..40 {
        app.clock.advance(Duration::days(40));
        let answer = app.anon().sign_in("acme.user", PASSWORD).await;
        assert_eq!(answer.ok()["next_step"], Value::Null);
    }
}

#[tokio::test]
async fn what_renews_a_session_is_no_access_token_and_the_other_way_round() {
    let app = TestApp::start().await;
    app.world().company("acme").await;
    let caller = app.sign_in("acme.user").await;
    for cookie in ["qm_refresh", "qm_device"] {
        let mut other = caller.clone();
        other.token = Some(caller.cookies[cookie].clone());
        assert_eq!(
            other.get("/me").await.outcome(),
            (401, "not-signed-in".to_owned()),
            "{cookie}"
        );
    }
    let mut other = caller.clone();
    let token = caller.token.clone().unwrap();
    other.cookies.insert("qm_refresh".to_owned(), token);
    assert_eq!(
        other.post_empty("/sessions/refresh").await.outcome(),
        (401, "session-ended".to_owned())
    );
    // And a cookie alone opens nothing but the renewal.
    let mut silent = caller.clone();
    silent.token = None;
    assert_eq!(silent.get("/me").await.status, 401);
}
