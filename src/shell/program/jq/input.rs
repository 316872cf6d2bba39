//! JSON as `jq` reads it: one value after the other, with its words for what is none.

use jaq_json::Val;

use super::DEPTH_MAX;

/// The values of a text, up to the first error.
#[derive(Debug)]
pub(super) struct Inputs {
    items: std::vec::IntoIter<Item>,
    /// Where the last value ended: the file and how many of its lines were read.
    place: Option<(String, usize)>,
}

#[derive(Debug)]
struct Item {
    value: Result<Val, String>,
    place: (String, usize),
}

impl Inputs {
    /// Reads texts, each with the name that messages give it.
    pub(super) fn new<'t>(texts: impl IntoIterator<Item = (&'t str, &'t str)>) -> Self {
        let mut items = Vec::new();
        'all: for (name, text) in texts {
            let mut at = 0;
            loop {
                let rest = text.get(at..).unwrap_or_default();
                at += rest.len() - rest.trim_start_matches([' ', '\t', '\n', '\r']).len();
                if at >= text.len() {
                    break;
                }
                let (value, end) = one(text, at);
                let stop = value.is_err();
                let place = (name.to_owned(), lines_read(text, end));
                items.push(Item { value, place });
                if stop {
                    break 'all;
                }
                at = end;
            }
        }
        Self {
            items: items.into_iter(),
            place: None,
        }
    }

    /// Values that are at hand.
    pub(super) fn of_values(values: Vec<Val>) -> Self {
        let items: Vec<_> = values
            .into_iter()
            .enumerate()
            .map(|(at, value)| Item {
                value: Ok(value),
                place: ("<stdin>".to_owned(), at + 1),
            })
            .collect();
        Self {
            items: items.into_iter(),
            place: None,
        }
    }

    /// All values as one array; the first error instead, if there is one.
    pub(super) fn slurp(self) -> Self {
        let mut place = ("<stdin>".to_owned(), 0);
        let mut values = Vec::new();
        let mut error = None;
        for item in self.items {
            place = item.place;
            match item.value {
                Ok(value) => values.push(value),
                Err(text) => error = Some(text),
            }
        }
        let value = match error {
            None => Ok(values.into_iter().collect()),
            Some(error) => Err(error),
        };
        Self {
            items: vec![Item { value, place }].into_iter(),
            place: None,
        }
    }

    /// The file and the line where the last value that was given had ended.
    pub(super) fn place(&self) -> Option<&(String, usize)> {
        self.place.as_ref()
    }
}

impl Iterator for Inputs {
    type Item = Result<Val, String>;

    fn next(&mut self) -> Option<Self::Item> {
        let item = self.items.next()?;
        self.place = Some(item.place);
        Some(item.value)
    }
}

/// Text is read line by line: the line of a value's end is read whole.
fn lines_read(text: &str, end: usize) -> usize {
    let (before, after) = text.split_at(end.min(text.len()));
    before.matches('\n').count() + usize::from(after.contains('\n') && !before.ends_with('\n'))
}

/// The value at a byte, and the byte after it.
fn one(text: &str, start: usize) -> (Result<Val, String>, usize) {
    let end = match extent(text, start) {
        Ok(end) => end,
        Err((reason, at)) => return (Err(format!("{reason} at {}", place(text, at))), at.end()),
    };
    let part = text.get(start..end).unwrap_or_default();
    match serde_json::from_str::<Val>(part) {
        Ok(value) => (Ok(value), end),
        Err(_) => (Err(fault(text, start, end)), end),
    }
}

/// Where something was noticed.
#[derive(Debug, Clone, Copy)]
enum At {
    /// At the character that begins at this byte.
    Character(usize),
    /// At the end of a text of this length.
    End(usize),
}

impl At {
    fn end(self) -> usize {
        match self {
            Self::Character(at) | Self::End(at) => at,
        }
    }
}

/// Line and column as jq counts them: a newline is column 0 of the next line.
fn place(text: &str, at: At) -> String {
    let (seen, prefix) = match at {
        At::Character(at) => (super::super::pattern::next_char(text, at), ""),
        At::End(at) => (at, "EOF at "),
    };
    let before = text.get(..seen.min(text.len())).unwrap_or_default();
    let line = before.matches('\n').count() + 1;
    let column = before.rsplit('\n').next().unwrap_or_default().len();
    format!("{prefix}line {line}, column {column}")
}

