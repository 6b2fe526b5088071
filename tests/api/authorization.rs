//! Who may do what: every operation of the contract for every kind of caller, compared with the committed matrix
//! `authorization.matrix`. What a single rule says is tested in its area; here nothing may be forgotten.

mod ask;
mod entries;
mod examples;
mod stage;

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, AtomicUsize, Ordering};

use quaymaster_tests::{Answer, TestApp};
use reqwest::Method;
use serde_json::Value;

use ask::Ask;
pub(crate) use entries::ANY_STEP;
use stage::{CALLERS, Stage};

const BASE: &str = "/api/v1";
const MATRIX: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/api/authorization.matrix");

/// How many applications work at once.
const WORKERS: usize = 3;

/// An operation of the contract.
struct Operation {
    method: Method,
    /// Below the base path.
    path: String,
    statuses: BTreeSet<String>,
    parameters: BTreeSet<String>,
    public: bool,
}

/// One line of the matrix: for every caller a status, with the code where the status does not say it already.
struct Line {
    label: String,
    place: String,
    cells: Vec<String>,
}

fn operations() -> BTreeMap<String, Operation> {
    let contract = serde_json::to_value(quaymaster_api::openapi()).unwrap();
    let mut found = BTreeMap::new();
    for (path, item) in contract["paths"].as_object().unwrap() {
        for (method, operation) in item.as_object().unwrap() {
            if !["get", "post", "put", "patch", "delete"].contains(&method.as_str()) {
                continue;
            }
            let id = operation["operationId"].as_str().unwrap().to_owned();
            let below = path.strip_prefix(BASE).unwrap().to_owned();
            let parameters = below
                .split(['{', '}'])
                .skip(1)
                .step_by(2)
                .map(str::to_owned)
                .collect();
            let responses = operation["responses"].as_object().unwrap();
            let twice = found.insert(
                id.clone(),
                Operation {
                    method: method.to_uppercase().parse().unwrap(),
                    path: below,
                    statuses: responses.keys().cloned().collect(),
                    parameters,
                    public: operation["security"] == Value::Array(Vec::new()),
                },
            );
            assert!(twice.is_none(), "two operations are called {id}");
        }
    }
    found
}

/// What staff read of trade records, people and companies is written into the audit trail.
const READ_ON_RECORD: &[&str] = &[
    "get_company_overview",
    "get_person",
    "list_entry_summaries",
    "get_entry_summary",
    "list_entry_lines",
    "list_report_values",
    "find_report_values",
];

/// The callers among the staff.
const STAFF: &[&str] = &["agent", "lead", "registrar", "auditor", "admin"];

