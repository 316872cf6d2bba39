//! Mistakes in `{ … }` and `[ … ]`.

use super::super::{Refused, Span};
use super::{COMMAND_HELP, Stumble, in_quotes, not_yaml};

/// The error for a comment that hides the end of a `{ … }`.
pub(super) fn hidden(stumble: Stumble<'_>) -> Option<Refused> {
    let Stumble { text, at, .. } = stumble;
    let before = text.get(..at)?.trim_end();
    let line_start = before.rfind('\n').map_or(0, |at| at + 1);
    let line = before.get(line_start..)?;
    let comment = line.find(" #")? + 1;
    let start = line_start + comment;
    let shown = line.get(..comment)?;
    let open = last_open(shown)?;
    let sign = shown.get(open..=open)?;
    let help = match last_entry(shown.get(open..)?) {
        Some(("run", _)) => COMMAND_HELP.to_owned(),
        Some((key, value)) => {
            let rest = line.get(comment..)?.trim_end_matches(['}', ']', ',', ' ']);
            format!("write `{key}: {}`", in_quotes(&format!("{value} {rest}")))
        }
        None => "put the text in quotes".to_owned(),
    };
    let span = Span {
        start,
        end: start + 1,
    };
    let message = format!("a comment starts here, and the `{sign}` is never closed");
    Some(not_yaml(span, &message, help))
}

/// The error for a bracket that closes nothing.
pub(super) fn misplaced(stumble: Stumble<'_>) -> Option<Refused> {
    let Stumble { text, at, info, .. } = stumble;
    let sign = text.get(at..=at)?;
    let is_why = info.contains("misplaced bracket") || info.contains("simple key expect");
    if !is_why || !matches!(sign, "}" | "]") {
        return None;
    }
    let span = Span {
        start: at,
        end: at + 1,
    };
    let message = format!("this `{sign}` closes nothing");
    let help = "leave it out; a text that begins with it needs quotes";
    Some(not_yaml(span, &message, help))
}

/// The last `{` or `[` of a line that is not closed on it.
fn last_open(line: &str) -> Option<usize> {
    let mut open = Vec::new();
    for (at, sign) in line.char_indices() {
        match sign {
            '{' | '[' => open.push(at),
            '}' | ']' => {
                open.pop();
            }
            _ => {}
        }
    }
    open.pop()
}

/// The last key in an open `{ …`, and what stands behind it.
pub(super) fn last_entry(open: &str) -> Option<(&str, &str)> {
    let entry = open
        .rsplit(['{', ','])
        .next()
        .filter(|entry| entry.contains(": "))?;
    let (key, value) = entry.split_once(": ")?;
    Some((key.trim(), value.trim()))
}

/// The error for a `{` or `[` that is never closed, where that is why the parser stumbled on a
/// line below it.
pub(super) fn unclosed(stumble: Stumble<'_>) -> Option<Refused> {
    let Stumble { text, at, info, .. } = stumble;
    let start = stumble.open?;
    let sign = text.get(start..=start)?;
    let (between, rest) = (text.get(start..at)?, text.get(at..)?);
    let is_why = info.contains("indentation in flow")
        || info.contains("only valid inside a block")
        || rest.trim().is_empty()
        || info.contains("illegal placement of ':'")
        || (info.contains("did not find expected ','") && begins_entry(between));
    if !matches!(sign, "{" | "[") || !is_why || !between.contains('\n') {
        return None;
    }
    let help = format!("close it with `{}`", if sign == "{" { "}" } else { "]" });
    let span = Span {
        start,
        end: start + 1,
    };
    Some(not_yaml(
        span,
        &format!("this `{sign}` is never closed"),
        help,
    ))
}

/// Whether what stands up to a colon is a key on a line of its own, behind a line that ends
/// without a comma.
fn begins_entry(between: &str) -> bool {
    let Some((above, last)) = between.rsplit_once('\n') else {
        return false;
    };
    let is_key = !last.trim().is_empty()
        && last
            .trim()
            .chars()
            .all(|c| c.is_alphanumeric() || matches!(c, '_' | '-'));
    is_key && !above.trim_end().ends_with([',', '{', '['])
}