/// The byte after the value that begins at one: brackets are matched, and literals and strings
/// passed, whatever is in them.
fn extent(text: &str, start: usize) -> Result<usize, (&'static str, At)> {
    let mut open = Vec::new();
    let mut at = start;
    while let Some(next) = text.get(at..).and_then(|rest| rest.chars().next()) {
        match next {
            '[' | '{' => {
                if open.len() >= DEPTH_MAX {
                    return Err(("Exceeds depth limit for parsing", At::Character(at)));
                }
                open.push(if next == '[' { ']' } else { '}' });
                at += 1;
            }
            ']' | '}' => {
                let unmatched = if next == ']' {
                    "Unmatched ']'"
                } else {
                    "Unmatched '}'"
                };
                if open.pop() != Some(next) {
                    return Err((unmatched, At::Character(at)));
                }
                at += 1;
            }
            '"' => at = string_end(text, at)?,
            ' ' | '\t' | '\n' | '\r' | ',' | ':' => at += 1,
            _ => at = literal_end(text, at)?,
        }
        if open.is_empty() {
            return Ok(at);
        }
    }
    Err(("Unfinished JSON term", At::End(text.len())))
}

fn string_end(text: &str, start: usize) -> Result<usize, (&'static str, At)> {
    let mut escaped = false;
    for (at, next) in text.get(start + 1..).unwrap_or_default().char_indices() {
        match next {
            _ if escaped => escaped = false,
            '\\' => escaped = true,
            '"' => return Ok(start + 1 + at + 1),
            _ => {}
        }
    }
    Err(("Unfinished string", At::End(text.len())))
}

/// The byte after a literal, which must be a number or a known word.
fn literal_end(text: &str, start: usize) -> Result<usize, (&'static str, At)> {
    let rest = text.get(start..).unwrap_or_default();
    let ends = |c: char| c.is_ascii_whitespace() || "[]{},:\"".contains(c);
    let length = rest.find(ends).unwrap_or(rest.len());
    let literal = rest.get(..length).unwrap_or_default();
    let end = start + length;
    let at = if end < text.len() {
        At::Character(end)
    } else {
        At::End(end)
    };
    match literal {
        "true" | "false" | "null" => Ok(end),
        "nan" => Err(("'nan', which is not modeled,", at)),
        _ if literal.starts_with(['t', 'f']) => Err(("Invalid literal", at)),
        _ if literal.starts_with('n') => Err(("Invalid literal", at)),
        _ if serde_json::from_str::<serde_json::Number>(literal).is_ok() => Ok(end),
        _ => Err(("Invalid numeric literal", at)),
    }
}

/// What is wrong with a text whose brackets and literals are right.
fn fault(text: &str, start: usize, end: usize) -> String {
    let mut previous = ' ';
    let mut at = start;
    let mut open = Vec::new();
    while at < end {
        let rest = text.get(at..).unwrap_or_default();
        let next = rest.chars().next().unwrap_or(' ');
        let is_value = !next.is_ascii_whitespace() && !"]},:".contains(next);
        let in_array = open.last() == Some(&'[');
        let reason = match next {
            ']' if previous == ',' => Some("Expected another array element"),
            '}' if previous == ',' => Some("Objects must consist of key:value pairs"),
            ',' if previous == ',' || previous == '[' => Some("Expected value before ','"),
            '}' if previous == 'k' || previous == ':' => {
                Some("Objects must consist of key:value pairs")
            }
            _ if is_value && matches!(previous, 'v' | 'k') => {
                let end = literal_end(text, at).unwrap_or(end);
                let place = place(text, At::Character(end));
                return format!("Expected separator between values at {place}");
            }
            _ => None,
        };
        if let Some(reason) = reason {
            return format!("{reason} at {}", place(text, At::Character(at)));
        }
        let after = match next {
            '"' => string_end(text, at).unwrap_or(end),
            '[' | '{' => {
                open.push(next);
                at + 1
            }
            ']' | '}' => {
                open.pop();
                at + 1
            }
            _ if is_value => literal_end(text, at).unwrap_or(end),
            _ => at + next.len_utf8(),
        };
        if !next.is_ascii_whitespace() {
            let is_key = !in_array && matches!(previous, '{' | ',');
            previous = match next {
                ',' | ':' | '[' | '{' => next,
                _ if is_key => 'k',
                _ => 'v',
            };
        }
        at = after;
    }
    format!(
        "Invalid string or key at {}",
        place(text, At::Character(end.saturating_sub(1)))
    )
}
