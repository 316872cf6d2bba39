//! A script as it was read: a small tree, each node with its place in the source.
//!
//! Lists and words are shared (`Arc`), so that a function's body or a script is copied for the
//! price of a pointer.

use std::sync::{Arc, OnceLock};

use super::code::Code;
use super::compile::compile;

/// A place in a script's source (bytes), the end exclusive.
///
/// Inside `$(…)`, backticks and words made by brace expansion it is the place of the whole word
/// where the parts' own places are not known.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub struct Span {
    /// The first byte.
    pub start: usize,
    /// One past the last byte.
    pub end: usize,
}

impl Span {
    /// From the start of this one to the end of the other.
    pub(crate) fn to(self, other: Self) -> Self {
        Self {
            start: self.start,
            end: other.end.max(self.start),
        }
    }
}

/// A script that was read without error.
#[derive(Debug, Clone)]
pub struct Script {
    pub(super) source: Arc<str>,
    lines: Arc<[List]>,
    /// What it is compiled to, once somebody has run it.
    code: OnceLock<Arc<Code>>,
}

/// Two are the same script if they were read from the same text.
impl PartialEq for Script {
    fn eq(&self, other: &Self) -> bool {
        self.source == other.source && self.lines == other.lines
    }
}

impl Eq for Script {}

/// A script without lines.
impl Default for Script {
    fn default() -> Self {
        Self::new(&Arc::from(""), [])
    }
}

impl Script {
    /// A script of these lines, read from this text.
    pub(crate) fn new(source: &Arc<str>, lines: impl Into<Arc<[List]>>) -> Self {
        Self {
            source: Arc::clone(source),
            lines: lines.into(),
            code: OnceLock::new(),
        }
    }

    /// What the machine runs.
    pub(crate) fn code(&self) -> &Arc<Code> {
        self.code.get_or_init(|| compile(self))
    }

    /// The text that it was read from.
    pub fn source(&self) -> &str {
        &self.source
    }

    /// Its top-level lines in order. `a; b` is one line of two statements, a function or an `if`
    /// of ten lines of text is one too. There are no empty ones.
    pub fn lines(&self) -> &[List] {
        &self.lines
    }

    /// Each top-level line as a script of its own, to be typed one after the other. Places stay
    /// those in the whole source.
    pub fn split(&self) -> Vec<Self> {
        let one = |line: &List| Self::new(&self.source, [Arc::clone(line)]);
        self.lines.iter().map(one).collect()
    }

    /// Where it is in the source, without what surrounds its first and last statement.
    pub fn span(&self) -> Span {
        let first = self.lines.first().and_then(|line| line.first());
        let last = self.lines.last().and_then(|line| line.last());
        match (first, last) {
            (Some(first), Some(last)) => first.span.to(last.span),
            (None, _) | (_, None) => Span::default(),
        }
    }
}

/// Statements that follow each other.
pub type List = Arc<[Statement]>;

/// Pipelines joined by `&&` and `||`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Statement {
    /// The first pipeline.
    pub first: Pipeline,
    /// The others, each with what decides whether it is run.
    pub rest: Vec<(Connector, Pipeline)>,
    /// Its place.
    pub span: Span,
}

impl Statement {
    /// Its pipelines, in the order of the text.
    pub fn pipelines(&self) -> impl Iterator<Item = &Pipeline> {
        std::iter::once(&self.first).chain(self.rest.iter().map(|(_, pipeline)| pipeline))
    }
}

/// What joins two pipelines.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Connector {
    /// `&&`: run if the one before succeeded.
    And,
    /// `||`: run if the one before failed.
    Or,
}

/// Commands joined by `|`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Pipeline {
    /// Whether a `!` turns its status around.
    pub negated: bool,
    /// The commands, left to right; at least one. `|&` is `2>&1 |`.
    pub stages: Vec<Command>,
    /// Its place.
    pub span: Span,
}

/// One command with its redirections.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Command {
    /// What it is.
    pub kind: CommandKind,
    /// Where its input comes from and its output goes, in the order written.
    pub redirections: Vec<Redirection>,
    /// Its place.
    pub span: Span,
}

