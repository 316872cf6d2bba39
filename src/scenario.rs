//! A scenario: who does what to which infrastructure, and what goes wrong, and when.
//!
//! The YAML file is read once and validated once. After that nothing is optional that cannot be
//! missing, and no name stands as text that is known to exist: names are numbers into
//! [`Names`](crate::terraform::Names).

pub mod expectation;
pub mod fault;
pub mod model;
pub mod step;

mod document;
mod error;
mod raw;
mod schema;
mod validate;

pub use error::{ScenarioError, ScenarioErrors};
pub use expectation::{
    CloudExpectation, ErroredExpectation, Expectation, FindingName, LockExpectation,
    RemoteExpectation,
};
pub use fault::{FailMode, FaultRule, RequestEffect, RequestName};
pub use model::{
    Before, BlobBefore, Limits, OperatorOptions, Scenario, StartOrder, Timing, Wrapper,
};
pub use schema::schema;
pub use step::{
    BlobChange, CancelPlan, CloudChange, CredentialState, Direction, FactPattern, Link, LinkState,
    Peer, Since, StateFileLineage, Step, Trigger, Verb, WrittenFile, WrittenState,
};

pub use crate::terraform::client_model::{
    ClientBase, ClientModel, ForceUnlockMeans, LeaseModel, OnRenewalFailure, RetryModel, SaveModel,
};
pub use crate::terraform::configuration::{
    Accepts, Configuration, ObjectName, OnStop, ResourceConfig,
};
pub use crate::terraform::process::DiskState;

use document::Diagnostics;

/// Reads a scenario file.
///
/// `name` is the file's name, of which the stem becomes the scenario's; `source` is its content.
///
/// # Errors
///
/// All that is wrong with the file, at once and each with its place.
pub fn parse(name: &str, source: &[u8]) -> Result<Scenario, ScenarioErrors> {
    let mut diagnostics = Diagnostics::default();
    let root = document::read(source, &mut diagnostics);
    let scenario = root.and_then(|root| validate::validate(name, &root, &mut diagnostics));
    match scenario {
        Some(scenario) if diagnostics.is_empty() => Ok(scenario),
        Some(_) | None => Err(diagnostics.into_errors()),
    }
}
