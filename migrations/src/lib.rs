//! Schema history for both databases. One numbered SQL file per step under `sql/`, run inside a transaction.
//! Released steps are never edited; a change is a new step.

mod runner;

pub use sea_orm_migration::MigratorTrait;
use sea_orm_migration::{MigrationTrait, async_trait};

/// Applies every step that a database has not seen yet.
pub struct Migrator;

#[async_trait::async_trait]
impl MigratorTrait for Migrator {
    fn migrations() -> Vec<Box<dyn MigrationTrait>> {
        vec![
            Box::new(runner::SqlStep {
                name: "0001_foundation",
                sql: include_str!("sql/0001_foundation.sql"),
            }),
            Box::new(runner::SqlStep {
                name: "0002_grants",
                sql: include_str!("sql/0002_grants.sql"),
            }),
            Box::new(runner::SqlStep {
                name: "0003_access_reviews",
                sql: include_str!("sql/0003_access_reviews.sql"),
            }),
            Box::new(runner::SqlStep {
                name: "0004_applications",
                sql: include_str!("sql/0004_applications.sql"),
            }),
            Box::new(runner::SqlStep {
                name: "0005_structure_changes",
                sql: include_str!("sql/0005_structure_changes.sql"),
            }),
            Box::new(runner::SqlStep {
                name: "0006_cases",
                sql: include_str!("sql/0006_cases.sql"),
            }),
            Box::new(runner::SqlStep {
                name: "0007_records",
                sql: include_str!("sql/0007_records.sql"),
            }),
            Box::new(runner::SqlStep {
                name: "0008_reports",
                sql: include_str!("sql/0008_reports.sql"),
            }),
            Box::new(runner::SqlStep {
                name: "0009_notices",
                sql: include_str!("sql/0009_notices.sql"),
            }),
            Box::new(runner::SqlStep {
                name: "0010_api_clients",
                sql: include_str!("sql/0010_api_clients.sql"),
            }),
            Box::new(runner::SqlStep {
                name: "0011_webhooks",
                sql: include_str!("sql/0011_webhooks.sql"),
            }),
            Box::new(runner::SqlStep {
                name: "0012_client_imports",
                sql: include_str!("sql/0012_client_imports.sql"),
            }),
            Box::new(runner::SqlStep {
                name: "0013_scope_keys",
                sql: include_str!("sql/0013_scope_keys.sql"),
            }),
        ]
    }
}
