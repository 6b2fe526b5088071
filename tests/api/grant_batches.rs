//! Requests by file and renewals over HTTP: every row a whole request or none, each with what became of it.

use quaymaster_tests::{Answer, Caller, Company, TestApp};
use serde_json::{Value, json};

const HEADER: &str =
    "account_number,owner_user_id,structure,records,reports,users,top_level,purpose,ends_on\n";

async fn send(caller: &Caller, company: &Company, file: String) -> Answer {
    let path = format!(
        "/grant-request-batches?account_id={}&file_name=clients.csv",
        company.account
    );
    caller
        .send(
            reqwest::Method::POST,
            &path,
            Some("text/csv"),
            file.into_bytes(),
        )
        .await
}

fn line(company: &Company) -> String {
    format!(
        "{},{},yes,none,no,no,no,We file your entries,\n",
        company.account_number, company.owner.user_name
    )
}

#[tokio::test]
async fn every_row_is_answered_and_nothing_is_half_done() {
    let app = TestApp::start().await;
    let world = app.world();
    let broker = world.company("broker").await;
    let one = world.company("one").await;
    let two = world.company("two").await;
    let owner = app.sign_in("broker.owner").await;
    let file = format!(
        "{HEADER}{}{}{}{}{}{}{}too,few\n",
        line(&one),
        line(&one),
        line(&broker),
        line(&two).replace("two.owner", "one.owner"),
        line(&two).replace("yes,none,no,no", "no,none,no,no"),
        line(&two).replace(",\n", ",2020-01-01\n"),
        line(&two),
    );
    let made = send(&owner, &broker, file).await;
    assert_eq!(made.status, 201, "{}", made.body);
    let batch = made.json();
    assert_eq!(
        [
            &batch["rows_total"],
            &batch["rows_ok"],
            &batch["rows_refused"]
        ],
        [&json!(8), &json!(2), &json!(6)]
    );
    let path = format!("/grant-request-batches/{}", batch["id"].as_str().unwrap());
    let rows = owner.get(&format!("{path}/rows")).await.ok();
    let codes: Vec<_> = rows["items"]
        .as_array()
        .unwrap()
        .iter()
        .map(|row| {
            (
                row["row"].as_u64().unwrap(),
                row["errors"][0]["code"].as_str().unwrap_or("").to_owned(),
            )
        })
        .collect();
    let expected = [
        (2, ""),
        (3, "grant-exists"),
        (4, "invalid"),
        (5, "counterparty-not-matched"),
        (6, "missing"),
        (7, "invalid"),
        (8, ""),
        (9, "invalid"),
    ];
    let expected: Vec<_> = expected
        .iter()
        .map(|(n, c)| (*n, (*c).to_owned()))
        .collect();
    assert_eq!(codes, expected, "{rows}");
    let refused = owner
        .get(&format!("{path}/rows?outcome=refused&limit=200"))
        .await
        .ok();
    assert_eq!(refused["items"].as_array().unwrap().len(), 6);
    let result = owner.get(&format!("{path}/result")).await;
    assert_eq!(result.body.lines().count(), 9, "{}", result.body);
    // The clients see plain requests; the sender got no letter for each row.
    for client in ["one", "two"] {
        let caller = app.sign_in(&format!("{client}.owner")).await;
        let needs = caller.get("/me/needs").await.ok();
        assert!(needs.to_string().contains("grants_to_answer"), "{needs}");
    }
    let letters = app.mails_to(&broker.owner.email).await;
    assert!(
        letters.iter().all(|m| !m.template.contains("grant")),
        "{letters:?}"
    );
    // The same file again asks nobody twice.
    let again = send(
        &owner,
        &broker,
        format!("{HEADER}{}{}", line(&one), line(&two)),
    )
    .await
    .ok();
    assert_eq!(again["rows_ok"], 0);
    let listed = owner
        .get(&format!(
            "/accounts/{}/grant-request-batches",
            broker.account
        ))
        .await
        .ok();
    assert_eq!(listed["items"].as_array().unwrap().len(), 2);
    let stranger = app.sign_in("one.owner").await;
    assert_eq!(stranger.get(&path).await.status, 404);
    let proxy = app.sign_in("broker.proxy").await;
    assert_eq!(proxy.get(&path).await.status, 200);
    let refused = send(&proxy, &broker, HEADER.to_owned()).await;
    assert_eq!(refused.outcome(), (403, "owner-only".to_owned()));
}

