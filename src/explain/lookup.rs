//! Looking topics up, by what people type or paste.

use super::topic::{Group, Topic};
use super::topics;
use crate::command::wording;
use crate::service::Refusal;

/// What a text leads to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Lookup {
    /// It means these: one, or a line's diagnostic with the code that stands in it.
    Found(Vec<&'static Topic>),
    /// It may mean any of these.
    Ambiguous(Vec<&'static Topic>),
    /// Nothing has such a name or line; these names are near.
    Unknown(Vec<&'static str>),
}

/// So many names are suggested at most.
const NEAR_MAX: usize = 5;

/// Which of the attempts at a text takes it for a line: that may say several things at once, a
/// name or a part of one may not.
const IN_LINE: usize = 2;

/// The topic that this is the exact name of, but for the case of its letters.
pub fn named(text: &str) -> Option<&'static Topic> {
    let text = plain(text);
    topics().find(|topic| topic.name.to_lowercase() == text)
}

/// Looks up a name, a line as it was printed, or a part of either.
pub fn find(text: &str) -> Lookup {
    if let Some(topic) = named(text) {
        return Lookup::Found(vec![topic]);
    }
    let text = plain(text);
    let bare = squashed(&text);
    if bare.is_empty() {
        return Lookup::Unknown(Vec::new());
    }
    let is_called = |topic: &&Topic| {
        let names = std::iter::once(&topic.name).chain(topic.also);
        names.into_iter().any(|name| squashed(name) == bare)
    };
    let attempts = [
        topics().filter(is_called).collect(),
        topics().filter(|topic| has_status(topic, &text)).collect(),
        in_line(&text),
        topics().filter(|topic| has_part(topic, &text)).collect(),
    ];
    for (index, attempt) in attempts.into_iter().enumerate() {
        match attempt.as_slice() {
            [] => {}
            [_] => return Lookup::Found(attempt),
            _ if index == IN_LINE && !are_rivals(&attempt) => return Lookup::Found(attempt),
            _ => return Lookup::Ambiguous(attempt),
        }
    }
    Lookup::Unknown(near(&text))
}

/// Which topics explain a line that a command printed: the diagnostic, and what stands in it.
pub fn in_line(text: &str) -> Vec<&'static Topic> {
    let text = plain(text);
    let codes: Vec<&Topic> = topics().filter(|topic| names_code(topic, &text)).collect();
    let mut found: Vec<&Topic> = diagnostic(&text).into_iter().collect();
    if codes.is_empty() {
        found.extend(topics().filter(|topic| says_refusal(topic, &text)));
    } else {
        found.extend(codes);
    }
    let findings =
        topics().filter(|topic| topic.group == Group::Finding && has_word(&text, topic.name));
    found.extend(findings);
    found
}

/// The diagnostic whose line begins first in the text, and of those the one that matches most.
pub fn diagnostic(text: &str) -> Option<&'static Topic> {
    let text = plain(text);
    topics()
        .filter_map(|topic| {
            let places = topic.lines().filter_map(|line| position(&text, line));
            let (start, length) =
                places.min_by_key(|(start, length)| (*start, usize::MAX - length))?;
            Some((start, usize::MAX - length, topic))
        })
        .min_by_key(|(start, rest, _)| (*start, *rest))
        .map(|(_, _, topic)| topic)
}

/// Two codes with the same text can't both be meant.
fn are_rivals(found: &[&Topic]) -> bool {
    let has_line = found.iter().any(|topic| topic.group == Group::Diagnostic);
    !has_line && found.iter().all(|topic| topic.group == Group::Code)
}

/// Where a line's parts stand in the text, in their order: where the first one begins, and how
/// long they are together.
fn position(text: &str, line: &str) -> Option<(usize, usize)> {
    let line = line.to_lowercase();
    let mut start = None;
    let mut at = 0;
    let mut length = 0;
    for part in line.split('…').filter(|part| !part.trim().is_empty()) {
        let part = part.trim_end();
        let found = at + text[at..].find(part)?;
        start.get_or_insert(found);
        at = found + part.len();
        length += part.len();
    }
    start.map(|start| (start, length))
}

