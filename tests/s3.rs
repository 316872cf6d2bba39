//! The s3 backend, where no expectation can say it: how often requests are sent, and how long is
//! waited between them.

use std::sync::Arc;

use leaselab::kernel::{Seed, SimDuration};
use leaselab::scenario;
use leaselab::simulation::{Recording, simulate};
use leaselab::terraform::process::Retry;
use leaselab::timeline::{Fact, RequestFact, Timeline};

fn play(backend: &str, steps: &str) -> Timeline {
    let source = format!(
        "\
leaselab: 1
title: a state in S3
backend: {backend}
before: {{ remote: {{ serial: 4, resources: [] }} }}
resources:
  zone: {{ create: 2s }}
steps:
{steps}"
    );
    let scenario = scenario::parse("s3.yaml", source.as_bytes());
    let scenario = scenario.unwrap_or_else(|error| panic!("{steps}: {error:?}"));
    simulate(&Arc::new(scenario), Seed(0), Recording::On)
}

fn sent(timeline: &Timeline, name: &str) -> usize {
    let entries = timeline.entries.iter();
    entries
        .filter(|entry| {
            matches!(entry.fact, Fact::Request(RequestFact::Sent { kind, .. }) if kind.name() == name)
        })
        .count()
}

fn waits(timeline: &Timeline) -> Vec<SimDuration> {
    let entries = timeline.entries.iter();
    entries
        .filter_map(|entry| {
            let Fact::Request(RequestFact::Retried(Retry { wait, .. })) = &entry.fact else {
                return None;
            };
            Some(*wait)
        })
        .collect()
}

fn exit(timeline: &Timeline, name: &str) -> u8 {
    let run = timeline.names.find_run(name).unwrap();
    let mut runs = timeline.last().runs.iter();
    let run = runs.find(|other| other.run == run).unwrap();
    run.end.unwrap().exit
}

const APPLY: &str = "- { id: apply, run: terraform apply -auto-approve, as: alice }\n";
const PLAN: &str = "- { id: plan, run: terraform plan, as: alice }\n";

#[test]
fn a_request_is_attempted_five_times_and_what_is_not_retried_once() {
    let rows = [
        ("s3", "put_state", "503 SlowDown", 5),
        ("s3", "put_state", "500 InternalError", 5),
        ("s3", "put_state", "400 RequestTimeout", 5),
        ("s3", "put_state", "403 AccessDenied", 1),
        ("s3", "put_state", "409 OperationAborted", 1),
        ("s3", "put_state", "409 ConditionalRequestConflict", 1),
        ("s3", "put_state", "412 PreconditionFailed", 1),
        ("s3", "put_state", "429 TooManyRequests", 1),
        ("s3", "put_state", "400 ExpiredToken", 1),
        (
            "s3_table",
            "ddb_put_lock",
            "400 ProvisionedThroughputExceededException",
            5,
        ),
        ("s3_table", "ddb_put_lock", "500 InternalServerError", 5),
        ("s3_table", "ddb_put_lock", "400 AccessDeniedException", 1),
        ("s3_table", "ddb_put_lock", "400 ExpiredTokenException", 1),
        (
            "s3_table",
            "ddb_put_lock",
            "400 ConditionalCheckFailedException",
            1,
        ),
    ];
    for (backend, request, answer, attempts) in rows {
        let rule = format!("- faults: [{{ request: {request}, answer: {answer} }}]\n");
        let timeline = play(backend, &(rule + APPLY));
        assert_eq!(sent(&timeline, request), attempts, "{request}: {answer}");
        assert_eq!(exit(&timeline, "apply"), 1, "{request}: {answer}");
        for (tries, wait) in waits(&timeline).iter().enumerate() {
            let most = 2_000_u64 << tries;
            assert!(wait.as_ms() <= most, "{wait} after {tries} retries");
        }
    }
}

#[test]
fn a_digest_that_does_not_fit_is_read_until_ten_seconds_have_passed() {
    let zeros = "- { store: { digest: { content: 00000000000000000000000000000000 } } }\n";
    // At 0, 2, 4, 6, 8 and 10 s; where each read takes 3 s more, at 0, 5 and 10 s.
    let slow = "- faults: [{ request: ddb_get_digest, delay: { answer: 3s } }]\n";
    for (faults, reads) in [("", 6), (slow, 3)] {
        let timeline = play("s3_table", &format!("{zeros}{faults}{PLAN}"));
        assert_eq!(sent(&timeline, "ddb_get_digest"), reads);
        assert_eq!(sent(&timeline, "head_state"), reads);
        assert_eq!(exit(&timeline, "plan"), 1);
    }
}

#[test]
fn each_look_at_a_lock_is_the_whole_of_taking_it() {
    let held = "- { store: { lock_item: { id: 11111111-2222-3333-4444-555555555555 } } }\n";
    let wait = "- { id: plan, run: terraform plan -lock-timeout=10s, as: alice }\n";
    // At 0, 1, 3 and 7 s the object is put, and given back since the item is refused.
    let timeline = play("s3_both", &format!("{held}{wait}"));
    for (request, count) in [
        ("put_lock", 4),
        ("ddb_put_lock", 4),
        ("ddb_get_lock", 4),
        ("get_lock", 4),
        ("delete_lock", 4),
    ] {
        assert_eq!(sent(&timeline, request), count, "{request}");
    }
    // Where it cannot be given back, it is not waited for.
    let kept = "- faults: [{ request: delete_lock, answer: 403 AccessDenied }]\n";
    let timeline = play("s3_both", &format!("{held}{kept}{wait}"));
    assert_eq!(sent(&timeline, "put_lock"), 1);
    assert_eq!(exit(&timeline, "plan"), 1);
}
