//! What a script of `sed` is made of.

use super::super::pattern::Pattern;

/// One script, and the file that it is from.
#[derive(Debug)]
pub(super) struct Script {
    pub(super) text: String,
    pub(super) file: Option<String>,
}

/// Why there are no commands.
#[derive(Debug)]
pub(super) enum Fault {
    Wrong(String),
    /// A jump has no target of this name.
    NoLabel(String),
    NotModeled(String),
}

/// What a line must be for a command.
#[derive(Debug)]
pub(super) enum Address {
    Line(usize),
    Last,
    /// From the first, every so many.
    Step(usize, usize),
    /// An empty pattern is the last one that was used.
    Fits(Option<Pattern>),
}

/// Which lines a command is for.
#[derive(Debug)]
pub(super) enum Range {
    All,
    One(Address),
    Two(Address, End),
}

/// The end of a range.
#[derive(Debug)]
pub(super) enum End {
    At(Address),
    /// So many lines after the first.
    Count(usize),
    /// Up to the next multiple.
    Multiple(usize),
}

/// A command with its lines.
#[derive(Debug)]
pub(super) struct Command {
    pub(super) range: Range,
    pub(super) negated: bool,
    pub(super) action: Action,
    /// Where the range is: the line that ends it (0 while that is open), if it has begun.
    pub(super) within: Option<usize>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Case {
    Upper,
    Lower,
    UpperNext,
    LowerNext,
    End,
}

/// A part of a replacement.
#[derive(Debug)]
pub(super) enum Part {
    Text(String),
    Group(usize),
    Case(Case),
}

#[derive(Debug)]
pub(super) struct Substitution {
    pub(super) pattern: Option<Pattern>,
    pub(super) parts: Vec<Part>,
    pub(super) all: bool,
    pub(super) number: usize,
    pub(super) print: bool,
}

#[derive(Debug)]
pub(super) enum Action {
    Substitute(Box<Substitution>),
    Translate(Vec<(char, char)>),
    Print,
    PrintFirst,
    Delete,
    DeleteFirst,
    Next,
    Append,
    Quit {
        status: u8,
        prints: bool,
    },
    Number,
    After(String),
    Before(String),
    Change(String),
    Hold,
    HoldMore,
    Get,
    GetMore,
    Exchange,
    /// To this command.
    Branch(usize),
    BranchIf(usize),
    BranchUnless(usize),
    /// A block, which ends before this command.
    Block(usize),
}
