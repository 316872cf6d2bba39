//! The objects that exist, by identity.
//!
//! Almost every name has one object: its place in the trie holds that object itself. Where the
//! cloud generates names, the same stem may have several.

use std::collections::BTreeMap;
use std::sync::Arc;

use crate::terraform::ObjectId;
use crate::terraform::trie::Trie;
use crate::timeline::CloudObject;

/// The objects of one name, by generation.
#[derive(Debug, Clone)]
enum Generations {
    One(u32, CloudObject),
    Several(Arc<BTreeMap<u32, CloudObject>>),
}

/// The [objects](self). A copy shares their structure.
#[derive(Debug, Clone, Default)]
pub(super) struct Objects(Trie<Generations>);

fn position(name: u32) -> usize {
    usize::try_from(name).expect("the position of a name")
}

impl Objects {
    pub(super) fn get(&self, id: ObjectId) -> Option<&CloudObject> {
        match self.0.get(position(id.name))? {
            Generations::One(generation, object) => {
                (*generation == id.generation).then_some(object)
            }
            Generations::Several(objects) => objects.get(&id.generation),
        }
    }

    /// All objects, in the order of their identities.
    pub(super) fn iter(&self) -> impl Iterator<Item = (ObjectId, &CloudObject)> {
        self.0.iter().flat_map(|(position, generations)| {
            let name = u32::try_from(position).expect("the position of a name");
            let (one, several) = match generations {
                Generations::One(generation, object) => (Some((generation, object)), None),
                Generations::Several(objects) => (None, Some(objects.iter())),
            };
            one.into_iter()
                .chain(several.into_iter().flatten())
                .map(move |(generation, object)| {
                    let generation = *generation;
                    (ObjectId { name, generation }, object)
                })
        })
    }

    pub(super) fn insert(&mut self, id: ObjectId, object: CloudObject) {
        let place = position(id.name);
        let generations = match self.0.remove(place) {
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
        self.0.insert(place, generations);
    }

    pub(super) fn remove(&mut self, id: ObjectId) {
        let place = position(id.name);
        match self.0.remove(place) {
            None => {}
            Some(Generations::One(generation, _)) if generation == id.generation => {}
            Some(Generations::Several(mut objects)) => {
                Arc::make_mut(&mut objects).remove(&id.generation);
                if !objects.is_empty() {
                    self.0.insert(place, Generations::Several(objects));
                }
            }
            Some(other @ Generations::One(..)) => {
                self.0.insert(place, other);
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

    #[test]
    fn any_sequence_of_calls_gives_what_a_sorted_map_gives() {
        let mut stream = Stream::named(Seed(0), "calls");
        let mut objects = Objects::default();
        let mut map = BTreeMap::new();
        for _ in 0..2_000 {
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
                };
                objects.insert(id, object.clone());
                map.insert(id, object);
            } else {
                objects.remove(id);
                map.remove(&id);
            }
            assert_eq!(objects.get(id), map.get(&id));
            assert!(
                objects
                    .iter()
                    .eq(map.iter().map(|(id, object)| (*id, object)))
            );
        }
    }
}
