//! Handing an account over: exactly one owner at every moment (R8), also when many act in the same instant.

use chrono::Duration;
use proptest::prelude::*;
use proptest::strategy::ValueTree;
use proptest::test_runner::{Config, TestRunner};
use quaymaster_domain::members::MemberRole;
use quaymaster_service::Settings;
use quaymaster_tests::{Answer, Caller, Company, Person, TestApp};
use serde_json::{Value, json};

async fn hand_over(caller: &Caller, company: &Company, to: &Person, role: &str) -> Answer {
    caller
        .post(
            &format!("/accounts/{}/owner-successions", company.account),
            &json!({ "successor_user_id": to.id, "former_owner_role": role, "reason": "Moves to another department" }),
        )
        .await
}

async fn roles(caller: &Caller, company: &Company) -> Vec<(String, String)> {
    let answer = caller
        .get(&format!("/accounts/{}/users?limit=200", company.account))
        .await
        .ok();
    let mut all: Vec<_> = answer["items"]
        .as_array()
        .unwrap()
        .iter()
        .map(|i| {
            (
                i["role"].as_str().unwrap().to_owned(),
                i["user_id"].as_str().unwrap_or_default().to_owned(),
            )
        })
        .collect();
    all.sort();
    all
}

#[tokio::test]
async fn the_owner_hands_the_account_over() {
    let app = TestApp::start().await;
    let acme = app.world().company("acme").await;
    let owner = app.sign_in("acme.owner").await;
    let user = app.sign_in("acme.user").await;
    let done = hand_over(&owner, &acme, &acme.user, "proxy").await;
    assert_eq!(done.status, 200, "{}", done.body);
    assert_eq!(done.at("/owner/user_id"), "acme.user");
    assert_eq!(done.at("/my_role"), "proxy");
    assert_eq!(done.at("/version"), 2);
    assert_eq!(done.header("etag"), "\"v2\"");
    let expected = [
        ("owner", "acme.user"),
        ("proxy", "acme.owner"),
        ("proxy", "acme.proxy"),
    ];
    let expected: Vec<_> = expected
        .iter()
        .map(|(r, u)| ((*r).to_owned(), (*u).to_owned()))
        .collect();
    assert_eq!(roles(&user, &acme).await, expected);
    // The former owner's next request is a proxy's.
    let again = hand_over(&owner, &acme, &acme.proxy, "user").await;
    assert_eq!(again.outcome(), (403, "owner-only".to_owned()));
    assert_eq!(
        app.mails_to(&acme.user.email).await.pop().unwrap().template,
        "became_owner"
    );
    assert_eq!(
        app.mails_to(&acme.owner.email)
            .await
            .pop()
            .unwrap()
            .template,
        "handed_over"
    );
    let trail = user
        .get(&format!(
            "/accounts/{}/audit-events?action=account.replace_owner",
            acme.account
        ))
        .await
        .ok();
    assert_eq!(trail["items"][0]["reason"], "Moves to another department");
    assert_eq!(trail["items"][0]["before"]["owner"], json!(acme.owner.id));
    assert_eq!(trail["items"][0]["after"]["owner"], json!(acme.user.id));
}

#[tokio::test]
async fn every_refusal_of_a_hand_over() {
    let settings = Settings {
        access_token_life: Duration::minutes(14),
        ..Settings::default()
    };
    let app = TestApp::start_with(settings).await;
    let acme = app.world().company("acme").await;
    let other = app.world().company("other").await;
    let owner = app.sign_in("acme.owner").await;
    let proxy = app.sign_in("acme.proxy").await;
    let user = app.sign_in("acme.user").await;
    let stranger = app.sign_in("other.owner").await;
    let locked = app.world().person("acme.locked", None).await;
    app.world()
        .member(acme.account, &locked, MemberRole::User)
        .await;
    app.world().lock(&locked).await;
    for (caller, outcome) in [
        (&proxy, (403, "owner-only")),
        (&user, (403, "forbidden")),
        (&stranger, (404, "not-found")),
    ] {
        let answer = hand_over(caller, &acme, &acme.proxy, "user").await;
        assert_eq!(answer.outcome(), (outcome.0, outcome.1.to_owned()));
    }
    for target in [&acme.owner, &other.user, &locked] {
        let answer = hand_over(&owner, &acme, target, "proxy").await;
        assert_eq!(answer.status, 422, "{}", answer.body);
        assert_eq!(answer.at("/errors/0/pointer"), "/successor_user_id");
    }
    for (field, value) in [
        ("former_owner_role", json!("owner")),
        ("reason", json!("")),
        ("successor_user_id", json!("acme.user")),
    ] {
        let mut body = json!({ "successor_user_id": acme.user.id, "former_owner_role": "proxy", "reason": "Moves on" });
        body[field] = value;
        let answer = owner
            .post(
                &format!("/accounts/{}/owner-successions", acme.account),
                &body,
            )
            .await;
        assert_eq!(answer.at("/errors/0/pointer"), format!("/{field}"));
    }
    app.clock.advance(Duration::minutes(11));
    let late = hand_over(&owner, &acme, &acme.user, "proxy").await;
    assert_eq!(late.outcome(), (403, "proof-required".to_owned()));
}

