//! `leaselab check` and `leaselab schema`

use std::path::PathBuf;

use clap::{Args, ValueEnum};
use leaselab::{render, scenario};

use super::exit::{Exit, Failure};
use super::input::read_scenario;
use super::output::Output;

/// What to read.
#[derive(Debug, Args)]
pub(crate) struct CheckArguments {
    /// Scenario files; `-` for the standard input.
    #[arg(value_name = "FILE", required = true)]
    files: Vec<PathBuf>,
}

/// Which schema to print.
#[derive(Debug, Args)]
pub(crate) struct SchemaArguments {
    /// What the schema describes.
    #[arg(long, value_enum, default_value_t = Described::Scenario)]
    of: Described,
}

#[derive(Debug, Clone, Copy, ValueEnum)]
enum Described {
    /// Scenario files.
    Scenario,
    /// What `run --format json` prints.
    Report,
    /// What `test --format json` prints.
    Suite,
    /// What `grade --format json` prints.
    Grade,
    /// What `list --format json` prints.
    List,
    /// What `explain --format json` prints.
    Explanation,
}

/// Reports the mistakes of every file.
pub(crate) fn check(arguments: &CheckArguments, output: &mut Output) -> Result<Exit, Failure> {
    let mut exit = Exit::AsExpected;
    for file in &arguments.files {
        match read_scenario(file, &[]) {
            Ok(scenario) => {
                let (steps, resources) = (scenario.steps.len(), scenario.names.resources.len());
                let line = format!(
                    "{}: ok ({steps} steps, {resources} resources)\n",
                    file.display()
                );
                output.print(&line)?;
            }
            Err(Failure::Input(message)) => {
                output.complain(&message);
                exit = Exit::BadInput;
            }
            Err(Failure::ReaderIsGone) => return Err(Failure::ReaderIsGone),
        }
    }
    Ok(exit)
}

/// Prints a JSON Schema.
pub(crate) fn schema(arguments: &SchemaArguments, output: &mut Output) -> Result<Exit, Failure> {
    let schema = match arguments.of {
        Described::Scenario => scenario::schema(),
        Described::Report => render::report_schema(),
        Described::Suite => render::suite_schema(),
        Described::Grade => render::grade_schema(),
        Described::List => render::list_schema(),
        Described::Explanation => render::explanation_schema(),
    };
    output.print(&format!("{schema:#}\n"))?;
    Ok(Exit::AsExpected)
}
