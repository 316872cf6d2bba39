//! Observations: the cloud, the remote state, `errored.tfstate` and the lock at one instant.

use std::collections::BTreeMap;
use std::sync::Arc;

use crate::kernel::SimTime;
use crate::scenario::ObjectStatus;
use crate::service::azure::LeaseId;
use crate::terraform::{
    Attributes, Configuration, Diagnostic, LockId, LockInfo, ObjectId, OperatorId, ResourceId,
    RunEnd, RunId, StateFile,
};

/// An object that the cloud has, made or being made.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CloudObject {
    /// The resource that it was created for.
    pub resource: ResourceId,
    /// How far it is.
    pub status: ObjectStatus,
    /// What the cloud says of it.
    pub attributes: Arc<Attributes>,
}

/// What the state blob holds.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum RemoteState {
    /// There is no blob.
    Absent,
    /// 0 bytes.
    Empty,
    /// No state file.
    Unreadable,
    /// A state.
    State(Arc<StateFile>),
}

/// A file that should hold a state.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum LocalFile {
    /// 0 bytes.
    Empty,
    /// No state file.
    Unreadable,
    /// A state.
    State(Arc<StateFile>),
}

/// The lease on the state blob.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum LeaseObservation {
    /// Never leased, or released.
    Available,
    /// Held. Locked.
    Leased {
        /// By whoever knows this ID.
        id: LeaseId,
        /// Whether it lasts until it is released or broken.
        is_infinite: bool,
    },
    /// Ran out; not locked.
    Expired,
    /// Being broken; still locked.
    Breaking {
        /// The ID with which its holder may still write.
        id: LeaseId,
    },
    /// Broken; not locked.
    Broken,
    /// No lease: a lock of the kernel on a local state file. It ends with its process.
    Process {
        /// The run that has it.
        run: RunId,
    },
}

impl LeaseObservation {
    /// Whether a write needs the lease ID.
    pub const fn is_locked(self) -> bool {
        match self {
            Self::Leased { .. } | Self::Breaking { .. } | Self::Process { .. } => true,
            Self::Available | Self::Expired | Self::Broken => false,
        }
    }

    /// The ID of the lock that it is.
    pub fn id(self) -> Option<LockId> {
        match self {
            Self::Leased { id, .. } | Self::Breaking { id } => Some(id.into()),
            Self::Available | Self::Expired | Self::Broken | Self::Process { .. } => None,
        }
    }
}

/// A run that has started.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RunObservation {
    /// Which.
    pub run: RunId,
    /// Who.
    pub operator: OperatorId,
    /// How it ended; `None` while it is alive.
    pub end: Option<RunEnd>,
    /// When it ended; `None` while it is alive.
    pub ended_at: Option<SimTime>,
    /// The ID of the lock that the process believes to hold, or that an answer on its way brings.
    pub lock_id: Option<LockId>,
    /// The errors that it printed so far.
    pub errors: Vec<Diagnostic>,
}

/// The world at one instant.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Observation {
    /// When.
    pub time: SimTime,
    /// What exists, whether or not any state knows it.
    pub cloud: BTreeMap<ObjectId, CloudObject>,
    /// What the state blob holds.
    pub remote: RemoteState,
    /// `errored.tfstate` of each operator who has one.
    pub errored: BTreeMap<OperatorId, LocalFile>,
    /// The lease on the state blob.
    pub lease: LeaseObservation,
    /// The lock info in the blob's metadata.
    pub lock_info: Option<LockInfo>,
    /// What the backup of a local state holds, where there is one.
    pub backup: Option<LocalFile>,
    /// Who took the lease that is held, by a process or by hand; `None` where none is.
    pub holder: Option<OperatorId>,
    /// All runs that have started, in the order of their starts.
    pub runs: Vec<RunObservation>,
    /// Objects that a living process has in memory or is about to create, and means to save.
    pub unsaved: Vec<ResourceId>,
    /// The last readable state with resources that the blob held before it lost it, where it
    /// did: it was deleted, emptied, overwritten with garbage or rolled back.
    pub lost: Option<Arc<StateFile>>,
    /// The configuration in each operator's working directory, by [`OperatorId`].
    pub configurations: Vec<Arc<Configuration>>,
    /// Whether the bound on events or time ended the replication.
    pub limit_reached: bool,
}
