//! Files of trade records that are broken, over HTTP: each fault is named at its row and column, what is whole is kept, and the
//! error file is enough to mend the rest.

use quaymaster_tests::Caller;
use reqwest::Method;
use serde_json::{Value, json};

use super::records::{
    HEADER, MINE, counts, errors, import, number, row, seen, stage, upload, work,
};

async fn error_file(caller: &Caller, import: &Value) -> Vec<Vec<String>> {
    let path = format!(
        "/accounts/{}/record-imports/{}/error-file",
        import["account_id"].as_str().unwrap(),
        import["id"].as_str().unwrap()
    );
    let file = caller.get(&path).await;
    assert_eq!(file.status, 200);
    assert!(file.header("content-disposition").contains("attachment"));
    csv::Reader::from_reader(file.body.as_bytes())
        .records()
        .map(|record| record.unwrap().iter().map(str::to_owned).collect())
        .collect()
}

#[tokio::test]
async fn a_file_that_stops_in_the_middle_of_a_line_keeps_what_came_before() {
    let w = stage().await;
    let (one, two) = (number("Q7M", 1), number("Q7M", 2));
    let whole = row(&one, MINE, "2704", 1, "10.00");
    let last = row(&two, MINE, "2704", 1, "10.00");
    // After a comma, in the middle of a word, and within quotes.
    for (round, cut) in [20, 45, last.find("\"1,0").unwrap() + 3]
        .into_iter()
        .enumerate()
    {
        let file = format!("{HEADER}{whole}{}", &last[..cut]);
        let done = import(&w.app, &w.client_owner, &w.client, "", &file).await;
        assert_eq!(done["state"], "finished", "{done}");
        assert_eq!(done["rows_refused"], 1, "{done}");
        let named = errors(&w.client_owner, &done).await;
        assert_eq!(named, [(3, String::new(), "cut-off".to_owned())], "{cut}");
        assert_eq!(
            done["entries_new"].as_u64().unwrap() + done["entries_unchanged"].as_u64().unwrap(),
            1,
            "round {round}"
        );
        assert_eq!(seen(&w.client_owner, "").await, std::slice::from_ref(&one));
    }
}

#[tokio::test]
async fn an_entry_whose_last_line_was_cut_off_is_taken_when_the_file_is_whole() {
    let w = stage().await;
    let one = number("Q7M", 1);
    let (first, second) = (
        row(&one, MINE, "2704", 1, "10.00"),
        row(&one, MINE, "2704", 2, "5.00"),
    );
    let file = format!("{HEADER}{first}{}", &second[..30]);
    import(&w.app, &w.client_owner, &w.client, "", &file).await;
    let file = format!("{HEADER}{first}{second}");
    import(&w.app, &w.client_owner, &w.client, "", &file).await;
    let entry = w
        .client_owner
        .get(&format!("/entry-summaries/{one}"))
        .await
        .ok();
    assert_eq!(
        (&entry["line_count"], &entry["duty"]),
        (&json!(2), &json!("15.00"))
    );
}

