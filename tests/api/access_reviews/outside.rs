//! People of other companies in a review: reviewed, removed, suspended by the clock, let back in by a late answer.

use super::*;

#[tokio::test]
async fn outsiders_are_reviewed_and_lose_access_by_the_clock() {
    let app = TestApp::start_with(patient()).await;
    let world = app.world();
    let client = world.company("client").await;
    let broker = world.company("broker").await;
    let owner = app.sign_in("client.owner").await;
    let broker_owner = app.sign_in("broker.owner").await;
    let employee = app.sign_in("broker.user").await;
    let invite = json!({
        "account_id": client.account, "direction": "invite",
        "counterparty": { "account_number": broker.account_number, "owner_user_id": "broker.owner" },
        "draft_id": null, "all_sub_accounts": true, "sub_account_ids": [], "top_level": true,
        "rights": { "structure": true, "records": "none", "reports": false, "users": false }, "purpose": "You file our entries",
    });
    let made = owner.post("/grants", &invite).await.ok();
    let grant = made["id"].as_str().unwrap().to_owned();
    let body = json!({ "version": made["version"], "narrowing": null });
    broker_owner
        .post(&format!("/grants/{grant}/acceptance"), &body)
        .await
        .ok();
    let person = format!("/grants/{grant}/people/{}", broker.user.id);
    broker_owner
        .put(&person, &json!({ "rights": null }))
        .await
        .ok();
    let account = format!("/accounts/{}", client.account);
    assert_eq!(employee.get(&account).await.status, 200);

    let review = started(&owner, &client, "suspend").await;
    let outside = owner
        .get(&format!("{review}/items?kind=outside"))
        .await
        .ok();
    assert_eq!(outside["items"].as_array().unwrap().len(), 2, "{outside}");
    let item = item_of(&owner, &review, &broker.user).await;
    assert_eq!(item["company_name"], "broker Trading");
    assert_eq!(item["access_summary"], "All sub-accounts: structure");
    assert_eq!(item["email"], "");
    let proxy = app.sign_in("client.proxy").await;
    let refused = answer(&proxy, &review, &broker.user, "keep", Value::Null).await;
    assert_eq!(refused.outcome(), (403, "owner-only".to_owned()));
    let unchanged = answer(&owner, &review, &broker.user, "change", Value::Null).await;
    assert_eq!(unchanged.outcome(), (409, "nothing-changed".to_owned()));
    answer(&owner, &review, &broker.owner, "keep", Value::Null)
        .await
        .ok();
    app.clock.advance(Duration::days(14) + Duration::hours(9));
    assert_eq!(
        employee.get(&account).await.outcome(),
        (403, "grant-not-active".to_owned())
    );
    assert_eq!(broker_owner.get(&account).await.status, 200);
    let ledger = owner.get(&format!("{account}/outside-people")).await.ok();
    assert_eq!(ledger["items"].as_array().unwrap().len(), 1, "{ledger}");
    let mine = employee.get("/accounts?seen_as=guest").await.ok();
    assert_eq!(mine["items"], json!([]));
    // A late answer lets the person back in.
    answer(&owner, &review, &broker.user, "keep", Value::Null)
        .await
        .ok();
    assert_eq!(employee.get(&account).await.status, 200);
    // The next review removes the person for good.
    let path = reviews(&client);
    let mut next = new_review("report");
    next["due_on"] = json!("2026-04-01");
    let second = owner.post(&path, &next).await.ok();
    let second = format!("{path}/{}", second["id"].as_str().unwrap());
    let done = answer(&owner, &second, &broker.user, "remove", Value::Null).await;
    assert_eq!(done.at("/state"), "removed", "{}", done.body);
    assert_eq!(employee.get(&account).await.status, 403);
    let people = owner.get(&format!("/grants/{grant}/people")).await.ok();
    let removed = people["items"]
        .as_array()
        .unwrap()
        .iter()
        .find(|p| p["person"]["id"] == json!(broker.user.id))
        .unwrap()["removed"]
        .clone();
    assert_eq!(removed["reason"], "Checked with the team");
}
