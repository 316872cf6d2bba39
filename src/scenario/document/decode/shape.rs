//! The shapes of values in words, and how one that is expected is written.

use super::super::{Content, Node, in_quotes};
use super::without_space;
use crate::command::wording::quoted;

/// How the mappings of the format are written, by the key under which one stands. A `NAME` is what
/// stands there instead, where it can be a name.
const MAPPINGS: [(&str, &str); 28] = [
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