/// 200 clients replace the owner in the same instant: exactly one wins.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn of_two_hundred_hand_overs_at_once_one_wins() {
    let app = TestApp::start().await;
    let acme = app.world().company("acme").await;
    let owner = app.sign_in("acme.owner").await;
    let proxy = app.sign_in("acme.proxy").await;
    let answers = futures_util::future::join_all((0..200).map(|n| {
        let to = if n % 2 == 0 { &acme.user } else { &acme.proxy };
        hand_over(&owner, &acme, to, "user")
    }))
    .await;
    let won: Vec<_> = answers.iter().filter(|a| a.status == 200).collect();
    assert_eq!(won.len(), 1);
    for answer in answers.iter().filter(|a| a.status != 200) {
        // Whoever arrives when the owner is a user already is told that.
        let outcome = answer.outcome();
        assert!(
            outcome == (409, "last-owner".to_owned()) || outcome == (403, "forbidden".to_owned()),
            "{outcome:?}"
        );
    }
    let winner = won[0].at("/owner/user_id");
    let who = if winner == "acme.proxy" {
        proxy
    } else {
        app.sign_in("acme.user").await
    };
    let owners: Vec<_> = roles(&who, &acme)
        .await
        .into_iter()
        .filter(|(role, _)| role == "owner")
        .collect();
    assert_eq!(owners.len(), 1);
    assert_eq!(json!(owners[0].1), winner);
}

#[derive(Clone, Copy, Debug)]
enum Step {
    Role { by: usize, of: usize, proxy: bool },
    Remove { by: usize, of: usize },
    HandOver { by: usize, to: usize, proxy: bool },
    Add { by: usize, of: usize, proxy: bool },
}

fn step() -> impl Strategy<Value = Step> {
    let person = 0..5_usize;
    prop_oneof![
        (person.clone(), person.clone(), any::<bool>()).prop_map(|(by, of, proxy)| Step::Role {
            by,
            of,
            proxy
        }),
        (person.clone(), person.clone()).prop_map(|(by, of)| Step::Remove { by, of }),
        (person.clone(), person.clone(), any::<bool>())
            .prop_map(|(by, to, proxy)| { Step::HandOver { by, to, proxy } }),
        (person.clone(), person, any::<bool>()).prop_map(|(by, of, proxy)| Step::Add {
            by,
            of,
            proxy
        }),
    ]
}

fn word(proxy: bool) -> &'static str {
    if proxy { "proxy" } else { "user" }
}

/// Random sequences of role changes, removals, additions and hand-overs by everybody: the account always has exactly one
/// owner, and what a request was told is what happened.
#[tokio::test]
async fn no_sequence_of_changes_leaves_an_account_without_exactly_one_owner() {
    let mut runner = TestRunner::new(Config {
        rng_seed: proptest::test_runner::RngSeed::Fixed(47),
        ..Config::default()
    });
    let steps = proptest::collection::vec(step(), 40);
    for case in 0..4 {
        let app = TestApp::start().await;
        let acme = app.world().company("acme").await;
        let mut people = vec![acme.owner.clone(), acme.proxy.clone(), acme.user.clone()];
        for name in ["acme.fourth", "acme.fifth"] {
            people.push(app.world().person(name, None).await);
        }
        app.world()
            .person(
                "the.auditor",
                Some(quaymaster_domain::members::StaffRole::Auditor),
            )
            .await;
        let watcher = app.sign_in("the.auditor").await;
        let mut callers = Vec::new();
        for person in &people {
            callers.push(app.sign_in(&person.user_name).await);
        }
        let mut owner = 0;
        for step in steps.new_tree(&mut runner).unwrap().current() {
            let one = |of: usize| format!("/accounts/{}/users/{}", acme.account, people[of].id);
            let etag = |of: usize| {
                let (watcher, path) = (&watcher, one(of));
                async move { watcher.get(&path).await.header("etag").to_owned() }
            };
            let answer = match step {
                Step::Role { by, of, proxy } => {
                    let etag = etag(of).await;
                    callers[by]
                        .patch(&one(of), &etag, &json!({ "role": word(proxy) }))
                        .await
                }
                Step::Remove { by, of } => {
                    let etag = etag(of).await;
                    callers[by].delete_match(&one(of), &etag).await
                }
                Step::HandOver { by, to, proxy } => {
                    hand_over(&callers[by], &acme, &people[to], word(proxy)).await
                }
                Step::Add { by, of, proxy } => {
                    let body = json!({ "user_id": people[of].user_name, "email": people[of].email, "role": word(proxy), "access": [], "port_codes": [] });
                    callers[by]
                        .post(&format!("/accounts/{}/users", acme.account), &body)
                        .await
                }
            };
            assert!(answer.status < 500, "{step:?}: {}", answer.body);
            if let (200, Step::HandOver { to, .. }) = (answer.status, step) {
                owner = to;
            }
            let owners: Vec<_> = roles(&watcher, &acme)
                .await
                .into_iter()
                .filter(|(role, _)| role == "owner")
                .map(|(_, user)| user)
                .collect();
            assert_eq!(
                owners,
                [people[owner].user_name.clone()],
                "case {case}, after {step:?}: {}",
                answer.body
            );
            let account = watcher
                .get(&format!("/accounts/{}", acme.account))
                .await
                .ok();
            assert_eq!(
                account["owner"]["user_id"],
                Value::from(people[owner].user_name.clone())
            );
        }
    }
}
