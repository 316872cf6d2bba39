//! A persistent map from small numbers, of which a copy costs nothing and shares its structure.
//!
//! The numbers of a scenario's resources are dense, so the bits of the number itself lead to its
//! value: a tree of wide nodes that holds values in place, instead of a balanced tree with two
//! allocations a value and a path twice to five times as long. What a change copies is the path
//! to the changed leaf, and only where a copy of the map shares it.

use std::fmt;
use std::sync::Arc;

/// How many bits of a number choose the child of a branch.
const BRANCH_BITS: u32 = 3;
const BRANCH_WIDTH: usize = 1 << BRANCH_BITS;
/// How many bits of a number choose the place in a leaf.
const LEAF_BITS: u32 = 2;
const LEAF_WIDTH: usize = 1 << LEAF_BITS;

#[derive(Debug, Clone)]
enum Node<T> {
    Branch([Option<Arc<Node<T>>>; BRANCH_WIDTH]),
    Leaf([Option<T>; LEAF_WIDTH]),
}

impl<T> Node<T> {
    fn empty(height: u32) -> Self {
        match height {
            0 => Self::Leaf([const { None }; LEAF_WIDTH]),
            _ => Self::Branch([const { None }; BRANCH_WIDTH]),
        }
    }
}

/// A [trie](self).
#[derive(Clone)]
pub(crate) struct Trie<T> {
    root: Option<Arc<Node<T>>>,
    /// How many branches stand above a leaf.
    height: u32,
    len: usize,
}

/// Shown as the map that it is.
impl<T: fmt::Debug> fmt::Debug for Trie<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_map().entries(self.iter()).finish()
    }
}

impl<T> Default for Trie<T> {
    fn default() -> Self {
        Self {
            root: None,
            height: 0,
            len: 0,
        }
    }
}

const fn place_in_leaf(index: usize) -> usize {
    index & (LEAF_WIDTH - 1)
}

/// The child of a branch with `height` levels of nodes below it.
const fn place_in_branch(index: usize, height: u32) -> usize {
    (index >> (LEAF_BITS + (height - 1) * BRANCH_BITS)) & (BRANCH_WIDTH - 1)
}

/// Whether a tree of this height has a place for the number.
fn has_place(index: usize, height: u32) -> bool {
    index
        .checked_shr(LEAF_BITS + height * BRANCH_BITS)
        .is_none_or(|rest| rest == 0)
}

impl<T> Trie<T> {
    pub(crate) const fn is_empty(&self) -> bool {
        self.len == 0
    }

    pub(crate) fn get(&self, index: usize) -> Option<&T> {
        if !has_place(index, self.height) {
            return None;
        }
        let mut node = self.root.as_deref()?;
        let mut height = self.height;
        loop {
            match node {
                Node::Branch(children) => {
                    node = children[place_in_branch(index, height)].as_deref()?;
                    height -= 1;
                }
                Node::Leaf(values) => return values[place_in_leaf(index)].as_ref(),
            }
        }
    }

    /// All values with their numbers, in the order of the numbers.
    pub(crate) fn iter(&self) -> Iter<'_, T> {
        let mut iter = Iter { open: Vec::new() };
        if let Some(root) = &self.root {
            iter.enter(root, self.height, 0);
        }
        iter
    }
}

impl<T: Clone> Trie<T> {
    /// Sets the value of a number, and returns the one that it had.
    pub(crate) fn insert(&mut self, index: usize, value: T) -> Option<T> {
        let old = self.place_mut(index).replace(value);
        self.len += usize::from(old.is_none());
        old
    }

    /// Removes the value of a number, and returns it.
    pub(crate) fn remove(&mut self, index: usize) -> Option<T> {
        self.get(index)?;
        self.len -= 1;
        self.place_mut(index).take()
    }

