//! Command lines: the words that an operator types, and what they mean.
//!
//! The spelling of commands and flags is the real one. An unknown command or flag is an error
//! that names what is known, because a runbook with a typing mistake must not pass for one that
//! works.
//!
//! ```
//! use leaselab::command::{self, Program};
//! use leaselab::terraform::Names;
//!
//! let names = Names::default();
//! let command = command::parse("terraform state push errored.tfstate", &names)?;
//! assert!(matches!(command.program, Program::Terraform(_)));
//! let error = command::parse("terraform aply", &names).expect_err("there is no such subcommand");
//! assert_eq!(error.suggestion.as_deref(), Some("apply"));
//! # Ok::<(), command::CommandError>(())
//! ```

pub mod az;
pub mod parse;
mod word;
pub(crate) mod wording;

use std::sync::Arc;

pub use az::AzCommand;
pub use parse::{CommandError, parse, parse_az};

use crate::terraform::invocation::Invocation;

/// A command line, parsed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Command {
    /// The line as it was typed.
    pub line: Arc<str>,
    /// What it runs.
    pub program: Program,
    /// `> FILE`: where the output goes, for a command that has one.
    pub redirect: Option<Arc<str>>,
}

/// The programs that an operator can run.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Program {
    /// `terraform …`
    Terraform(Invocation),
    /// `az storage blob …`
    Az(AzCommand),
    /// `rm`, `cp`, `mv`, `cat`, `ls`, `diff`, `jq`
    File(FileCommand),
}

/// Commands on files of the working directory.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum FileCommand {
    /// `rm [-f] FILE…`
    Remove {
        /// The files.
        files: Vec<Arc<str>>,
        /// `-f`: a missing file is no failure.
        force: bool,
    },
    /// `cp FROM TO`
    Copy {
        /// The file to read.
        from: Arc<str>,
        /// The file to write.
        to: Arc<str>,
    },
    /// `mv FROM TO`
    Move {
        /// The file's name.
        from: Arc<str>,
        /// The file's new name.
        to: Arc<str>,
    },
    /// `cat FILE`
    Print(Arc<str>),
    /// `ls [FILE]`: fails where the named file is missing.
    List(Option<Arc<str>>),
    /// `diff ONE TWO`: exit 0 where they are equal, else 1.
    Compare {
        /// One file.
        one: Arc<str>,
        /// The other file.
        two: Arc<str>,
    },
    /// `jq '.serial = N' FILE` or `jq '.serial += N' FILE`
    SetSerial {
        /// The state file to read.
        file: Arc<str>,
        /// What becomes of its serial.
        change: SerialChange,
    },
}

/// The edits of a serial that recovery runbooks use.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SerialChange {
    /// `.serial = N`
    Set(u64),
    /// `.serial += N`
    Add(u64),
}
