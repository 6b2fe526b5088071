//! Trade records over HTTP: imports with good and bad rows, newer and older states, calling off, going on after a break, and
//! who sees which entry.

use quaymaster_service::records::{self, sample, sums};
use quaymaster_tests::{Answer, Caller, Company, TestApp};
use reqwest::Method;
use serde_json::{Value, json};

pub(crate) const HEADER: &str = "Entry Summary Number,Entry Type Code,Importer Number,Importer Name,Port of Entry Code,Entry Date,Entry Summary Line Number,Country of Origin Code,Tariff Ordinal Number,HTS Number - Full,Line Tariff Goods Value Amount,Line Tariff Duty Amount\n";

pub(crate) const MINE: &str = "28-100000100";

pub(crate) fn number(filer: &str, serial: u32) -> String {
    quaymaster_domain::records::EntryNumber::make(filer, serial)
        .unwrap()
        .to_string()
}

/// A row of an entry: number, importer, port, line, duty.
pub(crate) fn row(number: &str, importer: &str, port: &str, line: u32, duty: &str) -> String {
    format!(
        "{number},01,{importer},Harbor,{port},01/15/2026,{line},CN,1,8471.30.0100,\"1,000.00\",{duty}\n"
    )
}

pub(crate) async fn hold(app: &TestApp, company: &Company, kind: &str, value: &str) {
    let s = &app.services;
    let (identifier, place): (uuid::Uuid, uuid::Uuid) = (s.id(), s.id());
    let world = app.world();
    world
        .execute(
            "INSERT INTO account_identifiers (id, account_id, kind, lookup, shown, cipher) VALUES (?, ?, ?, ?, ?, NULL)",
            vec![identifier.into(), company.account.0.into(), kind.into(), value.into(), value.into()],
        )
        .await;
    world
        .execute(
            "INSERT INTO sub_account_identifiers (id, sub_account_id, account_id, identifier_id, added_at, added_by_name) VALUES (?, ?, ?, ?, ?, 'the test')",
            vec![place.into(), company.sub_account.0.into(), company.account.0.into(), identifier.into(), s.now().into()],
        )
        .await;
}

pub(crate) struct Stage {
    pub(crate) app: TestApp,
    pub(crate) client: Company,
    pub(crate) broker: Company,
    pub(crate) client_owner: Caller,
    pub(crate) broker_owner: Caller,
}

pub(crate) async fn stage() -> Stage {
    let app = TestApp::start().await;
    let client = app.world().company("client").await;
    let broker = app.world().company("broker").await;
    hold(&app, &client, "importer_number", MINE).await;
    hold(&app, &broker, "filer_code", "Q7M").await;
    Stage {
        client_owner: app.sign_in("client.owner").await,
        broker_owner: app.sign_in("broker.owner").await,
        app,
        client,
        broker,
    }
}

pub(crate) async fn upload(
    caller: &Caller,
    account: impl ToString,
    query: &str,
    kind: &str,
    file: &str,
) -> Answer {
    let path = format!("/accounts/{}/record-imports{query}", account.to_string());
    caller
        .send(Method::POST, &path, Some(kind), file.as_bytes().to_vec())
        .await
}

pub(crate) async fn work(app: &TestApp) {
    while records::work_on_one(&app.services, "the test")
        .await
        .unwrap()
    {}
}

/// Imports a file to its end.
pub(crate) async fn import(
    app: &TestApp,
    caller: &Caller,
    company: &Company,
    query: &str,
    file: &str,
) -> Value {
    let taken = upload(caller, company.account, query, "text/csv", file).await;
    assert_eq!(taken.status, 202, "{}", taken.body);
    work(app).await;
    let id = taken.ok()["id"].as_str().unwrap().to_owned();
    caller
        .get(&format!(
            "/accounts/{}/record-imports/{id}",
            company.account
        ))
        .await
        .ok()
}

pub(crate) fn counts(import: &Value) -> [u64; 7] {
    [
        "rows_total",
        "rows_refused",
        "entries_new",
        "entries_updated",
        "entries_unchanged",
        "entries_older",
        "entries_refused",
    ]
    .map(|name| import[name].as_u64().unwrap())
}

