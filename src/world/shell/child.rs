//! The programs of a script that take time: `terraform` and `az`, each a run of its own.

use std::sync::Arc;

use super::{Started, Waits};
use crate::command::az::failure::usage;
use crate::command::failure::Failure;
use crate::command::gcloud::{Tool, failure};
use crate::command::{self, CommandError, CommandErrorKind, Program};
use crate::kernel::{SimDuration, SimTime};
use crate::shell::program::{Start, StartInput};
use crate::shell::{Answer, Call, Sink, Stream, absolute, base_name};
use crate::terraform::invocation::Invocation;
use crate::terraform::process::{Input, OutputFact, Told};
use crate::terraform::transcript::{self, Transcript, Words};
use crate::terraform::{ResourceId, RunEnd, RunId, Signal};
use crate::world::desk::date;
use crate::world::run::{Runner, Starter};
use crate::world::{Agenda, Event, FileContent, World};

/// What a program that belongs to a shell's script has to do with it.
#[derive(Debug, Clone)]
pub(in crate::world) struct Child {
    pub(in crate::world) parent: RunId,
    /// What it can still read; `None` is the terminal.
    pub(in crate::world) stdin: Option<Arc<str>>,
    stdout: Sink,
    stderr: Sink,
    written: Written,
    /// When `timeout` ends it.
    limit: Option<SimTime>,
    /// The signal that it died of.
    died_of: Option<Signal>,
}

impl Child {
    /// Where its standard output goes, and its standard error.
    pub(in crate::world) const fn sinks(&self) -> (Sink, Sink) {
        (self.stdout, self.stderr)
    }
}

/// What a program has written.
#[derive(Debug, Clone)]
enum Written {
    Terraform(Box<Transcript>),
    /// In the run itself.
    Az,
}

impl Written {
    /// What a run has written; `run` is what it keeps itself.
    fn into_output(self, run: &[(transcript::Stream, Arc<str>)]) -> Vec<(Stream, Arc<str>)> {
        match self {
            Self::Terraform(transcript) => {
                let chunks = transcript.chunks().iter();
                let output = chunks.map(|(on, text)| (stream(*on), Arc::from(text.as_str())));
                output.collect()
            }
            Self::Az => {
                let output = run.iter().map(|(on, text)| (stream(*on), Arc::clone(text)));
                output.collect()
            }
        }
    }
}

const fn stream(stream: transcript::Stream) -> Stream {
    match stream {
        transcript::Stream::Stdout => Stream::Stdout,
        transcript::Stream::Stderr => Stream::Stderr,
    }
}

impl World {
    /// Starts `terraform` or `az` as a run of its own.
    pub(super) fn start_child(
        &mut self,
        run: RunId,
        call: &Call,
        start: &Start,
        agenda: &mut Agenda,
    ) -> Started {
        let mut command = match command::parse_words(&start.argv, &self.names) {
            Ok(command) => command,
            Err(error) => return self.refuse_child(run, call, start, &error, agenda.now),
        };
        let operator = self.run(run).operator;
        let written = match &mut command.program {
            Program::Terraform(invocation) => {
                let has_chdir = start
                    .argv
                    .get(1)
                    .is_some_and(|word| word.starts_with("-chdir="));
                if !has_chdir && !self.is_working_directory(operator, &call.cwd) {
                    return self.fail_child(run, call, (1, NO_CONFIGURATION), agenda.now);
                }
                self.resolve_file(run, call, invocation);
                Written::Terraform(Box::new(Transcript::new(invocation)))
            }
            Program::Az(_)
            | Program::Aws(_)
            | Program::Psql(_)
            | Program::Gcloud(_)
            | Program::Curl(_)
            | Program::Script(_) => Written::Az,
        };
        let shell = self.shell_mut(run);
        shell.children = shell.children.saturating_add(1);
        let number = shell.children;
        let name = format!("{}.{number}", self.names.run(run));
        let Some(id) = self.new_run(name) else {
            return Started::NotModeled("more than 65,535 programs were started".to_owned());
        };
        let limit = start.limit.as_ref();
        let limit = limit.map(|limit| agenda.now + SimDuration::from_ms(limit.after));
        let child = Child {
            parent: run,
            stdin: match start.stdin {
                StartInput::Inherited => call.stdin.clone(),
                StartInput::Empty => Some("".into()),
            },
            stdout: call.stdout,
            stderr: call.stderr,
            written,
            limit,
            died_of: None,
        };
        if let Some(limit) = &start.limit {
            set_limit(id, limit, agenda);
        }
        let starter = Starter::Shell(Box::new(child));
        self.start_run(id, operator, &Arc::new(command), starter, agenda);
        Started::Runs(id)
    }

