//! Expectations: what a scenario's author says will hold.
//!
//! Whatever an expectation does not name is not judged.

use std::collections::BTreeMap;
use std::sync::Arc;

use schemars::JsonSchema;
use serde::Deserialize;

use crate::kernel::SimTime;
use crate::terraform::{OperatorId, ResourceId, RunId, Serial};

/// A property: an expectation over all instants of a replication, by name.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Property {
    /// The name: what it says, as a sentence's subject.
    pub name: Arc<str>,
    /// When the expectation has to hold.
    pub mode: PropertyMode,
    /// What has to hold, or must not.
    pub expectation: Expectation,
}

/// When a property's expectation has to hold.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PropertyMode {
    /// `always`: at every instant.
    Always,
    /// `never`: at no instant.
    Never,
    /// `eventually`: at some instant of every replication.
    Eventually,
    /// `sometimes`: at some instant of at least one replication, so that what is to be shown is
    /// shown.
    Sometimes,
}

impl PropertyMode {
    /// All modes.
    pub const ALL: [Self; 4] = [Self::Always, Self::Never, Self::Eventually, Self::Sometimes];

    /// The word in scenarios and in all output.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Always => "always",
            Self::Never => "never",
            Self::Eventually => "eventually",
            Self::Sometimes => "sometimes",
        }
    }
}

/// Where something stands in the file.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Default)]
pub struct Place {
    /// The line, counted from 1.
    pub line: u32,
    /// The character in the line, counted from 1.
    pub column: u32,
}

/// What holds at a point of the scenario.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Expectation {
    /// Where it stands in the file, counted from 1.
    pub line: u32,
    /// Where each of its keys stands, by the key's path: `errored.alice.serial`.
    pub keys: BTreeMap<String, Place>,
    /// `exit: { apply: 1 }`
    pub exit: Vec<(RunId, u8)>,
    /// `errors: { apply: [Failed to save state] }`: each is a part of an error that the run
    /// printed, and every error that it printed contains one of them.
    pub errors: Vec<(RunId, Vec<String>)>,
    /// `cloud: [subnet, vnet]`: exactly these resources' objects are there; or `{ vnet: creating }`.
    pub cloud: Option<CloudExpectation>,
    /// `remote`
    pub remote: Option<RemoteExpectation>,
    /// `errored: { alice: { serial: 100 } }`, or `alice: none`
    pub errored: Vec<(OperatorId, FileExpectation)>,
    /// `backup: { serial: 3 }`: the backup beside a local state.
    pub backup: Option<FileExpectation>,
    /// `lock`
    pub lock: Option<LockExpectation>,
    /// `findings: { orphaned_object: [subnet] }`: exactly these.
    pub findings: Option<BTreeMap<FindingName, Vec<String>>>,
    /// `in_sync`
    pub in_sync: Option<bool>,
    /// `ended_by: 33s`: the run had exited by then. Keyed by run.
    pub ended_by: Vec<(RunId, SimTime)>,
}

impl Expectation {
    /// An expectation of nothing that stands in the same place.
    pub(crate) fn bare(&self) -> Self {
        Self {
            line: self.line,
            keys: self.keys.clone(),
            ..Self::default()
        }
    }

    /// Where the key with this path stands; where it has no key of its own, the one around it.
    pub fn place(&self, path: &str) -> Place {
        let around = |path: &str| path.rfind('.');
        let mut path = path;
        loop {
            if let Some(place) = self.keys.get(path) {
                return *place;
            }
            let Some(end) = around(path) else {
                return Place {
                    line: self.line,
                    column: 1,
                };
            };
            path = &path[..end];
        }
    }

    /// Whether it names nothing that could be judged.
    pub fn is_empty(&self) -> bool {
        *self == self.bare()
    }
}

/// The objects in the cloud.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum CloudExpectation {
    /// `[subnet, vnet]`: those that a portal lists, made or being made. A resource stands twice
    /// where two objects exist for it.
    Listed(Vec<ResourceId>),
    /// `{ subnet: creating, vnet: exists }`: one object of each of these resources, and how far it
    /// is.
    Exact(Vec<(ResourceId, ObjectStatus)>),
}

/// How far an object in the cloud is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum ObjectStatus {
    /// The cloud has finished it.
    Exists,
    /// The cloud has accepted its creation, and has not finished it.
    Creating,
}

impl ObjectStatus {
    /// The word in scenarios and in all output.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Exists => "exists",
            Self::Creating => "creating",
        }
    }
}

/// What the state blob holds.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum RemoteExpectation {
    /// `absent`
    Absent,
    /// `empty`: 0 bytes.
    Empty,
    /// `unreadable`
    Unreadable,
    /// `{ serial: 101, resources: [subnet, vnet] }`; what is `None` is not judged.
    State {
        /// The serial.
        serial: Option<Serial>,
        /// The resources that it records.
        resources: Option<Vec<ResourceId>>,
    },
}

/// What a file holds that is written where a state is rescued or replaced: `errored.tfstate`, or the
/// backup.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum FileExpectation {
    /// `none`: there is no such file.
    None,
    /// `empty`: 0 bytes.
    Empty,
    /// `{ serial: 100, resources: [subnet] }`; what is `None` is not judged.
    State {
        /// The serial.
        serial: Option<Serial>,
        /// The resources that it records.
        resources: Option<Vec<ResourceId>>,
    },
}

