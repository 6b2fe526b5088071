//! What a definition means: its members, checks with the place of every mistake, prompts with relative dates, and the pass
//! over the rows that computes subtotals, calculated columns and rankings. How rows are fetched is the store's business.

use std::collections::BTreeMap;
use std::sync::Arc;

use chrono::{DateTime, Utc};
use quaymaster_domain::access::{AccountData, ReadScope};
use quaymaster_domain::reports::Term;
use quaymaster_store::reports::query::{self as query, Answer, Question};
use serde_json::Value;
use tokio::sync::mpsc;

use super::definition::{Column, Definition, Ratio, Read};
use super::members::{self, Member};
use super::prompts;
use super::table::{Facts, Kind, ResultColumn, ResultRow, RowKind};
use crate::Services;
use crate::error::{Fault, FieldFault};
use crate::export::chart::{Chart, Shape};

pub(super) use super::members::{Standard, catalogue};

/// Bars or points that a chart on paper has room for.
const MOST_PLACES: usize = 40;

/// Groups whose different values are counted for totals.
const MOST_GROUPS: usize = 50_000;

/// More rows than there can be, in the numbers that both databases bind.
const NO_LIMIT: u64 = i64::MAX as u64;

/// A question that was checked and is ready to be asked.
#[derive(Clone, Debug)]
pub(super) struct Prepared(Arc<Parts>);

#[derive(Debug)]
struct Parts {
    definition: Definition,
    question: Question,
    /// Where the terms of the question stand that the columns need: columns with a calculation have none.
    places: Vec<Option<usize>>,
    columns: Vec<ResultColumn>,
    canonical: String,
    prompts: Vec<(String, String)>,
}

impl Prepared {
    pub(super) fn columns(&self) -> &[ResultColumn] {
        &self.0.columns
    }

    pub(super) fn canonical(&self) -> &str {
        &self.0.canonical
    }

    pub(super) fn prompts(&self) -> &[(String, String)] {
        &self.0.prompts
    }

    /// The kind of account data that the rows are of, if any.
    pub(super) fn account_data(&self) -> Option<AccountData> {
        self.0.question.source.account_data()
    }

    /// True when the rows are of trade records, whose changes are counted.
    pub(super) fn of_records(&self) -> bool {
        members::is_of_records(&self.0.definition.subject)
    }
}

fn below_definition(mut fault: FieldFault) -> FieldFault {
    fault.pointer = format!("/definition{}", fault.pointer);
    fault
}

fn read(definition: &Value) -> Result<Definition, Fault> {
    let mut read = Read::default();
    let found = Definition::read(definition, &mut read);
    if read.faults.is_empty()
        && let Some(found) = found
    {
        return Ok(found);
    }
    let mut faults: Vec<FieldFault> = read.faults.into_iter().map(below_definition).collect();
    if faults.is_empty() {
        faults.push(FieldFault {
            pointer: "/definition".to_owned(),
            code: "invalid",
            detail: "this is no definition of a report".to_owned(),
        });
    }
    Err(Fault::Invalid(faults))
}

/// Checks a definition that is to be saved.
pub(super) fn check(definition: &Value) -> Result<(), Fault> {
    read(definition).map(|_| ())
}

/// What changed below a definition: members that were renamed or retired. Members that it names by an old name still work.
pub(super) fn messages(definition: &Value) -> Vec<String> {
    read(definition).map_or_else(|_unfit| Vec::new(), |found| found.messages)
}

