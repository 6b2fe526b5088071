//! The examples of the contract, sent as they stand: what an integrator copies from the documentation must be answered.
//!
//! An example speaks of a world of its own. Only what cannot be the same in two worlds is put in from the fixed one
//! ([`stand_in`]): ids, secrets, versions and the numbers of identifiers, each taken from the same place in the body of
//! the operation's entry. Every word, amount, date and choice is sent as the contract writes it. Answers are held
//! against the contract like those of every test.

use std::collections::BTreeMap;

use quaymaster_tests::{Answer, Contract, TestApp};
use serde_json::Value;
use uuid::Uuid;

use super::ask::Ask;
use super::entries;
use super::stage::{CALLERS, Credentials, Stage};
use super::{ACTORS, Copy, MATRIX, Operation, operations};
use crate::contract::example;

const REFUSED: &str = concat!(
    env!("CARGO_MANIFEST_DIR"),
    "/api/authorization/examples.refused"
);

/// Fields that name or prove something that stands in this world only; ids are known by their form. A day on which
/// something is due is near the day of today, and every world has its own.
const OF_THIS_WORLD: &[&str] = &[
    "token",
    "code",
    "phrase",
    "client_secret",
    "current_password",
    "sha256",
    "version",
    "preview_version",
    "account_number",
    "owner_user_id",
    "value",
    "identifier_value",
    "due_on",
];

/// The same, in these operations only: elsewhere the field says what is to be new.
const OF_THIS_WORLD_IN: &[(&str, &str)] = &[
    ("create_session", "user_id"),
    ("create_session", "password"),
    ("prove_identity", "password"),
    ("name_case_person", "user_id"),
    ("add_existing_user", "user_id"),
    ("add_existing_user", "email"),
    // How many there are now, as the caller was shown.
    ("end_outside_access", "people"),
    // The party's key in the register.
    ("decide_pending_verification", "key"),
];

/// What has to be done first, by its own example: the operation, and the parameter of the path that its answer has under
/// the same name. The fixed world has no saved report and no company without an account, and its review of access must end
/// before another one starts.
const FIRST: &[(&str, &str, Option<&str>)] = &[
    ("update_report", "create_report", Some("key")),
    ("share_report", "create_report", Some("key")),
    (
        "update_report_schedule",
        "create_report_schedule",
        Some("id"),
    ),
    ("start_access_review", "cancel_access_review", None),
    ("create_account", "create_company", Some("id")),
];

/// Bodies without an example: a picture or a document is no text.
const BINARY: &[&str] = &["application/pdf", "image/jpeg", "image/png"];

/// A body that the contract describes.
struct Body {
    operation: String,
    kind: String,
    /// What the contract gives as example; `None` is a fault.
    example: Option<Value>,
}

impl Body {
    fn name(&self) -> String {
        format!("{} {}", self.operation, self.kind)
    }
}

fn bodies() -> Vec<Body> {
    let contract = Contract::get();
    let mut found = Vec::new();
    for operation in contract.operations() {
        let content = operation.says["requestBody"]["content"].as_object();
        for (kind, media) in content.into_iter().flatten() {
            if BINARY.contains(&kind.as_str()) {
                continue;
            }
            let own = media
                .get("example")
                .or_else(|| media["examples"].as_object()?.values().next()?.get("value"));
            let example = own.cloned().or_else(|| example(contract, &media["schema"]));
            found.push(Body {
                operation: operation.id().to_owned(),
                kind: kind.clone(),
                example: example.filter(|e| e.as_object().is_none_or(|fields| !fields.is_empty())),
            });
        }
    }
    found
}

/// Puts the names of this world into an example: whatever is an id or stands in one of the fields of [`OF_THIS_WORLD`]
/// becomes what stands at the same place of the entry's body. Where the entry has nothing there, the
/// first sub-account, the account's own party and the client's account are known by the name of their field; everything
/// else stays as written and has to be answered for. `null` is a choice like any other and stays.
fn stand_in(
    stage: &Stage,
    operation: &str,
    field: &str,
    example: Value,
    entry: Option<&Value>,
) -> Value {
    match example {
        Value::Object(fields) => Value::Object(
            fields
                .into_iter()
                .map(|(name, value)| {
                    let theirs = entry.and_then(|e| e.get(&name));
                    let value = stand_in(stage, operation, &name, value, theirs);
                    (name, value)
                })
                .collect(),
        ),
        Value::Array(items) => items
            .into_iter()
            .enumerate()
            .map(|(index, item)| {
                let theirs = entry.and_then(|e| e.get(index));
                stand_in(stage, operation, field, item, theirs)
            })
            .collect(),
        Value::Null => Value::Null,
        other => {
            let is_id = other
                .as_str()
                .is_some_and(|text| Uuid::parse_str(text).is_ok());
            let named = is_id
                || OF_THIS_WORLD.contains(&field)
                || OF_THIS_WORLD_IN.contains(&(operation, field));
            if !named {
                return other;
            }
            match (entry, field) {
                (Some(theirs), _) if !theirs.is_null() => theirs.clone(),
                (_, "sub_account_id") => stage.acme.sub_account.to_string().into(),
                (_, "key") => "party-acme".into(),
                (_, "client_account_ids") => stage.broker.account.to_string().into(),
                _ => other,
            }
        }
    }
}

