//! When a state is written, with which serial, and which backup.

use std::sync::Arc;

use leaselab::kernel::Seed;
use leaselab::simulation::Recording;
use leaselab::verdict::PropertyOutcome;
use leaselab::{scenario, suite};

use super::{EDIT, HEAD, SETUP, play, play_in_directory, play_whole};

#[test]
fn a_first_apply_counts_its_finishes_and_makes_no_backup() {
    let played = play(&format!(
        "{SETUP}- {{ when: vnet created, after: 10ms, expect: {{}} }}\n"
    ));
    assert_eq!(
        played.looks,
        ["1[vnet], alice holds, info of alice", "3[vnet subnet]"]
    );
    assert_eq!(played.run("setup"), "setup 0");
}

#[test]
fn an_apply_on_a_state_counts_its_finishes_and_its_end() {
    let played = play(&format!(
        "{SETUP}{EDIT}- {{ run: terraform apply -auto-approve, as: alice }}
- {{ when: vnet updated, after: 10ms, expect: {{}} }}
- {{ when: subnet updated, after: 10ms, expect: {{}} }}
"
    ));
    assert_eq!(
        played.looks,
        [
            "4[vnet subnet], backup 3[vnet subnet], alice holds, info of alice",
            "6[vnet subnet], backup 3[vnet subnet]",
            "6[vnet subnet], backup 3[vnet subnet]",
        ]
    );
}

#[test]
fn a_destroy_leaves_a_state_without_resources() {
    let played = play(
        "- { run: terraform apply -auto-approve -target=lab_thing.vnet, as: alice }
- { run: terraform destroy -auto-approve, as: alice }
",
    );
    assert_eq!(played.last(), "3[], backup 1[vnet]");
}

#[test]
fn what_changes_nothing_writes_the_same_serial_and_makes_no_backup() {
    for command in [
        "apply -auto-approve",
        "apply -auto-approve -refresh-only",
        "refresh",
        "plan",
        "plan -out=tfplan",
        "state pull",
        "state list",
        "show",
        "output",
    ] {
        let played = play(&format!(
            "{SETUP}- {{ id: again, run: terraform {command}, as: alice }}\n"
        ));
        assert_eq!(played.last(), "3[vnet subnet]", "{command}");
        assert_eq!(played.run("again"), "again 0");
    }
}

#[test]
fn a_refresh_that_finds_a_change_is_one_more() {
    for command in ["refresh", "apply -auto-approve -refresh-only"] {
        let played = play(&format!(
            "{SETUP}- {{ cloud: {{ delete: [subnet] }} }}
- {{ run: terraform {command}, as: alice }}
"
        ));
        assert_eq!(played.last(), "4[vnet], backup 3[vnet subnet]", "{command}");
    }
}

#[test]
fn commands_that_edit_a_state_add_one_and_some_have_backups_of_their_own() {
    let played = play(&format!(
        "{SETUP}- {{ run: terraform taint lab_thing.subnet, as: alice }}
- {{ expect: {{}} }}
- {{ run: terraform untaint lab_thing.subnet, as: alice }}
- {{ expect: {{}} }}
- {{ run: terraform state rm lab_thing.subnet, as: alice }}
- {{ expect: {{}} }}
- {{ run: terraform import lab_thing.subnet /things/subnet, as: alice }}
"
    ));
    assert_eq!(
        played.looks,
        [
            "4[vnet subnet!], backup 3[vnet subnet]",
            "5[vnet subnet], backup 4[vnet subnet!]",
            "6[vnet], backup 4[vnet subnet!]",
            "7[vnet subnet], backup 6[vnet]",
        ]
    );
}

#[test]
fn a_finish_that_fails_is_written_too() {
    let played = play(
        "- { fail_next: { resource: subnet, fail: after_with_id } }
- { run: terraform apply -auto-approve, as: alice }
",
    );
    assert_eq!(played.last(), "3[vnet subnet!]");
    assert_eq!(played.run("apply"), "apply 1; PostCreateFailure");
}

#[test]
fn a_resource_with_a_provisioner_finishes_when_that_has() {
    let played = play_whole(
        "leaselab: 1
title: a provisioner
backend: { type: local }
resources: { vnet: { create: 2s, provision: 5s } }
steps:
- { run: terraform apply -auto-approve, as: alice }
- { when: vnet created, after: 1s, expect: {} }
- { after: 5s, expect: {} }
",
    );
    let held = "alice holds, info of alice";
    assert_eq!(
        played.looks,
        [
            format!("empty, {held}"),
            "1[vnet]".to_owned(),
            "1[vnet]".to_owned()
        ]
    );
}

#[test]
fn a_killed_provisioner_leaves_an_object_in_no_state() {
    let played = play_whole(
        "leaselab: 1
title: a provisioner
backend: { type: local }
resources: { vnet: { create: 2s, provision: 5s } }
steps:
- { run: terraform apply -auto-approve, as: alice }
- { when: vnet created, after: 1s, signal: { alice: SIGKILL } }
",
    );
    assert_eq!(played.last(), "empty, info of alice");
}

#[test]
fn a_lock_makes_an_empty_file_and_takes_it_away_again() {
    let played = play(
        "- { run: terraform plan, as: alice }
- { after: 100ms, expect: {} }
",
    );
    assert_eq!(played.looks, ["empty, alice holds, info of alice", "-"]);
}

