//! A sentence: what it decides about the commands below it.

use super::super::condition::{Condition, Test};
use super::Context;
use super::answer::answering;
use super::asked::elliptic;
use super::clause::{Why, clause, noun};
use super::halt::{ends_with_stop, halt_under, halting, is_wait, wait};
use super::phrase::{
    CONNECTORS, Connector, INNER, WHETHER, after_first, first_part, hides_a_condition,
    is_prohibition, joint, parts, tidy, without_fillers, without_label,
};
use super::subject::{Subject, leading};
use super::word;
use crate::kernel::SimDuration;

/// When something is so.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(in super::super) enum Reading {
    /// Where this holds.
    Known(Test),
    /// Where the condition above does not hold.
    Otherwise,
    /// In any case.
    Always,
}

/// How a reader halts.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(in super::super) enum Manner {
    /// For good.
    Stop,
    /// Until this holds.
    Wait(Test),
    /// So long.
    Pause(SimDuration),
}

/// The reader halts.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(in super::super) struct Halt {
    /// How.
    pub(in super::super) manner: Manner,
    /// When.
    pub(in super::super) when: Reading,
}

/// What a sentence decides.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(in super::super) enum Sentence {
    /// Nothing.
    Prose,
    /// Nothing; it asks what a later one refers to.
    Question(Test),
    /// Whether what follows is typed.
    Condition(Reading),
    /// Whether the reader goes on.
    Halt(Halt),
    /// It looks as if it decided something, and is not understood: why.
    Unknown(String),
}

/// What is said of a sentence that no rule understands.
pub(in super::super) const UNKNOWN: &str = "the model does not know this condition";
/// The same of a heading.
pub(in super::super) const UNKNOWN_CASE: &str =
    "this heading reads as a condition, and the model does not know it";
const MIXED: &str = "`and` and `or` in one condition: say which belong together in two sentences";
const PROHIBITION: &str = "a prohibition under a condition: say when what follows is typed";
const JUMP: &str = "a jump to another step is not followed: say when what follows is typed";
const NO_ANTECEDENT: &str = "nothing was asked above to which this refers";

/// Notes of what a sentence speaks, for `it` in a later one.
pub(in super::super) fn topics(text: &str, context: &mut Context) {
    const TOPICS_MAX: usize = 16;
    let words = word::words(text);
    let mut at = 0;
    while at < words.len() {
        let here = at;
        at += 1;
        let Some((subject, count)) = leading(&words[here..]).into_iter().next() else {
            continue;
        };
        at = here + count;
        let is_topic = match subject {
            Subject::Errored
            | Subject::Lock
            | Subject::State
            | Subject::Holder
            | Subject::Somebody
            | Subject::LockError
            | Subject::LockId
            | Subject::Plan => words[here] != "they",
            Subject::Object
            | Subject::EveryObject
            | Subject::Cloud
            | Subject::Deed(_)
            | Subject::That => false,
        };
        if is_topic {
            context.topics.retain(|topic| *topic != subject);
            context.topics.push(subject);
        }
    }
    let many = context.topics.len().saturating_sub(TOPICS_MAX);
    context.topics.drain(..many);
}

/// Reads a sentence. What stands in a heading may be the bare clause.
pub(in super::super) fn read(text: &str, is_heading: bool, context: &Context) -> Sentence {
    let lower = tidy(text);
    let is_question = lower.ends_with('?');
    let plain = lower.trim_end_matches([':', '.', '!', '?', ';', ',', ' ']);
    if let Some(found) = answering(lower.trim_end_matches(['.', '!', ' ']), context) {
        return found;
    }
    let (plain, is_case) = without_label(plain, is_heading);
    if let Some(found) = exact(plain, context) {
        return found;
    }
    let plain = without_fillers(plain);
    let found = if is_question {
        match question(plain, context) {
            // A heading that has no verb is the case itself.
            Sentence::Question(test) if is_heading && !begins_with_verb(plain) => {
                Sentence::Condition(Reading::Known(test))
            }
            read @ (Sentence::Question(_)
            | Sentence::Condition(_)
            | Sentence::Halt(_)
            | Sentence::Prose
            | Sentence::Unknown(_)) => read,
        }
    } else {
        decide(plain, context)
    };
    if is_heading && found == Sentence::Prose {
        return match clause(plain, context) {
            Ok(test) => Sentence::Condition(Reading::Known(test)),
            Err(_) if is_case => Sentence::Unknown(UNKNOWN.to_owned()),
            Err(_) => Sentence::Prose,
        };
    }
    match found {
        Sentence::Condition(_) | Sentence::Halt(_) if hides_a_condition(plain) => {
            Sentence::Unknown("a condition within parentheses: say it without them".to_owned())
        }
        found @ (Sentence::Condition(_)
        | Sentence::Halt(_)
        | Sentence::Prose
        | Sentence::Question(_)
        | Sentence::Unknown(_)) => found,
    }
}

