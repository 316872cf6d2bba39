//! Drills: transcripts, what they print, and the grade that they have; each has it again as a
//! record.

mod completion;
mod library;
mod machine;
mod outside;
mod picture;

use std::fs;
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

/// The transcripts, by their names.
fn transcripts() -> Vec<(String, PathBuf)> {
    let files = fs::read_dir(root().join("tests/drill")).unwrap();
    let paths = files.map(|file| file.unwrap().path());
    let mut found: Vec<(String, PathBuf)> = paths
        .filter(|path| path.extension().is_some_and(|ending| ending == "txt"))
        .map(|path| (path.file_stem().unwrap().to_str().unwrap().to_owned(), path))
        .collect();
    found.sort();
    found
}

/// The arguments that a transcript's first line names.
fn arguments(transcript: &str) -> Vec<&str> {
    let first = transcript.lines().next().unwrap();
    let rest = first
        .strip_prefix("# ")
        .expect("the first line names the scenario");
    rest.split(' ').collect()
}

/// Types a transcript.
fn typed(arguments: &[&str], transcript: &[u8]) -> Output {
    let mut child = Command::new(env!("CARGO_BIN_EXE_leaselab"))
        .arg("drill")
        .args(arguments)
        .current_dir(root())
        .env_remove("GITHUB_ACTIONS")
        .env_remove("COLUMNS")
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    // A drill that is over reads no further.
    child.stdin.take().unwrap().write_all(transcript).ok();
    child.wait_with_output().unwrap()
}

fn said(output: &Output) -> String {
    String::from_utf8(output.stdout.clone()).unwrap()
}

fn snapshot(name: &str, text: &str) {
    let mut settings = insta::Settings::clone_current();
    settings.set_snapshot_path("drill");
    settings.set_prepend_module_to_snapshot(false);
    settings.set_omit_expression(true);
    settings.bind(|| insta::assert_snapshot!(name, text));
}

/// The word with which a grade begins.
fn outcome(text: &str) -> &str {
    const OUTCOMES: [&str; 5] = [
        "recovered, but",
        "recovered",
        "incomplete",
        "blocked",
        "made worse",
    ];
    let begins = |line: &&str| {
        let mut outcomes = OUTCOMES.iter();
        outcomes.any(|outcome| line.starts_with(&format!("{outcome}: ")))
    };
    let line = text.lines().rev().find(begins).expect("a drill is graded");
    line.split_once(": ").unwrap().0
}

#[test]
fn transcripts_print_what_they_did() {
    for (name, path) in transcripts() {
        let transcript = fs::read_to_string(path).unwrap();
        let output = typed(&arguments(&transcript), transcript.as_bytes());
        let complaints = String::from_utf8(output.stderr.clone()).unwrap();
        let code = output.status.code();
        assert_eq!(complaints, "", "{name}");
        let text = said(&output);
        assert_eq!(code == Some(0), outcome(&text) == "recovered", "{name}");
        snapshot(&name, &text);
    }
}

#[test]
fn every_grade_and_every_word_is_shown() {
    let mut outcomes: Vec<String> = Vec::new();
    let mut lines: Vec<String> = Vec::new();
    for (_, path) in transcripts() {
        let transcript = fs::read_to_string(path).unwrap();
        let output = typed(&arguments(&transcript), transcript.as_bytes());
        outcomes.push(outcome(&said(&output)).to_owned());
        lines.extend(transcript.lines().map(str::to_owned));
    }
    for grade in leaselab::runbook::Outcome::ALL {
        assert!(
            outcomes.iter().any(|found| found == grade.words()),
            "{grade:?}"
        );
    }
    for (_, word, ..) in leaselab::drill::BUILTINS {
        let is_typed = |line: &String| line.split(' ').next() == Some(word);
        assert!(lines.iter().any(is_typed), "{word}");
    }
}

#[test]
fn no_snapshot_is_left_over() {
    let names: Vec<String> = transcripts().into_iter().map(|(name, _)| name).collect();
    for file in fs::read_dir(root().join("tests/drill")).unwrap() {
        let path = file.unwrap().path();
        if path.extension().is_some_and(|ending| ending == "snap") {
            let stem = path.file_stem().unwrap().to_str().unwrap();
            assert!(names.iter().any(|name| name == stem), "{stem}");
        }
    }
}

