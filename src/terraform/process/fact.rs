//! Facts that a process tells of itself. A timeline wraps them as they are.

use std::sync::Arc;

use super::super::backend::Hold;
use super::super::diagnostic::{Counts, Diagnostic};
use super::super::lock::{LockId, LockInfo};
use super::super::names::ResourceId;
use super::super::plan::Plan;
use super::super::request::{OperationKind, RequestKind};
use super::super::state::{Serial, StateFile};
use super::OperationOutcome;
use crate::kernel::SimDuration;
use crate::service::Refusal;
use crate::service::azure::{LeaseId, ReportedLease};

/// What a process tells of itself, by family.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Told {
    /// Of its lock.
    Lock(LockFact),
    /// Of a state.
    State(StateFact),
    /// Of its operations.
    Operation(OperationFact),
    /// On its terminal.
    Output(OutputFact),
    /// Of a refused request.
    Retry(Retry),
    /// Of a plan that it has made, before its counts: for whoever reads what is printed.
    Plan(ToldPlan),
    /// Of the resources that `state rm` has found and removed, before it saves: likewise.
    Removed(Arc<[ResourceId]>),
}

/// A plan that a process tells of.
#[derive(Debug, Clone)]
pub struct ToldPlan(pub Arc<Plan>);

impl PartialEq for ToldPlan {
    /// Whether it is the same plan, and not one like it.
    fn eq(&self, other: &Self) -> bool {
        Arc::ptr_eq(&self.0, &other.0)
    }
}

impl Eq for ToldPlan {}

/// What a process did to the lock, as far as it knows.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum LockFact {
    /// It took the lock.
    Acquired {
        /// The lock ID.
        id: LockId,
        /// What holds it.
        hold: Hold,
    },
    /// It met a lock, and tries again later.
    Awaited {
        /// The holder's lock info.
        info: LockInfo,
        /// How long until the next attempt.
        wait: SimDuration,
    },
    /// It gave the lock back.
    Released {
        /// The lock ID.
        id: LockId,
        /// What held it.
        hold: Hold,
    },
    /// It took somebody's lock away.
    Forced {
        /// The lock ID.
        id: LockId,
    },
    /// It renewed its lease.
    Renewed,
    /// It could not renew its lease.
    RenewalFailed {
        /// Whether the client forgot its lease ID over it.
        id_forgotten: bool,
    },
}

/// What became of a state in the hands of a process.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum StateFact {
    /// It read the state under its lock.
    Read {
        /// The serial; `None` where there is no state.
        serial: Option<Serial>,
    },
    /// It stored a state.
    Saved {
        /// The serial that it has.
        serial: Serial,
        /// How many objects it records.
        objects: u32,
    },
    /// It could not store a state.
    SaveFailed {
        /// The serial that it would have had.
        serial: Serial,
    },
    /// It could not write `errored.tfstate`.
    ErroredNotWritten {
        /// Whether the state's JSON went to the terminal.
        is_on_terminal: bool,
        /// Whether Terraform claims that it has written the file.
        is_claimed: bool,
    },
}

/// What became of an operation, as far as the process that asked for it knows.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum OperationFact {
    /// It asked a provider for an operation.
    Began {
        /// The resource.
        resource: ResourceId,
        /// What is done.
        kind: OperationKind,
    },
    /// It learned that an operation ended.
    Ended {
        /// The resource.
        resource: ResourceId,
        /// What was to be done.
        kind: OperationKind,
        /// How it ended.
        outcome: OperationOutcome,
    },
    /// It runs a provisioner on a new object.
    ProvisionerBegan {
        /// The resource.
        resource: ResourceId,
    },
    /// It skipped resources, because what they need failed.
    Skipped {
        /// How many.
        count: u32,
    },
    /// It told its providers to stop.
    StopRequested,
}

impl OperationFact {
    /// Whether the process writes a line about it at once. What failed is printed later, with the
    /// other errors.
    pub const fn is_output(&self) -> bool {
        match self {
            Self::Ended { kind, outcome, .. } => outcome.error(*kind).is_none(),
            Self::ProvisionerBegan { .. } => true,
            Self::Began { .. } | Self::Skipped { .. } | Self::StopRequested => false,
        }
    }
}

/// What a process wrote to its terminal.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum OutputFact {
    /// A plan.
    Planned(Counts),
    /// A question; it waits for an answer.
    Prompted,
    /// An error.
    ErrorPrinted(Arc<Diagnostic>),
    /// Something else worth reading.
    Printed(Printed),
}

/// What a program prints, other than plans and errors.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Printed {
    /// Text, as it stands on the terminal; lines end in all but the last.
    Text(Arc<str>),
    /// Nothing worth reading.
    Nothing,
    /// A state.
    State {
        /// Its serial.
        serial: Serial,
        /// The resources that it records.
        resources: Vec<ResourceId>,
    },
    /// The state blob's properties.
    Blob {
        /// The lease, as the service reports it.
        lease: ReportedLease,
        /// The lock ID in the lock info.
        lock: Option<LockId>,
    },
    /// A lease ID.
    LeaseId(LeaseId),
    /// How many seconds a lease still has.
    Seconds(u64),
}

impl Printed {
    /// What a state is told by: its serial and what it records.
    pub fn state(file: &StateFile) -> Self {
        Self::State {
            serial: file.serial,
            resources: file.snapshot.objects().map(|(id, _)| id).collect(),
        }
    }
}

/// A refused request will be sent again.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Retry {
    /// Which kind.
    pub kind: RequestKind,
    /// How long the client waits.
    pub wait: SimDuration,
    /// Why; `None` where the connection was lost.
    pub refusal: Option<Refusal>,
}

impl From<LockFact> for Told {
    fn from(fact: LockFact) -> Self {
        Self::Lock(fact)
    }
}

impl From<StateFact> for Told {
    fn from(fact: StateFact) -> Self {
        Self::State(fact)
    }
}

impl From<OperationFact> for Told {
    fn from(fact: OperationFact) -> Self {
        Self::Operation(fact)
    }
}

impl From<OutputFact> for Told {
    fn from(fact: OutputFact) -> Self {
        Self::Output(fact)
    }
}

impl From<ToldPlan> for Told {
    fn from(plan: ToldPlan) -> Self {
        Self::Plan(plan)
    }
}

impl From<Retry> for Told {
    fn from(retry: Retry) -> Self {
        Self::Retry(retry)
    }
}
