//! The measured rules of each backend, one by one: every file of `rules/BACKEND/` is a scenario
//! whose title states a rule, and whose expectations, rows and properties hold it to that.

use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use leaselab::kernel::Seed;
use leaselab::render::{self, Layout};
use leaselab::scenario::{self, Settings};
use leaselab::simulation::Recording;
use leaselab::suite;
use leaselab::verdict::Outcome;

fn files() -> Vec<PathBuf> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/rules");
    let mut files: Vec<PathBuf> = fs::read_dir(root)
        .unwrap()
        .flat_map(|backend| fs::read_dir(backend.unwrap().path()).unwrap())
        .map(|file| file.unwrap().path())
        .collect();
    files.sort();
    files
}

#[test]
fn every_rule_holds() {
    let files = files();
    assert!(!files.is_empty(), "no rules");
    let mut wrong = Vec::new();
    for path in files {
        let name = path.display().to_string();
        let source = fs::read(&path).unwrap();
        let variants = scenario::variants(&name, &source, &Settings::new())
            .unwrap_or_else(|errors| panic!("{}", errors.render(&name, &source)));
        for variant in variants {
            let report = suite::replay(&Arc::new(variant), Seed(0), Recording::On);
            if report.outcome != Outcome::AsExpected {
                wrong.push(render::text(&report, Layout::default()));
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n\n"));
}
