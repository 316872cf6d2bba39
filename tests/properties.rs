//! Properties that hold in every scenario: random scenarios, written as YAML, replayed through
//! the public API.
//!
//! Each property is a function that lists the violations it finds; a test shows for each that it
//! can find one. Seeds are fixed, so that a failure comes again.

use std::collections::BTreeMap;
use std::sync::Arc;

use leaselab::kernel::Seed;
use leaselab::scenario::{self, Scenario};
use leaselab::simulation::{Recording, simulate};
use leaselab::terraform::{RunId, Serial};
use leaselab::timeline::{
    CloudObjects, Entry, Fact, LocalFile, Observation, ProcessFact, RemoteState, RequestFact,
    RunObservation, Timeline,
};
use leaselab::verdict::judge;
use proptest::prelude::*;
use proptest::sample::select;
use proptest::strategy::ValueTree;
use proptest::test_runner::{Config, RngAlgorithm, TestRng, TestRunner};
use rayon::prelude::*;
use serde_json::{Map, Value, json};

/// Several operators on one state, with everything that a scenario can do to them.
#[derive(Debug, Clone)]
pub(crate) struct Story {
    pub(crate) resources: Value,
    pub(crate) steps: Vec<Value>,
    pub(crate) seed: u64,
}

impl Story {
    pub(crate) fn parse(&self, client: &str) -> Arc<Scenario> {
        self.parse_with(client, &json!({}))
    }

    pub(crate) fn parse_with(&self, client: &str, properties: &Value) -> Arc<Scenario> {
        let document = json!({
            "leaselab": 1,
            "title": "a random story",
            "client": client,
            "timing": { "latency": "1ms..40ms" },
            "limits": { "time": "4h", "events": 200_000 },
            "resources": self.resources,
            "steps": self.steps,
            "properties": properties,
        });
        let yaml = serde_yaml::to_string(&document).unwrap();
        let scenario = scenario::parse("random.yaml", yaml.as_bytes());
        Arc::new(scenario.unwrap_or_else(|errors| {
            panic!("{}\n{yaml}", errors.render("random.yaml", yaml.as_bytes()))
        }))
    }

    fn tell(&self, client: &str) -> (Arc<Scenario>, Timeline) {
        let scenario = self.parse(client);
        let timeline = simulate(&scenario, Seed(self.seed), Recording::On);
        (scenario, timeline)
    }
}

/// Resources `r0`, `r1`, …, each of which may need the ones before it.
fn resources() -> impl Strategy<Value = Value> {
    let resource = (
        select(vec!["600ms", "2s", "7s", "25s"]),
        any::<u8>(),
        select(vec!["finish", "cancel", "taint", "orphan"]),
        select(vec!["at_start", "at_end", "create_at_start"]),
        select(vec![None, None, None, Some("3s")]),
        select(vec![None, None, Some("generated")]),
    );
    prop::collection::vec(resource, 1..5).prop_map(|list| {
        let mut entries = Map::new();
        for (index, (time, needs, on_stop, accepts, provision, name)) in
            list.into_iter().enumerate()
        {
            let needs: Vec<String> = (0..index)
                .filter(|below| needs >> below & 1 == 1)
                .map(|below| format!("r{below}"))
                .collect();
            let mut entry = json!({
                "create": time, "needs": needs, "on_stop": on_stop, "accepts": accepts,
            });
            if let Some(provision) = provision {
                entry["provision"] = json!(provision);
            }
            if let Some(name) = name {
                entry["name"] = json!(name);
            }
            entries.insert(format!("r{index}"), entry);
        }
        Value::Object(entries)
    })
}

const COMMANDS: [&str; 18] = [
    "terraform apply -auto-approve",
    "terraform apply -auto-approve",
    "terraform apply -auto-approve -parallelism=1",
    "terraform apply -auto-approve -lock-timeout=40s",
    "terraform apply -auto-approve -lock=false",
    "terraform apply -auto-approve -replace=lab_thing.r0",
    "terraform apply -auto-approve -refresh-only",
    "terraform destroy -auto-approve",
    "terraform destroy -auto-approve -target=lab_thing.r0",
    "terraform plan",
    "terraform refresh",
    "terraform import lab_thing.r0 /things/r0",
    "terraform state rm lab_thing.r0",
    "terraform taint lab_thing.r0",
    "terraform state push errored.tfstate",
    "terraform force-unlock -force <LOCK_ID>",
    "az storage blob lease break --blob-name terraform.tfstate --container-name tfstate --account-name ACCOUNT",
    "rm -f errored.tfstate",
];