#[tokio::test]
async fn nobody_but_the_listed_operations_is_open_to_everybody() {
    let open: Vec<String> = operations()
        .into_iter()
        .filter(|(_, operation)| operation.public)
        .map(|(id, _)| id)
        .collect();
    assert_eq!(open, entries::PUBLIC, "this list may only shrink");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn everybody_may_do_what_the_matrix_says_and_nothing_else() {
    let operations = Arc::new(operations());
    let stage = Arc::new(Stage::build().await);
    let asks = Arc::new(entries::all(&stage));
    check_completeness(&operations, &asks);

    let next = Arc::new(AtomicUsize::new(0));
    let workers: Vec<_> = (0..WORKERS)
        .map(|_| {
            let (operations, stage) = (Arc::clone(&operations), Arc::clone(&stage));
            let (asks, next) = (Arc::clone(&asks), Arc::clone(&next));
            tokio::spawn(async move {
                let mut lines = Vec::new();
                loop {
                    let index = next.fetch_add(1, Ordering::Relaxed);
                    let Some(ask) = asks.get(index) else {
                        return lines;
                    };
                    let operation = &operations[ask.operation];
                    lines.push((index, line(&stage, operation, ask).await));
                }
            })
        })
        .collect();
    let mut lines = Vec::new();
    for worker in workers {
        lines.extend(worker.await.unwrap());
    }
    lines.sort_by_key(|(index, _)| *index);
    let lines: Vec<Line> = lines.into_iter().map(|(_, line)| line).collect();

    check_successes(&operations, &asks, &lines);
    compare(&render(&lines));
}

/// The order in which somebody is looked for who gets through; the owner may do most.
const ACTORS: &[&str] = &[
    "owner",
    "admin",
    "registrar",
    "lead",
    "agent",
    "newcomer",
    "anonymous",
    "proxy",
    "reader",
    "recipient",
];

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn every_write_leaves_a_row_in_the_audit_trail() {
    let operations = operations();
    let stage = Stage::build().await;
    let writing = |ask: &Ask| operations[ask.operation].method != Method::GET;
    let mut through = BTreeSet::new();
    let mut complaints = Vec::new();
    let asks = entries::all(&stage);
    for ask in asks.iter().filter(|ask| writing(ask)) {
        let operation = &operations[ask.operation];
        let mut copy = Copy {
            stage: &stage,
            app: None,
        };
        for kind in ACTORS {
            let credentials = &stage.callers[kind];
            let app = copy.app().await;
            let answer = ask
                .send(
                    &credentials.on(app),
                    &operation.method,
                    &operation.path,
                    &credentials.session,
                )
                .await;
            if answer.status >= 300 {
                continue;
            }
            let id = answer.header("x-request-id");
            let sql = format!("SELECT COUNT(*) AS n FROM audit_events WHERE request_id = '{id}'");
            let rows = app.database.number(&sql).await;
            let excepted = entries::NOT_AUDITED
                .iter()
                .any(|(label, _why)| *label == ask.label());
            if (rows > 0) == excepted {
                complaints.push(format!("{} as {kind}: {rows} rows", ask.label()));
            }
            through.insert(ask.operation);
            break;
        }
        copy.discard().await;
    }
    for (id, operation) in &operations {
        let never = entries::NEVER.iter().any(|(never, _why)| never == id);
        if operation.method != Method::GET && !never && !through.contains(id.as_str()) {
            complaints.push(format!("nobody got through to {id}"));
        }
    }
    for (label, _why) in entries::NOT_AUDITED {
        if !asks.iter().any(|ask| ask.label() == *label) {
            complaints.push(format!("nothing is asked as {label}"));
        }
    }
    assert!(complaints.is_empty(), "{complaints:#?}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn reading_changes_nothing() {
    let operations = operations();
    let stage = Stage::build().await;
    let mut copy = Copy {
        stage: &stage,
        app: None,
    };
    let app = copy.app().await;
    let mut read = BTreeSet::new();
    let mut complaints = Vec::new();
    let asks = entries::all(&stage);
    for ask in &asks {
        let operation = &operations[ask.operation];
        if operation.method != Method::GET {
            continue;
        }
        for (kind, credentials) in &stage.callers {
            let answer = ask
                .send(
                    &credentials.on(app),
                    &operation.method,
                    &operation.path,
                    &credentials.session,
                )
                .await;
            if answer.status >= 300 {
                continue;
            }
            let id = answer.header("x-request-id");
            let sql = format!("SELECT COUNT(*) AS n FROM audit_events WHERE request_id = '{id}'");
            let rows = app.database.number(&sql).await;
            // What staff read of trade records, people and companies is on record; a reader who is no staff leaves nothing.
            if rows > 0 && READ_ON_RECORD.contains(&ask.operation) && STAFF.contains(kind) {
                read.insert(ask.operation);
                continue;
            }
            if rows > 0 {
                complaints.push(format!("{} as {kind}: {rows} rows", ask.label()));
            }
            read.insert(ask.operation);
            break;
        }
    }
    for (id, operation) in &operations {
        let never = entries::NEVER.iter().any(|(never, _why)| never == id);
        if operation.method == Method::GET && !never && !read.contains(id.as_str()) {
            complaints.push(format!("nobody got through to {id}"));
        }
    }
    assert!(complaints.is_empty(), "{complaints:#?}");
}

/// Both ways: no operation without an entry, no entry without an operation.
fn check_completeness(operations: &BTreeMap<String, Operation>, asks: &[Ask]) {
    let in_contract: BTreeSet<&str> = operations.keys().map(String::as_str).collect();
    let in_table: BTreeSet<&str> = asks.iter().map(|a| a.operation).collect();
    let missing: Vec<_> = in_contract.difference(&in_table).collect();
    assert!(
        missing.is_empty(),
        "operations without an entry in authorization/entries: {missing:?}"
    );
    let gone: Vec<_> = in_table.difference(&in_contract).collect();
    assert!(
        gone.is_empty(),
        "entries that are no operation of the contract: {gone:?}"
    );
    let mut labels = BTreeSet::new();
    for ask in asks {
        assert!(labels.insert(ask.label()), "two entries {}", ask.label());
        let given: BTreeSet<String> = ask.parameters().into_iter().map(str::to_owned).collect();
        assert_eq!(
            given,
            operations[ask.operation].parameters,
            "path parameters of {}",
            ask.label()
        );
    }
}

/// A request that nobody gets through is probably no valid request, so its refusals would prove nothing.
fn check_successes(operations: &BTreeMap<String, Operation>, asks: &[Ask], lines: &[Line]) {
    for id in operations.keys() {
        let through = asks
            .iter()
            .zip(lines)
            .filter(|(ask, _)| ask.operation == id)
            .any(|(_, line)| line.cells.iter().any(|cell| cell.starts_with('2')));
        let never = entries::NEVER.iter().any(|(never, _why)| never == id);
        assert_ne!(
            through, never,
            "{id}: either somebody gets through or it stands in entries::NEVER with the reason"
        );
    }
}

/// A running copy of the world, made anew when something was written.
struct Copy<'a> {
    stage: &'a Stage,
    app: Option<TestApp>,
}

impl Copy<'_> {
    async fn app(&mut self) -> &TestApp {
        static SEED: AtomicU64 = AtomicU64::new(1000);
        if self.app.is_none() {
            let database = self.stage.frozen.copy().await;
            let seed = SEED.fetch_add(1, Ordering::Relaxed);
            self.app = Some(TestApp::start_on(database, entries::settings(), seed).await);
        }
        self.app.as_ref().unwrap()
    }

    async fn discard(&mut self) {
        if let Some(app) = self.app.take() {
            app.discard().await;
        }
    }
}

