//! The record that should be: what a state that is right says of each object that exists.
//!
//! The address is the one under which a writer whose configuration has it there last recorded the
//! object, or else the one that it was created for; the attributes are the cloud's; inputs and
//! taint are those of the newest copy that has them, be it the remote state, an `errored.tfstate`
//! or a living process's memory. What no copy ever had can't be missed.

use std::collections::BTreeMap;
use std::sync::Arc;

use crate::terraform::{
    Attributes, ObjectId, RecordedObject, ResourceId, StateFile, StateSnapshot,
};
use crate::timeline::{CloudObject, LocalFile, Observation};

/// What a state should record of an object.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DueRecord {
    /// Under which address.
    pub address: ResourceId,
    /// The attributes that the cloud says.
    pub attributes: Arc<Attributes>,
    /// The inputs that the newest copy has; `None` where none ever had any.
    pub inputs: Option<Arc<Attributes>>,
    /// Whether it is marked as tainted.
    pub is_tainted: bool,
}

/// What a record says as it should.
#[expect(
    clippy::struct_excessive_bools,
    reason = "each is asked for on its own; they hold in any combination"
)]
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Rightness {
    pub(super) address: bool,
    pub(super) attributes: bool,
    pub(super) inputs: bool,
    pub(super) taint: bool,
}

/// Inputs that are not there and inputs of which there are none are one to a plan.
fn are_same_inputs(one: Option<&Arc<Attributes>>, other: Option<&Arc<Attributes>>) -> bool {
    let nothing = Attributes::new();
    let [one, other] = [one, other].map(|inputs| inputs.map_or(&nothing, |inputs| &**inputs));
    one == other
}

/// The inputs that a record should have, unless it has them.
pub(super) fn missing_inputs<'o>(
    record: &RecordedObject,
    exists: &'o CloudObject,
) -> Option<&'o Arc<Attributes>> {
    let due = exists.copied.inputs.as_ref()?;
    (!are_same_inputs(record.inputs.as_ref(), Some(due))).then_some(due)
}

impl Rightness {
    /// Of a record that stands under `address`.
    pub(super) fn of(address: ResourceId, record: &RecordedObject, exists: &CloudObject) -> Self {
        Self {
            address: exists.resource == address,
            attributes: record.attributes == exists.attributes,
            inputs: missing_inputs(record, exists).is_none(),
            taint: record.is_tainted == exists.copied.is_tainted,
        }
    }

    /// Nothing is right: there is no record.
    pub(super) const NONE: Self = Self {
        address: false,
        attributes: false,
        inputs: false,
        taint: false,
    };

    /// What is right in one of two records at least.
    pub(super) const fn or(self, other: Self) -> Self {
        Self {
            address: self.address || other.address,
            attributes: self.attributes || other.attributes,
            inputs: self.inputs || other.inputs,
            taint: self.taint || other.taint,
        }
    }

    /// Whether something is right here and wrong there.
    pub(super) const fn has_more_than(self, other: Self) -> bool {
        (self.address && !other.address)
            || (self.attributes && !other.attributes)
            || (self.inputs && !other.inputs)
            || (self.taint && !other.taint)
    }
}

/// What the living processes have in memory of an object.
fn remembered(
    observation: &Observation,
    id: ObjectId,
) -> impl Iterator<Item = &Arc<RecordedObject>> {
    let walks = observation
        .beliefs()
        .filter_map(|(_, belief)| belief.walk.as_ref());
    walks
        .flat_map(|walk| walk.state.objects())
        .filter_map(move |(_, record)| (record.id == id).then_some(record))
}

/// The record that each object that exists should have.
pub fn due_records(observation: &Observation) -> BTreeMap<ObjectId, DueRecord> {
    let remote = observation.remote_state().into_iter();
    let recorded: BTreeMap<ObjectId, &Arc<RecordedObject>> = remote
        .flat_map(|file| file.snapshot.objects())
        .map(|(_, record)| (record.id, record))
        .collect();
    let due = |(id, exists): (ObjectId, &CloudObject)| {
        let is_walking = observation
            .beliefs()
            .any(|(_, belief)| belief.walk.is_some());
        let memory = || {
            is_walking
                .then(|| remembered(observation, id))
                .into_iter()
                .flatten()
        };
        let in_memory = memory().any(|record| record.inputs.as_ref() == Some(&exists.inputs));
        let record = DueRecord {
            address: exists.resource,
            attributes: Arc::clone(&exists.attributes),
            inputs: if in_memory {
                Some(Arc::clone(&exists.inputs))
            } else {
                // Where no copy had the true ones, what is recorded is the best there is.
                let recorded = || recorded.get(&id).and_then(|record| record.inputs.clone());
                exists.copied.inputs.clone().or_else(recorded)
            },
            is_tainted: exists.copied.is_tainted || memory().any(|record| record.is_tainted),
        };
        (id, record)
    };
    observation.cloud.iter().map(due).collect()
}

/// All copies of the state that can be read, the remote one first.
fn copies(observation: &Observation) -> impl Iterator<Item = &Arc<StateFile>> {
    let errored = observation.errored.values().filter_map(LocalFile::state);
    observation.remote_state().into_iter().chain(errored)
}

/// The state that should be: for each address the object that belongs there, as it should be
/// recorded. Of several the recorded one; the others are duplicates.
pub fn due_state(observation: &Observation) -> StateSnapshot {
    let mut known: BTreeMap<ObjectId, &Arc<RecordedObject>> = BTreeMap::new();
    let mut owners: BTreeMap<ResourceId, ObjectId> = BTreeMap::new();
    let due = due_records(observation);
    for file in copies(observation) {
        // A record under its own address counts more than one under another.
        for is_own in [true, false] {
            for (address, record) in file.snapshot.objects() {
                let Some(due) = due.get(&record.id) else {
                    continue;
                };
                if is_own == (address == due.address) {
                    known.entry(record.id).or_insert(record);
                    owners.entry(due.address).or_insert(record.id);
                }
            }
        }
    }
    for (id, due) in &due {
        owners.entry(due.address).or_insert(*id);
    }
    let mut state = StateSnapshot::default();
    for (address, id) in owners {
        let due = &due[&id];
        let mut configurations = observation.configurations.iter();
        let config = configurations.find_map(|configuration| configuration.get(address));
        let record = known.get(&id);
        let dependencies = record.map(|record| Arc::clone(&record.dependencies));
        let needs = || config.map(|config| Arc::clone(&config.needs));
        let delete = record.map(|record| record.delete);
        let configured = || config.map(|config| config.delete);
        let record = RecordedObject {
            id,
            is_tainted: due.is_tainted,
            attributes: Arc::clone(&due.attributes),
            inputs: due.inputs.clone(),
            dependencies: dependencies.or_else(needs).unwrap_or_default(),
            delete: delete.or_else(configured).unwrap_or_default(),
        };
        state.record(address, Arc::new(record));
    }
    state
}
