//! The runbook's commands, typed one after the other after a wreck.

use std::cell::OnceCell;
use std::sync::Arc;

use super::condition::Condition;
use super::grade::{Blocked, Ungraded};
use super::placeholder::{for_each, last_lock_id, with_lock_id};
use super::{Guard, Item, Runbook, Typed};
use crate::command::az::NameMap;
use crate::command::{self, AzCommand, Program};
use crate::kernel::{Seed, SimDuration, SimTime};
use crate::scenario::{FindingName, Scenario};
use crate::simulation::{Recording, Session, Simulation, Waited};
use crate::terraform::{
    Counts, Diagnostic, DiagnosticKind, Names, OperatorId, ProviderError, RunId,
};
use crate::timeline::{Entries, Observation, RemoteState, Timeline};
use crate::verdict::{PropertyJudgement, PropertyWatch, keys};

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
    pub(super) timeline: Timeline,
    pub(super) properties: Vec<PropertyJudgement>,
    pub(super) steps: Vec<Step>,
    pub(super) blocked: Option<Blocked>,
}

/// A wreck, reached once: whoever tries something on it takes a fork.
pub(super) struct Wreck {
    pub(super) scenario: Arc<Scenario>,
    /// The position of the `wreck:` step.
    pub(super) index: usize,
    /// Who mends it.
    pub(super) operator: OperatorId,
    /// What there is to see.
    pub(super) observation: Arc<Observation>,
    session: Session,
    untouched: OnceCell<Timeline>,
    /// Who has looked at every instant so far.
    watch: PropertyWatch,
}

impl Wreck {
    /// Replays the scenario up to its wreck.
    pub(super) fn reach(scenario: &Arc<Scenario>, seed: Seed) -> Result<Self, Ungraded> {
        let (index, _) = scenario.wreck().ok_or(Ungraded::NoWreck)?;
        let line = scenario.steps[index].line;
        let simulation = Simulation::new(scenario, seed, Recording::On);
        let mut watch = PropertyWatch::new(scenario);
        let reached = Session::at_wreck_watched(simulation, &mut watch);
        let (session, operator) = reached.ok_or(Ungraded::WreckNeverComes { line })?;
        let observed = session.simulation().observations().last();
        let observation = Arc::clone(&observed.expect("a wreck is observed").observation);
        Ok(Self {
            scenario: Arc::clone(scenario),
            index,
            operator,
            observation,
            session,
            untouched: OnceCell::new(),
            watch,
        })
    }

    /// What comes of it if nobody does anything for a day: replayed when it is first asked for,
    /// since a wreck that is recovered never asks.
    pub(super) fn untouched(&self) -> &Timeline {
        self.untouched.get_or_init(|| {
            let mut untouched = self.session.fork().into_simulation();
            untouched.run_until(self.observation.time + PATIENCE);
            untouched.finish()
        })
    }
}

/// Types the runbook's commands on a fork of the wreck.
pub(super) fn replay(runbook: &Runbook, wreck: &Wreck) -> Replayed {
    let session = wreck.session.fork().without_return();
    let az_names = az_names(runbook, session.simulation().names());
    let mut replay = Replay {
        az_names,
        runbook,
        operator: wreck.operator,
        observation: Arc::clone(&wreck.observation),
        said_from: session.simulation().entries().len(),
        session,
        watch: wreck.watch.clone(),
        last: None,
        truths: vec![false; runbook.guards.len()],
        holds: vec![false; runbook.guards.len()],
        pending: None,
        steps: Vec::new(),
    };
    let blocked = replay.all().err().or(replay.pending.take());
    let mut simulation = replay.session.into_simulation();
    simulation.run_watched(simulation.now() + PATIENCE, &mut replay.watch);
    Replayed {
        timeline: simulation.finish(),
        properties: replay.watch.finish(),
        steps: replay.steps,
        blocked,
    }
}

struct Replay<'r> {
    runbook: &'r Runbook,
    operator: OperatorId,
    /// Which names of a blob stand for the scenario's own.
    az_names: NameMap,
    session: Session,
    watch: PropertyWatch,
    /// What there was to see last.
    observation: Arc<Observation>,
    /// How many facts there were when the last command was typed.
    said_from: usize,
    last: Option<RunId>,
    /// By guard: whether what it asks is so.
    truths: Vec<bool>,
    /// By guard: whether it and all in whose reach it stands hold.
    holds: Vec<bool>,
    /// A failure that no condition has foreseen so far.
    pending: Option<Blocked>,
    steps: Vec<Step>,
}

