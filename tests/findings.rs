//! Findings and their advice in combinations that no scenario shows.

use std::sync::Arc;

use leaselab::kernel::Seed;
use leaselab::scenario;
use leaselab::simulation::Recording;
use leaselab::suite;
use leaselab::verdict::{Picture, Report, mends};
use rayon::prelude::*;

use crate::advice::unmended;

/// The report on a scenario with these steps and with the objects `a`, `b`, `c` in the cloud.
fn report(before: &str, steps: &str) -> Report {
    let source = format!(
        "leaselab: 1\ntitle: A test\nbefore: {before}\nresources: {{ a: {{}}, b: {{}}, c: {{}} }}\n\
         operators: {{ alice: {{}}, bob: {{}} }}\nsteps:\n{steps}"
    );
    report_of(&source)
}

fn report_of(source: &str) -> Report {
    let scenario = match scenario::parse("test.yaml", source.as_bytes()) {
        Ok(scenario) => Arc::new(scenario),
        Err(errors) => panic!("{}", errors.render("test.yaml", source.as_bytes())),
    };
    suite::replay(&scenario, Seed(0), Recording::On)
}

/// The findings: `forked_state alice`.
fn found(report: &Report, picture: &Picture) -> Vec<String> {
    let names = &report.timeline.names;
    let word = |finding: &leaselab::verdict::Finding| {
        format!("{} {}", finding.name.name(), finding.subject.word(names))
    };
    picture.findings().iter().map(word).collect()
}

/// The commands that the findings call for, in order: `alice$ rm errored.tfstate`.
fn advice(report: &Report, picture: &Picture) -> Vec<String> {
    let names = &report.timeline.names;
    let line = |mend: &leaselab::verdict::Mend| {
        format!("{}$ {}", names.operator(mend.operator), mend.line)
    };
    mends(picture.findings()).iter().map(line).collect()
}

/// What is found at the end and what is advised; and that the advice is true.
fn check(report: &Report, expected_findings: &[&str], expected_advice: &[&str]) {
    let picture = report.last();
    assert_eq!(found(report, picture), expected_findings);
    assert_eq!(advice(report, picture), expected_advice);
    let left = unmended(&report.scenario);
    assert!(left.is_empty(), "{}", left.join("\n\n"));
}

fn evidence(report: &Report, name: &str) -> String {
    let finding = report.last().findings().iter();
    let mut named = finding.filter(|finding| finding.name.name() == name);
    named.next().unwrap().evidence.clone()
}

#[test]
fn of_two_errored_files_the_higher_serial_is_pushed_and_the_rest_imported() {
    let report = report(
        "{ remote: { serial: 3 }, cloud: [a, b, c] }",
        "  - file: { in: alice, name: errored.tfstate, serial: 4, resources: [a, b] }\n  \
           - file: { in: bob, name: errored.tfstate, serial: 5, resources: [b, c] }\n",
    );
    check(
        &report,
        &[
            "remote_behind_errored bob",
            "remote_behind_errored alice",
            "orphaned_object a",
            "orphaned_object b",
            "orphaned_object c",
        ],
        &[
            "bob$ terraform state push errored.tfstate",
            "alice$ terraform import lab_thing.a /things/a",
        ],
    );
}

#[test]
fn a_file_with_a_lower_serial_is_not_pushed_but_imported_from() {
    let report = report(
        "{ remote: { serial: 9, resources: [a] }, cloud: [b] }",
        "  - file: { in: alice, name: errored.tfstate, serial: 3, resources: [a, b] }\n",
    );
    check(
        &report,
        &["remote_behind_errored alice", "orphaned_object b"],
        &["alice$ terraform import lab_thing.b /things/b"],
    );
}

#[test]
fn a_remote_state_without_resources_accepts_any_serial() {
    let report = report(
        "{ remote: { serial: 9 }, cloud: [a] }",
        "  - file: { in: alice, name: errored.tfstate, serial: 3, resources: [a] }\n",
    );
    check(
        &report,
        &["remote_behind_errored alice", "orphaned_object a"],
        &["alice$ terraform state push errored.tfstate"],
    );
}

