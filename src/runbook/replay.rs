//! The runbook's commands, typed one after the other after a wreck.

use std::sync::Arc;

use super::condition::Condition;
use super::grade::{Blocked, Ungraded};
use super::placeholder::{for_each, last_lock_id, with_lock_id};
use super::{Guard, Item, Runbook, Typed};
use crate::command;
use crate::kernel::{Seed, SimDuration, SimTime};
use crate::scenario::{FactPattern, FindingName, Limits, Scenario, Since, Trigger, Verb};
use crate::simulation::{Recording, Simulation};
use crate::terraform::{Counts, Diagnostic, OperatorId, RunId};
use crate::timeline::{Actor, Entry, Fact, Observation, ProcessFact, RemoteState, Timeline};
use crate::verdict::findings;

/// A command that is not done after so long is given up, and so long is waited for other
/// processes after the last command.
pub(super) const PATIENCE: SimDuration = SimDuration::from_seconds(24 * 60 * 60);
/// So many commands are typed in one wreck at most.
const COMMANDS_MAX: usize = 300;
/// A command asks so often at most.
const PROMPTS_MAX: usize = 2;

/// A command as it was typed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Step {
    /// Its line in the runbook.
    pub line: u32,
    /// The command line, placeholders filled.
    pub text: String,
    /// When it started.
    pub started: SimTime,
    /// How it ended.
    pub end: StepEnd,
}

/// How a command of the runbook ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum StepEnd {
    /// It exited with this status.
    Exited(u8),
    /// It was still running after a day.
    StillRunning,
}

/// What came of the commands.
#[derive(Debug)]
pub(super) struct Replayed {
    /// The scenario up to its wreck, and the runbook's commands.
    pub(super) scenario: Arc<Scenario>,
    pub(super) timeline: Timeline,
    pub(super) steps: Vec<Step>,
    pub(super) blocked: Option<Blocked>,
}

/// The wreck as it stands if nobody touches it.
pub(super) struct Wreck {
    pub(super) scenario: Scenario,
    pub(super) index: usize,
    pub(super) operator: OperatorId,
    pub(super) time: SimTime,
    pub(super) untouched: Timeline,
}

/// Replays the scenario up to its wreck, and on for a day in which nobody does anything.
pub(super) fn wreck(scenario: &Scenario, seed: Seed) -> Result<Wreck, Ungraded> {
    let (index, operator) = scenario.wreck().ok_or(Ungraded::NoWreck)?;
    let line = scenario.steps[index].line;
    let mut cut = scenario.cut_after_step(index);
    // The author's bound is on the author's story; each command here has a bound of its own.
    let Limits { events_max, .. } = cut.limits;
    cut.limits = Limits {
        events_max,
        time_max: SimDuration::from_seconds(u64::from(u32::MAX)),
    };
    let shared = Arc::new(cut.clone());
    let mut simulation = Simulation::new(&shared, seed, Recording::On);
    let looks = looks_before(&cut, index) + 1;
    let story = SimTime::ZERO + scenario.limits.time_max;
    simulation.run_until_observed(looks, story);
    let time = simulation.now();
    simulation.run_until(time + PATIENCE);
    let untouched = simulation.finish();
    let is_reached = untouched
        .observations
        .iter()
        .any(|observed| observed.step == Some(index));
    if !is_reached {
        return Err(Ungraded::WreckNeverComes { line });
    }
    Ok(Wreck {
        scenario: cut,
        index,
        operator,
        time,
        untouched,
    })
}

fn looks_before(scenario: &Scenario, index: usize) -> usize {
    let steps = scenario.steps.iter().take(index);
    steps
        .filter(|step| matches!(step.verb, Verb::Expect(_) | Verb::Wreck(_)))
        .count()
}

