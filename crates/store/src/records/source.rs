//! The only ways to the tables of trade records: inner derived tables that hold what a scope lets see and nothing else.
//! Keys travel as one value each, never as literals, whatever their number.

use quaymaster_domain::access::{Ports, ReadScope, RecordKeys, RecordReach};
use sea_orm::DbBackend;
use sea_orm::sea_query::{
    Alias, Condition, Expr, ExprTrait, Query, SelectStatement, SimpleExpr, UnionType,
};
use std::collections::{BTreeMap, BTreeSet};

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
    let narrowed = match scope.records() {
        RecordReach::Keys(keys) => keys
            .importers()
            .values()
            .chain(keys.filers().values())
            .chain(keys.pairs().values())
            .any(|ports| *ports != Ports::All),
        RecordReach::Nothing | RecordReach::Everything => false,
    };
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
        RecordReach::Keys(keys) => {
            // Disjoint parts, each with an index of its own: what an earlier part has, a later one leaves out.
            let parts = parts(keys, backend, has_port);
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

/// One condition for the importers, one for the filers, one for importers as far as a filer filed: each once without and
/// once for every different set of ports.
fn parts(keys: &RecordKeys, backend: DbBackend, has_port: bool) -> Vec<Condition> {
    let mut parts = Vec::new();
    let mut add = |column: &'static str, map: &BTreeMap<String, Ports>| {
        let mut by_ports: BTreeMap<&Ports, Vec<&str>> = BTreeMap::new();
        for (key, ports) in map {
            by_ports.entry(ports).or_default().push(key);
        }
        for (ports, list) in by_ports {
            let mut part = Condition::all().add(among(column, &list, backend));
            if let (Ports::Only(some), true) = (ports, has_port) {
                let some: Vec<_> = some.iter().map(String::as_str).collect();
                part = part.add(among("port", &some, backend));
            }
            parts.push(part);
        }
    };
    add("importer_key", keys.importers());
    add("filer_code", keys.filers());
    // Importers with the same filers and ports share a part.
    let mut filers_of: BTreeMap<(&str, &Ports), BTreeSet<&str>> = BTreeMap::new();
    for ((importer, filer), ports) in keys.pairs() {
        filers_of
            .entry((importer, ports))
            .or_default()
            .insert(filer);
    }
    let mut importers_of: BTreeMap<(BTreeSet<&str>, &Ports), Vec<&str>> = BTreeMap::new();
    for ((importer, ports), filers) in filers_of {
        importers_of
            .entry((filers, ports))
            .or_default()
            .push(importer);
    }
    for ((filers, ports), importers) in importers_of {
        let filers: Vec<_> = filers.into_iter().collect();
        let mut part = Condition::all()
            .add(among("importer_key", &importers, backend))
            .add(among("filer_code", &filers, backend));
        if let (Ports::Only(some), true) = (ports, has_port) {
            let some: Vec<_> = some.iter().map(String::as_str).collect();
            part = part.add(among("port", &some, backend));
        }
        parts.push(part);
    }
    parts
}

/// The column is one of a list that travels as one value. Keys have no blanks in them.
fn among(column: &'static str, list: &[&str], backend: DbBackend) -> SimpleExpr {
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
