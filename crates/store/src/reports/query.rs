//! Questions of reports as statements over the secured sources: the same builder for both databases, and never a table
//! itself. What a question means, and what is computed from its rows, is decided elsewhere.

use std::pin::Pin;
use std::time::Duration;

use futures_util::{FutureExt as _, Stream, TryStreamExt as _};
use quaymaster_domain::access::ReadScope;
use quaymaster_domain::reports::{Extreme, Source, Term};
use sea_orm::sea_query::{
    Alias, BinOper, Condition, Expr, ExprTrait, Func, NullOrdering, Order, Query, SelectStatement,
    SimpleExpr,
};
use sea_orm::{DbBackend, DbErr, QueryResult, StreamTrait};

use super::{months, secured};
use crate::db::Db;
use crate::error::StoreError;
use crate::records::source::record_months;
use crate::records::write::epoch;
use crate::row;

/// The most rows that are handed over at once.
const SOME: usize = 256;

/// Who has taken more rows than these waits for a moment when none is there, and not for the next one alone: on SQLite each
/// row comes from another thread, and to be woken for every one of them costs more than to read it.
const MANY: usize = 512;
const MOMENT: Duration = Duration::from_millis(1);

/// A value that is compared with.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Operand {
    /// A text.
    Text(String),
    /// A whole number.
    Int(i64),
}

impl Operand {
    fn expr(&self) -> SimpleExpr {
        match self {
            Self::Text(text) => Expr::value(text.clone()),
            Self::Int(number) => Expr::value(*number),
        }
    }
}

/// How is compared.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Comparison {
    /// One of these.
    In,
    /// None of these; an empty cell is none of them.
    NotIn,
    /// From the first to the second, both included.
    Between,
    /// At least.
    AtLeast,
    /// At most.
    AtMost,
    /// More.
    MoreThan,
    /// Less.
    LessThan,
    /// Begins with, letter by letter.
    Begins,
    /// Has in it, letter by letter.
    Contains,
    /// Nothing there.
    Empty,
    /// Something there.
    NotEmpty,
}

/// Which rows count.
#[derive(Clone, Debug, PartialEq)]
pub enum Filter {
    /// All of these.
    All(Vec<Filter>),
    /// Any of these.
    Any(Vec<Filter>),
    /// A comparison with a dimension.
    Compare(Term, Comparison, Vec<Operand>),
}

impl Filter {
    fn condition(&self, backend: DbBackend) -> Condition {
        match self {
            Self::All(parts) => parts.iter().fold(Condition::all(), |all, part| {
                all.add(part.condition(backend))
            }),
            Self::Any(parts) => parts.iter().fold(Condition::any(), |any, part| {
                any.add(part.condition(backend))
            }),
            Self::Compare(term, how, values) => compare(*term, *how, values, backend),
        }
    }

    fn columns(&self, all: &mut Vec<&'static str>) {
        match self {
            Self::All(parts) | Self::Any(parts) => {
                for part in parts {
                    part.columns(all);
                }
            }
            Self::Compare(term, ..) => all.extend(term.column()),
        }
    }
}

fn compare(term: Term, how: Comparison, values: &[Operand], backend: DbBackend) -> Condition {
    // Less and more go by the letters' codes on both databases.
    let ordered = || {
        if term.is_text() {
            by_code(expr(term), backend)
        } else {
            expr(term)
        }
    };
    let list = || values.iter().map(Operand::expr).collect::<Vec<_>>();
    let first = || values.first().map_or(Expr::value(""), Operand::expr);
    let text = || match values.first() {
        Some(Operand::Text(text)) => text.clone(),
        _ => String::new(),
    };
    let one = match how {
        Comparison::In => expr(term).is_in(list()),
        Comparison::NotIn => {
            return Condition::any()
                .add(expr(term).is_null())
                .add(expr(term).is_not_in(list()));
        }
        Comparison::Between => {
            let last = values.get(1).map_or_else(first, Operand::expr);
            ordered().between(first(), last)
        }
        Comparison::AtLeast => ordered().gte(first()),
        Comparison::AtMost => ordered().lte(first()),
        Comparison::MoreThan => ordered().gt(first()),
        Comparison::LessThan => ordered().lt(first()),
        Comparison::Begins => {
            // Both databases compare the front with `=`: LIKE differs in case.
            let wanted = text();
            let length = i32::try_from(wanted.chars().count()).unwrap_or(i32::MAX);
            front(expr(term), length).eq(wanted)
        }
        Comparison::Contains => {
            let name = match backend {
                DbBackend::Postgres => "strpos",
                _ => "instr",
            };
            let place: SimpleExpr = Func::cust(Alias::new(name))
                .arg(expr(term))
                .arg(text())
                .into();
            place.gt(0)
        }
        Comparison::Empty => expr(term).is_null(),
        Comparison::NotEmpty => expr(term).is_not_null(),
    };
    Condition::all().add(one)
}