/// Checks definition and prompts. Relative dates are those of the time zone at that moment.
pub(super) fn prepare(
    definition: &Value,
    values: &Value,
    zone: &str,
    asked_at: DateTime<Utc>,
) -> Result<Prepared, Fault> {
    let definition = read(definition)?;
    let today = prompts::today(zone, asked_at);
    let (filter, shown) = prompts::resolve(&definition, values, today)?;
    let mut terms = Vec::new();
    let mut places = Vec::new();
    for column in &definition.columns {
        match column {
            Column::Member { member, .. } => {
                places.push(Some(terms.len()));
                terms.push(member.term);
            }
            Column::Calc { .. } => places.push(None),
        }
    }
    let place_of = |id: &str| {
        let at = definition.columns.iter().position(|c| c.id() == id)?;
        places.get(at).copied().flatten()
    };
    // A ranking goes by its own column; otherwise groups come together first, then what was asked for.
    let mut order: Vec<(usize, bool)> = Vec::new();
    for (id, descending) in definition
        .top
        .iter()
        .map(|top| (&top.column, true))
        .chain(definition.breaks.iter().map(|id| (id, false)))
        .chain(definition.sort.iter().map(|(id, desc)| (id, *desc)))
    {
        if let Some(place) = place_of(id)
            && !order.iter().any(|(at, _)| *at == place)
        {
            order.push((place, descending));
        }
    }
    let question = Question {
        source: members::source(&definition.subject),
        grouped: definition.aggregate,
        terms,
        filter,
        order,
        limit: NO_LIMIT,
    };
    let columns = definition.columns.iter().map(Column::shown).collect();
    let canonical = format!(
        "{:?} {:?} {:?} {:?}",
        definition, question.filter, today, zone
    );
    Ok(Prepared(Arc::new(Parts {
        question,
        places,
        columns,
        canonical,
        prompts: shown,
        definition,
    })))
}

/// The first rows, for a preview.
pub(super) async fn first_rows(
    s: &Services,
    prepared: &Prepared,
    scope: &ReadScope,
    limit: u64,
) -> Result<(Vec<ResultRow>, bool), Fault> {
    let (send, mut rows) = mpsc::channel(usize::try_from(limit).unwrap_or(1) + 16);
    let asking = self::rows(s, prepared, scope, limit, send);
    let keeping = async {
        let mut all = Vec::new();
        while let Some(row) = rows.recv().await {
            all.push(row);
        }
        all
    };
    let (more, all) = tokio::join!(asking, keeping);
    Ok((all, more?))
}

/// Asks, computes, and hands the rows over. Answers whether there were more than `limit`.
pub(super) async fn rows(
    s: &Services,
    prepared: &Prepared,
    scope: &ReadScope,
    limit: u64,
    send: mpsc::Sender<ResultRow>,
) -> Result<bool, Fault> {
    let parts = &prepared.0;
    let mut question = parts.question.clone();
    let ranked = parts.definition.top.as_ref();
    // Totals and the rest of a ranking need every row of the groups; single rows stop at the limit.
    let totals = parts.definition.grand_total
        || !parts.definition.breaks.is_empty()
        || ranked.is_some_and(|top| top.others);
    // Rows that do not pass do not count towards the limit.
    if !totals && parts.definition.having.is_none() {
        let wanted = ranked.map_or(limit, |top| top.n.min(limit));
        question.limit = wanted.saturating_add(1).min(NO_LIMIT);
    }
    let counts = counts(s, parts, scope).await?;
    let pass = std::sync::Mutex::new(Pass::new(parts, limit, counts));
    query::ask(&s.db, &question, scope, |answers| {
        let (rows, go_on) = {
            let mut pass = pass
                .lock()
                .unwrap_or_else(std::sync::PoisonError::into_inner);
            let rows = pass.push(&answers);
            (rows, totals || !pass.is_full())
        };
        let send = &send;
        async move {
            for row in rows {
                if send.send(row).await.is_err() {
                    return false;
                }
            }
            go_on
        }
    })
    .await?;
    let mut pass = pass
        .into_inner()
        .unwrap_or_else(std::sync::PoisonError::into_inner);
    for row in pass.finish() {
        if send.send(row).await.is_err() {
            break;
        }
    }
    Ok(pass.cut)
}

/// Counts of different values for the totals, by how many break columns are fixed: they do not add up, so each level is
/// counted anew. Nothing where groups are left out by their figures, since what is left cannot be counted that way.
type Counts = Vec<BTreeMap<Vec<Answer>, Vec<(usize, Answer)>>>;