const REQUESTS: [&str; 9] = [
    "any",
    "get",
    "head",
    "put_state",
    "put_empty",
    "set_metadata",
    "lease_acquire",
    "lease_release",
    "lease_renew",
];

/// A request rule. None answers 404: that a state which exists is not there makes Terraform
/// begin a new one, which is no property's fault.
fn rule() -> impl Strategy<Value = Value> {
    let effect = select(vec![
        json!({ "lose": "request" }),
        json!({ "lose": "answer" }),
        json!({ "hang": true }),
        json!({ "delay": { "answer": "6s" } }),
        json!({ "delay": { "request": "3s" } }),
        json!({ "answer": "503 ServerBusy" }),
        json!({ "answer": "403 AuthenticationFailed" }),
        json!({ "answer": "412 ConditionNotMet" }),
        json!({ "lose": "answer", "chance": "1/3" }),
    ]);
    (
        select(REQUESTS.to_vec()),
        select(vec!["1", "2", "1..2", "3..", "4"]),
        effect,
    )
        .prop_map(|(request, nth, effect)| {
            let mut rule = json!({ "request": request, "nth": nth });
            let effect = effect.as_object().unwrap().clone();
            rule.as_object_mut().unwrap().extend(effect);
            rule
        })
}

fn operator() -> impl Strategy<Value = &'static str> {
    select(vec!["alice", "bob"])
}

fn run() -> impl Strategy<Value = Value> {
    (operator(), select(COMMANDS.to_vec()))
        .prop_map(|(who, command)| json!({ "run": command, "as": who }))
}

/// What somebody or something does to a command that runs.
fn blow() -> impl Strategy<Value = Value> {
    let signal = select(vec!["SIGINT", "SIGTERM", "SIGKILL", "SIGHUP", "SIGPIPE"]);
    let mode = select(vec![
        "before",
        "after_with_id",
        "after_without_id",
        "crash",
        "throttled",
    ]);
    let link = (
        select(vec!["cut", "blackhole"]),
        operator(),
        select(vec!["<->", "->", "<-"]),
        select(vec!["blob", "cloud"]),
    );
    let disk = select(vec!["full", "read_only", "occupied", "ok"]);
    prop_oneof![
        operator().prop_map(|who| json!({ "ctrl_c": who })),
        operator().prop_map(|who| json!({ "ctrl_c": who })),
        (operator(), signal).prop_map(|(who, signal)| json!({ "signal": { who: signal } })),
        operator().prop_map(|who| json!({ "cancel": { who: "github_actions" } })),
        prop::collection::vec(rule(), 1..3).prop_map(|rules| json!({ "faults": rules })),
        mode.prop_map(|mode| json!({ "fail_next": { "resource": "r0", "fail": mode } })),
        link.prop_map(|(verb, who, arrow, peer)| {
            json!({ verb: format!("{who} {arrow} {peer}"), "for": "9s" })
        }),
        (operator(), disk).prop_map(|(who, disk)| json!({ "disk": { who: disk } })),
        operator().prop_map(|who| json!({ "suspend": who })),
        operator().prop_map(|who| json!({ "resume": who })),
        operator().prop_map(|who| json!({ "credentials": { who: { "blob": "expired" } } })),
        operator().prop_map(|who| json!({ "credentials": { who: { "cloud": "expired" } } })),
        Just(json!({ "cloud": { "delete": ["r0"] } })),
        Just(json!({ "blob": { "break_lease": "5s" } })),
    ]
}

