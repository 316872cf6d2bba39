//! A scenario: who does what to which infrastructure, and what goes wrong, and when.
//!
//! The YAML file is read once and validated once. After that nothing is optional that cannot be
//! missing, and no name stands as text that is known to exist: names are numbers into
//! [`Names`](crate::terraform::Names).
//!
//! ```
//! use leaselab::scenario;
//!
//! let source = b"
//! leaselab: 1
//! title: a mistake
//! resources: { vnet: { create: 4s } }
//! steps:
//!   - { run: terraform apply -auto-approve, as: alice }
//!   - { when: vnt created, note: it is there }
//! ";
//! let errors = scenario::parse("mistake.yaml", source).expect_err("vnt is no resource");
//! assert_eq!((errors.errors[0].line, errors.errors[0].column), (7, 13));
//! ```

pub mod expectation;
pub mod fault;
pub mod model;
pub mod step;

mod document;
mod error;
mod parameters;
mod raw;
mod schema;
mod validate;

pub use error::{ScenarioError, ScenarioErrors};
pub use expectation::{
    CloudExpectation, Expectation, FileExpectation, FindingName, LockExpectation, ObjectStatus,
    Place, Property, PropertyMode, RemoteExpectation,
};
pub use fault::{FailMode, FaultRule, RequestEffect, RequestName};
pub use model::{
    Before, BlobBefore, Limits, OperatorOptions, Scenario, StartOrder, Timing, Variant, Wrapper,
};
pub use parameters::Settings;
pub use schema::schema;
pub use step::{
    BlobChange, CancelPlan, CloudChange, CredentialState, Direction, FactPattern, LeaseEvent, Link,
    LinkState, Peer, Since, StateFileLineage, Step, StepEffect, StoreChange, Trigger, Verb,
    WrittenFile, WrittenState,
};

pub use crate::terraform::client_model::{
    ClientBase, ClientModel, ForceUnlockMeans, LeaseModel, OnRenewalFailure, RetryModel, SaveModel,
};
pub use crate::terraform::configuration::{
    Accepts, Configuration, ObjectName, OnStop, ResourceConfig,
};
pub use crate::terraform::process::DiskState;

use document::Diagnostics;

/// Reads a scenario file, its parameters at their defaults.
///
/// `name` is the file's name, of which the stem becomes the scenario's; `source` is its content.
///
/// # Errors
///
/// All that is wrong with the file, at once and each with its place.
pub fn parse(name: &str, source: &[u8]) -> Result<Scenario, ScenarioErrors> {
    parse_with(name, source, &Settings::new())
}

/// Reads a scenario file with some of its parameters set.
///
/// # Errors
///
/// As [`parse`], and where a setting is of no parameter.
pub fn parse_with(
    name: &str,
    source: &[u8],
    settings: &Settings,
) -> Result<Scenario, ScenarioErrors> {
    let mut diagnostics = Diagnostics::default();
    let scenario = document::read(source, &mut diagnostics).and_then(|mut root| {
        let values = parameters::declared(&root, settings, &mut diagnostics);
        parameters::substitute(&mut root, &values, &mut diagnostics);
        let variant = Variant {
            values,
            settings: settings.clone(),
            expects: Vec::new(),
        };
        validate::validate(name, &root, variant, &mut diagnostics)
    });
    match scenario {
        Some(scenario) if diagnostics.is_empty() => Ok(scenario),
        Some(_) | None => Err(diagnostics.into_errors()),
    }
}

/// Reads a scenario file in all combinations of its matrix that the settings leave open, in the
/// order of the file; one scenario where there is no matrix.
///
/// # Errors
///
/// As [`parse_with`], for the first combination that has mistakes.
pub fn variants(
    name: &str,
    source: &[u8],
    settings: &Settings,
) -> Result<Vec<Scenario>, ScenarioErrors> {
    // Mistakes that no combination mends are reported as those of the defaults.
    let default = parse_with(name, source, settings)?;
    let mut diagnostics = Diagnostics::default();
    let axes = document::read(source, &mut diagnostics).map(|root| parameters::axes(&root));
    let axes = axes.filter(|axes| !axes.is_empty());
    let Some(axes) = axes else {
        return Ok(vec![default]);
    };
    let Some(combinations) = parameters::combinations(&axes, settings) else {
        let message = "the matrix has more than 10,000 combinations".to_owned();
        diagnostics.push(document::Span::default(), message, None);
        return Err(diagnostics.into_errors());
    };
    combinations
        .iter()
        .map(|combination| parse_with(name, source, combination))
        .collect()
}
