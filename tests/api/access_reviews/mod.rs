//! Reviews of access over HTTP: who runs and answers them, what an answer does, and what the clock does without anybody.

mod clock;
mod evidence;
mod outside;

use chrono::Duration;
use quaymaster_domain::members::MemberRole;
use quaymaster_service::Settings;
use quaymaster_tests::{Answer, Caller, Company, Person, TestApp};
use serde_json::{Value, json};

/// Policies under which a person stays signed in for as long as these tests take.
pub(crate) fn patient() -> Settings {
    Settings {
        access_token_life: Duration::days(400),
        session_idle: Duration::days(400),
        session_absolute: Duration::days(400),
        ..Settings::default()
    }
}

fn reviews(company: &Company) -> String {
    format!("/accounts/{}/access-reviews", company.account)
}

fn new_review(when_unanswered: &str) -> Value {
    json!({ "name": null, "covers_members": true, "covers_outside": true, "due_on": "2026-03-16", "when_unanswered": when_unanswered, "note": null })
}

/// Starts a review until the end of 16 March and gives its path.
async fn started(owner: &Caller, company: &Company, when_unanswered: &str) -> String {
    let made = owner
        .post(&reviews(company), &new_review(when_unanswered))
        .await;
    assert_eq!(made.status, 201, "{}", made.body);
    let id = made.at("/id");
    format!("{}/{}", reviews(company), id.as_str().unwrap())
}

async fn items(caller: &Caller, review: &str) -> Vec<Value> {
    let found = caller.get(&format!("{review}/items?limit=200")).await.ok();
    found["items"].as_array().unwrap().clone()
}

async fn item_of(caller: &Caller, review: &str, person: &Person) -> Value {
    items(caller, review)
        .await
        .into_iter()
        .find(|item| item["person"]["id"] == json!(person.id))
        .unwrap()
}

async fn answer(
    caller: &Caller,
    review: &str,
    person: &Person,
    decision: &str,
    change: Value,
) -> Answer {
    let item = item_of(caller, review, person).await;
    let path = format!("{review}/items/{}/decision", item["id"].as_str().unwrap());
    let body = json!({ "decision": decision, "reason": "Checked with the team", "change": change });
    caller.post(&path, &body).await
}

#[tokio::test]
async fn a_review_is_answered_and_completed() {
    let app = TestApp::start_with(patient()).await;
    let acme = app.world().company("acme").await;
    let further = app.world().person("acme.further", None).await;
    app.world()
        .member(acme.account, &further, MemberRole::User)
        .await;
    let owner = app.sign_in("acme.owner").await;
    let review = started(&owner, &acme, "suspend").await;
    let shown = owner.get(&review).await.ok();
    assert_eq!(shown["name"], "Access review, Q1 2026");
    assert_eq!(shown["state"], "running");
    assert_eq!(shown["due_on"], "2026-03-16");
    assert_eq!(shown["due_at"], "2026-03-17T00:00:00Z");
    assert_eq!(shown["counts"]["total"], 3, "the owner is not reviewed");
    assert_eq!(shown["counts"]["open"], 3);
    assert_eq!(
        shown["can"],
        json!({ "answer": true, "complete": false, "cancel": true })
    );
    let too_early = owner.post_empty(&format!("{review}/completion")).await;
    assert_eq!(too_early.outcome(), (409, "answers-missing".to_owned()));

    // Keep.
    let kept = answer(&owner, &review, &acme.user, "keep", Value::Null).await;
    assert_eq!(kept.at("/state"), "kept");
    assert_eq!(kept.at("/decision/reason"), "Checked with the team");
    assert_eq!(kept.at("/decision/late"), json!(false));
    // Change: in force at once.
    let change = json!({ "access": [{ "sub_account_id": acme.sub_account, "structure": "read", "records": "none", "reports": "none" }] });
    let changed = answer(&owner, &review, &further, "change", change.clone()).await;
    assert_eq!(changed.at("/state"), "changed", "{}", changed.body);
    assert_eq!(
        changed.at("/decision/changed_to"),
        "Account User: First: structure read"
    );
    let sub_account = format!(
        "/accounts/{}/sub-accounts/{}",
        acme.account, acme.sub_account
    );
    let person = app.sign_in("acme.further").await;
    assert_eq!(person.get(&sub_account).await.status, 200);
    let same = answer(&owner, &review, &further, "change", change).await;
    assert_eq!(same.outcome(), (409, "nothing-changed".to_owned()));
    let nothing = answer(&owner, &review, &further, "change", json!({})).await;
    assert_eq!(nothing.at("/errors/0/pointer"), "/change");
    let with_keep = answer(
        &owner,
        &review,
        &further,
        "keep",
        json!({ "port_codes": [] }),
    )
    .await;
    assert_eq!(with_keep.at("/errors/0/pointer"), "/change");
    // Remove: out of the account at once, and for good.
    let removed = answer(&owner, &review, &acme.proxy, "remove", Value::Null).await;
    assert_eq!(removed.at("/state"), "removed");
    let gone = owner
        .get(&format!(
            "/accounts/{}/users/{}",
            acme.account, acme.proxy.id
        ))
        .await;
    assert_eq!(gone.status, 404);
    let again = answer(&owner, &review, &acme.proxy, "keep", Value::Null).await;
    assert_eq!(again.outcome(), (409, "review-over".to_owned()));
    // An answer can be replaced while the review runs.
    let replaced = answer(&owner, &review, &further, "keep", Value::Null).await;
    assert_eq!(replaced.at("/state"), "kept");

    let done = owner.post_empty(&format!("{review}/completion")).await.ok();
    assert_eq!(done["state"], "finished");
    assert_eq!(
        done["counts"],
        json!({ "total": 3, "open": 0, "kept": 2, "changed": 0, "removed": 1, "unanswered": 0, "left": 0 })
    );
    let over = answer(&owner, &review, &acme.user, "remove", Value::Null).await;
    assert_eq!(over.outcome(), (409, "review-over".to_owned()));
    // The trail names the review's answers and the acts themselves.
    let trail = owner
        .get(&format!(
            "/accounts/{}/audit-events?limit=200",
            acme.account
        ))
        .await
        .ok();
    let count = |action: &str| {
        let rows = trail["items"].as_array().unwrap().iter();
        rows.filter(|row| row["action"] == action).count()
    };
    assert_eq!(count("access_review.answer"), 4);
    assert_eq!(count("user.remove"), 1);
    assert_eq!(count("user.update_access"), 1);
    assert_eq!(count("access_review.run"), 2);
}

