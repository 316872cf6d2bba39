//! The catalogue of words that people search for.

mod command;
mod model;
mod outside;
mod run;
mod state;

use super::topic::Topic;

/// All words: commands and options, how runs end, what states and locks consist of, what goes
/// wrong around them, and leaselab's own.
pub(super) const ALL: [&[Topic]; 5] = [
    command::TOPICS,
    run::TOPICS,
    state::TOPICS,
    outside::TOPICS,
    model::TOPICS,
];
