//! Steps: the script of a scenario.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use schemars::JsonSchema;
use serde::Deserialize;

use super::expectation::Expectation;
use super::fault::ConnectionEnd;
use super::fault::{FailMode, FaultRule};
use crate::command::Command;
use crate::kernel::SimDuration;
use crate::kernel::SimTime;
use crate::service::local::{Access, Room};
use crate::terraform::process::DiskState;
use crate::terraform::{
    Attributes, Configuration, Lineage, LockId, ObjectId, OperationKind, OperatorId,
    RecordedObject, RequestKind, ResourceId, RunId, Serial, Signal,
};

/// One step: when, and what.
#[derive(Debug, Clone)]
pub struct Step {
    /// Where the step stands in the file, counted from 1.
    pub line: u32,
    /// When it starts. Steps start in order, never before the one above.
    pub trigger: Trigger,
    /// What the scenario says of its effect.
    pub effect: StepEffect,
    /// What it does.
    pub verb: Verb,
}

/// What a scenario says of the effect of a step that stages something.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum StepEffect {
    /// It has one: where it has none, the replication is vacuous.
    Some,
    /// `effect: none`: it has none, and that is what is to be shown.
    None,
}

/// When a step starts.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Trigger {
    /// Without a trigger: when all commands have ended.
    AllEnded,
    /// `at: 31s`: at this instant, before the model's own events.
    At(SimTime),
    /// `after: 2s` alone: that long after the step above started.
    After(SimDuration),
    /// `when: subnet created`, and `after` its delay.
    When {
        /// The fact to wait for.
        pattern: FactPattern,
        /// From when on facts count.
        since: Since,
        /// How long after the fact.
        after: SimDuration,
    },
}

/// From when on a fact counts for a `when`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Since {
    /// Since the latest `run` step started (the default), also where the fact is past.
    LatestRun,
    /// `since: beginning`
    Beginning,
}

/// The facts that a `when` can name.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum FactPattern {
    /// `subnet creating`, `updating`, `deleting`: the operation began.
    OperationBegan(ResourceId, OperationKind),
    /// `subnet created`, `updated`, `deleted`: the cloud has done it.
    OperationDone(ResourceId, OperationKind),
    /// `subnet failed`: an operation ended with an error.
    OperationFailed(ResourceId),
    /// `alice sends put_state 2`: the nth request of that kind since the facts count.
    Sends {
        /// Whose request.
        operator: OperatorId,
        /// Which kind.
        kind: RequestKind,
        /// Counted from 1.
        nth: u64,
    },
    /// `apply ended`: the run has exited. A run ends once, so that this also holds where it was
    /// long ago.
    RunEnded(RunId),
    /// `alice ended`: none of the operator's runs is alive, and one has ended.
    OperatorEnded(OperatorId),
    /// `alice prompted`: a command waits for an answer.
    Prompted(OperatorId),
    /// `subnet accepted`: the cloud goes on with an operation on its own.
    OperationAccepted(ResourceId),
    /// `subnet withdrawn`: the cloud dropped what it had accepted.
    OperationWithdrawn(ResourceId),
    /// `lease expired`
    Lease(LeaseEvent),
    /// `lock taken`: by any process.
    LockTaken,
    /// `lock freed`: a process gave it back, or took it away by force.
    LockFreed,
}

/// What a `when` can wait for of the lease.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum LeaseEvent {
    /// The service granted it.
    Acquired,
    /// It was renewed.
    Renewed,
    /// Its ID was changed.
    Changed,
    /// It was released.
    Released,
    /// It ran out.
    Expired,
    /// It is being broken.
    Breaking,
    /// It was broken.
    Broken,
    /// It was released, or is gone with the blob that it was on.
    Available,
}

impl LeaseEvent {
    /// All events.
    pub const ALL: [Self; 8] = [
        Self::Acquired,
        Self::Renewed,
        Self::Changed,
        Self::Released,
        Self::Expired,
        Self::Breaking,
        Self::Broken,
        Self::Available,
    ];

    /// The word in scenarios.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Acquired => "acquired",
            Self::Renewed => "renewed",
            Self::Changed => "changed",
            Self::Released => "released",
            Self::Expired => "expired",
            Self::Breaking => "breaking",
            Self::Broken => "broken",
            Self::Available => "available",
        }
    }
}

