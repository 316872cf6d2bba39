//! `leaselab test`

use std::path::{Path, PathBuf};
use std::sync::Arc;

use clap::{Args, ValueEnum};
use indicatif::{ProgressBar, ProgressStyle};
use leaselab::kernel::SimTime;
use leaselab::render::{self, Detail, Window};
use leaselab::scenario::{self, Settings};
use leaselab::suite::{self, BrokenFile, Case, CaseResult, OnFailure, Outside, Seeds, SuiteReport};
use rayon::prelude::*;

use super::exit::{Exit, Failure};
use super::input::{Setting, Source, read_source, scenario_files, setting};
use super::output::{Output, write_file};

/// The largest number of threads.
const JOBS_MAX: i64 = 1_024;

/// What to replay, and what to tell of it.
#[derive(Debug, Args)]
pub(crate) struct TestArguments {
    /// Scenario files, and folders of which all `.yaml` files are taken.
    #[arg(value_name = "PATH", required = true)]
    paths: Vec<PathBuf>,
    /// Replay only the scenarios whose name or path contains this.
    #[arg(long, value_name = "TEXT")]
    filter: Option<String>,
    /// Set a parameter in every scenario that has it; may be given several times.
    #[arg(long, value_name = "NAME=VALUE", value_parser = setting)]
    set: Vec<Setting>,
    /// The seed.
    #[arg(long, value_name = "N", default_value_t = 0, conflicts_with = "seeds")]
    seed: u64,
    /// Replay each scenario under all seeds from A to before B; a failure names its seed.
    #[arg(long, value_name = "A..B", value_parser = seeds)]
    seeds: Option<Seeds>,
    /// Leave out what stands behind the first failed scenario.
    #[arg(long)]
    fail_fast: bool,
    /// So many threads, at most 1024; as many as there are cores by default.
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u16).range(1..=JOBS_MAX))]
    jobs: Option<u16>,
    /// What to print.
    #[arg(long, value_enum, default_value_t = Format::Text)]
    format: Format,
    /// Write the results as JUnit XML to this file.
    #[arg(long, value_name = "FILE")]
    junit: Option<PathBuf>,
    /// Write a page of all scenarios to this folder, `index.html`, with a picture and the verdict
    /// of each.
    #[arg(long, value_name = "DIR")]
    report: Option<PathBuf>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Format {
    /// For people.
    Text,
    /// For machines; `leaselab schema --of suite` describes it.
    Json,
}

fn seeds(text: &str) -> Result<Seeds, String> {
    let wrong = || "seeds are written A..B, and B is greater than A".to_owned();
    let (first, end) = text.split_once("..").ok_or_else(wrong)?;
    let number = |text: &str| text.trim().parse().map_err(|_| wrong());
    Seeds::range(number(first)?, number(end)?).ok_or_else(wrong)
}

/// The clock and the progress bar.
#[derive(Debug)]
struct Terminal {
    #[expect(clippy::disallowed_types, reason = "the real time that a case takes")]
    started: std::time::Instant,
    bar: ProgressBar,
}

impl Terminal {
    #[expect(clippy::disallowed_types, reason = "the real time that a case takes")]
    fn new(cases: usize) -> Self {
        let style = ProgressStyle::with_template("{bar:40} {pos}/{len} {wide_msg}");
        // Draws nothing where the standard error is no terminal.
        let bar = ProgressBar::new(u64::try_from(cases).unwrap_or(u64::MAX));
        if let Ok(style) = style {
            bar.set_style(style);
        }
        Self {
            started: std::time::Instant::now(),
            bar,
        }
    }
}

impl Outside for Terminal {
    fn microseconds(&self) -> u64 {
        u64::try_from(self.started.elapsed().as_micros()).unwrap_or(u64::MAX)
    }

    fn case_is_done(&self) {
        self.bar.inc(1);
    }
}

/// Replays all scenarios and says which are not as expected.
pub(crate) fn test(arguments: &TestArguments, output: &mut Output) -> Result<Exit, Failure> {
    let (cases, broken) = read_cases(arguments, output)?;
    let mut report = replay(cases, arguments)?;
    report.broken = broken;
    if let Some(file) = &arguments.junit {
        let cases = render::suite_junit(&report);
        write_file(file, &render::junit("leaselab test", &cases))?;
    }
    if let Some(folder) = &arguments.report {
        write_report(&report, arguments, folder)?;
    }
    let text = match arguments.format {
        Format::Text => render::suite_text(&report, output.layout(Detail::Story)),
        Format::Json => render::suite_json(&report),
    };
    output.print(&text)?;
    if arguments.format == Format::Text && Output::is_in_github_actions() {
        output.print_commands(&render::annotations(&report))?;
    }
    let outcomes = report
        .results
        .iter()
        .map(|result| Exit::from(result.outcome));
    let worst = outcomes.max().unwrap_or(Exit::AsExpected);
    Ok(if report.broken.is_empty() {
        worst
    } else {
        Exit::BadInput
    })
}

