//! What a definition means: its members, checks with the place of every mistake, prompts with relative dates, and what is
//! asked for it. The passes over the rows are below; how rows are fetched is the store's business.

mod chart;
mod lower;
mod pass;
mod periods;

use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Arc, Mutex, PoisonError};

use chrono::{DateTime, Utc};
use quaymaster_domain::access::{AccountData, ReadScope};
use quaymaster_domain::reports::{Source, Term};
use quaymaster_store::reports::query::{self as query, Answer, Filter, Question};
use serde_json::Value;
use tokio::sync::mpsc;

use self::lower::{From, Output, Terms};
use self::pass::{Gather, Pass, Row, Set};
use self::periods::Shift;
use super::definition::{Definition, Read};
use super::members::{self, Member};
use super::prompts;
use super::table::{ResultColumn, ResultRow};
use crate::Services;
use crate::error::{Fault, FieldFault};

pub(super) use self::chart::chart;
pub(super) use super::members::{Standard, catalogue};

/// Groups whose different values are counted for totals.
const MOST_GROUPS: usize = 50_000;

/// Groups, and cells of them, that are looked at together before the first is shown.
const MOST_GATHERED: usize = 50_000;
const MOST_CELLS: usize = 1_000_000;

/// Values of a pivot, and columns of a result that it makes.
const MOST_VALUES: usize = 24;
const MOST_OUTPUTS: usize = 256;

/// How many rows are handed over at once, and how often before whoever makes them waits for whoever keeps them.
const AT_ONCE: usize = 256;
pub(super) const WAITING: usize = 8;

/// More rows than there can be, in the numbers that both databases bind.
const NO_LIMIT: u64 = i64::MAX as u64;

/// A question that was checked and is ready to be asked.
#[derive(Clone, Debug)]
pub(super) struct Prepared(Arc<Parts>);

#[derive(Clone, Debug)]
struct Parts {
    definition: Definition,
    question: Question,
    /// What is asked for, and where the columns find it.
    terms: Terms,
    /// In which order rows stand, by the places of columns; true for descending.
    order: Vec<(usize, bool)>,
    /// The filter of the other one of two periods.
    earlier: Option<Filter>,
    /// How far that one lies back, and the places of the columns that are of its date.
    shift: Option<(Shift, Vec<usize>)>,
    /// What holds for the rows of each subject alone; the main one first.
    branches: Vec<Branch>,
    /// The values of the pivot, once they are known.
    values: Vec<Answer>,
    outputs: Vec<Output>,
    columns: Vec<ResultColumn>,
    canonical: String,
    prompts: Vec<(String, String)>,
}

/// A subject of the report.
#[derive(Clone, Debug)]
struct Branch {
    source: Source,
    filter: Option<Filter>,
}

impl Parts {
    /// What is asked of a branch for a period, and the places of its answers among the terms: what names the groups of all, and
    /// its own figures. Measures of two subjects never meet by a join.
    fn asked(&self, at: usize, branch: &Branch, side: usize) -> (Vec<usize>, Question) {
        let places: Vec<usize> = (0..self.terms.terms.len())
            .filter(|place| {
                let of = self.terms.branches.get(*place).copied().flatten();
                of.is_none_or(|of| of == at)
            })
            .collect();
        let period = if side == 0 {
            self.question.filter.clone()
        } else {
            self.earlier.clone()
        };
        let term = |place: &usize| self.terms.terms.get(*place).copied();
        let question = Question {
            source: branch.source,
            terms: places.iter().filter_map(term).collect(),
            filter: prompts::both_of([period, branch.filter.clone()]),
            ..self.question.clone()
        };
        (places, question)
    }