#[tokio::test]
async fn proxies_answer_for_users_only() {
    let app = TestApp::start_with(patient()).await;
    let acme = app.world().company("acme").await;
    let second = app.world().person("acme.second", None).await;
    app.world()
        .member(acme.account, &second, MemberRole::Proxy)
        .await;
    let owner = app.sign_in("acme.owner").await;
    let proxy = app.sign_in("acme.proxy").await;
    let user = app.sign_in("acme.user").await;
    let refused = proxy.post(&reviews(&acme), &new_review("suspend")).await;
    assert_eq!(refused.outcome(), (403, "owner-only".to_owned()));
    let review = started(&owner, &acme, "suspend").await;
    for person in [&second, &acme.proxy] {
        let refused = answer(&proxy, &review, person, "keep", Value::Null).await;
        assert_eq!(refused.outcome(), (403, "not-above-target".to_owned()));
        let can = &item_of(&proxy, &review, person).await["can"];
        assert_eq!(
            *can,
            json!({ "keep": false, "change": false, "remove": false })
        );
    }
    let kept = answer(&proxy, &review, &acme.user, "keep", Value::Null).await;
    assert_eq!(kept.at("/state"), "kept", "{}", kept.body);
    for path in ["completion", "cancellation"] {
        let body = json!({ "reason": "Wrong date" });
        let refused = proxy.post(&format!("{review}/{path}"), &body).await;
        assert_eq!(refused.outcome(), (403, "owner-only".to_owned()), "{path}");
    }
    assert_eq!(
        user.get(&review).await.outcome(),
        (403, "forbidden".to_owned())
    );
    let other = app.world().company("other").await;
    let stranger = app.sign_in("other.owner").await;
    assert_eq!(stranger.get(&review).await.status, 404);
    // The own account does not open the review of another one.
    let foreign = review.replace(&acme.account.to_string(), &other.account.to_string());
    assert_eq!(stranger.get(&foreign).await.status, 404);
    assert_eq!(stranger.get(&format!("{foreign}/items")).await.status, 404);
}

#[tokio::test]
async fn making_a_proxy_in_a_review_needs_a_fresh_proof() {
    let app = TestApp::start_with(patient()).await;
    let acme = app.world().company("acme").await;
    let owner = app.sign_in("acme.owner").await;
    let review = started(&owner, &acme, "report").await;
    app.clock.advance(Duration::minutes(11));
    let change = json!({ "role": "proxy" });
    let late = answer(&owner, &review, &acme.user, "change", change.clone()).await;
    assert_eq!(late.outcome(), (403, "proof-required".to_owned()));
    assert_eq!(item_of(&owner, &review, &acme.user).await["state"], "open");
    let owner = app.sign_in("acme.owner").await;
    let done = answer(&owner, &review, &acme.user, "change", change).await;
    assert_eq!(
        done.at("/decision/changed_to"),
        "Proxy Account Owner: Everything in every sub-account"
    );
}

