//! From a part of the tree to a raw struct, by serde, with every error at its place.
//!
//! serde stops at the first mistake. So a part that failed is decoded again without the value that
//! was wrong, until nothing is wrong in what is left: all mistakes of a step come at once.

mod mistake;
mod shape;
mod tree;

use serde::de::DeserializeOwned;

use super::{COMMAND_HELP, Diagnostics, Node, in_quotes};
use crate::command::wording::{alternatives, quoted};
use mistake::{Mistake, What};
use tree::Tree;

/// So many errors are sought in one part.
const ERRORS_MAX: usize = 50;
/// So many values are decoded in all while the errors of one part are sought.
const VALUES_MAX: usize = 400_000;
/// So many alternatives are listed in a message; where there are more, only the nearest.
const LISTED_MAX: usize = 40;

/// Decodes a node. The keys in `left_out` are decoded elsewhere. Where something is wrong, the
/// diagnostics say what, and the result lacks it: the rest can still be checked. `None` where
/// nothing can be made of it.
pub(in super::super) fn decode<T: DeserializeOwned>(
    node: &Node<'_>,
    left_out: &[&str],
    diagnostics: &mut Diagnostics<'_>,
) -> Option<T> {
    let mut wrong: Vec<&Node<'_>> = left_out.iter().filter_map(|key| node.get(key)).collect();
    report_nulls(node, node, &mut wrong, diagnostics);
    let tries = (VALUES_MAX / node.size(&wrong)).clamp(2, ERRORS_MAX);
    for _ in 0..tries {
        let mistake = match T::deserialize(Tree::new(node, &wrong)) {
            Ok(decoded) => return Some(decoded),
            Err(mistake) => mistake,
        };
        let (culprit, key) = mistake.place.unwrap_or((node, None));
        report(&mistake, culprit, key, (node, &wrong), diagnostics);
        if std::ptr::eq(culprit, node) {
            return None;
        }
        wrong.push(culprit);
    }
    None
}

/// A key without a value is a mistake everywhere but among attributes, where null is a value.
fn report_nulls<'n, 'a>(
    unit: &Node<'_>,
    node: &'n Node<'a>,
    wrong: &mut Vec<&'n Node<'a>>,
    diagnostics: &mut Diagnostics<'_>,
) {
    if is_left_out(node, wrong) || wrong.len() > ERRORS_MAX {
        return;
    }
    for (key, value) in node.entries() {
        if wrong.len() > ERRORS_MAX {
            return;
        }
        let name = key.text().unwrap_or("");
        if value.is_null() && !is_left_out(value, wrong) {
            if let Some(help) = without_space(name) {
                let message = "a space is missing after the colon";
                diagnostics.error_help(key, message, Some(help));
                wrong.push(value);
                continue;
            }
            let is_flow = diagnostics.source()[unit.span.start..].starts_with('{');
            if is_flow && node.get("run").is_some() {
                let help = "in `{ … }` a comma ends the command: put the command in quotes";
                let message = format!("unknown key {}", quoted(name));
                diagnostics.error_help(key, message, Some(help.to_owned()));
            } else {
                diagnostics.error(key, format!("{} has no value", quoted(name)));
            }
            wrong.push(value);
        } else if !matches!(name, "attributes" | "inputs" | "change") {
            report_nulls(unit, value, wrong, diagnostics);
        }
    }
    for item in node.items() {
        report_nulls(unit, item, wrong, diagnostics);
    }
}

/// How a key with a colon in it, such as `as:alice`, is written as a key and a value.
fn without_space(name: &str) -> Option<String> {
    let (key, value) = name.split_once(':')?;
    let is_key = !key.is_empty() && key.chars().all(|c| c.is_ascii_alphanumeric() || c == '_');
    let is_meant = is_key && !value.is_empty() && !value.starts_with([' ', '/']);
    is_meant.then(|| {
        let needs_quotes = value.contains(": ");
        let value = if needs_quotes {
            in_quotes(value)
        } else {
            value.to_owned()
        };
        format!("write `{key}: {value}`")
    })
}

fn is_left_out(node: &Node<'_>, left_out: &[&Node<'_>]) -> bool {
    left_out.iter().any(|other| std::ptr::eq(*other, node))
}

impl Node<'_> {
    /// How many values there are, without what is left out.
    pub(in super::super) fn size(&self, left_out: &[&Node<'_>]) -> usize {
        let values = self.entries().iter().map(|(_, value)| value);
        let kept = values
            .chain(self.items())
            .filter(|node| !is_left_out(node, left_out));
        1 + kept.map(|node| node.size(left_out)).sum::<usize>()
    }
}

