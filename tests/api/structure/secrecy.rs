//! A Social Security number is kept sealed and found by its exact value only.

use quaymaster_domain::members::StaffRole;
use quaymaster_tests::{DatabaseKind, TestApp};
use sea_orm::{ConnectionTrait, Statement};
use serde_json::json;

use super::{add_path, importer, two_companies};

#[tokio::test]
async fn a_social_security_number_is_nowhere_to_be_read() {
    const NUMBER: &str = "900-12-3456";
    let app = TestApp::start().await;
    let (acme, other) = two_companies(&app).await;
    app.world()
        .person("rita.registrar", Some(StaffRole::Registrar))
        .await;
    let registrar = app.sign_in("rita.registrar").await;
    let owner = app.sign_in("acme.owner").await;
    let stranger = app.sign_in("other.owner").await;
    let search = format!("/accounts/{}/identifier-searches", acme.account);
    let mut heard = String::new();
    let mut note = |answer: quaymaster_tests::Answer| {
        heard.push_str(&answer.body);
        answer
    };

    let waiting = note(owner.post(&add_path(&acme), &importer(NUMBER)).await);
    assert_eq!(waiting.status, 202, "{}", waiting.body);
    assert_eq!(waiting.at("/value"), "***-**-3456");
    assert_eq!(waiting.at("/personal"), true);
    let list = note(registrar.get("/pending-verifications").await);
    let decision = format!(
        "/pending-verifications/{}/decision",
        list.at("/items/0/id").as_str().unwrap()
    );
    let accepted = note(registrar
        .post(&decision, &json!({ "decision": "accept", "reason": "On file.", "party": { "key": "party-acme", "name": "acme Trading" } }))
        .await);
    assert_eq!(accepted.status, 200, "{}", accepted.body);
    let client = note(stranger.post(&add_path(&other), &importer(NUMBER)).await);
    assert_eq!(client.code(), "client-identifier");
    let draft = note(stranger
        .post(&format!("/accounts/{}/access-request-drafts", other.account), &json!({ "sub_account_id": null, "identifier_kind": "importer_number", "identifier_value": NUMBER, "note": null }))
        .await);
    assert_eq!(draft.at("/identifier"), "***-**-3456");

    let found = note(owner.post(&search, &importer(NUMBER)).await);
    assert_eq!(found.at("/items/0/identifier/value"), "***-**-3456");
    let another = note(owner.post(&search, &importer("900-12-3457")).await);
    assert_eq!(another.at("/items"), json!([]));
    let in_address = note(
        registrar
            .get(&format!(
                "/identifier-register?kind=importer_number&value={NUMBER}"
            ))
            .await,
    );
    assert_eq!(in_address.outcome(), (422, "invalid".to_owned()));
    let entry = note(
        registrar
            .post("/identifier-register/searches", &importer(NUMBER))
            .await,
    );
    assert_eq!(entry.at("/items/0/value"), "***-**-3456");
    let imported = note(registrar
        .send(
            reqwest::Method::POST,
            "/identifier-register/imports",
            Some("text/csv"),
            format!("kind,value,party_key,party_name\nimporter_number,{NUMBER},party-acme,acme Trading\nein,{NUMBER},party-acme,acme Trading\nimporter_number,900-12-34567,{NUMBER},x\n").into_bytes(),
        )
        .await);
    assert_eq!(
        (imported.at("/rows_unchanged"), imported.at("/rows_refused")),
        (json!(1), json!(2)),
        "{}",
        imported.body
    );
    let id = imported.at("/id");
    for path in [
        format!(
            "/identifier-register/imports/{}/errors",
            id.as_str().unwrap()
        ),
        format!(
            "/identifier-register/entries/{}/history",
            entry.at("/items/0/id").as_str().unwrap()
        ),
        format!("/accounts/{}/sub-accounts", acme.account),
        format!("/accounts/{}/audit-events", acme.account),
    ] {
        let caller = if path.starts_with("/accounts") {
            &owner
        } else {
            &registrar
        };
        let read = note(caller.get(&path).await);
        assert_eq!(read.status, 200, "{path}: {}", read.body);
    }
    for written in ["900-12-3456", "900123456"] {
        assert!(!heard.contains(written), "{heard}");
        assert!(!everything_stored(&app).await.contains(written));
    }
}

/// Every text and every byte that the database of a test keeps.
async fn everything_stored(app: &TestApp) -> String {
    if DatabaseKind::of_run() == DatabaseKind::Sqlite {
        let mut all = Vec::new();
        for entry in std::fs::read_dir(app.database.dir.path()).unwrap() {
            all.extend(std::fs::read(entry.unwrap().path()).unwrap());
        }
        assert!(!all.is_empty());
        return String::from_utf8_lossy(&all).into_owned();
    }
    let raw = app.database.raw().await;
    let tables = raw
        .query_all_raw(Statement::from_string(
            raw.get_database_backend(),
            "SELECT table_name::text AS name FROM information_schema.tables WHERE table_schema = 'public'",
        ))
        .await
        .unwrap();
    let mut all = String::new();
    for table in tables {
        let name: String = table.try_get("", "name").unwrap();
        // Bytes come as hexadecimal, so that a number in them shows as its own digits' codes.
        let sql =
            format!("SELECT COALESCE(string_agg(t::text, ' '), '') AS n FROM \"{name}\" AS t");
        let row = raw
            .query_one_raw(Statement::from_string(raw.get_database_backend(), sql))
            .await
            .unwrap()
            .unwrap();
        all.push_str(&row.try_get::<String>("", "n").unwrap());
    }
    assert!(all.contains("party-acme"));
    let hex: String = "900-12-3456".bytes().map(|b| format!("{b:02x}")).collect();
    assert!(!all.contains(&hex));
    all
}
