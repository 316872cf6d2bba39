//! What is refused before the parser sees it: the parser recurses, backtracks and can panic on
//! numbers that do not fit, so that size and nesting are bounded first.

use brush_parser::Token;

use crate::shell::error::SyntaxError;

/// The longest script that is read (bytes).
pub const SOURCE_BYTES_MAX: usize = 1024 * 1024;

/// How deep compound commands may be nested; half of it inside a `$(…)`, a quarter one deeper, and
/// so on. Twice as many brackets may be open anywhere in the text.
pub const NESTING_MAX: usize = 24;

/// How deep `$(…)`, `${…}`, backticks and brackets may be nested inside one word.
pub const WORD_NESTING_MAX: usize = 8;

/// The most words in a `[[ … ]]`.
const TEST_WORDS_MAX: usize = 128;

/// The longest arithmetic expression (bytes).
pub(crate) const ARITHMETIC_BYTES_MAX: usize = 256;

/// The most words that one word's brace expansion may come to.
pub(crate) const BRACE_WORDS_MAX: usize = 1024;

/// Refuses a source that is too long, holds a NUL, or nests brackets too deep.
///
/// Quotes are not looked at: a script with more than [`NESTING_MAX`] unclosed brackets in its
/// strings is refused as well.
pub(crate) fn check_source(source: &str) -> Result<(), SyntaxError> {
    if source.len() > SOURCE_BYTES_MAX {
        let message = format!("the script is longer than {SOURCE_BYTES_MAX} bytes");
        return Err(fault(0, 0, message));
    }
    if let Some(offset) = source.find('\0') {
        return Err(fault(offset, 1, "a NUL character".to_owned()));
    }
    let mut depth = 0_usize;
    let mut digits = 0_usize;
    for (offset, character) in source.char_indices() {
        match character {
            '(' | '{' | '[' => depth += 1,
            ')' | '}' | ']' => depth = depth.saturating_sub(1),
            '<' | '>' if digits > 4 => {
                let message = "a file descriptor of more than four digits".to_owned();
                return Err(fault(offset - digits, digits, message));
            }
            _ => {}
        }
        digits = if character.is_ascii_digit() {
            digits + 1
        } else {
            0
        };
        if depth > 2 * NESTING_MAX {
            let message = format!("more than {} open brackets", 2 * NESTING_MAX);
            return Err(fault(offset, 1, message));
        }
    }
    Ok(())
}

/// Refuses compound commands nested too deep, and words that nest too much.
pub(crate) fn check_tokens(
    tokens: &[Token],
    level: usize,
    place: &dyn Fn(&Token) -> (usize, usize),
) -> Result<(), SyntaxError> {
    let mut depth = 0_usize;
    let mut cases = 0_usize;
    // Inside substitutions less is left of the stack.
    let depth_max = (NESTING_MAX >> level.min(8)).max(3);
    let mut test: Option<usize> = None;
    for token in tokens {
        match token.to_str() {
            "if" | "while" | "until" | "for" | "{" | "(" => depth += 1,
            "case" => {
                depth += 1;
                cases += 1;
            }
            "fi" | "done" | "}" | ")" => depth = depth.saturating_sub(1),
            "esac" => {
                depth = depth.saturating_sub(1);
                cases = cases.saturating_sub(1);
            }
            _ => {}
        }
        let (offset, length) = place(token);
        if depth > depth_max || cases > WORD_NESTING_MAX {
            let message = format!(
                "commands are nested more than {depth_max} deep (`case` more than {WORD_NESTING_MAX})"
            );
            return Err(fault(offset, length, message));
        }
        test = match (token.to_str(), test) {
            ("[[", None) => Some(0),
            ("]]", _) | (_, None) => None,
            (_, Some(words)) => Some(words + 1),
        };
        if test.is_some_and(|words| words > TEST_WORDS_MAX) {
            let message = format!("a `[[ … ]]` of more than {TEST_WORDS_MAX} words");
            return Err(fault(offset, length, message));
        }
        if let Token::Word(text, _) = token {
            check_word(text).map_err(|message| fault(offset, length, message))?;
        }
    }
    Ok(())
}

/// Refuses a word whose expansions are nested too deep for the parser, which tries some of them
/// twice on each level.
pub(crate) fn check_word(text: &str) -> Result<(), String> {
    let (mut depth, mut ticks, mut single) = (0_usize, 0_usize, false);
    let mut escaped = false;
    let mut double = false;
    for character in text.chars() {
        if escaped {
            escaped = false;
            continue;
        }
        match character {
            '\\' if !single => escaped = true,
            '\'' if !double || single => single = !single,
            '"' if !single => double = !double,
            '`' if !single => ticks += 1,
            '(' | '{' | '[' if !single => depth += 1,
            ')' | '}' | ']' if !single => depth = depth.saturating_sub(1),
            _ => {}
        }
        if depth > WORD_NESTING_MAX {
            return Err(format!(
                "more than {WORD_NESTING_MAX} brackets inside each other in one word"
            ));
        }
    }
    if ticks > 2 * WORD_NESTING_MAX {
        return Err(format!(
            "more than {WORD_NESTING_MAX} pairs of backticks in one word"
        ));
    }
    Ok(())
}

pub(crate) fn fault(offset: usize, length: usize, message: String) -> SyntaxError {
    SyntaxError {
        offset,
        length,
        message,
        suggestion: None,
    }
}
