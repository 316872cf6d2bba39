//! The catalogue of error lines.
//!
//! The lines are those of Terraform 1.11.4 with the azurerm backend, as the recordings have them,
//! and those of the commands around it.

mod command;
mod http;
mod local;
mod lock;
mod object;
mod save;
mod state;

use super::topic::Topic;

/// All error lines, by what they are about.
pub(super) const ALL: [&[Topic]; 7] = [
    lock::TOPICS,
    save::TOPICS,
    state::TOPICS,
    local::TOPICS,
    object::TOPICS,
    http::TOPICS,
    command::TOPICS,
];
