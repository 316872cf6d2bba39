//! Shells: what an operator's script asks for, and what comes of it.
//!
//! A script is one run, and its interpreter a machine that asks ([`Request`]) and is told. The
//! small programs take no time; `terraform` and `az` do, and each start of one is a run of its own
//! under the script's ID: `mend.1`, `mend.2`.

mod child;
mod outside;

pub(super) use self::child::Child;

use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet, VecDeque};
use std::sync::Arc;

use super::desk::{Desk, beginning, home, working_directory};
use super::files::end;
use super::run::Runner;
use super::{Actor, Agenda, Event, OperatorId, RunId, World};
use crate::command::az::NameMap;
use crate::command::{self, Command, CommandError};
use crate::kernel::{SimDuration, SimTime};
use crate::shell::program::{
    self, Change, Disk, Files, Outcome, Start, StartInput, Starts, StatusRule,
};
use crate::shell::{
    Answer, Call, Ended, Environment, FileStatus, Machine, Messages, Request, Script, Sink, Stream,
    absolute, base_name,
};
use crate::terraform::ProgramError;
use crate::timeline::{OutputFact, Printed, Sight};

/// A shell that runs a script.
#[derive(Debug, Clone)]
pub(super) struct Shell {
    interpreter: Arc<Machine>,
    /// Whether it stays open on the machine.
    is_typed: bool,
    waits: Waits,
    /// How many of its programs have had a run of their own.
    children: u16,
}

/// A shell that stays open, as it was left.
#[derive(Debug, Clone)]
pub(super) struct Session(Arc<Machine>);

impl Session {
    pub(super) fn cwd(&self) -> &str {
        self.0.cwd()
    }

    pub(super) fn has_function(&self, name: &str) -> bool {
        self.0.has_function(name)
    }
}

/// What the shells of an operator's machine have, beside the files of the working directory.
#[derive(Debug, Clone, Default)]
pub(super) struct Terminal {
    /// The directories that were made on it, by their absolute paths.
    pub(super) made: BTreeSet<String>,
    /// Other paths of the working directory.
    pub(super) aliases: BTreeSet<String>,
    /// Other names of the state's blob.
    pub(super) blob_names: NameMap,
    /// Other names of the workspace.
    pub(super) workspaces: BTreeSet<String>,
    /// The shell that stays open, once something was typed into it.
    pub(super) shell: Option<Box<Session>>,
    /// The last command that was typed there without the shell's help.
    pub(super) last_plain: Option<RunId>,
}

/// What a shell waits for.
#[derive(Debug, Clone)]
enum Waits {
    /// Nothing: it has not begun, or has ended.
    Nothing,
    /// A program that takes time, and what comes after it.
    Program(RunId, Box<Job>),
    /// Time.
    Time,
    /// A line at the terminal.
    Line,
}

/// A call of the script, which may start several programs one after the other (`xargs`).
#[derive(Debug, Clone)]
struct Job {
    /// The call, without its arguments: these are the first start's.
    call: Call,
    next: VecDeque<Start>,
    rule: StatusRule,
    statuses: Vec<u8>,
    output: Vec<(Stream, Arc<str>)>,
}

impl Job {
    fn new(mut call: Call) -> Self {
        let first = Start {
            argv: std::mem::take(&mut call.argv),
            environment: BTreeMap::new(),
            stdin: StartInput::Inherited,
            limit: None,
        };
        Self {
            call,
            next: VecDeque::from([first]),
            rule: StatusRule::Last,
            statuses: Vec::new(),
            output: Vec::new(),
        }
    }

    /// The next program to start, if one is still to be.
    fn next(&mut self) -> Option<Start> {
        match self.statuses.last() {
            Some(status) if !self.rule.goes_on(*status) => None,
            Some(_) | None => self.next.pop_front(),
        }
    }

    fn take(&mut self, status: u8, output: Vec<(Stream, Arc<str>)>) {
        self.statuses.push(status);
        self.output.extend(output);
    }

    fn end(self) -> Answer {
        Answer::Ended(Ended {
            status: self.rule.status(&self.statuses),
            output: self.output,
            stdin_read: self.call.stdin.map_or(0, |text| text.len()),
        })
    }
}

