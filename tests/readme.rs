//! The README is true: its excerpt comes from the real timeline, its scenario runs as it says.

use std::fs;
use std::path::Path;
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
