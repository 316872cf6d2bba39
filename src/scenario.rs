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
pub mod lesson;
pub mod model;
pub mod step;

pub mod intake;

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
pub use fault::{
    ConnectionEnd, Ending, FailMode, FaultRule, RequestEffect, RequestName, ServerSide,
};
pub use lesson::{Lesson, LessonTopic, Level};
pub use model::{
    Before, BlobBefore, Limits, LockBefore, OperatorOptions, Scenario, StartOrder, Timing, Variant,
    Wrapper,
};
pub use parameters::Settings;
pub use raw::backend::BackendPreset;
pub use schema::schema;
pub use step::{
    BlobChange, CancelPlan, CloudChange, ConnectionChange, CredentialState, Direction, FactPattern,
    LeaseEvent, Link, LinkState, Peer, RecordDetails, Since, StateFileLineage, Step, StepEffect,
    StoreChange, Trigger, Verb, WrittenFile, WrittenState,
};

pub use crate::terraform::client_model::{
    ClientBase, ClientModel, ForceUnlockMeans, LeaseModel, OnRenewalFailure, RetryModel, SaveModel,
};
pub use crate::terraform::configuration::{
    Accepts, Configuration, ObjectName, OnStop, ResourceConfig,
};
pub use crate::terraform::process::DiskState;

use std::sync::Arc;

use document::{Diagnostics, Node};

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
    let scenario = document::read(source, &mut diagnostics)
        .and_then(|root| read(name, root, settings, &mut diagnostics));
    finish(scenario, diagnostics)
}

/// Makes a scenario of a document with some of its parameters set.
fn read(
    name: &str,
    mut root: Node<'_>,
    settings: &Settings,
    diagnostics: &mut Diagnostics<'_>,
) -> Option<Scenario> {
    let values = parameters::declared(&root, settings, diagnostics);
    parameters::substitute(&mut root, &values, diagnostics);
    parameters::place_steps(&mut root, &values);
    let variant = Variant {
        values,
        settings: settings.clone(),
        expects: Vec::new(),
    };
    validate::validate(name, &root, variant, diagnostics)
}

fn finish<T>(read: Option<T>, diagnostics: Diagnostics<'_>) -> Result<T, ScenarioErrors> {
    match read {
        Some(read) if diagnostics.is_empty() => Ok(read),
        Some(_) | None => Err(diagnostics.into_errors()),
    }
}

/// Writes a scenario file anew: YAML that reads the same, without comments, each mapping and list
/// on lines of its own.
///
/// ```
/// use leaselab::scenario;
///
/// let source = b"{ leaselab: 1, title: 'a: b', steps: [{ note: x }] } # short";
/// let written = "leaselab: 1\ntitle: 'a: b'\nsteps:\n- note: x\n";
/// assert_eq!(scenario::rewrite(source)?, written);
/// # Ok::<(), scenario::ScenarioErrors>(())
/// ```
///
/// # Errors
///
/// Where the file is no YAML that a scenario can be in. Whether it is a scenario is not looked at.
pub fn rewrite(source: &[u8]) -> Result<String, ScenarioErrors> {
    let mut diagnostics = Diagnostics::default();
    let written = document::read(source, &mut diagnostics).map(|root| document::write(&root));
    finish(written, diagnostics)
}

/// Reads a scenario file in all combinations of its matrix that the settings leave open, in the
/// order of the file; one scenario where there is no matrix.
///
/// # Errors
///
/// As [`parse_with`], for the first combination that has mistakes, and where there are more
/// combinations, or larger ones, than a scenario may have.
pub fn variants(
    name: &str,
    source: &[u8],
    settings: &Settings,
) -> Result<Vec<Scenario>, ScenarioErrors> {
    // Mistakes that no combination mends are reported as those of the defaults.
    let default = parse_with(name, source, settings)?;
    let mut diagnostics = Diagnostics::default();
    let variants = document::read(source, &mut diagnostics)
        .and_then(|root| all_variants(name, root, settings, default, &mut diagnostics));
    finish(variants, diagnostics)
}

fn all_variants(
    name: &str,
    mut root: Node<'_>,
    settings: &Settings,
    default: Scenario,
    diagnostics: &mut Diagnostics<'_>,
) -> Option<Vec<Scenario>> {
    let axes = parameters::axes(&root);
    if axes.is_empty() {
        return Some(vec![default]);
    }
    parameters::take_axes(&mut root);
    let size = root.size(&[]).saturating_add(default.names.resources.len());
    let combinations = parameters::combinations(&axes, settings, size);
    let combinations = combinations.map_err(|message| {
        let place = root.entry("matrix").map_or(&root, |(key, _)| key);
        diagnostics.error(place, message);
    });
    let mut variants = Vec::new();
    for combination in combinations.ok()? {
        let variant = read(name, root.clone(), &combination, diagnostics);
        let variant = variant.filter(|_| diagnostics.is_empty());
        let Some(mut variant) = variant else {
            let values = combination.iter();
            let values: Vec<String> = values
                .map(|(name, value)| format!("{name}={value}"))
                .collect();
            diagnostics.explain_all(&format!("in the combination {}", values.join(", ")));
            return None;
        };
        share(&mut variant, &default);
        variants.push(variant);
    }
    Some(variants)
}

/// Lets a variant share what is large and the same in the default.
fn share(variant: &mut Scenario, default: &Scenario) {
    if variant.names == default.names {
        variant.names = Arc::clone(&default.names);
    }
    if variant.configuration == default.configuration {
        variant.configuration = Arc::clone(&default.configuration);
    }
    if variant.definitions == default.definitions {
        variant.definitions = Arc::clone(&default.definitions);
    }
}
