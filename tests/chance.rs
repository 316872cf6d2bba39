//! What is random: that it is drawn when it should be, and, seed by seed, what comes of it.

use std::collections::BTreeSet;
use std::fmt::Write as _;
use std::fs;
use std::path::Path;
use std::sync::Arc;

use leaselab::kernel::{Seed, SimTime};
use leaselab::scenario::{self, Scenario};
use leaselab::simulation::{Recording, simulate};
use leaselab::terraform::process::OperationOutcome;
use leaselab::timeline::{
    Entry, Fact, FaultNote, OperationFact, ProcessFact, RequestFact, Timeline,
};
use leaselab::{render, suite};
use rayon::prelude::*;
use sha2::{Digest as _, Sha256};

/// A story in which everything is drawn that can be drawn: latencies, the order of starts, what
/// strikes requests and operations, IDs and lineages, and all of it again after the rules are
/// replaced.
pub(crate) const CHANCE: &str = "
leaselab: 1
title: chance everywhere
client: { base: terraform, save: { interval: 5s } }
timing: { start: 90ms, plan: 500ms, latency: 1ms..50ms }
before: { blob: absent }
start_order: shuffled
operators: { bob: { wrapper: doubles_ctrl_c } }
resources:
  vnet:   { type: azurerm_virtual_network, create: 4s }
  subnet: { create: 3s, needs: [vnet], attributes: { size: 2, zone: a } }
  rules:  { create: 2s, needs: [vnet] }
  ip:     { create: 2s, name: generated }
  nic:    { create: 6s, needs: [subnet, ip], on_stop: taint }
  disk:   { create: 7s, accepts: at_end, provision: 2s }
steps:
  - faults:
      - { request: any, chance: 1/9, lose: answer }
      - { request: put_state, of: alice, nth: 1..2, answer: 503 ServerBusy }
      - { operation: create, resource: ip, chance: 1/2, fail: after_with_id }
  - { after: 1s, run: terraform apply -auto-approve, as: alice, id: first }
  - { after: 3s, run: terraform apply -auto-approve -lock-timeout=30s, as: bob, id: second }
  - { after: 4s, cut: alice <-> blob, for: 2s }
  - { after: 1s, ctrl_c: alice }
  - { after: 6s, ctrl_c: bob }
  - { note: both ended }
  - { run: terraform plan, as: bob, id: third }
  - faults:
      - { request: any, chance: 1/4, delay: { answer: 3s } }
      - { operation: create, chance: 1/3, fail: before }
  - { run: terraform apply -auto-approve -lock=false, as: carol, id: fourth }
  - { expect: {} }
";

fn read(yaml: &str) -> Arc<Scenario> {
    let scenario = scenario::parse("chance.yaml", yaml.as_bytes());
    Arc::new(scenario.unwrap_or_else(|errors| {
        panic!("{}\n{yaml}", errors.render("chance.yaml", yaml.as_bytes()))
    }))
}

/// The timelines of a scenario under each of the first seeds.
fn replays(yaml: &str, seeds: u64) -> Vec<Timeline> {
    let scenario = read(yaml);
    let seeds = (0..seeds).into_par_iter();
    seeds
        .map(|seed| simulate(&scenario, Seed(seed), Recording::On))
        .collect()
}

/// The resources of the operations that began at or after an instant, in their order.
fn begun(timeline: &Timeline, from: SimTime) -> Vec<&str> {
    let entries = timeline.entries.iter();
    let begun = entries.filter_map(|entry| {
        let Fact::Operation(OperationFact::Began { resource, .. }) = &entry.fact else {
            return None;
        };
        (entry.time >= from).then(|| timeline.names.resource(*resource))
    });
    begun.collect()
}

/// The numbers, counted from `first`, of the requests that a fault struck in this way.
fn struck(entries: &[Entry], first: u64, is_meant: fn(&FaultNote) -> bool) -> Vec<u64> {
    let numbers = entries.iter().filter_map(|entry| {
        let Fact::Request(RequestFact::Struck { number, note, .. }) = &entry.fact else {
            return None;
        };
        number.checked_sub(first).filter(|_| is_meant(note))
    });
    numbers.collect()
}

fn facts(timeline: &Timeline) -> Vec<Entry> {
    timeline.entries.iter().cloned().collect()
}

#[test]
fn resources_that_become_ready_later_start_in_a_drawn_order_too() {
    let timelines = replays(
        "
leaselab: 1
title: one, then four
start_order: shuffled
resources:
  a: { create: 1s }
  b: { create: 1s, needs: [a] }
  c: { create: 1s, needs: [a] }
  d: { create: 1s, needs: [a] }
  e: { create: 1s, needs: [a] }
steps: [{ id: apply, run: terraform apply -auto-approve, as: alice }]
",
        200,
    );
    let later = SimTime::from_ms(1_704);
    let mut orders = BTreeSet::new();
    for timeline in &timelines {
        let order = begun(timeline, later);
        let members: BTreeSet<&str> = order.iter().copied().collect();
        assert_eq!(members, BTreeSet::from(["b", "c", "d", "e"]));
        assert_eq!(order.len(), 4, "each starts once");
        orders.insert(order.concat());
    }
    assert_eq!(
        orders.len(),
        24,
        "every order of four comes up in 200 seeds"
    );
}

