//! A saved plan as `terraform show -json` prints it: what happens to each resource.
//!
//! The fields that are there are those of Terraform 1.11.4, in its order. Values are those that the
//! model knows: a provider's own ones, the planned values and the configuration are left out.

use std::collections::BTreeMap;

use serde::Serialize;
use serde_json::{Map, Value, json};

use super::address::Address;
use super::configuration::ResourceConfig;
use super::invocation::PlanMode;
use super::names::{Names, ResourceId};
use super::plan::{Node, NodeStep, Plan};
use super::request::OperationKind;
use super::state::RecordedObject;
use super::state_file::{TERRAFORM_VERSION, attributes};
use super::state_values::{Head, recorded_values, sensitive};

/// The version of the representation.
const FORMAT_VERSION: &str = "1.2";

#[derive(Debug, Serialize)]
struct Shown {
    format_version: &'static str,
    terraform_version: &'static str,
    resource_changes: Vec<ResourceChange>,
    applyable: bool,
    complete: bool,
    errored: bool,
}

#[derive(Debug, Serialize)]
struct ResourceChange {
    #[serde(flatten)]
    head: Head,
    change: Change,
    #[serde(skip_serializing_if = "Option::is_none")]
    action_reason: Option<&'static str>,
}

#[derive(Debug, Serialize)]
struct Change {
    actions: Vec<&'static str>,
    before: Value,
    after: Value,
    after_unknown: Value,
    before_sensitive: Value,
    after_sensitive: Value,
}

/// The nodes of one resource: one, or two where it is replaced.
#[derive(Debug, Default)]
struct Nodes<'p> {
    actions: Vec<&'static str>,
    recorded: Option<&'p RecordedObject>,
    config: Option<&'p ResourceConfig>,
    /// Whether it is replaced although nothing in the configuration asks for it.
    is_requested: bool,
}

impl<'p> Nodes<'p> {
    fn add(&mut self, node: &'p Node) {
        self.actions.push(match node.step {
            NodeStep::Keep => "no-op",
            NodeStep::Operate(OperationKind::Create) => "create",
            NodeStep::Operate(OperationKind::Update) => "update",
            NodeStep::Operate(OperationKind::Delete) => "delete",
        });
        // A replacement is a deletion and a creation, in this order.
        self.actions.sort_by_key(|action| *action == "create");
        self.recorded = node.recorded.as_deref().or(self.recorded);
        self.config = node.config.as_deref().or(self.config);
        self.is_requested |= node.is_replaced_by_request();
    }

    /// Why it is done, as far as the plan shows it.
    fn reason(&self, address: &Address, mode: PlanMode) -> Option<&'static str> {
        let is_tainted = self.recorded.is_some_and(|object| object.is_tainted);
        let stands_alone = address.key.is_none() && address.modules.is_empty();
        match self.actions.as_slice() {
            ["delete", _] if is_tainted => Some("replace_because_tainted"),
            ["delete", _] if self.is_requested => Some("replace_by_request"),
            ["delete", _] => Some("replace_because_cannot_update"),
            ["delete"] if mode == PlanMode::Normal && self.config.is_none() && stands_alone => {
                Some("delete_because_no_resource_config")
            }
            _ => None,
        }
    }

    fn change(self, names: &Names, kind: &str) -> Change {
        let before = self
            .recorded
            .map(|object| recorded_values(names, kind, object));
        let after = match self.actions.last() {
            Some(&"delete") | None => None,
            Some(&"no-op") => before.clone(),
            Some(&"update") => before
                .clone()
                .map(|before| changed(before, kind, self.config)),
            Some(_) => Some(changed(json!({}), kind, self.config)),
        };
        let is_known = matches!(self.actions.as_slice(), ["no-op" | "delete"]);
        let after_unknown = match &after {
            Some(after) if !is_known => {
                unknown(after, kind, self.actions.last() == Some(&"create"))
            }
            Some(_) | None => json!({}),
        };
        let parts = |values: &Option<Value>| values.as_ref().map_or(json!(false), sensitive);
        Change {
            before_sensitive: parts(&before),
            after_sensitive: parts(&after),
            before: before.unwrap_or(Value::Null),
            after: after.unwrap_or(Value::Null),
            after_unknown,
            actions: self.actions,
        }
    }
}

/// The values with those of the configuration.
fn changed(before: Value, kind: &str, config: Option<&ResourceConfig>) -> Value {
    let mut configured = Map::new();
    if let Some(config) = config {
        configured.extend(attributes(&config.attributes));
        configured.extend(attributes(&config.inputs));
    }
    let Value::Object(mut values) = before else {
        return before;
    };
    if kind == "terraform_data" {
        values.insert("input".to_owned(), Value::Object(configured));
        values.entry("triggers_replace").or_insert(Value::Null);
        values.remove("output");
    } else {
        values.extend(configured);
    }
    Value::Object(values)
}

/// What is known only after an apply. Values with parts of their own are listed all the same.
fn unknown(after: &Value, kind: &str, is_created: bool) -> Value {
    let mut unknown = sensitive(after);
    if is_created {
        unknown["id"] = json!(true);
    }
    if kind == "terraform_data" {
        unknown["output"] = json!(true);
    }
    unknown
}

/// The plan in one line, with a line feed at its end.
pub(super) fn write(names: &Names, plan: &Plan) -> String {
    let mut nodes: BTreeMap<ResourceId, Nodes<'_>> = BTreeMap::new();
    for node in &plan.nodes {
        nodes.entry(node.resource).or_default().add(node);
    }
    let mut places: Vec<(Address, Nodes<'_>)> = nodes
        .into_iter()
        .map(|(resource, nodes)| (names.address_parts(resource), nodes))
        .collect();
    // What stands outside of modules comes first.
    places.sort_by_cached_key(|(address, _)| {
        let Address {
            modules,
            kind,
            name,
            key,
        } = address;
        let depth = modules.len();
        (
            depth,
            address.module(),
            kind.clone(),
            name.clone(),
            key.clone(),
        )
    });
    let changes = places.into_iter().map(|(address, nodes)| ResourceChange {
        head: Head::of_change(&address),
        action_reason: nodes.reason(&address, plan.mode),
        change: nodes.change(names, &address.kind),
    });
    let shown = Shown {
        format_version: FORMAT_VERSION,
        terraform_version: TERRAFORM_VERSION,
        resource_changes: changes.collect(),
        applyable: !plan.counts.is_nothing(),
        complete: true,
        errored: false,
    };
    let mut text = serde_json::to_string(&shown).expect("plain data is serializable");
    text.push('\n');
    text
}
