//! The small programs that recovery runbooks use, as pure functions.
//!
//! `cat`, `grep`, `sed`, `awk`, `jq` and the like, over text and over files that a [`Disk`] holds:
//! no input or output of the machine that runs the simulation, no clock, no environment but the
//! one in the [`Call`]. What is printed, to which stream and with which status is what GNU
//! coreutils, grep, sed, diffutils and jq print in the locale `C.UTF-8`; a table of calls made
//! with the real programs holds that.
//!
//! Three kinds of ending are kept apart ([`Outcome`]): a program that ended, well or with an error
//! of its own, as the operator would see it; one that starts another (`xargs`, `sudo`), which is
//! the caller's to run; and a call that needs what is not modeled here, which is an error in the
//! runbook's reading and names what it was.
//!
//! All text is UTF-8. Where a program would print bytes that are not (`base64 -d` of a binary
//! file, `head -c` that cuts a character), the replacement character stands for them.

use std::collections::BTreeMap;
use std::sync::Arc;

pub use super::file::{FileError, FileKind};
pub use super::request::Stream;

mod awk;
mod calendar;
mod columns;
mod compare;
mod date;
mod decimal;
mod desk;
mod encode;
mod files;
mod format;
mod grep;
mod jq;
mod lines;
mod list;
mod options;
mod pattern;
mod remove;
mod sed;
mod small;
mod start;
mod system;
mod table;
mod text;

use super::file::base_name;
use desk::Desk;

/// The most bytes that one call may print, 1 MiB; a call that prints more is not modeled.
pub const OUTPUT_MAX: usize = 1 << 20;

/// One start of a program.
#[derive(Debug, Clone)]
pub struct Call<'a> {
    /// The name of the program, or a path that ends in it, and its arguments.
    pub argv: &'a [String],
    /// What it reads as standard input; none is the terminal, at which nobody types.
    pub stdin: Option<Arc<str>>,
    /// The exported variables.
    pub environment: &'a BTreeMap<String, String>,
    /// The working directory, absolute.
    pub cwd: &'a str,
    /// The simulated date, in seconds since 1970-01-01T00:00:00Z.
    pub now: i64,
    /// Who is logged in.
    pub user: &'a str,
    /// The machine's name.
    pub host: &'a str,
}

/// Files as programs see them. Paths are absolute and have no `.`, `..` or doubled slash.
pub trait Files {
    /// The text of a file.
    ///
    /// # Errors
    ///
    /// Whatever the file system answers.
    fn read(&self, path: &str) -> Result<Arc<str>, FileError>;

    /// What the path names; none where there is nothing.
    fn kind(&self, path: &str) -> Option<FileKind>;

    /// The names in a directory, in any order, without `.` and `..`.
    ///
    /// # Errors
    ///
    /// Whatever the file system answers.
    fn list(&self, directory: &str) -> Result<Vec<String>, FileError>;

    /// The size of a file in bytes; 4096 is usual for a directory.
    fn size(&self, path: &str) -> u64;

    /// When the file was last changed, in seconds since 1970-01-01T00:00:00Z.
    fn modified(&self, path: &str) -> i64;
}

/// Files that can be changed.
///
/// Changes are made through the disk at once, and not gathered in the answer, for two reasons: a
/// program looks at what it has changed (`mv a b c dir/`, `cp -r`), and the disk alone knows what
/// it refuses, at which change, after which the program goes on with the next file in its own
/// words.
pub trait Disk: Files {
    /// Makes one change.
    ///
    /// # Errors
    ///
    /// Whatever the file system answers; then nothing has changed.
    fn change(&mut self, change: &Change) -> Result<(), FileError>;
}