#[test]
fn a_remote_state_without_resources_accepts_any_lineage() {
    let report = report(
        "{ remote: { serial: 9 }, cloud: [a] }",
        "  - file: { in: alice, name: errored.tfstate, serial: 3, \
         lineage: 00000000-0000-0000-0000-00000000000a, resources: [a] }\n",
    );
    check(
        &report,
        &["lineage_mismatch alice", "orphaned_object a"],
        &["alice$ terraform state push errored.tfstate"],
    );
}

#[test]
fn another_lineage_that_knows_nothing_more_is_a_note() {
    let report = report(
        "{ remote: { serial: 9, resources: [a, b] } }",
        "  - file: { in: alice, name: errored.tfstate, serial: 10, \
         lineage: 00000000-0000-0000-0000-00000000000a, resources: [a] }\n",
    );
    check(
        &report,
        &["lineage_mismatch alice"],
        &["alice$ rm errored.tfstate"],
    );
    assert!(report.last().in_sync());
}

#[test]
fn a_file_that_forgets_an_object_is_stale_however_high_its_serial() {
    let report = report(
        "{ remote: { serial: 9, resources: [a, b] } }",
        "  - file: { in: alice, name: errored.tfstate, serial: 20, resources: [a] }\n",
    );
    check(
        &report,
        &["stale_errored alice"],
        &["alice$ rm errored.tfstate"],
    );
    assert_eq!(
        report.last().findings()[0].caution.as_deref(),
        Some(PUSH_PASSES)
    );
}

/// Nothing but the reader's care keeps such a file from being pushed.
const PUSH_PASSES: &str = "do not push it, not even without -force: its higher serial makes the \
                           push pass, and what only the remote state records is dropped";

#[test]
fn a_fork_with_a_higher_serial_is_imported_from_and_not_pushed() {
    let report = report(
        "{ remote: { serial: 9, resources: [a] }, cloud: [b] }",
        "  - file: { in: alice, name: errored.tfstate, serial: 20, resources: [b] }\n",
    );
    check(
        &report,
        &["forked_state alice", "orphaned_object b"],
        &["alice$ terraform import lab_thing.b /things/b"],
    );
    assert_eq!(
        report.last().findings()[0].caution.as_deref(),
        Some(PUSH_PASSES)
    );
}

#[test]
fn a_file_of_0_bytes_is_no_state_and_its_owner_is_told_where_to_look() {
    let report = report(
        "{ remote: { serial: 9 }, cloud: [a] }",
        "  - file: { in: alice, name: errored.tfstate, empty: true }\n",
    );
    check(
        &report,
        &["orphaned_object a"],
        &["alice$ terraform import lab_thing.a /things/a"],
    );
    let hint = report.last().findings()[0].hint.as_deref();
    assert!(hint.is_some_and(|hint| hint.contains("alice's errored.tfstate has 0 bytes")));
}

const KILLED: &str = "  - { run: terraform apply, as: alice }\n  \
                        - { when: alice prompted, signal: { alice: SIGKILL } }\n";
const BREAK: &str = "az storage blob lease break --container-name tfstate --blob-name \
                     terraform.tfstate --lease-break-period 0";

#[test]
fn a_lease_that_is_being_broken_is_broken_at_once() {
    let steps = format!("{KILLED}  - {{ blob: {{ break_lease: 60s }} }}\n  - expect: {{}}\n");
    let report = report("{}", &steps);
    let breaking = &report.pictures[0];
    assert_eq!(found(&report, breaking), ["orphaned_lock lock"]);
    assert_eq!(advice(&report, breaking), [format!("alice$ {BREAK}")]);
    assert_eq!(
        breaking.findings()[0].hint.as_deref(),
        Some("or wait: the lease is being broken, within a minute at most")
    );
    assert_eq!(unmended(&report.scenario), Vec::<String>::new());
}

