//! People of an account: the list, one person, effective access, what needs somebody. Locks and membership have own files.

mod locks;
mod membership;

use chrono::{DateTime, Duration, Utc};
use quaymaster_domain::members::{MemberRole, StaffRole};
use quaymaster_tests::{Answer, Caller, Company, Person, TestApp};
use serde_json::{Value, json};

fn users(company: &Company) -> String {
    format!("/accounts/{}/users", company.account)
}

fn one(company: &Company, person: &Person) -> String {
    format!("{}/{}", users(company), person.id)
}

async fn list(caller: &Caller, company: &Company, query: &str) -> Vec<Value> {
    let answer = caller
        .get(&format!("{}?{query}", users(company)))
        .await
        .ok();
    answer["items"].as_array().unwrap().clone()
}

fn names(items: &[Value]) -> Vec<&str> {
    items.iter().filter_map(|i| i["user_id"].as_str()).collect()
}

async fn reactivate(
    caller: &Caller,
    company: &Company,
    person: &Person,
    temporary: bool,
) -> Answer {
    caller
        .post(
            &format!("{}/reactivation", one(company, person)),
            &json!({ "temporary_password": temporary }),
        )
        .await
}

async fn suspend(caller: &Caller, company: &Company, person: &Person) -> Answer {
    caller
        .post(
            &format!("{}/suspension", one(company, person)),
            &json!({ "reason": "Left the company on 30 June" }),
        )
        .await
}

async fn lift(caller: &Caller, company: &Company, person: &Person) -> Answer {
    caller
        .delete(&format!("{}/suspension", one(company, person)))
        .await
}

async fn member(app: &TestApp, company: &Company, name: &str, role: MemberRole) -> Person {
    let person = app.world().person(name, None).await;
    app.world().member(company.account, &person, role).await;
    person
}

/// Lets the 45 days of a person have begun at a moment.
async fn active_at(app: &TestApp, person: &Person, at: DateTime<Utc>) {
    app.world()
        .execute(
            "UPDATE users SET dormancy_starts_at = ?, last_sign_in_at = ?, last_sign_in_device = 'Firefox on Windows', last_sign_in_network = '203.0.113.7' WHERE id = ?",
            vec![at.into(), at.into(), person.id.0.into()],
        )
        .await;
}

#[tokio::test]
async fn the_list_tells_every_state_with_who_may_lift_it() {
    let app = TestApp::start().await;
    let acme = app.world().company("acme").await;
    let now = app.services.now();
    let dormant = member(&app, &acme, "acme.dormant", MemberRole::User).await;
    active_at(&app, &dormant, now - Duration::days(45)).await;
    let locked_proxy = member(&app, &acme, "acme.lockedproxy", MemberRole::Proxy).await;
    app.world().lock(&locked_proxy).await;
    let lapsing = member(&app, &acme, "acme.lapsing", MemberRole::User).await;
    active_at(&app, &lapsing, now - Duration::days(40)).await;
    let owner = app.sign_in("acme.owner").await;
    suspend(&owner, &acme, &acme.user).await.ok();

    let all = list(&owner, &acme, "").await;
    assert_eq!(all.len(), 6);
    let find = |items: &[Value], name: &str| {
        items
            .iter()
            .find(|i| i["user_id"] == name)
            .cloned()
            .unwrap()
    };
    let suspended = find(&all, "acme.user");
    assert_eq!(suspended["state"]["kind"], "suspended");
    assert_eq!(suspended["state"]["reason"], "Left the company on 30 June");
    assert_eq!(suspended["state"]["lifted_by"], json!(["owner"]));
    assert_eq!(suspended["next_action"], "lift_suspension");
    let asleep = find(&all, "acme.dormant");
    assert_eq!(asleep["state"]["kind"], "dormant");
    assert_eq!(asleep["state"]["since"], "2026-03-02T15:00:00Z");
    assert_eq!(
        asleep["state"]["lifted_by"],
        json!(["owner", "proxy", "staff"])
    );
    assert_eq!(asleep["lapses_on"], Value::Null);
    let locked = find(&all, "acme.lockedproxy");
    assert_eq!(locked["role"], "proxy");
    assert_eq!(
        locked["state"]["lifted_by"],
        json!(["owner", "staff", "password_reset"])
    );
    assert_eq!(locked["next_action"], "reactivate");
    let soon = find(&all, "acme.lapsing");
    assert_eq!(soon["state"]["lifted_by"], json!([]));
    assert_eq!(soon["lapses_on"], "2026-03-07");
    assert_eq!(soon["next_action"], Value::Null);
    assert_eq!(soon["last_sign_in"]["device"], "Firefox on Windows");

    // A proxy sees the same, but may do less about it.
    let proxy = app.sign_in("acme.proxy").await;
    let seen = list(&proxy, &acme, "").await;
    assert_eq!(find(&seen, "acme.lockedproxy")["next_action"], Value::Null);
    assert_eq!(find(&seen, "acme.user")["next_action"], Value::Null);
    assert_eq!(find(&seen, "acme.dormant")["next_action"], "reactivate");

    for (query, expected) in [
        (
            "state=active",
            vec!["acme.lapsing", "acme.owner", "acme.proxy"],
        ),
        ("state=dormant", vec!["acme.dormant"]),
        ("state=suspended", vec!["acme.user"]),
        ("state=failed_attempts", vec!["acme.lockedproxy"]),
        ("state=invited", vec![]),
        ("role=proxy", vec!["acme.lockedproxy", "acme.proxy"]),
        ("role=owner", vec!["acme.owner"]),
        ("lapses_before=2026-03-07", vec![]),
        ("lapses_before=2026-03-08", vec!["acme.lapsing"]),
        ("q=LAPS", vec!["acme.lapsing"]),
        ("q=acme.user%40example", vec!["acme.user"]),
        ("q=%25", vec![]),
        ("q=acme_", vec![]),
    ] {
        assert_eq!(
            names(&list(&owner, &acme, query).await),
            expected,
            "{query}"
        );
    }
}

