//! From a part of the tree to a raw struct, by serde, with every error at its place.
//!
//! serde stops at the first error. So a part that failed is decoded again without the value that
//! was wrong, until nothing is wrong in what is left: all mistakes of a step come at once.

use serde::de::DeserializeOwned;
use serde_path_to_error::Segment;
use serde_yaml::{Mapping, Value};

use super::{COMMAND_HELP, Content, Diagnostics, Node};
use crate::command::wording::{alternatives, quoted};

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
        let value = to_value(node, &wrong);
        let mut track = serde_path_to_error::Track::new();
        let tracked = serde_path_to_error::Deserializer::new(value, &mut track);
        let error = match serde_yaml::with::singleton_map_recursive::deserialize(tracked) {
            Ok(decoded) => return Some(decoded),
            Err(error) => error.to_string(),
        };
        let path = track.path();
        let (culprit, key) = locate(node, path.iter(), &wrong);
        report(&error, culprit, key, &wrong, diagnostics);
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

fn is_left_out(node: &Node<'_>, left_out: &[&Node<'_>]) -> bool {
    left_out.iter().any(|other| std::ptr::eq(*other, node))
}

impl Node<'_> {
    /// How many values there are, without what is left out.
    fn size(&self, left_out: &[&Node<'_>]) -> usize {
        let values = self.entries().iter().map(|(_, value)| value);
        let kept = values
            .chain(self.items())
            .filter(|node| !is_left_out(node, left_out));
        1 + kept.map(|node| node.size(left_out)).sum::<usize>()
    }
}

/// The node as serde reads it, without what is left out. Every scalar is its text; null is null.
fn to_value(node: &Node<'_>, left_out: &[&Node<'_>]) -> Value {
    match &node.content {
        Content::Scalar { .. } if node.is_null() => Value::Null,
        Content::Scalar { text, .. } => Value::String(text.clone().into_owned()),
        Content::List(items) => Value::Sequence(
            items
                .iter()
                .filter(|item| !is_left_out(item, left_out))
                .map(|item| to_value(item, left_out))
                .collect(),
        ),
        Content::Map(entries) => {
            let mut mapping = Mapping::new();
            for (key, value) in entries {
                let key = key.text().unwrap_or("").to_owned();
                if !is_left_out(value, left_out) {
                    // Of a key that stands twice the first one counts, as for `Node::get`.
                    mapping
                        .entry(Value::String(key))
                        .or_insert_with(|| to_value(value, left_out));
                }
            }
            Value::Mapping(mapping)
        }
    }
}

/// The value at the end of a path, and the key it stands under; as deep as the path leads.
fn locate<'n, 'a, 's>(
    unit: &'n Node<'a>,
    path: impl Iterator<Item = &'s Segment>,
    left_out: &[&Node<'_>],
) -> (&'n Node<'a>, Option<&'n Node<'a>>) {
    let mut place = (unit, None);
    for segment in path {
        let next = match segment {
            Segment::Seq { index } => place
                .0
                .items()
                .iter()
                .filter(|item| !is_left_out(item, left_out))
                .nth(*index)
                .map(|item| (item, None)),
            Segment::Map { key } | Segment::Enum { variant: key } => {
                place.0.entry(key).map(|(key, value)| (value, Some(key)))
            }
            Segment::Unknown => None,
        };
        match next {
            Some(next) => place = next,
            None => break,
        }
    }
    place
}

/// Reports an error of serde in our words. What is missing because it was wrong is none.
fn report(
    error: &str,
    culprit: &Node<'_>,
    key: Option<&Node<'_>>,
    left_out: &[&Node<'_>],
    diagnostics: &mut Diagnostics<'_>,
) {
    if let Some((_, known)) = split_unknown(error, "unknown field `") {
        let key = key.unwrap_or(culprit);
        let name = key.text().unwrap_or("").to_owned();
        let help = choice(&name, &known, "the keys here are", diagnostics);
        diagnostics.error_help(key, format!("unknown key {}", quoted(&name)), help);
    } else if let Some((word, known)) = split_unknown(error, "unknown variant `") {
        let at = match key {
            Some(key) if key.text() == Some(word) && culprit.text() != Some(word) => key,
            Some(_) | None => culprit,
        };
        let help = choice(word, &known, "the words here are", diagnostics);
        diagnostics.error_help(at, format!("unknown word {}", quoted(word)), help);
    } else if let Some(name) = error.strip_prefix("missing field `") {
        let name = name.trim_end_matches('`');
        let was_wrong = culprit
            .get(name)
            .is_some_and(|value| is_left_out(value, left_out));
        if !was_wrong {
            diagnostics.error(culprit, format!("the key {} is missing", quoted(name)));
        }
    } else if error.ends_with("expected map with a single key") {
        let values = culprit.entries().iter().map(|(_, value)| value);
        if !values.into_iter().any(|value| is_left_out(value, left_out)) {
            diagnostics.error(
                culprit,
                "a word, or a mapping with exactly one key, belongs here",
            );
        }
    } else {
        let (message, help) = match error.split_once('\n') {
            Some((message, help)) => (message.to_owned(), Some(help.to_owned())),
            None => (in_our_words(error, culprit), None),
        };
        let is_command = key.and_then(Node::text) == Some("run");
        let help = help.or_else(|| is_command.then(|| COMMAND_HELP.to_owned()));
        diagnostics.error_help(culprit, message, help);
    }
}

/// Splits "unknown field `x`, expected one of `a`, `b`" into the word and what is known.
fn split_unknown<'e>(error: &'e str, prefix: &str) -> Option<(&'e str, Vec<&'e str>)> {
    let rest = error.strip_prefix(prefix)?;
    let (word, known) = rest.rsplit_once("`, expected ").unwrap_or((rest, ""));
    let known = known.split('`').skip(1).step_by(2).collect();
    Some((word, known))
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

/// "invalid type: sequence, expected a duration" in the words of this format.
fn in_our_words(error: &str, culprit: &Node<'_>) -> String {
    let Some((_, expected)) = error
        .strip_prefix("invalid type: ")
        .and_then(|rest| rest.rsplit_once(", expected "))
    else {
        return error.to_owned();
    };
    let found = match &culprit.content {
        Content::List(_) => "a list".to_owned(),
        Content::Map(_) => "a mapping".to_owned(),
        Content::Scalar { text, .. } => quoted(text),
    };
    let expected = match expected {
        "a sequence" => "a list",
        "a map" => "a mapping",
        "unit" | "unit variant" => "a word alone",
        "newtype variant" => return format!("{found} needs a value"),
        other if other.starts_with("struct ") => "a mapping",
        other if other.starts_with("enum ") => "a word, or a mapping with one key,",
        other => other,
    };
    format!("{found} stands where {expected} is expected")
}