pub(crate) async fn errors(caller: &Caller, import: &Value) -> Vec<(u64, String, String)> {
    let path = format!(
        "/accounts/{}/record-imports/{}/errors?limit=200",
        import["account_id"].as_str().unwrap(),
        import["id"].as_str().unwrap()
    );
    caller.get(&path).await.ok()["items"]
        .as_array()
        .unwrap()
        .iter()
        .map(|e| {
            let text = |name: &str| e[name].as_str().unwrap().to_owned();
            (e["row"].as_u64().unwrap(), text("column"), text("code"))
        })
        .collect()
}

pub(crate) async fn seen(caller: &Caller, query: &str) -> Vec<String> {
    caller.get(&format!("/entry-summaries{query}")).await.ok()["items"]
        .as_array()
        .unwrap()
        .iter()
        .map(|e| e["entry_number"].as_str().unwrap().to_owned())
        .collect()
}

#[tokio::test]
async fn good_entries_are_kept_and_every_refused_row_is_named() {
    let w = stage().await;
    let (one, two, three) = (number("Q7M", 1), number("Q7M", 2), number("ABC", 3));
    let file = [
        HEADER.to_owned(),
        row(&one, MINE, "2704", 1, "10.00"),
        row(&two, MINE, "2704", 1, "10.00"),
        row(&one, MINE, "2704", 2, "5.50"),
        row(&two, MINE, "2704", 2, "1e308"),
        row(&one, MINE, "2704", 2, "5.50"),
        row(&three, "28-9999999", "2704", 1, "1.00"),
        row(
            &three.replace("-0000003-", "-0000004-"),
            MINE,
            "2704",
            1,
            "1.00",
        ),
        row(&number("Q7M", 5), MINE, "2799", 1, "1.00").replace("01/15/2026", "02/31/2026"),
    ]
    .concat();
    let done = import(
        &w.app,
        &w.client_owner,
        &w.client,
        "?file_name=march.csv",
        &file,
    )
    .await;
    assert_eq!(done["state"], "finished", "{done}");
    assert_eq!(done["progress"], 100);
    assert_eq!(counts(&done), [8, 5, 1, 0, 0, 0, 3], "{done}");
    assert_eq!(done["rows_duplicate"], 1);
    let named = errors(&w.client_owner, &done).await;
    let expected = [
        (3, "", "entry-refused"),
        (5, "Line Tariff Duty Amount", "amount"),
        (7, "Importer Number", "not-yours"),
        (8, "Entry Summary Number", "check-digit"),
        (9, "Port of Entry Code", "unknown-port"),
        (9, "Entry Date", "date"),
    ]
    .map(|(row, column, code)| (row, column.to_owned(), code.to_owned()));
    assert_eq!(named, expected);
    let file = format!(
        "/accounts/{}/record-imports/{}/error-file",
        w.client.account,
        done["id"].as_str().unwrap()
    );
    let csv = w.client_owner.get(&file).await;
    assert_eq!(csv.status, 200);
    assert!(
        csv.body
            .starts_with("Row,Entry Summary Number,Column,Code,Reason\r\n3,"),
        "{}",
        csv.body
    );
    assert_eq!(csv.body.lines().count(), 7);

    // The entry is there, with its lines, once.
    assert_eq!(seen(&w.client_owner, "").await, std::slice::from_ref(&one));
    let entry = w
        .client_owner
        .get(&format!("/entry-summaries/{one}"))
        .await
        .ok();
    assert_eq!(entry["entered_value"], "2000.00");
    assert_eq!(entry["duty"], "15.50");
    assert_eq!(entry["line_count"], 2);
    assert_eq!(
        entry["liquidation"],
        json!({"date": "2026-11-25", "source": "derived"})
    );
    assert_eq!(entry["fees"][0]["computed"], "33.58");
    assert_eq!(entry["fees"][0]["check"], "unknown");
    let lines = w
        .client_owner
        .get(&format!("/entry-summaries/{one}/lines"))
        .await
        .ok();
    assert_eq!(lines["items"].as_array().unwrap().len(), 2);
    assert_eq!(lines["items"][0]["hts_number"], "8471.30.0100");
    assert!(sums::check(&w.app.services).await.unwrap());
}

