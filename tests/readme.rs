//! The README is true: its excerpt comes from the real timeline, its scenario runs as it says.

use std::fs;
use std::path::Path;
use std::process::Command;
use std::sync::Arc;

use leaselab::kernel::Seed;
use leaselab::simulation::Recording;
use leaselab::suite;
use leaselab::verdict::Outcome;
use leaselab::{render, scenario};

/// The fenced block after a marker.
fn block<'t>(text: &'t str, marker: &str) -> &'t str {
    let (_, rest) = text.split_once(marker).unwrap();
    let (_, rest) = rest.split_once("```").unwrap();
    let (_, rest) = rest.split_once('\n').unwrap();
    rest.split_once("```").unwrap().0
}

fn read(path: &str) -> String {
    fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join(path)).unwrap()
}

#[test]
fn every_line_of_the_excerpt_stands_in_the_timeline_in_that_order() {
    let readme = read("README.md");
    let snapshot = read("snapshots/lease_id_missing.snap");
    let mut left = snapshot.lines();
    for line in block(&readme, "<!-- excerpt: lease_id_missing -->").lines() {
        assert!(
            left.any(|found| found == line),
            "`{line}` does not stand in the timeline, or not in this order"
        );
    }
}

#[test]
fn the_scenario_goes_as_it_expects() {
    let readme = read("README.md");
    let source = block(&readme, "<!-- scenario -->");
    let scenario = scenario::parse("readme.yaml", source.as_bytes())
        .unwrap_or_else(|errors| panic!("{}", errors.render("README.md", source.as_bytes())));
    let scenario = Arc::new(scenario);
    let report = suite::replay(&scenario, Seed(0), Recording::On);
    let text = render::text(&report, render::Layout::default());
    assert_eq!(report.outcome, Outcome::AsExpected, "{text}");
}

/// The commands for one's own incident, typed, give the scenario that is shown.
#[test]
fn an_incident_becomes_the_scenario_that_is_shown() {
    let readme = read("README.md");
    let folder = tempfile::tempdir().unwrap();
    for name in ["remote.tfstate", "errored.tfstate", "lock.json"] {
        let text = read(&format!("tests/intake/incident/{name}"));
        fs::write(folder.path().join(name), text).unwrap();
    }
    let runbook = read("runbooks/recommended.md");
    fs::write(folder.path().join("RUNBOOK.md"), runbook).unwrap();
    let commands = block(&readme, "<!-- incident -->");
    for line in commands.lines() {
        let command = line.split('#').next().unwrap();
        let mut words = command.split_whitespace();
        assert_eq!(words.next(), Some("leaselab"));
        let output = Command::new(env!("CARGO_BIN_EXE_leaselab"))
            .args(words)
            .current_dir(folder.path())
            .output()
            .unwrap();
        let said = String::from_utf8_lossy(&output.stderr);
        assert!(output.status.success(), "{line}: {said}");
    }
    let written = fs::read_to_string(folder.path().join("night.yaml")).unwrap();
    let shown = block(&readme, "<!-- incident: night.yaml -->");
    assert!(written.ends_with(shown), "{written}");
    assert!(!written.contains("hunter2") && !written.contains("subscriptions"));
}

/// The examples for CI are YAML, of at most ten lines each and a little.
#[test]
fn the_examples_for_ci_are_yaml() {
    let readme = read("README.md");
    let blocks: Vec<&str> = { readme.split("```yaml ci\n").skip(1) }
        .map(|rest| rest.split_once("```").unwrap().0)
        .collect();
    assert_eq!(blocks.len(), 3);
    for block in blocks {
        let read: Result<serde_yaml::Value, _> = serde_yaml::from_str(block);
        assert!(read.is_ok_and(|value| value.is_mapping()), "{block}");
        assert!(block.lines().count() <= 10, "{block}");
    }
}

/// The runbook is the one that comes along, and its report is what is printed, lines left out.
#[test]
fn the_plain_runbook_and_its_report_are_those_that_are_shown() {
    let readme = read("README.md");
    let (_, rest) = readme
        .split_once("<!-- plain runbook -->\n````markdown\n")
        .unwrap();
    let (shown, _) = rest.split_once("````\n").unwrap();
    assert_eq!(shown, read("runbooks/plain.md"));
    let report = block(&readme, "<!-- plain report -->");
    let mut lines = report.lines();
    let command = lines.next().unwrap().strip_prefix("$ leaselab ").unwrap();
    let words: Vec<&str> = command.split(' ').collect();
    let output = crate::cli::leaselab(&words);
    assert_eq!(output.status.code(), Some(1));
    let mut printed = crate::cli::stdout(&output).lines();
    for line in lines.filter(|line| line.trim() != "…") {
        let is_printed = printed.any(|printed| printed == line);
        assert!(is_printed, "not printed, or not in this order: {line}");
    }
}

/// The session is the transcript's, lines left out.
#[test]
fn the_drill_is_the_one_that_is_shown() {
    let readme = read("README.md");
    let shown = block(&readme, "<!-- drill: article -->");
    let mut lines = shown.lines();
    let command = lines.next().unwrap();
    let transcript = read("tests/drill/article.txt");
    let scenario = transcript.lines().next().unwrap().trim_start_matches("# ");
    assert_eq!(command, format!("$ leaselab drill {scenario}"));
    let snapshot = read("tests/drill/article.snap");
    let mut printed = snapshot.lines();
    for line in lines.filter(|line| line.trim() != "…") {
        let is_printed = printed.any(|printed| printed == line);
        assert!(is_printed, "not printed, or not in this order: {line}");
    }
}
