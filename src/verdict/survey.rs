//! The survey: what the cloud, the remote state and each `errored.tfstate` know of one another.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use super::errored::{Balance, readable};
use crate::terraform::{
    Names, ObjectId, OperatorId, RecordedObject, ResourceId, Serial, StateFile,
};
use crate::timeline::{LocalFile, ObjectStatus, Observation, RemoteState};

/// An observation with the questions that findings ask of it.
#[derive(Debug)]
pub(super) struct Survey<'o> {
    pub(super) observation: &'o Observation,
    pub(super) names: &'o Names,
    /// Who mends what is nobody's in particular, where that is known.
    mender: Option<OperatorId>,
    /// The remote state, where it can be read.
    pub(super) remote: Option<&'o Arc<StateFile>>,
    /// Each readable `errored.tfstate`, highest serial first: the first one is pushed first.
    pub(super) errored: Vec<(OperatorId, &'o Arc<StateFile>)>,
    /// Under which resource the remote state records an object.
    recorded: BTreeMap<ObjectId, ResourceId>,
    /// Which `errored.tfstate` files record an object.
    known: BTreeMap<ObjectId, Vec<(OperatorId, Serial)>>,
}

/// What two states know of the objects that exist.
#[derive(Debug, Default)]
pub(super) struct Comparison {
    /// Objects that only the file records, with the resource under which it does.
    pub(super) only_file: BTreeMap<ObjectId, ResourceId>,
    /// Whether the file alone says of some object what the cloud says.
    pub(super) is_file_fresher: bool,
    /// Objects that only the remote state records.
    pub(super) only_remote: BTreeMap<ObjectId, ResourceId>,
    /// Whether the remote state alone says of some object what the cloud says.
    pub(super) is_remote_fresher: bool,
}

impl Comparison {
    pub(super) fn balance(&self) -> Balance {
        Balance {
            file_has_more: !self.only_file.is_empty() || self.is_file_fresher,
            remote_has_more: !self.only_remote.is_empty() || self.is_remote_fresher,
        }
    }
}

impl<'o> Survey<'o> {
    pub(super) fn new(
        observation: &'o Observation,
        names: &'o Names,
        mender: Option<OperatorId>,
    ) -> Self {
        let remote = observation.remote_state();
        let errored: Vec<_> = readable(observation).collect();
        let mut known: BTreeMap<ObjectId, Vec<(OperatorId, Serial)>> = BTreeMap::new();
        for (operator, file) in &errored {
            for (_, object) in file.snapshot.objects() {
                known
                    .entry(object.id)
                    .or_default()
                    .push((*operator, file.serial));
            }
        }
        Self {
            observation,
            names,
            mender,
            remote,
            recorded: remote.map_or_else(BTreeMap::new, |file| recorded(file)),
            errored,
            known,
        }
    }

