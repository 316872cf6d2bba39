//! `leaselab grade`

use std::path::{Path, PathBuf};
use std::sync::Arc;

use clap::builder::PossibleValuesParser;
use clap::{Args, ValueEnum};
use leaselab::kernel::Seed;
use leaselab::render::{self, Detail, Window};
use leaselab::runbook::{self, Comparison, Grade, NameKind, Outcome, Runbook, Ungraded};
use leaselab::scenario::Scenario;
use leaselab::terraform::Backend;
use rayon::prelude::*;

use super::exit::{Exit, Failure};
use super::input::{Setting, read_scenario, read_source, scenario_files, setting};
use super::output::{Output, write_file};
use super::runbook::{mapping, read_runbook};
use super::test::variants;

/// Which runbook, and on what it is tried.
#[derive(Debug, Args)]
#[command(
    after_help = "Exit status: 0 all recovered; 1 not all; 2 bad input.\ndocs/runbooks.md tells \
    how a runbook is read."
)]
pub(crate) struct GradeArguments {
    /// The runbook: a Markdown file with its commands in fenced blocks.
    #[arg(value_name = "RUNBOOK.md")]
    runbook: PathBuf,
    /// Scenario files with a `wreck:` step, and folders, of which every scenario with one is taken.
    #[arg(value_name = "SCENARIO", required = true)]
    scenarios: Vec<PathBuf>,
    /// Compare with this runbook in the same scenarios.
    #[arg(long, value_name = "RUNBOOK.md")]
    against: Option<PathBuf>,
    /// Let a name of the runbooks stand for the scenario's: `--map blob=prod.tfstate`, as in
    /// `leaselab outline`.
    #[arg(long, value_name = "KIND=NAME", value_parser = mapping)]
    map: Vec<(NameKind, String)>,
    /// The seed of all that is drawn by chance.
    #[arg(long, value_name = "N", default_value_t = 0)]
    seed: u64,
    /// Set a parameter of the scenarios; may be given several times.
    #[arg(long, value_name = "NAME=VALUE", value_parser = setting)]
    set: Vec<Setting>,
    /// Only the wrecks of this backend; of a scenario with a matrix, the combinations that are.
    #[arg(long, value_parser = PossibleValuesParser::new(Backend::NAMES))]
    backend: Option<String>,
    /// What to print.
    #[arg(long, value_enum, default_value_t = Format::Text)]
    format: Format,
    /// Write a `JUnit` report to this file as well.
    #[arg(long, value_name = "FILE")]
    junit: Option<PathBuf>,
    /// Write a page to this folder, `index.html`: the runbook beside each wreck, line by line, with
    /// a picture of the run.
    #[arg(long, value_name = "DIR", conflicts_with = "against")]
    report: Option<PathBuf>,
    /// Print the timeline of each scenario with the runbook's commands.
    #[arg(long)]
    timeline: bool,
    /// Print every scenario, and what went wrong in each.
    #[arg(long)]
    all: bool,
    /// What else is good enough for exit status 0.
    #[arg(long, value_enum, value_name = "OUTCOME")]
    allow: Option<Allowed>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Allowed {
    /// Recovered, but something was at risk on the way.
    But,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Format {
    /// For people.
    Text,
    /// For machines; `leaselab schema --of grade` describes it.
    Json,
    /// For a pull request's comment.
    Markdown,
}

/// Tries a runbook on wrecks.
pub(crate) fn grade(arguments: &GradeArguments, output: &mut Output) -> Result<Exit, Failure> {
    let read = |path: &Path| {
        let mut runbook = read_runbook(path)?;
        for (kind, name) in &arguments.map {
            runbook.names.set(*kind, name);
        }
        Ok(runbook)
    };
    let runbook = read(&arguments.runbook)?;
    let against = arguments.against.as_deref().map(read).transpose()?;
    let (scenarios, broken) = read_scenarios(arguments, output)?;
    let seed = Seed(arguments.seed);
    let grade = runbook::grade_all(&runbook, &scenarios, seed).map_err(ungraded)?;
    if let Some(file) = &arguments.junit {
        write_file(file, &render::grade_junit(&grade))?;
    }
    if let Some(folder) = &arguments.report {
        write_report(&runbook, (&scenarios, &grade), folder)?;
    }
    let worst = match arguments.allow {
        None => Outcome::Recovered,
        Some(Allowed::But) => Outcome::RecoveredBut,
    };
    let exit = if grade.is_all_at_least(worst) {
        Exit::AsExpected
    } else {
        Exit::NotAsExpected
    };
    if let Some(against) = against {
        let other = runbook::grade_all(&against, &scenarios, seed).map_err(ungraded)?;
        let comparison = Comparison { one: grade, other };
        let layout = output.layout(Detail::Story);
        output.print(&match arguments.format {
            Format::Text => render::grade_comparison(&comparison, layout),
            Format::Json => render::grade_comparison_json(&comparison),
            Format::Markdown => render::grade_comparison_markdown(&comparison),
        })?;
    } else {
        print(&grade, arguments, output)?;
    }
    if broken.is_empty() {
        return Ok(exit);
    }
    Err(Failure::input(broken.join("\n")))
}

/// Writes the page and its pictures. The page is written last: where it is, all of it is.
fn write_report(
    runbook: &Runbook,
    (scenarios, grade): (&[(String, Arc<Scenario>)], &Grade),
    folder: &Path,
) -> Result<(), Failure> {
    let perform = |(index, (path, scenario)): (usize, &(String, Arc<Scenario>))| {
        let performance = runbook::perform(runbook, scenario, grade.seed)
            .map_err(|why| ungraded(vec![(path.clone(), why)]))?;
        let name = render::picture_name(index, &scenario.name);
        let picture = render::svg(&performance.film, Window::ALL);
        write_file(&folder.join(&name), &picture)?;
        Ok((name, performance))
    };
    let performances: Result<Vec<_>, Failure> =
        { scenarios.par_iter().enumerate() }.map(perform).collect();
    let page = render::grade_page(grade, &performances?);
    write_file(&folder.join("index.html"), &page)
}

fn print(grade: &Grade, arguments: &GradeArguments, output: &mut Output) -> Result<(), Failure> {
    let layout = output.layout(Detail::Story);
    match arguments.format {
        Format::Json => return output.print(&render::grade_json(grade)),
        Format::Markdown => return output.print(&render::grade_markdown(grade)),
        Format::Text => {}
    }
    if arguments.timeline {
        for (_, graded) in &grade.cases {
            output.print(&render::text(&graded.report, layout))?;
            output.print("\n")?;
        }
    }
    let is_alone = grade.cases.len() == 1;
    if arguments.all || is_alone {
        output.print(&render::grade_table(grade, layout))?;
    } else {
        output.print(&render::grade_report(grade, layout))?;
    }
    if Output::is_in_github_actions() {
        output.print_commands(&render::grade_annotations(grade))?;
    }
    Ok(())
}

/// Scenarios by their paths, and complaints about files.
type Read = (Vec<(String, Arc<Scenario>)>, Vec<String>);

fn ungraded(ungraded: Vec<(String, Ungraded)>) -> Failure {
    let lines: Vec<String> = ungraded
        .into_iter()
        .map(|(path, why)| format!("error: {path} {why}"))
        .collect();
    Failure::input(lines.join("\n"))
}

/// A scenario by its path; where a backend is asked for, those of its variants that have it.
fn read_wrecks(
    file: &Path,
    arguments: &GradeArguments,
) -> Result<Vec<(String, Arc<Scenario>)>, Failure> {
    let path = file.display().to_string();
    let Some(backend) = &arguments.backend else {
        return Ok(vec![(path, read_scenario(file, &arguments.set)?)]);
    };
    let mut is_set = vec![false; arguments.set.len()];
    let cases = variants(&read_source(file)?, &arguments.set, &mut is_set)?;
    let of_backend = { cases.into_iter() }.filter(|case| case.scenario.backend.name() == backend);
    let named = of_backend.map(|case| {
        let name = case.name();
        let settings = name.strip_prefix(case.scenario.name.as_str()).unwrap_or("");
        (format!("{path}{settings}"), case.scenario)
    });
    Ok(named.collect())
}

/// The scenarios of files and folders, in the order of the paths, and what is wrong with files that
/// are none.
fn read_scenarios(arguments: &GradeArguments, output: &mut Output) -> Result<Read, Failure> {
    let mut scenarios = Vec::new();
    let mut complaints = Vec::new();
    let mut skipped = 0_usize;
    for path in &arguments.scenarios {
        let is_folder = path.is_dir();
        for file in scenario_files(std::slice::from_ref(path))? {
            match read_wrecks(&file, arguments) {
                Ok(wrecks) if is_folder => {
                    let (before, of_file) = (scenarios.len(), wrecks.len());
                    scenarios.extend(wrecks.into_iter().filter(|(_, it)| it.wreck().is_some()));
                    skipped += usize::from(of_file > 0 && scenarios.len() == before);
                }
                Ok(wrecks) => scenarios.extend(wrecks),
                Err(Failure { message, .. }) => complaints.push(message),
            }
        }
    }
    if scenarios.is_empty() && !complaints.is_empty() {
        return Err(Failure::input(complaints.join("\n")));
    }
    if scenarios.is_empty() {
        let message = "no scenario has a `wreck:` step, at which a runbook starts";
        return Err(Failure::input(message.to_owned()));
    }
    if skipped > 0 {
        let scenarios = if skipped == 1 {
            "scenario has"
        } else {
            "scenarios have"
        };
        output.note(&format!(
            "{skipped} {scenarios} no `wreck:` step, and no grade"
        ));
    }
    Ok((scenarios, complaints))
}
