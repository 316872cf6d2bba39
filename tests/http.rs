//! The http backend, where no recording shows it: which answers are repeated and after which waits,
//! what each status means to each request, addresses that are absent or dead, and `curl`.

use std::collections::BTreeMap;
use std::sync::Arc;

use leaselab::kernel::Seed;
use leaselab::scenario;
use leaselab::simulation::{Recording, simulate};
use leaselab::timeline::{Fact, LockObservation, RequestFact, Timeline};

fn play(backend: &str, steps: &str) -> Timeline {
    let source = format!(
        "leaselab: 1\ntitle: http\nbackend: {{ type: http, {backend} }}\n\
         before: {{ remote: {{ serial: 4, resources: [] }} }}\n\
         resources: {{ vnet: {{ create: 2s }} }}\nsteps:\n{steps}"
    );
    let scenario = scenario::parse("http.yaml", source.as_bytes())
        .unwrap_or_else(|errors| panic!("{}", errors.render("http.yaml", source.as_bytes())));
    simulate(&Arc::new(scenario), Seed(0), Recording::On)
}

/// The waits before repetitions, in milliseconds.
fn waits(timeline: &Timeline) -> Vec<u64> {
    let facts = timeline.entries.iter();
    facts
        .filter_map(|entry| {
            let Fact::Request(RequestFact::Retried(retry)) = &entry.fact else {
                return None;
            };
            Some(retry.wait.as_ms())
        })
        .collect()
}

/// How often each request was sent.
fn sent(timeline: &Timeline) -> BTreeMap<&'static str, usize> {
    let mut sent = BTreeMap::new();
    for entry in &timeline.entries {
        if let Fact::Request(RequestFact::Sent { kind, .. }) = &entry.fact {
            *sent.entry(kind.name()).or_default() += 1;
        }
    }
    sent
}

/// The exit of a run, and its error lines with their causes.
fn end(timeline: &Timeline, run: &str) -> (u8, String) {
    let id = timeline.names.find_run(run).unwrap();
    let last = timeline.observations.last().unwrap();
    let run = last
        .observation
        .runs
        .iter()
        .find(|it| it.run == id)
        .unwrap();
    let lines = run.errors.iter().map(|error| {
        let cause = error.cause.as_deref().unwrap_or_default();
        format!("{} ({cause})", error.summary)
    });
    let lines: Vec<String> = lines.collect();
    (run.end.unwrap().exit, lines.join("\n"))
}

fn is_locked(timeline: &Timeline) -> bool {
    let last = timeline.observations.last().unwrap();
    matches!(
        last.observation.lock,
        LockObservation::Record { is_held: true, .. }
    )
}

const APPLY: &str = "- { id: apply, run: terraform apply -auto-approve, as: alice }\n";

fn with_rule(rule: &str) -> String {
    format!("- faults: [{{ {rule} }}]\n{APPLY}- expect: {{}}\n")
}

#[test]
fn waits_double_up_to_the_longest_one() {
    let rule = with_rule("request: lock, lose: request");
    for (options, expected) in [
        ("", vec![1_000, 2_000]),
        ("retry_max: 0,", vec![]),
        (
            "retry_max: 6,",
            vec![1_000, 2_000, 4_000, 8_000, 16_000, 30_000],
        ),
        (
            "retry_max: 3, retry_wait_min: 3s, retry_wait_max: 4s,",
            vec![3_000, 4_000, 4_000],
        ),
    ] {
        let timeline = play(&format!("{options} server: fenced"), &rule);
        assert_eq!(waits(&timeline), expected, "{options}");
        let attempts = format!("giving up after {} attempt(s): Lock", expected.len() + 1);
        assert!(end(&timeline, "apply").1.contains(&attempts), "{options}");
    }
}

#[test]
fn the_server_may_say_how_long_to_wait_with_429_and_503() {
    for (answer, expected) in [
        ("429 TooManyRequests", vec![5_000, 5_000]),
        ("503 ServiceUnavailable", vec![5_000, 5_000]),
        ("500 InternalServerError", vec![1_000, 2_000]),
    ] {
        let rule = with_rule(&format!("request: save, answer: {answer}, retry_after: 5s"));
        assert_eq!(waits(&play("server: fenced", &rule)), expected, "{answer}");
    }
}

