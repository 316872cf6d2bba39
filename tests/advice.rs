//! Advice is true: whoever types the commands that the findings name ends in sync.

use std::sync::Arc;

use leaselab::command;
use leaselab::kernel::{Seed, SimTime};
use leaselab::scenario::{Scenario, Trigger};
use leaselab::simulation::{Recording, simulate};
use leaselab::timeline::Observation;
use leaselab::verdict::{Mend, Picture, Report, Weight, judge, mends};
use rayon::prelude::*;

use crate::scenarios::all;

/// Mending may bring to light what was hidden, such as a tainted object in a pushed state.
const ROUNDS_MAX: usize = 4;

/// The scenario up to its step `last`, with fair weather from then on.
fn cut_after(scenario: &Scenario, last: usize, time: SimTime) -> Scenario {
    let mut cut = scenario.cut_after_step(last);
    cut.follow_with_fair_weather(time);
    cut.follow_with_look(Trigger::At(time));
    cut
}

/// What there was to see at the last look. The end is later where a lease has yet to run out.
fn last_look(report: &Report) -> (&Picture, &Observation) {
    let looks = report.pictures.iter().zip(&report.timeline.observations);
    let (picture, observed) = looks
        .rev()
        .find(|(picture, _)| picture.step.is_some())
        .expect("the scenario ends with a look");
    (picture, &observed.observation)
}

/// The scenario with these commands typed at its end, one after the other.
fn followed_by(scenario: &Scenario, commands: &[Mend]) -> Scenario {
    let mut followed = scenario.clone();
    for (index, mend) in commands.iter().enumerate() {
        let command = command::parse(&mend.line, &followed.names)
            .unwrap_or_else(|error| panic!("the advice `{}` is no command: {error:?}", mend.line));
        let name = format!("mend_{index}");
        followed
            .follow_with_run(Trigger::AllEnded, mend.operator, name, command)
            .unwrap();
    }
    followed.follow_with_look(Trigger::AllEnded);
    followed
}

fn replay(scenario: Scenario) -> Report {
    let scenario = Arc::new(scenario);
    judge(&scenario, simulate(&scenario, Seed(0), Recording::On))
}

/// Follows the advice from the picture after step `last` on. Returns what is left, if anything.
fn follow(scenario: &Scenario, last: usize, time: SimTime) -> Result<(), String> {
    let mut current = cut_after(scenario, last, time);
    let mut typed: Vec<String> = Vec::new();
    for _ in 0..ROUNDS_MAX {
        let report = replay(current.clone());
        let (picture, observation) = last_look(&report);
        let is_anyone_alive = observation.runs.iter().any(|run| run.end.is_none());
        if picture.in_sync || is_anyone_alive {
            return Ok(());
        }
        let commands = mends(&picture.findings);
        if commands.is_empty() {
            break;
        }
        typed.extend(commands.iter().map(|mend| mend.line.clone()));
        current = followed_by(&current, &commands);
    }
    let report = replay(current);
    let (picture, _) = last_look(&report);
    if picture.in_sync || is_beyond_commands(picture) {
        return Ok(());
    }
    let text = leaselab::render::text(&report, leaselab::render::Layout::default());
    Err(format!("after {typed:#?}\n{text}"))
}

/// Whether all that is left is what no command mends.
fn is_beyond_commands(picture: &Picture) -> bool {
    picture
        .findings
        .iter()
        .filter(|finding| finding.weight == Weight::Blocks)
        .all(|finding| finding.mends.is_empty() && finding.hint.is_some())
}

/// What is left where the advice of a picture was followed, for each picture where something is.
pub(crate) fn unmended(scenario: &Scenario) -> Vec<String> {
    let report = replay(scenario.clone());
    let pictures: Vec<(usize, SimTime)> = report
        .pictures
        .iter()
        .zip(&report.timeline.observations)
        .filter_map(|(picture, observed)| Some((picture.step?, observed.observation.time)))
        .chain([(scenario.steps.len() - 1, report.timeline.last().time)])
        .collect();
    pictures
        .into_iter()
        .filter_map(|(step, time)| {
            let left = follow(scenario, step, time).err()?;
            let line = scenario.steps[step].line;
            Some(format!("{}, after line {line}: {left}", scenario.name))
        })
        .collect()
}

#[test]
fn following_the_advice_of_any_picture_ends_in_sync() {
    let failed: Vec<String> = all()
        .par_iter()
        .flat_map_iter(|scenario| unmended(scenario))
        .collect();
    assert!(failed.is_empty(), "{}", failed.join("\n\n"));
}
