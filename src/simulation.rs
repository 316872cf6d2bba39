//! The event loop: the one place where simulation time advances.
//!
//! A step of the script that is due at time t comes before the model's own events at t. A
//! replication ends when no event is left and no step can start any more, or at a bound.

use std::sync::Arc;

use crate::kernel::{Seed, SimTime};
use crate::scenario::Scenario;
use crate::timeline::{Observed, Timeline};
use crate::world::{Agenda, World};

pub use crate::world::Recording;

/// A replication under way: the world and the events ahead. A copy is a fork.
#[derive(Debug, Clone)]
pub struct Simulation {
    scenario: Arc<Scenario>,
    seed: Seed,
    world: World,
    agenda: Agenda,
    observations: Vec<Observed>,
    events: u64,
}

/// Executes the scenario once and returns what came of it.
pub fn simulate(scenario: &Arc<Scenario>, seed: Seed, recording: Recording) -> Timeline {
    let mut simulation = Simulation::new(scenario, seed, recording);
    simulation.run_until(SimTime::MAX);
    simulation.finish()
}

/// Executes the scenario until `until`, or to its end.
pub fn simulate_until(
    scenario: &Arc<Scenario>,
    seed: Seed,
    recording: Recording,
    until: SimTime,
) -> Timeline {
    let mut simulation = Simulation::new(scenario, seed, recording);
    simulation.run_until(until);
    simulation.finish()
}

impl Simulation {
    /// A replication before its first step.
    pub fn new(scenario: &Arc<Scenario>, seed: Seed, recording: Recording) -> Self {
        Self {
            scenario: Arc::clone(scenario),
            seed,
            world: World::new(scenario, seed, recording),
            agenda: Agenda::new(),
            observations: Vec::new(),
            events: 0,
        }
    }

    /// The instant.
    pub const fn now(&self) -> SimTime {
        self.agenda.now
    }

    /// Advances to the last step or event that is not after `until`.
    pub fn run_until(&mut self, until: SimTime) {
        while let Some(time) = self.next_time() {
            if time > until {
                self.agenda.now = self.agenda.now.max(until);
                return;
            }
            if !self.is_within_limits(time) {
                self.world.reach_limit(self.agenda.now);
                return;
            }
            self.advance();
        }
        self.world.abandon_steps();
    }

    /// When the next step or event is.
    fn next_time(&mut self) -> Option<SimTime> {
        let step = self.world.next_step_due(self.agenda.now);
        let event = self.agenda.events.next_time();
        match (step, event) {
            (Some(step), Some(event)) => Some(step.min(event)),
            (step, event) => step.or(event),
        }
    }

    fn is_within_limits(&self, time: SimTime) -> bool {
        let limits = self.scenario.limits;
        self.events < limits.events_max && time <= SimTime::ZERO + limits.time_max
    }

    /// Lets the next step start or the next event occur.
    fn advance(&mut self) {
        let step = self.world.next_step_due(self.agenda.now);
        let event = self.agenda.events.next_time();
        self.events += 1;
        match (step, event) {
            (Some(step), event) if event.is_none_or(|event| step <= event) => {
                self.agenda.now = step;
                if let Some(step) = self.world.take_step(&mut self.agenda) {
                    self.observe(Some(step));
                }
            }
            (_, Some(_)) => {
                let (key, event) = self.agenda.events.take_next().expect("it was looked at");
                self.agenda.now = key.time();
                self.world.react(event, &mut self.agenda);
            }
            (_, None) => unreachable!("without step and event there is no next time"),
        }
    }

    fn observe(&mut self, step: Option<usize>) {
        let observation = self.world.observe(self.agenda.now);
        self.observations.push(Observed { step, observation });
    }

    /// Ends the replication and returns what came of it.
    pub fn finish(mut self) -> Timeline {
        self.observe(None);
        let (entries, vacuities) = self.world.into_entries();
        Timeline {
            names: Arc::clone(&self.scenario.names),
            seed: self.seed,
            entries,
            observations: self.observations,
            vacuities,
            events: self.events,
        }
    }
}
