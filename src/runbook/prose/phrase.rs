//! Where sentences, their labels and their parts begin and end.

use std::ops::Range;

/// Where a sentence may begin with what decides it.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Connector {
    If,
    Unless,
    /// Followed by a noun.
    CaseOf,
    Until,
}

/// The words that begin a condition; longer ones first.
pub(super) const CONNECTORS: [(&str, Connector); 31] = [
    ("supposing ", Connector::If),
    ("suppose ", Connector::If),
    ("if and only if ", Connector::If),
    ("and if ", Connector::If),
    ("but if ", Connector::If),
    ("only if ", Connector::If),
    ("only when ", Connector::If),
    ("only once ", Connector::If),
    ("only where ", Connector::If),
    ("in case of ", Connector::CaseOf),
    ("in the case of ", Connector::CaseOf),
    ("in the event of ", Connector::CaseOf),
    ("in case that ", Connector::If),
    ("in case ", Connector::If),
    ("in the event that ", Connector::If),
    ("in cases where ", Connector::If),
    ("except if ", Connector::Unless),
    ("except when ", Connector::Unless),
    ("unless ", Connector::Unless),
    ("as soon as ", Connector::If),
    ("as long as ", Connector::If),
    ("so long as ", Connector::If),
    ("provided that ", Connector::If),
    ("provided ", Connector::If),
    ("assuming that ", Connector::If),
    ("assuming ", Connector::If),
    ("whenever ", Connector::If),
    ("when ", Connector::If),
    ("once ", Connector::If),
    ("where ", Connector::If),
    ("if ", Connector::If),
];

/// The words in the middle of a sentence that begin one; whether others than known conditions may
/// follow them without being one.
pub(super) const INNER: [(&str, Connector, bool); 20] = [
    (" if and only if ", Connector::If, true),
    (" only if ", Connector::If, true),
    (" only when ", Connector::If, true),
    (" only once ", Connector::If, true),
    (" but only if ", Connector::If, true),
    (" unless ", Connector::Unless, true),
    (" except if ", Connector::Unless, true),
    (" except when ", Connector::Unless, true),
    (" in case of ", Connector::CaseOf, false),
    (" in case ", Connector::If, false),
    (" provided that ", Connector::If, true),
    (" provided ", Connector::If, false),
    (" as long as ", Connector::If, false),
    (" as soon as ", Connector::If, false),
    (" once ", Connector::If, false),
    (" when ", Connector::If, false),
    (" where ", Connector::If, false),
    (" while ", Connector::If, false),
    (" until ", Connector::Until, false),
    (" if ", Connector::If, true),
];

/// Words that may stand before what decides.
pub(super) const FILLERS: [&str; 19] = [
    "then ",
    "then, ",
    "and ",
    "but ",
    "now ",
    "so ",
    "please ",
    "finally, ",
    "first, ",
    "next, ",
    "also, ",
    "after that, ",
    "afterwards, ",
    "however, ",
    "again, ",
    "you must ",
    "you have to ",
    "you should ",
    "immediately ",
];

/// Verbs after which `if` means `whether`.
pub(super) const WHETHER: [&str; 14] = [
    "check",
    "see",
    "ask",
    "look",
    "know",
    "tell",
    "verify",
    "decide",
    "determine",
    "out",
    "sure",
    "test",
    "wonder",
    "them",
];

/// The sentences of a text, each with its place.
pub(in super::super) fn sentences(text: &str) -> Vec<Range<usize>> {
    let mut found = Vec::new();
    let mut start = 0;
    let mut previous = ' ';
    let mut characters = text.char_indices().peekable();
    while let Some((at, c)) = characters.next() {
        let next = characters.peek().map_or(' ', |(_, next)| *next);
        let ends = match c {
            '.' | '!' | '?' => next.is_whitespace() || (matches!(next, '*' | '"' | '\u{201d}')),
            ';' => next.is_whitespace(),
            _ => false,
        };
        if ends && !(c == '.' && is_abbreviation(&text[start..at], previous)) {
            let end = at + c.len_utf8();
            found.push(start..end);
            start = end;
        }
        previous = c;
    }
    found.push(start..text.len());
    found
        .into_iter()
        .map(|range| trimmed(text, range))
        .filter(|range| !range.is_empty())
        .collect()
}

/// Whether a dot after this text is none that ends a sentence: `e.g.`, or the number of a step.
fn is_abbreviation(before: &str, previous: char) -> bool {
    let word = before
        .rsplit([' ', '('])
        .next()
        .unwrap_or(before)
        .to_lowercase();
    let is_number = before.trim().chars().all(|c| c.is_ascii_digit()) && previous.is_ascii_digit();
    is_number
        || matches!(
            word.as_str(),
            "e.g" | "i.e" | "etc" | "vs" | "approx" | "cf" | "resp"
        )
}

fn trimmed(text: &str, range: Range<usize>) -> Range<usize> {
    let part = &text[range.clone()];
    let is_edge = |c: char| c.is_whitespace() || c == '"';
    let start = range.start + (part.len() - part.trim_start_matches(is_edge).len());
    let end = start + text[start..range.end].trim_end().len();
    start..end.max(start)
}

