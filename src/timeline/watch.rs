//! Watches: who looks at every instant of a replication.

use super::observation::Observation;

/// Looks at every instant of a replication, as it is at its end.
pub trait Watch {
    /// An instant has ended.
    fn instant(&mut self, observation: Observation);

    /// Whether no further instant is of interest: then none is observed.
    fn is_done(&self) -> bool {
        false
    }
}

/// Keeps everything.
impl Watch for Vec<Observation> {
    fn instant(&mut self, observation: Observation) {
        self.push(observation);
    }
}

/// Nobody looks.
#[derive(Debug, Clone, Copy, Default)]
pub struct Unwatched;

impl Watch for Unwatched {
    fn instant(&mut self, _: Observation) {}

    fn is_done(&self) -> bool {
        true
    }
}