async fn line(stage: &Stage, operation: &Operation, ask: &Ask) -> Line {
    let mut copy = Copy { stage, app: None };
    let mut cells = Vec::new();
    for (kind, _) in CALLERS {
        let credentials = &stage.callers[kind];
        let app = copy.app().await;
        let caller = credentials.on(app);
        let send = |ask: Ask| {
            let caller = caller.clone();
            async move {
                ask.send(
                    &caller,
                    &operation.method,
                    &operation.path,
                    &credentials.session,
                )
                .await
            }
        };
        let answer = send(ask.clone()).await;
        judge(operation, ask, kind, &answer);
        if *kind == "stranger"
            && answer.status == 404
            && let Some(absent) = ask.absent()
        {
            let nothing = send(absent).await;
            assert_eq!(
                (answer.outcome(), answer.at("/detail")),
                (nothing.outcome(), nothing.at("/detail")),
                "{}: hidden and absent must not be told apart",
                ask.label()
            );
        }
        cells.push(cell(&answer));
        if operation.method != Method::GET && answer.status < 400 {
            copy.discard().await;
        }
    }
    copy.discard().await;
    Line {
        label: ask.label(),
        place: format!("{} {}", operation.method, operation.path),
        cells,
    }
}

/// What holds for every operation, whatever the committed matrix says.
fn judge(operation: &Operation, ask: &Ask, kind: &str, answer: &Answer) {
    let context = || {
        format!(
            "{} as {kind}: {} {}",
            ask.label(),
            answer.status,
            answer.body
        )
    };
    assert!(
        operation.statuses.contains(&answer.status.to_string()),
        "a status that the contract does not name for {}",
        context()
    );
    // Programs for OAuth read the refusals of RFC 6749.
    if answer.status >= 400 && operation.path != "/oauth/token" {
        assert_eq!(
            answer.header("content-type"),
            "application/problem+json",
            "{}",
            context()
        );
        assert!(
            !answer.code().is_empty(),
            "a refusal without a code: {}",
            context()
        );
    }
    if operation.public {
        return;
    }
    match kind {
        "anonymous" => assert_eq!(answer.status, 401, "{}", context()),
        "newcomer" if !entries::ANY_STEP.contains(&ask.operation) => {
            assert_eq!(answer.code(), "terms-not-accepted", "{}", context());
        }
        "stranger" if operation.path.starts_with("/accounts/{id}") => {
            assert_eq!(answer.status, 404, "{}", context());
        }
        _ => assert!(
            ![400, 401, 412, 413, 415, 422, 428].contains(&answer.status) && answer.status < 500,
            "not a valid request: {}",
            context()
        ),
    }
}

