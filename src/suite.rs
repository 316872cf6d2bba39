//! The suite: many scenarios under many seeds, and what they come to.
//!
//! Replications run in parallel; results stand in the order of the cases whatever the number of
//! threads. What is kept of a case is the first replication that failed, so that a suite of
//! thousands stays small.

use std::any::Any;
use std::panic::catch_unwind;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use rayon::prelude::*;

use crate::kernel::{Seed, SimTime};
use crate::scenario::{PropertyMode, Scenario};
use crate::simulation::{Recording, Simulation};
use crate::verdict::{Camera, Film, Outcome, PropertyOutcome, PropertyWatch, Report, judge};

/// A scenario to replay, with the name under which it is reported.
#[derive(Debug, Clone)]
pub struct Case {
    /// The path of its file, as it was named.
    pub path: String,
    /// The scenario, in one of its variants.
    pub scenario: Arc<Scenario>,
}

impl Case {
    /// The scenario's name with the settings that tell its variants apart:
    /// `lease_lost [ttl=15s]`.
    pub fn name(&self) -> String {
        let settings = &self.scenario.variant.settings;
        if settings.is_empty() {
            return self.scenario.name.clone();
        }
        let settings: Vec<String> = settings
            .iter()
            .map(|(name, value)| format!("{name}={value}"))
            .collect();
        format!("{} [{}]", self.scenario.name, settings.join(", "))
    }
}

/// The seeds under which each case is replayed: from `first` to `last`, at least one.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Seeds {
    first: u64,
    last: u64,
}

impl Seeds {
    /// The one seed.
    pub const fn one(seed: u64) -> Self {
        Self {
            first: seed,
            last: seed,
        }
    }

    /// The seeds from `first` to before `end`; `None` where that is none.
    pub const fn range(first: u64, end: u64) -> Option<Self> {
        if first < end {
            let last = end - 1;
            Some(Self { first, last })
        } else {
            None
        }
    }

    /// How many there are.
    pub const fn count(self) -> u64 {
        // There are fewer than 2^64: `range` leaves out the last seed, and `one` is one.
        self.last - self.first + 1
    }

    /// The first of them.
    pub const fn first(self) -> Seed {
        Seed(self.first)
    }

    fn iter(self) -> impl Iterator<Item = Seed> {
        (self.first..=self.last).map(Seed)
    }
}

/// Whether the suite goes on after a case that failed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum OnFailure {
    /// All cases are replayed.
    GoOn,
    /// `--fail-fast`: what stands behind the first failed case is left out.
    Stop,
}

/// What a case came to over all its seeds.
#[derive(Debug)]
pub struct CaseResult {
    /// The case.
    pub case: Case,
    /// The worst of its replications.
    pub outcome: Outcome,
    /// How much simulation time its first replication took.
    pub simulated: SimTime,
    /// How much real time all its replications took, in microseconds.
    pub real_us: u64,
    /// The first replication that was not as expected, or vacuous.
    pub failed: Option<Box<Report>>,
    /// The `sometimes` properties that never came true under any seed.
    pub never_seen: Vec<NeverSeen>,
    /// What leaselab's own mistake said that ended a replication, and under which seed.
    pub crash: Option<(Seed, String)>,
}

/// A `sometimes` that never came true under any seed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NeverSeen {
    /// The property's name.
    pub name: Arc<str>,
    /// Where it stands in the file, counted from 1.
    pub line: u32,
}

impl CaseResult {
    /// Whether the case is as expected, or nothing was expected of it.
    pub const fn is_passed(&self) -> bool {
        match self.outcome {
            Outcome::AsExpected | Outcome::NotJudged => true,
            Outcome::NotAsExpected | Outcome::Vacuous => false,
        }
    }
}

/// A file of the suite that is no scenario.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BrokenFile {
    /// Its path, as it was named.
    pub path: String,
    /// The line of the first mistake, counted from 1.
    pub line: u32,
    /// The first mistake.
    pub message: String,
    /// All mistakes, drawn.
    pub details: String,
}

/// What a suite came to.
#[derive(Debug)]
pub struct SuiteReport {
    /// A result for each case that was replayed, in the order of the cases.
    pub results: Vec<CaseResult>,
    /// The files that are no scenarios, in the order of their paths; whoever read them knows.
    pub broken: Vec<BrokenFile>,
    /// How many cases were left out after a failure.
    pub left_out: usize,
    /// Under how many seeds each case was replayed.
    pub seeds: u64,
}

impl SuiteReport {
    /// How many results have this outcome.
    pub fn count(&self, outcome: Outcome) -> usize {
        let results = self.results.iter();
        results.filter(|result| result.outcome == outcome).count()
    }
}

/// What the suite is told of the world outside: the library has neither clock nor terminal.
pub trait Outside: Sync {
    /// Microseconds since some instant.
    fn microseconds(&self) -> u64;
    /// A case is done.
    fn case_is_done(&self);
}