async fn counts(s: &Services, parts: &Parts, scope: &ReadScope) -> Result<Counts, Fault> {
    let definition = &parts.definition;
    let counted: Vec<(usize, Term)> = parts
        .question
        .terms
        .iter()
        .enumerate()
        .filter(|(_, term)| matches!(term, Term::Distinct(_)))
        .map(|(place, term)| (place, *term))
        .collect();
    let totals = definition.grand_total || !definition.breaks.is_empty();
    if counted.is_empty() || definition.having.is_some() || !totals {
        return Ok(Counts::new());
    }
    let fixed: Vec<Term> = definition
        .breaks
        .iter()
        .filter_map(|id| parts.question.terms.get(place_of(parts, id)?).copied())
        .collect();
    let mut levels = Counts::new();
    for level in 0..=fixed.len() {
        let mut terms = fixed.get(..level).unwrap_or_default().to_vec();
        terms.extend(counted.iter().map(|(_, term)| *term));
        let question = Question {
            terms,
            order: Vec::new(),
            ..parts.question.clone()
        };
        let found = std::sync::Mutex::new(BTreeMap::new());
        query::ask(&s.db, &question, scope, |mut answers| {
            let numbers = answers.split_off(level);
            let places = counted.iter().map(|(place, _)| *place);
            let mut found = found
                .lock()
                .unwrap_or_else(std::sync::PoisonError::into_inner);
            found.insert(answers, places.zip(numbers).collect());
            std::future::ready(found.len() < MOST_GROUPS)
        })
        .await?;
        let found: BTreeMap<_, _> = found
            .into_inner()
            .unwrap_or_else(std::sync::PoisonError::into_inner);
        if found.len() >= MOST_GROUPS {
            return Err(Fault::field(
                "/definition/breaks",
                "invalid",
                format!(
                    "different values are counted for fewer than {MOST_GROUPS} groups; filter, or take the break away"
                ),
            ));
        }
        levels.push(found);
    }
    Ok(levels)
}

/// One pass over the finest level, in the order of the breaks.
struct Pass<'a> {
    parts: &'a Parts,
    limit: u64,
    sent: u64,
    ranked: u64,
    cut: bool,
    /// The values of the break columns of the row before.
    group: Option<Vec<Answer>>,
    /// Sums for every break level, the outermost first, and for everything.
    sums: Vec<Sums>,
    all: Sums,
    others: Sums,
    any_other: bool,
    counts: Counts,
}

type Sums = BTreeMap<usize, i64>;

impl<'a> Pass<'a> {
    fn new(parts: &'a Parts, limit: u64, counts: Counts) -> Self {
        Self {
            parts,
            limit,
            sent: 0,
            ranked: 0,
            cut: false,
            group: None,
            sums: vec![Sums::new(); parts.definition.breaks.len()],
            all: Sums::new(),
            others: Sums::new(),
            any_other: false,
            counts,
        }
    }

    fn is_full(&self) -> bool {
        self.cut
    }

    /// Adds the additive parts of a row. In a list of single rows a number adds up as well.
    fn add(parts: &Parts, sums: &mut Sums, answers: &[Answer]) {
        for (column, place) in parts.definition.columns.iter().zip(&parts.places) {
            if let (Column::Member { member, .. }, Some(place)) = (column, place)
                && member.adds_up
                && let Some(Answer::Int(number)) = answers.get(*place)
            {
                let sum = sums.entry(*place).or_insert(0);
                *sum = sum.saturating_add(*number);
            }
        }
    }

    fn emit(&mut self, rows: &mut Vec<ResultRow>, row: ResultRow) {
        if self.sent >= self.limit {
            self.cut = true;
            return;
        }
        self.sent += 1;
        rows.push(row);
    }

    fn push(&mut self, answers: &[Answer]) -> Vec<ResultRow> {
        let parts = self.parts;
        let mut rows = Vec::new();
        // What does not pass is in no total either: totals are those of the rows that are shown.
        if let Some(having) = &parts.definition.having
            && !having.passes(figure(parts, &having.column, &|place| {
                answers.get(place).cloned()
            }))
        {
            return rows;
        }
        let key: Vec<Answer> = parts
            .definition
            .breaks
            .iter()
            .filter_map(|id| {
                let at = parts.definition.columns.iter().position(|c| c.id() == id)?;
                let place = parts.places.get(at).copied().flatten()?;
                answers.get(place).cloned()
            })
            .collect();
        if let Some(before) = self.group.take() {
            let same = before.iter().zip(&key).take_while(|(a, b)| a == b).count();
            self.close(&mut rows, &before, same);
        }
        self.group = Some(key);
        Self::add(parts, &mut self.all, answers);
        for sums in &mut self.sums {
            Self::add(parts, sums, answers);
        }
        if let Some(top) = &parts.definition.top {
            self.ranked += 1;
            if self.ranked > top.n {
                self.any_other = true;
                Self::add(parts, &mut self.others, answers);
                return rows;
            }
        }
        let row = ResultRow {
            kind: RowKind::Detail,
            cells: cells(parts, |place| answers.get(place).cloned()),
            alerts: alerts(parts, |place| answers.get(place).cloned()),
        };
        self.emit(&mut rows, row);
        rows
    }

