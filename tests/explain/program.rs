//! What `leaselab explain`, `list`, `completions` and `man` print.

use std::fs;

use leaselab::explain::{Group, topics};
use serde_json::Value;

use crate::cli::{leaselab, stderr, stdout};
use crate::scenario_format::schema;
use crate::scenarios::all;

#[test]
fn a_scenario_is_explained_by_its_name_or_path() {
    for word in ["lease_id_missing", "scenarios/lease_id_missing.yaml"] {
        let output = leaselab(&["explain", word]);
        assert_eq!((output.status.code(), stderr(&output)), (Some(0), ""));
        let text = stdout(&output);
        assert!(text.starts_with("lease_id_missing\na scenario\n"), "{text}");
        for part in [
            "A lost lease ID at the last save",
            "  LeaseIdMissing\n",
            "alice$ terraform state push errored.tfstate",
            "$ leaselab run scenarios/lease_id_missing.yaml",
        ] {
            assert!(text.contains(part), "{part} in {text}");
        }
    }
}

#[test]
fn an_explanation_names_the_scenarios_that_show_it() {
    let output = leaselab(&["explain", "LeaseIdMissing", "--all"]);
    assert_eq!((output.status.code(), stderr(&output)), (Some(0), ""));
    assert!(stdout(&output).contains("  lease_id_missing: A lost lease ID at the last save\n"));
    let few = leaselab(&["explain", "orphaned_object"]);
    assert!(stdout(&few).contains(" more; --all names them\n"));
    let fits = |line: &str| line.chars().count() <= 80 || line.contains("https://");
    assert!(stdout(&few).lines().all(fits));
    let none = leaselab(&["explain", "orphaned_object", "--scenarios", "tests/azure"]);
    assert_eq!(none.status.code(), Some(2));
}

#[test]
fn an_unknown_word_exits_2_with_what_was_probably_meant() {
    let output = leaselab(&["explain", "orphand_lock"]);
    assert_eq!((output.status.code(), stdout(&output)), (Some(2), ""));
    assert_eq!(
        stderr(&output),
        "error: nothing is known about `orphand_lock`\n\
         help: did you mean `orphaned_lock`, `orphaned_object`?\n"
    );
    let output = leaselab(&["explain", "xyzzy"]);
    assert_eq!(
        stderr(&output),
        "error: nothing is known about `xyzzy`\n\
         help: `leaselab explain` lists what can be explained\n"
    );
    let output = leaselab(&["explain", "exit", "status"]);
    assert_eq!(output.status.code(), Some(2));
    assert!(stderr(&output).contains("may mean any of these"));
}

#[test]
fn without_a_word_all_topics_are_listed_by_their_groups() {
    let output = leaselab(&["explain"]);
    assert_eq!((output.status.code(), stderr(&output)), (Some(0), ""));
    let text = stdout(&output);
    for group in Group::ALL {
        assert!(text.contains(&format!("\n{}\n", group.heading())), "{text}");
    }
    for short in topics().filter(|topic| topic.name.chars().count() < 70) {
        assert!(
            text.contains(&format!("\n  {}\n", short.name)),
            "{}",
            short.name
        );
    }
}

#[test]
fn the_list_names_every_scenario_and_reports_a_broken_one() {
    let output = leaselab(&["list"]);
    assert_eq!((output.status.code(), stderr(&output)), (Some(0), ""));
    let text = stdout(&output);
    assert!(text.contains("\nlease_id_missing\n    A lost lease ID at the last save\n    in scenarios/lease_id_missing.yaml\n    finds "));
    assert!(
        text.ends_with(&format!("\n{} scenarios\n", all().len())),
        "{text}"
    );
    let folder = tempfile::tempdir().unwrap();
    let small = "leaselab: 1\ntitle: small\nsteps: [{ note: nothing }]\n";
    fs::write(
        folder.path().join("a_broken.yaml"),
        "leaselab: 1\ntitel: x\n",
    )
    .unwrap();
    fs::write(folder.path().join("b_good.yaml"), small).unwrap();
    let output = leaselab(&["list", folder.path().to_str().unwrap()]);
    assert_eq!(output.status.code(), Some(2));
    let good = folder.path().join("b_good.yaml");
    let listed = format!("b_good\n    small\n    in {}\n1 scenario\n", good.display());
    assert_eq!(stdout(&output), listed);
    assert!(
        stderr(&output).contains("a_broken.yaml"),
        "{}",
        stderr(&output)
    );
}

#[test]
fn what_is_printed_for_machines_fits_its_schema() {
    let cases: [(&[&str], &str); 4] = [
        (&["list", "--format", "json"], "list"),
        (&["explain", "lease_id_missing", "--format", "json"], "list"),
        (
            &["explain", "orphaned_lock", "--format", "json"],
            "explanation",
        ),
        (&["explain", "--format", "json"], "explanation"),
    ];
    for (arguments, name) in cases {
        let output = leaselab(arguments);
        assert_eq!((output.status.code(), stderr(&output)), (Some(0), ""));
        let json: Value = serde_json::from_str(stdout(&output)).unwrap();
        assert_eq!(json[format!("leaselab_{name}")], 1);
        let printed = leaselab(&["schema", "--of", name]);
        let schema: Value = serde_json::from_str(stdout(&printed)).unwrap();
        assert_eq!(schema::mistakes(&schema, &json), [""; 0], "{arguments:?}");
    }
}

/// The commands of the program, as its help has them.
fn commands() -> Vec<String> {
    let output = leaselab(&["--help"]);
    let text = stdout(&output)
        .split_once("Commands:\n")
        .unwrap()
        .1
        .to_owned();
    let lines = text.lines().take_while(|line| !line.is_empty());
    let words = lines.filter(|line| line.starts_with("  ") && !line.starts_with("   "));
    words
        .map(|line| line.split_whitespace().next().unwrap().to_owned())
        .filter(|word| word != "help")
        .collect()
}

#[test]
fn completions_and_man_pages_name_every_command() {
    let commands = commands();
    assert!(commands.len() >= 7, "{commands:?}");
    for shell in ["bash", "zsh", "fish", "powershell", "elvish"] {
        let output = leaselab(&["completions", shell]);
        assert_eq!((output.status.code(), stderr(&output)), (Some(0), ""));
        for command in &commands {
            assert!(stdout(&output).contains(command), "{shell}: {command}");
        }
    }
    let output = leaselab(&["man"]);
    let page = stdout(&output);
    for command in &commands {
        assert!(
            page.contains(&format!("leaselab\\-{command}(1)")),
            "{command}"
        );
    }
    let folder = tempfile::tempdir().unwrap();
    let output = leaselab(&["man", "--dir", folder.path().to_str().unwrap()]);
    assert_eq!((output.status.code(), stdout(&output)), (Some(0), ""));
    let mut expected: Vec<String> = commands
        .iter()
        .map(|command| format!("leaselab-{command}.1"))
        .chain(["leaselab.1".to_owned()])
        .collect();
    expected.sort();
    let mut pages = Vec::new();
    for entry in fs::read_dir(folder.path()).unwrap() {
        let path = entry.unwrap().path();
        assert!(fs::read_to_string(&path).unwrap().contains(".SH NAME"));
        pages.push(path.file_name().unwrap().to_str().unwrap().to_owned());
    }
    pages.sort();
    assert_eq!(pages, expected);
}
