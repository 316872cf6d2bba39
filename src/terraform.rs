//! Terraform: state snapshots, locks, the state manager, plans, and the process that uses them.
//!
//! The rules are those measured on Terraform 1.11.4 with the azurerm backend. This module knows
//! nothing of the world around a process: a [`Process`](process::Process) is told what happens to
//! it and answers with effects that somebody else carries out.

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
pub mod process;
pub mod request;
pub mod state;
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
pub use request::{OperationKind, RequestKind, Signal};
pub use state::{
    Attributes, BlobContent, Entry, Lineage, RecordedObject, Scalar, Serial, StateContent,
    StateFile, StateSnapshot,
};