/// Replays all cases under all seeds. Runs on the threads of the current rayon pool.
pub fn run(
    cases: Vec<Case>,
    seeds: Seeds,
    on_failure: OnFailure,
    outside: &dyn Outside,
) -> SuiteReport {
    let all = cases.len();
    // The first failed case that is known so far; what stands behind it need not be replayed.
    let first_failed = AtomicUsize::new(usize::MAX);
    let results: Vec<Option<CaseResult>> = cases
        .into_par_iter()
        .enumerate()
        .map(|(index, case)| {
            if index > first_failed.load(Ordering::Relaxed) {
                return None;
            }
            let result = replay_case(case, seeds, outside);
            if on_failure == OnFailure::Stop && !result.is_passed() {
                first_failed.fetch_min(index, Ordering::Relaxed);
            }
            outside.case_is_done();
            Some(result)
        })
        .collect();
    let last = first_failed.into_inner().saturating_add(1);
    let results: Vec<CaseResult> = results.into_iter().take(last).flatten().collect();
    SuiteReport {
        left_out: all - results.len(),
        results,
        broken: Vec::new(),
        seeds: seeds.count(),
    }
}

/// Replays a scenario once, to its end, and judges it.
///
/// ```
/// use std::sync::Arc;
///
/// use leaselab::kernel::Seed;
/// use leaselab::simulation::Recording;
/// use leaselab::verdict::Outcome;
/// use leaselab::{scenario, suite};
///
/// let source = b"
/// leaselab: 1
/// title: a plain apply
/// resources: { vnet: { type: azurerm_virtual_network, create: 4s } }
/// steps: [{ run: terraform apply -auto-approve, as: alice }]
/// properties: { nothing is ever found: { always: { findings: [] } } }
/// ";
/// let scenario = Arc::new(scenario::parse("plain.yaml", source)?);
/// let report = suite::replay(&scenario, Seed(0), Recording::On);
/// assert_eq!(report.outcome, Outcome::AsExpected);
/// # Ok::<(), scenario::ScenarioErrors>(())
/// ```
pub fn replay(scenario: &Arc<Scenario>, seed: Seed, recording: Recording) -> Report {
    replay_until(scenario, seed, recording, SimTime::MAX)
}

/// Replays a scenario until `until`, or to its end, and judges what has come of it.
pub fn replay_until(
    scenario: &Arc<Scenario>,
    seed: Seed,
    recording: Recording,
    until: SimTime,
) -> Report {
    let mut simulation = Simulation::new(scenario, seed, recording);
    let mut watch = PropertyWatch::new(scenario);
    simulation.run_watched(until, &mut watch);
    judge(scenario, simulation.finish(), watch.finish())
}

/// Replays a scenario until `until`, or to its end, and keeps every instant at which something
/// occurred.
pub fn film(scenario: &Arc<Scenario>, seed: Seed, until: SimTime) -> Film {
    let mut simulation = Simulation::new(scenario, seed, Recording::On);
    let mut camera = Camera::new(scenario);
    simulation.run_watched(until, &mut camera);
    let (properties, observations) = camera.into_parts();
    let report = judge(scenario, simulation.finish(), properties.finish());
    Film::new(report, observations)
}

/// Replays a case under each seed.
fn replay_case(case: Case, seeds: Seeds, outside: &dyn Outside) -> CaseResult {
    let started = outside.microseconds();
    let mut worst = Outcome::NotJudged;
    let mut simulated = None;
    let mut failed: Option<Box<Report>> = None;
    let mut unseen: Vec<NeverSeen> = sometimes(&case.scenario);
    let mut crash = None;
    for seed in seeds.iter() {
        // A mistake of ours ends this case and none beside it.
        let replayed = catch_unwind(|| replay(&case.scenario, seed, Recording::On));
        let report = match replayed {
            Ok(report) => report,
            Err(panic) => {
                crash = Some((seed, said(panic.as_ref())));
                worst = Outcome::NotAsExpected;
                unseen.clear();
                break;
            }
        };
        simulated.get_or_insert(report.timeline.last().time);
        unseen.retain(|property| !was_seen(&report, property));
        if severity(report.outcome) > severity(worst) {
            worst = report.outcome;
            match worst {
                Outcome::NotAsExpected | Outcome::Vacuous => failed = Some(Box::new(report)),
                Outcome::AsExpected | Outcome::NotJudged => {}
            }
        }
    }
    if !unseen.is_empty() {
        worst = Outcome::NotAsExpected;
    }
    CaseResult {
        case,
        outcome: worst,
        simulated: simulated.unwrap_or(SimTime::ZERO),
        real_us: outside.microseconds().saturating_sub(started),
        failed,
        never_seen: unseen,
        crash,
    }
}

/// What a panic said.
fn said(panic: &(dyn Any + Send)) -> String {
    let text = panic.downcast_ref::<String>().map(String::as_str);
    let text = text.or_else(|| panic.downcast_ref::<&str>().copied());
    text.unwrap_or("a panic that says nothing").to_owned()
}

const fn severity(outcome: Outcome) -> u8 {
    match outcome {
        Outcome::NotJudged => 0,
        Outcome::AsExpected => 1,
        Outcome::Vacuous => 2,
        Outcome::NotAsExpected => 3,
    }
}

fn sometimes(scenario: &Scenario) -> Vec<NeverSeen> {
    let properties = scenario.properties.iter();
    properties
        .filter(|property| property.mode == PropertyMode::Sometimes)
        .map(|property| NeverSeen {
            name: Arc::clone(&property.name),
            line: property.expectation.line,
        })
        .collect()
}

fn was_seen(report: &Report, wanted: &NeverSeen) -> bool {
    report.properties.iter().any(|property| {
        (&property.name, property.line) == (&wanted.name, wanted.line)
            && property.outcome == PropertyOutcome::Held
    })
}
