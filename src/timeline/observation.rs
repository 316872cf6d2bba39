//! Observations: the cloud, the remote state, `errored.tfstate`, the lock, and what each process
//! believes at one instant.
//!
//! Whatever grows with the scenario's resources is a persistent map that the observation shares
//! with the world and with other observations: one can be taken at every instant.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use super::lost_update::LostUpdate;
use super::objects::CloudObjects;
use super::versions::BlobVersions;
use crate::kernel::SimTime;
use crate::scenario::{CredentialState, LinkState, ObjectStatus};
use crate::service::azure::{BlobHistory, LeaseId};
use crate::service::postgres::{LockKey, SessionId};
use crate::terraform::backend::Backend;
use crate::terraform::backend::azurerm::Metadata;
use crate::terraform::backend::s3;
use crate::terraform::process::{DiskState, ProcessPhase};
use crate::terraform::transcript::Stream;
use crate::terraform::{
    Attributes, BlobContent, Configuration, Diagnostic, LockId, LockInfo, ObjectId, OperatorId,
    RecordedObject, ResourceId, RunEnd, RunId, Serial, StateFile, StateSnapshot,
};

/// An object that the cloud has, made or being made.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CloudObject {
    /// The address under which a state is to record it: the one for which it was created, until a
    /// configuration and a state agree on another one.
    pub resource: ResourceId,
    /// How far it is.
    pub status: ObjectStatus,
    /// What the cloud says of it.
    pub attributes: Arc<Attributes>,
    /// The inputs that it was last given. No provider reads them back.
    pub inputs: Arc<Attributes>,
    /// Whether its creation was finished and its provisioner, if it has one, was done.
    pub is_whole: bool,
    /// What copies of the state have said of it and the cloud can't.
    pub copied: Copied,
}

/// What a copy of the state has said of an object and no cloud can: it is known as long as a copy
/// is left, and missed where none is.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Copied {
    /// The last inputs that it had been given when a copy had them; `None` where none ever did.
    pub inputs: Option<Arc<Attributes>>,
    /// Whether a copy marked it as tainted, and nobody has declared it whole since.
    pub is_tainted: bool,
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

impl LocalFile {
    /// The state, if it is one.
    pub const fn state(&self) -> Option<&Arc<StateFile>> {
        match self {
            Self::State(file) => Some(file),
            Self::Empty | Self::Unreadable => None,
        }
    }
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
}

/// The lock on the state, as its backend has it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum LockObservation {
    /// The lease on the state blob.
    Lease(LeaseObservation),
    /// An object in a bucket, or an item in a table. It stays whatever becomes of who put it there.
    Record {
        /// Whether there is one.
        is_held: bool,
        /// Its ID, where it can be read.
        id: Option<LockId>,
    },
    /// An advisory lock of a session with a database server. It ends when the server sees the session
    /// end.
    Session {
        /// The run whose session it is; `None` where it is free.
        holder: Option<RunId>,
        /// Whether the server keeps the session although the run has lost or left it: the lock is
        /// nobody's.
        is_left: bool,
    },
    /// The kernel's lock on a local state file. It ends with its process.
    Kernel {
        /// The run that has it; `None` where it is free.
        holder: Option<RunId>,
    },
}

impl LockObservation {
    /// Whether it keeps others from writing.
    pub const fn is_locked(self) -> bool {
        match self {
            Self::Lease(LeaseObservation::Leased { .. } | LeaseObservation::Breaking { .. })
            | Self::Record { is_held: true, .. }
            | Self::Session {
                holder: Some(_), ..
            }
            | Self::Kernel { holder: Some(_) } => true,
            Self::Lease(
                LeaseObservation::Available | LeaseObservation::Expired | LeaseObservation::Broken,
            )
            | Self::Record { is_held: false, .. }
            | Self::Session { holder: None, .. }
            | Self::Kernel { holder: None } => false,
        }
    }

    /// The ID with which it is held; `None` where it is free, or where it has none.
    pub fn id(self) -> Option<LockId> {
        match self {
            Self::Lease(
                LeaseObservation::Leased { id, .. } | LeaseObservation::Breaking { id },
            ) => Some(id.into()),
            Self::Record { id, .. } => id,
            Self::Lease(
                LeaseObservation::Available | LeaseObservation::Expired | LeaseObservation::Broken,
            )
            | Self::Session { .. }
            | Self::Kernel { .. } => None,
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
    pub errors: Arc<Vec<Diagnostic>>,
    /// The text that an `az` command wrote, on which stream, in this order.
    pub written: Arc<Vec<(Stream, Arc<str>)>>,
    /// What it believes; `None` unless it is a living Terraform process.
    pub belief: Option<Belief>,
}

/// What a living Terraform process believes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Belief {
    /// What it is at.
    pub phase: ProcessPhase,
    /// The lock that it took and has to give back.
    pub lock: Option<LockInfo>,
    /// The serial of what it read, or of its last attempt to store.
    pub serial: Serial,
    /// What its next save would store.
    pub snapshot: StateSnapshot,
    /// What it last read or stored; `None` where it knows of no state.
    pub stored: Option<Arc<StateFile>>,
    /// Its walk through a plan, from its beginning on.
    pub walk: Option<WalkObservation>,
}

/// A walk through a plan.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct WalkObservation {
    /// The state with all that the walk has recorded in it so far.
    pub state: StateSnapshot,
    /// The resources whose operations run, in their order.
    pub operating: Arc<[ResourceId]>,
}

