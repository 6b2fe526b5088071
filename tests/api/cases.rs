//! Cases with support: the queue, verified callers (R6), help without signing in.

use chrono::Duration;
use quaymaster_domain::members::StaffRole;
use quaymaster_service::cases::relay_due;
use quaymaster_tests::{Caller, Company, PASSWORD, TestApp};
use serde_json::{Value, json};

struct Scene {
    app: TestApp,
    acme: Company,
    agent: Caller,
    lead: Caller,
}

async fn scene() -> Scene {
    let app = TestApp::start().await;
    let acme = app.world().company("acme").await;
    for (name, role) in [
        ("the.agent", StaffRole::SupportAgent),
        ("the.leader", StaffRole::SupportLead),
    ] {
        app.world().person(name, Some(role)).await;
    }
    let agent = app.sign_in("the.agent").await;
    let lead = app.sign_in("the.leader").await;
    Scene {
        app,
        acme,
        agent,
        lead,
    }
}

fn question(subject: &str) -> Value {
    json!({ "topic": "password", "subject": subject, "message": "Please help me.", "account_id": null })
}

/// A case of somebody who could not sign in, as support finds it in the queue.
async fn help_case(s: &Scene, user_name: &str) -> String {
    let asked = s
        .app
        .anon()
        .post(
            "/access-help",
            &json!({ "user_id": user_name, "message": "I am locked out." }),
        )
        .await;
    assert_eq!(asked.status, 202);
    let number = asked.json()["number"].clone();
    let queue = s.agent.get("/case-queue?limit=200").await.ok();
    let found = queue["items"]
        .as_array()
        .unwrap()
        .iter()
        .find(|case| case["number"] == number)
        .unwrap();
    found["id"].as_str().unwrap().to_owned()
}

/// The phrase in the last mail to somebody.
async fn phrase_for(app: &TestApp, email: &str) -> String {
    let mail = app.mails_to(email).await.pop().unwrap();
    assert_eq!(mail.template, "caller_phrase");
    mail.body.split("\n\n").nth(2).unwrap().to_owned()
}

async fn act(caller: &Caller, case: &str, kind: &str) -> quaymaster_tests::Answer {
    caller
        .post(
            &format!("/cases/{case}/actions"),
            &json!({ "kind": kind, "reason": "Has to file today." }),
        )
        .await
}

async fn say(caller: &Caller, case: &str, phrase: &str) -> quaymaster_tests::Answer {
    caller
        .post(
            &format!("/cases/{case}/caller-verification/tries"),
            &json!({ "phrase": phrase }),
        )
        .await
}

async fn verify(s: &Scene, case: &str, email: &str) {
    let sent = s
        .agent
        .post_empty(&format!("/cases/{case}/caller-verification"))
        .await
        .ok();
    assert_eq!(sent["desk"]["verification"]["state"], "sent");
    let phrase = phrase_for(&s.app, email).await;
    let heard = say(&s.agent, case, &phrase.to_uppercase()).await.ok();
    assert_eq!(heard["desk"]["verification"]["state"], "verified");
}

