//! Advice is true: whoever types the commands that the findings name ends in sync.

use std::sync::Arc;

use leaselab::command;
use leaselab::kernel::{Seed, SimDuration, SimTime};
use leaselab::scenario::{Scenario, Verb};
use leaselab::simulation::{Recording, Simulation};
use leaselab::timeline::Occasion;
use leaselab::verdict::{Picture, Weight, mends, picture};
use rayon::prelude::*;

use crate::scenarios::all;

/// Mending may bring to light what was hidden, such as a tainted object in a pushed state.
const ROUNDS_MAX: usize = 4;

/// So long the mends are waited for.
const PATIENCE: SimDuration = SimDuration::from_seconds(7 * 24 * 60 * 60);

/// Lets all that runs come to its end. Returns whether it did.
fn settle(simulation: &mut Simulation) -> bool {
    let until = simulation.now() + PATIENCE;
    simulation.run_until_all_ended(until)
}

fn look(simulation: &Simulation) -> Picture {
    let observation = Arc::new(simulation.observe());
    picture(simulation.names(), &observation, Occasion::Look, None)
}

/// Follows the advice from here on. Returns what is left, if anything.
fn follow(mut simulation: Simulation) -> Result<(), String> {
    simulation.take_over();
    simulation.lift_faults();
    let mut typed: Vec<String> = Vec::new();
    for _ in 0..ROUNDS_MAX {
        let picture = look(&simulation);
        let observation = Arc::new(simulation.observe());
        let is_anyone_alive = observation.runs.iter().any(|run| run.end.is_none());
        if picture.in_sync() || is_anyone_alive {
            return Ok(());
        }
        let commands = mends(picture.findings());
        if commands.is_empty() {
            break;
        }
        for (index, mend) in commands.iter().enumerate() {
            let command = command::parse(&mend.line, simulation.names())
                .unwrap_or_else(|error| panic!("`{}` is no command: {error:?}", mend.line));
            settle(&mut simulation);
            simulation.type_command(mend.operator, format!("mend_{index}"), command);
            typed.push(mend.line.clone());
        }
        settle(&mut simulation);
    }
    let picture = look(&simulation);
    if picture.in_sync() || is_beyond_commands(&picture) {
        return Ok(());
    }
    let names = Arc::clone(simulation.names());
    let facts: Vec<String> = simulation
        .entries()
        .iter()
        .map(|entry| format!("{entry:?}"))
        .collect();
    Err(format!(
        "after {typed:#?}\n{}\n{:#?}\nof {:?}",
        facts.join("\n"),
        picture.findings(),
        names.resources
    ))
}

/// Whether all that is left is what no command mends.
fn is_beyond_commands(picture: &Picture) -> bool {
    picture
        .findings()
        .iter()
        .filter(|finding| finding.weight == Weight::Blocks)
        .all(|finding| finding.mends.is_empty() && finding.hint.is_some())
}

/// What is left where the advice of a picture was followed, for each picture where something is.
pub(crate) fn unmended(scenario: &Scenario) -> Vec<String> {
    let scenario = Arc::new(scenario.clone());
    let mut simulation = Simulation::new(&scenario, Seed(0), Recording::On);
    let mut unmended = Vec::new();
    let mut follow_from = |simulation: &Simulation, line: u32| {
        if let Err(left) = follow(simulation.clone()) {
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
