//! What other programs than Terraform say when they fail: `rm`, `cp`, `mv`, `jq`, `az`.
//!
//! A [`Dialect`](super::dialect::Dialect) has Terraform's words; here are theirs.

use std::fmt;
use std::sync::Arc;

use super::backend::azurerm::TransportError;
use crate::service::local::FileError;

/// Why a program failed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ProgramError {
    /// A file that it was to read is not there.
    NoSuchFile {
        /// The file.
        file: Arc<str>,
    },
    /// `rm` of a file that is not there, or that stays.
    NotRemoved {
        /// The file.
        file: Arc<str>,
    },
    /// `mv` of a file that stays.
    NotMoved {
        /// The file.
        from: Arc<str>,
        /// Where it was to go.
        to: Arc<str>,
        /// Why.
        error: FileError,
    },
    /// `jq` of something that is no state.
    NoStateFile {
        /// The file.
        file: Arc<str>,
    },
    /// A request of `az` failed.
    RequestFailed(TransportError),
}

impl fmt::Display for ProgramError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NoSuchFile { file } => write!(f, "{file}: No such file or directory"),
            Self::NotRemoved { file } => {
                write!(f, "rm: cannot remove '{file}': No such file or directory")
            }
            Self::NotMoved { from, to, error } => {
                write!(f, "mv: cannot move '{from}' to '{to}': {error}")
            }
            Self::NoStateFile { file } => write!(f, "jq: {file} is no state file"),
            Self::RequestFailed(error) => match error.shown_code() {
                // Two lines, of which this is one.
                Some(code) => {
                    let text = code.text().replace('\n', " ");
                    write!(f, "{text} ErrorCode:{}", code.code())
                }
                None => write!(f, "{error}"),
            },
        }
    }
}
