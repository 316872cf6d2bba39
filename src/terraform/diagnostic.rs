//! What a process prints: diagnostics, counts, and how it ends.

use std::fmt;
use std::sync::Arc;

use super::command_model::ErrorPrefix;
use super::dialect::Dialect;
use super::lock::LockInfo;
use super::manager::ImportRefusal;
use super::program::ProgramError;
use crate::service::Refusal;

/// How many objects a plan adds, changes and destroys, as `terraform plan` prints it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Counts {
    /// To create, replacements included.
    pub add: u32,
    /// To update in place.
    pub change: u32,
    /// To delete, replacements included.
    pub destroy: u32,
}

impl Counts {
    /// Whether nothing is to be done.
    pub const fn is_nothing(self) -> bool {
        self.add == 0 && self.change == 0 && self.destroy == 0
    }
}

/// What a provider, or the cloud behind it, says of an operation that failed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum ProviderError {
    /// The cloud refused a creation.
    QuotaExceeded,
    /// The cloud refused an update.
    UpdateFailed,
    /// The cloud refused a deletion.
    DeleteFailed,
    /// The object exists, and the operation failed all the same.
    PostCreateFailure,
    /// There is an object of that name already.
    AlreadyExists,
    /// The provider was told to stop, and did.
    ContextCanceled,
    /// The provider crashed.
    PluginCrashed,
    /// The connection to the cloud was lost.
    Disconnected,
    /// The cloud refused the credentials.
    AuthorizationFailed,
}

impl ProviderError {
    /// The line that is printed for it, in the provider's words.
    pub const fn text(self) -> &'static str {
        match self {
            Self::QuotaExceeded => "QuotaExceeded",
            Self::UpdateFailed => "UpdateFailed",
            Self::DeleteFailed => "DeleteFailed",
            Self::PostCreateFailure => "PostCreateFailure",
            Self::AlreadyExists => "A resource with the ID already exists",
            Self::ContextCanceled => "context canceled",
            Self::PluginCrashed => "Plugin did not respond",
            Self::Disconnected => "HTTP response was nil; connection may have been reset",
            Self::AuthorizationFailed => "AuthorizationFailed",
        }
    }
}

/// What is wrong with a file that a command names.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum FileProblem {
    /// `state push` of a file that is not there.
    SourceMissing,
    /// `state push` of 0 bytes.
    SourceEmpty,
    /// `state push` of something that is no state.
    SourceUnsupported,
    /// `apply` of something that is no plan.
    NoPlan,
    /// `show` of what is neither a state nor a plan, or is not there.
    NotShown,
}

/// What an error is about. Its words are a [`Dialect`]'s.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum DiagnosticKind {
    /// The list of workspaces failed; the line says so.
    ListFailed,
    /// The list of workspaces failed; the line is the bare cause.
    BareListFailed,
    /// The backend could not be configured; the line is the cause.
    Unconfigured,
    /// The backend could not be opened.
    OpenFailed(ErrorPrefix),
    /// There is no state, and somebody holds the lock that it takes to make one.
    OpenLocked(ErrorPrefix),
    /// The state could not be read.
    ReadFailed(ErrorPrefix),
    /// What was read is no state.
    UnsupportedState,
    /// The lock could not be taken.
    LockRefused,
    /// The lock could not be given back.
    UnlockFailed,
    /// `force-unlock` failed at a request, or met no lock info.
    ForceUnlockFailed,
    /// `force-unlock` was given another ID than the lock's.
    ForceUnlockMismatch {
        /// The ID as it was typed.
        typed: Arc<str>,
    },
    /// A local state file could not be read.
    StateFileNotRead,
    /// The backend has no workspaces.
    NoWorkspaces,
    /// There is no state to list.
    NoStateFile,
    /// `force-unlock` of a lock that belongs to another process.
    NotForced,
    /// The save of a command failed that leaves no `errored.tfstate`.
    WriteFailed(ErrorPrefix),
    /// The final save of an apply failed.
    SaveFailed,
    /// … and what became of the state is said above.
    StateNotPersisted,
    /// … and `errored.tfstate` could not be made.
    StateFileNotCreated,
    /// The save at the first interrupt failed.
    FlushFailed,
    /// The save of a finish failed: the resource counts as failed.
    IntermediateSaveFailed,
    /// The first interrupt stopped the command.
    ExecutionHalted,
    /// The second interrupt gave it up.
    OperationCanceled,
    /// The answer at the prompt was not "yes".
    ApplyCancelled,
    /// The same, at the prompt of `force-unlock`.
    ForceUnlockCancelled,
    /// An interrupt came at the prompt.
    ApprovalInterrupted,
    /// An operation on an object failed.
    OperationFailed(ProviderError),
    /// A provisioner was stopped.
    ProvisionerFailed,
    /// A state file may not replace the remote state.
    PushRefused(ImportRefusal),
    /// A plan could not be saved in its file.
    PlanNotWritten,
    /// The state has changed since the plan was saved.
    StalePlan,
    /// The plan was made for another state.
    ForeignPlan,
    /// `state show` of what the state does not have.
    InstanceNotFound,
    /// `import` of what the state has already.
    AlreadyManaged,
    /// `import` of what the cloud does not have.
    RemoteObjectNotFound,
    /// An address that the state does not have, or has already.
    InvalidTarget,
    /// `state mv` of what the state does not have.
    InvalidSource,
    /// `state mv` to an address of another type.
    InvalidMove,
    /// `taint` or `untaint` of what the state does not have.
    NoSuchInstance,
    /// `untaint` of what is not tainted.
    NotTainted,
    /// `import` to an address that is not configured.
    NotConfigured {
        /// The address.
        address: Arc<str>,
    },
    /// A file that the command names is not what it needs.
    BadFile {
        /// The file.
        file: Arc<str>,
        /// What is wrong with it.
        problem: FileProblem,
    },
    /// Another program than Terraform says this.
    Program(ProgramError),
}

