//! Pages of results: the first one of details against the bare SQL, later ones, those of the cache, totals on several levels,
//! and what whoever builds a report sees first.

use std::time::Instant;

use quaymaster_domain::records::in_dollars;
use quaymaster_tests::ServerProcess;
use sea_orm::{ConnectionTrait as _, Statement};
use serde_json::{Value, json};

use crate::asking::Asking;
use crate::exports::{Exported, details};
use crate::load::median;
use crate::records::{OWNER, Records, TURNS};
use crate::report::Row;

/// Rows of a page.
const PAGE: u64 = 1_000;

/// The whole of it.
///
/// # Errors
/// When a request fails or an answer is not the database's.
pub async fn results(
    r: &Records<'_>,
    server: &ServerProcess,
    large: &Exported,
) -> Result<Vec<Row>, String> {
    let mut owner = Asking::open(server, OWNER).await?;
    let mut found = Vec::new();
    // The importer with the most entries, who is the first of the sample.
    let one = [r.keys[0].clone()];
    found.push(first_page(r, &mut owner, &one).await?);
    found.push(first_page(r, &mut owner, r.keys).await?);
    found.push(later_page(r, &mut owner, large).await?);
    found.push(cached_page(r, &mut owner, large).await?);
    found.push(totals(r, &mut owner).await?);
    found.extend(previews(r, &mut owner).await?);
    Ok(found)
}

/// The entry number without hyphens, line and ordinal of every row, which stand in the first three cells.
fn names(rows: &Value) -> Vec<[String; 3]> {
    rows.as_array()
        .into_iter()
        .flatten()
        .map(|row| {
            [0, 1, 2].map(|at| {
                row["cells"][at]
                    .as_str()
                    .unwrap_or_default()
                    .replace('-', "")
            })
        })
        .collect()
}

/// The same of the bare SQL's first rows, and how long they take.
async fn bare(r: &Records<'_>, sql: &str) -> Result<(f64, Vec<[String; 3]>), String> {
    let words = |e: sea_orm::DbErr| e.to_string();
    let begun = Instant::now();
    let statement = Statement::from_string(r.raw.get_database_backend(), sql);
    let rows = r.raw.query_all_raw(statement).await.map_err(words)?;
    let took = begun.elapsed().as_secs_f64() * 1000.0;
    let mut names = Vec::with_capacity(rows.len());
    for row in rows {
        let number = |at| row.try_get_by_index::<i64>(at).map(|n| n.to_string());
        names.push([
            row.try_get_by_index(0).map_err(words)?,
            number(1).map_err(words)?,
            number(2).map_err(words)?,
        ]);
    }
    Ok((took, names))
}

/// The first thousand of a month's lines of these importers.
async fn first_page(
    r: &Records<'_>,
    owner: &mut Asking,
    importers: &[String],
) -> Result<Row, String> {
    let (from, to) = r.full_month();
    let mut request = details(&from, &to);
    let list = if importers.len() == 1 {
        request["prompts"]["p2"] = json!(importers);
        format!("'{}'", importers[0])
    } else {
        r.listed()
    };
    let sql = format!("{} LIMIT {PAGE}", r.lines(&list, &from, &to));
    let (mut ours, mut others) = (Vec::new(), Vec::new());
    let mut total = 0;
    for turn in 0..=TURNS {
        let ran = owner.run(&request).await?;
        let (took, rows) = bare(r, &sql).await?;
        if names(&ran.page["rows"]) != rows {
            return Err(format!(
                "the first page of {from} is not that of the bare SQL"
            ));
        }
        total = ran.page["total"].as_u64().unwrap_or_default();
        if turn > 0 {
            ours.push(ran.took);
            others.push(took);
        }
    }
    let (ours, other) = (median(ours), median(others));
    Ok(Row::at_most(
        &format!(
            "first page of {} of a month's {total} lines of {} over HTTP, {} (3 × the bare SQL + 5 ms)",
            total.min(PAGE),
            if importers.len() == 1 {
                "one importer".to_owned()
            } else {
                format!("{} importers", importers.len())
            },
            r.name
        ),
        ours,
        3.0 * other + 5.0,
        "ms",
        format!(
            "{other:.2} ms by the bare SQL with a list written by hand; all {total} lines are kept for later pages and files meanwhile"
        ),
    ))
}

/// A page near the end of a large run against its first one.
async fn later_page(r: &Records<'_>, owner: &mut Asking, large: &Exported) -> Result<Row, String> {
    let last = (large.rows - 1) / PAGE * PAGE - PAGE;
    let sql = format!(
        "{} LIMIT {PAGE} OFFSET {last}",
        r.lines(&r.listed(), &large.from, &r.today)
    );
    let (_, wanted) = bare(r, &sql).await?;
    let (mut first, mut later) = (Vec::new(), Vec::new());
    for turn in 0..=TURNS * 3 {
        let (a, _) = owner.get(&format!("{}/rows", large.path)).await?;
        let (b, page) = owner
            .get(&format!("{}/rows?from={last}", large.path))
            .await?;
        if turn > 0 {
            first.push(a);
            later.push(b);
        } else if names(&page["rows"]) != wanted {
            return Err(format!("the rows from {last} on are not the bare SQL's"));
        }
    }
    let (first, later) = (median(first), median(later));
    Ok(Row::at_most(
        &format!(
            "page {} of a finished run of {} rows against page 1, {}",
            last / PAGE + 1,
            large.rows,
            r.name
        ),
        later / first,
        1.5,
        "×",
        format!("median {later:.2} ms against {first:.2} ms for {PAGE} rows of 15 columns"),
    ))
}

