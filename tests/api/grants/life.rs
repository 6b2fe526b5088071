//! From the proposal to the end, by the clock, and everything that is refused in words.

use chrono::Duration;
use quaymaster_domain::account_number::AccountNumber;
use serde_json::json;

use super::{Two, accept, act, hidden, not_active, rights, seen};

#[tokio::test]
async fn a_client_invites_and_the_broker_sees_until_the_client_ends_it() {
    let two = Two::start().await;
    let proposed = two.client_owner.post("/grants", &two.invitation()).await;
    assert_eq!(proposed.status, 201, "{}", proposed.body);
    assert_eq!(proposed.at("/state/kind"), "proposed");
    assert_eq!(proposed.at("/in_effect"), false);
    let id = proposed.at("/id").as_str().unwrap().to_owned();
    for who in [&two.broker_owner, &two.employee] {
        assert_eq!(two.look(who).await, hidden());
    }
    let needs = two.broker_owner.get("/me/needs").await.ok();
    assert!(needs.to_string().contains("grants_to_answer"), "{needs}");

    let accepted = accept(&two.broker_owner, &id, 1).await;
    assert_eq!(accepted.at("/state/kind"), "active", "{}", accepted.body);
    assert_eq!(two.look(&two.broker_owner).await, seen());
    assert_eq!(two.look(&two.employee).await, hidden());
    two.assign(&id).await.ok();
    assert_eq!(two.look(&two.employee).await, seen());

    let listed = two.employee.get("/accounts?seen_as=guest").await.ok();
    assert_eq!(listed["items"][0]["id"], json!(two.client.account));
    assert_eq!(listed["items"][0]["my_role"], json!(null));
    assert_eq!(
        listed["items"][0]["guest"]["grants"][0]["grant_id"],
        json!(id)
    );
    let all = two.employee.get("/accounts").await.ok();
    assert_eq!(all["items"].as_array().unwrap().len(), 2);

    let ended = act(&two.client_owner, &id, "revocation").await;
    assert_eq!(ended.at("/state/how"), "revoked", "{}", ended.body);
    assert_eq!(two.look(&two.employee).await, not_active());
    let words = two
        .employee
        .get(&format!("/accounts/{}", two.client.account))
        .await;
    assert!(
        words.body.contains("has ended the access"),
        "{}",
        words.body
    );
    let listed = two.employee.get("/accounts?seen_as=guest").await.ok();
    assert_eq!(listed["items"].as_array().unwrap().len(), 0);
    assert_eq!(
        act(&two.client_owner, &id, "revocation").await.code(),
        "grant-state"
    );
}

#[tokio::test]
async fn a_grant_ends_at_the_second_of_its_end_though_no_job_has_run() {
    let mut two = Two::start().await;
    let end = two.app.services.now() + Duration::days(3);
    let mut body = two.invitation();
    body["ends_at"] = json!(end);
    let id = two.client_owner.post("/grants", &body).await.ok()["id"]
        .as_str()
        .unwrap()
        .to_owned();
    accept(&two.broker_owner, &id, 1).await.ok();
    two.assign(&id).await.ok();
    two.app
        .clock
        .advance(Duration::days(3) - Duration::seconds(1));
    two.again().await;
    assert_eq!(two.look(&two.employee).await, seen());
    two.app.clock.advance(Duration::seconds(1));
    assert_eq!(two.look(&two.employee).await, not_active());
    let found = two.client_owner.get(&format!("/grants/{id}")).await.ok();
    assert_eq!(found["state"]["kind"], "ended");
    assert_eq!(found["state"]["how"], "expired");
    // A new one can be proposed though nothing has tidied up.
    let next = two.client_owner.post("/grants", &two.invitation()).await;
    assert_eq!(next.status, 201, "{}", next.body);
}

#[tokio::test]
async fn pause_and_resume_count_at_the_next_click() {
    let two = Two::start().await;
    let id = two.granted().await;
    act(&two.broker_owner, &id, "pause").await.ok();
    assert_eq!(two.look(&two.employee).await, not_active());
    assert_eq!(
        two.client_owner
            .post_empty(&format!("/grants/{id}/resume"))
            .await
            .code(),
        "grant-state"
    );
    two.broker_owner
        .post_empty(&format!("/grants/{id}/resume"))
        .await
        .ok();
    assert_eq!(two.look(&two.employee).await, seen());
    act(&two.client_owner, &id, "pause").await.ok();
    assert_eq!(two.look(&two.broker_owner).await, not_active());
}

