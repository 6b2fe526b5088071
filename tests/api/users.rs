//! People of an account: the list, one person, roles and rights, locks; every refusal of each (R6, R8, R11).

use chrono::{DateTime, Duration, Utc};
use quaymaster_domain::members::{MemberRole, StaffRole};
use quaymaster_service::Settings;
use quaymaster_tests::{Answer, Caller, Company, PASSWORD, Person, TestApp};
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

/// R6, the whole table: who reactivates whom.
#[tokio::test]
async fn nobody_reactivates_a_person_of_equal_or_higher_power() {
    let app = TestApp::start().await;
    let acme = app.world().company("acme").await;
    let second_proxy = member(&app, &acme, "acme.proxy2", MemberRole::Proxy).await;
    let second_user = member(&app, &acme, "acme.user2", MemberRole::User).await;
    let owner = app.sign_in("acme.owner").await;
    let proxy = app.sign_in("acme.proxy").await;
    let user = app.sign_in("acme.user").await;
    let forbidden = "forbidden";
    let above = "not-above-target";
    for (who, caller, target, expected) in [
        ("owner", &owner, &acme.owner, above),
        ("owner", &owner, &second_proxy, ""),
        ("owner", &owner, &second_user, ""),
        ("proxy", &proxy, &acme.owner, above),
        ("proxy", &proxy, &acme.proxy, above),
        ("proxy", &proxy, &second_proxy, above),
        ("proxy", &proxy, &second_user, ""),
        ("user", &user, &acme.owner, forbidden),
        ("user", &user, &acme.proxy, forbidden),
        ("user", &user, &acme.user, forbidden),
        ("user", &user, &second_user, forbidden),
    ] {
        app.world().lock(target).await;
        let answer = reactivate(caller, &acme, target, false).await;
        assert_eq!(answer.code(), expected, "{who} -> {}", target.user_name);
        let status = if expected.is_empty() { 200 } else { 403 };
        assert_eq!(answer.status, status, "{who} -> {}", target.user_name);
        // The lock is as it was, or gone.
        let state = &list(&owner, &acme, &format!("q={}", target.email)).await[0]["state"]["kind"];
        let expected = if status == 200 {
            "active"
        } else {
            "failed_attempts"
        };
        assert_eq!(state, expected, "{who} -> {}", target.user_name);
    }
}

#[tokio::test]
async fn reactivation_lets_the_person_in_again() {
    let app = TestApp::start().await;
    let acme = app.world().company("acme").await;
    let owner = app.sign_in("acme.owner").await;
    active_at(&app, &acme.user, app.services.now() - Duration::days(60)).await;
    app.world().lock(&acme.user).await;
    app.world()
        .execute(
            "INSERT INTO device_cookies (id, user_id, cookie_hash, failed_count, locked_at, created_at, last_used_at) VALUES (?, ?, 'x', 5, ?, ?, ?)",
            vec![
                app.services.id::<uuid::Uuid>().into(),
                acme.user.id.0.into(),
                app.services.now().into(),
                app.services.now().into(),
                app.services.now().into(),
            ],
        )
        .await;
    let done = reactivate(&owner, &acme, &acme.user, false).await.ok();
    assert_eq!(done["state"]["kind"], "active");
    assert_eq!(done["lapses_on"], "2026-04-16");
    let twice = reactivate(&owner, &acme, &acme.user, false).await;
    assert_eq!(twice.outcome(), (409, "not-locked".to_owned()));
    let devices = app
        .rows("SELECT 'locked' AS a, COUNT(*) AS b FROM device_cookies WHERE locked_at IS NOT NULL OR failed_count > 0")
        .await;
    assert_eq!(devices, [("locked".to_owned(), 0)]);
    let mail = app.mails_to(&acme.user.email).await.pop().unwrap();
    assert_eq!(mail.template, "reactivated");
    assert!(mail.body.contains("Test owner"), "{}", mail.body);
    let mut caller = app.anon();
    assert_eq!(caller.sign_in("acme.user", PASSWORD).await.status, 201);

    let trail = owner
        .get(&format!(
            "/accounts/{}/audit-events?action=user.reactivate",
            acme.account
        ))
        .await
        .ok();
    assert_eq!(trail["items"].as_array().unwrap().len(), 1);
    assert_eq!(trail["items"][0]["before"]["state"], "failed_attempts");
    assert_eq!(trail["items"][0]["after"]["state"], "active");
}

