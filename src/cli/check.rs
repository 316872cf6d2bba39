//! `leaselab check` and `leaselab schema`

use std::path::{Path, PathBuf};

use clap::{Args, ValueEnum};
use leaselab::render;
use leaselab::scenario::{self, Scenario, Settings};

use super::exit::{Exit, Failure};
use super::input::{Source, read_source};
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
    /// What `compare --format json` prints.
    Comparison,
    /// What `outline --format json` prints.
    Outline,
    /// What `list --format json` prints.
    List,
    /// What `explain --format json` prints.
    Explanation,
}

/// Reports the mistakes of every file.
pub(crate) fn check(arguments: &CheckArguments, output: &mut Output) -> Result<Exit, Failure> {
    let mut exit = Exit::AsExpected;
    for file in &arguments.files {
        match read_variants(file) {
            Ok(variants) => {
                let line = format!("{}: ok ({})\n", file.display(), sizes(&variants));
                output.print(&line)?;
            }
            Err(failure) => {
                output.complain(&failure.message);
                exit = Exit::BadInput;
            }
        }
    }
    Ok(exit)
}

/// Reads a scenario in all combinations of its matrix.
fn read_variants(path: &Path) -> Result<Vec<Scenario>, Failure> {
    let Source { name, bytes } = read_source(path)?;
    scenario::variants(&name, &bytes, &Settings::new())
        .map_err(|errors| Failure::mistakes(&errors, &name, &bytes))
}

/// `5 steps, 3 resources, 8 combinations`.
fn sizes(variants: &[Scenario]) -> String {
    let first = variants.first();
    let (steps, resources) = first.map_or((0, 0), |scenario| {
        (scenario.steps.len(), scenario.names.resources.len())
    });
    let combinations = match variants.len() {
        1 => String::new(),
        count => format!(", {count} combinations"),
    };
    format!("{steps} steps, {resources} resources{combinations}")
}

/// Prints a JSON Schema.
pub(crate) fn schema(arguments: &SchemaArguments, output: &mut Output) -> Result<Exit, Failure> {
    let schema = match arguments.of {
        Described::Scenario => scenario::schema(),
        Described::Report => render::report_schema(),
        Described::Suite => render::suite_schema(),
        Described::Grade => render::grade_schema(),
        Described::Outline => render::outline_schema(),
        Described::Comparison => render::comparison_schema(),
        Described::List => render::list_schema(),
        Described::Explanation => render::explanation_schema(),
    };
    output.print(&format!("{schema:#}\n"))?;
    Ok(Exit::AsExpected)
}
