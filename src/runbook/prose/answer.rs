//! Answers to a question above: `Yes: push it.`, `No → stop.`

use super::Context;
use super::sentence::{Reading, Sentence, consequence};

/// What stands between an answer and what it leads to.
const SIGNS: [&str; 9] = [
    ":", "\u{2192}", "->", "=>", "\u{21d2}", "\u{2013}", "\u{2014}", "- ", ",",
];
const NOT_ASKED: &str = "this answers a question that is not understood";

/// Whether a sentence is such an answer: yes or no, how it goes on, and what follows.
fn answer(text: &str) -> Option<(bool, &str, &str)> {
    let answers = [("yes", true), ("no", false)];
    let (rest, is_yes) =
        { answers.iter() }.find_map(|(word, yes)| Some((text.strip_prefix(word)?, *yes)))?;
    if rest.is_empty() {
        return Some((is_yes, "", ""));
    }
    // `no-color` is a word.
    if rest.starts_with(|c: char| c.is_alphanumeric() || c == '-') && !rest.starts_with("->") {
        return None;
    }
    let rest = rest.trim_start();
    let sign = SIGNS.iter().find(|sign| rest.starts_with(**sign))?;
    let rest = rest[sign.len()..].trim_start();
    Some((is_yes, sign, rest.trim_end_matches([':', ',', ';', ' '])))
}

/// Whether the text is an answer.
pub(in super::super) fn is_answer(text: &str) -> bool {
    let lower = text.trim().to_lowercase();
    answer(lower.trim_end_matches([':', '.', '!'])).is_some()
}

/// What an answer decides; none where the text is no answer.
pub(super) fn answering(text: &str, context: &Context) -> Option<Sentence> {
    const ON: [&str; 14] = [
        "continue",
        "go on",
        "proceed",
        "carry on",
        "nothing to do",
        "nothing to do here",
        "there is nothing to do",
        "next step",
        "go to next step",
        "go to the next step",
        "go on to the next step",
        "continue with the next step",
        "proceed to the next step",
        "skip this step",
    ];
    let (is_yes, sign, rest) = answer(text)?;
    let Some(asked) = &context.asked else {
        // `No, do not.` and `Can I delete it? No.` are talk.
        let is_talk = matches!(sign, "" | ",");
        return (!is_talk).then(|| Sentence::Unknown(NOT_ASKED.to_owned()));
    };
    let test = asked.clone();
    let when = Reading::Known(if is_yes { test } else { test.negated() });
    let rest = if ON.contains(&rest) { "" } else { rest };
    Some(consequence(when, rest, context))
}
