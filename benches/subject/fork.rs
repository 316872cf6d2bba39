//! A simulation in the middle of an apply, to be copied and finished.

use leaselab::kernel::{Seed, SimTime};
use leaselab::simulation::{Recording, Simulation};

use crate::apply;
use crate::scenario::parse;

/// How many resources the applies have that are forked.
pub(crate) const SIZES: [u32; 3] = [10, 1_000, 10_000];

/// An apply of so many resources, each on the one before it, when half of it is done.
pub(crate) fn half_done(resources: u32, recording: Recording) -> Simulation {
    let source = apply::yaml(apply::CASES[1], resources);
    let scenario = parse("many", source.as_bytes());
    let mut whole = Simulation::new(&scenario, Seed(0), recording);
    whole.run_until(SimTime::MAX);
    let half = SimTime::from_ms(whole.now().as_ms() / 2);
    let mut simulation = Simulation::new(&scenario, Seed(0), recording);
    simulation.run_until(half);
    simulation
}

/// Runs a simulation to its end.
pub(crate) fn finish(mut simulation: Simulation) -> u64 {
    simulation.run_until(SimTime::MAX);
    simulation.now().as_ms()
}
