//! A runbook's commands typed again, but for some of them.

use std::collections::{BTreeMap, BTreeSet};

use super::{PATIENCE, Replayed, Step, literal, wait};
use crate::runbook::wreck::Wreck;
use crate::runbook::{Runbook, Stroke};
use crate::simulation::Session;
use crate::terraform::{OperatorId, RunId};

/// Types the same lines at the same times once more, but for some of them.
pub(in crate::runbook) fn retype(
    runbook: &Runbook,
    wreck: &Wreck,
    steps: &[Step],
    without: &BTreeSet<usize>,
) -> Replayed {
    let (mut session, mut watch) = wreck.fork(runbook);
    let mut typed: BTreeMap<OperatorId, RunId> = BTreeMap::new();
    for (index, step) in steps.iter().enumerate() {
        let simulation = session.simulation_mut();
        simulation.run_watched(step.started, &mut watch);
        if without.contains(&index) {
            continue;
        }
        let operator = step.operator;
        let Some(run) = strike(&mut session, step, typed.get(&operator).copied()) else {
            continue;
        };
        typed.insert(operator, run);
        watch.begin(index);
        if runbook.is_literal {
            literal::wait(&mut session, run, step.pace, &mut watch);
        } else {
            wait(&mut session, operator, run, &step.answers, &mut watch);
        }
        watch.end(&session.simulation().observe());
    }
    let mut simulation = session.into_simulation();
    simulation.run_watched(simulation.now() + PATIENCE, &mut watch);
    Replayed {
        timeline: simulation.finish(),
        properties: watch.properties.clone().finish(),
        witness: watch,
        steps: steps.to_vec(),
        blocked: None,
        read: runbook.items.len(),
        held: Vec::new(),
    }
}

/// Does what a person did. Returns the command that it is about, where there is one: what answered
/// or stopped a command that was left out is nothing.
fn strike(session: &mut Session, step: &Step, before: Option<RunId>) -> Option<RunId> {
    match step.stroke {
        Stroke::Line => {
            let name = format!("line_{}", step.line);
            // What does not go into the shell now did so before: a function that is missing is one
            // of the lines that are left out.
            session.type_line(step.operator, &name, &step.text).ok()
        }
        Stroke::Answer => {
            let run = before.filter(|run| session.simulation().is_prompting(*run))?;
            session.answer(step.operator, &step.text).ok()?;
            Some(run)
        }
        Stroke::Wait => before,
        Stroke::Interrupt => {
            let run = before?;
            literal::interrupt(session, step.operator, run);
            Some(run)
        }
    }
}
