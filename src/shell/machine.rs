//! The interpreter: a pure machine over [`Code`](crate::shell::code::Code).
//!
//! An operation that needs to know something (a file's content, how a program ended) asks for it
//! and is run again from its start once it is known ([`Facts`]); it changes nothing before. So
//! every request is a point at which the machine can be cloned.

mod builtins;
mod conditions;
mod control;
mod execute;
mod expand;
mod facts;
mod fields;
mod output;
mod redirect;
mod state;

use std::collections::VecDeque;
use std::sync::Arc;

use crate::shell::ast::{Script, Span};
use crate::shell::code::{Code, Kind, Label, Operation, Purpose};
use crate::shell::request::{Answer, Environment, Limit, Limits, Messages, Request};

pub use builtins::is_builtin;
use facts::{Facts, Question};
use state::{CommandFrame, Control, Input, Io, PipelineState, Session, WordBuilder};

/// A shell session.
///
/// [`Machine::resume`] is the only way in: it takes the answer to the last request and returns
/// the next one. It is total: an answer that does not fit gets the same request again.
#[derive(Debug, Clone)]
pub struct Machine {
    code: Arc<Code>,
    at: Label,
    session: Arc<Session>,
    /// `$?`.
    status: u8,
    messages: Messages,
    limits: Limits,
    steps: u64,
    bytes: usize,
    /// Where an error that gives up a line goes on.
    next_line: (Arc<Code>, Label),

    controls: Vec<Control>,
    commands: Vec<CommandFrame>,
    words: Vec<WordBuilder>,
    values: Vec<String>,
    io: Vec<Io>,
    inputs: Vec<Input>,
    captures: Vec<String>,
    pipelines: Vec<PipelineState>,
    iterators: Vec<VecDeque<String>>,
    /// What `<(…)` made, by path.
    files: Vec<(String, Arc<str>)>,

    facts: Facts,
    /// Output that is on its way out, before the next operation.
    outbox: VecDeque<Request>,
    pending: Pending,
    over: Option<Over>,
}

/// What the machine waits for.
#[derive(Debug, Clone)]
enum Pending {
    /// [`Answer::Start`].
    Start,
    /// That output is out.
    Output(Request),
    /// What the current operation needs to know.
    Question(Question),
    /// Nothing: the script is over.
    Nothing,
}

/// Why the machine stands still.
#[derive(Debug, Clone)]
enum Over {
    /// The script ran to its end.
    Ended(u8),
    /// `exit`, `set -e` or an error ended the shell before.
    Closed(u8),
    /// A limit was reached.
    Exceeded(Limit, Span),
    /// Something is not covered.
    Refused(String, Span),
}

/// What an operation leads to.
enum Flow {
    Next,
    Jump(Label),
    /// Ask, and run the operation again.
    Ask(Request),
}

/// What ends more than an operation.
enum Trouble {
    /// The shell, or the subshell, ends with this status.
    Exit(u8),
    /// The top-level line, or the subshell, is given up with status 1.
    Discard,
    Exceeded(Limit),
    Refused(String),
}

type Step = Result<Flow, Trouble>;

impl Machine {
    /// A session that has yet to run the script: the first answer is [`Answer::Start`].
    pub fn new(script: &Script, environment: Environment) -> Self {
        let code = Arc::clone(script.code());
        let messages = environment.messages;
        let limits = environment.limits;
        Self {
            next_line: (Arc::clone(&code), code.operations.len().saturating_sub(1)),
            code,
            at: 0,
            session: Arc::new(Session::new(environment)),
            status: 0,
            messages,
            limits,
            steps: 0,
            bytes: 0,
            controls: Vec::new(),
            commands: Vec::new(),
            words: Vec::new(),
            values: Vec::new(),
            io: vec![Io::terminal()],
            inputs: Vec::new(),
            captures: Vec::new(),
            pipelines: Vec::new(),
            iterators: Vec::new(),
            files: Vec::new(),
            facts: Facts::default(),
            outbox: VecDeque::new(),
            pending: Pending::Start,
            over: None,
        }
    }

    /// Types a further script into the same session: variables, functions, options and the
    /// working directory stay, the limits count anew. Whatever still runs is given up. The next
    /// answer is [`Answer::Start`].
    pub fn feed(&mut self, script: &Script) {
        self.abandon();
        self.outbox.clear();
        self.facts.forget();
        self.code = Arc::clone(script.code());
        self.at = 0;
        self.next_line = (
            Arc::clone(&self.code),
            self.code.operations.len().saturating_sub(1),
        );
        self.steps = 0;
        self.bytes = 0;
        self.pending = Pending::Start;
        self.over = None;
    }

    /// Takes the answer to the last request, and returns the next.
    pub fn resume(&mut self, answer: Answer) -> Request {
        if answer == Answer::Interrupt && self.over.is_none() {
            self.abandon();
            self.outbox.clear();
            self.status = 130;
            // A shell at a prompt gives up the line, and takes the next one.
            self.over = Some(match self.messages {
                Messages::Interactive => Over::Ended(130),
                Messages::Script => Over::Closed(130),
            });
            return self.run();
        }
        match (&self.pending, answer) {
            (Pending::Nothing, _)
            | (Pending::Start, Answer::Start)
            | (Pending::Output(Request::Print { .. }), Answer::Done)
            | (Pending::Output(Request::Write { .. }), Answer::Written(Ok(()))) => {}
            (Pending::Output(Request::Write { .. }), Answer::Written(Err(error))) => {
                self.status = 1;
                self.complain(&format!("write error: {error}"));
            }
            // The operation is run again; what does not know enough asks again.
            (Pending::Question(question), answer) => self.facts.take(question, answer),
            (Pending::Output(request), _) => return request.clone(),
            (Pending::Start, _) => return Request::Exited(self.status),
        }
        self.run()
    }

