//! What is printed is true and stands in the right place: verdicts of replications that were
//! stopped, the place of what is not as expected, pictures, widths; and what the words mean.

use std::fs;
use std::path::Path;
use std::process::Command;
use std::sync::Arc;

use leaselab::explain::{Lookup, find};
use leaselab::kernel::{Seed, SimTime};
use leaselab::render::{self, Layout};
use leaselab::scenario;
use leaselab::simulation::Recording;
use leaselab::suite;
use leaselab::timeline::{Fact, OutputFact};
use leaselab::verdict::Report;

use crate::cli::{leaselab, stdout};

fn replay_until(source: &str, until: SimTime) -> Report {
    let scenario = scenario::parse("t.yaml", source.as_bytes())
        .unwrap_or_else(|errors| panic!("{}", errors.render("t.yaml", source.as_bytes())));
    suite::replay_until(&Arc::new(scenario), Seed(0), Recording::On, until)
}

fn replay(source: &str) -> Report {
    replay_until(source, SimTime::MAX)
}

fn text(report: &Report) -> String {
    render::text(report, Layout::default())
}

/// The last line or lines: from `verdict:` on, in one line.
fn verdict(report: &Report) -> String {
    let text = text(report);
    let (_, verdict) = text.rsplit_once("verdict: ").unwrap();
    verdict.split_whitespace().collect::<Vec<_>>().join(" ")
}

const HEAD: &str = "\
leaselab: 1
title: t
resources: { vnet: { create: 10s } }
";

#[test]
fn a_replication_that_was_stopped_says_what_it_did_not_reach() {
    let steps = "steps:\n  - { run: terraform apply -auto-approve, as: alice, id: apply }\n";
    let at = |seconds: u64| SimTime::from_ms(seconds * 1000);
    let later = format!(
        "{HEAD}{steps}  - {{ at: 20s, expect: {{ cloud: [vnet] }} }}\nexpect: {{ in_sync: true }}\n"
    );
    let told = verdict(&replay_until(&later, at(5)));
    let wanted = "; not judged: stopped at 5.000 s, before the end; 2 expectations not reached";
    assert!(told.ends_with(wanted), "{told}");
    let told = verdict(&replay_until(&later, at(21)));
    assert!(told.ends_with("; as expected (2 of 2)"), "{told}");
    let early = format!(
        "{HEAD}{steps}  - {{ at: 1s, expect: {{ lock: held }} }}\nexpect: {{ in_sync: true }}\n"
    );
    let told = verdict(&replay_until(&early, at(5)));
    let wanted =
        "; as expected (1 of 1); stopped at 5.000 s, before the end; 1 expectation not reached";
    assert!(told.ends_with(wanted), "{told}");
    // What expects nothing still says so, stopped or not; and so does what does nothing.
    let nothing = format!("{HEAD}{steps}");
    for until in [at(5), SimTime::MAX] {
        let told = verdict(&replay_until(&nothing, until));
        assert!(
            told.ends_with("not judged: the scenario expects nothing"),
            "{told}"
        );
    }
    let told = verdict(&replay(&format!(
        "{HEAD}steps: []\nexpect: {{ in_sync: true }}\n"
    )));
    assert!(
        told.ends_with("not judged: the scenario has no steps"),
        "{told}"
    );
    // A bound does the same for the steps; the end is judged as it is.
    let bound = later.replace("expect: { in_sync: true }\n", "limits: { time: 5s }\n");
    let told = verdict(&replay(&bound));
    let wanted = "not judged: its bound on events or time was reached at";
    assert!(told.contains(wanted), "{told}");
    assert!(told.ends_with("1 expectation not reached"), "{told}");
}

