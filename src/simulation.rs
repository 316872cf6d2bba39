//! The event loop: the one place where simulation time advances.
//!
//! A [`Simulation`] is a replication that can be driven: stepped, looked at, acted on and forked.
//! A [`Session`] on top of it is what somebody does with one: types commands, waits, answers,
//! looks, and goes back.
//!
//! A step of the script that is due at time t comes before the model's own events at t. A
//! replication ends when no event is left and no step can start any more, or at a bound.
//!
//! ```
//! use std::sync::Arc;
//!
//! use leaselab::kernel::{Seed, SimTime};
//! use leaselab::scenario;
//! use leaselab::simulation::{Recording, Simulation};
//!
//! let source = b"
//! leaselab: 1
//! title: an apply
//! resources: { vnet: { create: 4s } }
//! steps: [ { run: terraform apply -auto-approve, as: alice, id: apply } ]
//! ";
//! let scenario = Arc::new(scenario::parse("apply.yaml", source)?);
//! let mut simulation = Simulation::new(&scenario, Seed(0), Recording::On);
//! simulation.run_until(SimTime::from_ms(3_000));
//! let fork = simulation.clone();
//! while simulation.step() {}
//! assert!(simulation.observe().runs[0].end.is_some());
//! assert!(fork.observe().runs[0].end.is_none());
//! # Ok::<(), leaselab::scenario::ScenarioErrors>(())
//! ```

mod drive;
mod session;

use std::sync::Arc;

pub use self::session::{Session, Waited};
pub use crate::world::Recording;

use crate::kernel::{Seed, SimTime};
use crate::scenario::{Limits, Scenario};
use crate::timeline::{Observed, Occasion, Timeline, Unwatched, Watch};
use crate::world::{Agenda, World};

/// A replication under way: the world and the events ahead. A copy is a fork, which goes its own
/// way and shares what has been.
#[derive(Debug, Clone)]
pub struct Simulation {
    scenario: Arc<Scenario>,
    seed: Seed,
    world: World,
    agenda: Agenda,
    limits: Limits,
    observations: Vec<Observed>,
    events: u64,
    end: End,
}

/// How far a replication has come.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum End {
    /// Something may still occur.
    Open,
    /// No event is left and no step can start any more, or a bound was reached.
    Reached,
    /// Somebody took over from the script: there is no end that the scenario speaks of.
    TakenOver,
}

/// What comes next.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Next {
    Step,
    Event,
}

/// Executes the scenario once and returns what came of it.
pub fn simulate(scenario: &Arc<Scenario>, seed: Seed, recording: Recording) -> Timeline {
    simulate_until(scenario, seed, recording, SimTime::MAX)
}

/// Executes the scenario once, while `watch` looks at every instant.
pub fn simulate_watched(
    scenario: &Arc<Scenario>,
    seed: Seed,
    recording: Recording,
    watch: &mut impl Watch,
) -> Timeline {
    let mut simulation = Simulation::new(scenario, seed, recording);
    simulation.run_watched(SimTime::MAX, watch);
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
            limits: scenario.limits,
            observations: Vec::new(),
            events: 0,
            end: End::Open,
        }
    }

    /// When the next step of the script starts or the next event occurs; `None` where nothing is
    /// left.
    pub fn next_due(&mut self) -> Option<SimTime> {
        self.next().map(|(time, _)| time)
    }

    /// Lets the next step start or the next event occur. Returns whether there was one, within
    /// the bounds.
    pub fn step(&mut self) -> bool {
        let mut is_first = true;
        let before = self.events;
        self.run_while(
            SimTime::MAX,
            |_| std::mem::take(&mut is_first),
            &mut Unwatched,
        );
        self.events > before
    }

    /// Advances to the last step or event that is not after `until`.
    pub fn run_until(&mut self, until: SimTime) {
        self.run_watched(until, &mut Unwatched);
    }

    /// Advances as [`run_until`](Self::run_until) does, while `watch` looks at every instant that
    /// ends. The instant at which it stops is shown once it is over: when the simulation goes on.
    pub fn run_watched(&mut self, until: SimTime, watch: &mut impl Watch) {
        self.run_while(until, |_| true, watch);
    }

    /// Advances as [`run_watched`](Self::run_watched) does, as long as `goes_on` holds.
    fn run_while(
        &mut self,
        until: SimTime,
        mut goes_on: impl FnMut(&Self) -> bool,
        watch: &mut impl Watch,
    ) {
        while goes_on(self) {
            let Some((time, next)) = self.next() else {
                return self.reach_end(watch);
            };
            if time > self.agenda.now {
                self.show(watch);
            }
            if time > until {
                self.agenda.now = self.agenda.now.max(until);
                return;
            }
            if !self.is_within_limits(time) {
                self.world.reach_limit(self.agenda.now);
                self.close();
                return;
            }
            self.advance(time, next);
        }
    }

    fn reach_end(&mut self, watch: &mut impl Watch) {
        if self.end != End::Reached {
            self.show(watch);
            self.world.abandon_steps();
        }
        self.close();
    }

    fn close(&mut self) {
        if self.end == End::Open {
            self.end = End::Reached;
        }
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
        self.events < self.limits.events_max && time <= SimTime::ZERO + self.limits.time_max
    }

    /// Lets the next step start or the next event occur.
    fn advance(&mut self, time: SimTime, next: Next) {
        self.events += 1;
        match next {
            Next::Step => {
                self.agenda.now = time;
                if let Some(step) = self.world.take_step(&mut self.agenda) {
                    self.record_observation(Occasion::Step(step));
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

    /// Shows the end of an instant.
    fn show(&self, watch: &mut impl Watch) {
        if !watch.is_done() && watch.is_due(self.world.entries()) {
            watch.instant(self.world.observe(self.agenda.now));
        }
    }

    fn record_observation(&mut self, occasion: Occasion) {
        let observation = Arc::new(self.world.observe(self.agenda.now));
        self.observations.push(Observed {
            occasion,
            observation,
        });
    }

    /// Ends the replication and returns what came of it.
    pub fn finish(mut self) -> Timeline {
        self.record_observation(Occasion::End);
        let is_complete = self.end == End::Reached;
        let names = Arc::clone(self.world.names());
        let (entries, mut vacuities) = self.world.into_entries();
        if !is_complete {
            // What has not come to act still might have.
            vacuities.clear();
        }
        Timeline {
            names,
            seed: self.seed,
            entries,
            observations: self.observations,
            vacuities,
            events: self.events,
            is_complete,
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
