//! A suite's results as text, as JUnit cases, as GitHub annotations and as JSON.

use schemars::JsonSchema;
use schemars::generate::SchemaSettings;
use serde::Serialize;

use super::fact::{actor, counted, describe};
use super::json::outcome_name;
use super::junit::{JunitCase, JunitFailure};
use super::layout::{BAD, BOLD, Color, GOOD, Layout, columns, pad};
use super::text::{broken_property, mismatches, vacuous};
use super::visible::visible;
use crate::kernel::SimTime;
use crate::scenario::Place;
use crate::suite::{CaseResult, SuiteReport};
use crate::verdict::{Outcome, PropertyOutcome, Report};

/// So many facts before a failure are shown.
const FACTS_MAX: usize = 8;
/// A longer name moves the columns behind it.
const NAME_COLUMNS_MAX: usize = 48;

/// The suite's results: a line a case, what failed and how to see it again, a summary.
pub fn suite_text(report: &SuiteReport, layout: Layout) -> String {
    let names = report.results.iter().map(|result| result.case.name());
    let longest = names.map(|name| columns(&name)).max().unwrap_or(0);
    let width = longest.min(NAME_COLUMNS_MAX);
    let mut lines: Vec<String> = report
        .results
        .iter()
        .map(|result| result_line(result, width, layout))
        .collect();
    for result in report.results.iter().filter(|result| !result.is_passed()) {
        lines.push(String::new());
        lines.extend(failure(result, layout));
    }
    for file in &report.broken {
        lines.push(String::new());
        lines.push(layout.paint(BAD.bold(), &format!("BROKEN {}", file.path)));
        lines.extend(layout.wrap("  ", 2, &format!("line {}: {}", file.line, file.message)));
    }
    lines.push(String::new());
    lines.push(layout.paint(BOLD, &summary(report)));
    let mut text = lines.join("\n");
    text.push('\n');
    text
}

const fn word(outcome: Outcome) -> &'static str {
    match outcome {
        Outcome::AsExpected => "ok",
        Outcome::NotJudged => "not judged",
        Outcome::NotAsExpected => "FAILED",
        Outcome::Vacuous => "VACUOUS",
    }
}

fn result_line(result: &CaseResult, width: usize, layout: Layout) -> String {
    let style = if result.is_passed() { GOOD } else { BAD };
    format!(
        "{}  {}  {:>12} s  {:>9}",
        layout.paint(style, &pad(word(result.outcome), 10)),
        pad(&result.case.name(), width),
        result.simulated,
        in_ms(result.real_us),
    )
}

/// Real time in milliseconds: `1.25 ms`.
fn in_ms(us: u64) -> String {
    format!("{}.{:02} ms", us / 1_000, us % 1_000 / 10)
}

/// The text as one word of a shell's command line.
fn in_shell(text: &str) -> String {
    shlex::try_quote(text).map_or_else(|_| text.to_owned(), Into::into)
}

/// A path as an argument that is no option.
fn path_in_shell(path: &str) -> String {
    let is_option = path.starts_with('-') && path != "-";
    in_shell(&if is_option {
        format!("./{path}")
    } else {
        path.to_owned()
    })
}

/// The command that shows the failed replication.
pub(super) fn reproduce(result: &CaseResult) -> String {
    let failed = result.failed.as_ref().map(|report| report.timeline.seed);
    let seed = result.crash.as_ref().map(|(seed, _)| *seed).or(failed);
    let seed = seed.map(|seed| format!(" --seed {seed}"));
    let settings = result.case.scenario.variant.settings.iter();
    let settings =
        settings.map(|(name, value)| format!(" --set {}", in_shell(&format!("{name}={value}"))));
    let command = format!("leaselab run {}", path_in_shell(&result.case.path));
    std::iter::once(command)
        .chain(seed)
        .chain(settings)
        .collect()
}

/// What a failed case should have come to, what it came to, and how to see it again.
pub(super) fn failure(result: &CaseResult, layout: Layout) -> Vec<String> {
    let title = format!("{} {}", word(result.outcome), result.case.path);
    let mut lines = vec![layout.paint(BAD.bold(), &title)];
    let mut told = Vec::new();
    told.extend(crash(result));
    if let Some(report) = &result.failed {
        told.extend(what_failed(report, layout));
    }
    for property in &result.never_seen {
        let text = format!(
            "line {}: sometimes \"{}\" never came true under any seed",
            property.line, property.name
        );
        told.extend(layout.wrap("", 2, &text));
    }
    if let Some(report) = &result.failed {
        told.extend(last_facts(report, layout));
    }
    told.push(format!("reproduce: {}", reproduce(result)));
    lines.extend(told.iter().map(|line| format!("  {line}")));
    lines
}

/// What is said where leaselab itself failed.
fn crash(result: &CaseResult) -> Option<String> {
    let (_, said) = result.crash.as_ref()?;
    Some(format!(
        "leaselab itself failed, which is a mistake of its own: {said}"
    ))
}