#[tokio::test]
async fn a_workbook_that_is_called_csv_is_refused_as_a_whole() {
    let w = stage().await;
    let path = format!(
        "/accounts/{}/record-imports?file_name=march.csv",
        w.client.account
    );
    // As a workbook begins: a ZIP archive whose first part is deflated, not text in any encoding.
    let mut workbook = b"PK\x03\x04\x14\x00\x06\x00\x08\x00\x00\x00!\x00".to_vec();
    workbook.extend([0xb5, 0x55, 0x30, 0x23, 0xf4, 0x01, 0x00, 0x00, 0xfe, 0xff]);
    workbook.extend(b"\x13\x00\x08\x02[Content_Types].xml");
    workbook.extend((0..4_000_u32).map(|n| (n.wrapping_mul(2_654_435_761) >> 24) as u8));
    // Of the older kind.
    let older = [b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1".to_vec(), vec![0; 600]].concat();
    for (file, word) in [(workbook, "workbook"), (older, "")] {
        let answer = w
            .client_owner
            .send(Method::POST, &path, Some("text/csv"), file)
            .await;
        assert_eq!(answer.status, 422, "{}", answer.body);
        assert_eq!(answer.at("/errors/0/code"), "unreadable-file");
        assert!(answer.body.contains(word), "{}", answer.body);
    }
    let none = w
        .client_owner
        .get(&format!("/accounts/{}/record-imports", w.client.account))
        .await
        .ok();
    assert_eq!(none["items"], json!([]));
}

#[tokio::test]
async fn three_bad_rows_are_named_and_mended() {
    let w = stage().await;
    let entry = |n| number("Q7M", n);
    let good = row(&entry(1), MINE, "2704", 1, "10.00");
    let mended: Vec<String> = (2..5)
        .map(|n| row(&entry(n), MINE, "2704", 1, "10.00"))
        .collect();
    let bad = [
        mended[0].replace("Harbor", "\"=HYPERLINK(\"\"http://x\"\",\"\"x\"\")\""),
        mended[1].replace("01/15/2026", "02/31/2026"),
        mended[2].replace("10.00", "1e308"),
    ];
    let file = format!("{HEADER}{good}{}", bad.concat());
    let done = import(
        &w.app,
        &w.client_owner,
        &w.client,
        "?file_name=a.csv",
        &file,
    )
    .await;
    assert_eq!(counts(&done), [4, 3, 1, 0, 0, 0, 3], "{done}");
    let refused = error_file(&w.client_owner, &done).await;
    let places: Vec<_> = refused
        .iter()
        .map(|cells| [&cells[0], &cells[1], &cells[2], &cells[3]].map(String::as_str))
        .collect();
    let (two, three, four) = (entry(2), entry(3), entry(4));
    assert_eq!(
        places,
        [
            ["3", &two, "Importer Name", "formula"],
            ["4", &three, "Entry Date", "date"],
            ["5", &four, "Line Tariff Duty Amount", "amount"],
        ]
    );
    for cells in &refused {
        // In words, and what stood in the cell is not repeated.
        assert!(
            cells[4].ends_with('.') && cells[4].contains(' '),
            "{cells:?}"
        );
        assert!(!cells[4].contains("HYPERLINK") && !cells[4].contains("1e308"));
    }
    let file = format!("{HEADER}{}", mended.concat());
    let done = import(&w.app, &w.client_owner, &w.client, "", &file).await;
    assert_eq!(counts(&done), [3, 0, 3, 0, 0, 0, 0], "{done}");
    assert_eq!(error_file(&w.client_owner, &done).await.len(), 0);
    assert_eq!(seen(&w.client_owner, "").await.len(), 4);
}

#[tokio::test]
async fn amounts_and_days_that_cannot_be_are_refused_in_json_too() {
    let w = stage().await;
    let object = |n, day: &str, amount: Value| {
        json!({
            "entry_summary_number": number("Q7M", n), "entry_type_code": "01", "importer_number": MINE,
            "port_of_entry_code": "2704", "entry_date": day, "entry_summary_line_number": 1,
            "country_of_origin_code": "CN", "tariff_ordinal_number": 1, "hts_number_full": "8471300100",
            "line_tariff_goods_value_amount": amount, "line_tariff_duty_amount": "0",
        })
        .to_string()
    };
    let lines = [
        object(1, "2026-02-31", json!("1.00")),
        object(2, "2026-02-28", json!(1e308)),
        object(3, "2026-02-28", json!("99999999999999999999.00")),
        object(4, "2026-02-28", json!("1.00")),
    ];
    let kind = "application/x-ndjson";
    let taken = upload(
        &w.client_owner,
        w.client.account,
        "",
        kind,
        &lines.join("\n"),
    )
    .await
    .ok();
    work(&w.app).await;
    let named: Vec<_> = errors(&w.client_owner, &taken)
        .await
        .into_iter()
        .map(|(row, _, code)| (row, code))
        .collect();
    let expected = [(1, "date"), (2, "amount"), (3, "amount")];
    assert_eq!(named, expected.map(|(row, code)| (row, code.to_owned())));
    assert_eq!(seen(&w.client_owner, "").await, [number("Q7M", 4)]);
}