/// Whether the text is the HTTP status of a code that the topic explains.
fn has_status(topic: &Topic, text: &str) -> bool {
    let mut refusals = topic.refusals().filter(|refusal| refusal.http_status() > 0);
    refusals.any(|refusal| refusal.http_status().to_string() == text)
}

/// Whether a code that the topic explains stands in the text.
fn names_code(topic: &Topic, text: &str) -> bool {
    // Statuses have names that are words like any other; what stands in a line is the number.
    topic.refusals().any(|one| match one {
        Refusal::Azure(_) | Refusal::Aws(_) | Refusal::Gcs(_) | Refusal::Postgres(_) => {
            has_word(text, one.code())
        }
        Refusal::Http(_) => {
            let status = one.http_status();
            let said = ["http error:", "http response code"];
            said.iter()
                .any(|said| text.contains(&format!("{said} {status}")))
        }
    })
}

/// Whether the text is that of a refusal which the topic explains.
fn says_refusal(topic: &Topic, text: &str) -> bool {
    topic.refusals().any(|refusal| {
        if matches!(refusal, Refusal::Http(_)) {
            return false;
        }
        let said = refusal.text().to_lowercase();
        text.contains(said.trim_end_matches('.'))
    })
}

/// Whether the text is a part of one of the topic's names or lines.
fn has_part(topic: &Topic, text: &str) -> bool {
    /// Shorter texts are a part of too many.
    const CHARACTERS_MIN: usize = 3;
    let names = std::iter::once(topic.name).chain(topic.also.iter().copied());
    text.chars().count() >= CHARACTERS_MIN
        && names
            .chain(topic.lines())
            .any(|name| name.to_lowercase().contains(text))
}

/// Whether the word stands in the text, not within a longer word.
fn has_word(text: &str, word: &str) -> bool {
    let word = word.to_lowercase();
    let is_letter = |c: char| c.is_alphanumeric() || c == '_';
    text.match_indices(&word).any(|(at, _)| {
        let before = text[..at].chars().next_back();
        let after = text[at + word.len()..].chars().next();
        !before.is_some_and(is_letter) && !after.is_some_and(is_letter)
    })
}

/// Names that the text was probably meant to be, the nearest first.
fn near(text: &str) -> Vec<&'static str> {
    let mut near: Vec<(usize, &'static str)> = topics()
        .flat_map(|topic| std::iter::once(topic.name).chain(topic.also.iter().copied()))
        .filter_map(|name| {
            let distance = wording::distance(text, &name.to_lowercase())?;
            Some((distance, name))
        })
        .collect();
    near.sort_unstable();
    near.truncate(NEAR_MAX);
    near.into_iter().map(|(_, name)| name).collect()
}

/// The text in lowercase, on one line, without a terminal's frame, colors and quotes.
fn plain(text: &str) -> String {
    let mut bare = String::new();
    let mut letters = text.chars();
    while let Some(letter) = letters.next() {
        match letter {
            // An ANSI color ends with `m`.
            '\u{1b}' => {
                letters.by_ref().find(|letter| *letter == 'm');
            }
            '│' | '╷' | '╵' | '`' | '“' | '”' => bare.push(' '),
            letter => bare.extend(letter.to_lowercase()),
        }
    }
    let words: Vec<&str> = bare.split_whitespace().collect();
    let line = words.join(" ");
    let line = line.strip_prefix("error: ").unwrap_or(&line);
    let quotes = |c| c == '"' || c == '\'';
    let is_quoted = line.len() > 1 && line.starts_with(quotes) && line.ends_with(quotes);
    let line = if is_quoted {
        line.trim_matches(quotes)
    } else {
        line
    };
    line.to_owned()
}

/// The text's letters and digits: `orphaned lock` and `orphaned_lock` are one.
fn squashed(text: &str) -> String {
    text.chars()
        .filter(|c| c.is_alphanumeric())
        .flat_map(char::to_lowercase)
        .collect()
}