/// What a step does.
#[derive(Debug, Clone)]
pub enum Verb {
    /// `run`: the operator starts a command.
    Run {
        /// The step's `id`.
        run: RunId,
        /// `as`
        operator: OperatorId,
        /// The command, or for unquoted mistakes in it an error long before.
        command: Arc<Command>,
    },
    /// `ctrl_c`: at the operator's keyboard, through the operator's wrapper if there is one.
    CtrlC(OperatorId),
    /// `signal`: to the operator's latest process, past any wrapper.
    Signal(OperatorId, Signal),
    /// `signal` with a run's ID: to that process.
    SignalRun(RunId, Signal),
    /// `cancel`: a CI runner's escalation.
    Cancel(OperatorId, CancelPlan),
    /// `suspend`: the machine sleeps.
    Suspend(OperatorId),
    /// `resume`: the machine wakes up.
    Resume(OperatorId),
    /// `cut`, `blackhole`, `heal`: the network.
    Link {
        /// Which link.
        link: Link,
        /// What becomes of it.
        state: LinkState,
        /// `for`: after which it heals.
        duration: Option<SimDuration>,
    },
    /// `faults`: replaces the active rules.
    Faults(Vec<FaultRule>),
    /// `fail_next`: the resource's next operation fails; stands until it strikes.
    FailNext {
        /// The resource.
        resource: ResourceId,
        /// How it fails.
        mode: FailMode,
    },
    /// `edit`: the operator's configuration from now on.
    Edit(OperatorId, Arc<Configuration>),
    /// `file`: a state file appears in the operator's working directory.
    File(OperatorId, WrittenFile),
    /// `disk`
    Disk(OperatorId, DiskState),
    /// `blob`: hands on the state blob, past the protocol.
    Blob(BlobChange),
    /// `store`: hands on a local state, past Terraform. With azurerm it is `blob`.
    Store(StoreChange),
    /// `cloud`: hands on the objects, past Terraform.
    Cloud(CloudChange),
    /// `credentials`
    Credentials {
        /// Whose.
        operator: OperatorId,
        /// For the service that keeps the state; `None`: as they are.
        state: Option<CredentialState>,
        /// For the cloud; `None`: as they are.
        cloud: Option<CredentialState>,
    },
    /// `answer`: to the prompt at which the operator's latest command waits.
    Answer(OperatorId, Arc<str>),
    /// `phase`: requests are counted under this run again.
    Phase(RunId),
    /// `note`: a line on the timeline.
    Note(Arc<str>),
    /// `expect`: what holds now.
    Expect(Expectation),
    /// `wreck`: a graded runbook starts here, as this operator.
    Wreck(OperatorId),
    /// `ask`: a question to the audience.
    Ask(Arc<str>),
}

/// When a CI runner sends which signal, counted from the cancel.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct CancelPlan {
    /// SIGINT.
    pub interrupt: Option<SimDuration>,
    /// SIGTERM.
    pub terminate: Option<SimDuration>,
    /// SIGKILL.
    pub kill: Option<SimDuration>,
}

impl CancelPlan {
    /// GitHub Actions and Azure DevOps: SIGINT, 7.5 s, SIGTERM, 2.5 s, SIGKILL.
    pub const CI: Self = Self {
        interrupt: Some(SimDuration::ZERO),
        terminate: Some(SimDuration::from_ms(7_500)),
        kill: Some(SimDuration::from_ms(10_000)),
    };
}

/// A link of an operator's machine, or one direction of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Link {
    /// The operator.
    pub operator: OperatorId,
    /// The other end.
    pub peer: Peer,
    /// Which way.
    pub direction: Direction,
}

/// The other end of a link.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Peer {
    /// The service that keeps the state.
    State,
    /// The cloud in which the objects exist.
    Cloud,
}

/// Which way of a link is meant.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Direction {
    /// `alice <-> blob`
    Both,
    /// `alice -> blob`: requests.
    Outward,
    /// `alice <- blob`: answers.
    Inward,
}

/// What a link does with what is sent over it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum LinkState {
    /// Delivers it.
    Up,
    /// Connections are reset: requests fail at once.
    Cut,
    /// Nothing ever arrives, and nobody is told.
    Blackhole,
}

/// A file that a `file` step puts into a working directory.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct WrittenFile {
    /// The file's name.
    pub name: Arc<str>,
    /// What it contains; `None`: 0 bytes.
    pub content: Option<WrittenState>,
}

/// The state that a written file contains.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct WrittenState {
    /// The serial.
    pub serial: Serial,
    /// The lineage.
    pub lineage: StateFileLineage,
    /// The resources: their objects as the remote state, or else the cloud, has them now, or as
    /// they last existed.
    pub resources: Vec<ResourceId>,
    /// How it records some of them otherwise.
    pub details: RecordDetails,
}

