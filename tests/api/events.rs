//! Events of an account: which acts make them, whose they are, and that nobody who reads on ever misses one.

use chrono::Duration;
use quaymaster_domain::access::{Origin, Permit};
use quaymaster_domain::members::{MemberRole, StaffRole};
use quaymaster_service::housekeeping;
use quaymaster_tests::{Caller, Company, DatabaseKind, TestApp};
use serde_json::{Value, json};

async fn feed(reader: &Caller, company: &Company, after: &str) -> Value {
    reader
        .get(&format!(
            "/accounts/{}/events?after={after}",
            company.account
        ))
        .await
        .ok()
}

fn types(feed: &Value) -> Vec<&str> {
    feed["items"]
        .as_array()
        .unwrap()
        .iter()
        .map(|event| event["type"].as_str().unwrap())
        .collect()
}

async fn add_sub_account(owner: &Caller, company: &Company, name: &str) {
    let made = owner
        .post(
            &format!("/accounts/{}/sub-accounts", company.account),
            &json!({ "name": name, "activity": "importer" }),
        )
        .await;
    assert_eq!(made.status, 201, "{}", made.body);
}

#[tokio::test]
async fn an_act_makes_one_event_with_ids_only() {
    let app = TestApp::start().await;
    let acme = app.world().company("acme").await;
    app.world().lock(&acme.user).await;
    let owner = app.sign_in("acme.owner").await;
    let at = format!(
        "/accounts/{}/users/{}/reactivation",
        acme.account, acme.user.id
    );
    owner
        .post(&at, &json!({ "temporary_password": false }))
        .await
        .ok();
    // Refused: nothing happened, so nothing is told.
    let again = owner
        .post(&at, &json!({ "temporary_password": false }))
        .await;
    assert_eq!(again.code(), "not-locked");

    let told = feed(&owner, &acme, "0").await;
    assert_eq!(types(&told), ["user.reactivated"]);
    let event = &told["items"][0];
    let trail = owner
        .get(&format!("/accounts/{}/audit-events", acme.account))
        .await
        .ok();
    assert_eq!(
        event,
        &json!({
            "specversion": "1.0",
            "id": trail["items"][0]["id"],
            "source": format!("/api/v1/accounts/{}", acme.account),
            "type": "user.reactivated",
            "time": "2026-03-02T15:00:00Z",
            "subject": format!("user/{}", acme.user.id),
            "datacontenttype": "application/json",
            "sequence": "1",
            "data": { "account_id": acme.account.to_string(), "user_id": acme.user.id.to_string() },
        })
    );
    assert_eq!(told["next_after"], "1");
    assert_eq!(told["has_more"], false);
    let nothing = feed(&owner, &acme, "1").await;
    assert_eq!(
        nothing,
        json!({ "items": [], "next_after": "1", "has_more": false })
    );
}

#[tokio::test]
async fn a_lock_is_told_in_every_account_of_the_person_and_nowhere_else() {
    let app = TestApp::start().await;
    let acme = app.world().company("acme").await;
    let other = app.world().company("other").await;
    let third = app.world().company("third").await;
    app.world()
        .member(other.account, &acme.user, MemberRole::User)
        .await;
    for _ in 0..5 {
        app.anon().sign_in("acme.user", "not the password").await;
    }
    for (name, company, expected) in [
        ("acme.owner", &acme, &["user.locked"][..]),
        ("other.owner", &other, &["user.locked"]),
        ("third.owner", &third, &[]),
    ] {
        let told = feed(&app.sign_in(name).await, company, "0").await;
        assert_eq!(types(&told), expected, "{name}");
        if let Some(event) = told["items"].as_array().unwrap().first() {
            assert_eq!(event["data"]["user_id"], acme.user.id.to_string());
            assert_eq!(event["data"]["account_id"], company.account.to_string());
        }
    }
}

