//! Readers with more numbers than travel with a statement: their scope is kept between requests and its numbers in a table, and
//! yet every change of access counts at the next request, and the clock at the second.

use chrono::Duration;
use quaymaster_service::housekeeping;
use quaymaster_tests::{Company, TestApp};
use sea_orm::Value as Cell;
use serde_json::{Value, json};

use crate::records::{HEADER, Stage, import, number, row, seen, stage};
use crate::reports::{cells, run};

/// More than travel with a statement.
const NUMBERS: usize = 1_200;

fn key(n: usize) -> String {
    format!("28-{n:07}00")
}

/// Gives the company's sub-account so many importer numbers.
async fn hold_many(app: &TestApp, company: &Company) {
    let s = &app.services;
    for numbers in (1..=NUMBERS).collect::<Vec<_>>().chunks(100) {
        let (mut held, mut placed): (Vec<Cell>, Vec<Cell>) = (Vec::new(), Vec::new());
        for n in numbers {
            let identifier: uuid::Uuid = s.id();
            held.extend([
                identifier.into(),
                company.account.0.into(),
                key(*n).into(),
                key(*n).into(),
            ]);
            placed.extend([
                s.id::<uuid::Uuid>().into(),
                company.sub_account.0.into(),
                company.account.0.into(),
                identifier.into(),
                s.now().into(),
            ]);
        }
        let rows = |one: &str| vec![one; numbers.len()].join(", ");
        let sql = format!(
            "INSERT INTO account_identifiers (id, account_id, kind, lookup, shown) VALUES {}",
            rows("(?, ?, 'importer_number', ?, ?)")
        );
        app.world().execute(&sql, held).await;
        let sql = format!(
            "INSERT INTO sub_account_identifiers (id, sub_account_id, account_id, identifier_id, added_at, added_by_name) VALUES {}",
            rows("(?, ?, ?, ?, ?, 'the test')")
        );
        app.world().execute(&sql, placed).await;
    }
}

/// Entries of every hundredth number, and one of somebody else.
async fn filled() -> (Stage, Vec<String>) {
    let w = stage().await;
    hold_many(&w.app, &w.client).await;
    let mut file = HEADER.to_owned();
    let mut mine = Vec::new();
    for n in (100..=NUMBERS).step_by(100) {
        let number = number("ABC", u32::try_from(n).unwrap());
        file += &row(&number, &key(n), "2704", 1, "10.00");
        mine.push(number);
    }
    let done = import(&w.app, &w.client_owner, &w.client, "", &file).await;
    assert_eq!(done["entries_new"], mine.len(), "{done}");
    let foreign = row(&number("Q7M", 1), "28-999999900", "2704", 1, "10.00");
    let done = import(
        &w.app,
        &w.broker_owner,
        &w.broker,
        "",
        &format!("{HEADER}{foreign}"),
    )
    .await;
    assert_eq!(done["entries_new"], 1, "{done}");
    mine.sort();
    mine.reverse();
    (w, mine)
}

async fn grant(w: &Stage, ends_at: Value) -> String {
    let invitation = json!({
        "account_id": w.client.account, "direction": "invite",
        "counterparty": { "account_number": w.broker.account_number, "owner_user_id": w.broker.owner.user_name },
        "draft_id": null, "all_sub_accounts": true, "sub_account_ids": [], "top_level": false, "ends_at": ends_at,
        "rights": { "structure": true, "records": "all", "reports": true, "users": false }, "purpose": "You keep our records.",
    });
    let made = w.client_owner.post("/grants", &invitation).await.ok();
    let id = made["id"].as_str().unwrap().to_owned();
    let acceptance = json!({ "version": 1, "narrowing": null });
    w.broker_owner
        .post(&format!("/grants/{id}/acceptance"), &acceptance)
        .await
        .ok();
    id
}

/// What the broker's owner sees of the client, asked for twice: what is kept says the same as what is worked out anew.
async fn of_client(w: &Stage) -> Vec<String> {
    let first = seen(&w.broker_owner, "?limit=100").await;
    assert_eq!(seen(&w.broker_owner, "?limit=100").await, first);
    let own = number("Q7M", 1);
    assert!(first.contains(&own), "{first:?}");
    first.into_iter().filter(|number| *number != own).collect()
}

