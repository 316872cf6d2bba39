//! What reaches the cloud from outside: links that are cut and heal, and hands past Terraform.

use std::sync::Arc;

use crate::kernel::SimTime;
use crate::scenario::{CloudChange, Peer};
use crate::terraform::process::OperationOutcome;
use crate::terraform::{OperationKind, OperatorId, RunId};
use crate::timeline::{CloudFact, Idleness};
use crate::world::run::Runner;
use crate::world::{Actor, Agenda, Done, Event, World};

impl World {
    /// The connections of a machine to the cloud are reset. Returns whether there was one.
    pub(in crate::world) fn reset_cloud_connections(
        &mut self,
        operator: OperatorId,
        agenda: &mut Agenda,
    ) -> bool {
        let mut has_struck = false;
        let runs: Vec<RunId> = self
            .started
            .iter()
            .copied()
            .filter(|run| self.run(*run).operator == operator && self.run(*run).is_alive())
            .collect();
        for slot in self
            .cloud
            .slots_of(|op| runs.contains(&op.run) && op.is_awaited)
        {
            let operation = self.cloud.operation(slot);
            let (run, order) = (operation.run, operation.order.clone());
            self.let_go(slot, agenda);
            Self::report(run, &order, OperationOutcome::Disconnected, None, agenda);
            has_struck = true;
        }
        for (run, order) in std::mem::take(&mut self.cloud.held_orders) {
            if runs.contains(&run) {
                Self::report(run, &order, OperationOutcome::Disconnected, None, agenda);
                has_struck = true;
            } else {
                self.cloud.held_orders.push((run, order));
            }
        }
        for (run, mut end) in std::mem::take(&mut self.cloud.held_ends) {
            if runs.contains(&run) {
                end.outcome = OperationOutcome::Disconnected;
                end.object = None;
                agenda
                    .events
                    .schedule(agenda.now, Event::OperationReported(run, end));
                has_struck = true;
            } else {
                self.cloud.held_ends.push((run, end));
            }
        }
        has_struck
    }

    /// The link to the cloud works again: what the black hole held goes its way.
    pub(in crate::world) fn release_cloud_link(&mut self, agenda: &mut Agenda) {
        let is_up = |world: &Self, run: RunId| {
            let operator = world.run(run).operator;
            world.faults.links.is_up(operator, Peer::Cloud)
        };
        for (run, order) in std::mem::take(&mut self.cloud.held_orders) {
            if !self.run(run).is_alive() {
                continue;
            }
            if is_up(self, run) {
                self.accept_operation(run, order, agenda);
            } else {
                self.cloud.held_orders.push((run, order));
            }
        }
        for (run, end) in std::mem::take(&mut self.cloud.held_ends) {
            if is_up(self, run) && matches!(self.run(run).runner, Runner::Terraform(_)) {
                agenda
                    .events
                    .schedule(agenda.now, Event::OperationReported(run, end));
            } else {
                self.cloud.held_ends.push((run, end));
            }
        }
    }

    /// Somebody changes objects past Terraform. Returns why nothing changed, where nothing did.
    pub(in crate::world) fn change_cloud(&mut self, change: &CloudChange, now: SimTime) -> Done {
        let mut has_changed = false;
        let mut was_so = false;
        let mut changed = |world: &mut Self, resource, kind| {
            has_changed = true;
            world.record(now, Actor::Cloud, || CloudFact::ChangedOutside {
                resource,
                kind,
            });
        };
        match change {
            CloudChange::Delete(resources) => {
                for resource in resources {
                    while let Some(object) = self.cloud.has_object_of(*resource) {
                        self.cloud.objects.remove(object);
                        changed(self, *resource, OperationKind::Delete);
                    }
                }
            }
            CloudChange::Change(changes) => {
                for (resource, attributes) in changes {
                    let Some(object) = self.cloud.has_object_of(*resource) else {
                        continue;
                    };
                    let old = self.cloud.objects.get(object).expect("it was found");
                    let mut merged = (*old.attributes).clone();
                    merged.extend(attributes.clone());
                    if merged == *old.attributes {
                        was_so = true;
                        continue;
                    }
                    self.cloud
                        .alter(object, |object| object.attributes = Arc::new(merged));
                    changed(self, *resource, OperationKind::Update);
                }
            }
            CloudChange::Create(resources) => {
                for resource in resources {
                    let config = self.scenario.definitions.get(*resource).cloned();
                    if let Some(placed) = self.cloud.place(*resource, config.as_ref()) {
                        self.recall_inputs(placed.id, *resource);
                        changed(self, *resource, OperationKind::Create);
                    }
                }
            }
        }
        match (has_changed, was_so) {
            (true, _) => Done::Acted,
            (false, true) => Done::Idle(Idleness::ObjectsUnchanged),
            (false, false) => Done::Idle(Idleness::NoObject),
        }
    }
}