/// SQLite compares texts by code unless told otherwise; PostgreSQL by the language of the database.
fn by_code(text: SimpleExpr, backend: DbBackend) -> SimpleExpr {
    match backend {
        DbBackend::Postgres => text.binary(BinOper::Custom("COLLATE"), Expr::col(Alias::new("C"))),
        _ => text,
    }
}

fn front(text: SimpleExpr, length: i32) -> SimpleExpr {
    Func::cust(Alias::new("substr"))
        .arg(text)
        .arg(1)
        .arg(length)
        .into()
}

fn part(text: SimpleExpr, from: i32, length: i32) -> SimpleExpr {
    Func::cust(Alias::new("substr"))
        .arg(text)
        .arg(from)
        .arg(length)
        .into()
}

/// `2026-Q1` of `2026-03-31`; nothing of nothing.
fn quarter(date: SimpleExpr) -> SimpleExpr {
    let until = |month: &'static str| part(date.clone(), 6, 2).lte(month);
    let name: SimpleExpr = Expr::case(until("03"), "-Q1")
        .case(until("06"), "-Q2")
        .case(until("09"), "-Q3")
        .finally("-Q4")
        .into();
    front(date, 4).binary(BinOper::Custom("||"), name)
}

/// `2027` of `2026-10-01`; nothing of nothing.
fn fiscal_year(date: SimpleExpr) -> SimpleExpr {
    let year = front(date.clone(), 4);
    let next = year.clone().cast_as(Alias::new("BIGINT")).add(1_i64);
    Expr::case(part(date, 6, 2).gte("10"), next.cast_as(Alias::new("TEXT")))
        .finally(year)
        .into()
}

fn expr(term: Term) -> SimpleExpr {
    let of = |column: &'static str| Expr::col((Alias::new("r"), Alias::new(column)));
    match term {
        Term::Text(column) | Term::Int(column) => of(column),
        Term::Month(column) => front(of(column), 7),
        Term::Prefix(column, length) => front(of(column), length),
        Term::Quarter(column) => quarter(of(column)),
        Term::FiscalYear(column) => fiscal_year(of(column)),
        // PostgreSQL sums big integers up to numeric. Rows without an amount add nothing, here as in the monthly sums.
        Term::Sum(column) => Func::coalesce([Func::sum(of(column)).into(), Expr::value(0)])
            .cast_as(Alias::new("BIGINT")),
        Term::Count => Func::count(Expr::value(1)).cast_as(Alias::new("BIGINT")),
        Term::Filled(column) => Func::count(of(column)).cast_as(Alias::new("BIGINT")),
        Term::Extreme(Extreme { column, most, .. }) => {
            if most {
                Func::max(of(column)).into()
            } else {
                Func::min(of(column)).into()
            }
        }
        Term::Distinct(of) => Func::count_distinct(expr(*of)).cast_as(Alias::new("BIGINT")),
    }
}

/// A question.
#[derive(Clone, Debug)]
pub struct Question {
    /// Of which rows.
    pub source: Source,
    /// What is wanted; groups are made of everything that is not computed over a group.
    pub terms: Vec<Term>,
    /// One row for each group instead of one for each row of the source.
    pub grouped: bool,
    /// Which rows count.
    pub filter: Option<Filter>,
    /// By which terms, by their place; true for descending. Every other text follows, so that the order is total.
    pub order: Vec<(usize, bool)>,
    /// At most so many rows.
    pub limit: u64,
}

/// A cell of an answer.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Answer {
    /// Nothing there.
    Empty,
    /// A text.
    Text(String),
    /// A whole number.
    Int(i64),
}

/// What a term of a single row is: a measure is the number of the row itself, and a row counts as one.
fn single(term: Term) -> SimpleExpr {
    match term {
        Term::Sum(column) => expr(Term::Int(column)),
        Term::Extreme(of) if of.text => expr(Term::Text(of.column)),
        Term::Extreme(of) => expr(Term::Int(of.column)),
        Term::Count | Term::Filled(_) | Term::Distinct(_) => {
            Expr::value(1_i64).cast_as(Alias::new("BIGINT"))
        }
        other => expr(other),
    }
}

