//! What one of two states has and the other one lacks: `errored.tfstate has something that the
//! state lacks`.

use super::super::condition::Condition;
use super::subject::{Said, Subject, whole};

/// Of how much a clause speaks.
#[derive(Debug, Clone, Copy)]
enum Quantity {
    Some,
    None,
    All,
}

const HAS: [&str; 7] = [
    "has", "have", "holds", "contains", "records", "knows", "lists",
];
const LACKS: [&str; 4] = ["lacks", "lack", "misses", "is missing"];

#[rustfmt::skip]
const QUANTITIES: &[(Quantity, &[&str])] = &[
    (Quantity::Some, &[
        "what", "something", "anything", "objects", "object", "things", "resources", "resource", "records", "record", "some objects", "some object",
        "some resources", "some resource", "some things", "one object", "one resource", "something else", "inputs", "entries",
    ]),
    (Quantity::None, &["nothing", "no objects", "no object", "no resources", "no resource", "no records", "no record", "nothing else"]),
    (Quantity::All, &[
        "all", "everything", "every object", "all objects", "every resource", "all resources", "every record", "all records", "all of what", "each object",
        "each resource", "same objects", "same resources",
    ]),
];

/// What follows the other state, and whether it lacks what is spoken of (`true`) or has it.
#[rustfmt::skip]
const AFTER: &[(bool, &[&str])] = &[
    (true, &["lacks", "does not have", "does not record", "does not know", "has not", "misses", "is missing", "does not hold", "does not contain", "does not list"]),
    (false, &["has", "have", "records", "knows", "holds", "contains", "lists", "does"]),
];

/// What stands before the other state: `that is not in errored.tfstate`.
#[rustfmt::skip]
const BEFORE: &[(bool, &[&str])] = &[
    (true, &["is not in", "not in", "is missing from", "missing from", "is missing in", "is absent from"]),
    (false, &["is in", "in", "from", "is also in", "of", "as"]),
];

/// What the words say of a state in comparison with the other one.
pub(super) fn compared(subject: Subject, words: &[String]) -> Option<Said> {
    let (has_more, other_has_more) = sides(subject)?;
    if let Some(rest) = after_one(&HAS, words) {
        if let [more, than, other @ ..] = rest
            && more == "more"
            && than == "than"
        {
            return is_other(subject, other).then_some(Said::Is(has_more, true));
        }
        let (quantity, tail) = quantity(rest)?;
        return match (quantity, is_lacking(subject, tail)?) {
            (Quantity::Some, true) => Some(Said::Is(has_more, true)),
            (Quantity::None, true) => Some(Said::Is(has_more, false)),
            (Quantity::All, false) => Some(Said::Is(other_has_more, false)),
            (Quantity::Some | Quantity::None, false) | (Quantity::All, true) => None,
        };
    }
    let (quantity, tail) = quantity(after_one(&LACKS, words)?)?;
    match (quantity, is_lacking(subject, tail)?) {
        (Quantity::Some, false) => Some(Said::Is(other_has_more, true)),
        (Quantity::None, false) => Some(Said::Is(other_has_more, false)),
        (Quantity::Some | Quantity::None, true) | (Quantity::All, _) => None,
    }
}

/// What is so where this state has more, and where the other one has.
fn sides(subject: Subject) -> Option<(Condition, Condition)> {
    match subject {
        Subject::Errored => Some((Condition::ErroredHasMore, Condition::RemoteHasMore)),
        Subject::State => Some((Condition::RemoteHasMore, Condition::ErroredHasMore)),
        Subject::Lock
        | Subject::Holder
        | Subject::Somebody
        | Subject::LockError
        | Subject::LockId
        | Subject::Object
        | Subject::EveryObject
        | Subject::Cloud
        | Subject::Plan
        | Subject::Deed(_)
        | Subject::That => None,
    }
}

/// The words behind one of these phrases.
fn after_one<'w>(phrases: &[&str], words: &'w [String]) -> Option<&'w [String]> {
    phrases.iter().find_map(|phrase| after(phrase, words))
}

fn after<'w>(phrase: &str, words: &'w [String]) -> Option<&'w [String]> {
    let count = phrase.split(' ').count();
    let begins = count <= words.len() && phrase.split(' ').eq(&words[..count]);
    begins.then(|| &words[count..])
}

/// The longest quantity with which the words begin, and what follows.
fn quantity(words: &[String]) -> Option<(Quantity, &[String])> {
    let all = QUANTITIES.iter().flat_map(|(quantity, phrases)| {
        let rests = phrases.iter().filter_map(|phrase| after(phrase, words));
        rests.map(|rest| (*quantity, rest))
    });
    let (quantity, rest) = all.min_by_key(|(_, rest)| rest.len())?;
    let rest = match rest {
        [that, rest @ ..] if matches!(that.as_str(), "that" | "which") => rest,
        rest => rest,
    };
    Some((quantity, rest))
}

/// Whether the other state lacks it, as `the state does not have`, or has it.
fn is_lacking(subject: Subject, words: &[String]) -> Option<bool> {
    let follows = AFTER.iter().find_map(|(lacks, phrases)| {
        let is_said = phrases.iter().any(|phrase| {
            let at = words.len().saturating_sub(phrase.split(' ').count());
            phrase.split(' ').eq(&words[at..]) && is_other(subject, &words[..at])
        });
        is_said.then_some(*lacks)
    });
    follows.or_else(|| {
        BEFORE.iter().find_map(|(lacks, phrases)| {
            let mut rests = phrases.iter().filter_map(|phrase| after(phrase, words));
            rests.any(|rest| is_other(subject, rest)).then_some(*lacks)
        })
    })
}

/// Whether the words name the other one of the two states.
fn is_other(subject: Subject, words: &[String]) -> bool {
    match words {
        [word] if matches!(word.as_str(), "it" | "other") => true,
        [other, one] if other == "other" && one == "one" => true,
        [word] if word == "file" => subject == Subject::State,
        words => match whole(words) {
            Some(Subject::Errored) => subject == Subject::State,
            Some(Subject::State) => subject == Subject::Errored,
            Some(
                Subject::Lock
                | Subject::Holder
                | Subject::Somebody
                | Subject::LockError
                | Subject::LockId
                | Subject::Object
                | Subject::EveryObject
                | Subject::Cloud
                | Subject::Plan
                | Subject::Deed(_)
                | Subject::That,
            )
            | None => false,
        },
    }
}
