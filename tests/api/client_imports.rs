//! Programs that import trade records: under the account's own numbers as far as they reach, with their rights of the moment of
//! every batch, and by their own name in the trail.

use quaymaster_tests::Caller;
use serde_json::{Value, json};

use crate::oauth::{Made, make, program};
use crate::records::{
    HEADER, MINE, Stage, counts, errors, import, number, row, seen, stage, upload, work,
};

const SCOPES: [&str; 2] = ["records:import", "records:read"];

async fn importing(w: &Stage, more: Value) -> (Made, Caller) {
    let mut body = json!({ "name": "Nightly load", "scopes": SCOPES });
    for (field, value) in more.as_object().unwrap() {
        body[field] = value.clone();
    }
    let made = make(&w.client_owner, &w.client, body).await;
    let program = program(&w.app, &made).await;
    (made, program)
}

fn file(rows: &[String]) -> String {
    format!("{HEADER}{}", rows.concat())
}

#[tokio::test]
async fn a_program_imports_under_the_numbers_of_its_account_and_is_named() {
    let w = stage().await;
    let (made, program) = importing(&w, json!({})).await;
    let (mine, foreign) = (number("ABC", 1), number("ABC", 2));
    let csv = file(&[
        row(&mine, MINE, "2704", 1, "10.00"),
        row(&foreign, "28-999999900", "2704", 1, "10.00"),
    ]);
    let done = import(&w.app, &program, &w.client, "?file_name=night.csv", &csv).await;
    assert_eq!(done["state"], "finished", "{done}");
    assert_eq!(counts(&done), [2, 1, 1, 0, 0, 0, 1]);
    assert_eq!(done["by_name"], "Nightly load");
    assert_eq!(
        errors(&program, &done).await,
        [(3, "Importer Number".to_owned(), "not-yours".to_owned())]
    );
    assert_eq!(seen(&program, "").await, [mine]);

    let at = format!("/accounts/{}/record-imports", w.client.account);
    let id = done["id"].as_str().unwrap();
    let listed = program.get(&at).await.ok();
    assert_eq!(listed["items"][0]["id"], done["id"]);
    let refused = program.get(&format!("{at}/{id}/error-file")).await;
    assert!(refused.body.contains("not-yours"), "{}", refused.body);

    // Taking the file in and each batch stand in the trail as acts of the program.
    let trail = format!(
        "/accounts/{}/audit-events?subject_id={id}",
        w.client.account
    );
    let rows = w.client_owner.get(&trail).await.ok();
    let rows = rows["items"].as_array().unwrap();
    for action in ["record.import", "record.import_batch"] {
        let found = rows.iter().find(|row| row["action"] == action);
        let found = found.unwrap_or_else(|| panic!("{action} in {rows:?}"));
        assert_eq!(found["actor"]["name"], "Nightly load", "{found}");
        assert_eq!(found["actor"]["id"], json!(made.id), "{found}");
    }
}

#[tokio::test]
async fn a_program_that_is_limited_to_a_sub_account_imports_under_its_numbers_only() {
    let w = stage().await;
    let at = format!("/accounts/{}/sub-accounts", w.client.account);
    let second = w
        .client_owner
        .post(&at, &json!({ "name": "Second", "activity": "importer" }))
        .await;
    assert_eq!(second.status, 201, "{}", second.body);
    let second = second.json()["id"].clone();
    let (_, limited) = importing(&w, json!({ "sub_account_ids": [second] })).await;
    let csv = file(&[row(&number("ABC", 1), MINE, "2704", 1, "10.00")]);
    let done = import(&w.app, &limited, &w.client, "", &csv).await;
    assert_eq!(counts(&done), [1, 1, 0, 0, 0, 0, 1], "{done}");

    let first = json!({ "name": "First", "sub_account_ids": [w.client.sub_account] });
    let (_, reaching) = importing(&w, first).await;
    let done = import(&w.app, &reaching, &w.client, "", &csv).await;
    assert_eq!(counts(&done), [1, 0, 1, 0, 0, 0, 0], "{done}");
}

