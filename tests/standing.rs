//! The standing and the properties, kept up to date from change to change, against the judge that
//! looks at whole observations: the same at every instant of random stories.

use std::cell::RefCell;
use std::collections::BTreeSet;
use std::sync::Arc;

use leaselab::kernel::Seed;
use leaselab::scenario::{FindingName, Scenario};
use leaselab::simulation::{Recording, simulate, simulate_watched};
use leaselab::timeline::Observation;
use leaselab::verdict::property::judge_instants;
use leaselab::verdict::{Finding, FindingKey, PropertyOutcome, PropertyWatch, Standing};
use leaselab::verdict::{findings, is_in_sync, keys};
use proptest::prelude::*;
use proptest::sample::select;
use serde_json::{Map, Value, json};

use crate::properties::{Story, check, lonely_story, story};

/// Hands on everything that findings are about.
fn mischief() -> impl Strategy<Value = Value> {
    let serial = select(vec![0, 1, 2, 3, 9]);
    let lineage = select(vec![
        "remote",
        "remote",
        "00000000-0000-0000-0000-000000000007",
    ]);
    let resources = select(vec![
        json!([]),
        json!(["r0"]),
        json!(["r1"]),
        json!(["r0", "r1"]),
    ]);
    let who = select(vec!["alice", "bob"]);
    let file = (who, serial, lineage, resources).prop_map(|(who, serial, lineage, resources)| {
        json!({ "file": {
            "in": who, "name": "errored.tfstate",
            "serial": serial, "lineage": lineage, "resources": resources,
        } })
    });
    let run = select(vec![
        "terraform import lab_thing.r1 /things/r0",
        "terraform import lab_thing.r0 /things/r0",
        "terraform state rm lab_thing.r0",
        "terraform state mv lab_thing.r0 lab_thing.r1",
        "terraform state push -force errored.tfstate",
        "terraform apply -auto-approve",
        "terraform taint lab_thing.r1",
    ]);
    let blob = select(vec![
        json!("delete"),
        json!("truncate"),
        json!({ "content": "garbage" }),
        json!({ "restore": 1 }),
        json!({ "restore": 2 }),
        json!({ "break_lease": "0s" }),
    ]);
    let cloud = select(vec![
        json!({ "delete": ["r1"] }),
        json!({ "create": ["r0"] }),
        json!({ "create": ["r1"] }),
        json!({ "change": { "r0": { "size": 9 } } }),
    ]);
    prop_oneof![
        3 => file,
        2 => run.prop_map(|run| json!({ "run": run, "as": "alice" })),
        1 => blob.prop_map(|blob| json!({ "blob": blob })),
        2 => cloud.prop_map(|cloud| json!({ "cloud": cloud })),
    ]
}

/// A story of two resources at least, with mischief in between.
fn wild_story() -> impl Strategy<Value = Story> {
    let any_story = prop_oneof![story(), lonely_story()];
    let pause = select(vec!["0s", "200ms", "2s", "9s"]);
    let more = prop::collection::vec((any::<usize>(), pause, mischief()), 0..9);
    (any_story, more).prop_map(|(mut story, more)| {
        let resources = story.resources.as_object_mut().unwrap();
        resources
            .entry("r1")
            .or_insert_with(|| json!({ "create": "2s", "needs": ["r0"] }));
        resources["r0"]["inputs"] = json!({ "secret": "x" });
        // Both are known in every story.
        for who in ["alice", "bob"] {
            let look = json!({ "run": "terraform state list", "as": who, "id": who.repeat(2) });
            story.steps.insert(0, look);
        }
        for (number, (place, pause, mut step)) in more.into_iter().enumerate() {
            step["after"] = json!(pause);
            if step.get("run").is_some() {
                step["id"] = json!(format!("mischief_{number}"));
            }
            // A file records what exists or did: an apply comes before it.
            let is_apply = |step: &Value| {
                let run = step.get("run").and_then(Value::as_str);
                run.is_some_and(|run| run.starts_with("terraform apply"))
            };
            let first = story.steps.iter().position(is_apply);
            let from = match (step.get("file").is_some(), first) {
                (true, None) => continue,
                (true, Some(apply)) => apply,
                (false, _) => 0,
            };
            let place = from + 1 + place % (story.steps.len() - from);
            story.steps.insert(place, step);
        }
        story
    })
}

