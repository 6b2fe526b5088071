//! Reading a definition step by step: every mistake is kept with its place.

use serde_json::{Map, Value};

use super::MOST_CHARS;
use crate::error::FieldFault;

/// What was found unfit so far.
#[derive(Debug, Default)]
pub(in crate::reports) struct Read {
    pub faults: Vec<FieldFault>,
    pub(super) filters: usize,
}

impl Read {
    pub(super) fn no<T>(
        &mut self,
        at: &str,
        code: &'static str,
        words: impl Into<String>,
    ) -> Option<T> {
        self.faults.push(FieldFault {
            pointer: at.to_owned(),
            code,
            detail: words.into(),
        });
        None
    }

    pub(super) fn object<'v>(
        &mut self,
        at: &str,
        value: &'v Value,
        known: &[&str],
    ) -> Option<&'v Map<String, Value>> {
        let Some(map) = value.as_object() else {
            return self.no(at, "invalid", "this is to be an object");
        };
        if let Some(unknown) = map.keys().find(|key| !known.contains(&key.as_str())) {
            let name: String = unknown.chars().take(80).collect();
            return self.no(
                &format!("{at}/{}", name.replace('~', "~0").replace('/', "~1")),
                "unknown",
                format!(
                    "there is nothing of this name here; known here: {}",
                    known.join(", ")
                ),
            );
        }
        Some(map)
    }

    pub(super) fn text(
        &mut self,
        at: &str,
        map: &Map<String, Value>,
        name: &str,
    ) -> Option<String> {
        match map.get(name) {
            Some(Value::String(text)) if (1..=MOST_CHARS).contains(&text.chars().count()) => {
                Some(text.clone())
            }
            Some(_) => self.no(
                &format!("{at}/{name}"),
                "invalid",
                format!("this is to be a text of 1 to {MOST_CHARS} characters"),
            ),
            None => self.no(&format!("{at}/{name}"), "missing", "this is needed"),
        }
    }

    pub(super) fn list<'v>(
        &mut self,
        at: &str,
        map: &'v Map<String, Value>,
        name: &str,
        most: usize,
    ) -> Option<&'v [Value]> {
        match map.get(name) {
            None | Some(Value::Null) => Some(&[]),
            Some(Value::Array(items)) if items.len() <= most => Some(items),
            Some(_) => self.no(
                &format!("{at}/{name}"),
                "invalid",
                format!("this is to be a list of at most {most}"),
            ),
        }
    }

    pub(super) fn flag(&mut self, at: &str, map: &Map<String, Value>, name: &str) -> bool {
        match map.get(name) {
            None | Some(Value::Null) => false,
            Some(Value::Bool(yes)) => *yes,
            Some(_) => {
                self.no::<()>(
                    &format!("{at}/{name}"),
                    "invalid",
                    "this is to be true or false",
                );
                false
            }
        }
    }
}