impl Belief {
    /// Whether the process holds an object in memory, or is about to create or change it, and the
    /// state that it last read or stored does not say so.
    pub fn is_unsaved(&self, resource: ResourceId) -> bool {
        let Some(walk) = &self.walk else {
            return false;
        };
        let in_memory = walk.state.object(resource);
        walk.operating.binary_search(&resource).is_ok()
            || (in_memory.is_some() && in_memory != self.stored_object(resource))
    }

    fn stored_object(&self, resource: ResourceId) -> Option<&Arc<RecordedObject>> {
        self.stored.as_ref()?.snapshot.object(resource)
    }

    /// All resources that are [unsaved](Self::is_unsaved).
    fn unsaved(&self) -> BTreeSet<ResourceId> {
        let Some(walk) = &self.walk else {
            return BTreeSet::new();
        };
        let nothing = StateSnapshot::default();
        let stored = self.stored.as_ref().map_or(&nothing, |file| &file.snapshot);
        walk.state
            .differences(stored)
            .filter(|resource| self.is_unsaved(*resource))
            .chain(walk.operating.iter().copied())
            .collect()
    }
}

/// An operator's machine.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct MachineObservation {
    /// The disk under the working directory.
    pub disk: DiskState,
    /// Whether it sleeps.
    pub is_suspended: bool,
    /// The way to the blob service.
    pub blob_requests: LinkState,
    /// The way back from the blob service.
    pub blob_answers: LinkState,
    /// The way to the cloud.
    pub cloud_requests: LinkState,
    /// The way back from the cloud.
    pub cloud_answers: LinkState,
    /// Whether the service that keeps the state takes its credentials.
    pub state_credentials: CredentialState,
    /// Whether the cloud takes its credentials.
    pub cloud_credentials: CredentialState,
}

/// What a bucket and a table hold beside the state.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AwsObservation {
    /// The lock object.
    pub lock_object: Option<s3::Object>,
    /// The lock item.
    pub lock_item: Option<s3::Item>,
    /// The digest; `None` where there is no item, or what it holds is none.
    pub digest: Option<DigestObservation>,
}

/// The digest that a table holds of a state.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum DigestObservation {
    /// A command that compares them is satisfied.
    Fits,
    /// What is stored is none: no command compares it.
    IsNone,
    /// It is not.
    Differs {
        /// What is stored.
        stored: String,
        /// That of the state object; `None` where there is no state.
        of_state: Option<String>,
    },
}

/// An advisory lock in a database, and whose session it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct SessionLock {
    /// What it is on.
    pub key: LockKey,
    /// The number of the session's server process.
    pub session: SessionId,
    /// The run that began the session, whether or not it still lives.
    pub run: RunId,
    /// Whose run that is.
    pub operator: OperatorId,
    /// Whether the run lives and has the session's connection: if not, the server has not seen that its
    /// client is gone.
    pub is_connected: bool,
}

