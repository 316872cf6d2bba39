//! Integration tests: one binary, a file for each concern.
#![expect(
    clippy::disallowed_methods,
    clippy::unwrap_used,
    reason = "tests read files and the environment, and may fail loudly"
)]

mod advice;
mod azure;
mod cli;
mod command;
mod determinism;
mod faults;
mod layering;
mod readme;
mod properties;
mod recordings;
mod scenario_errors;
mod scenarios;
mod states;
mod scenario_format;
