//! Vacuities: what of a scenario never came to act, and why.

use crate::terraform::RunId;

/// A part of the scenario that never came to act.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Vacuity {
    /// Where it stands in the file, counted from 1.
    pub line: u32,
    /// What never happened.
    pub part: VacuousPart,
    /// Why, as far as it is known.
    pub reason: VacuityReason,
}

/// What stands at the line of a vacuity.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum VacuousPart {
    /// A step.
    Step,
    /// The failure that a step calls for.
    Failure,
    /// A rule of a step, by its position, counted from 1.
    Rule(usize),
}

/// Why something never came to act.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum VacuityReason {
    /// At its instant there was nothing for it to do.
    Idle(Idleness),
    /// Nothing felt what it staged.
    Unfelt(Staging),
    /// It says `effect: none`, and had one.
    HadEffect,
    /// Nothing came that the rule names.
    NothingCame,
    /// What came is not what the rule strikes.
    LeftAlone {
        /// How much came that it names.
        count: u64,
    },
    /// The step never started.
    NotStarted {
        /// What it waited for.
        waits_for: WaitedFor,
        /// How many steps below it did not start either.
        below: usize,
    },
}

/// What a step waited for that never started.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum WaitedFor {
    /// The end of a run that never ended.
    End(RunId),
    /// A fact that never occurred.
    Fact,
    /// An instant after the end.
    Time,
}

/// What was staged, to be felt later.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Staging {
    /// A machine sleeps.
    Sleep,
    /// The next operation on a resource fails.
    FailedOperation,
    /// A link is cut, or swallows what it carries.
    Link,
    /// A disk is full or can't be written.
    Disk,
    /// Credentials have expired.
    Credentials,
}

/// Why something that acts at once did nothing.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Idleness {
    /// No process was there for the signal.
    NobodySignalled,
    /// No process was there for the Ctrl+C.
    NobodyInterrupted,
    /// No process was there for the answer.
    NobodyAsked,
    /// There was no job to cancel.
    NothingToCancel,
    /// The machine that is to wake up was awake.
    Awake,
    /// The link that is to heal was up.
    LinkUp,
    /// The disk that is to be mended worked.
    DiskWorked,
    /// The credentials that are to be renewed were valid.
    CredentialsValid,
    /// There was no rule to end.
    NoRule,
    /// The configuration was so already.
    ConfigurationUnchanged,
    /// The file in the working directory was so already.
    FileUnchanged,
    /// There was no blob to delete.
    NoBlob,
    /// The blob that is to be emptied was empty.
    BlobEmpty,
    /// The blob held that already.
    BlobUnchanged,
    /// The blob never held a state that old.
    NoEarlierState,
    /// There was no lease to break.
    NoLease,
    /// The state is in no local file.
    NotLocal,
    /// What is around the local state was so already.
    StoreUnchanged,
    /// The objects were so already.
    ObjectsUnchanged,
    /// None of the objects existed.
    NoObject,
}
