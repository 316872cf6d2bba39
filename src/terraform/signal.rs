//! Signals: what the outside does to a process.

use std::fmt;

/// A signal to a process.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Signal {
    /// Ctrl+C.
    Interrupt,
    /// What a service manager or a CI runner sends: the same to Terraform as Ctrl+C.
    Terminate,
    /// The terminal was closed.
    HangUp,
    /// The reader of the output is gone; strikes at the next write.
    Pipe,
    /// Ends the process at once.
    Kill,
}

impl Signal {
    /// All signals.
    pub const ALL: [Self; 5] = [
        Self::Interrupt,
        Self::Terminate,
        Self::HangUp,
        Self::Pipe,
        Self::Kill,
    ];

    /// The name, such as `SIGINT`.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Interrupt => "SIGINT",
            Self::Terminate => "SIGTERM",
            Self::HangUp => "SIGHUP",
            Self::Pipe => "SIGPIPE",
            Self::Kill => "SIGKILL",
        }
    }

    /// The exit status that a shell shows for a process that the signal ended.
    pub const fn shell_status(self) -> u8 {
        match self {
            Self::Interrupt => 130,
            Self::Terminate => 143,
            Self::HangUp => 129,
            Self::Pipe => 141,
            Self::Kill => 137,
        }
    }
}

impl fmt::Display for Signal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.name())
    }
}