/// The temporary password in a mail: the only paragraph of one word.
fn temporary_of(mail: &str) -> String {
    mail.split("\n\n")
        .find(|part| part.len() >= 15 && !part.contains(char::is_whitespace))
        .unwrap()
        .to_owned()
}

#[tokio::test]
async fn a_temporary_password_is_mailed_and_works_until_the_day_is_over() {
    let app = TestApp::start().await;
    let acme = app.world().company("acme").await;
    let owner = app.sign_in("acme.owner").await;
    app.world().lock(&acme.user).await;
    let done = reactivate(&owner, &acme, &acme.user, true).await;
    assert_eq!(done.status, 200, "{}", done.body);
    let mail = app.mails_to(&acme.user.email).await.pop().unwrap();
    let temporary = temporary_of(&mail.body);
    assert!(!done.body.contains(&temporary));
    assert!(
        mail.body.contains("3 March 2026, 00:00 UTC"),
        "{}",
        mail.body
    );
    let trail = owner
        .get(&format!("/accounts/{}/audit-events", acme.account))
        .await;
    assert!(!trail.body.contains(&temporary));

    let mut caller = app.anon();
    let signed_in = caller.sign_in("acme.user", &temporary).await;
    assert_eq!(signed_in.status, 201, "{}", signed_in.body);
    assert_eq!(signed_in.at("/next_step"), "change_password");
    // Nothing else works before.
    let early = caller.get("/accounts").await;
    assert_eq!(early.outcome(), (423, "next-step-required".to_owned()));

    // Another one, not used on the same day.
    app.world().lock(&acme.proxy).await;
    reactivate(&owner, &acme, &acme.proxy, true).await.ok();
    let mail = app.mails_to(&acme.proxy.email).await.pop().unwrap();
    let late = temporary_of(&mail.body);
    app.clock.advance(Duration::hours(9));
    let mut caller = app.anon();
    let refused = caller.sign_in("acme.proxy", &late).await;
    assert_eq!(refused.outcome(), (401, "sign-in-failed".to_owned()));
}

#[tokio::test]
async fn reactivating_many_tells_what_became_of_each() {
    let app = TestApp::start().await;
    let acme = app.world().company("acme").await;
    let other = app.world().company("other").await;
    let second_proxy = member(&app, &acme, "acme.proxy2", MemberRole::Proxy).await;
    let suspended = member(&app, &acme, "acme.suspended", MemberRole::User).await;
    let owner = app.sign_in("acme.owner").await;
    let proxy = app.sign_in("acme.proxy").await;
    let user = app.sign_in("acme.user").await;
    suspend(&owner, &acme, &suspended).await.ok();
    for person in [&acme.user, &second_proxy, &acme.owner, &other.user] {
        app.world().lock(person).await;
    }
    let path = format!("/accounts/{}/reactivations", acme.account);
    let people = [
        acme.user.id,
        second_proxy.id,
        acme.owner.id,
        acme.proxy.id,
        suspended.id,
        other.user.id,
        acme.user.id,
    ];
    let body = json!({ "user_ids": people, "temporary_password": false });
    let done = proxy.post(&path, &body).await.ok();
    let rows: Vec<_> = done["results"]
        .as_array()
        .unwrap()
        .iter()
        .map(|row| {
            (
                row["outcome"].as_str().unwrap(),
                row["code"].as_str().unwrap_or_default(),
            )
        })
        .collect();
    assert_eq!(
        rows,
        [
            ("reactivated", ""),
            ("refused", "not-above-target"),
            ("refused", "not-above-target"),
            ("refused", "not-above-target"),
            ("refused", "not-locked"),
            ("refused", "not-found"),
        ]
    );
    // What was refused is untouched; what was not is done.
    assert_eq!(
        names(&list(&owner, &acme, "state=failed_attempts").await),
        ["acme.owner", "acme.proxy2"]
    );
    let nobody = json!({ "user_ids": [], "temporary_password": false });
    let many: Vec<_> = (0..201).map(|_| acme.user.id).collect();
    for body in [
        nobody,
        json!({ "user_ids": many, "temporary_password": false }),
    ] {
        let answer = owner.post(&path, &body).await;
        assert_eq!(answer.at("/errors/0/pointer"), "/user_ids");
    }
    assert_eq!(
        user.post(&path, &body).await.outcome(),
        (403, "forbidden".to_owned())
    );
}

