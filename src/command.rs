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

pub mod parse;
mod word;
pub(crate) mod wording;

use std::sync::Arc;

pub(crate) use parse::is_about_the_login;
pub use parse::passive::Passive;
pub use parse::{CommandError, CommandErrorKind, parse, parse_typed, parse_words};
pub(crate) use word::STANDARD_INPUT;

use crate::kernel::SimDuration;
use crate::shell::Script;
use crate::terraform::invocation::{Invocation, LockIdArgument};

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
    /// What the shell has to read: several commands, expansions, other programs.
    Script(Script),
}

/// `az storage blob …` on the state blob. Options that name the account, the container and the
/// blob are accepted: the model has one blob.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum AzCommand {
    /// `show`: prints properties and metadata.
    Show,
    /// `list`
    List,
    /// `upload --file FILE --overwrite [--lease-id ID]`
    Upload {
        /// The file in the working directory.
        file: Arc<str>,
        /// `--lease-id`
        lease_id: Option<LockIdArgument>,
    },
    /// `download --file FILE`
    Download {
        /// The file to write in the working directory.
        file: Arc<str>,
    },
    /// `delete [--lease-id ID] [--delete-snapshots include]`
    Delete {
        /// `--lease-id`
        lease_id: Option<LockIdArgument>,
        /// `--delete-snapshots include`: with its snapshots, which else keep it.
        with_snapshots: bool,
    },
    /// `snapshot`
    Snapshot,
    /// `lease break [--lease-break-period SECONDS]`
    LeaseBreak {
        /// The break period, 0–60 s; none: what is left of the lease.
        period: Option<SimDuration>,
    },
    /// `lease acquire [--lease-duration SECONDS] [--proposed-lease-id ID]`
    LeaseAcquire {
        /// 15–60 s, or none for an infinite lease.
        duration: Option<SimDuration>,
        /// `--proposed-lease-id`
        proposed: Option<Arc<str>>,
    },
    /// `lease release --lease-id ID`
    LeaseRelease {
        /// `--lease-id`
        lease_id: LockIdArgument,
    },
    /// `lease renew --lease-id ID`
    LeaseRenew {
        /// `--lease-id`
        lease_id: LockIdArgument,
    },
    /// `lease change --lease-id ID --proposed-lease-id ID`
    LeaseChange {
        /// `--lease-id`
        lease_id: LockIdArgument,
        /// `--proposed-lease-id`
        proposed: Arc<str>,
    },
}
