//! Subjects that stand beside the main one: which they are, and what each is narrowed by alone. How their groups come together
//! is the engine's business.

use serde_json::{Map, Value};

use super::column::Column;
use super::read::Read;
use super::{Filter, Prompt};
use crate::reports::members;

/// How many subjects stand beside the main one.
const MOST_MERGED: usize = 3;

/// A subject beside the main one.
#[derive(Clone, Debug, PartialEq)]
pub(in crate::reports) struct Merge {
    pub subject: String,
    /// What holds for its rows alone.
    pub filter: Option<Filter>,
}

/// The subjects of a definition, the main one first.
pub(super) fn subjects(
    main: String,
    map: &Map<String, Value>,
    aggregate: bool,
    read: &mut Read,
) -> Option<Vec<String>> {
    let mut all = vec![main];
    for (n, item) in read.list("", map, "merge", MOST_MERGED)?.iter().enumerate() {
        let at = format!("/merge/{n}");
        if !aggregate {
            return read.no(
                "/merge",
                "invalid",
                "subjects are merged by groups; choose the mode aggregate",
            );
        }
        let one = read.object(&at, item, &["subject", "filter"])?;
        let subject = read.text(&at, one, "subject")?;
        let below = format!("{at}/subject");
        if members::of(&subject).is_none() {
            let names = members::names().join(", ");
            return read.no(&below, "invalid", format!("choose one of {names}"));
        }
        if all.contains(&subject) {
            return read.no(&below, "duplicate", "this subject is in the report already");
        }
        all.push(subject);
        if members::shared_members(&all).next().is_none() {
            return read.no(
                &below,
                "invalid",
                "this subject shares no dimension with the others, so that nothing would stand beside each other",
            );
        }
    }
    Some(all)
}

impl Merge {
    /// The subjects beside the main one, once columns and prompts are known.
    pub(super) fn read(
        subjects: &[String],
        map: &Map<String, Value>,
        columns: &[Column],
        prompts: &[Prompt],
        read: &mut Read,
    ) -> Option<Vec<Self>> {
        let mut all = Vec::new();
        for (n, item) in read.list("", map, "merge", MOST_MERGED)?.iter().enumerate() {
            let at = format!("/merge/{n}");
            let subject = subjects.get(n + 1)?;
            if !columns.iter().any(|c| c.branch == n + 1) && read.faults.is_empty() {
                return read.no(
                    &at,
                    "missing",
                    "choose a figure of this subject, or take the subject away",
                );
            }
            let filter = match item.get("filter") {
                None | Some(Value::Null) => None,
                Some(value) => {
                    let about = std::slice::from_ref(subject);
                    Filter::read(value, &format!("{at}/filter"), 1, about, prompts, read)
                }
            };
            all.push(Self {
                subject: subject.clone(),
                filter,
            });
        }
        Some(all)
    }
}
