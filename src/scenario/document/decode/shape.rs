//! The shapes of values in words, and how one that is expected is written.

use super::super::{Content, Node, in_quotes};
use super::without_space;
use crate::command::wording::quoted;

/// How the mappings of the format are written, by the key under which one stands. A `NAME` is what
/// stands there instead, where it can be a name.
const MAPPINGS: [(&str, &str); 29] = [
    ("answer", "{ alice: yes }"),
    ("attributes", "{ size: 1 }"),
    ("axes", "{ ttl: [15s, 60s] }"),
    ("backend", "{ type: azurerm }"),
    ("before", "{ remote: { resources: [vnet] } }"),
    ("cancel", "{ NAME: github_actions }"),
    ("change", "{ vnet: { size: 2 } }"),
    ("client", "{ base: terraform }"),
    ("credentials", "{ alice: { blob: expired } }"),
    ("disk", "{ alice: full }"),
    ("errored", "{ alice: none }"),
    ("errors", "{ apply: [Error acquiring the state lock] }"),
    ("exit", "{ apply: 0 }"),
    ("expect", "{ lock: free }"),
    ("fail_next", "{ operation: create, resource: vnet }"),
    ("file", "{ in: alice, name: errored.tfstate, serial: 3 }"),
    ("if", "{ ttl: 15s }"),
    ("inputs", "{ size: 1 }"),
    ("limits", "{ time: 1h }"),
    ("matrix", "{ axes: { ttl: [15s, 60s] } }"),
    ("operators", "{ ci: { wrapper: doubles_ctrl_c } }"),
    ("parameters", "{ ttl: 15s }"),
    (
        "properties",
        "{ nothing is lost: { never: { lock: without_info } } }",
    ),
    ("remote", "{ serial: 3, resources: [vnet] }"),
    ("resources", "{ vnet: { create: 5s } }"),
    ("signal", "{ NAME: SIGTERM }"),
    ("steps", "[{ run: terraform apply, as: alice }]"),
    ("timing", "{ latency: 2ms }"),
    ("unless", "{ ttl: 15s }"),
];

/// What stands there.
pub(super) fn found(culprit: &Node<'_>) -> String {
    match &culprit.content {
        Content::List(_) => "a list".to_owned(),
        Content::Map(_) => "a mapping".to_owned(),
        Content::Scalar { text, .. } => quoted(text),
    }
}

/// How what is expected is written, where that can be shown.
pub(super) fn shown(expected: &str, culprit: &Node<'_>, key: Option<&Node<'_>>) -> Option<String> {
    let key = key.and_then(Node::text);
    let text = culprit.text().map(str::trim);
    if expected == "a list" {
        let text = text.filter(|text| !text.is_empty() && !text.contains('\n'))?;
        let items: Vec<String> = text.split(',').map(|item| in_list(item.trim())).collect();
        return Some(format!("write `{}: [{}]`", key?, items.join(", ")));
    }
    if !expected.ends_with("a mapping") {
        return None;
    }
    if let Some(help) = text.and_then(without_space) {
        return Some(help);
    }
    let key = key?;
    let (_, example) = MAPPINGS.iter().find(|(known, _)| *known == key)?;
    let is_name = |text: &str| text.chars().all(|c| c.is_ascii_alphanumeric() || c == '_');
    let is_value = |text: &str| text.starts_with("SIG") || text.contains('_');
    let name = text.filter(|text| !text.is_empty() && is_name(text) && !is_value(text));
    let example = example.replace("NAME", name.unwrap_or("alice"));
    Some(format!("write `{key}: {example}`"))
}

/// An item as it stands in `[ … ]`.
fn in_list(item: &str) -> String {
    let is_plain = !item.is_empty()
        && item
            .chars()
            .all(|c| c.is_alphanumeric() || matches!(c, '_' | '-' | '.' | '/'));
    if is_plain {
        item.to_owned()
    } else {
        in_quotes(item)
    }
}

/// How a lock is written that somebody holds: `held by ci` says who.
pub(super) fn lock(word: &str, key: Option<&Node<'_>>) -> Option<String> {
    let key = key.and_then(Node::text).filter(|key| *key == "lock")?;
    let said = word.trim().replace('_', " ");
    let who = said.strip_prefix("held by")?.trim_start_matches([':', ' ']);
    let is_name = |who: &str| !who.is_empty() && !who.contains(char::is_whitespace);
    let who = if is_name(who) {
        // As it is written: a name can have `_`.
        word.trim()
            .get("held_by".len()..)?
            .trim_start_matches([':', ' ', '_'])
    } else {
        "alice"
    };
    Some(format!("write `{key}: {{ held_by: {who} }}`"))
}

/// How an operator's credentials are written: each service has its own.
pub(super) fn credentials(
    culprit: &Node<'_>,
    key: Option<&Node<'_>>,
    whole: &Node<'_>,
) -> Option<String> {
    let is_here = |(key, value): &(Node<'_>, Node<'_>)| {
        let has = |(_, own): &(Node<'_>, Node<'_>)| std::ptr::eq(own, culprit);
        key.text() == Some("credentials") && value.entries().iter().any(has)
    };
    let word = culprit.text().map(str::trim)?;
    let key = key.and_then(Node::text)?;
    let word = match word {
        "valid" => "valid",
        _ => "expired",
    };
    any_entry(whole, &is_here).then(|| format!("write `{key}: {{ state: {word} }}`"))
}

/// Whether some entry within a node is such a one.
fn any_entry(node: &Node<'_>, is_such: &impl Fn(&(Node<'_>, Node<'_>)) -> bool) -> bool {
    let mut entries = node.entries().iter();
    let mut items = node.items().iter();
    entries.any(|entry| is_such(entry) || any_entry(&entry.1, is_such))
        || items.any(|item| any_entry(item, is_such))
}

/// How a link is written that stands there as a list of its two ends.
pub(super) fn link(expected: &str, culprit: &Node<'_>, key: Option<&Node<'_>>) -> Option<String> {
    const PEERS: [&str; 3] = ["blob", "state", "cloud"];
    if !expected.starts_with("a link") {
        return None;
    }
    let key = key.and_then(Node::text)?;
    let ends: Vec<&str> = match &culprit.content {
        Content::List(items) => items.iter().filter_map(Node::text).collect(),
        Content::Map(entries) => { entries.iter() }
            .flat_map(|(key, value)| [key.text(), value.text()])
            .flatten()
            .collect(),
        Content::Scalar { .. } => Vec::new(),
    };
    let operator = ends.iter().find(|end| !PEERS.contains(end));
    let operator = operator.copied().unwrap_or("alice");
    let peer = if ends.contains(&"cloud") {
        "cloud"
    } else {
        "state"
    };
    Some(format!("write `{key}: {operator} <-> {peer}`"))
}