#[tokio::test]
async fn pages_follow_each_other_in_both_orders() {
    let app = TestApp::start().await;
    let acme = app.world().company("acme").await;
    let now = app.services.now();
    for n in 0..7 {
        let person = member(&app, &acme, &format!("acme.p{n}"), MemberRole::User).await;
        if n % 2 == 0 {
            active_at(&app, &person, now - Duration::days(n / 4)).await;
        }
    }
    let owner = app.sign_in("acme.owner").await;
    for sort in ["name", "last_sign_in"] {
        let whole = list(&owner, &acme, &format!("sort={sort}")).await;
        assert_eq!(whole.len(), 10);
        let mut pieces = Vec::new();
        let mut cursor = String::new();
        loop {
            let answer = owner
                .get(&format!("{}?sort={sort}&limit=3{cursor}", users(&acme)))
                .await
                .ok();
            pieces.extend(answer["items"].as_array().unwrap().clone());
            match answer["next_cursor"].as_str() {
                Some(next) => cursor = format!("&cursor={next}"),
                None => break,
            }
        }
        assert_eq!(names(&pieces), names(&whole), "{sort}");
        if sort == "last_sign_in" {
            let seen: Vec<_> = whole
                .iter()
                .map(|i| i["last_sign_in"]["at"].as_str().unwrap_or_default())
                .collect();
            assert!(seen.is_sorted(), "{seen:?}");
        }
    }
    for query in [
        "cursor=x",
        "limit=0",
        "limit=201",
        "sort=age",
        "state=gone",
        "role=king",
        "who=me",
        "lapses_before=yesterday",
        "lapses_before=%2B200000-01-01",
    ] {
        let answer = owner.get(&format!("{}?{query}", users(&acme))).await;
        assert_eq!(answer.status, 422, "{query}: {}", answer.body);
    }
}

#[tokio::test]
async fn a_stranger_cannot_tell_the_account_from_an_absent_one() {
    let app = TestApp::start().await;
    let acme = app.world().company("acme").await;
    app.world().company("other").await;
    let stranger = app.sign_in("other.owner").await;
    for path in [
        users(&acme),
        one(&acme, &acme.user),
        format!("{}/effective-access", one(&acme, &acme.user)),
    ] {
        let answer = stranger.get(&path).await;
        assert_eq!(answer.outcome(), (404, "not-found".to_owned()), "{path}");
    }
    for answer in [
        reactivate(&stranger, &acme, &acme.user, false).await,
        suspend(&stranger, &acme, &acme.user).await,
        lift(&stranger, &acme, &acme.user).await,
    ] {
        assert_eq!(answer.outcome(), (404, "not-found".to_owned()));
    }
    // Nor does the path of the own account lead to a person of another.
    let own = app.world().company("third").await;
    let owner = app.sign_in("third.owner").await;
    let path = format!("{}/{}", users(&own), acme.user.id);
    assert_eq!(owner.get(&path).await.status, 404);
}

