//! The discrete-event kernel: simulation time, the event list, named random streams.
//!
//! # The order of events
//!
//! 1. Events with different times occur in order of time.
//! 2. Events with the same time occur in the order in which they were scheduled.
//! 3. An event scheduled *during* time t *for* time t occurs after all events already scheduled
//!    for t.
//! 4. A cancelled event does not occur and leaves no trace in the order of the others.
//!
//! The order lives in the [`EventKey`], never in the container, so that any event list that
//! honors the key gives the same simulation.
//!
//! ```
//! use leaselab::kernel::{EventList, Seed, SimTime, Stream};
//!
//! let mut events = EventList::with_capacity(4);
//! events.schedule(SimTime::from_ms(20), "second");
//! let key = events.schedule(SimTime::from_ms(10), "cancelled");
//! events.schedule(SimTime::from_ms(10), "first");
//! events.cancel(key);
//! let mut next = || events.take_next().map(|(key, event)| (key.time(), event));
//! assert_eq!(next(), Some((SimTime::from_ms(10), "first")));
//! assert_eq!(next(), Some((SimTime::from_ms(20), "second")));
//!
//! let draws = |name: &str| Stream::named(Seed(7), name).below(1_000);
//! assert_eq!(draws("latency"), draws("latency"));
//! ```

pub mod event_list;
pub mod random;
pub mod time;

pub use event_list::{EventKey, EventList};
pub use random::{Ratio, Seed, Stream};
pub use time::{SimDuration, SimTime};
