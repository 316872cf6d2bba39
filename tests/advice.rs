//! Advice is true: whoever types the commands that the findings name ends in sync.
//!
//! The chain is typed in a [`Session`] as a person would: the living are waited for, and those who
//! never end are stopped by their owners; then everybody looks, types all that is advised in its
//! order, and looks again. No command fails, nothing that there is is lost, and the chain ends in
//! sync or says what a person has to decide.

mod trial;
mod wreck;

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use leaselab::kernel::{Seed, SimDuration, SimTime};
use leaselab::scenario::{self, Scenario, Verb};
use leaselab::simulation::{Recording, Session, Simulation, Waited};
use leaselab::terraform::{ObjectId, OperatorId, Signal};
use leaselab::timeline::{LeaseObservation, LocalFile, LockObservation, Observation, Occasion};
use leaselab::verdict::{Finding, Mend, MendStage, Picture, Weight, mends, picture};
use rayon::prelude::*;
use serde_json::Value;

use crate::places::{Drawn as _, Place, translate};
use crate::scenarios::all;

/// Mending may bring to light what was hidden, such as a tainted object in a pushed state.
const ROUNDS_MAX: usize = 16;

/// So long whoever works is waited for, and each command that is advised.
const PATIENCE: SimDuration = SimDuration::from_seconds(12 * 60 * 60);

/// So long the cloud goes on without Terraform, and leases run that nobody renews.
const AFTERMATH: SimDuration = SimDuration::from_seconds(12 * 60 * 60);

fn look(session: &mut Session, mender: Option<OperatorId>) -> Picture {
    let observation = Arc::clone(session.look());
    let names = session.simulation().names();
    picture(names, &observation, Occasion::Look, mender)
}

/// Lets all that runs come to its end, and what never ends be stopped by its owner.
fn settle(session: &mut Session) {
    let simulation = session.simulation_mut();
    let until = simulation.now() + PATIENCE;
    if !simulation.run_until_all_ended(until) {
        let observation = simulation.observe();
        for run in observation.living() {
            // Who is at its end at this instant needs no signal.
            let _ended = simulation.signal(run.run, Signal::Kill);
        }
    }
    simulation.run_until(simulation.now() + AFTERMATH);
}

/// The objects that exist, and those of them that some copy of the state records, with what only
/// a state can know: whether there are inputs, and whether it is marked as tainted.
#[derive(Debug, PartialEq, Eq)]
struct Known {
    existing: BTreeSet<ObjectId>,
    recorded: BTreeSet<(ObjectId, bool, bool)>,
}

impl Known {
    fn of(observation: &Observation) -> Self {
        let existing: BTreeSet<ObjectId> = observation.cloud.iter().map(|(id, _)| id).collect();
        let errored = observation.errored.values().filter_map(LocalFile::state);
        let files = observation.remote_state().into_iter().chain(errored);
        let recorded = files.flat_map(|file| {
            let objects: Vec<_> = file.snapshot.objects().collect();
            objects
                .into_iter()
                .map(|(_, object)| (object.id, object.has_inputs(), object.is_tainted))
                .collect::<Vec<_>>()
        });
        let recorded = recorded
            .filter(|(id, _, _)| existing.contains(id))
            .collect();
        Self { existing, recorded }
    }

    /// What was known and is not any more.
    fn losses(&self, after: &Self) -> Vec<String> {
        let mut losses = Vec::new();
        let gone = self.existing.difference(&after.existing);
        losses.extend(gone.map(|object| format!("{object:?} was deleted")));
        for (object, has_inputs, is_tainted) in &self.recorded {
            let mut others = after.recorded.iter().filter(|(id, _, _)| id == object);
            if others.clone().next().is_none() {
                losses.push(format!("no copy records {object:?} any more"));
            } else if *has_inputs && !others.clone().any(|(_, has_inputs, _)| *has_inputs) {
                losses.push(format!("no copy has the inputs of {object:?} any more"));
            } else if *is_tainted && !others.any(|(_, _, is_tainted)| *is_tainted) {
                losses.push(format!("no copy marks {object:?} as tainted any more"));
            }
        }
        losses
    }
}

/// Types what is advised. What went wrong, if anything.
fn mend(session: &mut Session, mend: &Mend, name: &str) -> Result<(), String> {
    let Mend { operator, line, .. } = mend;
    let before = Known::of(session.look());
    let run = session
        .type_line(*operator, name, line)
        .map_err(|error| format!("`{line}` is no command: {error:?}"))?;
    match session.wait(run, PATIENCE) {
        Waited::Ended(end) if end.exit == 0 => {}
        Waited::Ended(end) => {
            let observation = session.look();
            let errors = observation.runs.iter().find(|known| known.run == run);
            let errors = errors.map(|run| Arc::clone(&run.errors));
            return Err(format!("`{line}` fails with {}: {errors:?}", end.exit));
        }
        Waited::Asks | Waited::StillRunning => return Err(format!("`{line}` does not end")),
    }
    let losses = before.losses(&Known::of(session.look()));
    if losses.is_empty() {
        return Ok(());
    }
    Err(format!("`{line}`: {}", losses.join(", ")))
}

