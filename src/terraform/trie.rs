//! A persistent map from small numbers, of which a copy costs nothing and shares its structure.
//!
//! The numbers of a scenario's resources are dense, so the bits of the number itself lead to its
//! value: a tree of wide nodes that holds values in place, instead of a balanced tree with two
//! allocations a value and a path twice to five times as long. What a change copies is the path
//! to the changed leaf, and only where a copy of the map shares it.

use std::fmt;
use std::ops::ControlFlow;
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

    /// The value of a number, to be changed in place.
    pub(crate) fn get_mut(&mut self, index: usize) -> Option<&mut T> {
        self.get(index)?;
        self.place_mut(index).as_mut()
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

impl<T: PartialEq> Trie<T> {
    /// The numbers, in their order, that have another value in `other`, or that only one of the
    /// two has. What both share is not gone through: where one came of the other by a few
    /// changes, this takes time in proportion to the changes.
    pub(crate) fn differences(&self, other: &Self) -> Vec<usize> {
        let mut found = Vec::new();
        let visit = &mut |index| {
            found.push(index);
            ControlFlow::Continue(())
        };
        // It goes to the end, because the visit never breaks off.
        let _ = self.visit_differences(other, visit);
        found
    }

    fn visit_differences(
        &self,
        other: &Self,
        visit: &mut impl FnMut(usize) -> ControlFlow<()>,
    ) -> ControlFlow<()> {
        let height = self.height.max(other.height);
        self.top().differ(&other.top(), height, 0, visit)
    }
}

impl<T> Trie<T> {
    const fn top(&self) -> Subtree<'_, T> {
        Subtree {
            root: self.root.as_ref(),
            height: self.height,
        }
    }
}

/// What stands below a place; it may be lower than the place, as if branches with one child each
/// stood above it.
#[derive(Debug)]
struct Subtree<'a, T> {
    root: Option<&'a Arc<Node<T>>>,
    height: u32,
}

impl<'a, T: PartialEq> Subtree<'a, T> {
    /// The child of a branch of this height.
    fn child(&self, place: usize, height: u32) -> Self {
        let root = if self.height < height {
            self.root.filter(|_| place == 0)
        } else {
            match self.root.map(|root| &**root) {
                Some(Node::Branch(children)) => children[place].as_ref(),
                Some(Node::Leaf(_)) | None => None,
            }
        };
        Self {
            root,
            height: self.height.min(height - 1),
        }
    }

    fn value(&self, place: usize) -> Option<&'a T> {
        match self.root.map(|root| &**root) {
            Some(Node::Leaf(values)) => values[place].as_ref(),
            Some(Node::Branch(_)) | None => None,
        }
    }

    fn differ(
        &self,
        other: &Self,
        height: u32,
        first: usize,
        visit: &mut impl FnMut(usize) -> ControlFlow<()>,
    ) -> ControlFlow<()> {
        let is_shared = match (self.root, other.root) {
            (Some(one), Some(two)) => Arc::ptr_eq(one, two),
            (None, None) => true,
            (Some(_), None) | (None, Some(_)) => false,
        };
        if is_shared {
            return ControlFlow::Continue(());
        }
        if height == 0 {
            for place in 0..LEAF_WIDTH {
                if self.value(place) != other.value(place) {
                    visit(first + place)?;
                }
            }
            return ControlFlow::Continue(());
        }
        let width = 1 << (LEAF_BITS + (height - 1) * BRANCH_BITS);
        for place in 0..BRANCH_WIDTH {
            let (one, two) = (self.child(place, height), other.child(place, height));
            one.differ(&two, height - 1, first + place * width, visit)?;
        }
        ControlFlow::Continue(())
    }
}

impl<T: PartialEq> PartialEq for Trie<T> {
    fn eq(&self, other: &Self) -> bool {
        self.len == other.len
            && self
                .visit_differences(other, &mut |_| ControlFlow::Break(()))
                .is_continue()
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
    use std::collections::{BTreeMap, BTreeSet};

    use super::*;
    use crate::kernel::{Seed, Stream};

    /// Counts how often it is compared.
    #[derive(Debug, Clone)]
    struct Counted<'a>(u32, &'a std::cell::Cell<u32>);

    impl PartialEq for Counted<'_> {
        fn eq(&self, other: &Self) -> bool {
            self.1.set(self.1.get() + 1);
            self.0 == other.0
        }
    }

    #[test]
    fn what_two_tries_share_is_not_compared() {
        let compared = std::cell::Cell::new(0);
        let mut trie = Trie::default();
        for number in 0..10_000_u32 {
            trie.insert(usize::try_from(number).unwrap(), Counted(number, &compared));
        }
        let mut other = trie.clone();
        other.insert(7_001, Counted(0, &compared));
        other.remove(9_000);
        other.insert(60_000, Counted(1, &compared));
        assert_eq!(trie.differences(&other), [7_001, 9_000, 60_000]);
        assert!(compared.get() <= 8, "{} comparisons", compared.get());
    }

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
                let numbers: BTreeSet<_> = one.1.keys().chain(two.1.keys()).copied().collect();
                let differ = |index: &usize| one.1.get(index) != two.1.get(index);
                let expected: Vec<usize> = numbers.into_iter().filter(differ).collect();
                assert_eq!(one.0.differences(&two.0), expected);
                assert_eq!(two.0.differences(&one.0), expected);
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
