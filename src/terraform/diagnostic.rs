//! What a process prints: diagnostics, counts, and how it ends.

use std::fmt;
use std::sync::Arc;

use super::lock::LockInfo;
use crate::azure::Refusal;

/// How many objects a plan adds, changes and destroys, as `terraform plan` prints it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Counts {
    /// To create, replacements included.
    pub add: u32,
    /// To update in place.
    pub change: u32,
    /// To delete, replacements included.
    pub destroy: u32,
}

impl Counts {
    /// Whether nothing is to be done.
    pub const fn is_nothing(self) -> bool {
        self.add == 0 && self.change == 0 && self.destroy == 0
    }
}

/// An error that a process prints: the line that users search for, and what belongs to it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Diagnostic {
    /// The summary line.
    pub summary: Arc<str>,
    /// The cause, in the words of the client's transport, where there is one.
    pub cause: Option<Arc<str>>,
    /// The service's code, where the output shows one.
    pub code: Option<Refusal>,
    /// The lock info, where the output shows it.
    pub lock_info: Option<LockInfo>,
    /// Whether it is a bare cause, without a summary line that says what could not be done.
    pub is_bare: bool,
}

impl Diagnostic {
    /// A diagnostic that is its summary.
    pub fn new(summary: impl Into<Arc<str>>) -> Self {
        Self {
            summary: summary.into(),
            cause: None,
            code: None,
            lock_info: None,
            is_bare: false,
        }
    }
}

impl fmt::Display for Diagnostic {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.summary)
    }
}

/// How a run ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct RunEnd {
    /// The exit status that the shell shows.
    pub exit: u8,
    /// The plan's counts, where one was printed.
    pub plan: Option<Counts>,
    /// What was applied: printed by an apply or destroy that succeeded.
    pub applied: Option<Counts>,
}
