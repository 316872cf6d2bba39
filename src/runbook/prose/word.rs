//! The words of a clause, without what changes nothing of its meaning.

use super::super::condition::SENTENCES;
use crate::command::wording;

/// Longer sentences are no conditions.
const WORDS_MAX: usize = 60;

/// Contractions, and what they stand for.
const CONTRACTIONS: [(&str, &str); 24] = [
    ("isn't", "is not"),
    ("aren't", "is not"),
    ("wasn't", "is not"),
    ("weren't", "is not"),
    ("doesn't", "does not"),
    ("don't", "do not"),
    ("didn't", "did not"),
    ("hasn't", "has not"),
    ("haven't", "has not"),
    ("can't", "can not"),
    ("cannot", "can not"),
    ("couldn't", "can not"),
    ("won't", "will not"),
    ("wouldn't", "would not"),
    ("it's", "it is"),
    ("that's", "that is"),
    ("there's", "there is"),
    ("nobody's", "nobody is"),
    ("somebody's", "somebody is"),
    ("someone's", "someone is"),
    ("you're", "you are"),
    ("you've", "you have"),
    ("they're", "they are"),
    ("lock's", "lock"),
];

/// Words that change nothing.
const IDLE: [&str; 22] = [
    "the",
    "a",
    "an",
    "still",
    "currently",
    "now",
    "really",
    "actually",
    "indeed",
    "any",
    "your",
    "our",
    "just",
    "yet",
    "truly",
    "definitely",
    "again",
    "simply",
    "very",
    "please",
    "somehow",
    "ever",
];

/// Beginnings after which a clause of its own comes, and which change nothing.
const LEADS: [&str; 32] = [
    "you are sure that",
    "you are sure",
    "you are certain that",
    "you are certain",
    "you know that",
    "you see that",
    "you have made sure that",
    "you have checked that",
    "you have verified that",
    "you have confirmed that",
    "you checked that",
    "you made sure that",
    "we are sure that",
    "it is certain that",
    "it is clear that",
    "it is sure that",
    "it is confirmed that",
    "it is known that",
    "it turns out that",
    "it is case that",
    "terraform says that",
    "terraform says",
    "terraform tells you that",
    "terraform complains that",
    "terraform reports that",
    "it says that",
    "output says that",
    "that means that",
    "you can see that",
    "you find that",
    "you notice that",
    "we see that",
];

/// Ends that only say where to look.
const TAILS: [&str; 31] = [
    "as well",
    "too",
    "also",
    "above",
    "here",
    "there",
    "at this point",
    "at all",
    "in this directory",
    "in working directory",
    "in current directory",
    "in directory",
    "in that directory",
    "in same directory",
    "on disk",
    "from above",
    "in output",
    "in its output",
    "in output above",
    "in azure",
    "in portal",
    "in cloud",
    "on state",
    "on it",
    "by terraform",
    "by plan",
    "to you",
    "first",
    "on screen",
    "more",
    "anymore",
];

/// The words of a clause: in small letters, without articles and what stands in parentheses.
pub(super) fn words(text: &str) -> Vec<String> {
    let lower = text.to_lowercase().replace('\u{2019}', "'");
    let mut words: Vec<String> = Vec::new();
    let mut depth = 0_usize;
    for word in lower.split_whitespace() {
        depth += word.matches('(').count();
        let inside = depth > 0;
        depth = depth.saturating_sub(word.matches(')').count());
        let trimmed = word.trim_matches(|c: char| {
            matches!(
                c,
                '`' | '"'
                    | '*'
                    | '_'
                    | '\u{201c}'
                    | '\u{201d}'
                    | ','
                    | ':'
                    | ';'
                    | '!'
                    | '?'
                    | '.'
                    | '\u{2026}'
            )
        });
        let trimmed = trimmed.trim_start_matches('\'').trim_end_matches('\'');
        if inside || trimmed.is_empty() || IDLE.contains(&trimmed) {
            continue;
        }
        match CONTRACTIONS.iter().find(|(short, _)| *short == trimmed) {
            Some((_, long)) => words.extend(long.split(' ').map(str::to_owned)),
            None => words.push(trimmed.to_owned()),
        }
        if words.len() > WORDS_MAX {
            break;
        }
    }
    auxiliaries(words)
}

