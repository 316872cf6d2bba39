//! Performances: what became of each line of a runbook on a wreck, and every instant of it.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::grade::Ungraded;
use super::replay::{Replayed, StepEnd, replay_watched};
use super::wreck::Wreck;
use super::{Item, Runbook};
use crate::kernel::Seed;
use crate::scenario::Scenario;
use crate::verdict::{Film, judge};

/// A runbook on a wreck, to be looked at.
#[derive(Debug, Clone)]
pub struct Performance {
    /// The replication: the scenario up to its wreck, and the runbook's commands.
    pub film: Film,
    /// What a reader comes to, in the order of the file.
    pub lines: Vec<LineRead>,
}

/// A line of a runbook, and what became of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LineRead {
    /// Its line in the file.
    pub line: u32,
    /// Its text, as it is written.
    pub text: String,
    /// What became of it.
    pub fate: Fate,
}

/// What became of a line.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Fate {
    /// It was typed: what was typed each time, and how that ended.
    Typed(Vec<(String, StepEnd)>),
    /// A command that is not typed, since a condition does not hold.
    PassedOver,
    /// A condition that holds.
    Held,
    /// A condition that does not hold.
    DidNotHold,
    /// A condition that does not matter, since one around it does not hold.
    NotAsked,
    /// An order to halt that was obeyed.
    Halted,
    /// An order to halt that did not apply.
    WentOn,
    /// The reader had stopped before.
    NotReached,
}

/// Types a runbook on a scenario's wreck, and keeps what can be seen.
///
/// # Errors
///
/// Where the scenario has no wreck, or never comes to it.
pub fn perform(
    runbook: &Runbook,
    scenario: &Arc<Scenario>,
    seed: Seed,
) -> Result<Performance, Ungraded> {
    let (wreck, mut instants) = Wreck::filmed(scenario, seed)?;
    instants.retain(|instant| instant.time < wreck.observation.time);
    instants.push((*wreck.observation).clone());
    let (session, mut watch) = wreck.fork(runbook);
    watch.reel = Some(Vec::new());
    let mut replayed = replay_watched(runbook, (session, watch), &wreck);
    instants.extend(replayed.witness.reel.take().unwrap_or_default());
    let lines = lines(runbook, &replayed);
    let report = judge(scenario, replayed.timeline, replayed.properties);
    let film = Film::new(report, instants);
    Ok(Performance { film, lines })
}

fn lines(runbook: &Runbook, replayed: &Replayed) -> Vec<LineRead> {
    let mut typed: BTreeMap<u32, Vec<(String, StepEnd)>> = BTreeMap::new();
    for step in &replayed.steps {
        let done = (step.text.clone(), step.end);
        typed.entry(step.line).or_default().push(done);
    }
    let hold = |guards: &[usize]| guards.iter().all(|guard| replayed.held[*guard]);
    let items = runbook.items.iter().enumerate();
    items
        .map(|(index, item)| {
            let is_read = index < replayed.read;
            match item {
                Item::Condition(guard) => {
                    let own = &runbook.guards[*guard];
                    let fate = match (hold(&own.within), replayed.held[*guard]) {
                        (true, true) => Fate::Held,
                        (true, false) => Fate::DidNotHold,
                        (false, _) => Fate::NotAsked,
                    };
                    read(own.line, &own.text, fate, is_read)
                }
                Item::Halt(halt) => {
                    let fate = if hold(&halt.guards) {
                        Fate::Halted
                    } else {
                        Fate::WentOn
                    };
                    read(halt.line, &halt.text, fate, is_read)
                }
                Item::Step(step) if runbook.is_literal => {
                    let own = &runbook.steps[*step];
                    let fate = replayed.steps.get(*step).map_or(Fate::NotReached, |done| {
                        Fate::Typed(vec![(done.text.clone(), done.end)])
                    });
                    read(own.line, &own.source, fate, is_read)
                }
                Item::Step(step) => {
                    let own = &runbook.steps[*step];
                    let fate = match typed.get(&own.line) {
                        Some(done) => Fate::Typed(done.clone()),
                        None if hold(&own.guards) => Fate::NotReached,
                        None => Fate::PassedOver,
                    };
                    read(own.line, &own.source, fate, is_read)
                }
            }
        })
        .collect()
}

fn read(line: u32, text: &str, fate: Fate, is_read: bool) -> LineRead {
    let text = text.to_owned();
    let fate = if is_read { fate } else { Fate::NotReached };
    LineRead { line, text, fate }
}