/// One change of the files. Copies and moves are changes of their own, so that a disk can keep
/// what it knows of a file beyond its text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Change {
    /// Writes text to a file, which is made if it is not there.
    Write {
        /// Which file.
        path: String,
        /// The text.
        text: String,
        /// Whether the text is added at the end instead of replacing the file's.
        append: bool,
    },
    /// Makes an empty file, or sets the time of the one that is there.
    Touch(String),
    /// Removes a file.
    Remove(String),
    /// Copies a file over whatever file is at the other path.
    Copy {
        /// The file that is read.
        from: String,
        /// The file that is written.
        to: String,
        /// Whether the copy keeps the time of the original (`cp -p`).
        keep_time: bool,
    },
    /// Moves a file or a directory with all that is in it; a file takes the place of another.
    Move {
        /// The old path.
        from: String,
        /// The new path.
        to: String,
    },
    /// Makes a directory, whose parent is there.
    MakeDirectory(String),
    /// Removes an empty directory.
    RemoveDirectory(String),
}

/// What an ended program leaves.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Output {
    /// The exit status.
    pub status: u8,
    /// What was printed, in order; neighbors are on different streams.
    pub chunks: Vec<(Stream, String)>,
}

impl Output {
    /// All that was printed on one stream.
    pub fn text(&self, stream: Stream) -> String {
        self.chunks
            .iter()
            .filter(|(on, _)| *on == stream)
            .map(|(_, text)| text.as_str())
            .collect()
    }
}

/// What became of a call.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Outcome {
    /// The program ended.
    Ended(Output),
    /// The program starts others; the caller runs them and makes the status.
    Starts(Starts),
    /// The call needs what is not modeled: a sentence that names it.
    NotModeled(String),
}

/// The commands that `xargs`, `sudo` and the like start, one after the other.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Starts {
    /// What is printed on standard error before the first.
    pub notice: String,
    /// The commands in order.
    pub commands: Vec<Start>,
    /// How the status comes out of theirs.
    pub status: StatusRule,
}

/// One command that a program starts.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Start {
    /// Its name and arguments.
    pub argv: Vec<String>,
    /// Variables that are set (some) or unset (none) for it.
    pub environment: BTreeMap<String, Option<String>>,
    /// What it reads.
    pub stdin: StartInput,
    /// After how many milliseconds it is ended (`timeout`).
    pub limit: Option<Limit>,
}

/// The end that `timeout` sets to a command.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Limit {
    /// How long it may run, in milliseconds.
    pub after: u64,
    /// The signal that ends it, without `SIG`.
    pub signal: String,
    /// After how many milliseconds more it is killed, if it has not ended.
    pub kill_after: Option<u64>,
}

/// What a started command reads as standard input.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum StartInput {
    /// That of the program which starts it.
    Inherited,
    /// Nothing.
    Empty,
}

/// How the status of a program that starts others comes out of theirs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum StatusRule {
    /// That of the last command; 124 where `timeout` ended it.
    Last,
    /// 0 if all are 0; 124 if one is 255, after which no other is started; else 123.
    Xargs,
}

impl StatusRule {
    /// The status, given those of the commands that ran so far; whether the next one starts is
    /// [`StatusRule::goes_on`].
    pub fn status(self, statuses: &[u8]) -> u8 {
        match self {
            Self::Last => statuses.last().copied().unwrap_or(0),
            Self::Xargs => match statuses {
                [.., 255] => 124,
                [.., 126] => 126,
                [.., 127] => 127,
                _ if statuses.iter().all(|status| *status == 0) => 0,
                _ => 123,
            },
        }
    }

    /// Whether another command is started after one that ended with this status.
    pub fn goes_on(self, status: u8) -> bool {
        match self {
            Self::Last => true,
            Self::Xargs => !matches!(status, 255 | 126 | 127),
        }
    }
}

/// Runs a program over the disk; none where no program of that name is known here.
pub fn run(call: &Call<'_>, disk: &mut dyn Disk) -> Option<Outcome> {
    let path = call.argv.first()?;
    let name = base_name(path);
    let program = table::find(name)?;
    let mut desk = Desk::new(call, disk, name);
    let result = program(&mut desk);
    Some(desk.end(result))
}

/// An instant in UTC, given in seconds since 1970-01-01T00:00:00Z, as `date` formats it.
pub fn date_text(seconds: i64, format: &str) -> String {
    calendar::Date::of(seconds).format(format)
}

/// The names of all programs that are known here, sorted.
pub fn names() -> Vec<&'static str> {
    table::names()
}