/// A request, how it is answered, how the apply ends, and a part of what it says.
type Row = (&'static str, &'static str, u8, &'static str);

const STATUSES: &[Row] = &[
    (
        "lock",
        "201 Created",
        1,
        "Unexpected HTTP response code 201",
    ),
    ("lock", "204 NoContent", 1, "Error acquiring the state lock"),
    (
        "lock",
        "401 Unauthorized",
        1,
        "HTTP remote state endpoint requires auth",
    ),
    (
        "lock",
        "403 Forbidden",
        1,
        "HTTP remote state endpoint invalid auth",
    ),
    (
        "lock",
        "409 Conflict",
        1,
        "already locked, failed to unmarshal body",
    ),
    (
        "lock",
        "423 Locked",
        1,
        "already locked, failed to unmarshal body",
    ),
    (
        "lock",
        "501 NotImplemented",
        1,
        "Unexpected HTTP response code 501",
    ),
    ("lock", "502 BadGateway", 1, "giving up after 3 attempt(s)"),
    ("read", "200 OK", 0, ""),
    ("read", "204 NoContent", 0, ""),
    ("read", "404 NotFound", 0, ""),
    (
        "read",
        "401 Unauthorized",
        1,
        "error loading state: HTTP remote state endpoint requires auth",
    ),
    (
        "read",
        "403 Forbidden",
        1,
        "error loading state: HTTP remote state endpoint invalid auth",
    ),
    (
        "read",
        "410 Gone",
        1,
        "error loading state: Unexpected HTTP response code 410",
    ),
    (
        "read",
        "501 NotImplemented",
        1,
        "Unexpected HTTP response code 501",
    ),
    ("save", "200 OK", 0, ""),
    ("save", "201 Created", 0, ""),
    ("save", "204 NoContent", 0, ""),
    ("save", "202 Accepted", 1, "HTTP error: 202"),
    ("save", "205 ResetContent", 1, "HTTP error: 205"),
    ("save", "403 Forbidden", 1, "HTTP error: 403"),
    ("save", "501 NotImplemented", 1, "HTTP error: 501"),
    ("save", "500 InternalServerError", 1, "Failed to save state"),
    ("unlock", "200 OK", 0, ""),
    (
        "unlock",
        "201 Created",
        1,
        "Unexpected HTTP response code 201",
    ),
    (
        "unlock",
        "403 Forbidden",
        1,
        "Unexpected HTTP response code 403",
    ),
    (
        "unlock",
        "503 ServiceUnavailable",
        1,
        "giving up after 3 attempt(s)",
    ),
];

#[test]
fn each_status_means_what_it_means_to_each_request() {
    for &(request, answer, exit, said) in STATUSES {
        let rule = with_rule(&format!("request: {request}, answer: {answer}"));
        let timeline = play("server: fenced", &rule);
        let (ended, lines) = end(&timeline, "apply");
        assert_eq!(ended, exit, "{request} {answer}: {lines}");
        assert!(lines.contains(said), "{request} {answer}: {lines}");
        let is_retried = ["502 ", "500 ", "503 "]
            .iter()
            .any(|it| answer.starts_with(it));
        let repeated = waits(&timeline).len();
        assert_eq!(
            repeated,
            if is_retried { 2 } else { 0 },
            "{request} {answer}"
        );
    }
}

#[test]
fn a_read_on_a_used_connection_is_sent_once_more_for_free() {
    let rule = with_rule("request: read, lose: request");
    let timeline = play("server: fenced", &rule);
    assert_eq!(sent(&timeline)["get"], 4);
    let list = "- faults: [{ request: read, lose: request }]\n\
                - { id: apply, run: terraform state list, as: alice }\n- expect: {}\n";
    let timeline = play("server: fenced", list);
    assert_eq!(sent(&timeline)["get"], 3);
    assert!(
        end(&timeline, "apply")
            .1
            .starts_with("Failed to load state: Failed to get state")
    );
}

#[test]
fn an_absent_address_is_never_asked_and_a_dead_one_never_answers() {
    let forced = "- { id: forced, run: terraform force-unlock -force any, as: bob }\n";
    for (options, locks, unlocks, exits, held) in [
        ("lock_address: none", 0, 0, (0, 0), false),
        ("unlock_address: none", 1, 0, (0, 0), true),
        ("lock_address: dead", 3, 1, (1, 0), false),
        ("unlock_address: dead", 1, 6, (1, 1), true),
    ] {
        let steps = format!("{APPLY}{forced}- expect: {{}}\n");
        let timeline = play(&format!("server: fenced, {options}"), &steps);
        let count = |name| sent(&timeline).get(name).copied().unwrap_or(0);
        assert_eq!(
            (count("lock"), count("unlock")),
            (locks, unlocks),
            "{options}"
        );
        let (apply, forced) = (end(&timeline, "apply"), end(&timeline, "forced"));
        assert_eq!((apply.0, forced.0), exits, "{options}");
        assert_eq!(is_locked(&timeline), held, "{options}");
    }
}

/// The requests of a command in order, by their names, and `unlock!` for one with an empty body.
fn requests(timeline: &Timeline) -> Vec<String> {
    let sent = timeline.entries.iter().filter_map(|entry| {
        let Fact::Request(RequestFact::Sent {
            kind,
            lock_id,
            has_empty_body,
            ..
        }) = &entry.fact
        else {
            return None;
        };
        let id = if lock_id.is_some() { "?ID" } else { "" };
        let empty = if *has_empty_body { "!" } else { "" };
        Some(format!("{}{id}{empty}", kind.name()))
    });
    sent.collect()
}

/// A command, and its requests.
const REQUESTS: &[(&str, &str)] = &[
    ("init", "get"),
    ("plan", "lock get unlock"),
    ("plan -out=p.tfplan", "lock get unlock"),
    ("plan -lock=false", "get"),
    ("refresh", "lock get unlock"),
    ("state list", "get"),
    ("state pull", "get"),
    ("show", "get"),
    ("output", "get"),
    ("state show lab_thing.vnet", "get get"),
    ("apply -auto-approve", "lock get put_state?ID unlock"),
    ("apply -auto-approve -lock=false", "get put_state"),
    ("destroy -auto-approve", "lock get unlock"),
    ("import lab_thing.vnet /things/vnet", "lock get unlock"),
    ("taint lab_thing.vnet", "lock get unlock"),
    ("state rm lab_thing.vnet", "lock get unlock"),
    ("force-unlock -force 1234", "unlock!"),
    ("workspace list", ""),
];

#[test]
fn each_command_sends_these_requests() {
    for server in ["open", "fenced", "gitlab"] {
        for &(command, expected) in REQUESTS {
            let run = format!("- {{ run: \"terraform {command}\", as: alice }}\n");
            let timeline = play(&format!("server: {server}"), &run);
            assert_eq!(
                requests(&timeline).join(" "),
                expected,
                "{server}: {command}"
            );
        }
    }
}

#[test]
fn a_method_that_the_lock_address_does_not_know_is_answered_with_405() {
    for (options, exits, held) in [
        ("lock_method: LOCK", (1, 0), false),
        ("lock_method: PUT", (1, 0), false),
        // What gives a lock back takes none, where there is none.
        ("lock_method: DELETE", (1, 0), false),
        ("lock_method: POST, unlock_method: DELETE", (0, 0), false),
        ("unlock_method: UNLOCK", (1, 1), true),
        // What takes a lock meets the one that is there.
        ("unlock_method: POST", (1, 1), true),
    ] {
        let forced = "- { id: forced, run: terraform force-unlock -force any, as: bob }\n";
        let steps = format!("{APPLY}{forced}- expect: {{}}\n");
        let timeline = play(&format!("server: gitlab, {options}"), &steps);
        let (apply, forced) = (end(&timeline, "apply"), end(&timeline, "forced"));
        assert_eq!((apply.0, forced.0), exits, "{options}: {}", apply.1);
        assert_eq!(is_locked(&timeline), held, "{options}");
        let is_unknown = ["LOCK", "PUT"].iter().any(|it| options.ends_with(it));
        let says = apply.1.contains("Unexpected HTTP response code 405");
        assert_eq!(says, is_unknown, "{options}: {}", apply.1);
    }
}

#[test]
fn the_longest_wait_also_cuts_the_first_one() {
    let rule = with_rule("request: lock, lose: request");
    let timeline = play("server: fenced, retry_wait_min: 40s", &rule);
    assert_eq!(waits(&timeline), [30_000, 30_000]);
    let timeline = play("server: fenced, retry_wait_min: 0s, retry_max: 3", &rule);
    assert_eq!(waits(&timeline), [0, 0, 0]);
}

#[test]
fn what_comes_with_an_answer_is_read() {
    for (request, answer, body, exit, said) in [
        ("lock", "423 Locked", "'{}'", 1, "already locked: ID=)"),
        ("lock", "409 Conflict", "'{}'", 1, "already locked: ID=)"),
        ("lock", "409 Conflict", "'null'", 1, "already locked: ID=)"),
        (
            "lock",
            "409 Conflict",
            "'[]'",
            1,
            "failed to unmarshal body",
        ),
        (
            "lock",
            "409 Conflict",
            "<html>",
            1,
            "failed to unmarshal body",
        ),
        ("lock", "409 Conflict", "''", 1, "failed to unmarshal body"),
        ("read", "200 OK", "''", 0, ""),
        (
            "read",
            "200 OK",
            "<html>",
            1,
            "Unsupported state file format",
        ),
        ("read", "200 OK", "'{}'", 1, "Unsupported state file format"),
        ("read", "404 NotFound", "<html>", 0, ""),
        ("save", "200 OK", "<html>", 0, ""),
    ] {
        let rule = format!("request: {request}, answer: {answer}, body: {body}");
        let timeline = play("server: fenced", &with_rule(&rule));
        let (ended, lines) = end(&timeline, "apply");
        assert_eq!(ended, exit, "{request} {answer} {body}: {lines}");
        assert!(lines.contains(said), "{request} {answer} {body}: {lines}");
    }
    for (content, said) in [("{}", "already locked: ID=)"), ("<html>", "unmarshal")] {
        let hand = format!("- {{ store: {{ lock_info: {{ content: \"{content}\" }} }} }}\n");
        let timeline = play("server: open", &format!("{hand}{APPLY}- expect: {{}}\n"));
        let (_, lines) = end(&timeline, "apply");
        assert!(lines.contains(said), "{content}: {lines}");
    }
}

#[test]
fn a_held_lock_is_asked_for_at_growing_intervals() {
    let steps = "- { store: { lock_info: { id: 11111111-2222-3333-4444-555555555555 } } }\n\
                 - { run: terraform plan -lock-timeout=50s, as: alice }\n- expect: {}\n";
    let timeline = play("server: open", steps);
    let sent = timeline.entries.iter().filter_map(|entry| {
        let is_sent = matches!(&entry.fact, Fact::Request(RequestFact::Sent { .. }));
        is_sent.then(|| entry.time.as_ms())
    });
    let sent: Vec<u64> = sent.collect();
    let since = |ms: &u64| (ms - sent[0]) / 1_000;
    let since: Vec<u64> = sent.iter().map(since).collect();
    assert_eq!(since[..6], [0, 1, 3, 7, 15, 31]);
}

#[test]
fn garbage_in_the_lock_is_a_conflict_that_is_waited_for() {
    let steps = "- { store: { lock_info: { content: \"<html>\" } } }\n\
                 - { id: apply, run: terraform apply -auto-approve -lock-timeout=4s, as: alice }\n\
                 - { id: forced, run: terraform force-unlock -force any, as: bob }\n- expect: {}\n";
    let timeline = play("server: gitlab", steps);
    let (exit, lines) = end(&timeline, "apply");
    assert_eq!(exit, 1);
    assert!(lines.contains("failed to unmarshal body"), "{lines}");
    assert_eq!(sent(&timeline)["lock"], 3);
    assert!(!is_locked(&timeline));
}

#[test]
fn curl_asks_what_each_server_knows() {
    let held = "- { store: { lock_info: { id: 11111111-2222-3333-4444-555555555555 } } }\n";
    let address = "https://state.example.com/terraform.tfstate";
    for (server, line, exit, is_held) in [
        ("open", format!("curl -X UNLOCK {address}"), 0, false),
        ("fenced", format!("curl -X UNLOCK {address}"), 0, false),
        ("gitlab", format!("curl -X UNLOCK {address}"), 0, true),
        ("gitlab", format!("curl -f -X UNLOCK {address}"), 22, true),
        ("gitlab", format!("curl -X DELETE {address}/lock"), 0, false),
        (
            "fenced",
            format!("curl -f -X DELETE {address}/lock"),
            22,
            true,
        ),
        (
            "fenced",
            format!("curl -f -X UNLOCK -d '{{\"ID\":\"other\"}}' {address}"),
            22,
            true,
        ),
        (
            "open",
            format!("curl -f -X UNLOCK -d '{{\"ID\":\"other\"}}' {address}"),
            0,
            false,
        ),
        (
            "fenced",
            format!("curl -f -X LOCK -d '{{\"ID\":\"other\"}}' {address}"),
            22,
            true,
        ),
        ("fenced", format!("curl -f {address}"), 0, true),
    ] {
        let steps = format!("{held}- id: asks\n  as: bob\n  run: >-\n    {line}\n- expect: {{}}\n");
        let timeline = play(&format!("server: {server}"), &steps);
        assert_eq!(end(&timeline, "asks").0, exit, "{server}: {line}");
        assert_eq!(is_locked(&timeline), is_held, "{server}: {line}");
    }
}
