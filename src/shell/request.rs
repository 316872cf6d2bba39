//! What the machine asks for, and what it is told.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::file::{FileError, FileKind};
use crate::shell::Span;

/// An output of a program.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Stream {
    /// Standard output.
    Stdout,
    /// Standard error.
    Stderr,
}

/// Where an output of a program goes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Sink {
    /// To the terminal, as this stream of the session (`>&2` sends standard output there as
    /// standard error). Whoever runs the program shows it; what [`Ended::output`] holds of it is
    /// not shown again.
    Terminal(Stream),
    /// To a file, a pipe or a substitution: the machine takes it from [`Ended::output`].
    Captured,
}

/// A program to be run: neither a builtin nor a function.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Call {
    /// Its name and arguments.
    pub argv: Vec<String>,
    /// The exported variables, prefix assignments among them.
    pub environment: BTreeMap<String, String>,
    /// The working directory, absolute.
    pub cwd: String,
    /// Its standard input; `None` is the terminal.
    pub stdin: Option<Arc<str>>,
    /// What its arguments of the form `/dev/fd/63` hold, by path (`<(…)`).
    pub files: BTreeMap<String, Arc<str>>,
    /// Where its standard output goes.
    pub stdout: Sink,
    /// Where its standard error goes.
    pub stderr: Sink,
    /// The command in the source.
    pub span: Span,
}

/// What the machine waits for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Request {
    /// Run a program. Answer: [`Answer::Ended`]; one that is not found ends with 127 and bash's
    /// message in its output.
    Run(Call),
    /// Read a file (absolute path). Answer: [`Answer::Content`].
    Read(String),
    /// Write a file (absolute path): begin it anew, or go on at its end. An empty text creates
    /// it. Answer: [`Answer::Written`].
    Write {
        /// The absolute path.
        path: String,
        /// Whether what is there stays.
        append: bool,
        /// What is written.
        text: Arc<str>,
    },
    /// List a directory (absolute path). Answer: [`Answer::Listed`].
    List(String),
    /// Look whether a file is there (absolute path). Answer: [`Answer::Status`].
    Stat(String),
    /// Look where a program is (`command -v`, `type`). Answer: [`Answer::Located`].
    Locate(String),
    /// Let time pass (ms). Answer: [`Answer::Slept`].
    Sleep(u64),
    /// Ask the person at the terminal for a line (`read`). Answer: [`Answer::Line`].
    ReadLine,
    /// Show text on the terminal. Answer: [`Answer::Done`].
    Print {
        /// As which stream.
        stream: Stream,
        /// The text.
        text: Arc<str>,
    },
    /// The script is over, with this status. Repeated from now on.
    Exited(u8),
    /// A limit was reached; the script is over. Repeated from now on.
    Exceeded {
        /// Which limit.
        limit: Limit,
        /// The command that reached it.
        span: Span,
    },
    /// Something that came out of an expansion and is not covered, such as `$x` that is `eval`;
    /// the script is over. Repeated from now on.
    Refused {
        /// What it is.
        what: String,
        /// The command that holds it.
        span: Span,
    },
}

/// What came of a request. One that does not fit the request is not taken: the machine asks
/// again.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Answer {
    /// Begin, or go on with what [`Machine::feed`](crate::shell::Machine::feed) brought.
    Start,
    /// The program ended.
    Ended(Ended),
    /// The file's content.
    Content(Result<Arc<str>, FileError>),
    /// Whether the file was written.
    Written(Result<(), FileError>),
    /// The names in the directory, in any order; none if there is no such directory.
    Listed(Vec<String>),
    /// What is at the path; `None` is nothing.
    Status(Option<FileStatus>),
    /// Where the program is; `None` is nowhere.
    Located(Option<String>),
    /// The time has passed.
    Slept,
    /// The line without its line break; `None` is the end of input (Ctrl+D).
    Line(Option<String>),
    /// The text was shown.
    Done,
    /// SIGINT came and what was running died of it: the shell ends with 130. (A program that
    /// catches the signal and exits by itself is [`Answer::Ended`]: bash goes on then.)
    Interrupt,
}

/// How a program ended.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Ended {
    /// Its exit status.
    pub status: u8,
    /// What it wrote, in the order written.
    pub output: Vec<(Stream, Arc<str>)>,
    /// How much of [`Call::stdin`] it took (bytes). In a loop with `< file`, the rest is there
    /// for the next command.
    pub stdin_read: usize,
}

/// What is at a path.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct FileStatus {
    /// File or directory.
    pub kind: FileKind,
    /// Its size (bytes).
    pub size: u64,
}

/// What a session starts with.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Environment {
    /// Exported variables.
    pub variables: BTreeMap<String, String>,
    /// The working directory, absolute.
    pub cwd: String,
    /// `HOME`, and where `~` leads.
    pub home: String,
    /// `$1`, `$2`, ….
    pub positional: Vec<String>,
    /// `$$`.
    pub process: u32,
    /// How the shell's own messages begin.
    pub messages: Messages,
    /// What ends a script that would not end.
    pub limits: Limits,
}

impl Default for Environment {
    fn default() -> Self {
        Self {
            variables: BTreeMap::new(),
            cwd: "/".to_owned(),
            home: "/root".to_owned(),
            positional: Vec::new(),
            process: 1000,
            messages: Messages::Script,
            limits: Limits::default(),
        }
    }
}

/// Whether a person types or a script is run.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Messages {
    /// A script: `bash: line 3: …`, and an unset variable under `set -u` ends it.
    Script,
    /// A person at a prompt: `bash: …`, and such an error ends the line only.
    Interactive,
}

/// Bounds that no sensible script reaches.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Limits {
    /// Steps of the machine; a simple command takes about ten.
    pub steps_max: u64,
    /// Text that expansions, builtins and programs come to, all together (bytes).
    pub output_bytes_max: usize,
    /// Functions, loops and subshells inside each other.
    pub depth_max: usize,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            steps_max: 1_000_000,
            output_bytes_max: 64 * 1024 * 1024,
            depth_max: 1_000,
        }
    }
}

/// Which of the [`Limits`].
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Limit {
    /// [`Limits::steps_max`].
    Steps,
    /// [`Limits::output_bytes_max`].
    OutputBytes,
    /// [`Limits::depth_max`].
    Depth,
}
