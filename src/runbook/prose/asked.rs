//! A question, and the order behind it: `Nobody at work? Free the lock with the ID:`

use super::Context;
use super::answer::is_answer;
use super::clause::clause;
use super::phrase::{begins_to_decide, parts, tidy, without_fillers};
use crate::runbook::condition::Test;

/// Whether a sentence asks something that is answered with yes or no.
pub(in super::super) fn is_question(sentence: &str) -> bool {
    const OPEN: [&str; 11] = [
        "what", "which", "who", "whose", "whom", "where", "when", "why", "how", "what's", "who's",
    ];
    let text = tidy(sentence);
    let text = without_fillers(&text);
    let first = text.split([' ', '?', ',']).next().unwrap_or(text);
    text.ends_with('?') && !OPEN.contains(&first)
}

/// Whether a sentence only says that what was asked is so: `Then:`
pub(in super::super) fn is_then(sentence: &str) -> bool {
    matches!(
        tidy(sentence).trim_end_matches([':', '.', ' ']),
        "then" | "then do"
    )
}

/// Whether a sentence that has a condition begins with what is to be done.
pub(in super::super) fn is_order_with(sentence: &str) -> bool {
    !begins_to_decide(sentence) && !is_answer(sentence) && !is_then(sentence)
}

/// Whether a sentence introduces what is typed where the question before it is answered with yes.
/// Where it is understood what is asked, no colon is needed for that. Whoever is told to look is
/// told how to answer.
pub(in super::super) fn is_order(sentence: &str, is_known: bool) -> bool {
    #[rustfmt::skip]
    const LOOKS: [&str; 18] = [
        "look", "see", "check", "find", "ask", "verify", "have", "list", "show", "compare", "this",
        "that", "these", "it", "test", "no", "know", "read",
    ];
    #[rustfmt::skip]
    const ORDERS: [&str; 26] = [
        "free", "unlock", "release", "break", "push", "upload", "run", "type", "enter", "execute",
        "import", "remove", "delete", "apply", "go", "restore", "forget", "untaint", "move", "use",
        "force", "force-unlock", "clear", "drop", "copy", "keep",
    ];
    let lower = tidy(sentence);
    let text = lower.trim_end_matches([':', '.', '!', ' ']);
    if is_then(sentence) {
        return true;
    }
    let order = without_fillers(text.trim_start_matches(['\u{2192}', '-', '>', '=', ' ']));
    let first = order.split([' ', ',', ':']).next().unwrap_or(order);
    if lower.ends_with(':') {
        return text.starts_with("then ") || !LOOKS.contains(&first);
    }
    is_known && ORDERS.contains(&first)
}

/// Whether a sentence, or a part of one, is an order that no command carries out.
pub(in super::super) fn is_for_the_reader(text: &str) -> bool {
    let lower = tidy(text);
    let order = without_fillers(&lower);
    [
        "do not ",
        "never ",
        "make sure ",
        "ask ",
        "tell ",
        "call ",
        "talk to ",
        "inform ",
        "notify ",
    ]
    .iter()
    .any(|word| order.starts_with(word))
}

/// The parts of a sentence behind its first: what is to be done, and what else.
pub(in super::super) fn orders_within(text: &str) -> impl Iterator<Item = &str> {
    let end = [':', '.', '!', ' '];
    { parts(text).into_iter().skip(1) }.map(move |part| part.trim_end_matches(end))
}

/// What a question without its verb asks: `Nobody at work?`, `Lock held?`
pub(super) fn elliptic(text: &str, context: &Context) -> Option<Test> {
    if let Ok(test) = clause(text, context) {
        return Some(test);
    }
    let words: Vec<&str> = text.split(' ').collect();
    (1..words.len()).find_map(|at| {
        let (subject, said) = words.split_at(at);
        let asked = format!("{} is {}", subject.join(" "), said.join(" "));
        clause(&asked, context).ok()
    })
}
