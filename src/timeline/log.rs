//! The log: facts in the order in which they occurred.
//!
//! A copy shares its entries with the original, so that a fork costs the same however long the
//! story before it is.

use std::fmt;
use std::sync::Arc;

use super::Entry;
use crate::terraform::trie::Trie;

/// So many facts make a block. A fork copies a block at most, once it goes its own way.
const BLOCK: usize = 32;

/// The facts of a replication, in order. Copying is O(1).
#[derive(Clone, Default)]
pub struct Log {
    /// Full blocks, which nothing changes any more.
    blocks: Trie<Arc<Vec<Entry>>>,
    /// The facts behind the last full block.
    open: Arc<Vec<Entry>>,
    len: usize,
}

impl Log {
    /// How many facts there are.
    pub const fn len(&self) -> usize {
        self.len
    }

    /// Whether there is none.
    pub const fn is_empty(&self) -> bool {
        self.len == 0
    }

    /// The fact at a position, counted from 0.
    pub fn get(&self, position: usize) -> Option<&Entry> {
        let (block, place) = (position / BLOCK, position % BLOCK);
        if block == self.len / BLOCK {
            return self.open.get(place);
        }
        self.blocks.get(block).map(|entries| &entries[place])
    }

    /// Adds a fact behind all others.
    pub fn push(&mut self, entry: Entry) {
        let open = Arc::make_mut(&mut self.open);
        if open.capacity() == 0 {
            open.reserve_exact(BLOCK);
        }
        open.push(entry);
        self.len += 1;
        if self.len.is_multiple_of(BLOCK) {
            let full = std::mem::take(&mut self.open);
            self.blocks.insert(self.len / BLOCK - 1, full);
        }
    }

    /// All facts, from either end.
    pub const fn iter(&self) -> Entries<'_> {
        self.since(0)
    }

    /// The facts from a position on, from either end.
    pub const fn since(&self, position: usize) -> Entries<'_> {
        Entries {
            log: self,
            next: position,
            end: self.len,
        }
    }
}

impl fmt::Debug for Log {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_list().entries(self).finish()
    }
}

impl PartialEq for Log {
    fn eq(&self, other: &Self) -> bool {
        self.len == other.len && self.iter().eq(other)
    }
}

impl Eq for Log {}

impl FromIterator<Entry> for Log {
    fn from_iter<I: IntoIterator<Item = Entry>>(entries: I) -> Self {
        let mut log = Self::default();
        for entry in entries {
            log.push(entry);
        }
        log
    }
}

impl<'a> IntoIterator for &'a Log {
    type Item = &'a Entry;
    type IntoIter = Entries<'a>;

    fn into_iter(self) -> Entries<'a> {
        self.iter()
    }
}

/// Goes through the facts of a [`Log`].
#[derive(Debug, Clone)]
pub struct Entries<'a> {
    log: &'a Log,
    next: usize,
    end: usize,
}

impl<'a> Iterator for Entries<'a> {
    type Item = &'a Entry;

    fn next(&mut self) -> Option<&'a Entry> {
        if self.next >= self.end {
            return None;
        }
        self.next += 1;
        self.log.get(self.next - 1)
    }

    fn size_hint(&self) -> (usize, Option<usize>) {
        let left = self.end.saturating_sub(self.next);
        (left, Some(left))
    }
}

impl DoubleEndedIterator for Entries<'_> {
    fn next_back(&mut self) -> Option<Self::Item> {
        if self.next >= self.end {
            return None;
        }
        self.end -= 1;
        self.log.get(self.end)
    }
}

impl ExactSizeIterator for Entries<'_> {}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::kernel::SimTime;
    use crate::timeline::{Actor, ScriptFact};

    fn noted(at: u64) -> Entry {
        Entry {
            time: SimTime::from_ms(at),
            actor: Actor::Scenario,
            fact: ScriptFact::Note("".into()).into(),
        }
    }

    fn times(log: &Log) -> Vec<u64> {
        log.iter().map(|entry| entry.time.as_ms()).collect()
    }

    #[test]
    fn a_fork_shares_what_has_been_wherever_it_is_taken() {
        let mut log = Log::default();
        for at in 0..100 {
            let mut fork = log.clone();
            assert_eq!(fork, log);
            for other in 0..40 {
                fork.push(noted(1_000 + other));
            }
            log.push(noted(at));
            assert_eq!(times(&log), (0..=at).collect::<Vec<_>>());
            assert_eq!(log.get(log.len()), None);
            let forked: Vec<u64> = (0..at).chain(1_000..1_040).collect();
            assert_eq!(times(&fork), forked);
            let back: Vec<u64> = fork.iter().rev().map(|entry| entry.time.as_ms()).collect();
            assert!(back.iter().eq(forked.iter().rev()));
        }
    }
}
