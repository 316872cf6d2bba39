//! The catalogue is whole and true: all that the model prints, refuses and finds stands in it, its
//! commands are commands, and people find it by what they type.

mod program;

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use leaselab::command;
use leaselab::explain::{
    Advice, Exhibit, Group, Lookup, Sign, Source, Topic, find, lookup, printed, topic, topics,
};
use leaselab::kernel::Seed;
use leaselab::render::{self, Exhibits, Layout};
use leaselab::scenario::{self, FindingName};
use leaselab::service::azure::Refusal;
use leaselab::simulation::Recording;
use leaselab::suite;
use leaselab::terraform::DiagnosticKind;
use leaselab::terraform::backend::Backend;
use leaselab::timeline::{Fact, OutputFact};
use leaselab::verdict::Report;
use rayon::prelude::*;
use serde_json::Value;

use crate::scenarios::all;

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

fn reports() -> Vec<Report> {
    let replay = |scenario: &_| suite::replay(scenario, Seed(0), Recording::On);
    all().par_iter().map(replay).collect()
}

/// The names of what a text leads to, with how.
fn found(text: &str) -> (&'static str, Vec<&'static str>) {
    let names = |found: Vec<&'static Topic>| found.into_iter().map(|topic| topic.name).collect();
    match find(text) {
        Lookup::Found(found) => ("found", names(found)),
        Lookup::Ambiguous(found) => ("ambiguous", names(found)),
        Lookup::Unknown(near) => ("unknown", near),
    }
}

#[test]
fn every_refusal_and_finding_is_explained_once() {
    for &refusal in Refusal::ALL {
        let code = refusal.code();
        let explained: Vec<&str> = topics()
            .filter(|topic| matches!(topic.sign, Sign::Refused(all) if all.contains(&refusal)))
            .map(|topic| topic.name)
            .collect();
        assert_eq!(explained.len(), 1, "{refusal:?}: {explained:?}");
        assert_eq!(found(code), ("found", explained.clone()), "{code}");
        // A line of which only the code is known: it may stand in for the whole answer.
        let line = format!(
            "unexpected status {0} ({0} no) with {code}: no",
            refusal.http_status()
        );
        let (how, names) = found(&format!("Error: executing request: {line}"));
        assert_eq!(how, "found", "{line}");
        assert!(names.contains(&explained[0]), "{line}: {names:?}");
        // What it says by itself names it too, unless other codes say the same.
        let (_, names) = found(refusal.text());
        assert!(
            names.contains(&explained[0]),
            "{}: {names:?}",
            refusal.text()
        );
        // And a rule may answer with it.
        let source = format!(
            "leaselab: 1\ntitle: t\nresources: {{ a: {{}} }}\nsteps:\n  \
             - faults: [ {{ request: any, answer: {refusal} }} ]\n  \
             - {{ run: terraform apply -auto-approve, as: alice }}\n"
        );
        let scenario = scenario::parse("t.yaml", source.as_bytes());
        let scenario = scenario.unwrap_or_else(|error| panic!("{refusal}: {error:?}"));
        let report = suite::replay(&Arc::new(scenario), Seed(0), Recording::On);
        let exhibit = Exhibit::of(String::new(), std::slice::from_ref(&report));
        let shown = exhibit
            .topics
            .iter()
            .any(|topic| topic.name == explained[0]);
        assert!(shown, "{refusal}: the scenario does not show it");
    }
    for finding in FindingName::ALL {
        let explained = topics().filter(|topic| topic.sign == Sign::Found(finding));
        assert_eq!(explained.count(), 1, "{}", finding.name());
        assert_eq!(found(finding.name()), ("found", vec![finding.name()]));
    }
}