/// Sentences that refer to what stands above them.
fn exact(text: &str, context: &Context) -> Option<Sentence> {
    const ALWAYS: [&str; 6] = [
        "in any case",
        "in all cases",
        "in either case",
        "either way",
        "in both cases",
        "always",
    ];
    const OTHERWISE: [&str; 8] = [
        "otherwise",
        "or else",
        "else",
        "if not",
        "if no",
        "if that is not the case",
        "if it is not",
        "if it does not",
    ];
    const SO: [&str; 9] = [
        "if so",
        "if yes",
        "if it is",
        "if it does",
        "if that is the case",
        "if this is the case",
        "in that case",
        "in this case",
        "if that is so",
    ];
    let starting = |phrases: &[&str]| {
        phrases.iter().find_map(|phrase| {
            let rest = text.strip_prefix(phrase)?;
            let is_bare = rest.is_empty() || rest.starts_with([',', ':']);
            let is_adverb = matches!(*phrase, "otherwise" | "or else") && rest.starts_with(' ');
            (is_bare || is_adverb)
                .then(|| without_fillers(rest.trim_start_matches([',', ':', ' '])))
        })
    };
    if let Some(rest) = starting(&ALWAYS).filter(|rest| !is_prohibition(rest)) {
        let test = Test::Is(Condition::Always, true);
        return Some(consequence(Reading::Known(test), rest, context));
    }
    if text == "then" || text == "then do" {
        let question = context.question.clone()?;
        return Some(Sentence::Condition(Reading::Known(question)));
    }
    if let Some(rest) = starting(&OTHERWISE) {
        let is_asked = !text.starts_with("otherwise") && !text.starts_with("or else");
        let reading = match &context.question {
            Some(question) if is_asked => Reading::Known(question.clone().negated()),
            Some(_) | None => Reading::Otherwise,
        };
        return Some(consequence(reading, rest, context));
    }
    let rest = starting(&SO)?;
    Some(match &context.question {
        Some(question) => consequence(Reading::Known(question.clone()), rest, context),
        None => Sentence::Unknown(NO_ANTECEDENT.to_owned()),
    })
}

/// The verbs with which a question begins.
const VERBS: [&str; 8] = ["is", "are", "was", "has", "can", "does", "did", "do"];

fn begins_with_verb(text: &str) -> bool {
    text.split(' ')
        .next()
        .is_some_and(|verb| VERBS.contains(&verb))
}

/// `Is the lock held?`
fn question(text: &str, context: &Context) -> Sentence {
    let words: Vec<&str> = text.split(' ').collect();
    let [verb, rest @ ..] = words.as_slice() else {
        return Sentence::Prose;
    };
    if !VERBS.contains(verb) {
        return decide_question(text, context);
    }
    let verb = match *verb {
        "does" | "did" | "do" => "",
        verb => verb,
    };
    // Where the subject ends, only its clause tells.
    for at in 1..=rest.len() {
        let (subject, predicate) = rest.split_at(at);
        let subject = subject.join(" ");
        let predicate = predicate.join(" ");
        let asked = match verb {
            "" => format!("{subject} {predicate}s"),
            verb => format!("{subject} {verb} {predicate}"),
        };
        if let Ok(test) = clause(&asked, context) {
            return Sentence::Question(test);
        }
    }
    Sentence::Prose
}

/// `If the lock is held?` is written, too.
fn decide_question(text: &str, context: &Context) -> Sentence {
    if CONNECTORS.iter().any(|(word, _)| text.starts_with(word)) {
        return decide(text, context);
    }
    elliptic(text, context).map_or(Sentence::Prose, Sentence::Question)
}

