//! What `leaselab run` tells somebody who meets it for the first time, and what it leaves out.

use std::fs;

use crate::cli::{leaselab, stderr, stdout};

const ARTICLE: &str = "scenarios/lease_id_missing.yaml";

fn run(arguments: &[&str]) -> String {
    let output = leaselab(&[&["run"], arguments].concat());
    assert_eq!(stderr(&output), "");
    stdout(&output).to_owned()
}

#[test]
fn the_reader_is_told_why_in_which_unit_and_by_which_client() {
    let text = run(&[ARTICLE]);
    let (before, _) = text.split_once(" TIME (s)  ACTOR").unwrap();
    assert!(
        before.contains("  The network fails for half a second"),
        "{text}"
    );
    assert!(before.contains("This client is not Terraform as it is: it takes a lease of 60s"));
    assert!(before.contains("Beside it: lease_id_missing_terraform.yaml, with Terraform as it is"));
    assert!(text.contains("bob       [next] ends: exit 1"), "{text}");
    assert!(text.contains("legend: $ a command is typed · [ID] a command by its ID"));
    assert!(text.contains("! what not to do"), "{text}");
}

#[test]
fn terraform_as_it_is_needs_no_words_and_names_its_sibling() {
    let text = run(&["scenarios/lease_id_missing_terraform.yaml"]);
    assert!(!text.contains("This client is not Terraform"), "{text}");
    assert!(
        text.contains("Beside it: lease_id_missing.yaml, with another client"),
        "{text}"
    );
    let text = run(&["scenarios/prevention/dead_holder_with_ttl.yaml"]);
    assert!(
        text.contains("Beside it: dead_holder_without_ttl.yaml"),
        "{text}"
    );
}

#[test]
fn a_scenario_that_says_nothing_is_told_without_it() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("still.yaml");
    fs::write(&path, "leaselab: 1\ntitle: still\nsteps: []\n").unwrap();
    let text = run(&[path.to_str().unwrap()]);
    assert!(
        text.contains("still\n\n TIME (s)  ACTOR  FACT\n\nthe end"),
        "{text}"
    );
    assert!(!text.contains("legend"), "{text}");
}

#[test]
fn tables_stand_where_somebody_looks_and_where_cloud_and_records_part() {
    let text = run(&[ARTICLE, "--tables"]);
    let titles: Vec<&str> = { text.lines() }
        .filter(|line| line.starts_with("  -- "))
        .collect();
    assert_eq!(
        titles,
        [
            "  -- at 32.040 s: cloud and records part: remote_behind_errored alice,",
            "  -- at 33.000 s: what line 25 looks at; the wreck",
            "  -- at 34.058 s: cloud and records are in step again",
        ]
    );
    assert!(!text.contains("\n\n\n"), "{text}");
    let late = run(&[ARTICLE, "--tables", "--from", "34s"]);
    assert_eq!(late.matches("  -- at").count(), 1, "{late}");
}

#[test]
fn hidden_advice_is_nowhere() {
    let flags = [ARTICLE, "--until", "33s"];
    let shown = run(&flags);
    let hidden = run(&[flags.as_slice(), &["--hide-advice"]].concat());
    for words in [
        "force-unlock -force",
        "state push",
        "do not apply",
        "or wait",
    ] {
        assert!(shown.contains(words), "{words}: {shown}");
        assert!(!hidden.contains(words), "{words}: {hidden}");
    }
    assert!(hidden.contains("remote_behind_errored alice"), "{hidden}");
    assert!(
        hidden.contains("what\n        mends it is hidden"),
        "{hidden}"
    );
}

#[test]
fn ascii_text_is_ascii() {
    for file in [ARTICLE, "scenarios/prevention/dead_holder_with_ttl.yaml"] {
        let text = run(&[file, "--ascii", "--tables"]);
        assert!(text.is_ascii(), "{text}");
    }
}

#[test]
fn what_only_the_text_shows_needs_the_text() {
    for flag in ["--tables", "--hide-advice"] {
        for format in ["json", "lanes"] {
            let output = leaselab(&["run", ARTICLE, flag, "--format", format]);
            assert_eq!(output.status.code(), Some(2), "{flag} {format}");
            assert!(
                stderr(&output).contains("add `--format text`"),
                "{}",
                stderr(&output)
            );
        }
    }
}
