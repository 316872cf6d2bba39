//! Dialects: the words in which a version of Terraform says what it has to say.

use std::sync::Arc;

use super::command_model::ErrorPrefix;
use super::diagnostic::{DiagnosticKind, FileProblem};
use super::manager::ImportRefusal;

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
                ErrorPrefix::PushWrite => "Failed to write state",
                ErrorPrefix::StateSave => "Error saving the state",
                ErrorPrefix::FileSave => "Error writing state file",
            },
        }
    }
    /// The summary line of an error that has this cause, where it says the cause.
    pub fn summary(self, kind: &DiagnosticKind, cause: &str) -> Arc<str> {
        match self {
            Self::V1_11 => summary_1_11(kind, cause),
        }
    }
}

fn summary_1_11(kind: &DiagnosticKind, cause: &str) -> Arc<str> {
    use DiagnosticKind as Kind;
    let fixed = match kind {
        Kind::OpenFailed(prefix)
        | Kind::OpenLocked(prefix)
        | Kind::ReadFailed(prefix)
        | Kind::WriteFailed(prefix) => {
            return format!("{}: {cause}", Dialect::V1_11.prefix(*prefix)).into();
        }
        Kind::BareListFailed => return cause.into(),
        Kind::ListFailed => return format!("Failed to get existing workspaces: {cause}").into(),
        Kind::ForceUnlockFailed => return format!("Failed to unlock state: {cause}").into(),
        Kind::ForceUnlockMismatch { typed } => {
            return format!(
                "Failed to unlock state: lock id \"{typed}\" does not match existing lock"
            )
            .into();
        }
        Kind::NotConfigured { address } => {
            return format!("resource address \"{address}\" does not exist in the configuration.")
                .into();
        }
        Kind::PushRefused(refusal) => return push_refused_1_11(*refusal).into(),
        Kind::BadFile { file, problem } => return bad_file_1_11(file, *problem).into(),
        Kind::Program(error) => return error.to_string().into(),
        Kind::IntermediateSaveFailed | Kind::Unconfigured => cause,
        Kind::StateFileNotRead => "Failed to read state file",
        Kind::NoWorkspaces => "workspaces not supported",
        Kind::NoStateFile => "No state file was found!",
        Kind::NotForced => "Local state cannot be unlocked by another process",
        Kind::UnsupportedState => "Unsupported state file format",
        Kind::LockRefused => "Error acquiring the state lock",
        Kind::UnlockFailed => "Error releasing the state lock",
        Kind::SaveFailed => "Failed to save state",
        Kind::StateNotPersisted => "Failed to persist state to backend",
        Kind::StateFileNotCreated => "Failed to create local state file",
        Kind::FlushFailed => "Error saving current state",
        Kind::ExecutionHalted => "execution halted",
        Kind::OperationCanceled => "operation canceled",
        Kind::ApplyCancelled => "Apply cancelled.",
        Kind::ForceUnlockCancelled => "force-unlock cancelled.",
        Kind::ApprovalInterrupted => "Error asking for approval: interrupted",
        Kind::OperationFailed(error) => error.text(),
        Kind::ProvisionerFailed => "local-exec provisioner error",
        Kind::PlanNotWritten => "Failed to write plan file",
        Kind::StalePlan => "Saved plan is stale",
        Kind::ForeignPlan => "Saved plan does not match the given state",
        Kind::InstanceNotFound => "No instance found for the given address!",
        Kind::AlreadyManaged => "Resource already managed by Terraform",
        Kind::RemoteObjectNotFound => "Cannot import non-existent remote object",
        Kind::InvalidTarget => "Invalid target address",
        Kind::InvalidSource => "Invalid source address",
        Kind::InvalidMove => "Invalid state move request",
        Kind::NoSuchInstance => "No such resource instance",
        Kind::NotTainted => "Resource instance is not tainted",
    };
    fixed.into()
}

fn bad_file_1_11(file: &str, problem: FileProblem) -> String {
    match problem {
        FileProblem::SourceMissing => format!("open {file}: no such file or directory"),
        FileProblem::SourceEmpty => format!("Error reading source state \"{file}\": no state"),
        FileProblem::SourceUnsupported => {
            format!("Error reading source state \"{file}\": Unsupported state file format")
        }
        FileProblem::NoPlan => format!("Failed to load \"{file}\" as a plan file"),
        FileProblem::NotShown => "Failed to read the given file as a state or plan file".to_owned(),
    }
}

fn push_refused_1_11(refusal: ImportRefusal) -> String {
    match refusal {
        ImportRefusal::Lineage { file, remote } => format!(
            "Failed to write state: cannot import state with lineage \"{file}\" over unrelated \
             state with lineage \"{remote}\""
        ),
        ImportRefusal::Serial { file, remote } => format!(
            "Failed to write state: cannot import state with serial {file} over newer state with \
             serial {remote}"
        ),
        ImportRefusal::Content { serial } => format!(
            "Failed to write state: cannot overwrite existing state with serial {serial} with a \
             different state that has the same serial"
        ),
    }
}
