//! What HTTP looks like: shapes, handlers, extractors, problems and the contract. No rules and no queries.

mod audit;
mod common;
mod contract;
mod cookies;
mod extract;
mod input;
mod invitations;
mod lists;
mod middleware;
mod operations;
mod problem;
mod problems;
mod routes;
mod sessions;
mod setup;
mod terms;
mod users;

pub use contract::openapi;
pub use extract::ApiOptions;
pub use middleware::around;
pub use routes::configure;