/// Small letters, without signs of emphasis.
pub(super) fn tidy(text: &str) -> String {
    let lower = text.to_lowercase().replace('\u{2019}', "'");
    let plain = without_inner_signs(&lower).replace(['`', '*', '"', '\u{201c}', '\u{201d}'], "");
    let plain = plain
        .replace("don't", "do not")
        .replace("do  not", "do not");
    plain.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// What is quoted is one thing: its commas and colons part no sentence.
fn without_inner_signs(text: &str) -> String {
    const QUOTES: [char; 2] = ['"', '\u{201d}'];
    let Some(quote) = QUOTES.into_iter().find(|quote| text.contains(*quote)) else {
        return text.to_owned();
    };
    let pieces: Vec<&str> = text.split([quote, '\u{201c}']).collect();
    if pieces.len().is_multiple_of(2) {
        return text.to_owned();
    }
    let mut plain = String::new();
    for (at, piece) in pieces.into_iter().enumerate() {
        if at % 2 == 0 {
            plain.push_str(piece);
        } else {
            plain.push_str(&piece.replace(": ", " ").replace(", ", " "));
        }
    }
    plain
}

/// Whether something in parentheses decides, too.
pub(super) fn hides_a_condition(text: &str) -> bool {
    let mut inside = text
        .split('(')
        .skip(1)
        .filter_map(|part| part.split(')').next());
    inside.any(|part| {
        part.split(' ').any(|word| {
            matches!(
                word,
                "if" | "unless" | "only" | "not" | "except" | "when" | "but"
            )
        })
    })
}

/// Without `Step 2:`, `Case A:` or `Warning:`; and whether it names a case.
pub(super) fn without_label(text: &str, is_heading: bool) -> (&str, bool) {
    let mut rest = text;
    let number = rest.trim_start_matches(|c: char| c.is_ascii_digit() || matches!(c, '.' | ')'));
    if number.len() < rest.len() && number.starts_with(' ') {
        rest = number.trim_start();
    }
    let ends: &[&str] = if is_heading {
        &[": ", " \u{2013} ", " \u{2014} ", " - ", ") ", ". "]
    } else {
        &[": ", " \u{2013} ", " \u{2014} "]
    };
    let label = ends
        .iter()
        .filter_map(|end| rest.find(end).map(|at| (at, at + end.len())));
    let Some((at, after)) = label.min() else {
        return (rest, false);
    };
    let label = &rest[..at];
    let first = label.split(' ').next().unwrap_or(label);
    let words = label.split(' ').count();
    let is_case = matches!(first, "case" | "scenario" | "situation" | "variant") && words <= 2;
    let is_step = matches!(first, "step" | "part" | "phase" | "option") && words <= 2;
    let is_sign = words <= 2 && begins(&rest[after..]) && !begins(rest);
    if is_case || is_step || is_sign {
        (rest[after..].trim_start(), is_case)
    } else {
        (rest, false)
    }
}

/// Whether the text begins as a sentence does that decides something.
fn begins(text: &str) -> bool {
    let text = without_fillers(text);
    CONNECTORS.iter().any(|(word, _)| text.starts_with(word))
        || ["stop", "do not ", "wait", "otherwise", "only "]
            .iter()
            .any(|word| text.starts_with(word))
}

pub(super) fn without_fillers(text: &str) -> &str {
    let mut rest = text;
    while let Some(shorter) = FILLERS.iter().find_map(|filler| rest.strip_prefix(filler)) {
        rest = shorter;
    }
    rest
}

pub(super) fn is_prohibition(text: &str) -> bool {
    ["do not ", "never ", "must not ", "you must not ", "not "]
        .iter()
        .any(|word| text.starts_with(word))
}

/// The word with which a part goes on with the condition before it.
pub(super) fn joint(part: &str) -> Option<&'static str> {
    const JOINTS: [&str; 4] = ["and ", "or ", "but ", "unless "];
    JOINTS.into_iter().find(|joint| part.starts_with(joint))
}

/// The parts of a sentence between commas, colons, dashes and `then`.
pub(super) fn parts(text: &str) -> Vec<&str> {
    let mut parts = Vec::new();
    let mut depth = 0_usize;
    let mut start = 0;
    for (at, c) in text.char_indices() {
        match c {
            '(' => depth += 1,
            ')' => depth = depth.saturating_sub(1),
            ',' | ':' if depth == 0 && text[at + 1..].starts_with(' ') => {
                parts.push(&text[start..at]);
                start = at + 1;
            }
            '\u{2013}' | '\u{2014}' | '\u{2192}' if depth == 0 => {
                parts.push(&text[start..at]);
                start = at + c.len_utf8();
            }
            _ => {}
        }
    }
    parts.push(&text[start..]);
    let split = parts
        .into_iter()
        .flat_map(|part| part.split(" then "))
        .flat_map(|part| part.split(" - "));
    split
        .map(str::trim)
        .filter(|part| !part.is_empty())
        .collect()
}

pub(super) fn first_part(text: &str) -> &str {
    parts(text).first().copied().unwrap_or(text)
}

pub(super) fn after_first(text: &str) -> &str {
    let first = first_part(text);
    text.get(first.len()..)
        .unwrap_or("")
        .trim_start_matches([',', ':', ' '])
}

/// Whether a sentence as it is written begins as one does that decides something.
pub(in super::super) fn begins_to_decide(text: &str) -> bool {
    begins(&tidy(text))
}
