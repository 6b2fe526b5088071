//! Black-box tests of the binary itself: start and end, configuration, mail over a real mail server.
//! Every test has a working folder, a port and a database of its own.
#![expect(
    clippy::expect_used,
    clippy::unwrap_used,
    reason = "a test that cannot go on has failed"
)]

mod demo;
mod disk;
mod headers;
mod logs;
mod mail;
mod process;
mod replicas;
mod start;
