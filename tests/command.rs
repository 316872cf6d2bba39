//! Command lines: what they mean, and the exact errors for those that mean nothing.

mod az;
mod file;
mod mistake;
mod terraform;

use leaselab::command::{Command, parse};
use leaselab::terraform::names::ResourceName;
use leaselab::terraform::{Names, ResourceId};

const VNET: ResourceId = ResourceId(0);
const SUBNET: ResourceId = ResourceId(1);

fn names() -> Names {
    let resource = |kind: &str, label: &str| ResourceName {
        kind: kind.to_owned(),
        label: label.to_owned(),
    };
    Names {
        operators: vec!["alice".to_owned()].into(),
        runs: vec!["apply".to_owned()],
        resources: vec![
            resource("azurerm_virtual_network", "vnet"),
            resource("azurerm_subnet", "subnet"),
        ]
        .into(),
        objects: vec!["vnet".to_owned(), "subnet".to_owned()].into(),
        ..Names::default()
    }
}

fn command(line: &str) -> Command {
    parse(line, &names()).unwrap_or_else(|error| panic!("{line}: {error}"))
}
