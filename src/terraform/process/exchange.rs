//! What a process is told, and what it wants done.

use std::sync::Arc;

use schemars::JsonSchema;
use serde::Deserialize;

use super::super::backend::{Answer, Outgoing};
use super::super::configuration::ResourceConfig;
use super::super::diagnostic::{ProviderError, RunEnd};
use super::super::lock::LockInfo;
use super::super::names::{ObjectId, ResourceId};
use super::super::plan::{NodeIndex, SavedPlan};
use super::super::request::OperationKind;
use super::super::state::{RecordedObject, StateFile};
use super::fact::Told;
use super::lane::Lane;
use crate::kernel::SimDuration;

/// The name of the file that a failed save leaves behind.
pub const ERRORED: &str = "errored.tfstate";

/// A file in a working directory.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum FileContent {
    /// 0 bytes.
    Empty,
    /// A state file.
    State(Arc<StateFile>),
    /// A saved plan.
    Plan(Arc<SavedPlan>),
    /// Lock info.
    LockInfo(LockInfo),
    /// Something else.
    Text(Arc<str>),
}

impl FileContent {
    /// The state, if it is one.
    pub const fn state(&self) -> Option<&Arc<StateFile>> {
        match self {
            Self::State(file) => Some(file),
            Self::Empty | Self::Plan(_) | Self::LockInfo(_) | Self::Text(_) => None,
        }
    }
}

/// The disk of an operator's machine, where `errored.tfstate` goes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum DiskState {
    /// Works.
    #[default]
    Ok,
    /// No space left: a file is created and stays empty.
    Full,
    /// The directory can't be written.
    ReadOnly,
    /// A directory called `errored.tfstate` is in the way.
    Occupied,
}

/// How an operation ended for the process that asked for it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum OperationOutcome {
    /// Done.
    Done,
    /// The cloud refused before anything existed.
    FailedBefore,
    /// The object exists, and the provider returned its ID with an error.
    FailedWithId,
    /// The object exists, and the provider returned nothing.
    FailedWithoutId,
    /// There is an object of that name already.
    AlreadyExists,
    /// The provider was told to stop: it cancelled, and nothing exists.
    Cancelled,
    /// The provider was told to stop: it gave up with the ID.
    CancelledWithId,
    /// The provider was told to stop: it gave up with nothing, and the object stays.
    CancelledWithoutId,
    /// The provider crashed.
    Crashed,
    /// The connection to the cloud was lost.
    Disconnected,
    /// The cloud refused the credentials.
    Unauthorized,
}

impl OperationOutcome {
    /// Whether the provider returned an object.
    pub const fn has_id(self) -> bool {
        match self {
            Self::Done | Self::FailedWithId | Self::CancelledWithId => true,
            Self::FailedBefore
            | Self::FailedWithoutId
            | Self::AlreadyExists
            | Self::Cancelled
            | Self::CancelledWithoutId
            | Self::Crashed
            | Self::Disconnected
            | Self::Unauthorized => false,
        }
    }

    /// What is said of it, if it is an error.
    pub const fn error(self, kind: OperationKind) -> Option<ProviderError> {
        match self {
            Self::Done => None,
            Self::FailedBefore => Some(match kind {
                OperationKind::Create => ProviderError::QuotaExceeded,
                OperationKind::Update => ProviderError::UpdateFailed,
                OperationKind::Delete => ProviderError::DeleteFailed,
            }),
            Self::FailedWithId | Self::FailedWithoutId => Some(ProviderError::PostCreateFailure),
            Self::AlreadyExists => Some(ProviderError::AlreadyExists),
            Self::Cancelled | Self::CancelledWithId | Self::CancelledWithoutId => {
                Some(ProviderError::ContextCanceled)
            }
            Self::Crashed => Some(ProviderError::PluginCrashed),
            Self::Disconnected => Some(ProviderError::Disconnected),
            Self::Unauthorized => Some(ProviderError::AuthorizationFailed),
        }
    }
}

/// An operation that a provider is asked for.
#[derive(Debug, Clone)]
pub struct OperationOrder {
    /// Under which the end is reported.
    pub node: NodeIndex,
    /// The resource.
    pub resource: ResourceId,
    /// What is done.
    pub kind: OperationKind,
    /// What the resource is configured to be; a deletion may have none.
    pub config: Option<Arc<ResourceConfig>>,
    /// The object as the state records it; a creation has none.
    pub recorded: Option<Arc<RecordedObject>>,
}

/// How an operation ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct OperationEnd {
    /// Which.
    pub node: NodeIndex,
    /// What was done.
    pub kind: OperationKind,
    /// How.
    pub outcome: OperationOutcome,
    /// The object, where the provider returned one.
    pub object: Option<ObjectId>,
}

/// A timer that a process set for itself.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Timer {
    /// The process has started.
    Started,
    /// Refresh and plan are done.
    Planned,
    /// The next attempt to take the lock is due.
    LockPoll,
    /// `-lock-timeout` is over.
    LockDeadline,
    /// A refused request is sent again.
    Retry(Lane, u32),
    /// The lock is to be kept alive.
    KeepAlive,
    /// A provisioner is done.
    Provisioned(NodeIndex),
    /// 5 s have passed since the second interrupt.
    ForcedExit,
    /// The providers have ended, or were killed.
    ProvidersGone,
}

/// What happens to a process.
#[derive(Debug, Clone)]
pub enum Input {
    /// It starts.
    Start,
    /// A timer.
    Timer(Timer),
    /// An answer to the request of a lane.
    Answer(Lane, Answer),
    /// An operation ended.
    OperationEnded(OperationEnd),
    /// SIGINT or SIGTERM.
    Interrupt,
    /// The prompt was answered.
    Prompted(Arc<str>),
}

/// What a process wants done.
#[derive(Debug, Clone)]
pub enum Effect {
    /// Send a request.
    Send(Lane, Outgoing),
    /// Send the lane's last request again.
    Resend(Lane, Outgoing),
    /// Set a timer.
    SetTimer(SimDuration, Timer),
    /// Begin an operation.
    Operate(OperationOrder),
    /// Tell the providers to stop.
    StopProviders,
    /// The process no longer waits for its providers: they get 2 s, then they are killed.
    LeaveProviders,
    /// Write a file in the working directory.
    WriteFile(Arc<str>, FileContent),
    /// Print a state, to the terminal or to where the output is redirected.
    Print(FileContent),
    /// Something worth telling.
    Tell(Told),
    /// The process has ended.
    Exit(RunEnd),
}
