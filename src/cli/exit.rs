//! Exit statuses, and what ends a command early.

use std::process::ExitCode;

use leaselab::verdict::Outcome;

/// How a command ends. Of several, the one that is listed last here takes precedence.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Exit {
    /// 0: as expected, or nothing was expected.
    AsExpected,
    /// 3: a fault or a step never came to act.
    Vacuous,
    /// 1: an expectation did not hold.
    NotAsExpected,
    /// 4: two replications of the same scenario and seed differ.
    NotDeterministic,
    /// 2: the input can't be used.
    BadInput,
}

impl From<Exit> for ExitCode {
    fn from(exit: Exit) -> Self {
        Self::from(match exit {
            Exit::AsExpected => 0,
            Exit::NotAsExpected => 1,
            Exit::BadInput => 2,
            Exit::Vacuous => 3,
            Exit::NotDeterministic => 4,
        })
    }
}

impl From<Outcome> for Exit {
    fn from(outcome: Outcome) -> Self {
        match outcome {
            Outcome::AsExpected | Outcome::NotJudged => Self::AsExpected,
            Outcome::NotAsExpected => Self::NotAsExpected,
            Outcome::Vacuous => Self::Vacuous,
        }
    }
}

/// What ends a command early.
#[derive(Debug)]
pub(crate) enum Failure {
    /// The input can't be used, or a file can't be written; the text says why.
    Input(String),
    /// Whoever read the output has closed it, as `| head` does.
    ReaderIsGone,
}
