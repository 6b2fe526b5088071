//! What the black-box tests share: the application in process with a fixed clock and seeded chance, on a fresh
//! database of either kind, and callers that speak HTTP to it.
#![expect(
    clippy::unwrap_used,
    clippy::expect_used,
    reason = "a test that cannot be set up has failed"
)]

mod app;
mod caller;
mod contract;
mod database;
mod look;
mod mailbox;
mod server;
mod world;

pub use app::{FixedClock, SeededRng, TestApp};
pub use caller::{Answer, Caller};
pub use contract::{Contract, METHODS, Operation};
pub use database::{DatabaseKind, Frozen, TestDatabase, postgres_admin};
pub use mailbox::Mail;
pub use server::{ServerProcess, server_binary};
pub use world::{Company, PASSWORD, Person, World};
