//! The black-box tests over HTTP: one module an area. They run on SQLite and on PostgreSQL.
#![expect(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

mod accounts;
mod applications;
mod audit;
mod authorization;
mod bad_input;
mod cases;
mod companies;
mod contract;
mod crash;
mod grants;
mod idempotency;
mod identifier_claims;
mod invitations;
mod isolation;
mod lock_models;
mod me;
mod outage;
mod owner_successions;
mod parsers;
mod password_resets;
mod refusals;
mod register;
mod schema;
mod secrets;
mod sessions;
mod setup;
mod staff;
mod store;
mod structure;
mod terms;
mod user_imports;
mod users;
