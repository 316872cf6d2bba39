//! Texts of others in Markdown and Mermaid: what somebody wrote is read, and never obeyed.

use std::fmt::Write as _;

use super::layout::Color;
use super::visible::visible;

/// One line of Markdown in which nothing is markup.
pub(super) fn prose(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for c in visible(text, Color::Plain).chars() {
        match c {
            '\n' | '\r' => escaped.push(' '),
            '<' => escaped.push_str("&lt;"),
            '&' => escaped.push_str("&amp;"),
            // A mention calls somebody.
            '@' => escaped.push_str("&#64;"),
            '\\' | '`' | '*' | '_' | '[' | ']' | '~' | '#' | '|' | '$' => {
                escaped.push('\\');
                escaped.push(c);
            }
            _ => escaped.push(c),
        }
    }
    escaped
}

/// A command or a name as code: its fence is longer than any within.
pub(super) fn code(text: &str) -> String {
    let text = visible(text, Color::Plain).replace(['\n', '\r'], " ");
    let longest = text.split(|c| c != '`').map(str::len).max().unwrap_or(0);
    let fence = "`".repeat(longest + 1);
    let pad = if text.starts_with('`') || text.ends_with('`') || text.is_empty() {
        " "
    } else {
        ""
    };
    format!("{fence}{pad}{text}{pad}{fence}")
}

/// A block of commands: its fence is longer than any within.
pub(super) fn block(text: &str) -> String {
    let text = visible(text, Color::Plain);
    let longest = text.split(|c| c != '`').map(str::len).max().unwrap_or(0);
    let fence = "`".repeat(longest.max(2) + 1);
    format!("{fence}console\n{}\n{fence}\n", text.trim_end())
}

/// One line of a Mermaid diagram: what is neither a letter, a digit nor a plain sign is spelled by
/// its number.
pub(super) fn mermaid(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for c in visible(text, Color::Plain).chars() {
        match c {
            '\n' | '\r' | '\t' => escaped.push(' '),
            ' ' | '-' | '_' | '.' | ',' | ':' | '/' | '(' | ')' | '=' | '$' | '\'' | '!' | '?' => {
                escaped.push(c);
            }
            _ if c.is_alphanumeric() => escaped.push(c),
            _ => write!(escaped, "#{};", u32::from(c)).expect("a text takes all that is written"),
        }
    }
    escaped
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn texts_of_others_are_read_and_not_obeyed() {
        let hostile = "<img src=x onerror=alert(1)> | [a](b) `c` *d* @all\n# e";
        assert_eq!(
            prose(hostile),
            "&lt;img src=x onerror=alert(1)> \\| \\[a\\](b) \\`c\\` \\*d\\* &#64;all \\# e"
        );
        assert_eq!(code("a `` b"), "```a `` b```");
        assert_eq!(code("`"), "`` ` ``");
        assert_eq!(block("a\n```\nb"), "````console\na\n```\nb\n````\n");
        assert_eq!(mermaid("a;b%%c\nd:<e>"), "a#59;b#37;#37;c d:#60;e#62;");
    }
}
