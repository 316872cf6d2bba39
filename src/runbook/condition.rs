//! Conditions: what the sentences of a runbook ask before something is typed.

use std::cmp::Ordering;
use std::fmt;

use super::{Guard, Runbook};
use crate::terraform::Serial;
use crate::terraform::manager::ImportRefusal;

/// What a condition asks.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Condition {
    /// There is a file `errored.tfstate` in the operator's directory.
    ErroredExists,
    /// The lease on the state blob is held.
    LockHeld,
    /// The lease is held, and a living process holds it: what its owner says who is asked.
    HolderAlive,
    /// The lease is held, and no living process holds it.
    HolderGone,
    /// The last command that could print one printed a lock ID.
    LockIdPrinted,
    /// The last command that takes the lock said that it can't be taken.
    LockErrorPrinted,
    /// The command that was typed last failed.
    LastFailed {
        /// What the one right above the sentence does.
        deed: Deed,
    },
    /// A command above failed.
    Failed {
        /// Which step it is, counted from 0.
        step: usize,
        /// What it does, as the sentence calls it.
        deed: Deed,
    },
    /// The push above was refused, and for this reason.
    PushRefused {
        /// Which step it is, counted from 0.
        step: usize,
        /// Why.
        why: PushRefusal,
    },
    /// The last command said that an object exists already.
    AlreadyExists,
    /// The state blob has content that is no state.
    StateUnreadable,
    /// There is no state blob.
    StateMissing,
    /// The last plan that was printed to the operator changes nothing.
    PlanClean,
    /// It changes something.
    PlanChanges,
    /// It creates something.
    PlanAdds,
    /// It destroys something.
    PlanDestroys,
    /// The remote state has what the operator's `errored.tfstate` lacks: a push would drop it.
    RemoteHasMore,
    /// The operator's `errored.tfstate` has what the remote state lacks.
    ErroredHasMore,
    /// How the serial in the operator's `errored.tfstate` compares with the remote state's; none of
    /// the three where one of them has none.
    ErroredSerial(Rank),
    /// Both have a lineage, and it is the same (`true`), or not.
    Lineage {
        /// Whether it is the same.
        is_same: bool,
    },
    /// An object exists that no remote state records.
    Unrecorded,
    /// The remote state marks an object as tainted.
    Tainted,
    /// The remote state marks an object as tainted that was made, and set up, to the end.
    TaintedWhole,
    /// The remote state records an object under an address that is not its own.
    WrongAddress,
    /// The remote state records one object under several addresses.
    RecordedTwice,
    /// The remote state lacks inputs of an object.
    InputsLost,
    /// The remote state records an object that does not exist any more.
    Gone,
    /// The cloud is about to create, or to finish, an object.
    Creating,
    /// Always: it ends a condition above it.
    Always,
}

/// How one number compares with another.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Rank {
    /// It is lower.
    Lower,
    /// They are equal.
    Equal,
    /// It is higher.
    Higher,
}

const SAME_LINEAGE: &str = "both states have the same lineage";
const OTHER_LINEAGE: &str = "the lineages of the two states differ";

impl Rank {
    /// All of them.
    pub(super) const ALL: [Self; 3] = [Self::Lower, Self::Equal, Self::Higher];

    /// How one serial compares with another.
    pub(super) fn of(one: Serial, other: Serial) -> Self {
        match one.cmp(&other) {
            Ordering::Less => Self::Lower,
            Ordering::Equal => Self::Equal,
            Ordering::Greater => Self::Higher,
        }
    }

    /// That the file's serial is so beside the remote one, and that it is not.
    const fn words(self) -> (&'static str, &'static str) {
        match self {
            Self::Lower => (
                "the serial in errored.tfstate is lower than the remote one",
                "the serial in errored.tfstate is not lower than the remote one",
            ),
            Self::Equal => (
                "the serial in errored.tfstate equals the remote one",
                "the serial in errored.tfstate does not equal the remote one",
            ),
            Self::Higher => (
                "the serial in errored.tfstate is higher than the remote one",
                "the serial in errored.tfstate is not higher than the remote one",
            ),
        }
    }

    /// The same, seen from the other one.
    #[must_use]
    pub(super) const fn reversed(self) -> Self {
        match self {
            Self::Lower => Self::Higher,
            Self::Equal => Self::Equal,
            Self::Higher => Self::Lower,
        }
    }
}

/// Why Terraform refuses to push a state.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum PushRefusal {
    /// The remote state has a higher serial.
    Serial,
    /// The remote state is another one under the same serial.
    Content,
    /// The remote state has another lineage.
    Lineage,
}

