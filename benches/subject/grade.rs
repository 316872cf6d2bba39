//! Grades of the recommended runbook, beside plain replays of the same wrecks.

use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use leaselab::kernel::Seed;
use leaselab::runbook::{self, Runbook, grade};
use leaselab::scenario::{Scenario, parse};
use leaselab::simulation::Recording;
use leaselab::terraform::Backend;

use crate::scenario::replay;

/// The recommended runbook, and every scenario of the library that has a wreck which it is for.
pub(crate) fn library() -> (Runbook, Vec<Arc<Scenario>>) {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let source = fs::read(root.join("runbooks/recommended.md")).expect("it is there");
    let runbook = runbook::parse("recommended.md", &source).expect("it is right");
    let mut files = Vec::new();
    collect(&root.join("scenarios"), &mut files);
    files.sort();
    let scenarios = files.iter().filter_map(|path| {
        let source = fs::read(path).expect("it is there");
        let scenario = parse(&path.to_string_lossy(), &source).expect("it is right");
        let is_meant =
            matches!(scenario.backend, Backend::Azurerm { .. }) && scenario.wreck().is_some();
        is_meant.then(|| Arc::new(scenario))
    });
    (runbook, scenarios.collect())
}

fn collect(folder: &Path, files: &mut Vec<PathBuf>) {
    for entry in fs::read_dir(folder).expect("a folder") {
        let path = entry.expect("an entry").path();
        if path.is_dir() {
            collect(&path, files);
        } else {
            files.push(path);
        }
    }
}

/// Replays each wreck once, with its scenario's own mend.
pub(crate) fn replay_all(wrecks: &[Arc<Scenario>]) -> u64 {
    let events = wrecks
        .iter()
        .map(|scenario| replay(scenario, 0, Recording::On).events);
    events.sum()
}

/// Grades the runbook in each wreck.
pub(crate) fn grade_all(runbook: &Runbook, wrecks: &[Arc<Scenario>]) -> usize {
    let steps = wrecks.iter().map(|scenario| {
        let graded = grade(runbook, scenario, Seed(0)).expect("it comes to its wreck");
        graded.steps.len()
    });
    steps.sum()
}