#[tokio::test]
async fn the_newest_state_wins_and_is_counted() {
    let w = stage().await;
    let one = number("Q7M", 1);
    let file = |duty: &str| format!("{HEADER}{}", row(&one, MINE, "2704", 1, duty));
    let first = import(
        &w.app,
        &w.client_owner,
        &w.client,
        "?state_at=2026-02-01T00:00:00Z",
        &file("10.00"),
    )
    .await;
    assert_eq!(counts(&first)[2], 1);
    let again = import(
        &w.app,
        &w.client_owner,
        &w.client,
        "?state_at=2026-02-02T00:00:00Z",
        &file("10.00"),
    )
    .await;
    assert_eq!(counts(&again)[2..], [0, 0, 1, 0, 0]);
    let newer = import(
        &w.app,
        &w.client_owner,
        &w.client,
        "?state_at=2026-02-10T00:00:00Z",
        &file("20.00"),
    )
    .await;
    assert_eq!(counts(&newer)[2..], [0, 1, 0, 0, 0]);
    let older = import(
        &w.app,
        &w.client_owner,
        &w.client,
        "?state_at=2026-02-05T00:00:00Z",
        &file("30.00"),
    )
    .await;
    assert_eq!(counts(&older)[2..], [0, 0, 0, 1, 0]);
    let entry = w
        .client_owner
        .get(&format!("/entry-summaries/{one}"))
        .await
        .ok();
    assert_eq!(entry["duty"], "20.00");
    assert!(sums::check(&w.app.services).await.unwrap());
    let future = upload(
        &w.client_owner,
        w.client.account,
        "?state_at=2027-01-01T00:00:00Z",
        "text/csv",
        &file("1"),
    )
    .await;
    assert_eq!(future.status, 422);
}

#[tokio::test]
async fn files_that_are_none_are_refused_in_words() {
    let w = stage().await;
    for (kind, file, words) in [
        ("text/csv", "PK\u{3}\u{4}zip", "workbook"),
        ("text/csv", "", "empty"),
        (
            "text/csv",
            "Entry Date,Importer Number\n",
            "does not name the columns",
        ),
        ("text/csv", "a\0b", "UTF-8"),
    ] {
        let answer = upload(&w.client_owner, w.client.account, "", kind, file).await;
        assert_eq!(answer.status, 422, "{}", answer.body);
        assert_eq!(answer.at("/errors/0/code"), "unreadable-file");
        assert!(answer.body.contains(words), "{}", answer.body);
    }
    let other = upload(
        &w.client_owner,
        w.client.account,
        "",
        "application/json",
        HEADER,
    )
    .await;
    assert_eq!(other.status, 415);
    let none = w
        .client_owner
        .get(&format!("/accounts/{}/record-imports", w.client.account))
        .await
        .ok();
    assert_eq!(none["items"], json!([]));
}

#[tokio::test]
async fn lines_of_json_and_formulas() {
    let w = stage().await;
    let object = |number: &str, name: &str| {
        json!({
            "entry_summary_number": number, "entry_type_code": "01", "importer_number": "28-1000001", "importer_name": name,
            "port_of_entry_code": "2704", "entry_date": "2026-01-15", "entry_summary_line_number": 1,
            "country_of_origin_code": "CN", "tariff_ordinal_number": 1, "hts_number_full": "8471300100",
            "line_tariff_goods_value_amount": 1000.5, "line_tariff_duty_amount": "0", "trade_agreement": "x",
        })
    };
    let (one, two) = (number("Q7M", 1), number("Q7M", 2));
    let file = format!(
        "{}\n{}\n{{\"entry_",
        object(&one, "Harbor"),
        object(&two, "=HYPERLINK(\"http://x\")")
    );
    let taken = upload(
        &w.client_owner,
        w.client.account,
        "",
        "application/x-ndjson",
        &file,
    )
    .await
    .ok();
    work(&w.app).await;
    let path = format!(
        "/accounts/{}/record-imports/{}",
        w.client.account,
        taken["id"].as_str().unwrap()
    );
    let done = w.client_owner.get(&path).await.ok();
    assert_eq!(counts(&done), [3, 2, 1, 0, 0, 0, 1], "{done}");
    assert!(
        done["notes"][0]
            .as_str()
            .unwrap()
            .contains("trade_agreement")
    );
    let named: Vec<_> = errors(&w.client_owner, &done)
        .await
        .into_iter()
        .map(|e| e.2)
        .collect();
    assert_eq!(named, ["formula", "cut-off"]);
    let entry = w
        .client_owner
        .get(&format!("/entry-summaries/{one}"))
        .await
        .ok();
    assert_eq!(entry["entered_value"], "1000.50");
    assert_eq!(entry["importer_number"], MINE);
}

