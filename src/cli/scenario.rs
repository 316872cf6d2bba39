//! `leaselab scenario`: a scenario from one's own state files.

use std::path::PathBuf;

use clap::Args;
use clap::builder::{PossibleValuesParser, TypedValueParser as _};
use leaselab::scenario::BackendPreset;
use leaselab::scenario::intake::{self, Errored, Intake};

use super::exit::{Exit, Failure};
use super::input::{Source, read_source};
use super::list::{preset, words};
use super::output::{Output, write_file};

/// The operator of an `errored.tfstate` of whom nothing is said.
const OPERATOR: &str = "alice";

/// The files that an incident has left.
#[derive(Debug, Args)]
pub(crate) struct ScenarioArguments {
    /// Where the state is; without it what --init or the lock info tells, or else azurerm.
    #[arg(long, value_name = "WORD", value_parser = PossibleValuesParser::new(words()).map(|word| preset(&word)))]
    backend: Option<BackendPreset>,
    /// What `terraform init` wrote of the backend, `.terraform/terraform.tfstate`: it tells which
    /// one it is.
    #[arg(long, value_name = "FILE")]
    init: Option<PathBuf>,
    /// The remote state, as `terraform state pull` prints it; without it there is none.
    #[arg(long, value_name = "FILE")]
    remote: Option<PathBuf>,
    /// An errored.tfstate, and whose it is (alice, where nothing is said); for several operators
    /// several times.
    #[arg(long, value_name = "[OPERATOR=]FILE", value_parser = errored)]
    errored: Vec<(String, PathBuf)>,
    /// The lock info, as JSON or as Terraform prints it: the lock is held, and its holder dead.
    #[arg(long, value_name = "FILE")]
    lock: Option<PathBuf>,
    /// What exists, as `run --states` writes it into cloud.json; without it, all that a file
    /// records.
    #[arg(long, value_name = "FILE")]
    cloud: Option<PathBuf>,
    /// The object of this address is gone: somebody has looked it up. May be repeated.
    #[arg(long, value_name = "ADDRESS")]
    gone: Vec<String>,
    /// Where to write the scenario; the standard output by default, or for `-`.
    #[arg(long, short, value_name = "FILE")]
    out: Option<PathBuf>,
}

/// Reads `FILE` or `OPERATOR=FILE`.
fn errored(text: &str) -> Result<(String, PathBuf), String> {
    let is_name = |name: &str| {
        !name.is_empty() && name.chars().all(|c| c.is_ascii_alphanumeric() || c == '_')
    };
    let (name, file) = match text.split_once('=') {
        Some((name, file)) if is_name(name) => (name, file),
        Some(_) | None => (OPERATOR, text),
    };
    if file.is_empty() {
        return Err(format!("no file is named: {name}=FILE"));
    }
    Ok((name.to_owned(), file.into()))
}

/// Writes a scenario whose wreck is what the files record.
pub(crate) fn scenario(
    arguments: &ScenarioArguments,
    output: &mut Output,
) -> Result<Exit, Failure> {
    let read = |path: &Option<PathBuf>| path.as_deref().map(read_source).transpose();
    let remote = read(&arguments.remote)?;
    let lock = read(&arguments.lock)?;
    let cloud = read(&arguments.cloud)?;
    let mut files = Vec::new();
    for (operator, path) in &arguments.errored {
        files.push((operator.as_str(), read_source(path)?));
    }
    let init = read(&arguments.init)?;
    let intake = Intake {
        backend: arguments.backend,
        init: init.as_ref().map(borrowed),
        remote: remote.as_ref().map(borrowed),
        errored: { files.iter() }
            .map(|(operator, source)| Errored {
                operator,
                source: borrowed(source),
            })
            .collect(),
        lock: lock.as_ref().map(borrowed),
        cloud: cloud.as_ref().map(borrowed),
        gone: arguments.gone.iter().map(String::as_str).collect(),
    };
    let yaml = intake::scenario(&intake);
    let yaml = yaml.map_err(|error| Failure::input(format!("error: {error}")))?;
    match &arguments.out {
        Some(path) if path.as_os_str() != "-" => write_file(path, &yaml)?,
        Some(_) | None => output.print(&yaml)?,
    }
    Ok(Exit::AsExpected)
}

fn borrowed(source: &Source) -> intake::Source<'_> {
    intake::Source {
        name: &source.name,
        bytes: &source.bytes,
    }
}
