//! Wrecks at which the advice was once wrong, each with what is right.

use std::path::Path;
use std::sync::Arc;

use leaselab::kernel::Seed;
use leaselab::render::{self, Layout};
use leaselab::scenario::{self, Scenario};
use leaselab::simulation::Recording;
use leaselab::suite;
use leaselab::timeline::LocalFile;
use leaselab::verdict::{Finding, Outcome, Picture, Report, mends};

use super::unmended;

fn read(name: &str) -> Arc<Scenario> {
    let path =
        Path::new(env!("CARGO_MANIFEST_DIR")).join(format!("tests/advice/trials/{name}.yaml"));
    let source = std::fs::read(path).unwrap();
    let scenario = scenario::parse(name, &source);
    Arc::new(scenario.unwrap_or_else(|errors| panic!("{}", errors.render(name, &source))))
}

fn replay(name: &str) -> Report {
    suite::replay(&read(name), Seed(0), Recording::On)
}

fn is_met(report: &Report) {
    let text = render::text(report, Layout::default());
    assert_eq!(report.outcome, Outcome::AsExpected, "{text}");
}

/// What is advised: `alice$ rm errored.tfstate`.
fn advice(report: &Report, picture: &Picture) -> Vec<String> {
    let names = &report.timeline.names;
    let commands = mends(picture.findings());
    let commands = commands.iter();
    commands
        .map(|mend| format!("{}$ {}", names.operator(mend.operator), mend.line))
        .collect()
}

fn finding<'p>(picture: &'p Picture, name: &str) -> &'p Finding {
    let mut findings = picture.findings().iter();
    let found = findings.find(|finding| finding.name.name() == name);
    found.unwrap_or_else(|| panic!("no {name}: {:?}", picture.findings()))
}

/// Chains of advice of which a command failed.
const FAILED: [&str; 10] = [
    "advice_fails_1758",
    "advice_fails_2233",
    "advice_fails_30199",
    "advice_fails_30607",
    "advice_fails_31318",
    "advice_fails_32741",
    "advice_fails_34592",
    "advice_fails_34718",
    "advice_fails_36378",
    "advice_fails_679",
];

#[test]
fn no_command_of_a_chain_fails_any_more() {
    for name in FAILED {
        let left = unmended(&read(name));
        assert!(left.is_empty(), "{name}: {}", left.join("\n\n"));
    }
}

#[test]
fn what_is_gone_leaves_the_state_before_what_came_instead_is_imported() {
    let report = replay("advice_replace_killed");
    is_met(&report);
    let told = advice(&report, &report.pictures[0]);
    assert!(told[0].starts_with("alice$ terraform force-unlock -force "));
    assert_eq!(
        told[1..],
        [
            "alice$ terraform apply -refresh-only -auto-approve",
            "alice$ terraform import lab_thing.vm /things/vm-2",
        ]
    );
    assert_eq!(unmended(&report.scenario), [""; 0]);
}

#[test]
fn while_somebody_works_nothing_is_pushed_and_nothing_removed() {
    let report = replay("advice_live_holder");
    is_met(&report);
    let wreck = &report.pictures[0];
    assert_eq!(advice(&report, wreck), [""; 0]);
    let behind = finding(wreck, "remote_behind_errored");
    let wait =
        "wait until bob's command [bobs] has ended, or let its owner stop it; then look again";
    assert_eq!(behind.hint.as_deref(), Some(wait));
    // Bob's apply moved the state on: what only the file has is imported then.
    let expected = ["alice$ terraform import azurerm_virtual_network.vnet /things/vnet"];
    assert_eq!(advice(&report, report.last()), expected);
    assert_eq!(unmended(&report.scenario), [""; 0]);
}

#[test]
fn what_no_configuration_has_is_a_decision_and_its_last_copy_is_kept() {
    let report = replay("advice_import_unconfigured");
    assert_eq!(advice(&report, report.last()), [""; 0]);
    for name in ["forked_state", "orphaned_object"] {
        let hint = finding(report.last(), name).hint.as_deref();
        assert_eq!(
            hint,
            Some(
                "no configuration has azurerm_redis_cache.cache: write it there and import \
                 /things/cache, or delete it with the cloud's own tools"
            )
        );
    }
    assert_eq!(unmended(&report.scenario), [""; 0]);
}

