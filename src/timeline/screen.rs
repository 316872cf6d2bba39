//! Screens: what stands on the operators' terminals.

use std::sync::Arc;

use crate::kernel::SimTime;
use crate::terraform::OperatorId;

/// Something that appeared on a terminal.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Shown {
    /// When.
    pub time: SimTime,
    /// On whose terminal.
    pub operator: OperatorId,
    /// What.
    pub what: Sight,
}

/// What can appear on a terminal.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Sight {
    /// A command line that was typed.
    Typed(Arc<str>),
    /// An answer that was typed at a prompt.
    Answered(Arc<str>),
    /// What a program wrote, as it wrote it: with its line ends, and its colors.
    Written(Arc<str>),
    /// `^C`
    Interrupted,
    /// What no terminal shows: the model does not have what was asked for.
    NotModeled(Arc<str>),
}
