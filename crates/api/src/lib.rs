//! What HTTP looks like: shapes, handlers, extractors, problems and the contract. No rules and no queries.

mod access_requests;
mod accounts;
mod activities;
mod audit;
mod common;
mod companies;
mod contacts;
mod contract;
mod cookies;
mod credentials;
mod demo;
mod docs;
mod extract;
mod idempotency;
mod identifiers;
mod input;
mod invitations;
mod lists;
mod me;
mod middleware;
mod operations;
mod password_resets;
mod problem;
mod problems;
mod routes;
mod sessions;
mod setup;
mod sub_accounts;
mod terms;
mod users;
mod words;

pub use contract::openapi;
pub use extract::ApiOptions;
pub use middleware::around;
pub use routes::configure;
