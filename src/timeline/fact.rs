//! Facts: what did occur, as values.

use std::sync::Arc;

use crate::kernel::SimDuration;
use crate::service::azure::Refusal;
use crate::terraform::backend::Hold;
use crate::terraform::process::OperationOutcome;
use crate::terraform::{
    Counts, Diagnostic, LockId, LockInfo, ObjectId, OperationKind, OperatorId, RequestKind,
    ResourceId, RunEnd, RunId, Serial, Signal,
};

/// Who acts, or to whom something happens: the timeline's second column.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Actor {
    /// An operator, or a process on the operator's machine.
    Operator(OperatorId),
    /// The blob service.
    Blob,
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

/// What occurred.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Fact {
    /// What an operator and a process on the operator's machine did, and what was done to it.
    Process(ProcessFact),
    /// What became of a request to the blob service.
    Request(RequestFact),
    /// What became of the lock and of the lease beneath it.
    Lock(LockFact),
    /// What became of a state, remote or in a file.
    State(StateFact),
    /// What became of an operation on an object.
    Operation(OperationFact),
    /// What the script did, and said.
    Script(ScriptFact),
}

/// What an operator and a process on the operator's machine did, and what was done to it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ProcessFact {
    /// An operator typed a command.
    Started {
        /// Which run.
        run: RunId,
        /// The command line.
        line: Arc<str>,
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
    /// A plan was printed.
    Planned(Counts),
    /// A command waits at its prompt.
    Prompted,
    /// A prompt was answered.
    Answered(Arc<str>),
    /// A process printed an error.
    ErrorPrinted(Diagnostic),
    /// A process printed something else worth reading.
    Printed(Arc<str>),
    /// A signal reached a process.
    Signalled(Signal),
    /// A wrapper or runner did something to a process.
    WrapperActed(Arc<str>),
    /// A process was suspended or resumed.
    Suspended(bool),
    /// A process told its providers to stop.
    StopRequested,
}

/// What became of a request to the blob service.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum RequestFact {
    /// A request left a process.
    Sent {
        /// Counted over the replication, from 0.
        number: u64,
        /// Whose.
        run: RunId,
        /// The run that was the phase when the request was sent, whoever sent it.
        phase: RunId,
        /// Which kind.
        kind: RequestKind,
        /// The ID of the lock by whose right it asks.
        lock_id: Option<LockId>,
        /// The serial of the state that it carries.
        serial: Option<Serial>,
    },
    /// The blob service handled a request.
    Handled {
        /// The request's number.
        number: u64,
        /// Which kind.
        kind: RequestKind,
        /// The HTTP status.
        status: u16,
        /// The service's code, if it refused.
        refusal: Option<Refusal>,
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
    /// A refused request is repeated after a wait.
    Retried {
        /// Which kind.
        kind: RequestKind,
        /// How long the client waits.
        wait: SimDuration,
        /// Why.
        refusal: Refusal,
    },
}

/// What became of the lock and of the lease beneath it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum LockFact {
    /// A process took the lock.
    Acquired {
        /// The lock ID.
        id: LockId,
        /// What holds it.
        hold: Hold,
    },
    /// A process met a lock, and tries again later.
    Awaited {
        /// The holder's lock info.
        info: LockInfo,
        /// How long until the next attempt.
        wait: SimDuration,
    },
    /// A process gave the lock back.
    Released {
        /// The lock ID.
        id: LockId,
    },
    /// A process took somebody's lock away.
    Forced {
        /// The lock ID.
        id: LockId,
    },
    /// A lease was renewed.
    LeaseRenewed,
    /// A renewal failed.
    RenewalFailed {
        /// Whether the client forgot its lease ID over it.
        id_forgotten: bool,
    },
    /// A lease ran out.
    LeaseExpired,
    /// A lease was broken: at once, or after the break period.
    LeaseBroken {
        /// What is left of the break period.
        period: SimDuration,
    },
}

/// What became of a state, remote or in a file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum StateFact {
    /// A process read the state under its lock.
    Read {
        /// The serial; `None` where there is no state.
        serial: Option<Serial>,
    },
    /// A state was stored.
    Saved {
        /// The serial that it has.
        serial: Serial,
        /// How many objects it records.
        objects: u32,
    },
    /// A save failed.
    SaveFailed {
        /// The serial that it would have had.
        serial: Serial,
    },
    /// A file was written in the operator's working directory.
    FileWritten {
        /// The name.
        file: Arc<str>,
        /// The serial, for a state file.
        serial: Option<Serial>,
    },
    /// `errored.tfstate` could not be written.
    ErroredNotWritten {
        /// Whether the state's JSON went to the terminal.
        is_on_terminal: bool,
        /// Whether Terraform claims that it has written the file.
        is_claimed: bool,
    },
    /// A file was removed from the operator's working directory.
    FileRemoved(Arc<str>),
}

/// What became of an operation on an object.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum OperationFact {
    /// An operation of the provider began.
    Began {
        /// The resource.
        resource: ResourceId,
        /// What is done.
        kind: OperationKind,
    },
    /// The cloud did an operation: the object is there, changed, or gone.
    Done {
        /// The resource.
        resource: ResourceId,
        /// The object.
        object: ObjectId,
        /// What was done.
        kind: OperationKind,
    },
    /// A process learned that an operation ended.
    Ended {
        /// The resource.
        resource: ResourceId,
        /// What was to be done.
        kind: OperationKind,
        /// How it ended.
        outcome: OperationOutcome,
    },
    /// A provisioner runs on a new object.
    ProvisionerBegan {
        /// The resource.
        resource: ResourceId,
    },
    /// Resources were skipped, because what they need failed.
    Skipped {
        /// How many.
        count: u32,
    },
    /// Somebody outside Terraform changed an object.
    ChangedOutside {
        /// The resource.
        resource: ResourceId,
        /// What was done.
        kind: OperationKind,
    },
}

/// What the script did, and said.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ScriptFact {
    /// Something happened that the script asked for, in words: the network, the disk,
    /// credentials, hands from outside.
    Staged(Arc<str>),
    /// A note of the scenario's author.
    Note(Arc<str>),
    /// A question of the scenario's author.
    Asked(Arc<str>),
    /// The wreck: from here on somebody mends.
    Wrecked(OperatorId),
    /// The bound on events or time ended the replication.
    LimitReached,
}

impl From<ProcessFact> for Fact {
    fn from(fact: ProcessFact) -> Self {
        Self::Process(fact)
    }
}

impl From<RequestFact> for Fact {
    fn from(fact: RequestFact) -> Self {
        Self::Request(fact)
    }
}

impl From<LockFact> for Fact {
    fn from(fact: LockFact) -> Self {
        Self::Lock(fact)
    }
}

impl From<StateFact> for Fact {
    fn from(fact: StateFact) -> Self {
        Self::State(fact)
    }
}

impl From<OperationFact> for Fact {
    fn from(fact: OperationFact) -> Self {
        Self::Operation(fact)
    }
}

impl From<ScriptFact> for Fact {
    fn from(fact: ScriptFact) -> Self {
        Self::Script(fact)
    }
}
