//! Serials and lineages: `its serial is higher than the remote's`, `the lineages differ`.

use super::super::condition::{Condition, Rank, Test};
use super::subject::{Subject, whole};
use super::word::joined;

/// Which of the two states.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Side {
    Errored,
    Remote,
}

/// What of a state is compared.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum What {
    Serial,
    Lineage,
    /// The state itself, of which `newer` can be said.
    State,
}

/// What stands on one side of a comparison.
#[derive(Debug, Clone, Copy)]
struct Term {
    what: What,
    /// None where it is left out: the other one, or what was spoken of.
    side: Option<Side>,
}

/// How things can compare: ranks of which one is so.
type Ranks = &'static [Rank];

const HIGHER: Ranks = &[Rank::Higher];
const LOWER: Ranks = &[Rank::Lower];
const EQUAL: Ranks = &[Rank::Equal];
const AT_LEAST: Ranks = &[Rank::Equal, Rank::Higher];
const AT_MOST: Ranks = &[Rank::Lower, Rank::Equal];
const DIFFERENT: Ranks = &[Rank::Lower, Rank::Higher];

/// What stands between two sides, without `is` and `than`; longer ones first.
#[rustfmt::skip]
const COMPARISONS: &[(Ranks, &[&str])] = &[
    (AT_LEAST, &[
        "higher or equal", "higher than or equal", "greater or equal", "greater than or equal", "at least as high", "at least as new", "at least", "equal or higher",
        "equal or greater", "same or higher", "not lower", "not less", "not older", "not smaller", ">=", "\u{2265}",
    ]),
    (AT_MOST, &[
        "lower or equal", "lower than or equal", "less or equal", "less than or equal", "equal or lower", "same or lower", "not higher", "not greater", "not newer", "not larger",
        "at most", "<=", "\u{2264}",
    ]),
    (DIFFERENT, &[
        "not equal", "not same", "not identical", "different", "another", "other", "unequal", "differs", "differ", "does not match", "do not match", "does not equal", "!=",
        "wrong", "unrelated", "foreign",
    ]),
    (HIGHER, &["higher", "greater", "larger", "newer", "bigger", "more recent", "above", "ahead", "exceeds", ">"]),
    (LOWER, &["lower", "less", "smaller", "older", "below", "behind", "<"]),
    (EQUAL, &["equal", "same", "identical", "equals", "matches", "match", "==", "="]),
];

/// Words that only join the two sides.
const JOINING: [&str; 5] = ["than", "to", "as", "from", "of"];

/// What the words say of the serials or the lineages of `errored.tfstate` and the remote state.
pub(super) fn versions(words: &[String], topics: &[Subject]) -> Option<(Test, Subject)> {
    both(words).or_else(|| owned(words, topics)).or_else(|| {
        (0..words.len()).find_map(|at| {
            let left = term(&words[..at])?;
            let (ranks, rest) = comparison(without_is(&words[at..]))?;
            compared(left, ranks, rest, topics)
        })
    })
}

/// `the serials are equal`, `both have the same lineage`
fn both(words: &[String]) -> Option<(Test, Subject)> {
    let words = match words {
        [both, states, rest @ ..]
            if both == "both" && matches!(states.as_str(), "states" | "files") =>
        {
            return self::both(&[&words[..1], rest].concat());
        }
        words => words,
    };
    let (what, rest) = match words {
        [all, have, rest @ ..]
            if matches!(all.as_str(), "both" | "they") && have == "have" && rest.len() > 1 =>
        {
            let (last, rest) = rest.split_last()?;
            (what(std::slice::from_ref(last))?, rest)
        }
        [noun, rest @ ..] => {
            let noun = match noun.as_str() {
                "serials" => What::Serial,
                "lineages" => What::Lineage,
                _ => return None,
            };
            (noun, without_is(rest))
        }
        [] => return None,
    };
    let (ranks, rest) = comparison(rest)?;
    let is_whole = rest.is_empty() && matches!(ranks, [Rank::Equal] | [Rank::Lower, Rank::Higher]);
    let left = Term {
        what,
        side: Some(Side::Errored),
    };
    is_whole.then(|| test(left, ranks))?
}

/// `errored.tfstate has a higher serial than the remote state`
fn owned(words: &[String], topics: &[Subject]) -> Option<(Test, Subject)> {
    let at = words.iter().position(|word| word == "has")?;
    let side = match &words[..at] {
        [it] if matches!(it.as_str(), "it" | "file") => None,
        words => Some(side(words)?),
    };
    let (ranks, rest) = comparison(&words[at + 1..])?;
    let (noun, rest) = rest.split_first()?;
    let what = what(std::slice::from_ref(noun))?;
    compared(Term { what, side }, ranks, rest, topics)
}

/// What is so where one side compares in this way with what the rest names.
fn compared(
    left: Term,
    ranks: Ranks,
    rest: &[String],
    topics: &[Subject],
) -> Option<(Test, Subject)> {
    let rest = match rest {
        [word, rest @ ..] if JOINING.contains(&word.as_str()) => rest,
        rest => rest,
    };
    let other = match rest {
        [] => None,
        rest => Some(right(left.what, rest)?),
    };
    let side = match (left.side, other) {
        (Some(one), Some(other)) if one == other => return None,
        (Some(side), _) => side,
        (None, Some(Side::Remote)) => Side::Errored,
        (None, Some(Side::Errored)) => Side::Remote,
        (None, None) => match (left.what, ranks) {
            // Which is which makes no difference.
            (What::Lineage, _) | (What::Serial, [Rank::Equal] | [Rank::Lower, Rank::Higher]) => {
                Side::Errored
            }
            (What::Serial | What::State, _) => spoken_of(topics)?,
        },
    };
    test(
        Term {
            side: Some(side),
            ..left
        },
        ranks,
    )
}

