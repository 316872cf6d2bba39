//! Verdicts: what a timeline amounts to.
//!
//! Read from observations and the scenario alone, never from the world: findings are the three-way
//! comparison of cloud, remote state and `errored.tfstate`, and the lock; expectations are what
//! the scenario's author said would hold.

pub mod advice;
pub mod caution;
pub mod expectation;
pub mod finding;
pub mod property;

mod errored;
mod lock;
mod object;
mod survey;

use std::sync::Arc;

pub use advice::{Mend, MendStage, mends};
pub use expectation::{Judgement, Mismatch};
pub use finding::{Finding, Subject, Weight};
pub use property::{PropertyJudgement, PropertyOutcome};

use crate::scenario::{Expectation, FindingName, Scenario, Verb};
use crate::terraform::{Names, OperatorId};
use crate::timeline::{Observation, Occasion, RemoteState, Timeline};
use survey::Survey;

/// Whether a replication went as its scenario says.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Outcome {
    /// Every expectation held.
    AsExpected,
    /// The scenario expects nothing.
    NotJudged,
    /// An expectation did not hold.
    NotAsExpected,
    /// Every expectation held, and a fault or a step never came to act: what was to be shown was
    /// not.
    Vacuous,
}

/// One observation, judged.
#[derive(Debug, Clone)]
pub struct Picture {
    /// Why the observation was taken.
    pub occasion: Occasion,
    /// What is wrong, in the order in which it is mended.
    pub findings: Vec<Finding>,
    /// Whether cloud and remote state agree, nothing is tainted, the lock is free, and no
    /// `errored.tfstate` has what the remote state lacks.
    pub in_sync: bool,
}

/// A replication with what it amounts to: what every renderer reads.
#[derive(Debug, Clone)]
pub struct Report {
    /// The scenario.
    pub scenario: Arc<Scenario>,
    /// What came of it.
    pub timeline: Timeline,
    /// The timeline's observations, judged, in the same order.
    pub pictures: Vec<Picture>,
    /// The expectations, in the order of the file.
    pub judgements: Vec<Judgement>,
    /// The properties, in the order of the file.
    pub properties: Vec<PropertyJudgement>,
    /// What it amounts to.
    pub outcome: Outcome,
}

impl Report {
    /// The observation at the end, judged.
    pub fn last(&self) -> &Picture {
        self.pictures
            .last()
            .expect("every replication ends with an observation")
    }
}

/// Judges a replication of the scenario.
pub fn judge(scenario: &Arc<Scenario>, timeline: Timeline) -> Report {
    let names = &timeline.names;
    let mut pictures = Vec::new();
    let mut judgements = Vec::new();
    for observed in &timeline.observations {
        let observation = &observed.observation;
        let occasion = observed.occasion;
        let mender = mender(scenario, occasion);
        let picture = picture(names, observation, occasion, mender);
        let expectations = expectations(scenario, &timeline, occasion);
        for expectation in expectations.into_iter().filter(|named| !named.is_empty()) {
            let judged = expectation::judge(expectation, names, observation, &picture);
            judgements.push(judged);
        }
        pictures.push(picture);
    }
    let properties = judge_properties(scenario, &timeline);
    let outcome = match outcome(&judgements, &properties, &timeline) {
        // Where nothing happens nothing is shown.
        Outcome::AsExpected if scenario.steps.is_empty() => Outcome::NotJudged,
        outcome => outcome,
    };
    Report {
        scenario: Arc::clone(scenario),
        timeline,
        pictures,
        judgements,
        properties,
        outcome,
    }
}

/// Who mends what a step shows, where it says so.
fn mender(scenario: &Scenario, occasion: Occasion) -> Option<OperatorId> {
    match occasion.step().map(|step| &scenario.steps[step].verb) {
        Some(Verb::Wreck(operator)) => Some(*operator),
        Some(_) | None => None,
    }
}

/// Judges an observation by itself; `mender` mends what is found, where that is known.
pub fn picture(
    names: &Names,
    observation: &Observation,
    occasion: Occasion,
    mender: Option<OperatorId>,
) -> Picture {
    let findings = findings(names, observation, mender);
    let in_sync = is_in_sync(observation, &findings);
    Picture {
        occasion,
        findings,
        in_sync,
    }
}

/// What the scenario expects at a step; at the end, also in this row of its matrix.
fn expectations<'s>(
    scenario: &'s Scenario,
    timeline: &Timeline,
    occasion: Occasion,
) -> Vec<&'s Expectation> {
    match occasion {
        Occasion::Step(step) => match &scenario.steps[step].verb {
            Verb::Expect(expectation) => vec![expectation],
            Verb::Wreck(_) | Verb::Run { .. } => Vec::new(),
            other => unreachable!("{other:?} takes no observation"),
        },
        Occasion::End if timeline.is_complete => {
            let rows = scenario.variant.expects.iter();
            scenario.expect.iter().chain(rows).collect()
        }
        Occasion::Look | Occasion::End => Vec::new(),
    }
}

fn judge_properties(scenario: &Scenario, timeline: &Timeline) -> Vec<PropertyJudgement> {
    if scenario.properties.is_empty() {
        return Vec::new();
    }
    let names = &timeline.names;
    let instants: Vec<(Observation, Picture)> = timeline
        .watched
        .iter()
        .map(|observation| {
            (
                observation.clone(),
                picture(names, observation, Occasion::Look, None),
            )
        })
        .collect();
    scenario
        .properties
        .iter()
        .map(|property| property::judge_over_time(property, names, &instants))
        .collect()
}

fn outcome(
    judgements: &[Judgement],
    properties: &[PropertyJudgement],
    timeline: &Timeline,
) -> Outcome {
    let is_broken = |property: &PropertyJudgement| match property.outcome {
        PropertyOutcome::Broken { .. } => true,
        PropertyOutcome::Held | PropertyOutcome::NotSeen => false,
    };
    let is_unmet = |judged: &Judgement| !judged.mismatches.is_empty();
    if judgements.iter().any(is_unmet) || properties.iter().any(is_broken) {
        Outcome::NotAsExpected
    } else if !timeline.vacuities.is_empty() {
        Outcome::Vacuous
    } else if judgements.is_empty() && properties.is_empty() {
        Outcome::NotJudged
    } else {
        Outcome::AsExpected
    }
}

/// What is wrong at an instant, in the order in which it is mended; by `mender`, where somebody is
/// known to mend it.
pub fn findings(
    names: &Names,
    observation: &Observation,
    mender: Option<OperatorId>,
) -> Vec<Finding> {
    let survey = Survey::new(observation, names, mender);
    let mut findings = Vec::new();
    lock::find(&survey, &mut findings);
    let pushed = errored::find(&survey, &mut findings);
    object::find(&survey, pushed, &mut findings);
    if observation.limit_reached {
        let evidence = format!(
            "the bound on events or time ended the replication at {} s",
            observation.time
        );
        findings.push(
            Finding::new(FindingName::LimitReached, Subject::State, evidence)
                .with_hint("raise `limits`, or look for what never ends"),
        );
    }
    findings
}

/// Whether cloud and remote state agree and nothing is left to mend.
fn is_in_sync(observation: &Observation, findings: &[Finding]) -> bool {
    let is_readable = match observation.remote {
        RemoteState::Absent | RemoteState::Empty | RemoteState::State(_) => true,
        RemoteState::Unreadable => false,
    };
    is_readable
        && !observation.lease.is_locked()
        && observation.unsaved().is_empty()
        && findings
            .iter()
            .all(|finding| finding.weight == Weight::Note)
}
