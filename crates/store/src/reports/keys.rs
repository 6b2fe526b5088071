//! Conditions over the ids that a scope holds: however many they are, they travel as one value. The only expressions of
//! the reports that are written by hand.

use sea_orm::DbBackend;
use sea_orm::sea_query::{Condition, Expr, ExprTrait, SimpleExpr};
use uuid::Uuid;

use quaymaster_domain::access::{AccountData, AccountReach, ReadScope};

/// The column of ids is one of a list.
pub(super) fn among(
    table: &'static str,
    column: &'static str,
    list: impl Iterator<Item = Uuid>,
    backend: DbBackend,
) -> SimpleExpr {
    match backend {
        DbBackend::Postgres => {
            let list: Vec<String> = list.map(|id| id.to_string()).collect();
            Expr::cust_with_values(
                format!("\"{table}\".\"{column}\" = ANY(string_to_array($1, ' ')::uuid[])"),
                [list.join(" ")],
            )
        }
        _ => {
            let list: Vec<String> = list.map(|id| format!("\"{}\"", id.simple())).collect();
            Expr::cust_with_values(
                format!("\"{table}\".\"{column}\" IN (SELECT unhex(\"value\") FROM json_each(?))"),
                [format!("[{}]", list.join(","))],
            )
        }
    }
}

/// What a scope lets see of a kind of account data. The columns are those of the account, of the sub-account where there is
/// one, and of who opened the row where that decides.
pub(super) fn reached(
    scope: &ReadScope,
    kind: AccountData,
    backend: DbBackend,
    account: (&'static str, &'static str),
    sub_account: Option<(&'static str, &'static str)>,
    opened_by: Option<(&'static str, &'static str)>,
) -> Condition {
    let nothing = || Condition::all().add(Expr::value(1).eq(0));
    match scope.accounts(kind) {
        AccountReach::Everything => Condition::all(),
        AccountReach::Own(user) => match opened_by {
            Some((table, column)) => {
                let id: Uuid = (*user).into();
                Condition::all().add(among(table, column, std::iter::once(id), backend))
            }
            None => nothing(),
        },
        AccountReach::Accounts(list) if list.is_empty() => nothing(),
        AccountReach::Accounts(list) => {
            let whole = list
                .iter()
                .filter(|a| sub_account.is_none() || a.sub_accounts.is_none())
                .map(|a| a.account.into());
            let mut any = Condition::any().add(among(account.0, account.1, whole, backend));
            if let Some((table, column)) = sub_account {
                let some = list
                    .iter()
                    .filter_map(|a| a.sub_accounts.as_ref())
                    .flatten()
                    .map(|id| (*id).into());
                any = any.add(among(table, column, some, backend));
            }
            any
        }
    }
}