#[tokio::test]
async fn a_customer_asks_support_answers_and_the_queue_moves() {
    let s = scene().await;
    let user = s.app.sign_in("acme.user").await;
    let proxy = s.app.sign_in("acme.proxy").await;
    let first = user.post("/cases", &question("First")).await;
    assert_eq!(first.status, 201);
    let first = first.json();
    assert_eq!(first["number"], "C-000001");
    assert_eq!(first["waiting"]["place"], 1);
    assert_eq!(first["waiting"]["expected"], Value::Null);
    assert_eq!(first["desk"], Value::Null);
    s.app.clock.advance(Duration::minutes(1));
    let second = proxy.post("/cases", &question("Second")).await.json();
    assert_eq!(second["waiting"]["place"], 2);
    let other = s.app.world().company("other").await;
    let mut foreign = question("Theirs");
    foreign["account_id"] = json!(other.account);
    let refused = proxy.post("/cases", &foreign).await;
    assert_eq!(refused.status, 422);
    assert_eq!(refused.at("/errors/0/pointer"), "/account_id");

    // Nobody reads the case of somebody else, but support.
    let path = format!("/cases/{}", first["id"].as_str().unwrap());
    assert_eq!(proxy.get(&path).await.status, 404);
    assert_eq!(proxy.get(&format!("{path}/messages")).await.status, 404);
    let own = proxy.get("/cases").await.ok();
    assert_eq!(own["items"].as_array().unwrap().len(), 1);
    let queue = s.agent.get("/case-queue").await.ok();
    assert_eq!(queue["items"][0]["subject"], "First");
    assert_eq!(queue["items"][1]["subject"], "Second");
    let page = s.agent.get("/case-queue?limit=1").await.ok();
    let next = format!(
        "/case-queue?limit=1&cursor={}",
        page["next_cursor"].as_str().unwrap()
    );
    assert_eq!(
        s.agent.get(&next).await.ok()["items"][0]["subject"],
        "Second"
    );

    // A note is for support alone; an answer moves the queue and is mailed.
    let messages = format!("{path}/messages");
    let note = json!({ "body": "Knows the boss.", "internal": true });
    assert_eq!(s.agent.post(&messages, &note).await.status, 201);
    assert_eq!(user.post(&messages, &note).await.code(), "forbidden");
    let answer = json!({ "body": "Try again now.", "internal": false });
    assert_eq!(s.agent.post(&messages, &answer).await.status, 201);
    let read = user.get(&messages).await.ok();
    let authors: Vec<&str> = read["items"]
        .as_array()
        .unwrap()
        .iter()
        .filter_map(|m| m["author"].as_str())
        .collect();
    assert_eq!(authors, ["customer", "support"]);
    assert_eq!(
        s.agent.get(&messages).await.ok()["items"]
            .as_array()
            .unwrap()
            .len(),
        3
    );
    let mail = s.app.mails_to(&s.acme.user.email).await.pop().unwrap();
    assert_eq!(mail.template, "case_answered");
    let moved = proxy
        .get(&format!("/cases/{}", second["id"].as_str().unwrap()))
        .await
        .ok();
    assert_eq!(moved["waiting"]["place"], 1);
    assert_eq!(moved["waiting"]["answered_last_7_days"], 1);
    assert_eq!(moved["waiting"]["expected"]["likely_minutes"], 7 * 24 * 60);

    // Closed, support is silent; writing opens it again.
    assert_eq!(
        user.put(&format!("{path}/closure"), &json!({})).await.ok()["state"],
        "closed"
    );
    assert_eq!(
        s.agent.post(&messages, &answer).await.outcome(),
        (409, "case-closed".to_owned())
    );
    let again = json!({ "body": "It came back.", "internal": false });
    assert_eq!(user.post(&messages, &again).await.status, 201);
    assert_eq!(user.get(&path).await.ok()["state"], "waiting");
}

#[tokio::test]
async fn a_locked_user_is_verified_and_reactivated() {
    let s = scene().await;
    let user = &s.acme.user;
    s.app.world().lock(user).await;
    let case = help_case(&s, "acme.user").await;
    assert_eq!(
        act(&s.agent, &case, "reactivate").await.outcome(),
        (403, "caller-not-verified".to_owned())
    );
    verify(&s, &case, &user.email).await;
    let done = act(&s.agent, &case, "reactivate").await;
    assert_eq!(done.status, 201, "{}", done.json());
    assert_eq!(done.json()["state"], "done");
    let mut caller = s.app.anon();
    assert_eq!(caller.sign_in("acme.user", PASSWORD).await.status, 201);
    assert_eq!(
        act(&s.agent, &case, "reactivate").await.outcome(),
        (409, "not-locked".to_owned())
    );

    // The company sees the act and who did it.
    let owner = s.app.sign_in("acme.owner").await;
    let trail = owner
        .get(&format!(
            "/accounts/{}/audit-events?action=person.reactivate",
            s.acme.account
        ))
        .await
        .ok();
    assert_eq!(trail["items"].as_array().unwrap().len(), 1);
    assert!(
        trail["items"][0]["reason"]
            .as_str()
            .unwrap()
            .contains("C-000001")
    );

    // Fifteen minutes later the verification is over.
    s.app.world().lock(user).await;
    s.app.clock.advance(Duration::minutes(15));
    let agent = s.app.sign_in("the.agent").await;
    assert_eq!(
        act(&agent, &case, "reactivate").await.code(),
        "caller-not-verified"
    );
}

#[tokio::test]
async fn a_password_is_reset_by_mail_and_must_be_changed() {
    let s = scene().await;
    let case = help_case(&s, "acme.user").await;
    verify(&s, &case, &s.acme.user.email).await;
    assert_eq!(act(&s.agent, &case, "reset_password").await.status, 201);
    let mail = s.app.mails_to(&s.acme.user.email).await.pop().unwrap();
    let temporary = mail
        .body
        .split("\n\n")
        .find(|part| part.len() == 23 && !part.contains(' '))
        .unwrap();
    let mut caller = s.app.anon();
    let entered = caller.sign_in("acme.user", temporary).await;
    assert_eq!(entered.status, 201);
    assert_eq!(entered.json()["next_step"], "change_password");
}

