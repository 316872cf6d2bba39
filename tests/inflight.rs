//! What is under way in the cloud: table, findings, JSON, timeline and expectations agree.

use std::sync::Arc;

use leaselab::kernel::Seed;
use leaselab::render::{self, Layout};
use leaselab::scenario;
use leaselab::simulation::Recording;
use leaselab::suite;
use leaselab::timeline::{CloudFact, Fact, ObjectStatus};
use leaselab::verdict::{Outcome, Report};

fn report(yaml: &str) -> Report {
    let scenario = scenario::parse("inflight.yaml", yaml.as_bytes());
    let scenario = scenario
        .unwrap_or_else(|errors| panic!("{}", errors.render("inflight.yaml", yaml.as_bytes())));
    let scenario = Arc::new(scenario);
    suite::replay(&scenario, Seed(0), Recording::On)
}

fn met(yaml: &str) -> Report {
    let report = report(yaml);
    let text = render::text(&report, Layout::default());
    assert_eq!(report.outcome, Outcome::AsExpected, "{text}");
    report
}

/// What the cloud did, and when: `0.704 accepts until 4.704`.
fn cloud(report: &Report) -> Vec<String> {
    let entries = report.timeline.entries.iter();
    let told = entries.filter_map(|entry| {
        let Fact::Cloud(fact) = &entry.fact else {
            return None;
        };
        let what = match fact {
            CloudFact::Accepted { kind, due, .. } => format!("accepts {kind} until {due}"),
            CloudFact::Withdrawn { kind, .. } => format!("withdraws {kind}"),
            CloudFact::Done { kind, .. } => format!("has done {kind}"),
            CloudFact::ChangedOutside { kind, .. } => format!("sees {kind}"),
        };
        Some(format!("{} {what}", entry.time))
    });
    told.collect()
}

const HEAD: &str = "leaselab: 1\ntitle: under way\n";

#[test]
fn an_object_is_creating_until_the_cloud_has_finished_it() {
    let told = met(&format!(
        "{HEAD}resources: {{ vnet: {{ type: azurerm_virtual_network, create: 4s }} }}
steps:
  - {{ id: apply, run: terraform apply -auto-approve, as: alice }}
  - {{ at: 703ms, expect: {{ cloud: {{}} }} }}
  - {{ at: 4703ms, expect: {{ cloud: {{ vnet: creating }}, findings: [] }} }}
  - {{ at: 4703ms, expect: {{ cloud: [vnet] }} }}
expect: {{ cloud: {{ vnet: exists }}, in_sync: true }}
"
    ));
    assert_eq!(
        cloud(&told),
        ["0.704 accepts create until 4.704", "4.704 has done create"]
    );
}

#[test]
fn a_cancelled_creation_is_withdrawn() {
    let told = met(&format!(
        "{HEAD}resources: {{ vnet: {{ create: 4s, on_stop: cancel }} }}
steps:
  - {{ id: apply, run: terraform apply -auto-approve, as: alice }}
  - {{ when: vnet creating, after: 1s, expect: {{ cloud: {{ vnet: creating }} }} }}
  - {{ after: 0s, ctrl_c: alice }}
expect: {{ cloud: [], in_sync: true }}
"
    ));
    assert_eq!(
        cloud(&told),
        ["0.704 accepts create until 4.704", "1.704 withdraws create"]
    );
    let text = render::text(&told, Layout::default());
    let line = "    1.704  cloud  the creation of /things/vnet is withdrawn: nothing is left\n";
    assert!(text.contains(line), "{text}");
}

#[test]
fn what_was_never_accepted_is_not_withdrawn() {
    let told = met(&format!(
        "{HEAD}resources: {{ vnet: {{ create: 4s, on_stop: cancel, accepts: at_end }} }}
steps:
  - {{ id: apply, run: terraform apply -auto-approve, as: alice }}
  - {{ when: vnet creating, after: 1s, expect: {{ cloud: {{}} }} }}
  - {{ after: 0s, ctrl_c: alice }}
expect: {{ cloud: [] }}
"
    ));
    assert_eq!(cloud(&told), [""; 0]);
}

#[test]
fn a_provider_that_gives_up_leaves_the_cloud_to_it() {
    let told = met(&format!(
        "{HEAD}resources: {{ vnet: {{ create: 60s, on_stop: orphan, accepts: at_end }} }}
steps:
  - {{ id: apply, run: terraform apply -auto-approve, as: alice }}
  - {{ when: vnet creating, after: 1s, ctrl_c: alice }}
  - {{ expect: {{ cloud: {{ vnet: creating }}, findings: {{ orphaned_object: [vnet] }} }} }}
expect: {{ cloud: {{ vnet: exists }} }}
"
    ));
    assert_eq!(
        cloud(&told),
        [
            "1.704 accepts create until 60.704",
            "60.704 has done create"
        ]
    );
}

