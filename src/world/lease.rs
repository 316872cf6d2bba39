//! What became of the lease and of the state blob, seen from outside.

use std::sync::Arc;

use super::memory::Writer;
use super::{Actor, Agenda, Event, World};
use crate::kernel::{EventKey, SimTime};
use crate::scenario::{BlobChange, Scenario, Verb};
use crate::service::azure::{LeaseId, LeaseState, Term};
use crate::terraform::backend::azurerm::BlobSuccess;
use crate::terraform::{BlobContent, RunId, StateFile};
use crate::timeline::{BlobVersions, LeaseFact};

/// The lease as it was seen last, and the states that the blob has held.
#[derive(Debug, Clone)]
pub(super) struct LeaseWatch {
    seen: LeaseState,
    /// Which run took the lease last.
    taken_by: Option<RunId>,
    /// The event that looks again when time may change the lease.
    due: Option<EventKey>,
    /// The last state that the blob held.
    last: Option<Arc<StateFile>>,
    /// The state that the blob no longer holds, where it lost one.
    lost: Option<Arc<StateFile>>,
    /// The states that the blob has held. They are kept where a step restores one.
    versions: BlobVersions,
}

impl LeaseWatch {
    /// `seen` is the lease before the first step.
    pub(super) fn new(scenario: &Scenario, seen: LeaseState) -> Self {
        let restores = scenario
            .steps
            .iter()
            .any(|step| matches!(step.verb, Verb::Blob(BlobChange::Restore(_))));
        Self {
            seen,
            taken_by: None,
            due: None,
            last: None,
            lost: None,
            versions: BlobVersions::new(restores),
        }
    }

    /// A run took the lease.
    pub(super) const fn taken(&mut self, run: RunId) {
        self.taken_by = Some(run);
    }

    /// Which run took the lease, if it is held.
    pub(super) const fn holder(&self) -> Option<RunId> {
        match self.seen {
            LeaseState::Leased { .. } | LeaseState::Breaking { .. } => self.taken_by,
            LeaseState::Available | LeaseState::Expired { .. } | LeaseState::Broken { .. } => None,
        }
    }

    pub(super) const fn lost(&self) -> Option<&Arc<StateFile>> {
        self.lost.as_ref()
    }

    /// The Nth last state before what the blob holds now, `held`: where that is no state any more,
    /// the last state that it held is the first one before.
    pub(super) fn earlier(&self, back: u64, held: Option<&BlobContent>) -> Option<Arc<StateFile>> {
        let back = match held {
            Some(BlobContent::State(_)) => back,
            Some(BlobContent::Empty | BlobContent::Unreadable(_)) | None => back.checked_sub(1)?,
        };
        self.versions.earlier(back).cloned()
    }

