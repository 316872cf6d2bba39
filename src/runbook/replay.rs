//! The runbook's commands, typed one after the other after a wreck.

mod answer;
mod literal;
mod retype;

use std::collections::BTreeMap;
use std::sync::Arc;

use super::grade::Blocked;
use super::placeholder::{Each, StandsFor, filled};
use super::value::{for_each, last_lock_id, object_at, own_address, shown_address};
use super::witness::Witness;
use super::wreck::Wreck;
use super::{Deed, Effect, Halt, Item, Runbook, Stroke, Test, Typed, Until};
use crate::kernel::{SimDuration, SimTime};
use crate::simulation::{Session, Waited};
use crate::terraform::{Diagnostic, Names, OperatorId, RunId};
use crate::timeline::{Observation, Timeline};
use crate::verdict::PropertyJudgement;
use literal::Foreground;
pub(super) use retype::retype;

/// A command that is not done after so long is given up, and so long is waited for other
/// processes after the last command.
pub const PATIENCE: SimDuration = SimDuration::from_seconds(24 * 60 * 60);
/// So many commands are typed in one wreck at most.
pub const COMMANDS_MAX: usize = 300;
/// A command asks so often at most.
const PROMPTS_MAX: usize = 2;

/// A command as it was typed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Step {
    /// Its line in the runbook.
    pub line: u32,
    /// The command line, placeholders filled.
    pub text: String,
    /// Whether it changes something, and does not only look.
    pub is_change: bool,
    /// What was answered where it asked; `yes` where nothing is said.
    pub answers: Vec<String>,
    /// When it started.
    pub started: SimTime,
    /// When it had ended, or was given up.
    pub ended: SimTime,
    /// How it ended.
    pub end: StepEnd,
    /// Who did it.
    pub operator: OperatorId,
    /// Whether it is a line, or a key.
    pub stroke: Stroke,
    /// How long was waited after it, where its end was not waited for.
    pub pace: Option<SimDuration>,
}

/// How a command of the runbook ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum StepEnd {
    /// It exited with this status.
    Exited(u8),
    /// It was still running after a day.
    StillRunning,
    /// It was left at its question, or at work.
    LeftOpen,
}

/// What came of the commands.
#[derive(Debug)]
pub(super) struct Replayed {
    pub(super) timeline: Timeline,
    pub(super) properties: Vec<PropertyJudgement>,
    pub(super) witness: Witness,
    pub(super) steps: Vec<Step>,
    pub(super) blocked: Option<Blocked>,
    /// How many of the runbook's items the reader came to, the one that ended it included.
    pub(super) read: usize,
    /// By guard: whether it and all in whose reach it stands held.
    pub(super) held: Vec<bool>,
}

/// Types the runbook's commands on a fork of the wreck.
pub(super) fn replay(runbook: &Runbook, wreck: &Wreck) -> Replayed {
    replay_watched(runbook, wreck.fork(runbook), wreck)
}

/// The same, under a watch of one's own.
pub(super) fn replay_watched(
    runbook: &Runbook,
    (session, watch): (Session, Witness),
    wreck: &Wreck,
) -> Replayed {
    let mut replay = Replay {
        runbook,
        operator: wreck.operator,
        observation: Arc::clone(&wreck.observation),
        said_from: session.simulation().entries().len(),
        session,
        watch,
        last: None,
        truths: vec![false; runbook.guards.len()],
        holds: vec![false; runbook.guards.len()],
        pending: None,
        steps: Vec::new(),
        typed: Vec::new(),
        locking: None,
        taking: None,
        step: 0,
        has_left: false,
        read: 0,
        foregrounds: BTreeMap::new(),
    };
    let blocked = replay.all().err().or(replay.pending.take());
    let mut simulation = replay.session.into_simulation();
    simulation.run_watched(simulation.now() + PATIENCE, &mut replay.watch);
    Replayed {
        timeline: simulation.finish(),
        properties: replay.watch.properties.clone().finish(),
        witness: replay.watch,
        steps: replay.steps,
        blocked,
        read: replay.read,
        held: replay.holds,
    }
}

