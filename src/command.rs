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

pub mod aws;
pub mod az;
pub mod curl;
pub mod failure;
pub mod gcloud;
pub mod object;
pub mod parse;
pub mod psql;
mod word;
pub(crate) mod wording;

use std::sync::Arc;

pub use aws::AwsCommand;
pub use az::AzCommand;
pub use curl::CurlCommand;
pub use gcloud::GcloudCommand;
pub use parse::passive::Passive;
pub use parse::{CommandError, CommandErrorKind, can_follow, parse, parse_typed, parse_words};
pub(crate) use parse::{is_about_the_identity, is_about_the_login, is_about_the_project};
pub use psql::PsqlCommand;
pub(crate) use word::{PLACEHOLDERS, STANDARD_INPUT};

use crate::shell::Script;
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
    /// `aws …`
    Aws(AwsCommand),
    /// `psql -c …`
    Psql(PsqlCommand),
    /// `gcloud storage …` or `gsutil …`
    Gcloud(GcloudCommand),
    /// `curl …`
    Curl(CurlCommand),
    /// What the shell has to read: several commands, expansions, other programs.
    Script(Script),
}