impl PushRefusal {
    /// The reason in what was printed.
    pub(super) const fn of(refusal: ImportRefusal) -> Self {
        match refusal {
            ImportRefusal::Serial { .. } => Self::Serial,
            ImportRefusal::Content { .. } => Self::Content,
            ImportRefusal::Lineage { .. } => Self::Lineage,
        }
    }

    const fn words(self, holds: bool) -> &'static str {
        match (self, holds) {
            (Self::Serial, true) => "the push above was refused for its older serial",
            (Self::Serial, false) => "the push above was not refused for its older serial",
            (Self::Content, true) => "the push above was refused for the same serial",
            (Self::Content, false) => "the push above was not refused for the same serial",
            (Self::Lineage, true) => "the push above was refused for its lineage",
            (Self::Lineage, false) => "the push above was not refused for its lineage",
        }
    }
}

/// What a command does, as sentences call it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Deed {
    /// `terraform plan`
    Plan,
    /// `terraform apply`, `destroy` and `refresh`
    Apply,
    /// `terraform state push`
    Push,
    /// `terraform state pull`
    Pull,
    /// `terraform force-unlock`
    Unlock,
    /// `terraform import`
    Import,
    /// `terraform init`
    Init,
    /// Another change of the state: `state rm`, `state mv`, `taint`, `untaint`
    Edit,
    /// Anything else.
    Other,
}

impl Deed {
    /// The deed, as a sentence calls it: `the push above`.
    const fn noun(self) -> &'static str {
        match self {
            Self::Plan => "the plan above",
            Self::Apply => "the apply above",
            Self::Push => "the push above",
            Self::Pull => "the pull above",
            Self::Unlock => "the unlock above",
            Self::Import => "the import above",
            Self::Init => "the init above",
            Self::Edit | Self::Other => "the command above",
        }
    }

    /// What is missing where a sentence speaks of one that is not there.
    pub(super) const fn missing(self) -> &'static str {
        match self {
            Self::Plan => "nothing was planned above",
            Self::Apply => "nothing was applied above",
            Self::Push => "nothing was pushed above",
            Self::Pull => "nothing was pulled above",
            Self::Unlock => "nothing was unlocked above",
            Self::Import => "nothing was imported above",
            Self::Init => "nothing was initialized above",
            Self::Edit | Self::Other => "nothing was typed above",
        }
    }

    /// Whether the command asks for the lock of the state, and says so where it is refused.
    pub(super) const fn takes_the_lock(self) -> bool {
        match self {
            Self::Plan | Self::Apply | Self::Push | Self::Import | Self::Edit => true,
            Self::Pull | Self::Unlock | Self::Init | Self::Other => false,
        }
    }
}

/// What has to be so: one thing, several, or one of several.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Test {
    /// A condition has to hold (`true`) or not to hold.
    Is(Condition, bool),
    /// All of them.
    All(Vec<Test>),
    /// One of them at least.
    Any(Vec<Test>),
}

impl Test {
    /// The contrary.
    #[must_use]
    pub(super) fn negated(self) -> Self {
        match self {
            // Where no plan was shown, neither is so.
            Self::Is(Condition::PlanClean, true) => Self::Is(Condition::PlanChanges, true),
            Self::Is(Condition::PlanChanges, true) => Self::Is(Condition::PlanClean, true),
            // Where there is nothing to compare, neither is so.
            Self::Is(Condition::Lineage { is_same }, true) => {
                Self::Is(Condition::Lineage { is_same: !is_same }, true)
            }
            Self::Is(Condition::ErroredSerial(rank), true) => {
                let others = Rank::ALL.into_iter().filter(|other| *other != rank);
                Self::Any(
                    others
                        .map(Condition::ErroredSerial)
                        .map(|other| Self::Is(other, true))
                        .collect(),
                )
            }
            Self::Is(condition, holds) => Self::Is(condition, !holds),
            Self::All(parts) => Self::Any(parts.into_iter().map(Self::negated).collect()),
            Self::Any(parts) => Self::All(parts.into_iter().map(Self::negated).collect()),
        }
    }

    /// Both this and the other one. Where the lock is held, a holder that is not alive is gone.
    #[must_use]
    pub(super) fn and(self, other: Self) -> Self {
        let mut parts = match self {
            Self::All(parts) => parts,
            one @ (Self::Is(..) | Self::Any(_)) => vec![one],
        };
        match other {
            Self::All(others) => parts.extend(others),
            one @ (Self::Is(..) | Self::Any(_)) => parts.push(one),
        }
        if parts.contains(&Self::Is(Condition::LockHeld, true)) {
            for part in &mut parts {
                if *part == Self::Is(Condition::HolderAlive, false) {
                    *part = Self::Is(Condition::HolderGone, true);
                }
            }
        }
        Self::All(parts)
    }

