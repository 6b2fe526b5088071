//! From the refusals of each area to problems. The codes themselves are in `problem.rs`.

mod sessions;
mod setup;
mod terms;
mod users;