/// An expectation of one to three parts.
fn expectation() -> impl Strategy<Value = Value> {
    let list = || {
        select(vec![
            json!([]),
            json!(["r0"]),
            json!(["r0", "r1"]),
            json!(["r1", "r1"]),
        ])
    };
    let state = (
        select(vec![None, Some(1), Some(2)]),
        proptest::option::of(list()),
    );
    let state = || {
        state.clone().prop_map(|(serial, resources)| {
            let mut state = Map::new();
            state.extend(serial.map(|serial| ("serial".to_owned(), json!(serial))));
            state.extend(resources.map(|list| ("resources".to_owned(), list)));
            Value::Object(state)
        })
    };
    let words = select(vec!["absent", "empty", "unreadable"]);
    let statuses = select(vec![
        json!({ "r0": "exists" }),
        json!({ "r0": "creating" }),
        json!({ "r0": "exists", "r1": "creating" }),
    ]);
    let findings = select(vec![
        json!({}),
        json!({ "orphaned_object": ["r0"] }),
        json!({ "orphaned_object": ["r0"], "orphaned_lock": ["lock"] }),
        json!({ "orphaned_lock": ["lock"] }),
        json!({ "orphaned_lock": ["state"] }),
        json!({ "ghost_object": ["r0", "r1"] }),
        json!({ "duplicate_object": ["alice"] }),
        json!({ "remote_behind_errored": ["alice"] }),
        json!({ "corrupt_state": ["state"] }),
    ]);
    let locks = select(vec![
        json!("free"),
        json!("held"),
        json!({ "held_by": "alice" }),
    ]);
    let errored = prop_oneof![select(vec![json!("none"), json!("empty")]), state(),];
    let part = prop_oneof![
        3 => list().prop_map(|list| ("cloud", list)),
        2 => statuses.prop_map(|statuses| ("cloud", statuses)),
        3 => findings.prop_map(|findings| ("findings", findings)),
        2 => any::<bool>().prop_map(|in_sync| ("in_sync", json!(in_sync))),
        2 => state().prop_map(|state| ("remote", state)),
        1 => words.prop_map(|word| ("remote", json!(word))),
        1 => locks.prop_map(|lock| ("lock", lock)),
        1 => errored.prop_map(|errored| ("errored", json!({ "alice": errored }))),
    ];
    prop::collection::vec(part, 1..4).prop_map(|parts| {
        let parts = parts
            .into_iter()
            .map(|(key, value)| (key.to_owned(), value));
        Value::Object(parts.collect())
    })
}

/// Properties of all modes.
fn properties() -> impl Strategy<Value = Value> {
    let mode = select(vec!["always", "never", "eventually", "sometimes"]);
    prop::collection::vec((mode, expectation()), 1..8).prop_map(|list| {
        let mut properties = Map::new();
        for (number, (mode, expectation)) in list.into_iter().enumerate() {
            properties.insert(format!("property {number}"), json!({ mode: expectation }));
        }
        Value::Object(properties)
    })
}

fn instants(scenario: &Arc<Scenario>, seed: u64) -> Vec<Observation> {
    let mut instants = Vec::new();
    simulate_watched(scenario, Seed(seed), Recording::Off, &mut instants);
    instants
}

#[test]
fn the_standing_is_what_the_whole_observation_says_at_every_instant() {
    let seen: RefCell<BTreeSet<FindingName>> = RefCell::default();
    check(700, &wild_story(), |story| {
        let scenario = story.parse("terraform");
        let names = &scenario.names;
        let mut standing = Standing::new();
        let mut violations = Vec::new();
        for observation in instants(&scenario, story.seed) {
            standing.look(&observation);
            let told: BTreeSet<FindingKey> = standing.keys().collect();
            let whole = keys(names, &observation);
            let expected: BTreeSet<FindingKey> = whole.iter().copied().collect();
            let is_alike = told == expected
                && expected.len() == whole.len()
                && standing.is_in_sync() == is_in_sync(&observation, &whole);
            if !is_alike {
                violations.push(format!(
                    "at {}: {told:?}, and by the whole {whole:?}",
                    observation.time
                ));
            }
            let words = findings(names, &observation, None);
            if !words.iter().map(Finding::key).eq(whole) {
                violations.push(format!("at {}: other words than keys", observation.time));
            }
            seen.borrow_mut().extend(told.iter().map(|key| key.name));
        }
        violations
    });
    // No story reaches the bound, and none has a table.
    let limit = BTreeSet::from([FindingName::LimitReached, FindingName::DigestMismatch]);
    let unseen: BTreeSet<FindingName> = FindingName::ALL.into_iter().collect();
    let unseen: BTreeSet<FindingName> = &unseen - &seen.into_inner();
    assert_eq!(unseen, limit, "findings that no story has shown");
}

#[test]
fn properties_are_judged_from_changes_as_from_whole_observations() {
    let counts = RefCell::new([0; 3]);
    check(400, &(wild_story(), properties()), |(story, properties)| {
        let scenario = story.parse_with("renewing", &properties);
        let mut watch = PropertyWatch::new(&scenario);
        let watched = simulate_watched(&scenario, Seed(story.seed), Recording::On, &mut watch);
        let unwatched = simulate(&scenario, Seed(story.seed), Recording::On);
        let told = watch.finish();
        let expected = judge_instants(&scenario, &instants(&scenario, story.seed));
        for property in &expected {
            counts.borrow_mut()[match property.outcome {
                PropertyOutcome::Held => 0,
                PropertyOutcome::Broken { .. } => 1,
                PropertyOutcome::NotSeen => 2,
            }] += 1;
        }
        let mut violations = Vec::new();
        if told != expected {
            violations.push(format!("{told:?}, and by the whole {expected:?}"));
        }
        if watched.entries != unwatched.entries {
            violations.push("who is looked at does something else".to_owned());
        }
        violations
    });
    let counts = counts.into_inner();
    assert!(counts.iter().all(|count| *count > 50), "{counts:?}");
}
