//! The pass over the finest level, in the order of the breaks: subtotals, what is computed from figures, rankings, and parts
//! that stand beside each other. Where its rows come from is not its business.

use std::cmp::Ordering;
use std::collections::BTreeMap;

use quaymaster_store::reports::query::Answer;

use super::super::definition::{Ratio, What};
use super::super::table::{ResultRow, RowKind};
use super::lower::{Fold, From, Show, text};
use super::{Counts, Parts};

/// The parts of a group: everything, or the period that is asked for, first. In each an answer for every term.
pub(super) type Set = Vec<Vec<Answer>>;

/// A row of the finest level.
#[derive(Clone, Debug)]
pub(super) struct Row {
    set: Set,
    /// Places by the columns of ranks.
    ranks: BTreeMap<usize, u64>,
}

impl Row {
    pub(super) const fn of(set: Set) -> Self {
        Self {
            set,
            ranks: BTreeMap::new(),
        }
    }
}

/// A set without anything in it.
fn nothing(parts: &Parts) -> Set {
    vec![vec![Answer::Empty; parts.terms.terms.len()]; parts.sides()]
}

/// Groups by what they are named after, for what looks at all of them before the first is shown.
pub(super) struct Gather<'a> {
    parts: &'a Parts,
    sets: Vec<Set>,
    places: BTreeMap<Vec<Answer>, usize>,
}

impl<'a> Gather<'a> {
    pub(super) const fn new(parts: &'a Parts) -> Self {
        Self {
            parts,
            sets: Vec::new(),
            places: BTreeMap::new(),
        }
    }

    pub(super) fn cells(&self) -> usize {
        self.sets.len() * self.parts.sides() * self.parts.terms.terms.len().max(1)
    }

    pub(super) fn len(&self) -> usize {
        self.sets.len()
    }

    /// Takes an answer in, as one of the part that was asked for or as the pivot has it.
    pub(super) fn take(&mut self, side: usize, answers: Vec<Answer>) {
        let parts = self.parts;
        let pivot = parts.pivot();
        let is_key = |place: usize| parts.terms.folds.get(place) == Some(&Fold::Key);
        let key: Vec<Answer> = answers
            .iter()
            .enumerate()
            .filter(|(place, _)| is_key(*place) && Some(*place) != pivot)
            .map(|(_, answer)| answer.clone())
            .collect();
        let at = if parts.question.grouped {
            let next = self.sets.len();
            *self.places.entry(key).or_insert(next)
        } else {
            self.sets.len()
        };
        if at == self.sets.len() {
            self.sets.push(nothing(parts));
        }
        let side = match pivot.and_then(|place| answers.get(place)) {
            Some(value) => parts.values.iter().position(|v| v == value).map(|n| n + 1),
            None => Some(side),
        };
        let Some(set) = self.sets.get_mut(at) else {
            return;
        };
        for (place, (answer, fold)) in answers.into_iter().zip(&parts.terms.folds).enumerate() {
            let mut into = |side: usize| {
                let Some(cell) = set.get_mut(side).and_then(|part| part.get_mut(place)) else {
                    return;
                };
                match fold {
                    Fold::Key => *cell = answer.clone(),
                    // Another subject says nothing about it.
                    Fold::Own if answer == Answer::Empty => {}
                    Fold::Own => *cell = answer.clone(),
                    fold => fold.take(cell, &answer),
                }
            };
            match (fold, pivot, side) {
                (Fold::Key, pivot, _) if pivot == Some(place) => {}
                (Fold::Key, ..) => into(0),
                (_, Some(_), side) => {
                    into(0);
                    if let Some(side) = side {
                        into(side);
                    }
                }
                (_, None, side) => into(side.unwrap_or(0)),
            }
        }
    }

