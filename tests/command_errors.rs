//! How the errors of each command begin, at each of its reads and at its save.

use std::sync::Arc;

use leaselab::kernel::Seed;
use leaselab::scenario;
use leaselab::simulation::{Recording, simulate};

/// The errors of a command whose request of that kind and number is refused, and its exit status.
fn refused(command: &str, request: &str, nth: u32) -> (Vec<String>, Option<u8>) {
    let yaml = format!(
        "leaselab: 1
title: a refused request
resources: {{ rg: {{}}, vnet: {{}} }}
before: {{ remote: {{ resources: [rg] }} }}
steps:
  - {{ file: {{ in: a, name: x.tfstate, serial: 9, resources: [rg] }} }}
  - {{ run: terraform plan -out=p.tfplan, as: a }}
  - faults: [ {{ request: {request}, nth: {nth}, during: it, answer: 403 AuthorizationFailure }} ]
  - {{ run: \"{command}\", as: a, id: it }}
"
    );
    let scenario = scenario::parse("refused.yaml", yaml.as_bytes());
    let scenario = scenario.unwrap_or_else(|errors| {
        panic!("{}\n{yaml}", errors.render("refused.yaml", yaml.as_bytes()))
    });
    let timeline = simulate(&Arc::new(scenario), Seed(0), Recording::On);
    assert_eq!(timeline.vacuities, [], "{command}: {request} {nth}");
    let runs = &timeline.last().runs;
    let run = runs.last().expect("the command ran");
    let errors = run.errors.iter().map(|error| error.summary.to_string());
    (errors.collect(), run.end.map(|end| end.exit))
}

const REFUSED: &str = "executing request: unexpected status 403 (403 ";

fn begins(command: &str, request: &str, nth: u32, prefix: &str) {
    let (errors, exit) = refused(command, request, nth);
    let [error] = errors.as_slice() else {
        panic!("{command}: {request} {nth}: {errors:?}");
    };
    let expected = format!("{prefix}{REFUSED}");
    assert!(
        error.starts_with(&expected),
        "{command}: {request} {nth}: {error}"
    );
    assert_eq!(exit, Some(1), "{command}: {request} {nth}");
}

/// The commands, and how their errors begin at each of their reads.
const READS: [(&str, &[&str]); 20] = [
    ("plan", &[OPERATION, OPERATION]),
    ("plan -lock=false", &[OPERATION, OPERATION]),
    ("apply -auto-approve", &[OPERATION, OPERATION]),
    ("apply -auto-approve p.tfplan", &[OPERATION, OPERATION]),
    ("apply -refresh-only -auto-approve", &[OPERATION, OPERATION]),
    ("destroy -auto-approve", &[OPERATION, OPERATION]),
    ("refresh", &[OPERATION, OPERATION]),
    (
        "import lab_thing.vnet /things/vnet",
        &[OPERATION, OPERATION],
    ),
    ("init", &["Error loading state", "Error refreshing state"]),
    ("state list", &[STATE, "Failed to load state"]),
    ("state pull", &[STATE, REFRESH]),
    ("state rm lab_thing.rg", &[STATE, REFRESH]),
    (
        "state mv lab_thing.rg lab_thing.vnet",
        &[STATE, "Failed to refresh source state"],
    ),
    (
        "state push x.tfstate",
        &[
            "Failed to load destination state",
            "Failed to refresh destination state",
        ],
    ),
    (
        "state show lab_thing.rg",
        &[OPERATION, OPERATION, STATE, REFRESH],
    ),
    (
        "show",
        &["Failed to load state manager", "Failed to load state"],
    ),
    ("output", &["Failed to load state", "Failed to load state"]),
    (
        "taint lab_thing.rg",
        &["Failed to load state", "Failed to load state"],
    ),
    (
        "untaint lab_thing.rg",
        &["Failed to load state", "Failed to load state"],
    ),
    (
        "force-unlock -force 11111111-1111-1111-1111-111111111111",
        &["Failed to load state"],
    ),
];
const OPERATION: &str = "error loading state";
const STATE: &str = "Error loading the state";
const REFRESH: &str = "Failed to refresh state";

#[test]
fn each_command_has_its_words_for_a_failed_open_and_read() {
    for (command, prefixes) in READS {
        let command = format!("terraform {command}");
        for (nth, prefix) in (1..).zip(prefixes) {
            begins(&command, "get", nth, &format!("{prefix}: "));
        }
    }
}

#[test]
fn a_list_that_fails_has_a_summary_line_in_init_only() {
    begins(
        "terraform init",
        "list",
        1,
        "Failed to get existing workspaces: listing blobs: ",
    );
    begins("terraform workspace list", "list", 1, "listing blobs: ");
}

#[test]
fn each_command_that_edits_the_state_has_its_words_for_a_failed_save() {
    for (command, prefix) in [
        ("state push x.tfstate", "Failed to persist state: "),
        ("state rm lab_thing.rg", "Error saving the state: "),
        (
            "state mv lab_thing.rg lab_thing.vnet",
            "Error saving the state: ",
        ),
        ("taint lab_thing.rg", "Error writing state file: "),
    ] {
        let command = format!("terraform {command}");
        begins(&command, "put_state", 1, prefix);
        begins(&command, "head", 3, prefix);
    }
}

#[test]
fn what_a_failed_unlock_means_is_the_commands() {
    for (command, exit) in [
        ("plan", 1),
        ("apply -auto-approve", 1),
        ("destroy -auto-approve", 1),
        ("refresh", 1),
        ("state push x.tfstate", 0),
        ("state rm lab_thing.rg", 0),
        ("state mv lab_thing.rg lab_thing.vnet", 0),
        ("taint lab_thing.rg", 0),
    ] {
        let command = format!("terraform {command}");
        let (errors, status) = refused(&command, "lease_release", 1);
        assert_eq!(errors, ["Error releasing the state lock"], "{command}");
        assert_eq!(status, Some(exit), "{command}");
    }
}

/// The errors of the last command, as they are printed: the line, and what stands below it where
/// that is not in the line.
fn printed(yaml: &str) -> Vec<(String, Option<String>)> {
    let scenario = scenario::parse("printed.yaml", yaml.as_bytes());
    let scenario = scenario
        .unwrap_or_else(|errors| panic!("{}", errors.render("printed.yaml", yaml.as_bytes())));
    let timeline = simulate(&Arc::new(scenario), Seed(0), Recording::On);
    let run = timeline.last().runs.last().expect("the command ran");
    let errors = run.errors.iter();
    errors
        .map(|error| {
            let cause = error.cause.as_deref().map(str::to_owned);
            (error.summary.to_string(), cause)
        })
        .collect()
}

#[test]
fn a_lock_that_stops_an_opening_is_said_once() {
    let errors = printed(
        "leaselab: 1
title: leased, and 0 bytes
resources: { rg: {} }
steps:
  - { run: az storage blob lease acquire -c tfstate -b terraform.tfstate, as: a }
  - { blob: truncate }
  - { run: terraform plan, as: b }
",
    );
    let line = "error loading state: failed to lock azure state: state blob is already locked";
    let below = "blob metadata \"terraformlockid\" was empty";
    assert_eq!(errors, [(line.to_owned(), Some(below.to_owned()))]);
}

#[test]
fn a_blob_snapshot_that_fails_has_a_prefix_of_its_own() {
    for (effect, cause) in [
        (
            "answer: 403 AuthorizationFailure",
            "executing request: unexpected status 403 (403 ",
        ),
        (
            "lose: request",
            "executing request: Put URL: HTTP response was nil",
        ),
    ] {
        let errors = printed(&format!(
            "leaselab: 1
title: no blob snapshot
backend: {{ snapshot: true }}
before: {{ remote: {{ resources: [rg] }} }}
resources: {{ rg: {{}} }}
steps:
  - {{ faults: [ {{ request: snapshot, {effect} }} ] }}
  - {{ run: terraform state rm lab_thing.rg, as: a }}
"
        ));
        let expected = format!(
            "Error saving the state: error snapshotting Blob \"terraform.tfstate\" (Container \
             \"tfstate\" / Account \"ACCOUNT\"): {cause}"
        );
        assert!(errors[0].0.starts_with(&expected), "{errors:?}");
    }
}
