//! What to write instead of a sentence that is not understood.

use super::super::prose;
use crate::command::wording;

/// What to write where a heading reads as a case that is not known.
pub(super) fn help_for_case(heading: &str) -> String {
    const NAME: &str =
        "a heading that only names what follows takes a line above it: <!-- leaselab: prose -->";
    const ASK: &str =
        "say what can be asked, such as `If the lock is held, and the holder is gone`";
    let lower = heading.to_lowercase();
    let clause = lower.split_once(": ").map_or(&*lower, |(_, clause)| clause);
    let asked = ["if ", "when ", "once "]
        .iter()
        .find_map(|word| clause.strip_prefix(word));
    match asked.and_then(prose::nearest_sentence) {
        Some(near) => {
            let meant = wording::did_you_mean(&format!("If {near}"));
            format!("{meant} or {ASK}; {NAME}")
        }
        None => format!("{ASK}; {NAME}"),
    }
}

/// The comment that decides, with what was probably asked as its example.
fn decide(near: Option<(&str, &str)>) -> String {
    let (word, near) = near.unwrap_or(("if", "the lock is held"));
    format!(
        "decide in a line above it: <!-- leaselab: prose --> or <!-- leaselab: {word} {near} -->"
    )
}

/// The condition that comes nearest to a comment that decides nothing.
pub(super) fn help_for_comment(comment: &str) -> String {
    let (word, near) = nearest(&bare(comment)).unwrap_or(("if", "the lock is held"));
    format!("known are `prose`, `skip` and a condition: <!-- leaselab: {word} {near} -->")
}

/// A sentence in small letters, without the signs at its end.
fn bare(sentence: &str) -> String {
    let lower = sentence.trim().to_lowercase();
    lower.trim_end_matches([':', '.', '!', '?', ' ']).to_owned()
}

/// What a sentence asks: the word before it, and its clause.
fn asked(bare: &str) -> Option<(&'static str, &str)> {
    const BEGIN: [(&str, &str); 10] = [
        ("only if ", "if"),
        ("if ", "if"),
        ("whenever ", "if"),
        ("when ", "if"),
        ("once ", "if"),
        ("as long as ", "if"),
        ("as soon as ", "if"),
        ("in case of ", "if"),
        ("in case ", "if"),
        ("unless ", "unless"),
    ];
    let begun = BEGIN
        .iter()
        .find_map(|(begin, word)| Some((*word, bare.strip_prefix(begin)?)));
    if let Some((word, clause)) = begun {
        return Some((word, clause.split(',').next().unwrap_or(clause)));
    }
    if let Some((question, _)) = bare.split_once("? ") {
        return Some(("if", question));
    }
    let inner = [(" unless ", "unless"), (" if ", "if"), (" when ", "if")];
    { inner.into_iter() }.find_map(|(inner, word)| {
        let (_, clause) = bare.split_once(inner)?;
        Some((word, clause.split(',').next().unwrap_or(clause)))
    })
}

/// The condition that is understood and comes nearest to what a sentence asks.
fn nearest(bare: &str) -> Option<(&'static str, &'static str)> {
    let (word, clause) = asked(bare)?;
    // A file of which a runbook speaks is that one; the state is in a blob.
    let file = ["the file ", "this file ", "that file "];
    let of_file = file.iter().find_map(|file| clause.strip_prefix(file));
    let named = of_file.map(|said| format!("errored.tfstate {said}"));
    let near = prose::nearest_sentence(named.as_deref().unwrap_or(clause))?;
    Some((word, near))
}

/// What an author can write instead of a sentence that is not understood, or above it.
pub(super) fn help(sentence: &str, is_unknown: bool) -> String {
    let bare = bare(sentence);
    let waits = ["wait until ", "wait till "];
    if let Some(awaited) = waits.iter().find_map(|word| bare.strip_prefix(word)) {
        let near = prose::nearest_sentence(awaited).filter(|_| is_unknown);
        let meant = near.map(|near| wording::did_you_mean(&format!("Wait until {near}.")));
        let meant = meant.map_or_else(String::new, |meant| format!("{meant} or "));
        let decide = decide(near.map(|near| ("if", near)));
        return format!("{meant}say how long: `Wait 5 minutes.`; or {decide}");
    }
    if !is_unknown {
        return decide(None);
    }
    let near = nearest(&bare);
    let decide = decide(near);
    match near {
        Some(("if", near)) => {
            let meant = wording::did_you_mean(&format!("If {near}:"));
            format!("{meant} or {decide}")
        }
        Some((_, near)) => {
            let meant = wording::did_you_mean(&format!("Unless {near}:"));
            format!("{meant} or {decide}")
        }
        None => format!("docs/runbooks.md tells what is understood; or {decide}"),
    }
}