    /// The rows that are kept, in their order, with their places among all.
    pub(super) fn rows(self) -> (Vec<Row>, Set) {
        let parts = self.parts;
        let mut sets = self.sets;
        sets.retain(|set| passes(parts, set));
        sets.sort_by(|a, b| compare(parts, a, b));
        let mut whole = nothing(parts);
        for set in &sets {
            add(parts, &mut whole, set);
        }
        let mut rows: Vec<Row> = sets.into_iter().map(Row::of).collect();
        for (at, from) in parts.terms.from.iter().enumerate() {
            let From::Rank(of) = from else { continue };
            let mut found: Vec<(usize, Ratio)> = rows
                .iter()
                .enumerate()
                .filter_map(|(n, row)| Some((n, figure(parts, *of, 0, &row.set)?)))
                .collect();
            found.sort_by(|(_, a), (_, b)| b.order(*a));
            let mut before: Option<(Ratio, u64)> = None;
            for (count, (n, number)) in found.into_iter().enumerate() {
                let place = match before {
                    Some((same, place)) if same.order(number).is_eq() => place,
                    _ => count as u64 + 1,
                };
                before = Some((number, place));
                if let Some(row) = rows.get_mut(n) {
                    row.ranks.insert(at, place);
                }
            }
        }
        (rows, whole)
    }
}

/// Nothing comes last, in either direction.
fn compare(parts: &Parts, a: &Set, b: &Set) -> Ordering {
    let last = |left: bool, right: bool| match (left, right) {
        (true, false) => Some(Ordering::Greater),
        (false, true) => Some(Ordering::Less),
        (true, true) => Some(Ordering::Equal),
        (false, false) => None,
    };
    let turned = |order: Ordering, descending: bool| {
        if descending { order.reverse() } else { order }
    };
    let by_answer = |place: usize, descending: bool| {
        let (left, right) = (answer(parts, place, 0, a), answer(parts, place, 0, b));
        last(*left == Answer::Empty, *right == Answer::Empty)
            .unwrap_or_else(|| turned(left.cmp(right), descending))
    };
    for (at, descending) in &parts.order {
        let order = match parts.terms.from.get(*at) {
            Some(From::Term(place)) => by_answer(*place, *descending),
            _ => {
                let (left, right) = (figure(parts, *at, 0, a), figure(parts, *at, 0, b));
                match (left, right) {
                    (Some(left), Some(right)) => turned(left.order(right), *descending),
                    (left, right) => {
                        last(left.is_none(), right.is_none()).unwrap_or(Ordering::Equal)
                    }
                }
            }
        };
        if order != Ordering::Equal {
            return order;
        }
    }
    // Single rows stay as they came.
    if !parts.question.grouped {
        return Ordering::Equal;
    }
    (0..parts.terms.folds.len())
        .filter(|place| parts.terms.folds.get(*place) == Some(&Fold::Key))
        .map(|place| by_answer(place, false))
        .find(|order| *order != Ordering::Equal)
        .unwrap_or(Ordering::Equal)
}

/// Adds what folds.
fn add(parts: &Parts, whole: &mut Set, set: &Set) {
    for (whole, set) in whole.iter_mut().zip(set) {
        for ((cell, answer), fold) in whole.iter_mut().zip(set).zip(&parts.terms.folds) {
            fold.take(cell, answer);
        }
    }
}

/// What names a group stands in the first part alone.
fn answer<'a>(parts: &Parts, place: usize, side: usize, set: &'a Set) -> &'a Answer {
    let side = match parts.terms.folds.get(place) {
        Some(Fold::Key) => 0,
        _ => side,
    };
    set.get(side)
        .and_then(|part| part.get(place))
        .unwrap_or(&Answer::Empty)
}

/// The number of a column; a calculation looks at the numbers of the others.
fn figure(parts: &Parts, at: usize, side: usize, set: &Set) -> Option<Ratio> {
    let column = parts.definition.columns.get(at)?;
    let number = |place: usize| match answer(parts, place, side, set) {
        Answer::Int(number) => Some(i128::from(*number)),
        _ => None,
    };
    match (parts.terms.from.get(at)?, &column.what) {
        (From::Term(place), What::Member(member)) => {
            Some(Ratio::new(number(*place)?, member.unit()))
        }
        (From::Average(sum, count), What::Average { sum: member, .. }) => {
            let count = number(*count).filter(|count| *count > 0)?;
            Some(Ratio::new(number(*sum)?, member.unit() * count))
        }
        (From::Calc, What::Calc { calc, .. }) => calc
            .value(&|id: &str| {
                let other = parts.at(id)?;
                match parts.terms.from.get(other)? {
                    From::Term(_) | From::Average(..) => figure(parts, other, side, set),
                    _ => None,
                }
            })
            .flatten(),
        _ => None,
    }
}