#[tokio::test]
async fn five_wrong_phrases_end_it_and_everybody_is_told() {
    let s = scene().await;
    let case = help_case(&s, "acme.user").await;
    let start = format!("/cases/{case}/caller-verification");
    s.agent.post_empty(&start).await.ok();
    for wrong in 1..=2 {
        let answer = say(&s.agent, &case, "amber amber amber amber 00")
            .await
            .ok();
        assert_eq!(answer["desk"]["verification"]["wrong"], wrong);
    }
    // Another phrase gives no new tries.
    s.agent.post_empty(&start).await.ok();
    let phrase = phrase_for(&s.app, &s.acme.user.email).await;
    for _ in 3..=5 {
        say(&s.agent, &case, "amber amber amber amber 00")
            .await
            .ok();
    }
    assert_eq!(
        say(&s.agent, &case, &phrase).await.outcome(),
        (409, "verification-over".to_owned())
    );
    assert_eq!(s.agent.post_empty(&start).await.code(), "verification-over");
    assert_eq!(
        act(&s.agent, &case, "reset_password").await.code(),
        "caller-not-verified"
    );
    let mail = s.app.mails_to(&s.acme.user.email).await.pop().unwrap();
    assert_eq!(mail.template, "caller_not_verified");
    let owner = s.app.sign_in("acme.owner").await;
    let trail = owner
        .get(&format!(
            "/accounts/{}/audit-events?action=case.work",
            s.acme.account
        ))
        .await
        .ok();
    assert!(
        trail["items"][0]["reason"]
            .as_str()
            .unwrap()
            .contains("fifth wrong phrase")
    );
}

#[tokio::test]
async fn a_phrase_is_typed_by_the_agent_who_sent_it_and_once() {
    let s = scene().await;
    let case = help_case(&s, "acme.user").await;
    let start = format!("/cases/{case}/caller-verification");
    s.agent.post_empty(&start).await.ok();
    let first = phrase_for(&s.app, &s.acme.user.email).await;
    let other = say(&s.lead, &case, &first).await;
    assert_eq!(other.outcome(), (403, "caller-not-verified".to_owned()));
    assert!(
        other
            .at("/detail")
            .as_str()
            .unwrap()
            .contains("send the caller a phrase of your own")
    );
    // Nothing was counted, and the phrase still works for whom it was sent by.
    let same = s.agent.get(&format!("/cases/{case}")).await.ok();
    assert_eq!(same["desk"]["verification"]["wrong"], 0);
    let heard = say(&s.agent, &case, &first).await.ok();
    assert_eq!(heard["desk"]["verification"]["state"], "verified");
    assert_eq!(
        say(&s.agent, &case, &first).await.outcome(),
        (409, "verification-over".to_owned())
    );
    // Said again after another one was sent, or in another case, it is a wrong phrase.
    s.agent.post_empty(&start).await.ok();
    let again = say(&s.agent, &case, &first).await.ok();
    assert_eq!(again["desk"]["verification"]["state"], "sent");
    assert_eq!(again["desk"]["verification"]["wrong"], 1);
    let second = help_case(&s, "acme.user").await;
    s.agent
        .post_empty(&format!("/cases/{second}/caller-verification"))
        .await
        .ok();
    let elsewhere = say(&s.agent, &second, &first).await.ok();
    assert_eq!(elsewhere["desk"]["verification"]["wrong"], 1);
}

#[tokio::test]
async fn a_hundred_phrases_at_once_are_five_tries() {
    let s = scene().await;
    let case = help_case(&s, "acme.user").await;
    s.agent
        .post_empty(&format!("/cases/{case}/caller-verification"))
        .await
        .ok();
    let tries = (0..100).map(|n| {
        let (agent, case) = (s.agent.clone(), case.clone());
        async move { say(&agent, &case, &format!("amber barge crane delta {n:02}")).await }
    });
    let answers = futures_util::future::join_all(tries).await;
    let heard = answers.iter().filter(|a| a.status == 200).count();
    assert_eq!(heard, 5);
    assert!(
        answers
            .iter()
            .all(|a| a.status == 200 || a.code() == "verification-over")
    );
}

