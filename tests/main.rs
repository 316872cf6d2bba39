//! Integration tests: one binary, a file for each concern.
#![expect(
    clippy::disallowed_methods,
    clippy::print_stdout,
    clippy::unwrap_used,
    reason = "tests read files and the environment, say what they skip, and may fail loudly"
)]

mod addresses;
mod advice;
mod az;
mod azure;
mod backends;
mod careless;
mod chance;
mod cli;
mod columns;
mod command;
mod command_errors;
mod compare;
mod copies;
mod course;
mod determinism;
mod drill;
mod explain;
mod faults;
mod findings;
mod foreign;
mod gcs;
mod grade;
mod hostile;
mod http;
mod inflight;
mod intake;
mod lanes;
mod layering;
mod lessons;
mod local;
mod page;
mod pg;
mod pictures;
mod places;
mod programs;
mod promises;
mod properties;
mod readme;
mod recordings;
mod recovered;
mod reports;
mod rules;
mod runbooks;
mod s3;
mod scenario_errors;
mod scenario_format;
mod scenarios;
mod scripts;
mod shell;
mod standing;
mod state_json;
mod states;
mod suite;
mod sync;
mod texts;
mod told;
mod vacuity;
mod when;