fn what_failed(report: &Report, layout: Layout) -> Vec<String> {
    let narrow = Layout {
        width: layout.width.saturating_sub(2),
        ..layout
    };
    let judged = report
        .judgements
        .iter()
        .map(|judged| mismatches(judged, narrow));
    let properties = report
        .properties
        .iter()
        .filter(|property| match property.outcome {
            PropertyOutcome::Broken { .. } => true,
            PropertyOutcome::Held | PropertyOutcome::NotSeen => false,
        });
    let properties = properties.map(|property| broken_property(property, narrow));
    let vacuities = report.timeline.vacuities.iter();
    let vacuities = vacuities.map(|vacuity| vacuous(vacuity, &report.timeline.names, narrow));
    judged
        .chain(properties)
        .chain(vacuities)
        .flatten()
        .collect()
}

/// When the first thing went wrong.
fn first_failure(report: &Report) -> SimTime {
    let unmet = report
        .judgements
        .iter()
        .filter(|judged| !judged.mismatches.is_empty());
    let broken = report
        .properties
        .iter()
        .filter_map(|property| match property.outcome {
            PropertyOutcome::Broken { time, .. } => Some(time),
            PropertyOutcome::Held | PropertyOutcome::NotSeen => None,
        });
    let times = unmet.map(|judged| judged.time).chain(broken);
    times.min().unwrap_or_else(|| report.timeline.last().time)
}

/// The last facts before the first thing that went wrong.
fn last_facts(report: &Report, layout: Layout) -> Vec<String> {
    let until = first_failure(report);
    let names = &report.timeline.names;
    let mut lines: Vec<String> = report
        .timeline
        .entries
        .iter()
        .rev()
        .filter(|entry| entry.time <= until)
        .filter_map(|entry| {
            let words = describe(entry, names, layout.detail)?;
            let who = pad(actor(entry.actor, names), "scenario".len());
            let prefix = format!("{:>9}  {who}  ", entry.time);
            let indent = columns(&prefix);
            Some(layout.wrap(&prefix, indent, &words.line).join("\n  "))
        })
        .take(FACTS_MAX)
        .collect();
    lines.push("the last facts before it:".to_owned());
    lines.reverse();
    lines
}

/// `132 scenarios: 130 ok, 1 failed, 1 vacuous`.
fn summary(report: &SuiteReport) -> String {
    let all = u64::try_from(report.results.len()).unwrap_or(u64::MAX);
    let counts = [
        (Outcome::AsExpected, "ok"),
        (Outcome::NotJudged, "not judged"),
        (Outcome::NotAsExpected, "failed"),
        (Outcome::Vacuous, "vacuous"),
    ];
    let parts: Vec<String> = counts
        .iter()
        .map(|(outcome, word)| (report.count(*outcome), word))
        .filter(|(count, _)| *count > 0)
        .map(|(count, word)| format!("{count} {word}"))
        .collect();
    let seeds = match report.seeds {
        1 => String::new(),
        seeds => format!(", each under {seeds} seeds"),
    };
    let left_out = match report.left_out {
        0 => String::new(),
        left_out => format!("; {left_out} left out after the first failure"),
    };
    let parts = if parts.is_empty() {
        "nothing to replay".to_owned()
    } else {
        parts.join(", ")
    };
    let broken = match report.broken.len() {
        0 => String::new(),
        1 => "; 1 file is no scenario".to_owned(),
        broken => format!("; {broken} files are no scenarios"),
    };
    format!(
        "{}{seeds}: {parts}{left_out}{broken}",
        counted(all, "scenario")
    )
}

/// The results as tests of a JUnit report.
pub fn suite_junit(report: &SuiteReport) -> Vec<JunitCase> {
    let case = |result: &CaseResult| JunitCase {
        name: result.case.name(),
        class: result.case.path.clone(),
        real_us: Some(result.real_us),
        failure: (!result.is_passed()).then(|| JunitFailure {
            kind: "expectation".to_owned(),
            message: message(result),
            details: failure(result, Layout::default()).join("\n"),
        }),
    };
    let broken = report.broken.iter().map(|file| JunitCase {
        name: file.path.clone(),
        class: file.path.clone(),
        real_us: Some(0),
        failure: Some(JunitFailure {
            kind: "input".to_owned(),
            message: file.message.clone(),
            details: file.details.clone(),
        }),
    });
    report.results.iter().map(case).chain(broken).collect()
}

/// What failed first, in a line.
fn message(result: &CaseResult) -> String {
    if let Some(crash) = crash(result) {
        return crash;
    }
    let told = result
        .failed
        .as_ref()
        .map(|report| what_failed(report, Layout::default()));
    let first = told.and_then(|lines| lines.into_iter().next());
    first.unwrap_or_else(|| {
        let names = result.never_seen.iter().map(|property| &*property.name);
        let names: Vec<&str> = names.collect();
        format!("sometimes \"{}\" never came true", names.join("\", \""))
    })
}

