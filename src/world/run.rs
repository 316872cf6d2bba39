//! Runs: commands that were started, what reaches them, and what they want done.

use std::sync::Arc;

use super::screen::Glass;
use super::shell::{Child, Shell};
use super::{Actor, Agenda, Event, FileContent, World, cloud, position};
use crate::command::{
    AwsCommand, AzCommand, Command, CommandError, CurlCommand, GcloudCommand, Program, PsqlCommand,
    STANDARD_INPUT,
};
use crate::kernel::SimTime;
use crate::shell::Answer;
use crate::terraform::invocation::{Action, Invocation, LockIdArgument};
use crate::terraform::process::{Context, ERRORED, Effect, Input, Process, Timer};
use crate::terraform::transcript::Stream;
use crate::terraform::{Diagnostic, OperatorId, RunEnd, RunId, Signal};
use crate::timeline::{ProcessFact, Sight};

/// A program that runs, or has run.
#[derive(Debug, Clone)]
pub(super) enum Runner {
    Terraform(Box<Process>),
    Az(Box<AzCommand>),
    Aws(Box<AwsCommand>),
    Psql(Box<PsqlCommand>),
    Gcloud(Box<GcloudCommand>),
    Curl(Box<CurlCommand>),
    Shell(Box<Shell>),
    /// Ended at once, as commands on files do.
    Instant,
}

/// Who starts a command.
#[derive(Debug)]
pub(super) enum Starter {
    /// An operator, in a shell of its own.
    Operator,
    /// A person, in the shell that stays open on their machine.
    Person,
    /// A shell, from a script.
    Shell(Box<Child>),
}

/// A command that has been started.
#[derive(Debug, Clone)]
pub(super) struct Run {
    pub(super) operator: OperatorId,
    pub(super) command: Arc<Command>,
    pub(super) runner: Runner,
    pub(super) end: Option<RunEnd>,
    pub(super) ended_at: Option<SimTime>,
    /// What an `az` command or a command on files printed as errors.
    pub(super) errors: Arc<Vec<Diagnostic>>,
    /// The text that an `az` command wrote, on which stream, in this order.
    pub(super) written: Arc<Vec<(Stream, Arc<str>)>>,
    pub(super) is_pipe_broken: bool,
    /// The number of the latest request of each lane.
    pub(super) sent: [Option<u64>; 3],
    /// What it is to the shell that started it.
    pub(super) child: Option<Box<Child>>,
    /// How it is seen on the terminal, where somebody watches.
    pub(super) screen: Option<Box<Glass>>,
}

impl Run {
    pub(super) fn is_alive(&self) -> bool {
        self.end.is_none()
    }

    pub(super) fn is_prompting(&self) -> bool {
        match &self.runner {
            Runner::Terraform(process) => self.is_alive() && process.is_prompting(),
            Runner::Shell(shell) => self.is_alive() && shell.is_prompting(),
            Runner::Az(_)
            | Runner::Aws(_)
            | Runner::Psql(_)
            | Runner::Gcloud(_)
            | Runner::Curl(_)
            | Runner::Instant => false,
        }
    }

    pub(super) const fn errors(&self) -> &Arc<Vec<Diagnostic>> {
        match &self.runner {
            Runner::Terraform(process) => process.errors(),
            Runner::Az(_)
            | Runner::Aws(_)
            | Runner::Psql(_)
            | Runner::Curl(_)
            | Runner::Gcloud(_)
            | Runner::Shell(_)
            | Runner::Instant => &self.errors,
        }
    }
}

impl World {
    /// How a run ended, if it has started and ended.
    pub(crate) fn run_end(&self, run: RunId) -> Option<RunEnd> {
        self.runs.get(position(run.0))?.as_ref()?.end
    }

    /// Whether a run waits at its prompt, or the program that its shell waits for.
    pub(crate) fn is_prompting(&self, run: RunId) -> bool {
        let Some(found) = self.runs.get(position(run.0)).and_then(Option::as_ref) else {
            return false;
        };
        // What a pipe answers asks nobody.
        let is_piped = { found.child.as_ref() }.is_some_and(|child| child.stdin.is_some());
        let is_child = |child: RunId| self.is_prompting(child);
        (found.is_prompting() && !is_piped) || self.foreground(run).is_some_and(is_child)
    }