impl DiagnosticKind {
    /// Whether the line is a bare cause: no summary line says what could not be done.
    pub const fn is_bare(&self) -> bool {
        matches!(self, Self::BareListFailed)
    }

    /// Whether somebody else's lock stopped the command, or its own failed to come about.
    pub const fn is_lock_error(&self) -> bool {
        matches!(self, Self::LockRefused | Self::OpenLocked(_))
    }
}

/// Why a command could not go on, as its error says it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Cause {
    /// What the summary line says of it, where it does.
    pub text: Arc<str>,
    /// What stands below the line, where that is not the same.
    pub detail: Option<Arc<str>>,
    /// The service's code, where the output shows one.
    pub code: Option<Refusal>,
    /// Another one, where it shows two: of a lock that was refused, and of its info.
    pub other_code: Option<Refusal>,
}

impl Cause {
    /// A cause that is its text.
    pub fn new(text: impl Into<Arc<str>>) -> Self {
        Self {
            text: text.into(),
            detail: None,
            code: None,
            other_code: None,
        }
    }

    /// The cause behind another line, which has no room for a detail of its own.
    #[must_use]
    pub fn in_line(self) -> Self {
        let text = match &self.detail {
            None => self.text,
            Some(detail) => format!("{}: {detail}", self.text).into(),
        };
        Self {
            text,
            detail: None,
            ..self
        }
    }
}

/// An error that a process prints: the line that users search for, and what belongs to it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Diagnostic {
    /// What it is about.
    pub kind: DiagnosticKind,
    /// The summary line.
    pub summary: Arc<str>,
    /// The cause, in the words of the client's transport, where there is one.
    pub cause: Option<Arc<str>>,
    /// The service's code, where the output shows one.
    pub code: Option<Refusal>,
    /// Another one, where it shows two: of a lock that was refused, and of its info.
    pub other_code: Option<Refusal>,
    /// The lock info, where the output shows it.
    pub lock_info: Option<LockInfo>,
    /// Whether that is the command's own, for want of the holder's.
    pub is_lock_own: bool,
}

impl Diagnostic {
    /// An error that is its summary.
    pub fn new(kind: DiagnosticKind, dialect: Dialect) -> Self {
        Self {
            summary: dialect.summary(&kind, ""),
            kind,
            cause: None,
            code: None,
            other_code: None,
            lock_info: None,
            is_lock_own: false,
        }
    }

    /// An error with its cause.
    pub fn with_cause(kind: DiagnosticKind, cause: Cause, dialect: Dialect) -> Self {
        Self {
            summary: dialect.summary(&kind, &cause.text),
            kind,
            cause: Some(cause.detail.unwrap_or(cause.text)),
            code: cause.code,
            other_code: cause.other_code,
            lock_info: None,
            is_lock_own: false,
        }
    }

    /// A line of another program than Terraform.
    pub fn of_program(error: ProgramError) -> Self {
        Self {
            summary: error.to_string().into(),
            kind: DiagnosticKind::Program(error),
            cause: None,
            code: None,
            other_code: None,
            lock_info: None,
            is_lock_own: false,
        }
    }
}

impl fmt::Display for Diagnostic {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.summary)
    }
}

/// How a run ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct RunEnd {
    /// The exit status that the shell shows.
    pub exit: u8,
    /// The plan's counts, where one was printed.
    pub plan: Option<Counts>,
    /// What was applied: printed by an apply or destroy that succeeded.
    pub applied: Option<Counts>,
}
