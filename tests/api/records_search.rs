//! Search in trade records: entries far apart in time come page by page, the newest first, none left out.

use quaymaster_tests::Caller;

use crate::records::{HEADER, MINE, import, number, stage};

/// Days of entry as the file has them, the newest first. Two share a day; the first is after today.
const DAYS: [&str; 9] = [
    "2026-03-20",
    "2026-03-01",
    "2026-02-22",
    "2026-02-22",
    "2025-12-31",
    "2025-03-03",
    "2024-02-29",
    "2016-07-04",
    "1999-01-02",
];

/// All pages of two entries each, as days.
async fn pages(caller: &Caller, query: &str) -> Vec<Vec<String>> {
    let mut pages = Vec::new();
    let mut next = format!("/entry-summaries?limit=2{query}");
    loop {
        let page = caller.get(&next).await.ok();
        let days = page["items"].as_array().unwrap().iter();
        pages.push(
            days.map(|e| e["entry_date"].as_str().unwrap().to_owned())
                .collect(),
        );
        match page["next_cursor"].as_str() {
            Some(cursor) => next = format!("/entry-summaries?limit=2{query}&cursor={cursor}"),
            None => return pages,
        }
    }
}

#[tokio::test]
async fn entries_of_many_years_come_page_by_page_the_newest_first() {
    let w = stage().await;
    let rows: String = DAYS
        .iter()
        .zip(1..)
        .map(|(day, serial)| {
            let number = number("Q7M", serial);
            format!("{number},01,{MINE},Harbor,2704,{day},1,CN,1,8471.30.0100,\"1,000.00\",1.00\n")
        })
        .collect();
    let done = import(
        &w.app,
        &w.client_owner,
        &w.client,
        "",
        &format!("{HEADER}{rows}"),
    )
    .await;
    assert_eq!(done["entries_new"], 9, "{done}");
    for (query, wanted) in [
        ("", &DAYS[..]),
        ("&entry_date_to=2026-03-10", &DAYS[1..]),
        ("&entry_date_from=2026-02-22", &DAYS[..4]),
        (
            "&entry_date_from=2016-07-04&entry_date_to=2025-12-31",
            &DAYS[4..8],
        ),
        ("&entry_date_from=2000-01-01&entry_date_to=2010-01-01", &[]),
        ("&q=Harbor&entry_date_to=2024-12-31", &DAYS[6..]),
    ] {
        let found = pages(&w.client_owner, query).await;
        assert_eq!(found.concat(), wanted, "{query}");
        assert!(found.iter().rev().skip(1).all(|page| page.len() == 2));
    }
}
