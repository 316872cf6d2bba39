//! Addresses with modules and keys of instances: wherever an address is read or printed.

use std::sync::Arc;

use leaselab::kernel::Seed;
use leaselab::simulation::Recording;
use leaselab::terraform::state_file;
use leaselab::timeline::RemoteState;
use leaselab::verdict::{Outcome, Picture, Report};
use leaselab::{render, scenario, suite};
use serde_json::{Value, json};

const SCENARIO: &str = r#"
leaselab: 1
title: two subnets in a module, taken out of the state
resources:
  vnet: { address: 'module.network["a"].azurerm_virtual_network.main' }
  one: { address: 'module.network["a"].azurerm_subnet.main[0]', needs: [vnet] }
  two: { address: 'module.network["a"].azurerm_subnet.main[1]', needs: [vnet] }
  plain: { type: azurerm_subnet }
steps:
  - run: terraform apply -auto-approve -target='module.network["a"].azurerm_virtual_network.main'
    as: alice
  - { run: 'terraform apply -auto-approve -target=module.network', as: alice }
  - run: terraform state rm 'module.network["a"].azurerm_subnet.main'
    as: alice
  - expect: { findings: { orphaned_object: [one, two] } }
  - wreck: alice
  - run: terraform import 'module.network["a"].azurerm_subnet.main[0]' /things/one
    as: alice
  - run: terraform import 'module.network["a"].azurerm_subnet.main[1]' /things/two
    as: alice
expect:
  remote: { resources: [vnet, 'module.network["a"].azurerm_subnet.main[0]', two] }
  findings: {}
"#;

fn report(source: &str) -> Report {
    let scenario = scenario::parse("addresses.yaml", source.as_bytes());
    let scenario =
        scenario.unwrap_or_else(|errors| panic!("{}", errors.render("it", source.as_bytes())));
    suite::replay(&Arc::new(scenario), Seed(0), Recording::On)
}

#[test]
fn modules_and_instances_are_addressed_as_in_terraform() {
    let report = report(SCENARIO);
    let text = render::text(&report, render::Layout::default());
    assert_eq!(report.outcome, Outcome::AsExpected, "{text}");
    for line in [
        r#"terraform import 'module.network["a"].azurerm_subnet.main[0]' /things/one"#,
        r#"terraform import 'module.network["a"].azurerm_subnet.main[1]' /things/two"#,
    ] {
        let advised = { report.pictures.iter() }
            .flat_map(Picture::findings)
            .any(|finding| finding.mends.iter().any(|mend| mend.line == line));
        assert!(advised, "{line} is not advised:\n{text}");
    }
}

#[test]
fn state_files_have_modules_and_instances() {
    let (applied, _) = SCENARIO.split_once("  - run: terraform state rm").unwrap();
    let report = report(applied);
    let RemoteState::State(file) = &report.timeline.last().remote else {
        panic!("there is a state");
    };
    let names = &report.timeline.names;
    let text = state_file::write(names, file);
    let written: Value = serde_json::from_str(&text).unwrap();
    let resources = written["resources"].as_array().unwrap();
    assert_eq!(resources.len(), 2);
    let subnets = &resources[1];
    assert_eq!(subnets["module"], r#"module.network["a"]"#);
    assert_eq!(subnets["type"], "azurerm_subnet");
    assert_eq!(subnets["name"], "main");
    let instances = subnets["instances"].as_array().unwrap();
    let keys: Vec<&Value> = { instances.iter() }
        .map(|instance| &instance["index_key"])
        .collect();
    assert_eq!(keys, [&json!(0), &json!(1)]);
    let needed = json!(["module.network.azurerm_virtual_network.main"]);
    assert_eq!(instances[0]["dependencies"], needed);
    let known: Vec<_> = { file.snapshot.objects() }
        .map(|(_, object)| Arc::clone(object))
        .collect();
    let read = state_file::read(names, &text, &known).unwrap();
    assert_eq!(&read, &**file);
}
