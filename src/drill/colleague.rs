//! Colleagues: what they answer when they are asked.

use std::sync::Arc;

use super::Drill;
use super::said::{Asked, Doing, LastRun, Refused, Said};
use crate::kernel::SimTime;
use crate::terraform::{OperatorId, RunId};
use crate::timeline::{Actor, Fact, ProcessFact, Sight};

/// So many lines of what they saw last they remember.
const LINES_MAX: usize = 4;

/// A command that somebody started.
struct Started {
    run: RunId,
    line: Arc<str>,
    time: SimTime,
}

impl Drill {
    /// What a colleague answers: what they do, what they did last and what they saw of it.
    pub(super) fn ask(&self, name: &str) -> Said {
        let names = self.names();
        let Some(operator) = names.find_operator(name) else {
            let known = self
                .colleagues()
                .map(|other| names.operator(other).to_owned());
            return Said::Refused(Refused::Nobody {
                name: name.to_owned(),
                known: known.collect(),
            });
        };
        let simulation = self.simulation();
        let started = self.started_by(operator);
        let alive = started
            .iter()
            .filter(|of| simulation.run_end(of.run).is_none());
        let doing = alive.map(|of| Doing {
            line: Arc::clone(&of.line),
            since: of.time,
            is_asking: simulation.is_prompting(of.run),
        });
        let doing = doing.collect();
        let last = started
            .iter()
            .rev()
            .find_map(|of| self.last_run(operator, of));
        Said::Colleague(Asked {
            operator: name.to_owned(),
            now: simulation.now(),
            doing,
            last,
        })
    }

    /// Everybody but who sits here.
    pub(super) fn colleagues(&self) -> impl Iterator<Item = OperatorId> {
        let own = self.desk.operator;
        self.names()
            .operator_ids()
            .filter(move |other| *other != own)
    }

    fn started_by(&self, operator: OperatorId) -> Vec<Started> {
        let entries = self.simulation().entries().iter();
        let own = Actor::Operator(operator);
        let started = entries.filter_map(|entry| {
            let Fact::Process(ProcessFact::Started {
                run,
                line,
                shell: None,
            }) = &entry.fact
            else {
                return None;
            };
            (entry.actor == own).then(|| Started {
                run: *run,
                line: Arc::clone(line),
                time: entry.time,
            })
        });
        started.collect()
    }

    fn last_run(&self, operator: OperatorId, of: &Started) -> Option<LastRun> {
        let simulation = self.simulation();
        let end = simulation.run_end(of.run)?;
        let observed = simulation.observe();
        let mut runs = observed.runs.iter();
        let ended = runs.find(|run| run.run == of.run)?.ended_at?;
        let entries = simulation.entries().iter();
        let is_killed = entries.rev().any(|entry| {
            matches!(
                entry.fact,
                Fact::Process(ProcessFact::Ended { run, signal: Some(_), .. }) if run == of.run
            )
        });
        let seen = simulation.screens().iter().filter(|shown| {
            shown.operator == operator && of.time <= shown.time && shown.time <= ended
        });
        let text: String = seen
            .filter_map(|shown| match &shown.what {
                Sight::Written(text) => Some(&**text),
                Sight::Typed(_)
                | Sight::Answered(_)
                | Sight::Interrupted
                | Sight::NotModeled(_) => None,
            })
            .collect();
        Some(LastRun {
            line: Arc::clone(&of.line),
            ended,
            exit: end.exit,
            is_killed,
            saw: last_lines(&text),
        })
    }
}

/// The last lines that say something.
fn last_lines(text: &str) -> Vec<String> {
    let plain = super::look::without_colors(text);
    let mut lines: Vec<String> = { plain.lines() }
        .map(|line| line.trim_matches(['╷', '│', '╵', ' ']).to_owned())
        .filter(|line| !line.is_empty())
        .collect();
    let first = lines.len().saturating_sub(LINES_MAX);
    lines.drain(..first);
    lines
}
