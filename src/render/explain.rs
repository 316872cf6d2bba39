//! Explanations: a topic, a scenario as an exhibit, the list of topics; as text, JSON and Markdown.

use schemars::JsonSchema;
use schemars::generate::SchemaSettings;
use serde::Serialize;

use super::layout::{BAD, BOLD, DIM, GOOD, Layout};
use super::list::{cited, outcome_in_words};
use crate::explain::{Advice, Exhibit, Group, Topic, topics};

/// The version of the shape for machines.
const FORMAT: u32 = 1;
/// So many scenarios are named; of more, the rest is counted.
const SHOWN_MAX: usize = 6;

/// How many of the scenarios that show a topic are named.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Exhibits {
    /// A few.
    Few,
    /// All.
    All,
}

/// Topics as text, with the scenarios among these that show them.
pub fn explanation(
    topics: &[&Topic],
    exhibits: &[Exhibit],
    shown: Exhibits,
    layout: Layout,
) -> String {
    let mut lines = Vec::new();
    for topic in topics {
        if !lines.is_empty() {
            lines.push(String::new());
        }
        explain(topic, exhibits, shown, layout, &mut lines);
    }
    ended(&lines)
}

fn explain(
    topic: &Topic,
    exhibits: &[Exhibit],
    shown: Exhibits,
    layout: Layout,
    lines: &mut Vec<String>,
) {
    let name = layout.wrap("", 0, topic.name);
    lines.extend(name.iter().map(|line| layout.paint(BOLD, line)));
    lines.push(layout.paint(DIM, topic.group.describes()));
    lines.push(String::new());
    lines.extend(layout.wrap("  ", 2, topic.means));
    heading("when", layout, lines);
    lines.extend(layout.wrap("  ", 2, topic.when));
    if topic.elsewhere.is_empty() {
        heading("what to do, and what not", layout, lines);
    } else {
        heading("what to do, and what not, with azurerm", layout, lines);
    }
    advise(topic.advice, topic.cautions, layout, lines);
    for other in topic.elsewhere {
        heading(&format!("with {}", other.backend), layout, lines);
        lines.extend(layout.wrap("  ", 2, other.means));
        advise(other.advice, other.cautions, layout, lines);
    }
    show_exhibits(topic, exhibits, shown, layout, lines);
    if !topic.see.is_empty() {
        heading("see also", layout, lines);
        lines.extend(topic.see.iter().map(|name| format!("  {name}")));
    }
    heading("known from", layout, lines);
    for source in topic.sources {
        lines.extend(cited("  ", 4, &source.to_string(), layout));
    }
}

fn advise(advice: &[Advice], cautions: &[&str], layout: Layout, lines: &mut Vec<String>) {
    for advice in advice {
        match advice {
            Advice::Run(line) => {
                let wrapped = layout.wrap("      $ ", 10, line);
                lines.extend(wrapped.iter().map(|line| layout.paint(GOOD, line)));
            }
            Advice::Do(text) => lines.extend(layout.wrap("  ->  ", 6, text)),
        }
    }
    for caution in cautions {
        let wrapped = layout.wrap("  !   ", 6, caution);
        lines.extend(wrapped.iter().map(|line| layout.paint(BAD, line)));
    }
}

fn heading(text: &str, layout: Layout, lines: &mut Vec<String>) {
    lines.push(String::new());
    lines.push(layout.paint(BOLD, text));
}

fn show_exhibits(
    topic: &Topic,
    exhibits: &[Exhibit],
    shown: Exhibits,
    layout: Layout,
    lines: &mut Vec<String>,
) {
    let showing: Vec<&Exhibit> = exhibits.iter().filter(|one| one.shows(topic)).collect();
    if showing.is_empty() {
        return;
    }
    heading("scenarios that show it", layout, lines);
    let count = match shown {
        Exhibits::Few => SHOWN_MAX,
        Exhibits::All => showing.len(),
    };
    for exhibit in showing.iter().take(count) {
        lines.extend(layout.wrap("  ", 6, &format!("{}: {}", exhibit.name, exhibit.title)));
    }
    if let Some(more) = showing.len().checked_sub(count).filter(|more| *more > 0) {
        lines.push(format!("  and {more} more; --all names them"));
    }
    if let Some(first) = showing.first() {
        let command = layout.wrap("      $ ", 10, &format!("leaselab run {}", first.path));
        lines.extend(command.iter().map(|line| layout.paint(GOOD, line)));
    }
}

