//! `leaselab run`

use std::path::PathBuf;
use std::sync::Arc;

use clap::{Args, ValueEnum};
use leaselab::kernel::{Seed, SimDuration, SimTime};
use leaselab::render::{self, Detail, Layout, Window};
use leaselab::scenario::Scenario;
use leaselab::simulation::{Recording, first_difference};
use leaselab::suite::{film, replay_until};
use leaselab::timeline::Timeline;
use leaselab::verdict::{Film, Report};

use super::exit::{Exit, Failure};
use super::input::{Setting, read_scenario, setting};
use super::output::{Output, write_file};
use super::states;

/// What to replay, and what to print of it.
#[derive(Debug, Args)]
pub(crate) struct RunArguments {
    /// The scenario file; `-` for the standard input.
    #[arg(value_name = "FILE")]
    file: PathBuf,
    /// The seed of all that is drawn by chance.
    #[arg(long, value_name = "N", default_value_t = 0)]
    seed: u64,
    /// Set a parameter of the scenario; may be given several times.
    #[arg(long, value_name = "NAME=VALUE", value_parser = setting)]
    set: Vec<Setting>,
    /// What to print; several, divided by commas, go into the folder that --output names.
    #[arg(
        long,
        value_name = "FORMAT",
        value_enum,
        value_delimiter = ',',
        default_value = "text"
    )]
    format: Vec<Format>,
    /// Write to files in this folder, called after the scenario, instead of the standard output.
    #[arg(short, long, value_name = "DIR")]
    output: Option<PathBuf>,
    /// Stop at this instant of simulation time, such as 31s; what comes later is not judged.
    #[arg(long, value_name = "TIME", value_parser = instant)]
    until: Option<SimTime>,
    /// Draw only what comes from this instant on.
    #[arg(long, value_name = "TIME", value_parser = instant)]
    from: Option<SimTime>,
    /// Show every request to the blob service and every answer.
    #[arg(long)]
    requests: bool,
    /// Write the states at the end to this folder: `remote.tfstate`, each operator's
    /// `errored.tfstate`, `lock.json` where the lock is held, and `cloud.json`.
    #[arg(long, value_name = "DIR")]
    states: Option<PathBuf>,
    /// Replay a second time on another thread, and compare.
    #[arg(long)]
    check_determinism: bool,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Format {
    /// For people.
    Text,
    /// For machines; `leaselab schema --of report` describes it.
    Json,
    /// A picture: lanes along time, messages between them, what happened below.
    Svg,
    /// A sequence diagram of Mermaid, for a README, a wiki or an issue.
    Mermaid,
    /// A trace for ui.perfetto.dev or chrome://tracing.
    Perfetto,
    /// An incident report: what happened, how things stand, what to do.
    Markdown,
}

impl Format {
    const fn extension(self) -> &'static str {
        match self {
            Self::Text => "txt",
            Self::Json => "json",
            Self::Svg => "svg",
            Self::Mermaid => "mmd",
            Self::Perfetto => "perfetto.json",
            Self::Markdown => "md",
        }
    }

    fn render(self, film: &Film, layout: Layout, window: Window) -> String {
        match self {
            Self::Text => render::text(&film.report, layout),
            Self::Json => render::json(&film.report),
            Self::Svg => render::svg(film, window),
            Self::Mermaid => render::mermaid(film, window),
            Self::Perfetto => render::perfetto(film),
            Self::Markdown => render::markdown(film, window),
        }
    }

    /// Whether it is drawn from every instant, and not from the report alone.
    const fn is_drawn(self) -> bool {
        match self {
            Self::Text | Self::Json => false,
            Self::Svg | Self::Mermaid | Self::Perfetto | Self::Markdown => true,
        }
    }
}

fn instant(text: &str) -> Result<SimTime, String> {
    let since_start: SimDuration = text
        .parse()
        .map_err(|error: leaselab::kernel::time::DurationError| error.to_string())?;
    Ok(SimTime::ZERO + since_start)
}

/// Replays a scenario and prints what came of it.
pub(crate) fn run(arguments: &RunArguments, output: &mut Output) -> Result<Exit, Failure> {
    if arguments.format.len() > 1 && arguments.output.is_none() {
        return Err(Failure::input(
            "several formats need a folder to write to: add `--output DIR`".to_owned(),
        ));
    }
    let scenario = read_scenario(&arguments.file, &arguments.set)?;
    let film = filmed(&scenario, arguments);
    let report = &film.report;
    if arguments.check_determinism
        && let Some(difference) = replayed_elsewhere(&scenario, arguments, &report.timeline)
    {
        output.complain(&format!("not deterministic: {difference}"));
        return Ok(Exit::NotDeterministic);
    }
    if let Some(folder) = &arguments.states {
        states::write(report, folder)?;
    }
    print(&film, arguments, output)?;
    Ok(report.outcome.into())
}

/// The replication, with every instant where a format is drawn from them.
fn filmed(scenario: &Arc<Scenario>, arguments: &RunArguments) -> Film {
    if arguments.format.iter().any(|format| format.is_drawn()) {
        let until = arguments.until.unwrap_or(SimTime::MAX);
        return film(scenario, Seed(arguments.seed), until);
    }
    Film {
        report: replay(scenario, arguments),
        instants: Vec::new(),
    }
}

fn replay(scenario: &Arc<Scenario>, arguments: &RunArguments) -> Report {
    let until = arguments.until.unwrap_or(SimTime::MAX);
    replay_until(scenario, Seed(arguments.seed), Recording::On, until)
}

/// Where a second replication on another thread differs from the first, if it does.
fn replayed_elsewhere(
    scenario: &Arc<Scenario>,
    arguments: &RunArguments,
    first: &Timeline,
) -> Option<String> {
    std::thread::scope(|scope| {
        let second = scope.spawn(|| replay(scenario, arguments)).join();
        second.map_or_else(
            |_| Some("the second replication panicked".to_owned()),
            |second| first_difference(first, &second.timeline),
        )
    })
}

fn print(film: &Film, arguments: &RunArguments, output: &mut Output) -> Result<(), Failure> {
    let detail = if arguments.requests {
        Detail::Requests
    } else {
        Detail::Story
    };
    let window = Window {
        from: arguments.from.unwrap_or(SimTime::ZERO),
        ..Window::ALL
    };
    let Some(folder) = &arguments.output else {
        let layout = output.layout(detail);
        return arguments
            .format
            .iter()
            .try_for_each(|format| output.print(&format.render(film, layout, window)));
    };
    for format in &arguments.format {
        let layout = Layout {
            detail,
            ..Layout::default()
        };
        let name = format!("{}.{}", film.report.scenario.name, format.extension());
        write_file(&folder.join(name), &format.render(film, layout, window))?;
    }
    Ok(())
}
