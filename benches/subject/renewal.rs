//! Ten simulated minutes of two clients, each of which renews its lease every ten seconds.
//!
//! A message takes 1 ms to 50 ms, each length equally likely. A client acquires a lease of 60 s,
//! and ten seconds after each answer it renews: 60 round trips a client.

use std::cmp::Reverse;
use std::collections::BinaryHeap;

use leaselab::kernel::{EventList, Seed, SimDuration, SimTime, Stream};
use leaselab::service::azure::{Action, BlobService, LeaseDuration, LeaseId, Proposal, Request};
use rand::{Rng, SeedableRng};
use rand_chacha::ChaCha8Rng;

pub(crate) const CLIENTS: usize = 2;
pub(crate) const ROUND_TRIPS: u32 = 60;
const LATENCY_MIN_MS: u64 = 1;
const LATENCY_MAX_MS: u64 = 50;
pub(crate) const PAUSE_MS: u64 = 10_000;
const LEASE_MS: u64 = 60_000;

/// What both contenders must come to, so that they are known to do the same.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Outcome {
    /// How many requests the service carried out.
    pub(crate) successes: u32,
    /// How many events occurred.
    pub(crate) events: u32,
    /// When the last one was, in milliseconds.
    pub(crate) end_ms: u64,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Event {
    /// A client sends a request.
    Due(usize),
    /// It reaches the service.
    Request(usize),
    /// The answer reaches the client.
    Answer(usize, bool),
}

#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Lease {
    id: u128,
    expiry: u64,
}

impl Lease {
    /// The first request of a client acquires, the others renew.
    pub(crate) fn handle(&mut self, now: u64, id: u128, sent: u32) -> bool {
        match sent {
            1 => self.acquire(now, id),
            _ => self.renew(now, id),
        }
    }

    fn acquire(&mut self, now: u64, id: u128) -> bool {
        if self.id != 0 && now < self.expiry {
            return false;
        }
        let expiry = now + LEASE_MS;
        *self = Self { id, expiry };
        true
    }

    fn renew(&mut self, now: u64, id: u128) -> bool {
        if self.id != id {
            return false;
        }
        self.expiry = now + LEASE_MS;
        true
    }
}

/// A latency from 64 random bits.
pub(crate) fn latency_ms(bits: u64) -> u64 {
    let span = u128::from(LATENCY_MAX_MS - LATENCY_MIN_MS + 1);
    let high = (u128::from(bits) * span) >> 64;
    LATENCY_MIN_MS + u64::try_from(high).expect("below the span")
}

/// The yardstick: one heap, one `ChaCha8`, two leases, written for nothing but this.
pub(crate) fn hand_written(seed: u64) -> Outcome {
    let mut rng = ChaCha8Rng::seed_from_u64(seed);
    let mut draw = move || latency_ms(rng.next_u64());
    let mut heap = BinaryHeap::with_capacity(8);
    let mut leases = [Lease::default(); CLIENTS];
    let mut sent = [0_u32; CLIENTS];
    let mut sequence = 0_u64;
    let (mut successes, mut events, mut end_ms) = (0, 0, 0);
    for client in 0..CLIENTS {
        heap.push(Reverse((0, sequence, Event::Due(client))));
        sequence += 1;
    }
    while let Some(Reverse((now, _, event))) = heap.pop() {
        events += 1;
        end_ms = now;
        let (time, event) = match event {
            Event::Due(client) => {
                sent[client] += 1;
                (now + draw(), Event::Request(client))
            }
            Event::Request(client) => {
                let is_success = leases[client].handle(now, id_of(client), sent[client]);
                (now + draw(), Event::Answer(client, is_success))
            }
            Event::Answer(client, is_success) => {
                successes += u32::from(is_success);
                if sent[client] == ROUND_TRIPS {
                    continue;
                }
                (now + PAUSE_MS, Event::Due(client))
            }
        };
        heap.push(Reverse((time, sequence, event)));
        sequence += 1;
    }
    Outcome {
        successes,
        events,
        end_ms,
    }
}

pub(crate) fn id_of(client: usize) -> u128 {
    0x5f0c_0000 + u128::try_from(client).expect("a handful of clients")
}

/// The same from the kernel's event list and stream, and Azure's blob service.
pub(crate) fn kernel_and_azure(seed: u64) -> Outcome {
    let mut stream = Stream::named(Seed(seed), "latency");
    let mut draw = move || SimDuration::from_ms(stream.between(LATENCY_MIN_MS, LATENCY_MAX_MS));
    let mut list = EventList::with_capacity(8);
    let mut services: [BlobService<(), ()>; CLIENTS] =
        std::array::from_fn(|_| BlobService::with_blob(SimTime::ZERO, ()));
    let mut sent = [0_u32; CLIENTS];
    let (mut successes, mut events, mut end) = (0, 0, SimTime::ZERO);
    for client in 0..CLIENTS {
        list.schedule(SimTime::ZERO, Event::Due(client));
    }
    while let Some((key, event)) = list.take_next() {
        let now = key.time();
        events += 1;
        end = now;
        let (time, event) = match event {
            Event::Due(client) => {
                sent[client] += 1;
                (now + draw(), Event::Request(client))
            }
            Event::Request(client) => {
                let request = request_of(client, sent[client]);
                let is_success = services[client].handle(now, request).is_ok();
                (now + draw(), Event::Answer(client, is_success))
            }
            Event::Answer(client, is_success) => {
                successes += u32::from(is_success);
                if sent[client] == ROUND_TRIPS {
                    continue;
                }
                (now + SimDuration::from_ms(PAUSE_MS), Event::Due(client))
            }
        };
        list.schedule(time, event);
    }
    Outcome {
        successes,
        events,
        end_ms: end.as_ms(),
    }
}

fn request_of(client: usize, sent: u32) -> Request<(), ()> {
    let id = LeaseId::from_bits(id_of(client));
    match sent {
        1 => Request::new(Action::AcquireLease {
            proposal: Proposal::Proposed(id),
            duration: LeaseDuration::Fixed(SimDuration::from_ms(LEASE_MS)),
        }),
        _ => Request {
            lease_id: Some(id),
            ..Request::new(Action::RenewLease)
        },
    }
}
