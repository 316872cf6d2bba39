//! Grades: what a runbook makes of wrecks.

use std::fmt;
use std::sync::Arc;

use rayon::prelude::*;

use super::blame::{blamed, lapses};
use super::decided::decided;
use super::replay::{Step, replay};
use super::wreck::Wreck;
use super::{Decided, Runbook};
use crate::kernel::{Seed, SimTime};
use crate::scenario::{FindingName, Scenario};
use crate::terraform::{OperatorId, ResourceId};
use crate::verdict::{Finding, Report, Subject, judge};

/// What a runbook makes of a wreck, best first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Outcome {
    /// In sync, the lock free, nothing lost.
    Recovered,
    /// The same at the end; but on the way no copy and no living process held something that was
    /// back later.
    RecoveredBut,
    /// Every command was typed, and something is still wrong.
    Incomplete,
    /// A command failed, and nothing in the runbook says what to do then.
    Blocked,
    /// Something is wrong that was not before, or something was destroyed or forgotten.
    MadeWorse,
}

impl Outcome {
    /// All outcomes, best first.
    pub const ALL: [Self; 5] = [
        Self::Recovered,
        Self::RecoveredBut,
        Self::Incomplete,
        Self::Blocked,
        Self::MadeWorse,
    ];

    /// The name that machines read: `recovered_but`.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Recovered => "recovered",
            Self::RecoveredBut => "recovered_but",
            Self::Incomplete => "incomplete",
            Self::Blocked => "blocked",
            Self::MadeWorse => "made_worse",
        }
    }

    /// In words.
    pub const fn words(self) -> &'static str {
        match self {
            Self::Recovered => "recovered",
            Self::RecoveredBut => "recovered, but",
            Self::Incomplete => "incomplete",
            Self::Blocked => "blocked",
            Self::MadeWorse => "made worse",
        }
    }
}

/// Where a runbook could not go on.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Blocked {
    /// The line in the Markdown file.
    pub line: u32,
    /// The command, placeholders filled as far as they could be.
    pub command: String,
    /// What it said.
    pub message: String,
}

/// Something that a runbook made worse.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Harm {
    /// An object was destroyed that the configuration wants.
    Destroyed {
        /// Its ID.
        object: String,
        /// Of which resource.
        resource: ResourceId,
        /// Whether there is another one now.
        is_created_anew: bool,
        /// The command's line in the runbook.
        line: Option<u32>,
    },
    /// A lock was taken from a process that lives.
    LockTaken {
        /// The run.
        victim: String,
        /// Whose.
        operator: OperatorId,
        /// The command's line in the runbook.
        line: Option<u32>,
    },
    /// An object was recorded somewhere, and is no longer.
    Forgotten {
        /// Its ID.
        object: String,
        /// Of which resource.
        resource: ResourceId,
        /// The command's line in the runbook.
        line: Option<u32>,
    },
    /// Something is wrong that was not, and would not have come by itself.
    Found {
        /// The finding.
        name: FindingName,
        /// What it is about.
        subject: Subject,
        /// How it shows.
        evidence: String,
        /// The line of the command after which it showed first.
        line: Option<u32>,
    },
}

impl Harm {
    /// The line that is blamed for it.
    pub const fn line(&self) -> Option<u32> {
        match self {
            Self::Destroyed { line, .. }
            | Self::LockTaken { line, .. }
            | Self::Forgotten { line, .. }
            | Self::Found { line, .. } => *line,
        }
    }

    /// Whether another one is the same harm, whoever is blamed for it.
    pub(super) fn is_same(&self, other: &Self) -> bool {
        match (self, other) {
            (Self::Destroyed { object: one, .. }, Self::Destroyed { object: two, .. })
            | (Self::Forgotten { object: one, .. }, Self::Forgotten { object: two, .. })
            | (Self::LockTaken { victim: one, .. }, Self::LockTaken { victim: two, .. }) => {
                one == two
            }
            (
                Self::Found { name, subject, .. },
                Self::Found {
                    name: other,
                    subject: about,
                    ..
                },
            ) => name == other && subject == about,
            (
                Self::Destroyed { .. }
                | Self::LockTaken { .. }
                | Self::Forgotten { .. }
                | Self::Found { .. },
                _,
            ) => false,
        }
    }

    /// The harm, blamed on a line.
    #[must_use]
    pub(super) fn blamed_on(mut self, blamed: u32) -> Self {
        match &mut self {
            Self::Destroyed { line, .. }
            | Self::LockTaken { line, .. }
            | Self::Forgotten { line, .. }
            | Self::Found { line, .. } => *line = Some(blamed),
        }
        self
    }
}

/// Something that no copy of the state and no living process held for a while.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Lapse {
    /// The object's ID.
    pub object: String,
    /// What of it.
    pub what: Held,
    /// Since when.
    pub time: SimTime,
    /// The line of the command that was under way.
    pub line: Option<u32>,
}

/// What a copy of the state can have of an object.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Held {
    /// Its record.
    Record,
    /// Its inputs.
    Inputs,
    /// That it is tainted.
    Taint,
}

/// A runbook's grade in one scenario.
#[derive(Debug, Clone)]
pub struct Graded {
    /// What it comes to.
    pub outcome: Outcome,
    /// Who typed.
    pub operator: OperatorId,
    /// What was typed.
    pub steps: Vec<Step>,
    /// Where the runbook could not go on.
    pub blocked: Option<Blocked>,
    /// What it made worse.
    pub harms: Vec<Harm>,
    /// What was at risk on the way.
    pub lapses: Vec<Lapse>,
    /// By condition of the runbook: whether it held.
    pub(super) held: Vec<bool>,
    /// What is wrong at the end and has to be mended.
    pub left: Vec<Finding>,
    /// The replication: the scenario up to its wreck, and the runbook's commands.
    pub report: Report,
}

