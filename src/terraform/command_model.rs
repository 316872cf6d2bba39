//! Command models: what each command does in which way, in one table.
//!
//! A [`CommandModel`] is to a command what a [`ClientModel`](super::ClientModel) is to the whole
//! of Terraform: it says how the command locks, what an interrupt and a failed request mean to
//! it, and how its errors begin. The words of the beginnings are a
//! [`Dialect`](super::dialect::Dialect)'s.

use super::invocation::Action;
use super::lock::LockOperation;

/// How a line begins that tells why a command could not load, refresh or store the state.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum ErrorPrefix {
    /// The backend's operations, at their open as at their read.
    Operation,
    /// `init`, at its open.
    InitLoad,
    /// `init`, at its read.
    InitRefresh,
    /// The `state` commands, at their open.
    StateLoad,
    /// `state show`, `pull` and `rm`, at their read.
    StateRefresh,
    /// `state mv`, at its read.
    SourceRefresh,
    /// `state push`, at its open.
    DestinationLoad,
    /// `state push`, at its read.
    DestinationRefresh,
    /// `show`, at its open.
    ManagerLoad,
    /// The old commands that say the same at both, and `force-unlock`.
    Load,
    /// `refresh`, at its save.
    RefreshSave,
    /// `state push`, at its save.
    PushSave,
    /// `state push`, at a save that the state manager makes by itself.
    PushWrite,
    /// `state rm` and `state mv`, at their save.
    StateSave,
    /// `import`, `taint` and `untaint`, at their save.
    FileSave,
}

/// How the errors of an open and of the read that follows it begin.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Access {
    /// The backend could not be opened.
    pub open: ErrorPrefix,
    /// The state could not be read.
    pub read: ErrorPrefix,
}

/// What a command asks the container before it opens the state.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Listing {
    /// Nothing.
    None,
    /// Which workspaces there are, before it goes on; a failure has a summary line.
    First,
    /// Which workspaces there are, and nothing else; a failure is the bare cause.
    Only,
}

/// What an interrupt means to a command.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum OnInterrupt {
    /// It stops, as far as it has come.
    Heeds,
    /// Nothing.
    Ignores,
}

/// What a failed unlock means to the exit status of a command that has done its work.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum OnFailedUnlock {
    /// The command has failed.
    Fails,
    /// The error is printed, and the status stays what it is.
    IsPrinted,
}

/// What becomes of a state whose final save failed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum OnUnsaved {
    /// It is written to `errored.tfstate`.
    Rescues,
    /// It is lost; the error begins like this.
    Loses(ErrorPrefix),
}

/// A [command model](self).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct CommandModel {
    /// What it locks the state as, unless it is told not to lock; `None` where it never does.
    pub lock: Option<LockOperation>,
    /// What it lists first.
    pub listing: Listing,
    /// How its errors begin at its open and read.
    pub access: Access,
    /// How they begin when it opens and reads once more, where it does.
    pub second_access: Option<Access>,
    /// What an interrupt means to it.
    pub on_interrupt: OnInterrupt,
    /// What a failed unlock means to it.
    pub on_failed_unlock: OnFailedUnlock,
    /// What a failed save means to its state.
    pub on_unsaved: OnUnsaved,
}

/// An operation of the backend: it can be interrupted, and fails with its unlock.
const fn operation(lock: LockOperation, on_unsaved: OnUnsaved) -> CommandModel {
    CommandModel {
        lock: Some(lock),
        listing: Listing::None,
        access: OPERATION,
        second_access: None,
        on_interrupt: OnInterrupt::Heeds,
        on_failed_unlock: OnFailedUnlock::Fails,
        on_unsaved,
    }
}

/// A command that changes the state by itself.
const fn editor(lock: LockOperation, access: Access, save: ErrorPrefix) -> CommandModel {
    CommandModel {
        lock: Some(lock),
        listing: Listing::None,
        access,
        second_access: None,
        on_interrupt: OnInterrupt::Ignores,
        on_failed_unlock: OnFailedUnlock::IsPrinted,
        on_unsaved: OnUnsaved::Loses(save),
    }
}

/// A command that changes no state, and needs no lock.
const fn reader(access: Access) -> CommandModel {
    CommandModel {
        lock: None,
        listing: Listing::None,
        access,
        second_access: None,
        on_interrupt: OnInterrupt::Ignores,
        on_failed_unlock: OnFailedUnlock::IsPrinted,
        on_unsaved: OnUnsaved::Loses(ErrorPrefix::FileSave),
    }
}

const fn access(open: ErrorPrefix, read: ErrorPrefix) -> Access {
    Access { open, read }
}

const OPERATION: Access = access(ErrorPrefix::Operation, ErrorPrefix::Operation);
const OLD: Access = access(ErrorPrefix::Load, ErrorPrefix::Load);
const STATE: Access = access(ErrorPrefix::StateLoad, ErrorPrefix::StateRefresh);

impl Action {
    /// The model of the command.
    pub const fn model(&self) -> CommandModel {
        use ErrorPrefix as P;
        use LockOperation as L;
        match self {
            Self::Plan { .. } => operation(L::Plan, OnUnsaved::Rescues),
            Self::Apply { .. } | Self::ApplySaved { .. } => operation(L::Apply, OnUnsaved::Rescues),
            Self::Refresh { .. } => operation(L::Refresh, OnUnsaved::Loses(P::RefreshSave)),
            Self::Import { .. } => editor(L::Import, OPERATION, P::FileSave),
            Self::StatePush { .. } => {
                let push = access(P::DestinationLoad, P::DestinationRefresh);
                editor(L::StatePush, push, P::PushSave)
            }
            Self::StateRemove { .. } => editor(L::StateRemove, STATE, P::StateSave),
            Self::StateMove { .. } => {
                let source = access(P::StateLoad, P::SourceRefresh);
                editor(L::StateMove, source, P::StateSave)
            }
            Self::Taint(_) => editor(L::Taint, OLD, P::FileSave),
            Self::Untaint(_) => editor(L::Untaint, OLD, P::FileSave),
            Self::Init => CommandModel {
                listing: Listing::First,
                ..reader(access(P::InitLoad, P::InitRefresh))
            },
            Self::WorkspaceList => CommandModel {
                listing: Listing::Only,
                ..reader(OLD)
            },
            Self::StateList { .. } => reader(access(P::StateLoad, P::Load)),
            // It loads its own configuration's backend as an operation would, and then the state
            // as the other `state` commands do.
            Self::StateShow(_) => CommandModel {
                second_access: Some(STATE),
                ..reader(OPERATION)
            },
            Self::StatePull => reader(STATE),
            Self::Show { .. } => reader(access(P::ManagerLoad, P::Load)),
            Self::ForceUnlock { .. } | Self::Output { .. } => reader(OLD),
        }
    }
}
