//! The identifier register: entries, history, parties, bulk loads with bad files and bad rows.

use quaymaster_domain::members::StaffRole;
use quaymaster_tests::{Answer, Caller, TestApp};
use reqwest::Method;
use serde_json::{Value, json};

const HEADER: &str = "kind,value,party_key,party_name,contact_email\n";

async fn registrar(app: &TestApp) -> Caller {
    app.world()
        .person("rita.registrar", Some(StaffRole::Registrar))
        .await;
    app.sign_in("rita.registrar").await
}

async fn load(caller: &Caller, kind: &str, file: impl Into<Vec<u8>>) -> Answer {
    let path = "/identifier-register/imports?file_name=march.csv";
    caller
        .send(Method::POST, path, Some(kind), file.into())
        .await
}

fn counts(import: &Value) -> [u64; 5] {
    ["total", "added", "changed", "unchanged", "refused"]
        .map(|what| import[format!("rows_{what}")].as_u64().unwrap())
}

fn entry(value: &str, key: &str, name: &str, contact: Option<&str>) -> Value {
    json!({ "kind": "scac", "value": value, "party_key": key, "party_name": name, "contact_email": contact })
}

#[tokio::test]
async fn an_entry_is_written_read_and_its_history_kept() {
    let app = TestApp::start().await;
    let registrar = registrar(&app).await;
    let path = "/identifier-register/entries";
    let written = registrar
        .put(
            path,
            &entry("qmtk", "P-1", "Harbor Lane", Some("a@harbor.example")),
        )
        .await
        .ok();
    assert_eq!(written["value"], "QMTK");
    assert_eq!(written["held_by"], Value::Null);
    registrar
        .put(path, &entry("QMTK", "P-1", "Harbor Lane", None))
        .await
        .ok();
    registrar
        .put(path, &entry("QMTK", "P-1", "Harbor Lane", None))
        .await
        .ok();
    let moved = registrar
        .put(path, &entry("QMTK", "P-2", "Pier Road", None))
        .await
        .ok();
    assert_eq!(moved["id"], written["id"]);
    assert_eq!(moved["party"]["name"], "Pier Road");

    let history = format!("{path}/{}/history", written["id"].as_str().unwrap());
    let first = registrar.get(&format!("{history}?limit=2")).await.ok();
    let next = first["next_cursor"].as_str().unwrap();
    let second = registrar
        .get(&format!("{history}?limit=2&cursor={next}"))
        .await
        .ok();
    let changes: Vec<Value> = [&first, &second]
        .iter()
        .flat_map(|page| page["items"].as_array().unwrap().clone())
        .collect();
    let words: Vec<_> = changes
        .iter()
        .map(|c| c["change"].as_str().unwrap())
        .collect();
    assert_eq!(words, ["party_changed", "contact_changed", "added"]);
    assert!(
        changes[0]["before"]
            .as_str()
            .unwrap()
            .contains("Harbor Lane")
    );
    assert!(changes[0]["after"].as_str().unwrap().contains("Pier Road"));

    for (query, found) in [
        ("kind=scac&value=qmtk", 1),
        ("kind=scac&value=QMTX", 0),
        ("kind=scac", 1),
        ("kind=ein", 0),
        ("q=PIER", 1),
        ("q=harbor", 0),
        ("q=%25", 0),
    ] {
        let list = registrar
            .get(&format!("/identifier-register?{query}"))
            .await
            .ok();
        assert_eq!(
            list["items"].as_array().map(Vec::len),
            Some(found),
            "{query}"
        );
    }
    let alone = registrar.get("/identifier-register?value=QMTK").await;
    assert_eq!(alone.outcome(), (422, "invalid".to_owned()));
    let malformed = registrar
        .put(path, &entry("1", "P-1", "Harbor Lane", None))
        .await;
    assert_eq!(
        malformed.outcome(),
        (422, "identifier-malformed".to_owned())
    );
    let personal = registrar
        .put(path, &entry("QMTX", "900-12-3456", "Somebody", None))
        .await;
    assert_eq!(personal.at("/errors/0/pointer"), "/party_key");
    assert!(!personal.body.contains("900-12-3456"));

    let parties = registrar.get("/parties?q=o").await.ok();
    let listed: Vec<_> = parties["items"]
        .as_array()
        .unwrap()
        .iter()
        .map(|p| (p["key"].clone(), p["identifier_count"].clone()))
        .collect();
    assert_eq!(listed, [(json!("P-1"), json!(0)), (json!("P-2"), json!(1))]);
    let one = registrar.get("/parties?key=P-2").await.ok();
    assert_eq!(one["items"].as_array().map(Vec::len), Some(1));
}

