//! Where configuration values come from: a TOML file, then the environment, which wins. Collects every complaint, so
//! that an operator mends a file once. Knows nothing of what the keys mean.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::str::FromStr;

/// The file that is read when none is named and it is there.
const DEFAULT_FILE: &str = "quaymaster.toml";

/// Environment variables of the configuration start with this and separate section and key by two underscores.
const PREFIX: &str = "QUAYMASTER_";

/// Everything that is wrong with the configuration.
#[derive(Debug)]
pub struct ConfigErrors(Vec<String>);

impl std::fmt::Display for ConfigErrors {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let count = self.0.len();
        write!(
            f,
            "the configuration has {count} {}:",
            if count == 1 { "mistake" } else { "mistakes" }
        )?;
        for error in &self.0 {
            write!(f, "\n  - {error}")?;
        }
        Ok(())
    }
}

#[derive(Clone, Debug)]
struct Raw {
    text: String,
    origin: String,
}

/// Values as they were found.
#[derive(Clone, Debug, Default)]
pub struct Source {
    values: BTreeMap<String, Raw>,
    complaints: Vec<String>,
}

impl Source {
    /// Reads the file (the named one, or the default one when it is there) and the environment.
    #[must_use]
    pub fn read(
        file: Option<&Path>,
        environment: impl IntoIterator<Item = (String, String)>,
    ) -> Self {
        let mut source = Self::default();
        let default = PathBuf::from(DEFAULT_FILE);
        match file {
            Some(path) => source.read_file(path),
            None if default.exists() => source.read_file(&default),
            None => {}
        }
        for (name, text) in environment {
            let Some((section, key)) = name
                .strip_prefix(PREFIX)
                .and_then(|rest| rest.split_once("__"))
            else {
                continue;
            };
            let key = format!("{}.{}", section.to_lowercase(), key.to_lowercase());
            source.values.insert(key, Raw { text, origin: name });
        }
        source
    }

    fn read_file(&mut self, path: &Path) {
        let shown = path.display().to_string();
        let text = match std::fs::read_to_string(path) {
            Ok(text) => text,
            Err(error) => {
                self.complaints
                    .push(format!("{shown} cannot be read: {error}"));
                return;
            }
        };
        match text.parse::<toml::Table>() {
            Ok(table) => self.take_table(&shown, &table),
            Err(error) => self.complaints.push(format!(
                "{shown} is not well-formed TOML: {}",
                error.message()
            )),
        }
    }

    fn take_table(&mut self, file: &str, table: &toml::Table) {
        for (section, value) in table {
            let toml::Value::Table(keys) = value else {
                self.complaints.push(format!(
                    "{file}: {section} stands outside a section; keys belong into sections such as [server]"
                ));
                continue;
            };
            for (key, value) in keys {
                let name = format!("{section}.{key}");
                match plain(value) {
                    Some(text) => {
                        let origin = file.to_owned();
                        self.values.insert(name, Raw { text, origin });
                    }
                    None => self.complaints.push(format!(
                        "{name} ({file}): write a text, a number, true or false, or a list of texts"
                    )),
                }
            }
        }
    }
}

fn plain(value: &toml::Value) -> Option<String> {
    match value {
        toml::Value::String(text) => Some(text.clone()),
        toml::Value::Integer(number) => Some(number.to_string()),
        toml::Value::Boolean(yes) => Some(yes.to_string()),
        toml::Value::Array(items) => items
            .iter()
            .map(|item| item.as_str().map(str::to_owned))
            .collect::<Option<Vec<_>>>()
            .map(|all| all.join(",")),
        _ => None,
    }
}

/// One effective value, ready to be printed.
#[derive(Clone, Debug)]
pub struct Shown {
    key: &'static str,
    value: Option<String>,
    origin: String,
}

/// Takes values by key and remembers what was wrong and what was asked for.
pub(super) struct Reader<'a> {
    source: &'a Source,
    complaints: Vec<String>,
    shown: Vec<Shown>,
}

impl<'a> Reader<'a> {
    pub(super) fn new(source: &'a Source) -> Self {
        Self {
            source,
            complaints: source.complaints.clone(),
            shown: Vec::new(),
        }
    }

    pub(super) fn complain(&mut self, words: &str) {
        self.complaints.push(words.to_owned());
    }

    fn note(&mut self, key: &'static str, value: Option<String>) {
        let origin = self
            .source
            .values
            .get(key)
            .map_or_else(|| "default".to_owned(), |raw| raw.origin.clone());
        self.shown.push(Shown { key, value, origin });
    }

    /// Parses the value that was set; a value that does not fit is named, but never shown when it is a secret.
    fn given<T>(
        &mut self,
        key: &'static str,
        rule: &str,
        secret: bool,
        parse: impl Fn(&str) -> Option<T>,
    ) -> Option<T> {
        let raw = self.source.values.get(key)?;
        let parsed = parse(&raw.text);
        if parsed.is_none() {
            let found = if secret {
                String::new()
            } else {
                format!(", not {:?}", raw.text)
            };
            self.complaints
                .push(format!("{key} ({}) must be {rule}{found}", raw.origin));
        }
        parsed
    }

