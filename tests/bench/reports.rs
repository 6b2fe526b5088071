//! Reports over HTTP against DuckDB on the same rows: by somebody whose account has 300 importer numbers, and by somebody
//! among the staff who sees everything. DuckDB is the yardstick, not a dependency.

use std::path::Path;

use chrono::Datelike as _;
use quaymaster_domain::clock::Clock as _;
use quaymaster_domain::records::in_dollars;
use quaymaster_server::wiring::SystemClock;
use quaymaster_tests::ServerProcess;
use serde_json::{Value, json};

use crate::asking::Asking;
use crate::load::median;
use crate::records::{OWNER, Records, TURNS, printed};
use crate::report::Row;
use crate::stage::AUDITOR;

/// Who asks.
#[derive(Clone, Copy, PartialEq)]
enum Reader {
    /// Somebody with 300 importer numbers.
    Broker,
    /// Somebody among the staff.
    Staff,
}

/// What is compared before times count, in the last row of the report and in DuckDB's column `compared`.
#[derive(Clone, Copy)]
enum Compared {
    Cents,
    Number,
}

/// A report and the same in DuckDB's SQL.
struct Measured {
    what: &'static str,
    reader: Reader,
    report: Report,
    /// Whole calendar years before this one; none for a report without a period.
    years: i32,
    sql: &'static str,
    compared: Compared,
    /// The budget.
    most: f64,
}

enum Report {
    Standard(&'static str),
    Own(Own),
}

/// Definitions that no report of the catalogue has.
#[derive(Clone, Copy)]
enum Own {
    EntriesByMonth,
    PreferenceByCountry,
}

impl Own {
    fn definition(self) -> Value {
        match self {
            Self::EntriesByMonth => json!({
                "v": 1, "subject": "entry_lines", "mode": "aggregate",
                "columns": [{"id": "c1", "dim": "entry_month"}, {"id": "m2", "measure": "entries"}],
                "filter": {"dim": "entry_date", "op": "between", "prompt": "p1"},
                "prompts": [{"id": "p1", "label": "Period of entry", "required": true}],
                "grand_total": true, "sort": [{"col": "c1", "dir": "asc"}], "views": [{"kind": "table"}],
            }),
            // No index knows the preference.
            Self::PreferenceByCountry => json!({
                "v": 1, "subject": "entry_lines", "mode": "aggregate",
                "columns": [{"id": "c1", "dim": "country"}, {"id": "m2", "measure": "entered_value"}],
                "filter": {"dim": "spi", "op": "in", "value": ["S"]},
                "grand_total": true, "sort": [{"col": "c1", "dir": "asc"}], "views": [{"kind": "table"}],
            }),
        }
    }
}

const BY_MONTH: &str = "SELECT substr(entry_date, 1, 7), sum(value_cents), sum(duty_cents) AS compared, sum(is_first) FROM lines WHERE importer_key IN ($keys) AND entry_date BETWEEN '$from' AND '$to' GROUP BY 1 ORDER BY 1";
const BY_IMPORTER: &str = "SELECT importer_key, sum(value_cents), sum(duty_cents) AS compared, sum(is_first) FROM lines WHERE importer_key IN ($keys) AND entry_date BETWEEN '$from' AND '$to' GROUP BY 1 ORDER BY 3 DESC";
const ENTRIES: &str = "SELECT substr(entry_date, 1, 7), count(DISTINCT entry_number) AS compared FROM lines WHERE importer_key IN ($keys) AND entry_date BETWEEN '$from' AND '$to' GROUP BY 1 ORDER BY 1";

const REPORTS: [Measured; 9] = [
    Measured {
        what: "duty by month, a year (DU-102)",
        reader: Reader::Broker,
        report: Report::Standard("DU-102"),
        years: 1,
        sql: BY_MONTH,
        compared: Compared::Cents,
        most: 1.0,
    },
    Measured {
        what: "duty by month, three years (DU-102)",
        reader: Reader::Broker,
        report: Report::Standard("DU-102"),
        years: 3,
        sql: BY_MONTH,
        compared: Compared::Cents,
        most: 1.0,
    },
    Measured {
        what: "different entries by month, three years",
        reader: Reader::Broker,
        report: Report::Own(Own::EntriesByMonth),
        years: 3,
        sql: ENTRIES,
        compared: Compared::Number,
        most: 1.0,
    },
    Measured {
        what: "importers by duty, three years (DU-103)",
        reader: Reader::Broker,
        report: Report::Standard("DU-103"),
        years: 3,
        sql: BY_IMPORTER,
        compared: Compared::Cents,
        most: 2.0,
    },
    Measured {
        what: "duty by chapter and country, a year (DU-101)",
        reader: Reader::Broker,
        report: Report::Standard("DU-101"),
        years: 1,
        sql: "SELECT substr(hts, 1, 2), country_origin, sum(value_cents), sum(duty_cents) AS compared FROM lines WHERE importer_key IN ($keys) AND entry_date BETWEEN '$from' AND '$to' GROUP BY 1, 2 ORDER BY 1, 2",
        compared: Compared::Cents,
        most: 6.0,
    },
    Measured {
        what: "duty by month of everybody, three years (DU-102)",
        reader: Reader::Staff,
        report: Report::Standard("DU-102"),
        years: 3,
        sql: "SELECT substr(entry_date, 1, 7), sum(value_cents), sum(duty_cents) AS compared, sum(is_first) FROM lines WHERE entry_date BETWEEN '$from' AND '$to' GROUP BY 1 ORDER BY 1",
        compared: Compared::Cents,
        most: 1.0,
    },
    Measured {
        what: "the hundred importers with the most duty of everybody, three years (DU-103)",
        reader: Reader::Staff,
        report: Report::Standard("DU-103"),
        years: 3,
        // The report has the others as one row, so all are fetched here.
        sql: "SELECT importer_key, sum(value_cents), sum(duty_cents) AS compared, sum(is_first) FROM lines WHERE entry_date BETWEEN '$from' AND '$to' GROUP BY 1 ORDER BY 3 DESC",
        compared: Compared::Cents,
        most: 2.0,
    },
    Measured {
        what: "different entries of everybody by month, three years",
        reader: Reader::Staff,
        report: Report::Own(Own::EntriesByMonth),
        years: 3,
        sql: "SELECT substr(entry_date, 1, 7), count(DISTINCT entry_number) AS compared FROM lines WHERE entry_date BETWEEN '$from' AND '$to' GROUP BY 1 ORDER BY 1",
        compared: Compared::Number,
        most: 1.0,
    },
    Measured {
        what: "value under a preference of everybody by country, without a period, which no index knows",
        reader: Reader::Staff,
        report: Report::Own(Own::PreferenceByCountry),
        years: 0,
        sql: "SELECT country_origin, sum(value_cents) AS compared FROM lines WHERE spi = 'S' GROUP BY 1 ORDER BY 1",
        compared: Compared::Cents,
        most: 20.0,
    },
];

impl Measured {
    fn span(&self) -> (String, String) {
        let last = SystemClock.now().year() - 1;
        (
            format!("{}-01-01", last - self.years + 1),
            format!("{last}-12-31"),
        )
    }

