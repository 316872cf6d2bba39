//! How a runbook is read, for machines: one JSON document, whose shape has a version and a schema.

use schemars::JsonSchema;
use schemars::generate::SchemaSettings;
use serde::Serialize;

use crate::runbook::{Effect, Entry, EntryKind, NamedBy, Outline};

/// The version of the document's shape.
const FORMAT: u32 = 1;

/// How a runbook is read.
#[derive(Debug, Serialize, JsonSchema)]
#[schemars(title = "leaselab outline")]
struct JsonOutline {
    /// The version of this shape: 1.
    leaselab_outline: u32,
    /// leaselab's version.
    version: String,
    /// The file.
    runbook: String,
    /// What a reader comes to, in the order of the file.
    entries: Vec<JsonEntry>,
    /// What its names stand for.
    names: Vec<JsonName>,
    /// What is not typed, and why.
    passed_over: Vec<JsonPassed>,
}

/// Something that a reader comes to.
#[derive(Debug, Serialize, JsonSchema)]
struct JsonEntry {
    /// `step`, `condition`, `stop` or `wait`.
    kind: &'static str,
    /// Its line.
    line: u32,
    /// The conditions under which it is done, outermost first: positions in this list, from 0.
    under: Vec<usize>,
    /// The text in the file: the command, or the sentence.
    text: String,
    /// The column of a step, counted from 1.
    #[serde(skip_serializing_if = "Option::is_none")]
    column: Option<u32>,
    /// When: what is asked, in the model's words; none where always.
    #[serde(skip_serializing_if = "Option::is_none")]
    when: Option<String>,
    /// Until when somebody waits.
    #[serde(skip_serializing_if = "Option::is_none")]
    until: Option<String>,
    /// `look` or `change`.
    #[serde(skip_serializing_if = "Option::is_none")]
    effect: Option<&'static str>,
    /// Where something else is typed.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    placeholders: Vec<JsonPlaceholder>,
    /// What is answered where it asks.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    answers: Vec<String>,
    /// What has to be known of it.
    #[serde(skip_serializing_if = "Option::is_none")]
    note: Option<&'static str>,
}

/// A placeholder.
#[derive(Debug, Serialize, JsonSchema)]
struct JsonPlaceholder {
    /// As it is written.
    text: String,
    /// What fills it.
    stands_for: String,
    /// What has to be known of it.
    #[serde(skip_serializing_if = "Option::is_none")]
    note: Option<&'static str>,
}

/// A name in the runbook.
#[derive(Debug, Serialize, JsonSchema)]
struct JsonName {
    /// `blob`, `container`, `account`, `directory` or `workspace`.
    kind: &'static str,
    name: String,
    /// Whether it stands for the scenario's own.
    own: bool,
    /// The line of the first time; none where `--map` says it.
    #[serde(skip_serializing_if = "Option::is_none")]
    line: Option<u32>,
}

/// What is not typed.
#[derive(Debug, Serialize, JsonSchema)]
struct JsonPassed {
    line: u32,
    /// `a block`, `a line`, or the sentence itself.
    what: String,
    why: String,
}

/// How a runbook is read, as JSON.
pub fn outline_json(outline: &Outline) -> String {
    let own = outline.names.own().map(|(kind, name, by)| JsonName {
        kind: kind.word(),
        name: name.to_owned(),
        own: true,
        line: match by {
            NamedBy::Line(line) => Some(line),
            NamedBy::Map => None,
        },
    });
    let others = outline.names.others().map(|(kind, name, line)| JsonName {
        kind: kind.word(),
        name: name.to_owned(),
        own: false,
        line: Some(line),
    });
    let passed = outline.passed_over.iter().map(|passed| JsonPassed {
        line: passed.line,
        what: passed.what.clone(),
        why: passed.why.clone(),
    });
    let document = JsonOutline {
        leaselab_outline: FORMAT,
        version: env!("CARGO_PKG_VERSION").to_owned(),
        runbook: outline.runbook.clone(),
        entries: outline.entries.iter().map(entry).collect(),
        names: own.chain(others).collect(),
        passed_over: passed.collect(),
    };
    let text = serde_json::to_string_pretty(&document).expect("texts and numbers are JSON");
    format!("{text}\n")
}

fn entry(of: &Entry) -> JsonEntry {
    let plain = |kind, text: &str, when: Option<String>| JsonEntry {
        kind,
        line: of.line,
        under: of.under.clone(),
        text: text.to_owned(),
        column: None,
        when,
        until: None,
        effect: None,
        placeholders: Vec::new(),
        answers: Vec::new(),
        note: None,
    };
    match &of.kind {
        EntryKind::Condition { asks, written, .. } => {
            plain("condition", written, Some(asks.clone()))
        }
        EntryKind::Stop { when, written } => plain("stop", written, when.clone()),
        EntryKind::Wait {
            when,
            until,
            written,
        } => JsonEntry {
            until: Some(until.clone()),
            ..plain("wait", written, when.clone())
        },
        EntryKind::Step {
            source,
            effect,
            placeholders,
            each,
            answers,
            note,
            ..
        } => JsonEntry {
            column: Some(of.column),
            effect: Some(match effect {
                Effect::Look => "look",
                Effect::Change => "change",
            }),
            placeholders: placeholders
                .iter()
                .map(|placeholder| JsonPlaceholder {
                    text: placeholder.written.clone(),
                    stands_for: placeholder.stands_for.words(each),
                    note: placeholder.note,
                })
                .collect(),
            answers: answers.clone(),
            note: *note,
            ..plain("step", source, None)
        },
    }
}

/// The JSON Schema of [`outline_json`].
pub fn outline_schema() -> serde_json::Value {
    SchemaSettings::draft07()
        .for_serialize()
        .into_generator()
        .into_root_schema_for::<JsonOutline>()
        .to_value()
}
