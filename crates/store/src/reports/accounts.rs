//! Secured sources about accounts: inner derived tables with the columns that reports name, all of them texts or whole
//! numbers. What is secret (hashes, tokens, ciphers) has no column here, so no report can name it.

use quaymaster_domain::access::{AccountData, ReadScope};
use sea_orm::DbBackend;
use sea_orm::sea_query::{
    Alias, Condition, Expr, ExprTrait, Func, IntoIden, JoinType, Query, SelectStatement,
    SimpleExpr, UnionType,
};

use super::keys::reached;

type Named = (&'static str, SimpleExpr);

fn col(table: &'static str, column: &'static str) -> SimpleExpr {
    Expr::col((Alias::new(table), Alias::new(column)))
}

/// The moment as ISO text in UTC: SQLite keeps it so, PostgreSQL is asked for it.
fn moment(table: &'static str, column: &'static str, form: &str, backend: DbBackend) -> SimpleExpr {
    let (from, length) = if form == "YYYY-MM-DD" {
        (1, 10)
    } else {
        (12, 5)
    };
    match backend {
        DbBackend::Postgres => Func::cust(Alias::new("to_char"))
            .arg(
                Func::cust(Alias::new("timezone"))
                    .arg("UTC")
                    .arg(col(table, column)),
            )
            .arg(form)
            .into(),
        _ => Func::cust(Alias::new("substr"))
            .arg(col(table, column))
            .arg(from)
            .arg(length)
            .into(),
    }
}

fn day(table: &'static str, column: &'static str, backend: DbBackend) -> SimpleExpr {
    moment(table, column, "YYYY-MM-DD", backend)
}

fn time(table: &'static str, column: &'static str, backend: DbBackend) -> SimpleExpr {
    moment(table, column, "HH24:MI", backend)
}

/// `true` or `false` as text.
fn flag(when: SimpleExpr) -> SimpleExpr {
    Expr::case(when, "true").finally("false").into()
}

/// One or nothing, to be added up. Whole numbers are big ones on PostgreSQL.
fn one_if(when: SimpleExpr) -> SimpleExpr {
    let number: SimpleExpr = Expr::case(when, 1_i64).finally(0_i64).into();
    number.cast_as(Alias::new("BIGINT"))
}

fn account_columns() -> Vec<Named> {
    vec![
        ("account_number", col("a", "account_number")),
        ("account_name", col("a", "name")),
    ]
}

fn person() -> SimpleExpr {
    col("u", "given_name")
        .binary(sea_orm::sea_query::BinOper::Custom("||"), " ")
        .binary(
            sea_orm::sea_query::BinOper::Custom("||"),
            col("u", "family_name"),
        )
}

/// Only the columns that are asked for; an unknown one is left out, which the statement around it then fails on.
fn choose(select: &mut SelectStatement, offered: &[Named], columns: &[&'static str]) {
    for (name, expr) in offered {
        if columns.contains(name) {
            select.expr_as(expr.clone(), Alias::new(*name));
        }
    }
}

fn from(table: &'static str, alias: &'static str) -> SelectStatement {
    let mut select = Query::select();
    select.from_as(Alias::new(table).into_iden(), Alias::new(alias).into_iden());
    select
}

fn join(
    select: &mut SelectStatement,
    how: JoinType,
    table: &'static str,
    alias: &'static str,
    on: SimpleExpr,
) {
    select.join_as(
        how,
        Alias::new(table).into_iden(),
        Alias::new(alias).into_iden(),
        on,
    );
}

/// One row for a person in an account.
pub(super) fn users(
    scope: &ReadScope,
    backend: DbBackend,
    columns: &[&'static str],
) -> SelectStatement {
    let mut offered = account_columns();
    let locked = || col("u", "locked_at").is_not_null();
    let suspended = || col("u", "suspended_at").is_not_null();
    let rights = {
        let mut count = from("membership_access", "x");
        count
            .expr(Func::count(col("x", "sub_account_id")).cast_as(Alias::new("BIGINT")))
            .and_where(col("x", "account_id").eq(col("m", "account_id")))
            .and_where(col("x", "user_id").eq(col("m", "user_id")));
        SimpleExpr::SubQuery(None, Box::new(count.into()))
    };
    offered.extend([
        ("account_id", col("m", "account_id")),
        ("user_id", col("m", "user_id")),
        ("person", person()),
        ("user_name", col("u", "user_name")),
        ("email", col("u", "email")),
        ("role", col("m", "role")),
        ("since_day", day("m", "since", backend)),
        ("last_sign_in_day", day("u", "last_sign_in_at", backend)),
        ("locked", flag(locked())),
        ("suspended", flag(suspended())),
        ("suspended_day", day("u", "suspended_at", backend)),
        ("suspended_reason", col("u", "suspended_reason")),
        ("locked_count", one_if(locked())),
        ("suspended_count", one_if(suspended())),
        ("sub_account_count", rights),
    ]);
    let mut select = from("memberships", "m");
    join(
        &mut select,
        JoinType::InnerJoin,
        "users",
        "u",
        col("u", "id").eq(col("m", "user_id")),
    );
    join(
        &mut select,
        JoinType::InnerJoin,
        "accounts",
        "a",
        col("a", "id").eq(col("m", "account_id")),
    );
    choose(&mut select, &offered, columns);
    let seen = reached(
        scope,
        AccountData::Users,
        backend,
        ("m", "account_id"),
        None,
        None,
    );
    select.cond_where(seen).take()
}

/// One row for a try to sign in, once for every account that the person is in.
pub(super) fn sign_ins(
    scope: &ReadScope,
    backend: DbBackend,
    columns: &[&'static str],
) -> SelectStatement {
    let ended = |how: &'static str| one_if(col("s", "outcome").eq(how));
    let mut offered = account_columns();
    offered.extend([
        ("account_id", col("m", "account_id")),
        ("id", col("s", "id")),
        ("person", person()),
        ("user_name", col("u", "user_name")),
        ("role", col("m", "role")),
        ("at_day", day("s", "at", backend)),
        ("at_time", time("s", "at", backend)),
        ("outcome", col("s", "outcome")),
        ("device", col("s", "device")),
        ("network", col("s", "network")),
        ("succeeded_count", ended("succeeded")),
        ("failed_count", ended("failed")),
        ("refused_count", ended("refused_locked")),
    ]);
    let mut select = from("sign_ins", "s");
    join(
        &mut select,
        JoinType::InnerJoin,
        "memberships",
        "m",
        col("m", "user_id").eq(col("s", "user_id")),
    );
    join(
        &mut select,
        JoinType::InnerJoin,
        "users",
        "u",
        col("u", "id").eq(col("s", "user_id")),
    );
    join(
        &mut select,
        JoinType::InnerJoin,
        "accounts",
        "a",
        col("a", "id").eq(col("m", "account_id")),
    );
    choose(&mut select, &offered, columns);
    let seen = reached(
        scope,
        AccountData::SignIns,
        backend,
        ("m", "account_id"),
        None,
        None,
    );
    select.cond_where(seen).take()
}

/// One row for a grant in force or paused, from each side that is in the scope. Proposals are left out: what each side may
/// know of them differs, and the pages say it.
pub(super) fn grants(
    scope: &ReadScope,
    backend: DbBackend,
    columns: &[&'static str],
) -> SelectStatement {
    let side = |direction: &'static str, own: &'static str, other: &'static str| {
        let mut offered = account_columns();
        offered.extend([
            ("id", col("g", "id")),
            (
                "direction",
                Expr::value(direction).cast_as(Alias::new("TEXT")),
            ),
            ("other_name", col("o", "name")),
            ("other_number", col("o", "account_number")),
            ("state", col("g", "state")),
            ("state_day", day("g", "state_at", backend)),
            ("purpose", col("g", "purpose")),
            ("starts_day", day("g", "starts_at", backend)),
            ("ends_day", day("g", "ends_at", backend)),
            ("records", col("g", "records")),
            ("reports", flag(col("g", "reports").eq(true))),
            ("structure", flag(col("g", "structure").eq(true))),
            ("users", flag(col("g", "users").eq(true))),
            ("top_level", flag(col("g", "top_level").eq(true))),
            (
                "all_sub_accounts",
                flag(col("g", "all_sub_accounts").eq(true)),
            ),
            ("endless_count", one_if(col("g", "ends_at").is_null())),
        ]);
        let mut select = from("grants", "g");
        join(
            &mut select,
            JoinType::InnerJoin,
            "accounts",
            "a",
            col("a", "id").eq(col("g", own)),
        );
        join(
            &mut select,
            JoinType::InnerJoin,
            "accounts",
            "o",
            col("o", "id").eq(col("g", other)),
        );
        choose(&mut select, &offered, columns);
        let seen = reached(scope, AccountData::Grants, backend, ("g", own), None, None);
        select
            .cond_where(
                Condition::all()
                    .add(seen)
                    .add(col("g", "state").is_in(["active", "paused"]))
                    .add(col("g", "suppressed").eq(false)),
            )
            .take()
    };
    side("given", "grantor_account_id", "recipient_account_id")
        .union(
            UnionType::All,
            side("received", "recipient_account_id", "grantor_account_id"),
        )
        .take()
}

/// One row for an identifier in a sub-account, shown as people see it.
pub(super) fn identifiers(
    scope: &ReadScope,
    backend: DbBackend,
    columns: &[&'static str],
) -> SelectStatement {
    let mut offered = account_columns();
    offered.extend([
        ("id", col("s", "id")),
        ("sub_account", col("b", "name")),
        ("activity", col("b", "activity")),
        ("kind", col("i", "kind")),
        ("shown", col("i", "shown")),
        ("added_day", day("s", "added_at", backend)),
        ("added_by", col("s", "added_by_name")),
    ]);
    let mut select = from("sub_account_identifiers", "s");
    join(
        &mut select,
        JoinType::InnerJoin,
        "account_identifiers",
        "i",
        col("i", "id").eq(col("s", "identifier_id")),
    );
    join(
        &mut select,
        JoinType::InnerJoin,
        "sub_accounts",
        "b",
        col("b", "id").eq(col("s", "sub_account_id")),
    );
    join(
        &mut select,
        JoinType::InnerJoin,
        "accounts",
        "a",
        col("a", "id").eq(col("s", "account_id")),
    );
    choose(&mut select, &offered, columns);
    let seen = reached(
        scope,
        AccountData::Identifiers,
        backend,
        ("s", "account_id"),
        Some(("s", "sub_account_id")),
        None,
    );
    select.cond_where(seen).take()
}

/// One row for a case.
pub(super) fn cases(
    scope: &ReadScope,
    backend: DbBackend,
    columns: &[&'static str],
) -> SelectStatement {
    let mut offered = account_columns();
    offered.extend([
        ("id", col("c", "id")),
        ("serial", col("c", "serial")),
        ("topic", col("c", "topic")),
        ("title", col("c", "subject")),
        ("state", col("c", "state")),
        ("state_day", day("c", "state_since", backend)),
        ("opened_day", day("c", "opened_at", backend)),
        ("opened_by", col("c", "opened_by_name")),
    ]);
    let mut select = from("cases", "c");
    join(
        &mut select,
        JoinType::LeftJoin,
        "accounts",
        "a",
        col("a", "id").eq(col("c", "account_id")),
    );
    choose(&mut select, &offered, columns);
    let seen = reached(
        scope,
        AccountData::Cases,
        backend,
        ("c", "account_id"),
        None,
        Some(("c", "opened_by")),
    );
    select.cond_where(seen).take()
}

/// One row for an event of an account's audit trail.
pub(super) fn audit(
    scope: &ReadScope,
    backend: DbBackend,
    columns: &[&'static str],
) -> SelectStatement {
    let mut offered = account_columns();
    offered.extend([
        ("id", col("e", "id")),
        ("at_day", day("e", "at", backend)),
        ("at_time", time("e", "at", backend)),
        ("actor_name", col("e", "actor_name")),
        ("actor_kind", col("e", "actor_kind")),
        ("action", col("e", "action")),
        ("thing_kind", col("e", "subject_kind")),
        ("thing", col("e", "subject_label")),
        ("reason", col("e", "reason")),
    ]);
    let mut select = from("audit_events", "e");
    join(
        &mut select,
        JoinType::LeftJoin,
        "accounts",
        "a",
        col("a", "id").eq(col("e", "account_id")),
    );
    choose(&mut select, &offered, columns);
    let seen = reached(
        scope,
        AccountData::Audit,
        backend,
        ("e", "account_id"),
        None,
        None,
    );
    select.cond_where(seen).take()
}
