//! `<ADDRESS>` where one address is meant: the one that was printed last.

use super::{UNSAVED, bash, graded, typed};

const LOOK: &str = "terraform state push errored.tfstate\nterraform state list";

#[test]
fn the_address_that_was_printed_is_typed() {
    for (written, filled) in [
        (
            "terraform state show <ADDRESS>",
            "terraform state show azurerm_virtual_network.vnet",
        ),
        (
            "terraform taint <ADDRESS>",
            "terraform taint azurerm_virtual_network.vnet",
        ),
        (
            "terraform plan -target=<ADDRESS>",
            "terraform plan -target=azurerm_virtual_network.vnet",
        ),
        (
            "terraform plan -replace=<address>",
            "terraform plan -replace=azurerm_virtual_network.vnet",
        ),
    ] {
        let graded = graded(&bash(&format!("{LOOK} | grep vnet\n{written}")), UNSAVED);
        assert_eq!(graded.blocked, None, "{written}");
        assert_eq!(typed(&graded).last(), Some(&filled));
    }
}

#[test]
fn of_two_addresses_none_is_meant() {
    let code = bash(&format!("{LOOK}\nterraform taint <ADDRESS>"));
    let blocked = graded(&code, UNSAVED).blocked.unwrap();
    let message = "2 addresses were printed last: write which one is meant, such as ";
    assert!(blocked.message.starts_with(message), "{}", blocked.message);
    assert_eq!(blocked.line, 4);
}

#[test]
fn where_nothing_was_printed_it_is_said_what_to_look_with() {
    let never = "\
leaselab: 1
title: nothing printed
resources: { vnet: { type: azurerm_virtual_network, create: 4s } }
steps:
  - { run: terraform init, as: alice }
  - { wreck: alice }
";
    let blocked = graded(&bash("terraform taint <ADDRESS>"), never)
        .blocked
        .unwrap();
    assert!(
        blocked.message.contains("terraform state list"),
        "{}",
        blocked.message
    );
}
