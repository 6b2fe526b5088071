//! What is true in a portal of company accounts: words, rules, states and the policy. No I/O, no async, no clock, no
//! chance; the names are those of the field.

pub mod access;
pub mod access_reviews;
pub mod account_number;
pub mod activities;
pub mod addresses;
pub mod api_clients;
pub mod applications;
pub mod attachments;
pub mod cases;
pub mod challenge_questions;
pub mod clock;
pub mod companies;
pub mod events;
pub mod grants;
pub mod identifier_claims;
pub mod identifiers;
pub mod ids;
pub mod locks;
pub mod members;
pub mod moves;
pub mod notices;
pub mod owner_successions;
pub mod password_reset;
pub mod passwords;
pub mod people;
pub mod records;
pub mod reports;
pub mod schedules;
pub mod structure;
pub mod terms;
pub mod text;
pub mod webhooks;
pub mod working_days;
