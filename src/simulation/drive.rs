//! Driving a simulation: looking at it, acting on it, waiting for what comes of it.

use std::sync::Arc;

use super::{End, Simulation};
use crate::command::az::NameMap;
use crate::command::{Command, CommandError};
use crate::fault::Origin;
use crate::kernel::{SimDuration, SimTime};
use crate::scenario::{
    CredentialState, Direction, DiskState, Limits, Link, LinkState, Peer, StoreChange, Verb,
};
use crate::service::local::{Access, Room};
use crate::terraform::{Names, OperatorId, RunEnd, RunId, Signal};
use crate::timeline::{Idleness, Log, Observation, Observed, Occasion, Shown, Unwatched, Watch};
use crate::world::Done;

/// Past every instant that a simulation reaches, and far from where adding to it overflows.
const ENDLESS: SimDuration = SimDuration::from_seconds(1 << 32);

impl Simulation {
    /// The instant.
    pub const fn now(&self) -> SimTime {
        self.agenda.now
    }

    /// What there is to see now. Nothing is recorded of the look.
    pub fn observe(&self) -> Observation {
        self.world.observe(self.agenda.now)
    }

    /// What there is to see now, recorded among the timeline's observations.
    pub fn look(&mut self) -> &Arc<Observation> {
        self.record_observation(Occasion::Look);
        let last = self.observations.last();
        &last.expect("it was just recorded").observation
    }

    /// From now on, what appears on the operators' terminals is kept.
    pub fn watch_screens(&mut self) {
        self.world.watch_screens();
    }

    /// What has appeared on the operators' terminals since they are
    /// [watched](Self::watch_screens).
    pub fn screens(&self) -> &[Shown] {
        self.world.screens()
    }

    /// The directory in which an operator's shell stands, and that of its home.
    pub fn directory(&self, operator: OperatorId) -> (String, String) {
        self.world.shell_directory(operator)
    }

    /// Whether a function of this name was defined in an operator's shell.
    pub fn has_function(&self, operator: OperatorId, name: &str) -> bool {
        self.world.has_function(operator, name)
    }

    /// The names of the files in an operator's working directory.
    pub fn files(&self, operator: OperatorId) -> Vec<Arc<str>> {
        self.world.file_names(operator)
    }

    /// The observations so far.
    pub fn observations(&self) -> &[Observed] {
        &self.observations
    }

    /// The facts so far; none where recording is off.
    pub const fn entries(&self) -> &Log {
        self.world.entries()
    }

    /// The words behind the numbers, those of typed commands included.
    pub const fn names(&self) -> &Arc<Names> {
        self.world.names()
    }

    /// Advances until step `index` of the script has started. Returns whether it has, before the
    /// end and the bounds.
    pub fn run_until_step(&mut self, index: usize) -> bool {
        self.watch_until_step(index, &mut Unwatched)
    }

    /// Advances as [`run_until_step`](Self::run_until_step) does, while `watch` looks at every
    /// instant that ends.
    pub(super) fn watch_until_step(&mut self, index: usize, watch: &mut impl Watch) -> bool {
        let is_before = |simulation: &Self| simulation.world.next_step() <= index;
        self.run_while(SimTime::MAX, is_before, watch);
        self.world.next_step() > index
    }

    /// Takes over from the script: none of its steps starts any more, nothing that it expects of
    /// its end is judged, and its bound on time no longer holds.
    pub fn take_over(&mut self) {
        self.world.end_script();
        self.limits = Limits {
            events_max: self.limits.events_max,
            time_max: ENDLESS,
        };
        self.end = End::TakenOver;
    }

    /// Does at this instant what a step of a script could do. A `run` here is one that the
    /// scenario has; other commands are [typed](Self::type_command).
    ///
    /// # Errors
    ///
    /// Why it did nothing, where it did: a signal that reached no process, for example.
    /// [`render::idleness`](crate::render::idleness) has the words.
    pub fn act(&mut self, verb: &Verb) -> Result<(), Idleness> {
        self.reopen();
        match self.world.act(verb, Origin::OUTSIDE, &mut self.agenda) {
            Done::Acted | Done::Staged => Ok(()),
            Done::Idle(why) => Err(why),
        }
    }

    /// An operator types a command. `name` is what the run is called.
    ///
    /// # Panics
    ///
    /// If more than 65,536 commands have been started.
    pub fn type_command(&mut self, operator: OperatorId, name: String, command: Command) -> RunId {
        self.reopen();
        let command = Arc::new(command);
        self.world
            .type_command(operator, name, &command, &mut self.agenda)
    }

    /// An operator types a command line into the shell that stays open on their machine: variables,
    /// functions and the directory stay from line to line. `name` is what the run is called.
    ///
    /// # Errors
    ///
    /// If the line is nothing that the model knows; nothing is typed then.
    pub fn type_line(
        &mut self,
        operator: OperatorId,
        name: String,
        line: &str,
    ) -> Result<RunId, CommandError> {
        self.reopen();
        self.world.type_line(operator, name, line, &mut self.agenda)
    }