/// What became of the start of a program.
enum Started {
    /// It has ended.
    Ended(u8, Vec<(Stream, Arc<str>)>),
    /// It takes time.
    Runs(RunId),
    /// It starts others.
    Starts(Starts),
    /// It needs what the model does not have.
    NotModeled(String),
}

impl World {
    /// A shell for a script: one of its own, or the one that stays open on the machine.
    pub(super) fn shell(&mut self, operator: OperatorId, script: &Script, is_typed: bool) -> Shell {
        let interpreter = if is_typed {
            let mut interpreter = self.open_shell(operator);
            Arc::make_mut(&mut interpreter).feed(script);
            interpreter
        } else {
            let environment = self.environment(operator, Messages::Script);
            Arc::new(Machine::new(script, environment))
        };
        Shell {
            interpreter,
            is_typed,
            waits: Waits::Nothing,
            children: 0,
        }
    }

    fn environment(&self, operator: OperatorId, messages: Messages) -> Environment {
        let name = self.names.operator(operator);
        Environment {
            cwd: working_directory(name),
            home: home(name),
            variables: [
                ("HOME".to_owned(), home(name)),
                ("USER".to_owned(), name.to_owned()),
                ("PATH".to_owned(), "/usr/local/bin:/usr/bin:/bin".to_owned()),
            ]
            .into(),
            messages,
            ..Environment::default()
        }
    }

    /// The shell that stays open on an operator's machine, as it is now.
    fn open_shell(&self, operator: OperatorId) -> Arc<Machine> {
        let machine = self.machine(operator);
        let open = machine.terminal.shell.as_ref();
        let mut interpreter = open.map_or_else(
            || {
                let environment = self.environment(operator, Messages::Interactive);
                Arc::new(Machine::new(&Script::default(), environment))
            },
            |session| Arc::clone(&session.0),
        );
        if let Some(end) = machine
            .terminal
            .last_plain
            .and_then(|run| self.run_end(run))
        {
            Arc::make_mut(&mut interpreter).set_status(end.exit);
        }
        interpreter
    }

    /// Reads a line for the shell that stays open.
    pub(super) fn read_typed(
        &self,
        operator: OperatorId,
        line: &str,
    ) -> Result<Command, CommandError> {
        let machine = self.machine(operator);
        let shell = machine.terminal.shell.as_deref();
        let is_plain = shell.is_none_or(|session| {
            let first = line.split_whitespace().next().unwrap_or("");
            self.is_working_directory(operator, session.0.cwd())
                && !session.0.has_function(first)
                && !session.0.exits_on_error()
        });
        let is_function = |name: &str| shell.is_some_and(|session| session.0.has_function(name));
        command::parse_typed(line, &self.names, is_plain, &is_function)
    }

    pub(super) fn terminal_mut(&mut self, operator: OperatorId) -> &mut Terminal {
        Arc::make_mut(&mut self.machine_mut(operator).terminal)
    }

    /// Whether a run is a script.
    pub(crate) fn is_script(&self, run: RunId) -> bool {
        matches!(self.run(run).runner, Runner::Shell(_))
    }

    /// Whether the shell that stays open on an operator's machine was closed, by `exit` or `set -e`.
    pub(crate) fn is_shell_closed(&self, operator: OperatorId) -> bool {
        let shell = self.machine(operator).terminal.shell.as_deref();
        shell.is_some_and(|session| session.0.is_closed())
    }

    /// Gives the blob of the state other names, where this operator names it.
    pub(crate) fn name_blob(&mut self, operator: OperatorId, map: &NameMap) {
        self.terminal_mut(operator).blob_names = map.clone();
    }

    /// Gives the operator's workspace another name.
    pub(crate) fn name_workspace(&mut self, operator: OperatorId, name: &str) {
        self.terminal_mut(operator)
            .workspaces
            .insert(name.to_owned());
    }

    /// Gives the operator's working directory another path.
    pub(crate) fn name_directory(&mut self, operator: OperatorId, path: &str) {
        let here = working_directory(self.names.operator(operator));
        let path = absolute(&here, path);
        self.terminal_mut(operator).aliases.insert(path);
    }

    fn shell_mut(&mut self, run: RunId) -> &mut Shell {
        match &mut self.run_mut(run).runner {
            Runner::Shell(shell) => shell,
            Runner::Terraform(_)
            | Runner::Az(_)
            | Runner::Aws(_)
            | Runner::Psql(_)
            | Runner::Gcloud(_)
            | Runner::Curl(_)
            | Runner::Instant => {
                unreachable!("only shells ask")
            }
        }
    }

