//! What a process believes: what there is to see of it from outside.

use std::sync::Arc;

use super::super::lock::LockInfo;
use super::super::manager::StateManager;
use super::super::names::{ObjectId, ResourceId};
use super::super::plan::NodeIndex;
use super::super::state::StateSnapshot;
use super::{Phase, Process};

/// What a living process is at.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum ProcessPhase {
    /// It has sent no request yet.
    Starting,
    /// `init` and `workspace list` ask which blobs there are.
    Listing,
    /// It looks whether there is a state, and makes one where there is none.
    Opening,
    /// It takes the lock, or waits for it.
    Locking,
    /// It reads the state.
    Reading,
    /// It refreshes and plans.
    Planning,
    /// It waits for an answer at its prompt.
    Prompting,
    /// Operations run.
    Walking,
    /// The final save is under way.
    Saving,
    /// It gives the lock back, or takes one away.
    Unlocking,
    /// It waits for its providers to end.
    Leaving,
}

impl Process {
    /// What the process is at; `None` once it has ended.
    pub const fn phase(&self) -> Option<ProcessPhase> {
        Some(match &self.phase {
            Phase::Starting => ProcessPhase::Starting,
            Phase::Listing => ProcessPhase::Listing,
            Phase::Opening(_) => ProcessPhase::Opening,
            Phase::Locking(_) => ProcessPhase::Locking,
            Phase::Reading(_) => ProcessPhase::Reading,
            Phase::Planning(_) => ProcessPhase::Planning,
            Phase::Prompting(_) => ProcessPhase::Prompting,
            Phase::Walking(_) => ProcessPhase::Walking,
            Phase::Saving(_) => ProcessPhase::Saving,
            Phase::Unlocking(_) | Phase::Forcing(_) => ProcessPhase::Unlocking,
            Phase::Leaving(_) => ProcessPhase::Leaving,
            Phase::Ended => return None,
        })
    }

    /// What the process knows of the state.
    pub const fn manager(&self) -> &StateManager {
        &self.core.manager
    }

    /// The lock that the command took and has to give back.
    pub fn lock(&self) -> Option<LockInfo> {
        self.core.lock.map(|locked| locked.info)
    }

    /// The state that the walk works on, where there has been a walk.
    pub fn walk_state(&self) -> Option<&StateSnapshot> {
        self.phase.walking().map(|walking| &walking.walk.state)
    }

    /// What the process had, where its last save took over what it found there first.
    pub const fn put_back(&self) -> Option<&StateSnapshot> {
        self.core.manager.own()
    }

    /// The object whose provisioner runs for a node of the walk's plan.
    pub fn provisioning(&self, node: NodeIndex) -> Option<ObjectId> {
        match &self.phase {
            Phase::Walking(walking) => walking.provisioning(node),
            Phase::Starting
            | Phase::Listing
            | Phase::Opening(_)
            | Phase::Locking(_)
            | Phase::Reading(_)
            | Phase::Planning(_)
            | Phase::Prompting(_)
            | Phase::Saving(_)
            | Phase::Unlocking(_)
            | Phase::Forcing(_)
            | Phase::Leaving(_)
            | Phase::Ended => None,
        }
    }

    /// The resources whose operations run, in their order.
    pub fn operating(&self) -> Arc<[ResourceId]> {
        let Some(walking) = self.phase.walking() else {
            return Arc::default();
        };
        let walk = &walking.walk;
        let running = walk.running().iter();
        let mut operating: Vec<ResourceId> =
            running.map(|node| walk.node(*node).resource).collect();
        operating.sort_unstable();
        operating.into()
    }
}
