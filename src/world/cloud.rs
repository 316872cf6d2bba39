//! The cloud: the objects that really exist, and the operations on them that are under way.
//!
//! An operation belongs to the process that asked for it until that process is gone. What the
//! cloud has accepted goes on without it.

mod leave;
mod reach;

use std::sync::Arc;

use super::{Actor, Agenda, Event, RunId, World};
use crate::fault::Way;
use crate::kernel::{EventKey, SimTime};
use crate::scenario::{
    Accepts, CredentialState, FailMode, LinkState, ObjectName, ObjectStatus, Peer, ResourceConfig,
};
use crate::terraform::plan::CloudView;
use crate::terraform::process::{OperationEnd, OperationOrder, OperationOutcome, Told};
use crate::terraform::trie::Trie;
use crate::terraform::{Attributes, Names, ObjectId, OperationKind, RecordedObject, ResourceId};
use crate::timeline::{CloudFact, CloudObject, CloudObjects, Copied, OperationFact};

/// An operation under way.
#[derive(Debug, Clone)]
struct Operation {
    run: RunId,
    order: OperationOrder,
    object: ObjectId,
    outcome: OperationOutcome,
    due: SimTime,
    key: EventKey,
    /// Whether the cloud goes on with it on its own.
    is_accepted: bool,
    /// Whether the process still waits for it.
    is_awaited: bool,
}

/// The [cloud](self).
#[derive(Debug, Clone, Default)]
pub(super) struct Cloud {
    objects: CloudObjects,
    operations: Vec<Option<Operation>>,
    free: Vec<u32>,
    generated: u32,
    /// The object that was made last for each resource.
    latest: Trie<ObjectId>,
    /// Orders and ends that a black hole keeps from arriving.
    held_orders: Vec<(RunId, OperationOrder)>,
    held_ends: Vec<(RunId, OperationEnd)>,
}

fn position(slot: u32) -> usize {
    usize::try_from(slot).expect("a slot of an operation")
}

fn resource_position(resource: ResourceId) -> usize {
    usize::try_from(resource.0).expect("a resource that a scenario names")
}

/// The cloud as providers see it.
#[derive(Debug)]
pub(super) struct View<'a> {
    pub(super) cloud: &'a Cloud,
    pub(super) names: &'a Names,
}

impl CloudView for View<'_> {
    fn read(&self, object: ObjectId) -> Option<Arc<Attributes>> {
        self.cloud
            .objects
            .get(object)
            .map(|object| Arc::clone(&object.attributes))
    }

    fn find(&self, id: &str, resource: ResourceId) -> Option<ObjectId> {
        let last = |text: &str| text.rsplit('/').next().map(str::to_owned);
        let wanted = last(id);
        self.cloud
            .objects
            .iter()
            .filter(|(_, object)| self.names.are_of_one_type(object.resource, resource))
            .map(|(id, _)| id)
            .find(|object| last(&self.names.object(*object)) == wanted)
    }
}

impl Cloud {
    pub(super) const fn objects(&self) -> &CloudObjects {
        &self.objects
    }

    /// The object that was made last for a resource.
    pub(super) fn latest_of(&self, resource: ResourceId) -> Option<ObjectId> {
        self.latest.get(resource_position(resource)).copied()
    }

    fn identity(&mut self, name: ObjectName) -> ObjectId {
        match name {
            ObjectName::Given(name) => ObjectId {
                name,
                generation: 0,
            },
            ObjectName::Generated(name) => {
                self.generated += 1;
                ObjectId {
                    name,
                    generation: self.generated,
                }
            }
        }
    }

    /// Makes a resource's object exist, and returns what a state would record of it.
    pub(super) fn place(
        &mut self,
        resource: ResourceId,
        config: Option<&Arc<ResourceConfig>>,
    ) -> Option<Arc<RecordedObject>> {
        let config = config?;
        let id = self.identity(config.name);
        self.insert(id, resource, config, ObjectStatus::Exists);
        Some(Arc::new(self.record_of(id, config)))
    }

    /// What a state would record of an object that was made as it is configured.
    fn record_of(&self, id: ObjectId, config: &ResourceConfig) -> RecordedObject {
        let attributes = match self.objects.get(id) {
            Some(object) => &object.attributes,
            None => &config.attributes,
        };
        RecordedObject {
            id,
            is_tainted: false,
            attributes: Arc::clone(attributes),
            inputs: Some(Arc::clone(&config.inputs)),
            dependencies: Arc::clone(&config.needs),
            delete: config.delete,
        }
    }