    /// A command line that the program itself refuses, or that the model does not have.
    fn refuse_child(
        &mut self,
        run: RunId,
        call: &Call,
        start: &Start,
        error: &CommandError,
        now: SimTime,
    ) -> Started {
        let said = |failure: Option<Failure>| {
            failure.map(|failure| (failure.exit, format!("{}\n", failure.text)))
        };
        let refused = match start.argv.first().map(|name| base_name(name)) {
            Some("az") => usage(error).map(|failure| (failure.exit, failure.text)),
            Some("aws") => {
                let failure = command::aws::failure::usage(error);
                failure.map(|failure| (failure.exit, format!("\n{}\n", failure.text)))
            }
            Some("gcloud") => said(failure::usage(Tool::Gcloud, error)),
            Some("gsutil") => said(failure::usage(Tool::Gsutil, error)),
            Some("curl") => Some((2, format!("curl: {}\n", error.message))),
            Some(_) | None => None,
        };
        match (error.kind, refused) {
            (CommandErrorKind::NotModeled, _) => Started::NotModeled(error.to_string()),
            (CommandErrorKind::Mistake, Some((exit, text))) => {
                self.fail_child(run, call, (exit, &text), now)
            }
            (CommandErrorKind::Mistake, None) => {
                let text = format!("Error: {}\n", error.message);
                self.fail_child(run, call, (1, &text), now)
            }
        }
    }

    /// A program that ends at once with an error.
    fn fail_child(
        &mut self,
        run: RunId,
        call: &Call,
        (status, text): (u8, &str),
        now: SimTime,
    ) -> Started {
        let output = vec![(Stream::Stderr, Arc::from(text))];
        self.show_uncaptured(run, call, (status, &output), now);
        Started::Ended(status, output)
    }

    /// A file that is named stands where the shell is.
    fn resolve_file(&self, run: RunId, call: &Call, invocation: &mut Invocation) {
        let operator = self.run(run).operator;
        let Some(file) = invocation.action.file_mut() else {
            return;
        };
        if &**file != command::STANDARD_INPUT {
            let path = absolute(&call.cwd, file);
            *file = self.file_name(operator, &path);
        }
    }

    /// A run of a shell's script has ended.
    pub(in crate::world) fn end_child(&mut self, run: RunId, end: RunEnd, signal: Option<Signal>) {
        let names = Arc::clone(&self.names);
        let Some(child) = &mut self.run_mut(run).child else {
            return;
        };
        child.died_of = signal;
        if let (Written::Terraform(transcript), None) = (&mut child.written, signal) {
            transcript.end(&end, &names);
        }
        self.reaped.push(run);
    }

    /// Tells the shells whose programs have ended.
    #[inline]
    pub(in crate::world) fn reap(&mut self, agenda: &mut Agenda) {
        if !self.reaped.is_empty() {
            self.reap_all(agenda);
        }
    }

    fn reap_all(&mut self, agenda: &mut Agenda) {
        while let Some(run) = self.reaped.pop() {
            let ended = self.run_mut(run);
            let status = ended.end.expect("it has ended").exit;
            let Some(child) = ended.child.take() else {
                continue;
            };
            if !self.run(child.parent).is_alive() {
                continue;
            }
            let errors = Arc::clone(self.run(run).errors());
            let said = Arc::make_mut(&mut self.run_mut(child.parent).errors);
            said.extend(errors.iter().cloned());
            let is_late = child.limit.is_some_and(|limit| limit <= agenda.now);
            let status = if is_late { TIMED_OUT } else { status };
            let shell = self.shell_mut(child.parent);
            let Waits::Program(_, mut job) = std::mem::replace(&mut shell.waits, Waits::Nothing)
            else {
                unreachable!("a shell waits for its program")
            };
            if child.died_of == Some(Signal::Interrupt) {
                self.drive(child.parent, Answer::Interrupt, agenda);
                continue;
            }
            let written = Arc::clone(&self.run(run).written);
            job.take(status, child.written.into_output(&written));
            if let Some(answer) = self.go_on(child.parent, *job, agenda) {
                self.drive(child.parent, answer, agenda);
            }
        }
    }

    /// A program that asks and has a standard input other than the terminal reads from it.
    pub(in crate::world) fn on_input_read(
        &mut self,
        run: RunId,
        event: Event,
        agenda: &mut Agenda,
    ) {
        if self.defers(run, event) || !self.run(run).is_prompting() {
            return;
        }
        let child = self.run_mut(run).child.as_mut();
        let Some(stdin) = child.and_then(|child| child.stdin.as_mut()) else {
            return;
        };
        let line = stdin.lines().next().unwrap_or("").to_owned();
        *stdin = stdin.get(line.len() + 1..).unwrap_or("").into();
        self.deliver(run, Input::Prompted(line.into()), agenda);
    }

