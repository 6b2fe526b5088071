//! From the refusals of each area to problems. The codes themselves are in `problem.rs`.

mod cases;
mod companies;
mod grants;
mod onboarding;
mod register;
mod sessions;
mod setup;
mod staff;
pub(crate) mod structure;
mod terms;
mod users;