    /// Tells a shell something, and serves it until it waits or ends.
    pub(super) fn drive(&mut self, run: RunId, answer: Answer, agenda: &mut Agenda) {
        let mut answer = Some(answer);
        while let Some(told) = answer {
            let shell = self.shell_mut(run);
            shell.waits = Waits::Nothing;
            let request = Arc::make_mut(&mut shell.interpreter).resume(told);
            answer = self.serve(run, request, agenda);
        }
    }

    fn desk(&mut self, operator: OperatorId, now: SimTime) -> Desk<'_> {
        Desk {
            world: self,
            operator,
            now,
            held: BTreeMap::new(),
        }
    }

    fn serve(&mut self, run: RunId, request: Request, agenda: &mut Agenda) -> Option<Answer> {
        let operator = self.run(run).operator;
        let now = agenda.now;
        Some(match request {
            Request::Run(call) => return self.go_on(run, Job::new(call), agenda),
            Request::Read(path) => Answer::Content(self.desk(operator, now).read(&path)),
            Request::Write { path, append, text } => {
                let text = text.to_string();
                let change = Change::Write { path, text, append };
                Answer::Written(self.desk(operator, now).change(&change))
            }
            Request::List(path) => {
                let listed = self.desk(operator, now).list(&path);
                Answer::Listed(listed.unwrap_or_default())
            }
            Request::Stat(path) => {
                let desk = self.desk(operator, now);
                let kind = desk.kind(&path);
                let size = desk.size(&path);
                Answer::Status(kind.map(|kind| FileStatus { kind, size }))
            }
            Request::Locate(name) => Answer::Located(outside::locate(&name)),
            Request::Sleep(ms) => {
                let due = now + SimDuration::from_ms(ms);
                agenda.events.schedule(due, Event::ShellWakes(run));
                self.shell_mut(run).waits = Waits::Time;
                return None;
            }
            Request::ReadLine => {
                self.shell_mut(run).waits = Waits::Line;
                self.record(now, Actor::Operator(operator), || OutputFact::Prompted);
                return None;
            }
            Request::Print { text, .. } => {
                self.show(operator, &text, now);
                Answer::Done
            }
            Request::Exited(status) => {
                self.leave_shell(run);
                self.end_run(run, end(status), None, now);
                return None;
            }
            Request::Exceeded { limit, .. } => {
                let what = format!("the script reached a bound of the shell ({limit:?})");
                self.break_off(run, what, now);
                return None;
            }
            Request::Refused { what, .. } => {
                self.break_off(run, what, now);
                return None;
            }
        })
    }

    /// What was typed is done: the shell waits for the next line.
    fn leave_shell(&mut self, run: RunId) {
        let operator = self.run(run).operator;
        let shell = self.shell_mut(run);
        if shell.is_typed {
            let session = Session(Arc::clone(&shell.interpreter));
            let terminal = self.terminal_mut(operator);
            terminal.shell = Some(Box::new(session));
            terminal.last_plain = None;
        }
    }

    /// A script can't go on, because the model does not have what it needs.
    fn break_off(&mut self, run: RunId, what: String, now: SimTime) {
        self.leave_shell(run);
        self.fail_instantly(run, ProgramError::NotModeled { what: what.into() }, now);
    }

    fn show(&mut self, operator: OperatorId, text: &str, now: SimTime) {
        self.appear(operator, now, || Sight::Written(text.into()));
        let text: Arc<str> = text.trim_end_matches('\n').into();
        if text.is_empty() {
            return;
        }
        // A state is told by what it records.
        let printed = match self.content_of(&text).state() {
            Some(file) => Printed::state(file),
            None => Printed::Text(text),
        };
        self.record(now, Actor::Operator(operator), || {
            OutputFact::Printed(printed)
        });
    }

    /// Starts the programs of a call, until one takes time or all have ended.
    fn go_on(&mut self, run: RunId, mut job: Job, agenda: &mut Agenda) -> Option<Answer> {
        while let Some(start) = job.next() {
            match self.start_program(run, &job.call, &start, agenda) {
                Started::Ended(status, output) => job.take(status, output),
                Started::Starts(starts) => {
                    if !starts.notice.is_empty() {
                        job.output.push((Stream::Stderr, starts.notice.into()));
                    }
                    job.rule = starts.status;
                    job.next.extend(starts.commands);
                }
                Started::Runs(child) => {
                    self.shell_mut(run).waits = Waits::Program(child, Box::new(job));
                    return None;
                }
                Started::NotModeled(what) => {
                    self.break_off(run, what, agenda.now);
                    return None;
                }
            }
        }
        Some(job.end())
    }

    fn start_program(
        &mut self,
        run: RunId,
        call: &Call,
        start: &Start,
        agenda: &mut Agenda,
    ) -> Started {
        let name = start.argv.first().map_or("", |path| base_name(path));
        if outside::takes_time(&start.argv) {
            return self.start_child(run, call, start, agenda);
        }
        let operator = self.run(run).operator;
        if let Some(started) = self.run_outside(run, start, agenda) {
            if let Started::Ended(status, output) = &started {
                self.show_uncaptured(run, call, (*status, output), agenda.now);
            }
            return started;
        }
        let who = self.names().operator(operator).to_owned();
        let mut environment = Cow::Borrowed(&call.environment);
        for (name, value) in &start.environment {
            match value {
                Some(value) => environment.to_mut().insert(name.clone(), value.clone()),
                None => environment.to_mut().remove(name),
            };
        }
        let elapsed = i64::try_from(agenda.now.as_ms() / 1_000).expect("simulated seconds");
        let called = program::Call {
            argv: &start.argv,
            stdin: match start.stdin {
                StartInput::Inherited => call.stdin.clone(),
                StartInput::Empty => Some("".into()),
            },
            environment: &environment,
            cwd: &call.cwd,
            now: beginning() + elapsed,
            user: &who,
            host: &who,
        };
        let mut desk = self.desk(operator, agenda.now);
        desk.held.clone_from(&call.files);
        match program::run(&called, &mut desk) {
            None => {
                let text = format!("bash: {name}: command not found\n");
                Started::Ended(127, vec![(Stream::Stderr, text.into())])
            }
            Some(Outcome::Ended(ended)) => {
                let chunks = ended.chunks.into_iter();
                let output: Vec<(Stream, Arc<str>)> =
                    chunks.map(|(stream, text)| (stream, text.into())).collect();
                self.show_uncaptured(run, call, (ended.status, &output), agenda.now);
                Started::Ended(ended.status, output)
            }
            Some(Outcome::Starts(starts)) => Started::Starts(starts),
            Some(Outcome::NotModeled(what)) => Started::NotModeled(what),
        }
    }
}