/// Types the runbook's commands.
pub(super) fn replay(runbook: &Runbook, wreck: &Wreck, seed: Seed) -> Replayed {
    let mut replay = Replay {
        runbook,
        seed,
        operator: wreck.operator,
        scenario: wreck.scenario.clone(),
        looks: looks_before(&wreck.scenario, wreck.index) + 1,
        now: wreck.time,
        timeline: None,
        last: None,
        truths: vec![false; runbook.guards.len()],
        holds: vec![false; runbook.guards.len()],
        pending: None,
        steps: Vec::new(),
    };
    replay.look_at_wreck();
    let blocked = replay.all().err().or(replay.pending.take());
    let scenario = Arc::new(replay.scenario);
    let mut simulation = Simulation::new(&scenario, seed, Recording::On);
    simulation.run_until_observed(replay.looks, replay.now);
    simulation.run_until(replay.now + PATIENCE);
    Replayed {
        timeline: simulation.finish(),
        scenario,
        steps: replay.steps,
        blocked,
    }
}

struct Replay<'r> {
    runbook: &'r Runbook,
    seed: Seed,
    operator: OperatorId,
    /// The scenario with the commands so far.
    scenario: Scenario,
    /// How many observations there are up to now.
    looks: usize,
    /// The end of the last command.
    now: SimTime,
    /// All that occurred so far.
    timeline: Option<Timeline>,
    /// The last command.
    last: Option<RunId>,
    /// What the conditions came to when the reader came to them.
    truths: Vec<bool>,
    /// Which of them hold, and all in whose reach they stand.
    holds: Vec<bool>,
    /// A failure that no condition has foreseen so far.
    pending: Option<Blocked>,
    steps: Vec<Step>,
}

