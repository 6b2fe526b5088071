//! The wiring of the one binary: configuration, keys, clock and chance, commands. Rules and HTTP live elsewhere.

pub mod commands;
pub mod wiring;
