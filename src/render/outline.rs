//! How a runbook is read, as text: steps with their conditions, names, placeholders, and what is
//! passed over.

use anstyle::Style;

use super::fact::counted;
use super::layout::{BOLD, COMMAND, DIM, Layout, STAGED, columns, pad};
use crate::runbook::{
    Each, Effect, Entry, EntryKind, NameMap, NamedBy, Outline, PassedOver, Placeholder,
};

/// Columns for line numbers.
const LINE_COLUMNS: usize = 5;
/// Columns for `look`.
const EFFECT_COLUMNS: usize = 6;
/// Columns for each level of nesting.
const INDENT: usize = 2;
/// Deeper nesting is not shown deeper.
const DEPTH_MAX: usize = 10;

/// What ends a condition.
const ALWAYS: &str = "in any case";
/// What `look` means.
const LEGEND: &str = "look: where it fails, the reader goes on; where another line fails, the reader stops, unless \
                      the text says what then.";

/// How a runbook is read.
pub fn outline(outline: &Outline, layout: Layout) -> String {
    let steps = outline
        .entries
        .iter()
        .filter(|entry| matches!(entry.kind, EntryKind::Step { .. }));
    let title = format!(
        "runbook {}  {}  leaselab {}",
        outline.runbook,
        counted(count(steps.count()), "step"),
        env!("CARGO_PKG_VERSION")
    );
    let mut lines = vec![layout.paint(BOLD, &title), String::new()];
    lines.push(layout.paint(
        DIM,
        &format!("{}  WHAT IS DONE", pad(" LINE", LINE_COLUMNS)),
    ));
    for entry in &outline.entries {
        lines.extend(entry_lines(entry, layout));
    }
    let looks = outline.entries.iter().any(|entry| match &entry.kind {
        EntryKind::Step { effect, .. } => *effect == Effect::Look,
        EntryKind::Condition { .. } | EntryKind::Stop { .. } | EntryKind::Wait { .. } => false,
    });
    if looks {
        lines.push(String::new());
        lines.extend(layout.wrap("", 0, LEGEND));
    }
    lines.extend(names(&outline.names, layout));
    lines.extend(passed_over(&outline.passed_over, layout));
    lines.push(String::new());
    lines.join("\n")
}

fn count(number: usize) -> u64 {
    u64::try_from(number).unwrap_or(u64::MAX)
}

fn number(line: u32) -> String {
    format!("{line:>LINE_COLUMNS$}")
}

/// Text under a line number, in so many columns, each line painted alone.
fn told(line: Option<u32>, depth: usize, text: &str, style: Style, layout: Layout) -> Vec<String> {
    let number = line.map_or_else(|| " ".repeat(LINE_COLUMNS), number);
    let number = pad(&number, LINE_COLUMNS + EFFECT_COLUMNS);
    let indent = 2 + depth.min(DEPTH_MAX) * INDENT;
    let room = Layout {
        width: layout.width.saturating_sub(LINE_COLUMNS + EFFECT_COLUMNS),
        ..layout
    };
    let wrapped = room.wrap(&" ".repeat(indent), indent + INDENT, text);
    let mut lines: Vec<String> = Vec::new();
    for (at, wrapped) in wrapped.iter().enumerate() {
        let before = if at == 0 {
            number.clone()
        } else {
            " ".repeat(LINE_COLUMNS + EFFECT_COLUMNS)
        };
        let start = wrapped.len() - wrapped.trim_start().len();
        let painted = layout.paint(style, &wrapped[start..]);
        lines.push(format!(
            "{}{}{painted}",
            layout.paint(DIM, &before),
            &wrapped[..start]
        ));
    }
    lines
}