/// Why a scenario can't be used for grading.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Ungraded {
    /// It has no `wreck:` step.
    NoWreck,
    /// The replication ends before its wreck.
    WreckNeverComes {
        /// The line of the `wreck:` step.
        line: u32,
    },
}

impl fmt::Display for Ungraded {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NoWreck => f.write_str(
                "has no `wreck:` step, at which a runbook starts; add one: `- wreck: alice`",
            ),
            Self::WreckNeverComes { line } => {
                write!(f, "never comes to its wreck (line {line})")
            }
        }
    }
}

/// A runbook's grades in scenarios, in their order.
#[derive(Debug, Clone)]
pub struct Grade {
    /// The runbook's file.
    pub runbook: String,
    /// The seed of every replication.
    pub seed: Seed,
    /// Each scenario's file, and what came of it.
    pub cases: Vec<(String, Graded)>,
    /// The runbook's conditions, and how often each held.
    pub conditions: Vec<Decided>,
}

impl Grade {
    /// How many scenarios came to an outcome.
    pub fn count(&self, outcome: Outcome) -> usize {
        let cases = self.cases.iter();
        cases
            .filter(|(_, graded)| graded.outcome == outcome)
            .count()
    }

    /// Whether the runbook recovers every scenario.
    pub fn is_all_recovered(&self) -> bool {
        self.is_all_at_least(Outcome::Recovered)
    }

    /// Whether every scenario comes to this, or to better.
    pub fn is_all_at_least(&self, worst: Outcome) -> bool {
        self.cases.iter().all(|(_, graded)| graded.outcome <= worst)
    }
}

/// Two runbooks in the same scenarios under the same seed.
#[derive(Debug, Clone)]
pub struct Comparison {
    /// The one.
    pub one: Grade,
    /// The other.
    pub other: Grade,
}

impl Comparison {
    /// Scenarios in which the one is better, equally good, and worse than the other.
    pub fn counts(&self) -> (usize, usize, usize) {
        let mut counts = (0, 0, 0);
        for ((_, one), (_, other)) in self.one.cases.iter().zip(&self.other.cases) {
            match one.outcome.cmp(&other.outcome) {
                std::cmp::Ordering::Less => counts.0 += 1,
                std::cmp::Ordering::Equal => counts.1 += 1,
                std::cmp::Ordering::Greater => counts.2 += 1,
            }
        }
        counts
    }
}

/// Grades a runbook in one scenario.
///
/// # Errors
///
/// Where the scenario has no wreck, or never comes to it.
pub fn grade(runbook: &Runbook, scenario: &Arc<Scenario>, seed: Seed) -> Result<Graded, Ungraded> {
    let wreck = Wreck::reach(scenario, seed)?;
    let replayed = replay(runbook, &wreck);
    let report = judge(
        scenario,
        replayed.timeline.clone(),
        replayed.properties.clone(),
    );
    let harms = blamed(runbook, &wreck, &replayed, &report);
    let lapses = lapses(runbook, &wreck, &replayed, &report);
    let last = report.last();
    let found = last.keys().iter().enumerate();
    let left = found
        .filter(|(_, key)| key.blocks())
        .map(|(index, _)| last.findings()[index].clone())
        .collect();
    let outcome = if !harms.is_empty() {
        Outcome::MadeWorse
    } else if replayed.blocked.is_some() {
        Outcome::Blocked
    } else if !last.in_sync() {
        Outcome::Incomplete
    } else if !lapses.is_empty() {
        Outcome::RecoveredBut
    } else {
        Outcome::Recovered
    };
    Ok(Graded {
        outcome,
        operator: wreck.operator,
        steps: replayed.steps,
        blocked: replayed.blocked,
        harms,
        lapses,
        held: replayed.held,
        left,
        report,
    })
}

/// Grades a runbook in scenarios, on as many threads as there are. The result does not depend on
/// how many.
///
/// # Errors
///
/// Every scenario that can't be used, by its file.
pub fn grade_all(
    runbook: &Runbook,
    scenarios: &[(String, Arc<Scenario>)],
    seed: Seed,
) -> Result<Grade, Vec<(String, Ungraded)>> {
    let results: Vec<(String, Result<Graded, Ungraded>)> = scenarios
        .par_iter()
        .map(|(path, scenario)| (path.clone(), grade(runbook, scenario, seed)))
        .collect();
    let mut cases = Vec::new();
    let mut ungraded = Vec::new();
    for (path, result) in results {
        match result {
            Ok(graded) => cases.push((path, graded)),
            Err(why) => ungraded.push((path, why)),
        }
    }
    if !ungraded.is_empty() {
        return Err(ungraded);
    }
    Ok(Grade {
        runbook: runbook.name.clone(),
        seed,
        conditions: decided(runbook, &cases),
        cases,
    })
}

/// Grades two runbooks in the same scenarios.
///
/// # Errors
///
/// As [`grade_all`].
pub fn compare(
    one: &Runbook,
    other: &Runbook,
    scenarios: &[(String, Arc<Scenario>)],
    seed: Seed,
) -> Result<Comparison, Vec<(String, Ungraded)>> {
    Ok(Comparison {
        one: grade_all(one, scenarios, seed)?,
        other: grade_all(other, scenarios, seed)?,
    })
}