#[tokio::test]
async fn an_owner_needs_two_agents() {
    let s = scene().await;
    s.app.world().lock(&s.acme.owner).await;
    let case = help_case(&s, "acme.owner").await;
    verify(&s, &case, &s.acme.owner.email).await;
    let asked = act(&s.agent, &case, "reactivate").await;
    assert_eq!(asked.status, 202);
    assert_eq!(asked.json()["state"], "awaiting_second_agent");
    let approval = format!(
        "/cases/{case}/actions/{}/approval",
        asked.json()["id"].as_str().unwrap()
    );
    let mut owner = s.app.anon();
    assert_eq!(
        owner.sign_in("acme.owner", PASSWORD).await.code(),
        "sign-in-failed"
    );
    assert_eq!(
        s.agent.post_empty(&approval).await.outcome(),
        (403, "second-agent-required".to_owned())
    );
    let done = s.lead.post_empty(&approval).await.ok();
    assert_eq!(done["state"], "done");
    assert_eq!(
        s.lead.post_empty(&approval).await.outcome(),
        (409, "already-decided".to_owned())
    );
    assert_eq!(owner.sign_in("acme.owner", PASSWORD).await.status, 201);
}

#[tokio::test]
async fn a_case_about_somebody_else_verifies_nobody_else() {
    let s = scene().await;
    let case = help_case(&s, "acme.user").await;
    verify(&s, &case, &s.acme.user.email).await;
    let person = format!("/cases/{case}/person");
    let unknown = s
        .agent
        .put(&person, &json!({ "user_id": "nobody.at.all" }))
        .await;
    assert_eq!(unknown.status, 422);
    let staff = s
        .agent
        .put(&person, &json!({ "user_id": "the.leader" }))
        .await;
    assert_eq!(staff.status, 422);
    s.agent
        .put(&person, &json!({ "user_id": "acme.proxy" }))
        .await
        .ok();
    assert_eq!(
        act(&s.agent, &case, "reset_password").await.code(),
        "caller-not-verified"
    );
}

#[tokio::test]
async fn the_person_reads_the_phrase_in_an_own_session() {
    let s = scene().await;
    let user = s.app.sign_in("acme.user").await;
    let case = user.post("/cases", &question("Help")).await.json();
    let case = case["id"].as_str().unwrap();
    s.agent
        .post_empty(&format!("/cases/{case}/caller-verification"))
        .await
        .ok();
    let mine = user.get("/me/caller-phrases").await.ok();
    let phrase = mine["items"][0]["phrase"].as_str().unwrap().to_owned();
    let other = s.app.sign_in("acme.proxy").await;
    let others = other.get("/me/caller-phrases").await.ok();
    assert_eq!(others["items"], json!([]));
    // Staff never see it.
    let seen = s.agent.get(&format!("/cases/{case}")).await;
    assert!(!seen.json().to_string().contains(&phrase));
    let heard = say(&s.agent, case, &phrase).await.ok();
    assert_eq!(heard["desk"]["verification"]["state"], "verified");
    let over = user.get("/me/caller-phrases").await.ok();
    assert_eq!(over["items"], json!([]));
}

#[tokio::test]
async fn help_without_signing_in_reaches_owner_and_proxy_and_tells_nothing() {
    let s = scene().await;
    let ask = |name: &'static str| {
        let anon = s.app.anon();
        async move {
            anon.post(
                "/access-help",
                &json!({ "user_id": name, "message": "I am locked out." }),
            )
            .await
        }
    };
    let known = ask("acme.user").await;
    let unknown = ask("nobody.at.all").await;
    assert_eq!(known.status, unknown.status);
    assert_eq!(
        known.json().as_object().unwrap().keys().collect::<Vec<_>>(),
        unknown
            .json()
            .as_object()
            .unwrap()
            .keys()
            .collect::<Vec<_>>()
    );
    relay_due(&s.app.services).await.unwrap();
    relay_due(&s.app.services).await.unwrap();
    for (person, expected) in [(&s.acme.owner, 1), (&s.acme.proxy, 1), (&s.acme.user, 0)] {
        let mails = s.app.mails_to(&person.email).await;
        let passed_on = mails
            .iter()
            .filter(|m| m.template == "cannot_get_in")
            .count();
        assert_eq!(passed_on, expected, "{}", person.user_name);
    }
    ask("acme.user").await;
    ask("acme.user").await;
    let fourth = ask("acme.user").await;
    assert_eq!(fourth.outcome(), (429, "throttled".to_owned()));
    ask("nobody.at.all").await;
    ask("nobody.at.all").await;
    assert_eq!(ask("nobody.at.all").await.code(), "throttled");
}

