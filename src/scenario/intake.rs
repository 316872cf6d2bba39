//! A scenario from somebody's own state files: what a night has left, to be graded and drilled.
//!
//! What is taken over is which objects each state records, under which addresses, what needs what,
//! what is tainted, lineages and serials, and whether two copies have different attributes. No value
//! of an attribute is: where two copies differ, a number tells them apart.
//!
//! ```
//! use leaselab::scenario::{self, intake::{Errored, Intake, Source}};
//!
//! let state = |serial, resources| format!(
//!     r#"{{ "version": 4, "serial": {serial}, "resources": [{resources}],
//!          "lineage": "0f1e2d3c-4b5a-6978-8796-a5b4c3d2e1f0" }}"#
//! );
//! let disk = r#"{ "mode": "managed", "type": "azurerm_disk", "name": "data", "instances": [
//!     { "index_key": 0, "attributes": { "id": "/disks/secret" } } ] }"#;
//! let (remote, errored) = (state(7, ""), state(8, disk));
//! let yaml = scenario::intake::scenario(&Intake {
//!     remote: Some(Source { name: "remote.tfstate", bytes: remote.as_bytes() }),
//!     errored: vec![Errored {
//!         operator: "alice",
//!         source: Source { name: "errored.tfstate", bytes: errored.as_bytes() },
//!     }],
//!     ..Intake::default()
//! })?;
//! assert!(yaml.contains("address: 'azurerm_disk.data[0]'") && !yaml.contains("secret"));
//! assert!(scenario::parse("night.yaml", yaml.as_bytes()).is_ok());
//! # Ok::<(), scenario::intake::IntakeError>(())
//! ```

mod backend;
mod cloud;
mod compare;
mod label;
mod lock;
mod needs;
mod state;
mod text;
mod wreck;
mod write;

use std::fmt;

use super::BackendPreset;
use crate::terraform::address::Address;
use text::Document;

/// The largest file that is taken in, in bytes.
pub const BYTES_MAX: usize = 16 * 1024 * 1024;
/// The most objects that all files together record.
pub const OBJECTS_MAX: usize = 20_000;

/// A file: its name in messages, and its content.
#[derive(Debug, Clone, Copy)]
pub struct Source<'a> {
    /// The name.
    pub name: &'a str,
    /// The content.
    pub bytes: &'a [u8],
}

/// An `errored.tfstate`, and whose it is.
#[derive(Debug, Clone, Copy)]
pub struct Errored<'a> {
    /// In whose working directory it is.
    pub operator: &'a str,
    /// The file.
    pub source: Source<'a>,
}

/// What is [taken in](self).
#[derive(Debug, Clone, Default)]
pub struct Intake<'a> {
    /// Where the state is. Without it, what the files tell; and where they tell nothing, azurerm.
    pub backend: Option<BackendPreset>,
    /// What `terraform init` has written of the backend: `.terraform/terraform.tfstate`.
    pub init: Option<Source<'a>>,
    /// The remote state; none where there is none.
    pub remote: Option<Source<'a>>,
    /// The files that failed saves have left, each of another operator.
    pub errored: Vec<Errored<'a>>,
    /// The lock info: JSON, or the lines that Terraform prints. Whoever holds the lock is dead.
    pub lock: Option<Source<'a>>,
    /// What exists, as `run --states` writes it into `cloud.json`. Without it, all exists that a
    /// file records.
    pub cloud: Option<Source<'a>>,
    /// Addresses whose objects somebody has looked up, and which are gone.
    pub gone: Vec<&'a str>,
}

/// Why no scenario can be made of the files.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct IntakeError {
    /// In which file; none where it is in none.
    pub file: Option<String>,
    /// At which line, counted from 1; 0 where it is the file as a whole.
    pub line: usize,
    /// At which column in characters, counted from 1; 0 where it is the file as a whole.
    pub column: usize,
    /// What is wrong: a lowercase fragment.
    pub message: String,
}

impl IntakeError {
    fn new(message: impl Into<String>) -> Self {
        Self {
            file: None,
            line: 0,
            column: 0,
            message: message.into(),
        }
    }
}

/// File, line, column and message: `remote.tfstate:3:14: …`.
impl fmt::Display for IntakeError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Some(file) = &self.file {
            write!(f, "{file}:")?;
            if self.line > 0 {
                write!(f, "{}:{}:", self.line, self.column)?;
            }
            f.write_str(" ")?;
        }
        f.write_str(&self.message)
    }
}

impl std::error::Error for IntakeError {}

/// A copy of the state that was taken in: whose it is, and what it holds.
#[derive(Debug)]
struct Copy<'a> {
    /// None for the remote state.
    operator: Option<&'a str>,
    content: state::Content,
}

/// Makes the scenario, as YAML with comments for whoever completes it.
///
/// # Errors
///
/// Where a file is not what it has to be, and where there is no state file at all.
pub fn scenario(intake: &Intake<'_>) -> Result<String, IntakeError> {
    if intake.remote.is_none() && intake.errored.is_empty() {
        return Err(IntakeError::new(
            "there is no state: give the remote one, an errored.tfstate, or both",
        ));
    }
    let mut copies = Vec::new();
    let mut left = OBJECTS_MAX;
    if let Some(source) = &intake.remote {
        let content = state::read(&Document::new(source)?, &mut left)?;
        copies.push(Copy {
            operator: None,
            content,
        });
    }
    for errored in &intake.errored {
        check_operator(errored.operator, &copies)?;
        let content = state::read(&Document::new(&errored.source)?, &mut left)?;
        copies.push(Copy {
            operator: Some(errored.operator),
            content,
        });
    }
    let backend = backend::of(intake)?;
    let lock = match &intake.lock {
        Some(source) => Some(lock::read(&Document::new(source)?, backend)?),
        None => None,
    };
    let cloud = match &intake.cloud {
        Some(source) => Some(cloud::read(&Document::new(source)?, &mut left)?),
        None => None,
    };
    let mut wreck = wreck::Wreck::of(&copies, cloud.as_ref());
    for text in &intake.gone {
        lose(&mut wreck, text)?;
    }
    Ok(write::yaml(
        (intake, backend),
        &copies,
        &wreck,
        lock.as_ref(),
    ))
}

fn check_operator(operator: &str, copies: &[Copy<'_>]) -> Result<(), IntakeError> {
    if operator.is_empty() || label::as_name(operator) != operator {
        let message = format!(
            "`{operator}` is no operator's name: a letter, then letters, digits and `_`, at most {}",
            label::BYTES_MAX
        );
        return Err(IntakeError::new(message));
    }
    if copies.iter().any(|copy| copy.operator == Some(operator)) {
        return Err(IntakeError::new(format!(
            "two errored.tfstate are of {operator}: say whose each is, `--errored bob=FILE`"
        )));
    }
    Ok(())
}

/// The objects under an address are gone.
fn lose(wreck: &mut wreck::Wreck, text: &str) -> Result<(), IntakeError> {
    let address: Address = text
        .parse()
        .map_err(|error| IntakeError::new(format!("--gone: `{text}` is no address: {error}")))?;
    if wreck.lose(&address) {
        return Ok(());
    }
    let known: Vec<String> = wreck.addresses().take(1_000).collect();
    let near = crate::command::wording::nearest(text, known.iter().map(String::as_str));
    let near = near.map_or_else(String::new, |near| format!("; did you mean `{near}`?"));
    Err(IntakeError::new(format!(
        "--gone: no file records {address}{near}"
    )))
}
