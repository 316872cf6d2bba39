//! What somebody wrote into a scenario, a file's name or a setting, so that a terminal and a
//! workflow show it and do not obey it.

use std::borrow::Cow;
use std::fmt::Write as _;

use super::layout::Color;

/// The text with control characters, and those that turn its direction, as JSON escapes them:
/// `\\u001b`. Where it is colored, colors stay.
pub fn visible(text: &str, color: Color) -> Cow<'_, str> {
    if !text.contains(is_obeyed) {
        return Cow::Borrowed(text);
    }
    let mut shown = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(at) = rest.find(is_obeyed) {
        let (before, from) = rest.split_at(at);
        shown.push_str(before);
        let style = match color {
            Color::Ansi => style_length(from),
            Color::Plain => 0,
        };
        let character = from.chars().next().map_or(0, char::len_utf8);
        let (obeyed, behind) = from.split_at(style.max(character));
        if style > 0 {
            shown.push_str(obeyed);
        } else {
            for character in obeyed.chars() {
                write!(shown, "\\u{:04x}", u32::from(character))
                    .expect("a text takes all that is written");
            }
        }
        rest = behind;
    }
    shown.push_str(rest);
    Cow::Owned(shown)
}

/// The text without lines that begin a workflow command of GitHub Actions: `::` at the beginning of
/// a line, and `##[` anywhere, are taken apart by a blank.
pub fn without_commands(text: &str) -> String {
    let mut shown = String::with_capacity(text.len());
    for line in text.replace("##[", "## [").split_inclusive('\n') {
        let rest = line.trim_start();
        if rest.starts_with("::") {
            let (indent, _) = line.split_at(line.len() - rest.len());
            shown.push_str(indent);
            shown.push_str(": ");
            shown.push_str(rest.strip_prefix(':').unwrap_or(rest));
        } else {
            shown.push_str(line);
        }
    }
    shown
}

/// Whether a terminal does something at this character but show it.
fn is_obeyed(character: char) -> bool {
    let turns = matches!(
        character,
        '\u{061c}' | '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}'
    );
    turns || (character.is_control() && !matches!(character, '\n' | '\t'))
}

/// How long the color is with which a text begins, in bytes; 0 where it begins with none.
fn style_length(text: &str) -> usize {
    let parameters = text.strip_prefix("\u{1b}[").and_then(|rest| {
        let end = rest.find(|c: char| !c.is_ascii_digit() && c != ';')?;
        rest.get(end..)?.starts_with('m').then_some(end)
    });
    parameters.map_or(0, |length| length + "\u{1b}[m".len())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_terminal_would_obey_is_shown() {
        let hostile = "a\u{1b}]0;title\u{7}b\u{202e}c\td\r\n";
        let shown = "a\\u001b]0;title\\u0007b\\u202ec\td\\u000d\n";
        assert_eq!(visible(hostile, Color::Plain), shown);
        assert_eq!(visible(hostile, Color::Ansi), shown);
        let red = "\u{1b}[1;31mred\u{1b}[0m \u{1b}[2J";
        assert_eq!(
            visible(red, Color::Ansi),
            "\u{1b}[1;31mred\u{1b}[0m \\u001b[2J"
        );
        assert!(matches!(
            visible("plain größe", Color::Plain),
            Cow::Borrowed(_)
        ));
    }

    #[test]
    fn no_line_begins_a_workflow_command() {
        let text = "fine\n  ::error::x\n::stop-commands::y\na ::b\nc ##[error]d";
        assert_eq!(
            without_commands(text),
            "fine\n  : :error::x\n: :stop-commands::y\na ::b\nc ## [error]d"
        );
    }
}
