//! HOLD: a fixed number of pending events; each schedules itself again when it occurs.
//!
//! Delays are exponential with a mean of a million units, drawn with `SplitMix64` inside the loop, the
//! same draws for both contenders.

use std::cmp::Reverse;
use std::collections::BinaryHeap;

use leaselab::kernel::{EventList, SimDuration, SimTime};

pub(crate) struct Delays(u64);

impl Delays {
    pub(crate) const fn new() -> Self {
        Self(42)
    }

    #[inline]
    pub(crate) fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        let bits = u32::try_from((mixed ^ (mixed >> 31)) >> 32).expect("the high half");
        let uniform = (f64::from(bits) + 0.5) / 4_294_967_296.0;
        (-uniform.ln() * 1e6) as u64 + 1
    }
}

/// The yardstick: the standard library's heap, and a sequence number to keep equal times apart.
pub(crate) fn bare_heap(pending: u32, events: u64) -> u64 {
    let mut delays = Delays::new();
    let mut heap = BinaryHeap::with_capacity(usize::try_from(pending).expect("it fits") + 1);
    let mut sequence = 0_u64;
    for id in 0..pending {
        heap.push(Reverse((delays.next(), sequence, id)));
        sequence += 1;
    }
    let mut now = 0;
    for _ in 0..events {
        let Reverse((time, _, id)) = heap.pop().expect("something is always pending");
        now = time;
        heap.push(Reverse((now + delays.next(), sequence, id)));
        sequence += 1;
    }
    now
}

/// The kernel's event list.
pub(crate) fn event_list(pending: u32, events: u64) -> u64 {
    let mut delays = Delays::new();
    let mut list = EventList::with_capacity(usize::try_from(pending).expect("it fits") + 1);
    for id in 0..pending {
        list.schedule(SimTime::from_ms(delays.next()), id);
    }
    let mut now = SimTime::ZERO;
    for _ in 0..events {
        let (key, id) = list.take_next().expect("something is always pending");
        now = key.time();
        list.schedule(now + SimDuration::from_ms(delays.next()), id);
    }
    now.as_ms()
}
