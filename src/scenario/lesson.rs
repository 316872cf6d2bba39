//! What a scenario is for in a course: whom it suits, what it is about, where it is taught.
//!
//! None of it moves anything: the same scenario with another lesson has the same timeline.

use schemars::JsonSchema;
use serde::Deserialize;

/// What a scenario is for in a course. Empty where its file says nothing of it.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Lesson {
    /// What a participant must know before.
    pub level: Option<Level>,
    /// What it is about, each once, in the order of the file.
    pub topics: Vec<LessonTopic>,
    /// The chapter of the course in which it comes first, counted from 1.
    pub course: Option<u16>,
}

/// What a participant must know before, from least to most.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Level {
    /// `terraform apply`: a first hour.
    First,
    /// What a state and its lock are: whoever works with them daily.
    Daily,
    /// How they are kept and what their errors mean: an expert.
    Expert,
}

impl Level {
    /// Every level, in their order.
    pub const ALL: [Self; 3] = [Self::First, Self::Daily, Self::Expert];

    /// As files and command lines have it: 1, 2 or 3.
    pub const fn number(self) -> u8 {
        match self {
            Self::First => 1,
            Self::Daily => 2,
            Self::Expert => 3,
        }
    }

    /// The level of a number as it is written.
    pub fn read(text: &str) -> Option<Self> {
        Self::ALL
            .into_iter()
            .find(|level| level.number().to_string() == text)
    }
}

/// What a scenario is about: a closed vocabulary, so that what is looked for is found.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum LessonTopic {
    /// Who may write: taking the lock, waiting for it, freeing it.
    Lock,
    /// How Azure keeps the lock: leases, their IDs and their ends.
    Lease,
    /// When the state is saved, and what is not saved by then.
    Save,
    /// `errored.tfstate`, and what becomes of it.
    Rescue,
    /// Ctrl+C, once and twice, and the signals that mean the same.
    Interrupt,
    /// A process that ends without its clean-up.
    Kill,
    /// Requests and answers that are lost or late, and a service that is busy.
    Network,
    /// Tokens, permissions, directories that can't be written.
    Access,
    /// Objects that exist and that no state records.
    Import,
    /// Objects that are marked for replacement.
    Taint,
    /// Objects that somebody changes or deletes by hand.
    Drift,
    /// The state itself lost, emptied, overwritten, restored or moved.
    State,
    /// What a plan says, and whether it is still true.
    Plan,
    /// Runs without a person: jobs, cancels, time limits.
    Pipeline,
    /// A state in a file.
    Local,
}

impl LessonTopic {
    /// Every topic, in the order in which they are taught.
    pub const ALL: [Self; 15] = [
        Self::Lock,
        Self::Lease,
        Self::Save,
        Self::Rescue,
        Self::Interrupt,
        Self::Kill,
        Self::Network,
        Self::Access,
        Self::Import,
        Self::Taint,
        Self::Drift,
        Self::State,
        Self::Plan,
        Self::Pipeline,
        Self::Local,
    ];

    /// As files and command lines have it.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Lock => "lock",
            Self::Lease => "lease",
            Self::Save => "save",
            Self::Rescue => "rescue",
            Self::Interrupt => "interrupt",
            Self::Kill => "kill",
            Self::Network => "network",
            Self::Access => "access",
            Self::Import => "import",
            Self::Taint => "taint",
            Self::Drift => "drift",
            Self::State => "state",
            Self::Plan => "plan",
            Self::Pipeline => "pipeline",
            Self::Local => "local",
        }
    }
}