    /// Whether a run is a script of a shell, and no program alone.
    pub fn is_script(&self, run: RunId) -> bool {
        self.world.is_script(run)
    }

    /// Whether that shell was closed, by `exit`, by `set -e` or by an error.
    pub fn is_shell_closed(&self, operator: OperatorId) -> bool {
        self.world.is_shell_closed(operator)
    }

    /// Gives an operator's working directory another path: where somebody else has it.
    pub fn name_directory(&mut self, operator: OperatorId, path: &str) {
        self.world.name_directory(operator, path);
    }

    /// Lets other names stand for the state's blob where this operator names it.
    pub fn name_blob(&mut self, operator: OperatorId, map: &NameMap) {
        self.world.name_blob(operator, map);
    }

    /// Gives an operator's workspace another name.
    pub fn name_workspace(&mut self, operator: OperatorId, name: &str) {
        self.world.name_workspace(operator, name);
    }

    fn reopen(&mut self) {
        self.events += 1;
        // Events that nobody was there for any more have let their time pass in silence.
        let passed = self.agenda.events.last_time();
        self.agenda.now = passed.map_or(self.agenda.now, |passed| self.agenda.now.max(passed));
        if self.end == End::Reached {
            self.end = End::Open;
        }
    }

    /// Advances until the run has ended, or to `until`, and returns how it ended.
    pub fn run_until_ended(&mut self, run: RunId, until: SimTime) -> Option<RunEnd> {
        let is_alive = |simulation: &Self| simulation.world.run_end(run).is_none();
        self.run_while(until, is_alive, &mut Unwatched);
        self.world.run_end(run)
    }

    /// Advances until the run has ended or waits at its prompt, or to `until`.
    pub fn run_until_asked(&mut self, run: RunId, until: SimTime) {
        self.watch_until_asked(run, until, &mut Unwatched);
    }

    /// Advances as [`run_until_asked`](Self::run_until_asked) does, while `watch` looks at every
    /// instant that ends.
    pub(super) fn watch_until_asked(&mut self, run: RunId, until: SimTime, watch: &mut impl Watch) {
        let is_at_work = |simulation: &Self| {
            simulation.world.run_end(run).is_none() && !simulation.world.is_prompting(run)
        };
        self.run_while(until, is_at_work, watch);
    }

    /// Advances until no run is alive, or to `until`. Returns whether none is.
    pub fn run_until_all_ended(&mut self, until: SimTime) -> bool {
        let is_at_work = |simulation: &Self| simulation.world.is_anybody_alive();
        self.run_while(until, is_at_work, &mut Unwatched);
        !self.world.is_anybody_alive()
    }

    /// How a run ended; `None` while it is alive.
    pub fn run_end(&self, run: RunId) -> Option<RunEnd> {
        self.world.run_end(run)
    }

    /// Whether a run waits at its prompt.
    pub fn is_prompting(&self, run: RunId) -> bool {
        self.world.is_prompting(run)
    }

    /// Answers the prompt at which the operator's latest command waits.
    ///
    /// # Errors
    ///
    /// If nobody asked.
    pub fn answer(&mut self, operator: OperatorId, text: &str) -> Result<(), Idleness> {
        self.act(&Verb::Answer(operator, text.into()))
    }

    /// Sends a signal to a run.
    ///
    /// # Errors
    ///
    /// If the run is not alive.
    pub fn signal(&mut self, run: RunId, signal: Signal) -> Result<(), Idleness> {
        self.act(&Verb::SignalRun(run, signal))
    }

    /// Ends every fault: links, disks and credentials work again, machines are awake, a local
    /// state can be written, no rule strikes any more, and no operation is to fail.
    pub fn lift_faults(&mut self) {
        let mut verbs = vec![
            Verb::Faults(Vec::new()),
            Verb::Store(StoreChange::Room(Room::Enough)),
            Verb::Store(StoreChange::Access {
                file: Access::Writable,
                directory: Access::Writable,
            }),
        ];
        for operator in self.names().operator_ids() {
            for peer in [Peer::State, Peer::Cloud] {
                let link = Link {
                    operator,
                    peer,
                    direction: Direction::Both,
                };
                verbs.push(Verb::Link {
                    link,
                    state: LinkState::Up,
                    duration: None,
                });
            }
            verbs.push(Verb::Resume(operator));
            verbs.push(Verb::Disk(operator, DiskState::Ok));
            verbs.push(Verb::Resume(operator));
            verbs.push(Verb::Credentials {
                operator,
                state: Some(CredentialState::Valid),
                cloud: Some(CredentialState::Valid),
            });
        }
        for verb in &verbs {
            self.reopen();
            self.world.act(verb, Origin::OUTSIDE, &mut self.agenda);
        }
        self.world.forget_failures();
    }
}