/// The line of the file at which a case failed first, and the column where that is known.
fn place(result: &CaseResult) -> (u32, Option<u32>) {
    let at = |place: Place| (place.line, Some(place.column));
    let in_report = result.failed.as_ref().and_then(|report| {
        let mut unmet = report.judgements.iter().flat_map(|one| &one.mismatches);
        let broken = report.properties.iter().find_map(|property| {
            let PropertyOutcome::Broken { mismatches, .. } = &property.outcome else {
                return None;
            };
            let first = mismatches.first().map(|mismatch| mismatch.place);
            Some(first.map_or((property.line, None), at))
        });
        let vacuity = report.timeline.vacuities.first();
        let unmet = unmet.next().map(|mismatch| at(mismatch.place));
        unmet
            .or(broken)
            .or(vacuity.map(|vacuity| (vacuity.line, None)))
    });
    let unseen = result.never_seen.first();
    let unseen = unseen.map(|property| (property.line, None));
    in_report.or(unseen).unwrap_or((1, None))
}

/// A workflow command of GitHub Actions for each failure and each broken file: it shows beside the
/// line in the file.
pub fn annotations(report: &SuiteReport) -> String {
    let failed = report.results.iter().filter(|result| !result.is_passed());
    let failed = failed.map(|result| {
        let text = format!("{}\n{}", message(result), reproduce(result));
        annotation(&result.case.path, place(result), &result.case.name(), &text)
    });
    let broken = report
        .broken
        .iter()
        .map(|file| annotation(&file.path, (file.line, None), "no scenario", &file.message));
    failed.chain(broken).collect()
}

pub(super) fn annotation(
    path: &str,
    (line, column): (u32, Option<u32>),
    title: &str,
    text: &str,
) -> String {
    let column = column.map_or(String::new(), |column| format!(",col={column}"));
    format!(
        "::error file={},line={line}{column},title={}::{}\n",
        property(path),
        property(title),
        escaped(text)
    )
}

/// The text as workflow commands take it, and as a terminal shows it.
fn escaped(text: &str) -> String {
    visible(text, Color::Plain)
        .replace('%', "%25")
        .replace('\r', "%0D")
        .replace('\n', "%0A")
}

/// The text as a property of a workflow command, out of which it can't break.
fn property(text: &str) -> String {
    escaped(text).replace(':', "%3A").replace(',', "%2C")
}

/// What a suite came to.
#[derive(Debug, Serialize, JsonSchema)]
#[schemars(title = "leaselab suite")]
struct JsonSuite {
    /// The version of this shape: 1.
    leaselab_suite: u32,
    /// leaselab's version.
    version: String,
    /// Under how many seeds each case was replayed.
    seeds: u64,
    /// How many cases were left out after a failure.
    left_out: usize,
    /// In the order of the paths.
    cases: Vec<JsonCase>,
    /// The files that are no scenarios, in the order of the paths.
    broken: Vec<JsonBroken>,
}

/// A file that is no scenario.
#[derive(Debug, Serialize, JsonSchema)]
struct JsonBroken {
    path: String,
    /// The line of the first mistake, counted from 1.
    line: u32,
    /// The first mistake.
    message: String,
}

/// What a case came to.
#[derive(Debug, Serialize, JsonSchema)]
struct JsonCase {
    name: String,
    path: String,
    /// The parameters that were set, by hand or by a matrix.
    settings: std::collections::BTreeMap<String, String>,
    /// `as_expected`, `not_as_expected`, `not_judged` or `vacuous`.
    outcome: String,
    /// Simulation time of the first replication.
    simulated_ms: u64,
    /// Real time of all replications.
    real_us: u64,
    /// What failed, in words; empty where nothing did.
    failures: Vec<String>,
    /// The command that shows the failed replication.
    #[serde(skip_serializing_if = "Option::is_none")]
    reproduce: Option<String>,
}

/// The results as JSON, with a line feed at the end.
pub fn suite_json(report: &SuiteReport) -> String {
    let case = |result: &CaseResult| JsonCase {
        name: result.case.name(),
        path: result.case.path.clone(),
        settings: result.case.scenario.variant.settings.clone(),
        outcome: outcome_name(result.outcome).to_owned(),
        simulated_ms: result.simulated.as_ms(),
        real_us: result.real_us,
        failures: {
            let told = result.failed.as_ref().into_iter();
            let told = told.flat_map(|report| what_failed(report, Layout::default()));
            crash(result).into_iter().chain(told).collect()
        },
        reproduce: (!result.is_passed()).then(|| reproduce(result)),
    };
    let suite = JsonSuite {
        leaselab_suite: 1,
        version: env!("CARGO_PKG_VERSION").to_owned(),
        seeds: report.seeds,
        left_out: report.left_out,
        cases: report.results.iter().map(case).collect(),
        broken: report
            .broken
            .iter()
            .map(|file| JsonBroken {
                path: file.path.clone(),
                line: file.line,
                message: file.message.clone(),
            })
            .collect(),
    };
    let mut text = serde_json::to_string_pretty(&suite).expect("plain data is serializable");
    text.push('\n');
    text
}

/// The JSON Schema of what [`suite_json`] returns.
pub fn suite_schema() -> serde_json::Value {
    SchemaSettings::draft07()
        .for_serialize()
        .into_generator()
        .into_root_schema_for::<JsonSuite>()
        .to_value()
}
