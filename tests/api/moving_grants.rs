//! What becomes of cross-account grants and of access reviews when structure moves between accounts of one company: grants
//! follow what they cover, the other side is told, and nobody gets back by a move what a review took.

use chrono::Duration;
use quaymaster_domain::ids::AccountId;
use quaymaster_domain::members::MemberRole;
use quaymaster_tests::{Caller, Company, TestApp};
use serde_json::{Value, json};

use crate::access_reviews::patient;
use crate::transfers::{Pair, activity, items, pair, sub_account};

/// An account invites a broker, for all of its sub-accounts or the named ones, and the broker accepts.
async fn granted(
    owner: &Caller,
    from: AccountId,
    to: &Company,
    recipient: &Caller,
    subs: &[&str],
) -> String {
    let made = owner
        .post(
            "/grants",
            &json!({
                "account_id": from, "direction": "invite",
                "counterparty": { "account_number": to.account_number, "owner_user_id": to.owner.user_name },
                "draft_id": null, "all_sub_accounts": subs.is_empty(), "sub_account_ids": subs, "top_level": subs.is_empty(),
                "rights": { "structure": true, "records": if subs.is_empty() { "all" } else { "none" }, "reports": true, "users": true },
                "purpose": "You file our entries",
            }),
        )
        .await
        .ok();
    let grant = made["id"].as_str().unwrap().to_owned();
    let body = json!({ "version": made["version"], "narrowing": null });
    recipient
        .post(&format!("/grants/{grant}/acceptance"), &body)
        .await
        .ok();
    grant
}

/// The broker passes every grant of a client on to its user, by a client group and a team.
async fn passed_on_by_group(broker: &Company, owner: &Caller, client: AccountId) {
    let at = format!("/accounts/{}", broker.account);
    let id = |made: Value| made["id"].as_str().unwrap().to_owned();
    let group = owner
        .post(
            &format!("{at}/client-groups"),
            &json!({ "name": "Pacific" }),
        )
        .await;
    let group = id(group.ok());
    let team = owner
        .post(&format!("{at}/teams"), &json!({ "name": "Desk" }))
        .await;
    let team = id(team.ok());
    owner
        .post(
            &format!("{at}/client-groups/{group}/clients"),
            &json!({ "all": false, "client_account_ids": [client] }),
        )
        .await
        .ok();
    owner
        .put(
            &format!("{at}/teams/{team}/members"),
            &json!({ "user_ids": [broker.user.id] }),
        )
        .await
        .ok();
    owner
        .put(
            &format!("{at}/teams/{team}/client-groups/{group}"),
            &json!({ "rights": null }),
        )
        .await
        .ok();
}

async fn names(who: &Caller, account: AccountId) -> Vec<String> {
    let list = who
        .get(&format!("/accounts/{account}/sub-accounts?limit=200"))
        .await
        .ok();
    items(&list)
        .iter()
        .map(|s| s["name"].as_str().unwrap().to_owned())
        .collect()
}

async fn status(who: &Caller, account: AccountId) -> u16 {
    who.get(&format!("/accounts/{account}/sub-accounts"))
        .await
        .status
}

async fn letter(app: &TestApp, to: &Company) -> String {
    let letter = app.mails_to(&to.owner.email).await.pop().unwrap();
    assert_eq!(
        letter.template, "grant_follows_structure",
        "{}",
        letter.body
    );
    letter.body
}

/// Acme gives its exports to the second account.
async fn transfer_exports(p: &Pair) -> Value {
    let path = format!("/accounts/{}/transfers", p.acme.account);
    let query = format!("activity=exporter&to_account_id={}", p.second);
    let shown = p.owner.get(&format!("{path}/preview?{query}")).await.ok();
    let body = json!({ "activity": "exporter", "to_account_id": p.second, "shared_identifiers": null, "reason": "Moves", "preview_version": shown["version"] });
    let made = p.owner.post(&path, &body).await.ok();
    let accept = format!(
        "/accounts/{}/transfers/{}/acceptance",
        p.second,
        made["id"].as_str().unwrap()
    );
    p.other
        .post(
            &accept,
            &json!({ "preview_version": made["preview_version"] }),
        )
        .await
        .ok();
    shown
}

/// The second account goes into the first.
async fn merge(p: &Pair) -> Value {
    let shown = p
        .other
        .get(&format!(
            "/accounts/{}/merges/preview?other_account_id={}&keep=other&managers_become=user",
            p.second, p.acme.account
        ))
        .await
        .ok();
    let made = p
        .other
        .post(
            &format!("/accounts/{}/merges", p.second),
            &json!({ "other_account_id": p.acme.account, "keep": "other", "managers_become": "user", "reason": "One is enough", "preview_version": shown["version"] }),
        )
        .await
        .ok();
    let accept = format!(
        "/accounts/{}/merges/{}/acceptance",
        p.acme.account,
        made["id"].as_str().unwrap()
    );
    p.owner
        .post(
            &accept,
            &json!({ "preview_version": made["preview_version"] }),
        )
        .await
        .ok();
    shown
}