#[tokio::test]
async fn a_file_is_loaded_and_loaded_again() {
    let app = TestApp::start().await;
    let registrar = registrar(&app).await;
    let mut file = String::from("\u{feff}party_name,party_key,contact_email,value,kind\r\n");
    for n in 0..2500 {
        file.push_str(&format!(
            "\"Party, {}\",P-{},p{}@example.com,08-{n:07},ein\r\n",
            n % 700,
            n % 700,
            n % 700
        ));
    }
    let done = load(&registrar, "text/csv; charset=utf-8", file.clone()).await;
    assert_eq!(done.status, 201, "{}", done.body);
    assert_eq!(done.at("/state"), "finished");
    assert_eq!(done.at("/file_name"), "march.csv");
    assert_eq!(counts(&done.json()), [2500, 2500, 0, 0, 0]);
    let again = load(&registrar, "text/csv", file.clone()).await.ok();
    assert_eq!(counts(&again), [2500, 0, 0, 2500, 0]);
    // Every entry of the party whose address changes is not touched, but the row that says so is a change.
    let moved =
        file.replacen("P-7,p7@", "P-8,p8@", 1)
            .replacen("\"Party, 7\",P-8", "\"Party, 8\",P-8", 1);
    let third = load(&registrar, "text/csv", moved).await.ok();
    assert_eq!(counts(&third), [2500, 0, 1, 2499, 0]);

    let list = registrar.get("/identifier-register/imports").await.ok();
    assert_eq!(list["items"].as_array().map(Vec::len), Some(3));
    assert_eq!(list["items"][0]["id"], third["id"]);
    let parties = registrar.get("/parties?key=P-8").await.ok();
    assert_eq!(parties["items"][0]["identifier_count"], 5);

    // The same lines as JSON change nothing either.
    let lines: String = (0..3)
        .map(|n| json!({ "kind": "ein", "value": format!("08-{n:07}"), "party_key": format!("P-{n}"), "party_name": format!("Party, {n}") }).to_string() + "\n")
        .collect();
    let lines = load(&registrar, "application/x-ndjson", lines).await.ok();
    assert_eq!(lines["format"], "ndjson");
    assert_eq!(counts(&lines), [3, 0, 0, 3, 0]);
}

#[tokio::test]
async fn bad_rows_are_told_and_good_ones_kept() {
    let app = TestApp::start().await;
    let registrar = registrar(&app).await;
    let mut file = HEADER.as_bytes().to_vec();
    file.extend(b"scac,QMTA,P-1,\"Harbor\nLane\",\n");
    file.extend(b"lorry,QMTB,P-1,Harbor Lane,\n");
    file.extend(b"scac,Q1,-,H,nobody\n");
    file.extend(b"scac,QMTC,P-1\n");
    file.extend(b"scac,QMT\xff,P-1,Harbor Lane,\n");
    file.extend(b"scac,QMTD,P-2,Pier Road,pier@example.com\n");
    file.extend(b"scac,QMTD,P-3,Sea Road,\n");
    let done = load(&registrar, "text/csv", file).await.ok();
    assert_eq!(counts(&done), [7, 1, 1, 0, 5], "{done}");
    let id = done["id"].as_str().unwrap();
    let path = format!("/identifier-register/imports/{id}/errors");
    let mut told = Vec::new();
    let mut cursor = String::new();
    loop {
        let page = registrar.get(&format!("{path}?limit=2{cursor}")).await.ok();
        for error in page["items"].as_array().unwrap() {
            assert!(error["detail"].as_str().unwrap().ends_with('.'), "{error}");
            told.push((
                error["row"].as_u64().unwrap(),
                error["column"].as_str().unwrap().to_owned(),
                error["code"].as_str().unwrap().to_owned(),
            ));
        }
        match page["next_cursor"].as_str() {
            Some(next) => cursor = format!("&cursor={next}"),
            None => break,
        }
    }
    let told: Vec<_> = told
        .iter()
        .map(|(r, c, k)| (*r, c.as_str(), k.as_str()))
        .collect();
    assert_eq!(
        told,
        [
            (2, "party_name", "invalid"),
            (3, "kind", "invalid"),
            (4, "value", "identifier-malformed"),
            (4, "party_key", "invalid"),
            (4, "party_name", "invalid"),
            (4, "contact_email", "invalid"),
            (5, "", "wrong-column-count"),
            (6, "value", "wrong-encoding"),
        ]
    );
    // A later row of the file counts.
    let kept = registrar
        .get("/identifier-register?kind=scac&value=QMTD")
        .await
        .ok();
    assert_eq!(kept["items"][0]["party"]["key"], "P-3");
}

