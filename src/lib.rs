//! A deterministic discrete-event simulator of Terraform applies that go wrong: lost leases, dead
//! networks, Ctrl+C, half-done applies.
//!
//! A scenario is read from YAML, replayed, and judged; renderers turn the report into text:
//!
//! ```
//! use std::sync::Arc;
//!
//! use leaselab::kernel::Seed;
//! use leaselab::simulation::Recording;
//! use leaselab::{render, scenario, suite, verdict};
//!
//! let source = b"
//! leaselab: 1
//! title: killed before it could save
//! resources: { vnet: { type: azurerm_virtual_network, create: 4s } }
//! steps:
//!   - { id: apply, run: terraform apply -auto-approve, as: alice }
//!   - { when: vnet creating, after: 1s, signal: { alice: SIGKILL } }
//! expect: { exit: { apply: 137 }, findings: { orphaned_object: [vnet], orphaned_lock: [lock] } }
//! ";
//! let scenario = Arc::new(scenario::parse("killed.yaml", source)?);
//! let report = suite::replay(&scenario, Seed(0), Recording::On);
//! assert_eq!(report.outcome, verdict::Outcome::AsExpected);
//! println!("{}", render::text(&report, render::Layout::default()));
//! # Ok::<(), scenario::ScenarioErrors>(())
//! ```
//!
//! # The parts, in reading order
//!
//! * [`kernel`]: simulation time, the event list, named random streams.
//! * [`service`]: what each other side promises: the blob service with its leases, a local directory.
//! * [`terraform`]: state snapshots, locks, plans, and the process that uses them.
//! * [`shell`]: bash as a pure machine, and the small programs that runbooks use.
//! * [`command`]: what an operator types.
//! * [`scenario`]: who does what to which infrastructure, and what goes wrong, and when.
//! * [`timeline`]: facts and observations, the narrow waist between simulation and readers.
//! * [`simulation`]: everything that is simulated, and the one loop in which time advances.
//! * [`verdict`]: findings, expectations, advice. [`explain`]: the catalogue of codes, lines and
//!   words. [`suite`] and [`runbook`]: many scenarios, and recoveries under test; [`drill`]: one
//!   at a prompt.
//! * [`render`]: reports as text, JSON, `JUnit` and state files.
//!
//! # The guide
//!
//! What a user of the command line reads stands here too: [the scenario
//! format](guide::scenario_format), [runbooks under test](guide::runbooks), [drills](guide::drill), and
//! [what every error line, code and finding means](guide::explain).
//!
//! # Determinism
//!
//! The same scenario, seed and version give the same bytes on every platform and any number of
//! threads. The library does no input or output and reads no clock; time is an integer; every draw
//! names its [stream](kernel::Stream).

pub mod kernel;

pub mod service;

pub mod terraform;

pub mod shell;

pub mod command;

pub mod scenario;

pub mod timeline;

mod fault;

mod world;

pub mod simulation;

pub mod verdict;

pub mod explain;

pub mod suite;

pub mod runbook;

pub mod drill;

pub mod course;

pub mod render;

#[expect(
    clippy::doc_markdown,
    reason = "these pages are read in docs/ as well, where paths and names stand as they are"
)]
pub mod guide {
    //! The guide: what the formats say and the words mean. Text only, the same as in `docs/`.
    //!
    //! * [`scenario_format`]: every key of a scenario, which [`scenario::parse`] reads.
    //! * [`runbooks`]: how a runbook is read, which [`runbook::parse`] does, and what a
    //!   [grade](crate::runbook::Grade) says.
    //! * [`drill`]: a wreck at a prompt, which [`Drill`](crate::drill::Drill) is.
    //! * [`explain`]: what [`explain::find`] finds.
    //!
    //! [`scenario::parse`]: crate::scenario::parse
    //! [`runbook::parse`]: crate::runbook::parse
    //! [`explain::find`]: crate::explain::find

    /// [schema]: crate::scenario::schema
    #[doc = include_str!("../docs/scenario-format.md")]
    pub mod scenario_format {}

    /// [commands]: scenario_format#commands
    /// [drill]: drill
    #[doc = include_str!("../docs/runbooks.md")]
    pub mod runbooks {}

    /// [outcomes]: runbooks#outcomes
    /// [literally]: runbooks#typed-literally
    #[doc = include_str!("../docs/drill.md")]
    pub mod drill {}

    #[doc = include_str!("../docs/explain.md")]
    pub mod explain {}
}

/// The README's Rust is compiled and run with the examples.
#[cfg(doctest)]
#[doc = include_str!("../README.md")]
struct Readme;