#[test]
fn every_topic_says_what_to_do_and_names_what_exists() {
    let mut names = BTreeSet::new();
    let mut wrong = Vec::new();
    for topic in topics() {
        assert!(names.insert(topic.name), "{} stands twice", topic.name);
        for text in [topic.means, topic.when] {
            if text.is_empty() || !text.ends_with('.') {
                wrong.push(format!("{}: `{text}` is no sentence", topic.name));
            }
        }
        if topic.advice.is_empty() || topic.sources.is_empty() || topic.see.is_empty() {
            wrong.push(format!("{}: advice, sources or see is empty", topic.name));
        }
        let unknown = topic.see.iter().filter(|name| self::topic(name).is_none());
        wrong.extend(unknown.map(|name| format!("{} names {name}", topic.name)));
        for source in topic.sources {
            if let Source::Recording(stem) = source
                && !root()
                    .join(format!("tests/recordings/{stem}.json"))
                    .is_file()
            {
                wrong.push(format!("{}: there is no recording {stem}", topic.name));
            }
        }
        for other in topic.elsewhere {
            if !other.means.ends_with('.') || other.advice.is_empty() {
                wrong.push(format!("{}: {} says nothing", topic.name, other.backend));
            }
        }
        for caution in all_cautions(topic) {
            if !caution.starts_with("do not ") {
                wrong.push(format!("{}: `{caution}` is no caution", topic.name));
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// What a topic advises, whatever the backend.
fn all_advice(topic: &Topic) -> impl Iterator<Item = &'static Advice> {
    let elsewhere = topic.elsewhere.iter().flat_map(|other| other.advice);
    topic.advice.iter().chain(elsewhere)
}

/// What a topic warns of, whatever the backend.
fn all_cautions(topic: &Topic) -> impl Iterator<Item = &'static &'static str> {
    let elsewhere = topic.elsewhere.iter().flat_map(|other| other.cautions);
    topic.cautions.iter().chain(elsewhere)
}

#[test]
fn what_other_states_show_is_explained_without_commands_of_azure() {
    let is_of_azure =
        |advice: &Advice| matches!(advice, Advice::Run(line) if line.starts_with("az "));
    let mut wrong = BTreeSet::new();
    let mut count = 0;
    for report in reports() {
        if matches!(report.scenario.backend, Backend::Azurerm { .. }) {
            continue;
        }
        let backend = report.scenario.backend.name();
        let exhibit = Exhibit::of(String::new(), std::slice::from_ref(&report));
        for topic in exhibit.topics {
            let local = topic
                .elsewhere
                .iter()
                .find(|other| other.backend == backend);
            let advice = local.map_or(topic.advice, |local| local.advice);
            count += usize::from(local.is_some());
            if advice.iter().any(is_of_azure) {
                wrong.insert(topic.name);
            }
        }
    }
    assert!(
        count > 10,
        "the scenarios of local states show {count} topics that differ"
    );
    assert_eq!(wrong, BTreeSet::new());
    for name in [
        "orphaned_lock",
        "leftover_lock_info",
        "corrupt_state",
        "state_lost",
    ] {
        let topic = topic(name).unwrap();
        for backend in ["local", "s3", "gcs", "pg", "http"] {
            let own = topic
                .elsewhere
                .iter()
                .filter(|other| other.backend == backend);
            // There the lock info is the lock, or there is none.
            let is_never_found = backend != "local" && name == "leftover_lock_info";
            let count = usize::from(!is_never_found);
            assert_eq!(own.count(), count, "{name} with {backend}");
        }
    }
}

#[test]
fn every_command_of_an_advice_is_a_command() {
    let source =
        b"leaselab: 1\ntitle: t\nresources: { subnet: { type: azurerm_subnet } }\nsteps:\n  \
        - { run: terraform apply, as: alice }\n";
    let names = scenario::parse("t.yaml", source).unwrap().names;
    let mut wrong = Vec::new();
    for topic in topics() {
        for advice in all_advice(topic) {
            let Advice::Run(line) = advice else { continue };
            let line = line
                .replace("ADDRESS ID", "azurerm_subnet.subnet /things/subnet")
                .replace("ADDRESS", "azurerm_subnet.subnet");
            if let Err(error) = command::parse(&line, &names) {
                wrong.push(format!("{}: `{line}`: {error}", topic.name));
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn every_line_that_a_scenario_prints_is_explained() {
    let mut unexplained = BTreeSet::new();
    let mut count = 0;
    for report in reports() {
        for entry in &report.timeline.entries {
            if let Fact::Output(OutputFact::ErrorPrinted(diagnostic)) = &entry.fact {
                count += 1;
                if lookup::in_line(&diagnostic.summary).is_empty() {
                    unexplained.insert(diagnostic.summary.to_string());
                }
                let by_kind = printed::of(diagnostic).expect("every kind has its topic");
                let by_text = lookup::diagnostic(&diagnostic.summary);
                // A line within that line says more than its beginning.
                if !matches!(diagnostic.kind, DiagnosticKind::OpenLocked(_)) {
                    assert_eq!(by_text.map(|topic| topic.name), Some(by_kind.name));
                }
            }
        }
    }
    assert!(count > 100, "the scenarios print {count} errors");
    assert!(unexplained.is_empty(), "{unexplained:#?}");
}

/// The files of all recordings, of whatever backend.
fn recordings() -> Vec<PathBuf> {
    let mut files = Vec::new();
    for folder in fs::read_dir(root().join("tests/recordings")).unwrap() {
        for file in fs::read_dir(folder.unwrap().path()).unwrap() {
            let path = file.unwrap().path();
            if path
                .extension()
                .is_some_and(|extension| extension == "json")
            {
                files.push(path);
            }
        }
    }
    files
}

#[test]
fn every_line_that_was_recorded_is_explained() {
    let mut unexplained = BTreeSet::new();
    let mut count = 0;
    for path in recordings() {
        let recording: Value = serde_json::from_slice(&fs::read(&path).unwrap()).unwrap();
        for step in recording["steps"].as_array().unwrap() {
            for line in step["errors"].as_array().into_iter().flatten() {
                count += 1;
                let line = line.as_str().unwrap();
                if lookup::diagnostic(line).is_none() {
                    unexplained.insert(line.to_owned());
                }
            }
            for code in step["codes_shown"].as_array().into_iter().flatten() {
                // Of Cloud Storage's codes an output shows the status, behind a word of its own.
                let code = code.as_str().unwrap();
                // A status alone may be that of several codes.
                let is_status = code.bytes().all(|byte| byte.is_ascii_digit());
                let how = found(code).0;
                if how != "found" && !(is_status && how == "ambiguous") {
                    unexplained.insert(code.to_owned());
                }
            }
        }
    }
    assert!(count > 50, "the recordings have {count} errors");
    assert!(unexplained.is_empty(), "{unexplained:#?}");
}

#[test]
fn every_line_in_the_source_of_the_model_is_explained() {
    let shapes = r#"(?:Some\(|=> (?:\{\s*)?)"([A-Z][^"]{9,})""#;
    let literal = regex::Regex::new(shapes).unwrap();
    // A dialect also has lines with something to fill in, and with small beginnings.
    let filled =
        regex::Regex::new(r#"(?:format!\(\s*|=> )"([A-Za-z](?:[^"\\]|\\[\s\S])+)""#).unwrap();
    let broken = regex::Regex::new(r"\\\n\s*").unwrap();
    let mut open = vec![root().join("src/terraform"), root().join("src/world")];
    let mut lines = BTreeSet::new();
    while let Some(folder) = open.pop() {
        for entry in fs::read_dir(folder).unwrap() {
            let path: PathBuf = entry.unwrap().path();
            if path.is_dir() {
                open.push(path);
                continue;
            }
            let source = fs::read_to_string(&path).unwrap();
            let code = source.split("#[cfg(test)]").next().unwrap();
            let mut found: Vec<_> = literal.captures_iter(code).collect();
            if path.ends_with("dialect.rs") {
                found.extend(filled.captures_iter(code));
            }
            for found in found {
                let line = broken.replace_all(&found[1], "");
                lines.insert(line.replace("\\\"", "\""));
            }
        }
    }
    assert!(lines.len() > 20, "{lines:#?}");
    let holes = regex::Regex::new(r"\{[a-z_]*\}").unwrap();
    let unexplained: Vec<&String> = lines
        .iter()
        // The names of operations in the lock info.
        .filter(|line| !line.starts_with("OperationType"))
        .filter(|line| lookup::diagnostic(&holes.replace_all(&format!("{line}: x"), "x")).is_none())
        .collect();
    assert!(unexplained.is_empty(), "{unexplained:#?}");
}

#[test]
fn a_text_is_found_as_it_is_typed_or_pasted() {
    let one = |text, name| assert_eq!(found(text), ("found", vec![name]), "{text}");
    one("leaseidmissing", "LeaseIdMissing");
    one("lease id missing", "LeaseIdMissing");
    one("Orphaned Lock", "orphaned_lock");
    one(
        "Error acquiring the state lock",
        "Error acquiring the state lock",
    );
    one(
        "\"Error acquiring the state lock\"",
        "Error acquiring the state lock",
    );
    one("│ Error: Failed to save state", "Failed to save state");
    one(
        "\u{1b}[31m│\u{1b}[0m \u{1b}[1mError: \u{1b}[0mFailed to save state",
        "Failed to save state",
    );
    one(
        "blob      refuses put_state: 412 LeaseIdMissing",
        "LeaseIdMissing",
    );
    one("137", "exit status 137");
    one("kill -9", "exit status 137");
    one("ctrl+c", "Ctrl+C");
    one("-LOCK=false", "-lock=false");
    one("already exists", "A resource with the ID already exists");
    one("terraform force-unlock", "force-unlock");
    one("acquiring the state", "Error acquiring the state lock");
    one(
        "A resource with the ID \"/subscriptions/1\" already exists - to be managed via Terraform",
        "A resource with the ID already exists",
    );
    one(
        "Failed to write state: cannot import state with serial 1 over newer state with serial 2",
        "Failed to write state: cannot import state with serial … over newer state with serial …",
    );
    one(
        "There is currently a lease on the blob and no lease ID was specified in the request.",
        "LeaseIdMissing",
    );
    assert_eq!(
        found(
            "Error: error loading state: executing request: unexpected status 403 (403 no) with \
               AuthorizationFailure: no"
        ),
        (
            "found",
            vec!["error loading state: …", "AuthorizationFailure"]
        )
    );
    let (how, names) = found("The lease ID specified did not match the lease ID for the blob.");
    assert_eq!((how, names.len()), ("ambiguous", 2));
    assert_eq!(found("existing workspace").0, "found");
    assert_eq!(found("exit status").0, "ambiguous");
    assert_eq!(found("orphand_lock").1[0], "orphaned_lock");
    for nothing in ["", "  ", "│", "xyzzy", "\u{1b}", "\"", "…"] {
        assert_eq!(found(nothing), ("unknown", Vec::new()), "{nothing:?}");
    }
}

#[test]
fn every_topic_is_found_by_each_of_its_names_and_lines() {
    let mut wrong = Vec::new();
    for topic in topics() {
        for name in std::iter::once(&topic.name).chain(topic.also) {
            if found(name) != ("found", vec![topic.name]) {
                wrong.push(format!("`{name}` leads to {:?}", found(name)));
            }
        }
        for line in topic.lines() {
            let line = line.replace('…', "x");
            let leads = lookup::diagnostic(&line).map(|topic| topic.name);
            if leads != Some(topic.name) {
                wrong.push(format!("`{line}` leads to {leads:?}, not {}", topic.name));
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn the_library_shows_every_finding_and_the_codes_that_terraform_meets() {
    let reports = reports();
    let mut shown: BTreeMap<&str, usize> = BTreeMap::new();
    for report in &reports {
        let exhibit = Exhibit::of(String::new(), std::slice::from_ref(report));
        for topic in exhibit.topics {
            *shown.entry(topic.name).or_default() += 1;
        }
    }
    for finding in FindingName::ALL {
        assert!(
            shown.contains_key(finding.name()),
            "no scenario shows {}",
            finding.name()
        );
    }
    for name in [
        "LeaseIdMissing",
        "Failed to save state",
        "-lock=false",
        "exit status 137",
    ] {
        assert!(shown.contains_key(name), "no scenario shows {name}");
    }
}

#[test]
fn one_explanation_reads_like_this() {
    let topic = topic("leftover_lock_info").unwrap();
    let text = render::explanation(&[topic], &[], Exhibits::Few, Layout::default());
    let expected = "\
leftover_lock_info
a finding of leaselab

  The blob's metadata still has lock info, and there is no lease: the lock is
  free, and only looks taken. Nothing is lost.

when
  Somebody broke the lease by hand, or it ran out.

what to do, and what not, with azurerm
  ->  any command that locks clears the info
      $ terraform plan
  !   do not use force-unlock: it fails where no lease is held; the next command
      that locks clears the info

with local
  The info file beside the state is still there, and no process has the lock:
  its process was killed, or could not remove the file.
  ->  the next command that locks writes over it, and removes it when it is done
      $ terraform plan
  !   do not use force-unlock: the info file locks nobody, and the next command
      that locks clears it away

see also
  lock info
  az storage blob lease break

known from
  https://learn.microsoft.com/en-us/rest/api/storageservices/lease-blob
  https://github.com/hashicorp/terraform/blob/v1.11.4/internal/backend/remote-state/azure/client.go
";
    assert_eq!(text, expected);
}

#[test]
fn the_page_is_current() {
    let path = root().join("docs/explain.md");
    let current = render::topics_page();
    if std::env::var_os("LEASELAB_UPDATE").is_some() {
        fs::write(&path, &current).unwrap();
    }
    let committed = fs::read_to_string(&path).unwrap_or_default();
    assert!(
        committed == current,
        "docs/explain.md is not current: LEASELAB_UPDATE=1 cargo test the_page_is_current"
    );
    for group in Group::ALL {
        assert!(current.contains(group.heading()));
    }
}
