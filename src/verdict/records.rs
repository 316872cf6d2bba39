//! What a state records, with the way back from an object to its resources.

use std::collections::BTreeSet;

use crate::terraform::{ObjectId, ResourceId, StateSnapshot};

/// The [records](self) of a state file.
#[derive(Debug, Clone, Default)]
pub(super) struct Records {
    pub(super) snapshot: StateSnapshot,
    by_object: BTreeSet<(ObjectId, ResourceId)>,
}

impl Records {
    /// Takes over another state, and adds the resources and objects whose records changed.
    pub(super) fn update(
        &mut self,
        snapshot: StateSnapshot,
        resources: &mut BTreeSet<ResourceId>,
        objects: &mut BTreeSet<ObjectId>,
    ) {
        let before = std::mem::replace(&mut self.snapshot, snapshot);
        for resource in before.differences(&self.snapshot) {
            resources.insert(resource);
            if let Some(object) = before.object(resource) {
                self.by_object.remove(&(object.id, resource));
                objects.insert(object.id);
            }
            if let Some(object) = self.snapshot.object(resource) {
                self.by_object.insert((object.id, resource));
                objects.insert(object.id);
            }
        }
    }

    /// The object that is recorded for a resource.
    pub(super) fn object(&self, resource: ResourceId) -> Option<ObjectId> {
        self.snapshot.object(resource).map(|object| object.id)
    }

    /// Under which resources an object is recorded, in their order.
    pub(super) fn resources_of(
        &self,
        object: ObjectId,
    ) -> impl DoubleEndedIterator<Item = ResourceId> {
        let first = (object, ResourceId(u32::MIN));
        let last = (object, ResourceId(u32::MAX));
        let found = self.by_object.range(first..=last);
        found.map(|(_, resource)| *resource)
    }

    /// Whether an object is recorded.
    pub(super) fn has(&self, object: ObjectId) -> bool {
        self.resources_of(object).next().is_some()
    }
}
