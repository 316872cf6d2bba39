//! The end of providers: they crash, are told to stop, or are left.

use super::Operation;
use crate::kernel::{SimDuration, SimTime};
use crate::scenario::{ObjectStatus, OnStop};
use crate::terraform::process::{OperationOutcome, Timer};
use crate::terraform::{OperationKind, RunId};
use crate::timeline::CloudFact;
use crate::world::{Actor, Agenda, Event, World};

/// How long providers get to finish when Terraform leaves them.
const PROVIDER_GRACE: SimDuration = SimDuration::from_seconds(2);

impl World {
    /// A provider crashed: everything else that it was doing is lost with it.
    pub(super) fn crash_providers(&mut self, run: RunId, agenda: &mut Agenda) {
        for slot in self.cloud.slots_of(|op| op.run == run && op.is_awaited) {
            let order = self.cloud.operation(slot).order.clone();
            self.let_go(slot, agenda);
            Self::report(run, &order, OperationOutcome::Crashed, None, agenda);
        }
    }

    /// The process no longer waits for an operation. What the cloud has accepted goes on.
    pub(super) fn let_go(&mut self, slot: u32, agenda: &mut Agenda) {
        let operation = self.cloud.operation_mut(slot);
        operation.is_awaited = false;
        if !operation.is_accepted {
            let key = operation.key;
            agenda.events.cancel(key);
            self.cloud.take(slot);
        }
    }

    /// Providers are told to stop: only creations heed it.
    pub(in crate::world) fn stop_providers(&mut self, run: RunId, agenda: &mut Agenda) {
        let is_creation = |op: &Operation| {
            op.run == run && op.is_awaited && op.order.kind == OperationKind::Create
        };
        for slot in self.cloud.slots_of(is_creation) {
            let operation = self.cloud.operation(slot);
            let config = operation
                .order
                .config
                .clone()
                .expect("what is created is configured");
            let (order, object) = (operation.order.clone(), operation.object);
            let outcome = match config.on_stop {
                OnStop::Finish => continue,
                OnStop::Cancel => {
                    self.withdraw(slot, agenda.now);
                    OperationOutcome::Cancelled
                }
                OnStop::Taint => OperationOutcome::CancelledWithId,
                OnStop::Orphan => OperationOutcome::CancelledWithoutId,
            };
            if outcome != OperationOutcome::Cancelled && !self.cloud.operation(slot).is_accepted {
                self.cloud.operation_mut(slot).is_accepted = true;
                let due = self.cloud.operation(slot).due;
                let status = ObjectStatus::Creating;
                self.cloud.insert(object, order.resource, &config, status);
                self.tell_accepted(run, &order, object, due, agenda.now);
            }
            self.let_go(slot, agenda);
            Self::report(run, &order, outcome, Some(object), agenda);
        }
    }

    /// The cloud drops the creation of an object, and what it had of it.
    fn withdraw(&mut self, slot: u32, now: SimTime) {
        let operation = self.cloud.operation_mut(slot);
        let was_accepted = std::mem::replace(&mut operation.is_accepted, false);
        let (run, object) = (operation.run, operation.object);
        let (resource, kind) = (operation.order.resource, operation.order.kind);
        self.cloud.objects.remove(object);
        if was_accepted {
            self.record(now, Actor::Cloud, || CloudFact::Withdrawn {
                run,
                resource,
                object,
                kind,
            });
        }
    }

    /// Terraform leaves its providers: they get 2 s to finish. What is not accepted by then
    /// never happens.
    pub(in crate::world) fn leave_providers(&mut self, run: RunId, agenda: &mut Agenda) {
        let limit = agenda.now + PROVIDER_GRACE;
        let mut gone = agenda.now;
        for slot in self.cloud.slots_of(|op| op.run == run && op.is_awaited) {
            let due = self.cloud.operation(slot).due;
            gone = gone.max(due.min(limit));
            if due > limit {
                self.let_go(slot, agenda);
            } else {
                self.cloud.operation_mut(slot).is_awaited = false;
            }
        }
        agenda
            .events
            .schedule(gone, Event::Timer(run, Timer::ProvidersGone));
    }
}