/// A record is a runbook: `grade` gives it the grade that the drill had.
#[test]
fn a_record_has_the_same_grade() {
    let folder = tempfile::tempdir().unwrap();
    for (name, path) in transcripts() {
        let transcript = fs::read_to_string(path).unwrap();
        let record = folder.path().join(format!("{name}.md"));
        let mut words = arguments(&transcript);
        let scenario = words[0];
        words.extend(["--record", record.to_str().unwrap()]);
        let output = typed(&words, transcript.as_bytes());
        let drilled = outcome(&said(&output)).to_owned();
        if name == "nothing" {
            assert!(!record.exists(), "nothing was typed");
            assert!(String::from_utf8_lossy(&output.stderr).contains("nothing was typed"));
            continue;
        }
        let graded = crate::cli::leaselab(&[
            "grade",
            record.to_str().unwrap(),
            root().join(scenario).to_str().unwrap(),
            "--format",
            "json",
        ]);
        let json: serde_json::Value = serde_json::from_slice(&graded.stdout)
            .unwrap_or_else(|_| panic!("{name}: {}", String::from_utf8_lossy(&graded.stderr)));
        let found = json["runbooks"][0]["scenarios"][0]["outcome"]
            .as_str()
            .unwrap()
            .replace('_', " ");
        assert_eq!(found, drilled.replace(',', ""), "{name}");
    }
}

#[test]
fn what_can_not_be_drilled_is_refused() {
    for (arguments, complaint) in [
        (&["scenarios/nowhere.yaml"][..], "cannot read"),
        (&["scenarios"], "is a folder"),
        (&["-"], "the standard input is what is typed"),
        (
            &["tests/drill/before.yaml", "tests/drill/unsaved.yaml"],
            "is about one scenario",
        ),
        (
            &["tests/drill/before.yaml", "--as", "zoe"],
            "nobody in this scenario is called `zoe`",
        ),
        (
            &["scenarios/article/api_rate_limiting_terraform.yaml"],
            "has no `wreck:` step",
        ),
        (&["tests/drill/before.yaml", "--set", "x=1"], "x"),
    ] {
        let output = typed(arguments, b"");
        let complaints = String::from_utf8_lossy(&output.stderr);
        assert_eq!(output.status.code(), Some(2), "{arguments:?}");
        assert!(
            complaints.contains(complaint),
            "{arguments:?}: {complaints}"
        );
    }
}

/// The name is what whoever drills is to find out.
#[test]
fn a_wreck_at_random_is_not_named_before_the_end() {
    let output = typed(
        &["--random", "--seed", "3", "scenarios/findings"],
        b"quit\n",
    );
    let text = said(&output);
    assert!(text.starts_with("drill  seed 3"), "{text}");
    let again = typed(
        &["--random", "--seed", "3", "scenarios/findings"],
        b"quit\n",
    );
    assert_eq!(said(&again), text, "the same seed comes to the same wreck");
    let any = typed(
        &["--random", "--level", "2", "scenarios/findings"],
        b"quit\n",
    );
    assert_ne!(any.status.code(), Some(2), "any of them can be drilled");
}

#[test]
fn advice_can_be_hidden() {
    let output = typed(
        &["tests/drill/unsaved.yaml", "--hide-advice"],
        b"hint\nls\n",
    );
    let text = said(&output);
    assert!(text.contains("No hints are given in this drill."), "{text}");
    assert!(!text.contains("own way"), "{text}");
}

/// Narrow, and in plain letters.
#[test]
fn nothing_is_wider_than_a_narrow_terminal() {
    let transcript = fs::read(root().join("tests/drill/words.txt")).unwrap();
    let mut child = Command::new(env!("CARGO_BIN_EXE_leaselab"))
        .args([
            "drill",
            "scenarios/failures/orphan_lock_after_kill.yaml",
            "--ascii",
        ])
        .current_dir(root())
        .env("COLUMNS", "60")
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    child.stdin.take().unwrap().write_all(&transcript).unwrap();
    let text = said(&child.wait_with_output().unwrap());
    let own = text
        .lines()
        .filter(|line| line.starts_with("-- ") || line.starts_with("  "));
    for line in own.filter(|line| !line.contains("  $ terraform") && !line.contains("Created:")) {
        assert!(line.chars().count() <= 60, "{line}");
    }
}