/// Waits for the end of a run, and answers its prompts: as it is said, and else with `yes`. Returns
/// its exit status.
fn wait(
    session: &mut Session,
    operator: OperatorId,
    run: RunId,
    answers: &[String],
    watch: &mut Witness,
) -> Option<u8> {
    let until = session.simulation().now() + PATIENCE;
    for prompt in 0.. {
        let patience = until.since(session.simulation().now());
        match session.wait_watched(run, patience, watch) {
            Waited::Ended(end) => return Some(end.exit),
            Waited::Asks if prompt < PROMPTS_MAX.max(answers.len()) => {
                let answer = answers.get(prompt).map_or("yes", String::as_str);
                let answered = session.answer(operator, answer);
                assert_eq!(answered, Ok(()), "it asked");
            }
            Waited::Asks | Waited::StillRunning => return None,
        }
    }
    None
}

struct Replay<'r> {
    runbook: &'r Runbook,
    operator: OperatorId,
    session: Session,
    watch: Witness,
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
    /// By step of the runbook that was typed: its last run.
    typed: Vec<(usize, RunId)>,
    /// The last run that asked for the lock, and how many facts there were before it.
    locking: Option<(RunId, usize)>,
    /// The last run that takes the lock.
    taking: Option<RunId>,
    /// The step of the runbook that was typed last.
    step: usize,
    /// Whether the reader has left the shell.
    has_left: bool,
    /// How many items the reader has come to.
    read: usize,
    /// By operator: the command that was typed last, where all is typed as it stands.
    foregrounds: BTreeMap<OperatorId, Foreground>,
}

/// What comes after an item.
enum Next {
    Item,
    /// The reader stops, as the runbook says.
    Stop,
}