#[test]
fn an_empty_blob_under_a_lease_is_freed_past_terraform() {
    let steps = format!("{KILLED}  - {{ blob: truncate }}\n");
    let report = report("{ remote: { serial: 9, resources: [a] } }", &steps);
    check(
        &report,
        &[
            "orphaned_lock lock",
            "state_lost state",
            "orphaned_object a",
        ],
        &[
            &format!("alice$ {BREAK}"),
            "alice$ terraform import lab_thing.a /things/a",
        ],
    );
}

#[test]
fn garbage_under_a_lease_is_unlocked_put_aside_and_pushed_over() {
    let steps = format!(
        "{KILLED}  - {{ blob: {{ content: garbage }} }}\n  \
           - file: {{ in: bob, name: errored.tfstate, serial: 4, resources: [a] }}\n"
    );
    let report = report("{ remote: { serial: 9 }, cloud: [a] }", &steps);
    check(
        &report,
        &[
            "orphaned_lock lock",
            "remote_behind_errored bob",
            "corrupt_state state",
            "orphaned_object a",
        ],
        &[
            &format!("bob$ {BREAK}"),
            "bob$ az storage blob download --container-name tfstate --name terraform.tfstate \
             --file corrupt.tfstate",
            "bob$ az storage blob delete --container-name tfstate --name terraform.tfstate",
            "bob$ terraform state push errored.tfstate",
        ],
    );
}

#[test]
fn an_absent_blob_takes_the_higher_of_two_files() {
    let report = report(
        "{ remote: { serial: 9, resources: [a] }, cloud: [b] }",
        "  - file: { in: alice, name: errored.tfstate, serial: 10, resources: [a, b] }\n  \
           - file: { in: bob, name: errored.tfstate, serial: 8, resources: [a] }\n  \
           - blob: delete\n",
    );
    check(
        &report,
        &[
            "remote_behind_errored alice",
            "remote_behind_errored bob",
            "orphaned_object a",
            "orphaned_object b",
        ],
        &["alice$ terraform state push errored.tfstate"],
    );
}

#[test]
fn of_two_objects_for_one_address_none_is_imported_beside_the_other() {
    let report = report_of(
        "leaselab: 1\ntitle: A test\nresources: { vm: { create: 10s, name: generated } }\nsteps:\n  \
           - { run: terraform apply -auto-approve, as: alice }\n  \
           - { when: vm creating, signal: { alice: SIGKILL } }\n  \
           - { after: 1m, run: terraform force-unlock -force <LOCK_ID>, as: alice }\n  \
           - { id: again, run: terraform apply -auto-approve, as: alice }\n  \
           - { when: vm creating, signal: { alice: SIGKILL } }\n  \
           - { after: 1m, run: terraform force-unlock -force <LOCK_ID>, as: alice }\n  \
           - file: { in: alice, name: errored.tfstate, serial: 5, resources: [vm] }\n",
    );
    check(
        &report,
        &["remote_behind_errored alice", "duplicate_object vm"],
        &["alice$ terraform state push errored.tfstate"],
    );
}

#[test]
fn a_process_that_has_forgotten_its_lease_is_named_while_it_lives() {
    let report = report_of(
        "leaselab: 1\ntitle: A test\n\
         client: { base: renewing, renew_every: 31s, on_renewal_failure: forget_id }\n\
         resources: { a: { create: 50s } }\nsteps:\n  \
           - { run: terraform apply -auto-approve, as: alice }\n  \
           - { at: 30s, cut: alice <-> blob, for: 5s }\n  \
           - { at: 40s, expect: {} }\n",
    );
    let finding = &report.pictures[0].findings()[0];
    assert_eq!(finding.name.name(), "orphaned_lock");
    assert!(
        finding
            .evidence
            .ends_with("[apply], which took it, is alive and does not know its lease ID"),
        "{}",
        finding.evidence
    );
    assert_eq!(
        finding.caution.as_deref(),
        Some(
            "do not free the lock while alice's command [apply] is alive: it still changes the cloud"
        )
    );
    assert!(finding.mends.is_empty(), "{:?}", finding.mends);
    assert_eq!(
        finding.hint.as_deref(),
        Some(
            "wait until alice's command [apply] has ended, or let its owner stop it; then look again"
        )
    );
}