/// The first page of a question that was answered before.
async fn cached_page(r: &Records<'_>, owner: &mut Asking, large: &Exported) -> Result<Row, String> {
    let mut request = details(&large.from, &r.today);
    request["fresh"] = json!(false);
    let (_, first) = owner.get(&format!("{}/rows", large.path)).await?;
    let mut times = Vec::new();
    for turn in 0..=TURNS * 3 {
        let ran = owner.run(&request).await?;
        if !ran.cached || ran.page["rows"] != first["rows"] {
            return Err("the cache does not answer what was answered before".to_owned());
        }
        if turn > 0 {
            times.push(ran.took);
        }
    }
    Ok(Row::at_most(
        &format!("first page of {PAGE} rows from the cache, {}", r.name),
        median(times),
        10.0,
        "ms",
        format!(
            "a run of {} rows of 15 columns that was answered before",
            large.rows
        ),
    ))
}

/// Totals of three columns and of everything against the finest level alone.
async fn totals(r: &Records<'_>, owner: &mut Asking) -> Result<Row, String> {
    let (from, to) = r.three_years();
    let ask = |totals: bool| {
        let breaks = if totals {
            json!([{"col": "c1"}, {"col": "c2"}, {"col": "c3"}])
        } else {
            json!([])
        };
        let definition = json!({
            "v": 1, "subject": "entry_lines", "mode": "aggregate",
            "columns": [
                {"id": "c1", "dim": "entry_year"}, {"id": "c2", "dim": "hts.chapter"}, {"id": "c3", "dim": "country"},
                {"id": "c4", "dim": "port"}, {"id": "m1", "measure": "entered_value"}, {"id": "m2", "measure": "duty"},
            ],
            "filter": {"dim": "entry_date", "op": "between", "value": [from, to]},
            "breaks": breaks, "grand_total": totals, "views": [{"kind": "table"}],
        });
        json!({ "report": null, "definition": definition, "prompts": {}, "account_id": null, "fresh": true })
    };
    let (plain, with) = (ask(false), ask(true));
    let sum = format!(
        "SELECT CAST(sum(duty_cents) AS BIGINT) FROM entry_lines WHERE importer_key IN ({}) AND entry_date BETWEEN '{from}' AND '{to}'",
        r.listed()
    );
    let duty = in_dollars(r.number(&sum).await?);
    let (mut finest, mut totalled) = (Vec::new(), Vec::new());
    let mut counts = (0, 0);
    for turn in 0..=TURNS {
        let a = owner.run(&plain).await?;
        let b = owner.run(&with).await?;
        if turn > 0 {
            finest.push(a.took);
            totalled.push(b.took);
            continue;
        }
        counts.0 = a.page["total"].as_u64().unwrap_or_default();
        counts.1 = b.page["total"].as_u64().unwrap_or_default();
        let end = counts.1.saturating_sub(1);
        let (_, end) = owner.get(&format!("{}/rows?from={end}", b.path)).await?;
        let total = &end["rows"][0];
        if total["kind"] != "grand_total" || total["cells"][5] != duty.as_str() {
            return Err(format!("the total is {total} and not {duty}"));
        }
    }
    let (finest, totalled) = (median(finest), median(totalled));
    Ok(Row::at_most(
        &format!(
            "totals on four levels against the finest level alone, three years, {}",
            r.name
        ),
        totalled / finest,
        1.2,
        "×",
        format!(
            "{totalled:.1} ms for {} rows against {finest:.1} ms for {}, by year, chapter, country and port, {} importers",
            counts.1,
            counts.0,
            r.keys.len()
        ),
    ))
}

/// What whoever builds a report sees after every step.
async fn previews(r: &Records<'_>, owner: &mut Asking) -> Result<Vec<Row>, String> {
    let (from, to) = r.three_years();
    let mut found = Vec::new();
    for (what, code) in [
        ("details of lines", "ES-003"),
        ("duty by chapter and country", "DU-101"),
        ("duty by HTS number", "DU-106"),
    ] {
        let (_, report) = owner.get(&format!("/api/v1/reports/{code}")).await?;
        let body = json!({
            "definition": report["definition"], "prompts": {"p1": {"from": from, "to": to}}, "account_id": null,
        });
        let wanted = owner
            .run(&json!({
                "report": code, "definition": null, "prompts": body["prompts"], "account_id": null, "fresh": false,
            }))
            .await?;
        let mut times = Vec::new();
        for turn in 0..=TURNS {
            let (took, shown) = owner.post("/api/v1/report-previews", &body).await?;
            let rows = shown["rows"].as_array().ok_or("a preview without rows")?;
            let first = wanted.page["rows"].as_array().and_then(|w| w.get(..10));
            if first != Some(rows.as_slice()) {
                return Err(format!("the preview of {code} is not its run's beginning"));
            }
            if turn > 0 {
                times.push(took);
            }
        }
        found.push(Row::at_most(
            &format!(
                "preview of ten rows for the builder, {what}, three years, {}",
                r.name
            ),
            median(times),
            300.0,
            "ms",
            format!("{} rows, {} importers", r.rows, r.keys.len()),
        ));
    }
    Ok(found)
}