/// The kinds of commands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum CommandKind {
    /// `NAME=value word …`.
    Simple {
        /// Assignments before the first word.
        assignments: Vec<Assignment>,
        /// The command and its arguments; empty for bare assignments or redirections.
        words: Vec<Word>,
    },
    /// `{ …; }`.
    Group(List),
    /// `( … )`.
    Subshell(List),
    /// `if`, with its `elif` branches and `else`.
    If {
        /// Condition and body of each branch.
        branches: Vec<(List, List)>,
        /// The body of `else`.
        otherwise: Option<List>,
    },
    /// `while` or `until`.
    Loop {
        /// Which of the two.
        kind: LoopKind,
        /// What is run before each round.
        condition: List,
        /// The round.
        body: List,
    },
    /// `for NAME in …`.
    For {
        /// The variable.
        variable: Arc<str>,
        /// The words; `None` is `"$@"`.
        words: Option<Vec<Word>>,
        /// The round.
        body: List,
    },
    /// `case … in`.
    Case {
        /// What is compared.
        subject: Word,
        /// The branches in order.
        arms: Vec<Arm>,
    },
    /// `NAME() …`.
    Function {
        /// The name.
        name: Arc<str>,
        /// What calling it runs.
        body: Arc<Command>,
    },
    /// `[[ … ]]`.
    Test(Condition),
    /// `(( … ))`.
    Arithmetic(Word),
}

impl CommandKind {
    /// The lists of a compound command, in the order of the text; a function's body is a command
    /// of its own.
    pub fn lists(&self) -> Vec<&List> {
        match self {
            Self::Group(body) | Self::Subshell(body) | Self::For { body, .. } => vec![body],
            Self::If {
                branches,
                otherwise,
            } => {
                let branches = branches
                    .iter()
                    .flat_map(|(condition, body)| [condition, body]);
                branches.chain(otherwise).collect()
            }
            Self::Loop {
                condition, body, ..
            } => vec![condition, body],
            Self::Case { arms, .. } => arms.iter().map(|arm| &arm.body).collect(),
            Self::Simple { .. } | Self::Function { .. } | Self::Test(_) | Self::Arithmetic(_) => {
                Vec::new()
            }
        }
    }
}

/// Which loop.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum LoopKind {
    /// As long as the condition succeeds.
    While,
    /// As long as it fails.
    Until,
}

/// One branch of a `case`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Arm {
    /// Its patterns.
    pub patterns: Vec<Word>,
    /// What it runs.
    pub body: List,
}

/// `NAME=value`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Assignment {
    /// The variable.
    pub name: Arc<str>,
    /// Whether it is `+=`.
    pub append: bool,
    /// The value.
    pub value: Word,
    /// Its place.
    pub span: Span,
}

/// A redirection.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Redirection {
    /// What is redirected to or from where.
    pub kind: RedirectionKind,
    /// The file's name, the here-document's text, or the number after `&`.
    pub target: Word,
    /// Its place.
    pub span: Span,
}

/// What a redirection does; `fd` is 1 or 2.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum RedirectionKind {
    /// `< file`.
    Read,
    /// `fd> file`.
    Write {
        /// Which output.
        fd: u8,
    },
    /// `fd>| file`: as `>`, whatever `set -C` says.
    Clobber {
        /// Which output.
        fd: u8,
    },
    /// `fd>> file`.
    Append {
        /// Which output.
        fd: u8,
    },
    /// `&> file` and `>& file`.
    WriteBoth,
    /// `&>> file`.
    AppendBoth,
    /// `fd>&target`.
    Duplicate {
        /// Which output.
        fd: u8,
    },
    /// `<< TAG` and, with a line break after the text, `<<< word`.
    Text {
        /// Whether it is a here-string.
        line_break: bool,
    },
}

/// A word before expansion.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Word {
    /// Its parts in order.
    pub parts: Arc<[Part]>,
    /// Its place.
    pub span: Span,
}

impl Word {
    /// The word as text, if nothing in it is expanded; quotes are gone.
    pub fn literal(&self) -> Option<String> {
        let text = |part: &Part| match part {
            Part::Literal(text) | Part::Quoted(text) => Some(text.to_string()),
            Part::Home
            | Part::Parameter { .. }
            | Part::Substitution(_)
            | Part::Arithmetic { .. } => None,
        };
        self.parts.iter().map(text).collect()
    }
}

impl Word {
    /// Whether it reads `NAME=…` or `NAME+=…`.
    pub fn is_assignment(&self) -> bool {
        let Some(Part::Literal(text)) = self.parts.first() else {
            return false;
        };
        let name = text.split_once('=').map(|(name, _)| name);
        name.is_some_and(|name| {
            crate::shell::reader::is_name(name.strip_suffix('+').unwrap_or(name))
        })
    }
}

/// A part of a word.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Part {
    /// Text outside quotes: `*`, `?` and `[` match files.
    Literal(Arc<str>),
    /// Text inside quotes or after a backslash; may be empty.
    Quoted(Arc<str>),
    /// `~` at the start of a word.
    Home,
    /// `$name` or `${name…}`.
    Parameter {
        /// Whose value.
        parameter: Parameter,
        /// What is done with it.
        operation: Operation,
        /// Whether it is in double quotes.
        quoted: bool,
        /// Its place.
        span: Span,
    },
    /// `$(…)`, backticks, `<(…)`.
    Substitution(Substitution),
    /// `$((…))`.
    Arithmetic {
        /// The expression, itself expanded first.
        expression: Word,
        /// Whether it is in double quotes.
        quoted: bool,
    },
}

