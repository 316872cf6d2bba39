//! From the bytes of a file to its text, with what no editor shows refused.

use super::{Diagnostics, Span};

/// The largest file, in bytes.
const BYTES_MAX: usize = 16 * 1024 * 1024;

/// The text of a file. On failure the diagnostics say why.
pub(super) fn read_text<'a>(
    source: &'a [u8],
    diagnostics: &mut Diagnostics<'a>,
) -> Option<&'a str> {
    if source.len() > BYTES_MAX {
        let message = format!(
            "the file has {} bytes; a scenario has at most {BYTES_MAX}",
            source.len()
        );
        diagnostics.push(Span::default(), message, None);
        return None;
    }
    let text = match std::str::from_utf8(source) {
        Ok(text) => text,
        Err(error) => {
            let (valid, _) = source.split_at(error.valid_up_to());
            let text = std::str::from_utf8(valid).expect("checked up to there");
            diagnostics.set_source(text);
            let message = format!("byte {} is not UTF-8: a scenario is text", text.len() + 1);
            let is_utf_16 = source.starts_with(&[0xFF, 0xFE]) || source.starts_with(&[0xFE, 0xFF]);
            let help = is_utf_16.then(|| "this is UTF-16: save the file as UTF-8".to_owned());
            diagnostics.push(at(text.len(), 0), message, help);
            return None;
        }
    };
    diagnostics.set_source(text);
    match unwanted(text) {
        None => Some(text),
        Some((span, message, help)) => {
            diagnostics.push(span, message, help);
            None
        }
    }
}

fn at(start: usize, length: usize) -> Span {
    Span {
        start,
        end: start + length,
    }
}

/// The first thing in a text that a scenario does not have: a control character, a carriage return
/// that ends no line, a directive.
fn unwanted(text: &str) -> Option<(Span, String, Option<String>)> {
    let is_line_end = |at: usize| text[at..].starts_with("\r\n");
    let control = text
        .char_indices()
        .find(|(at, c)| is_forbidden(*c) && !is_line_end(*at));
    if let Some((start, character)) = control {
        let span = at(start, character.len_utf8());
        let message = format!(
            "the control character U+{:04X} stands here: a scenario is text",
            u32::from(character)
        );
        let help = (character == '\r').then(|| "end lines with a line feed".to_owned());
        return Some((span, message, help));
    }
    let mut start = 0;
    for line in text.split_inclusive('\n') {
        if line.starts_with('%') {
            let message = "a directive stands here; scenarios have none".to_owned();
            return Some((at(start, line.trim_end().len()), message, None));
        }
        if !line.trim().is_empty() && !line.starts_with('#') {
            break;
        }
        start += line.len();
    }
    None
}

/// Whether a character is none that a scenario's text can have.
pub(in super::super) fn is_forbidden(character: char) -> bool {
    character.is_control() && character != '\n' && character != '\t'
}
