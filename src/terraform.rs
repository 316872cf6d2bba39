//! Terraform: state snapshots, locks, the state manager, plans, and the process that uses them.
//!
//! The rules are those measured on Terraform 1.11.4 with the azurerm backend. This module knows
//! nothing of the world around a process: a [`Process`](process::Process) is told what happens to
//! it and answers with effects that somebody else carries out.
//!
//! ```
//! use leaselab::terraform::manager::{ImportRefusal, StateManager};
//! use leaselab::terraform::{Lineage, StateContent, StateFile, StateSnapshot};
//!
//! let file = |serial| StateFile {
//!     lineage: Lineage(1),
//!     serial,
//!     snapshot: StateSnapshot::default(),
//! };
//! let mut manager = StateManager::default();
//! let mut remote = file(8);
//! remote.snapshot.add_husk(leaselab::terraform::ResourceId(0));
//! manager.refresh(&StateContent::State(remote.into()));
//! let refusal = manager.import(&file(7), false);
//! assert_eq!(refusal, Err(ImportRefusal::Serial { file: 7, remote: 8 }));
//! assert_eq!(manager.import(&file(7), true), Ok(()));
//! ```

pub mod address;
pub mod backend;
pub mod client_model;
pub mod command_model;
pub mod configuration;
pub mod diagnostic;
pub mod dialect;
pub mod invocation;
pub mod lock;
pub mod manager;
pub mod names;
pub mod plan;
mod plan_values;
pub mod process;
pub mod program;
pub mod request;
pub mod signal;
pub mod state;
pub mod state_file;
pub mod state_values;
pub mod transcript;
pub mod walk;

pub(crate) mod trie;

pub use backend::Backend;
pub use client_model::ClientModel;
pub use command_model::CommandModel;
pub use configuration::{Configuration, ResourceConfig};
pub use diagnostic::{Counts, Diagnostic, DiagnosticKind, FileProblem, ProviderError, RunEnd};
pub use dialect::Dialect;
pub use lock::{LockId, LockInfo, LockOperation};
pub use names::{Names, ObjectId, OperatorId, ResourceId, RunId};
pub use program::ProgramError;
pub use request::{OperationKind, RequestKind};
pub use signal::Signal;
pub use state::{
    Attributes, BlobContent, Entry, Lineage, RecordedObject, Scalar, Serial, StateContent,
    StateFile, StateSnapshot,
};