    /// Keeps what a process tells for the shell that reads it.
    pub(in crate::world) fn keep_told(&mut self, run: RunId, told: &Told, agenda: &mut Agenda) {
        let Some(mut child) = self.run_mut(run).child.take() else {
            return;
        };
        if let Written::Terraform(transcript) = &mut child.written {
            let id = |resource: ResourceId| {
                let latest = self.cloud.latest_of(resource)?;
                Some(self.names.object(latest))
            };
            let words = Words {
                now: agenda.now,
                names: &self.names,
                id: &id,
                date: &date,
            };
            transcript.tell(told, words);
        }
        if matches!(told, Told::Output(OutputFact::Prompted)) && child.stdin.is_some() {
            let event = Event::InputIsRead(run);
            agenda.events.schedule(agenda.now, event);
        }
        self.run_mut(run).child = Some(child);
    }

    /// Keeps a state that a process prints for the shell that reads it. Returns whether nobody
    /// else sees it.
    pub(in crate::world) fn keep_printed(&mut self, run: RunId, content: &FileContent) -> bool {
        let names = Arc::clone(&self.names);
        let Some(child) = &mut self.run_mut(run).child else {
            return false;
        };
        if let Written::Terraform(transcript) = &mut child.written {
            transcript.print(content, &names);
        }
        child.stdout == Sink::Captured
    }

    /// The program for which a shell waits.
    pub(in crate::world) fn foreground(&self, run: RunId) -> Option<RunId> {
        match &self.run(run).runner {
            Runner::Shell(shell) => match &shell.waits {
                Waits::Program(child, _) => Some(*child),
                Waits::Nothing | Waits::Time | Waits::Line => None,
            },
            Runner::Terraform(_)
            | Runner::Az(_)
            | Runner::Aws(_)
            | Runner::Psql(_)
            | Runner::Gcloud(_)
            | Runner::Curl(_)
            | Runner::Instant => None,
        }
    }

    /// The shell whose script a run belongs to, or the run itself.
    pub(in crate::world) fn root(&self, run: RunId) -> RunId {
        let child = self.run(run).child.as_ref();
        child.map_or(run, |child| self.root(child.parent))
    }

    /// What ends a whole job, as a CI runner does, reaches a shell's program and then the shell.
    pub(in crate::world) fn signal_tree(
        &mut self,
        run: RunId,
        signal: Signal,
        agenda: &mut Agenda,
    ) {
        match (self.foreground(run), signal) {
            // The shell waits for its program to say how it ends.
            (Some(child), Signal::Interrupt | Signal::Pipe) => {
                self.signal(child, signal, agenda);
            }
            (Some(child), Signal::Terminate | Signal::HangUp | Signal::Kill) => {
                self.signal(child, signal, agenda);
                self.signal(run, signal, agenda);
            }
            (None, _) => self.signal(run, signal, agenda),
        }
    }

    /// A signal reaches what an operator runs. A terminal that hangs up does so for the shell, too.
    pub(in crate::world) fn signal_foreground(
        &mut self,
        run: RunId,
        signal: Signal,
        agenda: &mut Agenda,
    ) {
        if signal == Signal::HangUp {
            self.signal_tree(self.root(run), signal, agenda);
        } else {
            self.signal(run, signal, agenda);
        }
    }

    /// Ctrl+C at a shell: its program gets it, and the shell where it waits for none.
    pub(in crate::world) fn interrupt_shell(&mut self, run: RunId, agenda: &mut Agenda) {
        match self.foreground(run) {
            Some(child) => self.signal(child, Signal::Interrupt, agenda),
            None => self.drive(run, Answer::Interrupt, agenda),
        }
    }
}

/// The status of `timeout` where it ended its command.
const TIMED_OUT: u8 = 124;

fn set_limit(run: RunId, limit: &crate::shell::program::Limit, agenda: &mut Agenda) {
    let signal = match limit.signal.as_str() {
        "INT" => Signal::Interrupt,
        "HUP" => Signal::HangUp,
        "KILL" => Signal::Kill,
        "PIPE" => Signal::Pipe,
        _ => Signal::Terminate,
    };
    let due = agenda.now + SimDuration::from_ms(limit.after);
    agenda
        .events
        .schedule(due, Event::RunnerSignals(run, signal));
    if let Some(more) = limit.kill_after {
        let due = due + SimDuration::from_ms(more);
        agenda
            .events
            .schedule(due, Event::RunnerSignals(run, Signal::Kill));
    }
}

/// What Terraform says in a directory without a configuration.
const NO_CONFIGURATION: &str = "Error: No configuration files\n";
