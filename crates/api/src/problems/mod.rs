//! From the refusals of each area to problems. The codes themselves are in `problem.rs`.

mod access_reviews;
mod api_clients;
mod cases;
mod companies;
mod grants;
mod moves;
mod notices;
mod onboarding;
mod owner_successions;
mod records;
mod register;
mod reports;
mod sessions;
mod setup;
mod staff;
pub(crate) mod structure;
mod teams;
mod terms;
mod users;
mod webhooks;
