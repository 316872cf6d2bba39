//! What became of the lease and of the state blob, seen from outside.

use std::sync::Arc;

use super::{Actor, Agenda, Event, World};
use crate::kernel::{EventKey, SimDuration};
use crate::scenario::{BlobChange, FactPattern, Scenario, Verb};
use crate::service::azure::{LeaseState, Term};
use crate::terraform::{BlobContent, OperatorId, StateFile};
use crate::timeline::LockFact;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Seen {
    Available,
    Leased,
    Expired,
    Breaking,
    Broken,
}

impl From<LeaseState> for Seen {
    fn from(state: LeaseState) -> Self {
        match state {
            LeaseState::Available => Self::Available,
            LeaseState::Leased { .. } => Self::Leased,
            LeaseState::Expired { .. } => Self::Expired,
            LeaseState::Breaking { .. } => Self::Breaking,
            LeaseState::Broken { .. } => Self::Broken,
        }
    }
}

/// The lease as it was seen last, and the states that the blob has held.
#[derive(Debug, Clone)]
pub(super) struct LeaseWatch {
    seen: Seen,
    /// Who took the lease last.
    taken_by: Option<OperatorId>,
    /// The event that looks again when time may change the lease.
    due: Option<EventKey>,
    /// The last state that the blob held.
    last: Option<Arc<StateFile>>,
    /// The state that the blob no longer holds, where it lost one.
    lost: Option<Arc<StateFile>>,
    /// All states that the blob has held, where a step restores one.
    history: Option<Vec<Arc<StateFile>>>,
}

impl LeaseWatch {
    pub(super) fn new(scenario: &Scenario) -> Self {
        let restores = scenario
            .steps
            .iter()
            .any(|step| matches!(step.verb, Verb::Blob(BlobChange::Restore(_))));
        Self {
            seen: Seen::Available,
            taken_by: None,
            due: None,
            last: None,
            lost: None,
            history: restores.then(Vec::new),
        }
    }

    /// An operator took the lease.
    pub(super) const fn taken(&mut self, operator: OperatorId) {
        self.taken_by = Some(operator);
    }

    /// Who holds the lease, if it is held.
    pub(super) fn holder(&self) -> Option<OperatorId> {
        match self.seen {
            Seen::Leased | Seen::Breaking => self.taken_by,
            Seen::Available | Seen::Expired | Seen::Broken => None,
        }
    }

    pub(super) const fn lost(&self) -> Option<&Arc<StateFile>> {
        self.lost.as_ref()
    }

    /// The Nth last state before the one that the blob holds.
    pub(super) fn earlier(&self, back: u64) -> Option<Arc<StateFile>> {
        let history = self.history.as_ref()?;
        let back = usize::try_from(back).ok()?;
        history
            .len()
            .checked_sub(back + 1)
            .map(|index| Arc::clone(&history[index]))
    }

    /// Looks at the state that is stored after a change, if there is one.
    pub(super) fn track(&mut self, held: Option<&Arc<StateFile>>) {
        let Some(file) = held else {
            return self.lose_last();
        };
        let is_rollback = self
            .last
            .as_ref()
            .is_some_and(|last| last.lineage != file.lineage || last.serial > file.serial);
        if is_rollback {
            self.lose_last();
        }
        self.last = Some(Arc::clone(file));
        if let Some(history) = &mut self.history {
            history.push(Arc::clone(file));
        }
    }

    /// The blob no longer holds the last state. The first state that it lost is the one to tell
    /// of, unless this one records all that and more.
    fn lose_last(&mut self) {
        let Some(last) = &self.last else { return };
        let is_covered = self.lost.as_ref().is_none_or(|lost| {
            let mut objects = lost.snapshot.objects();
            objects.all(|(resource, object)| {
                let other = last.snapshot.object(resource);
                other.is_some_and(|other| other.id == object.id)
            })
        });
        if is_covered {
            self.lost = Some(Arc::clone(last));
        }
    }
}

impl World {
    /// Looks at what the blob holds after a change.
    pub(super) fn track_blob(&mut self) {
        let held = self.service.blob().and_then(|blob| match &blob.content {
            BlobContent::State(file) => Some(file),
            BlobContent::Empty | BlobContent::Unreadable(_) => None,
        });
        self.lease.track(held);
    }

    /// Looks at the lease, tells what time or a request did to it, and comes back when time may
    /// do more.
    pub(super) fn watch_lease(&mut self, agenda: &mut Agenda) {
        let now = agenda.now;
        let state = self.service.lease_state(now);
        let next = match state {
            LeaseState::Leased {
                term: Term::Fixed { expiry, .. },
                ..
            } => Some(expiry),
            LeaseState::Breaking { until, .. } => Some(until),
            LeaseState::Leased {
                term: Term::Infinite,
                ..
            }
            | LeaseState::Available
            | LeaseState::Expired { .. }
            | LeaseState::Broken { .. } => None,
        };
        if self.lease.due.is_some_and(|due| due.time() <= now) {
            self.lease.due = None;
        }
        // Of a lease that was renewed the old end is let come, and looks for the new one. One that
        // is gone must not keep the replication going.
        let is_due_in_time = match (self.lease.due, next) {
            (Some(due), Some(next)) => due.time() <= next,
            (None, None) => true,
            (Some(_), None) | (None, Some(_)) => false,
        };
        if !is_due_in_time {
            if let Some(due) = self.lease.due.take() {
                agenda.events.cancel(due);
            }
            self.lease.due = next.map(|next| agenda.events.schedule(next, Event::LeaseDue));
        }
        let seen = Seen::from(state);
        if seen == self.lease.seen {
            return;
        }
        self.lease.seen = seen;
        match state {
            LeaseState::Available => self.script.note(FactPattern::LeaseAvailable, now),
            LeaseState::Leased { .. } => {}
            LeaseState::Expired { .. } => {
                self.script.note(FactPattern::LeaseExpired, now);
                self.record(now, Actor::Blob, || LockFact::LeaseExpired);
            }
            LeaseState::Breaking { until, .. } => {
                let period = until.since(now);
                self.record(now, Actor::Blob, || LockFact::LeaseBroken { period });
            }
            LeaseState::Broken { .. } => {
                self.script.note(FactPattern::LeaseBroken, now);
                let period = SimDuration::ZERO;
                self.record(now, Actor::Blob, || LockFact::LeaseBroken { period });
            }
        }
    }
}
