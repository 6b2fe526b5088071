//! Saved reports that name members which were renamed or retired. They go on working; whoever looks after them sees which
//! names to put in.

use quaymaster_domain::access::{Action, Actor, Thing, require_read};
use quaymaster_domain::reports::{Found, Subject, subject};
use quaymaster_store::report_library::{self as store, SavedReport};
use serde_json::Value;

use super::reporter;
use crate::Services;
use crate::error::Fault;

/// How many saved reports are looked at together.
const STEP: u64 = 200;

/// How many touched reports are listed.
const MOST_LISTED: usize = 1000;

/// A name in a definition that is not a member's any more.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Change {
    /// The name in the definition.
    pub name: String,
    /// The member was retired, not renamed.
    pub retired: bool,
    /// The member to name now.
    pub member: &'static str,
    /// Its label.
    pub label: &'static str,
    /// What happened, in words.
    pub message: String,
}

/// A saved report that names such members.
#[derive(Clone, Debug)]
pub struct Touched {
    /// The report.
    pub report: SavedReport,
    /// Its subject.
    pub subject: String,
    /// The names, each once.
    pub changes: Vec<Change>,
}

/// The actor's own saved reports that are touched, or everybody's.
///
/// # Errors
/// [`Fault::Denied`] without the right to reports, and for everybody's without being an administrator.
pub async fn touched(actor: &Actor, s: &Services, everyone: bool) -> Result<Vec<Touched>, Fault> {
    reporter(actor, s).await?;
    let owner = if everyone {
        require_read(actor, Action::ReadReportChanges, &Thing::Portal)?;
        None
    } else {
        Some(actor.user)
    };
    let mut all = Vec::new();
    let mut after = None;
    loop {
        let step = store::saved(&s.db.reader(), owner, after, STEP).await?;
        let Some(last) = step.last() else {
            return Ok(all);
        };
        after = Some(last.id);
        for report in step {
            let Ok(definition) = serde_json::from_str::<Value>(&report.definition) else {
                continue;
            };
            let changes = changes(&definition);
            if changes.is_empty() {
                continue;
            }
            if all.len() == MOST_LISTED {
                return Ok(all);
            }
            let subject = definition.get("subject").and_then(Value::as_str);
            all.push(Touched {
                subject: subject.unwrap_or_default().to_owned(),
                report,
                changes,
            });
        }
    }
}

/// The names in a definition, wherever they stand, that are not those of members any more.
fn changes(definition: &Value) -> Vec<Change> {
    let mut all = Vec::new();
    look(definition, None, &mut all);
    all
}

/// Columns and merged subjects may name a subject of their own, which holds for what stands below.
fn look(value: &Value, about: Option<&'static Subject>, all: &mut Vec<Change>) {
    match value {
        Value::Array(items) => {
            for item in items {
                look(item, about, all);
            }
        }
        Value::Object(map) => {
            let own = map.get("subject").and_then(Value::as_str).and_then(subject);
            let about = own.or(about);
            for key in ["dim", "measure", "distinct"] {
                let name = map.get(key).and_then(Value::as_str);
                let found = about.zip(name).and_then(|(a, n)| Some((n, a.find(n)?)));
                if let Some((
                    name,
                    Found {
                        member,
                        message: Some(message),
                    },
                )) = found
                    && !all.iter().any(|c| c.name == name && c.member == member.id)
                {
                    all.push(Change {
                        name: name.to_owned(),
                        retired: !member.aliases.contains(&name),
                        member: member.id,
                        label: member.label,
                        message,
                    });
                }
            }
            for inner in map.values() {
                look(inner, about, all);
            }
        }
        _ => {}
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn old_names_are_found_wherever_they_stand() {
        let definition = json!({ "v": 1, "subject": "entry_lines", "mode": "aggregate",
            "merge": [{"subject": "users", "filter": {"and": [{"dim": "status", "op": "eq", "value": "x"}]}}],
            "columns": [{"id": "a", "dim": "country"}, {"id": "b", "distinct": "country_of_origin"}],
            "filter": {"or": [{"dim": "country_of_origin", "op": "eq", "value": "CN"}, {"dim": "status"}]} });
        let found = changes(&definition);
        let names: Vec<(&str, &str, bool)> = found
            .iter()
            .map(|c| (c.name.as_str(), c.member, c.retired))
            .collect();
        assert!(names.contains(&("country_of_origin", "country", false)));
        assert!(names.contains(&("status", "suspended", true)));
        assert_eq!(names.len(), 2);
        assert!(found.iter().all(|c| c.message.contains(&c.name)));
        assert_eq!(
            changes(&json!({"subject": "nothing", "columns": [{"dim": "status"}]})),
            []
        );
    }
}