/// One entry, and what has to be known of it.
fn entry_lines(entry: &Entry, layout: Layout) -> Vec<String> {
    let depth = entry.under.len();
    let line = Some(entry.line);
    match &entry.kind {
        EntryKind::Condition { asks, governs, .. } => {
            let text = match asks.as_str() {
                ALWAYS => format!("{ALWAYS}:"),
                asks if !governs => format!("if {asks}, the reader goes on"),
                asks => format!("if {asks}:"),
            };
            told(line, depth, &text, STAGED, layout)
        }
        EntryKind::Stop { when, .. } => {
            let text = match when {
                Some(when) => format!("stop if {when}"),
                None => "stop".to_owned(),
            };
            told(line, depth, &text, STAGED, layout)
        }
        EntryKind::Wait { when, until, .. } => {
            let text = match when {
                Some(when) => format!("if {when}, wait until {until}"),
                None => format!("wait until {until}"),
            };
            told(line, depth, &text, STAGED, layout)
        }
        EntryKind::Step {
            source,
            effect,
            placeholders,
            each,
            answers,
            note,
            ..
        } => {
            let mut lines = Vec::new();
            for (at, text) in source.lines().enumerate() {
                let (line, sign) = if at == 0 { (line, "$ ") } else { (None, "  ") };
                // A command has to be copied in one piece.
                let number = line.map_or_else(|| " ".repeat(LINE_COLUMNS), number);
                let look = match effect {
                    Effect::Look if at == 0 => "  look",
                    Effect::Look | Effect::Change => "",
                };
                let number = layout.paint(
                    DIM,
                    &pad(&format!("{number}{look}"), LINE_COLUMNS + EFFECT_COLUMNS),
                );
                let indent = " ".repeat(2 + depth.min(DEPTH_MAX) * INDENT);
                let command = layout.paint(COMMAND, &format!("{sign}{text}"));
                lines.push(format!("{number}{indent}{command}").trim_end().to_owned());
            }
            let values = values(placeholders, each);
            lines.extend(notes(depth, values, answers, *note, layout));
            lines
        }
    }
}

/// What is typed in place of what stands there.
fn values(placeholders: &[Placeholder], each: &[Each]) -> Vec<String> {
    let mut values = Vec::new();
    let mut told_of: Vec<&str> = Vec::new();
    for placeholder in placeholders {
        if told_of.contains(&placeholder.written.as_str()) {
            continue;
        }
        told_of.push(&placeholder.written);
        let words = placeholder.stands_for.words(each);
        values.push(match placeholder.note {
            Some(note) => format!("{} = {words} ({note})", placeholder.written),
            None => format!("{} = {words}", placeholder.written),
        });
    }
    values
}

/// What is typed in place of what stands there, and what is answered.
fn notes(
    depth: usize,
    values: Vec<String>,
    answers: &[String],
    note: Option<&str>,
    layout: Layout,
) -> Vec<String> {
    let mut notes = values;
    for answer in answers {
        notes.push(format!("it is answered: {answer}"));
    }
    notes.extend(note.map(str::to_owned));
    let lines = notes
        .iter()
        .flat_map(|note| told(None, depth + 1, note, DIM, layout));
    lines.collect()
}

/// What the names stand for.
fn names(map: &NameMap, layout: Layout) -> Vec<String> {
    let own: Vec<(String, String)> = map
        .own()
        .map(|(kind, name, by)| {
            let from = match by {
                NamedBy::Line(line) => format!("line {line}"),
                NamedBy::Map => "--map".to_owned(),
            };
            (name.to_owned(), format!("{} ({from})", kind.of_scenario()))
        })
        .collect();
    let others: Vec<(String, String)> = map
        .others()
        .map(|(kind, name, line)| {
            (
                name.to_owned(),
                format!("another {} (line {line})", kind.word()),
            )
        })
        .collect();
    if own.is_empty() && others.is_empty() {
        return Vec::new();
    }
    let rows: Vec<(String, String)> = own.into_iter().chain(others).collect();
    let width = rows
        .iter()
        .map(|(name, _)| columns(name))
        .max()
        .unwrap_or(0)
        .min(40);
    let mut lines = vec![String::new(), layout.paint(DIM, "NAMES")];
    for (name, stands_for) in rows {
        lines.extend(layout.wrap(
            &format!("  {}  ", pad(&name, width)),
            width + 4,
            &stands_for,
        ));
    }
    lines
}

/// What is not typed, and why.
fn passed_over(passed: &[PassedOver], layout: Layout) -> Vec<String> {
    if passed.is_empty() {
        return Vec::new();
    }
    let mut lines = vec![String::new(), layout.paint(DIM, "NOT TYPED")];
    for one in passed {
        let text = format!("{}: {}", shortened(&one.what), one.why);
        lines.extend(layout.wrap(&format!("{}  ", number(one.line)), LINE_COLUMNS + 4, &text));
    }
    lines
}

/// A sentence as far as it is needed to find it again.
fn shortened(text: &str) -> String {
    const COLUMNS_MAX: usize = 60;
    if columns(text) <= COLUMNS_MAX {
        return text.trim_end_matches([':', '.']).to_owned();
    }
    let mut short = String::new();
    for word in text.split_whitespace() {
        if columns(&short) + columns(word) >= COLUMNS_MAX {
            break;
        }
        short.push_str(word);
        short.push(' ');
    }
    format!("{}…", short.trim_end())
}
