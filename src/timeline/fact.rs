//! Facts: what did occur, as values.

use std::sync::Arc;

use crate::kernel::{SimDuration, SimTime};
use crate::scenario::{CredentialState, DiskState, Link, LinkState, Peer, StoreChange};
use crate::service::Refusal;
use crate::service::azure::LeaseId;
use crate::terraform::process::{LockFact, OperationFact, OutputFact, Retry, StateFact};
use crate::terraform::{
    LockId, ObjectId, OperationKind, OperatorId, RequestKind, ResourceId, RunEnd, RunId, Serial,
    Signal,
};

/// Who acts, or to whom something happens: the timeline's second column.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Actor {
    /// An operator, or a process on the operator's machine.
    Operator(OperatorId),
    /// The service that keeps the state.
    Service,
    /// The cloud in which the objects exist.
    Cloud,
    /// The script: faults, hands from outside, notes.
    Scenario,
}

/// What a fault did.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum FaultNote {
    /// The request was lost; the service never saw it.
    RequestLost,
    /// The service did it; the answer was lost.
    AnswerLost,
    /// The request is never answered.
    Hangs,
    /// The request arrives this much later.
    RequestDelayed(SimDuration),
    /// The answer arrives this much later.
    AnswerDelayed(SimDuration),
    /// Something other than the service answered.
    AnsweredWith(Refusal),
}

/// What occurred, by family.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Fact {
    /// A process's life, and what was done to it.
    Process(ProcessFact),
    /// What a process wrote to its terminal.
    Output(OutputFact),
    /// What a process did to the lock, as far as it knows.
    Lock(LockFact),
    /// What became of a state in the hands of a process.
    State(StateFact),
    /// What became of an operation, as far as the process that asked for it knows.
    Operation(OperationFact),
    /// What became of a request to the blob service.
    Request(RequestFact),
    /// What the blob service did with the lease.
    Lease(LeaseFact),
    /// What became of the state blob.
    Blob(BlobFact),
    /// What the cloud did.
    Cloud(CloudFact),
    /// What became of an operator's machine, its files and its network.
    Machine(MachineFact),
    /// What the script did, and said.
    Script(ScriptFact),
}

/// The families of facts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Family {
    /// [`ProcessFact`]
    Process,
    /// [`OutputFact`]
    Output,
    /// [`LockFact`]
    Lock,
    /// [`StateFact`]
    State,
    /// [`OperationFact`]
    Operation,
    /// [`RequestFact`]
    Request,
    /// [`LeaseFact`]
    Lease,
    /// [`BlobFact`]
    Blob,
    /// [`CloudFact`]
    Cloud,
    /// [`MachineFact`]
    Machine,
    /// [`ScriptFact`]
    Script,
}

/// A family of facts, known before the fact is made.
pub trait FactFamily: Into<Fact> {
    /// Which.
    const FAMILY: Family;
}

macro_rules! families {
    ($($fact:ty, $family:ident;)*) => {
        $(
            impl FactFamily for $fact {
                const FAMILY: Family = Family::$family;
            }

            impl From<$fact> for Fact {
                fn from(fact: $fact) -> Self {
                    Self::$family(fact)
                }
            }
        )*
    };
}

families! {
    ProcessFact, Process;
    OutputFact, Output;
    LockFact, Lock;
    StateFact, State;
    OperationFact, Operation;
    RequestFact, Request;
    LeaseFact, Lease;
    BlobFact, Blob;
    CloudFact, Cloud;
    MachineFact, Machine;
    ScriptFact, Script;
}

/// A process's life, and what was done to it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ProcessFact {
    /// An operator typed a command.
    Started {
        /// Which run.
        run: RunId,
        /// The command line.
        line: Arc<str>,
        /// The shell whose script it stands in, if it does.
        shell: Option<RunId>,
    },
    /// A run ended.
    Ended {
        /// Which run.
        run: RunId,
        /// How.
        end: RunEnd,
        /// The signal that ended it, if one did.
        signal: Option<Signal>,
    },
    /// A prompt was answered.
    Answered(Arc<str>),
    /// A signal reached a process.
    Signalled(Signal),
    /// A wrapper or runner did something to a process.
    WrapperActed(WrapperAct),
}

/// What stands between an operator and a process, and acts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum WrapperAct {
    /// A wrapper forwards a Ctrl+C that the terminal has sent already.
    DoublesCtrlC,
    /// A wrapper answers a Ctrl+C by killing the process.
    KillsOnCtrlC,
    /// A wrapper keeps a Ctrl+C to itself.
    SwallowsCtrlC,
    /// A runner cancels its job: its signals follow.
    CancelsJob,
}

/// What became of a request to the blob service.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum RequestFact {
    /// A request left a process. One to the machine's own file system is answered at once, and
    /// nothing more is told of it.
    Sent {
        /// Counted over the replication, from 0.
        number: u64,
        /// Whose.
        run: RunId,
        /// The run that was the phase when the request was sent, whoever sent it.
        phase: RunId,
        /// Which kind.
        kind: RequestKind,
        /// The number of the refused request that it repeats, if it does.
        repeats: Option<u64>,
        /// The ID of the lock by whose right it asks.
        lock_id: Option<LockId>,
        /// Whether it is to be done only where an object, or an item, is as the request says, or
        /// is not there.
        is_conditional: bool,
        /// The serial of the state that it carries.
        serial: Option<Serial>,
        /// Whether it gives a lock back without saying which: its body is empty.
        has_empty_body: bool,
    },
    /// The blob service handled a request.
    Handled {
        /// The request's number.
        number: u64,
        /// Which kind.
        kind: RequestKind,
        /// The HTTP status; 0 where the service speaks no HTTP.
        status: u16,
        /// The service's code, if it refused.
        refusal: Option<Refusal>,
    },
    /// The answer to a request reached the process that waits for it.
    Arrived {
        /// The request's number.
        number: u64,
        /// Which kind.
        kind: RequestKind,
        /// The HTTP status; `None` where the connection was reset instead.
        status: Option<u16>,
    },
    /// A fault, or a dead link, struck a request.
    Struck {
        /// The request's number.
        number: u64,
        /// Which kind.
        kind: RequestKind,
        /// What happened to it.
        note: FaultNote,
    },
    /// A refused request will be sent again after a wait.
    Retried(Retry),
}