/// The output of a list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Substitution {
    /// `$(…)` and backticks: its text, without line breaks at the end.
    Output {
        /// What is run.
        list: List,
        /// Whether it is in double quotes.
        quoted: bool,
    },
    /// `<(…)`: the path of a file that holds it.
    File(List),
}

/// Whose value is taken.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub enum Parameter {
    /// A variable.
    Named(Arc<str>),
    /// `$1`, `$2`, …; `$0` is the shell's name.
    Positional(usize),
    /// `$@`.
    All,
    /// `$*`.
    Joined,
    /// `$#`.
    Count,
    /// `$?`.
    Status,
    /// `$$`.
    Process,
}

/// What is done with a parameter's value.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Operation {
    /// Nothing.
    Value,
    /// `${x-word}`; with `or_empty`, `${x:-word}`.
    Default {
        /// Whether an empty value counts as none.
        or_empty: bool,
        /// The word.
        word: Word,
    },
    /// `${x=word}`; with `or_empty`, `${x:=word}`.
    Assign {
        /// Whether an empty value counts as none.
        or_empty: bool,
        /// The word.
        word: Word,
    },
    /// `${x?word}`; with `or_empty`, `${x:?word}`.
    Require {
        /// Whether an empty value counts as none.
        or_empty: bool,
        /// The message; empty for bash's own.
        word: Word,
    },
    /// `${x+word}`; with `or_empty`, `${x:+word}`.
    Alternative {
        /// Whether an empty value counts as none.
        or_empty: bool,
        /// The word.
        word: Word,
    },
    /// `${#x}`.
    Length,
    /// `${x#p}`, `${x##p}`, `${x%p}`, `${x%%p}`.
    Remove {
        /// From which end, and how much.
        trim: Trim,
        /// The pattern.
        pattern: Word,
    },
    /// `${x/p/w}`, `${x//p/w}`, `${x/#p/w}`, `${x/%p/w}`.
    Replace {
        /// The pattern.
        pattern: Word,
        /// What takes its place.
        replacement: Word,
        /// Which occurrences.
        place: crate::shell::Place,
    },
    /// `${x:offset:length}`.
    Substring {
        /// Where it starts, an expression; negative counts from the end.
        offset: Word,
        /// How long it is; the rest where there is none.
        length: Option<Word>,
    },
    /// `${x^}`, `${x^^}`, `${x,}`, `${x,,}`.
    Case {
        /// To uppercase, or to lowercase.
        upper: bool,
        /// All of it, or the first character.
        all: bool,
    },
}

/// What a pattern takes away.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Trim {
    /// `#`: the shortest match at the start.
    ShortestPrefix,
    /// `##`: the longest match at the start.
    LongestPrefix,
    /// `%`: the shortest match at the end.
    ShortestSuffix,
    /// `%%`: the longest match at the end.
    LongestSuffix,
}

/// What `[[ … ]]` asks.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Condition {
    /// Both.
    And(Box<Condition>, Box<Condition>),
    /// One of them.
    Or(Box<Condition>, Box<Condition>),
    /// The contrary.
    Not(Box<Condition>),
    /// A word that is empty (`-z`), or not (`-n`, or the word alone).
    Text {
        /// Whether it is to be empty.
        empty: bool,
        /// The word.
        word: Word,
    },
    /// `-v NAME`: the variable is set.
    Set(Word),
    /// `-e`, `-f`, …: about a file.
    File(FileTest, Word),
    /// Two words compared.
    Compare(Comparison, Word, Word),
}

/// What is asked about a file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum FileTest {
    /// `-e`, `-r`, `-w`: it is there (everybody may read and write).
    Exists,
    /// `-f`.
    Regular,
    /// `-d`, and `-x` (nothing else can be started).
    Directory,
    /// `-s`: it is there and not empty.
    NotEmpty,
    /// `-L`, `-h`: there are no symbolic links.
    Link,
}

/// How two words are compared.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Comparison {
    /// `==`: the right one is a pattern.
    Matches,
    /// `!=`.
    Differs,
    /// `=~`: the right one is a regular expression.
    Regex,
    /// `<`, in byte order.
    Before,
    /// `>`, in byte order.
    After,
    /// `-eq`.
    Equal,
    /// `-ne`.
    NotEqual,
    /// `-lt`.
    Less,
    /// `-le`.
    LessOrEqual,
    /// `-gt`.
    Greater,
    /// `-ge`.
    GreaterOrEqual,
}
