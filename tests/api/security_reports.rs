//! "This was not me": the link in every security mail, and where refusals lead.

use chrono::Duration;
use quaymaster_domain::challenge_questions::questions;
use quaymaster_domain::members::StaffRole;
use quaymaster_tests::{Caller, PASSWORD, TestApp};
use serde_json::{Value, json};

fn chosen() -> Value {
    questions()
        .take(5)
        .map(|q| json!({ "question_id": q.id.as_str(), "answer": format!("Answer {}", q.id.as_str()) }))
        .collect()
}

/// The token of the link "this was not me" in the newest mail.
async fn not_me(app: &TestApp, email: &str, template: &str) -> String {
    let mail = app.mails_to(email).await.pop().unwrap();
    assert_eq!(mail.template, template);
    let (_, rest) = mail.body.split_once("/not-me#token=").unwrap();
    rest.split_whitespace().next().unwrap().to_owned()
}

#[tokio::test]
async fn the_link_ends_everything_and_starts_a_reset() {
    let app = TestApp::start().await;
    let acme = app.world().company("acme").await;
    let user = app.sign_in("acme.user").await;
    let set = user
        .put(
            "/me/challenge-questions",
            &json!({ "current_password": PASSWORD, "answers": chosen() }),
        )
        .await;
    assert!((200..300).contains(&set.status), "{}", set.body);
    let second = app.sign_in("acme.user").await;
    let token = not_me(&app, &acme.user.email, "challenge_questions_changed").await;

    let done = app
        .anon()
        .post("/security-reports", &json!({ "token": token }))
        .await
        .ok();
    assert_eq!(done["sessions_ended"], 2);
    assert_eq!(user.get("/me").await.status, 401);
    assert_eq!(second.get("/me").await.status, 401);
    let mut again = app.anon();
    assert_eq!(
        again.sign_in("acme.user", PASSWORD).await.code(),
        "sign-in-failed",
        "whoever knows the password does not get in again"
    );

    // The reset that has begun goes on as after "Forgot your password?".
    let reset = done["reset"]["id"].as_str().unwrap();
    let answers: Value = done["reset"]["questions"]
        .as_array()
        .unwrap()
        .iter()
        .map(|q| json!({ "question_id": q["id"], "answer": format!("Answer {}", q["id"].as_str().unwrap()) }))
        .collect();
    let answered = app
        .anon()
        .post(
            &format!("/password-resets/{reset}/answers"),
            &json!({ "answers": answers }),
        )
        .await;
    assert_eq!(answered.status, 202);
    let link = app.token_for(&acme.user.email).await;
    let shown = app
        .anon()
        .post("/password-resets/redemptions", &json!({ "token": link }))
        .await
        .ok();
    let mut back = app.anon();
    let temporary = shown["temporary_password"].as_str().unwrap();
    let entered = back.sign_in("acme.user", temporary).await;
    assert_eq!(entered.status, 201);
    assert_eq!(entered.at("/next_step"), "change_password");

    // Owner and proxy are told, and it stands in the trail of the account.
    for person in [&acme.owner, &acme.proxy] {
        let mail = app.mails_to(&person.email).await.pop().unwrap();
        assert_eq!(mail.template, "not_me_reported");
        assert!(mail.body.contains("acme.user"));
    }
    let owner = app.sign_in("acme.owner").await;
    let trail = owner
        .get(&format!(
            "/accounts/{}/audit-events?action=security.report_not_me",
            acme.account
        ))
        .await
        .ok();
    assert_eq!(trail["items"].as_array().unwrap().len(), 1);
}

#[tokio::test]
async fn the_link_works_once_and_for_seven_days() {
    let app = TestApp::start().await;
    let acme = app.world().company("acme").await;
    let owner = app.sign_in("acme.owner").await;
    let report = async |token: &str| {
        app.anon()
            .post("/security-reports", &json!({ "token": token }))
            .await
    };
    app.world().lock(&acme.user).await;
    let reactivate = format!(
        "/accounts/{}/users/{}/reactivation",
        acme.account, acme.user.id
    );
    owner
        .post(&reactivate, &json!({ "temporary_password": false }))
        .await
        .ok();
    let token = not_me(&app, &acme.user.email, "reactivated").await;
    let first = report(&token).await.ok();
    assert_eq!(first["reset"], Value::Null, "no questions were chosen");
    let over = (409, "link-not-valid".to_owned());
    assert_eq!(report(&token).await.outcome(), over);
    assert_eq!(report("nonsense").await.outcome(), over);

    app.world().lock(&acme.proxy).await;
    let reactivate = format!(
        "/accounts/{}/users/{}/reactivation",
        acme.account, acme.proxy.id
    );
    owner
        .post(&reactivate, &json!({ "temporary_password": false }))
        .await
        .ok();
    let late = not_me(&app, &acme.proxy.email, "reactivated").await;
    app.clock.advance(Duration::days(7));
    assert_eq!(report(&late).await.outcome(), over);
    let mut proxy = app.anon();
    assert_eq!(proxy.sign_in("acme.proxy", PASSWORD).await.status, 201);
}

