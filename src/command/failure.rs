//! How a program of the cloud fails: what it says, and its exit status.

/// What a program tells of a failure.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Failure {
    /// What stands on standard error, without a line end.
    pub text: String,
    /// The exit status.
    pub exit: u8,
}
