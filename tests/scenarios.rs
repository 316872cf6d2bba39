//! Every scenario of `scenarios/`: it goes as it expects, and its timeline stands in `snapshots/`.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use leaselab::kernel::Seed;
use leaselab::render::{self, Layout};
use leaselab::scenario::{self, FindingName, Scenario, Verb};
use leaselab::simulation::Recording;
use leaselab::suite;
use leaselab::verdict::{Outcome, Picture, Report};
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

/// The files of a folder of the library: each with its path and its text.
pub(crate) fn sources(folder: &str) -> Vec<(String, Vec<u8>)> {
    let read = |path: &PathBuf| {
        let name = path.strip_prefix(root()).unwrap().display().to_string();
        (name, fs::read(path).unwrap())
    };
    let folder = root().join("scenarios").join(folder);
    files(&folder, "yaml").iter().map(read).collect()
}

/// The scenarios of the course: each file with its chapter.
pub(crate) fn courses() -> Vec<(String, u16)> {
    let paths = files(&root().join("scenarios"), "yaml");
    let pairs = paths.iter().zip(all()).filter_map(|(path, scenario)| {
        let path = path.strip_prefix(root()).unwrap().display().to_string();
        Some((path.replace('\\', "/"), scenario.lesson.course?))
    });
    pairs.collect()
}

fn replay(scenario: &Arc<Scenario>) -> Report {
    suite::replay(scenario, Seed(0), Recording::On)
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
fn every_report_for_machines_fits_its_schema() {
    let schema = render::report_schema();
    let wrong: Vec<String> = all()
        .par_iter()
        .flat_map_iter(|scenario| {
            let json: serde_json::Value =
                serde_json::from_str(&render::json(&replay(scenario))).unwrap();
            crate::scenario_format::schema::mistakes(&schema, &json)
        })
        .collect();
    assert!(wrong.is_empty(), "{wrong:#?}");
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

/// For each class of findings: a scenario in which it occurs, and its twin in which it nearly does.
const CLASSES: [(FindingName, &str, &str); FindingName::ALL.len()] = [
    (
        FindingName::OrphanedObject,
        "create_answers_with_nothing",
        "create_refused",
    ),
    (
        FindingName::GhostObject,
        "deleted_in_the_portal",
        "deleted_and_put_back",
    ),
    (
        FindingName::StaleAttributes,
        "resized_in_the_portal",
        "resized_and_set_back",
    ),
    (
        FindingName::TaintedObject,
        "create_answers_with_error",
        "create_answers_with_nothing",
    ),
    (
        FindingName::DuplicateObject,
        "generated_name_created_twice",
        "given_name_created_twice",
    ),
    (
        FindingName::WrongAddress,
        "moved_before_the_merge",
        "moved_after_the_merge",
    ),
    (
        FindingName::RecordedTwice,
        "imported_under_two_addresses",
        "imported_under_its_own_address",
    ),
    (
        FindingName::LostInputs,
        "imported_without_its_password",
        "pushed_with_its_password",
    ),
    (
        FindingName::LineageMismatch,
        "state_deleted_between_applies",
        "state_kept_between_applies",
    ),
    (
        FindingName::SpuriousErrored,
        "answer_of_save_lost",
        "request_of_save_lost",
    ),
    (
        FindingName::ForkedState,
        "state_kept_between_applies",
        "planned_beside_errored",
    ),
    (
        FindingName::StaleErrored,
        "errored_kept_for_weeks",
        "errored_kept_for_a_day",
    ),
    (
        FindingName::RemoteBehindErrored,
        "request_of_save_lost",
        "answer_of_save_lost",
    ),
    (
        FindingName::OrphanedLock,
        "power_lost_during_apply",
        "laptop_asleep_during_apply",
    ),
    (
        FindingName::LeftoverLockInfo,
        "lease_broken_by_hand",
        "lock_freed_by_force_unlock",
    ),
    (
        FindingName::CorruptState,
        "state_overwritten_with_garbage",
        "state_truncated",
    ),
    (
        FindingName::StateLost,
        "state_blob_deleted",
        "state_blob_deleted_beside_errored",
    ),
    (
        FindingName::DigestMismatch,
        "s3_digest_says_nothing",
        "s3_digest_repeated",
    ),
    (
        FindingName::LostUpdate,
        "http_open_server_overwrites",
        "http_fenced_server_refuses",
    ),
    (
        FindingName::LimitReached,
        "throttled_without_end",
        "throttled_for_minutes",
    ),
];

/// Whether any picture of the scenario has the finding.
fn shows(report: &Report, name: FindingName) -> bool {
    let findings = report.pictures.iter().flat_map(Picture::keys);
    findings.into_iter().any(|finding| finding.name == name)
}

/// Whether any `expect` of the scenario names the finding.
fn expects(scenario: &Scenario, name: FindingName) -> bool {
    let at_steps = scenario.steps.iter().filter_map(|step| {
        if let Verb::Expect(expectation) = &step.verb {
            Some(expectation)
        } else {
            None
        }
    });
    at_steps
        .chain(&scenario.expect)
        .filter_map(|expectation| expectation.findings.as_ref())
        .any(|findings| findings.contains_key(&name))
}

#[test]
fn every_class_of_findings_occurs_in_a_scenario_and_nearly_does_in_its_twin() {
    let reports: Vec<Report> = all().par_iter().map(replay).collect();
    let reports: BTreeMap<&str, &Report> = reports
        .iter()
        .map(|report| (report.scenario.name.as_str(), report))
        .collect();
    let sources: BTreeMap<String, String> = files(&root().join("scenarios"), "yaml")
        .iter()
        .map(|path| (stem(path), fs::read_to_string(path).unwrap()))
        .collect();
    let classes: BTreeSet<FindingName> = CLASSES.iter().map(|(name, ..)| *name).collect();
    assert_eq!(classes, BTreeSet::from(FindingName::ALL));
    for (name, with, without) in CLASSES {
        let class = name.name();
        assert!(shows(reports[with], name), "{with} has no {class}");
        assert!(
            expects(&reports[with].scenario, name),
            "{with} does not expect {class}"
        );
        assert!(!shows(reports[without], name), "{without} has {class}");
        for (one, other) in [(with, without), (without, with)] {
            assert!(
                sources[one].contains(&format!("{other}.yaml")),
                "{one} does not name its twin {other}"
            );
        }
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
    let mut hex = String::new();
    for byte in digest.finalize() {
        write!(hex, "{byte:02x}").unwrap();
    }
    let path = root().join("snapshots/timelines.sha256");
    if std::env::var_os("INSTA_UPDATE").is_some_and(|update| update == "always") {
        fs::write(&path, format!("{hex}\n")).unwrap();
    }
    let committed = fs::read_to_string(&path).unwrap_or_default();
    assert_eq!(
        hex,
        committed.trim(),
        "the timelines have changed; run `INSTA_UPDATE=always cargo test scenarios`"
    );
}
