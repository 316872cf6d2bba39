//! The same scenario and seed give the same timeline: again, on any number of threads, and
//! however the YAML's mappings are ordered.

use std::sync::Arc;

use leaselab::kernel::Seed;
use leaselab::kernel::SimTime;
use leaselab::scenario::{self, Scenario};
use leaselab::simulation::{Recording, Simulation, first_difference, simulate};
use leaselab::timeline::Timeline;
use rayon::ThreadPoolBuilder;
use rayon::prelude::*;
use serde_yaml::{Mapping, Value};

use super::chance::CHANCE;

fn document() -> Value {
    serde_yaml::from_str(CHANCE).unwrap()
}

fn parse(document: &Value) -> Arc<Scenario> {
    let yaml = serde_yaml::to_string(document).unwrap();
    let scenario = scenario::parse("chance.yaml", yaml.as_bytes());
    Arc::new(scenario.unwrap_or_else(|errors| {
        panic!("{}\n{yaml}", errors.render("chance.yaml", yaml.as_bytes()))
    }))
}

/// The document with the keys of every mapping turned round, but for those of `resources`: in
/// their order resources start.
fn turned(value: &Value, keeps_order: bool) -> Value {
    match value {
        Value::Mapping(entries) => {
            let entries = entries.iter().map(|(key, value)| {
                let is_ordered = key.as_str() == Some("resources");
                (key.clone(), turned(value, is_ordered))
            });
            let mut entries: Vec<(Value, Value)> = entries.collect();
            if !keeps_order {
                entries.reverse();
            }
            Value::Mapping(Mapping::from_iter(entries))
        }
        Value::Sequence(items) => {
            Value::Sequence(items.iter().map(|item| turned(item, false)).collect())
        }
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) | Value::Tagged(_) => {
            value.clone()
        }
    }
}

fn is_same(one: &Timeline, two: &Timeline) -> bool {
    let observations = |timeline: &Timeline| -> Vec<_> {
        let all = timeline.observations.iter();
        all.map(|seen| seen.observation.clone()).collect()
    };
    one.entries == two.entries && observations(one) == observations(two)
}

#[test]
fn the_first_difference_of_two_replications_is_named() {
    let scenario = parse(&document());
    let one = simulate(&scenario, Seed(1), Recording::On);
    assert_eq!(first_difference(&one, &one.clone()), None);
    let two = simulate(&scenario, Seed(2), Recording::On);
    let named = first_difference(&one, &two).unwrap();
    assert!(named.starts_with("fact "), "{named}");
    let mut shorter = one.clone();
    let all_but_one = one.entries.iter().take(one.entries.len() - 1);
    shorter.entries = all_but_one.cloned().collect();
    let named = first_difference(&one, &shorter).unwrap();
    assert_eq!(
        named,
        format!(
            "fact {}: only one replication has it",
            shorter.entries.len()
        )
    );
}

#[test]
fn the_same_seed_gives_the_same_timeline_again() {
    let scenario = parse(&document());
    for seed in 0..40 {
        let one = simulate(&scenario, Seed(seed), Recording::On);
        let two = simulate(&scenario, Seed(seed), Recording::On);
        assert!(is_same(&one, &two), "seed {seed}");
    }
}

#[test]
fn another_seed_gives_another_timeline() {
    let scenario = parse(&document());
    let one = simulate(&scenario, Seed(1), Recording::On);
    let two = simulate(&scenario, Seed(2), Recording::On);
    assert!(!is_same(&one, &two), "the scenario draws nothing");
}

#[test]
fn the_number_of_threads_changes_nothing() {
    let scenario = parse(&document());
    let on = |threads: usize| -> Vec<Timeline> {
        let pool = ThreadPoolBuilder::new().num_threads(threads).build();
        pool.unwrap().install(|| {
            let seeds = (0_u64..60).into_par_iter();
            seeds
                .map(|seed| simulate(&scenario, Seed(seed), Recording::On))
                .collect()
        })
    };
    let alone = on(1);
    for threads in [2, 7] {
        let together = on(threads);
        for (seed, (one, two)) in alone.iter().zip(&together).enumerate() {
            assert!(is_same(one, two), "seed {seed} on {threads} threads");
        }
    }
}

#[test]
fn the_order_of_keys_changes_nothing() {
    let document = document();
    let turned = turned(&document, false);
    let keys =
        |value: &Value| -> Vec<Value> { value.as_mapping().unwrap().keys().cloned().collect() };
    assert_ne!(keys(&document), keys(&turned), "nothing was turned");
    let (scenario, other) = (parse(&document), parse(&turned));
    for seed in 0..20 {
        let one = simulate(&scenario, Seed(seed), Recording::On);
        let two = simulate(&other, Seed(seed), Recording::On);
        assert!(is_same(&one, &two), "seed {seed}");
    }
}

#[test]
fn a_fork_goes_the_way_of_the_original() {
    let scenario = parse(&document());
    let whole = simulate(&scenario, Seed(5), Recording::On);
    for ms in [0, 1_500, 4_600, 9_000, 30_000] {
        let mut original = Simulation::new(&scenario, Seed(5), Recording::On);
        original.run_until(SimTime::from_ms(ms));
        let mut fork = original.clone();
        original.run_until(SimTime::MAX);
        fork.run_until(SimTime::MAX);
        assert!(is_same(&original.finish(), &whole), "stopped at {ms} ms");
        assert!(is_same(&fork.finish(), &whole), "forked at {ms} ms");
    }
}
