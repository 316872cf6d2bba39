//! A document written back: YAML that reads the same.
//!
//! What is written is the tree and not its text: comments, quotes and indentation are the writer's,
//! the scenario is the same but for its lines.

use serde_yaml::{Mapping, Number, Value};

use super::{Content, Node};

/// What begins the text of a number that `serde_yaml` would spell otherwise. No text of a document has
/// a control character.
const MARK: char = '\u{7}';
/// A marked number as `serde_yaml` writes it, up to the number.
const MARKED: &str = "\"\\a";

/// The document as YAML.
pub(in super::super) fn write(root: &Node<'_>) -> String {
    let value = value(root);
    let written =
        serde_yaml::to_string(&value).expect("a tree of texts, lists and mappings is YAML");
    let mut lines = String::with_capacity(written.len());
    for line in written.split_inclusive('\n') {
        lines.push_str(&unmarked(line).unwrap_or_else(|| line.to_owned()));
    }
    lines
}

/// A line that ends with a marked number, with the number as it is spelled.
fn unmarked(line: &str) -> Option<String> {
    let (before, rest) = line.split_once(MARKED)?;
    let number = rest.strip_suffix("\"\n")?;
    let is_value = before.ends_with(": ") || before.ends_with("- ");
    (is_value && is_number(number)).then(|| format!("{before}{number}\n"))
}

fn is_number(text: &str) -> bool {
    let digits = text.strip_prefix('-').unwrap_or(text);
    !digits.is_empty() && digits.bytes().all(|b| b.is_ascii_digit() || b == b'.')
}

fn value(node: &Node<'_>) -> Value {
    match &node.content {
        Content::Scalar { .. } if node.is_null() => Value::Null,
        Content::Scalar {
            text,
            is_plain: true,
        } => plain(text),
        Content::Scalar { text, .. } => Value::String(text.clone().into_owned()),
        Content::List(items) => items.iter().map(value).collect(),
        Content::Map(entries) => {
            let entries = entries.iter();
            let entries = entries.map(|(key, of_key)| {
                let key = Value::String(key.text().unwrap_or("").to_owned());
                (key, value(of_key))
            });
            Value::Mapping(entries.collect::<Mapping>())
        }
    }
}

/// A scalar without quotes. It stays without them where that tells a number or a truth value from a
/// text.
fn plain(text: &str) -> Value {
    match text {
        "true" | "True" | "TRUE" => Value::Bool(true),
        "false" | "False" | "FALSE" => Value::Bool(false),
        _ if is_number(text) => match text.parse::<i64>().map(Number::from) {
            Ok(number) if number.to_string() == text => Value::Number(number),
            Ok(_) | Err(_) => Value::String(format!("{MARK}{text}")),
        },
        _ => Value::String(text.to_owned()),
    }
}