/// Which of the two was spoken of last.
fn spoken_of(topics: &[Subject]) -> Option<Side> {
    topics.iter().rev().find_map(|topic| side_of(*topic))
}

/// What is so where one side compares in this way with the other one.
fn test(left: Term, ranks: Ranks) -> Option<(Test, Subject)> {
    let (subject, is_remote) = match left.side? {
        Side::Errored => (Subject::Errored, false),
        Side::Remote => (Subject::State, true),
    };
    let serial = |rank: &Rank| {
        let rank = if is_remote { rank.reversed() } else { *rank };
        Test::Is(Condition::ErroredSerial(rank), true)
    };
    let test = match (left.what, ranks) {
        (What::Lineage, [Rank::Equal]) => Test::Is(Condition::Lineage { is_same: true }, true),
        (What::Lineage, [Rank::Lower, Rank::Higher]) => {
            Test::Is(Condition::Lineage { is_same: false }, true)
        }
        (What::State, [Rank::Equal] | [Rank::Lower, Rank::Higher]) | (What::Lineage, _) => {
            return None;
        }
        (What::Serial | What::State, [rank]) => serial(rank),
        (What::Serial | What::State, ranks) => Test::Any(ranks.iter().map(serial).collect()),
    };
    Some((test, subject))
}

fn without_is(words: &[String]) -> &[String] {
    match words {
        [is, rest @ ..] if is == "is" => rest,
        words => words,
    }
}

/// The longest comparison with which the words begin, and what follows.
fn comparison(words: &[String]) -> Option<(Ranks, &[String])> {
    let all = COMPARISONS.iter().flat_map(|(ranks, phrases)| {
        let rests = phrases.iter().filter_map(|phrase| after(phrase, words));
        rests.map(|rest| (*ranks, rest))
    });
    all.min_by_key(|(_, rest)| rest.len())
}

fn after<'w>(phrase: &str, words: &'w [String]) -> Option<&'w [String]> {
    let count = phrase.split(' ').count();
    let begins = count <= words.len() && phrase.split(' ').eq(&words[..count]);
    begins.then(|| &words[count..])
}

/// `serial`, `serial number`, `lineage`
fn what(words: &[String]) -> Option<What> {
    match joined(words).as_str() {
        "serial" | "serial number" => Some(What::Serial),
        "lineage" => Some(What::Lineage),
        _ => None,
    }
}

/// The left side: `its serial`, `the serial in errored.tfstate`, `the remote serial`.
fn term(words: &[String]) -> Option<Term> {
    if let [it] = words
        && matches!(it.as_str(), "it" | "file")
    {
        return Some(Term {
            what: What::State,
            side: None,
        });
    }
    if let Some(side) = side(words) {
        return Some(Term {
            what: What::State,
            side: Some(side),
        });
    }
    let (what, rest) = noun(words)?;
    let side = match rest.as_slice() {
        [] => None,
        [its] if its == "its" => None,
        rest => Some(side(rest)?),
    };
    Some(Term { what, side })
}

/// A serial or a lineage, and the words that say of what.
fn noun(words: &[String]) -> Option<(What, Vec<String>)> {
    let at = words
        .iter()
        .position(|word| matches!(word.as_str(), "serial" | "lineage"))?;
    let of = what(&words[at..=at])?;
    let rest = match &words[at + 1..] {
        [number, rest @ ..] if number == "number" => rest,
        rest => rest,
    };
    match (&words[..at], rest) {
        (before, []) => Some((of, before.to_vec())),
        ([], [of_, rest @ ..]) if matches!(of_.as_str(), "in" | "of" | "from" | "inside") => {
            Some((of, rest.to_vec()))
        }
        _ => None,
    }
}

/// The right side: `the remote's`, `that of the remote state`, `the one in the blob`, `it`.
fn right(what: What, words: &[String]) -> Option<Side> {
    if let Some(found) = term(words)
        && (found.what == what || found.what == What::State)
    {
        return found.side;
    }
    match words {
        [that, of, rest @ ..]
            if matches!(that.as_str(), "that" | "one" | "serial")
                && matches!(of.as_str(), "of" | "in" | "from") =>
        {
            side(rest)
        }
        [words @ .., one] if one == "one" => side(words),
        _ => None,
    }
}

/// Which state the words name: `errored.tfstate`, `the remote state's`, `local`.
fn side(words: &[String]) -> Option<Side> {
    let mut words = words.to_vec();
    let last = words.last_mut()?;
    if let Some(owner) = last.strip_suffix("'s") {
        *last = owner.to_owned();
    }
    match joined(&words).as_str() {
        "local" | "errored" | "local file" | "rescued" | "local state" => Some(Side::Errored),
        "remote" | "backend" | "remote one" | "current state" => Some(Side::Remote),
        _ => side_of(whole(&words)?),
    }
}

const fn side_of(subject: Subject) -> Option<Side> {
    match subject {
        Subject::Errored => Some(Side::Errored),
        Subject::State => Some(Side::Remote),
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