#[tokio::test]
async fn rows_are_seen_by_those_who_may_and_by_nobody_else() {
    let w = stage().await;
    let stranger = w.app.world().company("stranger").await;
    hold(&w.app, &stranger, "importer_number", "28-300000300").await;
    let stranger_owner = w.app.sign_in("stranger.owner").await;
    let (filed, elsewhere, foreign) = (number("Q7M", 1), number("ABC", 2), number("Q7M", 3));
    let own = format!(
        "{HEADER}{}{}",
        row(&filed, MINE, "2704", 1, "1"),
        row(&elsewhere, MINE, "1001", 1, "2")
    );
    import(&w.app, &w.client_owner, &w.client, "", &own).await;
    let done = import(
        &w.app,
        &stranger_owner,
        &stranger,
        "",
        &format!("{HEADER}{}", row(&foreign, "28-300000300", "2704", 1, "3")),
    )
    .await;
    assert_eq!(counts(&done)[2], 1);

    assert_eq!(
        seen(&w.client_owner, "").await,
        [elsewhere.clone(), filed.clone()]
            .iter()
            .rev()
            .cloned()
            .collect::<Vec<_>>()
    );
    // The broker sees what was filed under its code, whoever the importer is.
    let mut broker = seen(&w.broker_owner, "").await;
    broker.sort();
    assert_eq!(broker, [filed.clone(), foreign.clone()]);
    assert_eq!(
        seen(&stranger_owner, "").await,
        std::slice::from_ref(&foreign)
    );
    assert_eq!(
        w.broker_owner
            .get(&format!("/entry-summaries/{elsewhere}"))
            .await
            .status,
        404
    );
    assert_eq!(
        w.broker_owner
            .get(&format!("/entry-summaries/{elsewhere}/lines"))
            .await
            .status,
        404
    );
    assert!(
        seen(&w.broker_owner, "?q=Harbor&port_code=1001")
            .await
            .is_empty()
    );

    // Nobody replaces an entry of somebody else, and is not told that there is one.
    let theft = import(
        &w.app,
        &stranger_owner,
        &stranger,
        "",
        &format!(
            "{HEADER}{}",
            row(&elsewhere, "28-300000300", "2704", 1, "9")
        ),
    )
    .await;
    assert_eq!(counts(&theft), [1, 1, 0, 0, 0, 0, 1]);
    assert_eq!(errors(&stranger_owner, &theft).await[0].2, "not-yours");

    // A plain user sees what the sub-account gives, at the ports of the limit.
    let user = w.app.sign_in("client.user").await;
    assert!(seen(&user, "").await.is_empty());
    let (account, person) = (w.client.account.0, w.client.user.id.0);
    w.app
        .world()
        .execute(
            "INSERT INTO membership_access (account_id, user_id, sub_account_id, structure, records, reports) VALUES (?, ?, ?, 'none', 'read', 'none')",
            vec![account.into(), person.into(), w.client.sub_account.0.into()],
        )
        .await;
    assert_eq!(seen(&user, "").await.len(), 2);
    w.app
        .world()
        .execute(
            "INSERT INTO membership_ports (account_id, user_id, port_code) VALUES (?, ?, '1001')",
            vec![account.into(), person.into()],
        )
        .await;
    assert_eq!(seen(&user, "").await, std::slice::from_ref(&elsewhere));
    let page = w
        .client_owner
        .get(&format!("/entry-summaries/{elsewhere}"))
        .await
        .ok();
    let people: Vec<_> = page["viewers"][0]["people"]
        .as_array()
        .unwrap()
        .iter()
        .map(|p| p["name"].as_str().unwrap())
        .collect();
    assert_eq!(people.len(), 3, "{people:?}");
    let page = w
        .client_owner
        .get(&format!("/entry-summaries/{filed}"))
        .await
        .ok();
    assert_eq!(page["viewers"][0]["people"].as_array().unwrap().len(), 2);
    assert_eq!(page["viewers"][1]["basis"], "filer");
    assert_eq!(page["viewers"][1]["company_name"], Value::Null);

    // A grant lets the broker see everything of the client, or what it filed; ending it ends that at once.
    for (records, number) in [("all", 2), ("own_filings", 1)] {
        let invitation = json!({
            "account_id": w.client.account, "direction": "invite",
            "counterparty": { "account_number": w.broker.account_number, "owner_user_id": "broker.owner" },
            "draft_id": null, "all_sub_accounts": true, "sub_account_ids": [], "top_level": false,
            "rights": { "structure": false, "records": records, "reports": false, "users": false }, "purpose": "You file our entries.",
        });
        let grant = w.client_owner.post("/grants", &invitation).await.ok();
        let id = grant["id"].as_str().unwrap();
        w.broker_owner
            .post(
                &format!("/grants/{id}/acceptance"),
                &json!({"version": 1, "narrowing": null}),
            )
            .await
            .ok();
        let through = format!("?account_id={}", w.client.account);
        assert_eq!(
            seen(&w.broker_owner, &through).await.len(),
            number,
            "{records}"
        );
        assert!(
            seen(&w.app.sign_in("broker.user").await, "")
                .await
                .is_empty()
        );
        if records == "all" {
            let page = w
                .client_owner
                .get(&format!("/entry-summaries/{elsewhere}"))
                .await
                .ok();
            let bases: Vec<_> = page["viewers"]
                .as_array()
                .unwrap()
                .iter()
                .map(|v| v["basis"].as_str().unwrap())
                .collect();
            assert_eq!(bases, ["importer", "grant"]);
        }
        w.client_owner
            .post(
                &format!("/grants/{id}/revocation"),
                &json!({"reason": null}),
            )
            .await
            .ok();
        assert_eq!(seen(&w.broker_owner, &through).await.len(), 0);
        assert_eq!(
            w.broker_owner
                .get(&format!("/entry-summaries/{elsewhere}"))
                .await
                .status,
            404
        );
    }
}