/// A sentence without what stands before what decides.
fn decide(text: &str, context: &Context) -> Sentence {
    // Whatever is so.
    if text.starts_with("even if ") {
        return Sentence::Prose;
    }
    if let Some(found) = halting(text, context) {
        return found;
    }
    if let Some(rest) = text.strip_prefix("until ") {
        return match clause(first_part(rest), context) {
            Ok(test) if is_wait(after_first(rest)) => wait(test, Reading::Always),
            Ok(_) | Err(_) => Sentence::Unknown(UNKNOWN.to_owned()),
        };
    }
    // `If` alone asks, too, and nothing that is understood.
    let spaced = format!("{text} ");
    let found = CONNECTORS.iter().find(|(word, _)| spaced.starts_with(word));
    if let Some((word, connector)) = found {
        let rest = text.get(word.len()..).unwrap_or("");
        // `When to use this` asks nothing.
        if rest.starts_with("to ") {
            return Sentence::Prose;
        }
        return conditional(*connector, rest, context);
    }
    if let Some(rest) = text.strip_prefix("should ") {
        return should(rest, context);
    }
    if let Some(rest) = text.strip_prefix("while ") {
        // `While you wait` asks nothing.
        return match conditional(Connector::If, rest, context) {
            Sentence::Unknown(why) if why == UNKNOWN => Sentence::Prose,
            read @ (Sentence::Condition(_)
            | Sentence::Halt(_)
            | Sentence::Prose
            | Sentence::Question(_)
            | Sentence::Unknown(_)) => read,
        };
    }
    match inner(text, context) {
        // `Without errored.tfstate, stop.`
        Sentence::Prose if ends_with_stop(text) => Sentence::Unknown(UNKNOWN.to_owned()),
        read @ (Sentence::Condition(_)
        | Sentence::Halt(_)
        | Sentence::Prose
        | Sentence::Question(_)
        | Sentence::Unknown(_)) => read,
    }
}

/// Whether what is to be done is said with a negation: `you do not need this`.
fn is_negative(text: &str) -> bool {
    text.split(' ')
        .any(|word| matches!(word, "not" | "no" | "never" | "nothing" | "cannot"))
}

/// `Should the lock be held, …`
fn should(text: &str, context: &Context) -> Sentence {
    let part = first_part(text);
    let asked = part.replace(" be ", " is ");
    let other = |why| clause(&format!("{part}s"), context).map_err(|_| why);
    match clause(&asked, context).or_else(other) {
        Ok(test) => consequence(Reading::Known(test), after_first(text), context),
        Err(why) => Sentence::Unknown(unknown(&why)),
    }
}

/// A sentence whose condition stands behind what is to be done.
pub(super) fn inner(text: &str, context: &Context) -> Sentence {
    if let Some((_, asked)) = text.split_once("whether ") {
        return match clause(first_part(asked), context) {
            Ok(test) => Sentence::Question(test),
            Err(_) => Sentence::Prose,
        };
    }
    let found = INNER
        .iter()
        .filter_map(|(word, connector, strict)| {
            Some((text.find(word)?, *word, *connector, *strict))
        })
        .min_by_key(|(at, word, ..)| (*at, std::cmp::Reverse(word.len())));
    let Some((at, word, connector, is_strict)) = found else {
        return Sentence::Prose;
    };
    let (before, after) = (&text[..at], &text[at + word.len()..]);
    let before = before.trim_end_matches([',', ' ']);
    let last = before.rsplit(' ').next().unwrap_or(before);
    if word == " if " && matches!(last, "even" | "as" | "what") {
        return Sentence::Prose;
    }
    if word == " if " && WHETHER.contains(&last) {
        return match clause(first_part(after), context) {
            Ok(test) => Sentence::Question(test),
            Err(_) => Sentence::Prose,
        };
    }
    let mut context = context.clone();
    topics(before, &mut context);
    let read = conditional(connector, after, &context);
    if is_prohibition(before) {
        return forbidden(before, read);
    }
    match read {
        Sentence::Unknown(_) if !is_strict => Sentence::Prose,
        // `Repeat this until the lock is free:` says nothing about what is typed first.
        Sentence::Condition(_) if connector == Connector::Until => {
            Sentence::Unknown(UNKNOWN.to_owned())
        }
        Sentence::Condition(when) if ends_with_stop(before) => Sentence::Halt(Halt {
            manner: Manner::Stop,
            when,
        }),
        read @ (Sentence::Condition(_)
        | Sentence::Halt(_)
        | Sentence::Prose
        | Sentence::Question(_)
        | Sentence::Unknown(_)) => read,
    }
}

/// `Do not do this if …`; other prohibitions do not say when what follows is typed.
fn forbidden(before: &str, read: Sentence) -> Sentence {
    const THIS: [&str; 10] = [
        "do not do this",
        "do not do that",
        "do not run this",
        "do not type this",
        "never do this",
        "do not do the following",
        "do not run these",
        "do not run the following",
        "never run this",
        "do not run these commands",
    ];
    match read {
        Sentence::Condition(Reading::Known(test)) if THIS.contains(&before) => {
            Sentence::Condition(Reading::Known(test.negated()))
        }
        Sentence::Condition(_) | Sentence::Halt(_) => Sentence::Unknown(PROHIBITION.to_owned()),
        Sentence::Unknown(_) | Sentence::Prose | Sentence::Question(_) => Sentence::Prose,
    }
}

