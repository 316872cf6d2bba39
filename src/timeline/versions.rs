//! The versions of the state blob: the states that it has held.

use std::sync::Arc;

use crate::terraform::trie::Trie;
use crate::terraform::{Serial, StateFile};

/// The states that the blob has held, the one that it holds included. Copying is O(1).
///
/// All are counted. They are kept where a step of the scenario restores one; a state in a local
/// file has no versions.
///
/// ```
/// use std::sync::Arc;
///
/// use leaselab::kernel::Seed;
/// use leaselab::scenario;
/// use leaselab::simulation::{Recording, simulate};
///
/// let source = b"
/// leaselab: 1
/// title: the state of yesterday
/// before: { remote: { serial: 4, resources: [rg] } }
/// resources: { rg: {}, vnet: { create: 4s, needs: [rg] } }
/// steps:
///   - { id: apply, run: terraform apply -auto-approve, as: alice }
///   - { when: apply ended, blob: { restore: 1 } }
/// ";
/// let scenario = Arc::new(scenario::parse("restored.yaml", source)?);
/// let timeline = simulate(&scenario, Seed(0), Recording::Off);
/// let versions = &timeline.last().versions;
/// assert_eq!(versions.count(), 3);
/// assert!(versions.serials().eq([4, 5, 4]));
/// # Ok::<(), scenario::ScenarioErrors>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BlobVersions {
    count: usize,
    /// Each state by its number, where they are kept.
    kept: Option<Trie<Arc<StateFile>>>,
}

impl BlobVersions {
    /// There has been none so far.
    pub(crate) fn new(are_kept: bool) -> Self {
        Self {
            count: 0,
            kept: are_kept.then(Trie::default),
        }
    }

    /// How many states the blob has held so far.
    pub const fn count(&self) -> usize {
        self.count
    }

    /// The serials of the states that are kept, the first one first.
    pub fn serials(&self) -> impl DoubleEndedIterator<Item = Serial> {
        let kept = self.kept.iter();
        kept.flat_map(|kept| (0..self.count).filter_map(|number| kept.get(number)))
            .map(|file| file.serial)
    }

    /// The state so many before the last one, where it is kept.
    pub(crate) fn earlier(&self, back: u64) -> Option<&Arc<StateFile>> {
        let back = usize::try_from(back).ok()?;
        let number = self.count.checked_sub(back)?.checked_sub(1)?;
        self.kept.as_ref()?.get(number)
    }

    /// The blob holds another state.
    pub(crate) fn push(&mut self, file: &Arc<StateFile>) {
        if let Some(kept) = &mut self.kept {
            kept.insert(self.count, Arc::clone(file));
        }
        self.count += 1;
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::terraform::{Lineage, StateSnapshot};

    fn pushed(mut versions: BlobVersions, serials: &[Serial]) -> BlobVersions {
        for serial in serials {
            versions.push(&Arc::new(StateFile {
                lineage: Lineage(1),
                serial: *serial,
                snapshot: StateSnapshot::default(),
            }));
        }
        versions
    }

    #[test]
    fn versions_are_counted_and_a_copy_goes_its_own_way() {
        let one = pushed(BlobVersions::new(true), &[1, 2, 5]);
        let two = pushed(one.clone(), &[2]);
        assert!(one.serials().eq([1, 2, 5]) && two.serials().eq([1, 2, 5, 2]));
        let earlier = |back| one.earlier(back).map(|file| file.serial);
        assert_eq!(
            [0, 2, 3, u64::MAX].map(earlier),
            [Some(5), Some(1), None, None]
        );
        let counted = pushed(BlobVersions::new(false), &[1, 2, 5]);
        assert_eq!((counted.count(), counted.serials().count()), (3, 0));
        assert_eq!(counted.earlier(0), None);
    }
}