/// Two operators who run, and are struck, at any time; at the end everything works again.
pub(crate) fn story() -> impl Strategy<Value = Story> {
    let step = prop_oneof![2 => run(), 3 => blow()];
    let pause = select(vec!["0s", "130ms", "400ms", "900ms", "3s", "11s", "40s"]);
    let steps = prop::collection::vec((pause, step), 2..12);
    (resources(), steps, any::<u64>()).prop_map(|(resources, timed, seed)| {
        let mut steps = vec![
            json!({ "run": "terraform state list", "as": "bob", "id": "first" }),
            json!({ "run": "terraform apply -auto-approve", "as": "alice", "id": "second" }),
        ];
        for (number, (pause, mut step)) in timed.into_iter().enumerate() {
            step["after"] = json!(pause);
            if step.get("run").is_some() {
                step["id"] = json!(format!("run_{number}"));
            }
            steps.push(step);
            steps.push(json!({ "after": "0s", "expect": {} }));
            steps.push(json!({ "after": "350ms", "expect": {} }));
        }
        steps.push(json!({ "after": "10m", "note": "everything works again" }));
        for who in ["alice", "bob"] {
            steps.push(json!({ "after": "0s", "resume": who }));
            let valid = json!({ "blob": "valid", "cloud": "valid" });
            steps.push(json!({ "after": "0s", "credentials": { who: valid } }));
        }
        steps.push(json!({ "after": "0s", "faults": [] }));
        steps.push(json!({ "after": "10m", "expect": {} }));
        Story {
            resources,
            steps,
            seed,
        }
    })
}

/// One operator, one command at a time, and requests that go astray.
pub(crate) fn lonely_story() -> impl Strategy<Value = Story> {
    let calm = prop_oneof![
        Just(None),
        Just(Some(json!({ "ctrl_c": "alice" }))),
        Just(Some(json!({ "signal": { "alice": "SIGKILL" } }))),
    ];
    let pause = select(vec!["200ms", "1s", "4s", "12s"]);
    let rules = prop::collection::vec(rule(), 0..3);
    let commands = select(vec![
        "terraform apply -auto-approve",
        "terraform apply -auto-approve",
        "terraform destroy -auto-approve",
        "terraform taint lab_thing.r0",
    ]);
    let chapter = (rules, commands, pause, calm, any::<bool>());
    let chapters = prop::collection::vec(chapter, 1..5);
    (resources(), chapters, any::<u64>()).prop_map(|(resources, chapters, seed)| {
        let mut steps = Vec::new();
        for (number, (rules, command, pause, blow, is_deleted)) in chapters.into_iter().enumerate()
        {
            if is_deleted {
                steps.push(json!({ "cloud": { "delete": ["r0"] } }));
            }
            steps.push(json!({ "after": "0s", "faults": rules }));
            let id = format!("run_{number}");
            steps.push(json!({ "after": "0s", "run": command, "as": "alice", "id": id }));
            if let Some(mut blow) = blow {
                blow["after"] = json!(pause);
                steps.push(blow);
            }
            // What still waits is killed, and what the cloud still does comes to its end.
            steps.push(json!({ "after": "10m", "signal": { id.as_str(): "SIGKILL" } }));
            steps.push(json!({ "after": "2m", "expect": {} }));
            steps.push(json!({ "after": "0s", "faults": [] }));
            let unlock = "terraform force-unlock -force <LOCK_ID>";
            let id = format!("unlock_{number}");
            steps.push(json!({ "after": "0s", "run": unlock, "as": "alice", "id": id }));
            steps.push(json!({ "after": "1m", "blob": { "break_lease": "0s" } }));
        }
        Story {
            resources,
            steps,
            seed,
        }
    })
}

pub(crate) fn check<S: Strategy>(cases: u32, strategy: &S, test: impl Fn(S::Value) -> Vec<String>)
where
    S::Value: Clone,
{
    let config = Config {
        cases,
        failure_persistence: None,
        ..Config::default()
    };
    let rng = TestRng::deterministic_rng(RngAlgorithm::ChaCha);
    let mut runner = TestRunner::new_with_rng(config, rng);
    let result = runner.run(strategy, |value| {
        let violations = test(value);
        prop_assert!(violations.is_empty(), "{}", violations.join("\n"));
        Ok(())
    });
    if let Err(error) = result {
        panic!("{error}");
    }
}

/// Commands that take a lock away know its ID without holding it.
fn takes_away(timeline: &Timeline, run: RunId) -> bool {
    lines(timeline)[&run].contains("force-unlock")
}

/// What was typed, by run.
fn lines(timeline: &Timeline) -> BTreeMap<RunId, Arc<str>> {
    let lines = timeline.entries.iter().filter_map(|entry| {
        let Fact::Process(ProcessFact::Started { run, line, .. }) = &entry.fact else {
            return None;
        };
        Some((*run, Arc::clone(line)))
    });
    lines.collect()
}