#[test]
fn a_push_stores_the_serial_of_the_file_and_one_more_where_it_differs() {
    let push = |file: &str, command: &str| {
        play(&format!(
            "{SETUP}- {{ file: {{ in: alice, name: f, {file} }} }}
- {{ id: push, run: terraform state push {command}f, as: alice }}
"
        ))
    };
    let both = "resources: [vnet, subnet]";
    let same = push(&format!("serial: 3, {both}"), "");
    assert_eq!(same.last(), "3[vnet subnet]");
    let higher = push(&format!("serial: 8, {both}"), "");
    assert_eq!(higher.last(), "8[vnet subnet]");
    let other = push("serial: 8, resources: [vnet]", "");
    assert_eq!(other.last(), "9[vnet], backup 3[vnet subnet]");
    let forced = push("serial: 2, resources: [vnet]", "-force ");
    assert_eq!(forced.last(), "3[vnet], backup 3[vnet subnet]");
    for (file, error) in [
        (
            "serial: 2, resources: [vnet]",
            "cannot import state with serial 2 over newer state with serial 3",
        ),
        (
            "serial: 3, resources: [vnet]",
            "cannot overwrite existing state with serial 3 with a different state that has the same serial",
        ),
    ] {
        let refused = push(file, "");
        assert_eq!(refused.last(), "3[vnet subnet]");
        let expected = format!("push 1; Failed to write state: {error}");
        assert_eq!(refused.run("push"), expected);
    }
    let foreign = "serial: 9, lineage: 00000000-0000-0000-0000-0000000000ff, resources: [vnet]";
    assert!(push(foreign, "").run("push").contains("unrelated state"));
    assert_eq!(
        push(foreign, "-force ").last(),
        "10[vnet], backup 3[vnet subnet]"
    );
    let empty = push("empty: true", "");
    assert_eq!(
        empty.run("push"),
        "push 1; Error reading source state \"f\": no state"
    );
}

#[test]
fn a_push_where_there_is_no_state_stores_the_file_as_it_is() {
    for hand in ["delete", "empty"] {
        let played = play(&format!(
            "{SETUP}- {{ file: {{ in: alice, name: f, serial: 7, resources: [vnet] }} }}
- {{ store: {hand} }}
- {{ id: push, run: terraform state push f, as: alice }}
"
        ));
        assert_eq!(played.last(), "7[vnet]", "{hand}");
        assert_eq!(played.run("push"), "push 0");
    }
}

#[test]
fn no_state_is_no_error() {
    for hand in ["delete", "empty"] {
        let left = if hand == "delete" { "-" } else { "empty" };
        let after = |command: &str| {
            play(&format!(
                "{SETUP}- {{ store: {hand} }}
- {{ id: next, run: terraform {command}, as: alice }}
"
            ))
        };
        for command in ["plan", "plan -lock=false", "state pull", "show", "output"] {
            let played = after(command);
            assert_eq!(played.last(), left, "{hand} {command}");
            assert_eq!(played.run("next"), "next 0", "{hand} {command}");
        }
        let list = after("state list");
        assert_eq!(list.run("next"), "next 1; No state file was found!");
        let apply = after("apply -auto-approve");
        assert_eq!(
            apply.run("next"),
            "next 1; A resource with the ID already exists"
        );
        assert_eq!(apply.last(), "1[]");
        let import = after("import lab_thing.vnet /things/vnet");
        assert_eq!(import.last(), "1[vnet]");
    }
}

#[test]
fn a_guest_has_the_state_of_the_directory() {
    let played = play_in_directory(&format!(
        "{SETUP}- {{ run: terraform state rm lab_thing.subnet, as: bob }}\n"
    ));
    assert_eq!(played.last(), "4[vnet]");
}

/// What of the backup is not as expected: at the end, and of the properties.
fn unmet(expected: &str) -> Vec<String> {
    let properties = format!(
        "properties: {{ it comes: {{ eventually: {{ backup: {expected} }} }}, \
         it is there from the first: {{ always: {{ backup: {expected} }} }} }}\n"
    );
    let source = format!(
        "{HEAD}{SETUP}{EDIT}- {{ run: terraform apply -auto-approve, as: alice }}\n\
         {properties}expect: {{ backup: {expected} }}\n"
    );
    let scenario = Arc::new(scenario::parse("backup.yaml", source.as_bytes()).unwrap());
    let report = suite::replay(&scenario, Seed(0), Recording::On);
    let judged = report.judgements.iter().flat_map(|told| &told.mismatches);
    let judged = judged.map(|told| format!("{}: {}", told.path, told.actual));
    let broken = { report.properties.iter() }.filter(|told| match told.outcome {
        PropertyOutcome::Broken { .. } => true,
        PropertyOutcome::Held | PropertyOutcome::NotSeen => false,
    });
    judged
        .chain(broken.map(|told| told.name.to_string()))
        .collect()
}

#[test]
fn a_backup_can_be_expected() {
    let from_the_first = "it is there from the first";
    for right in ["{ serial: 3 }", "{ serial: 3, resources: [vnet, subnet] }"] {
        assert_eq!(unmet(right), [from_the_first], "{right}");
    }
    assert_eq!(
        unmet("{ serial: 4, resources: [vnet] }"),
        [
            "backup.serial: 3",
            "backup.resources: [vnet, subnet]",
            "it comes",
            from_the_first
        ]
    );
    assert_eq!(
        unmet("empty"),
        ["backup: a state", "it comes", from_the_first]
    );
    // Before the second apply there was none.
    assert_eq!(unmet("none"), ["backup: a state", from_the_first]);
}