/// Who may, by the committed matrix: the first of [`ACTORS`] to whom the entry is answered with a success; the owner
/// where nobody gets through.
fn who_may() -> BTreeMap<String, &'static str> {
    let matrix = std::fs::read_to_string(MATRIX).unwrap();
    let lines = matrix
        .lines()
        .filter(|line| !line.starts_with('#') && !line.is_empty());
    let mut found = BTreeMap::new();
    for line in lines {
        let mut columns = line.split("  ").map(str::trim).filter(|c| !c.is_empty());
        let label = columns.next().unwrap().to_owned();
        let cells: Vec<&str> = columns.collect();
        let allowed = |kind: &str| {
            let column = CALLERS.iter().position(|(name, _)| *name == kind).unwrap();
            // One cell where it is the same for everybody; the last column is the path.
            let cell = if cells.len() == 2 {
                cells[0]
            } else {
                cells[column]
            };
            cell.starts_with('2')
        };
        let actor = ACTORS.iter().find(|kind| allowed(kind)).unwrap_or(&"owner");
        found.insert(label, *actor);
    }
    found
}

/// An example that the fixed world refuses, and why.
struct Refused {
    body: String,
    outcome: (u16, String),
}

/// The reviewed list: operation, kind of body, status, code, reason.
fn refused() -> Vec<Refused> {
    let text = std::fs::read_to_string(REFUSED).unwrap();
    let lines = text
        .lines()
        .filter(|line| !line.starts_with('#') && !line.trim().is_empty());
    lines
        .map(|line| {
            let words: Vec<&str> = line.split_whitespace().collect();
            assert!(words.len() > 6, "no reason in words: {line}");
            Refused {
                body: format!("{} {}", words[0], words[1]),
                outcome: (words[2].parse().unwrap(), words[3].to_owned()),
            }
        })
        .collect()
}

/// Everything that an example needs to be sent.
struct Examples<'a> {
    stage: &'a Stage,
    operations: BTreeMap<String, Operation>,
    entries: BTreeMap<&'static str, Ask>,
    actors: BTreeMap<String, &'static str>,
}

impl Examples<'_> {
    /// The entry of an operation with the example as its body.
    fn ask(&self, body: &Body, example: &Value) -> Ask {
        let entry = &self.entries[body.operation.as_str()];
        match example {
            Value::String(text) => entry.with_body(&body.kind, text),
            fields => {
                let own = entry.body();
                let filled = stand_in(
                    self.stage,
                    &body.operation,
                    "",
                    fields.clone(),
                    own.as_ref(),
                );
                let text = if body.kind == "application/x-www-form-urlencoded" {
                    serde_urlencoded::to_string(&filled).unwrap()
                } else {
                    filled.to_string()
                };
                entry.with_body(&body.kind, &text)
            }
        }
    }

    async fn send(&self, app: &TestApp, body: &Body, ask: &Ask) -> (&'static str, Answer) {
        let label = self.entries[body.operation.as_str()].label();
        let kind = self.actors[&label];
        let credentials: &Credentials = &self.stage.callers[kind];
        let operation = &self.operations[&body.operation];
        let caller = credentials.on(app);
        let answer = ask
            .send(
                &caller,
                &operation.method,
                &operation.path,
                &credentials.session,
            )
            .await;
        (kind, answer)
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_examples_of_the_contract_are_answered() {
    let stage = Stage::build().await;
    let mut entries = BTreeMap::new();
    for ask in entries::all(&stage) {
        entries.entry(ask.operation).or_insert(ask);
    }
    let examples = Examples {
        stage: &stage,
        operations: operations(),
        entries,
        actors: who_may(),
    };
    let bodies = bodies();
    let mut refused: BTreeMap<String, (u16, String)> = refused()
        .into_iter()
        .map(|line| (line.body, line.outcome))
        .collect();
    let mut complaints = Vec::new();
    for body in &bodies {
        let name = body.name();
        let Some(example) = &body.example else {
            complaints.push(format!("{name} has no example"));
            continue;
        };
        let mut copy = Copy {
            stage: &stage,
            app: None,
        };
        let app = copy.app().await;
        let mut ask = examples.ask(body, example);
        if body.operation == "add_clients_to_group" {
            stage.make_client(app).await;
        }
        for (_, first, parameter) in FIRST.iter().filter(|(of, ..)| *of == body.operation) {
            let before = bodies.iter().find(|b| b.operation == *first).unwrap();
            let sent = examples.ask(before, before.example.as_ref().unwrap());
            let made = examples.send(app, before, &sent).await.1.ok();
            if let Some(parameter) = parameter {
                ask = ask.instead(parameter, made[parameter].as_str().unwrap());
            }
        }
        let (kind, answer) = examples.send(app, body, &ask).await;
        let through = (200..300).contains(&answer.status);
        match refused.remove(&name) {
            None if !through => complaints.push(format!(
                "{name} as {kind}: {} {}, sent {:?}",
                answer.status,
                answer.body,
                ask.body()
            )),
            Some(_) if through => complaints.push(format!("{name} is accepted and listed")),
            Some(outcome) if outcome != answer.outcome() => complaints.push(format!(
                "{name} as {kind} is listed as {outcome:?} and answered {:?}",
                answer.outcome()
            )),
            _ => {}
        }
        copy.discard().await;
    }
    complaints.extend(
        refused
            .keys()
            .map(|name| format!("{name} is listed and no body of the contract")),
    );
    assert!(bodies.len() > 100, "{} bodies", bodies.len());
    assert!(complaints.is_empty(), "{complaints:#?}");
}
