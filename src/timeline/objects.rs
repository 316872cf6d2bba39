//! The objects that exist, by identity: a persistent map.
//!
//! Almost every name has one object: its place in the trie holds that object itself. Where the
//! cloud generates names, the same stem may have several.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;
use std::sync::Arc;

use super::observation::CloudObject;
use crate::terraform::ObjectId;
use crate::terraform::trie::Trie;

/// The objects of one name, by generation.
#[derive(Debug, Clone)]
enum Generations {
    One(u32, CloudObject),
    Several(Arc<BTreeMap<u32, CloudObject>>),
}

impl Generations {
    fn get(&self, wanted: u32) -> Option<&CloudObject> {
        match self {
            Self::One(generation, object) => (*generation == wanted).then_some(object),
            Self::Several(objects) => objects.get(&wanted),
        }
    }

    fn get_mut(&mut self, wanted: u32) -> Option<&mut CloudObject> {
        match self {
            Self::One(generation, object) => (*generation == wanted).then_some(object),
            Self::Several(objects) => Arc::make_mut(objects).get_mut(&wanted),
        }
    }

    fn iter(&self) -> impl Iterator<Item = (u32, &CloudObject)> {
        let (one, several) = match self {
            Self::One(generation, object) => (Some((*generation, object)), None),
            Self::Several(objects) => (None, Some(objects.iter())),
        };
        let several = several.into_iter().flatten();
        one.into_iter()
            .chain(several.map(|(generation, object)| (*generation, object)))
    }
}

/// By content: of what once were several, one may be left.
impl PartialEq for Generations {
    fn eq(&self, other: &Self) -> bool {
        self.iter().eq(other.iter())
    }
}

impl Eq for Generations {}

/// The [objects that exist](self). A copy costs nothing and shares their structure.
#[derive(Clone, Default, PartialEq, Eq)]
pub struct CloudObjects {
    names: Trie<Generations>,
    len: usize,
}

/// Shown as the map that it is.
impl fmt::Debug for CloudObjects {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_map().entries(self.iter()).finish()
    }
}

fn position(name: u32) -> usize {
    usize::try_from(name).expect("the position of a name")
}

fn name_at(position: usize) -> u32 {
    u32::try_from(position).expect("the position of a name")
}

impl CloudObjects {
    /// How many there are.
    pub const fn len(&self) -> usize {
        self.len
    }

    /// Whether there is none.
    pub const fn is_empty(&self) -> bool {
        self.len == 0
    }

    /// The object, if it exists.
    pub fn get(&self, id: ObjectId) -> Option<&CloudObject> {
        self.names.get(position(id.name))?.get(id.generation)
    }

    /// The object, if it exists, to be changed in place.
    pub fn get_mut(&mut self, id: ObjectId) -> Option<&mut CloudObject> {
        self.names
            .get_mut(position(id.name))?
            .get_mut(id.generation)
    }

    /// Whether the object exists.
    pub fn contains(&self, id: ObjectId) -> bool {
        self.get(id).is_some()
    }

    /// All objects, in the order of their identities.
    pub fn iter(&self) -> impl Iterator<Item = (ObjectId, &CloudObject)> {
        self.names.iter().flat_map(|(position, generations)| {
            let name = name_at(position);
            let all = generations.iter();
            all.map(move |(generation, object)| (ObjectId { name, generation }, object))
        })
    }

    /// The identities in their order.
    pub fn ids(&self) -> impl Iterator<Item = ObjectId> {
        self.iter().map(|(id, _)| id)
    }

    /// The objects in the order of their identities.
    pub fn values(&self) -> impl Iterator<Item = &CloudObject> {
        self.iter().map(|(_, object)| object)
    }

    /// The identities, in their order, of objects that differ between the two, or that only one
    /// of them has. What they share is not gone through.
    pub fn differences(&self, other: &Self) -> Vec<ObjectId> {
        let mut found = Vec::new();
        for position in self.names.differences(&other.names) {
            let name = name_at(position);
            let sides = [self.names.get(position), other.names.get(position)];
            let generations: BTreeSet<u32> = sides
                .into_iter()
                .flatten()
                .flat_map(Generations::iter)
                .map(|(generation, _)| generation)
                .collect();
            let ids = generations
                .into_iter()
                .map(|generation| ObjectId { name, generation });
            found.extend(ids.filter(|id| self.get(*id) != other.get(*id)));
        }
        found
    }

    /// Makes an object exist; one of the same identity makes way.
    pub fn insert(&mut self, id: ObjectId, object: CloudObject) {
        let place = position(id.name);
        self.len += usize::from(!self.contains(id));
        let generations = match self.names.remove(place) {
            None => Generations::One(id.generation, object),
            Some(Generations::One(generation, _)) if generation == id.generation => {
                Generations::One(generation, object)
            }
            Some(Generations::One(generation, other)) => {
                let objects = [(generation, other), (id.generation, object)];
                Generations::Several(Arc::new(objects.into()))
            }
            Some(Generations::Several(mut objects)) => {
                Arc::make_mut(&mut objects).insert(id.generation, object);
                Generations::Several(objects)
            }
        };
        self.names.insert(place, generations);
    }

    /// Makes an object exist no more.
    pub fn remove(&mut self, id: ObjectId) {
        if !self.contains(id) {
            return;
        }
        self.len -= 1;
        let place = position(id.name);
        // The only object of its name leaves nothing behind.
        if let Some(Generations::Several(mut objects)) = self.names.remove(place) {
            Arc::make_mut(&mut objects).remove(&id.generation);
            if !objects.is_empty() {
                self.names.insert(place, Generations::Several(objects));
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::kernel::{Seed, Stream};
    use crate::scenario::ObjectStatus;
    use crate::terraform::ResourceId;
    use crate::timeline::Copied;

    #[test]
    fn any_sequence_of_calls_gives_what_a_sorted_map_gives() {
        let mut stream = Stream::named(Seed(0), "calls");
        let mut objects = CloudObjects::default();
        let mut map = BTreeMap::new();
        let mut copies = vec![(objects.clone(), map.clone())];
        for call in 0..2_000 {
            let draw = stream.below(64);
            let id = ObjectId {
                name: u32::try_from(draw % 16).unwrap(),
                generation: u32::try_from(draw / 16).unwrap(),
            };
            if stream.below(2) == 0 {
                let object = CloudObject {
                    resource: ResourceId(u32::try_from(stream.below(9)).unwrap()),
                    status: ObjectStatus::Exists,
                    attributes: Arc::default(),
                    inputs: Arc::default(),
                    is_whole: true,
                    copied: Copied::default(),
                };
                objects.insert(id, object.clone());
                map.insert(id, object);
            } else {
                objects.remove(id);
                map.remove(&id);
            }
            assert_eq!(objects.get(id), map.get(&id));
            assert_eq!(objects.len(), map.len());
            assert!(
                objects
                    .iter()
                    .eq(map.iter().map(|(id, object)| (*id, object)))
            );
            if call % 7 == 0 {
                copies.push((objects.clone(), map.clone()));
            }
        }
        for (one, two) in copies.iter().zip(&copies[1..]) {
            let ids: BTreeSet<ObjectId> = one.1.keys().chain(two.1.keys()).copied().collect();
            let differ = |id: &ObjectId| one.1.get(id) != two.1.get(id);
            let expected: Vec<ObjectId> = ids.into_iter().filter(differ).collect();
            assert_eq!(one.0.differences(&two.0), expected);
            assert_eq!(one.0 == two.0, expected.is_empty());
        }
    }
}