#[tokio::test]
async fn the_feed_is_for_owner_proxies_auditors_and_administrators() {
    let app = TestApp::start().await;
    let acme = app.world().company("acme").await;
    app.world().company("other").await;
    for (name, role) in [
        ("the.agent", StaffRole::SupportAgent),
        ("the.auditor", StaffRole::Auditor),
        ("the.admin", StaffRole::Administrator),
    ] {
        app.world().person(name, Some(role)).await;
    }
    let path = format!("/accounts/{}/events", acme.account);
    for (name, status) in [
        ("acme.owner", 200),
        ("acme.proxy", 200),
        ("acme.user", 403),
        ("other.owner", 404),
        ("the.agent", 403),
        ("the.auditor", 200),
        ("the.admin", 200),
    ] {
        let caller = app.sign_in(name).await;
        assert_eq!(caller.get(&path).await.status, status, "{name}");
    }
    assert_eq!(app.anon().get(&path).await.status, 401);
    let owner = app.sign_in("acme.owner").await;
    for wrong in ["-1", "x", "", "1.5", "99999999999999999999"] {
        let refused = owner.get(&format!("{path}?after={wrong}")).await;
        assert_eq!(refused.status, 422, "{wrong}");
        assert_eq!(refused.at("/errors/0/pointer"), "?after");
    }
}

#[tokio::test]
async fn pieces_of_the_feed_follow_each_other() {
    let app = TestApp::start().await;
    let acme = app.world().company("acme").await;
    let owner = app.sign_in("acme.owner").await;
    for n in 0..5 {
        add_sub_account(&owner, &acme, &format!("Branch {n}")).await;
    }
    let mut after = "0".to_owned();
    let mut sizes = Vec::new();
    loop {
        let path = format!("/accounts/{}/events?limit=2&after={after}", acme.account);
        let piece = owner.get(&path).await.ok();
        sizes.push(types(&piece).len());
        after = piece["next_after"].as_str().unwrap().to_owned();
        if piece["has_more"] == false {
            break;
        }
    }
    assert_eq!((sizes, after.as_str()), (vec![2, 2, 1], "5"));
}

#[tokio::test]
async fn whoever_reads_on_misses_nothing_while_others_act_at_once() {
    const ACTORS: usize = 4;
    const EACH: usize = 6;
    let app = TestApp::start().await;
    let acme = app.world().company("acme").await;
    let owner = app.sign_in("acme.owner").await;
    let acting = futures_util::future::join_all((0..ACTORS).map(|actor| {
        let (owner, acme) = (&owner, &acme);
        async move {
            for n in 0..EACH {
                add_sub_account(owner, acme, &format!("Branch {actor}-{n}")).await;
            }
        }
    }));
    let reading = futures_util::future::join_all((0..3).map(|_| {
        let (owner, acme) = (&owner, &acme);
        async move {
            let (mut after, mut seen) = ("0".to_owned(), Vec::new());
            while seen.len() < ACTORS * EACH {
                let piece = feed(owner, acme, &after).await;
                for event in piece["items"].as_array().unwrap() {
                    seen.push(
                        event["sequence"]
                            .as_str()
                            .unwrap()
                            .parse::<usize>()
                            .unwrap(),
                    );
                }
                after = piece["next_after"].as_str().unwrap().to_owned();
            }
            seen
        }
    }));
    let limit = std::time::Duration::from_secs(60);
    let (_, readers) = tokio::time::timeout(limit, futures_util::future::join(acting, reading))
        .await
        .expect("readers wait for an event that never comes");
    for seen in readers {
        assert_eq!(seen, (1..=ACTORS * EACH).collect::<Vec<_>>());
    }
}