impl Replay<'_> {
    fn names(&self) -> &Names {
        self.session.simulation().names()
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
        let observation = &self.observation;
        let is_locked = observation.lock.is_locked();
        match condition {
            Condition::ErroredExists => observation.errored.contains_key(&self.operator),
            Condition::LockHeld => is_locked,
            Condition::HolderAlive => is_locked && observation.living_holder().is_some(),
            Condition::HolderGone => is_locked && observation.living_holder().is_none(),
            Condition::LockIdPrinted => last_lock_id(self.said_last(), self.operator).is_some(),
            Condition::LockErrorPrinted => {
                let errors = self.last_errors();
                errors.iter().any(|error| error.kind.is_lock_error())
            }
            Condition::CommandFails => self.last_exit().is_some_and(|exit| exit != 0),
            Condition::AlreadyExists => {
                let errors = self.last_errors();
                let exists = DiagnosticKind::OperationFailed(ProviderError::AlreadyExists);
                errors.iter().any(|error| error.kind == exists)
            }
            Condition::StateUnreadable => match observation.remote {
                RemoteState::Unreadable | RemoteState::Empty => true,
                RemoteState::Absent | RemoteState::State(_) => false,
            },
            Condition::StateMissing => observation.remote == RemoteState::Absent,
            Condition::NoChanges => self.last_plan().is_some_and(Counts::is_nothing),
            Condition::Unrecorded => {
                self.finds(&[FindingName::OrphanedObject, FindingName::DuplicateObject])
            }
            Condition::Tainted => self.finds(&[FindingName::TaintedObject]),
            Condition::Always => true,
        }
    }

    /// What occurred since the last command was typed.
    fn said_last(&self) -> Entries<'_> {
        let entries = self.session.simulation().entries();
        match self.last {
            Some(_) => entries.since(self.said_from),
            None => entries.since(entries.len()),
        }
    }

    fn finds(&self, any_of: &[FindingName]) -> bool {
        let found = keys(self.names(), &self.observation);
        found.iter().any(|key| any_of.contains(&key.name))
    }

    fn last_errors(&self) -> &[Diagnostic] {
        let runs = &self.observation.runs;
        let last = runs.iter().find(|run| Some(run.run) == self.last);
        last.map_or(&[], |run| &run.errors)
    }

    fn last_exit(&self) -> Option<u8> {
        let mut runs = self.observation.runs.iter();
        let last = runs.find(|run| Some(run.run) == self.last)?;
        last.end.map(|end| end.exit)
    }

    fn last_plan(&self) -> Option<Counts> {
        let runs = self.observation.runs.iter().rev();
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
            for_each(&command.text, each, &self.observation, self.names())
        } else {
            let printed = self.session.simulation().entries().iter();
            let filled = with_lock_id(&command.text, || last_lock_id(printed, self.operator));
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
        let is_comparison = line.starts_with("diff ");
        let name = format!("line_{}", typed.line);
        let parsed = command::parse(line, self.names());
        let mut command = parsed.map_err(|error| blocked(error.to_string()))?;
        if let Program::Az(az) = &mut command.program {
            az.rename(&self.az_names);
        }
        let started = self.session.simulation().now();
        self.said_from = self.session.simulation().entries().len();
        let run = self.session.type_command(self.operator, name, command);
        self.last = Some(run);
        let exit = self.wait(run);
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
    fn wait(&mut self, run: RunId) -> Option<u8> {
        let until = self.session.simulation().now() + PATIENCE;
        let mut answers = 0;
        loop {
            let patience = until.since(self.session.simulation().now());
            match self.session.wait_watched(run, patience, &mut self.watch) {
                Waited::Ended(end) => {
                    self.observation = Arc::clone(self.session.look());
                    return Some(end.exit);
                }
                Waited::Asks if answers < PROMPTS_MAX => {
                    answers += 1;
                    let answered = self.session.answer(self.operator, "yes");
                    assert_eq!(answered, Ok(()), "it asked");
                }
                Waited::Asks | Waited::StillRunning => {
                    self.observation = Arc::new(self.session.simulation().observe());
                    return None;
                }
            }
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

/// Which names of account, container and blob stand for the scenario's own: the first ones that the
/// runbook uses.
fn az_names(runbook: &Runbook, names: &Names) -> NameMap {
    let commands = runbook.commands();
    let parsed = commands.filter_map(|(_, line)| command::parse(line, names).ok());
    let az = parsed.filter_map(|command| match command.program {
        Program::Az(az) => Some(az),
        Program::Terraform(_) | Program::File(_) => None,
    });
    let az: Vec<AzCommand> = az.collect();
    NameMap::of(az.iter().flat_map(AzCommand::blobs), &names.state_blob)
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