#[test]
fn what_failed_is_placed_at_its_own_key() {
    let source = format!(
        "{HEAD}steps:
  - {{ run: terraform apply -auto-approve, as: alice, id: apply }}
  - expect:
      cloud: [vnet]
      remote:
        serial: 7
        resources: [vnet]
      errored: {{ alice: {{ serial: 3 }} }}
      lock: held
expect:
  exit:
    apply: 1
  findings: {{ orphaned_lock: [lock] }}
  in_sync: false
properties:
  held: {{ always: {{ in_sync: true, lock: free }} }}
"
    );
    let report = replay(&source);
    let lines: Vec<&str> = source.lines().collect();
    let mut told = Vec::new();
    for mismatch in report.judgements.iter().flat_map(|one| &one.mismatches) {
        let place = mismatch.place;
        let line = lines[usize::try_from(place.line).unwrap() - 1];
        let rest = &line[usize::try_from(place.column).unwrap() - 1..];
        let key = mismatch.path.rsplit('.').next().unwrap();
        assert!(
            rest.starts_with(&format!("{key}:")),
            "{} at `{rest}`",
            mismatch.path
        );
        told.push(mismatch.path.as_str());
    }
    let wanted = [
        "cloud",
        "remote.serial",
        "remote.resources",
        "lock",
        "exit.apply",
        "findings",
        "in_sync",
    ];
    for path in wanted {
        let is_told = told.contains(&path);
        let held_at_once = ["cloud", "remote.resources", "lock"].contains(&path);
        assert!(is_told || held_at_once, "{path} is not among {told:?}");
    }
    // The place also stands in the text, and in what is for machines.
    let first = &report
        .judgements
        .iter()
        .flat_map(|one| &one.mismatches)
        .next()
        .unwrap();
    let place = format!(
        "line {}, column {}, at",
        first.place.line, first.place.column
    );
    assert!(text(&report).contains(&place), "{place}");
    let json: serde_json::Value = serde_json::from_str(&render::json(&report)).unwrap();
    let found = json["expectations"]
        .as_array()
        .unwrap()
        .iter()
        .flat_map(|one| one["mismatches"].as_array().unwrap())
        .find(|one| one["path"] == first.path.as_str())
        .unwrap();
    assert_eq!(found["line"], first.place.line);
    assert_eq!(found["column"], first.place.column);
}

#[test]
fn annotations_point_at_the_key_and_at_the_broken_property() {
    let folder = tempfile::tempdir().unwrap();
    let steps = "steps:\n  - { run: terraform apply -auto-approve, as: alice, id: apply }\n";
    for (more, wanted) in [
        ("expect:\n  exit:\n    apply: 1\n", "line=8,col=5,"),
        (
            "properties:\n  never held:\n    never: { lock: held }\n",
            "line=8,title",
        ),
        (
            "properties:\n  empty:\n    always:\n      cloud: []\n",
            "line=9,col=7,",
        ),
    ] {
        let path = folder.path().join("a.yaml");
        fs::write(&path, format!("{HEAD}{steps}{more}")).unwrap();
        let output = Command::new(env!("CARGO_BIN_EXE_leaselab"))
            .args(["test", path.to_str().unwrap()])
            .env("GITHUB_ACTIONS", "true")
            .output()
            .unwrap();
        let told = stdout(&output);
        let line = told
            .lines()
            .find(|line| line.starts_with("::error"))
            .unwrap();
        assert!(line.contains(wanted), "{more}: {line}");
    }
}

#[test]
fn an_empty_expect_shows_a_picture_and_judges_nothing() {
    let source = format!(
        "{HEAD}steps:\n  - {{ run: terraform apply -auto-approve, as: alice }}\n  \
         - {{ at: 5s, expect: {{}} }}\n"
    );
    let report = replay(&source);
    let text = text(&report);
    let shown = "\nline 6, at 5.000 s\n  RESOURCE   CLOUD      REMOTE serial 1   ERRORED none\n  \
                 vnet       creating   –                 –\n";
    assert!(text.contains(shown), "{text}");
    assert!(
        text.ends_with("not judged: the scenario expects nothing\n"),
        "{text}"
    );
    // One that judges is no picture to look at, and at the end `{}` is a mistake.
    let judging = source.replace("expect: {}", "expect: { cloud: [vnet] }");
    assert!(!self::text(&replay(&judging)).contains("\nline 6, at"));
    let errors = scenario::parse("t.yaml", format!("{source}expect: {{}}\n").as_bytes());
    let errors = errors.expect_err("nothing is expected");
    assert_eq!(errors.errors[0].message, "nothing is expected of the end");
}