#[tokio::test]
async fn files_that_cannot_be_read_store_nothing() {
    let app = TestApp::start().await;
    let registrar = registrar(&app).await;
    let wide = vec!["kind"; 100_000].join(",");
    let utf16: Vec<u8> = HEADER.encode_utf16().flat_map(u16::to_le_bytes).collect();
    for (file, words) in [
        (Vec::new(), "empty"),
        (utf16, "utf-8"),
        (b"kind,,value".to_vec(), "column 2"),
        (b"kind,value,kind".to_vec(), "twice"),
        (wide.into_bytes(), "64 columns"),
        (
            b"kind,value,party_key,party_name,extra\n".to_vec(),
            "column 5",
        ),
        (b"kind,value\n".to_vec(), "party_key"),
    ] {
        let refused = load(&registrar, "text/csv", file).await;
        assert_eq!(refused.outcome(), (422, "invalid".to_owned()), "{words}");
        let detail = refused.at("/detail");
        assert!(
            detail.as_str().unwrap().to_lowercase().contains(words),
            "{detail}"
        );
    }
    for kind in [
        "application/json",
        "text/plain",
        "multipart/form-data; boundary=x",
    ] {
        let refused = load(&registrar, kind, HEADER).await;
        assert_eq!(
            refused.outcome(),
            (415, "unsupported-media-type".to_owned())
        );
    }
    let packed = registrar
        .with_header("content-encoding", "gzip")
        .send(
            Method::POST,
            "/identifier-register/imports",
            Some("text/csv"),
            HEADER.into(),
        )
        .await;
    assert_eq!(packed.status, 415);
    let none = registrar.get("/identifier-register/imports").await.ok();
    assert_eq!(none["items"], json!([]));
}

#[tokio::test]
async fn only_the_registrar_writes_and_few_read() {
    let app = TestApp::start().await;
    let world = app.world();
    world.company("acme").await;
    world.person("tom.auditor", Some(StaffRole::Auditor)).await;
    world
        .person("sue.support", Some(StaffRole::SupportAgent))
        .await;
    for (name, read) in [
        ("acme.owner", 403),
        ("sue.support", 403),
        ("tom.auditor", 200),
    ] {
        let caller = app.sign_in(name).await;
        assert_eq!(caller.get("/identifier-register").await.status, read);
        assert_eq!(
            load(&caller, "text/csv", HEADER).await.outcome(),
            (403, "forbidden".to_owned())
        );
        let put = caller
            .put(
                "/identifier-register/entries",
                &entry("QMTK", "P-1", "Harbor", None),
            )
            .await;
        assert_eq!(put.status, 403);
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn two_loads_of_the_same_rows_at_once_both_come_to_their_end() {
    let app = TestApp::start().await;
    let registrar = registrar(&app).await;
    let rows = |reverse: bool| {
        let mut lines: Vec<String> = (0..3000)
            .map(|n| format!("ein,08-{n:07},P-{},Party {}", n % 90, n % 90))
            .collect();
        if reverse {
            lines.reverse();
        }
        format!("kind,value,party_key,party_name\n{}\n", lines.join("\n"))
    };
    let (one, other) = (rows(false), rows(true));
    let (one, other) = tokio::join!(
        load(&registrar, "text/csv", one),
        load(&registrar, "text/csv", other)
    );
    let (one, other) = (one.ok(), other.ok());
    for done in [&one, &other] {
        assert_eq!(done["state"], "finished", "{done}");
        assert_eq!(counts(done)[0], 3000);
    }
    assert_eq!(counts(&one)[1] + counts(&other)[1], 3000);
    assert_eq!(counts(&one)[3] + counts(&other)[3], 3000);
}
