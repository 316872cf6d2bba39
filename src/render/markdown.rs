//! The film as an incident report in Markdown: what happened, how things stood, what is wrong and
//! what to do.

use std::fmt::Write as _;

use super::chart::{Chart, Mark, chart};
use super::escape::{block, code, prose};
use super::fact::Tone;
use super::svg::Window;
use super::table;
use super::text::{first_line, verdict_line};
use crate::scenario::Verb;
use crate::terraform::Names;
use crate::timeline::Occasion;
use crate::verdict::{Film, Finding, Picture, Report, Weight, mends};

/// So many facts are told one by one.
const FACTS_MAX: usize = 200;

/// The film, or what is told of a part of it, as an incident report.
pub fn markdown(film: &Film, window: Window) -> String {
    let report = &film.report;
    let scenario = &report.scenario;
    let mut text = format!("# Incident: {}\n\n", prose(&scenario.title));
    let mut add = |line: &str| writeln!(text, "{line}").expect("a text takes all that is written");
    if let Some(why) = &scenario.why {
        add(&format!("{}\n", prose(why.trim())));
    }
    add(&format!("{}\n", code(&first_line(report))));
    add(&format!("**{}**\n", prose(&verdict_line(report))));
    add("## What happened\n");
    add("Times are seconds of simulation time.\n");
    let chart = chart(film);
    for line in facts(&chart, window) {
        add(&line);
    }
    let (last, title) =
        wreck(report).map_or((report.last(), "the end"), |picture| (picture, "the wreck"));
    for line in standing(&report.timeline.names, last, title) {
        add(&line);
    }
    for line in to_do(&report.timeline.names, last) {
        add(&line);
    }
    if !std::ptr::eq(last, report.last()) {
        for line in standing(&report.timeline.names, report.last(), "the end") {
            add(&line);
        }
    }
    text
}

/// The picture of the wreck, if there is one.
fn wreck(report: &Report) -> Option<&Picture> {
    report
        .pictures
        .iter()
        .find(|picture| match picture.occasion {
            Occasion::Step(step) => matches!(report.scenario.steps[step].verb, Verb::Wreck(_)),
            Occasion::Look | Occasion::End => false,
        })
}

/// What happened, an instant a line, with where cloud and records part and meet.
fn facts(chart: &Chart, window: Window) -> Vec<String> {
    let is_told =
        |mark: &&Mark| mark.is_story && window.from <= mark.time && mark.time <= window.until;
    let mut told: Vec<_> = { chart.marks.iter().filter(is_told) }
        .map(|mark| (mark.time, sentence(chart, mark)))
        .collect();
    for turn in &chart.turns {
        if window.from <= turn.time && turn.time <= window.until {
            let what = if turn.is_in_step {
                "**cloud and records are in step again**".to_owned()
            } else {
                format!("**cloud and records part**: {}", prose(&turn.label))
            };
            told.push((turn.time, what));
        }
    }
    told.sort_by_key(|(time, _)| *time);
    let mut lines = Vec::new();
    let mut rest = told.into_iter().peekable();
    while let Some((time, sentence)) = rest.next() {
        let mut again = 0_u64;
        let mut until = time;
        while let Some((later, _)) = rest.next_if(|(_, next)| *next == sentence) {
            again += 1;
            until = later;
        }
        let again = match again {
            0 => String::new(),
            more => format!(" (and {more} more, until {until})"),
        };
        lines.push(format!("- `{time}` {sentence}{again}"));
    }
    let more = lines.len().saturating_sub(FACTS_MAX);
    if more > 0 {
        lines.truncate(FACTS_MAX);
        lines.push(format!("- and {more} more, which the plain timeline tells"));
    }
    lines
}

fn sentence(chart: &Chart, mark: &Mark) -> String {
    let who = prose(&chart.lanes[mark.lane].name);
    let what = match mark.tone {
        Tone::Command => code(&mark.line),
        Tone::Bad => format!("**{}**", prose(&mark.line)),
        Tone::Plain | Tone::Good | Tone::Staged | Tone::Remark => prose(&mark.line),
    };
    let more = mark.more.iter().map(|more| format!("; {}", prose(more)));
    format!("{who}: {what}{}", more.collect::<String>())
}

/// How things stand: the table, the lock and what is wrong.
fn standing(names: &Names, picture: &Picture, title: &str) -> Vec<String> {
    let observation = picture.observation();
    let mut lines = vec![format!("\n## How things stand at {title}\n")];
    lines.push(format!("At `{}`.\n", observation.time));
    let rows = table::rows(names, observation);
    for (index, row) in rows.iter().enumerate() {
        let cells: Vec<String> = row.iter().map(|cell| prose(cell)).collect();
        lines.push(format!("| {} |", cells.join(" | ")));
        if index == 0 {
            lines.push(format!("|{}", "---|".repeat(row.len())));
        }
    }
    lines.push(format!(
        "\nLock: {}.",
        prose(&table::lock(names, observation))
    ));
    lines.push("\n### Findings\n".to_owned());
    lines.extend(
        picture
            .findings()
            .iter()
            .map(|finding| found(names, finding)),
    );
    if picture.findings().is_empty() {
        lines.push("None.".to_owned());
    }
    lines
}

fn found(names: &Names, finding: &Finding) -> String {
    let note = match finding.weight {
        Weight::Blocks => "",
        Weight::Note => " (a note: nothing is lost)",
    };
    format!(
        "- **{}** {}{note}: {}",
        prose(finding.name.name()),
        code(finding.subject.word(names)),
        prose(&finding.evidence)
    )
}

/// The commands that mend it, in a safe order, and what not to do.
fn to_do(names: &Names, picture: &Picture) -> Vec<String> {
    let findings = picture.findings();
    if findings.is_empty() {
        return Vec::new();
    }
    let mut lines = vec!["\n## What to do\n".to_owned()];
    let commands: Vec<String> = mends(findings)
        .iter()
        .map(|mend| format!("{}$ {}", names.operator(mend.operator), mend.line))
        .collect();
    if !commands.is_empty() {
        lines.push("In this order:\n".to_owned());
        lines.push(block(&commands.join("\n")));
    }
    let mut said: Vec<&String> = Vec::new();
    for hint in findings.iter().filter_map(|finding| finding.hint.as_ref()) {
        if !said.contains(&hint) {
            lines.push(format!("- {}", prose(hint)));
            said.push(hint);
        }
    }
    for caution in findings
        .iter()
        .filter_map(|finding| finding.caution.as_ref())
    {
        if !said.contains(&caution) {
            lines.push(format!("- **Take care**: {}", prose(caution)));
            said.push(caution);
        }
    }
    lines
}