    /// The states that the blob has held.
    pub(super) const fn versions(&self) -> &BlobVersions {
        &self.versions
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

/// The ID of a lease that is active, or that the blob remembers.
const fn id(state: LeaseState) -> Option<LeaseId> {
    match state {
        LeaseState::Available => None,
        LeaseState::Leased { id, .. }
        | LeaseState::Expired { id, .. }
        | LeaseState::Breaking { id, .. }
        | LeaseState::Broken { id } => Some(id),
    }
}

/// When time alone will change the lease.
const fn end(state: LeaseState) -> Option<SimTime> {
    match state {
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
    }
}

/// What became of the lease between two looks, other than by the answer to a request.
fn became(old: LeaseState, new: LeaseState) -> Option<LeaseFact> {
    match new {
        LeaseState::Available => id(old).map(|id| LeaseFact::Cleared { id }),
        // Only a request does that.
        LeaseState::Leased { .. } => None,
        LeaseState::Expired { id, .. } => match old {
            LeaseState::Expired { .. } => None,
            LeaseState::Available
            | LeaseState::Leased { .. }
            | LeaseState::Breaking { .. }
            | LeaseState::Broken { .. } => Some(LeaseFact::Expired { id }),
        },
        LeaseState::Breaking { id, until } => {
            (old != new).then_some(LeaseFact::Breaking { id, until })
        }
        LeaseState::Broken { id } => match old {
            LeaseState::Broken { .. } => None,
            LeaseState::Available
            | LeaseState::Leased { .. }
            | LeaseState::Expired { .. }
            | LeaseState::Breaking { .. } => Some(LeaseFact::Broken { id }),
        },
    }
}

/// Whether a request that was answered so can't have changed the lease.
const fn is_look(success: &BlobSuccess) -> bool {
    match success {
        BlobSuccess::Content { .. } | BlobSuccess::Properties(_) | BlobSuccess::Listed { .. } => {
            true
        }
        BlobSuccess::Written { .. }
        | BlobSuccess::SnapshotTaken { .. }
        | BlobSuccess::Deleted
        | BlobSuccess::Undeleted
        | BlobSuccess::LeaseAcquired { .. }
        | BlobSuccess::LeaseRenewed { .. }
        | BlobSuccess::LeaseChanged { .. }
        | BlobSuccess::LeaseReleased
        | BlobSuccess::LeaseBroken { .. } => false,
    }
}

/// What a request did to the lease, by its answer; `None` where time could have done the same.
fn granted(success: &BlobSuccess, old: LeaseState, new: LeaseState) -> Option<LeaseFact> {
    let until = end(new);
    match *success {
        BlobSuccess::LeaseAcquired { id } => Some(LeaseFact::Acquired { id, until }),
        BlobSuccess::LeaseRenewed { id } => Some(LeaseFact::Renewed { id, until }),
        BlobSuccess::LeaseChanged { id: new } => id(old).map(|old| LeaseFact::Changed { old, new }),
        BlobSuccess::LeaseReleased => id(old).map(|id| LeaseFact::Released { id }),
        BlobSuccess::Content { .. }
        | BlobSuccess::Properties(_)
        | BlobSuccess::Listed { .. }
        | BlobSuccess::Written { .. }
        | BlobSuccess::SnapshotTaken { .. }
        | BlobSuccess::Deleted
        | BlobSuccess::Undeleted
        | BlobSuccess::LeaseBroken { .. } => None,
    }
}

impl World {
    /// Looks at what the blob holds after its content has changed.
    pub(super) fn track_blob(&mut self, by: Option<Writer>) {
        let held = self.service.blob().and_then(|blob| blob.content.state());
        let held = held.cloned();
        self.track_state(held.as_ref(), by);
        if let Some(file) = &held {
            self.lease.versions.push(file);
        }
    }

    /// Looks at the state that is stored after a change, and at who did it.
    pub(super) fn track_state(&mut self, held: Option<&Arc<StateFile>>, by: Option<Writer>) {
        // What was deleted before is not what this is stored over.
        let before = self.updates.held().cloned();
        self.lease.track(held);
        if let Some(file) = held {
            self.remember_stored(before.as_deref(), file, by);
        }
        self.watch_updates(held, by);
    }

    /// Tells what time has done to the lease by now.
    pub(super) fn watch_time(&mut self, agenda: &mut Agenda) {
        if end(self.lease.seen).is_some_and(|end| end <= agenda.now) {
            self.watch_lease(agenda);
        }
    }

    /// Looks at the lease, tells what became of it, and comes back when time may do more.
    pub(super) fn watch_lease(&mut self, agenda: &mut Agenda) {
        let old = self.lease.seen;
        let new = self.look_at_lease(agenda);
        if let Some(fact) = became(old, new) {
            self.record(agenda.now, Actor::Service, || fact);
        }
    }

    /// Tells what a request did to the lease, and comes back when time may do more.
    pub(super) fn tell_lease(&mut self, success: &BlobSuccess, agenda: &mut Agenda) {
        if is_look(success) {
            return;
        }
        let old = self.lease.seen;
        let new = self.look_at_lease(agenda);
        if let Some(fact) = granted(success, old, new).or_else(|| became(old, new)) {
            self.record(agenda.now, Actor::Service, || fact);
        }
    }

    fn look_at_lease(&mut self, agenda: &mut Agenda) -> LeaseState {
        let now = agenda.now;
        let state = self.service.lease_state(now);
        let next = end(state);
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
        self.lease.seen = state;
        state
    }
}
