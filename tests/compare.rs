//! `leaselab compare`: two timelines, aligned.

use std::fs;
use std::path::Path;
use std::sync::Arc;

use leaselab::kernel::Seed;
use leaselab::render::{self, Detail, Layout, Symbols};
use leaselab::simulation::Recording;
use leaselab::suite;
use leaselab::verdict::Report;
use unicode_width::UnicodeWidthStr as _;

use crate::cli::{leaselab, stderr, stdout};
use crate::scenario_format::schema;
use crate::scenarios::all;

const ARTICLE: &str = "scenarios/lease_id_missing.yaml";
const AS_IT_IS: &str = "scenarios/lease_id_missing_terraform.yaml";

fn report(name: &str) -> Report {
    let scenarios = all();
    let mut named = scenarios.iter().filter(|scenario| scenario.name == name);
    suite::replay(&Arc::clone(named.next().unwrap()), Seed(0), Recording::On)
}

fn is_as_it_stands(name: &str, text: &str) {
    let mut settings = insta::Settings::clone_current();
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/compare");
    settings.set_snapshot_path(folder);
    settings.set_prepend_module_to_snapshot(false);
    settings.set_omit_expression(true);
    settings.bind(|| insta::assert_snapshot!(name, text));
}

#[test]
fn the_articles_client_beside_terraform_as_it_is() {
    let (article, real) = (
        report("lease_id_missing"),
        report("lease_id_missing_terraform"),
    );
    for width in [80, 120, 160] {
        let layout = Layout {
            width,
            ..Layout::default()
        };
        let text = render::comparison(&article, &real, layout);
        is_as_it_stands(&format!("article_{width}"), &text);
        for line in text.lines().filter(|line| !line.contains("scenario ")) {
            assert!(line.width() <= width, "{line}");
        }
    }
    let ascii = Layout {
        symbols: Symbols::Ascii,
        ..Layout::default()
    };
    assert!(render::comparison(&article, &real, ascii).is_ascii());
    let json: serde_json::Value =
        serde_json::from_str(&render::comparison_json(&article, &real)).unwrap();
    assert_eq!(
        schema::mistakes(&render::comparison_schema(), &json),
        [""; 0]
    );
    let first = json["first_difference"].as_u64().unwrap();
    assert_eq!(
        json["lines"][usize::try_from(first).unwrap()]["what"],
        "both"
    );
}

/// The two sides are whole: every line of a timeline stands in the comparison, in its order.
#[test]
fn nothing_of_either_timeline_is_left_out() {
    let pairs = [
        ("lock_wait_with_timeout", "lock_wait_without_timeout"),
        ("dead_holder_with_ttl", "dead_holder_without_ttl"),
        ("concurrent_access", "concurrent_access_terraform"),
    ];
    for (one, other) in pairs {
        let reports = [report(one), report(other)];
        let json = render::comparison_json(&reports[0], &reports[1]);
        let json: serde_json::Value = serde_json::from_str(&json).unwrap();
        for (side, report) in ["first", "second"].into_iter().zip(&reports) {
            let layout = Layout {
                width: 10_000,
                detail: Detail::Requests,
                ..Layout::default()
            };
            let text = render::text(report, layout);
            let mut left = text.lines();
            for line in json["lines"].as_array().unwrap() {
                let Some(said) = line[side]["text"].as_str() else {
                    continue;
                };
                let said = said.lines().next().unwrap();
                let is_there = left.any(|line| line.contains(said));
                assert!(is_there, "{said} is not in the timeline of {side} {one}");
            }
        }
    }
}

#[test]
fn a_scenario_is_the_same_as_itself() {
    let article = report("lease_id_missing");
    let text = render::comparison(&article, &article, Layout::default());
    assert!(text.contains("no difference: all "), "{text}");
    assert!(!text.contains("the first difference"), "{text}");
}

#[test]
fn the_command_line_compares_files_seeds_settings_and_clients() {
    let cases: [&[&str]; 4] = [
        &[ARTICLE, AS_IT_IS],
        &[ARTICLE, "--against-client", "terraform"],
        &[ARTICLE, "--seed", "1", "--against-seed", "2"],
        &[ARTICLE, AS_IT_IS, "--format", "json", "--requests"],
    ];
    for arguments in cases {
        let output = leaselab(&[&["compare"], arguments].concat());
        assert_eq!(output.status.code(), Some(0), "{}", stderr(&output));
        assert_eq!(stderr(&output), "");
        assert!(stdout(&output).contains("lease_id_missing"));
    }
}

#[test]
fn two_values_of_a_parameter_are_compared() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("wait.yaml");
    let source = "\
leaselab: 1
title: how long
parameters: { patience: 1s }
resources: { vnet: { create: 4s } }
steps:
  - { run: terraform apply -auto-approve, as: alice }
  - { at: 1s, run: \"terraform plan -lock-timeout=${patience}\", as: bob }
";
    fs::write(&path, source).unwrap();
    let path = path.to_str().unwrap();
    let output = leaselab(&[
        "compare",
        path,
        "--set",
        "patience=0s",
        "--against",
        "patience=1m",
    ]);
    let text = stdout(&output);
    assert_eq!(output.status.code(), Some(0), "{}", stderr(&output));
    assert!(
        text.contains("-     1.000  bob    $ terraform plan -lock-timeout=0s"),
        "{text}"
    );
    assert!(
        text.contains("+     1.000  bob    $ terraform plan -lock-timeout=1m"),
        "{text}"
    );
}

#[test]
fn what_cannot_be_compared_is_bad_input() {
    let cases: [(&[&str], &str); 6] = [
        (&[ARTICLE], "nothing to compare with"),
        (&[ARTICLE, "--seed", "3"], "nothing to compare with"),
        (&[ARTICLE, "scenarios/nowhere.yaml"], "cannot read"),
        (&[ARTICLE, "--against", "ttl=3s"], "ttl"),
        (&[ARTICLE, "--against-client", "terafom"], "terraform"),
        (&["-", "--against-seed", "2"], "can be read once"),
    ];
    for (arguments, words) in cases {
        let output = leaselab(&[&["compare"], arguments].concat());
        assert_eq!(output.status.code(), Some(2), "{arguments:?}");
        assert!(stderr(&output).contains(words), "{}", stderr(&output));
    }
}