/// What a chain of advice came to, other than sync.
#[derive(Debug)]
struct Followed {
    /// The command lines that were typed.
    typed: Vec<String>,
    /// Whether it ended with what a person has to decide.
    is_decision: bool,
    failure: Option<String>,
}

/// Whether no command is advised, each finding that has to be mended says what to do, and one at
/// least says more than that another finding's mend will mend it.
fn says_what_to_decide(picture: &Picture) -> bool {
    let blocking = picture.findings().iter();
    let is_left = |finding: &&Finding| finding.weight == Weight::Blocks;
    let left: Vec<&Finding> = blocking.filter(is_left).collect();
    let says = |finding: &&Finding| finding.mends.is_empty() && finding.hint.is_some();
    let decides = |finding: &&Finding| {
        let hint = finding.hint.as_deref().unwrap_or("");
        !hint.starts_with("comes ") && !hint.starts_with("then ")
    };
    left.iter().all(says) && left.iter().any(decides)
}

fn lines(typed: &[(OperatorId, String)]) -> Vec<String> {
    typed.iter().map(|(_, line)| line.clone()).collect()
}

/// Follows the advice from here on; `mender` does what is nobody's in particular, where that is
/// known.
fn follow(simulation: Simulation, mender: Option<OperatorId>) -> Followed {
    let mut session = Session::new(simulation).without_return();
    let simulation = session.simulation_mut();
    simulation.take_over();
    simulation.lift_faults();
    let mut typed: Vec<(OperatorId, String)> = Vec::new();
    let fail = |session: &mut Session, typed: &[(OperatorId, String)], why: &str| {
        let picture = look(session, mender);
        let names = session.simulation().names();
        let facts = session.simulation().entries().iter();
        let facts: Vec<String> = facts.map(|entry| format!("{entry:?}")).collect();
        let failure = format!(
            "{why}\nafter {typed:#?}\n{}\n{:#?}\nof {:?}",
            facts.join("\n"),
            picture.findings(),
            names.resources
        );
        Followed {
            typed: lines(typed),
            is_decision: false,
            failure: Some(failure),
        }
    };
    for _ in 0..ROUNDS_MAX {
        let mut commands = match while_somebody_works(&mut session, mender) {
            Ok(commands) => commands,
            Err(why) => return fail(&mut session, &typed, &why),
        };
        if commands.is_empty() {
            settle(&mut session);
            let picture = look(&mut session, mender);
            commands = mends(picture.findings());
            if commands.is_empty() && (picture.in_sync() || says_what_to_decide(&picture)) {
                return Followed {
                    typed: lines(&typed),
                    is_decision: !picture.in_sync(),
                    failure: None,
                };
            }
            if commands.is_empty() {
                return fail(&mut session, &typed, "nothing is advised");
            }
        }
        for command in &commands {
            let name = format!("mend_{}", typed.len());
            typed.push((command.operator, command.line.clone()));
            if let Err(why) = mend(&mut session, command, &name) {
                return fail(&mut session, &typed, &why);
            }
        }
    }
    fail(&mut session, &typed, "the advice goes on and on")
}

/// What is advised while somebody works, if anybody does: a lock that is nobody's and that all who
/// live wait for is freed. One that runs out by itself is waited for.
fn while_somebody_works(
    session: &mut Session,
    mender: Option<OperatorId>,
) -> Result<Vec<Mend>, String> {
    let picture = look(session, mender);
    let observation = Arc::clone(session.look());
    if observation.living().next().is_none() {
        return Ok(Vec::new());
    }
    let commands = mends(picture.findings());
    let is_holder_alive = observation.living_holder().is_some();
    let is_wrong = |command: &&Mend| is_holder_alive || command.stage != MendStage::Unlock;
    if let Some(wrong) = commands.iter().find(is_wrong) {
        return Err(format!("`{}` is advised while somebody works", wrong.line));
    }
    let is_infinite = matches!(
        observation.lock,
        LockObservation::Lease(LeaseObservation::Leased {
            is_infinite: true,
            ..
        })
    );
    Ok(if is_infinite { commands } else { Vec::new() })
}

