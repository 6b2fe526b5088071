//! What is remembered: tables, scoped finders, transactions, constraint names. No rules, no HTTP.
//!
//! Reads take the actor's [`Scope`](quaymaster_domain::access::Scope); the unscoped ones are for the machinery of
//! signing in and live where no handler can reach them. Writes go through [`WriteTx`], which commits only with a
//! permit and writes the audit row with it.

pub mod access_epoch;
pub mod access_requests;
pub mod access_reviews;
pub mod account_events;
pub mod accounts;
pub mod activities;
pub mod api_clients;
pub mod applications;
pub mod attempts;
pub mod audit;
pub mod canned_answers;
pub mod cases;
pub mod client_groups;
pub mod companies;
pub mod constraint;
pub mod contacts;
pub mod credentials;
pub mod db;
pub mod devices;
mod entities;
pub mod error;
pub mod grants;
pub mod housekeeping;
pub mod idempotency;
pub mod identifier_claims;
pub mod identifiers;
pub mod invitations;
pub mod mails;
pub mod members;
pub mod merges;
pub mod moves;
pub mod needs;
pub mod notices;
pub mod owner_successions;
pub mod page;
pub mod password_resets;
pub mod proposals;
pub mod records;
pub mod register;
pub mod report_library;
pub mod report_runs;
pub mod report_schedules;
pub mod reports;
pub mod requests;
mod row;
pub mod security_links;
pub mod sessions;
pub mod setup;
pub mod sign_ins;
pub mod staff;
pub mod sub_accounts;
pub mod teams;
pub mod terms;
pub mod terms_acceptances;
pub mod transfers;
pub mod users;
pub mod webhooks;

pub use db::{Db, Handle, Reader, WriteTx};
pub use error::StoreError;
pub use page::{Cursor, Page, PageRequest};
