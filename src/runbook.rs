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

mod blame;
mod complaint;
mod harm;
mod markdown;
mod placeholder;
mod read;
mod replay;
pub mod witness;

pub use complaint::{Complaint, complaints};
pub use condition::{Condition, sentences};
pub use grade::{
    Blocked, Comparison, Grade, Graded, Harm, Held, Lapse, Outcome, Ungraded, compare, grade,
    grade_all,
};
pub use read::parse;
pub use replay::{Step, StepEnd};

/// One mistake in a runbook. It is of the same kind as in a scenario, and drawn alike.
pub type RunbookError = crate::scenario::ScenarioError;
/// Every mistake in a runbook, in the order of the file.
pub type RunbookErrors = crate::scenario::ScenarioErrors;

use condition::Clause;
use placeholder::Each;

/// A runbook, read and checked.
#[derive(Debug, Clone)]
pub struct Runbook {
    /// The file's name.
    pub name: String,
    /// Commands and conditions, in the order of the file.
    items: Vec<Item>,
    /// The conditions, by the numbers that items have for them.
    guards: Vec<Guard>,
}

impl Runbook {
    /// The commands with the lines on which they stand, in the order of the file.
    pub fn commands(&self) -> impl Iterator<Item = (u32, &str)> {
        self.items.iter().filter_map(|item| match item {
            Item::Command(command) => Some((command.line, command.text.as_str())),
            Item::Condition(_) => None,
        })
    }
}

/// What a reader comes to.
#[derive(Debug, Clone)]
enum Item {
    Condition(usize),
    Command(Typed),
}

/// A command of the runbook.
#[derive(Debug, Clone)]
struct Typed {
    line: u32,
    text: String,
    /// The conditions that all have to hold.
    guards: Vec<usize>,
    /// For what it is typed once each.
    each: Option<Each>,
    /// `|| true`: its failure stops nothing.
    may_fail: bool,
}

/// A condition of the runbook.
#[derive(Debug, Clone)]
struct Guard {
    /// The conditions in whose reach it stands.
    within: Vec<usize>,
    /// What it asks.
    clause: Option<Clause>,
    /// `Otherwise:`: it holds where this one does not.
    alternative: Option<usize>,
}
