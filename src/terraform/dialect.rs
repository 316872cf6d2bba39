//! Dialects: the words in which a version of Terraform says what it has to say.

use super::command_model::ErrorPrefix;

/// A [dialect](self).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Dialect {
    /// Terraform 1.11, as measured on 1.11.4.
    V1_11,
}

impl Dialect {
    /// How a line begins that tells why a state could not be loaded, refreshed or stored.
    pub const fn prefix(self, prefix: ErrorPrefix) -> &'static str {
        match self {
            Self::V1_11 => match prefix {
                ErrorPrefix::Operation => "error loading state",
                ErrorPrefix::InitLoad => "Error loading state",
                ErrorPrefix::InitRefresh => "Error refreshing state",
                ErrorPrefix::StateLoad => "Error loading the state",
                ErrorPrefix::StateRefresh => "Failed to refresh state",
                ErrorPrefix::SourceRefresh => "Failed to refresh source state",
                ErrorPrefix::DestinationLoad => "Failed to load destination state",
                ErrorPrefix::DestinationRefresh => "Failed to refresh destination state",
                ErrorPrefix::ManagerLoad => "Failed to load state manager",
                ErrorPrefix::Load => "Failed to load state",
                ErrorPrefix::RefreshSave => "failed to write state",
                ErrorPrefix::PushSave => "Failed to persist state",
                ErrorPrefix::StateSave => "Error saving the state",
                ErrorPrefix::FileSave => "Error writing state file",
            },
        }
    }
}
