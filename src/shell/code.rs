//! A script as the machine runs it: one flat list of small operations, so that its place in a
//! script is a number and a fork is a copy.

use std::sync::Arc;

use crate::shell::ast::{Comparison, FileTest, Parameter, RedirectionKind, Span, Trim};
use crate::shell::pattern;

/// A compiled script.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Code {
    pub(crate) source: Arc<str>,
    pub(crate) operations: Vec<(Operation, Span)>,
}

impl Code {
    /// The line in the source where this is, from 1.
    pub(crate) fn line(&self, span: Span) -> usize {
        let before = self.source.get(..span.start).unwrap_or(&self.source);
        before.matches('\n').count() + 1
    }

    /// The source's text there.
    pub(crate) fn text(&self, span: Span) -> &str {
        self.source.get(span.start..span.end).unwrap_or("")
    }
}

/// How a text in a word counts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Kind {
    /// As written: not split, matches files.
    Literal,
    /// In quotes: neither.
    Quoted,
    /// Out of an expansion: split, and matches files.
    Expanded,
}

impl Kind {
    pub(crate) fn of_expansion(quoted: bool) -> Self {
        if quoted { Self::Quoted } else { Self::Expanded }
    }
}

/// Why a subshell is run.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Purpose {
    /// `( … )`.
    Group,
    /// `$( … )`: its output goes into the word.
    Output {
        /// Whether it is in double quotes.
        quoted: bool,
    },
    /// `<( … )`: its output goes into a file.
    File,
    /// One command of a pipeline.
    Stage {
        /// Whether its input is the output of the one before.
        reads: bool,
        /// Whether its output is the input of the next.
        writes: bool,
    },
}

/// A place in the list.
pub(crate) type Label = usize;

/// One operation.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Operation {
    /// A top-level line begins; an error that gives up the line goes on at `next`.
    Line { next: Label },
    /// The script is over.
    End,
    /// Go on there.
    Jump(Label),
    /// Go on there if the status is a success (or not).
    JumpIf { success: bool, target: Label },
    /// The status is this one.
    Status(u8),
    /// A success becomes a failure, and the other way round.
    Invert,
    /// A command with its words, redirections and assignments begins.
    CommandBegin,
    /// It is over: its redirections too.
    CommandEnd,
    /// Redirect to the word on top; if that fails, go on there.
    Redirect {
        kind: RedirectionKind,
        failed: Label,
    },
    /// The value on top is one of the command's assignments.
    Assign { name: Arc<str>, append: bool },
    /// Run the command; a function comes back to `end`.
    Execute { end: Label },
    /// What surrounds commands.
    Control(ControlOperation),
    /// What makes words.
    Word(WordOperation),
    /// What asks about values.
    Test(TestOperation),
}

impl From<ControlOperation> for Operation {
    fn from(operation: ControlOperation) -> Self {
        Self::Control(operation)
    }
}

impl From<WordOperation> for Operation {
    fn from(operation: WordOperation) -> Self {
        Self::Word(operation)
    }
}

impl From<TestOperation> for Operation {
    fn from(operation: TestOperation) -> Self {
        Self::Test(operation)
    }
}

/// An operation on conditions, functions, subshells, pipelines or loops.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum ControlOperation {
    /// `set -e`: end here if the status is a failure.
    Check,
    /// From here on, failures are asked about and end nothing.
    ConditionBegin,
    /// Until here.
    ConditionEnd,
    /// A function's body begins at `entry`.
    Define { name: Arc<str>, entry: Label },
    /// A function's body is over.
    Return,
    /// A subshell begins; it ends at `end`, whatever happens in it.
    SubshellBegin { purpose: Purpose, end: Label },
    /// It is over.
    SubshellEnd(Purpose),
    /// A pipeline of more than one command begins.
    PipelineBegin,
    /// It is over.
    PipelineEnd,
    /// A loop begins.
    LoopBegin { again: Label, end: Label },
    /// A round is over.
    LoopBody,
    /// The loop is over; if it went through words, they are too.
    LoopEnd { words: bool },
    /// The arguments so far (or the positional parameters) are what `for` goes through.
    ForBegin { positional: bool },
    /// The next of them, or go on there.
    ForNext { variable: Arc<str>, end: Label },
}

/// An operation on the word on top.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum WordOperation {
    /// A word begins.
    Begin,
    /// Text in it.
    Text(Kind, Arc<str>),
    /// The home directory in it.
    Home,
    /// A parameter's value in it.
    Parameter { parameter: Parameter, quoted: bool },
    /// Go on there if the parameter is set (or not).
    Branch {
        parameter: Parameter,
        or_empty: bool,
        set: bool,
        target: Label,
    },
    /// `${x=…}`: the value on top is the variable's.
    AssignDefault(Arc<str>),
    /// `${x?…}`: the value on top is the error.
    Require {
        parameter: Parameter,
        or_empty: bool,
    },
    /// `${#x}`.
    Length { parameter: Parameter, quoted: bool },
    /// A parameter's value, changed.
    Transform {
        parameter: Parameter,
        transform: Transform,
        quoted: bool,
    },
    /// The value on top is an expression: its result in the word.
    Arithmetic { quoted: bool },
    /// The word is over: split it and match files; what comes of it are arguments.
    Fields,
    /// The word is over: not split.
    End(Ending),
}

/// What a word that is not split becomes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Ending {
    /// One argument (`export NAME=value`).
    Argument,
    /// A value.
    Value,
    /// A pattern, in which what was quoted is only itself.
    Pattern,
    /// A regular expression, likewise.
    Regex,
}

/// How a parameter's value is changed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Transform {
    /// `${x%…}`: the value on top is the pattern.
    Remove(Trim),
    /// `${x/…/…}`: the values on top are the pattern and what takes its place.
    Replace(pattern::Place),
    /// `${x:…:…}`: the values on top are the offset and, perhaps, the length.
    Substring { length: bool },
    /// `${x^^}`.
    Case { upper: bool, all: bool },
}

/// An operation that asks about the values on top.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum TestOperation {
    /// `case` begins: the value on top is the subject.
    CaseBegin,
    /// Go on there if the pattern on top matches the value below it.
    CaseMatch { target: Label },
    /// Forget the value on top.
    Drop,
    /// The status tells whether the value on top is empty (or not).
    Text { empty: bool },
    /// The status tells whether the variable named on top is set.
    Set,
    /// The status tells about the file named on top.
    File(FileTest),
    /// The status tells how the two values on top compare.
    Compare(Comparison),
    /// `(( … ))`: the value on top is an expression.
    Arithmetic,
}
