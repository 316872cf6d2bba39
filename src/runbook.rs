//! Runbooks: recovery procedures as teams write them, tried on the wrecks of scenarios.
//!
//! A runbook is Markdown. The commands in its fenced `bash`, `sh`, `shell` and `console` blocks
//! are typed one after the other, by whom the scenario's `wreck:` step names and in that
//! operator's directory; a few plain sentences decide what is typed where (`If errored.tfstate
//! exists:`). What comes of it is compared with the wreck, and with the same wreck that nobody
//! touched.
//!
//! The weather stays as it is at the wreck: a fault that the scenario has not ended before it
//! still strikes the runbook's commands.
//!
//! ````
//! use std::sync::Arc;
//!
//! use leaselab::kernel::Seed;
//! use leaselab::runbook::{self, Outcome};
//! use leaselab::scenario;
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
//! let unlock = b"
//! # After a crash
//!
//! Look who holds the lock, and free it:
//!
//! ```bash
//! terraform plan || true
//! terraform force-unlock <LOCK_ID>
//! terraform import <ADDRESS> <ID>
//! ```
//! ";
//! let runbook = runbook::parse("crash.md", unlock)?;
//! let graded = runbook::grade(&runbook, &scenario, Seed(0)).expect("it has a wreck");
//! assert_eq!(graded.outcome, Outcome::Recovered);
//! # Ok::<(), scenario::ScenarioErrors>(())
//! ````

pub mod condition;
pub mod grade;
pub mod outline;
pub mod performance;
pub mod witness;

mod blame;
mod check;
mod complaint;
mod decided;
mod harm;
mod listing;
mod look;
mod markdown;
mod names;
mod placeholder;
mod program;
mod prose;
mod read;
mod replay;
mod step;
pub mod stroke;
mod tree;
mod value;
mod wreck;

pub use complaint::{Complaint, complaints};
pub use condition::{Condition, Deed, Test, sentences};
pub use decided::Decided;
pub use grade::{
    Blocked, Comparison, Grade, Graded, Harm, Held, Lapse, Outcome, Ungraded, compare, grade,
    grade_all,
};
pub use look::{Effect, effect};
pub use names::{NameKind, NameMap, NamedBy, is_spare};
pub use outline::{Entry, EntryKind, Outline};
pub use performance::{Fate, LineRead, Performance, perform};
pub use placeholder::{Each, Placeholder, StandsFor};
pub use read::parse;
pub use replay::{COMMANDS_MAX, PATIENCE, Step, StepEnd};
pub use step::typed_lines;
pub use stroke::Stroke;

use crate::kernel::SimDuration;

/// One mistake in a runbook. It is of the same kind as in a scenario, and drawn alike.
pub type RunbookError = crate::scenario::ScenarioError;
/// Every mistake in a runbook, in the order of the file.
pub type RunbookErrors = crate::scenario::ScenarioErrors;

/// A runbook, read and checked.
#[derive(Debug, Clone)]
pub struct Runbook {
    /// The file's name.
    pub name: String,
    /// What its names stand for.
    pub names: NameMap,
    /// What a reader comes to, in the order of the file.
    items: Vec<Item>,
    /// The lines that are typed, by the numbers that items have for them.
    steps: Vec<Typed>,
    /// The conditions, by the numbers that items have for them.
    guards: Vec<Guard>,
    /// What is not typed, and why.
    passed: Vec<PassedOver>,
    /// Whether all is typed as it stands.
    is_literal: bool,
}

impl Runbook {
    /// The runbook of somebody who does nothing.
    pub fn idle(name: &str) -> Self {
        Self {
            name: name.to_owned(),
            names: NameMap::default(),
            items: Vec::new(),
            steps: Vec::new(),
            guards: Vec::new(),
            passed: Vec::new(),
            is_literal: true,
        }
    }

    /// The commands with the lines on which they stand, in the order of the file.
    pub fn commands(&self) -> impl Iterator<Item = (u32, &str)> {
        let steps = self.steps.iter();
        steps.map(|step| (step.line, step.source.as_str()))
    }

    /// The lines in the file of all that is typed, in its order.
    pub fn lines(&self) -> impl Iterator<Item = u32> {
        self.steps.iter().map(|step| step.line)
    }

    /// What is not typed, in the order of the file.
    pub fn passed_over(&self) -> &[PassedOver] {
        &self.passed
    }
}

/// A part of a runbook that is read, and not typed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PassedOver {
    /// Its line.
    pub line: u32,
    /// What it is: `a block`, or the sentence itself.
    pub what: String,
    /// Why.
    pub why: String,
}

/// What a reader comes to.
#[derive(Debug, Clone)]
enum Item {
    /// A condition is decided.
    Condition(usize),
    /// The reader halts, if its conditions hold.
    Halt(Halt),
    /// A line is typed, if its conditions hold.
    Step(usize),
}

/// An order to halt.
#[derive(Debug, Clone)]
struct Halt {
    line: u32,
    /// The sentence, as it is written.
    text: String,
    /// The conditions that all have to hold.
    guards: Vec<usize>,
    until: Until,
}

/// Until when a reader halts.
#[derive(Debug, Clone)]
enum Until {
    /// For good.
    Never,
    /// Until this holds.
    Holds(Test),
    /// So long.
    Passed(SimDuration),
}

/// A line of the runbook that is typed.
#[derive(Debug, Clone)]
struct Typed {
    line: u32,
    column: u32,
    /// Its text, as it is written.
    source: String,
    /// The conditions that all have to hold.
    guards: Vec<usize>,
    /// Where in the source something else is typed.
    placeholders: Vec<Placeholder>,
    /// For what it is typed once each; nothing where it is typed once.
    each: Vec<Each>,
    /// The address to whose object what is filled in it belongs.
    address: Option<String>,
    /// Whether it looks or changes.
    effect: Effect,
    /// What it does.
    deed: Deed,
    /// What is answered where it asks.
    answers: Vec<String>,
    /// What has to be known of it.
    note: Option<&'static str>,
    /// Whether it is a line, or a key.
    stroke: Stroke,
    /// Who types it, where somebody else can.
    typist: Option<String>,
    /// How long is waited after it, where its end is not waited for.
    pace: Option<SimDuration>,
}

/// A condition of the runbook.
#[derive(Debug, Clone)]
struct Guard {
    line: u32,
    /// The sentence, as it is written.
    text: String,
    /// The conditions in whose reach it stands.
    within: Vec<usize>,
    /// What it asks.
    test: Option<Test>,
    /// `Otherwise:`: it holds where this one does not.
    alternative: Option<usize>,
}