/// Never do two processes hold the lease that the blob has.
fn two_holders(timeline: &Timeline) -> Vec<String> {
    let holders = |observation: &Observation| -> Vec<RunId> {
        let id = observation.lock.id();
        let holds = |run: &&RunObservation| id.is_some() && run.lock_id == id;
        let runs = observation.runs.iter().filter(holds).map(|run| run.run);
        runs.filter(|run| !takes_away(timeline, *run)).collect()
    };
    let observations = timeline.observations.iter().map(|seen| &seen.observation);
    observations
        .filter(|observation| holders(observation).len() > 1)
        .map(|observation| {
            let all = holders(observation);
            format!("at {} these hold the lease: {all:?}", observation.time)
        })
        .collect()
}

/// A put that carried a lease ID and was stored never lowers the serial; only `state push` may.
fn lowered_serials(timeline: &Timeline) -> Vec<String> {
    let lines = lines(timeline);
    let mut sent: BTreeMap<u64, (RunId, bool, Serial)> = BTreeMap::new();
    let mut remote: Option<Serial> = None;
    let mut violations = Vec::new();
    for entry in &timeline.entries {
        if let Fact::Request(RequestFact::Sent {
            number,
            run,
            lock_id,
            serial: Some(serial),
            ..
        }) = &entry.fact
        {
            sent.insert(*number, (*run, lock_id.is_some(), *serial));
        }
        let Fact::Request(RequestFact::Handled {
            number,
            refusal: None,
            ..
        }) = &entry.fact
        else {
            continue;
        };
        let Some((run, has_id, serial)) = sent.get(number) else {
            continue;
        };
        let is_push = lines[run].contains("state push");
        if *has_id && !is_push && remote.is_some_and(|remote| *serial < remote) {
            violations.push(format!(
                "at {} `{}` stored serial {serial} over {remote:?}",
                entry.time, lines[run]
            ));
        }
        remote = Some(*serial);
    }
    violations
}

/// The last command that ended before an observation, if it is an apply with exit 0: then the
/// remote state says what the cloud has, and the lock is free.
fn hollow_successes(scenario: &Scenario, timeline: &Timeline) -> Vec<String> {
    let lines = lines(timeline);
    let observations = timeline.observations.iter().map(|seen| &seen.observation);
    observations
        .filter_map(|observation| {
            let last = observation.runs.last()?;
            let is_success = last.end.is_some_and(|end| end.exit == 0);
            (is_success && lines[&last.run].starts_with("terraform apply"))
                .then(|| hollowness(scenario, observation))?
        })
        .collect()
}

fn hollowness(scenario: &Scenario, observation: &Observation) -> Option<String> {
    let time = observation.time;
    if observation.lock.is_locked() || observation.lock_info.is_some() {
        return Some(format!("at {time} an apply succeeded and left its lock"));
    }
    let RemoteState::State(remote) = &observation.remote else {
        return Some(format!("at {time} an apply succeeded without a state"));
    };
    for (resource, _) in scenario.configuration.iter() {
        if remote.snapshot.object(resource).is_none() {
            return Some(format!("at {time} {resource:?} is in no state"));
        }
    }
    for (resource, object) in remote.snapshot.objects() {
        let found = observation.cloud.get(object.id);
        let is_there = found.is_some_and(|found| found.attributes == object.attributes);
        if !is_there || object.is_tainted {
            return Some(format!("at {time} {resource:?} is not what the state says"));
        }
    }
    None
}

#[test]
fn two_processes_never_hold_the_lease() {
    check(500, &story(), |story| {
        two_holders(&story.tell("terraform").1)
    });
    check(150, &story(), |story| {
        two_holders(&story.tell("renewing").1)
    });
}

#[test]
fn a_holder_of_the_lease_never_lowers_the_serial() {
    check(500, &story(), |story| {
        lowered_serials(&story.tell("terraform").1)
    });
    check(500, &lonely_story(), |story| {
        lowered_serials(&story.tell("terraform").1)
    });
}

#[test]
fn an_apply_that_succeeds_leaves_state_and_cloud_alike_and_the_lock_free() {
    check(800, &lonely_story(), |story| {
        let (scenario, timeline) = story.tell("terraform");
        hollow_successes(&scenario, &timeline)
    });
}

