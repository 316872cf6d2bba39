//! A comparison for machines: one JSON document, whose shape has a version and a schema.

use schemars::JsonSchema;
use schemars::generate::SchemaSettings;
use serde::Serialize;

use super::align::{Pair, Said, differences, said};
use crate::render::client::client;
use crate::render::json::outcome_name;
use crate::render::layout::Detail;
use crate::render::text::verdict_line;
use crate::verdict::Report;

/// The version of the document's shape.
const FORMAT: u32 = 1;

/// Two replications, and where they differ.
#[derive(Debug, Serialize, JsonSchema)]
#[schemars(title = "leaselab comparison")]
struct JsonComparison {
    /// The version of this shape: 1.
    leaselab_comparison: u32,
    /// leaselab's version.
    version: String,
    /// The two, in the order in which they were named.
    sides: Vec<JsonSide>,
    /// The position in `lines` of the first difference; none where there is no difference.
    #[serde(skip_serializing_if = "Option::is_none")]
    first_difference: Option<usize>,
    /// Both timelines, aligned.
    lines: Vec<JsonPair>,
}

/// One of the two.
#[derive(Debug, Serialize, JsonSchema)]
struct JsonSide {
    scenario: String,
    title: String,
    seed: u64,
    /// The client model, with `*` where something is overridden.
    client: String,
    /// When it ends, in seconds.
    end: String,
    in_sync: bool,
    /// `as_expected`, `not_judged`, `not_as_expected` or `vacuous`.
    outcome: &'static str,
    /// The verdict in words.
    verdict: String,
}

/// What stands in one line.
#[derive(Debug, Serialize, JsonSchema)]
struct JsonPair {
    /// `same`, `first`, `second` or `both`: whether both say it, one of them, or each something
    /// else.
    what: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    first: Option<JsonSaid>,
    #[serde(skip_serializing_if = "Option::is_none")]
    second: Option<JsonSaid>,
}

/// What a timeline says.
#[derive(Debug, Serialize, JsonSchema)]
struct JsonSaid {
    /// When, in seconds.
    #[serde(skip_serializing_if = "Option::is_none")]
    time: Option<String>,
    actor: String,
    text: String,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    more: Vec<String>,
}

impl JsonSide {
    fn new(report: &Report) -> Self {
        Self {
            scenario: report.scenario.name.clone(),
            title: report.scenario.title.clone(),
            seed: report.timeline.seed.0,
            client: client(&report.scenario.client),
            end: report.timeline.last().time.to_string(),
            in_sync: report.last().in_sync(),
            outcome: outcome_name(report.outcome),
            verdict: verdict_line(report),
        }
    }
}

impl JsonSaid {
    fn new(said: &Said) -> Self {
        Self {
            time: said.time.map(|time| time.to_string()),
            actor: said.actor.clone(),
            text: said.words.line.clone(),
            more: said.words.more.clone(),
        }
    }
}

/// Two reports, aligned, as one JSON document.
pub fn comparison_json(one: &Report, other: &Report) -> String {
    // For machines nothing is folded: they can do that themselves.
    let sides = [one, other].map(|report| said(report, Detail::Requests));
    let pairs = differences(&sides);
    let [first, second] = &sides;
    let line = |pair: &Pair| {
        let (what, one, other) = match *pair {
            Pair::Same(one, other) => ("same", Some(one), Some(other)),
            Pair::First(one) => ("first", Some(one), None),
            Pair::Second(other) => ("second", None, Some(other)),
            Pair::Both(one, other) => ("both", Some(one), Some(other)),
        };
        JsonPair {
            what,
            first: one.map(|index| JsonSaid::new(&first[index])),
            second: other.map(|index| JsonSaid::new(&second[index])),
        }
    };
    let document = JsonComparison {
        leaselab_comparison: FORMAT,
        version: env!("CARGO_PKG_VERSION").to_owned(),
        sides: [one, other].map(JsonSide::new).into(),
        first_difference: pairs.iter().position(|pair| !pair.is_same()),
        lines: pairs.iter().map(line).collect(),
    };
    let text = serde_json::to_string_pretty(&document).expect("texts and numbers are JSON");
    format!("{text}\n")
}

/// The JSON Schema of [`comparison_json`].
pub fn comparison_schema() -> serde_json::Value {
    SchemaSettings::draft07()
        .for_serialize()
        .into_generator()
        .into_root_schema_for::<JsonComparison>()
        .to_value()
}