impl World {
    /// What goes to the terminal is seen there. What a program that fails says on its standard
    /// error is an error of the script's.
    fn show_uncaptured(
        &mut self,
        run: RunId,
        call: &Call,
        (status, output): (u8, &[(Stream, Arc<str>)]),
        now: SimTime,
    ) {
        let operator = self.run(run).operator;
        for (stream, text) in output {
            let sink = match stream {
                Stream::Stdout => call.stdout,
                Stream::Stderr => call.stderr,
            };
            match sink {
                Sink::Terminal(_) if *stream == Stream::Stderr && status != 0 => {
                    let text = text.trim_end_matches('\n').into();
                    self.complain(run, ProgramError::Said { text }, now);
                }
                Sink::Terminal(_) => self.show(operator, text, now),
                Sink::Captured => {}
            }
        }
    }

    /// The time has passed for which a shell slept.
    pub(super) fn on_shell_wakes(&mut self, run: RunId, event: Event, agenda: &mut Agenda) {
        if self.defers(run, event) || !self.run(run).is_alive() {
            return;
        }
        if matches!(self.shell_mut(run).waits, Waits::Time) {
            self.drive(run, Answer::Slept, agenda);
        }
    }

    /// A line was typed for a shell that reads one.
    pub(super) fn give_line(&mut self, run: RunId, text: &str, agenda: &mut Agenda) {
        self.drive(run, Answer::Line(Some(text.to_owned())), agenda);
    }
}

impl Shell {
    /// Whether it waits for a line at the terminal.
    pub(super) const fn is_prompting(&self) -> bool {
        matches!(self.waits, Waits::Line)
    }
}