    /// Answers of a branch at their places among the terms. Dates of the earlier period are moved to the later one, beside
    /// which they stand.
    fn in_place(&self, side: usize, places: &[usize], answers: Vec<Answer>) -> Vec<Answer> {
        let mut row = vec![Answer::Empty; self.terms.terms.len()];
        for (place, answer) in places.iter().zip(answers) {
            if let Some(cell) = row.get_mut(*place) {
                *cell = answer;
            }
        }
        let Some((shift, dated)) = self.shift.as_ref().filter(|_| side == 1) else {
            return row;
        };
        for place in dated {
            if let Some(Answer::Text(text)) = row.get_mut(*place)
                && let Some(later) = shift.later(text)
            {
                *text = later;
            }
        }
        row
    }

    /// The place of a column.
    fn at(&self, id: &str) -> Option<usize> {
        self.definition.columns.iter().position(|c| c.id == id)
    }

    /// The place of the term of a column that is a member.
    fn place_of(&self, id: &str) -> Option<usize> {
        match self.terms.from.get(self.at(id)?)? {
            From::Term(place) => Some(*place),
            _ => None,
        }
    }

    /// The places of the terms of the breaks.
    fn breaks(&self) -> impl Iterator<Item = usize> {
        let breaks = self.definition.breaks.iter();
        breaks.filter_map(move |id| self.place_of(id))
    }

    /// The place of the term whose values become columns.
    fn pivot(&self) -> Option<usize> {
        self.place_of(&self.definition.pivot.as_ref()?.column)
    }

    /// How many parts stand beside each other, the first among them.
    fn sides(&self) -> usize {
        1 + self.values.len() + usize::from(self.earlier.is_some())
    }

    /// Whether all groups are known before the first one is shown.
    fn gathers(&self) -> bool {
        self.definition.pivot.is_some()
            || self.branches.len() > 1
            || self.earlier.is_some()
            || self
                .terms
                .from
                .iter()
                .any(|from| matches!(from, From::Rank(_) | From::Share(_)))
            || self
                .order
                .iter()
                .any(|(at, _)| !matches!(self.terms.from.get(*at), Some(From::Term(_))))
    }
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

    /// The kinds of account data that the rows are of, each with its place in the definition; `None` for trade records.
    pub(super) fn account_data(&self) -> impl Iterator<Item = (String, Option<AccountData>)> {
        self.0.branches.iter().enumerate().map(|(n, branch)| {
            let at = match n.checked_sub(1) {
                None => "/definition/subject".to_owned(),
                Some(n) => format!("/definition/merge/{n}/subject"),
            };
            (at, branch.source.account_data())
        })
    }