#[tokio::test]
async fn one_person_is_shown_with_what_can_be_done_and_why_not() {
    let app = TestApp::start().await;
    let acme = app.world().company("acme").await;
    let user = app.sign_in("acme.user").await;
    let owner = app.sign_in("acme.owner").await;
    let proxy = app.sign_in("acme.proxy").await;
    let shown = owner.get(&one(&acme, &acme.user)).await;
    assert_eq!(shown.header("etag"), "\"v1\"");
    let shown = shown.ok();
    assert_eq!(shown["user_id"], "acme.user");
    let sessions = shown["sessions"].as_array().unwrap();
    assert_eq!(sessions.len(), 1);
    assert_eq!(sessions[0]["current"], false);
    assert_eq!(shown["recent_sign_ins"][0]["outcome"], "succeeded");
    let can = &shown["can"];
    for (what, allowed) in [
        ("reactivate", false),
        ("suspend", true),
        ("change_role", true),
        ("change_access", true),
        ("remove", true),
        ("hand_over", true),
    ] {
        assert_eq!(can[what]["allowed"], allowed, "{what}: {can}");
        assert_eq!(can[what]["why_not"].is_null(), allowed, "{what}: {can}");
    }
    let can = &proxy.get(&one(&acme, &acme.user)).await.ok()["can"];
    for (what, allowed) in [
        ("suspend", true),
        ("change_role", false),
        ("change_access", true),
        ("remove", true),
        ("hand_over", false),
    ] {
        assert_eq!(can[what]["allowed"], allowed, "{what}: {can}");
    }
    let can = &owner.get(&one(&acme, &acme.owner)).await.ok()["can"];
    for what in [
        "reactivate",
        "suspend",
        "change_role",
        "change_access",
        "remove",
        "hand_over",
    ] {
        assert_eq!(can[what]["allowed"], false, "{what}: {can}");
    }
    assert!(
        can["remove"]["why_not"]
            .as_str()
            .unwrap()
            .contains("exactly one owner")
    );

    // Ending the session signs the browser out at its next request.
    let path = format!(
        "{}/sessions/{}",
        one(&acme, &acme.user),
        sessions[0]["id"].as_str().unwrap()
    );
    assert_eq!(
        user.get(&format!("/accounts/{}", acme.account))
            .await
            .status,
        200
    );
    assert_eq!(owner.delete(&path).await.status, 204);
    assert_eq!(
        user.get(&format!("/accounts/{}", acme.account))
            .await
            .status,
        401
    );
    assert_eq!(owner.delete(&path).await.status, 404);
    // The session of somebody else is not found under this person, and the owner's is not the proxy's to end.
    let own = owner.get(&one(&acme, &acme.owner)).await.ok();
    let own = own["sessions"][0]["id"].as_str().unwrap().to_owned();
    let wrong = format!("{}/sessions/{own}", one(&acme, &acme.user));
    assert_eq!(owner.delete(&wrong).await.status, 404);
    let above = format!("{}/sessions/{own}", one(&acme, &acme.owner));
    assert_eq!(
        proxy.delete(&above).await.outcome(),
        (403, "not-above-target".to_owned())
    );
}

#[tokio::test]
async fn effective_access_says_why_and_why_not() {
    let app = TestApp::start().await;
    let acme = app.world().company("acme").await;
    let owner = app.sign_in("acme.owner").await;
    let path = |person: &Person| format!("{}/effective-access", one(&acme, person));
    let said = |answer: &Value| {
        answer["explanations"]
            .as_array()
            .unwrap()
            .iter()
            .map(|e| e.as_str().unwrap().to_owned())
            .collect::<Vec<_>>()
            .join(" ")
    };
    let own = owner.get(&path(&acme.owner)).await.ok();
    assert_eq!(own["sub_accounts"][0]["structure"]["level"], "write");
    assert_eq!(own["sub_accounts"][0]["reports"]["source"], "owner");
    assert_eq!(own["can_sign_in"], true);
    let proxy = owner.get(&path(&acme.proxy)).await.ok();
    assert_eq!(proxy["sub_accounts"][0]["records"]["source"], "proxy");

    let nothing = owner.get(&path(&acme.user)).await.ok();
    assert_eq!(nothing["sub_accounts"][0]["structure"]["level"], "none");
    assert_eq!(nothing["sub_accounts"][0]["structure"]["source"], "none");
    assert!(said(&nothing).contains("no right is assigned"), "{nothing}");

    let right = json!({
        "access": [{ "sub_account_id": acme.sub_account, "structure": "read", "records": "none", "reports": "run" }],
        "port_codes": ["2704"],
    });
    owner
        .patch(&one(&acme, &acme.user), "\"v1\"", &right)
        .await
        .ok();
    app.world().lock(&acme.user).await;
    app.world().terms(9).await;
    app.world()
        .execute(
            "UPDATE users SET must_change_password = ?, has_challenge_questions = ? WHERE id = ?",
            vec![true.into(), false.into(), acme.user.id.0.into()],
        )
        .await;
    app.world()
        .execute(
            "UPDATE users SET terms_version = 9 WHERE id = ?",
            vec![acme.owner.id.0.into()],
        )
        .await;
    let some = owner.get(&path(&acme.user)).await.ok();
    assert_eq!(some["sub_accounts"][0]["structure"]["source"], "assigned");
    assert_eq!(some["sub_accounts"][0]["records"]["source"], "none");
    assert_eq!(some["can_sign_in"], false);
    assert_eq!(some["state"]["kind"], "failed_attempts");
    for words in [
        "rights in 1 of 1 sub-accounts",
        "limited to the ports 2704",
        "locked since 2 March 2026",
        "the Account Owner",
        "new password",
        "Challenge questions",
        "Terms and Conditions have not been accepted",
    ] {
        assert!(said(&some).contains(words), "{words}: {}", said(&some));
    }

    let invitation = json!({ "email": "ana.lee@harbor.example", "given_name": "Ana", "family_name": "Lee", "role": "user", "access": [], "port_codes": [] });
    owner
        .post(
            &format!("/accounts/{}/invitations", acme.account),
            &invitation,
        )
        .await
        .ok();
    let invited = list(&owner, &acme, "state=invited").await[0]["id"]
        .as_str()
        .unwrap()
        .to_owned();
    let path = format!("{}/{invited}/effective-access", users(&acme));
    let waiting = owner.get(&path).await.ok();
    assert_eq!(waiting["can_sign_in"], false);
    assert!(
        said(&waiting).contains("link works until 23 March 2026"),
        "{waiting}"
    );
}

