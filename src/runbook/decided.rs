//! How often each condition of a runbook held: one that never did has tested nothing below it.

use super::grade::Graded;
use super::{Condition, Runbook, Test};

/// A condition of a runbook, and on how many wrecks it held.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Decided {
    /// Its line in the runbook.
    pub line: u32,
    /// The sentence, as it is written.
    pub written: String,
    /// What it asks, in the model's words.
    pub asks: String,
    /// The wrecks on which it and all in whose reach it stands held.
    pub held: usize,
    /// The wrecks on which the runbook was tried.
    pub wrecks: usize,
}

impl Decided {
    /// Whether it held on none of several wrecks: what depends on it has not been tried.
    pub const fn is_untested(&self) -> bool {
        self.held == 0 && self.wrecks > 1
    }
}

/// The conditions that decide about something, in the order of the file.
pub(super) fn decided(runbook: &Runbook, cases: &[(String, Graded)]) -> Vec<Decided> {
    let uses = runbook.uses();
    let guards = runbook.guards.iter().enumerate();
    let deciding = guards.filter(|(index, guard)| match (&guard.test, guard.alternative) {
        // `In any case:` decides nothing.
        (Some(Test::Is(Condition::Always, true)), _) | (None, None) => false,
        (Some(test), _) => uses[*index] > 0 || test.foresees(),
        (None, Some(_)) => uses[*index] > 0,
    });
    let decided = deciding.map(|(index, guard)| {
        let held = { cases.iter() }.filter(|(_, graded)| graded.held[index]);
        Decided {
            line: guard.line,
            written: guard.text.clone(),
            asks: runbook.asks(index),
            held: held.count(),
            wrecks: cases.len(),
        }
    });
    decided.collect()
}
