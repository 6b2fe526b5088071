//! The only ways to the tables of trade records: inner derived tables that hold what a scope lets see and nothing else.
//! Keys travel as one value each, never as literals; long lists wait in a table.

use quaymaster_domain::access::{KeyList, KeyPart, Ports, ReadScope, RecordReach};
use sea_orm::DbBackend;
use sea_orm::sea_query::{
    Alias, Condition, Expr, ExprTrait, Query, SelectStatement, SimpleExpr, UnionType,
};

use super::scope_keys;

/// Entry summaries within the scope: a select of these columns of `entries`.
#[must_use]
pub fn entries(scope: &ReadScope, backend: DbBackend, columns: &[&'static str]) -> SelectStatement {
    secured(scope, backend, "entries", columns, true)
}

/// What a line takes from its entry instead of having it of its own: liquidation changes without the lines being written.
const OF_THE_ENTRY: &[&str] = &[
    "liquidation_status",
    "liquidation_date",
    "liquidation_due",
    "summary_date",
    "importation_date",
];

/// Lines within the scope: a select of these columns of `entry_lines`, one row for each tariff ordinal. A line is within
/// the scope exactly when its entry is, so what it takes from there needs no scope of its own.
#[must_use]
pub fn entry_lines(
    scope: &ReadScope,
    backend: DbBackend,
    columns: &[&'static str],
) -> SelectStatement {
    secured(scope, backend, "entry_lines", columns, true)
}

/// Monthly sums within the scope: a select of these columns of `record_months`. `None` when the scope narrows by port,
/// which the sums do not know.
#[must_use]
pub fn record_months(
    scope: &ReadScope,
    backend: DbBackend,
    columns: &[&'static str],
) -> Option<SelectStatement> {
    let narrowed = scope
        .key_parts()
        .iter()
        .any(|part| part.ports != Ports::All);
    (!narrowed).then(|| secured(scope, backend, "record_months", columns, false))
}

/// A select without a row has a shape all the same.
fn secured(
    scope: &ReadScope,
    backend: DbBackend,
    table: &'static str,
    columns: &[&'static str],
    has_port: bool,
) -> SelectStatement {
    let select = |condition: Option<Condition>| {
        let mut select = Query::select();
        select.from(Alias::new(table));
        for column in columns {
            if table == "entry_lines" && OF_THE_ENTRY.contains(column) {
                select.expr_as(of_the_entry(column), Alias::new(*column));
            } else {
                select.column(Alias::new(*column));
            }
        }
        if let Some(condition) = condition {
            select.cond_where(condition);
        }
        select.take()
    };
    match scope.records() {
        RecordReach::Nothing => select(Some(Condition::all().add(Expr::value(1).eq(0)))),
        RecordReach::Everything => select(None),
        RecordReach::Keys(_) => {
            // Disjoint parts, each with an index of its own: what an earlier part has, a later one leaves out.
            let parts = conditions(scope.key_parts(), backend, has_port);
            let mut all: Option<SelectStatement> = None;
            for (index, part) in parts.iter().enumerate() {
                let mut condition = Condition::all().add(part.clone());
                for earlier in &parts[..index] {
                    condition = condition.add(earlier.clone().not());
                }
                let one = select(Some(condition));
                all = Some(match all {
                    None => one,
                    Some(mut before) => before.union(UnionType::All, one).take(),
                });
            }
            all.unwrap_or_else(|| select(Some(Condition::all().add(Expr::value(1).eq(0)))))
        }
    }
}

/// The column of the entry to which a line belongs.
fn of_the_entry(column: &'static str) -> SimpleExpr {
    let of =
        |table: &'static str, name: &'static str| Expr::col((Alias::new(table), Alias::new(name)));
    let entry = Query::select()
        .expr(of("entries", column))
        .from(Alias::new("entries"))
        .and_where(of("entries", "entry_number").eq(of("entry_lines", "entry_number")))
        .take();
    SimpleExpr::SubQuery(None, Box::new(entry.into()))
}

/// A condition for each part of the numbers.
fn conditions(parts: &[KeyPart], backend: DbBackend, has_port: bool) -> Vec<Condition> {
    let of = |part: &KeyPart| {
        let mut condition = Condition::all();
        let lists = [
            ("importer_key", &part.importers),
            ("filer_code", &part.filers),
        ];
        for (column, list) in lists {
            if let Some(list) = list {
                condition = condition.add(among(column, list, backend));
            }
        }
        if let (Ports::Only(some), true) = (&part.ports, has_port) {
            let some: Vec<&str> = some.iter().map(String::as_str).collect();
            condition = condition.add(travelling("port", &some, backend));
        }
        condition
    };
    parts.iter().map(of).collect()
}

/// The column is one of a list. A long one is [kept](super::scope_keys) beforehand.
fn among(column: &'static str, list: &KeyList, backend: DbBackend) -> SimpleExpr {
    if scope_keys::is_kept(list) {
        // Whoever forgets to keep it sees nothing.
        let digest = [list.digest().to_vec()];
        return Expr::cust_with_values(
            format!(
                "EXISTS (SELECT 1 FROM scope_keys k WHERE k.digest = {} AND k.lookup = \"{column}\")",
                match backend {
                    DbBackend::Postgres => "$1",
                    _ => "?",
                }
            ),
            digest,
        );
    }
    let keys: Vec<&str> = list.keys().iter().map(String::as_str).collect();
    travelling(column, &keys, backend)
}

/// The column is one of a list that travels as one value. Keys have no blanks in them.
fn travelling(column: &'static str, list: &[&str], backend: DbBackend) -> SimpleExpr {
    match backend {
        DbBackend::Postgres => Expr::cust_with_values(
            format!("\"{column}\" = ANY(string_to_array($1, ' '))"),
            [list.join(" ")],
        ),
        _ => Expr::cust_with_values(
            format!("\"{column}\" IN (SELECT \"value\" FROM json_each(?))"),
            [serde_json::to_string(list).unwrap_or_else(|_never| "[]".to_owned())],
        ),
    }
}
