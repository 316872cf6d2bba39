//! Lock info: what Terraform writes beside the lease, so that others can read who holds the lock.
//!
//! With azurerm the lock ID *is* the lease ID, and the lock info is blob metadata under
//! `terraformlockid`.

use std::fmt;

use super::names::OperatorId;
use crate::azure::LeaseId;
use crate::kernel::SimTime;

/// What a process was doing when it took the lock, in the words of the lock info.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum LockOperation {
    /// `plan`
    Plan,
    /// `apply`, and `destroy`, which is an apply of nothing.
    Apply,
    /// `refresh`
    Refresh,
    /// The blob is created at the first use of a backend.
    Init,
    /// `import`
    Import,
    /// `state push`
    StatePush,
    /// `state rm`
    StateRemove,
    /// `state mv`
    StateMove,
    /// `taint`
    Taint,
    /// `untaint`
    Untaint,
}

impl fmt::Display for LockOperation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Plan => "OperationTypePlan",
            Self::Apply => "OperationTypeApply",
            Self::Refresh => "OperationTypeRefresh",
            Self::Init => "init",
            Self::Import => "import",
            Self::StatePush => "state-push",
            Self::StateRemove => "state-rm",
            Self::StateMove => "state-mv",
            Self::Taint => "taint",
            Self::Untaint => "untaint",
        })
    }
}

/// The blob metadata that names the holder of the lock.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct LockInfo {
    /// The lock ID, which with azurerm is the lease ID.
    pub id: LeaseId,
    /// What the holder does.
    pub operation: LockOperation,
    /// Who holds the lock: `alice@alice`.
    pub who: OperatorId,
    /// When the lock was asked for.
    pub created: SimTime,
}
