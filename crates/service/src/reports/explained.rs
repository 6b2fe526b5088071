//! Why a result has these rows, in sentences, and what stands on the cover sheet of its files.

use chrono::{DateTime, Utc};
use quaymaster_domain::access::{Actor, RecordReach};
use quaymaster_domain::ids::AccountId;
use quaymaster_store::report_runs::{Run, Snapshot};

use super::files::Cover;
use super::table::Facts;
use crate::Services;
use crate::records::ReportReach;

/// Identifiers that an explanation names one by one.
const MOST_NAMED: usize = 12;

/// Which identifiers and grants decide what the reader sees, in sentences.
pub(super) fn sentences(
    actor: &Actor,
    reach: &ReportReach,
    account: Option<AccountId>,
) -> Vec<String> {
    let mut all = Vec::new();
    match reach.scope.records() {
        RecordReach::Everything => {
            all.push("Every trade record: your role among the operator's staff allows it, and reading is on record.".to_owned());
        }
        RecordReach::Nothing => {
            all.push("No trade record: no importer number or filer code is in your reach with the right to reports.".to_owned());
        }
        RecordReach::Keys(keys) => {
            let importers: Vec<&str> = keys.importers().keys().map(String::as_str).collect();
            if !importers.is_empty() {
                all.push(format!(
                    "Trade records of {}.",
                    listed("importer number", "importer numbers", &importers)
                ));
            }
            let filers: Vec<&str> = keys.filers().keys().map(String::as_str).collect();
            if !filers.is_empty() {
                all.push(format!(
                    "Trade records filed under {}.",
                    listed("filer code", "filer codes", &filers)
                ));
            }
            let pairs: Vec<&str> = keys.pairs().keys().map(|(i, _)| i.as_str()).collect();
            if !pairs.is_empty() {
                all.push(format!(
                    "Trade records that your own company filed for {}.",
                    listed("importer number", "importer numbers", &pairs)
                ));
            }
            let limited = keys
                .importers()
                .values()
                .chain(keys.filers().values())
                .chain(keys.pairs().values())
                .any(|ports| matches!(ports, quaymaster_domain::access::Ports::Only(_)));
            if limited {
                all.push("Some of them only for the ports that you are limited to.".to_owned());
            }
        }
    }
    if actor.staff.is_none() && !actor.memberships.is_empty() {
        match reach.through.len() {
            0 => {}
            1 => all.push(
                "1 account of another company is included through cross-account access.".to_owned(),
            ),
            many => all.push(format!(
                "{many} accounts of other companies are included through cross-account access."
            )),
        }
    }
    if account.is_some() {
        all.push("Only one account was asked for.".to_owned());
    }
    all
}

/// Keys of personal numbers are digests, which say nothing to people: they are counted.
fn listed(one: &str, many: &str, keys: &[&str]) -> String {
    let (named, personal): (Vec<&str>, Vec<&str>) = keys.iter().partition(|key| key.len() <= 20);
    let count = keys.len();
    let mut words = format!("{count} {}", if count == 1 { one } else { many });
    let shown: Vec<&str> = named.iter().copied().take(MOST_NAMED).collect();
    if !shown.is_empty() {
        words.push_str(": ");
        words.push_str(&shown.join(", "));
    }
    let rest = named.len() - shown.len();
    if rest > 0 {
        words.push_str(&format!(" and {rest} more"));
    }
    if !personal.is_empty() && !shown.is_empty() {
        words.push_str(&format!(" and {} personal numbers", personal.len()));
    }
    words
}

/// What stands on the cover sheet of a file.
pub(super) fn cover(
    actor: &Actor,
    s: &Services,
    run: &Run,
    snapshot: &Snapshot,
    facts: &Facts,
    reach: &ReportReach,
) -> Cover {
    let moment = |at: DateTime<Utc>| at.format("%-d %B %Y, %H:%M UTC").to_string();
    let mut words = vec![
        ("Report".to_owned(), run.name.clone()),
        ("Made for".to_owned(), actor.name.clone()),
        ("Made".to_owned(), moment(snapshot.made_at)),
        ("Rows".to_owned(), snapshot.row_count.to_string()),
    ];
    if let Some(report) = &run.report
        && uuid::Uuid::parse_str(report).is_err()
    {
        words.push(("Code".to_owned(), report.clone()));
    }
    if let Some(at) = facts.explain.data_as_of {
        words.push(("Data as of".to_owned(), moment(at)));
    }
    if snapshot.limit_reached {
        words.push(("Row limit".to_owned(), limit_words(s.settings.report_rows)));
    }
    for (label, value) in &facts.explain.prompts {
        words.push((label.clone(), value.clone()));
    }
    for sentence in sentences(actor, reach, run.account) {
        words.push(("Why these rows".to_owned(), sentence));
    }
    Cover {
        title: run.name.clone(),
        facts: words,
        cut: snapshot
            .limit_reached
            .then(|| limit_words(s.settings.report_rows)),
        made_at: s.now(),
    }
}

/// What is said wherever the limit of rows cut a result.
#[must_use]
pub fn limit_words(limit: u64) -> String {
    format!("The limit of {limit} rows was reached: there are more rows than these.")
}