/// A scenario as an exhibit: what it is about, what it shows, and how to replay it.
pub fn exhibit(exhibit: &Exhibit, layout: Layout) -> String {
    let mut lines = vec![
        layout.paint(BOLD, &exhibit.name),
        layout.paint(DIM, "a scenario"),
        String::new(),
    ];
    lines.extend(layout.wrap("  ", 2, &exhibit.title));
    if let Some(why) = &exhibit.why {
        heading("why", layout, &mut lines);
        lines.extend(layout.wrap("  ", 2, why.trim()));
    }
    heading("what it shows", layout, &mut lines);
    for group in Group::ALL {
        for topic in exhibit.topics.iter().filter(|topic| topic.group == group) {
            lines.extend(layout.wrap("  ", 4, topic.name));
        }
    }
    if !exhibit.recovery.is_empty() {
        heading("what is done about it", layout, &mut lines);
        for line in &exhibit.recovery {
            let wrapped = layout.wrap("      ", 10, line);
            lines.extend(wrapped.iter().map(|line| layout.paint(GOOD, line)));
        }
    }
    heading("how it ends", layout, &mut lines);
    lines.push(format!("  {}", ending(exhibit)));
    heading("replay it", layout, &mut lines);
    let command = layout.wrap("      $ ", 10, &format!("leaselab run {}", exhibit.path));
    lines.extend(command.iter().map(|line| layout.paint(GOOD, line)));
    if let Some(source) = &exhibit.source {
        heading("known from", layout, &mut lines);
        lines.extend(cited("  ", 4, source, layout));
    }
    ended(&lines)
}

fn ending(exhibit: &Exhibit) -> String {
    let sync = if exhibit.is_in_sync {
        "in sync"
    } else {
        "not in sync"
    };
    format!("{sync}; {}", outcome_in_words(exhibit.outcome))
}

/// The names of all topics, group by group.
pub fn topic_list(layout: Layout) -> String {
    ended(&names_by_group(
        "Explain one of these, or a line that a command printed, or a scenario:",
        &topics().collect::<Vec<_>>(),
        layout,
    ))
}

/// The names of these topics, of which a text may mean any.
pub fn candidates(text: &str, found: &[&Topic], layout: Layout) -> String {
    let intro = format!("\"{text}\" may mean any of these:");
    ended(&names_by_group(&intro, found, layout))
}

fn names_by_group(intro: &str, topics: &[&Topic], layout: Layout) -> Vec<String> {
    let mut lines = layout.wrap("", 0, intro);
    for group in Group::ALL {
        let mut members = topics
            .iter()
            .filter(|topic| topic.group == group)
            .peekable();
        if members.peek().is_some() {
            heading(group.heading(), layout, &mut lines);
        }
        for topic in members {
            lines.extend(layout.wrap("  ", 4, topic.name));
        }
    }
    lines
}

fn ended(lines: &[String]) -> String {
    let mut text = lines.join("\n");
    text.push('\n');
    text
}

/// Explanations for machines.
#[derive(Debug, Serialize, JsonSchema)]
#[schemars(title = "leaselab explanation")]
struct JsonExplanation {
    /// The version of this shape: 1.
    leaselab_explanation: u32,
    /// leaselab's version.
    version: String,
    /// What the text means: one topic, a line's diagnostic and the code in it, or all topics where
    /// none was asked for.
    topics: Vec<JsonTopic>,
}

/// An error line, a code, a finding or a word.
#[derive(Debug, Serialize, JsonSchema)]
struct JsonTopic {
    name: String,
    /// `diagnostic`, `code`, `finding` or `word`.
    group: String,
    /// Other words that find it.
    also: Vec<String>,
    means: String,
    when: String,
    /// What to do, in order.
    advice: Vec<JsonAdvice>,
    /// What not to do, and why.
    cautions: Vec<String>,
    /// What is said of other backends than azurerm, where that differs.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    elsewhere: Vec<JsonElsewhere>,
    /// The paths of the scenarios that show it.
    scenarios: Vec<String>,
    see: Vec<String>,
    sources: Vec<String>,
}

/// What a topic says of another backend; it stands in the place of the topic's own advice.
#[derive(Debug, Serialize, JsonSchema)]
struct JsonElsewhere {
    /// `local`.
    backend: String,
    means: String,
    advice: Vec<JsonAdvice>,
    cautions: Vec<String>,
}

/// Something to do.
#[derive(Debug, Serialize, JsonSchema)]
struct JsonAdvice {
    /// A command to type.
    #[serde(skip_serializing_if = "Option::is_none")]
    run: Option<String>,
    /// Something else.
    #[serde(skip_serializing_if = "Option::is_none", rename = "do")]
    text: Option<String>,
}