/// The status; with the code unless that is the usual one.
fn cell(answer: &Answer) -> String {
    let usual = match answer.status {
        401 => "not-signed-in",
        403 => "forbidden",
        404 => "not-found",
        423 => "terms-not-accepted",
        200..=299 => "",
        _ => "-",
    };
    let code = answer.code();
    if code == usual {
        answer.status.to_string()
    } else {
        format!("{}/{code}", answer.status)
    }
}

fn render(lines: &[Line]) -> String {
    let mut out = String::from(
        "# Who may do what: every operation of the contract for every kind of caller, on the fixed world of\n\
         # tests/api/authorization/stage.rs. Written by the test; read every changed line before it is committed.\n\
         #\n\
         # 401 nobody is signed in    403 seen but not allowed    404 hidden    423 the terms come first\n\
         # A status that says less than its code stands as status/code.\n#\n",
    );
    for (kind, words) in CALLERS {
        writeln!(out, "# {kind:<10} {words}").unwrap();
    }
    let first = lines.iter().map(|l| l.label.len()).max().unwrap_or(0);
    let (same, differing): (Vec<&Line>, Vec<&Line>) = lines
        .iter()
        .partition(|line| line.cells.iter().all(|cell| *cell == line.cells[0]));
    let mut row = |label: &str, cells: &[(&str, usize)], place: &str| {
        let mut line = format!("{label:<first$}");
        for (cell, width) in cells {
            write!(line, "  {cell:<width$}").unwrap();
        }
        writeln!(out, "{}", format!("{line}  {place}").trim_end()).unwrap();
    };

    row("\n# the same for everybody", &[], "");
    let width = same.iter().map(|l| l.cells[0].len()).max().unwrap_or(0);
    for line in same {
        row(&line.label, &[(line.cells[0].as_str(), width)], &line.place);
    }

    let widths: Vec<usize> = CALLERS
        .iter()
        .enumerate()
        .map(|(i, (kind, _))| {
            let cells = differing.iter().map(|l| l.cells[i].len());
            cells.max().unwrap_or(0).max(kind.len())
        })
        .collect();
    let kinds = CALLERS.iter().map(|(kind, _)| *kind);
    let heads: Vec<(&str, usize)> = kinds.zip(widths.iter().copied()).collect();
    row("\n# operation", &heads, "path");
    for line in differing {
        let cells = line.cells.iter().map(String::as_str);
        let cells: Vec<(&str, usize)> = cells.zip(widths.iter().copied()).collect();
        row(&line.label, &cells, &line.place);
    }
    out
}

fn compare(found: &str) {
    if std::env::var_os("QUAYMASTER_ACCEPT").is_some() {
        std::fs::write(MATRIX, found).unwrap();
    }
    let committed = std::fs::read_to_string(Path::new(MATRIX)).unwrap_or_default();
    if committed == found {
        return;
    }
    let old: BTreeSet<&str> = committed.lines().collect();
    let new: BTreeSet<&str> = found.lines().collect();
    let mut difference = String::new();
    for line in committed.lines().filter(|l| !new.contains(l)) {
        writeln!(difference, "- {line}").unwrap();
    }
    for line in found.lines().filter(|l| !old.contains(l)) {
        writeln!(difference, "+ {line}").unwrap();
    }
    panic!(
        "tests/api/authorization.matrix does not say what is true any more:\n{difference}\n\
         If every changed line is right: QUAYMASTER_ACCEPT=1 cargo test -p quaymaster-tests --test api everybody_may"
    );
}