impl Replay<'_> {
    fn look_at_wreck(&mut self) {
        let timeline = self.simulate(&Arc::new(self.scenario.clone()), self.looks, self.now);
        self.timeline = Some(timeline);
    }

    fn simulate(&self, scenario: &Arc<Scenario>, looks: usize, until: SimTime) -> Timeline {
        let mut simulation = Simulation::new(scenario, self.seed, Recording::On);
        simulation.run_until_observed(looks, until);
        simulation.finish()
    }

    fn timeline(&self) -> &Timeline {
        self.timeline.as_ref().expect("the wreck was looked at")
    }

    fn observation(&self) -> &Observation {
        self.timeline().last()
    }

    /// Reads the runbook from its beginning to its end, or to where it is blocked.
    fn all(&mut self) -> Result<(), Blocked> {
        let runbook = self.runbook;
        for item in &runbook.items {
            match item {
                Item::Condition(guard) => self.decide(*guard),
                Item::Command(command) => {
                    if command.guards.iter().all(|guard| self.holds[*guard]) {
                        if let Some(blocked) = self.pending.take() {
                            return Err(blocked);
                        }
                        self.command(command)?;
                    }
                }
            }
        }
        Ok(())
    }

    fn decide(&mut self, index: usize) {
        let runbook = self.runbook;
        let guard = &runbook.guards[index];
        let is_reached = guard.within.iter().all(|outer| self.holds[*outer]);
        // `Otherwise` asks what was decided then, not how it is now.
        self.truths[index] = match (guard.clause, guard.alternative) {
            (Some((condition, wanted)), _) => self.asks(condition) == wanted,
            (None, Some(other)) => !self.truths[other],
            (None, None) => false,
        };
        self.holds[index] = is_reached && self.truths[index];
        if self.holds[index] && foresees_failure(runbook, guard) {
            self.pending = None;
        }
    }

    fn asks(&self, condition: Condition) -> bool {
        let observation = self.observation();
        let is_locked = observation.lease.is_locked();
        match condition {
            Condition::ErroredExists => observation.errored.contains_key(&self.operator),
            Condition::LockHeld => is_locked,
            Condition::HolderAlive => is_locked && is_held_by_the_living(observation),
            Condition::HolderGone => is_locked && !is_held_by_the_living(observation),
            Condition::LockIdPrinted => last_lock_id(self.said_last(), self.operator).is_some(),
            Condition::LockErrorPrinted => self.last_errors().iter().any(|error| {
                error.summary.starts_with("Error acquiring the state lock")
                    || error.summary.contains("already locked")
            }),
            Condition::CommandFails => self.last_exit().is_some_and(|exit| exit != 0),
            Condition::AlreadyExists => {
                let errors = self.last_errors();
                errors
                    .iter()
                    .any(|error| error.summary.contains("already exists"))
            }
            Condition::StateUnreadable => match observation.remote {
                RemoteState::Unreadable | RemoteState::Empty => true,
                RemoteState::Absent | RemoteState::State(_) => false,
            },
            Condition::StateMissing => observation.remote == RemoteState::Absent,
            Condition::NoChanges => self.last_plan().is_some_and(Counts::is_nothing),
            Condition::Unrecorded => {
                self.finds(FindingName::OrphanedObject) || self.finds(FindingName::DuplicateObject)
            }
            Condition::Tainted => self.finds(FindingName::TaintedObject),
            Condition::Always => true,
        }
    }

    /// What occurred since the last command started.
    fn said_last(&self) -> &[Entry] {
        let Some(last) = self.last else { return &[] };
        let entries = &self.timeline().entries;
        let mut from_end = entries.iter().rev();
        let back = from_end.position(|entry| is_start_of(entry, last));
        back.map_or(&[], |back| &entries[entries.len() - 1 - back..])
    }

    fn finds(&self, name: FindingName) -> bool {
        let found = findings(&self.scenario.names, self.observation(), None);
        found.iter().any(|finding| finding.name == name)
    }

    fn last_errors(&self) -> &[Diagnostic] {
        let runs = &self.observation().runs;
        let last = runs.iter().find(|run| Some(run.run) == self.last);
        last.map_or(&[], |run| &run.errors)
    }

    fn last_exit(&self) -> Option<u8> {
        let mut runs = self.observation().runs.iter();
        let last = runs.find(|run| Some(run.run) == self.last)?;
        last.end.map(|end| end.exit)
    }

    fn last_plan(&self) -> Option<Counts> {
        let runs = self.observation().runs.iter().rev();
        runs.filter(|run| run.operator == self.operator)
            .find_map(|run| run.end?.plan)
    }

    /// Types a command, once or for each thing that it is meant for.
    fn command(&mut self, command: &Typed) -> Result<(), Blocked> {
        let blocked = |message: &str| Blocked {
            line: command.line,
            command: command.text.clone(),
            message: message.to_owned(),
        };
        let lines = if let Some(each) = command.each {
            let names = &self.scenario.names;
            for_each(&command.text, each, self.observation(), names)
        } else {
            let id = last_lock_id(&self.timeline().entries, self.operator);
            let filled = with_lock_id(&command.text, id);
            vec![filled.ok_or_else(|| blocked("no command has printed a lock ID so far"))?]
        };
        for line in lines {
            if self.steps.len() == COMMANDS_MAX {
                return Err(blocked("so many commands are not typed in one wreck"));
            }
            self.run(command, &line)?;
            if self.pending.is_some() {
                break;
            }
        }
        Ok(())
    }

    /// Types one command line and waits for its end.
    fn run(&mut self, typed: &Typed, line: &str) -> Result<(), Blocked> {
        let blocked = |message: String| Blocked {
            line: typed.line,
            command: line.to_owned(),
            message,
        };
        let parsed = command::parse(line, &self.scenario.names);
        let parsed = parsed.map_err(|error| blocked(error.to_string()))?;
        let is_comparison = line.starts_with("diff ");
        let mut scenario = self.scenario.clone();
        let soon = Trigger::After(SimDuration::ZERO);
        let name = format!("line_{}", typed.line);
        let Some(run) = scenario.follow_with_run(soon, self.operator, name, parsed) else {
            return Err(blocked("the scenario has too many runs".to_owned()));
        };
        let started = self.now;
        let exit = self.wait(&scenario, run);
        let end = exit.map_or(StepEnd::StillRunning, StepEnd::Exited);
        self.steps.push(Step {
            line: typed.line,
            text: line.to_owned(),
            started,
            end,
        });
        let failure = match end {
            StepEnd::Exited(0) => None,
            // That files differ is what it was asked.
            StepEnd::Exited(1) if is_comparison && self.last_errors().is_empty() => None,
            StepEnd::Exited(exit) => Some(blocked(self.message(exit))),
            StepEnd::StillRunning => {
                return Err(blocked("still running after a day".to_owned()));
            }
        };
        if !typed.may_fail {
            self.pending = failure;
        }
        Ok(())
    }

    /// Waits for the end of a run, and answers its prompts. Returns its exit status.
    fn wait(&mut self, scenario: &Scenario, run: RunId) -> Option<u8> {
        let until = self.now + PATIENCE;
        let since = Since::LatestRun;
        let after = SimDuration::ZERO;
        let mut asked = scenario.clone();
        let mut answers = 0;
        loop {
            let mut attempt = asked.clone();
            attempt.follow_with_look(Trigger::When {
                pattern: FactPattern::RunEnded(run),
                since,
                after,
            });
            let shared = Arc::new(attempt);
            let timeline = self.simulate(&shared, self.looks + 1, until);
            let runs = &timeline.last().runs;
            let found = runs.iter().find(|found| found.run == run);
            let end = found.and_then(|found| Some((found.end?.exit, found.ended_at?)));
            let is_asking = end.is_none() && prompts(&timeline, run, self.operator) > answers;
            if is_asking && answers < PROMPTS_MAX {
                answers += 1;
                let pattern = FactPattern::Prompted(self.operator);
                asked.follow_with(
                    Trigger::When {
                        pattern,
                        since,
                        after,
                    },
                    Verb::Answer(self.operator, "yes".into()),
                );
                continue;
            }
            self.last = Some(run);
            self.now = end.map_or(until, |(_, ended_at)| ended_at.max(self.now));
            self.looks += usize::from(end.is_some());
            self.timeline = Some(timeline);
            self.scenario = Arc::unwrap_or_clone(shared);
            return end.map(|(exit, _)| exit);
        }
    }

    /// What the last command said, or that it said nothing.
    fn message(&self, exit: u8) -> String {
        let errors = self.last_errors();
        let said: Vec<String> = errors.iter().map(said).collect();
        match said.as_slice() {
            [] => format!("exit {exit}"),
            said => said.join("; "),
        }
    }
}