/// One spelling for the verbs: `were`, `has been` and `gets` are `is`.
fn auxiliaries(words: Vec<String>) -> Vec<String> {
    let mut one: Vec<String> = Vec::new();
    for word in words {
        let before = one.last().map(String::as_str);
        let is_modal = |word: &String| matches!(word.as_str(), "can" | "could" | "would" | "will");
        let is_after_modal = one.iter().rev().take(2).any(is_modal);
        match word.as_str() {
            "are" | "was" | "were" | "remains" | "gets" | "got" => one.push("is".to_owned()),
            "been" if matches!(before, Some("has" | "have" | "had" | "not")) => {
                // `has not been written`: the verb stands before the negation.
                let at = one
                    .iter()
                    .rposition(|w| matches!(w.as_str(), "has" | "have" | "had"));
                match at {
                    Some(at) => "is".clone_into(&mut one[at]),
                    None => one.push(word),
                }
            }
            "be" if !is_after_modal => one.push("is".to_owned()),
            _ => one.push(word),
        }
    }
    one
}

/// The words as a text.
pub(super) fn joined(words: &[String]) -> String {
    words.join(" ")
}

/// The clause without what comes before it and only says that it is so.
pub(super) fn without_lead(words: &[String]) -> Option<&[String]> {
    // Most clauses begin otherwise.
    let first = words.first()?.as_str();
    if !matches!(first, "you" | "we" | "it" | "terraform" | "output" | "that") {
        return None;
    }
    let begins = |lead: &Vec<String>| words.len() > lead.len() && words.starts_with(lead);
    let leads = LEADS.iter().map(|lead| self::words(lead));
    let lead = leads.into_iter().find(begins)?;
    Some(&words[lead.len()..])
}

/// The clause without a last phrase that only says where to look.
pub(super) fn without_tail(words: &[String]) -> Option<&[String]> {
    if let [before @ .., by, step, number] = words
        && matches!(by.as_str(), "in" | "from" | "at" | "by" | "of")
        && step == "step"
        && number
            .chars()
            .all(|c| c.is_ascii_alphanumeric() || c == '.')
    {
        return Some(before);
    }
    let text = joined(words);
    TAILS.iter().find_map(|tail| {
        let before = text.strip_suffix(tail)?;
        let count = words.len() - tail.split(' ').count();
        (before.ends_with(' ')).then(|| &words[..count])
    })
}

/// The sentence that is understood and comes nearest: one of the same polarity, so that what is
/// suggested is never the opposite.
pub(in super::super) fn nearest_sentence(asked: &str) -> Option<&'static str> {
    let is_negative = |text: &str| {
        let words = words(text);
        words.iter().any(|word| {
            matches!(
                word.as_str(),
                "not"
                    | "no"
                    | "nobody"
                    | "never"
                    | "free"
                    | "gone"
                    | "unless"
                    | "succeeds"
                    | "nothing"
                    | "dead"
                    | "without"
                    | "missing"
            )
        })
    };
    let lower = asked.to_lowercase();
    let is_alike = |near: &&'static str| is_negative(near) == is_negative(&lower);
    let near = wording::nearest(&lower, SENTENCES).filter(is_alike);
    // A word that is denied says too little of what is meant.
    near.or_else(|| most_shared(&lower, is_alike).filter(|_| !is_negative(&lower)))
}

/// The sentence that shares most words with what is asked, at least two that do not stand
/// everywhere. One that compares is never guessed: it could mean the opposite.
fn most_shared(asked: &str, is_alike: impl Fn(&&'static str) -> bool) -> Option<&'static str> {
    const EVERYWHERE: [&str; 16] = [
        "is", "are", "in", "on", "of", "to", "it", "there", "that", "state", "what", "not", "no",
        "an", "one", "has",
    ];
    let asked = words(asked);
    let shared = |sentence: &&'static str| {
        let own = words(sentence);
        let both = own.iter().filter(|word| asked.contains(word));
        both.filter(|word| !EVERYWHERE.contains(&word.as_str()))
            .count()
    };
    let compares = |sentence: &&'static str| sentence.contains(" than ");
    let alike = SENTENCES.iter().copied().filter(is_alike);
    let alike = alike.filter(|sentence| !compares(sentence));
    let most = alike.max_by_key(|sentence| {
        let length = words(sentence).len();
        (shared(sentence), std::cmp::Reverse(length))
    });
    most.filter(|sentence| shared(sentence) > 1)
}