#[tokio::test]
async fn what_clients_grant_is_for_people_and_not_for_the_programs_of_a_broker() {
    let w = stage().await;
    let invitation = json!({
        "account_id": w.client.account, "direction": "invite",
        "counterparty": { "account_number": w.broker.account_number, "owner_user_id": w.broker.owner.user_name },
        "draft_id": null, "all_sub_accounts": true, "sub_account_ids": [], "top_level": false,
        "rights": { "structure": true, "records": "all", "reports": false, "users": false },
        "purpose": "You keep our records.",
    });
    let granted = w.client_owner.post("/grants", &invitation).await.ok();
    let acceptance = format!("/grants/{}/acceptance", granted["id"].as_str().unwrap());
    w.broker_owner
        .post(&acceptance, &json!({ "version": 1, "narrowing": null }))
        .await
        .ok();
    let body = json!({ "scopes": SCOPES });
    let made = make(&w.broker_owner, &w.broker, body).await;
    let program = program(&w.app, &made).await;
    let csv = file(&[row(&number("ABC", 1), MINE, "2704", 1, "10.00")]);
    let done = import(&w.app, &program, &w.broker, "", &csv).await;
    assert_eq!(counts(&done), [1, 1, 0, 0, 0, 0, 1], "{done}");
    // The broker's owner, who holds the grant, may.
    let done = import(&w.app, &w.broker_owner, &w.broker, "", &csv).await;
    assert_eq!(counts(&done), [1, 0, 1, 0, 0, 0, 0], "{done}");
}

#[tokio::test]
async fn the_rights_of_the_moment_count_when_the_work_begins() {
    let w = stage().await;
    let csv = file(&[row(&number("ABC", 1), MINE, "2704", 1, "10.00")]);
    let (narrowed, one) = importing(&w, json!({})).await;
    let (ended, two) = importing(&w, json!({ "name": "Another" })).await;
    let mut waiting = Vec::new();
    for program in [&one, &two] {
        let taken = upload(program, w.client.account, "", "text/csv", &csv).await;
        assert_eq!(taken.status, 202, "{}", taken.body);
        waiting.push(taken.ok()["id"].as_str().unwrap().to_owned());
    }
    let read = w.client_owner.get(&narrowed.path).await;
    let etag = read.header("etag").to_owned();
    let body = json!({ "scopes": ["records:read"] });
    let changed = w.client_owner.patch(&narrowed.path, &etag, &body).await;
    assert_eq!(changed.status, 200, "{}", changed.body);
    let etag = w
        .client_owner
        .get(&ended.path)
        .await
        .header("etag")
        .to_owned();
    let gone = w.client_owner.delete_match(&ended.path, &etag).await;
    assert_eq!(gone.status, 204, "{}", gone.body);
    work(&w.app).await;
    for id in waiting {
        let path = format!("/accounts/{}/record-imports/{id}", w.client.account);
        let import = w.client_owner.get(&path).await.ok();
        assert_eq!(import["state"], "failed", "{import}");
        let why = import["failure"].as_str().unwrap();
        assert!(why.contains("API client"), "{why}");
    }
    let all = w.client_owner.get("/entry-summaries").await.ok();
    assert_eq!(all["items"], json!([]));
}

#[tokio::test]
async fn without_the_scope_nothing_is_taken_in_and_with_it_nothing_of_others() {
    let w = stage().await;
    let csv = file(&[row(&number("ABC", 1), MINE, "2704", 1, "10.00")]);
    let (_, reading) = importing(&w, json!({ "scopes": ["records:read"] })).await;
    let refused = upload(&reading, w.client.account, "", "text/csv", &csv).await;
    assert_eq!(
        refused.outcome(),
        (403, "scope-not-granted".to_owned()),
        "{}",
        refused.body
    );
    let (_, program) = importing(&w, json!({ "name": "Another" })).await;
    let foreign = upload(&program, w.broker.account, "", "text/csv", &csv).await;
    assert_eq!(foreign.status, 404);

    // What waits is called off by the program that sent it.
    let taken = upload(&program, w.client.account, "", "text/csv", &csv).await;
    let path = format!(
        "/accounts/{}/record-imports/{}/cancellation",
        w.client.account,
        taken.ok()["id"].as_str().unwrap()
    );
    let done = program.post(&path, &json!({})).await.ok();
    assert_eq!(done["state"], "cancelled");
}
