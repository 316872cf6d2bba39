//! `leaselab outline` on the command line.

use std::fs;
use std::process::{Command, Output};

fn leaselab(arguments: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_leaselab"))
        .args(arguments)
        .current_dir(super::folder())
        .env_remove("GITHUB_ACTIONS")
        .output()
        .unwrap()
}

fn text(bytes: &[u8]) -> String {
    String::from_utf8(bytes.to_vec()).unwrap()
}

#[test]
fn an_outline_is_printed_and_names_are_mapped() {
    let file = "trials/other_container_overwrites_state.md";
    let plain = leaselab(&["outline", file]);
    assert_eq!(plain.status.code(), Some(0));
    let plain = text(&plain.stdout);
    assert!(
        plain.starts_with(&format!("runbook {file}  4 steps  leaselab ")),
        "{plain}"
    );
    assert!(
        plain.contains("tfstate                  the container of the state (line 3)"),
        "{plain}"
    );
    let mapped = leaselab(&["outline", file, "--map", "container=backups"]);
    let mapped = text(&mapped.stdout);
    assert!(
        mapped.contains("backups                  the container of the state (--map)"),
        "{mapped}"
    );
    assert!(
        mapped.contains("tfstate                  another container (line 3)"),
        "{mapped}"
    );
    let json = leaselab(&["outline", file, "--format", "json"]);
    let json: serde_json::Value = serde_json::from_slice(&json.stdout).unwrap();
    assert_eq!(json["entries"][0]["effect"], "look");
}

#[test]
fn what_is_mistaken_is_drawn_and_exits_with_2() {
    let refused = leaselab(&["outline", "trials/b19.md"]);
    assert_eq!(refused.status.code(), Some(2));
    assert!(text(&refused.stderr).contains("--> trials/b19.md:7:1"));
    let map = leaselab(&["outline", "trials/b01.md", "--map", "bucket=x"]);
    assert_eq!(map.status.code(), Some(2));
    let complaint = text(&map.stderr);
    assert!(
        complaint.contains("known are blob, container, account, directory, workspace"),
        "{complaint}"
    );
    assert_eq!(leaselab(&["outline", "none.md"]).status.code(), Some(2));
}

/// What a terminal would obey is shown, and not sent.
#[test]
fn control_characters_are_shown() {
    for file in ["trials/rb_cr.md", "trials/rb_escape.md"] {
        let bytes = fs::read(super::folder().join(file)).unwrap();
        assert!(
            bytes.iter().any(|byte| matches!(byte, 0x0d | 0x1b)),
            "{file} has some"
        );
        let output = leaselab(&["outline", file]);
        for byte in output.stdout.iter().chain(&output.stderr) {
            assert!(*byte >= b' ' || *byte == b'\n', "{file}");
        }
    }
}
