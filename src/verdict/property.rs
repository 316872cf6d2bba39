//! Properties: expectations over all instants of a replication.

use std::sync::Arc;

use super::Picture;
use super::expectation::{Mismatch, judge};
use crate::kernel::SimTime;
use crate::scenario::{Property, PropertyMode};
use crate::terraform::Names;
use crate::timeline::Observation;

/// A property, judged over one replication.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PropertyJudgement {
    /// The property's name.
    pub name: Arc<str>,
    /// When its expectation has to hold.
    pub mode: PropertyMode,
    /// Where the expectation stands in the file, counted from 1.
    pub line: u32,
    /// How it went.
    pub outcome: PropertyOutcome,
}

/// How a property went over one replication.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum PropertyOutcome {
    /// As it says.
    Held,
    /// At this instant it was not as it says.
    Broken {
        /// When.
        time: SimTime,
        /// What of an `always` or `eventually` did not hold; none for a `never`.
        mismatches: Vec<Mismatch>,
    },
    /// A `sometimes` that did not come true in this replication, and may in another.
    NotSeen,
}

/// Judges a property over the instants of a replication.
pub(super) fn judge_over_time(
    property: &Property,
    names: &Names,
    instants: &[(Observation, Picture)],
) -> PropertyJudgement {
    let judged = instants.iter().map(|(observation, picture)| {
        let judgement = judge(&property.expectation, names, observation, picture);
        (observation.time, judgement.mismatches)
    });
    let outcome = outcome(property.mode, judged);
    PropertyJudgement {
        name: Arc::clone(&property.name),
        mode: property.mode,
        line: property.expectation.line,
        outcome,
    }
}

fn outcome(
    mode: PropertyMode,
    judged: impl Iterator<Item = (SimTime, Vec<Mismatch>)>,
) -> PropertyOutcome {
    let mut last = (SimTime::ZERO, Vec::new());
    for (time, mismatches) in judged {
        match (mode, mismatches.is_empty()) {
            (PropertyMode::Always, false) | (PropertyMode::Never, true) => {
                return PropertyOutcome::Broken { time, mismatches };
            }
            (PropertyMode::Eventually | PropertyMode::Sometimes, true) => {
                return PropertyOutcome::Held;
            }
            (PropertyMode::Always, true)
            | (PropertyMode::Never | PropertyMode::Eventually | PropertyMode::Sometimes, false) => {
                last = (time, mismatches);
            }
        }
    }
    match mode {
        PropertyMode::Always | PropertyMode::Never => PropertyOutcome::Held,
        PropertyMode::Eventually => PropertyOutcome::Broken {
            time: last.0,
            mismatches: last.1,
        },
        PropertyMode::Sometimes => PropertyOutcome::NotSeen,
    }
}