    fn run(&mut self) -> Request {
        loop {
            if let Some(request) = self.outbox.pop_front() {
                self.pending = Pending::Output(request.clone());
                return request;
            }
            if let Some(over) = &self.over {
                self.pending = Pending::Nothing;
                return match over {
                    Over::Ended(status) | Over::Closed(status) => Request::Exited(*status),
                    Over::Exceeded(limit, span) => Request::Exceeded {
                        limit: *limit,
                        span: *span,
                    },
                    Over::Refused(what, span) => Request::Refused {
                        what: what.clone(),
                        span: *span,
                    },
                };
            }
            match self.step() {
                Ok(Flow::Next) => {
                    self.at += 1;
                    self.facts.forget();
                }
                Ok(Flow::Jump(label)) => {
                    self.at = label;
                    self.facts.forget();
                }
                Ok(Flow::Ask(request)) => {
                    if self.outbox.is_empty() {
                        let question = Question::of(&request);
                        self.pending = question.map_or(Pending::Nothing, Pending::Question);
                        return request;
                    }
                    // The operation asks again once its output is out.
                }
                Err(trouble) => {
                    self.facts.forget();
                    self.trouble(trouble);
                }
            }
        }
    }

    fn step(&mut self) -> Step {
        self.steps += 1;
        if self.steps > self.limits.steps_max {
            return Err(Trouble::Exceeded(Limit::Steps));
        }
        if self.bytes > self.limits.output_bytes_max {
            return Err(Trouble::Exceeded(Limit::OutputBytes));
        }
        let code = Arc::clone(&self.code);
        match code.operations.get(self.at) {
            Some((operation, _)) => self.operation(operation),
            None => Err(Trouble::Exit(self.status)),
        }
    }

    fn operation(&mut self, operation: &Operation) -> Step {
        match operation {
            Operation::Line { next } => {
                self.next_line = (Arc::clone(&self.code), *next);
                Ok(Flow::Next)
            }
            Operation::End => {
                self.over = Some(Over::Ended(self.status));
                Ok(Flow::Jump(self.at))
            }
            Operation::Jump(target) => Ok(Flow::Jump(*target)),
            Operation::JumpIf { success, target } => Ok(if (self.status == 0) == *success {
                Flow::Jump(*target)
            } else {
                Flow::Next
            }),
            Operation::Status(status) => self.done(*status),
            Operation::Invert => self.done(u8::from(self.status == 0)),
            Operation::Control(operation) => self.control(operation),
            Operation::Word(operation) => self.expand(operation),
            Operation::Test(operation) => self.test(operation),
            Operation::CommandBegin => Ok(self.command_begin()),
            Operation::CommandEnd => Ok(self.command_end()),
            Operation::Redirect { kind, failed } => Ok(self.redirect(*kind, *failed)),
            Operation::Assign { name, append } => self.assign(name, *append),
            Operation::Execute { end } => self.execute(*end),
        }
    }

    /// The operation is over with this status.
    #[expect(
        clippy::unnecessary_wraps,
        reason = "the form in which every operation ends"
    )]
    fn done(&mut self, status: u8) -> Step {
        self.status = status;
        Ok(Flow::Next)
    }

    /// The place of the current operation.
    fn place(&self) -> Span {
        let operation = self.code.operations.get(self.at);
        operation.map_or(Span::default(), |(_, span)| *span)
    }

    fn session_mut(&mut self) -> &mut Session {
        Arc::make_mut(&mut self.session)
    }

    fn io(&self) -> &Io {
        self.io.last().expect("the terminal's is never taken away")
    }

    /// The place in the source of what runs.
    pub fn span(&self) -> Span {
        self.place()
    }

    /// `$?`: the status of what ran last.
    pub fn status(&self) -> u8 {
        self.status
    }

    /// Whether `exit`, `set -e`, an error or a signal ended the shell, and not the script's end.
    pub fn is_closed(&self) -> bool {
        matches!(self.over, Some(Over::Closed(_)))
    }

    /// The working directory, absolute.
    pub fn cwd(&self) -> &str {
        &self.session.cwd
    }

    /// The value of a variable.
    pub fn variable(&self, name: &str) -> Option<&str> {
        self.session.get(name)
    }

    /// Whether the session has a function of this name.
    pub fn has_function(&self, name: &str) -> bool {
        self.session.functions.contains_key(name)
    }

    /// Whether `set -e` is on.
    pub fn exits_on_error(&self) -> bool {
        self.session.options.exit_on_error.is_on()
    }

    /// Sets `$?`: something was run beside the script, as if it had been typed.
    pub const fn set_status(&mut self, status: u8) {
        self.status = status;
    }

    /// Gives a variable a value, as if it had been typed; a readonly one keeps its own.
    pub fn set_variable(&mut self, name: &str, value: &str) {
        let readonly = self.session.is_readonly(name);
        if !readonly {
            self.session_mut().set(name, value.to_owned());
        }
    }
}