#[test]
fn an_errored_file_without_objects_says_so_where_the_blob_is_gone() {
    let report = report(
        "{ remote: { serial: 9 } }",
        "  - file: { in: alice, name: errored.tfstate, serial: 10, resources: [] }\n  \
           - blob: delete\n",
    );
    assert_eq!(
        evidence(&report, "remote_behind_errored"),
        "errored.tfstate (serial 10) knows what has become of the objects, and the remote state, \
         which is absent, does not"
    );
}

/// All sublists of the objects `a` and `b`.
const SUBLISTS: [&str; 4] = ["[]", "[a]", "[b]", "[a, b]"];

/// Steps that put an `errored.tfstate` into the operator's directory, or none, in all these ways.
fn files(operator: &str, serials: &[u64], lineages: &[&str]) -> Vec<String> {
    let mut files = vec![String::new()];
    for serial in serials {
        for lineage in lineages {
            for resources in SUBLISTS {
                files.push(format!(
                    "  - file: {{ in: {operator}, name: errored.tfstate, serial: {serial}, \
                     lineage: {lineage}, resources: {resources} }}\n"
                ));
            }
        }
    }
    files
}

/// The objects `a` and `b` exist; the remote state, with serial 5, and two `errored.tfstate` each
/// record some of them; then one may be gone, the lock orphaned, and the blob lost.
fn combinations() -> Vec<String> {
    let other = "00000000-0000-0000-0000-00000000000a";
    let mut combinations = Vec::new();
    for recorded in ["[]", "[a]", "[a, b]"] {
        let unrecorded = match recorded {
            "[]" => "[a, b]",
            "[a]" => "[b]",
            _ => "[]",
        };
        for alice in files("alice", &[4, 5, 6], &["remote", other]) {
            for bob in files("bob", &[4, 7], &["remote"]) {
                for gone in ["", "  - cloud: { delete: [b] }\n"] {
                    for lock in ["", KILLED] {
                        for blob in ["", "  - blob: delete\n", "  - blob: { content: x }\n"] {
                            // A leased blob can't be deleted.
                            if !(lock == KILLED && blob.contains("delete")) {
                                combinations.push(format!(
                                    "leaselab: 1\ntitle: A test\n\
                                     before: {{ remote: {{ serial: 5, resources: {recorded} }}, \
                                     cloud: {unrecorded} }}\n\
                                     resources: {{ a: {{}}, b: {{}}, c: {{}} }}\n\
                                     operators: {{ alice: {{}}, bob: {{}} }}\n\
                                     steps:\n{alice}{bob}{lock}{gone}{blob}  - note: the end\n"
                                ));
                            }
                        }
                    }
                }
            }
        }
    }
    combinations
}

#[test]
fn the_advice_mends_every_combination_of_files_lock_and_blob() {
    let combinations = combinations();
    let failed: Vec<String> = combinations
        .par_iter()
        .filter_map(|source| {
            let scenario = scenario::parse("test.yaml", source.as_bytes()).unwrap();
            let left = unmended(&scenario);
            (!left.is_empty()).then(|| format!("{source}\n{}", left.join("\n")))
        })
        .collect();
    let some = failed.iter().take(3).cloned().collect::<Vec<_>>();
    assert!(
        failed.is_empty(),
        "{} of {} are not mended, such as\n{}",
        failed.len(),
        combinations.len(),
        some.join("\n\n")
    );
}