#[test]
fn a_rule_that_replaces_its_like_draws_numbers_of_its_own() {
    let faults = "{ faults: [{ request: any, chance: 1/2, delay: { answer: 1s } }] }";
    let yaml = format!(
        "
leaselab: 1
title: the same rule twice
resources: {{}}
steps:
  - {faults}
  - {{ id: one, run: terraform plan, as: alice }}
  - {faults}
  - {{ id: two, run: terraform plan, as: alice }}
"
    );
    let mut same = 0;
    for timeline in replays(&yaml, 64) {
        let starts = timeline.entries.iter().enumerate();
        let starts = starts
            .filter(|(_, entry)| matches!(&entry.fact, Fact::Process(ProcessFact::Started { .. })));
        let starts: Vec<usize> = starts.map(|(at, _)| at).collect();
        let entries = facts(&timeline);
        let (one, two) = entries.split_at(starts[1]);
        let sent = |entries: &[Entry]| {
            let sent = entries
                .iter()
                .filter(|entry| matches!(entry.fact, Fact::Request(RequestFact::Sent { .. })));
            u64::try_from(sent.count()).unwrap()
        };
        assert_eq!((sent(one), sent(two)), (10, 10), "both plans ask the same");
        same += u32::from(struck(one, 0, |_| true) == struck(two, sent(one), |_| true));
    }
    // Ten draws each: they agree by chance once in 1,024 seeds.
    assert_eq!(same, 0);
}

/// Each kind of draw, as it shows in the timelines of [`CHANCE`]: so many of 50 differ.
#[test]
fn the_story_draws_everything_that_can_be_drawn() {
    let timelines = replays(CHANCE, 50);
    let differ = |what: &str, at_least: usize, of: &dyn Fn(&Timeline) -> String| {
        let values: BTreeSet<String> = timelines.iter().map(of).collect();
        assert!(values.len() >= at_least, "{what}: {} of 50", values.len());
    };
    differ("start orders", 10, &|timeline| {
        begun(timeline, SimTime::ZERO).join(" ")
    });
    differ("lost answers", 40, &|timeline| {
        let is_lost = |note: &FaultNote| *note == FaultNote::AnswerLost;
        format!("{:?}", struck(&facts(timeline), 0, is_lost))
    });
    differ(
        "late answers, after the rules are replaced",
        25,
        &|timeline| {
            let is_late = |note: &FaultNote| matches!(note, FaultNote::AnswerDelayed(_));
            format!("{:?}", struck(&facts(timeline), 0, is_late))
        },
    );
    differ("lease IDs", 40, &|timeline| {
        let ids = timeline.entries.iter().find_map(|entry| {
            let Fact::Request(RequestFact::Sent { lock_id, .. }) = entry.fact else {
                return None;
            };
            lock_id
        });
        format!("{ids:?}")
    });
    differ("latencies", 25, &|timeline| {
        let arrived = timeline
            .entries
            .iter()
            .find(|entry| matches!(entry.fact, Fact::Request(RequestFact::Handled { .. })));
        format!("{:?}", arrived.map(|entry| entry.time))
    });
    for outcome in [
        OperationOutcome::FailedWithId,
        OperationOutcome::FailedBefore,
    ] {
        let seen = timelines.iter().filter(|timeline| {
            timeline.entries.iter().any(|entry| {
                matches!(entry.fact, Fact::Operation(OperationFact::Ended { outcome: found, .. })
                    if found == outcome)
            })
        });
        let seen = seen.count();
        assert!(0 < seen && seen < 50, "{outcome:?}: {seen} of 50");
    }
}

/// One digest over the timelines of all these seeds holds every draw on every platform.
#[test]
fn the_digest_of_all_draws_is_the_committed_one() {
    let scenario = read(CHANCE);
    let layout = render::Layout {
        detail: render::Detail::Requests,
        ..render::Layout::default()
    };
    let texts: Vec<String> = (0..50_u64)
        .into_par_iter()
        .map(|seed| {
            let report = suite::replay(&scenario, Seed(seed), Recording::On);
            render::text(&report, layout)
        })
        .collect();
    let mut digest = Sha256::new();
    for text in texts {
        digest.update(text);
    }
    let mut hex = String::new();
    for byte in digest.finalize() {
        write!(hex, "{byte:02x}").unwrap();
    }
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("snapshots/chance.sha256");
    if std::env::var_os("INSTA_UPDATE").is_some_and(|update| update == "always") {
        fs::write(&path, format!("{hex}\n")).unwrap();
    }
    let committed = fs::read_to_string(&path).unwrap_or_default();
    assert_eq!(
        hex,
        committed.trim(),
        "the draws have changed; run `INSTA_UPDATE=always cargo test chance`"
    );
}