    /// What a state that somebody wrote records for a resource: this object, or else the one that
    /// exists, or existed last. `None` where the cloud would make up a name, and never did.
    pub(super) fn written(
        &self,
        resource: ResourceId,
        object: Option<ObjectId>,
        config: Option<&Arc<ResourceConfig>>,
    ) -> Option<Arc<RecordedObject>> {
        let config = config?;
        let latest = self.latest.get(resource_position(resource)).copied();
        let existing = || match latest {
            Some(latest) if self.objects.contains(latest) => Some(latest),
            Some(_) | None => self.has_object_of(resource).or(latest),
        };
        let given = || match config.name {
            ObjectName::Given(name) => Some(ObjectId {
                name,
                generation: 0,
            }),
            ObjectName::Generated(_) => None,
        };
        let id = object.or_else(existing).or_else(given)?;
        Some(Arc::new(self.record_of(id, config)))
    }

    pub(super) const fn objects_mut(&mut self) -> &mut CloudObjects {
        &mut self.objects
    }

    /// A new object.
    fn insert(
        &mut self,
        id: ObjectId,
        resource: ResourceId,
        config: &ResourceConfig,
        status: ObjectStatus,
    ) {
        let object = CloudObject {
            resource,
            status,
            attributes: Arc::clone(&config.attributes),
            inputs: Arc::clone(&config.inputs),
            is_whole: status == ObjectStatus::Exists,
            copied: Copied::default(),
        };
        self.objects.insert(id, object);
        self.latest.insert(resource_position(resource), id);
    }

    /// Changes an object. Returns whether it is still there.
    pub(super) fn alter(&mut self, id: ObjectId, change: impl FnOnce(&mut CloudObject)) -> bool {
        let object = self.objects.get_mut(id);
        object.map(change).is_some()
    }

    fn hold(&mut self, operation: Operation) {
        let slot = position(self.next_slot());
        if slot == self.operations.len() {
            self.operations.push(Some(operation));
        } else {
            self.free.pop();
            self.operations[slot] = Some(operation);
        }
    }

    /// Where the next operation will stand.
    fn next_slot(&self) -> u32 {
        self.free.last().copied().unwrap_or_else(|| {
            u32::try_from(self.operations.len()).expect("fewer than 2³² operations")
        })
    }

    fn take(&mut self, slot: u32) -> Option<Operation> {
        let operation = self.operations[position(slot)].take()?;
        self.free.push(slot);
        Some(operation)
    }

    fn slots_of(&self, is_wanted: impl Fn(&Operation) -> bool) -> Vec<u32> {
        (0..u32::try_from(self.operations.len()).expect("fewer than 2³² operations"))
            .filter(|slot| {
                self.operations[position(*slot)]
                    .as_ref()
                    .is_some_and(&is_wanted)
            })
            .collect()
    }

    fn operation(&self, slot: u32) -> &Operation {
        self.operations[position(slot)]
            .as_ref()
            .expect("a slot that is taken")
    }

    fn operation_mut(&mut self, slot: u32) -> &mut Operation {
        self.operations[position(slot)]
            .as_mut()
            .expect("a slot that is taken")
    }

    /// The process is gone: its operations go on without it.
    pub(super) fn detach(&mut self, run: RunId) {
        for operation in self
            .operations
            .iter_mut()
            .flatten()
            .filter(|op| op.run == run)
        {
            operation.is_awaited = false;
        }
    }

    /// The resources that a process is creating.
    pub(super) fn has_object_of(&self, resource: ResourceId) -> Option<ObjectId> {
        self.objects
            .iter()
            .find_map(|(id, object)| (object.resource == resource).then_some(id))
    }
}

