//! What is printed is true and stands in the right place: verdicts of replications that were
//! stopped, the place of what is not as expected, pictures, widths; and what the words mean.

use std::process::Command;


use crate::cli::{leaselab, stdout};

#[test]
fn columns_is_heeded_when_piped() {
    let widest = |arguments: &[&str], columns: &str| {
        let output = Command::new(env!("CARGO_BIN_EXE_leaselab"))
            .args(arguments)
            .current_dir(env!("CARGO_MANIFEST_DIR"))
            .env("COLUMNS", columns)
            .output()
            .unwrap();
        let width = |line: &str| line.chars().count();
        stdout(&output).lines().map(width).max().unwrap()
    };
    let article = "scenarios/lease_id_missing.yaml";
    let runbook = "runbooks/recommended.md";
    for arguments in [
        &["run", article][..],
        &["explain", "LeaseIdMissing"],
        &["explain"],
        &["list", "scenarios/article"],
        &["grade", runbook, article],
    ] {
        let at_80 = widest(arguments, "80");
        assert!(at_80 <= 80, "{arguments:?}: {at_80}");
        let wide = widest(arguments, "200");
        assert!(wide <= 200, "{arguments:?}: {wide}");
        for unusable in ["", "0", "x", "-1", "99999999999999999999999"] {
            assert_eq!(
                widest(arguments, unusable),
                at_80,
                "{arguments:?} {unusable:?}"
            );
        }
    }
    let explained = |columns| widest(&["explain", "in sync"], columns);
    assert!(explained("200") > 120 && explained("60") <= 60);
    // Narrower than a table can be is as 60.
    assert_eq!(explained("7"), explained("60"));
    // Without it, 80.
    let output = leaselab(&["explain", "LeaseIdMissing"]);
    assert!(
        stdout(&output)
            .lines()
            .all(|line| line.chars().count() <= 80)
    );
}
