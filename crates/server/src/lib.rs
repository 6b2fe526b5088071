//! The wiring of the one binary: configuration, keys, clock and chance, commands, the web server and the work behind
//! it. Rules and HTTP live elsewhere.

pub mod commands;
pub mod config;
pub mod demo;
pub mod failure;
pub mod keys;
pub mod logging;
pub mod mail;
pub mod periodic;
pub mod print;
pub mod records;
pub mod web;
pub mod webhooks;
pub mod wiring;
