//! The rules of the backend pg that no recording of the folder shows, one row each: how often a
//! statement is sent, what the command says, and what is left.

use std::sync::Arc;

use leaselab::kernel::Seed;
use leaselab::scenario;
use leaselab::simulation::{Recording, simulate};
use leaselab::timeline::{Fact, LocalFile, Observation, RequestFact, Timeline};

/// A replication: a state of serial 4, and one command under these rules and hands.
fn replay(rules: &str, command: &str, before: &str) -> Timeline {
    let yaml = format!(
        "leaselab: 1\ntitle: A rule\nbackend: {{ type: pg }}\n{before}\
         resources:\n  zone: {{ type: aws_route53_zone, create: 3s }}\nsteps:\n{rules}\
         - {{ id: it, run: {command}, as: alice }}\n"
    );
    let scenario = scenario::parse("rule.yaml", yaml.as_bytes())
        .unwrap_or_else(|errors| panic!("{}", errors.render("rule.yaml", yaml.as_bytes())));
    simulate(&Arc::new(scenario), Seed(0), Recording::On)
}

fn sent(timeline: &Timeline, name: &str) -> usize {
    let facts = timeline.entries.iter().map(|entry| entry.fact.clone());
    facts
        .filter(|fact| {
            matches!(fact, Fact::Request(RequestFact::Sent { kind, .. }) if kind.name() == name)
        })
        .count()
}

fn last(timeline: &Timeline) -> &Observation {
    &timeline.observations.last().unwrap().observation
}

const STATE: &str = "before: { remote: { serial: 4, resources: [] } }\n";
const APPLY: &str = "terraform apply -auto-approve";

/// Rule, command, statement, how often it is sent, exit, first line and its cause, whether a lock is left.
type Row = (
    &'static str,
    &'static str,
    (&'static str, usize),
    u8,
    &'static str,
    bool,
);

const ROWS: &[Row] = &[
    (
        "request: upsert_state, nth: 1..2, lose: request",
        APPLY,
        ("upsert_state", 3),
        0,
        "",
        false,
    ),
    (
        "request: upsert_state, lose: request",
        APPLY,
        ("upsert_state", 3),
        1,
        "Failed to save state: driver: bad connection",
        false,
    ),
    (
        "request: upsert_state, lose: request, connection: reset",
        APPLY,
        ("upsert_state", 1),
        1,
        "Failed to save state: read tcp CLIENT->SERVER:5432: read: connection reset by peer",
        false,
    ),
    (
        "request: upsert_state, nth: 1, lose: answer",
        APPLY,
        ("upsert_state", 2),
        0,
        "",
        false,
    ),
    (
        "request: upsert_state, answer: ERROR 40001",
        APPLY,
        ("upsert_state", 1),
        1,
        "Failed to save state: pq: could not serialize access due to concurrent update",
        false,
    ),
    (
        "request: upsert_state, nth: 1, answer: FATAL 57P01",
        APPLY,
        ("upsert_state", 2),
        0,
        "",
        false,
    ),
    (
        "request: select_state, nth: 1, lose: answer",
        "terraform plan",
        ("select_state", 1),
        1,
        "error loading state: driver: bad connection",
        false,
    ),
    (
        "request: list, nth: 1, lose: answer",
        "terraform plan",
        ("list", 2),
        0,
        "",
        false,
    ),
    (
        "request: schema_check, nth: 1, lose: answer",
        "terraform plan",
        ("schema_check", 1),
        1,
        "driver: bad connection",
        false,
    ),
    (
        "request: try_lock, lose: answer, connection: half_open",
        APPLY,
        ("try_lock", 1),
        1,
        "Error acquiring the state lock: driver: bad connection",
        true,
    ),
    (
        "request: unlock, answer: ERROR 42501",
        "terraform plan",
        ("unlock", 1),
        1,
        "Error releasing the state lock: pq: permission denied for table states",
        false,
    ),
    (
        "request: connect, nth: 1, answer: FATAL 53300",
        "terraform plan",
        ("connect", 1),
        1,
        "pq: sorry, too many clients already",
        false,
    ),
    (
        "request: connect, nth: 1, lose: request",
        "terraform state list",
        ("connect", 1),
        1,
        "EOF",
        false,
    ),
    (
        "request: create_index, nth: 1, answer: ERROR 42501",
        "terraform init",
        ("create_index", 1),
        1,
        "pq: permission denied for table states",
        false,
    ),
    (
        "request: upsert_state, lose: request, connection: half_open",
        APPLY,
        ("upsert_state", 3),
        1,
        "Failed to save state: driver: bad connection",
        true,
    ),
];

#[test]
fn each_fault_ends_as_its_row_says() {
    for (rule, command, (statement, times), exit, error, is_left) in ROWS {
        let rules = format!("- faults: [{{ {rule} }}]\n");
        let timeline = replay(&rules, command, STATE);
        let end = last(&timeline);
        assert_eq!(sent(&timeline, statement), *times, "{rule}");
        assert_eq!(end.runs[0].end.unwrap().exit, *exit, "{rule}");
        let printed = end.runs[0].errors.first();
        let printed = printed.map_or_else(String::new, |first| match &first.cause {
            Some(cause) if !first.summary.contains(&**cause) => {
                format!("{}: {cause}", first.summary)
            }
            _ => first.summary.to_string(),
        });
        assert_eq!(printed, *error, "{rule}");
        assert_eq!(end.lock.is_locked(), *is_left, "{rule}");
    }
}

/// Without a state at the read every attempt looks first, and starts anew.
#[test]
fn a_first_save_that_fails_leaves_serial_1() {
    let rules = "- faults: [{ request: upsert_state, answer: ERROR 53100 }]\n";
    let timeline = replay(rules, APPLY, "");
    let errored = last(&timeline).errored.values().next();
    let serial = errored.and_then(LocalFile::state).map(|file| file.serial);
    assert_eq!(serial, Some(1));
    assert_eq!(sent(&timeline, "select_state"), 2);
}

/// `state rm` looks at schema, table and index once more over a second connection.
#[test]
fn commands_that_change_addresses_connect_twice() {
    let before = "before: { remote: { serial: 4, resources: [zone] } }\n";
    let command = "terraform state rm aws_route53_zone.zone";
    let timeline = replay("", command, before);
    assert_eq!(last(&timeline).runs[0].end.unwrap().exit, 0);
    let counts = ["connect", "create_index", "list"].map(|name| sent(&timeline, name));
    assert_eq!(counts, [2, 2, 1]);
}

/// A server that restarts in time is not noticed.
#[test]
fn a_restart_in_mid_apply_is_not_noticed() {
    let yaml = "leaselab: 1\ntitle: A restart\nbackend: { type: pg }\nresources:\n  \
                zone: { type: aws_route53_zone, create: 3s }\nsteps:\n\
                - { id: it, run: terraform apply -auto-approve, as: alice }\n\
                - { when: zone creating, store: restart }\n";
    let scenario = scenario::parse("restart.yaml", yaml.as_bytes()).unwrap();
    let timeline = simulate(&Arc::new(scenario), Seed(0), Recording::On);
    let end = last(&timeline);
    assert_eq!(end.runs[0].end.unwrap().exit, 0);
    assert_eq!(end.remote_state().unwrap().serial, 1);
    assert_eq!(sent(&timeline, "connect"), 2);
}