/// The world at one instant.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Observation {
    /// When.
    pub time: SimTime,
    /// Where the state lives.
    pub backend: Backend,
    /// What a bucket and a table hold beside the state, where it is in a bucket.
    pub aws: Option<AwsObservation>,
    /// The operators whose configurations have another schema of the database, with a state of its own.
    pub strangers: Vec<OperatorId>,
    /// The operators whose configurations have the backend otherwise than most, and how.
    pub own_backends: Vec<(OperatorId, Backend)>,
    /// The advisory locks that are held in the database, where the state is in one.
    pub sessions: Vec<SessionLock>,
    /// What exists, whether or not any state knows it.
    pub cloud: CloudObjects,
    /// What the state blob holds.
    pub remote: RemoteState,
    /// `errored.tfstate` of each operator who has one.
    pub errored: BTreeMap<OperatorId, LocalFile>,
    /// The lock on the state.
    pub lock: LockObservation,
    /// What the lock info says: in the blob's metadata, or in the file beside a local state.
    pub lock_info: Option<LockInfo>,
    /// What the backup of a local state holds, where there is one.
    pub backup: Option<LocalFile>,
    /// The states that stand in other files of operators' directories, such as copies that somebody
    /// made.
    pub kept: Vec<Arc<StateFile>>,
    /// The states that other blobs than the state's hold.
    pub elsewhere: Vec<Arc<StateFile>>,
    /// The states that those blobs held and can hold again.
    pub elsewhere_past: Vec<Arc<StateFile>>,
    /// The names of the files in the directory of a local state, in their order.
    pub files: Vec<Arc<str>>,
    /// Who took the lock that is held, by a process or by hand; `None` where none is.
    pub holder: Option<OperatorId>,
    /// Which run took the lease or the lock that is held, whether or not it still lives; `None`
    /// where none is held.
    pub holder_run: Option<RunId>,
    /// Whether a command's own lease may run out before its end, because the client renews it too
    /// late for messages that take so long.
    pub is_lease_short: bool,
    /// All runs that have started, in the order of their starts.
    pub runs: Vec<RunObservation>,
    /// The last readable state with resources that the blob held before it lost it, where it
    /// did: it was deleted, emptied, overwritten with garbage or rolled back.
    pub lost: Option<Arc<StateFile>>,
    /// The records that a save dropped though its writer knew nothing of them, or was to store, and
    /// that nobody has put back since; of objects that may be gone by now.
    pub lost_updates: Arc<BTreeMap<ObjectId, LostUpdate>>,
    /// The states that the blob has held.
    pub versions: BlobVersions,
    /// Whether the blob has snapshots, without which it can't be deleted alone.
    pub has_snapshots: bool,
    /// What is kept of what the blob was: previous versions, blob snapshots, what is soft-deleted.
    /// `None` where nothing is.
    pub history: Option<Arc<BlobHistory<BlobContent, Metadata>>>,
    /// The configuration in each operator's working directory, by [`OperatorId`].
    pub configurations: Vec<Arc<Configuration>>,
    /// The operators' machines, by [`OperatorId`].
    pub machines: Vec<MachineObservation>,
    /// Whether the bound on events or time ended the replication.
    pub limit_reached: bool,
}

impl Observation {
    /// The backend as an operator's configuration has it.
    pub fn backend_of(&self, operator: OperatorId) -> Backend {
        let mut own = self.own_backends.iter();
        let own = own.find(|(known, _)| *known == operator);
        own.map_or(self.backend, |(_, backend)| *backend)
    }

    /// Whether what stands in the state's place keeps every command from going on.
    pub const fn is_unreadable(&self) -> bool {
        match self.remote {
            RemoteState::Unreadable => true,
            RemoteState::Empty => self.backend.refuses_empty(),
            RemoteState::Absent | RemoteState::State(_) => false,
        }
    }

    /// The state in the blob, where it can be read.
    pub const fn remote_state(&self) -> Option<&Arc<StateFile>> {
        match &self.remote {
            RemoteState::State(file) => Some(file),
            RemoteState::Absent | RemoteState::Empty | RemoteState::Unreadable => None,
        }
    }

    /// Every copy of the state that can be read as it stands: the backend's, each operator's
    /// `errored.tfstate`, the backup, what somebody kept, and what other blobs hold.
    pub fn copies(&self) -> impl Iterator<Item = &Arc<StateFile>> {
        let errored = self.errored.values().filter_map(LocalFile::state);
        let backup = self.backup.as_ref().and_then(LocalFile::state);
        { self.remote_state().into_iter() }
            .chain(errored)
            .chain(backup)
            .chain(&self.kept)
            .chain(&self.elsewhere)
    }

    /// What blobs were and can be again, by a version, a blob snapshot or an undeletion: copies, too,
    /// that no command reads before they have been restored.
    pub fn restorable(&self) -> impl Iterator<Item = &Arc<StateFile>> {
        let history = self.history.iter();
        let past = history.flat_map(|history| history.restorable(self.time));
        past.filter_map(|kept| kept.content.state())
            .chain(&self.elsewhere_past)
    }

    /// The runs that have not ended, in the order of their starts.
    pub fn living(&self) -> impl Iterator<Item = &RunObservation> {
        self.runs.iter().filter(|run| run.end.is_none())
    }

    /// The living run that took the lock which is held. Whether or not it still knows its lease
    /// ID, its owner who is asked says that it is alive.
    pub fn living_holder(&self) -> Option<&RunObservation> {
        let holder = self.holder_run?;
        self.living().find(|run| run.run == holder)
    }

    /// What the living Terraform processes believe, in the order of their starts.
    pub fn beliefs(&self) -> impl Iterator<Item = (RunId, &Belief)> {
        let runs = self.runs.iter();
        runs.filter_map(|run| Some((run.run, run.belief.as_ref()?)))
    }

    /// The resources whose objects a living process has in memory or is about to create or
    /// change, and means to save.
    pub fn unsaved(&self) -> BTreeSet<ResourceId> {
        self.beliefs()
            .flat_map(|(_, belief)| belief.unsaved())
            .collect()
    }
}
