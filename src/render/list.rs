//! The scenarios of a folder: name, title, findings, source.

use schemars::JsonSchema;
use schemars::generate::SchemaSettings;
use serde::Serialize;

use super::json::outcome_name;
use super::layout::{BOLD, DIM, Layout};
use crate::explain::Exhibit;
use crate::scenario::{BackendPreset, Lesson, Level};
use crate::verdict::Outcome;

/// The version of the shape for machines.
const FORMAT: u32 = 1;

/// The scenarios as text.
pub fn list(exhibits: &[Exhibit], layout: Layout) -> String {
    let mut lines = Vec::new();
    for exhibit in exhibits {
        lines.push(layout.paint(BOLD, &exhibit.name));
        lines.extend(layout.wrap("    ", 4, &exhibit.title));
        lines.extend(layout.wrap("    in ", 7, &exhibit.path));
        if exhibit.backends != [BackendPreset::Azurerm] {
            let words: Vec<&str> = exhibit.backends.iter().map(|one| one.word()).collect();
            lines.extend(layout.wrap("    on ", 7, &words.join(", ")));
        }
        if !exhibit.findings.is_empty() {
            let names: Vec<&str> = exhibit.findings.iter().map(|one| one.name()).collect();
            lines.extend(layout.wrap("    finds ", 10, &names.join(", ")));
        }
        if let Some(words) = lesson_in_words(&exhibit.lesson) {
            lines.extend(layout.wrap("    ", 4, &words));
        }
        match exhibit.outcome {
            Outcome::AsExpected | Outcome::NotJudged => {}
            Outcome::NotAsExpected | Outcome::Vacuous => {
                lines.push(format!("    {}", outcome_in_words(exhibit.outcome)));
            }
        }
        if let Some(source) = &exhibit.source {
            let wrapped = cited("    from ", 9, source, layout);
            lines.extend(wrapped.iter().map(|line| layout.paint(DIM, line)));
        }
    }
    let count = match exhibits.len() {
        1 => "1 scenario".to_owned(),
        count => format!("{count} scenarios"),
    };
    lines.push(count);
    let mut text = lines.join("\n");
    text.push('\n');
    text
}

/// What a scenario is for in a course, in one line: `level 1: lock, kill; chapter 3`.
fn lesson_in_words(lesson: &Lesson) -> Option<String> {
    let topics: Vec<&str> = lesson.topics.iter().map(|topic| topic.name()).collect();
    let level = lesson
        .level
        .map(|level| format!("level {}", level.number()));
    let head = match (level, topics.is_empty()) {
        (Some(level), true) => Some(level),
        (Some(level), false) => Some(format!("{level}: {}", topics.join(", "))),
        (None, false) => Some(format!("about {}", topics.join(", "))),
        (None, true) => None,
    };
    let chapter = lesson.course.map(|number| format!("chapter {number}"));
    let parts: Vec<String> = head.into_iter().chain(chapter).collect();
    (!parts.is_empty()).then(|| parts.join("; "))
}

/// A source after `first`: an address stays in one piece, so that it can be followed.
pub(super) fn cited(first: &str, indent: usize, source: &str, layout: Layout) -> Vec<String> {
    if source.trim().contains(char::is_whitespace) {
        layout.wrap(first, indent, source)
    } else {
        vec![format!("{first}{}", source.trim())]
    }
}

/// How a scenario went, in words.
pub(super) const fn outcome_in_words(outcome: Outcome) -> &'static str {
    match outcome {
        Outcome::AsExpected => "as expected",
        Outcome::NotJudged => "not judged: the scenario expects nothing",
        Outcome::NotAsExpected => "not as expected",
        Outcome::Vacuous => "vacuous: a part of the scenario never came to act",
    }
}

/// Scenarios for machines.
#[derive(Debug, Serialize, JsonSchema)]
#[schemars(title = "leaselab list")]
struct JsonList {
    /// The version of this shape: 1.
    leaselab_list: u32,
    /// leaselab's version.
    version: String,
    /// In the order of their paths.
    scenarios: Vec<JsonScenario>,
}

/// A scenario as one of many.
#[derive(Debug, Serialize, JsonSchema)]
struct JsonScenario {
    path: String,
    name: String,
    title: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    why: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    source: Option<String>,
    /// On which backends it plays: the words that `--backend` takes.
    backends: Vec<String>,
    /// What a participant must know: 1, 2 or 3.
    #[serde(skip_serializing_if = "Option::is_none")]
    level: Option<u8>,
    /// What it is about: the words that `--topic` takes.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    topics: Vec<String>,
    /// The chapter of a course in which it comes first.
    #[serde(skip_serializing_if = "Option::is_none")]
    course: Option<u16>,
    /// The findings at its pictures, each once.
    findings: Vec<String>,
    /// Everything that it shows: `leaselab explain` knows each of these names.
    shows: Vec<String>,
    /// What is typed from the wreck on.
    recovery: Vec<String>,
    /// `as_expected`, `not_as_expected`, `not_judged` or `vacuous`.
    outcome: String,
    /// Whether it ends in sync.
    in_sync: bool,
}

/// The scenarios for machines.
pub fn list_json(exhibits: &[Exhibit]) -> String {
    let scenario = |exhibit: &Exhibit| JsonScenario {
        path: exhibit.path.clone(),
        name: exhibit.name.clone(),
        title: exhibit.title.clone(),
        why: exhibit.why.clone(),
        source: exhibit.source.clone(),
        backends: { exhibit.backends.iter() }
            .map(|backend| backend.word().to_owned())
            .collect(),
        level: exhibit.lesson.level.map(Level::number),
        topics: { exhibit.lesson.topics.iter() }
            .map(|topic| topic.name().to_owned())
            .collect(),
        course: exhibit.lesson.course,
        findings: exhibit
            .findings
            .iter()
            .map(|one| one.name().to_owned())
            .collect(),
        shows: exhibit
            .topics
            .iter()
            .map(|topic| topic.name.to_owned())
            .collect(),
        recovery: exhibit.recovery.clone(),
        outcome: outcome_name(exhibit.outcome).to_owned(),
        in_sync: exhibit.is_in_sync,
    };
    pretty(&JsonList {
        leaselab_list: FORMAT,
        version: env!("CARGO_PKG_VERSION").to_owned(),
        scenarios: exhibits.iter().map(scenario).collect(),
    })
}

/// A document, indented, with a line feed at its end.
pub(super) fn pretty(document: &impl Serialize) -> String {
    let mut text = serde_json::to_string_pretty(document).expect("its keys are texts");
    text.push('\n');
    text
}

/// The JSON Schema of what [`list_json`] returns.
pub fn list_schema() -> serde_json::Value {
    SchemaSettings::draft07()
        .for_serialize()
        .into_generator()
        .into_root_schema_for::<JsonList>()
        .to_value()
}