    /// Ends the groups below the first `same` break columns, the innermost first.
    fn close(&mut self, rows: &mut Vec<ResultRow>, group: &[Answer], same: usize) {
        let parts = self.parts;
        for level in (same..self.sums.len()).rev() {
            let Some(sums) = self.sums.get_mut(level).map(std::mem::take) else {
                continue;
            };
            let fixed = &parts.definition.breaks[..=level];
            let row = ResultRow {
                kind: RowKind::Subtotal(u32::try_from(level + 1).unwrap_or(u32::MAX)),
                cells: cells(parts, |place| {
                    let named = fixed
                        .iter()
                        .position(|id| place_of(parts, id) == Some(place));
                    match named {
                        Some(at) => group.get(at).cloned(),
                        None => sums
                            .get(&place)
                            .map(|sum| Answer::Int(*sum))
                            .or_else(|| counted(&self.counts, &group[..=level], place)),
                    }
                }),
                alerts: Vec::new(),
            };
            self.emit(rows, row);
        }
    }

    fn finish(&mut self) -> Vec<ResultRow> {
        let mut rows = Vec::new();
        let parts = self.parts;
        if self.any_other && parts.definition.top.as_ref().is_some_and(|top| top.others) {
            let row = total(parts, RowKind::Others, &self.others, &Counts::new());
            self.emit(&mut rows, row);
        }
        if let Some(group) = self.group.take() {
            self.close(&mut rows, &group, 0);
            if parts.definition.grand_total {
                let row = total(parts, RowKind::GrandTotal, &self.all, &self.counts);
                self.emit(&mut rows, row);
            }
        }
        rows
    }
}

/// The count of different values in a group.
fn counted(counts: &Counts, group: &[Answer], place: usize) -> Option<Answer> {
    let numbers = counts.get(group.len())?.get(group)?;
    let (_, number) = numbers.iter().find(|(at, _)| *at == place)?;
    Some(number.clone())
}

fn total(parts: &Parts, kind: RowKind, sums: &Sums, counts: &Counts) -> ResultRow {
    ResultRow {
        kind,
        cells: cells(parts, |place| {
            sums.get(&place)
                .map(|sum| Answer::Int(*sum))
                .or_else(|| counted(counts, &[], place))
        }),
        alerts: Vec::new(),
    }
}

fn place_of(parts: &Parts, id: &str) -> Option<usize> {
    let at = parts.definition.columns.iter().position(|c| c.id() == id)?;
    parts.places.get(at).copied().flatten()
}

/// The number of a column that is a member.
fn member_figure(
    parts: &Parts,
    id: &str,
    answer: &impl Fn(usize) -> Option<Answer>,
) -> Option<Ratio> {
    let place = place_of(parts, id)?;
    let column = parts.definition.columns.iter().find(|c| c.id() == id)?;
    match (answer(place)?, column) {
        (Answer::Int(n), Column::Member { member, .. }) => {
            Some(Ratio::new(i128::from(n), member.unit()))
        }
        _ => None,
    }
}

/// The number of any column.
fn figure(parts: &Parts, id: &str, answer: &impl Fn(usize) -> Option<Answer>) -> Option<Ratio> {
    let column = parts.definition.columns.iter().find(|c| c.id() == id)?;
    match column {
        Column::Member { .. } => member_figure(parts, id, answer),
        Column::Calc { calc, .. } => calc
            .value(&|other: &str| member_figure(parts, other, answer))
            .flatten(),
    }
}

/// The style of every cell; nothing at all when none is marked.
fn alerts(parts: &Parts, answer: impl Fn(usize) -> Option<Answer>) -> Vec<String> {
    let mut styles = vec![String::new(); parts.definition.columns.len()];
    for alert in &parts.definition.alerts {
        let at = parts
            .definition
            .columns
            .iter()
            .position(|c| c.id() == alert.when.column);
        if let Some(style) = at.and_then(|at| styles.get_mut(at))
            && alert
                .when
                .passes(figure(parts, &alert.when.column, &answer))
        {
            style.clone_from(&alert.style);
        }
    }
    if styles.iter().all(String::is_empty) {
        Vec::new()
    } else {
        styles
    }
}

