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

/// What an author can write instead of a sentence that is not understood, or above it.
pub(super) fn help(sentence: &str, is_unknown: bool) -> String {
    const DECIDE: &str = "decide in a line above it: <!-- leaselab: prose --> or <!-- leaselab: if the lock is held -->";
    let lower = sentence.to_lowercase();
    let bare = lower.trim_end_matches([':', '.', '!', '?', ' ']);
    let asked = [
        "only if ",
        "if ",
        "when ",
        "once ",
        "as long as ",
        "as soon as ",
        "in case ",
    ]
    .iter()
    .find_map(|word| bare.strip_prefix(word));
    let waits = ["wait until ", "wait till "];
    if let Some(awaited) = waits.iter().find_map(|word| bare.strip_prefix(word)) {
        let near = prose::nearest_sentence(awaited).filter(|_| is_unknown);
        let meant = near.map(|near| wording::did_you_mean(&format!("Wait until {near}.")));
        let meant = meant.map_or_else(String::new, |meant| format!("{meant} or "));
        return format!("{meant}say how long: `Wait 5 minutes.`; or {DECIDE}");
    }
    let asked = asked.map(|asked| asked.split(',').next().unwrap_or(asked));
    match asked
        .filter(|_| is_unknown)
        .and_then(prose::nearest_sentence)
    {
        Some(near) => {
            let meant = wording::did_you_mean(&format!("If {near}:"));
            format!("{meant} or {DECIDE}")
        }
        None if is_unknown => format!("docs/runbooks.md tells what is understood; or {DECIDE}"),
        None => DECIDE.to_owned(),
    }
}
