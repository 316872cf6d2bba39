//! The log: facts in the order in which they occurred.
//!
//! A copy shares its entries with the original, so that a fork costs the same however long the
//! story before it is.

use std::fmt;

use super::Entry;
use crate::terraform::trie::Trie;

/// The facts of a replication, in order. Copying is O(1).
#[derive(Clone, Default)]
pub struct Log {
    entries: Trie<Entry>,
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
        self.entries.get(position)
    }

    /// Adds a fact behind all others.
    pub fn push(&mut self, entry: Entry) {
        self.entries.insert(self.len, entry);
        self.len += 1;
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
        self.entries == other.entries
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
