//! `leaselab list`

use std::path::PathBuf;

use clap::{Args, ValueEnum};
use leaselab::render::{self, Detail};

use super::exit::{Exit, Failure};
use super::folder::exhibits;
use super::output::Output;

/// What to list, and how.
#[derive(Debug, Args)]
pub(crate) struct ListArguments {
    /// Scenario files, and folders of them.
    #[arg(value_name = "PATH", default_value = "scenarios")]
    paths: Vec<PathBuf>,
    /// What to print.
    #[arg(long, value_enum, default_value_t = ListFormat::Text)]
    format: ListFormat,
}

/// In which form something is printed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum ListFormat {
    /// For people.
    Text,
    /// For machines; `leaselab schema` describes it.
    Json,
}

/// Lists the scenarios that can be read, and reports the others.
pub(crate) fn list(arguments: &ListArguments, output: &mut Output) -> Result<Exit, Failure> {
    let mut exit = Exit::AsExpected;
    let mut listed = Vec::new();
    let mut messages = Vec::new();
    for read in exhibits(&arguments.paths) {
        match read {
            Ok(exhibit) => listed.push(exhibit),
            Err(Failure { message, .. }) => messages.push(message),
        }
    }
    output.print(&match arguments.format {
        ListFormat::Text => render::list(&listed, output.layout(Detail::Story)),
        ListFormat::Json => render::list_json(&listed),
    })?;
    for message in messages {
        output.complain(&message);
        exit = Exit::BadInput;
    }
    Ok(exit)
}
