//! The event loop: the one place where simulation time advances.
//!
//! A step of the script that is due at time t comes before the model's own events at t. A
//! replication ends when no event is left and no step can start any more, or at a bound.

use std::sync::Arc;

use crate::kernel::{Seed, SimTime};
use crate::scenario::Scenario;
use crate::timeline::{Observation, Observed, Timeline};
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
    /// What there was to see at each instant, where properties are watched.
    watched: Vec<Observation>,
    events: u64,
    is_complete: bool,
}

/// What comes next.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Next {
    Step,
    Event,
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
            watched: Vec::new(),
            events: 0,
            is_complete: false,
        }
    }

    /// The instant.
    pub const fn now(&self) -> SimTime {
        self.agenda.now
    }

    /// Advances to the last step or event that is not after `until`.
    pub fn run_until(&mut self, until: SimTime) {
        self.run_until_observed(usize::MAX, until);
    }

    /// Advances until so many observations have been taken, or else as [`run_until`] does.
    ///
    /// [`run_until`]: Self::run_until
    pub fn run_until_observed(&mut self, count: usize, until: SimTime) {
        while let Some((time, next)) = self.next() {
            if self.observations.len() >= count {
                return;
            }
            if time > self.agenda.now {
                self.watch();
            }
            if time > until {
                self.agenda.now = self.agenda.now.max(until);
                return;
            }
            if !self.is_within_limits(time) {
                self.world.reach_limit(self.agenda.now);
                self.is_complete = true;
                return;
            }
            self.advance(time, next);
        }
        self.watch();
        self.world.abandon_steps();
        self.is_complete = true;
    }

    /// What comes next, and when. A step comes before the events of its instant.
    fn next(&mut self) -> Option<(SimTime, Next)> {
        let step = self.world.next_step_due(self.agenda.now);
        let event = self.agenda.events.next_time();
        match (step, event) {
            (Some(step), Some(event)) if event < step => Some((event, Next::Event)),
            (Some(step), _) => Some((step, Next::Step)),
            (None, event) => Some((event?, Next::Event)),
        }
    }

    fn is_within_limits(&self, time: SimTime) -> bool {
        let limits = self.scenario.limits;
        self.events < limits.events_max && time <= SimTime::ZERO + limits.time_max
    }

    /// Lets the next step start or the next event occur.
    fn advance(&mut self, time: SimTime, next: Next) {
        self.events += 1;
        match next {
            Next::Step => {
                self.agenda.now = time;
                if let Some(step) = self.world.take_step(&mut self.agenda) {
                    self.observe(Some(step));
                }
            }
            Next::Event => {
                let (_, event) = self.agenda.events.take_next().expect("it was looked at");
                if !self.world.is_moot(event) {
                    self.agenda.now = time;
                    self.world.react(event, &mut self.agenda);
                }
            }
        }
    }

    /// Looks at the end of an instant, where properties are watched.
    fn watch(&mut self) {
        if self.scenario.properties.is_empty() {
            return;
        }
        let observation = self.world.observe(self.agenda.now);
        let is_news = self.watched.last().is_none_or(|last| {
            let time = last.time;
            Observation {
                time,
                ..observation.clone()
            } != *last
        });
        if is_news {
            self.watched.push(observation);
        }
    }

    fn observe(&mut self, step: Option<usize>) {
        let observation = self.world.observe(self.agenda.now);
        self.observations.push(Observed { step, observation });
    }

    /// Ends the replication and returns what came of it.
    pub fn finish(mut self) -> Timeline {
        self.observe(None);
        let (entries, mut vacuities) = self.world.into_entries();
        if !self.is_complete {
            // What has not come to act still might have.
            vacuities.clear();
        }
        Timeline {
            names: Arc::clone(&self.scenario.names),
            seed: self.seed,
            entries,
            observations: self.observations,
            watched: self.watched,
            vacuities,
            events: self.events,
            is_complete: self.is_complete,
        }
    }
}

/// Where two replications of the same scenario and seed differ first, in words; `None` where they
/// are equal, as they always must be.
pub fn first_difference(one: &Timeline, two: &Timeline) -> Option<String> {
    let entries = one.entries.iter().zip(&two.entries);
    if let Some((index, (a, b))) = entries.enumerate().find(|(_, (a, b))| a != b) {
        return Some(format!("fact {index}: {a:?}, and {b:?}"));
    }
    if one.entries.len() != two.entries.len() {
        let common = one.entries.len().min(two.entries.len());
        return Some(format!("fact {common}: only one replication has it"));
    }
    let observed = one.observations.iter().zip(&two.observations);
    if let Some((index, (a, b))) = observed.enumerate().find(|(_, (a, b))| a != b) {
        return Some(format!("observation {index}: {a:?}, and {b:?}"));
    }
    if one.observations.len() != two.observations.len() || one.vacuities != two.vacuities {
        return Some("the observations or what never came to act".to_owned());
    }
    (one.events != two.events).then(|| format!("{} events, and {}", one.events, two.events))
}
