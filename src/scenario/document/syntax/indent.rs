//! Lines that stand in the wrong column, or lack the colon or the dash that makes them what they
//! are meant to be.

use super::super::{Refused, Span};
use super::line::{Line, Lines};
use super::{Stumble, not_yaml};

/// The keys whose values are lists of mappings.
const LIST_KEYS: [&str; 3] = ["steps", "faults", "rows"];

/// The error for the line on which the parser stumbled, or for the one above that is why.
pub(super) fn of(stumble: Stumble<'_>, lines: &Lines<'_>) -> Option<Refused> {
    let info = stumble.info;
    if info.contains("simple key expect") {
        return without_colon(lines.previous()?).or_else(|| without_colon(&lines.here?));
    }
    let is_why = info.contains("did not find expected")
        || info.contains("mapping values are not allowed")
        || info.contains("invalid indentation")
        || info.contains("block sequence entries are not allowed")
        || info.contains("block collection");
    if !is_why {
        return None;
    }
    let here = lines.here?;
    let above = lines.previous()?;
    if info.contains("mapping values are not allowed") && here.content_column >= above.indent {
        // A line without a colon goes on as a text.
        if let Some(refused) = without_colon(above) {
            return Some(refused);
        }
    }
    if here.is_item() {
        item_among_keys(&here, lines)
    } else if here.content_column > above.content_column {
        deeper(&here, above, lines)
    } else {
        key_among_items(&here, lines).or_else(|| between(&here, lines))
    }
}

/// A line where a key is expected, and no colon or no space behind it.
fn without_colon(line: &Line<'_>) -> Option<Refused> {
    if line.entry().is_some() || line.content.starts_with(['{', '[', '"', '\'', '#']) {
        return None;
    }
    let span = whole(line);
    if let Some((key, value)) = line.content.split_once(':') {
        let help = format!("write `{key}: {value}`");
        return Some(not_yaml(span, "a space is missing after the colon", help));
    }
    let help = match line.content.split_once(' ') {
        Some((key, value)) => format!("write `{key}: {}`", value.trim_start()),
        None => format!("write `{}: …`", line.content),
    };
    let message = "this line has no colon: a key is followed by `: ` and its value";
    Some(not_yaml(span, message, help))
}

/// `- ` where the lines above are keys: of a mapping, or of one whose own dash is missing.
fn item_among_keys(here: &Line<'_>, lines: &Lines<'_>) -> Option<Refused> {
    let beside = lines.upwards().find(|line| line.indent <= here.indent)?;
    if beside.indent < here.indent || beside.is_item() {
        return between(here, lines);
    }
    if beside.content.starts_with('{') {
        let message = "this line lacks the `- ` that the lines below it have";
        let help = "write `- ` before it: each item of a list has its own";
        return Some(not_yaml(first(beside, 1), message, help));
    }
    let message = "`- ` begins an item of a list, and the lines above are keys of a mapping";
    Some(not_yaml(first(here, 1), message, "leave `- ` out"))
}

/// A line that is indented deeper than the one above, which is complete.
fn deeper(here: &Line<'_>, above: &Line<'_>, lines: &Lines<'_>) -> Option<Refused> {
    if let Some(refused) = without_colon(above) {
        return Some(refused);
    }
    let (key, value) = above.entry()?;
    if value.is_empty() {
        return None;
    }
    let opening = lines.upwards().nth(1).filter(|line| {
        line.content_column == above.content_column
            && line.entry().is_some_and(|(_, value)| value.is_empty())
    });
    if let Some((parent, _)) = opening.and_then(Line::entry) {
        let message = format!("`{key}` stands beside `{parent}`, not in it");
        let spaces = spaces(here.content_column);
        let help = format!("indent this line by {spaces}, as the one below it");
        return Some(not_yaml(first(above, key.len()), &message, help));
    }
    let (key_here, _) = here.entry()?;
    let message =
        format!("`{key_here}` is indented deeper than `{key}`, which has a value already");
    let help = format!("indent this line by {}", spaces(above.content_column));
    Some(not_yaml(first(here, key_here.len()), &message, help))
}

/// A key in the column of the dashes above it.
fn key_among_items(here: &Line<'_>, lines: &Lines<'_>) -> Option<Refused> {
    let beside = lines.upwards().find(|line| line.indent <= here.indent)?;
    if beside.indent != here.indent || !beside.is_item() {
        return None;
    }
    let parent = lines.parent(beside)?;
    if LIST_KEYS.contains(&parent) {
        let (key, _) = here.entry()?;
        let message = format!("`{key}` stands beside the `- ` above, not in its item");
        let help = format!("indent this line by {}", spaces(beside.content_column));
        return Some(not_yaml(first(here, key.len()), &message, help));
    }
    let item = lines
        .upwards()
        .take_while(|line| line.indent >= here.indent)
        .filter(|line| line.indent == here.indent && line.is_item())
        .last()?;
    let message = format!("`- ` begins a list, and `{parent}` is a mapping");
    Some(not_yaml(first(item, 1), &message, "leave `- ` out"))
}

/// A line in a column in which nothing above it begins.
fn between(here: &Line<'_>, lines: &Lines<'_>) -> Option<Refused> {
    let mut columns: Vec<(usize, bool)> = Vec::new();
    let mut least = usize::MAX;
    for line in lines.upwards() {
        for (column, is_item) in [(line.content_column, false), (line.indent, true)] {
            if column < least {
                columns.push((column, is_item));
                least = column;
            }
        }
    }
    if columns.iter().any(|(column, _)| *column == here.indent) {
        return None;
    }
    let alike = columns
        .iter()
        .filter(|(_, is_item)| *is_item == here.is_item());
    let nearest = alike.min_by_key(|(column, _)| column.abs_diff(here.indent))?;
    let what = if here.is_item() { "items" } else { "keys" };
    let message = format!(
        "this line is indented by {}, and the {what} above it by {}",
        spaces(here.indent),
        nearest.0
    );
    let help = format!("indent it by {}", spaces(nearest.0));
    Some(not_yaml(whole(here), &message, help))
}

fn spaces(count: usize) -> String {
    match count {
        0 => "no space".to_owned(),
        1 => "1 space".to_owned(),
        count => format!("{count} spaces"),
    }
}

/// The first bytes of a line.
fn first(line: &Line<'_>, length: usize) -> Span {
    let start = line.first();
    let end = start + length;
    Span { start, end }
}

/// What stands on a line, behind its dashes.
fn whole(line: &Line<'_>) -> Span {
    let start = line.content_start();
    let end = start + line.content.len();
    Span { start, end }
}
