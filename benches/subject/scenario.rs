//! Scenarios through the public API: parsed once, replayed with one seed after the other.

use std::sync::Arc;

use leaselab::kernel::Seed;
use leaselab::scenario::{self, Scenario};
use leaselab::simulation::{self, Recording};
use leaselab::timeline::Timeline;

/// Parses a scenario that is known to be right.
pub(crate) fn parse(name: &str, source: &[u8]) -> Arc<Scenario> {
    match scenario::parse(name, source) {
        Ok(scenario) => Arc::new(scenario),
        Err(errors) => panic!("{name}: {errors:?}"),
    }
}

/// Replays a scenario.
pub(crate) fn replay(scenario: &Arc<Scenario>, seed: u64, recording: Recording) -> Timeline {
    simulation::simulate(scenario, Seed(seed), recording)
}
