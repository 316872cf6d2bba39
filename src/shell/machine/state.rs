//! What a session is made of.

use std::collections::BTreeMap;
use std::sync::Arc;

use crate::shell::absolute;
use crate::shell::code::{Code, Kind, Label, Purpose};
use crate::shell::request::{Environment, Stream};

/// What a subshell gets a copy of.
#[derive(Debug, Clone)]
pub(super) struct Session {
    pub(super) variables: BTreeMap<String, Variable>,
    pub(super) functions: BTreeMap<String, Function>,
    pub(super) cwd: String,
    pub(super) home: String,
    pub(super) positional: Vec<String>,
    pub(super) process: u32,
    pub(super) options: Options,
}

/// A variable; without a value it is only marked (`export X`).
#[derive(Debug, Clone, Default)]
pub(super) struct Variable {
    pub(super) value: Option<String>,
    pub(super) exported: bool,
    pub(super) readonly: bool,
}

/// A function's body.
#[derive(Debug, Clone)]
pub(super) struct Function {
    pub(super) code: Arc<Code>,
    pub(super) entry: Label,
}

/// What `set` sets.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Options {
    /// `-e`.
    pub(super) exit_on_error: Switch,
    /// `-u`.
    pub(super) refuse_unset: Switch,
    /// `-x`.
    pub(super) trace: Switch,
    /// `-o pipefail`.
    pub(super) pipefail: Switch,
    /// `-f`.
    pub(super) no_globs: Switch,
    /// `-C`.
    pub(super) no_clobber: Switch,
}

/// On or off.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) enum Switch {
    On,
    #[default]
    Off,
}

impl Switch {
    pub(super) fn is_on(self) -> bool {
        self == Self::On
    }
}

impl Session {
    pub(super) fn new(environment: Environment) -> Self {
        let exported = |value: String| Variable {
            value: Some(value),
            exported: true,
            readonly: false,
        };
        let mut variables: BTreeMap<String, Variable> = environment
            .variables
            .into_iter()
            .map(|(name, value)| (name, exported(value)))
            .collect();
        variables.insert("PWD".to_owned(), exported(environment.cwd.clone()));
        variables
            .entry("HOME".to_owned())
            .or_insert_with(|| exported(environment.home.clone()));
        variables.insert(
            "IFS".to_owned(),
            Variable {
                value: Some(" \t\n".to_owned()),
                ..Variable::default()
            },
        );
        Self {
            variables,
            functions: BTreeMap::new(),
            cwd: environment.cwd,
            home: environment.home,
            positional: environment.positional,
            process: environment.process,
            options: Options::default(),
        }
    }

    pub(super) fn get(&self, name: &str) -> Option<&str> {
        self.variables.get(name)?.value.as_deref()
    }

    pub(super) fn set(&mut self, name: &str, value: String) {
        self.variables.entry(name.to_owned()).or_default().value = Some(value);
    }

    pub(super) fn is_readonly(&self, name: &str) -> bool {
        self.variables
            .get(name)
            .is_some_and(|variable| variable.readonly)
    }

    /// What splits words.
    pub(super) fn separators(&self) -> &str {
        self.get("IFS").unwrap_or(" \t\n")
    }

    /// The path as an absolute one, without `.` and `..`.
    pub(super) fn absolute(&self, path: &str) -> String {
        absolute(&self.cwd, path)
    }
}

/// How high the stacks were: what began later is taken away with it.
#[derive(Debug, Clone, Copy)]
pub(super) struct Depths {
    pub(super) commands: usize,
    pub(super) words: usize,
    pub(super) values: usize,
    pub(super) io: usize,
    pub(super) inputs: usize,
    pub(super) captures: usize,
    pub(super) pipelines: usize,
    pub(super) iterators: usize,
    pub(super) files: usize,
}

/// What the machine is inside of.
#[derive(Debug, Clone)]
pub(super) enum Control {
    /// A condition: `set -e` does not hold.
    Condition,
    /// A loop.
    Loop {
        depths: Depths,
        again: Label,
        end: Label,
        /// The status of the last round.
        status: u8,
    },
    /// A function.
    Function {
        depths: Depths,
        code: Arc<Code>,
        back: Label,
        positional: Vec<String>,
        /// What its `local` variables were outside.
        locals: Vec<(String, Option<Variable>)>,
    },
    /// A subshell.
    Subshell {
        depths: Depths,
        purpose: Purpose,
        code: Arc<Code>,
        end: Label,
        session: Arc<Session>,
    },
}

/// A command that is being put together.
#[derive(Debug, Clone)]
pub(super) struct CommandFrame {
    pub(super) depths: Depths,
    pub(super) arguments: Vec<String>,
    /// Name, whether it is `+=`, value.
    pub(super) assignments: Vec<(Arc<str>, bool, String)>,
    /// What prefix assignments of a builtin or function hide.
    pub(super) hidden: Vec<(String, Option<Variable>)>,
    /// The status of the last substitution in it.
    pub(super) substituted: Option<u8>,
    /// Its trace is out.
    pub(super) traced: bool,
    /// Its prompt is out.
    pub(super) prompted: bool,
}

/// A word that is being put together.
#[derive(Debug, Clone, Default)]
pub(super) struct WordBuilder {
    pub(super) chunks: Vec<Chunk>,
}

/// A part of it.
#[derive(Debug, Clone)]
pub(super) enum Chunk {
    Text(Kind, Arc<str>),
    /// Between two positional parameters of `"$@"`.
    Break,
}

/// Where a command's input comes from and its output goes.
#[derive(Debug, Clone)]
pub(super) struct Io {
    /// Which of the inputs; `None` is the terminal.
    pub(super) stdin: Option<usize>,
    pub(super) stdout: Target,
    pub(super) stderr: Target,
}

impl Io {
    pub(super) fn terminal() -> Self {
        Self {
            stdin: None,
            stdout: Target::Terminal(Stream::Stdout),
            stderr: Target::Terminal(Stream::Stderr),
        }
    }

    pub(super) fn target(&self, stream: Stream) -> &Target {
        match stream {
            Stream::Stdout => &self.stdout,
            Stream::Stderr => &self.stderr,
        }
    }
}

/// Where output goes.
#[derive(Debug, Clone)]
pub(super) enum Target {
    Terminal(Stream),
    /// Which of the captures.
    Capture(usize),
    /// An absolute path.
    File(Arc<str>),
    Null,
}

/// Text that is read bit by bit.
#[derive(Debug, Clone)]
pub(super) struct Input {
    pub(super) text: Arc<str>,
    pub(super) offset: usize,
}

impl Input {
    pub(super) fn rest(&self) -> &str {
        self.text.get(self.offset..).unwrap_or("")
    }
}

/// A pipeline that runs.
#[derive(Debug, Clone, Default)]
pub(super) struct PipelineState {
    pub(super) statuses: Vec<u8>,
    /// What the last stage wrote.
    pub(super) piped: Option<Arc<str>>,
}
