//! Questions of reports as statements over the secured sources of trade records: the same builder for both databases, and
//! never a table itself. What a question means, and what is computed from its rows, is decided in the service.

use futures_util::TryStreamExt as _;
use quaymaster_domain::access::ReadScope;
use sea_orm::StreamTrait;
use sea_orm::sea_query::{
    Alias, Condition, Expr, ExprTrait, Func, NullOrdering, Order, Query, SelectStatement,
    SimpleExpr,
};

use crate::db::Db;
use crate::error::StoreError;
use crate::records::source;

/// Which rows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Source {
    /// One row for an entry summary.
    Entries,
    /// One row for a tariff ordinal of a line.
    Lines,
}

/// What is computed of a row or of a group. The names are columns of the source.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Term {
    /// A text.
    Text(&'static str),
    /// The month of an ISO date.
    Month(&'static str),
    /// The first characters of a text.
    Prefix(&'static str, i32),
    /// A whole number.
    Int(&'static str),
    /// The sum of whole numbers.
    Sum(&'static str),
    /// The number of rows.
    Count,
}

impl Term {
    const fn column(self) -> Option<&'static str> {
        match self {
            Self::Text(c) | Self::Month(c) | Self::Prefix(c, _) | Self::Int(c) | Self::Sum(c) => {
                Some(c)
            }
            Self::Count => None,
        }
    }

    const fn is_text(self) -> bool {
        matches!(self, Self::Text(_) | Self::Month(_) | Self::Prefix(..))
    }

    const fn is_aggregate(self) -> bool {
        matches!(self, Self::Sum(_) | Self::Count)
    }

    fn expr(self) -> SimpleExpr {
        let of = |column: &'static str| Expr::col((Alias::new("r"), Alias::new(column)));
        let prefix = |column, length: i32| -> SimpleExpr {
            Func::cust(Alias::new("substr"))
                .arg(of(column))
                .arg(1)
                .arg(length)
                .into()
        };
        match self {
            Self::Text(column) | Self::Int(column) => of(column),
            Self::Month(column) => prefix(column, 7),
            Self::Prefix(column, length) => prefix(column, length),
            // PostgreSQL sums big integers up to numeric.
            Self::Sum(column) => Func::sum(of(column)).cast_as(Alias::new("BIGINT")),
            Self::Count => Func::count(Expr::value(1)).cast_as(Alias::new("BIGINT")),
        }
    }
}

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
    /// Begins with.
    Begins,
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
    /// A comparison.
    Compare(Term, Comparison, Vec<Operand>),
}

impl Filter {
    fn condition(&self) -> Condition {
        match self {
            Self::All(parts) => parts
                .iter()
                .fold(Condition::all(), |all, part| all.add(part.condition())),
            Self::Any(parts) => parts
                .iter()
                .fold(Condition::any(), |any, part| any.add(part.condition())),
            Self::Compare(term, how, values) => {
                let left = term.expr();
                let list = || values.iter().map(Operand::expr).collect::<Vec<_>>();
                let first = || values.first().map_or(Expr::value(""), Operand::expr);
                let one = match how {
                    Comparison::In => left.is_in(list()),
                    Comparison::NotIn => {
                        let empty = term.expr().is_null();
                        return Condition::any().add(empty).add(left.is_not_in(list()));
                    }
                    Comparison::Between => {
                        let last = values.get(1).map_or_else(first, Operand::expr);
                        left.between(first(), last)
                    }
                    Comparison::AtLeast => left.gte(first()),
                    Comparison::AtMost => left.lte(first()),
                    Comparison::Begins => {
                        // Both databases compare the front with `=`: LIKE differs in case.
                        let wanted = match values.first() {
                            Some(Operand::Text(text)) => text.clone(),
                            _ => String::new(),
                        };
                        let length = i32::try_from(wanted.chars().count()).unwrap_or(i32::MAX);
                        let front: SimpleExpr = Func::cust(Alias::new("substr"))
                            .arg(left)
                            .arg(1)
                            .arg(length)
                            .into();
                        front.eq(wanted)
                    }
                    Comparison::Empty => left.is_null(),
                    Comparison::NotEmpty => left.is_not_null(),
                };
                Condition::all().add(one)
            }
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
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Answer {
    /// Nothing there.
    Empty,
    /// A text.
    Text(String),
    /// A whole number.
    Int(i64),
}

fn statement(question: &Question, scope: &ReadScope, db: &Db) -> SelectStatement {
    let backend = db.pools().0.get_database_backend();
    let mut columns: Vec<&'static str> = question.terms.iter().filter_map(|t| t.column()).collect();
    if let Some(filter) = &question.filter {
        filter.columns(&mut columns);
    }
    // The key makes the order of single rows total.
    let key: &[&'static str] = match (question.grouped, question.source) {
        (true, _) => &[],
        (false, Source::Entries) => &["entry_number"],
        (false, Source::Lines) => &["entry_number", "line_no", "ordinal"],
    };
    columns.extend(key);
    if columns.is_empty() {
        columns.push("entry_number");
    }
    columns.sort_unstable();
    columns.dedup();
    let inner = match question.source {
        Source::Entries => source::entries(scope, backend, &columns),
        Source::Lines => source::entry_lines(scope, backend, &columns),
    };
    let mut select = Query::select();
    select.from_subquery(inner, Alias::new("r"));
    for term in &question.terms {
        select.expr(term.expr());
        if question.grouped && !term.is_aggregate() {
            select.add_group_by([term.expr()]);
        }
    }
    if let Some(filter) = &question.filter {
        select.cond_where(filter.condition());
    }
    let order = |desc: bool| if desc { Order::Desc } else { Order::Asc };
    for (place, desc) in &question.order {
        if let Some(term) = question.terms.get(*place) {
            select.order_by_expr_with_nulls(term.expr(), order(*desc), NullOrdering::Last);
        }
    }
    for (place, term) in question.terms.iter().enumerate() {
        let named = question.order.iter().any(|(at, _)| *at == place);
        if question.grouped && !term.is_aggregate() && !named {
            select.order_by_expr_with_nulls(term.expr(), Order::Asc, NullOrdering::Last);
        }
    }
    for column in key {
        select.order_by((Alias::new("r"), Alias::new(*column)), Order::Asc);
    }
    select.limit(question.limit);
    select
}

/// Asks, and hands the rows over one by one until `row` says that it has enough. The statement ends when the caller drops
/// this.
///
/// # Errors
/// When the database cannot answer.
pub async fn ask<F, Next>(
    db: &Db,
    question: &Question,
    scope: &ReadScope,
    mut row: F,
) -> Result<(), StoreError>
where
    F: FnMut(Vec<Answer>) -> Next,
    Next: Future<Output = bool>,
{
    let select = statement(question, scope, db);
    let mut rows = db.pools().0.stream(&select).await?;
    while let Some(found) = rows.try_next().await? {
        let mut cells = Vec::with_capacity(question.terms.len());
        for (place, term) in question.terms.iter().enumerate() {
            cells.push(if term.is_text() {
                let text: Option<String> = found.try_get_by_index(place)?;
                text.map_or(Answer::Empty, Answer::Text)
            } else {
                let number: Option<i64> = found.try_get_by_index(place)?;
                number.map_or(Answer::Empty, Answer::Int)
            });
        }
        if !row(cells).await {
            break;
        }
    }
    Ok(())
}