    /// Whether a run is alive.
    pub(crate) const fn is_anybody_alive(&self) -> bool {
        self.alive > 0
    }

    /// An operator types a command that the scenario does not have.
    pub(crate) fn type_command(
        &mut self,
        operator: OperatorId,
        name: String,
        command: &Arc<Command>,
        agenda: &mut Agenda,
    ) -> RunId {
        self.type_as(operator, name, command, Starter::Operator, agenda)
    }

    /// An operator types a command line into the shell that stays open on their machine: its
    /// variables, functions and directory are there for the next one.
    pub(crate) fn type_line(
        &mut self,
        operator: OperatorId,
        name: String,
        line: &str,
        agenda: &mut Agenda,
    ) -> Result<RunId, CommandError> {
        let command = self.read_typed(operator, line)?;
        let is_plain = !matches!(command.program, Program::Script(_));
        let run = self.type_as(operator, name, &Arc::new(command), Starter::Person, agenda);
        if is_plain {
            self.terminal_mut(operator).last_plain = Some(run);
        }
        Ok(run)
    }

    fn type_as(
        &mut self,
        operator: OperatorId,
        name: String,
        command: &Arc<Command>,
        starter: Starter,
        agenda: &mut Agenda,
    ) -> RunId {
        let run = self.new_run(name);
        let run = run.expect("fewer than 2¹⁶ commands are typed");
        self.script.latest_run_starts();
        self.start_run(run, operator, command, starter, agenda);
        self.reap(agenda);
        run
    }

    /// A further run, unless there are too many.
    pub(super) fn new_run(&mut self, name: String) -> Option<RunId> {
        let run = RunId(u16::try_from(self.runs.len()).ok()?);
        Arc::make_mut(&mut self.names).runs.push(name);
        self.runs.push(None);
        Some(run)
    }

    /// What does a program's work.
    fn runner(
        &mut self,
        operator: OperatorId,
        program: &Program,
        is_typed: bool,
        piped: Option<&Arc<str>>,
    ) -> Runner {
        match program {
            Program::Terraform(invocation) => {
                let invocation = self.fill_placeholder(invocation);
                let file = named_file(&invocation.action)
                    .and_then(|name| self.named(operator, name, piped));
                let backend = self.scenario.backend_of(operator);
                let process = Process::new(operator, backend, &invocation, file);
                Runner::Terraform(Box::new(process))
            }
            Program::Az(command) => {
                let mut command = command.clone();
                command.rename(&self.machine(operator).terminal.blob_names);
                Runner::Az(Box::new(command))
            }
            Program::Aws(command) => Runner::Aws(Box::new(command.clone())),
            Program::Psql(command) => Runner::Psql(Box::new(command.clone())),
            Program::Gcloud(command) => Runner::Gcloud(Box::new(command.clone())),
            Program::Curl(command) => Runner::Curl(Box::new(command.clone())),
            Program::Script(script) => {
                Runner::Shell(Box::new(self.shell(operator, script, is_typed)))
            }
        }
    }

    /// Starts a command: an operator's, or that of a shell.
    pub(super) fn start_run(
        &mut self,
        run: RunId,
        operator: OperatorId,
        command: &Arc<Command>,
        starter: Starter,
        agenda: &mut Agenda,
    ) {
        let now = agenda.now;
        let is_typed = matches!(starter, Starter::Person);
        let child = match starter {
            Starter::Operator | Starter::Person => None,
            Starter::Shell(child) => Some(child),
        };
        let shell = child.as_ref().map(|child| child.parent);
        self.tell_start((run, shell), operator, command, now);
        self.phase = run;
        self.started.push(run);
        self.alive += 1;
        // The shell opens the file before it starts the program.
        let redirect = command.redirect.as_ref();
        let unopened = redirect.and_then(|file| self.check_redirect(operator, file).err());
        let piped = child.as_ref().and_then(|child| child.stdin.clone());
        let runner = self.runner(operator, &command.program, is_typed, piped.as_ref());
        let sinks = child.as_ref().map(|child| child.sinks());
        let screen = self.glass(command, sinks);
        let runner = if unopened.is_some() {
            Runner::Instant
        } else {
            runner
        };
        self.runs[position(run.0)] = Some(Run {
            operator,
            command: Arc::clone(command),
            runner,
            end: None,
            ended_at: None,
            errors: Arc::default(),
            written: Arc::default(),
            is_pipe_broken: false,
            sent: [None; 3],
            child,
            screen,
        });
        if let Some(text) = unopened {
            return self.fail_instantly(run, text, now);
        }
        match &command.program {
            Program::Terraform(_) => self.deliver(run, Input::Start, agenda),
            Program::Az(_)
            | Program::Aws(_)
            | Program::Psql(_)
            | Program::Gcloud(_)
            | Program::Curl(_) => {
                let due = now + self.scenario.timing.start;
                agenda
                    .events
                    .schedule(due, Event::Timer(run, Timer::Started));
            }
            Program::Script(_) => self.drive(run, Answer::Start, agenda),
        }
    }

