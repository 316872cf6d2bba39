//! Facts: what did occur, as values.

use std::sync::Arc;

use crate::azure::{LeaseDuration, LeaseId, Refusal};
use crate::kernel::SimDuration;
use crate::terraform::process::OperationOutcome;
use crate::terraform::{
    Counts, Diagnostic, LockInfo, ObjectId, OperationKind, OperatorId, RequestKind, ResourceId,
    RunEnd, RunId, Serial, Signal,
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
    /// An operator typed a command.
    RunStarted {
        /// Which run.
        run: RunId,
        /// The command line.
        line: Arc<str>,
    },
    /// A run ended.
    RunEnded {
        /// Which run.
        run: RunId,
        /// How.
        end: RunEnd,
        /// The signal that ended it, if one did.
        signal: Option<Signal>,
    },
    /// A request left a process.
    RequestSent {
        /// Counted over the replication, from 0.
        number: u64,
        /// Whose.
        run: RunId,
        /// The run that was the phase when the request was sent, whoever sent it.
        phase: RunId,
        /// Which kind.
        kind: RequestKind,
        /// The lease ID that it carries.
        lease_id: Option<LeaseId>,
        /// The serial of the state that it carries.
        serial: Option<Serial>,
    },
    /// The blob service handled a request.
    RequestHandled {
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
    RequestStruck {
        /// The request's number.
        number: u64,
        /// Which kind.
        kind: RequestKind,
        /// What happened to it.
        note: FaultNote,
    },
    /// A refused request is repeated after a wait.
    RequestRetried {
        /// Which kind.
        kind: RequestKind,
        /// How long the client waits.
        wait: SimDuration,
        /// Why.
        refusal: Refusal,
    },
    /// A process took the lock.
    LockAcquired {
        /// The lock ID, which is the lease ID.
        id: LeaseId,
        /// How long the lease lasts.
        duration: LeaseDuration,
    },
    /// A process met a lock, and tries again later.
    LockAwaited {
        /// The holder's lock info.
        info: LockInfo,
        /// How long until the next attempt.
        wait: SimDuration,
    },
    /// A process gave the lock back.
    LockReleased {
        /// The lock ID.
        id: LeaseId,
    },
    /// A process took somebody's lock away.
    LockForced {
        /// The lock ID.
        id: LeaseId,
    },
    /// A lease was renewed.
    LeaseRenewed,
    /// A renewal failed.
    LeaseRenewalFailed {
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
    /// A process read the state under its lock.
    StateRead {
        /// The serial; `None` where there is no state.
        serial: Option<Serial>,
    },
    /// A plan was printed.
    Planned(Counts),
    /// A command waits at its prompt.
    Prompted,
    /// A prompt was answered.
    Answered(Arc<str>),
    /// An operation of the provider began.
    OperationBegan {
        /// The resource.
        resource: ResourceId,
        /// What is done.
        kind: OperationKind,
    },
    /// The cloud did an operation: the object is there, changed, or gone.
    OperationDone {
        /// The resource.
        resource: ResourceId,
        /// The object.
        object: ObjectId,
        /// What was done.
        kind: OperationKind,
    },
    /// A process learned that an operation ended.
    OperationEnded {
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
    /// A state was stored.
    StateSaved {
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
    /// Something happened that the script asked for, in words: the network, the disk,
    /// credentials, hands from outside.
    Staged(Arc<str>),
    /// Somebody outside Terraform changed an object.
    ChangedOutside {
        /// The resource.
        resource: ResourceId,
        /// What was done.
        kind: OperationKind,
    },
    /// A note of the scenario's author.
    Note(Arc<str>),
    /// A question of the scenario's author.
    Asked(Arc<str>),
    /// The wreck: from here on somebody mends.
    Wrecked(OperatorId),
    /// The bound on events or time ended the replication.
    LimitReached,
}