#[tokio::test]
async fn a_grant_follows_the_sub_accounts_that_a_transfer_moves() {
    let app = TestApp::start().await;
    let p = pair(&app).await;
    let broker = app.world().company("broker").await;
    let wide = app.world().company("wide").await;
    let there = app.world().company("there").await;
    let broker_owner = app.sign_in("broker.owner").await;
    let wide_owner = app.sign_in("wide.owner").await;
    let there_owner = app.sign_in("there.owner").await;
    let employee = app.sign_in("broker.user").await;
    activity(&p.owner, p.acme.account, "exporter").await;
    let sub = sub_account(&p.owner, p.acme.account, "Exports", "exporter").await;
    let named = granted(&p.owner, p.acme.account, &broker, &broker_owner, &[&sub]).await;
    granted(&p.owner, p.acme.account, &wide, &wide_owner, &[]).await;
    granted(&p.other, p.second, &there, &there_owner, &[]).await;
    passed_on_by_group(&broker, &broker_owner, p.acme.account).await;
    assert_eq!(names(&employee, p.acme.account).await, ["Exports"]);

    let shown = transfer_exports(&p).await;
    let outcomes: Vec<_> = shown["grants"]
        .as_array()
        .unwrap()
        .iter()
        .map(|g| g["outcome"].as_str().unwrap())
        .collect();
    assert_eq!(outcomes, ["moves", "shrinks", "stays"], "{shown}");

    // Owner and employee of the broker see it where it is now, and no longer where it was.
    for caller in [&broker_owner, &employee] {
        assert_eq!(names(caller, p.second).await, ["Exports"]);
        assert_eq!(status(caller, p.acme.account).await, 404);
    }
    let grant = broker_owner.get(&format!("/grants/{named}")).await.ok();
    assert_eq!(grant["state"]["kind"], "active");
    assert_eq!(grant["top_level"], false);
    assert_eq!(grant["rights"]["users"], false);
    // What covered everything covers what stayed, and what was there, and nothing that arrived.
    assert_eq!(names(&wide_owner, p.acme.account).await, ["First"]);
    assert_eq!(names(&there_owner, p.second).await, ["First"]);
    assert!(letter(&app, &broker).await.contains(&p.second_number));
    assert!(letter(&app, &wide).await.contains("no longer covers"));
    assert!(
        letter(&app, &there)
            .await
            .contains("not those that arrived")
    );
    // The new grantor has it in hand.
    let ledger = p
        .other
        .get(&format!("/accounts/{}/outside-people", p.second))
        .await
        .ok();
    assert_eq!(items(&ledger).len(), 3, "{ledger}");
    p.other
        .post(
            &format!("/grants/{named}/revocation"),
            &json!({ "reason": "Over" }),
        )
        .await
        .ok();
    assert_eq!(
        employee
            .get(&format!("/accounts/{}/sub-accounts", p.second))
            .await
            .outcome(),
        (403, "grant-not-active".to_owned())
    );
}

#[tokio::test]
async fn a_merge_carries_given_and_received_grants_along() {
    let app = TestApp::start().await;
    let p = pair(&app).await;
    let broker = app.world().company("broker").await;
    let client = app.world().company("client").await;
    let both = app.world().company("both").await;
    let broker_owner = app.sign_in("broker.owner").await;
    let client_owner = app.sign_in("client.owner").await;
    let both_owner = app.sign_in("both.owner").await;
    let employee = app.sign_in("broker.user").await;
    let own = app.world().person("second.user", None).await;
    app.world().member(p.second, &own, MemberRole::User).await;
    let clerk = app.sign_in("second.user").await;
    let second = Company {
        account: p.second,
        account_number: p.second_number.clone(),
        owner: p.ben.clone(),
        ..p.acme.clone()
    };
    granted(&p.other, p.second, &broker, &broker_owner, &[]).await;
    passed_on_by_group(&broker, &broker_owner, p.second).await;
    let received = granted(&client_owner, client.account, &second, &p.other, &[]).await;
    p.other
        .put(
            &format!("/grants/{received}/people/{}", own.id),
            &json!({ "rights": null }),
        )
        .await
        .ok();
    let twice = granted(&p.other, p.second, &both, &both_owner, &[]).await;
    granted(&p.owner, p.acme.account, &both, &both_owner, &[]).await;
    assert_eq!(names(&clerk, client.account).await, ["First"]);

    merge(&p).await;
    assert_eq!(names(&employee, p.acme.account).await, ["First (2)"]);
    assert_eq!(names(&clerk, client.account).await, ["First"]);
    assert_eq!(names(&p.owner, client.account).await, ["First"]);
    assert_eq!(names(&both_owner, p.acme.account).await, ["First"]);
    let ended = both_owner.get(&format!("/grants/{twice}")).await.ok();
    assert_eq!(ended["state"]["kind"], "ended");
    assert!(letter(&app, &broker).await.contains(&p.acme.account_number));
    assert!(letter(&app, &client).await.contains(&p.acme.account_number));
    let told: Vec<_> = app
        .mails_to(&both.owner.email)
        .await
        .into_iter()
        .filter(|m| m.template == "grant_follows_structure")
        .collect();
    // One letter of the grant that ended, one of the grant that names now what it covers.
    assert_eq!(told.len(), 2);
    assert!(told.iter().any(|m| m.body.contains("has ended")));
}