#[tokio::test]
async fn a_hundred_thousand_rows_with_every_kind_of_error_are_all_answered() {
    let app = TestApp::start().await;
    let world = app.world();
    let broker = world.company("broker").await;
    let client = world.company("client").await;
    let owner = app.sign_in("broker.owner").await;
    let bad = [
        "QM-0000-00001-9,ana.lee,yes,none,no,no,no,We file your entries,\n",
        "QM-0000-00001-8,ana.lee,perhaps,none,no,no,no,We file your entries,\n",
        "QM-0000-00001-8,ana.lee,yes,some,no,no,no,We file your entries,\n",
        ",,yes,none,no,no,no,We file your entries,\n",
        "QM-0000-00001-8,ana.lee,yes,none,no,no,no,x,\n",
        "QM-0000-00001-8,ana.lee,yes,none,no,no,no,We file your entries,tomorrow\n",
        "one,cell\n",
    ];
    let mut file = String::from(HEADER);
    for n in 0..99_999 {
        file.push_str(bad[n % bad.len()]);
    }
    file.push_str(&line(&client));
    let made = send(&owner, &broker, file).await;
    assert_eq!(made.status, 201, "{}", made.body);
    let batch = made.json();
    assert_eq!(
        [
            &batch["rows_total"],
            &batch["rows_ok"],
            &batch["rows_refused"]
        ],
        [&json!(100_000), &json!(1), &json!(99_999)]
    );
    let path = format!("/grant-request-batches/{}", batch["id"].as_str().unwrap());
    let sent = owner
        .get(&format!("{path}/rows?outcome=requested"))
        .await
        .ok();
    assert_eq!(sent["items"][0]["row"], json!(100_001));
    assert_eq!(
        owner
            .get(&format!("{path}/result"))
            .await
            .body
            .lines()
            .count(),
        100_001
    );
}

#[tokio::test]
async fn a_file_that_cannot_be_read_leaves_nothing() {
    let app = TestApp::start().await;
    let broker = app.world().company("broker").await;
    let owner = app.sign_in("broker.owner").await;
    for file in ["", "colour\n", "account_number,owner_user_id,purpose\n"] {
        let answer = send(&owner, &broker, file.to_owned()).await;
        assert_eq!(answer.status, 422, "{file}: {}", answer.body);
    }
    let listed = owner
        .get(&format!(
            "/accounts/{}/grant-request-batches",
            broker.account
        ))
        .await
        .ok();
    assert_eq!(listed["items"], json!([]));
}

#[tokio::test]
async fn renewing_answers_grant_by_grant() {
    let app = TestApp::start().await;
    let world = app.world();
    let broker = world.company("broker").await;
    let client = world.company("client").await;
    let owner = app.sign_in("broker.owner").await;
    let client_owner = app.sign_in("client.owner").await;
    let made = send(&owner, &broker, format!("{HEADER}{}", line(&client)))
        .await
        .ok();
    let path = format!(
        "/grant-request-batches/{}/rows",
        made["id"].as_str().unwrap()
    );
    let grant = owner.get(&path).await.ok()["items"][0]["grant_id"].clone();
    let acceptance = format!("/grants/{}/acceptance", grant.as_str().unwrap());
    let body = json!({ "version": 1, "narrowing": null });
    client_owner.post(&acceptance, &body).await.ok();
    let unknown = "019d3c1e-7b6a-7c11-9f1e-0f4c7f0a9d11";
    let renewals = |company: &Company| format!("/accounts/{}/grant-renewals", company.account);
    let longer = json!({ "grant_ids": [grant, unknown], "ends_at": "2029-01-01T00:00:00Z" });
    let asked = owner.post(&renewals(&broker), &longer).await.ok();
    assert_eq!(asked["results"][0]["outcome"], "asked");
    assert_eq!(asked["results"][1]["outcome"], "refused");
    assert_eq!(asked["results"][1]["code"], "not-found");
    let given = client_owner.post(&renewals(&client), &longer).await.ok();
    assert_eq!(given["results"][0]["outcome"], "renewed", "{given}");
    let past = json!({ "grant_ids": [grant], "ends_at": "2020-01-01T00:00:00Z" });
    let refused = client_owner.post(&renewals(&client), &past).await.ok();
    assert_eq!(refused["results"][0]["outcome"], "refused");
    assert_ne!(refused["results"][0]["detail"], Value::Null);
}
