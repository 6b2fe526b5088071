//! Activities, sub-accounts and corporate identifiers: the rules R1–R5 as a caller meets them.

use quaymaster_tests::TestApp;
use serde_json::{Value, json};

fn items(list: &Value) -> Vec<Value> {
    list["items"].as_array().cloned().unwrap_or_default()
}

#[tokio::test]
async fn the_catalogue_is_open_to_everybody() {
    let app = TestApp::start().await;
    let catalogue = app.anon().get("/business-activities").await.ok();
    assert_eq!(items(&catalogue).len(), 17);
    assert_eq!(catalogue["items"][0]["activity"], "importer");
    assert_eq!(
        catalogue["items"][0]["identifier_kinds"],
        json!(["importer_number"])
    );
}

#[tokio::test]
async fn activities_are_added_listed_and_removed() {
    let app = TestApp::start().await;
    let company = app.world().company("acme").await;
    let owner = app.sign_in("acme.owner").await;
    let path = format!("/accounts/{}/business-activities", company.account);

    let added = owner.post(&path, &json!({ "activity": "exporter" })).await;
    assert_eq!(added.status, 201, "{}", added.body);
    assert_eq!(added.at("/label"), "Exporter");
    let again = owner.post(&path, &json!({ "activity": "exporter" })).await;
    assert_eq!(again.outcome(), (409, "already-exists".to_owned()));

    let list = owner.get(&path).await.ok();
    let listed: Vec<_> = items(&list)
        .iter()
        .map(|a| (a["activity"].clone(), a["sub_account_count"].clone()))
        .collect();
    assert_eq!(
        listed,
        [(json!("importer"), json!(1)), (json!("exporter"), json!(0))]
    );

    let in_use = owner.delete(&format!("{path}/importer")).await;
    assert_eq!(in_use.outcome(), (409, "activity-in-use".to_owned()));
    assert_eq!(owner.delete(&format!("{path}/exporter")).await.status, 204);
    let gone = owner.delete(&format!("{path}/exporter")).await;
    assert_eq!(gone.outcome(), (404, "not-found".to_owned()));
    let unknown = owner.delete(&format!("{path}/piracy")).await;
    assert_eq!(unknown.outcome(), (404, "not-found".to_owned()));
}
