//! A session: somebody before a simulation who types, waits, answers, looks, and goes back.
//!
//! Grading a runbook is a session, and so are drills and searches for a recovery. Nothing is
//! replayed to get where it has been: going back takes up the fork that was kept.
//!
//! ```
//! use std::sync::Arc;
//!
//! use leaselab::kernel::{Seed, SimDuration};
//! use leaselab::scenario;
//! use leaselab::simulation::{Recording, Session, Simulation, Waited};
//!
//! let source = b"
//! leaselab: 1
//! title: killed before it could save
//! resources: { vnet: { create: 4s } }
//! steps:
//!   - { id: apply, run: terraform apply -auto-approve, as: alice }
//!   - { when: vnet creating, after: 1s, signal: { alice: SIGKILL } }
//!   - { wreck: alice }
//! ";
//! let scenario = Arc::new(scenario::parse("killed.yaml", source)?);
//! let simulation = Simulation::new(&scenario, Seed(0), Recording::On);
//! let (mut session, alice) = Session::at_wreck(simulation).expect("it comes to its wreck");
//! let patience = SimDuration::from_seconds(60);
//!
//! let plan = session.type_line(alice, "plan", "terraform plan")?;
//! assert!(matches!(session.wait(plan, patience), Waited::Ended(end) if end.exit == 1));
//!
//! session.go_back();
//! let unlock = session.type_line(alice, "unlock", "terraform force-unlock <LOCK_ID>")?;
//! assert_eq!(session.wait(unlock, patience), Waited::Asks);
//! session.answer(alice, "yes").expect("it asked");
//! assert!(matches!(session.wait(unlock, patience), Waited::Ended(end) if end.exit == 0));
//! assert!(!session.look().lock.is_locked());
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

use std::sync::Arc;

use super::Simulation;
use crate::command::{Command, CommandError};
use crate::kernel::SimDuration;
use crate::terraform::{OperatorId, RunEnd, RunId};
use crate::timeline::{Idleness, Observation, Unwatched, Watch};

/// Somebody before a simulation, who types, waits, answers, looks, and goes back. A copy is a
/// fork.
#[derive(Debug, Clone)]
pub struct Session {
    simulation: Simulation,
    /// The simulation before each command that was typed; `None` where nobody goes back.
    past: Option<Vec<Simulation>>,
}

/// What a wait for a run came to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Waited {
    /// The run has ended.
    Ended(RunEnd),
    /// The run waits at its prompt.
    Asks,
    /// The run is still alive.
    StillRunning,
}

impl Session {
    /// Sits down before a simulation, as it stands. The script goes on beside the session.
    pub const fn new(simulation: Simulation) -> Self {
        Self {
            simulation,
            past: Some(Vec::new()),
        }
    }

    /// Lets the simulation come to its scenario's `wreck:` step, and takes over there. Returns who
    /// is to mend it, too; `None` where the scenario has no such step, or never comes to it.
    pub fn at_wreck(simulation: Simulation) -> Option<(Self, OperatorId)> {
        Self::at_wreck_watched(simulation, &mut Unwatched)
    }

    /// Comes to the wreck as [`at_wreck`](Self::at_wreck) does, while `watch` looks at every
    /// instant that ends.
    pub fn at_wreck_watched(
        mut simulation: Simulation,
        watch: &mut impl Watch,
    ) -> Option<(Self, OperatorId)> {
        let (index, operator) = simulation.scenario.wreck()?;
        if !simulation.watch_until_step(index, watch) {
            return None;
        }
        simulation.take_over();
        Some((Self::new(simulation), operator))
    }

    /// The simulation.
    pub const fn simulation(&self) -> &Simulation {
        &self.simulation
    }

    /// The simulation, to be acted on.
    pub const fn simulation_mut(&mut self) -> &mut Simulation {
        &mut self.simulation
    }

    /// Gets up.
    pub fn into_simulation(self) -> Simulation {
        self.simulation
    }

    /// An operator types a command. `name` is what the run is called.
    pub fn type_command(&mut self, operator: OperatorId, name: String, command: Command) -> RunId {
        if let Some(past) = &mut self.past {
            past.push(self.simulation.clone());
        }
        self.simulation.type_command(operator, name, command)
    }

    /// An operator types a command line into the shell that stays open on their machine. `name` is
    /// what the run is called.
    ///
    /// # Errors
    ///
    /// If the line is no command that the model knows; nothing is typed then.
    pub fn type_line(
        &mut self,
        operator: OperatorId,
        name: &str,
        line: &str,
    ) -> Result<RunId, CommandError> {
        let before = self.past.is_some().then(|| self.simulation.clone());
        let run = self.simulation.type_line(operator, name.to_owned(), line)?;
        if let Some(past) = &mut self.past {
            past.extend(before);
        }
        Ok(run)
    }

    /// Waits until the run has ended or asks something, `patience` long at most.
    pub fn wait(&mut self, run: RunId, patience: SimDuration) -> Waited {
        self.wait_watched(run, patience, &mut Unwatched)
    }

    /// Waits as [`wait`](Self::wait) does, while `watch` looks at every instant that ends.
    pub fn wait_watched(
        &mut self,
        run: RunId,
        patience: SimDuration,
        watch: &mut impl Watch,
    ) -> Waited {
        let until = self.simulation.now() + patience;
        self.simulation.watch_until_asked(run, until, watch);
        match self.simulation.run_end(run) {
            Some(end) => Waited::Ended(end),
            None if self.simulation.is_prompting(run) => Waited::Asks,
            None => Waited::StillRunning,
        }
    }

    /// Answers the prompt at which the operator's latest command waits.
    ///
    /// # Errors
    ///
    /// If nobody asked.
    pub fn answer(&mut self, operator: OperatorId, text: &str) -> Result<(), Idleness> {
        self.simulation.answer(operator, text)
    }

    /// Looks: what there is to see is recorded among the timeline's observations.
    pub fn look(&mut self) -> &Arc<Observation> {
        self.simulation.look()
    }

    /// A session of its own from here on, which can't go back behind this point.
    #[must_use]
    pub fn fork(&self) -> Self {
        Self::new(self.simulation.clone())
    }

    /// The session as one that keeps nothing to go back to, which costs a fork a command.
    #[must_use]
    pub fn without_return(mut self) -> Self {
        self.past = None;
        self
    }

    /// Goes back to before the last command that was typed. Returns whether there was one that it
    /// could go back to.
    pub fn go_back(&mut self) -> bool {
        let Some(before) = self.past.as_mut().and_then(Vec::pop) else {
            return false;
        };
        self.simulation = before;
        true
    }
}
