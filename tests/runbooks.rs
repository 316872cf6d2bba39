//! How runbooks are read: those of the trials, and sentences one by one.

mod name;
mod program;
mod sentence;
mod step;
mod then;

use std::fmt::Write as _;
use std::fs;
use std::path::{Path, PathBuf};

use leaselab::render::{self, Layout};
use leaselab::runbook::{self, EntryKind, Outline};
use proptest::prelude::*;

fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/runbooks")
}

fn outline(markdown: &str) -> Result<Outline, String> {
    match runbook::parse("test.md", markdown.as_bytes()) {
        Ok(runbook) => Ok(runbook.outline()),
        Err(errors) => Err(errors.to_string()),
    }
}

/// What decides in a runbook, in the model's words: `if …`, `stop if …`, `wait until …`.
fn decisions(outline: &Outline) -> Vec<String> {
    let entries = outline.entries.iter();
    entries
        .filter_map(|entry| match &entry.kind {
            EntryKind::Condition { asks, .. } => Some(format!("if {asks}")),
            EntryKind::Stop { when: None, .. } => Some("stop".to_owned()),
            EntryKind::Stop {
                when: Some(when), ..
            } => Some(format!("stop if {when}")),
            EntryKind::Wait {
                when: None, until, ..
            } => Some(format!("wait until {until}")),
            EntryKind::Wait {
                when: Some(when),
                until,
                ..
            } => Some(format!("if {when}, wait until {until}")),
            EntryKind::Step { .. } => None,
        })
        .collect()
}

/// Every trial is read or refused as the table says, with the conditions that it names; what is
/// said of those that are refused stands in a file.
#[test]
fn the_trials_are_read_or_refused_as_the_table_says() {
    let table = fs::read_to_string(folder().join("reading.tsv")).unwrap();
    let mut refused = String::new();
    let mut files = Vec::new();
    for row in table.lines().skip(1) {
        let [file, reading, steps, decided] = row.split('\t').collect::<Vec<_>>()[..] else {
            panic!("four columns: {row}");
        };
        files.push(format!("{file}.md"));
        let source = fs::read(folder().join("trials").join(format!("{file}.md"))).unwrap();
        match runbook::parse(&format!("{file}.md"), &source) {
            Ok(runbook) => {
                assert_eq!(reading, "read", "{file}");
                assert_eq!(runbook.commands().count().to_string(), steps, "{file}");
                assert_eq!(decisions(&runbook.outline()).join("; "), decided, "{file}");
            }
            Err(errors) => {
                let drawn = errors.render(&format!("{file}.md"), &source);
                assert_eq!(reading, "refused", "{file}: {drawn}");
                writeln!(refused, "{drawn}").unwrap();
            }
        }
    }
    let mut trials: Vec<String> = fs::read_dir(folder().join("trials"))
        .unwrap()
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .collect();
    trials.sort();
    files.sort();
    assert_eq!(files, trials, "each trial has a row");
    is_committed("refused.txt", &refused);
}

/// What an author sees first.
#[test]
fn an_outline_is_as_it_was_committed() {
    let mut text = String::new();
    for file in [
        "team1",
        "c30_ornest",
        "c27_fu_answer",
        "other_container_overwrites_state",
    ] {
        let source = fs::read(folder().join("trials").join(format!("{file}.md"))).unwrap();
        let runbook = runbook::parse(&format!("{file}.md"), &source).unwrap();
        writeln!(
            text,
            "{}",
            render::outline(&runbook.outline(), Layout::default())
        )
        .unwrap();
    }
    for line in text.lines().filter(|line| !line.contains("$ ")) {
        assert!(line.chars().count() <= 80, "{line}");
    }
    is_committed("outlines.txt", &text);
}

/// Compares with a file, or writes it where somebody asks for that.
fn is_committed(name: &str, text: &str) {
    let path = folder().join(name);
    if std::env::var_os("INSTA_UPDATE").is_some_and(|update| update == "always") {
        fs::write(&path, text).unwrap();
        return;
    }
    let committed = fs::read_to_string(&path).unwrap();
    assert_eq!(
        committed, text,
        "run `INSTA_UPDATE=always cargo test runbooks`"
    );
}