#[test]
fn an_import_brings_the_taint_along() {
    let report = replay("advice_drops_taint");
    is_met(&report);
    let wreck = &report.pictures[0];
    assert_eq!(
        advice(&report, wreck),
        [
            "alice$ terraform import azurerm_postgresql_server.db /things/db",
            "alice$ terraform taint azurerm_postgresql_server.db",
        ]
    );
    assert_eq!(
        advice(&report, report.last()),
        ["alice$ rm errored.tfstate"]
    );
    assert_eq!(unmended(&report.scenario), [""; 0]);
}

#[test]
fn a_holder_is_alive_whichever_of_its_operators_runs_it_is() {
    for name in ["forgetful_first_run", "forgetful_second_run"] {
        let report = replay(name);
        let wreck = &report.pictures[0];
        let lock = finding(wreck, "orphaned_lock");
        assert!(
            lock.evidence
                .ends_with("[apply], which took it, is alive and does not know its lease ID"),
            "{name}: {}",
            lock.evidence
        );
        assert_eq!(advice(&report, wreck), [""; 0], "{name}");
        let caution = "do not free the lock while alice's command [apply] is alive: it still changes the cloud";
        assert_eq!(lock.caution.as_deref(), Some(caution));
        let text = render::text(&report, Layout::default());
        let words: Vec<&str> = text.split_whitespace().collect();
        let says = "[apply] is alive and took it, and does not know its lease ID";
        assert!(words.join(" ").contains(says), "{text}");
        assert_eq!(unmended(&report.scenario), [""; 0]);
    }
}

#[test]
fn an_answer_that_waits_for_a_sleeping_machine_grants_a_lock() {
    is_met(&replay("asleep2"));
}

#[test]
fn a_written_file_names_the_object_that_exists() {
    let report = replay("written");
    let last = report.timeline.last();
    let files: Vec<_> = last.errored.values().filter_map(LocalFile::state).collect();
    let recorded = files[0].snapshot.objects().map(|(_, object)| object.id);
    let names = &report.timeline.names;
    let recorded: Vec<String> = recorded.map(|id| names.object(id)).collect();
    assert_eq!(recorded, ["/things/ip-1"]);
    assert_eq!(
        advice(&report, report.last()),
        ["alice$ terraform state push errored.tfstate"]
    );
    assert_eq!(unmended(&report.scenario), [""; 0]);
}

#[test]
fn a_written_file_asks_which_object_where_none_can_have_existed() {
    let yaml = |object: &str| {
        format!(
            "leaselab: 1
title: written before anything
operators: {{ alice: {{}} }}
resources: {{ ip: {{ name: generated }}, vnet: {{}} }}
steps:
  - file: {{ in: alice, name: errored.tfstate, serial: 9, resources: [vnet, ip]{object} }}
"
        )
    };
    let errors = |source: &str| {
        let errors = scenario::parse("written.yaml", source.as_bytes()).unwrap_err();
        errors.render("written.yaml", source.as_bytes())
    };
    let asked = errors(&yaml(""));
    assert!(
        asked.contains("no object of ip has existed when the file is written")
            && asked.contains("`object: { ip: /things/ip-1 }`"),
        "{asked}"
    );
    let unknown = errors(&yaml(", object: { ip: /things/net-1 }"));
    assert!(
        unknown.contains("`/things/net-1` is no ID of an object"),
        "{unknown}"
    );
    let source = yaml(", object: { ip: /things/ip-7 }");
    let scenario = scenario::parse("written.yaml", source.as_bytes()).unwrap();
    let report = suite::replay(&Arc::new(scenario), Seed(0), Recording::On);
    let last = report.timeline.last();
    let files: Vec<_> = last.errored.values().filter_map(LocalFile::state).collect();
    let recorded = files[0].snapshot.objects().map(|(_, object)| object.id);
    let names = &report.timeline.names;
    let recorded: Vec<String> = recorded.map(|id| names.object(id)).collect();
    assert_eq!(recorded, ["/things/ip-7", "/things/vnet"]);
    assert!(last.cloud.is_empty());
}