/// Topics for machines, with all scenarios among these that show them.
pub fn explanation_json(topics: &[&Topic], exhibits: &[Exhibit]) -> String {
    let document = JsonExplanation {
        leaselab_explanation: FORMAT,
        version: env!("CARGO_PKG_VERSION").to_owned(),
        topics: topics
            .iter()
            .map(|topic| json_topic(topic, exhibits))
            .collect(),
    };
    super::list::pretty(&document)
}

fn json_topic(topic: &Topic, exhibits: &[Exhibit]) -> JsonTopic {
    let owned = |words: &[&str]| words.iter().map(|&word| word.to_owned()).collect();
    let showing = exhibits.iter().filter(|one| one.shows(topic));
    JsonTopic {
        name: topic.name.to_owned(),
        group: topic.group.name().to_owned(),
        also: owned(topic.also),
        means: topic.means.to_owned(),
        when: topic.when.to_owned(),
        advice: json_advices(topic.advice),
        cautions: owned(topic.cautions),
        elsewhere: { topic.elsewhere.iter() }
            .map(|other| JsonElsewhere {
                backend: other.backend.to_owned(),
                means: other.means.to_owned(),
                advice: json_advices(other.advice),
                cautions: owned(other.cautions),
            })
            .collect(),
        scenarios: showing.map(|one| one.path.clone()).collect(),
        see: owned(topic.see),
        sources: topic.sources.iter().map(ToString::to_string).collect(),
    }
}

fn json_advices(advice: &[Advice]) -> Vec<JsonAdvice> {
    advice.iter().map(|advice| json_advice(*advice)).collect()
}

fn json_advice(advice: Advice) -> JsonAdvice {
    match advice {
        Advice::Run(line) => JsonAdvice {
            run: Some(line.to_owned()),
            text: None,
        },
        Advice::Do(text) => JsonAdvice {
            run: None,
            text: Some(text.to_owned()),
        },
    }
}

/// The JSON Schema of what [`explanation_json`] returns.
pub fn explanation_schema() -> serde_json::Value {
    SchemaSettings::draft07()
        .for_serialize()
        .into_generator()
        .into_root_schema_for::<JsonExplanation>()
        .to_value()
}

/// The whole catalogue as a Markdown page.
pub fn topics_page() -> String {
    let mut page = String::from(
        "# What it means, and what to do\n\n\
         Every error line, error code and finding that leaselab knows, and the words around them. \
         `leaselab explain WORD`\nprints one of them, with the scenarios that show it; WORD may be \
         a line pasted from a terminal. This page is\ngenerated from the same catalogue; a test \
         holds that it is current (`LEASELAB_UPDATE=1 cargo test` writes it).\n",
    );
    for group in Group::ALL {
        page.push_str("\n## ");
        page.push_str(group.heading());
        page.push('\n');
        for topic in topics().filter(|topic| topic.group == group) {
            page.push_str(&section(topic));
        }
    }
    page
}

/// A topic as a section of the page, in lines of at most 120 columns unless a word is longer.
fn section(topic: &Topic) -> String {
    let layout = Layout {
        width: 120,
        ..Layout::default()
    };
    let mut lines = vec![
        String::new(),
        format!("### `{}`", topic.name),
        String::new(),
    ];
    lines.extend(layout.wrap("", 0, topic.means));
    lines.push(String::new());
    lines.extend(layout.wrap("*When:* ", 0, topic.when));
    lines.push(String::new());
    advise_in_markdown(topic.advice, topic.cautions, layout, &mut lines);
    for other in topic.elsewhere {
        lines.push(String::new());
        let intro = format!("*With `{}`:* ", other.backend);
        lines.extend(layout.wrap(&intro, 0, other.means));
        lines.push(String::new());
        advise_in_markdown(other.advice, other.cautions, layout, &mut lines);
    }
    let see: Vec<String> = topic.see.iter().map(|name| format!("`{name}`")).collect();
    lines.push(String::new());
    lines.extend(layout.wrap("*See also:* ", 0, &see.join(", ")));
    lines.push(String::new());
    lines.push("*Known from:*".to_owned());
    lines.extend(topic.sources.iter().map(|source| {
        let source = source.to_string();
        if source.starts_with("https://") {
            // Markdown makes no link of a bare address.
            format!("* <{source}>")
        } else {
            format!("* {source}")
        }
    }));
    ended(&lines)
}

fn advise_in_markdown(
    advice: &[Advice],
    cautions: &[&str],
    layout: Layout,
    lines: &mut Vec<String>,
) {
    for advice in advice {
        match advice {
            Advice::Run(line) => lines.push(format!("* `{line}`")),
            Advice::Do(text) => lines.extend(layout.wrap("* ", 2, text)),
        }
    }
    for caution in cautions {
        let caution = caution.replacen("do not", "**do not**", 1);
        lines.extend(layout.wrap("* ", 2, &caution));
    }
}