#[tokio::test]
async fn a_suspended_person_is_out_at_the_very_next_request() {
    let app = TestApp::start().await;
    let acme = app.world().company("acme").await;
    let owner = app.sign_in("acme.owner").await;
    let user = app.sign_in("acme.user").await;
    assert_eq!(
        user.get(&format!("/accounts/{}", acme.account))
            .await
            .status,
        200
    );
    let done = suspend(&owner, &acme, &acme.user).await.ok();
    assert_eq!(done["state"]["kind"], "suspended");
    assert_eq!(
        user.get(&format!("/accounts/{}", acme.account))
            .await
            .status,
        401
    );
    let mut again = app.anon();
    assert_eq!(again.sign_in("acme.user", PASSWORD).await.status, 401);
    let answer = reactivate(&owner, &acme, &acme.user, false).await;
    assert_eq!(answer.outcome(), (409, "not-locked".to_owned()));
    assert!(
        answer.body.contains("lift the suspension"),
        "{}",
        answer.body
    );
    let mail = app.mails_to(&acme.user.email).await.pop().unwrap();
    assert!(mail.body.contains("Left the company on 30 June"));

    let done = lift(&owner, &acme, &acme.user).await.ok();
    assert_eq!(done["state"]["kind"], "active");
    // The sessions stay ended.
    assert_eq!(
        user.get(&format!("/accounts/{}", acme.account))
            .await
            .status,
        401
    );
    assert_eq!(again.sign_in("acme.user", PASSWORD).await.status, 201);
    let twice = lift(&owner, &acme, &acme.user).await;
    assert_eq!(twice.outcome(), (409, "not-locked".to_owned()));
    for reason in ["", "x", &"x".repeat(501)] {
        let answer = owner
            .post(
                &format!("{}/suspension", one(&acme, &acme.user)),
                &json!({ "reason": reason }),
            )
            .await;
        assert_eq!(answer.at("/errors/0/pointer"), "/reason");
    }
}

/// Who lifts what whom suspended; an own suspension never.
#[tokio::test]
async fn a_suspension_is_lifted_by_the_side_that_made_it() {
    let app = TestApp::start().await;
    let acme = app.world().company("acme").await;
    let second_proxy = member(&app, &acme, "acme.proxy2", MemberRole::Proxy).await;
    let owner = app.sign_in("acme.owner").await;
    let proxy = app.sign_in("acme.proxy").await;
    let by = |side: &'static str, person: &Person| {
        let id = person.id.0;
        let app = &app;
        async move {
            app.world()
                .execute(
                    "UPDATE users SET suspended_at = ?, suspended_by_kind = ?, suspended_reason = 'Because.' WHERE id = ?",
                    vec![app.services.now().into(), side.into(), id.into()],
                )
                .await;
        }
    };
    let refused = (403, "not-above-target".to_owned());
    for (side, caller, target, allowed) in [
        ("owner", &owner, &acme.user, true),
        ("owner", &proxy, &acme.user, false),
        ("proxy", &owner, &acme.user, true),
        ("proxy", &proxy, &acme.user, true),
        ("staff", &owner, &acme.user, false),
        ("staff", &proxy, &acme.user, false),
        ("owner", &owner, &second_proxy, true),
        ("owner", &proxy, &second_proxy, false),
        ("staff", &owner, &second_proxy, false),
    ] {
        by(side, target).await;
        let answer = lift(caller, &acme, target).await;
        if allowed {
            assert_eq!(answer.status, 200, "{side} {}", target.user_name);
        } else {
            assert_eq!(answer.outcome(), refused, "{side} {}", target.user_name);
        }
    }
    // Nor is it replaced by one that others could lift.
    by("staff", &acme.user).await;
    assert_eq!(suspend(&owner, &acme, &acme.user).await.outcome(), refused);
    by("owner", &acme.user).await;
    assert_eq!(suspend(&proxy, &acme, &acme.user).await.outcome(), refused);
    for (caller, target) in [
        (&owner, &acme.owner),
        (&proxy, &acme.owner),
        (&proxy, &acme.proxy),
        (&proxy, &second_proxy),
    ] {
        assert_eq!(suspend(caller, &acme, target).await.outcome(), refused);
    }
}