    fn request(&self) -> Value {
        let (report, definition) = match self.report {
            Report::Standard(code) => (Some(code), None),
            Report::Own(own) => (None, Some(own.definition())),
        };
        let (from, to) = self.span();
        let prompts = if self.years > 0 {
            json!({"p1": {"from": from, "to": to}})
        } else {
            json!({})
        };
        json!({ "report": report, "definition": definition, "prompts": prompts, "account_id": null, "fresh": true })
    }

    /// The total of the page has to be the sum that DuckDB found.
    fn agrees(&self, page: &Value, found: i64) -> Result<(), String> {
        let wanted = match self.compared {
            Compared::Cents => in_dollars(found),
            Compared::Number => found.to_string(),
        };
        let total = page["rows"]
            .as_array()
            .and_then(|rows| rows.iter().find(|row| row["kind"] == "grand_total"));
        let cells = total.and_then(|row| row["cells"].as_array());
        if found != 0 && cells.is_some_and(|cells| cells.iter().any(|c| *c == wanted.as_str())) {
            Ok(())
        } else {
            Err(format!(
                "{}: DuckDB's {wanted} is not in {}",
                self.what, page["rows"]
            ))
        }
    }
}

/// # Errors
/// When a request fails or an answer differs from DuckDB's.
pub async fn reports(r: &Records<'_>, server: &ServerProcess) -> Result<Vec<Row>, String> {
    let Some(python) = &r.o.python else {
        crate::say("  reports are left out: QUAYMASTER_BENCH_PYTHON names no Python with DuckDB")?;
        return Ok(Vec::new());
    };
    let mut wanted = serde_json::Map::new();
    for m in &REPORTS {
        let (from, to) = m.span();
        let sql = m.sql.replace("$from", &from).replace("$to", &to);
        wanted.insert(m.what.to_owned(), sql.into());
    }
    let plan = r.folder.join("duckdb.json");
    let text = json!({ "keys": r.keys, "turns": TURNS, "reports": wanted }).to_string();
    std::fs::write(&plan, text).map_err(|e| e.to_string())?;
    let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("bench/duckdb_reports.py");
    let said = printed(python, &script, &[r.csv, &plan])?;
    let duckdb: Value = serde_json::from_str(&said).map_err(|e| e.to_string())?;
    let mut broker = Asking::open(server, OWNER).await?;
    let mut staff = Asking::open(server, AUDITOR).await?;
    let mut found = Vec::new();
    for m in &REPORTS {
        let request = m.request();
        let (asking, who) = match m.reader {
            Reader::Broker => (&mut broker, format!("{} importers", r.keys.len())),
            Reader::Staff => (&mut staff, format!("all {} importers", r.importers)),
        };
        let mut times = Vec::new();
        for turn in 0..=TURNS {
            let ran = asking.run(&request).await?;
            if turn > 0 {
                times.push(ran.took);
            } else {
                let sum = duckdb[m.what]["compared"].as_i64().unwrap_or_default();
                m.agrees(&ran.page, sum)?;
            }
        }
        let other = duckdb[m.what]["ms"].as_f64().unwrap_or_default();
        let ours = median(times);
        found.push(Row::at_most(
            &format!("{}, HTTP against DuckDB's bare SQL, {}", m.what, r.name),
            ours / other,
            m.most,
            "×",
            format!(
                "{ours:.1} ms against {other:.1} ms, {} rows, {who}, the same sums",
                r.rows
            ),
        ));
    }
    Ok(found)
}
