//! The gcs backend, rule by rule, where no recording shows it: what is repeated and how long is
//! waited, what is sent after a failure, and what a command then says.

use std::sync::Arc;

use leaselab::kernel::{Seed, SimDuration};
use leaselab::scenario;
use leaselab::service::gcs::Refusal;
use leaselab::simulation::{Recording, simulate};
use leaselab::terraform::RequestKind;
use leaselab::terraform::process::Retry;
use leaselab::timeline::{Fact, LockObservation, RemoteState, RequestFact, Timeline};

const HEAD: &str = "\
leaselab: 1
title: a state in Cloud Storage
backend: { type: gcs }
before: { remote: { serial: 4, resources: [] } }
resources:
  zone: { create: 2s }
steps:
";

const APPLY: &str = "- { id: apply, run: terraform apply -auto-approve, as: alice }\n";

fn play(steps: &str) -> Timeline {
    let source = format!("{HEAD}{steps}");
    let scenario = scenario::parse("gcs.yaml", source.as_bytes());
    let scenario = scenario.unwrap_or_else(|error| panic!("{steps}: {error:?}"));
    simulate(&Arc::new(scenario), Seed(0), Recording::On)
}

/// A run's exit, and the lines that it prints.
fn outcome(timeline: &Timeline, name: &str) -> (u8, Vec<String>) {
    let run = timeline.names.find_run(name).unwrap();
    let end = timeline.last();
    let run = end.runs.iter().find(|other| other.run == run).unwrap();
    let lines = run.errors.iter().map(|error| error.summary.to_string());
    (run.end.unwrap().exit, lines.collect())
}

fn requests(timeline: &Timeline) -> impl Iterator<Item = &RequestFact> {
    let entries = timeline.entries.iter();
    entries.filter_map(|entry| {
        let Fact::Request(fact) = &entry.fact else {
            return None;
        };
        Some(fact)
    })
}

fn sent(timeline: &Timeline) -> Vec<&'static str> {
    requests(timeline)
        .filter_map(|fact| {
            let RequestFact::Sent { kind, .. } = fact else {
                return None;
            };
            Some(kind.name())
        })
        .collect()
}

fn waits(timeline: &Timeline) -> Vec<(RequestKind, SimDuration)> {
    requests(timeline)
        .filter_map(|fact| {
            let RequestFact::Retried(Retry { kind, wait, .. }) = fact else {
                return None;
            };
            Some((*kind, *wait))
        })
        .collect()
}

#[test]
fn what_may_be_sent_twice_is_repeated_and_a_save_is_not() {
    let kinds = [
        "get_state",
        "attrs_state",
        "put_lock",
        "put_state",
        "delete_lock",
    ];
    for refusal in Refusal::ALL {
        let is_transient = matches!(refusal.http_status(), 408 | 429 | 500..);
        for kind in kinds {
            let timeline = play(&format!(
                "- faults: [{{ request: {kind}, nth: 1, answer: {refusal} }}]\n{APPLY}"
            ));
            let is_repeated = is_transient && kind != "put_state";
            let label = format!("{kind}: {refusal}");
            assert_eq!(waits(&timeline).len(), usize::from(is_repeated), "{label}");
            // No state at the first look is made good by the second one.
            let is_harmless = kind == "get_state" && *refusal == Refusal::NotFound;
            let (exit, _) = outcome(&timeline, "apply");
            assert_eq!(exit == 0, is_repeated || is_harmless, "{label}");
            // What failed at the save is in a file; what failed elsewhere leaves none.
            let has_errored = !timeline.last().errored.is_empty();
            assert_eq!(has_errored, kind == "put_state", "{label}");
        }
    }
}

#[test]
fn waits_are_drawn_from_0_to_what_doubles_up_to_30_seconds() {
    for (kind, first) in [
        ("put_lock", 100),
        ("delete_lock", 1_000),
        ("get_state", 1_000),
    ] {
        let timeline = play(&format!(
            "- faults: [{{ request: {kind}, nth: 1..14, answer: 503 backendError }}]\n{APPLY}"
        ));
        let waits = waits(&timeline);
        assert_eq!(waits.len(), 14, "{kind}");
        for (tries, (of, wait)) in waits.iter().enumerate() {
            assert_eq!(of.name(), kind);
            let most = 30_000.min(first << tries);
            assert!(wait.as_ms() <= most, "{kind}: {wait} after {tries} tries");
        }
        assert!(waits.iter().any(|(_, wait)| wait.as_ms() > first), "{kind}");
        assert_eq!(outcome(&timeline, "apply").0, 0, "{kind}");
    }
}

#[test]
fn a_lost_get_is_sent_once_more_on_a_connection_that_was_used() {
    // The first request of a command goes over a new connection.
    for (nth, count) in [(1, 1), (2, 3)] {
        let timeline = play(&format!(
            "- faults: [{{ request: get_state, nth: {nth}.., lose: request }}]\n{APPLY}"
        ));
        let gets = sent(&timeline);
        let gets = gets.iter().filter(|kind| **kind == "get_state").count();
        assert_eq!(gets, count, "from the get {nth} on");
        let (exit, lines) = outcome(&timeline, "apply");
        assert_eq!(exit, 1);
        let line = "error loading state: Failed to open state file at \
                    gs://tfstate/default.tfstate: Get URL: EOF";
        assert_eq!(lines, [line]);
        assert!(!timeline.last().lock.is_locked());
    }
    // What is no get is not.
    for (kind, errors) in [("put_lock", 1), ("put_state", 2), ("delete_lock", 1)] {
        let timeline = play(&format!(
            "- faults: [{{ request: {kind}, nth: 1, lose: request }}]\n{APPLY}"
        ));
        let (exit, lines) = outcome(&timeline, "apply");
        assert_eq!((exit, lines.len()), (1, errors), "{kind}");
        let all = sent(&timeline);
        assert_eq!(all.iter().filter(|one| **one == kind).count(), 1, "{kind}");
    }
}