/// What is left where the advice of a picture was followed, for each picture where something is.
pub(crate) fn unmended(scenario: &Scenario) -> Vec<String> {
    let scenario = Arc::new(scenario.clone());
    let mut simulation = Simulation::new(&scenario, Seed(0), Recording::On);
    let mut unmended = Vec::new();
    let mut follow_from = |simulation: &Simulation, line: u32| {
        if let Some(left) = follow(simulation.clone(), None).failure {
            unmended.push(format!("{}, after line {line}: {left}", scenario.name));
        }
    };
    for (index, step) in scenario.steps.iter().enumerate() {
        if !simulation.run_until_step(index) {
            break;
        }
        if matches!(step.verb, Verb::Expect(_) | Verb::Wreck(_)) {
            follow_from(&simulation, step.line);
        }
    }
    simulation.run_until(SimTime::MAX);
    follow_from(
        &simulation,
        scenario.steps.last().map_or(1, |step| step.line),
    );
    unmended
}

#[test]
fn following_the_advice_of_any_picture_ends_in_sync() {
    let failed: Vec<String> = all()
        .par_iter()
        .flat_map_iter(|scenario| unmended(scenario))
        .collect();
    assert!(failed.is_empty(), "{}", failed.join("\n\n"));
}

/// What the chains of advice in random wrecks came to.
#[derive(Debug, Default)]
struct Tally {
    chains: usize,
    commands: BTreeMap<String, usize>,
    /// How many chains end with what a person has to decide.
    decisions: usize,
    refused: usize,
    failures: Vec<String>,
}

impl Tally {
    fn add(mut self, other: Self) -> Self {
        self.chains += other.chains;
        for (command, count) in other.commands {
            *self.commands.entry(command).or_default() += count;
        }
        self.decisions += other.decisions;
        self.refused += other.refused;
        self.failures.extend(other.failures);
        self
    }
}

fn parse(document: &Value) -> Result<Arc<Scenario>, String> {
    let yaml = serde_yaml::to_string(document).unwrap();
    let scenario = scenario::parse("wreck.yaml", yaml.as_bytes());
    scenario
        .map(Arc::new)
        .map_err(|errors| errors.render("wreck.yaml", yaml.as_bytes()))
}

/// The wreck with this number, as a document.
pub(crate) fn document(number: u64, place: Place) -> Value {
    let mut document = wreck::wreck(number);
    translate(&mut document, place, number);
    document
}

/// The wreck with this number, read; none where it is no scenario.
pub(crate) fn scenario(number: u64, place: Place) -> Option<Arc<Scenario>> {
    parse(&document(number, place)).ok()
}

/// Follows the advice from several instants of a wreck: while its script goes on, at its end with
/// all who still live, and when it is over.
fn chains(document: &Value) -> Tally {
    let Ok(scenario) = parse(document) else {
        return Tally {
            refused: 1,
            ..Tally::default()
        };
    };
    let mut simulation = Simulation::new(&scenario, Seed(0), Recording::Off);
    let mut tally = Tally::default();
    let mut follow_from = |simulation: &Simulation, mender: Option<u16>| {
        let followed = follow(simulation.clone(), mender.map(OperatorId));
        tally.chains += 1;
        for line in &followed.typed {
            // `terraform state push`, `terraform import`, `rm errored.tfstate`
            let words: Vec<&str> = line.split(' ').collect();
            let count = match words.as_slice() {
                ["terraform", "state", ..] => 3,
                ["az", ..] => 5,
                _ => 2,
            };
            let command = words[..count.min(words.len())].join(" ");
            *tally.commands.entry(command).or_default() += 1;
        }
        tally.decisions += usize::from(followed.is_decision);
        tally.failures.extend(followed.failure);
    };
    let count = scenario.steps.len();
    for (index, mender) in [(count / 2, Some(1)), (count - 1, Some(0))] {
        if simulation.run_until_step(index) {
            simulation.run_until(simulation.now() + SimDuration::from_seconds(1));
            follow_from(&simulation, mender);
        }
    }
    simulation.run_until(SimTime::MAX);
    follow_from(&simulation, None);
    tally
}

/// The document without what is not needed for a chain to fail.
fn shrunk(document: &Value) -> Value {
    let mut small = document.clone();
    let mut index = 0;
    while index < small["steps"].as_array().unwrap().len() {
        let mut smaller = small.clone();
        smaller["steps"].as_array_mut().unwrap().remove(index);
        let is_empty = smaller["steps"].as_array().unwrap().is_empty();
        if !is_empty && !chains(&smaller).failures.is_empty() {
            small = smaller;
        } else {
            index += 1;
        }
    }
    small
}

