//! The black-box tests over HTTP: one module an area. They run on SQLite and on PostgreSQL.
#![expect(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

mod audit;
mod setup;
mod store;
mod terms;
mod users;