/// Who holds the lock.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum LockExpectation {
    /// `free`
    Free,
    /// `held`: whoever holds it.
    Held,
    /// `held by alice`, in the lock info's words.
    HeldBy(OperatorId),
    /// `without_info`: leased, and no lock info says by whom.
    WithoutInfo,
}

/// The findings, by the names that scenarios use.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum FindingName {
    /// In the cloud, in no remote state, and no living process means to save it.
    OrphanedObject,
    /// In the remote state, gone from the cloud.
    GhostObject,
    /// In both, with other attributes.
    StaleAttributes,
    /// Marked tainted in the remote state.
    TaintedObject,
    /// Two objects in the cloud for one address.
    DuplicateObject,
    /// Recorded by the remote state under an address that is not its own.
    WrongAddress,
    /// Recorded by the remote state under two addresses.
    RecordedTwice,
    /// The remote state lacks inputs that a copy once had.
    LostInputs,
    /// `errored.tfstate` has another lineage than the remote state.
    LineageMismatch,
    /// `errored.tfstate` says what the remote state says.
    SpuriousErrored,
    /// `errored.tfstate` and the remote state each have what the other lacks.
    ForkedState,
    /// The remote state has all that `errored.tfstate` has, and more.
    StaleErrored,
    /// `errored.tfstate` has what the remote state lacks.
    RemoteBehindErrored,
    /// The lock is held, and no living process holds it.
    OrphanedLock,
    /// There is lock info, and no lease.
    LeftoverLockInfo,
    /// The state blob can't be read.
    CorruptState,
    /// What was recorded exists in no copy any more.
    StateLost,
    /// The state's digest in the table is not that of the state.
    DigestMismatch,
    /// A writer's records vanished from the state by another save, and nobody was told.
    LostUpdate,
    /// The bound on events or time ended the run.
    LimitReached,
}

impl FindingName {
    /// All findings.
    pub const ALL: [Self; 20] = [
        Self::OrphanedObject,
        Self::GhostObject,
        Self::StaleAttributes,
        Self::TaintedObject,
        Self::DuplicateObject,
        Self::WrongAddress,
        Self::RecordedTwice,
        Self::LostInputs,
        Self::LineageMismatch,
        Self::SpuriousErrored,
        Self::ForkedState,
        Self::StaleErrored,
        Self::RemoteBehindErrored,
        Self::OrphanedLock,
        Self::LeftoverLockInfo,
        Self::CorruptState,
        Self::StateLost,
        Self::DigestMismatch,
        Self::LostUpdate,
        Self::LimitReached,
    ];

    /// What it is about, in a line.
    pub const fn meaning(self) -> &'static str {
        match self {
            Self::OrphanedObject => "objects in the cloud that no remote state knows",
            Self::GhostObject => "objects that the remote state records and the cloud lacks",
            Self::StaleAttributes => "objects with other attributes than the remote state says",
            Self::TaintedObject => "objects that the remote state marks as tainted",
            Self::DuplicateObject => "resources with two objects in the cloud",
            Self::WrongAddress => "addresses under which the remote state records another's object",
            Self::RecordedTwice => "addresses under which an object is recorded a second time",
            Self::LostInputs => "resources whose inputs the remote state lacks",
            Self::LineageMismatch => "operators whose errored.tfstate has another lineage",
            Self::SpuriousErrored => "operators whose errored.tfstate says what the remote says",
            Self::ForkedState => "operators whose errored.tfstate and the remote differ both ways",
            Self::StaleErrored => "operators whose errored.tfstate is behind the remote",
            Self::RemoteBehindErrored => "operators whose errored.tfstate is ahead of the remote",
            Self::OrphanedLock => "the lock is held, and no living process holds it",
            Self::LeftoverLockInfo => "there is lock info, and no lease",
            Self::CorruptState => "the state blob can't be read",
            Self::StateLost => "what was recorded exists in no copy any more",
            Self::DigestMismatch => "the digest in the table is not that of the state",
            Self::LostUpdate => {
                "writers whose records vanished from the state, and nobody was told"
            }
            Self::LimitReached => "the bound on events or time ended the run",
        }
    }

    /// The name in scenarios and in all output.
    pub const fn name(self) -> &'static str {
        match self {
            Self::OrphanedObject => "orphaned_object",
            Self::GhostObject => "ghost_object",
            Self::StaleAttributes => "stale_attributes",
            Self::TaintedObject => "tainted_object",
            Self::DuplicateObject => "duplicate_object",
            Self::WrongAddress => "wrong_address",
            Self::RecordedTwice => "recorded_twice",
            Self::LostInputs => "lost_inputs",
            Self::LineageMismatch => "lineage_mismatch",
            Self::SpuriousErrored => "spurious_errored",
            Self::ForkedState => "forked_state",
            Self::StaleErrored => "stale_errored",
            Self::RemoteBehindErrored => "remote_behind_errored",
            Self::OrphanedLock => "orphaned_lock",
            Self::LeftoverLockInfo => "leftover_lock_info",
            Self::CorruptState => "corrupt_state",
            Self::StateLost => "state_lost",
            Self::DigestMismatch => "digest_mismatch",
            Self::LostUpdate => "lost_update",
            Self::LimitReached => "limit_reached",
        }
    }
}