    fn place_mut(&mut self, index: usize) -> &mut Option<T> {
        while !has_place(index, self.height) {
            if let Some(root) = self.root.take() {
                let mut children = [const { None }; BRANCH_WIDTH];
                children[0] = Some(root);
                self.root = Some(Arc::new(Node::Branch(children)));
            }
            self.height += 1;
        }
        let mut height = self.height;
        let mut node = &mut self.root;
        loop {
            let inner = node.get_or_insert_with(|| Arc::new(Node::empty(height)));
            match Arc::make_mut(inner) {
                Node::Branch(children) => {
                    node = &mut children[place_in_branch(index, height)];
                    height -= 1;
                }
                Node::Leaf(values) => return &mut values[place_in_leaf(index)],
            }
        }
    }
}

impl<T: PartialEq> PartialEq for Trie<T> {
    fn eq(&self, other: &Self) -> bool {
        let is_shared = match (&self.root, &other.root) {
            (Some(one), Some(two)) => Arc::ptr_eq(one, two),
            (None, None) => true,
            (Some(_), None) | (None, Some(_)) => false,
        };
        is_shared || (self.len == other.len && self.iter().eq(other.iter()))
    }
}

impl<T: Eq> Eq for Trie<T> {}

/// A node that is being gone through.
#[derive(Debug)]
struct Open<'a, T> {
    node: &'a Node<T>,
    height: u32,
    /// The number of the node's first place.
    first: usize,
    /// The child or value to look at next.
    next: usize,
}

/// Goes through a [`Trie`].
#[derive(Debug)]
pub(crate) struct Iter<'a, T> {
    /// From the root down.
    open: Vec<Open<'a, T>>,
}

impl<'a, T> Iter<'a, T> {
    fn enter(&mut self, node: &'a Node<T>, height: u32, first: usize) {
        self.open.push(Open {
            node,
            height,
            first,
            next: 0,
        });
    }
}

impl<'a, T> Iterator for Iter<'a, T> {
    type Item = (usize, &'a T);

    fn next(&mut self) -> Option<Self::Item> {
        loop {
            let open = self.open.last_mut()?;
            let (height, first, place) = (open.height, open.first, open.next);
            open.next += 1;
            match open.node {
                Node::Leaf(values) => match values.get(place) {
                    Some(Some(value)) => return Some((first + place, value)),
                    Some(None) => {}
                    None => drop(self.open.pop()),
                },
                Node::Branch(children) => match children.get(place) {
                    Some(Some(child)) => {
                        let width = 1 << (LEAF_BITS + (height - 1) * BRANCH_BITS);
                        self.enter(child, height - 1, first + place * width);
                    }
                    Some(None) => {}
                    None => drop(self.open.pop()),
                },
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use super::*;
    use crate::kernel::{Seed, Stream};

    /// Against the standard map, with copies that must not change.
    #[test]
    fn any_sequence_of_calls_gives_what_a_sorted_map_gives() {
        for seed in 0..60 {
            let mut stream = Stream::named(Seed(seed), "calls");
            let bound = 1 << stream.between(1, 14);
            let mut trie = Trie::default();
            let mut map = BTreeMap::new();
            let mut copies = Vec::new();
            for value in 0..300_u32 {
                let index = usize::try_from(stream.below(bound)).unwrap();
                match stream.below(8) {
                    0..=3 => assert_eq!(trie.insert(index, value), map.insert(index, value)),
                    4..=5 => assert_eq!(trie.remove(index), map.remove(&index)),
                    6 => assert_eq!(trie.get(index), map.get(&index)),
                    _ => copies.push((trie.clone(), map.clone())),
                }
                assert_eq!(trie.is_empty(), map.is_empty());
            }
            copies.push((trie, map));
            for (trie, map) in &copies {
                let all: Vec<_> = trie.iter().collect();
                let expected: Vec<_> = map.iter().map(|(index, value)| (*index, value)).collect();
                assert_eq!(all, expected);
            }
            for (one, two) in copies.iter().zip(&copies[1..]) {
                assert_eq!(one.0 == two.0, one.1 == two.1);
            }
        }
    }

    #[test]
    fn the_way_to_a_value_does_not_matter_for_equality() {
        let mut one = Trie::default();
        one.insert(7, 'a');
        let mut two = one.clone();
        two.insert(100_000, 'b');
        assert_ne!(one, two);
        two.remove(100_000);
        assert_eq!(one, two);
        assert_eq!(two.get(usize::MAX), None);
    }
}