fn name(place: usize) -> Alias {
    Alias::new(format!("t{place}"))
}

/// The columns of the source that a question needs.
fn columns(question: &Question) -> Vec<&'static str> {
    let mut columns: Vec<&'static str> = question.terms.iter().filter_map(|t| t.column()).collect();
    if let Some(filter) = &question.filter {
        filter.columns(&mut columns);
    }
    columns.extend(key(question));
    if columns.is_empty() {
        columns.extend(question.source.key());
    }
    columns.sort_unstable();
    columns.dedup();
    columns
}

/// What tells single rows apart; groups are told apart by their terms.
fn key(question: &Question) -> &'static [&'static str] {
    if question.grouped {
        &[]
    } else {
        question.source.key()
    }
}

/// A question as a statement over the rows that may be seen. The groups, or the single rows, are made within; the order and
/// the limit are outside, where terms have names.
fn statement(question: &Question, seen: SelectStatement, backend: DbBackend) -> SelectStatement {
    let key = key(question);
    let mut rows = Query::select();
    rows.from_subquery(seen, Alias::new("r"));
    for (place, term) in question.terms.iter().enumerate() {
        if question.grouped {
            rows.expr_as(expr(*term), name(place));
            if !term.is_aggregate() {
                rows.add_group_by([Expr::col(name(place))]);
            }
        } else {
            rows.expr_as(single(*term), name(place));
        }
    }
    for (place, column) in key.iter().enumerate() {
        rows.expr_as(
            Expr::col((Alias::new("r"), Alias::new(*column))),
            Alias::new(format!("k{place}")),
        );
    }
    if let Some(filter) = &question.filter {
        rows.cond_where(filter.condition(backend));
    }
    let mut select = Query::select();
    select.from_subquery(rows.take(), Alias::new("q"));
    let outer = |alias: Alias| Expr::col((Alias::new("q"), alias));
    for place in 0..question.terms.len() {
        select.expr(outer(name(place)));
    }
    let ordered = |place: usize, term: Term| {
        if term.is_text() {
            by_code(outer(name(place)), backend)
        } else {
            outer(name(place))
        }
    };
    for (place, descending) in &question.order {
        if let Some(term) = question.terms.get(*place) {
            let order = if *descending { Order::Desc } else { Order::Asc };
            select.order_by_expr_with_nulls(ordered(*place, *term), order, NullOrdering::Last);
        }
    }
    if question.grouped {
        for (place, term) in question.terms.iter().enumerate() {
            let named = question.order.iter().any(|(at, _)| *at == place);
            if !term.is_aggregate() && !named {
                select.order_by_expr_with_nulls(
                    ordered(place, *term),
                    Order::Asc,
                    NullOrdering::Last,
                );
            }
        }
    }
    for place in 0..key.len() {
        select.order_by_expr(outer(Alias::new(format!("k{place}"))), Order::Asc);
    }
    // A limit is a signed number to the databases.
    select.limit(Ord::min(question.limit, i64::MAX.unsigned_abs()));
    select.take()
}

/// The statement over the monthly sums, when they know the answer and are in step with the records.
async fn by_months(
    db: &Db,
    question: &Question,
    scope: &ReadScope,
    backend: DbBackend,
) -> Result<Option<SelectStatement>, StoreError> {
    let Some(sums) = months::rewritten(question) else {
        return Ok(None);
    };
    let Some(seen) = record_months(scope, backend, &columns(&sums)) else {
        return Ok(None);
    };
    let epoch = epoch(&db.reader()).await?;
    Ok((epoch.months == epoch.facts).then(|| statement(&sums, seen, backend)))
}

/// How many rows of its source a question is put to, counted no further than `most`.
///
/// # Errors
/// When the database cannot answer.
pub async fn count_up_to(
    db: &Db,
    question: &Question,
    scope: &ReadScope,
    most: u64,
) -> Result<u64, StoreError> {
    let connection = db.pools().0;
    let backend = connection.get_database_backend();
    let mut of: Vec<&'static str> = question.source.key().to_vec();
    if let Some(filter) = &question.filter {
        filter.columns(&mut of);
    }
    of.sort_unstable();
    of.dedup();
    let mut some = Query::select();
    some.expr_as(Expr::value(1), name(0))
        .from_subquery(
            secured(question.source, scope, backend, &of),
            Alias::new("r"),
        )
        .limit(Ord::min(most, i64::MAX.unsigned_abs()));
    if let Some(filter) = &question.filter {
        some.cond_where(filter.condition(backend));
    }
    let mut select = Query::select();
    select
        .expr(Func::count(Expr::value(1)).cast_as(Alias::new("BIGINT")))
        .from_subquery(some.take(), Alias::new("q"));
    let mut rows = connection.stream(&select).await?;
    let found: i64 = match rows.try_next().await? {
        Some(row) => row.try_get_by_index(0)?,
        None => 0,
    };
    Ok(u64::try_from(found).unwrap_or(0))
}

