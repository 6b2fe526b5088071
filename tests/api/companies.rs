//! Companies, their parties, and the accounts that the registrar opens.

use std::collections::BTreeSet;

use quaymaster_domain::account_number::AccountNumber;
use quaymaster_domain::members::StaffRole;
use quaymaster_tests::{Caller, TestApp};
use serde_json::{Value, json};

async fn registrar(app: &TestApp) -> Caller {
    app.world()
        .person("rita.registrar", Some(StaffRole::Registrar))
        .await;
    app.sign_in("rita.registrar").await
}

fn new_account(name: &str, email: &str, activity: &str) -> Value {
    json!({
        "name": name,
        "owner": { "email": email, "given_name": "Olga", "family_name": "Owner" },
        "first_sub_account": { "name": "First", "activity": activity },
    })
}

#[tokio::test]
async fn a_company_is_recorded_linked_and_changed() {
    let app = TestApp::start().await;
    let acme = app.world().company("acme").await;
    let registrar = registrar(&app).await;
    let made = registrar
        .post(
            "/companies",
            &json!({ "name": "Pier Road Inc.", "party_id": null }),
        )
        .await;
    assert_eq!(made.status, 201, "{}", made.body);
    let path = format!("/companies/{}", made.at("/id").as_str().unwrap());

    let taken = registrar
        .patch(&path, "\"v1\"", &json!({ "party_id": acme.party }))
        .await;
    assert_eq!(taken.outcome(), (409, "already-exists".to_owned()));
    let unknown = registrar
        .patch(&path, "\"v1\"", &json!({ "party_id": acme.company }))
        .await;
    assert_eq!(unknown.at("/errors/0/pointer"), "/party_id");
    let renamed = registrar
        .patch(&path, "\"v1\"", &json!({ "name": "Pier Road Ltd." }))
        .await;
    assert_eq!(renamed.header("etag"), "\"v2\"", "{}", renamed.body);
    assert_eq!(
        registrar
            .patch(&path, "\"v1\"", &json!({ "name": "Other" }))
            .await
            .code(),
        "stale"
    );
    let own = registrar
        .post(
            &format!("/companies/{}/subsidiaries", acme.company),
            &json!({ "party_id": acme.party }),
        )
        .await;
    assert_eq!(own.at("/errors/0/pointer"), "/party_id");
    let recorded = registrar
        .post(
            &format!("{path}/subsidiaries"),
            &json!({ "party_id": acme.party }),
        )
        .await;
    assert_eq!(recorded.status, 201);
    let twice = registrar
        .post(
            &format!("{path}/subsidiaries"),
            &json!({ "party_id": acme.party }),
        )
        .await;
    assert_eq!(twice.outcome(), (409, "already-exists".to_owned()));

    let found = registrar.get("/companies?q=PIER").await.ok();
    assert_eq!(found["items"].as_array().map(Vec::len), Some(1));
    assert_eq!(
        found["items"][0]["subsidiaries"][0]["id"],
        json!(acme.party)
    );
    let unlinked = registrar
        .patch(
            &format!("/companies/{}", acme.company),
            "\"v1\"",
            &json!({ "party_id": null }),
        )
        .await;
    assert_eq!(unlinked.at("/party"), Value::Null);
}

#[tokio::test]
async fn an_account_is_opened_with_an_invited_owner() {
    let app = TestApp::start().await;
    let acme = app.world().company("acme").await;
    let registrar = registrar(&app).await;
    let path = format!("/companies/{}/accounts", acme.company);

    let sibling = registrar
        .post(
            &path,
            &new_account("Second", "olga@example.com", "importer"),
        )
        .await;
    assert_eq!(
        sibling.outcome(),
        (409, "activity-held-by-sibling-account".to_owned())
    );
    let closed = registrar
        .post(&path, &new_account("Second", "olga@example.com", "cartman"))
        .await;
    assert_eq!(closed.outcome(), (409, "activity-closed".to_owned()));

    let opened = registrar
        .post(&path, &new_account("Second", "olga@example.com", "broker"))
        .await;
    assert_eq!(opened.status, 201, "{}", opened.body);
    let account = opened.json();
    assert_eq!(account["owner"]["user_id"], Value::Null);
    assert_eq!(account["owner"]["name"], "Olga Owner");
    assert_eq!(
        (&account["sub_account_count"], &account["user_count"]),
        (&json!(1), &json!(1))
    );
    let number = account["account_number"].as_str().unwrap();
    assert!(AccountNumber::parse(number).is_ok());
    let id = account["id"].as_str().unwrap();
    let invitations = registrar
        .get(&format!("/accounts/{id}/invitations"))
        .await
        .ok();
    assert_eq!(invitations["items"][0]["email"], "olga@example.com");
    assert_eq!(invitations["items"][0]["state"], "open");
    let subs = registrar
        .get(&format!("/accounts/{id}/sub-accounts"))
        .await
        .ok();
    assert_eq!(subs["items"][0]["activity"], "broker");
    let listed = registrar
        .get(&format!("/accounts?company_id={}", acme.company))
        .await
        .ok();
    assert_eq!(listed["items"].as_array().map(Vec::len), Some(2));
    let unfit = registrar
        .post(&path, &new_account("S", "nobody", "filer"))
        .await;
    assert_eq!(unfit.status, 422);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn accounts_opened_at_once_get_numbers_of_their_own() {
    let app = TestApp::start().await;
    let registrar = registrar(&app).await;
    let mut paths = Vec::new();
    for n in 0..24 {
        let made = registrar
            .post(
                "/companies",
                &json!({ "name": format!("Company {n}"), "party_id": null }),
            )
            .await
            .ok();
        paths.push(format!(
            "/companies/{}/accounts",
            made["id"].as_str().unwrap()
        ));
    }
    let tasks: Vec<_> = paths
        .into_iter()
        .enumerate()
        .map(|(n, path)| {
            let caller = registrar.clone();
            tokio::spawn(async move {
                caller
                    .post(
                        &path,
                        &new_account("Only", &format!("o{n}@example.com"), "surety"),
                    )
                    .await
                    .ok()["account_number"]
                    .as_str()
                    .unwrap()
                    .to_owned()
            })
        })
        .collect();
    let mut numbers = BTreeSet::new();
    for task in tasks {
        numbers.insert(AccountNumber::parse(&task.await.unwrap()).unwrap().serial());
    }
    assert_eq!(numbers, (1..=24).collect());
}
