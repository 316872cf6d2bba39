//! What Tab offers.

use std::sync::Arc;

use leaselab::drill::Drill;
use leaselab::kernel::Seed;
use leaselab::scenario;

fn drill(path: &str) -> Drill {
    let source = std::fs::read(super::root().join(path)).unwrap();
    let scenario = Arc::new(scenario::parse(path, &source).unwrap());
    Drill::begin(&scenario, Seed(0), &[]).unwrap()
}

fn offered(drill: &Drill, line: &str) -> Vec<String> {
    let found = drill.complete(line, line.len());
    let before = &line[..found.start];
    found
        .words
        .iter()
        .map(|word| format!("{before}{word}"))
        .collect()
}

#[test]
fn words_are_completed_by_what_stands_before_them() {
    let drill = drill("tests/drill/unsaved.yaml");
    for (line, offers) in [
        ("terra", &["terraform"][..]),
        ("terraform force", &["terraform force-unlock"]),
        (
            "terraform state pu",
            &["terraform state pull", "terraform state push"],
        ),
        (
            "terraform state push -ig",
            &["terraform state push -ignore-remote-version"],
        ),
        (
            "terraform state push err",
            &["terraform state push errored.tfstate"],
        ),
        ("terraform apply -auto", &["terraform apply -auto-approve"]),
        (
            "terraform import azurerm_v",
            &["terraform import azurerm_virtual_network.vnet"],
        ),
        (
            "terraform plan -target=azurerm_r",
            &["terraform plan -target=azurerm_resource_group.rg"],
        ),
        ("az storage blob lease br", &["az storage blob lease break"]),
        (
            "az storage blob show --acc",
            &[
                "az storage blob show --account-key",
                "az storage blob show --account-name",
            ],
        ),
        ("ls; cat e", &["ls; cat errored.tfstate"]),
        ("quit", &["quit"]),
        ("ask ", &[]),
        ("größe ö", &[]),
    ] {
        let found = offered(&drill, line);
        assert_eq!(found, offers, "{line}");
    }
}

#[test]
fn ids_that_were_printed_are_offered() {
    let drill = drill("scenarios/failures/orphan_lock_after_kill.yaml");
    let line = "terraform force-unlock -force e5";
    let id = "e51c19d6-098f-d27f-b6d0-347c19ac4487";
    assert_eq!(
        offered(&drill, line),
        [format!("terraform force-unlock -force {id}")]
    );
    assert_eq!(drill.printed_ids(), [id]);
    assert_eq!(offered(&drill, "ask c"), ["ask ci"]);
}

#[test]
fn a_place_within_a_line_is_completed() {
    let drill = drill("tests/drill/unsaved.yaml");
    for at in 0..40 {
        // Any place is answered, also one within a letter or behind the end.
        drill.complete("terraform größe -target=ü | cat ö", at);
    }
}