/// Walks "Forgot your password?" of `acme.user` up to the mail.
async fn forget(anon: &Caller) {
    let walk = anon
        .post("/password-resets", &json!({ "user_id": "acme.user" }))
        .await
        .ok();
    let answers: Value = walk["questions"]
        .as_array()
        .unwrap()
        .iter()
        .map(|q| json!({ "question_id": q["id"], "answer": format!("Answer {}", q["id"].as_str().unwrap()) }))
        .collect();
    let path = format!("/password-resets/{}/answers", walk["id"].as_str().unwrap());
    let answered = anon.post(&path, &json!({ "answers": answers })).await;
    assert_eq!(answered.status, 202, "{}", answered.body);
}

#[tokio::test]
async fn every_mail_about_what_somebody_else_may_have_done_carries_the_link() {
    let app = TestApp::start().await;
    let acme = app.world().company("acme").await;
    app.world()
        .person("the.agent", Some(StaffRole::SupportAgent))
        .await;
    let owner = app.sign_in("acme.owner").await;
    let user = app.sign_in("acme.user").await;
    let agent = app.sign_in("the.agent").await;
    let chosen = json!({ "current_password": PASSWORD, "answers": chosen() });
    let chosen = user.put("/me/challenge-questions", &chosen).await;
    assert_eq!(chosen.status, 204, "{}", chosen.body);
    let new = json!({ "current_password": PASSWORD, "new_password": "seven quiet lanterns 88" });
    let changed = user.put("/me/password", &new).await;
    assert!((200..300).contains(&changed.status), "{}", changed.body);
    forget(&app.anon()).await;
    for _ in 0..5 {
        app.anon().sign_in("acme.user", "not this one at all").await;
    }
    let person = format!("/accounts/{}/users/{}", acme.account, acme.user.id);
    let path = format!("{person}/reactivation");
    let plain = json!({ "temporary_password": false });
    owner.post(&path, &plain).await.ok();
    let path = format!("{person}/suspension");
    let reason = json!({ "reason": "On leave." });
    owner.post(&path, &reason).await.ok();
    forget(&app.anon()).await;
    owner.delete(&path).await.ok();

    let asked = json!({ "user_id": "acme.user", "message": "I am locked out." });
    app.anon().post("/access-help", &asked).await.ok();
    let queue = agent.get("/case-queue").await.ok();
    let case = format!("/cases/{}", queue["items"][0]["id"].as_str().unwrap());
    agent
        .post_empty(&format!("{case}/caller-verification"))
        .await
        .ok();
    for _ in 0..5 {
        let wrong = json!({ "phrase": "amber amber amber amber 00" });
        let path = format!("{case}/caller-verification/tries");
        agent.post(&path, &wrong).await.ok();
    }
    let successor = json!({ "successor_user_id": acme.proxy.id, "former_owner_role": "proxy", "reason": "Moves on." });
    let path = format!("/accounts/{}/owner-successions", acme.account);
    owner.post(&path, &successor).await.ok();

    let mut found = Vec::new();
    let mut links = Vec::new();
    for email in [&acme.user.email, &acme.owner.email] {
        for mail in app.mails_to(email).await {
            let link = mail.body.split_once("/not-me#token=");
            assert!(
                link.is_some() || mail.template == "cannot_get_in" || mail.template == "suspended",
                "{}: {}",
                mail.template,
                mail.body
            );
            if let Some((_, rest)) = link {
                links.push(rest.split_whitespace().next().unwrap().to_owned());
                found.push(mail.template);
            }
        }
    }
    found.sort();
    assert_eq!(
        found,
        [
            "caller_not_verified",
            "caller_phrase",
            "challenge_questions_changed",
            "handed_over",
            "locked",
            "password_changed",
            "password_reset",
            "password_reset_refused",
            "reactivated",
            "suspension_lifted",
        ]
    );
    // Each is a link of its own that works.
    let count = links.len();
    links.sort();
    links.dedup();
    assert_eq!(links.len(), count);
    let newest = not_me(&app, &acme.owner.email, "handed_over").await;
    let report = json!({ "token": newest });
    app.anon().post("/security-reports", &report).await.ok();
    assert_eq!(owner.get("/me").await.status, 401);
}

#[tokio::test]
async fn a_refusal_leads_to_the_page_of_its_code() {
    let app = TestApp::start().await;
    let base = app.services.settings.base_url.clone();
    let anon = app.anon();
    for (path, code) in [("/me", "not-signed-in"), ("/no-such-path", "not-found")] {
        let refused = anon.get(path).await;
        assert_eq!(refused.code(), code);
        assert_eq!(
            refused.at("/type"),
            json!(format!("{base}/help/refusals/{code}"))
        );
        assert_eq!(refused.at("/instance"), refused.header("x-request-id"));
    }
}
