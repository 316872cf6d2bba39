//! Exit statuses, and what ends a command early.

use std::process::ExitCode;

use leaselab::scenario::ScenarioErrors;
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

/// What ends a command early: the input can't be used, or a file can't be written.
#[derive(Debug)]
pub(crate) struct Failure {
    /// What is wrong, as it is printed.
    pub(crate) message: String,
    /// The line of the file at which the first mistake is, counted from 1, and that mistake.
    pub(crate) first: Option<(u32, String)>,
}

impl Failure {
    /// A failure that is at no line of a file.
    pub(crate) fn input(message: impl Into<String>) -> Self {
        Self {
            message: message.into(),
            first: None,
        }
    }

    /// The mistakes in a file.
    pub(crate) fn mistakes(errors: &ScenarioErrors, name: &str, source: &[u8]) -> Self {
        Self {
            message: errors.render(name, source),
            first: errors.errors.first().map(|first| {
                let text = match &first.suggestion {
                    Some(help) => format!("{}; {help}", first.message),
                    None => first.message.clone(),
                };
                (first.line, text)
            }),
        }
    }
}