#[test]
fn a_mismatch_says_how_far_each_object_is() {
    let told = report(&format!(
        "{HEAD}resources: {{ vnet: {{ create: 10s }} }}
steps:
  - {{ run: terraform apply -auto-approve, as: alice }}
  - {{ at: 8s, expect: {{ cloud: {{ vnet: exists }} }} }}
"
    ));
    assert_eq!(told.outcome, Outcome::NotAsExpected);
    let mismatch = &told.judgements[0].mismatches[0];
    assert_eq!(mismatch.expected, "{ vnet: exists }");
    assert_eq!(mismatch.actual, "{ vnet: creating }");
}

#[test]
fn an_import_meets_what_is_being_made() {
    let told = met(&format!(
        "{HEAD}resources: {{ aks: {{ type: azurerm_kubernetes_cluster, create: 10m }} }}
steps:
  - {{ id: a, run: terraform apply -auto-approve, as: ci }}
  - {{ at: 60s, signal: {{ ci: SIGKILL }} }}
  - {{ at: 70s, run: terraform force-unlock -force <LOCK_ID>, as: bob }}
  - {{ at: 75s, expect: {{ cloud: {{ aks: creating }}, findings: {{ orphaned_object: [aks] }} }} }}
  - {{ at: 80s, run: terraform import azurerm_kubernetes_cluster.aks /things/aks, as: bob }}
  - {{ at: 90s, run: terraform apply -auto-approve, as: bob }}
  - {{ at: 100s, expect: {{ cloud: {{ aks: creating }}, in_sync: true }} }}
expect: {{ cloud: {{ aks: exists }}, in_sync: true }}
"
    ));
    assert_eq!(
        cloud(&told),
        [
            "0.704 accepts create until 600.704",
            "600.704 has done create"
        ]
    );
    let orphaned = &told.pictures[0].findings()[0];
    assert!(
        orphaned
            .evidence
            .starts_with("/things/aks is being created, and neither"),
        "{}",
        orphaned.evidence
    );
    let json: serde_json::Value = serde_json::from_str(&render::json(&told)).unwrap();
    let creating = |picture: usize| json["pictures"][picture]["creating"].clone();
    assert_eq!(creating(0), serde_json::json!(["/things/aks"]));
    assert_eq!(creating(2), serde_json::json!([]));
}

#[test]
fn the_table_of_a_wreck_says_what_is_under_way() {
    let told = report(&format!(
        "{HEAD}resources: {{ vnet: {{ create: 10s }}, ip: {{ type: random_thing, create: 10s, name: generated }} }}
steps:
  - {{ id: a, run: terraform apply -auto-approve, as: alice }}
  - {{ when: vnet creating, after: 1s, signal: {{ alice: SIGKILL }} }}
  - {{ run: terraform force-unlock -force <LOCK_ID>, as: alice }}
  - {{ id: b, run: terraform apply -auto-approve -target=random_thing.ip, as: alice }}
  - {{ when: ip creating, after: 1s, wreck: alice }}
"
    ));
    let text = render::text(&told, Layout::default());
    assert!(text.contains("  vnet       creating "), "{text}");
    assert!(
        text.contains("  ip         2 objects, 2 creating "),
        "{text}"
    );
}

#[test]
fn what_is_deleted_while_it_is_made_never_exists() {
    let told = met(&format!(
        "{HEAD}resources: {{ vnet: {{ create: 10s }} }}
steps:
  - {{ id: apply, run: terraform apply -auto-approve, as: alice }}
  - {{ when: vnet creating, after: 1s, cloud: {{ delete: [vnet] }} }}
expect: {{ cloud: {{}}, findings: {{ ghost_object: [vnet] }} }}
"
    ));
    assert_eq!(
        cloud(&told),
        ["0.704 accepts create until 10.704", "1.704 sees delete"]
    );
}

#[test]
fn the_hands_of_others_leave_an_object_as_far_as_it_is() {
    let told = met(&format!(
        "{HEAD}resources: {{ vnet: {{ create: 10s, attributes: {{ size: 1 }} }} }}
steps:
  - {{ id: apply, run: terraform apply -auto-approve, as: alice }}
  - {{ when: vnet creating, after: 1s, cloud: {{ change: {{ vnet: {{ size: 2 }} }} }} }}
  - {{ after: 1s, expect: {{ cloud: {{ vnet: creating }} }} }}
expect: {{ cloud: {{ vnet: exists }} }}
"
    ));
    let last = told.timeline.last();
    assert!(
        last.cloud
            .values()
            .all(|object| object.status == ObjectStatus::Exists)
    );
}
