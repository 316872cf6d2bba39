//! The catalogue of words that people search for.

mod command;
mod run;
mod state;

use super::topic::Topic;

/// All words: commands and options, how runs end, what states and locks consist of.
pub(super) const ALL: [&[Topic]; 3] = [command::TOPICS, run::TOPICS, state::TOPICS];