impl Replay<'_> {
    fn names(&self) -> &Names {
        self.session.simulation().names()
    }

    /// Reads the runbook from its beginning to its end, or to where it is blocked or stops.
    fn all(&mut self) -> Result<(), Blocked> {
        let runbook = self.runbook;
        for item in &runbook.items {
            self.read += 1;
            match item {
                Item::Condition(guard) => self.decide(*guard),
                Item::Halt(halt) => match self.halt(halt) {
                    Next::Item => {}
                    Next::Stop => return Ok(()),
                },
                Item::Step(step) => {
                    let typed = &runbook.steps[*step];
                    if runbook.is_literal {
                        self.pending = None;
                        self.step = *step;
                        self.stroke(typed)?;
                        if self.has_left {
                            return Ok(());
                        }
                    } else if self.all_hold(&typed.guards) {
                        if let Some(blocked) = self.pending.take() {
                            return Err(blocked);
                        }
                        self.step = *step;
                        self.command(typed)?;
                        if self.has_left {
                            return Ok(());
                        }
                    }
                }
            }
        }
        Ok(())
    }

    fn all_hold(&self, guards: &[usize]) -> bool {
        guards.iter().all(|guard| self.holds[*guard])
    }

    /// Stops, or waits, if that is what is to be done now.
    fn halt(&mut self, halt: &Halt) -> Next {
        const LOOK_EVERY: SimDuration = SimDuration::from_seconds(10);
        if !self.all_hold(&halt.guards) {
            return Next::Item;
        }
        let until = match &halt.until {
            Until::Never => {
                self.pending = None;
                return Next::Stop;
            }
            Until::Holds(test) => test,
            Until::Passed(long) => {
                let then = self.session.simulation().now() + *long;
                let simulation = self.session.simulation_mut();
                simulation.run_watched(then, &mut self.watch);
                self.observation = Arc::new(self.session.simulation().observe());
                return Next::Item;
            }
        };
        let give_up = self.session.simulation().now() + PATIENCE;
        while !self.test(until) {
            let now = self.session.simulation().now();
            if now >= give_up {
                return Next::Stop;
            }
            let simulation = self.session.simulation_mut();
            simulation.run_watched(now + LOOK_EVERY, &mut self.watch);
            self.observation = Arc::new(self.session.simulation().observe());
            if self.session.simulation().now() == now {
                // Nothing occurs any more.
                return if self.test(until) {
                    Next::Item
                } else {
                    Next::Stop
                };
            }
        }
        Next::Item
    }

    fn test(&self, test: &Test) -> bool {
        test.holds(&|condition| self.asks(condition))
    }

    fn decide(&mut self, index: usize) {
        let runbook = self.runbook;
        let guard = &runbook.guards[index];
        let is_reached = self.all_hold(&guard.within);
        // `Otherwise` asks what was decided then, not how it is now.
        self.truths[index] = match (&guard.test, guard.alternative) {
            (Some(test), _) => self.test(test),
            (None, Some(other)) => !self.truths[other],
            (None, None) => false,
        };
        self.holds[index] = is_reached && self.truths[index];
        if self.holds[index] && guard.foresees_failure(runbook, self.step) {
            self.pending = None;
        }
    }

    /// Types a line, once or for each thing that it is meant for.
    fn command(&mut self, typed: &Typed) -> Result<(), Blocked> {
        let blocked = |message: &str| Blocked {
            line: typed.line,
            command: typed.source.clone(),
            message: message.to_owned(),
        };
        let placeholders = &typed.placeholders;
        let is_for_each = !typed.each.is_empty() && typed.each != [Each::Printed];
        let lines = if is_for_each {
            for_each(
                &typed.source,
                placeholders,
                &self.meant(&typed.each),
                &self.observation,
                self.names(),
            )
        } else {
            let asks = |wanted| {
                placeholders
                    .iter()
                    .any(|placeholder| placeholder.stands_for == wanted)
            };
            let asks_for_id = asks(StandsFor::LockId);
            let id = { asks_for_id.then(|| self.session.simulation().entries().iter()) }
                .and_then(|printed| last_lock_id(printed, self.operator))
                .map(|id| id.to_string());
            if asks_for_id && self.has_seen_it_free() {
                // Nobody looks for the ID of a lock that the last command took and gave back.
                return Ok(());
            }
            if asks_for_id && id.is_none() {
                return Err(blocked("no command has printed a lock ID so far"));
            }
            let shown = asks(StandsFor::Address).then(|| {
                let simulation = self.session.simulation();
                shown_address(simulation, &self.steps, self.operator)
            });
            let shown = shown.transpose().map_err(|why| blocked(&why))?;
            let address = typed.address.as_deref();
            let object =
                address.and_then(|address| object_at(address, &self.observation, self.names()));
            let own = { address.filter(|_| asks(StandsFor::OwnAddress)) }
                .and_then(|address| self.names().find_address(address))
                .and_then(|resource| own_address(resource, &self.observation, self.names()));
            vec![filled(
                &typed.source,
                placeholders,
                |stands_for| match stands_for {
                    StandsFor::LockId => id.clone(),
                    StandsFor::ObjectId => object.clone(),
                    StandsFor::Address => shown.clone(),
                    StandsFor::OwnAddress => own.clone(),
                    StandsFor::Name(_) | StandsFor::Nothing => None,
                },
            )]
        };
        for line in lines {
            if self.steps.len() == COMMANDS_MAX {
                return Err(blocked("so many commands are not typed in one wreck"));
            }
            self.run(typed, &line)?;
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
        let name = format!("line_{}", typed.line);
        let started = self.session.simulation().now();
        self.said_from = self.session.simulation().entries().len();
        let run = self.session.type_line(self.operator, &name, line);
        let run = run.map_err(|error| blocked(error.to_string()))?;
        self.last = Some(run);
        self.typed.push((self.step, run));
        if typed.deed.takes_the_lock() {
            self.taking = Some(run);
        }
        if typed.deed.takes_the_lock()
            || (typed.deed == Deed::Other
                && typed.effect == Effect::Look
                && line.starts_with("az "))
        {
            self.locking = Some((run, self.said_from));
        }
        let exit = self.wait(run, &typed.answers);
        let end = exit.map_or(StepEnd::StillRunning, StepEnd::Exited);
        self.steps.push(Step {
            line: typed.line,
            text: line.to_owned(),
            answers: typed.answers.clone(),
            is_change: typed.effect == Effect::Change,
            started,
            ended: self.session.simulation().now(),
            end,
            operator: self.operator,
            stroke: Stroke::Line,
            pace: None,
        });
        match end {
            StepEnd::LeftOpen | StepEnd::StillRunning => {
                Err(blocked("still running after a day".to_owned()))
            }
            StepEnd::Exited(exit) => {
                if self.session.simulation().is_shell_closed(self.operator) {
                    return self.leave(typed, line, exit);
                }
                // A look that fails has shown something, too.
                let is_stopped = exit != 0 && typed.effect == Effect::Change && self.has_tried(run);
                self.pending = is_stopped.then(|| blocked(self.message(exit)));
                Ok(())
            }
        }
    }

    /// Whether the last command that takes the lock has got it.
    fn has_seen_it_free(&self) -> bool {
        let Some(run) = self.taking else {
            return false;
        };
        let is_refused = { self.errors_of(run).iter() }.any(|error| error.kind.is_lock_error());
        // Where a plan has changes it may exit with 2.
        !is_refused && matches!(self.exit_of(run), Some(0 | 2))
    }

    /// Whether a line that is to change something has come to that: where it has started nothing
    /// and says nothing, it has only looked, as `[ -f FILE ] && …` does.
    fn has_tried(&self, run: RunId) -> bool {
        let is_script = self.session.simulation().is_script(run);
        let mut later = self.observation.runs.iter();
        let has_started = later.any(|other| other.run > run && other.operator == self.operator);
        !is_script || has_started || !self.last_errors().is_empty()
    }

    /// The shell was closed, by `exit` or by `set -e`: nothing more is typed.
    fn leave(&mut self, typed: &Typed, line: &str, exit: u8) -> Result<(), Blocked> {
        if exit == 0 {
            self.has_left = true;
            return Ok(());
        }
        Err(Blocked {
            line: typed.line,
            command: line.to_owned(),
            message: format!("{}, and the shell ends there", self.message(exit)),
        })
    }

    /// Waits for the end of a run, and looks. Returns its exit status.
    fn wait(&mut self, run: RunId, answers: &[String]) -> Option<u8> {
        self.watch.begin(self.steps.len());
        let exit = wait(
            &mut self.session,
            self.operator,
            run,
            answers,
            &mut self.watch,
        );
        self.observation = match exit {
            Some(_) => Arc::clone(self.session.look()),
            None => Arc::new(self.session.simulation().observe()),
        };
        self.watch.end(&self.observation);
        exit
    }

    /// What the last command said, or that it said nothing.
    fn message(&self, exit: u8) -> String {
        let errors = self.last_errors();
        let said: Vec<String> = errors.iter().map(said).collect();
        let said = match said.as_slice() {
            [] => format!("exit {exit}"),
            said => said.join("; "),
        };
        if said.contains(['\u{1b}', '\u{9b}']) || said.contains("\\u001b") {
            return format!("{said}; what was taken for an ID is a color's code: use -no-color");
        }
        said
    }
}

/// An error with its cause, as the operator sees it.
fn said(error: &Diagnostic) -> String {
    match &error.cause {
        Some(cause) if !error.summary.contains(&**cause) => format!("{}: {cause}", error.summary),
        Some(_) | None => error.summary.to_string(),
    }
}