/// Whether a group is kept by its figures.
fn passes(parts: &Parts, set: &Set) -> bool {
    match &parts.definition.having {
        None => true,
        Some(having) => having.passes(
            parts
                .at(&having.column)
                .and_then(|at| figure(parts, at, 0, set)),
        ),
    }
}

/// How the first part differs from the second. Of sums, nothing is none.
fn change(parts: &Parts, at: usize, set: &Set) -> Option<Ratio> {
    let sides = (figure(parts, at, 0, set), figure(parts, at, 1, set));
    let adds = match parts.terms.from.get(at) {
        Some(From::Term(place)) => parts.terms.folds.get(*place) == Some(&Fold::Add),
        _ => false,
    };
    let none = Ratio::new(0, 1);
    match sides {
        (Some(now), Some(before)) => now.less(before),
        (Some(now), None) if adds => now.less(none),
        (None, Some(before)) if adds => none.less(before),
        _ => None,
    }
}

/// One pass over the finest level, in the order of the breaks.
pub(super) struct Pass<'a> {
    parts: &'a Parts,
    limit: u64,
    sent: u64,
    ranked: u64,
    /// There were more rows than the limit.
    pub cut: bool,
    /// The values of the break columns of the row before.
    group: Option<Vec<Answer>>,
    /// Totals for every break level, the outermost first, and for everything.
    sums: Vec<Set>,
    all: Set,
    others: Set,
    any_other: bool,
    counts: Counts,
    /// What shares are of, when all rows are known before the first.
    whole: Option<Set>,
}