/// Follows the advice in the wrecks with these numbers. Returns what they came to, and of each
/// kind of failure the first one, shrunk.
fn in_wrecks(place: Place, numbers: std::ops::Range<u64>) -> (Tally, BTreeMap<String, String>) {
    let per_wreck = numbers.into_par_iter().map(|number| {
        let document = document(number, place);
        let tally = chains(&document);
        let first = tally.failures.first().map(|failure| {
            let line = failure.lines().next().unwrap_or("");
            let words = line.split_whitespace();
            // Without what is named in it, a failure is of the same kind.
            let kind: Vec<&str> = words.filter(|word| !word.contains('/')).collect();
            (kind.join(" "), number)
        });
        (tally, first)
    });
    let (tally, firsts) = per_wreck
        .map(|(tally, first)| (tally, first.into_iter().collect::<BTreeMap<_, _>>()))
        .reduce(
            || (Tally::default(), BTreeMap::new()),
            |(tally, mut firsts), (other, mut others)| {
                others.append(&mut firsts);
                (tally.add(other), others)
            },
        );
    let shown = firsts.into_iter().take(6).map(|(kind, number)| {
        let small = shrunk(&document(number, place));
        let failure = chains(&small).failures.into_iter().next();
        let yaml = serde_yaml::to_string(&small).unwrap();
        let failure = failure.unwrap_or_default();
        (kind, format!("# {number}\n{yaml}\n{failure}"))
    });
    let shown = shown.collect();
    (tally, shown)
}

/// A long run: `LEASELAB_WRECKS=100000`.
fn numbers(usual: u64) -> std::ops::Range<u64> {
    let wrecks = std::env::var("LEASELAB_WRECKS").ok();
    let wrecks = wrecks.map_or(usual, |count| count.parse().unwrap());
    let from = std::env::var("LEASELAB_WRECKS_FROM").ok();
    let from = from.map_or(0, |from| from.parse().unwrap());
    from..from + wrecks
}

#[test]
fn following_the_advice_in_random_wrecks_never_fails() {
    let numbers = numbers(600);
    let wrecks = numbers.end - numbers.start;
    let (tally, shown) = in_wrecks(Place::Azurerm, numbers);
    println!(
        "{} chains in {wrecks} wrecks ({} were no scenarios), {} failures; {} end with a decision; \
         {:#?}",
        tally.chains,
        tally.refused,
        tally.failures.len(),
        tally.decisions,
        tally.commands,
    );
    let shown: Vec<String> = shown
        .into_iter()
        .map(|(kind, text)| format!("{kind}\n{text}"))
        .collect();
    assert!(
        tally.failures.is_empty(),
        "{} of {} chains fail:\n{}",
        tally.failures.len(),
        tally.chains,
        shown.join("\n=====\n")
    );
    assert!(tally.refused * 20 < tally.chains, "{tally:?}");
    for command in [
        "terraform force-unlock",
        "terraform import",
        "terraform state push",
        "terraform apply",
        "terraform plan",
        "rm errored.tfstate",
    ] {
        assert!(
            tally.commands.contains_key(command),
            "no {command}: {tally:?}"
        );
    }
}

#[test]
fn following_the_advice_never_fails_on_any_backend() {
    let mut failed = Vec::new();
    for place in Place::others() {
        let (tally, shown) = in_wrecks(place, numbers(30));
        println!(
            "{}: {} chains, {} were no scenarios, {} failures; {} end with a decision; {:?}",
            place.word(),
            tally.chains,
            tally.refused,
            tally.failures.len(),
            tally.decisions,
            tally.commands,
        );
        assert!(tally.refused * 10 < tally.chains, "{tally:?}");
        let shown = shown.into_iter();
        failed.extend(shown.map(|(kind, text)| format!("{}: {kind}\n{text}", place.word())));
    }
    assert!(failed.is_empty(), "{}", failed.join("\n=====\n"));
}

/// Wrecks in which a command of a chain once failed, or a chain had no end: a lock that the mender's
/// configuration does not have, or does not give back; garbage with a digest, or in a database; a push
/// with a serial that GitLab knows; `psql` that ends its own session, or loses it.
const ONCE_FAILED: [(Place, u64); 13] = [
    (Place::S3, 29),
    (Place::S3Table, 43),
    (Place::Pg, 29),
    (Place::Pg, 39),
    (Place::Pg, 58),
    (Place::Http, 4),
    (Place::Http, 24),
    (Place::Http, 56),
    (Place::HttpFenced, 19),
    (Place::Gitlab, 6),
    (Place::Gitlab, 9),
    (Place::Gitlab, 253),
    (Place::Gitlab, 1_414),
];

#[test]
fn chains_that_once_failed_on_some_backend_do_not_any_more() {
    let failed = ONCE_FAILED.iter().flat_map(|(place, number)| {
        let failures = chains(&document(*number, *place)).failures;
        failures
            .into_iter()
            .map(move |failure| format!("{} {number}: {failure}", place.word()))
    });
    let failed: Vec<String> = failed.collect();
    assert!(failed.is_empty(), "{}", failed.join("\n"));
}