    fn tell_start(
        &mut self,
        (run, shell): (RunId, Option<RunId>),
        operator: OperatorId,
        command: &Command,
        now: SimTime,
    ) {
        self.record(now, Actor::Operator(operator), || ProcessFact::Started {
            run,
            line: Arc::clone(&command.line),
            shell,
        });
        if shell.is_none() {
            self.appear(operator, now, || Sight::Typed(Arc::clone(&command.line)));
        }
    }

    /// What a command reads that names a file, or `-`.
    fn named(
        &self,
        operator: OperatorId,
        name: &str,
        piped: Option<&Arc<str>>,
    ) -> Option<FileContent> {
        match piped {
            Some(text) if name == STANDARD_INPUT => Some(self.content_of(text)),
            Some(_) | None => self.directory(operator).get(name).cloned(),
        }
    }

    /// `<LOCK_ID>` becomes the ID in the lock info, or else the last one that was there.
    fn fill_placeholder(&self, invocation: &Invocation) -> Invocation {
        let mut invocation = invocation.clone();
        if let Action::ForceUnlock { id, .. } = &mut invocation.action
            && *id == LockIdArgument::Placeholder
        {
            *id = LockIdArgument::Literal(self.lock_id().into());
        }
        invocation
    }

    pub(super) fn lock_id(&self) -> String {
        let info = self.lock_info().or(self.last_lock);
        let zero = "00000000-0000-0000-0000-000000000000".to_owned();
        info.map_or(zero, |info| info.id.to_string())
    }

    /// Tells a process what happened, and does what it wants done.
    pub(super) fn deliver(&mut self, run: RunId, input: Input, agenda: &mut Agenda) {
        let disk = self.disk_of(self.run(run).operator);
        let Self {
            cloud,
            identity,
            waits,
            order,
            machines,
            scenario,
            names,
            runs,
            effects,
            ..
        } = self;
        let state = runs[position(run.0)]
            .as_mut()
            .expect("a run that has started");
        let machine = &machines[position(state.operator.0)];
        let Runner::Terraform(process) = &mut state.runner else {
            unreachable!("only Terraform processes are told")
        };
        let mut context = Context {
            now: agenda.now,
            client: &scenario.client,
            start: scenario.timing.start,
            plan: scenario.timing.plan,
            names,
            cloud: &cloud::View { cloud, names },
            disk,
            configuration: &machine.configuration,
            identity,
            waits,
            order: order.as_mut(),
            effects,
        };
        process.handle(input, &mut context);
        while let Some(effect) = self.effects.pop_front() {
            self.carry_out(run, effect, agenda);
        }
    }

    fn carry_out(&mut self, run: RunId, effect: Effect, agenda: &mut Agenda) {
        if !self.run(run).is_alive() {
            return;
        }
        match effect {
            Effect::Send(lane, out) => self.send(run, lane, out, false, agenda),
            Effect::Resend(lane, out) => self.send(run, lane, out, true, agenda),
            Effect::SetTimer(duration, timer) => {
                agenda
                    .events
                    .schedule(agenda.now + duration, Event::Timer(run, timer));
            }
            Effect::Operate(order) => self.begin_operation(run, order, agenda),
            Effect::StopProviders => self.stop_providers(run, agenda),
            Effect::LeaveProviders => self.leave_providers(run, agenda),
            Effect::WriteFile(name, content) => {
                let operator = self.run(run).operator;
                if &*name == ERRORED {
                    self.feel_disk(operator);
                    self.remember_copy(&content);
                }
                self.write_file(operator, name, content, agenda.now);
            }
            Effect::Print(content) => self.print_state(run, content, agenda.now),
            Effect::Tell(told) => self.tell(run, told, agenda),
            Effect::Exit(end) => self.end_run(run, end, None, agenda.now),
        }
    }

