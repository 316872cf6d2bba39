//! What is wrong where the parser of YAML gives up, in plain words and at the right place.
//!
//! The parser stumbles over what a mistake makes of the lines behind it. So the lines are looked at
//! as a person does: a bracket without its partner, a quote that ends a text early, a comment that
//! hides the rest of a line, a colon in a text, a line that is indented like none above it.

mod flow;
mod indent;
mod line;
mod text;

use saphyr_parser::ScanError;

use super::{DEPTH_MAX, Refused, Span, refused, unwanted};
use line::Lines;
pub(super) use text::TEXT_KEYS;

/// What to do with a command that YAML takes for something else.
pub(super) const COMMAND_HELP: &str = "YAML reads `,` `[` `{` `#` `*` and `: ` itself: put the \
    command in quotes, or write `run: |` and the command on the next line";

/// Where and about what the parser stumbled.
#[derive(Debug, Clone, Copy)]
struct Stumble<'t> {
    /// The whole document.
    text: &'t str,
    /// Where, in bytes.
    at: usize,
    /// What the parser says.
    info: &'t str,
    /// Where the innermost list or mapping begins that is open there.
    open: Option<usize>,
}

/// The error for what the parser says. `at` is where, in bytes; `open` where the innermost list or
/// mapping begins that is not closed there.
pub(super) fn explain(text: &str, at: usize, error: &ScanError, open: Option<usize>) -> Refused {
    let info = error.info();
    let span = Span { start: at, end: at };
    if info.contains("unknown anchor") {
        return unwanted("an alias", '*', span);
    }
    if info.contains("recursion limit") {
        return refused(span, format!("nested more than {DEPTH_MAX} levels deep"));
    }
    let stumble = Stumble {
        text,
        at,
        info,
        open,
    };
    let lines = Lines::before(text, at);
    let known = flow::hidden(stumble)
        .or_else(|| flow::unclosed(stumble))
        .or_else(|| flow::misplaced(stumble))
        .or_else(|| text::quote(stumble))
        .or_else(|| text::colon(stumble))
        .or_else(|| indent::of(stumble, &lines));
    known.unwrap_or_else(|| {
        let help = if is_in_command(text, at) {
            Some(COMMAND_HELP.to_owned())
        } else if info.contains("tabs disallowed") {
            Some("indent with spaces".to_owned())
        } else {
            None
        };
        Refused {
            span,
            message: format!("not YAML: {info}"),
            help,
        }
    })
}

/// The text in quotes, as YAML reads it.
pub(super) fn in_quotes(text: &str) -> String {
    if text.contains(['"', '\\']) {
        format!("'{}'", text.replace('\'', "''"))
    } else {
        format!("\"{text}\"")
    }
}

/// Whether a place is behind the key of a command, on its line.
fn is_in_command(text: &str, at: usize) -> bool {
    let before = text.get(..at).unwrap_or(text);
    let line = before.rsplit('\n').next().unwrap_or("");
    line.contains("run: ")
}

fn not_yaml(span: Span, message: &str, help: impl Into<String>) -> Refused {
    Refused {
        span,
        message: format!("not YAML: {message}"),
        help: Some(help.into()),
    }
}
