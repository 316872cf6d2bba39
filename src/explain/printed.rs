//! Which topic explains an error that was printed, by its kind.

use super::topic::Topic;
use super::{lookup, topic};
use crate::terraform::command_model::ErrorPrefix;
use crate::terraform::{Diagnostic, DiagnosticKind, FileProblem, ProviderError};

/// The topic that explains an error. What another program says, and a bare cause, are looked up
/// by their text.
pub fn of(diagnostic: &Diagnostic) -> Option<&'static Topic> {
    match name(diagnostic) {
        Some(name) => topic(name),
        None => lookup::diagnostic(&diagnostic.summary),
    }
}

fn name(diagnostic: &Diagnostic) -> Option<&'static str> {
    use DiagnosticKind as Kind;
    match &diagnostic.kind {
        Kind::Program(_)
        | Kind::IntermediateSaveFailed
        | Kind::PushRefused(_)
        | Kind::ForceUnlockFailed => None,
        Kind::Unconfigured => Some("driver: bad connection"),
        Kind::ListFailed | Kind::BareListFailed => Some("Failed to get existing workspaces: …"),
        Kind::OpenLocked(_) => Some("…failed to lock azure state: state blob is already locked"),
        Kind::OpenFailed(prefix) | Kind::ReadFailed(prefix) | Kind::WriteFailed(prefix) => {
            Some(prefixed(*prefix))
        }
        Kind::StateFileNotRead => Some("Failed to read state file"),
        Kind::NoWorkspaces => Some("workspaces not supported"),
        Kind::NoStateFile => Some("No state file was found!"),
        Kind::NotForced => Some("Local state cannot be unlocked by another process"),
        Kind::UnsupportedState => Some("Unsupported state file format"),
        Kind::LockRefused => Some("Error acquiring the state lock"),
        Kind::UnlockFailed => Some("Error releasing the state lock"),
        Kind::ForceUnlockMismatch { .. } => {
            Some("Failed to unlock state: lock id \"…\" does not match existing lock")
        }
        Kind::SaveFailed => Some("Failed to save state"),
        Kind::StateNotPersisted => Some("Failed to persist state to backend"),
        Kind::StateFileNotCreated => Some("Failed to create local state file"),
        Kind::FlushFailed => Some("Error saving current state"),
        Kind::ExecutionHalted => Some("execution halted"),
        Kind::OperationCanceled => Some("operation canceled"),
        Kind::ApplyCancelled => Some("Apply cancelled."),
        Kind::ForceUnlockCancelled => Some("force-unlock cancelled."),
        Kind::ApprovalInterrupted => Some("Error asking for approval: interrupted"),
        Kind::OperationFailed(error) => Some(provided(*error)),
        Kind::ProvisionerFailed => Some("local-exec provisioner error"),
        Kind::PlanNotWritten => Some("Failed to write plan file"),
        Kind::StalePlan => Some("Saved plan is stale"),
        Kind::ForeignPlan => Some("Saved plan does not match the given state"),
        Kind::AlreadyManaged => Some("Resource already managed by Terraform"),
        Kind::RemoteObjectNotFound => Some("Cannot import non-existent remote object"),
        Kind::InvalidTarget
        | Kind::InvalidSource
        | Kind::NoSuchInstance
        | Kind::InstanceNotFound => Some("Invalid target address"),
        Kind::InvalidMove => Some("Invalid state move request"),
        Kind::NotTainted => Some("Resource instance is not tainted"),
        Kind::NotConfigured { .. } => {
            Some("resource address \"…\" does not exist in the configuration.")
        }
        Kind::BadFile { problem, .. } => match problem {
            FileProblem::SourceEmpty | FileProblem::SourceUnsupported => {
                Some("Error reading source state \"…\"")
            }
            FileProblem::NoPlan | FileProblem::NotShown => {
                Some("Failed to load \"…\" as a plan file")
            }
            FileProblem::SourceMissing => None,
        },
    }
}

/// The topic of a line that begins like this.
const fn prefixed(prefix: ErrorPrefix) -> &'static str {
    match prefix {
        ErrorPrefix::Operation
        | ErrorPrefix::InitLoad
        | ErrorPrefix::InitRefresh
        | ErrorPrefix::StateLoad
        | ErrorPrefix::StateRefresh
        | ErrorPrefix::SourceRefresh
        | ErrorPrefix::ManagerLoad
        | ErrorPrefix::Load => "error loading state: …",
        ErrorPrefix::DestinationLoad | ErrorPrefix::DestinationRefresh => {
            "Failed to refresh destination state: …"
        }
        ErrorPrefix::PushSave => "Failed to persist state: …",
        ErrorPrefix::PushWrite => "Failed to write state",
        ErrorPrefix::RefreshSave | ErrorPrefix::StateSave | ErrorPrefix::FileSave => {
            "Error writing state file: …"
        }
    }
}

/// The topic of what a provider says: it has the provider's words.
const fn provided(error: ProviderError) -> &'static str {
    match error {
        ProviderError::UpdateFailed | ProviderError::DeleteFailed => "QuotaExceeded",
        ProviderError::QuotaExceeded
        | ProviderError::PostCreateFailure
        | ProviderError::AlreadyExists
        | ProviderError::ContextCanceled
        | ProviderError::PluginCrashed
        | ProviderError::Disconnected
        | ProviderError::AuthorizationFailed => error.text(),
    }
}
