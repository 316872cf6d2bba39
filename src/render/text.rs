//! The report as text: header, timeline, pictures (state table and findings), verdict.

use anstyle::Style;

use super::client::{client, otherwise, overrides};
use super::fact::{QuietEnds, Tone, Words, actor, counted, describe};
use super::fold::{Told, fold};
use super::layout::{BAD, BOLD, COMMAND, DIM, Detail, GOOD, Layout, STAGED, columns, pad};
use super::legend::Legend;
use super::shown::{Shown, tables};
use super::table;
use super::view::View;
use crate::scenario::{Place, PropertyMode, Verb};
use crate::terraform::Names;
use crate::timeline::{Entry, Occasion, Timeline, Vacuity};
use crate::verdict::{
    Film, Finding, Judgement, Mismatch, Outcome, PropertyJudgement, PropertyOutcome, Report, Weight,
};

/// The whole report as text. Lines end with a line feed; none is wider than the layout unless a
/// word is.
pub fn text(report: &Report, layout: Layout) -> String {
    told(report, &[], &View::default(), layout)
}

/// What is chosen of a film as text, as [`text`] has all of its report.
pub fn text_viewed(film: &Film, view: &View, layout: Layout) -> String {
    told(&film.report, &tables(film, view), view, layout)
}

fn told(report: &Report, tables: &[Shown<'_>], view: &View, layout: Layout) -> String {
    let mut lines = header(report, view, layout);
    lines.push(String::new());
    let mut legend = Legend::default();
    timeline(report, tables, view, layout, &mut legend, &mut lines);
    let last = report.pictures.len() - 1;
    let shown =
        |index: &usize| is_shown(report, report.pictures[*index].occasion) || *index == last;
    let mut before = None;
    for index in (0..=last).filter(shown) {
        lines.push(String::new());
        if before.is_some_and(|before| is_alike(report, before, index)) {
            let moment = moment(report, index);
            lines.push(layout.paint(BOLD, &format!("{moment}: as above")));
        } else {
            show_picture(report, index, view, layout, &mut legend, &mut lines);
        }
        before = Some(index);
    }
    legend.show(layout, &mut lines);
    lines.push(String::new());
    verdict(report, layout, &mut lines);
    let mut text = lines.join("\n");
    text.push('\n');
    text
}

/// Whether a picture is there to be looked at: a wreck, or an `expect: {}`.
fn is_shown(report: &Report, occasion: Occasion) -> bool {
    let Some(step) = occasion.step() else {
        return false;
    };
    let verb = &report.scenario.steps[step].verb;
    if let Verb::Expect(expectation) = verb {
        return expectation.is_empty();
    }
    matches!(verb, Verb::Wreck(_))
}

/// The first line of every result: scenario, seed, client model, version.
pub(super) fn first_line(report: &Report) -> String {
    format!(
        "scenario {}  seed {}  client {}  leaselab {}",
        report.scenario.name,
        report.timeline.seed,
        client(&report.scenario.client),
        env!("CARGO_PKG_VERSION")
    )
}

/// What is to be known first: which replication it is, why it goes as it does, and in what its
/// client is not Terraform.
pub(super) fn header(report: &Report, view: &View, layout: Layout) -> Vec<String> {
    let scenario = &report.scenario;
    let mut lines = vec![layout.paint(BOLD, &first_line(report))];
    lines.extend(layout.wrap("", 0, &scenario.title));
    let overrides = overrides(&scenario.client);
    if !overrides.is_empty() {
        lines.extend(layout.wrap("  * ", 4, &overrides.join(", ")));
    }
    if let Some(why) = scenario.why.as_deref().map(str::trim) {
        lines.push(String::new());
        lines.extend(layout.wrap("  ", 2, why));
    }
    let otherwise = otherwise(&scenario.client);
    if let Some(otherwise) = &otherwise {
        lines.push(String::new());
        lines.extend(layout.wrap("  ", 2, otherwise));
    }
    if let Some(sibling) = &view.sibling {
        if otherwise.is_none() {
            lines.push(String::new());
        }
        lines.extend(layout.wrap("  ", 2, &format!("Beside it: {sibling}")));
    }
    lines
}

fn timeline(
    report: &Report,
    tables: &[Shown<'_>],
    view: &View,
    layout: Layout,
    legend: &mut Legend,
    lines: &mut Vec<String>,
) {
    let timeline = &report.timeline;
    let names = &timeline.names;
    let shown = shown(timeline, view, layout.detail);
    let column = shown
        .iter()
        .map(|(entry, _)| columns(actor(entry.actor, names)))
        .max()
        .unwrap_or(0)
        .clamp("ACTOR".len(), 24);
    let heading = format!(" TIME (s)  {}  FACT", pad("ACTOR", column));
    lines.push(layout.paint(DIM, &heading));
    let indent = 9 + 2 + column + 2;
    let told = match layout.detail {
        Detail::Story => fold(&shown, are_alike),
        Detail::Requests => (0..shown.len()).map(Told::Item).collect(),
    };
    let mut tables = tables.iter().peekable();
    for told in told {
        let (entry, words) = match told {
            Told::Item(index) => &shown[index],
            Told::Again(again) => {
                legend.see_again();
                let words = again.words(shown[again.last].0.time);
                let prefix = format!("{:>indent$}", layout.symbols.spelled("…  "));
                let wrapped = layout.wrap(&prefix, indent + 2, &words);
                lines.extend(wrapped.iter().map(|line| layout.paint(DIM, line)));
                continue;
            }
        };
        let mut has_table = false;
        while let Some(table) = tables.next_if(|table| table.observation.time < entry.time) {
            table.show(names, layout, lines);
            has_table = true;
        }
        if has_table {
            lines.push(String::new());
        }
        legend.see(&entry.fact);
        let who = pad(actor(entry.actor, names), column);
        let prefix = format!("{:>9}  {who}  ", entry.time);
        let style = style(words.tone);
        let mut wrapped = layout.wrap(&prefix, indent, &layout.symbols.spelled(&words.line));
        for more in &words.more {
            let blank = " ".repeat(indent + 2);
            wrapped.extend(layout.wrap(&blank, indent + 2, &layout.symbols.spelled(more)));
        }
        let painted = wrapped
            .into_iter()
            .map(|line| layout.paint_from(indent, [DIM, style], line));
        lines.extend(painted);
    }
    for table in tables {
        table.show(names, layout, lines);
    }
}

/// Whether two facts say the same of two instants.
pub(super) fn are_alike(one: &(&Entry, Words), other: &(&Entry, Words)) -> bool {
    one.0.actor == other.0.actor && one.1 == other.1
}

/// The facts that are shown, in words.
pub(super) fn shown<'t>(
    timeline: &'t Timeline,
    view: &View,
    detail: Detail,
) -> Vec<(&'t Entry, Words)> {
    let names = &timeline.names;
    let mut ends = QuietEnds::default();
    let told = timeline
        .entries
        .iter()
        .filter(|entry| !ends.is_quiet(entry));
    told.filter(|entry| entry.time >= view.from && view.shows_actor(entry.actor, names))
        .filter_map(|entry| Some((entry, describe(entry, names, detail)?)))
        .collect()
}

pub(super) const fn style(tone: Tone) -> Style {
    match tone {
        Tone::Command => COMMAND,
        Tone::Good => GOOD,
        Tone::Bad => BAD,
        Tone::Staged => STAGED,
        Tone::Remark => BOLD,
        Tone::Plain => Style::new(),
    }
}

/// What a picture is of, and when.
fn moment(report: &Report, index: usize) -> String {
    let observation = &report.timeline.observations[index].observation;
    match report.pictures[index].occasion {
        Occasion::Step(step) => {
            let step = &report.scenario.steps[step];
            let what = if matches!(step.verb, Verb::Wreck(_)) {
                "the wreck".to_owned()
            } else {
                format!("line {}", step.line)
            };
            format!("{what}, at {} s", observation.time)
        }
        Occasion::Look | Occasion::End => format!("the end, at {} s", observation.time),
    }
}

fn show_picture(
    report: &Report,
    index: usize,
    view: &View,
    layout: Layout,
    legend: &mut Legend,
    lines: &mut Vec<String>,
) {
    let observation = &report.timeline.observations[index].observation;
    let names = &report.timeline.names;
    let picture = &report.pictures[index];
    lines.push(layout.paint(BOLD, &moment(report, index)));
    let table = table::table(names, observation, layout);
    let spelled = |line: &String| layout.symbols.spelled(line).into_owned();
    lines.extend(table.iter().map(spelled));
    for alike in picture.findings().chunk_by(say_the_same) {
        show_findings(report, alike, view, layout, lines);
    }
    legend.see_findings(picture.findings(), view);
    if picture.findings().is_empty() {
        lines.push(String::new());
        lines.push("  no findings".to_owned());
    }
}

/// Whether nothing has happened between two pictures.
fn is_alike(report: &Report, one: usize, other: usize) -> bool {
    let (pictures, observations) = (&report.pictures, &report.timeline.observations);
    pictures[one].findings() == pictures[other].findings()
        && observations[one].observation == observations[other].observation
}

/// Whether two findings say the same of two resources.
fn say_the_same(one: &Finding, other: &Finding) -> bool {
    one.name == other.name
        && one.weight == other.weight
        && one.mends.len() == other.mends.len()
        && one.hint == other.hint
        && one.caution == other.caution
}

/// Findings that are alike: where they are many, the first ones stand for all.
fn show_findings(
    report: &Report,
    alike: &[Finding],
    view: &View,
    layout: Layout,
    lines: &mut Vec<String>,
) {
    const ALIKE_MAX: usize = 4;
    const SHOWN: usize = 2;
    let shown = if alike.len() <= ALIKE_MAX {
        alike.len()
    } else {
        SHOWN
    };
    for finding in &alike[..shown] {
        lines.push(String::new());
        show_finding(report, finding, view, layout, lines);
    }
    let (Some(first), Some(last)) = (alike[shown..].first(), alike.last()) else {
        return;
    };
    let names = &report.timeline.names;
    let (from, to) = (first.subject.word(names), last.subject.word(names));
    let count = alike.len() - shown;
    let title = format!("{} {from} to {to} ({count})", first.name.name());
    lines.push(String::new());
    lines.push(format!("  {}", layout.paint(BAD.bold(), &title)));
    lines.extend(layout.wrap(
        "  ->  ",
        6,
        "as above, each by its own name; --format json has them all",
    ));
}

fn show_finding(
    report: &Report,
    finding: &Finding,
    view: &View,
    layout: Layout,
    lines: &mut Vec<String>,
) {
    let names = &report.timeline.names;
    let title = format!("{} {}", finding.name.name(), finding.subject.word(names));
    let (note, color) = match finding.weight {
        Weight::Blocks => ("", BAD),
        Weight::Note => ("  (a note: nothing is lost)", STAGED),
    };
    lines.push(format!("  {}{note}", layout.paint(color.bold(), &title)));
    lines.extend(layout.wrap("      ", 6, &finding.evidence));
    if view.hides_advice {
        return;
    }
    for mend in &finding.mends {
        let prompt = format!("  do  {}$ ", names.operator(mend.operator));
        let wrapped = layout.wrap(&prompt, 8, &mend.line);
        lines.extend(wrapped.iter().map(|line| layout.paint(GOOD, line)));
    }
    if let Some(hint) = &finding.hint {
        lines.extend(layout.wrap("  ->  ", 6, hint));
    }
    if let Some(caution) = &finding.caution {
        lines.extend(layout.wrap("  !   ", 6, caution));
    }
}

pub(super) fn verdict(report: &Report, layout: Layout, lines: &mut Vec<String>) {
    for vacuity in &report.timeline.vacuities {
        lines.extend(vacuous(vacuity, &report.timeline.names, layout));
    }
    for judgement in &report.judgements {
        lines.extend(mismatches(judgement, layout));
    }
    for property in &report.properties {
        lines.extend(broken_property(property, layout));
    }
    let line = verdict_line(report);
    let style = match report.outcome {
        Outcome::AsExpected => GOOD.bold(),
        Outcome::NotJudged => BOLD,
        Outcome::NotAsExpected | Outcome::Vacuous => BAD.bold(),
    };
    let wrapped = layout.wrap("", 2, &line);
    lines.extend(wrapped.iter().map(|line| layout.paint(style, line)));
}

/// A part of the scenario that never came to act.
pub(super) fn vacuous(vacuity: &Vacuity, names: &Names, layout: Layout) -> Vec<String> {
    let text = format!(
        "line {}: {} never came to act: {}",
        vacuity.line,
        super::vacuity::part(vacuity.part),
        super::vacuity::vacuity_reason(vacuity, names)
    );
    layout.wrap("vacuous: ", 9, &text)
}

/// What an `expect` says and what there was.
pub(super) fn mismatches(judgement: &Judgement, layout: Layout) -> Vec<String> {
    let mut lines = Vec::new();
    for mismatch in &judgement.mismatches {
        let Place { line, column } = mismatch.place;
        let place = format!(
            "not as expected: line {line}, column {column}, at {} s: {}",
            judgement.time, mismatch.path
        );
        lines.extend(layout.wrap("", 2, &place));
        lines.extend(values(mismatch, layout));
    }
    lines
}

/// A property that did not go as it says.
pub(super) fn broken_property(property: &PropertyJudgement, layout: Layout) -> Vec<String> {
    let mode = property.mode.name();
    let head = |what: &str| {
        let text = format!(
            "line {}: {mode} \"{}\" {what}",
            property.line, property.name
        );
        layout.wrap("", 2, &text)
    };
    match &property.outcome {
        PropertyOutcome::Held => Vec::new(),
        PropertyOutcome::NotSeen => head("did not come true under this seed"),
        PropertyOutcome::Broken { time, mismatches } => {
            let mut lines = head(match property.mode {
                PropertyMode::Never => "held",
                PropertyMode::Always => "did not hold",
                PropertyMode::Eventually | PropertyMode::Sometimes => "never held",
            });
            lines.extend(layout.wrap("  ", 2, &format!("at {time} s")));
            lines.extend(
                mismatches
                    .iter()
                    .flat_map(|mismatch| values(mismatch, layout)),
            );
            lines
        }
    }
}

fn values(mismatch: &Mismatch, layout: Layout) -> Vec<String> {
    let mut lines = layout.wrap("  expected  ", 12, &mismatch.expected);
    lines.extend(layout.wrap("  actual    ", 12, &mismatch.actual));
    lines
}

/// `verdict: in sync; as expected (17 of 17)`.
pub(super) fn verdict_line(report: &Report) -> String {
    let picture = report.last();
    let names = &report.timeline.names;
    let sync = if picture.in_sync() {
        "in sync".to_owned()
    } else {
        let blocking: Vec<String> = picture
            .keys()
            .iter()
            .filter(|key| key.weight == Weight::Blocks)
            .map(|key| format!("{} {}", key.name.name(), key.subject.word(names)))
            .collect();
        match blocking.as_slice() {
            [] => "not in sync: a command is still at work".to_owned(),
            few if few.len() <= 4 => format!("not in sync: {}", few.join(", ")),
            [first, rest @ ..] => {
                let more = counted(
                    u64::try_from(rest.len()).unwrap_or(u64::MAX),
                    "more finding",
                );
                format!("not in sync: {first} and {more}")
            }
        }
    };
    format!("verdict: {sync}; {}", expected(report))
}

fn expected(report: &Report) -> String {
    let judgements = report.judgements.iter();
    let held: u32 = judgements.clone().map(|judged| judged.held).sum();
    let unmet: usize = judgements.map(|judged| judged.mismatches.len()).sum();
    let count = |wanted: fn(&PropertyOutcome) -> bool| {
        let properties = report.properties.iter();
        properties
            .filter(|property| wanted(&property.outcome))
            .count()
    };
    let kept = count(|outcome| *outcome == PropertyOutcome::Held);
    let broken = count(|outcome| matches!(outcome, PropertyOutcome::Broken { .. }));
    let held = held.saturating_add(u32::try_from(kept).unwrap_or(u32::MAX));
    let failed = u32::try_from(unmet + broken).unwrap_or(u32::MAX);
    match report.outcome {
        Outcome::AsExpected => {
            let stopped = stopped(report).map_or(String::new(), |stopped| format!("; {stopped}"));
            format!("as expected ({held} of {held}){stopped}")
        }
        Outcome::NotAsExpected => {
            format!(
                "not as expected ({held} of {})",
                held.saturating_add(failed)
            )
        }
        Outcome::NotJudged => format!("not judged: {}", not_judged(report)),
        Outcome::Vacuous => "vacuous: a part of the scenario never came to act".to_owned(),
    }
}

/// Why nothing was judged.
fn not_judged(report: &Report) -> String {
    if let Some(stopped) = stopped(report) {
        return stopped;
    }
    if report.scenario.steps.is_empty() {
        return "the scenario has no steps".to_owned();
    }
    "the scenario expects nothing".to_owned()
}

/// What was not judged because the replication was stopped before its end.
fn stopped(report: &Report) -> Option<String> {
    let is_bound_reached = report.timeline.last().limit_reached;
    if report.timeline.is_complete && !is_bound_reached {
        return None;
    }
    let expected = report.scenario.expectations().count();
    let left = expected.saturating_sub(report.judgements.len());
    let time = report.timeline.last().time;
    (left > 0).then(|| {
        let left = counted(u64::try_from(left).unwrap_or(u64::MAX), "expectation");
        let what = if is_bound_reached {
            "its bound on events or time was reached"
        } else {
            "stopped"
        };
        format!("{what} at {time} s, before the end; {left} not reached")
    })
}
