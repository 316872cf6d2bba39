//! A saved plan as `terraform show -json` prints it: what happens to each resource.
//!
//! The fields that are there are those of Terraform 1.11.4, in its order. Values before and after,
//! the prior state and the configuration are left out: scripts ask for actions.

use std::collections::BTreeMap;

use serde::Serialize;

use super::address::Address;
use super::names::{Names, ResourceId};
use super::plan::{NodeStep, Plan};
use super::request::OperationKind;
use super::state_file::TERRAFORM_VERSION;
use super::state_values::Head;

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
}

#[derive(Debug, Serialize)]
struct Change {
    actions: Vec<&'static str>,
}

/// The plan in one line, with a line feed at its end.
pub(super) fn write(names: &Names, plan: &Plan) -> String {
    let mut actions: BTreeMap<ResourceId, Vec<&'static str>> = BTreeMap::new();
    for node in &plan.nodes {
        let action = match node.step {
            NodeStep::Keep => "no-op",
            NodeStep::Operate(OperationKind::Create) => "create",
            NodeStep::Operate(OperationKind::Update) => "update",
            NodeStep::Operate(OperationKind::Delete) => "delete",
        };
        actions.entry(node.resource).or_default().push(action);
    }
    let mut places: Vec<(Address, Vec<&'static str>)> = actions
        .into_iter()
        .map(|(resource, actions)| (names.address_parts(resource), actions))
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
    let changes = places.into_iter().map(|(address, mut actions)| {
        // A replacement is a deletion and a creation, in this order.
        actions.sort_by_key(|action| *action == "create");
        ResourceChange {
            head: Head::of_change(&address),
            change: Change { actions },
        }
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
