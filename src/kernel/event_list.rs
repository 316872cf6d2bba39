//! The event list: every event that is scheduled and has not occurred.
//!
//! A binary heap ordered by [`EventKey`] alone. Scheduling and taking cost O(log n); cancelling
//! is O(log c) in the number of cancelled events that are still in the heap, and costs nothing
//! where nothing is cancelled.
//!
//! Most events schedule exactly one other. So an event that is taken leaves its place at the top
//! of the heap *vacant*, and the next one that is scheduled takes that place and sinks from
//! there: one walk through the heap instead of two. A vacancy that nobody filled is removed
//! before the heap is looked at again. The vacant place keeps the key of the event that
//! occurred, which is before all others, so that the heap is in order all the time.

use std::cmp::Ordering;
use std::collections::{BTreeSet, BinaryHeap};

use super::time::SimTime;

/// The place of an event in the order of occurrence, and the handle that cancels it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct EventKey {
    time: SimTime,
    sequence: u64,
}

impl EventKey {
    /// When the event occurs.
    pub const fn time(self) -> SimTime {
        self.time
    }
}

#[derive(Debug, Clone)]
struct Scheduled<E> {
    key: EventKey,
    event: E,
}

impl<E> Scheduled<E> {
    /// The key as one number, which compares without a branch.
    #[inline]
    fn rank(&self) -> u128 {
        (u128::from(self.key.time.as_ms()) << 64) | u128::from(self.key.sequence)
    }
}

/// Reversed, because [`BinaryHeap`] gives the greatest first and the earliest key is next.
impl<E> Ord for Scheduled<E> {
    #[inline]
    fn cmp(&self, other: &Self) -> Ordering {
        other.rank().cmp(&self.rank())
    }
}

/// Spelled out, because the heap compares with these operators and the defaults go through
/// [`Ordering`].
impl<E> PartialOrd for Scheduled<E> {
    #[inline]
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }

    #[inline]
    fn lt(&self, other: &Self) -> bool {
        other.rank() < self.rank()
    }

    #[inline]
    fn le(&self, other: &Self) -> bool {
        other.rank() <= self.rank()
    }

    #[inline]
    fn gt(&self, other: &Self) -> bool {
        other.rank() > self.rank()
    }

    #[inline]
    fn ge(&self, other: &Self) -> bool {
        other.rank() >= self.rank()
    }
}

impl<E> PartialEq for Scheduled<E> {
    #[inline]
    fn eq(&self, other: &Self) -> bool {
        self.key == other.key
    }
}

impl<E> Eq for Scheduled<E> {}

/// All scheduled events that have not occurred, in the order of the [kernel](super)'s contract.
#[derive(Debug, Clone)]
pub struct EventList<E> {
    heap: BinaryHeap<Scheduled<E>>,
    cancelled: BTreeSet<EventKey>,
    sequence: u64,
    last: Option<EventKey>,
    /// Whether the top of the heap is the event that was taken last.
    is_top_vacant: bool,
}

impl<E: Clone> Default for EventList<E> {
    fn default() -> Self {
        Self::with_capacity(0)
    }
}

impl<E: Clone> EventList<E> {
    /// An empty event list with room for `capacity` events.
    pub fn with_capacity(capacity: usize) -> Self {
        Self {
            heap: BinaryHeap::with_capacity(capacity),
            cancelled: BTreeSet::new(),
            sequence: 0,
            last: None,
            is_top_vacant: false,
        }
    }

    /// When the event occurred that was taken last. Nothing can be scheduled before it.
    pub fn last_time(&self) -> Option<SimTime> {
        self.last.map(|last| last.time)
    }

    /// Schedules an event and returns the key that cancels it.
    ///
    /// # Panics
    ///
    /// If `time` is before the last event that occurred.
    #[inline]
    pub fn schedule(&mut self, time: SimTime, event: E) -> EventKey {
        assert!(
            self.last.is_none_or(|last| last.time <= time),
            "time never goes back"
        );
        let key = EventKey {
            time,
            sequence: self.sequence,
        };
        self.sequence += 1;
        let scheduled = Scheduled { key, event };
        if self.is_top_vacant {
            self.is_top_vacant = false;
            let mut top = self.heap.peek_mut().expect("what is vacant is there");
            *top = scheduled;
        } else {
            self.heap.push(scheduled);
        }
        key
    }

    /// Cancels a scheduled event. Returns whether it was still to occur.
    pub fn cancel(&mut self, key: EventKey) -> bool {
        if self.last.is_some_and(|last| key <= last) {
            return false;
        }
        self.cancelled.insert(key)
    }

