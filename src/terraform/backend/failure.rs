//! Why a job of a client failed.

use crate::terraform::diagnostic::Cause;
use crate::terraform::lock::LockInfo;

/// Why a backend could not be opened.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum OpenFailure {
    /// What was read is no state.
    Unsupported(Cause),
    /// There is no state, and somebody holds the lock that it takes to make one.
    Locked(Cause),
    /// Anything else.
    Other(Cause),
}

impl From<ReadFailure> for OpenFailure {
    fn from(failure: ReadFailure) -> Self {
        match failure {
            ReadFailure::Unsupported(cause) => Self::Unsupported(cause),
            ReadFailure::Problems(cause) | ReadFailure::File(cause) | ReadFailure::Other(cause) => {
                Self::Other(cause)
            }
        }
    }
}

/// Why a state could not be read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ReadFailure {
    /// What was read is no state.
    Unsupported(Cause),
    /// What was read is no state; operations name the problems one by one, other commands count
    /// them.
    Problems(Cause),
    /// The file could not be read.
    File(Cause),
    /// Anything else.
    Other(Cause),
}

impl ReadFailure {
    /// The cause.
    pub fn into_cause(self) -> Cause {
        match self {
            Self::Unsupported(cause)
            | Self::Problems(cause)
            | Self::File(cause)
            | Self::Other(cause) => cause,
        }
    }
}

/// Why a lock could not be taken.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LockFailure {
    /// Why.
    pub cause: Cause,
    /// The holder's lock info. Only with it is a retry worth while.
    pub info: Option<LockInfo>,
}

/// Why a save failed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SaveFailure {
    /// Why.
    pub cause: Cause,
    /// Whether the attempt counts for the serial.
    pub is_attempt: bool,
}

/// Why an unlock failed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum UnlockFailure {
    /// The lock is another one.
    Mismatch(Cause),
    /// Anything else.
    Other(Cause),
}

impl UnlockFailure {
    /// The cause.
    pub fn into_cause(self) -> Cause {
        match self {
            Self::Mismatch(cause) | Self::Other(cause) => cause,
        }
    }
}

/// That a lock could not be kept alive.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct KeepAliveFailure {
    /// Whether the client forgot over it what it holds the lock by.
    pub is_forgotten: bool,
}