/// Writes the page and its pictures. The page is written last: where it is, all of it is.
fn write_report(
    report: &SuiteReport,
    arguments: &TestArguments,
    folder: &Path,
) -> Result<(), Failure> {
    let seeds = arguments.seeds.unwrap_or(Seeds::one(arguments.seed));
    let picture = |(index, result): (usize, &CaseResult)| {
        // What ends a replication ends its film as well.
        if result.crash.is_some() {
            return Ok(None);
        }
        let failed = result.failed.as_ref().map(|report| report.timeline.seed);
        let seed = failed.unwrap_or(seeds.first());
        let film = suite::film(&result.case.scenario, seed, SimTime::MAX);
        let name = render::picture_name(index, &result.case.scenario.name);
        write_file(&folder.join(&name), &render::svg(&film, Window::ALL))?;
        Ok(Some((name, film)))
    };
    let pictures: Result<Vec<_>, Failure> = { report.results.par_iter().enumerate() }
        .map(picture)
        .collect();
    let page = render::suite_page(report, &pictures?);
    write_file(&folder.join("index.html"), &page)
}

/// All variants of all scenarios, in the order of the paths. Files with mistakes are reported and
/// left out.
fn read_cases(
    arguments: &TestArguments,
    output: &mut Output,
) -> Result<(Vec<Case>, Vec<BrokenFile>), Failure> {
    let mut cases = Vec::new();
    let mut broken = Vec::new();
    let mut set_somewhere: Vec<bool> = vec![false; arguments.set.len()];
    for file in scenario_files(&arguments.paths)? {
        let read = read_source(&file)
            .and_then(|source| variants(&source, &arguments.set, &mut set_somewhere));
        match read {
            Ok(found) => cases.extend(found.into_iter().filter(|case| is_wanted(case, arguments))),
            Err(failure) => {
                output.complain(&failure.message);
                broken.push(broken_file(&file, failure));
            }
        }
    }
    let settings = arguments.set.iter().zip(set_somewhere);
    if let Some(((name, _), _)) = settings.into_iter().find(|(_, is_set)| !is_set) {
        let message = format!("no scenario has a parameter `{name}`");
        return Err(Failure::input(message));
    }
    if cases.is_empty() && broken.is_empty() {
        return Err(Failure::input("there is no such scenario".to_owned()));
    }
    Ok((cases, broken))
}

fn broken_file(path: &Path, failure: Failure) -> BrokenFile {
    let (line, message) = failure
        .first
        .unwrap_or_else(|| (1, failure.message.clone()));
    BrokenFile {
        path: path.display().to_string(),
        line,
        message,
        details: failure.message,
    }
}

fn is_wanted(case: &Case, arguments: &TestArguments) -> bool {
    let Some(filter) = &arguments.filter else {
        return true;
    };
    case.name().contains(filter.as_str()) || case.path.contains(filter.as_str())
}

/// The variants of one file, with the settings of which it has the parameters.
pub(super) fn variants(
    source: &Source,
    settings: &[Setting],
    set_somewhere: &mut [bool],
) -> Result<Vec<Case>, Failure> {
    let refused =
        |errors: scenario::ScenarioErrors| Failure::mistakes(&errors, &source.name, &source.bytes);
    let default = scenario::parse(&source.name, &source.bytes).map_err(refused)?;
    let mut own = Settings::new();
    for ((name, value), is_set) in settings.iter().zip(set_somewhere) {
        if default.variant.values.contains_key(name) {
            own.insert(name.clone(), value.clone());
            *is_set = true;
        }
    }
    let found = scenario::variants(&source.name, &source.bytes, &own).map_err(refused)?;
    let case = |scenario| Case {
        path: source.name.clone(),
        scenario: Arc::new(scenario),
    };
    Ok(found.into_iter().map(case).collect())
}

fn replay(cases: Vec<Case>, arguments: &TestArguments) -> Result<SuiteReport, Failure> {
    let seeds = arguments.seeds.unwrap_or(Seeds::one(arguments.seed));
    let on_failure = if arguments.fail_fast {
        OnFailure::Stop
    } else {
        OnFailure::GoOn
    };
    let terminal = Terminal::new(cases.len());
    let threads = arguments.jobs.map_or(0, usize::from);
    let pool = rayon::ThreadPoolBuilder::new()
        .num_threads(threads)
        .build()
        .map_err(|error| Failure::input(format!("cannot start threads: {error}")))?;
    let report = pool.install(|| suite::run(cases, seeds, on_failure, &terminal));
    terminal.bar.finish_and_clear();
    Ok(report)
}