    /// The time of the next event.
    #[inline]
    pub fn next_time(&mut self) -> Option<SimTime> {
        self.settle();
        self.heap.peek().map(|scheduled| scheduled.key.time)
    }

    /// Takes the next event, with the key under which it was scheduled.
    #[inline]
    pub fn take_next(&mut self) -> Option<(EventKey, E)> {
        self.settle();
        let Scheduled { key, event } = self.heap.peek()?;
        let (key, event) = (*key, event.clone());
        self.last = Some(key);
        self.is_top_vacant = true;
        Some((key, event))
    }

    /// How many events are still to occur.
    pub fn len(&self) -> usize {
        self.heap.len() - self.cancelled.len() - usize::from(self.is_top_vacant)
    }

    /// Whether no event is still to occur.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Makes the top of the heap an event that is to occur.
    #[inline]
    fn settle(&mut self) {
        if self.is_top_vacant {
            self.is_top_vacant = false;
            self.heap.pop();
        }
        if !self.cancelled.is_empty() {
            self.drop_cancelled();
        }
    }

    #[cold]
    fn drop_cancelled(&mut self) {
        while let Some(next) = self.heap.peek() {
            if !self.cancelled.remove(&next.key) {
                return;
            }
            self.heap.pop();
        }
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use super::*;
    use crate::kernel::{Seed, SimDuration, Stream};

    fn occur(list: &mut EventList<char>) -> String {
        std::iter::from_fn(|| list.take_next())
            .map(|(_, event)| event)
            .collect()
    }

    #[test]
    fn events_occur_by_time_then_in_the_order_of_scheduling() {
        let mut list = EventList::default();
        for (ms, event) in [(5, 'c'), (1, 'a'), (5, 'd'), (3, 'b'), (5, 'e')] {
            list.schedule(SimTime::from_ms(ms), event);
        }
        assert_eq!(occur(&mut list), "abcde");
    }

    #[test]
    fn an_event_scheduled_for_now_occurs_after_those_already_there() {
        let mut list = EventList::default();
        list.schedule(SimTime::from_ms(1), 'a');
        list.schedule(SimTime::from_ms(1), 'b');
        list.take_next();
        list.schedule(SimTime::from_ms(1), 'c');
        assert_eq!(occur(&mut list), "bc");
    }

    #[test]
    fn a_cancelled_event_does_not_occur_and_moves_no_other() {
        let mut list = EventList::default();
        let keys: Vec<_> = ['a', 'b', 'c', 'd']
            .map(|event| list.schedule(SimTime::from_ms(7), event))
            .into();
        assert!(list.cancel(keys[1]));
        assert!(!list.cancel(keys[1]), "it is cancelled already");
        assert_eq!(list.len(), 3);
        assert_eq!(occur(&mut list), "acd");
        assert!(!list.cancel(keys[0]), "it has occurred");
        assert!(list.is_empty());
        assert_eq!(list.next_time(), None);
    }

    /// Against a sorted map, with every mixture of scheduling, taking and cancelling.
    #[test]
    fn any_sequence_of_calls_gives_the_order_of_a_sorted_map() {
        for seed in 0..200 {
            let mut stream = Stream::named(Seed(seed), "calls");
            let mut list = EventList::default();
            let mut sorted = BTreeMap::new();
            let mut now = SimTime::ZERO;
            for event in 0..300_u32 {
                match stream.below(8) {
                    0..=3 => {
                        let time = now + SimDuration::from_ms(stream.below(20));
                        sorted.insert(list.schedule(time, event), event);
                    }
                    4..=5 => {
                        let next = sorted.pop_first();
                        assert_eq!(list.take_next(), next);
                        now = next.map_or(now, |(key, _)| key.time());
                    }
                    6 => {
                        let chosen = usize::try_from(stream.below(10)).unwrap();
                        if let Some(key) = sorted.keys().nth(chosen).copied() {
                            assert!(list.cancel(key));
                            sorted.remove(&key);
                        }
                    }
                    _ => {
                        let next = sorted.first_key_value().map(|(key, _)| key.time());
                        assert_eq!(list.next_time(), next);
                    }
                }
                assert_eq!(list.len(), sorted.len());
            }
            list = list.clone();
            while let Some(next) = sorted.pop_first() {
                assert_eq!(list.take_next(), Some(next));
            }
            assert_eq!(list.take_next(), None);
        }
    }

    #[test]
    #[should_panic(expected = "time never goes back")]
    fn nothing_is_scheduled_in_the_past() {
        let mut list = EventList::default();
        list.schedule(SimTime::from_ms(2), 'a');
        list.take_next();
        list.schedule(SimTime::from_ms(1), 'b');
    }
}