#[tokio::test]
async fn a_person_of_several_companies_is_protected_from_each_of_them() {
    let app = TestApp::start().await;
    let acme = app.world().company("acme").await;
    let other = app.world().company("other").await;
    let owner = app.sign_in("acme.owner").await;
    // Who answers for another company is let in by nobody here, and shut out by nobody here.
    app.world()
        .member(acme.account, &other.owner, MemberRole::User)
        .await;
    app.world().lock(&other.owner).await;
    let refused = (403, "not-above-target".to_owned());
    assert_eq!(
        reactivate(&owner, &acme, &other.owner, false)
            .await
            .outcome(),
        refused
    );
    assert_eq!(
        suspend(&owner, &acme, &other.owner).await.outcome(),
        refused
    );
    // A user of two companies is let in by either, and shut out by none alone.
    app.world()
        .member(acme.account, &other.user, MemberRole::User)
        .await;
    app.world().lock(&other.user).await;
    assert_eq!(
        reactivate(&owner, &acme, &other.user, false).await.status,
        200
    );
    let answer = suspend(&owner, &acme, &other.user).await;
    assert_eq!(answer.outcome(), refused);
    assert!(
        answer.body.contains("take the person out"),
        "{}",
        answer.body
    );
    // Taking the person out of the own account is always possible.
    let etag = owner
        .get(&one(&acme, &other.user))
        .await
        .header("etag")
        .to_owned();
    let gone = owner.delete_match(&one(&acme, &other.user), &etag).await;
    assert_eq!(gone.status, 204);
    // Staff count like owners.
    let clerk = app
        .world()
        .person("some.clerk", Some(StaffRole::Auditor))
        .await;
    app.world()
        .member(acme.account, &clerk, MemberRole::User)
        .await;
    assert_eq!(suspend(&owner, &acme, &clerk).await.outcome(), refused);
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
async fn rights_are_changed_and_guarded_by_the_version() {
    let app = TestApp::start().await;
    let acme = app.world().company("acme").await;
    let owner = app.sign_in("acme.owner").await;
    let path = one(&acme, &acme.user);
    let right = json!([{ "sub_account_id": acme.sub_account, "structure": "write", "records": "read", "reports": "share" }]);
    let body = json!({ "access": right, "port_codes": ["2709", "2704"] });
    let blind = owner
        .send(
            reqwest::Method::PATCH,
            &path,
            Some("application/json"),
            body.to_string().into_bytes(),
        )
        .await;
    assert_eq!(blind.outcome(), (428, "precondition-required".to_owned()));
    let done = owner.patch(&path, "\"v1\"", &body).await;
    assert_eq!(done.status, 200, "{}", done.body);
    assert_eq!(done.header("etag"), "\"v2\"");
    let stale = owner.patch(&path, "\"v1\"", &body).await;
    assert_eq!(stale.outcome(), (412, "stale".to_owned()));
    let shown = owner.get(&path).await.ok();
    assert_eq!(shown["access"], right);
    assert_eq!(shown["port_codes"], json!(["2704", "2709"]));
    // What is absent stays; what changes nothing moves nothing.
    let same = owner.patch(&path, "\"v2\"", &json!({})).await;
    assert_eq!(same.header("etag"), "\"v2\"");
    let ports = owner
        .patch(&path, "\"v2\"", &json!({ "port_codes": [] }))
        .await;
    assert_eq!(ports.header("etag"), "\"v3\"");
    let shown = owner.get(&path).await.ok();
    assert_eq!(shown["access"], right);
    assert_eq!(shown["port_codes"], json!([]));
    // The person has the right at the next request.
    let user = app.sign_in("acme.user").await;
    let sub_account = format!(
        "/accounts/{}/sub-accounts/{}",
        acme.account, acme.sub_account
    );
    assert_eq!(user.get(&sub_account).await.status, 200);
    let none = owner.patch(&path, "\"v3\"", &json!({ "access": [] })).await;
    assert_eq!(none.status, 200);
    assert_eq!(user.get(&sub_account).await.status, 404);

    let proxy = app.sign_in("acme.proxy").await;
    let second = member(&app, &acme, "acme.proxy2", MemberRole::Proxy).await;
    for (caller, target) in [
        (&proxy, &second),
        (&proxy, &acme.owner),
        (&proxy, &acme.proxy),
    ] {
        let answer = caller
            .patch(&one(&acme, target), "\"v1\"", &json!({ "access": [] }))
            .await;
        assert_eq!(answer.outcome(), (403, "not-above-target".to_owned()));
    }
    let answer = owner
        .patch(&one(&acme, &second), "\"v1\"", &json!({ "access": right }))
        .await;
    assert_eq!(answer.at("/errors/0/pointer"), "/access");
}

#[tokio::test]
async fn proxies_are_made_and_unmade_by_the_owner_with_a_fresh_proof() {
    let settings = Settings {
        access_token_life: Duration::minutes(14),
        ..Settings::default()
    };
    let app = TestApp::start_with(settings).await;
    let acme = app.world().company("acme").await;
    let proxy = app.sign_in("acme.proxy").await;
    let path = one(&acme, &acme.user);
    let to_proxy = json!({ "role": "proxy" });
    let answer = proxy.patch(&path, "\"v1\"", &to_proxy).await;
    assert_eq!(answer.outcome(), (403, "owner-only".to_owned()));
    let owner = app.sign_in("acme.owner").await;
    let right = json!({ "access": [{ "sub_account_id": acme.sub_account, "structure": "read", "records": "none", "reports": "none" }] });
    owner.patch(&path, "\"v1\"", &right).await.ok();
    app.clock.advance(Duration::minutes(11));
    let late = owner.patch(&path, "\"v2\"", &to_proxy).await;
    assert_eq!(late.outcome(), (403, "proof-required".to_owned()));
    let added = json!({ "user_id": "x.unknown", "email": "x@example.com", "role": "proxy", "access": [], "port_codes": [] });
    let late = owner.post(&users(&acme), &added).await;
    assert_eq!(late.outcome(), (403, "proof-required".to_owned()));
    let owner = app.sign_in("acme.owner").await;
    let done = owner.patch(&path, "\"v2\"", &to_proxy).await.ok();
    assert_eq!(done["role"], "proxy");
    assert_eq!(owner.get(&path).await.ok()["access"], json!([]));
    let done = owner
        .patch(&path, "\"v3\"", &json!({ "role": "user" }))
        .await
        .ok();
    assert_eq!(done["role"], "user");
    assert_eq!(owner.get(&path).await.ok()["access"], json!([]));
    for body in [
        json!({ "role": "owner" }),
        json!({ "role": null, "extra": 1 }),
        json!({ "access": [{ "sub_account_id": acme.sub_account }] }),
    ] {
        assert_eq!(
            owner.patch(&path, "\"v4\"", &body).await.status,
            422,
            "{body}"
        );
    }
    // The owner's own role is changed by handing the account over.
    let own = owner
        .patch(
            &one(&acme, &acme.owner),
            "\"v1\"",
            &json!({ "role": "user" }),
        )
        .await;
    assert_eq!(own.outcome(), (409, "last-owner".to_owned()));
}

#[tokio::test]
async fn people_are_taken_out_but_the_owner_never() {
    let app = TestApp::start().await;
    let acme = app.world().company("acme").await;
    let owner = app.sign_in("acme.owner").await;
    let proxy = app.sign_in("acme.proxy").await;
    let user = app.sign_in("acme.user").await;
    let last = owner.delete_match(&one(&acme, &acme.owner), "\"v1\"").await;
    assert_eq!(last.outcome(), (409, "last-owner".to_owned()));
    for (caller, target, code) in [
        (&proxy, &acme.owner, "not-above-target"),
        (&proxy, &acme.proxy, "not-above-target"),
        (&user, &acme.user, "forbidden"),
    ] {
        let answer = caller.delete_match(&one(&acme, target), "\"v1\"").await;
        assert_eq!(answer.outcome(), (403, code.to_owned()));
    }
    let blind = owner.delete(&one(&acme, &acme.user)).await;
    assert_eq!(blind.status, 428);
    let stale = owner.delete_match(&one(&acme, &acme.user), "\"v9\"").await;
    assert_eq!(stale.outcome(), (412, "stale".to_owned()));
    assert_eq!(
        proxy
            .delete_match(&one(&acme, &acme.user), "\"v1\"")
            .await
            .status,
        204
    );
    assert_eq!(owner.get(&one(&acme, &acme.user)).await.status, 404);
    assert_eq!(
        user.get(&format!("/accounts/{}", acme.account))
            .await
            .status,
        404
    );

    // Somebody who was only invited: the link is dead, the address free again.
    let invitation = json!({ "email": "ana.lee@harbor.example", "given_name": "Ana", "family_name": "Lee", "role": "user", "access": [], "port_codes": [] });
    let invitations = format!("/accounts/{}/invitations", acme.account);
    owner.post(&invitations, &invitation).await.ok();
    let token = app.token_for("ana.lee@harbor.example").await;
    let invited = list(&owner, &acme, "state=invited").await[0]["id"]
        .as_str()
        .unwrap()
        .to_owned();
    let gone = owner
        .delete_match(&format!("{}/{invited}", users(&acme)), "\"v1\"")
        .await;
    assert_eq!(gone.status, 204, "{}", gone.body);
    let seen = app
        .anon()
        .post("/invitations/previews", &json!({ "token": token }))
        .await;
    assert_eq!(seen.code(), "link-not-valid");
    assert_eq!(owner.post(&invitations, &invitation).await.status, 201);
}

#[tokio::test]
async fn a_user_of_the_portal_is_added_by_user_id_and_address_together() {
    let app = TestApp::start().await;
    let acme = app.world().company("acme").await;
    let other = app.world().company("other").await;
    let owner = app.sign_in("acme.owner").await;
    let body = |user_id: &str, email: &str| json!({ "user_id": user_id, "email": email, "role": "user", "access": [], "port_codes": ["2704"] });
    let mut answers = Vec::new();
    for (user_id, email) in [
        ("other.user", "somebody.else@example.com"),
        ("other.owner", other.user.email.as_str()),
        ("nobody.at.all", other.user.email.as_str()),
        ("nobody.at.all", "somebody.else@example.com"),
    ] {
        let answer = owner.post(&users(&acme), &body(user_id, email)).await;
        assert_eq!(answer.outcome(), (409, "person-not-matched".to_owned()));
        let mut json = answer.json();
        json["instance"] = Value::Null;
        answers.push(json);
    }
    answers.dedup();
    assert_eq!(answers.len(), 1);
    let added = owner
        .post(&users(&acme), &body("OTHER.user", "Other.User@EXAMPLE.com"))
        .await;
    assert_eq!(added.status, 201, "{}", added.body);
    assert_eq!(added.at("/id"), json!(other.user.id));
    let twice = owner
        .post(&users(&acme), &body("other.user", &other.user.email))
        .await;
    assert_eq!(twice.outcome(), (409, "already-member".to_owned()));
    let mail = app.mails_to(&other.user.email).await.pop().unwrap();
    assert_eq!(mail.template, "added_to_account");
    let user = app.sign_in("other.user").await;
    assert_eq!(
        user.get(&format!("/accounts/{}", acme.account))
            .await
            .status,
        200
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
