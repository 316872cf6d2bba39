//! Lost updates: records that a save dropped from the state though its writer knew nothing of them.
//!
//! Two writers read the same state and each saves all that it knows: where nothing refuses the
//! later save, what the earlier one recorded is in no state any more, and both were told that all
//! went well. So it is wherever a save does not carry a lock that is checked.

use crate::terraform::{OperatorId, RunId, Serial};

/// How a record vanished.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Loss {
    /// A save replaced a state that had it, and which its writer had not read.
    Overwritten,
    /// The save that was to record it found another state first and put that back: as long as no
    /// state is known, a save looks whether there is one, and takes over what it finds.
    PutBack,
}

/// A record that vanished from the state and that nobody has put back since.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct LostUpdate {
    /// Who had saved it, or was to; `None` where no command had.
    pub writer: Option<OperatorId>,
    /// The command whose save dropped it.
    pub by: RunId,
    /// How.
    pub loss: Loss,
    /// The serial of the state that had it, or of the one that was put back.
    pub serial: Serial,
}
