//! Activities, sub-accounts and corporate identifiers: the rules R1–R5 as a caller meets them. Here is what the tests share.

mod activities;
mod identifiers;
mod races;
mod secrecy;

use quaymaster_tests::{Company, TestApp};
use serde_json::{Value, json};

fn items(list: &Value) -> Vec<Value> {
    list["items"].as_array().cloned().unwrap_or_default()
}

/// Two companies, their parties and numbers in the register.
async fn two_companies(app: &TestApp) -> (Company, Company) {
    let world = app.world();
    let acme = world.company("acme").await;
    let other = world.company("other").await;
    world
        .register(acme.party, "importer_number", "28-1111111AA")
        .await;
    world.register(acme.party, "ein", "28-1111119").await;
    world
        .register(other.party, "importer_number", "28-2222222AA")
        .await;
    (acme, other)
}

fn importer(value: &str) -> Value {
    json!({ "kind": "importer_number", "value": value })
}

fn add_path(company: &Company) -> String {
    format!(
        "/accounts/{}/sub-accounts/{}/identifiers",
        company.account, company.sub_account
    )
}
