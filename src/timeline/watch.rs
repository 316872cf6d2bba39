//! Watches: who looks at every instant of a replication.

use super::log::Log;
use super::observation::Observation;

/// Looks at every instant of a replication, as it is at its end.
///
/// An observation shares its structure with the world, so that all of them can be kept:
///
/// ```
/// use std::sync::Arc;
///
/// use leaselab::kernel::Seed;
/// use leaselab::scenario;
/// use leaselab::simulation::{Recording, simulate_watched};
/// use leaselab::timeline::Observation;
///
/// let source = b"
/// leaselab: 1
/// title: a plain apply
/// resources: { vnet: { type: azurerm_virtual_network, create: 4s } }
/// steps: [{ run: terraform apply -auto-approve, as: alice }]
/// ";
/// let scenario = Arc::new(scenario::parse("plain.yaml", source)?);
/// let mut instants: Vec<Observation> = Vec::new();
/// simulate_watched(&scenario, Seed(0), Recording::Off, &mut instants);
/// let at_risk = instants.iter().filter(|instant| !instant.unsaved().is_empty());
/// assert!(at_risk.count() > 1, "what exists is not saved at once");
/// # Ok::<(), scenario::ScenarioErrors>(())
/// ```
pub trait Watch {
    /// An instant has ended.
    fn instant(&mut self, observation: Observation);

    /// Whether the instant that has ended is of interest, `facts` being all so far: what is not
    /// looked at is not observed.
    fn is_due(&mut self, facts: &Log) -> bool {
        let _ = facts;
        true
    }

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
