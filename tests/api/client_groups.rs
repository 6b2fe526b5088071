//! Client groups times teams over HTTP: who may change them, what members see through them, and never more than the grant.

use quaymaster_tests::{Caller, Company, TestApp};
use serde_json::{Value, json};

fn of(company: &Company, rest: &str) -> String {
    format!("/accounts/{}/{rest}", company.account)
}

fn id(value: &Value) -> String {
    value["id"].as_str().unwrap().to_owned()
}

/// A client lets the broker see its structure.
async fn granted(client: &Caller, from: &Company, to: &Company, broker: &Caller) -> String {
    let invite = json!({
        "account_id": from.account, "direction": "invite",
        "counterparty": { "account_number": to.account_number, "owner_user_id": to.owner.user_name },
        "draft_id": null, "all_sub_accounts": true, "sub_account_ids": [], "top_level": false,
        "rights": { "structure": true, "records": "none", "reports": false, "users": false }, "purpose": "You file our entries",
    });
    let made = client.post("/grants", &invite).await.ok();
    let grant = id(&made);
    let accepted = broker
        .post(
            &format!("/grants/{grant}/acceptance"),
            &json!({ "version": made["version"], "narrowing": null }),
        )
        .await;
    assert_eq!(accepted.status, 200, "{}", accepted.body);
    grant
}

#[tokio::test]
async fn members_of_a_team_see_the_clients_of_its_groups_and_no_more_than_the_grant() {
    let app = TestApp::start().await;
    let world = app.world();
    let broker = world.company("broker").await;
    let client = world.company("client").await;
    let owner = app.sign_in("broker.owner").await;
    let employee = app.sign_in("broker.user").await;
    let client_owner = app.sign_in("client.owner").await;
    let grant = granted(&client_owner, &client, &broker, &owner).await;
    let group = owner
        .post(&of(&broker, "client-groups"), &json!({ "name": "Pacific" }))
        .await
        .ok();
    let team = owner
        .post(&of(&broker, "teams"), &json!({ "name": "Entry desk" }))
        .await
        .ok();
    let (group, team) = (id(&group), id(&team));
    let twice = owner
        .post(&of(&broker, "teams"), &json!({ "name": "ENTRY desk" }))
        .await;
    assert_eq!(twice.outcome(), (409, "already-exists".to_owned()));
    let group_path = of(&broker, &format!("client-groups/{group}"));
    let team_path = of(&broker, &format!("teams/{team}"));
    let seen = format!("/accounts/{}/sub-accounts", client.account);
    assert_eq!(
        employee.get(&seen).await.status,
        404,
        "the grant is not passed on yet"
    );
    let added = owner
        .post(
            &format!("{group_path}/clients"),
            &json!({ "all": true, "client_account_ids": [] }),
        )
        .await
        .ok();
    assert_eq!(added, json!({ "changed": 1, "client_count": 1 }));
    let again = owner
        .post(
            &format!("{group_path}/clients"),
            &json!({ "all": false, "client_account_ids": [client.account] }),
        )
        .await
        .ok();
    assert_eq!(again, json!({ "changed": 0, "client_count": 1 }));
    let stranger = world.company("stranger").await;
    let unknown = owner
        .post(
            &format!("{group_path}/clients"),
            &json!({ "all": false, "client_account_ids": [stranger.account] }),
        )
        .await;
    assert_eq!(unknown.at("/errors/0/pointer"), "/client_account_ids/0");
    let members = json!({ "user_ids": [broker.user.id] });
    owner
        .put(&format!("{team_path}/members"), &members)
        .await
        .ok();
    let outsider = json!({ "user_ids": [client.user.id] });
    let refused = owner.put(&format!("{team_path}/members"), &outsider).await;
    assert_eq!(refused.at("/errors/0/pointer"), "/user_ids/0");
    let duty = format!("{team_path}/client-groups/{group}");
    let nothing = json!({ "rights": { "structure": false, "records": "none", "reports": false, "users": false } });
    assert_eq!(
        owner.put(&duty, &nothing).await.at("/errors/0/pointer"),
        "/rights"
    );
    let assigned = owner.put(&duty, &json!({ "rights": null })).await.ok();
    assert_eq!(assigned["client_count"], 1);
    assert_eq!(employee.get(&seen).await.status, 200);
    // More than the grant gives is not given: users were never granted.
    let more = json!({ "rights": { "structure": true, "records": "all", "reports": true, "users": true } });
    owner.put(&duty, &more).await.ok();
    let users = format!("/accounts/{}/users", client.account);
    assert_eq!(employee.get(&users).await.status, 403);
    // Only what was passed on: without structure nothing of it is left.
    let less = json!({ "rights": { "structure": false, "records": "all", "reports": false, "users": false } });
    owner.put(&duty, &less).await.ok();
    assert_eq!(employee.get(&seen).await.status, 403);
    owner.put(&duty, &json!({ "rights": null })).await.ok();
    assert_eq!(employee.get(&seen).await.status, 200);
    // Out of the team, out of the client's account, in the same instant.
    owner
        .put(&format!("{team_path}/members"), &json!({ "user_ids": [] }))
        .await
        .ok();
    assert_eq!(employee.get(&seen).await.status, 403);
    owner
        .put(&format!("{team_path}/members"), &members)
        .await
        .ok();
    assert_eq!(employee.get(&seen).await.status, 200);
    // The client ends it: nothing of groups and teams is left of it, and the group keeps its client for a new grant.
    let ended = client_owner
        .post(
            &format!("/grants/{grant}/revocation"),
            &json!({ "reason": null }),
        )
        .await;
    assert_eq!(ended.status, 200, "{}", ended.body);
    assert_eq!(
        employee.get(&seen).await.outcome(),
        (403, "grant-not-active".to_owned())
    );
    let clients = owner.get(&format!("{group_path}/clients")).await.ok();
    assert_eq!(clients["items"][0]["account"]["id"], json!(client.account));
    assert_eq!(clients["items"][0]["grant_id"], Value::Null);
    granted(&client_owner, &client, &broker, &owner).await;
    assert_eq!(employee.get(&seen).await.status, 200);
    owner.delete(&duty).await;
    assert_eq!(employee.get(&seen).await.status, 403);
}

#[tokio::test]
async fn teams_are_for_owner_and_proxies() {
    let app = TestApp::start().await;
    let world = app.world();
    let broker = world.company("broker").await;
    world.company("other").await;
    let proxy = app.sign_in("broker.proxy").await;
    let user = app.sign_in("broker.user").await;
    let stranger = app.sign_in("other.owner").await;
    let made = proxy
        .post(&of(&broker, "teams"), &json!({ "name": "Entry desk" }))
        .await;
    assert_eq!(made.status, 201, "{}", made.body);
    let path = of(&broker, &format!("teams/{}", id(&made.json())));
    let refused = user
        .post(&of(&broker, "teams"), &json!({ "name": "Mine" }))
        .await;
    assert_eq!(refused.outcome(), (403, "forbidden".to_owned()));
    assert_eq!(stranger.get(&path).await.status, 404);
    let renamed = proxy
        .patch(&path, "\"v1\"", &json!({ "name": "Front desk" }))
        .await;
    assert_eq!(renamed.header("etag"), "\"v2\"");
    assert_eq!(
        proxy
            .patch(&path, "\"v1\"", &json!({ "name": "Late" }))
            .await
            .code(),
        "stale"
    );
    assert_eq!(proxy.delete_match(&path, "\"v2\"").await.status, 204);
    assert_eq!(proxy.get(&path).await.status, 404);
}