    /// True when all rows are of trade records, whose changes are counted.
    pub(super) fn of_records(&self) -> bool {
        self.account_data().all(|(_, kind)| kind.is_none())
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
    let prompts::Answered { filter, own, shown } = prompts::resolve(&definition, values, today)?;
    let main = Branch {
        source: members::source(&definition.subject),
        filter: None,
    };
    let others = definition.merge.iter().zip(own);
    let branches: Vec<Branch> = std::iter::once(main)
        .chain(others.map(|(merge, filter)| Branch {
            source: members::source(&merge.subject),
            filter,
        }))
        .collect();
    let terms = Terms::of(&definition);
    let order = lower::order(&definition, &terms);
    let (earlier, shift) = match &definition.compare {
        Some(compare) => {
            let (earlier, shift) = periods::earlier(compare, filter.as_ref())?;
            let dated = dated(&definition, &terms, shift)?;
            (Some(earlier), Some((shift, dated)))
        }
        None => (None, None),
    };
    let question = Question {
        source: members::source(&definition.subject),
        grouped: definition.aggregate,
        terms: terms.terms.clone(),
        filter,
        order: Vec::new(),
        limit: NO_LIMIT,
    };
    let (outputs, columns) = lower::outputs(&definition, &[]);
    let canonical = format!(
        "{:?} {:?} {:?} {:?} {:?} {:?}",
        definition, question.filter, earlier, branches, today, zone
    );
    let mut parts = Parts {
        question,
        terms,
        order,
        earlier,
        shift,
        branches,
        values: Vec::new(),
        outputs,
        columns,
        canonical,
        prompts: shown,
        definition,
    };
    if !parts.gathers() {
        let place = |(at, desc): &(usize, bool)| match parts.terms.from.get(*at) {
            Some(From::Term(place)) => Some((*place, *desc)),
            _ => None,
        };
        parts.question.order = parts.order.iter().filter_map(place).collect();
    }
    Ok(Prepared(Arc::new(parts)))
}

/// The places of the columns of the date that two periods differ in; refused where these would not stand beside each other.
fn dated(definition: &Definition, terms: &Terms, shift: Shift) -> Result<Vec<usize>, Fault> {
    let mut places = Vec::new();
    for (n, (column, from)) in definition.columns.iter().zip(&terms.from).enumerate() {
        let member = column.dimension().filter(|_| definition.is_dated(column));
        let (Some(member), From::Term(place)) = (member, from) else {
            continue;
        };
        if !shift.keeps(member.term) {
            return Err(Fault::field(
                &format!("/definition/columns/{n}"),
                "invalid",
                "months and quarters stand beside each other when the period is one of whole months or quarters; choose the day",
            ));
        }
        places.push(*place);
    }
    Ok(places)
}

/// Which rows the prompts before one leave.
#[derive(Clone, Debug)]
pub(super) struct Left {
    /// The dimension that the prompt is compared with.
    pub member: Member,
    /// Of which sources, each with its place in the definition.
    pub sources: Vec<(String, Source, Option<Filter>)>,
}

/// What is left to choose from in a prompt after those before it.
pub(super) fn left(
    definition: &Value,
    prompt: &str,
    values: &Value,
    zone: &str,
    asked_at: DateTime<Utc>,
) -> Result<Left, Fault> {
    let definition = read(definition)?;
    let unfit = |words: &str| Fault::field("/prompt", "invalid", words);
    if !definition.prompts.iter().any(|p| p.id == prompt) {
        return Err(unfit("this report has no such prompt"));
    }
    let today = prompts::today(zone, asked_at);
    let before = prompts::before(&definition, prompt, values, today)?
        .ok_or_else(|| unfit("nothing in this report is compared with this prompt"))?;
    let source = |(at, filter): (usize, Option<Filter>)| {
        let (place, subject) = match at.checked_sub(1) {
            None => ("/definition/subject".to_owned(), &definition.subject),
            Some(n) => (
                format!("/definition/merge/{n}/subject"),
                &definition.merge.get(n)?.subject,
            ),
        };
        Some((place, members::source(subject), filter))
    };
    Ok(Left {
        member: before.member,
        sources: before.branches.into_iter().filter_map(source).collect(),
    })
}

/// The same with the values of its pivot, which are columns from here on.
pub(super) async fn with_values(
    s: &Services,
    prepared: Prepared,
    scope: &ReadScope,
) -> Result<Prepared, Fault> {
    let parts = &prepared.0;
    let Some(place) = parts.pivot() else {
        return Ok(prepared);
    };
    let found = Mutex::new(BTreeSet::new());
    for (at, branch) in parts.branches.iter().enumerate() {
        let question = Question {
            terms: parts.terms.terms.get(place).copied().into_iter().collect(),
            order: vec![(0, false)],
            limit: MOST_VALUES as u64 + 1,
            ..parts.asked(at, branch, 0).1
        };
        query::ask(&s.db, &question, scope, |rows| {
            let mut found = found.lock().unwrap_or_else(PoisonError::into_inner);
            found.extend(rows.into_iter().flatten());
            std::future::ready(true)
        })
        .await?;
    }
    // Nothing comes last, as the databases order it.
    let mut found = found.into_inner().unwrap_or_else(PoisonError::into_inner);
    let empty = found.take(&Answer::Empty);
    let values: Vec<Answer> = found.into_iter().chain(empty).collect();
    let unfit = |words: String| Fault::field("/definition/pivot/col", "invalid", words);
    if values.len() > MOST_VALUES {
        return Err(unfit(format!(
            "this has more than {MOST_VALUES} different values, too many to stand beside each other; filter, or choose another column"
        )));
    }
    let (outputs, columns) = lower::outputs(&parts.definition, &values);
    if outputs.len() > MOST_OUTPUTS {
        return Err(unfit(format!(
            "this makes more than {MOST_OUTPUTS} columns; filter, or take measures away"
        )));
    }
    Ok(Prepared(Arc::new(Parts {
        values,
        outputs,
        columns,
        ..Parts::clone(parts)
    })))
}

/// The first rows, for a preview.
pub(super) async fn first_rows(
    s: &Services,
    prepared: &Prepared,
    scope: &ReadScope,
    limit: u64,
) -> Result<(Vec<ResultRow>, bool), Fault> {
    let (send, mut rows) = mpsc::channel(WAITING);
    let asking = self::rows(s, prepared, scope, limit, send);
    let keeping = async {
        let mut all = Vec::new();
        while let Some(some) = rows.recv().await {
            all.extend(some);
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
    send: mpsc::Sender<Vec<ResultRow>>,
) -> Result<bool, Fault> {
    let parts = &prepared.0;
    let counts = counts(s, parts, scope).await?;
    if parts.gathers() {
        let (found, whole) = gather(s, parts, scope).await?;
        let mut pass = Pass::new(parts, limit, counts, Some(whole));
        for some in found.chunks(AT_ONCE) {
            let rows = some.iter().flat_map(|row| pass.push(row)).collect();
            if send.send(rows).await.is_err() {
                return Ok(pass.cut);
            }
        }
        return Ok(finish(pass, send).await);
    }
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
    let pass = Mutex::new(Pass::new(parts, limit, counts, None));
    query::ask(&s.db, &question, scope, |some| {
        let (rows, go_on) = {
            let mut pass = pass.lock().unwrap_or_else(PoisonError::into_inner);
            let mut rows = Vec::with_capacity(some.len());
            for answers in some {
                rows.extend(pass.push(&Row::of(vec![answers])));
            }
            (rows, totals || !pass.cut)
        };
        let send = &send;
        async move { send.send(rows).await.is_ok() && go_on }
    })
    .await?;
    let pass = pass.into_inner().unwrap_or_else(PoisonError::into_inner);
    Ok(finish(pass, send).await)
}

/// True when a question goes through more rows than somebody waits for.
pub(super) async fn too_large(
    s: &Services,
    prepared: &Prepared,
    scope: &ReadScope,
) -> Result<bool, Fault> {
    let parts = &prepared.0;
    for (at, branch) in parts.branches.iter().enumerate() {
        let (_, question) = parts.asked(at, branch, 0);
        let most = s.settings.report_rows_without_period;
        if query::reads_more_than(&s.db, &question, scope, most).await? {
            return Ok(true);
        }
    }
    Ok(false)
}

/// How many rows there will be, exactly, where that is cheaper to know than the rows: for single rows that none of their
/// figures leaves out. Others are not counted before they are there.
pub(super) async fn expected(
    s: &Services,
    prepared: &Prepared,
    scope: &ReadScope,
    limit: u64,
) -> Result<Option<u64>, Fault> {
    let parts = &prepared.0;
    let definition = &parts.definition;
    let more = definition.grand_total || !definition.breaks.is_empty();
    if definition.aggregate || definition.having.is_some() || definition.top.is_some() || more {
        return Ok(None);
    }
    let question = Question {
        grouped: true,
        terms: vec![Term::Count],
        order: Vec::new(),
        ..parts.question.clone()
    };
    let found = Mutex::new(None);
    query::ask(&s.db, &question, scope, |rows| {
        if let Some(Answer::Int(count)) = rows.first().and_then(|answers| answers.first()) {
            let mut found = found.lock().unwrap_or_else(PoisonError::into_inner);
            *found = u64::try_from(*count).ok();
        }
        std::future::ready(true)
    })
    .await?;
    let found = found.into_inner().unwrap_or_else(PoisonError::into_inner);
    Ok(found.map(|count: u64| count.min(limit)))
}

async fn finish(mut pass: Pass<'_>, send: mpsc::Sender<Vec<ResultRow>>) -> bool {
    let last = pass.finish();
    // Nobody may listen any more; there is nothing left to say then.
    let _ = send.send(last).await;
    pass.cut
}

/// All groups, in the order in which they are shown, and their whole.
async fn gather(s: &Services, parts: &Parts, scope: &ReadScope) -> Result<(Vec<Row>, Set), Fault> {
    let gathered = Mutex::new(Gather::new(parts));
    for side in 0..=usize::from(parts.earlier.is_some()) {
        for (at, branch) in parts.branches.iter().enumerate() {
            let (places, question) = parts.asked(at, branch, side);
            query::ask(&s.db, &question, scope, |rows| {
                let mut all = gathered.lock().unwrap_or_else(PoisonError::into_inner);
                for answers in rows {
                    all.take(side, parts.in_place(side, &places, answers));
                }
                std::future::ready(all.len() <= MOST_GATHERED && all.cells() <= MOST_CELLS)
            })
            .await?;
        }
    }
    let all = gathered
        .into_inner()
        .unwrap_or_else(PoisonError::into_inner);
    if all.len() > MOST_GATHERED || all.cells() > MOST_CELLS {
        return Err(Fault::field(
            "/definition",
            "invalid",
            format!(
                "a pivot, two periods, merged subjects, ranks, shares and an order by a calculated column are for at most {MOST_GATHERED} groups and {MOST_CELLS} cells; filter, or take columns away"
            ),
        ));
    }
    Ok(all.rows())
}

/// Counts of different values for the totals, by how many break columns are fixed: they do not add up, so each level is
/// counted anew. Nothing where groups are left out by their figures, since what is left cannot be counted that way.
type Counts = Vec<BTreeMap<Vec<Answer>, Vec<(usize, Answer)>>>;

async fn counts(s: &Services, parts: &Parts, scope: &ReadScope) -> Result<Counts, Fault> {
    let definition = &parts.definition;
    let all = parts.terms.terms.iter().zip(&parts.terms.branches);
    let counted: Vec<(usize, Term, Option<usize>)> = all
        .enumerate()
        .filter(|(_, (term, _))| matches!(term, Term::Distinct(_)))
        .map(|(place, (term, branch))| (place, *term, *branch))
        .collect();
    let totals = definition.grand_total || !definition.breaks.is_empty();
    if counted.is_empty() || definition.having.is_some() || !totals {
        return Ok(Counts::new());
    }
    let fixed: Vec<Term> = parts
        .breaks()
        .filter_map(|place| parts.terms.terms.get(place).copied())
        .collect();
    let mut levels = Counts::new();
    for level in 0..=fixed.len() {
        let found = Mutex::new(BTreeMap::<_, Vec<_>>::new());
        for (at, branch) in parts.branches.iter().enumerate() {
            let own = counted.iter().filter(|(_, _, of)| *of == Some(at));
            let (places, own): (Vec<usize>, Vec<Term>) =
                own.map(|(place, term, _)| (*place, *term)).unzip();
            if own.is_empty() {
                continue;
            }
            let mut terms = fixed.get(..level).unwrap_or_default().to_vec();
            terms.extend(own);
            let question = Question {
                terms,
                order: Vec::new(),
                ..parts.asked(at, branch, 0).1
            };
            query::ask(&s.db, &question, scope, |rows| {
                let mut found = found.lock().unwrap_or_else(PoisonError::into_inner);
                for mut answers in rows {
                    let numbers = answers.split_off(level);
                    let group: &mut Vec<_> = found.entry(answers).or_default();
                    group.extend(places.iter().copied().zip(numbers));
                }
                std::future::ready(found.len() < MOST_GROUPS)
            })
            .await?;
        }
        let found: BTreeMap<_, _> = found.into_inner().unwrap_or_else(PoisonError::into_inner);
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