/// The texts of a row, calculated columns last: they look at the numbers of the others.
fn cells(parts: &Parts, answer: impl Fn(usize) -> Option<Answer>) -> Vec<Option<String>> {
    let number = |id: &str| member_figure(parts, id, &answer);
    parts
        .definition
        .columns
        .iter()
        .zip(&parts.places)
        .map(|(column, place)| match column {
            Column::Member { member, .. } => {
                place.and_then(&answer).and_then(|a| shown(member, &a))
            }
            Column::Calc { calc, scale, .. } => {
                calc.value(&number).flatten().map(|r| r.rounded(*scale))
            }
        })
        .collect()
}

fn shown(member: &Member, answer: &Answer) -> Option<String> {
    match answer {
        Answer::Empty => None,
        Answer::Text(text) => Some(members::text(member, text)),
        Answer::Int(number) => Some(match member.kind {
            Kind::Money => cents(*number),
            _ => number.to_string(),
        }),
    }
}

fn cents(number: i64) -> String {
    let sign = if number < 0 { "-" } else { "" };
    let size = number.unsigned_abs();
    format!("{sign}{}.{:02}", size / 100, size % 100)
}

/// The chart of a definition, drawn from the first rows of its result.
pub(super) fn chart(definition: &str, facts: &Facts, rows: &[ResultRow]) -> Option<Chart> {
    let value: Value = serde_json::from_str(definition).ok()?;
    let view = value
        .get("views")?
        .as_array()?
        .iter()
        .find(|view| view.get("kind").and_then(Value::as_str) != Some("table"))?;
    let shape = match view.get("kind")?.as_str()? {
        "bar" => Shape::Bar,
        "stacked" => Shape::Stacked,
        "line" => Shape::Line,
        "area" => Shape::Area,
        "pie" => Shape::Pie,
        "number" => Shape::Number,
        _ => return None,
    };
    let words = |name: &str| {
        view.get(name)
            .and_then(Value::as_str)
            .unwrap_or_default()
            .to_owned()
    };
    let place = |id: &str| facts.columns.iter().position(|c| c.id == id);
    let x = place(view.get("x").and_then(Value::as_str).unwrap_or_default());
    let split = view.get("series").and_then(Value::as_str).and_then(place);
    let ys: Vec<usize> = view
        .get("y")?
        .as_array()?
        .iter()
        .filter_map(|id| place(id.as_str()?))
        .collect();
    let mut labels: Vec<String> = Vec::new();
    let mut series: BTreeMap<(usize, String), Vec<f64>> = BTreeMap::new();
    for row in rows.iter().filter(|row| row.kind == RowKind::Detail) {
        let text = |at: Option<usize>| {
            at.and_then(|at| row.cells.get(at)?.clone())
                .unwrap_or_default()
        };
        let label = text(x);
        let at = match labels.iter().position(|l| *l == label) {
            Some(at) => at,
            None if labels.len() < MOST_PLACES => {
                labels.push(label);
                labels.len() - 1
            }
            None => continue,
        };
        for y in &ys {
            let name = match split {
                Some(_) => text(split),
                None => facts
                    .columns
                    .get(*y)
                    .map_or_else(String::new, |c| c.label.clone()),
            };
            let number = row
                .cells
                .get(*y)
                .and_then(|cell| cell.as_ref()?.parse::<f64>().ok())
                .unwrap_or(0.0);
            let values = series.entry((*y, name)).or_default();
            if values.len() <= at {
                values.resize(at + 1, 0.0);
            }
            if let Some(value) = values.get_mut(at) {
                *value += number;
            }
        }
    }
    let count = labels.len();
    let series: Vec<(String, Vec<f64>)> = series
        .into_iter()
        .map(|((_, name), mut values)| {
            values.resize(count, 0.0);
            (name, values)
        })
        .collect();
    (!labels.is_empty() && !series.is_empty()).then_some(Chart {
        shape,
        title: words("title"),
        summary: words("summary"),
        labels,
        series,
    })
}
