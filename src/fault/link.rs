//! Links: a table by operator, peer and direction.

use super::ledger::{Cause, Staged};
use crate::scenario::{Direction, Link, LinkState, Peer};
use crate::terraform::OperatorId;

/// One direction of a link, seen from the operator.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Way {
    /// Requests.
    Outward,
    /// Answers.
    Inward,
}

const fn place(peer: Peer, way: Way) -> usize {
    match (peer, way) {
        (Peer::State, Way::Outward) => 0,
        (Peer::State, Way::Inward) => 1,
        (Peer::Cloud, Way::Outward) => 2,
        (Peer::Cloud, Way::Inward) => 3,
    }
}

const fn ways(direction: Direction) -> &'static [Way] {
    match direction {
        Direction::Both => &[Way::Outward, Way::Inward],
        Direction::Outward => &[Way::Outward],
        Direction::Inward => &[Way::Inward],
    }
}

/// The [links](self).
#[derive(Debug, Clone)]
pub(crate) struct Links {
    /// By operator, then by peer and way.
    table: Vec<[Staged<LinkState>; 4]>,
    /// Links that heal by themselves, by the token of the event.
    healing: Vec<Option<Link>>,
}

fn position(operator: OperatorId) -> usize {
    usize::from(operator.0)
}

impl Links {
    /// Links that are all up.
    pub(crate) fn new(operators: usize) -> Self {
        Self {
            table: vec![[Staged::natural(LinkState::Up); 4]; operators],
            healing: Vec::new(),
        }
    }

    /// How one direction of a link is.
    pub(crate) fn get(&self, operator: OperatorId, peer: Peer, way: Way) -> Staged<LinkState> {
        self.table[position(operator)][place(peer, way)]
    }

    /// Whether both directions of a link are up.
    pub(crate) fn is_up(&self, operator: OperatorId, peer: Peer) -> bool {
        [Way::Outward, Way::Inward]
            .into_iter()
            .all(|way| self.get(operator, peer, way).value == LinkState::Up)
    }

    /// Changes a link. What was to heal by itself does what was asked for last. Returns whether
    /// anything changed.
    pub(crate) fn set(&mut self, link: Link, state: LinkState, by: Option<Cause>) -> bool {
        for healing in &mut self.healing {
            let is_replaced = healing.is_some_and(|other| {
                (other.operator, other.peer) == (link.operator, link.peer)
                    && (link.direction == Direction::Both || link.direction == other.direction)
            });
            if is_replaced {
                *healing = None;
            }
        }
        let row = &mut self.table[position(link.operator)];
        let mut has_changed = false;
        for way in ways(link.direction) {
            let entry = &mut row[place(link.peer, *way)];
            has_changed |= entry.value != state;
            *entry = Staged { value: state, by };
        }
        has_changed
    }

    /// A link is to heal by itself. Returns the token of the event.
    pub(crate) fn heal_later(&mut self, link: Link) -> u32 {
        let token = u32::try_from(self.healing.len()).expect("a handful of links");
        self.healing.push(Some(link));
        token
    }

    /// The link that is to heal now, unless something else was asked for since.
    pub(crate) fn take_healing(&mut self, token: u32) -> Option<Link> {
        let index = usize::try_from(token).ok()?;
        self.healing.get_mut(index)?.take()
    }
}
