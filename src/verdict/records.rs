//! What a state records, with the way back from an object to its resources.

use super::record::Rightness;
use crate::terraform::trie::Trie;
use crate::terraform::{ObjectId, ResourceId, StateSnapshot};
use crate::timeline::CloudObject;

/// The [records](self) of a state file.
#[derive(Debug, Clone, Default)]
pub(super) struct Records {
    pub(super) snapshot: StateSnapshot,
    /// By the object's name: its generation, and under which resource it is recorded; in order.
    by_object: Trie<Vec<(u32, ResourceId)>>,
}

/// What has changed about; anything may stand several times.
#[derive(Debug, Default)]
pub(super) struct Touched {
    pub(super) resources: Vec<ResourceId>,
    pub(super) objects: Vec<ObjectId>,
}

/// The position of a number in a trie.
pub(super) fn position(number: u32) -> usize {
    usize::try_from(number).expect("a number that a scenario gives")
}

/// Adds a member to the sorted list of a place.
pub(super) fn add<T: Ord + Clone>(lists: &mut Trie<Vec<T>>, place: usize, member: T) {
    let mut list = lists.remove(place).unwrap_or_default();
    if let Err(gap) = list.binary_search(&member) {
        list.insert(gap, member);
    }
    lists.insert(place, list);
}

/// Takes a member out of the sorted list of a place.
pub(super) fn take<T: Ord + Clone>(lists: &mut Trie<Vec<T>>, place: usize, member: &T) {
    let mut list = lists.remove(place).unwrap_or_default();
    list.retain(|known| known != member);
    if !list.is_empty() {
        lists.insert(place, list);
    }
}

impl Records {
    /// Takes over another state, and adds the resources and objects whose records changed.
    pub(super) fn update(&mut self, snapshot: StateSnapshot, touched: &mut Touched) {
        let before = std::mem::replace(&mut self.snapshot, snapshot);
        for resource in before.differences(&self.snapshot) {
            touched.resources.push(resource);
            let [old, new] = [&before, &self.snapshot].map(|side| side.object(resource));
            let [old, new] = [old, new].map(|object| object.map(|object| object.id));
            touched.objects.extend(old.into_iter().chain(new));
            if old == new {
                continue;
            }
            if let Some(id) = old {
                let entry = (id.generation, resource);
                take(&mut self.by_object, position(id.name), &entry);
            }
            if let Some(id) = new {
                let entry = (id.generation, resource);
                add(&mut self.by_object, position(id.name), entry);
            }
        }
    }

    /// The object that is recorded for a resource.
    pub(super) fn object(&self, resource: ResourceId) -> Option<ObjectId> {
        self.snapshot.object(resource).map(|object| object.id)
    }

    /// Under which resources an object is recorded, in their order.
    pub(super) fn resources_of(&self, object: ObjectId) -> impl Iterator<Item = ResourceId> {
        let found = self.by_object.get(position(object.name));
        let found = found.map_or(&[][..], Vec::as_slice).iter();
        found
            .filter(move |(generation, _)| *generation == object.generation)
            .map(|(_, resource)| *resource)
    }

    /// What is right in the records of an object that exists.
    pub(super) fn rightness(&self, object: ObjectId, exists: &CloudObject) -> Rightness {
        let addresses = self.resources_of(object);
        let records = addresses.filter_map(|address| {
            let record = self.snapshot.object(address)?;
            Some(Rightness::of(address, record, exists))
        });
        records.fold(Rightness::NONE, Rightness::or)
    }

    /// Whether an object is recorded.
    pub(super) fn has(&self, object: ObjectId) -> bool {
        self.resources_of(object).next().is_some()
    }
}
