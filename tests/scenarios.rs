//! Every scenario of `scenarios/`: it goes as it expects, and its timeline stands in `snapshots/`.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use leaselab::kernel::Seed;
use leaselab::render::{self, Layout};
use leaselab::scenario::{self, Scenario};
use leaselab::simulation::{Recording, simulate};
use leaselab::verdict::{Outcome, Report, judge};
use rayon::prelude::*;
use sha2::{Digest as _, Sha256};

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

fn files(folder: &Path, extension: &str) -> Vec<PathBuf> {
    let mut found = Vec::new();
    let mut open = vec![folder.to_owned()];
    while let Some(folder) = open.pop() {
        for entry in fs::read_dir(&folder).into_iter().flatten() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                open.push(path);
            } else if path.extension().is_some_and(|found| found == extension) {
                found.push(path);
            }
        }
    }
    found.sort();
    found
}

fn stem(path: &Path) -> String {
    path.file_stem().unwrap().to_str().unwrap().to_owned()
}

/// All scenarios, read, in the order of their paths.
pub(crate) fn all() -> Vec<Arc<Scenario>> {
    let read = |path: &PathBuf| {
        let source = fs::read(path).unwrap();
        let name = path.strip_prefix(root()).unwrap().display().to_string();
        match scenario::parse(&name, &source) {
            Ok(scenario) => Arc::new(scenario),
            Err(errors) => panic!("{}", errors.render(&name, &source)),
        }
    };
    files(&root().join("scenarios"), "yaml")
        .iter()
        .map(read)
        .collect()
}

fn replay(scenario: &Arc<Scenario>) -> Report {
    judge(scenario, simulate(scenario, Seed(0), Recording::On))
}

#[test]
fn every_scenario_goes_as_it_expects() {
    let unexpected: Vec<String> = all()
        .par_iter()
        .map(replay)
        .filter(|report| report.outcome != Outcome::AsExpected)
        .map(|report| render::text(&report, Layout::default()))
        .collect();
    assert!(unexpected.is_empty(), "{}", unexpected.join("\n\n"));
}

#[test]
fn every_scenario_teaches_and_names_its_source() {
    for scenario in all() {
        assert!(scenario.why.is_some(), "{} has no `why`", scenario.name);
        assert!(
            scenario.source.is_some(),
            "{} has no `source`",
            scenario.name
        );
    }
}

#[test]
fn every_timeline_is_as_it_stands_in_the_snapshots() {
    let mut settings = insta::Settings::clone_current();
    settings.set_snapshot_path("../snapshots");
    settings.set_prepend_module_to_snapshot(false);
    settings.set_omit_expression(true);
    let reports: Vec<Report> = all().par_iter().map(replay).collect();
    let mut failed = Vec::new();
    for report in &reports {
        let name = report.scenario.name.as_str();
        let text = render::text(report, Layout::default());
        let compared = std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| {
            settings.bind(|| insta::assert_snapshot!(name, text));
        }));
        if compared.is_err() {
            failed.push(name);
        }
    }
    assert!(
        failed.is_empty(),
        "the timelines of {failed:?} differ from their snapshots; if they should, run \
         `INSTA_UPDATE=always cargo test scenarios` and say why in the commit"
    );
}

#[test]
fn no_scenario_or_snapshot_is_an_orphan() {
    let scenarios: Vec<String> = files(&root().join("scenarios"), "yaml")
        .iter()
        .map(|path| stem(path))
        .collect();
    let unique: BTreeSet<String> = scenarios.iter().cloned().collect();
    assert_eq!(unique.len(), scenarios.len(), "two scenarios of one name");
    let snapshots: BTreeSet<String> = files(&root().join("snapshots"), "snap")
        .iter()
        .map(|path| stem(path))
        .collect();
    assert_eq!(unique, snapshots, "scenarios, and snapshots");
}

/// One digest over all that is rendered of all scenarios holds every byte on every platform.
#[test]
fn the_digest_of_all_timelines_is_the_committed_one() {
    let mut digest = Sha256::new();
    for report in all().par_iter().map(replay).collect::<Vec<_>>() {
        digest.update(render::json(&report));
    }
    let digest: String = digest
        .finalize()
        .iter()
        .map(|byte| format!("{byte:02x}"))
        .collect();
    let path = root().join("snapshots/timelines.sha256");
    if std::env::var_os("INSTA_UPDATE").is_some_and(|update| update == "always") {
        fs::write(&path, format!("{digest}\n")).unwrap();
    }
    let committed = fs::read_to_string(&path).unwrap_or_default();
    assert_eq!(
        digest,
        committed.trim(),
        "the timelines have changed; run `INSTA_UPDATE=always cargo test scenarios`"
    );
}
