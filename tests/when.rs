//! The facts that a `when` names: each is met, at its time, whether or not facts are recorded.

use std::sync::Arc;

use leaselab::kernel::Seed;
use leaselab::scenario;
use leaselab::simulation::{Recording, simulate};
use leaselab::timeline::Timeline;

/// When the step that waits for the fact looks at the world.
fn looks(client: &str, steps: &str, fact: &str) -> Vec<String> {
    let yaml = format!(
        "leaselab: 1
title: a fact
client: {client}
before: {{ remote: {{ serial: 7, resources: [old, disk] }}, cloud: [] }}
resources:
  vnet: {{ create: 40s, on_stop: cancel }}
  disk: {{ attributes: {{ size: 1 }}, update: 3s }}
  old:  {{ delete: 2s }}
operators: {{ bob: {{}} }}
steps:
{steps}  - {{ when: {fact}, since: beginning, expect: {{}} }}
"
    );
    let scenario = scenario::parse("when.yaml", yaml.as_bytes());
    let scenario = Arc::new(scenario.unwrap_or_else(|errors| {
        panic!("{}\n{yaml}", errors.render("when.yaml", yaml.as_bytes()))
    }));
    let looks = |timeline: &Timeline| -> Vec<String> {
        let observed = timeline.observations.iter();
        let steps = observed.filter(|observed| observed.occasion.step().is_some());
        steps
            .map(|observed| observed.observation.time.to_string())
            .collect()
    };
    let recorded = looks(&simulate(&scenario, Seed(0), Recording::On));
    let silent = looks(&simulate(&scenario, Seed(0), Recording::Off));
    assert_eq!(recorded, silent, "{fact}");
    recorded
}

const APPLY: &str = "  - edit: alice
    resources:
      vnet: { create: 40s, on_stop: cancel }
      disk: { attributes: { size: 2 }, update: 3s }
  - { run: terraform apply -auto-approve, as: alice, id: apply }
";
const STOP: &str = "  - { when: vnet creating, after: 1s, ctrl_c: alice }\n";
const KILL: &str = "  - { when: vnet creating, signal: { alice: SIGKILL } }\n";
const BREAK: &str = "  - { when: vnet creating, blob: { break_lease: 9s } }\n";
const DELETE: &str = "  - { when: vnet creating, blob: delete }\n";
const ASK: &str = "  - { after: 0s, run: terraform apply -lock=false, as: bob }\n";
const CHANGE: &str = "  - when: vnet creating
    run: az storage blob lease change -c tfstate -b terraform.tfstate --lease-id <LOCK_ID> --proposed-lease-id 11111111-1111-1111-1111-111111111111
    as: bob
";

/// A client, steps after the apply, a fact, and when it is met.
const FACTS: [(&str, &str, &str, &str); 25] = [
    ("renewing", "", "vnet creating", "0.704"),
    ("renewing", "", "vnet accepted", "0.704"),
    ("renewing", "", "vnet created", "40.704"),
    ("renewing", "", "disk updating", "0.704"),
    ("renewing", "", "disk updated", "3.704"),
    ("renewing", "", "old deleting", "0.704"),
    ("renewing", "", "old deleted", "2.704"),
    ("terraform", STOP, "vnet withdrawn", "1.704"),
    ("terraform", STOP, "vnet failed", "1.704"),
    ("renewing", "", "alice sends put_state", "2.708"),
    ("renewing", "", "alice sends put_state 2", "3.708"),
    ("renewing", "", "apply ended", "40.728"),
    ("renewing", "", "alice ended", "40.728"),
    ("renewing", ASK, "bob prompted", "0.688"),
    ("renewing", "", "lock taken", "0.100"),
    ("renewing", "", "lock freed", "40.728"),
    ("renewing", "", "lease acquired", "0.090"),
    ("renewing", "", "lease renewed", "30.102"),
    ("renewing", "", "lease released", "40.726"),
    ("renewing", "", "lease available", "40.726"),
    ("renewing", KILL, "lease expired", "60.090"),
    ("renewing", BREAK, "lease breaking", "0.704"),
    ("renewing", BREAK, "lease broken", "9.704"),
    ("renewing", DELETE, "lease available", "0.704"),
    ("terraform", CHANGE, "lease changed", "0.786"),
];

#[test]
fn each_fact_that_a_step_can_wait_for_is_met_in_its_time() {
    let mut wrong = Vec::new();
    for (client, then, fact, time) in FACTS {
        let found = looks(client, &format!("{APPLY}{then}"), fact);
        if found != [time] {
            wrong.push(format!("{fact}: {found:?}, not {time}"));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}