    /// One of the two at least.
    #[must_use]
    pub(super) fn or(self, other: Self) -> Self {
        let mut parts = match self {
            Self::Any(parts) => parts,
            one @ (Self::Is(..) | Self::All(_)) => vec![one],
        };
        match other {
            Self::Any(others) => parts.extend(others),
            one @ (Self::Is(..) | Self::All(_)) => parts.push(one),
        }
        Self::Any(parts)
    }

    /// Whether it holds, where `asks` knows of each condition whether it does.
    pub(super) fn holds(&self, asks: &impl Fn(Condition) -> bool) -> bool {
        match self {
            Self::Is(condition, wanted) => asks(*condition) == *wanted,
            Self::All(parts) => parts.iter().all(|part| part.holds(asks)),
            Self::Any(parts) => parts.iter().any(|part| part.holds(asks)),
        }
    }

    /// Whether it asks for this to be so, by itself or among others.
    pub(super) fn asks_for(&self, wanted: Condition) -> bool {
        match self {
            Self::Is(condition, holds) => *holds && *condition == wanted,
            Self::All(parts) | Self::Any(parts) => parts.iter().any(|part| part.asks_for(wanted)),
        }
    }

    /// Whether it asks for a failure of any step.
    pub(super) fn foresees(&self) -> bool {
        match self {
            Self::Is(
                Condition::Failed { step, .. } | Condition::PushRefused { step, .. },
                true,
            ) => self.foresees_failure(*step),
            Self::Is(..) => self.foresees_failure(0),
            Self::All(parts) => parts.iter().any(Self::foresees),
            Self::Any(parts) => parts.iter().all(Self::foresees),
        }
    }

    /// Whether it can hold only after a failure of the step, or after what the next one needs was
    /// printed: the failure is foreseen.
    pub(super) fn foresees_failure(&self, step: usize) -> bool {
        match self {
            Self::Is(condition, wanted) => *wanted && condition.foresees_failure(step),
            Self::All(parts) => parts.iter().any(|part| part.foresees_failure(step)),
            Self::Any(parts) => parts.iter().all(|part| part.foresees_failure(step)),
        }
    }
}

impl fmt::Display for Test {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (parts, joined) = match self {
            Self::Is(condition, holds) => return f.write_str(&condition.words(*holds)),
            Self::All(parts) => (parts, ", and "),
            Self::Any(parts) => (parts, ", or "),
        };
        for (index, part) in parts.iter().enumerate() {
            if index > 0 {
                f.write_str(joined)?;
            }
            part.fmt(f)?;
        }
        Ok(())
    }
}

impl Condition {
    /// Whether it holds only where the last command failed, or printed what the next one needs.
    const fn foresees_failure(self, failed: usize) -> bool {
        match self {
            Self::LockErrorPrinted
            | Self::LockIdPrinted
            | Self::AlreadyExists
            | Self::LastFailed { .. } => true,
            Self::Failed { step, .. } | Self::PushRefused { step, .. } => step == failed,
            Self::ErroredSerial(_)
            | Self::Lineage { .. }
            | Self::ErroredExists
            | Self::LockHeld
            | Self::HolderAlive
            | Self::HolderGone
            | Self::StateUnreadable
            | Self::StateMissing
            | Self::PlanClean
            | Self::PlanChanges
            | Self::PlanAdds
            | Self::PlanDestroys
            | Self::RemoteHasMore
            | Self::ErroredHasMore
            | Self::Unrecorded
            | Self::Tainted
            | Self::TaintedWhole
            | Self::WrongAddress
            | Self::RecordedTwice
            | Self::InputsLost
            | Self::Gone
            | Self::Creating
            | Self::Always => false,
        }
    }