#[tokio::test]
async fn bad_reviews_are_refused_in_words() {
    let app = TestApp::start_with(patient()).await;
    let acme = app.world().company("acme").await;
    let owner = app.sign_in("acme.owner").await;
    let path = reviews(&acme);
    let with = |change: Value| {
        let mut body = new_review("suspend");
        for (name, value) in change.as_object().unwrap() {
            body[name] = value.clone();
        }
        body
    };
    for (change, pointer) in [
        (json!({ "due_on": "2026-03-01" }), "/due_on"),
        (json!({ "due_on": "2026-09-01" }), "/due_on"),
        (json!({ "due_on": "0001-01-01" }), "/due_on"),
        (json!({ "due_on": "soon" }), "/due_on"),
        (
            json!({ "covers_members": false, "covers_outside": false }),
            "/covers_members",
        ),
        (json!({ "when_unanswered": "nothing" }), "/when_unanswered"),
        (json!({ "name": "x" }), "/name"),
        (json!({ "note": "" }), "/note"),
        (json!({ "more": 1 }), "/more"),
    ] {
        let answer = owner.post(&path, &with(change)).await;
        assert_eq!(answer.status, 422, "{pointer}: {}", answer.body);
        assert_eq!(answer.at("/errors/0/pointer"), pointer);
    }
    // One at a time; today is a day too.
    owner
        .post(&path, &with(json!({ "due_on": "2026-03-02" })))
        .await
        .ok();
    let second = owner.post(&path, &with(json!({}))).await;
    assert_eq!(second.outcome(), (409, "already-exists".to_owned()));
    app.clock.advance(Duration::hours(9));
    owner.post(&path, &with(json!({}))).await.ok();
    let listed = owner.get(&path).await.ok();
    assert_eq!(listed["items"][0]["state"], "running");
    assert_eq!(listed["items"][1]["state"], "finished");
}

#[tokio::test]
async fn of_many_starts_one_wins() {
    let app = TestApp::start_with(patient()).await;
    let acme = app.world().company("acme").await;
    let owner = app.sign_in("acme.owner").await;
    let path = reviews(&acme);
    let body = new_review("suspend");
    let tries = (0..16).map(|_| owner.post(&path, &body));
    let answers = futures_util::future::join_all(tries).await;
    let won = answers.iter().filter(|a| a.status == 201).count();
    let lost = answers
        .iter()
        .filter(|a| a.code() == "already-exists")
        .count();
    assert_eq!((won, lost), (1, 15));
}

#[tokio::test]
async fn a_cancelled_review_takes_nothing_from_anybody() {
    let app = TestApp::start_with(patient()).await;
    let acme = app.world().company("acme").await;
    let owner = app.sign_in("acme.owner").await;
    let user = app.sign_in("acme.user").await;
    let review = started(&owner, &acme, "suspend").await;
    let cancellation = json!({ "reason": "Started with the wrong date" });
    let path = format!("{review}/cancellation");
    let done = owner.post(&path, &cancellation).await.ok();
    assert_eq!(done["state"], "cancelled");
    assert_eq!(done["cancel_reason"], "Started with the wrong date");
    assert_eq!(done["counts"]["left"], 2);
    let twice = owner.post(&path, &cancellation).await;
    assert_eq!(twice.outcome(), (409, "review-over".to_owned()));
    app.clock.advance(Duration::days(30));
    let account = format!("/accounts/{}", acme.account);
    assert_eq!(user.get(&account).await.status, 200);
    assert!(
        items(&owner, &review)
            .await
            .iter()
            .all(|i| i["state"] == "left")
    );
}

#[tokio::test]
async fn items_are_filtered_and_paged() {
    let app = TestApp::start_with(patient()).await;
    let acme = app.world().company("acme").await;
    for n in 0..7 {
        let person = app.world().person(&format!("acme.p{n}"), None).await;
        app.world()
            .member(acme.account, &person, MemberRole::User)
            .await;
    }
    let owner = app.sign_in("acme.owner").await;
    let review = started(&owner, &acme, "report").await;
    answer(&owner, &review, &acme.user, "keep", Value::Null)
        .await
        .ok();
    let mut seen = Vec::new();
    let mut cursor = String::new();
    loop {
        let page = owner
            .get(&format!("{review}/items?limit=4&state=open{cursor}"))
            .await
            .ok();
        seen.extend(
            page["items"]
                .as_array()
                .unwrap()
                .iter()
                .map(|i| i["person"]["user_id"].as_str().unwrap().to_owned()),
        );
        match page["next_cursor"].as_str() {
            Some(next) => cursor = format!("&cursor={next}"),
            None => break,
        }
    }
    let mut expected: Vec<String> = (0..7).map(|n| format!("acme.p{n}")).collect();
    expected.push("acme.proxy".to_owned());
    assert_eq!(seen, expected);
    for (query, count) in [
        ("state=kept", 1),
        ("state=suspended", 0),
        ("state=reported", 0),
        ("kind=outside", 0),
        ("kind=member&state=kept", 1),
    ] {
        let page = owner.get(&format!("{review}/items?{query}")).await.ok();
        assert_eq!(page["items"].as_array().unwrap().len(), count, "{query}");
    }
    app.clock.advance(Duration::days(20));
    let page = owner
        .get(&format!("{review}/items?state=reported"))
        .await
        .ok();
    assert_eq!(page["items"].as_array().unwrap().len(), 8);
    let page = owner.get(&format!("{review}/items?state=open")).await.ok();
    assert_eq!(page["items"].as_array().unwrap().len(), 0);
}