/// True when a question reads more than so many rows of trade records, which no index narrows to a period and no monthly sums
/// answer. Importers and filers that it names count.
///
/// # Errors
/// When the database cannot answer.
pub async fn reads_more_than(
    db: &Db,
    question: &Question,
    scope: &ReadScope,
    most: u64,
) -> Result<bool, StoreError> {
    if !matches!(question.source, Source::Entries | Source::Lines)
        || question.filter.as_ref().is_some_and(months::in_a_period)
    {
        return Ok(false);
    }
    let backend = db.pools().0.get_database_backend();
    if by_months(db, question, scope, backend).await?.is_some() {
        return Ok(false);
    }
    // The sums know how many there are without looking at each.
    let counted = Question {
        source: Source::Lines,
        grouped: true,
        terms: vec![match question.source {
            Source::Entries => Term::Sum("is_first"),
            _ => Term::Count,
        }],
        filter: question.filter.as_ref().and_then(months::parties),
        order: Vec::new(),
        limit: 1,
    };
    if by_months(db, &counted, scope, backend).await?.is_some() {
        let found = std::sync::Mutex::new(0);
        ask(db, &counted, scope, |rows| {
            let first = rows.first().and_then(|answers| answers.first());
            if let (Some(Answer::Int(count)), Ok(mut found)) = (first, found.lock()) {
                *found = u64::try_from(*count).unwrap_or(0);
            }
            std::future::ready(true)
        })
        .await?;
        return Ok(found.into_inner().is_ok_and(|found| found > most));
    }
    let of = Question {
        filter: counted.filter,
        ..question.clone()
    };
    Ok(count_up_to(db, &of, scope, most.saturating_add(1)).await? > most)
}

/// Asks, and hands the rows over, some at a time as they come, until `take` says that it has enough. The statement ends when
/// the caller drops this.
///
/// # Errors
/// When the database cannot answer.
pub async fn ask<F, Next>(
    db: &Db,
    question: &Question,
    scope: &ReadScope,
    mut take: F,
) -> Result<(), StoreError>
where
    F: FnMut(Vec<Vec<Answer>>) -> Next,
    Next: Future<Output = bool>,
{
    let connection = db.pools().0;
    let backend = connection.get_database_backend();
    let by_months = by_months(db, question, scope, backend).await?;
    // The sums are so few that a plan for the values at hand costs more than it saves.
    let few = by_months.is_some();
    let select = by_months.unwrap_or_else(|| {
        let seen = secured(question.source, scope, backend, &columns(question));
        statement(question, seen, backend)
    });
    let planned;
    let mut rows: Pin<Box<dyn Stream<Item = Result<QueryResult, DbErr>> + Send>> = match backend {
        DbBackend::Postgres if !few => {
            planned = db.planned_for_its_values().await?;
            Box::pin(planned.stream(&select).await?)
        }
        _ => Box::pin(connection.stream(&select).await?),
    };
    let mut some = Vec::new();
    let mut taken = 0;
    loop {
        let row = match rows.try_next().now_or_never() {
            Some(row) => row?,
            None => {
                if !some.is_empty() && !take(std::mem::take(&mut some)).await {
                    return Ok(());
                }
                if taken > MANY {
                    tokio::time::sleep(MOMENT).await;
                }
                rows.try_next().await?
            }
        };
        let Some(row) = row else { break };
        let mut cells = row::Cells::of(&row)?;
        let mut answers = Vec::with_capacity(question.terms.len());
        for term in &question.terms {
            answers.push(if term.is_text() {
                let text: Option<String> = cells.take()?;
                text.map_or(Answer::Empty, Answer::Text)
            } else {
                let number: Option<i64> = cells.take()?;
                number.map_or(Answer::Empty, Answer::Int)
            });
        }
        some.push(answers);
        taken += 1;
        if some.len() == SOME && !take(std::mem::take(&mut some)).await {
            return Ok(());
        }
    }
    if !some.is_empty() {
        take(some).await;
    }
    Ok(())
}
