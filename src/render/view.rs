//! What of a replication is shown.

use std::collections::BTreeSet;

use crate::kernel::SimTime;
use crate::scenario::Scenario;
use crate::terraform::Names;
use crate::timeline::Actor;

/// The lanes beside those of the operators.
pub(super) const STATE: &str = "state";
pub(super) const CLOUD: &str = "cloud";
pub(super) const FAULTS: &str = "faults";

/// What of a replication is shown as text or as lanes.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct View {
    /// What occurred before is left out.
    pub from: SimTime,
    /// The names of the lanes that are shown; all where it is empty.
    pub only: BTreeSet<String>,
    /// Whether the state table is shown at every `expect`, at the wreck, and where cloud and
    /// records part.
    pub tables: bool,
    /// Whether the commands that mend are left out.
    pub hides_advice: bool,
    /// The file of a scenario with the same story and Terraform as it is, or with another client.
    pub sibling: Option<String>,
}

impl View {
    /// Whether a lane is shown.
    pub(super) fn shows(&self, lane: &str) -> bool {
        self.only.is_empty() || self.only.contains(lane)
    }

    /// Whether what an actor does is shown.
    pub(super) fn shows_actor(&self, actor: Actor, names: &Names) -> bool {
        self.shows(match actor {
            Actor::Operator(operator) => names.operator(operator),
            Actor::Blob => STATE,
            Actor::Cloud => CLOUD,
            Actor::Scenario => FAULTS,
        })
    }
}

/// The names of the lanes that a scenario has: its operators, the state, the cloud, the faults.
pub fn lane_names(scenario: &Scenario) -> Vec<String> {
    let operators = scenario.names.operators.iter().cloned();
    let others = [STATE, CLOUD, FAULTS].map(str::to_owned);
    operators.chain(others).collect()
}