/// What an observation that is said to be in sync has apart, looked at without the verdict's code.
fn apart(observation: &Observation) -> Vec<String> {
    let mut apart = Vec::new();
    let mut recorded = BTreeMap::new();
    if let RemoteState::State(file) = &observation.remote {
        for (resource, object) in file.snapshot.objects() {
            if object.is_tainted {
                apart.push(format!("{resource:?} is tainted"));
            }
            recorded.insert(object.id, (resource, Arc::clone(&object.attributes)));
        }
    }
    let exist: BTreeMap<_, _> = observation
        .cloud
        .iter()
        .map(|(id, object)| (id, (object.resource, Arc::clone(&object.attributes))))
        .collect();
    if recorded != exist {
        apart.push(format!("{recorded:?} is recorded, {exist:?} exists"));
    }
    if observation.lock.is_locked() || observation.remote == RemoteState::Unreadable {
        apart.push("locked, or unreadable".to_owned());
    }
    for file in observation.errored.values() {
        let LocalFile::State(file) = file else {
            continue;
        };
        for (_, object) in file.snapshot.objects() {
            if exist.contains_key(&object.id) && !recorded.contains_key(&object.id) {
                apart.push(format!("only errored.tfstate has {:?}", object.id));
            }
        }
    }
    apart
}

#[test]
fn what_is_said_to_be_in_sync_is_in_sync() {
    check(200, &(story(), lonely_story()), |(story, lonely)| {
        let told = [
            story.tell("terraform"),
            lonely.tell("renewing"),
            lonely.tell("terraform"),
        ];
        told.into_iter()
            .flat_map(|(scenario, timeline)| {
                let report = judge(&scenario, timeline, Vec::new());
                let observed = report.timeline.observations.iter().zip(&report.pictures);
                observed
                    .filter(|(_, picture)| picture.in_sync())
                    .flat_map(|(observed, _)| apart(&observed.observation))
                    .collect::<Vec<_>>()
            })
            .collect()
    });
}

#[test]
fn the_same_seed_gives_the_same_timeline_with_and_without_recording() {
    check(250, &story(), |story| {
        let scenario = story.parse("terraform");
        let seed = Seed(story.seed);
        let recorded = simulate(&scenario, seed, Recording::On);
        let mut violations = Vec::new();
        let others: Vec<Timeline> = (0..4)
            .into_par_iter()
            .map(|_| simulate(&scenario, seed, Recording::On))
            .collect();
        if others.iter().any(|other| other.entries != recorded.entries) {
            violations.push("two replications differ".to_owned());
        }
        let silent = simulate(&scenario, seed, Recording::Off);
        if silent.last() != recorded.last() || silent.events != recorded.events {
            violations.push("without recording it ends differently".to_owned());
        }
        violations
    });
}

/// Every property must be able to fail, and the stories must be able to make it.
#[test]
fn the_properties_can_fail() {
    let mut runner = TestRunner::new_with_rng(
        Config::default(),
        TestRng::deterministic_rng(RngAlgorithm::ChaCha),
    );
    let mut seen = [false; 4];
    for _ in 0..60 {
        let story = lonely_story().new_tree(&mut runner).unwrap().current();
        let (scenario, mut timeline) = story.tell("terraform");
        let report = judge(&scenario, timeline.clone(), Vec::new());
        let observed = timeline.observations.iter_mut().zip(&report.pictures);
        for (observed, picture) in observed {
            Arc::make_mut(&mut observed.observation).cloud = CloudObjects::default();
            seen[3] |= picture.in_sync() && !apart(&observed.observation).is_empty();
        }
        seen[0] |= !hollow_successes(&scenario, &timeline).is_empty();
        let mut entries: Vec<Entry> = timeline.entries.iter().cloned().collect();
        let last = entries.iter_mut().rev().find_map(|entry| {
            let Fact::Request(RequestFact::Sent { serial, .. }) = &mut entry.fact else {
                return None;
            };
            serial.as_mut()
        });
        if let Some(serial) = last {
            *serial = 0;
        }
        timeline.entries = entries.into_iter().collect();
        seen[1] |= !lowered_serials(&timeline).is_empty();
        let story = self::story().new_tree(&mut runner).unwrap().current();
        let (_, mut timeline) = story.tell("terraform");
        for observed in &mut timeline.observations {
            let runs = &mut Arc::make_mut(&mut observed.observation).runs;
            runs.extend(runs.clone());
        }
        seen[2] |= !two_holders(&timeline).is_empty();
    }
    assert_eq!(seen, [true; 4], "a property that finds nothing");
}