/// A condition, and what is to be done where it holds.
pub(super) fn conditional(connector: Connector, text: &str, context: &Context) -> Sentence {
    let parts = parts(text);
    let Some((first, rest)) = parts.split_first() else {
        return Sentence::Unknown(UNKNOWN.to_owned());
    };
    let mut asked = (*first).to_owned();
    let read = match connector {
        Connector::CaseOf => noun(first, context),
        Connector::If | Connector::Unless | Connector::Until => clause(first, context),
    };
    let mut test = match read {
        Ok(test) => test,
        Err(why) => return Sentence::Unknown(unknown(&why)),
    };
    let mut used = 0;
    for (at, part) in rest.iter().enumerate() {
        if matches!(
            *part,
            "and only then" | "but only then" | "and then" | "only then"
        ) {
            used = at + 1;
            continue;
        }
        let is_list = rest[at..].iter().any(|later| joint(later).is_some());
        let longer = match joint(part) {
            Some(_) => format!("{asked} {part}"),
            None if is_list && clause(part, context).is_ok() => format!("{asked} and {part}"),
            None => break,
        };
        match clause(&longer, context) {
            Ok(both) => test = both,
            Err(why) => return Sentence::Unknown(unknown(&why)),
        }
        asked = longer;
        used = at + 1;
    }
    if connector == Connector::Unless {
        test = test.negated();
    }
    let mut context = context.clone();
    topics(&asked, &mut context);
    consequence(Reading::Known(test), &rest[used..].join(", "), &context)
}

pub(super) fn unknown(why: &Why) -> String {
    match why {
        Why::Unknown => UNKNOWN.to_owned(),
        Why::Missing(what) => (*what).to_owned(),
        Why::Mixed => MIXED.to_owned(),
    }
}

/// What is said where what follows is left out.
const SKIPPED: [&str; 10] = [
    "skip this",
    "skip it",
    "skip the next",
    "leave this out",
    "skip that",
    "you do not need this",
    "this is not needed",
    "this step is not needed",
    "this is not necessary",
    "this step is not necessary",
];

/// What is to be done where a condition holds.
pub(super) fn consequence(when: Reading, text: &str, context: &Context) -> Sentence {
    const DONE: [&str; 8] = [
        "you are done",
        "we are done",
        "you're done",
        "done",
        "finished",
        "there is nothing to do",
        "nothing to do",
        "there is nothing more to do",
    ];
    let text = without_fillers(text.trim());
    if text.is_empty() {
        return Sentence::Condition(when);
    }
    if DONE.contains(&text) {
        return Sentence::Halt(Halt {
            manner: Manner::Stop,
            when,
        });
    }
    if let Some(found) = halt_under(&when, text, context) {
        return found;
    }
    if SKIPPED.iter().any(|word| text.starts_with(word)) {
        return match when {
            Reading::Known(test) => Sentence::Condition(Reading::Known(test.negated())),
            Reading::Otherwise | Reading::Always => Sentence::Unknown(UNKNOWN.to_owned()),
        };
    }
    let jumps = [
        "go to ",
        "skip to ",
        "jump to ",
        "continue with ",
        "continue at ",
        "proceed to ",
        "proceed with ",
        "go on with ",
        "go back to ",
        "skip step",
        "return to ",
        "move on to ",
    ];
    if jumps.iter().any(|word| text.starts_with(word)) {
        return Sentence::Unknown(JUMP.to_owned());
    }
    if is_prohibition(text) || is_negative(first_part(text)) {
        return Sentence::Unknown(PROHIBITION.to_owned());
    }
    match inner(text, context) {
        Sentence::Condition(Reading::Known(other)) => match when {
            Reading::Known(test) => Sentence::Condition(Reading::Known(test.and(other))),
            Reading::Otherwise | Reading::Always => Sentence::Unknown(UNKNOWN.to_owned()),
        },
        unknown @ Sentence::Unknown(_) => unknown,
        Sentence::Halt(_) => Sentence::Unknown(UNKNOWN.to_owned()),
        Sentence::Condition(_) | Sentence::Prose | Sentence::Question(_) => {
            Sentence::Condition(when)
        }
    }
}