#[test]
fn the_json_of_an_outline_keeps_to_its_schema() {
    let source = fs::read(folder().join("trials/team1.md")).unwrap();
    let runbook = runbook::parse("team1.md", &source).unwrap();
    let json: serde_json::Value =
        serde_json::from_str(&render::outline_json(&runbook.outline())).unwrap();
    assert_eq!(json["leaselab_outline"], 1);
    assert_eq!(json["entries"][0]["kind"], "stop");
    assert_eq!(json["names"][0]["kind"], "directory");
    let schema = render::outline_schema();
    let described = schema["properties"].as_object().unwrap();
    for key in json.as_object().unwrap().keys() {
        assert!(described.contains_key(key), "{key}");
    }
}

/// Words of which sentences are made, at random.
fn sentences() -> impl Strategy<Value = String> {
    let beginnings = [
        "If",
        "When",
        "Unless",
        "Only if",
        "Once",
        "In case",
        "As long as",
        "Where",
        "Otherwise, if",
        "If and only if",
        "Provided that",
        "**If",
        "Case A: if",
        "Then, if",
        "In case of",
    ];
    let words = [
        "the",
        "lock",
        "is",
        "held",
        "holder",
        "not",
        "gone",
        "and",
        "or",
        "but",
        "unless",
        "nobody",
        "errored.tfstate",
        "exists",
        "plan",
        "shows",
        "changes",
        "stop",
        "wait",
        "there",
        "no",
        "only",
        "you",
        "see",
        "error",
        "ID",
        "push",
        "fails",
        ",",
        "it",
        "(really)",
        "state",
        "does",
        "still",
        "somebody",
        "working",
        "by",
        "a",
        "skip",
        "this",
        "until",
        "if",
    ];
    let ends = [":", ".", ", unlock it:", "", ", do this.", "!"];
    let beginning = proptest::sample::select(beginnings.to_vec());
    let word = proptest::sample::select(words.to_vec());
    let end = proptest::sample::select(ends.to_vec());
    (beginning, proptest::collection::vec(word, 1..9), end)
        .prop_map(|(beginning, words, end)| format!("{beginning} {}{end}", words.join(" ")))
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(512))]

    /// A sentence that begins with a word of a condition and stands before a block decides about
    /// it, or is an error.
    #[test]
    fn no_condition_is_dropped(sentence in sentences(), place in 0..4) {
        let before = "```bash\nterraform plan\n```\n\n";
        let block = "```bash\nterraform state list\n```\n";
        let text = match place {
            0 => format!("{before}{sentence}\n\n{block}"),
            1 => format!("{before}## {sentence}\n\n{block}"),
            2 => format!("{before}> {sentence}\n\n{block}"),
            _ => format!("{before}- {sentence}\n\n{block}"),
        };
        if let Ok(outline) = outline(&text) {
            let last = outline.entries.last().unwrap();
            let halts = outline.entries.iter().any(|entry| {
                matches!(entry.kind, EntryKind::Stop { .. } | EntryKind::Wait { .. })
            });
            prop_assert!(!last.under.is_empty() || halts, "{text}");
        }
    }

    #[test]
    fn reading_never_panics(source in "(?s).{0,200}") {
        if let Ok(outline) = outline(&source) {
            prop_assert!(!render::outline(&outline, Layout::default()).is_empty());
        }
    }

    #[test]
    fn reading_blocks_never_panics(code in "(?s)[ -~\n]{0,120}") {
        for fence in ["bash", "console", ""] {
            let text = format!("```{fence}\n{code}\n```\n");
            if let Err(errors) = runbook::parse("test.md", text.as_bytes()) {
                prop_assert!(!errors.render("test.md", text.as_bytes()).is_empty());
            }
        }
    }
}