#[tokio::test]
async fn an_import_is_called_off_or_goes_on_after_a_break() {
    let w = stage().await;
    let one = number("Q7M", 1);
    let file = format!("{HEADER}{}", row(&one, MINE, "2704", 1, "1"));
    let taken = upload(&w.client_owner, w.client.account, "", "text/csv", &file)
        .await
        .ok();
    let path = format!(
        "/accounts/{}/record-imports/{}",
        w.client.account,
        taken["id"].as_str().unwrap()
    );
    let cancelled = w
        .client_owner
        .post_empty(&format!("{path}/cancellation"))
        .await
        .ok();
    assert_eq!(cancelled["state"], "cancelled");
    assert_eq!(
        w.client_owner
            .post_empty(&format!("{path}/cancellation"))
            .await
            .status,
        409
    );
    work(&w.app).await;
    assert!(seen(&w.client_owner, "").await.is_empty());

    // A worker took it and died after the first entry; another one goes on behind it.
    let two = number("Q7M", 2);
    let file = format!(
        "{HEADER}{}{}",
        row(&one, MINE, "2704", 1, "1"),
        row(&two, MINE, "2704", 1, "1")
    );
    let taken = upload(&w.client_owner, w.client.account, "", "text/csv", &file)
        .await
        .ok();
    let id: uuid::Uuid = taken["id"].as_str().unwrap().parse().unwrap();
    let checkpoint = one.replace('-', "");
    w.app
        .world()
        .execute(
            "UPDATE record_imports SET state = 'running', worker = 'dead', lease_until = ?, checkpoint = ?, entries_new = 1, rows_done = 1 WHERE id = ?",
            vec![(w.app.services.now() + chrono::Duration::seconds(30)).into(), checkpoint.into(), id.into()],
        )
        .await;
    work(&w.app).await;
    assert!(seen(&w.client_owner, "").await.is_empty());
    w.app.clock.advance(chrono::Duration::seconds(61));
    work(&w.app).await;
    assert_eq!(seen(&w.client_owner, "").await, [two]);
    let path = format!("/accounts/{}/record-imports/{id}", w.client.account);
    let done = w.client_owner.get(&path).await.ok();
    assert_eq!(
        (done["state"].as_str(), done["entries_new"].as_u64()),
        (Some("finished"), Some(2))
    );
}