#[tokio::test]
async fn the_recipient_asks_for_more_and_gives_up_at_once() {
    let two = Two::start().await;
    let mut body = two.invitation();
    body["rights"] =
        json!({ "structure": true, "records": "own_filings", "reports": true, "users": false });
    let id = two.client_owner.post("/grants", &body).await.ok()["id"]
        .as_str()
        .unwrap()
        .to_owned();
    accept(&two.broker_owner, &id, 1).await.ok();
    let wanted = json!({ "rights": { "structure": true, "records": "all", "reports": false, "users": false } });
    let path = format!("/grants/{id}");
    let asked = two.broker_owner.patch(&path, "\"v2\"", &wanted).await;
    assert_eq!(asked.status, 202, "{}", asked.body);
    assert_eq!(asked.at("/rights/reports"), false);
    assert_eq!(asked.at("/rights/records"), "own_filings");
    assert_eq!(asked.at("/pending_change/rights/records"), "all");
    let stale = two.client_owner.patch(&path, "\"v2\"", &wanted).await;
    assert_eq!(stale.code(), "stale");
    let agreed = two
        .client_owner
        .post(
            &format!("{path}/change/acceptance"),
            &json!({ "version": 3 }),
        )
        .await;
    assert_eq!(agreed.at("/rights/records"), "all", "{}", agreed.body);
    let widened = two
        .client_owner
        .patch(
            &path,
            "\"v4\"",
            &json!({ "rights": rights(), "ends_at": null }),
        )
        .await;
    assert_eq!(widened.status, 200, "{}", widened.body);
    assert_eq!(widened.at("/ends_at"), json!(null));
}

#[tokio::test]
async fn what_does_not_fit_is_refused_in_words() {
    let two = Two::start().await;
    let now = two.app.services.now();
    let odd = {
        let driver = two.app.world().person("driver.owner", None).await;
        two.app
            .world()
            .account_with(two.client.company, "Drivers", &driver, "driver_crew")
            .await
    };
    let driver = two.app.sign_in("driver.owner").await;
    let with = |change: &dyn Fn(&mut serde_json::Value)| {
        let mut body = two.invitation();
        change(&mut body);
        body
    };
    for (body, code, pointer) in [
        (
            with(
                &|b| b["counterparty"] = json!({ "account_number": two.client.account_number, "owner_user_id": "client.owner" }),
            ),
            "invalid",
            "/counterparty/account_number",
        ),
        (with(&|b| b["ends_at"] = json!(now)), "invalid", "/ends_at"),
        (
            with(&|b| {
                b["starts_at"] = json!(now + Duration::days(9));
                b["ends_at"] = json!(now + Duration::days(8));
            }),
            "invalid",
            "/ends_at",
        ),
        (
            with(&|b| {
                b["rights"] = json!({ "structure": false, "records": "none", "reports": false, "users": false });
            }),
            "invalid",
            "/rights",
        ),
        (
            with(&|b| {
                b["all_sub_accounts"] = json!(false);
                b["sub_account_ids"] = json!([two.broker.sub_account]);
            }),
            "invalid",
            "/sub_account_ids/0",
        ),
        (
            with(&|b| b["counterparty"] = json!(null)),
            "invalid",
            "/counterparty",
        ),
    ] {
        let answer = two.client_owner.post("/grants", &body).await;
        assert_eq!(answer.code(), code, "{}", answer.body);
        assert_eq!(answer.at("/errors/0/pointer"), pointer, "{}", answer.body);
    }
    let of_drivers = with(&|b| {
        b["account_id"] = json!(odd.0);
        b["all_sub_accounts"] = json!(false);
        b["sub_account_ids"] = json!([odd.2]);
    });
    let answer = driver.post("/grants", &of_drivers).await;
    assert_eq!(
        answer.at("/errors/0/code"),
        "right-not-in-sub-account",
        "{}",
        answer.body
    );

    // One answer to every mismatch.
    let nobodys = AccountNumber::from_serial(99_000).unwrap().to_string();
    let mut said = std::collections::BTreeSet::new();
    for (number, owner) in [
        (two.broker.account_number.as_str(), "client.owner"),
        (two.broker.account_number.as_str(), "nobody.at.all"),
        (nobodys.as_str(), "broker.owner"),
        (odd.1.as_str(), "broker.owner"),
    ] {
        let body = with(&|b| {
            b["counterparty"] = json!({ "account_number": number, "owner_user_id": owner });
        });
        let answer = two.client_owner.post("/grants", &body).await;
        assert_eq!(
            answer.code(),
            "counterparty-not-matched",
            "{number}: {}",
            answer.body
        );
        said.insert(answer.at("/detail").to_string());
    }
    assert_eq!(said.len(), 1);

    two.client_owner
        .post("/grants", &two.invitation())
        .await
        .ok();
    assert_eq!(
        two.client_owner
            .post("/grants", &two.invitation())
            .await
            .code(),
        "grant-exists"
    );
    two.app
        .world()
        .execute(
            "UPDATE accounts SET state = 'closed' WHERE id = ?",
            vec![odd.0.0.into()],
        )
        .await;
    let closed = with(&|b| {
        b["counterparty"] = json!({ "account_number": odd.1, "owner_user_id": "driver.owner" });
    });
    assert_eq!(
        two.client_owner.post("/grants", &closed).await.code(),
        "account-closed"
    );
}