/// An error with its cause, as the operator sees it.
fn said(error: &Diagnostic) -> String {
    match &error.cause {
        Some(cause) if !error.summary.contains(&**cause) => format!("{}: {cause}", error.summary),
        Some(_) | None => error.summary.to_string(),
    }
}

/// Whether the condition, where it holds, says what to do after a failure.
fn foresees_failure(runbook: &Runbook, guard: &Guard) -> bool {
    match (guard.clause, guard.alternative) {
        (Some((condition, wanted)), _) => wanted && condition.foresees_failure(),
        (None, Some(other)) => {
            runbook.guards[other].clause == Some((Condition::CommandFails, false))
        }
        (None, None) => false,
    }
}

fn is_held_by_the_living(observation: &Observation) -> bool {
    let id = observation.lease.id();
    let mut runs = observation.runs.iter();
    runs.any(|run| run.end.is_none() && run.lease_id.is_some() && run.lease_id == id)
}

/// How often the operator was asked since the run started.
fn prompts(timeline: &Timeline, run: RunId, operator: OperatorId) -> usize {
    let entries = timeline.entries.iter().rev();
    let since = entries.take_while(|entry| !is_start_of(entry, run));
    since
        .filter(|entry| {
            entry.actor == Actor::Operator(operator)
                && entry.fact == Fact::Process(ProcessFact::Prompted)
        })
        .count()
}

fn is_start_of(entry: &Entry, run: RunId) -> bool {
    matches!(
        entry.fact,
        Fact::Process(ProcessFact::Started { run: started, .. }) if started == run
    )
}