impl World {
    /// A process asks a provider for an operation.
    pub(super) fn begin_operation(
        &mut self,
        run: RunId,
        order: OperationOrder,
        agenda: &mut Agenda,
    ) {
        let now = agenda.now;
        let operator = self.run(run).operator;
        let began = OperationFact::Began {
            resource: order.resource,
            kind: order.kind,
        };
        let told = Told::Operation(began.clone());
        self.keep_told(run, &told, agenda);
        self.show_told(run, &told, now);
        self.record(now, Actor::Operator(operator), || began);
        if self.run(run).is_pipe_broken {
            return self.kill(run, crate::terraform::Signal::Pipe, now);
        }
        let link = self.faults.links.get(operator, Peer::Cloud, Way::Outward);
        match link.value {
            LinkState::Up => {}
            LinkState::Cut => {
                self.faults.ledger.feel(link.by);
                return Self::report(run, &order, OperationOutcome::Disconnected, None, agenda);
            }
            LinkState::Blackhole => {
                self.faults.ledger.feel(link.by);
                return self.cloud.held_orders.push((run, order));
            }
        }
        let credentials = self.machine(operator).cloud_credentials;
        if credentials.value == CredentialState::Expired {
            self.faults.ledger.feel(credentials.by);
            return Self::report(run, &order, OperationOutcome::Unauthorized, None, agenda);
        }
        self.accept_operation(run, order, agenda);
    }

    fn report(
        run: RunId,
        order: &OperationOrder,
        outcome: OperationOutcome,
        object: Option<ObjectId>,
        agenda: &mut Agenda,
    ) {
        let object = object.filter(|_| outcome.has_id());
        let end = OperationEnd {
            node: order.node,
            kind: order.kind,
            outcome,
            object,
        };
        agenda
            .events
            .schedule(agenda.now, Event::OperationReported(run, end));
    }

    fn accept_operation(&mut self, run: RunId, order: OperationOrder, agenda: &mut Agenda) {
        let operator = self.run(run).operator;
        let failure = self
            .faults
            .strike_operation(order.resource, order.kind, operator);
        let config = order.config.clone();
        let object = match (&order.recorded, &config) {
            (Some(recorded), _) => recorded.id,
            (None, Some(config)) => self.cloud.identity(config.name),
            (None, None) => unreachable!("what is created is configured"),
        };
        if order.kind == OperationKind::Create && self.cloud.objects.get(object).is_some() {
            return Self::report(run, &order, OperationOutcome::AlreadyExists, None, agenda);
        }
        let outcome = planned_outcome(order.kind, failure);
        if (order.kind, outcome) == (OperationKind::Create, OperationOutcome::FailedBefore)
            && failure == Some(FailMode::Before)
        {
            return Self::report(run, &order, outcome, None, agenda);
        }
        let duration = match (order.kind, &config, &order.recorded) {
            (OperationKind::Create, Some(config), _) => config.create,
            (OperationKind::Update, Some(config), _) => config.update,
            (_, _, Some(recorded)) => recorded.delete,
            _ => unreachable!("an operation has a configuration or a record"),
        };
        let is_accepted = outcome != OperationOutcome::FailedBefore
            && self.accepts_at_start(order.resource, order.kind, config.as_ref());
        let due = agenda.now + duration;
        if is_accepted {
            if order.kind == OperationKind::Create {
                let config = config.as_ref().expect("what is created is configured");
                let status = ObjectStatus::Creating;
                self.cloud.insert(object, order.resource, config, status);
            }
            self.tell_accepted(run, &order, object, due, agenda.now);
        }
        let key = agenda
            .events
            .schedule(due, Event::OperationDue(self.cloud.next_slot()));
        let is_awaited = true;
        let operation = Operation {
            run,
            order,
            object,
            outcome,
            due,
            key,
            is_accepted,
            is_awaited,
        };
        self.cloud.hold(operation);
    }

    /// The cloud goes on with an operation on its own from now on.
    fn tell_accepted(
        &mut self,
        run: RunId,
        order: &OperationOrder,
        object: ObjectId,
        due: SimTime,
        now: SimTime,
    ) {
        let (resource, kind) = (order.resource, order.kind);
        self.record(now, Actor::Cloud, || CloudFact::Accepted {
            run,
            resource,
            object,
            kind,
            due,
        });
    }

    /// Whether the cloud has an operation as soon as it is asked for it. What the configuration
    /// no longer has is still what the scenario made it.
    fn accepts_at_start(
        &self,
        resource: ResourceId,
        kind: OperationKind,
        config: Option<&Arc<ResourceConfig>>,
    ) -> bool {
        let config = config.or_else(|| self.scenario.definitions.get(resource));
        match config.map_or(Accepts::AtStart, |config| config.accepts) {
            Accepts::AtStart => true,
            Accepts::CreateAtStart => kind == OperationKind::Create,
            Accepts::AtEnd => false,
        }
    }