#[tokio::test]
async fn the_figures_of_support_count_a_small_known_world() {
    let s = scene().await;
    let user = s.app.sign_in("acme.user").await;
    let proxy = s.app.sign_in("acme.proxy").await;
    for (name, role) in [
        ("the.auditor", StaffRole::Auditor),
        ("the.admin", StaffRole::Administrator),
        ("the.registrar", StaffRole::Registrar),
    ] {
        s.app.world().person(name, Some(role)).await;
    }
    let empty = s.lead.get("/support/figures").await.ok();
    assert_eq!(empty["topics"].as_array().unwrap().len(), 10);
    assert_eq!(empty["days"].as_array().unwrap().len(), 30);
    assert_eq!(empty["periods"][0]["answers"], 0);
    assert_eq!(empty["periods"][0]["median_wait_seconds"], Value::Null);

    // Three questions, answered after ten, thirty and a hundred seconds; a fourth waits on.
    let mut asked = Vec::new();
    for subject in ["First", "Second", "Third", "Fourth"] {
        let case = proxy.post("/cases", &question(subject)).await.json();
        asked.push(case["id"].as_str().unwrap().to_owned());
    }
    for (case, seconds) in asked.iter().zip([10, 20, 70]) {
        s.app.clock.advance(Duration::seconds(seconds));
        let said = s
            .agent
            .post(
                &format!("/cases/{case}/messages"),
                &json!({ "body": "Done.", "internal": false }),
            )
            .await;
        assert_eq!(said.status, 201);
    }
    s.app.clock.advance(Duration::seconds(10));
    let closed = format!("/cases/{}/closure", asked[0]);
    proxy.put(&closed, &json!({})).await.ok();
    // A caller who is the person on file, and one who is not.
    let right = user.post("/cases", &question("I am locked out")).await;
    let right = right.at("/id").as_str().unwrap().to_owned();
    verify(&s, &right, "acme.user@example.com").await;
    let wrong = help_case(&s, "acme.owner").await;
    s.agent
        .post_empty(&format!("/cases/{wrong}/caller-verification"))
        .await
        .ok();
    for _ in 0..5 {
        say(&s.agent, &wrong, "amber buoy crane ocean 07").await;
    }

    let found = s.lead.get("/support/figures").await.ok();
    let topic = |name: &str| {
        found["topics"]
            .as_array()
            .unwrap()
            .iter()
            .find(|t| t["topic"] == name)
            .unwrap()
            .clone()
    };
    assert_eq!(
        topic("password"),
        json!({ "topic": "password", "waiting": 2, "answered": 2, "opened_last_30_days": 5 })
    );
    assert_eq!(topic("access_and_lock")["waiting"], 1);
    assert_eq!(topic("reports")["opened_last_30_days"], 0);
    for period in [&found["periods"][0], &found["periods"][1]] {
        assert_eq!(period["answers"], 3);
        assert_eq!(period["median_wait_seconds"], 30);
        assert_eq!(period["ninety_percent_wait_seconds"], 100);
        assert_eq!(period["verifications_passed"], 1);
        assert_eq!(period["verifications_failed"], 1);
        assert_eq!(period["verifications_unfinished"], 0);
    }
    assert_eq!(
        found["ages"][0],
        json!({ "from_hours": 0, "to_hours": 4, "waiting": 3, "answered": 2 })
    );
    assert_eq!(found["days"][29]["answers"], 3);

    // Nine days later the answers are out of the week and in the month, and the open cases are old.
    s.app.clock.advance(Duration::days(9));
    let lead = s.app.sign_in("the.leader").await;
    let later = lead.get("/support/figures").await.ok();
    assert_eq!(later["periods"][0]["answers"], 0);
    assert_eq!(later["periods"][0]["verifications_failed"], 0);
    assert_eq!(later["periods"][1]["answers"], 3);
    assert_eq!(later["ages"][0]["waiting"], 0);
    assert_eq!(
        later["ages"][4],
        json!({ "from_hours": 168, "to_hours": null, "waiting": 3, "answered": 2 })
    );
    assert_eq!(later["days"][20]["answers"], 3);
    assert_eq!(later["days"][29]["answers"], 0);

    for (name, status) in [
        ("the.agent", 403),
        ("the.registrar", 403),
        ("the.leader", 200),
        ("the.auditor", 200),
        ("the.admin", 200),
    ] {
        let caller = s.app.sign_in(name).await;
        assert_eq!(
            caller.get("/support/figures").await.status,
            status,
            "{name}"
        );
    }
}