#[tokio::test]
async fn a_large_file_of_the_generator_comes_in_whole_and_adds_up() {
    let w = stage().await;
    let importers = (1..30)
        .map(|n| (format!("28-{n:07}00"), format!("Importer {n}")))
        .collect();
    let made = sample::Sample {
        seed: 11,
        importers,
        filers: vec![("Q7M".to_owned(), "Meridian, Brokers".to_owned())],
        today: w.app.services.now().date_naive(),
        days: 800,
        first_serial: 1,
    };
    let mut file = Vec::new();
    let rows = sample::write(&made, 12_000, &mut file).unwrap();
    // Rows of an entry need not stand together.
    let text = String::from_utf8(file).unwrap();
    let mut lines: Vec<&str> = text.lines().skip(1).collect();
    lines.sort_by_key(|line| line.len());
    let mixed = format!("{}\n{}\n", text.lines().next().unwrap(), lines.join("\n"));
    let done = import(&w.app, &w.broker_owner, &w.broker, "", &mixed).await;
    assert_eq!(counts(&done)[..2], [rows, 0], "{done}");
    let again = import(&w.app, &w.broker_owner, &w.broker, "", &text).await;
    assert_eq!(again["entries_unchanged"], done["entries_new"]);
    assert!(sums::check(&w.app.services).await.unwrap());
    let epoch = records::epoch(&w.app.services.db.reader()).await.unwrap();
    assert!(epoch.facts == epoch.months && epoch.facts > 0);
    // Pages follow one another without a gap or a repetition.
    let mut all = Vec::new();
    let mut query = "?limit=200".to_owned();
    loop {
        let page = w
            .broker_owner
            .get(&format!("/entry-summaries{query}"))
            .await
            .ok();
        all.extend(
            page["items"]
                .as_array()
                .unwrap()
                .iter()
                .map(|e| e["entry_number"].as_str().unwrap().to_owned()),
        );
        match page["next_cursor"].as_str() {
            Some(next) => query = format!("?limit=200&cursor={next}"),
            None => break,
        }
    }
    let count = all.len() as u64;
    all.sort();
    all.dedup();
    assert_eq!(
        (all.len() as u64, count),
        (count, done["entries_new"].as_u64().unwrap())
    );
}

#[tokio::test]
async fn staff_read_by_their_role_and_on_record() {
    use quaymaster_domain::members::StaffRole;
    let w = stage().await;
    let one = number("Q7M", 1);
    import(
        &w.app,
        &w.client_owner,
        &w.client,
        "",
        &format!("{HEADER}{}", row(&one, MINE, "2704", 1, "1")),
    )
    .await;
    for (role, number) in [(StaffRole::Auditor, 1), (StaffRole::SupportAgent, 0)] {
        let name = format!("staff.{}", role.as_str().replace('_', ""));
        w.app.world().person(&name, Some(role)).await;
        let staff = w.app.sign_in(&name).await;
        assert_eq!(seen(&staff, "").await.len(), number);
        if number > 0 {
            let trail = staff
                .get("/audit-events?action=record.read_every")
                .await
                .ok();
            assert_eq!(trail["items"].as_array().unwrap().len(), 1);
        }
    }
}