/// An act that began before others and is committed after them comes after them in the feed.
#[tokio::test]
async fn an_act_that_is_committed_late_is_not_skipped() {
    let app = TestApp::start().await;
    let acme = app.world().company("acme").await;
    let owner = app.sign_in("acme.owner").await;
    let lock = |request: &str| {
        let origin = Origin {
            request_id: request.to_owned(),
            network: String::new(),
        };
        Permit::anonymous("user.lock", origin).about("user", acme.user.id, "")
    };
    let s = &app.services;
    // SQLite has one writer at a time, so there an early act cannot be late.
    let early = match app.database.kind {
        DatabaseKind::Postgres => {
            let tx = s.db.begin_write().await.unwrap();
            s.also(&tx, lock("early")).await.unwrap();
            Some(tx)
        }
        DatabaseKind::Sqlite => None,
    };
    app.clock.advance(Duration::seconds(1));
    add_sub_account(&owner, &acme, "In between").await;
    let first = feed(&owner, &acme, "0").await;
    assert_eq!(types(&first), ["sub_account.created"]);
    match early {
        Some(tx) => s.commit(tx, lock("late")).await.unwrap(),
        None => {
            let tx = s.db.begin_write().await.unwrap();
            s.also(&tx, lock("early")).await.unwrap();
            s.commit(tx, lock("late")).await.unwrap();
        }
    }
    let then = feed(&owner, &acme, first["next_after"].as_str().unwrap()).await;
    assert_eq!(types(&then), ["user.locked", "user.locked"]);
    assert_eq!(then["next_after"], "3");
}

#[tokio::test]
async fn old_events_are_forgotten_and_their_numbers_are_not_given_again() {
    let app = TestApp::start().await;
    let acme = app.world().company("acme").await;
    let owner = app.sign_in("acme.owner").await;
    add_sub_account(&owner, &acme, "Old").await;
    add_sub_account(&owner, &acme, "Old too").await;
    feed(&owner, &acme, "0").await;
    app.clock.advance(Duration::days(31));
    let owner = app.sign_in("acme.owner").await;
    add_sub_account(&owner, &acme, "New").await;
    housekeeping::tidy(&app.services).await.unwrap();
    let told = feed(&owner, &acme, "0").await;
    assert_eq!(types(&told), ["sub_account.created"]);
    assert_eq!(told["items"][0]["sequence"], "3");
}

#[tokio::test]
async fn cases_and_notices_reach_the_accounts_that_they_are_for() {
    let app = TestApp::start().await;
    let acme = app.world().company("acme").await;
    let other = app.world().company("other").await;
    for (name, role) in [
        ("the.agent", StaffRole::SupportAgent),
        ("the.leader", StaffRole::SupportLead),
    ] {
        app.world().person(name, Some(role)).await;
    }
    let user = app.sign_in("acme.user").await;
    let case = user
        .post(
            "/cases",
            &json!({ "topic": "other", "subject": "A question", "message": "Please help me.", "account_id": acme.account }),
        )
        .await;
    assert_eq!(case.status, 201, "{}", case.body);
    let id = case.at("/id").as_str().unwrap().to_owned();
    let agent = app.sign_in("the.agent").await;
    for (text, internal) in [("Only for us.", true), ("Here you are.", false)] {
        let said = agent
            .post(
                &format!("/cases/{id}/messages"),
                &json!({ "body": text, "internal": internal }),
            )
            .await;
        assert_eq!(said.status, 201, "{}", said.body);
    }
    let lead = app.sign_in("the.leader").await;
    let notice = lead
        .post(
            "/staff/notices",
            &json!({ "title": "For one company", "body": "Read this.", "category": "news", "action_required": false, "audience": { "kind": "companies", "company_ids": [acme.company] }, "starts_at": null, "expires_at": null }),
        )
        .await;
    assert_eq!(notice.status, 201, "{}", notice.body);
    let notice = notice.at("/id").as_str().unwrap().to_owned();
    lead.post_empty(&format!("/staff/notices/{notice}/publication"))
        .await
        .ok();
    let told = feed(&app.sign_in("acme.owner").await, &acme, "0").await;
    assert_eq!(
        types(&told),
        ["case.opened", "case.answered", "notice.published"]
    );
    assert_eq!(told["items"][1]["data"]["case_id"], id);
    assert_eq!(told["items"][2]["data"]["notice_id"], notice);
    // Nothing of what was written is in any of them.
    for word in ["question", "help", "Only", "Read", "Test"] {
        assert!(!told.to_string().contains(word), "{told}");
    }
    let others = feed(&app.sign_in("other.owner").await, &other, "0").await;
    assert_eq!(types(&others), Vec::<&str>::new());
}