    /// A value with a rule of its own; `default` is how `fallback` is shown.
    pub(super) fn parsed<T>(
        &mut self,
        key: &'static str,
        fallback: T,
        default: &str,
        rule: &str,
        parse: impl Fn(&str) -> Option<T>,
    ) -> T {
        let text = self
            .source
            .values
            .get(key)
            .map_or_else(|| default.to_owned(), |raw| raw.text.clone());
        self.note(key, Some(text));
        self.given(key, rule, false, parse).unwrap_or(fallback)
    }

    pub(super) fn text(&mut self, key: &'static str, default: &str, rule: &str) -> String {
        self.parsed(key, default.to_owned(), default, rule, |t| {
            (!t.trim().is_empty()).then(|| t.to_owned())
        })
    }

    pub(super) fn word(&mut self, key: &'static str, default: &str, words: &[&str]) -> String {
        let rule = words.join(" or ");
        self.parsed(key, default.to_owned(), default, &rule, |t| {
            words.contains(&t).then(|| t.to_owned())
        })
    }

    pub(super) fn number<N>(&mut self, key: &'static str, default: N, least: N, most: N) -> N
    where
        N: FromStr + PartialOrd + Copy + std::fmt::Display,
    {
        let rule = format!("a number from {least} to {most}");
        self.parsed(key, default, &default.to_string(), &rule, |t| {
            t.trim()
                .parse::<N>()
                .ok()
                .filter(|n| *n >= least && *n <= most)
        })
    }

    pub(super) fn optional(&mut self, key: &'static str, rule: &str) -> Option<String> {
        let found = self.given(key, rule, false, |t| {
            (!t.trim().is_empty()).then(|| t.to_owned())
        });
        self.note(key, found.clone());
        found
    }

    pub(super) fn secret<T>(
        &mut self,
        key: &'static str,
        rule: &str,
        parse: impl Fn(&str) -> Option<T>,
    ) -> Option<T> {
        let found = self.given(key, rule, true, parse);
        self.note(key, found.is_some().then(|| "(redacted)".to_owned()));
        found
    }

    /// A value of which a part is secret: shown through `redact`.
    pub(super) fn secret_or(
        &mut self,
        key: &'static str,
        default: String,
        rule: &str,
        parse: impl Fn(&str) -> Option<String>,
        redact: impl Fn(&str) -> String,
    ) -> String {
        let value = self.given(key, rule, true, parse).unwrap_or(default);
        self.note(key, Some(redact(&value)));
        value
    }

    /// The values to print, if nothing was wrong.
    pub(super) fn finish(mut self) -> Result<Vec<Shown>, ConfigErrors> {
        for (key, raw) in &self.source.values {
            if self.shown.iter().any(|shown| shown.key == key) {
                continue;
            }
            let nearest = self
                .shown
                .iter()
                .map(|shown| (distance(shown.key, key), shown.key))
                .min();
            let hint = match nearest {
                Some((far, known)) if far <= 4 => format!("; did you mean {known}?"),
                _ => "; quaymaster config lists every key".to_owned(),
            };
            self.complaints
                .push(format!("{key} ({}) is no key{hint}", raw.origin));
        }
        if self.complaints.is_empty() {
            Ok(self.shown)
        } else {
            Err(ConfigErrors(self.complaints))
        }
    }
}

/// The values as TOML, each with where it comes from.
pub(super) fn print(shown: &[Shown]) -> String {
    let mut sections: Vec<(&str, String)> = Vec::new();
    for Shown { key, value, origin } in shown {
        let (section, name) = key.split_once('.').unwrap_or(("", key));
        let line = match value {
            Some(value) => {
                let bare = value.parse::<i64>().is_ok() || value == "true" || value == "false";
                let literal = if bare {
                    value.clone()
                } else {
                    toml::Value::String(value.clone()).to_string()
                };
                format!("{name} = {literal}  # {origin}\n")
            }
            None => format!("# {name} is not set\n"),
        };
        match sections.iter_mut().find(|(known, _)| *known == section) {
            Some((_, lines)) => lines.push_str(&line),
            None => sections.push((section, line)),
        }
    }
    let mut out = String::new();
    for (section, lines) in sections {
        out.push_str(&format!("[{section}]\n{lines}\n"));
    }
    out.trim_end().to_owned()
}

/// How many letters must change to make one key of the other.
fn distance(a: &str, b: &str) -> usize {
    let b: Vec<char> = b.chars().collect();
    let mut row: Vec<usize> = (0..=b.len()).collect();
    for (i, x) in a.chars().enumerate() {
        let mut before = row[0];
        row[0] = i + 1;
        for (j, y) in b.iter().enumerate() {
            let keep = before + usize::from(x != *y);
            before = row[j + 1];
            row[j + 1] = keep.min(row[j] + 1).min(before + 1);
        }
    }
    row.last().copied().unwrap_or_default()
}
