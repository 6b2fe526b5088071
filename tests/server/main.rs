//! Black-box tests of the binary itself: start and end, configuration, mail over a real mail server.
//! Every test has a working folder, a port and a database of its own.

mod demo;
mod mail;
mod process;
mod start;