/// What the blob service did with the lease on the state blob.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum LeaseFact {
    /// The lease was acquired.
    Acquired {
        /// Its ID.
        id: LeaseId,
        /// When it ends unless it is renewed; `None`: never.
        until: Option<SimTime>,
    },
    /// It was renewed.
    Renewed {
        /// Its ID.
        id: LeaseId,
        /// When it ends now; `None`: never.
        until: Option<SimTime>,
    },
    /// Its ID was changed.
    Changed {
        /// The ID that it had.
        old: LeaseId,
        /// The ID that it has.
        new: LeaseId,
    },
    /// It was released.
    Released {
        /// The ID that it had.
        id: LeaseId,
    },
    /// It is gone, and the blob remembers no ID: the blob was deleted, or written to after the
    /// lease had ended.
    Cleared {
        /// The ID that it had.
        id: LeaseId,
    },
    /// It ran out.
    Expired {
        /// Its ID.
        id: LeaseId,
    },
    /// It is being broken: locked until the break period ends.
    Breaking {
        /// Its ID.
        id: LeaseId,
        /// When it is broken.
        until: SimTime,
    },
    /// It was broken: at once, or after the break period.
    Broken {
        /// Its ID.
        id: LeaseId,
    },
}

/// What the state blob holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum BlobVersion {
    /// 0 bytes.
    Empty,
    /// No state file.
    Unreadable,
    /// A state of this serial.
    State(Serial),
}

/// What became of the state blob.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum BlobFact {
    /// A request replaced what the blob holds.
    Stored {
        /// What it holds now.
        version: BlobVersion,
        /// Whose request it was.
        by: RunId,
    },
    /// A request deleted the blob.
    Deleted {
        /// Whose request it was.
        by: RunId,
    },
    /// A request brought back the blob, which was soft-deleted.
    Undeleted {
        /// What it holds now.
        version: BlobVersion,
        /// Whose request it was.
        by: RunId,
    },
    /// Somebody did something to it past the protocol.
    Handled(BlobHand),
}

/// Hands on the state blob, past the protocol.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum BlobHand {
    /// They deleted it.
    Deleted,
    /// They emptied it: 0 bytes.
    Emptied,
    /// They overwrote it with something that is no state.
    Overwritten,
    /// They put an earlier state back.
    Restored {
        /// Its serial.
        serial: Serial,
    },
    /// They broke its lease.
    LeaseBroken {
        /// With which break period.
        period: SimDuration,
    },
}

/// What the cloud did.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum CloudFact {
    /// It accepted an operation, and goes on with it whatever becomes of the process.
    Accepted {
        /// Whose operation.
        run: RunId,
        /// The resource.
        resource: ResourceId,
        /// The object.
        object: ObjectId,
        /// What is done.
        kind: OperationKind,
        /// When it will have been done.
        due: SimTime,
    },
    /// It dropped an operation that it had accepted: nothing is left of it.
    Withdrawn {
        /// Whose operation.
        run: RunId,
        /// The resource.
        resource: ResourceId,
        /// The object.
        object: ObjectId,
        /// What was to be done.
        kind: OperationKind,
    },
    /// It has done an operation: the object is there, changed, or gone.
    Done {
        /// The resource.
        resource: ResourceId,
        /// The object.
        object: ObjectId,
        /// What was done.
        kind: OperationKind,
    },
    /// Somebody outside Terraform changed an object.
    ChangedOutside {
        /// The resource.
        resource: ResourceId,
        /// What was done.
        kind: OperationKind,
    },
}

/// What became of an operator's machine, its files and its network.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum MachineFact {
    /// The machine went to sleep, or woke up.
    Suspended(bool),
    /// A link of the machine changed.
    LinkChanged {
        /// Which.
        link: Link,
        /// What it does now.
        state: LinkState,
        /// After which time it heals, if that is planned.
        duration: Option<SimDuration>,
    },
    /// The disk changed.
    DiskChanged(DiskState),
    /// Credentials expired, or were renewed.
    CredentialsChanged {
        /// For whom.
        peer: Peer,
        /// What they are worth now.
        state: CredentialState,
    },
    /// The operator edited the configuration.
    ConfigurationEdited,
    /// A file was written in the operator's working directory.
    FileWritten {
        /// The name.
        file: Arc<str>,
        /// The serial, for a state file.
        serial: Option<Serial>,
    },
    /// A file was removed from the operator's working directory.
    FileRemoved(Arc<str>),
    /// Somebody did something to a state in a local file, past Terraform.
    StateFileHandled(StoreChange),
}

/// What the script did, and said.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ScriptFact {
    /// A note of the scenario's author.
    Note(Arc<str>),
    /// A question of the scenario's author.
    Asked(Arc<str>),
    /// The wreck: from here on somebody mends.
    Wrecked(OperatorId),
    /// The bound on events or time ended the replication.
    LimitReached,
}