    /// The backup that takes the place of a state that is lost: not where there is a state, nor
    /// where an `errored.tfstate` knows more.
    pub(super) fn restorable(&self) -> Option<&'o Arc<StateFile>> {
        let is_lost = self.remote.is_none() && self.errored.is_empty();
        let backup = self.observation.backup.as_ref()?.state()?;
        (is_lost && !backup.snapshot.is_empty()).then_some(backup)
    }

    /// Under which resource the remote state records an object.
    pub(super) fn recorded(&self, object: ObjectId) -> Option<ResourceId> {
        self.recorded.get(&object).copied()
    }

    /// Who mends what is nobody's in particular: who is known to, or else whoever has an
    /// `errored.tfstate`, or else typed the last command.
    pub(super) fn mender(&self) -> OperatorId {
        let has_file = self.observation.errored.keys().next().copied();
        let was_last = self.observation.runs.last().map(|run| run.operator);
        let mender = self.mender.or(has_file).or(was_last);
        mender.unwrap_or(OperatorId(0))
    }

    /// The object that the remote state records for a resource, if it exists.
    pub(super) fn living_record(&self, resource: ResourceId) -> Option<ObjectId> {
        let recorded = self.remote?.snapshot.object(resource)?;
        let exists = self.observation.cloud.contains(recorded.id);
        exists.then_some(recorded.id)
    }

    /// Who imports the object of a resource: an import needs the resource in the configuration.
    /// The preferred operator if possible; `None` where nobody's configuration has it.
    pub(super) fn importer(
        &self,
        preferred: OperatorId,
        resource: ResourceId,
    ) -> Option<OperatorId> {
        let has = |operator: &OperatorId| {
            let configuration = self.observation.configurations.get(usize::from(operator.0));
            configuration.is_some_and(|configuration| configuration.get(resource).is_some())
        };
        let others = self.names.operator_ids();
        std::iter::once(preferred).chain(others).find(has)
    }

    /// What `errored.tfstate` and the remote state know of the objects that exist.
    pub(super) fn compare(&self, file: &StateFile) -> Comparison {
        let mut comparison = Comparison::default();
        for (resource, object) in file.snapshot.objects() {
            let Some(exists) = self.observation.cloud.get(object.id) else {
                continue;
            };
            let other = self.remote_record(resource, object.id);
            match other {
                None => {
                    comparison.only_file.insert(object.id, resource);
                }
                Some(other) => {
                    let is_true = object.attributes == exists.attributes;
                    let is_other_true = other.attributes == exists.attributes;
                    comparison.is_file_fresher |= is_true && !is_other_true;
                    comparison.is_remote_fresher |= is_other_true && !is_true;
                }
            }
        }
        for (object, resource) in &self.recorded {
            let is_in_file = file
                .snapshot
                .object(*resource)
                .is_some_and(|known| known.id == *object);
            if !is_in_file && self.observation.cloud.contains(*object) {
                comparison.only_remote.insert(*object, *resource);
            }
        }
        comparison
    }

    /// What the remote state records of an object under the resource's address.
    pub(super) fn remote_record(
        &self,
        resource: ResourceId,
        object: ObjectId,
    ) -> Option<&RecordedObject> {
        let recorded = self.remote?.snapshot.object(resource)?;
        (recorded.id == object).then_some(recorded)
    }

    /// The `errored.tfstate` files that record an object: whose, and with which serial.
    pub(super) fn knowing(&self, object: ObjectId) -> &[(OperatorId, Serial)] {
        self.known.get(&object).map_or(&[], Vec::as_slice)
    }

    /// `exists`, or `is being created` where the cloud has not finished the object.
    pub(super) fn is_there(&self, object: ObjectId) -> &'static str {
        match self
            .observation
            .cloud
            .get(object)
            .map(|object| object.status)
        {
            Some(ObjectStatus::Creating) => "is being created",
            Some(ObjectStatus::Exists) | None => "exists",
        }
    }

    /// The object's ID, marked where the cloud has not finished it.
    pub(super) fn marked(&self, object: ObjectId) -> String {
        let name = self.names.object(object);
        match self
            .observation
            .cloud
            .get(object)
            .map(|object| object.status)
        {
            Some(ObjectStatus::Creating) => format!("{name} (creating)"),
            Some(ObjectStatus::Exists) | None => name,
        }
    }

    /// An operator whose `errored.tfstate` has 0 bytes.
    pub(super) fn without_content(&self) -> Option<&'o str> {
        let mut files = self.observation.errored.iter();
        let (operator, _) = files.find(|(_, file)| **file == LocalFile::Empty)?;
        Some(self.names.operator(*operator))
    }

    /// The labels of resources, in the order of the file, each once: `vnet, subnet`.
    pub(super) fn labels(&self, resources: impl IntoIterator<Item = ResourceId>) -> String {
        const SHOWN_MAX: usize = 4;
        let unique: BTreeSet<ResourceId> = resources.into_iter().collect();
        let mut labels: Vec<&str> = unique
            .iter()
            .take(SHOWN_MAX)
            .map(|resource| self.names.resource(*resource))
            .collect();
        let more = format!("{} more", unique.len().saturating_sub(SHOWN_MAX));
        if unique.len() > SHOWN_MAX {
            labels.push(&more);
        }
        labels.join(", ")
    }

    /// The remote state in words: `the remote state (serial 100)`.
    pub(super) fn remote_in_words(&self) -> String {
        match &self.observation.remote {
            RemoteState::Absent => "the remote state, which is absent,".to_owned(),
            RemoteState::Empty => "the remote state, which has 0 bytes,".to_owned(),
            RemoteState::Unreadable => "the remote state, which can't be read,".to_owned(),
            RemoteState::State(file) => format!("the remote state (serial {})", file.serial),
        }
    }

    /// The command that imports an object.
    pub(super) fn import(&self, resource: ResourceId, object: ObjectId) -> String {
        let address = self.names.address(resource);
        format!("terraform import {address} {}", self.names.object(object))
    }
}

fn recorded(file: &StateFile) -> BTreeMap<ObjectId, ResourceId> {
    file.snapshot
        .objects()
        .map(|(resource, object)| (object.id, resource))
        .collect()
}