    /// What is so where it holds, or where it does not.
    pub fn words(self, holds: bool) -> String {
        let (yes, no) = match self {
            Self::ErroredExists => ("errored.tfstate exists", "errored.tfstate does not exist"),
            Self::LockHeld => ("the lock is held", "the lock is free"),
            Self::HolderAlive => (
                "the holder is alive",
                "the holder is gone, or there is none",
            ),
            Self::HolderGone => (
                "the holder is gone",
                "the holder is alive, or there is none",
            ),
            Self::LockIdPrinted => ("a lock ID was printed", "no lock ID was printed"),
            Self::LockErrorPrinted => ("a lock error was printed", "no lock error was printed"),
            Self::Failed { deed, .. } | Self::LastFailed { deed } => {
                let end = if holds { "failed" } else { "succeeded" };
                return format!("{} {end}", deed.noun());
            }
            Self::PushRefused { why, .. } => return why.words(holds).to_owned(),
            Self::ErroredSerial(rank) => rank.words(),
            Self::Lineage { is_same: true } => (SAME_LINEAGE, OTHER_LINEAGE),
            Self::Lineage { is_same: false } => (OTHER_LINEAGE, SAME_LINEAGE),
            Self::AlreadyExists => ("an object already exists", "no object already exists"),
            Self::StateUnreadable => ("the state cannot be read", "the state can be read"),
            Self::StateMissing => ("the state is missing", "the state exists"),
            Self::PlanClean => (
                "the plan above showed no changes",
                "no clean plan was shown",
            ),
            Self::PlanChanges => ("the plan above showed changes", "no plan showed changes"),
            Self::PlanAdds => (
                "the plan above would add something",
                "no plan would add anything",
            ),
            Self::PlanDestroys => (
                "the plan above would destroy something",
                "no plan would destroy anything",
            ),
            Self::RemoteHasMore => (
                "the remote state has what errored.tfstate lacks",
                "the remote state has nothing that errored.tfstate lacks",
            ),
            Self::ErroredHasMore => (
                "errored.tfstate has what the remote state lacks",
                "errored.tfstate has nothing that the remote state lacks",
            ),
            Self::Unrecorded => ("an object is in no state", "every object is in the state"),
            Self::Tainted => ("an object is tainted", "no object is tainted"),
            Self::TaintedWhole => (
                "an object is tainted and whole",
                "no object is tainted and whole",
            ),
            Self::WrongAddress => (
                "an object is recorded under a wrong address",
                "every object is recorded under its own address",
            ),
            Self::RecordedTwice => ("an object is recorded twice", "no object is recorded twice"),
            Self::InputsLost => (
                "an object lacks inputs in the state",
                "no object lacks inputs in the state",
            ),
            Self::Gone => (
                "the state records what is gone",
                "the state records nothing that is gone",
            ),
            Self::Creating => ("an object is being created", "no object is being created"),
            Self::Always => ("in any case", "never"),
        };
        if holds { yes } else { no }.to_owned()
    }
}

/// Sentences of which every condition in words is a relation, without their `if`.
pub(super) const SENTENCES: [&str; 53] = [
    "errored.tfstate exists",
    "errored.tfstate does not exist",
    "the lock is held",
    "the lock is free",
    "the holder of the lock is alive",
    "the holder of the lock is gone",
    "somebody is running Terraform",
    "nobody is running Terraform",
    "a lock ID was printed",
    "no lock ID was printed",
    "a lock error was printed",
    "no lock error was printed",
    "that fails",
    "that succeeds",
    "the command failed",
    "the plan fails",
    "the push is refused",
    "the push fails because the serial is too old",
    "the push fails because the serial is the same",
    "the push fails because the lineage differs",
    "an object already exists",
    "the state cannot be read",
    "the state can be read",
    "the state is missing",
    "the state exists",
    "the plan shows no changes",
    "the plan shows changes",
    "the plan would add something",
    "the plan would destroy something",
    "the remote state has something that errored.tfstate lacks",
    "the remote state has everything that errored.tfstate has",
    "errored.tfstate has something that the remote state lacks",
    "errored.tfstate has everything that the remote state has",
    "the serial in errored.tfstate is higher than the remote serial",
    "the serial in errored.tfstate is lower than the remote serial",
    "the serial in errored.tfstate is equal to the remote serial",
    "the lineage is the same",
    "the lineage differs",
    "an object is in no state",
    "an object is being created",
    "no object is being created",
    "every object is in the state",
    "an object is tainted",
    "no object is tainted",
    "an object is tainted and whole",
    "an object is recorded under a wrong address",
    "every object is recorded under its own address",
    "an object is recorded twice",
    "no object is recorded twice",
    "an object lacks inputs in the state",
    "no object lacks inputs in the state",
    "the state records something that no longer exists",
    "the state records nothing that no longer exists",
];

/// Sentences that are understood, as a runbook writes them; many others are, too.
pub fn sentences() -> Vec<String> {
    let conditions = SENTENCES.iter().map(|text| format!("If {text}:"));
    let others = ["Otherwise:", "In any case:"].map(str::to_owned);
    conditions.chain(others).collect()
}

impl Guard {
    /// Whether the condition, where it holds, says what to do after the failure of a step.
    pub(super) fn foresees_failure(&self, runbook: &Runbook, step: usize) -> bool {
        let other = self.alternative.map(|other| &runbook.guards[other]);
        match (&self.test, other.and_then(|other| other.test.clone())) {
            (Some(test), _) => test.foresees_failure(step),
            (None, Some(other)) => other.negated().foresees_failure(step),
            (None, None) => false,
        }
    }
}