    /// Something was to be written on an operator's disk.
    pub(super) fn feel_disk(&mut self, operator: OperatorId) {
        let by = self.machine(operator).disk.by;
        self.faults.ledger.feel(by);
    }

    pub(super) fn end_run(
        &mut self,
        run: RunId,
        end: RunEnd,
        signal: Option<Signal>,
        now: SimTime,
    ) {
        let state = self.run_mut(run);
        assert!(state.is_alive(), "a run ends once");
        state.end = Some(end);
        state.ended_at = Some(now);
        let operator = state.operator;
        self.alive -= 1;
        self.show_end(run, &end, signal, now);
        self.end_child(run, end, signal);
        self.free_file_locks(run);
        self.leave_sessions(run, now);
        self.record(now, Actor::Operator(operator), || ProcessFact::Ended {
            run,
            end,
            signal,
        });
    }

    /// A signal reaches a process.
    pub(super) fn signal(&mut self, run: RunId, signal: Signal, agenda: &mut Agenda) {
        let Some(state) = &self.runs[position(run.0)] else {
            return;
        };
        if !state.is_alive() {
            return;
        }
        let operator = state.operator;
        if signal != Signal::Kill && self.put_off(operator, Event::RunnerSignals(run, signal)) {
            return;
        }
        self.record(agenda.now, Actor::Operator(operator), || {
            ProcessFact::Signalled(signal)
        });
        let is_terraform = matches!(self.run(run).runner, Runner::Terraform(_));
        let is_shell = matches!(self.run(run).runner, Runner::Shell(_));
        match signal {
            Signal::Interrupt if is_shell => self.interrupt_shell(run, agenda),
            Signal::Pipe => self.run_mut(run).is_pipe_broken = true,
            Signal::Interrupt | Signal::Terminate if is_terraform => {
                // "Interrupt received" is output, too.
                if self.run(run).is_pipe_broken {
                    self.kill(run, Signal::Pipe, agenda.now);
                } else {
                    self.show_interrupt(run, agenda.now);
                    self.deliver(run, Input::Interrupt, agenda);
                }
            }
            Signal::Interrupt | Signal::Terminate | Signal::HangUp | Signal::Kill => {
                self.kill(run, signal, agenda.now);
            }
        }
    }

    /// A process ends at once. What the cloud was asked for goes on.
    pub(super) fn kill(&mut self, run: RunId, signal: Signal, now: SimTime) {
        let exit = signal.shell_status();
        let end = match &mut self.run_mut(run).runner {
            Runner::Terraform(process) => process.kill(exit),
            Runner::Az(_)
            | Runner::Aws(_)
            | Runner::Psql(_)
            | Runner::Curl(_)
            | Runner::Gcloud(_)
            | Runner::Shell(_)
            | Runner::Instant => RunEnd {
                exit,
                plan: None,
                applied: None,
            },
        };
        self.cloud.detach(run);
        self.end_run(run, end, Some(signal), now);
    }
}

/// The file that a command reads before anything else.
fn named_file(action: &Action) -> Option<&Arc<str>> {
    match action {
        Action::StatePush { file, .. } | Action::ApplySaved { file, .. } => Some(file),
        Action::Show { file, .. } => file.as_ref(),
        Action::Init
        | Action::WorkspaceList
        | Action::Plan { .. }
        | Action::Apply { .. }
        | Action::Refresh { .. }
        | Action::Import { .. }
        | Action::ForceUnlock { .. }
        | Action::StateList { .. }
        | Action::StateShow(_)
        | Action::StatePull
        | Action::StateRemove { .. }
        | Action::StateMove { .. }
        | Action::Output { .. }
        | Action::Taint(_)
        | Action::Untaint(_) => None,
    }
}
