//! Orders to stop, to wait, or to go on only under a condition.

use super::super::condition::Test;
use super::Context;
use super::clause::clause;
use super::phrase::{CONNECTORS, Connector, INNER, first_part};
use super::sentence::{
    Halt, Manner, Reading, Sentence, UNKNOWN, conditional, inner, topics, unknown,
};
use crate::kernel::SimDuration;

/// A halt where a condition holds: `stop here`, `call them and stop`, `wait until …`.
pub(super) fn halt_under(when: &Reading, text: &str, context: &Context) -> Option<Sentence> {
    let when = when.clone();
    if let Some(rest) = text
        .strip_prefix("wait until ")
        .or_else(|| text.strip_prefix("wait till "))
    {
        return Some(match clause(first_part(rest), context) {
            Ok(test) => wait(test, when),
            Err(why) => Sentence::Unknown(unknown(&why)),
        });
    }
    let rest = stop_head(text);
    let is_stop = rest.is_some() || ends_with_stop(text);
    if is_stop {
        // `stop here unless …`: two conditions.
        let more = rest.unwrap_or("");
        return Some(match (inner(&format!("stop {more}"), context), when) {
            (Sentence::Condition(Reading::Known(other)), Reading::Known(test)) => {
                let when = Reading::Known(test.and(other));
                Sentence::Halt(Halt {
                    manner: Manner::Stop,
                    when,
                })
            }
            (Sentence::Prose | Sentence::Question(_), when) => Sentence::Halt(Halt {
                manner: Manner::Stop,
                when,
            }),
            (Sentence::Condition(_) | Sentence::Halt(_) | Sentence::Unknown(_), _) => {
                Sentence::Unknown(UNKNOWN.to_owned())
            }
        });
    }
    let waits = is_wait(text) || text.ends_with(" and wait") || text.contains(" and wait for ");
    if waits {
        return Some(match &when {
            Reading::Known(test) => wait(test.clone().negated(), when),
            Reading::Otherwise | Reading::Always => Sentence::Unknown(UNKNOWN.to_owned()),
        });
    }
    None
}

pub(super) fn wait(until: Test, when: Reading) -> Sentence {
    Sentence::Halt(Halt {
        manner: Manner::Wait(until),
        when,
    })
}

pub(super) fn is_wait(text: &str) -> bool {
    text == "wait" || text.starts_with("wait ") || text.starts_with("wait,")
}

/// How long a reader waits who is told a span of time: `wait five minutes`.
fn span_of_time(text: &str) -> Option<SimDuration> {
    // `Wait a minute` is said to whoever is in a hurry.
    const NUMBERS: [(&str, u64); 16] = [
        ("one", 1),
        ("two", 2),
        ("three", 3),
        ("four", 4),
        ("five", 5),
        ("six", 6),
        ("seven", 7),
        ("eight", 8),
        ("nine", 9),
        ("ten", 10),
        ("fifteen", 15),
        ("twenty", 20),
        ("thirty", 30),
        ("forty", 40),
        ("fifty", 50),
        ("sixty", 60),
    ];
    const SECONDS_MAX: u64 = 86_400;
    let rest = text.strip_prefix("wait ")?;
    let rest = ["for about ", "for at least ", "for ", "about ", "at least "]
        .iter()
        .find_map(|idle| rest.strip_prefix(idle))
        .unwrap_or(rest);
    let mut words = rest.split([' ', ',', '.', ';', ':']);
    let (number, unit) = (words.next()?, words.next()?);
    let named = NUMBERS.iter().find(|(name, _)| *name == number);
    let count = named.map(|(_, count)| *count).or(number.parse().ok())?;
    let unit = match unit {
        "second" | "seconds" | "s" | "sec" => 1,
        "minute" | "minutes" | "min" => 60,
        "hour" | "hours" | "h" => 3_600,
        _ => return None,
    };
    let seconds = count.checked_mul(unit).filter(|all| *all <= SECONDS_MAX)?;
    Some(SimDuration::from_seconds(seconds))
}