/// How a state records some of its resources otherwise than as their objects are.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct RecordDetails {
    /// Other objects, whether or not they exist: `object`.
    pub objects: BTreeMap<ResourceId, ObjectId>,
    /// Those that are marked for replacement, and no others: `tainted`.
    pub tainted: Option<BTreeSet<ResourceId>>,
    /// All attributes that are recorded: `attributes`.
    pub attributes: BTreeMap<ResourceId, Arc<Attributes>>,
    /// All inputs that are recorded; `None` where the state has none, as after an import: `inputs`.
    pub inputs: BTreeMap<ResourceId, Option<Arc<Attributes>>>,
}

impl RecordDetails {
    /// The record of a resource with what is otherwise in it.
    pub fn apply(&self, resource: ResourceId, record: Arc<RecordedObject>) -> Arc<RecordedObject> {
        let tainted = self.tainted.as_ref();
        let changed = RecordedObject {
            is_tainted: tainted.map_or(record.is_tainted, |all| all.contains(&resource)),
            attributes: { self.attributes.get(&resource) }
                .unwrap_or(&record.attributes)
                .clone(),
            inputs: { self.inputs.get(&resource) }
                .unwrap_or(&record.inputs)
                .clone(),
            ..(*record).clone()
        };
        // What is as it was stays shared.
        if changed == *record {
            record
        } else {
            Arc::new(changed)
        }
    }
}

/// The lineage of a written state file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum StateFileLineage {
    /// `remote`: the remote state's own.
    Remote,
    /// Another one.
    Other(Lineage),
}

/// Hands on the state blob.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum BlobChange {
    /// `delete`
    Delete,
    /// `truncate`: to 0 bytes.
    Truncate,
    /// `content: "…"`: something that is no state file.
    Content(Arc<str>),
    /// `restore: N`: the Nth state before what the blob holds now; 1 is the last one that it held,
    /// where it holds none any more.
    Restore(u64),
    /// `break_lease: 0s`: with that break period.
    BreakLease(SimDuration),
}

/// Hands on a local state, past Terraform.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum StoreChange {
    /// `delete`
    Delete,
    /// `empty`: to 0 bytes.
    Empty,
    /// `content: "…"`: something that is no state file.
    Content(Arc<str>),
    /// `disk: full`, `disk: ok`: the disk that the state file is on.
    Room(Room),
    /// `access`: whether the state file and its directory can be written. It binds every operator;
    /// what is open already can still be written.
    Access {
        /// The file.
        file: Access,
        /// The directory.
        directory: Access,
    },
    /// `occupied: state`: a directory stands where the state file should be.
    OccupyState,
    /// `occupied: backup`: a directory stands where the backup should be.
    OccupyBackup,
    /// `lock_info: remove`
    RemoveLockInfo,
    /// `lock_info: { id: … }`: lock info that nobody holds.
    LockInfo(LockId),
    /// `lock_info: { content: "…" }`: something that is no lock info.
    LockInfoContent(Arc<str>),
    /// `restore: 1`: the state in a bucket becomes the one of so many versions ago.
    Restore(u64),
    /// `lock_item: remove`
    RemoveLockItem,
    /// `lock_item: { content: "…" }`: something that is no lock info.
    LockItemContent(Arc<str>),
    /// `lock_item: { id: … }`: an item that nobody has put there.
    LockItem(LockId),
    /// `digest: fitting`: somebody writes the digest of the state that is there.
    FitDigest,
    /// `digest: remove`
    RemoveDigest,
    /// `digest: { content: "…" }`: another digest, or none at all.
    DigestContent(Arc<str>),
    /// `connections: { change: half_open, of: alice }`: what becomes of connections to a database that
    /// are open now; new ones work.
    Connections {
        /// Whose; `None` for all.
        of: Option<OperatorId>,
        /// What becomes of them.
        change: ConnectionChange,
    },
    /// `end_session`: an administrator ends the sessions that hold the lock.
    EndSession,
    /// `restart`: the database server restarts, and all sessions end.
    Restart,
}

/// What becomes of open connections.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ConnectionChange {
    /// They end.
    End(ConnectionEnd),
    /// `blackhole`: nothing is carried on them any more, and nobody is told.
    Blackhole,
}

/// Hands on the objects in the cloud.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum CloudChange {
    /// `delete: [subnet]`
    Delete(Vec<ResourceId>),
    /// `change: { subnet: { size: 3 } }`
    Change(Vec<(ResourceId, Attributes)>),
    /// `create: [subnet]`: somebody creates it by hand, as configured.
    Create(Vec<ResourceId>),
}

/// Whether credentials are accepted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum CredentialState {
    /// Accepted.
    Valid,
    /// Refused with 403.
    Expired,
}
