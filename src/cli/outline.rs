//! `leaselab outline`

use std::path::PathBuf;

use clap::{Args, ValueEnum};
use leaselab::render::{self, Detail};
use leaselab::runbook::NameKind;

use super::exit::{Exit, Failure};
use super::output::Output;
use super::runbook::{mapping, read_runbook};

/// Which runbook.
#[derive(Debug, Args)]
#[command(
    after_help = "Exit status: 0 it is read; 2 bad input: what is wrong, and what to write.\ndocs/runbooks.md tells \
    how a runbook is read."
)]
pub(crate) struct OutlineArguments {
    /// The runbook: a Markdown file; `-` for the standard input.
    #[arg(value_name = "RUNBOOK.md")]
    runbook: PathBuf,
    /// Let a name of the runbook stand for the scenario's: `--map blob=prod.tfstate`. Kinds are
    /// blob, container, account, directory and workspace.
    #[arg(long, value_name = "KIND=NAME", value_parser = mapping)]
    map: Vec<(NameKind, String)>,
    /// What to print.
    #[arg(long, value_enum, default_value_t = Format::Text)]
    format: Format,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Format {
    /// For people.
    Text,
    /// For machines; `leaselab schema --of outline` describes it.
    Json,
}

/// Prints how a runbook is read.
pub(crate) fn outline(arguments: &OutlineArguments, output: &mut Output) -> Result<Exit, Failure> {
    let mut runbook = read_runbook(&arguments.runbook)?;
    for (kind, name) in &arguments.map {
        runbook.names.set(*kind, name);
    }
    let outline = runbook.outline();
    let layout = output.layout(Detail::Story);
    output.print(&match arguments.format {
        Format::Text => render::outline(&outline, layout),
        Format::Json => render::outline_json(&outline),
    })?;
    Ok(Exit::AsExpected)
}