#[test]
fn columns_is_heeded_when_piped() {
    let widest = |arguments: &[&str], columns: &str| {
        let output = Command::new(env!("CARGO_BIN_EXE_leaselab"))
            .args(arguments)
            .current_dir(env!("CARGO_MANIFEST_DIR"))
            .env("COLUMNS", columns)
            .output()
            .unwrap();
        let width = |line: &str| line.chars().count();
        stdout(&output).lines().map(width).max().unwrap()
    };
    let article = "scenarios/lease_id_missing.yaml";
    let runbook = "runbooks/recommended.md";
    for arguments in [
        &["run", article][..],
        &["explain", "LeaseIdMissing"],
        &["explain"],
        &["list", "scenarios/article"],
        &["grade", runbook, article],
    ] {
        let at_80 = widest(arguments, "80");
        assert!(at_80 <= 80, "{arguments:?}: {at_80}");
        let wide = widest(arguments, "200");
        assert!(wide <= 200, "{arguments:?}: {wide}");
        for unusable in ["", "0", "x", "-1", "99999999999999999999999"] {
            assert_eq!(
                widest(arguments, unusable),
                at_80,
                "{arguments:?} {unusable:?}"
            );
        }
    }
    let explained = |columns| widest(&["explain", "in sync"], columns);
    assert!(explained("200") > 120 && explained("60") <= 60);
    // Narrower than a table can be is as 60.
    assert_eq!(explained("7"), explained("60"));
    // Without it, 80.
    let output = leaselab(&["explain", "LeaseIdMissing"]);
    assert!(
        stdout(&output)
            .lines()
            .all(|line| line.chars().count() <= 80)
    );
}

/// The errors that each run printed, in the order of the runs.
fn errors(report: &Report) -> Vec<String> {
    let entries = report.timeline.entries.iter();
    entries
        .filter_map(|entry| {
            if let Fact::Output(OutputFact::ErrorPrinted(error)) = &entry.fact {
                Some(error.summary.to_string())
            } else {
                None
            }
        })
        .collect()
}

#[test]
fn a_blob_with_snapshots_is_deleted_only_together_with_them() {
    let source = |more: &str| {
        format!(
            "leaselab: 1
title: t
backend: {{ snapshot: true }}
resources: {{ rg: {{}} }}
steps:
  - {{ run: terraform apply -auto-approve, as: a }}
  - {{ blob: {{ content: garbage }} }}
  - {{ wreck: a }}
{more}"
        )
    };
    let delete = "az storage blob delete --container-name tfstate --name terraform.tfstate";
    let alone = replay(&source(&format!("  - {{ run: {delete}, as: a }}\n")));
    let told = errors(&alone).join("\n");
    assert!(told.contains("SnapshotsPresent"), "{told}");
    assert!(alone.timeline.last().has_snapshots);
    // What is advised works.
    let corrupt = &alone.pictures[0].findings()[0];
    let advised: Vec<&str> = corrupt.mends.iter().map(|mend| &*mend.line).collect();
    let with = format!("{delete} --delete-snapshots include");
    assert!(advised.contains(&with.as_str()), "{advised:?}");
    let together = replay(&source(&format!("  - {{ run: {with}, as: a }}\n")));
    assert_eq!(errors(&together), Vec::<String>::new());
    assert!(!together.timeline.last().has_snapshots);
    assert!(text(&together).contains("REMOTE absent"));
    // Without snapshots the plain command is advised, and works.
    let plain = source(&format!("  - {{ run: {delete}, as: a }}\n"));
    let plain = replay(&plain.replace("backend: { snapshot: true }\n", ""));
    assert_eq!(errors(&plain), Vec::<String>::new());
    let corrupt = &plain.pictures[0].findings()[0];
    assert!(corrupt.mends.iter().any(|mend| &*mend.line == delete));
}

#[test]
fn what_was_deleted_comes_back_as_it_was_last() {
    let restored = |hand: &str, back: u64| {
        let source = format!(
            "leaselab: 1
title: t
before: {{ remote: {{ serial: 40, resources: [vnet] }} }}
resources: {{ vnet: {{}}, b: {{}} }}
steps:
  - {{ run: terraform apply -auto-approve, as: a }}
{hand}  - {{ blob: {{ restore: {back} }} }}
"
        );
        let report = replay(&source);
        let last = report.timeline.last();
        (
            last.remote_state().map(|file| file.serial),
            report.timeline.vacuities.len(),
        )
    };
    for gone in ["delete", "truncate", "{ content: garbage }"] {
        let gone = format!("  - {{ blob: {gone} }}\n");
        assert_eq!(restored(&gone, 1), (Some(41), 0), "{gone}");
        assert_eq!(restored(&gone, 2), (Some(40), 0), "{gone}");
        assert_eq!(restored(&gone, 3).1, 1, "{gone}: there was no third");
    }
    // The blob still holds its state: the one before.
    assert_eq!(restored("", 1), (Some(40), 0));
    assert_eq!(restored("", 2), (Some(41), 1), "there was no other before");
}