impl<'a> Pass<'a> {
    pub(super) fn new(parts: &'a Parts, limit: u64, counts: Counts, whole: Option<Set>) -> Self {
        Self {
            parts,
            limit,
            sent: 0,
            ranked: 0,
            cut: false,
            group: None,
            sums: vec![nothing(parts); parts.definition.breaks.len()],
            all: nothing(parts),
            others: nothing(parts),
            any_other: false,
            counts,
            whole,
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

    pub(super) fn push(&mut self, row: &Row) -> Vec<ResultRow> {
        let parts = self.parts;
        let mut rows = Vec::new();
        // What does not pass is in no total either: totals are those of the rows that are shown.
        if !passes(parts, &row.set) {
            return rows;
        }
        let key: Vec<Answer> = parts
            .breaks()
            .map(|place| answer(parts, place, 0, &row.set).clone())
            .collect();
        if let Some(before) = self.group.take() {
            let same = before.iter().zip(&key).take_while(|(a, b)| a == b).count();
            self.close(&mut rows, &before, same);
        }
        self.group = Some(key);
        add(parts, &mut self.all, &row.set);
        for sums in &mut self.sums {
            add(parts, sums, &row.set);
        }
        if let Some(top) = &parts.definition.top {
            self.ranked += 1;
            if self.ranked > top.n {
                self.any_other = true;
                add(parts, &mut self.others, &row.set);
                return rows;
            }
        }
        let shown = ResultRow {
            kind: RowKind::Detail,
            cells: self.cells(row),
            alerts: alerts(parts, &row.set),
        };
        self.emit(&mut rows, shown);
        rows
    }

    /// Ends the groups below the first `same` break columns, the innermost first.
    fn close(&mut self, rows: &mut Vec<ResultRow>, group: &[Answer], same: usize) {
        let parts = self.parts;
        for level in (same..self.sums.len()).rev() {
            let Some(sums) = self.sums.get_mut(level) else {
                continue;
            };
            let mut set = std::mem::replace(sums, nothing(parts));
            let fixed = group.get(..=level).unwrap_or_default();
            for (place, value) in parts.breaks().zip(fixed) {
                put(&mut set, place, value.clone());
            }
            let kind = RowKind::Subtotal(u32::try_from(level + 1).unwrap_or(u32::MAX));
            let row = self.total(kind, set, Some(fixed));
            self.emit(rows, row);
        }
    }

    pub(super) fn finish(&mut self) -> Vec<ResultRow> {
        let mut rows = Vec::new();
        if self.any_other && self.parts.definition.top.as_ref().is_some_and(|t| t.others) {
            let set = std::mem::take(&mut self.others);
            let row = self.total(RowKind::Others, set, None);
            self.emit(&mut rows, row);
        }
        if let Some(group) = self.group.take() {
            self.close(&mut rows, &group, 0);
            if self.parts.definition.grand_total {
                let set = std::mem::take(&mut self.all);
                let row = self.total(RowKind::GrandTotal, set, Some(&[]));
                self.emit(&mut rows, row);
            }
        }
        rows
    }

    /// A total, with the counts of different values where they were taken for this group.
    fn total(&self, kind: RowKind, mut set: Set, group: Option<&[Answer]>) -> ResultRow {
        let counted = group.and_then(|group| self.counts.get(group.len())?.get(group));
        for (place, number) in counted.into_iter().flatten() {
            put(&mut set, *place, number.clone());
        }
        ResultRow {
            kind,
            cells: self.cells(&Row::of(set)),
            alerts: Vec::new(),
        }
    }

    /// The texts of a row.
    fn cells(&self, row: &Row) -> Vec<Option<String>> {
        let outputs = self.parts.outputs.iter();
        outputs
            .map(|output| self.cell(output.at, output.show, row))
            .collect()
    }

    fn cell(&self, at: usize, show: Show, row: &Row) -> Option<String> {
        let parts = self.parts;
        let column = parts.definition.columns.get(at)?;
        let scale = column.scale();
        let side = match show {
            Show::Part(side) => side,
            Show::Earlier => {
                let text = self.cell(at, Show::Part(0), row)?;
                return self.parts.shift.as_ref()?.0.earlier(&text);
            }
            Show::Change => return Some(change(parts, at, &row.set)?.rounded(scale)),
            Show::Rate => {
                let before = figure(parts, at, 1, &row.set)?;
                return Some(change(parts, at, &row.set)?.over(before)?.rounded(4));
            }
        };
        match (parts.terms.from.get(at)?, &column.what) {
            (From::Term(place), What::Member(member)) => {
                text(member, answer(parts, *place, side, &row.set))
            }
            (From::Rank(_), _) => row.ranks.get(&at).map(u64::to_string),
            (From::Share(of), _) => {
                let whole = figure(parts, *of, 0, self.whole.as_ref()?)?;
                let part = figure(parts, *of, 0, &row.set)?;
                Some(part.over(whole)?.rounded(4))
            }
            _ => Some(figure(parts, at, side, &row.set)?.rounded(scale)),
        }
    }
}

fn put(set: &mut Set, place: usize, value: Answer) {
    if let Some(cell) = set.first_mut().and_then(|part| part.get_mut(place)) {
        *cell = value;
    }
}

/// The style of every cell; nothing at all when none is marked.
fn alerts(parts: &Parts, set: &Set) -> Vec<String> {
    if parts.definition.alerts.is_empty() {
        return Vec::new();
    }
    let mut styles = vec![String::new(); parts.outputs.len()];
    for alert in &parts.definition.alerts {
        let at = parts.at(&alert.when.column);
        for (style, output) in styles.iter_mut().zip(&parts.outputs) {
            if let (Some(at), Show::Part(side)) = (at, output.show)
                && output.at == at
                && alert.when.passes(figure(parts, at, side, set))
            {
                style.clone_from(&alert.style);
            }
        }
    }
    if styles.iter().all(String::is_empty) {
        Vec::new()
    } else {
        styles
    }
}
