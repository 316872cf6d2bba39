//! What a drill says.

use std::sync::Arc;

use super::hint::Hint;
use super::look::Look;
use crate::explain::Topic;
use crate::kernel::{SimDuration, SimTime};
use crate::terraform::{Backend, Names};
use crate::timeline::{Observation, Shown};

/// What stands before the next line.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Prompt {
    /// A shell waits.
    Shell {
        /// Whose.
        operator: String,
        /// Where it stands: `~/infra`.
        directory: String,
        /// The instant.
        time: SimTime,
    },
    /// A command goes on in the next line.
    More,
    /// A command asks; its question has been printed.
    Question,
}

/// Something to print.
#[derive(Debug, Clone)]
pub enum Said {
    /// What has appeared on the terminal, since an instant.
    Screen {
        /// Since when.
        since: SimTime,
        /// What.
        shown: Vec<Shown>,
    },
    /// A command has ended.
    Ended(Ended),
    /// A command asks, and its question was printed before.
    AsksAgain {
        /// Its command line.
        line: Arc<str>,
    },
    /// A command is still running after a day.
    Stuck,
    /// A word of leaselab's was the answer to a question, as every line is there.
    TakenAsAnswer {
        /// The word.
        word: &'static str,
    },
    /// Ctrl+C is pressed.
    Pressed,
    /// Ctrl+C strikes earlier than what was printed already.
    Rewound {
        /// To which instant.
        time: SimTime,
    },
    /// What there is to know.
    Look(Box<Look>),
    /// A hint.
    Hint(Box<Hint>),
    /// What a printed line means.
    Why(Why),
    /// A command was taken back; at the wreck there is none.
    Undone {
        /// Its text, and when it was typed.
        line: String,
        /// The instant.
        time: SimTime,
    },
    /// It begins again.
    Again,
    /// A colleague answers.
    Colleague(Asked),
    /// Somebody else sits down.
    Switched {
        /// Who.
        operator: String,
    },
    /// The state table.
    Truth {
        /// What is so.
        observation: Box<Observation>,
        /// The words behind the numbers.
        names: Arc<Names>,
    },
    /// What can be typed.
    Help {
        /// Whether there are several who type.
        in_turns: bool,
        /// Where the state is, which has a tool of its own.
        backend: Backend,
    },
    /// The line was not typed.
    Refused(Refused),
    /// The drill is over; the grade comes.
    Over,
}

/// How a command ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Ended {
    /// Its exit status.
    pub exit: u8,
    /// How long it took.
    pub took: SimDuration,
}

/// What a printed line means.
#[derive(Debug, Clone)]
pub enum Why {
    /// These topics explain it.
    Explained {
        /// The line.
        line: String,
        /// What explains it.
        topics: Vec<&'static Topic>,
        /// Where the state is.
        backend: Backend,
        /// The earlier command that printed it, where the last one had no error.
        earlier: Option<Arc<str>>,
        /// How long a lock lasts that nobody renews, where that bears on it and it is not forever.
        lease: Option<SimDuration>,
    },
    /// Nothing is known of it.
    Unknown {
        /// The line.
        line: String,
        /// The earlier command that printed it, where the last one had no error.
        earlier: Option<Arc<str>>,
    },
    /// Nothing was printed.
    NothingPrinted,
}

/// Why a line was not typed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Refused {
    /// It is nothing that the model knows, or no shell.
    NotUnderstood(String),
    /// A placeholder stands where an ID belongs.
    Placeholder,
    /// It has a character that no keyboard types.
    ControlCharacter(char),
    /// So many commands are not typed in one drill.
    TooMany(usize),
    /// There is nobody of that name.
    Nobody {
        /// The name, as it was typed.
        name: String,
        /// Who there is.
        known: Vec<String>,
    },
    /// No hints are given.
    NoHints,
    /// There is nothing to take back.
    NothingToUndo,
    /// Nothing runs that Ctrl+C could strike.
    NothingToInterrupt,
    /// It had ended by then.
    EndedBefore {
        /// How long it took.
        took: SimDuration,
    },
    /// The command is still running.
    Busy,
    /// An answer, and nothing asks.
    NothingAsks,
}

/// A colleague who was asked.
#[derive(Debug, Clone)]
pub struct Asked {
    /// Who.
    pub operator: String,
    /// The instant.
    pub now: SimTime,
    /// What they are doing.
    pub doing: Vec<Doing>,
    /// The last command that has ended.
    pub last: Option<LastRun>,
}

/// A command that a colleague is running.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Doing {
    /// Its command line.
    pub line: Arc<str>,
    /// Since when.
    pub since: SimTime,
    /// Whether it waits for an answer.
    pub is_asking: bool,
}

/// A command that a colleague ran.
#[derive(Debug, Clone)]
pub struct LastRun {
    /// Its command line.
    pub line: Arc<str>,
    /// When it ended.
    pub ended: SimTime,
    /// Its exit status.
    pub exit: u8,
    /// Whether a signal killed it.
    pub is_killed: bool,
    /// What they saw last.
    pub saw: Vec<String>,
}
