//! The store's own promises: the constraint table is complete on the database of this run.

use std::collections::BTreeSet;

use quaymaster_store::constraint::Constraint;
use quaymaster_tests::{DatabaseKind, TestDatabase};
use sea_orm::{ConnectionTrait, DbBackend, Statement};

/// Unique constraints that no request can violate: ids made by the portal, and keys that exist for foreign keys only.
const NOT_A_RULE: &[&str] = &[
    "uq_accounts_company",
    "uq_memberships_role",
    "uq_sub_accounts_account",
    "uq_account_identifiers_account",
    "uq_grants_grantor",
    "uq_grants_recipient",
    "uq_access_reviews_account",
    "uq_client_groups_account",
    "uq_teams_account",
];

#[tokio::test]
async fn every_unique_constraint_is_named_once() {
    let database = TestDatabase::fresh().await;
    let raw = database.raw().await;
    if DatabaseKind::of_run() == DatabaseKind::Postgres {
        let sql = "SELECT indexname AS name FROM pg_indexes WHERE schemaname = 'public' AND indexdef LIKE 'CREATE UNIQUE%' AND indexname LIKE 'uq_%'";
        let rows = raw
            .query_all_raw(Statement::from_string(DbBackend::Postgres, sql))
            .await
            .unwrap();
        let found: BTreeSet<String> = rows
            .iter()
            .map(|r| r.try_get("", "name").unwrap())
            .filter(|n: &String| !NOT_A_RULE.contains(&n.as_str()))
            .collect();
        let named: BTreeSet<String> = Constraint::UNIQUE
            .iter()
            .map(|(_, name, _)| (*name).to_owned())
            .filter(|n| n.starts_with("uq_"))
            .collect();
        assert_eq!(found, named);
    } else {
        for (constraint, _, columns) in Constraint::UNIQUE {
            let (table, _) = columns.split_once('.').unwrap();
            let plain: Vec<&str> = columns
                .split(", ")
                .map(|c| c.split_once('.').unwrap().1)
                .collect();
            let sql = format!("SELECT name FROM pragma_index_list('{table}') WHERE \"unique\" = 1");
            let indexes = raw
                .query_all_raw(Statement::from_string(DbBackend::Sqlite, sql))
                .await
                .unwrap();
            // A single integer key is the row id itself and has no index of its own.
            let sql =
                format!("SELECT name FROM pragma_table_info('{table}') WHERE pk > 0 ORDER BY pk");
            let key = raw
                .query_all_raw(Statement::from_string(DbBackend::Sqlite, sql))
                .await
                .unwrap();
            let key: Vec<String> = key.iter().map(|r| r.try_get("", "name").unwrap()).collect();
            let mut seen = key == plain;
            for index in indexes {
                let name: String = index.try_get("", "name").unwrap();
                let sql = format!("SELECT name FROM pragma_index_info('{name}') ORDER BY seqno");
                let rows = raw
                    .query_all_raw(Statement::from_string(DbBackend::Sqlite, sql))
                    .await
                    .unwrap();
                let of_index: Vec<String> = rows
                    .iter()
                    .map(|r| r.try_get("", "name").unwrap())
                    .collect();
                seen |= of_index == plain;
            }
            assert!(
                seen,
                "{constraint:?} stands for no unique index on ({columns})"
            );
        }
    }
}