#[tokio::test]
async fn what_needs_a_person_is_counted_per_account() {
    let app = TestApp::start().await;
    let acme = app.world().company("acme").await;
    let now = app.services.now();
    app.world().lock(&acme.user).await;
    let dormant = member(&app, &acme, "acme.dormant", MemberRole::User).await;
    active_at(&app, &dormant, now - Duration::days(50)).await;
    for (name, days) in [("acme.in30", 15), ("acme.in31", 14)] {
        let person = member(&app, &acme, name, MemberRole::User).await;
        active_at(&app, &person, now - Duration::days(days)).await;
    }
    let owner = app.sign_in("acme.owner").await;
    let invitation = json!({ "email": "ana.lee@harbor.example", "given_name": "Ana", "family_name": "Lee", "role": "user", "access": [], "port_codes": [] });
    owner
        .post(
            &format!("/accounts/{}/invitations", acme.account),
            &invitation,
        )
        .await
        .ok();
    app.world()
        .execute(
            "UPDATE invitations SET expires_at = ?",
            vec![(now + Duration::days(6)).into()],
        )
        .await;
    let id: uuid::Uuid = app.services.id();
    app.world()
        .execute(
            "INSERT INTO pending_identifiers (id, account_id, sub_account_id, kind, lookup, shown, state, requested_at, requested_by_name) VALUES (?, ?, ?, 'ein', '28-7777777', '28-7777777', 'pending', ?, 'the test')",
            vec![id.into(), acme.account.0.into(), acme.sub_account.0.into(), now.into()],
        )
        .await;
    let needs = |items: &Value| {
        items["items"]
            .as_array()
            .unwrap()
            .iter()
            .map(|n| {
                (
                    n["kind"].as_str().unwrap().to_owned(),
                    n["count"].as_u64().unwrap(),
                )
            })
            .collect::<Vec<_>>()
    };
    let found = owner.get("/me/needs").await.ok();
    let expected = [
        ("locked_users", 1),
        ("dormant_users", 1),
        ("lapsing_users", 1),
        ("invitations_expiring", 1),
        ("pending_verifications", 1),
    ];
    let expected: Vec<_> = expected
        .iter()
        .map(|(k, n)| ((*k).to_owned(), *n))
        .collect();
    assert_eq!(needs(&found), expected);
    assert_eq!(found["items"][0]["account_id"], json!(acme.account));
    assert_eq!(
        found["items"][0]["detail"],
        "1 person is locked after failed attempts."
    );
    app.world()
        .person("the.registrar", Some(StaffRole::Registrar))
        .await;
    let registrar = app.sign_in("the.registrar").await;
    let found = registrar.get("/me/needs").await.ok();
    assert_eq!(needs(&found), [("pending_verifications".to_owned(), 1)]);
    assert_eq!(found["items"][0]["account_id"], Value::Null);
    let other = app.world().company("other").await;
    let stranger = app.sign_in(&other.owner.user_name).await;
    assert_eq!(stranger.get("/me/needs").await.ok()["items"], json!([]));
    let proxy = app.sign_in("acme.proxy").await;
    assert_eq!(needs(&proxy.get("/me/needs").await.ok()).len(), 5);
}