/// What follows an order to stop; none where it is none, as in `stop the pipeline`.
fn stop_head(text: &str) -> Option<&str> {
    const HEADS: [&str; 10] = [
        "stop",
        "abort",
        "halt",
        "do not continue",
        "do not proceed",
        "do not go on",
        "do not go any further",
        "do not go further",
        "do not carry on",
        "end here",
    ];
    const AFTER: [&str; 18] = [
        "here",
        "now",
        "at once",
        "immediately",
        "right here",
        "right there",
        "there",
        "at this point",
        "reading",
        "this procedure",
        "the procedure",
        "the runbook",
        "this runbook",
        "working",
        "with this",
        "with the runbook",
        "any further",
        "and do nothing",
    ];
    const NEXT: [&str; 9] = [
        "and ",
        "if ",
        "unless ",
        "until ",
        "when ",
        "once ",
        "in case ",
        "as long as ",
        "while ",
    ];
    let head = HEADS.iter().find(|head| text.starts_with(**head))?;
    let mut rest = text[head.len()..].trim_start();
    if text[head.len()..].starts_with(|c: char| c.is_alphanumeric()) {
        return None;
    }
    while let Some(shorter) = AFTER.iter().find_map(|word| rest.strip_prefix(word)) {
        rest = shorter.trim_start();
    }
    let goes_on = rest.is_empty()
        || rest.starts_with([',', ':', '(', '\u{2013}', '\u{2014}', '-'])
        || NEXT.iter().any(|next| rest.starts_with(next));
    goes_on.then_some(rest)
}

pub(super) fn ends_with_stop(text: &str) -> bool {
    [
        "and stop",
        "and stop here",
        ", stop",
        ", stop here",
        "then stop",
        "then stop here",
        "and do not continue",
        "and do not go on",
    ]
    .iter()
    .any(|end| text.ends_with(end))
}

/// A sentence that begins with an order to stop, to wait, or to go on only under a condition.
pub(super) fn halting(text: &str, context: &Context) -> Option<Sentence> {
    if let Some(rest) = text
        .strip_prefix("wait until ")
        .or_else(|| text.strip_prefix("wait till "))
    {
        return Some(match clause(first_part(rest), context) {
            Ok(test) => wait(test, Reading::Always),
            Err(why) => Sentence::Unknown(unknown(&why)),
        });
    }
    if let Some(long) = span_of_time(text) {
        let (manner, when) = (Manner::Pause(long), Reading::Always);
        return Some(Sentence::Halt(Halt { manner, when }));
    }
    if let Some(rest) = stop_head(text) {
        return Some(stopping(rest, context));
    }
    let goes_on = [
        "only continue ",
        "only proceed ",
        "only go on ",
        "only carry on ",
        "continue ",
        "proceed ",
        "go on ",
        "carry on ",
    ];
    let rest = goes_on.iter().find_map(|word| text.strip_prefix(word))?;
    let (word, connector) = CONNECTORS.iter().find(|(word, _)| rest.starts_with(word))?;
    let read = conditional(*connector, &rest[word.len()..], context);
    Some(match read {
        Sentence::Condition(Reading::Known(test)) if word.ends_with("once ") => {
            wait(test, Reading::Always)
        }
        Sentence::Condition(Reading::Known(test)) => Sentence::Halt(Halt {
            manner: Manner::Stop,
            when: Reading::Known(test.negated()),
        }),
        Sentence::Condition(_) | Sentence::Halt(_) | Sentence::Prose | Sentence::Question(_) => {
            Sentence::Unknown(UNKNOWN.to_owned())
        }
        unknown @ Sentence::Unknown(_) => unknown,
    })
}

/// What follows an order to stop.
fn stopping(rest: &str, context: &Context) -> Sentence {
    let always = Sentence::Halt(Halt {
        manner: Manner::Stop,
        when: Reading::Always,
    });
    let asked = format!(" {rest}");
    let found = INNER
        .iter()
        .filter_map(|(word, connector, _)| Some((asked.find(word)?, *word, *connector)))
        .min_by_key(|(at, word, _)| (*at, std::cmp::Reverse(word.len())));
    let Some((at, word, connector)) = found else {
        return always;
    };
    let mut context = context.clone();
    topics(&asked[..at], &mut context);
    match (
        conditional(connector, &asked[at + word.len()..], &context),
        connector,
    ) {
        (Sentence::Condition(Reading::Known(test)), Connector::Until) => {
            wait(test, Reading::Always)
        }
        (Sentence::Condition(when), _) => Sentence::Halt(Halt {
            manner: Manner::Stop,
            when,
        }),
        (Sentence::Halt(_) | Sentence::Prose | Sentence::Question(_), _) => {
            Sentence::Unknown(UNKNOWN.to_owned())
        }
        (unknown @ Sentence::Unknown(_), _) => unknown,
    }
}

/// Whether a sentence speaks of stopping or waiting, whatever else it says.
pub(in super::super) fn orders_to_halt(text: &str) -> bool {
    const WORDS: [&str; 5] = ["stop", "abort", "halt", "wait", "escalate"];
    const PHRASES: [&str; 4] = [
        "do not continue",
        "do not proceed",
        "do not go on",
        "do not go any",
    ];
    let lower = text.to_lowercase();
    let mut words = lower.split(|c: char| !c.is_alphanumeric());
    words.any(|word| WORDS.contains(&word)) || PHRASES.iter().any(|phrase| lower.contains(phrase))
}
