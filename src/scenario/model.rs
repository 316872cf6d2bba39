//! The parts of a scenario that hold from its start: configuration, timing, limits.

use std::sync::Arc;

use schemars::JsonSchema;
use serde::Deserialize;

use super::expectation::{Expectation, Property};
use super::lesson::Lesson;
use super::parameters::Settings;
use super::step::{RecordDetails, Step, Verb, WrittenState};
use crate::kernel::SimDuration;
use crate::service::azure::{BlobPath, Protection};
use crate::terraform::{
    Backend, ClientModel, Configuration, Lineage, LockInfo, Names, OperatorId, ResourceId, Serial,
};

/// A scenario, validated: everything that a replication needs but the seed.
#[derive(Debug, Clone)]
pub struct Scenario {
    /// The name: the file's stem.
    pub name: String,
    /// One line: what goes wrong.
    pub title: String,
    /// A paragraph: why it happens and what it teaches.
    pub why: Option<String>,
    /// For whoever shows it to others: what to point at, and the usual wrong answers.
    pub notes: Option<String>,
    /// Where it happened: an issue, or a section of the article.
    pub source: Option<String>,
    /// What it is for in a course.
    pub lesson: Lesson,
    /// Operators, runs, resources and objects.
    pub names: Arc<Names>,
    /// How Terraform behaves.
    pub client: ClientModel,
    /// How long things take.
    pub timing: Timing,
    /// What there is before the first step.
    pub before: Before,
    /// Where the state lives.
    pub backend: Backend,
    /// In which order resources that are ready together start.
    pub start_order: StartOrder,
    /// What each resource is, also those that no configuration has.
    pub definitions: Arc<Configuration>,
    /// The configuration that every operator starts with.
    pub configuration: Arc<Configuration>,
    /// By [`OperatorId`].
    pub operators: Vec<OperatorOptions>,
    /// What happens, in order.
    pub steps: Vec<Step>,
    /// What holds at the end.
    pub expect: Option<Expectation>,
    /// What holds over time.
    pub properties: Vec<Property>,
    /// The parameters, where the scenario has any.
    pub variant: Variant,
    /// Bounds that end a run that would not end.
    pub limits: Limits,
}

impl Scenario {
    /// The backend as an operator's configuration has it.
    pub fn backend_of(&self, operator: OperatorId) -> Backend {
        let options = self.operators.get(usize::from(operator.0));
        let own = options.and_then(|options| options.backend);
        own.unwrap_or(self.backend)
    }

    /// All that it expects, in the order in which it is judged: of its steps, then of the end.
    pub fn expectations(&self) -> impl Iterator<Item = &Expectation> {
        let steps = self.steps.iter().filter_map(|step| {
            if let Verb::Expect(expectation) = &step.verb {
                Some(expectation)
            } else {
                None
            }
        });
        let end = self.expect.iter().chain(&self.variant.expects);
        steps.chain(end).filter(|named| !named.is_empty())
    }

    /// The position of the `wreck` step among the steps, and who mends from there.
    pub fn wreck(&self) -> Option<(usize, OperatorId)> {
        let mut steps = self.steps.iter().enumerate();
        steps.find_map(|(index, step)| {
            if let Verb::Wreck(operator) = step.verb {
                Some((index, operator))
            } else {
                None
            }
        })
    }
}

/// Which of its variants a scenario is.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Variant {
    /// The value of each parameter.
    pub values: Settings,
    /// The parameters that are set to something, by the matrix or by hand: what tells the variant
    /// from the others.
    pub settings: Settings,
    /// What holds at the end in the rows of the matrix that these values match.
    pub expects: Vec<Expectation>,
}

/// In which order resources that are ready together start.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum StartOrder {
    /// In the order of the file.
    File,
    /// In an order that the seed draws, as it varies from run to run in Terraform.
    Shuffled,
}

/// What there is before the first step.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Before {
    /// The state blob.
    pub blob: BlobBefore,
    /// Objects that exist in the cloud, whether or not the state records them.
    pub cloud: Vec<ResourceId>,
    /// Who holds the lock, and is dead.
    pub lock: Option<LockBefore>,
    /// What the storage account keeps of blobs that are written over or deleted.
    pub protection: Protection,
    /// Whether a bucket keeps what its objects were.
    pub keeps_versions: bool,
    /// Blobs besides the state's.
    pub blobs: Vec<OtherBlob>,
}

/// A blob besides the state's, before the first step.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OtherBlob {
    /// Where it is.
    pub at: BlobPath,
    /// The state in it; `None`: 0 bytes.
    pub content: Option<WrittenState>,
}

/// A lock that somebody took before the first step, and of whom nothing lives any more.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct LockBefore {
    /// What the lock info says; its ID is the lock's.
    pub info: LockInfo,
}

/// The state blob before the first step.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum BlobBefore {
    /// There is none: no `terraform init` has run.
    Absent,
    /// A state with this serial that records these resources, which exist.
    State {
        /// 1 after `terraform init`.
        serial: Serial,
        /// Which state it is; drawn from the seed where the scenario does not say.
        lineage: Option<Lineage>,
        /// What it records.
        resources: Vec<ResourceId>,
        /// How it records some of them otherwise.
        details: RecordDetails,
    },
}

/// How long things take.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Timing {
    /// From the start of a `terraform` process to its first request (default 80 ms).
    pub start: SimDuration,
    /// Refresh and plan (default 600 ms).
    pub plan: SimDuration,
    /// One way between an operator and the blob service, shortest (default 2 ms).
    pub latency_min: SimDuration,
    /// One way between an operator and the blob service, longest (default 2 ms).
    pub latency_max: SimDuration,
}

impl Default for Timing {
    /// The medians of the recordings.
    fn default() -> Self {
        Self {
            start: SimDuration::from_ms(80),
            plan: SimDuration::from_ms(600),
            latency_min: SimDuration::from_ms(2),
            latency_max: SimDuration::from_ms(2),
        }
    }
}

/// An operator's circumstances.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct OperatorOptions {
    /// What stands between the operator's keyboard and Terraform.
    pub wrapper: Wrapper,
    /// In whose working directory the operator works.
    pub directory: OperatorId,
    /// The operator's own configuration of the backend, where it is another one.
    pub backend: Option<Backend>,
}

/// What stands between an operator's keyboard and Terraform.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Wrapper {
    /// Nothing.
    None,
    /// A program that forwards a Ctrl+C which the terminal has sent already: one press, two
    /// interrupts.
    DoublesCtrlC,
    /// A program that answers a Ctrl+C by killing Terraform.
    KillsOnCtrlC,
    /// A program that keeps a Ctrl+C to itself.
    SwallowsCtrlC,
}

/// Bounds that end a run that would not end.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Limits {
    /// At most this many events (default 10,000,000).
    pub events_max: u64,
    /// At most this much simulated time (default 7 days).
    pub time_max: SimDuration,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            events_max: 10_000_000,
            time_max: SimDuration::from_seconds(7 * 24 * 60 * 60),
        }
    }
}
