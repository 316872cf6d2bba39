//! Drills: a wreck at a prompt, for whoever wants to mend it by hand.
//!
//! A [`Drill`] is a machine that takes what a person types, line by line, and returns what there is
//! to print. It knows no terminal, no file and no clock: a transcript drives it as well as a person.
//! What was typed is a runbook that is [typed literally](crate::runbook::Stroke), and the drill's
//! grade is that runbook's.
//!
//! ```
//! use std::sync::Arc;
//!
//! use leaselab::drill::Drill;
//! use leaselab::kernel::Seed;
//! use leaselab::runbook::Outcome;
//! use leaselab::scenario;
//!
//! let source = b"
//! leaselab: 1
//! title: killed while it held the lock
//! resources: { vnet: { create: 4s } }
//! steps:
//!   - { run: terraform plan, as: alice }
//!   - { when: lock taken, signal: { alice: SIGKILL } }
//!   - { wreck: alice }
//! ";
//! let scenario = Arc::new(scenario::parse("killed.yaml", source)?);
//! let mut drill = Drill::begin(&scenario, Seed(0), &[]).expect("it has a wreck");
//! drill.line("terraform plan");
//! drill.settle();
//! let id = drill.printed_ids().pop().expect("plan prints who holds the lock");
//! for line in [&format!("terraform force-unlock {id}"), "yes"] {
//!     drill.line(line);
//! }
//! assert_eq!(drill.finish().graded.outcome, Outcome::Recovered);
//! # Ok::<(), scenario::ScenarioErrors>(())
//! ```

mod builtin;
mod colleague;
mod completion;
mod desk;
mod finish;
mod hint;
mod look;
mod record;
mod said;
mod step;

use std::sync::Arc;

pub use builtin::{BUILTINS, Builtin};
pub use completion::Completion;
pub use finish::{Finish, OwnWay, Typed};
pub use hint::{Advised, Hint, HintStep};
pub use look::{Listed, Look, Opening};
pub use said::{Asked, Doing, Ended, LastRun, Prompt, Refused, Said, Why};

use crate::kernel::Seed;
use crate::runbook::Ungraded;
use crate::scenario::Scenario;
use crate::simulation::{Recording, Session, Simulation};
use crate::terraform::OperatorId;
use desk::Desk;

/// A [drill](self) under way.
#[derive(Debug, Clone)]
pub struct Drill {
    scenario: Arc<Scenario>,
    seed: Seed,
    /// Who sits at the prompt, in turns.
    seats: Vec<OperatorId>,
    /// How it stands at the wreck.
    wreck: Desk,
    desk: Desk,
    /// How it stood before each command, for whoever takes one back.
    past: Vec<Desk>,
    /// The lines of a command that goes on.
    partial: String,
    hints: hint::Given,
    course: Course,
    advice: Advice,
}

/// Whether hints are given, and the scenario's own way is shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Advice {
    /// They are.
    Given,
    /// They are not.
    Hidden,
}

/// How far a drill is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Course {
    /// Somebody types.
    Open,
    /// It is over.
    Over,
    /// It is over: somebody has looked at the truth.
    Revealed,
}

impl Drill {
    /// Comes to a scenario's wreck, and sits down there: as whom the wreck names, or in turns as
    /// `seats`, the first of them first.
    ///
    /// # Errors
    ///
    /// Where the scenario has no wreck, or never comes to it.
    pub fn begin(
        scenario: &Arc<Scenario>,
        seed: Seed,
        seats: &[OperatorId],
    ) -> Result<Self, Ungraded> {
        let (index, _) = scenario.wreck().ok_or(Ungraded::NoWreck)?;
        let line = scenario.steps[index].line;
        let mut simulation = Simulation::new(scenario, seed, Recording::On);
        simulation.watch_screens();
        let reached = Session::at_wreck(simulation);
        let (session, mender) = reached.ok_or(Ungraded::WreckNeverComes { line })?;
        let seats = match seats {
            [] => vec![mender],
            seats => seats.to_vec(),
        };
        let desk = Desk::new(session.without_return(), seats[0]);
        Ok(Self {
            scenario: Arc::clone(scenario),
            seed,
            seats,
            wreck: desk.clone(),
            desk,
            past: Vec::new(),
            partial: String::new(),
            hints: hint::Given::default(),
            course: Course::Open,
            advice: Advice::Given,
        })
    }

    /// The drill without hints, and without the scenario's own way at its end.
    #[must_use]
    pub fn without_advice(mut self) -> Self {
        self.advice = Advice::Hidden;
        self
    }

    /// The seed.
    pub const fn seed(&self) -> Seed {
        self.seed
    }

    /// Whether nothing more is typed.
    pub fn is_over(&self) -> bool {
        self.course != Course::Open
    }

    /// Whether the command that was typed last is still at work, and time has to pass.
    pub fn is_at_work(&self) -> bool {
        !self.is_over() && self.desk.is_at_work()
    }

    /// What stands before the next line.
    pub fn prompt(&self) -> Prompt {
        if !self.partial.is_empty() {
            return Prompt::More;
        }
        if self.desk.is_asked() {
            return Prompt::Question;
        }
        let (directory, home) = self.simulation().directory(self.desk.operator);
        let directory = match directory.strip_prefix(&home) {
            Some(rest) if rest.is_empty() || rest.starts_with('/') => format!("~{rest}"),
            Some(_) | None => directory,
        };
        Prompt::Shell {
            operator: self.names().operator(self.desk.operator).to_owned(),
            directory,
            time: self.simulation().now(),
        }
    }

    /// The simulation, as it stands.
    pub const fn simulation(&self) -> &Simulation {
        self.desk.session.simulation()
    }

    /// The scenario.
    pub const fn scenario(&self) -> &Arc<Scenario> {
        &self.scenario
    }

    /// A line is typed: a command, an answer where one is asked, or something for leaselab. A
    /// command that takes time is begun: [`settle`](Self::settle) or [`pass`](Self::pass) lets the
    /// time pass, and so does the next line, unless that is a Ctrl+C.
    pub fn line(&mut self, line: &str) -> Vec<Said> {
        let mut said = Vec::new();
        if !self.is_over() {
            self.take(line, &mut said);
        }
        said
    }

    /// Ctrl+C is pressed, now.
    pub fn interrupt(&mut self) -> Vec<Said> {
        let mut said = Vec::new();
        self.partial.clear();
        if self.desk.is_at_work() || self.desk.is_asked() {
            self.press(&mut said);
        }
        said
    }

    /// There is no more to be typed: a question is answered with an empty line, and the drill is
    /// over.
    pub fn end_of_input(&mut self) -> Vec<Said> {
        let mut said = Vec::new();
        if !self.is_over() {
            self.partial.clear();
            self.leave(&mut said);
        }
        said
    }

    /// Lets time pass until the command has ended or asks.
    pub fn settle(&mut self) -> Vec<Said> {
        let mut said = Vec::new();
        if !self.is_over() {
            self.settle_into(&mut said);
        }
        said
    }
}
