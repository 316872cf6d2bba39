//! The survey: what the cloud, the remote state and each `errored.tfstate` know of one another.

use std::cell::OnceCell;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use super::address::Readdressing;
use super::errored::{Balance, readable};
use super::record::Rightness;
use crate::terraform::{
    Names, ObjectId, OperatorId, RecordedObject, ResourceId, Serial, StateFile,
};
use crate::timeline::{LocalFile, ObjectStatus, Observation, RemoteState, RunObservation};

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
    /// Under which addresses the remote state records an object, in their order.
    recorded: BTreeMap<ObjectId, Vec<ResourceId>>,
    /// Which `errored.tfstate` files record an object.
    known: BTreeMap<ObjectId, Vec<(OperatorId, Serial)>>,
    readdressing: OnceCell<Readdressing>,
}

/// What two states know of the objects that exist.
#[derive(Debug, Default)]
pub(super) struct Comparison {
    /// Objects that only the file records, with the address under which they belong.
    pub(super) only_file: BTreeMap<ObjectId, ResourceId>,
    /// Of which objects the file alone says something that is right.
    pub(super) fresher: BTreeSet<ResourceId>,
    /// Whether that is what a refresh finds out, too.
    pub(super) is_refreshed: bool,
    /// Objects that only the remote state records.
    pub(super) only_remote: BTreeMap<ObjectId, ResourceId>,
    /// Of which objects the remote state alone says something that is right.
    pub(super) remote_fresher: BTreeSet<ResourceId>,
}

impl Comparison {
    pub(super) fn balance(&self) -> Balance {
        Balance {
            file_has_more: !self.only_file.is_empty() || !self.fresher.is_empty(),
            remote_has_more: !self.only_remote.is_empty() || !self.remote_fresher.is_empty(),
        }
    }
}

impl<'o> Survey<'o> {
    /// A command, as advice speaks of it: whose it is, and its ID in the scenario.
    pub(super) fn command(&self, run: &RunObservation) -> String {
        let who = self.names.operator(run.operator);
        format!("{who}'s command [{}]", self.names.run(run.run))
    }

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
            readdressing: OnceCell::new(),
        }
    }

    /// The backup that takes the place of a state that is lost: not where there is a state, nor
    /// where an `errored.tfstate` knows more.
    pub(super) fn restorable(&self) -> Option<&'o Arc<StateFile>> {
        let is_lost = self.remote.is_none() && self.errored.is_empty();
        let backup = self.observation.backup.as_ref()?.state()?;
        (is_lost && !backup.snapshot.is_empty()).then_some(backup)
    }

    /// Under which addresses the remote state records an object, in their order.
    pub(super) fn addresses(&self, object: ObjectId) -> &[ResourceId] {
        self.recorded.get(&object).map_or(&[], Vec::as_slice)
    }

    /// Whether the remote state records an object, under whichever address.
    pub(super) fn is_recorded(&self, object: ObjectId) -> bool {
        self.recorded.contains_key(&object)
    }

    /// The objects that exist and that the remote state records under another address than their
    /// own, or under several.
    pub(super) fn misplaced(&self) -> impl Iterator<Item = ObjectId> {
        self.recorded.iter().filter_map(|(object, addresses)| {
            let exists = self.observation.cloud.get(*object)?;
            (addresses.as_slice() != [exists.resource]).then_some(*object)
        })
    }

    /// Who mends what is nobody's in particular: who is known to, or else whoever has an
    /// `errored.tfstate`, or else typed the last command.
    pub(super) fn mender(&self) -> OperatorId {
        let has_file = self.observation.errored.keys().next().copied();
        let strangers = &self.observation.strangers;
        let runs = self.observation.runs.iter().rev();
        let mut operators = runs.map(|run| run.operator);
        let was_last = operators.find(|operator| !strangers.contains(operator));
        let mender = self.mender.or(has_file).or(was_last);
        mender.unwrap_or(OperatorId(0))
    }

    /// The object that belongs under a resource's address and that the remote state records, be it
    /// there or elsewhere.
    pub(super) fn living_record(&self, resource: ResourceId) -> Option<ObjectId> {
        let here = self
            .remote?
            .snapshot
            .object(resource)
            .map(|object| object.id);
        let belongs = |object: &ObjectId| {
            let exists = self.observation.cloud.get(*object);
            exists.is_some_and(|exists| exists.resource == resource)
        };
        here.filter(belongs)
            .or_else(|| self.misplaced().find(belongs))
    }

    /// Whether another object that exists is recorded under a resource's address, and no command
    /// brings it away from there.
    pub(super) fn is_blocked(&self, resource: ResourceId) -> bool {
        let here = self.remote.and_then(|file| file.snapshot.object(resource));
        let stranger = here.and_then(|object| self.observation.cloud.get(object.id));
        stranger.is_some_and(|stranger| stranger.resource != resource)
            && !self.readdressing().vacated.contains(&resource)
    }

    /// What becomes of records under wrong addresses.
    pub(super) fn readdressing(&self) -> &Readdressing {
        self.readdressing.get_or_init(|| Readdressing::of(self))
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
        let in_file = recorded(file);
        let right = |file: Option<&StateFile>, object, addresses: &[ResourceId]| {
            let exists = self.observation.cloud.get(object);
            let records = addresses.iter().filter_map(|address| {
                let record = file?.snapshot.object(*address)?;
                Some(Rightness::of(*address, record, exists?))
            });
            records.fold(Rightness::NONE, Rightness::or)
        };
        let remote = self.remote.map(|remote| &**remote);
        for (object, addresses) in &in_file {
            let Some(exists) = self.observation.cloud.get(*object) else {
                continue;
            };
            if !self.is_recorded(*object) {
                comparison.only_file.insert(*object, exists.resource);
                continue;
            }
            let own = right(Some(file), *object, addresses);
            let other = right(remote, *object, self.addresses(*object));
            comparison.is_refreshed |= own.attributes && !other.attributes;
            if own.has_more_than(other) {
                comparison.fresher.insert(exists.resource);
            }
            if other.has_more_than(own) {
                comparison.remote_fresher.insert(exists.resource);
            }
        }
        for object in self.recorded.keys() {
            let exists = self.observation.cloud.get(*object);
            if let (Some(exists), false) = (exists, in_file.contains_key(object)) {
                comparison.only_remote.insert(*object, exists.resource);
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

    /// The command that marks an object as half-made.
    pub(super) fn taint(&self, resource: ResourceId) -> String {
        format!("terraform taint {}", self.names.typed_address(resource))
    }

    /// The command that imports an object.
    pub(super) fn import(&self, resource: ResourceId, object: ObjectId) -> String {
        let address = self.names.typed_address(resource);
        format!("terraform import {address} {}", self.names.object(object))
    }
}

/// Under which addresses a state records each object, in their order.
fn recorded(file: &StateFile) -> BTreeMap<ObjectId, Vec<ResourceId>> {
    let mut recorded: BTreeMap<ObjectId, Vec<ResourceId>> = BTreeMap::new();
    for (resource, object) in file.snapshot.objects() {
        recorded.entry(object.id).or_default().push(resource);
    }
    recorded
}