#[tokio::test]
async fn a_refused_identifier_becomes_a_request_that_tells_the_broker_nothing() {
    let two = Two::start().await;
    two.app
        .world()
        .register(two.client.party, "importer_number", "28-1111111AA")
        .await;
    let refused = two
        .broker_owner
        .post(
            &format!(
                "/accounts/{}/sub-accounts/{}/identifiers",
                two.broker.account, two.broker.sub_account
            ),
            &json!({ "kind": "importer_number", "value": "28-1111111AA" }),
        )
        .await;
    assert_eq!(refused.code(), "client-identifier", "{}", refused.body);
    let draft = two
        .broker_owner
        .post(
            &format!("/accounts/{}/access-request-drafts", two.broker.account),
            &json!({ "sub_account_id": null, "identifier_kind": "importer_number", "identifier_value": "28-1111111AA", "note": null }),
        )
        .await
        .ok();
    let request = json!({
        "account_id": two.broker.account, "direction": "request", "counterparty": null, "draft_id": draft["id"],
        "all_sub_accounts": true, "sub_account_ids": [], "top_level": false, "rights": rights(), "purpose": "We file your entries.",
    });
    let sent = two.broker_owner.post("/grants", &request).await;
    assert_eq!(sent.status, 201, "{}", sent.body);
    assert_eq!(sent.at("/grantor/account_id"), json!(null));
    assert_eq!(sent.at("/grantor/owner"), json!(null));
    assert!(!sent.body.contains(&two.client.account_number));
    assert!(!sent.body.contains("client.owner"));
    let id = sent.at("/id").as_str().unwrap().to_owned();
    let drafts = two
        .broker_owner
        .get(&format!(
            "/accounts/{}/access-request-drafts",
            two.broker.account
        ))
        .await
        .ok();
    assert_eq!(drafts["items"].as_array().unwrap().len(), 0);

    let there = two
        .client_owner
        .get(&format!(
            "/accounts/{}/grants-given?state=proposed",
            two.client.account
        ))
        .await
        .ok();
    assert_eq!(there["items"][0]["id"], json!(id));
    assert_eq!(there["items"][0]["can"]["accept"]["allowed"], true);
    let less = json!({ "version": 1, "narrowing": { "all_sub_accounts": true, "sub_account_ids": [], "top_level": false,
        "rights": { "structure": true, "records": "none", "reports": false, "users": false }, "ends_at": null } });
    let path = format!("/grants/{id}/acceptance");
    assert_eq!(
        two.client_owner.post(&path, &less).await.code(),
        "exceeds-grant"
    );
    let mut fits = less;
    fits["narrowing"]["ends_at"] = json!(two.app.services.now() + Duration::days(30));
    two.client_owner.post(&path, &fits).await.ok();
    let found = two.broker_owner.get(&format!("/grants/{id}")).await.ok();
    assert_eq!(
        found["grantor"]["account_number"],
        json!(two.client.account_number)
    );
    assert_eq!(found["rights"]["records"], "none");
}

#[tokio::test]
async fn a_blocked_company_hears_nothing_and_reaches_nobody() {
    let two = Two::start().await;
    let mut request = two.invitation();
    request["account_id"] = json!(two.broker.account);
    request["direction"] = json!("request");
    request["counterparty"] =
        json!({ "account_number": two.client.account_number, "owner_user_id": "client.owner" });
    let first = two.broker_owner.post("/grants", &request).await.ok();
    two.client_owner
        .post(
            &format!("/accounts/{}/blocked-companies", two.client.account),
            &json!({ "grant_id": first["id"], "reason": "We do not know you", "report": true }),
        )
        .await
        .ok();
    let declined = two
        .broker_owner
        .get(&format!("/grants/{}", first["id"].as_str().unwrap()))
        .await
        .ok();
    assert_eq!(declined["state"]["how"], "declined");
    assert_eq!(declined["state"]["reason"], json!("We do not know you"));
    let second = two.broker_owner.post("/grants", &request).await;
    assert_eq!(second.status, 201, "{}", second.body);
    assert_eq!(second.at("/state/kind"), "proposed");
    let id = second.at("/id").as_str().unwrap().to_owned();
    let seen = two
        .client_owner
        .get(&format!(
            "/accounts/{}/grants-given?state=proposed",
            two.client.account
        ))
        .await
        .ok();
    assert_eq!(seen["items"].as_array().unwrap().len(), 0);
    assert_eq!(
        two.client_owner.get(&format!("/grants/{id}")).await.status,
        404
    );
    assert_eq!(accept(&two.client_owner, &id, 1).await.status, 404);
    // The client can still invite the company itself.
    let own = two.client_owner.post("/grants", &two.invitation()).await;
    assert_eq!(own.status, 201, "{}", own.body);
}

#[tokio::test]
async fn both_trails_and_both_mailboxes_tell_what_happened() {
    let two = Two::start().await;
    let id = two.granted().await;
    act(&two.client_owner, &id, "revocation").await.ok();
    for (who, account) in [
        (&two.client_owner, two.client.account),
        (&two.broker_owner, two.broker.account),
    ] {
        let trail = who
            .get(&format!("/accounts/{account}/audit-events?limit=200"))
            .await
            .ok()
            .to_string();
        for action in [
            "grant.propose",
            "grant.accept",
            "grant.assign_people",
            "grant.revoke",
        ] {
            assert!(trail.contains(action), "{action} in the trail of {account}");
        }
    }
}
