//! `leaselab run`

use std::collections::BTreeSet;
use std::path::PathBuf;
use std::sync::Arc;

use clap::{Args, ValueEnum};
use leaselab::kernel::{Seed, SimDuration, SimTime};
use leaselab::render::{self, Detail, Layout, View, Window};
use leaselab::scenario::Scenario;
use leaselab::simulation::{Recording, first_difference};
use leaselab::suite::{film, replay_until};
use leaselab::timeline::Timeline;
use leaselab::verdict::{Film, Report};

use super::exit::{Exit, Failure};
use super::input::{Setting, read_scenario, setting};
use super::output::{Output, drawn, write_file};
use super::sibling::sibling;
use super::states;

/// What to replay, and what to print of it.
#[derive(Debug, Args)]
#[expect(clippy::struct_excessive_bools, reason = "each is a flag")]
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
    /// Leave out what occurs before this instant, such as 30s, in text and lanes.
    #[arg(long, value_name = "TIME", value_parser = instant)]
    from: Option<SimTime>,
    /// Show only this lane, in text and lanes: an operator's name, state, cloud or faults; may be
    /// given several times.
    #[arg(long, value_name = "LANE", value_delimiter = ',')]
    only: Vec<String>,
    /// Show every request to what keeps the state and every answer, and fold nothing.
    #[arg(long)]
    requests: bool,
    /// Show the state table at every `expect`, at the wreck, and where cloud and records part.
    #[arg(long)]
    tables: bool,
    /// Leave out what findings say of how they are mended, for a class; with `--until`, a
    /// recovery in the scenario itself is left out, too.
    #[arg(long)]
    hide_advice: bool,
    /// Print text and lanes in plain ASCII, but for a scenario's own words.
    #[arg(long)]
    ascii: bool,
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
    /// For people: operators, state, cloud and faults side by side.
    Lanes,
    /// For machines; `leaselab schema --of report` describes it.
    Json,
    /// A page to look at instant by instant, in a browser.
    Html,
    /// A picture: lanes along time, messages between them, what happened below.
    Svg,
    /// A sequence diagram of Mermaid, for a README, a wiki or an issue.
    Mermaid,
    /// A trace that Perfetto (ui.perfetto.dev) and Chrome show.
    Perfetto,
    /// An incident report: what happened, how things stand, what to do.
    Markdown,
}

impl Format {
    const fn extension(self) -> &'static str {
        match self {
            Self::Text => "txt",
            Self::Lanes => "lanes.txt",
            Self::Json => "json",
            Self::Html => "html",
            Self::Svg => "svg",
            Self::Mermaid => "mmd",
            Self::Perfetto => "perfetto.json",
            Self::Markdown => "md",
        }
    }

    /// Whether it shows some lanes alone, where some are chosen.
    const fn is_viewed(self) -> bool {
        match self {
            Self::Text | Self::Lanes => true,
            Self::Json
            | Self::Html
            | Self::Svg
            | Self::Mermaid
            | Self::Perfetto
            | Self::Markdown => false,
        }
    }

    /// Whether it shows what comes from an instant on, where one is chosen.
    const fn begins_late(self) -> bool {
        match self {
            Self::Text | Self::Lanes | Self::Svg | Self::Mermaid | Self::Markdown => true,
            Self::Json | Self::Html | Self::Perfetto => false,
        }
    }

    /// Whether every instant has to be seen.
    const fn needs_film(self) -> bool {
        match self {
            Self::Lanes
            | Self::Html
            | Self::Svg
            | Self::Mermaid
            | Self::Perfetto
            | Self::Markdown => true,
            Self::Text | Self::Json => false,
        }
    }

    fn render(self, film: &Film, view: &View, layout: Layout) -> String {
        let window = Window {
            from: view.from,
            ..Window::ALL
        };
        match self {
            Self::Text => render::text_viewed(film, view, layout),
            Self::Lanes => render::lanes(film, view, layout),
            Self::Json => render::json(&film.report),
            Self::Html => render::html(film),
            Self::Svg => render::svg(film, window),
            Self::Mermaid => render::mermaid(film, window),
            Self::Perfetto => render::perfetto(film),
            Self::Markdown => render::markdown(film, window),
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
    let view = view(&scenario, arguments)?;
    let film = shoot(&scenario, arguments);
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
    print(&film, &view, arguments, output)?;
    Ok(report.outcome.into())
}

/// What of the replication is shown.
fn view(scenario: &Scenario, arguments: &RunArguments) -> Result<View, Failure> {
    let formats = &arguments.format;
    if arguments.from.is_some() && !formats.iter().any(|format| format.begins_late()) {
        return Err(Failure::input(
            "`--from` chooses what text, lanes, svg, mermaid and markdown show: add `--format` \
             with one of them"
                .to_owned(),
        ));
    }
    if !arguments.only.is_empty() && !formats.iter().any(|format| format.is_viewed()) {
        return Err(Failure::input(
            "`--only` chooses what text and lanes show: add `--format text` or `--format lanes`"
                .to_owned(),
        ));
    }
    let chosen = [
        ("--tables", arguments.tables),
        ("--hide-advice", arguments.hide_advice),
    ];
    let is_text = formats.contains(&Format::Text);
    if let Some((flag, _)) = chosen.iter().find(|(_, is_given)| *is_given && !is_text) {
        return Err(Failure::input(format!(
            "`{flag}` changes what the text shows: add `--format text`"
        )));
    }
    let from = arguments.from.unwrap_or(SimTime::ZERO);
    if let Some(until) = arguments.until.filter(|until| *until < from) {
        return Err(Failure::input(format!(
            "`--from` ({from} s) is later than `--until` ({until} s)"
        )));
    }
    Ok(View {
        from,
        only: only(scenario, &arguments.only)?,
        tables: arguments.tables,
        hides_advice: arguments.hide_advice,
        sibling: sibling(&arguments.file),
    })
}

/// The lanes that are asked for.
fn only(scenario: &Scenario, asked: &[String]) -> Result<BTreeSet<String>, Failure> {
    let known = render::lane_names(scenario);
    for name in asked {
        if known.contains(name) {
            continue;
        }
        let near = { known.iter() }
            .map(|lane| (strsim::osa_distance(&name.to_lowercase(), lane), lane))
            .filter(|(distance, _)| *distance <= 2)
            .min();
        let help = match near {
            Some((_, lane)) => format!("did you mean `{lane}`?"),
            None => format!("there are {}", known.join(", ")),
        };
        return Err(Failure::input(format!(
            "there is no lane `{name}`\nhelp: {help}"
        )));
    }
    Ok(asked.iter().cloned().collect())
}

/// Replays the scenario, and keeps every instant where that is needed.
fn shoot(scenario: &Arc<Scenario>, arguments: &RunArguments) -> Film {
    if arguments.tables || arguments.format.iter().any(|format| format.needs_film()) {
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

fn print(
    film: &Film,
    view: &View,
    arguments: &RunArguments,
    output: &mut Output,
) -> Result<(), Failure> {
    let as_asked = |layout| drawn(layout, arguments.requests, arguments.ascii);
    let Some(folder) = &arguments.output else {
        let layout = as_asked(output.layout(Detail::Story));
        return arguments
            .format
            .iter()
            .try_for_each(|format| output.print(&format.render(film, view, layout)));
    };
    for format in &arguments.format {
        let layout = as_asked(Layout::default());
        let name = format!("{}.{}", film.report.scenario.name, format.extension());
        write_file(&folder.join(name), &format.render(film, view, layout))?;
    }
    Ok(())
}
