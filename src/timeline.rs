//! The timeline: what did occur, and what there was to see.
//!
//! These types are the narrow waist between the simulation and everything that reads it. The
//! simulation records facts and takes observations; verdicts and renderers read nothing else.
//!
//! ```
//! use std::sync::Arc;
//!
//! use leaselab::kernel::Seed;
//! use leaselab::scenario;
//! use leaselab::simulation::{Recording, simulate};
//! use leaselab::timeline::{Fact, RemoteState};
//!
//! let source = b"
//! leaselab: 1
//! title: an apply
//! resources: { vnet: { create: 4s } }
//! steps: [ { run: terraform apply -auto-approve, as: alice } ]
//! ";
//! let scenario = Arc::new(scenario::parse("apply.yaml", source)?);
//! let timeline = simulate(&scenario, Seed(0), Recording::On);
//! let operations = timeline.entries.iter().filter(|entry| matches!(entry.fact, Fact::Operation(_)));
//! assert!(operations.count() > 1);
//! assert!(matches!(timeline.last().remote, RemoteState::State(_)));
//! # Ok::<(), scenario::ScenarioErrors>(())
//! ```

pub mod fact;
pub mod lost_update;
pub mod objects;
pub mod observation;
pub mod screen;
pub mod vacuity;
pub mod watch;

mod log;
mod pattern;
mod versions;

use std::sync::Arc;

pub use fact::{
    Actor, BlobFact, BlobHand, BlobVersion, CloudFact, Fact, FactFamily, Family, FaultNote,
    LeaseFact, MachineFact, ProcessFact, RequestFact, ScriptFact, WrapperAct,
};
pub use log::{Entries, Log};
pub use lost_update::{Loss, LostUpdate};
pub use objects::CloudObjects;
pub use observation::{
    AwsObservation, Belief, CloudObject, Copied, DigestObservation, LeaseObservation, LocalFile,
    LockObservation, MachineObservation, Observation, RemoteState, RunObservation, SessionLock,
    WalkObservation,
};
pub use screen::{Shown, Sight};
pub use vacuity::{Idleness, Staging, Vacuity, VacuityReason, VacuousPart, WaitedFor};
pub use versions::BlobVersions;
pub use watch::{Unwatched, Watch};

pub use crate::scenario::ObjectStatus;
pub use crate::terraform::process::{
    LockFact, OperationFact, OperationOutcome, OutputFact, Printed, Retry, StateFact,
};

use crate::kernel::{Seed, SimTime};
use crate::terraform::Names;

/// One fact: when, who, what.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Entry {
    /// When it occurred.
    pub time: SimTime,
    /// Who did it, or to whom it happened.
    pub actor: Actor,
    /// What occurred.
    pub fact: Fact,
}

/// Why an observation was taken.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Occasion {
    /// An `expect` or `wreck` step: its position among the scenario's steps.
    Step(usize),
    /// Somebody who drives the simulation looked.
    Look,
    /// The end.
    End,
}

impl Occasion {
    /// The position of the step among the scenario's steps, if it was one.
    pub const fn step(self) -> Option<usize> {
        match self {
            Self::Step(step) => Some(step),
            Self::Look | Self::End => None,
        }
    }
}

/// An observation, and why it was taken.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Observed {
    /// Why.
    pub occasion: Occasion,
    /// What there was to see. Shared, so that a fork costs the same however much was looked at.
    pub observation: Arc<Observation>,
}

/// Everything that came of one replication.
#[derive(Debug, Clone)]
pub struct Timeline {
    /// The words behind the numbers.
    pub names: Arc<Names>,
    /// The seed.
    pub seed: Seed,
    /// The facts in order; empty where recording was off.
    pub entries: Log,
    /// The observations in order; the last one is the end's.
    pub observations: Vec<Observed>,
    /// What never came to act, in the order of the file.
    pub vacuities: Vec<Vacuity>,
    /// How many events occurred.
    pub events: u64,
    /// Whether it ran to its end, and was not stopped before.
    pub is_complete: bool,
}

impl Timeline {
    /// What there was to see at the end.
    pub fn last(&self) -> &Observation {
        &self
            .observations
            .last()
            .expect("every replication ends with an observation")
            .observation
    }
}
