//! A definition as the passes over its rows need it: which terms are asked for, how they fold into totals, in which order
//! rows stand, and which columns come out. Nothing is asked here.

use quaymaster_domain::reports::{Extreme, Term};
use quaymaster_store::reports::query::Answer;

use super::super::definition::{Column, Definition, What};
use super::super::members::{self, Member};
use super::super::table::{Kind, ResultColumn};

/// How the values of a term fold into those of a whole.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Fold {
    /// It names the group, or the row.
    Key,
    /// By the sum.
    Add,
    /// By the least one.
    Least,
    /// By the greatest one.
    Most,
    /// Not at all.
    Own,
}

impl Fold {
    const fn of(member: &Member) -> Self {
        match member.term {
            _ if !member.measure => Self::Key,
            Term::Extreme(Extreme { most: true, .. }) => Self::Most,
            Term::Extreme(_) => Self::Least,
            _ if member.adds_up => Self::Add,
            _ => Self::Own,
        }
    }

    /// Takes one more value in.
    pub(super) fn take(self, whole: &mut Answer, part: &Answer) {
        if *part == Answer::Empty {
            return;
        }
        match (self, &*whole, part) {
            (Self::Key | Self::Own, ..) => {}
            (Self::Add, Answer::Int(sum), Answer::Int(more)) => {
                *whole = Answer::Int(sum.saturating_add(*more));
            }
            (Self::Least, before, part) if *before != Answer::Empty && before <= part => {}
            (Self::Most, before, part) if before >= part => {}
            (_, _, part) => *whole = part.clone(),
        }
    }
}

/// Where the value of a column comes from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum From {
    /// A term.
    Term(usize),
    /// A sum over a number of rows.
    Average(usize, usize),
    /// Other columns.
    Calc,
    /// The place among all by another column.
    Rank(usize),
    /// How much of the whole another column is.
    Share(usize),
}

/// What a column of the result shows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Show {
    /// The part of a group.
    Part(usize),
    /// What the name of the group is in the earlier period.
    Earlier,
    /// The first part less the second.
    Change,
    /// That over the second.
    Rate,
}

/// A column of the result: of which column of the definition, and what of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Output {
    pub at: usize,
    pub show: Show,
}

/// The terms of a definition, and where its columns find them.
#[derive(Clone, Debug, Default)]
pub(super) struct Terms {
    pub terms: Vec<Term>,
    pub folds: Vec<Fold>,
    /// Of which subject; `None` for what names the groups of all.
    pub branches: Vec<Option<usize>>,
    pub from: Vec<From>,
}

impl Terms {
    pub(super) fn of(definition: &Definition) -> Self {
        let mut all = Self::default();
        let place = |id: &str| definition.columns.iter().position(|c| c.id == id);
        for column in &definition.columns {
            let from = match &column.what {
                What::Member(member) => From::Term(all.add(member, column.branch)),
                What::Average { sum, filled, .. } => {
                    let sum = all.add(sum, column.branch);
                    From::Average(sum, all.add(filled, column.branch))
                }
                What::Calc { .. } => From::Calc,
                What::Rank(of) => place(of).map_or(From::Calc, From::Rank),
                What::Share(of) => place(of).map_or(From::Calc, From::Share),
            };
            all.from.push(from);
        }
        all
    }

    fn add(&mut self, member: &Member, branch: usize) -> usize {
        let fold = Fold::of(member);
        self.terms.push(member.term);
        self.branches.push((fold != Fold::Key).then_some(branch));
        self.folds.push(fold);
        self.terms.len() - 1
    }
}

/// In which order rows stand, by the places of columns: a ranking goes by its own column; otherwise groups come together
/// first, then what was asked for. A rank and a share go by what they are of.
pub(super) fn order(definition: &Definition, terms: &Terms) -> Vec<(usize, bool)> {
    let mut order: Vec<(usize, bool)> = Vec::new();
    for (id, descending) in definition
        .top
        .iter()
        .map(|top| (&top.column, true))
        .chain(definition.breaks.iter().map(|id| (id, false)))
        .chain(definition.sort.iter().map(|(id, desc)| (id, *desc)))
    {
        let Some(at) = definition.columns.iter().position(|c| c.id == *id) else {
            continue;
        };
        let (at, descending) = match terms.from.get(at) {
            // The first one has the most.
            Some(From::Rank(of)) => (*of, !descending),
            Some(From::Share(of)) => (*of, descending),
            _ => (at, descending),
        };
        if !order.iter().any(|(known, _)| *known == at) {
            order.push((at, descending));
        }
    }
    order
}

/// The columns that come out, with the values of the pivot that were found.
pub(super) fn outputs(
    definition: &Definition,
    values: &[Answer],
) -> (Vec<Output>, Vec<ResultColumn>) {
    let mut all = Vec::new();
    let shown = || {
        definition
            .columns
            .iter()
            .enumerate()
            .filter(|(_, c)| !c.hidden)
    };
    if let Some(pivot) = &definition.pivot {
        let over = definition.columns.iter().find(|c| c.id == pivot.column);
        let over = over.and_then(Column::dimension);
        for (at, column) in shown() {
            if column.dimension().is_some() && column.id != pivot.column {
                all.push((at, Show::Part(0), column.shown()));
            }
        }
        let figures = || shown().filter(|(_, c)| c.dimension().is_none());
        let alone = figures().count() == 1;
        for (n, value) in values.iter().enumerate() {
            let text = over
                .and_then(|member| text(member, value))
                .unwrap_or_default();
            let heading = if text.is_empty() {
                "(empty)"
            } else {
                text.as_str()
            };
            for (at, column) in figures() {
                let mut one = column.shown();
                one.id = format!("{}@{text}", column.id);
                one.label = if alone {
                    heading.to_owned()
                } else {
                    format!("{heading}: {}", column.label)
                };
                one.part = Some(text.clone());
                all.push((at, Show::Part(n + 1), one));
            }
        }
        for (at, column) in figures().filter(|_| pivot.totals) {
            let mut one = column.shown();
            one.label = format!("{}, total", column.label);
            all.push((at, Show::Part(0), one));
        }
    } else {
        for (at, column) in shown() {
            let one = column.shown();
            let beside = definition.compare.is_some() && column.dimension().is_none();
            let part = |name: &str, words: &str| ResultColumn {
                id: format!("{}@{name}", one.id),
                label: format!("{}, {words}", one.label),
                part: Some(name.to_owned()),
                ..one.clone()
            };
            all.push((at, Show::Part(0), one.clone()));
            if definition.is_dated(column) {
                all.push((at, Show::Earlier, part("before", "before")));
            }
            if beside {
                all.push((at, Show::Part(1), part("before", "before")));
            }
            if beside && one.kind.is_number() {
                all.push((at, Show::Change, part("change", "change")));
                let rate = ResultColumn {
                    kind: Kind::Percent,
                    scale: 4,
                    ..part("rate", "change in percent")
                };
                all.push((at, Show::Rate, rate));
            }
        }
    }
    all.into_iter()
        .map(|(at, show, column)| (Output { at, show }, column))
        .unzip()
}

/// What people see of a value; `None` of nothing.
pub(super) fn text(member: &Member, answer: &Answer) -> Option<String> {
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