/// The first review lapses; then a member, a guest and a running review go into a merge.
#[tokio::test]
async fn nobody_gets_back_by_a_merge_what_a_review_took() {
    let app = TestApp::start_with(patient()).await;
    let p = pair(&app).await;
    let broker = app.world().company("broker").await;
    let broker_owner = app.sign_in("broker.owner").await;
    let employee = app.sign_in("broker.user").await;
    let own = app.world().person("second.user", None).await;
    app.world().member(p.second, &own, MemberRole::User).await;
    let clerk = app.sign_in("second.user").await;
    let grant = granted(&p.other, p.second, &broker, &broker_owner, &[]).await;
    broker_owner
        .put(
            &format!("/grants/{grant}/people/{}", broker.user.id),
            &json!({ "rights": null }),
        )
        .await
        .ok();
    let reviews = format!("/accounts/{}/access-reviews", p.second);
    let review = |due: &str| json!({ "name": null, "covers_members": true, "covers_outside": true, "due_on": due, "when_unanswered": "suspend", "note": null });
    p.other.post(&reviews, &review("2026-03-16")).await.ok();
    let schedule = format!("/accounts/{}/access-review-schedule", p.second);
    let each = json!({ "due_days": 14, "covers_members": true, "covers_outside": true, "when_unanswered": "suspend" });
    p.other.put(&schedule, &each).await.ok();
    app.clock.advance(Duration::days(15));
    for caller in [&clerk, &employee, &broker_owner] {
        assert_eq!(status(caller, p.second).await, 403);
    }
    let p = Pair {
        owner: app.sign_in("acme.owner").await,
        other: app.sign_in("ben.second").await,
        ..p
    };
    let running = p.other.post(&reviews, &review("2026-04-10")).await.ok();

    let shown = merge(&p).await;
    let ending = shown["ending_changes"].to_string();
    assert!(
        ending.contains("access review") && ending.contains("schedule"),
        "{ending}"
    );
    for caller in [&clerk, &employee, &broker_owner] {
        assert_ne!(status(caller, p.acme.account).await, 200);
    }
    let closed = p
        .owner
        .get(&format!("{reviews}/{}", running["id"].as_str().unwrap()))
        .await
        .ok();
    assert_eq!(closed["state"], "cancelled");
    assert_eq!(
        closed["cancel_reason"],
        "One of the accounts was merged into another one."
    );
    assert_eq!(closed["counts"]["unanswered"], 0, "{closed}");
    // The next grantor sees who is kept off and why, and may readmit.
    let people = p.owner.get(&format!("/grants/{grant}/people")).await.ok();
    let removed = items(&people)
        .into_iter()
        .find(|one| one["person"]["id"] == json!(broker.user.id))
        .unwrap()["removed"]
        .clone();
    assert!(
        removed["reason"]
            .as_str()
            .unwrap()
            .contains("access review"),
        "{removed}"
    );
    let readmit = format!("/grants/{grant}/people/{}/removal", broker.user.id);
    assert!(p.owner.delete(&readmit).await.status < 300);
    assert_eq!(names(&employee, p.acme.account).await, ["First (2)"]);
}

/// A transfer takes a grant out of the reviews of the account that gave it; whoever lost it there has not got it back.
#[tokio::test]
async fn a_transfer_takes_a_grant_out_of_the_reviews_of_the_giver() {
    let app = TestApp::start_with(patient()).await;
    let p = pair(&app).await;
    let broker = app.world().company("broker").await;
    let broker_owner = app.sign_in("broker.owner").await;
    activity(&p.owner, p.acme.account, "exporter").await;
    let sub = sub_account(&p.owner, p.acme.account, "Exports", "exporter").await;
    granted(&p.owner, p.acme.account, &broker, &broker_owner, &[&sub]).await;
    let reviews = format!("/accounts/{}/access-reviews", p.acme.account);
    let body = json!({ "name": null, "covers_members": false, "covers_outside": true, "due_on": "2026-03-16", "when_unanswered": "suspend", "note": null });
    let running = p.owner.post(&reviews, &body).await.ok();
    let one = format!("{reviews}/{}", running["id"].as_str().unwrap());
    transfer_exports(&p).await;
    let left = p.owner.get(&one).await.ok();
    assert_eq!(left["counts"]["unanswered"], 0, "{left}");
    assert_eq!(left["counts"]["left"], 1, "{left}");
    app.clock.advance(Duration::days(20));
    assert_eq!(names(&broker_owner, p.second).await, ["Exports"]);
}