#[tokio::test]
async fn a_reader_of_many_numbers_sees_them_all_and_no_other() {
    let (w, mine) = filled().await;
    for _ in 0..3 {
        assert_eq!(seen(&w.client_owner, "?limit=100").await, mine);
    }
    assert!(of_client(&w).await.is_empty());
    // A page, and the one behind it.
    let page = w.client_owner.get("/entry-summaries?limit=5").await.ok();
    assert_eq!(page["items"][4]["entry_number"], json!(mine[4]));
    let next = format!("?limit=5&cursor={}", page["next_cursor"].as_str().unwrap());
    assert_eq!(seen(&w.client_owner, &next).await, mine[5..10]);
    // By report as well, where the same numbers decide.
    let counted = json!({
        "v": 1, "subject": "entry_lines", "mode": "aggregate",
        "columns": [{ "id": "c1", "dim": "country" }, { "id": "m1", "measure": "entries" }],
        "sort": [{ "col": "m1", "dir": "desc" }]
    });
    assert_eq!(cells(&run(&w.client_owner, &counted).await), [["CN", "12"]]);
}

#[tokio::test]
async fn a_grant_that_ends_by_the_clock_or_by_hand_is_over_at_the_next_request() {
    let (w, mine) = filled().await;
    let end = w.app.services.now() + Duration::minutes(4);
    grant(&w, json!(end)).await;
    assert_eq!(of_client(&w).await, mine);
    w.app.clock.advance(Duration::seconds(239));
    assert_eq!(of_client(&w).await, mine);
    w.app.clock.advance(Duration::seconds(1));
    assert!(of_client(&w).await.is_empty());
    let id = grant(&w, Value::Null).await;
    assert_eq!(of_client(&w).await, mine);
    let ended = w
        .client_owner
        .post(
            &format!("/grants/{id}/revocation"),
            &json!({ "reason": null }),
        )
        .await;
    assert_eq!(ended.status, 200, "{}", ended.body);
    assert!(of_client(&w).await.is_empty());
}

#[tokio::test]
async fn a_number_that_is_taken_away_takes_its_records_along() {
    let (w, mine) = filled().await;
    grant(&w, Value::Null).await;
    assert_eq!(of_client(&w).await, mine);
    let at = format!(
        "/accounts/{}/sub-accounts/{}",
        w.client.account, w.client.sub_account
    );
    let sub = w.client_owner.get(&at).await.ok();
    let gone = sub["identifiers"]
        .as_array()
        .unwrap()
        .iter()
        .find(|held| held["value"] == json!(key(1_200)))
        .unwrap();
    let path = format!("{at}/identifiers/{}", gone["id"].as_str().unwrap());
    let removed = w.client_owner.delete(&path).await;
    assert_eq!(removed.status, 204, "{}", removed.body);
    assert_eq!(of_client(&w).await, mine[1..]);
    assert_eq!(seen(&w.client_owner, "?limit=100").await, mine[1..]);
}

#[tokio::test]
async fn a_list_that_was_forgotten_is_kept_anew() {
    let (mut w, mine) = filled().await;
    assert_eq!(seen(&w.client_owner, "?limit=100").await, mine);
    let lists = async |w: &Stage| -> i64 {
        use sea_orm::{ConnectionTrait, Statement};
        let raw = w.app.database.raw().await;
        let sql = "SELECT COUNT(*) FROM scope_keys";
        let statement = Statement::from_string(raw.get_database_backend(), sql);
        let row = raw.query_one_raw(statement).await.unwrap().unwrap();
        row.try_get_by_index(0).unwrap()
    };
    // The importer numbers of the account with the one that every stage has.
    let held = i64::try_from(NUMBERS).unwrap() + 1;
    assert_eq!(lists(&w).await, held);
    w.app.clock.advance(Duration::hours(49));
    housekeeping::tidy(&w.app.services).await.unwrap();
    assert_eq!(lists(&w).await, 0);
    w.client_owner = w.app.sign_in("client.owner").await;
    assert_eq!(seen(&w.client_owner, "?limit=100").await, mine);
    assert_eq!(lists(&w).await, held);
}
