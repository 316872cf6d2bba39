//! What of a replication is shown.

use std::collections::BTreeSet;

use super::chart::LaneKind;
use crate::kernel::SimTime;
use crate::scenario::Scenario;
use crate::terraform::Names;
use crate::timeline::Actor;

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
        self.shows(LaneKind::of(actor).name(names))
    }
}

/// The names of the lanes that a scenario has: its operators, the state, the cloud, the faults.
pub fn lane_names(scenario: &Scenario) -> Vec<String> {
    let names = &scenario.names;
    let lanes = LaneKind::all(names).into_iter();
    lanes.map(|lane| lane.name(names).to_owned()).collect()
}