#[test]
fn each_command_says_in_its_own_words_that_the_backend_refuses() {
    // As the recordings `cmd_COMMAND__REQUEST_N_FAULT` have it where there is one.
    let commands = [
        ("init", "Failed to get existing workspaces: listing blobs: "),
        ("workspace list", "listing blobs: "),
        ("plan", "error loading state: "),
        ("apply -auto-approve", "error loading state: "),
        ("apply p.tfplan", "error loading state: "),
        ("refresh", "error loading state: "),
        ("import lab_thing.rg /things/rg", "error loading state: "),
        (
            "force-unlock -force 11111111-1111-1111-1111-111111111111",
            "Failed to load state: ",
        ),
        ("state pull", "Error loading the state: "),
        ("state push x.tfstate", "Failed to load destination state: "),
        ("state list", "Error loading the state: "),
        ("state show lab_thing.rg", "error loading state: "),
        ("state rm lab_thing.rg", "Error loading the state: "),
        ("taint lab_thing.rg", "Failed to load state: "),
        ("show", "Failed to load state manager: "),
        ("output", "Failed to load state: "),
    ];
    for (command, prefix) in commands {
        let source = format!(
            "leaselab: 1
title: t
resources: {{ rg: {{}} }}
before: {{ remote: {{ resources: [rg] }} }}
steps:
  - {{ file: {{ in: a, name: x.tfstate, serial: 9, resources: [rg] }} }}
  - {{ run: terraform plan -out=p.tfplan, as: a }}
  - faults: [ {{ request: any, answer: 403 AuthorizationFailure }} ]
  - {{ run: terraform {command}, as: a }}
"
        );
        let told = errors(&replay(&source));
        let wanted = format!("{prefix}executing request: unexpected status 403 (403 ");
        assert_eq!(told.len(), 1, "{command}: {told:?}");
        assert!(told[0].starts_with(&wanted), "{command}: {told:?}");
    }
    // The first read of `init` opens the state, the second one reads it.
    for (nth, prefix) in [
        (1, "Error loading state: "),
        (2, "Error refreshing state: "),
    ] {
        let source = format!(
            "leaselab: 1
title: t
resources: {{ rg: {{}} }}
steps:
  - faults: [ {{ request: get, during: init, nth: {nth}, answer: 403 AuthorizationFailure }} ]
  - {{ run: terraform init, as: a }}
"
        );
        let told = errors(&replay(&source));
        assert_eq!(told.len(), 1, "{told:?}");
        assert!(told[0].starts_with(prefix), "{nth}: {told:?}");
    }
}

/// The serials that the blob held, one for each save.
fn serials(resources: &str) -> Vec<u64> {
    let source = format!(
        "leaselab: 1\ntitle: t\nresources: {{ {resources} }}\nsteps:\n  \
         - {{ run: terraform apply -auto-approve, as: a }}\n  \
         - {{ at: 3h, blob: {{ restore: 1 }} }}\n"
    );
    let report = replay(&source);
    let versions = &report.timeline.last().versions;
    let mut serials: Vec<u64> = versions.serials().collect();
    // The hand that made the model keep them.
    serials.pop();
    serials
}

#[test]
fn the_rule_of_saving_is_the_one_that_is_written() {
    // The first to finish is not saved, however long it takes: there is one save, at the end.
    assert_eq!(
        serials("vnet: { create: 25s }, subnet: { create: 12s, needs: [vnet] }"),
        [1, 2]
    );
    assert_eq!(serials("vnet: { create: 1h }"), [1, 2]);
    // 20 s after the first one finished there is a save, and one at the end.
    assert_eq!(
        serials("a: { create: 2s }, b: { create: 20s, needs: [a] }, c: { create: 5s, needs: [b] }"),
        [1, 2, 3]
    );
    assert_eq!(
        serials(
            "a: { create: 2s }, b: { create: 19s, needs: [a] }, c: { create: 500ms, needs: [b] }"
        ),
        [1, 2]
    );
    for (file, words) in [
        (
            "README.md",
            "in between only when a resource finishes 20 s or more after the first one finished, or \
             after the last save in between",
        ),
        (
            "docs/scenario-format.md",
            "after the first one finished or after the last save in between",
        ),
        (
            "docs/explain.md",
            "20 s or more after the first one finished, or after the last save in between ended",
        ),
    ] {
        let path = Path::new(env!("CARGO_MANIFEST_DIR")).join(file);
        let text = fs::read_to_string(path).unwrap();
        let text = text.split_whitespace().collect::<Vec<_>>().join(" ");
        assert!(text.contains(words), "{file} does not say: {words}");
    }
}