    /// An operation is due: the cloud has done it, and the process learns of it.
    pub(super) fn on_operation_due(&mut self, slot: u32, agenda: &mut Agenda) {
        let Some(operation) = self.cloud.take(slot) else {
            return;
        };
        let now = agenda.now;
        let Operation {
            run,
            order,
            object,
            outcome,
            is_accepted,
            is_awaited,
            ..
        } = operation;
        self.apply_operation(&order, object, outcome, is_accepted, now);
        if outcome == OperationOutcome::Crashed {
            self.crash_providers(run, agenda);
        }
        if !is_awaited || !self.run(run).is_alive() {
            return;
        }
        let end = OperationEnd {
            node: order.node,
            kind: order.kind,
            outcome,
            object: outcome.has_id().then_some(object),
        };
        let operator = self.run(run).operator;
        let link = self.faults.links.get(operator, Peer::Cloud, Way::Inward);
        match link.value {
            LinkState::Up => {
                let event = Event::OperationReported(run, end);
                self.on_reported(run, end, event, agenda);
            }
            LinkState::Blackhole => {
                self.faults.ledger.feel(link.by);
                self.cloud.held_ends.push((run, end));
            }
            LinkState::Cut => {
                self.faults.ledger.feel(link.by);
                Self::report(run, &order, OperationOutcome::Disconnected, None, agenda);
            }
        }
    }

    /// What an operation does to the objects.
    fn apply_operation(
        &mut self,
        order: &OperationOrder,
        object: ObjectId,
        outcome: OperationOutcome,
        is_accepted: bool,
        now: SimTime,
    ) {
        let is_done = match outcome {
            OperationOutcome::Done
            | OperationOutcome::FailedWithId
            | OperationOutcome::FailedWithoutId => true,
            OperationOutcome::Crashed => is_accepted,
            OperationOutcome::FailedBefore
            | OperationOutcome::AlreadyExists
            | OperationOutcome::Cancelled
            | OperationOutcome::CancelledWithId
            | OperationOutcome::CancelledWithoutId
            | OperationOutcome::Disconnected
            | OperationOutcome::Unauthorized => false,
        };
        if !is_done {
            return;
        }
        match (order.kind, &order.config) {
            (OperationKind::Create, config) => {
                if let (Some(config), false) = (config, is_accepted) {
                    let status = ObjectStatus::Exists;
                    self.cloud.insert(object, order.resource, config, status);
                }
                let provision = config.as_ref().and_then(|config| config.provision);
                let is_there = self.cloud.alter(object, |object| {
                    object.status = ObjectStatus::Exists;
                    // An error beside the ID says nothing against it.
                    object.is_whole = provision.is_none();
                });
                // Somebody may have deleted it while it was being made.
                if !is_there {
                    return;
                }
            }
            (OperationKind::Update, Some(config)) => {
                // Somebody may have deleted it while it was being changed.
                let is_there = self.cloud.alter(object, |object| {
                    object.attributes = Arc::clone(&config.attributes);
                    object.inputs = Arc::clone(&config.inputs);
                });
                if !is_there {
                    return;
                }
            }
            (OperationKind::Delete, _) => {
                self.cloud.objects.remove(object);
            }
            (OperationKind::Update, None) => {}
        }
        let (resource, kind) = (order.resource, order.kind);
        self.recall_inputs(object, resource);
        self.record(now, Actor::Cloud, || CloudFact::Done {
            resource,
            object,
            kind,
        });
    }
}

/// How an operation will end, if nothing else comes in between. Updates and deletions can only
/// fail before, or by a crash.
fn planned_outcome(kind: OperationKind, failure: Option<FailMode>) -> OperationOutcome {
    match (failure, kind) {
        (None, _)
        | (
            Some(FailMode::AfterWithId | FailMode::AfterWithoutId),
            OperationKind::Update | OperationKind::Delete,
        ) => OperationOutcome::Done,
        (Some(FailMode::Before | FailMode::Throttled), _) => OperationOutcome::FailedBefore,
        (Some(FailMode::Crash), _) => OperationOutcome::Crashed,
        (Some(FailMode::AfterWithId), OperationKind::Create) => OperationOutcome::FailedWithId,
        (Some(FailMode::AfterWithoutId), OperationKind::Create) => {
            OperationOutcome::FailedWithoutId
        }
    }
}
