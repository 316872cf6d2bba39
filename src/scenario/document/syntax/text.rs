//! Mistakes in single values: a quote too few, a colon too many.

use super::super::{Refused, Span};
use super::flow::last_entry;
use super::line::Lines;
use super::{COMMAND_HELP, Stumble, in_quotes, is_in_command, not_yaml};

/// The keys whose values are free texts.
pub(in super::super) const TEXT_KEYS: [&str; 6] =
    ["title", "why", "notes", "source", "note", "ask"];

/// The error for a text in quotes that ends too early, or never.
pub(super) fn quote(stumble: Stumble<'_>) -> Option<Refused> {
    let Stumble { text, at, info, .. } = stumble;
    if info.contains("trailing content after") {
        let before = text.get(..at)?.trim_end();
        let start = before.len().checked_sub(1)?;
        let help = match before.get(start..)? {
            "'" | "\"" if is_in_command(text, at) => COMMAND_HELP,
            "'" => "write `''` for a `'` within the text, or put the text in double quotes",
            "\"" => "write `\\\"` for a `\"` within the text, or put the text in single quotes",
            _ => return None,
        };
        let end = start + 1;
        let message = "the text in quotes ends here, and more stands behind it";
        return Some(not_yaml(Span { start, end }, message, help));
    }
    let is_open = info.contains("quoted scalar") && info.contains("unexpected end")
        || info.contains("invalid indentation in quoted scalar");
    if !is_open {
        return None;
    }
    let start = opening_quote(text, at)?;
    let sign = text.get(start..=start)?;
    let end = start + 1;
    let help = format!("close the text with `{sign}`");
    Some(not_yaml(
        Span { start, end },
        "this quote is never closed",
        help,
    ))
}

/// The last quote before a place that begins a value: at the beginning of a line's content, or
/// behind what a value stands behind.
fn opening_quote(text: &str, at: usize) -> Option<usize> {
    let upto = text.get(at..).map_or(at, |rest| {
        at + rest.chars().next().map_or(0, char::len_utf8)
    });
    let before = text.get(..upto)?;
    let mut quotes = before.rmatch_indices(['"', '\'']);
    quotes.find_map(|(start, _)| {
        let head = before.get(..start)?;
        let line = head.rsplit('\n').next()?;
        let is_begin = line.trim().is_empty()
            || line.ends_with(": ")
            || line.ends_with("- ")
            || line.trim_end().ends_with(['{', '[', ',']);
        is_begin.then_some(start)
    })
}

/// The error for a colon within a text without quotes.
pub(super) fn colon(stumble: Stumble<'_>) -> Option<Refused> {
    let Stumble { text, at, info, .. } = stumble;
    let is_why = info.contains("mapping values are not allowed")
        || info.contains("did not find expected ','");
    if !is_why || !text.get(at..)?.starts_with(':') {
        return None;
    }
    let span = Span {
        start: at,
        end: at + 1,
    };
    let message = "this colon makes a key of the text before it";
    if is_in_command(text, at) {
        return Some(not_yaml(span, message, COMMAND_HELP));
    }
    let line_start = text.get(..at)?.rfind('\n').map_or(0, |at| at + 1);
    let line = text.get(line_start..at)?;
    let rest = text.get(at..)?.lines().next().unwrap_or("").trim_end();
    let is_flow = stumble
        .open
        .is_some_and(|open| matches!(text.get(open..=open), Some("{" | "[")));
    let (key, value, rest) = if is_flow {
        let (key, value) = last_entry(line)?;
        (key, value, rest.trim_end_matches(['}', ']', ' ', ',']))
    } else {
        let here = Lines::before(text, at).here?;
        let (key, _) = here.entry()?;
        let value = line.get(here.content_column..)?.strip_prefix(key)?;
        (key, value.strip_prefix(':')?.trim(), rest)
    };
    if value.is_empty() {
        return None;
    }
    let word = value.rsplit(' ').next().unwrap_or("");
    if is_flow && word.len() < value.len() && !TEXT_KEYS.contains(&key) {
        let start = at - word.len();
        let message = format!("a comma is missing before `{word}`");
        let help = format!("write `, {word}: …`");
        return Some(not_yaml(Span { start, end: at }, &message, help));
    }
    let help = format!("write `{key}: {}`", in_quotes(&format!("{value}{rest}")));
    Some(not_yaml(span, message, help))
}
