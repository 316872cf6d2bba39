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
    /// `az storage blob download` to where nothing can be written.
    NotDownloaded {
        /// The file.
        file: Arc<str>,
        /// Why.
        error: FileError,
    },
    /// `az storage blob download --overwrite false` over a file.
    NotOverwritten {
        /// The file.
        file: Arc<str>,
    },
    /// `az … --query` of a document that the query does not fit.
    NotQueried {
        /// The query.
        query: Arc<str>,
    },
    /// `> FILE` where the shell can't open the file.
    NotRedirected {
        /// The file.
        file: Arc<str>,
        /// Why.
        error: FileError,
    },
    /// What a program of a script says on its standard error.
    Said {
        /// The text.
        text: Arc<str>,
    },
    /// A script needs what the model does not have.
    NotModeled {
        /// What it is.
        what: Arc<str>,
    },
    /// A request of `az` failed.
    RequestFailed(TransportError),
}

/// The system's words as the programs of a shell print them: with a capital.
fn in_coreutils(error: FileError) -> String {
    let text = error.to_string();
    let mut letters = text.chars();
    let first = letters.next().into_iter().flat_map(char::to_uppercase);
    first.chain(letters).collect()
}

impl fmt::Display for ProgramError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NoSuchFile { file } => write!(f, "{file}: No such file or directory"),
            Self::NotDownloaded { file, error } => write!(f, "cannot write '{file}': {error}"),
            Self::NotOverwritten { file } => write!(
                f,
                "{file} already exists. Please rename existing file or use --overwrite"
            ),
            Self::NotQueried { query } => {
                write!(f, "Invalid jmespath query supplied for `--query`: {query}")
            }
            Self::NotRedirected { file, error } => {
                write!(f, "bash: {file}: {}", in_coreutils(*error))
            }
            Self::NotModeled { what: text } | Self::Said { text } => f.write_str(text),
            Self::RequestFailed(error) => match error.shown_code() {
                // Two lines, of which this is one.
                Some(code) => {
                    let text = code.text().replace('\n', " ");
                    write!(f, "{text} ErrorCode:{}", code.code())
                }
                None => match error {
                    // A head's answer has no text, only a code.
                    TransportError::Refused(_, refusal) => write!(
                        f,
                        "Operation returned an invalid status '{}' ErrorCode:{}",
                        refusal.reason(),
                        refusal.code()
                    ),
                    TransportError::Reset(_) | TransportError::Unreadable => write!(f, "{error}"),
                },
            },
        }
    }
}
