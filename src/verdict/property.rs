//! Properties: expectations over all instants of a replication.
//!
//! They are judged while the replication runs. Whether an expectation holds at an instant is
//! known from what has changed since the last one; only what a broken property is reported with
//! is worked out from the whole observation.

mod tally;

use std::sync::Arc;

use self::tally::Tally;
use super::expectation::{Found, Mismatch, judge};
use super::standing::Standing;
use super::{is_in_sync, keys};
use crate::kernel::SimTime;
use crate::scenario::{Expectation, Property, PropertyMode, Scenario};
use crate::terraform::Names;
use crate::timeline::{Observation, RunObservation, Watch};

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

/// Judges a scenario's properties while it is replayed. A copy goes on with a fork.
#[derive(Debug, Clone)]
pub struct PropertyWatch {
    scenario: Arc<Scenario>,
    standing: Standing,
    open: Vec<Open>,
    /// The last instant at which anything changed.
    last: Option<Observation>,
}

/// A property with what is known of it so far.
#[derive(Debug, Clone)]
struct Open {
    tally: Tally,
    /// Set once no further instant can change it.
    outcome: Option<PropertyOutcome>,
}

/// What an instant at which an expectation holds, or does not, decides about a property.
enum Decision {
    Broken,
    Held,
    Open,
}

const fn decision(mode: PropertyMode, holds: bool) -> Decision {
    match (mode, holds) {
        (PropertyMode::Always, false) | (PropertyMode::Never, true) => Decision::Broken,
        (PropertyMode::Eventually | PropertyMode::Sometimes, true) => Decision::Held,
        (PropertyMode::Always, true)
        | (PropertyMode::Never | PropertyMode::Eventually | PropertyMode::Sometimes, false) => {
            Decision::Open
        }
    }
}

impl PropertyWatch {
    /// A watch over the properties of the scenario, before its first instant.
    pub fn new(scenario: &Arc<Scenario>) -> Self {
        let properties = scenario.properties.iter();
        Self {
            standing: Standing::new(),
            open: properties
                .map(|property| Open {
                    tally: Tally::new(&property.expectation, &scenario.names),
                    outcome: None,
                })
                .collect(),
            last: None,
            scenario: Arc::clone(scenario),
        }
    }

    /// How the properties went, in the order of the file.
    pub fn finish(self) -> Vec<PropertyJudgement> {
        let properties = self.scenario.properties.iter();
        let outcomes = self.open.into_iter().map(|open| open.outcome);
        properties
            .zip(outcomes)
            .map(|(property, outcome)| {
                let names = &self.scenario.names;
                judgement(
                    property,
                    outcome.unwrap_or_else(|| at_end(property, names, self.last.as_ref())),
                )
            })
            .collect()
    }
}

impl Watch for PropertyWatch {
    fn instant(&mut self, observation: Observation) {
        let changes = self.standing.changes(&observation);
        let is_news = match &self.last {
            None => true,
            Some(last) => {
                let is_unsaved_changed = changes
                    .iter()
                    .any(|change| change.before.is_unsaved != change.after.is_unsaved);
                is_unsaved_changed || !is_alike(last, &observation)
            }
        };
        let names = &self.scenario.names;
        for (open, property) in self.open.iter_mut().zip(&self.scenario.properties) {
            open.tally.update(&changes);
            if open.outcome.is_some() || !is_news {
                continue;
            }
            let holds = open.tally.holds(names, &observation, &self.standing);
            open.outcome = match decision(property.mode, holds) {
                Decision::Broken => Some(broken(property, names, &observation)),
                Decision::Held => Some(PropertyOutcome::Held),
                Decision::Open => None,
            };
        }
        if is_news {
            self.last = Some(observation);
        }
    }

    fn is_done(&self) -> bool {
        self.open.iter().all(|open| open.outcome.is_some())
    }
}