/// Reports a mistake in a part of a node, of which some is left out. What is missing because it was
/// wrong is none.
fn report(
    mistake: &Mistake<'_, '_>,
    culprit: &Node<'_>,
    key: Option<&Node<'_>>,
    (whole, left_out): (&Node<'_>, &[&Node<'_>]),
    diagnostics: &mut Diagnostics<'_>,
) {
    match &mistake.what {
        What::UnknownKey(known) => unknown_key(key.unwrap_or(culprit), known, diagnostics),
        What::UnknownWord { word, known } => {
            let at = match key {
                Some(key) if key.text() == Some(word) && culprit.text() != Some(word) => key,
                Some(_) | None => culprit,
            };
            let help = match shape::lock(word, key) {
                Some(help) => Some(help),
                None => choice(word, known, "the words here are", diagnostics),
            };
            diagnostics.error_help(at, format!("unknown word {}", quoted(word)), help);
        }
        What::MissingKey(name) => {
            let was_wrong = culprit
                .get(name)
                .is_some_and(|value| is_left_out(value, left_out));
            if !was_wrong {
                diagnostics.error(culprit, format!("the key {} is missing", quoted(name)));
            }
        }
        What::NoSingleKey => {
            let values = culprit.entries().iter().map(|(_, value)| value);
            if !values.into_iter().any(|value| is_left_out(value, left_out)) {
                diagnostics.error(
                    culprit,
                    "a word, or a mapping with exactly one key, belongs here",
                );
            }
        }
        What::NeedsValue => {
            let found = shape::found(culprit);
            let help = culprit.text().and_then(|word| shape::lock(word, key));
            diagnostics.error_help(culprit, format!("{found} needs a value"), help);
        }
        What::Shape(expected) => {
            let message = format!(
                "{} stands where {expected} is expected",
                shape::found(culprit)
            );
            let is_command = key.and_then(Node::text) == Some("run");
            let help = is_command.then(|| COMMAND_HELP.to_owned());
            let help = help.or_else(|| shape::credentials(culprit, key, whole));
            let help = help.or_else(|| shape::link(expected, culprit, key));
            let help = help.or_else(|| shape::shown(expected, culprit, key));
            diagnostics.error_help(culprit, message, help);
        }
        What::Value { message, help } => {
            let is_command = key.and_then(Node::text) == Some("run");
            let help = help.clone();
            let help = help.or_else(|| is_command.then(|| COMMAND_HELP.to_owned()));
            diagnostics.error_help(culprit, message.as_str(), help);
        }
    }
}

/// Only a command has somebody who runs it.
const WHO: &str = "who runs a command is `as: alice`, beside its `run`; no other step has it";

/// Words that people write for what a step of this format says otherwise, and how it is said.
const OTHER_WORDS: [(&str, &str); 14] = [
    ("by", WHO),
    ("who", WHO),
    (
        "kill",
        "a process is killed by `signal: { alice: SIGKILL }`",
    ),
    (
        "stop",
        "a process is stopped by `signal: { alice: SIGTERM }`",
    ),
    (
        "terminate",
        "a process is stopped by `signal: { alice: SIGTERM }`",
    ),
    (
        "interrupt",
        "write `ctrl_c: alice`, or `signal: { alice: SIGINT }`",
    ),
    (
        "sleep",
        "a machine sleeps by `suspend: alice`; `after: 5s` waits",
    ),
    ("wait", "write `after: 5s` beside what the step does"),
    ("delay", "write `after: 5s` beside what the step does"),
    (
        "command",
        "a command is started by `run: terraform apply`, with `as: alice`",
    ),
    ("user", WHO),
    ("operator", WHO),
    ("disconnect", "write `cut: alice <-> blob`"),
    ("assert", "write `expect: { … }`"),
];

fn unknown_key(key: &Node<'_>, known: &[&str], diagnostics: &mut Diagnostics<'_>) {
    let name = key.text().unwrap_or("").to_owned();
    let is_step = known.contains(&"ctrl_c");
    let other = OTHER_WORDS
        .iter()
        .find(|(word, _)| is_step && *word == name);
    let help = match other {
        Some((_, help)) => Some((*help).to_owned()),
        None => choice(&name, known, "the keys here are", diagnostics),
    };
    diagnostics.error_help(key, format!("unknown key {}", quoted(&name)), help);
}

fn choice(
    word: &str,
    known: &[&str],
    are: &str,
    diagnostics: &mut Diagnostics<'_>,
) -> Option<String> {
    if let Some(nearest) = diagnostics.nearest(word, known.iter().copied()) {
        return Some(nearest);
    }
    if known.is_empty() || known.len() > LISTED_MAX {
        return None;
    }
    Some(format!("{are} {}", alternatives(known.iter().copied())))
}