/// What people type, and the topic that it leads to.
const WORDS: &[(&str, &str)] = &[
    (
        "state blob is already locked",
        "Error acquiring the state lock",
    ),
    (
        "Error message: state blob is already locked",
        "Error acquiring the state lock",
    ),
    (
        "failed to lock azure state: state blob is already locked",
        "…failed to lock azure state: state blob is already locked",
    ),
    ("wreck", "wreck"),
    ("seed", "seed"),
    ("replication", "replication"),
    ("accepts", "accepts"),
    ("OperationTypeApply", "OperationTypeApply"),
    ("OperationTypePlan", "OperationTypeApply"),
    ("OperationTypeInvalid", "OperationTypeApply"),
    ("put_state", "put_state"),
    ("set_metadata", "put_state"),
    ("lease_acquire", "put_state"),
    ("lease_break", "az storage blob lease break"),
    ("head", "put_state"),
    ("finding", "finding"),
    ("picture", "picture"),
    ("verdict", "verdict"),
    ("not judged", "verdict"),
    ("--until", "verdict"),
    ("expect", "verdict"),
    ("faults", "fault"),
    ("never", "property"),
    ("matrix", "property"),
    ("runbook", "runbook"),
    ("made worse", "runbook"),
    ("exit 2", "exit status 2"),
    ("plan", "terraform plan"),
    ("destroy", "terraform destroy"),
    ("init", "terraform init"),
    ("refresh", "refresh-only"),
    ("state mv", "state mv"),
    ("state pull", "state list"),
    ("retries", "retries"),
    ("parallelism", "-parallelism"),
    ("cut", "cut"),
    ("i/o timeout", "cut"),
    ("No space left on device", "disk full"),
    ("az login", "credentials"),
    ("sleep", "suspend"),
    ("wrapper", "wrapper"),
    ("yes", "prompt"),
    ("soft delete", "blob version"),
    ("undelete", "blob version"),
    ("restore", "blob version"),
    ("backup", "terraform.tfstate.backup"),
    ("azurerm", "backend"),
    ("lock", "takes the lock"),
    ("Acquiring state lock", "takes the lock"),
    ("Who", "lock info"),
    ("creating", "accepts"),
    ("still creating", "accepts"),
    ("saves the state", "saving during an apply"),
    ("Stopping operation", "Ctrl+C"),
    ("github_actions", "Ctrl+C"),
    ("provider crashed", "Plugin did not respond"),
    ("use_azuread_auth", "KeyBasedAuthenticationNotPermitted"),
    ("SAS", "AuthorizationServiceMismatch"),
    ("immutable", "BlobImmutableDueToPolicy"),
    ("alice", "operator"),
    ("413", "RequestBodyTooLarge"),
];

#[test]
fn words_of_timelines_readmes_and_errors_are_known() {
    let mut wrong = Vec::new();
    for (word, name) in WORDS {
        let found = find(word);
        let is_right = matches!(&found, Lookup::Found(topics)
            if topics.len() == 1 && topics[0].name == *name);
        if !is_right {
            wrong.push(format!("`{word}` leads to {found:.200?}, not to {name}"));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    for kind in leaselab::terraform::RequestKind::ALL {
        assert!(
            matches!(find(kind.name()), Lookup::Found(_)),
            "{}",
            kind.name()
        );
    }
    // A status alone may mean any of its codes.
    for (status, code) in [("403", "AuthorizationFailure"), ("404", "BlobNotFound")] {
        let Lookup::Ambiguous(found) = find(status) else {
            panic!("{status} is one of many");
        };
        assert!(
            found.iter().any(|topic| topic.name == code),
            "{status}: {code}"
        );
    }
}

/// Who names some of a run's errors learns that all of them are to be named.
#[test]
fn errors_that_are_not_named_are_said() {
    let source = "leaselab: 1
title: The link to the state goes down for good
resources: { vnet: { type: azurerm_virtual_network, create: 10s } }
steps:
  - { id: apply, run: terraform apply -auto-approve, as: alice }
  - { at: 5s, cut: alice <-> state }
expect: { errors: { apply: [Failed to save state] } }
";
    let report = replay(source);
    let mismatches = report.judgements.iter().flat_map(|one| &one.mismatches);
    let told: Vec<&str> = mismatches.map(|one| one.actual.as_str()).collect();
    let [told] = told.as_slice() else {
        panic!("{told:?}");
    };
    let (printed, unnamed) = told
        .split_once("; every error has to be named, and ")
        .unwrap();
    assert!(printed.contains("\"Failed to save state\""), "{told}");
    assert!(unnamed.contains(" not named: \""), "{told}");
    assert!(!unnamed.contains("Failed to save state"), "{told}");
}