/// Whether two observations differ in nothing that an instant counts for, but for what is
/// unsaved: what a process believes, the versions of the blob, and the machines alone make no instant.
fn is_alike(one: &Observation, other: &Observation) -> bool {
    let Observation {
        time: _,
        backend: _,
        aws,
        strangers: _,
        own_backends: _,
        sessions,
        cloud,
        remote,
        errored,
        lock,
        lock_info,
        backup,
        kept: _,
        elsewhere: _,
        elsewhere_past: _,
        files: _,
        holder,
        holder_run,
        is_lease_short,
        runs,
        lost,
        lost_updates,
        versions: _,
        has_snapshots: _,
        history: _,
        configurations,
        machines: _,
        limit_reached,
    } = one;
    runs.len() == other.runs.len()
        && { runs.iter() }
            .zip(&other.runs)
            .all(|(one, other)| is_run_alike(one, other))
        && *aws == other.aws
        && *sessions == other.sessions
        && *cloud == other.cloud
        && *remote == other.remote
        && *errored == other.errored
        && *lock == other.lock
        && *lock_info == other.lock_info
        && *backup == other.backup
        && *holder == other.holder
        && *holder_run == other.holder_run
        && *is_lease_short == other.is_lease_short
        && *lost == other.lost
        && *lost_updates == other.lost_updates
        && *configurations == other.configurations
        && *limit_reached == other.limit_reached
}

fn is_run_alike(one: &RunObservation, other: &RunObservation) -> bool {
    let RunObservation {
        run,
        operator,
        end,
        ended_at,
        lock_id,
        errors,
        written: _,
        belief: _,
    } = one;
    *run == other.run
        && *operator == other.operator
        && *end == other.end
        && *ended_at == other.ended_at
        && *lock_id == other.lock_id
        && *errors == other.errors
}

fn judgement(property: &Property, outcome: PropertyOutcome) -> PropertyJudgement {
    PropertyJudgement {
        name: Arc::clone(&property.name),
        mode: property.mode,
        line: property.expectation.line,
        outcome,
    }
}

/// What does not hold at an instant, worked out from the whole observation.
fn mismatches(
    expectation: &Expectation,
    names: &Names,
    observation: &Observation,
) -> Vec<Mismatch> {
    let keys = keys(names, observation);
    let in_sync = is_in_sync(observation, &keys);
    let found = Found {
        keys: &keys,
        in_sync,
    };
    judge(expectation, names, observation, found).mismatches
}

fn broken(property: &Property, names: &Names, observation: &Observation) -> PropertyOutcome {
    let mismatches = mismatches(&property.expectation, names, observation);
    assert_eq!(
        mismatches.is_empty(),
        property.mode == PropertyMode::Never,
        "the tally says what the judge says"
    );
    PropertyOutcome::Broken {
        time: observation.time,
        mismatches,
    }
}

/// What a property comes to that no instant has decided.
fn at_end(property: &Property, names: &Names, last: Option<&Observation>) -> PropertyOutcome {
    match property.mode {
        PropertyMode::Always | PropertyMode::Never => PropertyOutcome::Held,
        PropertyMode::Eventually => PropertyOutcome::Broken {
            time: last.map_or(SimTime::ZERO, |last| last.time),
            mismatches: last.map_or_else(Vec::new, |last| {
                mismatches(&property.expectation, names, last)
            }),
        },
        PropertyMode::Sometimes => PropertyOutcome::NotSeen,
    }
}

/// Judges the properties of a scenario over all instants at once, each from the whole observation:
/// slower than a [`PropertyWatch`], and what it is held against.
pub fn judge_instants(scenario: &Scenario, instants: &[Observation]) -> Vec<PropertyJudgement> {
    let names = &scenario.names;
    let mut news: Vec<&Observation> = Vec::new();
    for instant in instants {
        let is_news = news
            .last()
            .is_none_or(|last| !is_alike(last, instant) || last.unsaved() != instant.unsaved());
        if is_news {
            news.push(instant);
        }
    }
    let judge = |property: &Property| {
        let decided = news.iter().find_map(|observation| {
            let mismatches = mismatches(&property.expectation, names, observation);
            let time = observation.time;
            match decision(property.mode, mismatches.is_empty()) {
                Decision::Broken => Some(PropertyOutcome::Broken { time, mismatches }),
                Decision::Held => Some(PropertyOutcome::Held),
                Decision::Open => None,
            }
        });
        let last = news.last().copied();
        judgement(
            property,
            decided.unwrap_or_else(|| at_end(property, names, last)),
        )
    };
    scenario.properties.iter().map(judge).collect()
}
