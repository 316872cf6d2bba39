//! Verdicts: what a timeline amounts to.
//!
//! Read from observations and the scenario alone, never from the world: findings are the three-way
//! comparison of cloud, remote state and `errored.tfstate`, and the lock; expectations are what
//! the scenario's author said would hold.

pub mod advice;
pub mod caution;
pub mod expectation;
mod film;
pub mod finding;
pub mod property;
pub mod record;
mod session;

mod address;
mod digest;
mod errored;
mod inputs;
mod kept;
mod lock;
mod lost_update;
mod mended;
mod misplaced;
mod object;
mod records;
mod share;
pub mod standing;
mod survey;

use std::sync::{Arc, OnceLock};

pub use advice::{Mend, MendStage, mends};
pub use errored::Balance;
pub use expectation::{Judgement, Mismatch};
pub use film::{Camera, Film};
pub use finding::{Finding, FindingKey, Subject, Weight};
pub use property::{PropertyJudgement, PropertyOutcome, PropertyWatch};
pub use standing::Standing;

use crate::scenario::{Expectation, FindingName, Scenario, Verb};
use crate::terraform::{Names, OperatorId};
use crate::timeline::{Observation, Occasion, Timeline};
use expectation::Found;
use survey::Survey;

const LIMIT_REACHED: FindingKey = FindingKey::blocking(FindingName::LimitReached, Subject::State);

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
    /// What the findings are made from, once somebody reads them: of most pictures nobody does.
    names: Arc<Names>,
    observation: Arc<Observation>,
    mender: Option<OperatorId>,
    keys: OnceLock<Vec<FindingKey>>,
    words: OnceLock<Vec<Finding>>,
}

impl Picture {
    /// What there was to see.
    pub fn observation(&self) -> &Observation {
        &self.observation
    }

    /// What is wrong, in the order in which it is mended.
    pub fn keys(&self) -> &[FindingKey] {
        self.keys
            .get_or_init(|| keys(&self.names, &self.observation))
    }

    /// Whether the remote state is the [record that should be](record), nothing is tainted, the lock
    /// is free, and no `errored.tfstate` has what the remote state lacks.
    pub fn in_sync(&self) -> bool {
        is_in_sync(&self.observation, self.keys())
    }

    /// What is wrong in words, in the order of the [`keys`](Self::keys). They are made when they
    /// are read for the first time.
    pub fn findings(&self) -> &[Finding] {
        self.words.get_or_init(|| {
            let findings = findings(&self.names, &self.observation, self.mender);
            assert!(
                findings
                    .iter()
                    .map(Finding::key)
                    .eq(self.keys().iter().copied()),
                "each key has its words"
            );
            findings
        })
    }
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

/// Judges a replication of the scenario. How its properties went is known from a
/// [`PropertyWatch`] that looked at the replication; there are none where it has none.
pub fn judge(
    scenario: &Arc<Scenario>,
    timeline: Timeline,
    properties: Vec<PropertyJudgement>,
) -> Report {
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
            let found = Found {
                keys: picture.keys(),
                in_sync: picture.in_sync(),
            };
            let judged = expectation::judge(expectation, names, observation, found);
            judgements.push(judged);
        }
        pictures.push(picture);
    }
    let mut outcome = outcome(&judgements, &properties, &timeline);
    // Where nothing happens nothing is shown.
    if outcome == Outcome::AsExpected && scenario.steps.is_empty() {
        outcome = Outcome::NotJudged;
    }
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
    names: &Arc<Names>,
    observation: &Arc<Observation>,
    occasion: Occasion,
    mender: Option<OperatorId>,
) -> Picture {
    Picture {
        occasion,
        keys: OnceLock::new(),
        names: Arc::clone(names),
        observation: Arc::clone(observation),
        mender,
        words: OnceLock::new(),
    }
}

/// What the scenario expects at a step; at the end, also in this row of its matrix.
fn expectations<'s>(
    scenario: &'s Scenario,
    timeline: &Timeline,
    occasion: Occasion,
) -> Vec<&'s Expectation> {
    match occasion {
        Occasion::Step(step) => {
            let verb = &scenario.steps[step].verb;
            if let Verb::Expect(expectation) = verb {
                return vec![expectation];
            }
            let is_looked_at = matches!(verb, Verb::Wreck(_) | Verb::Run { .. });
            assert!(is_looked_at, "{verb:?} takes no observation");
            Vec::new()
        }
        Occasion::End if timeline.is_complete => {
            let rows = scenario.variant.expects.iter();
            scenario.expect.iter().chain(rows).collect()
        }
        Occasion::Look | Occasion::End => Vec::new(),
    }
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

/// What is wrong at an instant, in the order in which it is mended.
pub fn keys(names: &Names, observation: &Observation) -> Vec<FindingKey> {
    let survey = Survey::new(observation, names, None);
    let mut keys: Vec<FindingKey> = lock::key(observation).into_iter().collect();
    keys.extend(digest::key(observation));
    keys.extend(errored::keys(&survey));
    keys.extend(lost_update::keys(observation));
    keys.extend(object::keys(&survey));
    keys.extend(observation.limit_reached.then_some(LIMIT_REACHED));
    keys
}

/// What the operator's `errored.tfstate` and the remote state have of each other; nothing where the
/// file is missing or can't be read.
pub fn balance(names: &Names, observation: &Observation, operator: OperatorId) -> Balance {
    let file = observation.errored.get(&operator);
    let state = file.and_then(|file| file.state());
    state.map_or_else(Balance::default, |state| {
        let survey = Survey::new(observation, names, None);
        survey.compare(state).balance()
    })
}

/// What is wrong at an instant in words, in the order in which it is mended; by `mender`, where
/// somebody is known to mend it.
pub fn findings(
    names: &Names,
    observation: &Observation,
    mender: Option<OperatorId>,
) -> Vec<Finding> {
    let survey = Survey::new(observation, names, mender);
    let mut findings: Vec<Finding> = lock::finding(&survey).into_iter().collect();
    findings.extend(digest::finding(&survey));
    let mut mended = errored::find(&survey, &mut findings);
    lost_update::find(&survey, &mut findings);
    object::find(&survey, &mut mended, &mut findings);
    advice::withhold_from_short_lease(&survey, &mut findings);
    advice::withhold_from_unreadable(&survey, &mut findings);
    advice::look_in_between(&survey, &mut findings);
    advice::wait_for_the_living(&survey, &mut findings);
    advice::sign_in_first(&survey, &mut findings);
    if observation.limit_reached {
        let evidence = format!(
            "the bound on events or time ended the replication at {} s",
            observation.time
        );
        findings.push(
            LIMIT_REACHED
                .with(evidence)
                .with_hint("raise `limits`, or look for what never ends"),
        );
    }
    if !names.backend.is_remote() {
        for finding in &mut findings {
            finding.speak_of(names.backend);
        }
    }
    findings
}

/// Whether cloud and remote state agree and nothing is left to mend, where `keys` is found.
pub fn is_in_sync(observation: &Observation, keys: &[FindingKey]) -> bool {
    !observation.is_unreadable()
        && !observation.lock.is_locked()
        && keys.iter().all(|key| key.weight == Weight::Note)
        && observation.unsaved().is_empty()
}