#[test]
fn force_unlock_frees_the_generation_that_it_names_and_no_other() {
    let lost = "- faults: [{ request: put_lock, nth: 1, lose: answer }]\n";
    let unlock = |id: &str| {
        format!("- {{ id: unlock, run: terraform force-unlock -force {id}, as: bob }}\n")
    };
    let rows = [
        ("<LOCK_ID>", 0, ""),
        ("17", 1, "Failed to unlock state: googleapi: Error 412: "),
        (
            "99999999999999999999",
            1,
            "Failed to unlock state: Lock ID should be numerical value, got '9",
        ),
        (
            "11111111-2222-3333-4444-555555555555",
            1,
            "Failed to unlock state: Lock ID should be numerical value, got '1",
        ),
    ];
    for (id, exit, line) in rows {
        let timeline = play(&format!("{lost}{APPLY}{}", unlock(id)));
        let (ended, lines) = outcome(&timeline, "unlock");
        assert_eq!(ended, exit, "{id}: {lines:?}");
        assert!(
            lines.iter().all(|said| said.starts_with(line)),
            "{id}: {lines:?}"
        );
        assert_eq!(timeline.last().lock.is_locked(), exit != 0, "{id}");
    }
    let timeline = play(&unlock("17"));
    let line = "Failed to unlock state: storage: object doesn't exist";
    assert_eq!(outcome(&timeline, "unlock"), (1, vec![line.to_owned()]));
    // The answer to an unlock is lost: it says that it failed, and the lock is gone.
    let timeline = play(&format!(
        "{lost}{APPLY}- faults: [{{ request: delete_lock, lose: answer }}]\n{}",
        unlock("<LOCK_ID>")
    ));
    let line = "Failed to unlock state: Delete URL: EOF";
    assert_eq!(outcome(&timeline, "unlock"), (1, vec![line.to_owned()]));
    assert!(!timeline.last().lock.is_locked());
}

#[test]
fn a_state_that_is_none_is_refused_at_the_open_in_each_commands_words() {
    let rows = [
        (
            "plan",
            "error loading state: X",
            "Unsupported state file format",
        ),
        (
            "state list",
            "Error loading the state: X",
            "Error loading the state: 2 problems:",
        ),
        (
            "state pull",
            "Error loading the state: X",
            "Error loading the state: 2 problems:",
        ),
        (
            "taint lab_thing.zone",
            "Failed to load state: X",
            "Failed to load state: 2 problems:",
        ),
        (
            "output",
            "Failed to load state: X",
            "Failed to load state: 2 problems:",
        ),
        (
            "show",
            "Failed to load state manager: X",
            "Failed to load state manager: 2 problems:",
        ),
        (
            "init",
            "Error loading state: X",
            "Error loading state: 2 problems:",
        ),
        (
            "force-unlock -force 17",
            "Failed to load state: X",
            "Failed to load state: 2 problems:",
        ),
    ];
    for (command, empty, garbage) in rows {
        let run = format!("- {{ id: run, run: terraform {command}, as: alice }}\n");
        let timeline = play(&format!("- store: empty\n{run}"));
        let empty = empty.replace('X', "no state");
        assert_eq!(outcome(&timeline, "run"), (1, vec![empty]), "{command}");
        assert_eq!(timeline.last().remote, RemoteState::Empty);
        let timeline = play(&format!("- store: {{ content: garbage }}\n{run}"));
        assert_eq!(
            outcome(&timeline, "run"),
            (1, vec![garbage.to_owned()]),
            "{command}"
        );
        assert!(!sent(&timeline).contains(&"put_lock"), "{command}");
    }
}

#[test]
fn where_there_is_no_state_every_command_wants_the_lock() {
    let steps = "\
- faults: [{ request: put_lock, nth: 1, lose: answer }]
- { id: apply, run: terraform apply -auto-approve, as: alice }
- store: delete
- { id: list, run: terraform state list, as: bob }
";
    let timeline = play(steps);
    let (exit, lines) = outcome(&timeline, "list");
    assert_eq!(exit, 1);
    let begin = "Error loading the state: writing \"gs://tfstate/default.tflock\" failed: \
                 googleapi: Error 412: ";
    assert!(lines[0].starts_with(begin), "{lines:?}");
    // The line shows whose the lock is, under the generation of the object.
    let LockObservation::Record { id, .. } = timeline.last().lock else {
        panic!("the lock is an object")
    };
    let list = timeline.names.find_run("list").unwrap();
    let run = timeline.last().runs.iter().find(|other| other.run == list);
    let shown = run.unwrap().errors[0].lock_info.map(|info| info.id);
    assert_eq!(shown, id);
    assert!(shown.is_some_and(|id| id.as_uuid().is_none()));
}

#[test]
fn the_lock_is_waited_for_only_where_its_info_can_be_read() {
    let wait = "- { id: waits, run: terraform plan -lock-timeout=10s, as: bob }\n";
    for (hand, polls) in [("{ id: x }", 4), ("{ content: garbage }", 1)] {
        let timeline = play(&format!("- store: {{ lock_info: {hand} }}\n{wait}"));
        let all = sent(&timeline);
        let puts = all.iter().filter(|kind| **kind == "put_lock").count();
        assert_eq!(outcome(&timeline, "waits").0, 1, "{hand}");
        // At 0, 1, 3 and 7 s.
        assert_eq!(puts, polls, "{hand}");
    }
}
