//! The report for machines: one JSON document, whose shape has a version and a schema.
//!
//! A field that has no meaning for an entry is left out. Times are whole milliseconds of
//! simulation time. New fields may come without a new version; none goes or changes its meaning.

mod entry;
mod kind;

use std::collections::BTreeMap;

use schemars::JsonSchema;
use schemars::generate::SchemaSettings;
use serde::Serialize;

use super::client::{client, overrides};
use super::vacuity::{part, vacuity_reason};
use crate::kernel::SimTime;
use crate::terraform::{Names, StateFile};
use crate::timeline::{LocalFile, ObjectStatus, Observation, RemoteState};
use crate::verdict::{
    Mismatch, Outcome, PropertyJudgement, PropertyOutcome, Report, Weight, mends,
};
use entry::{JsonEntry, entry};

/// The version of the report's shape.
const FORMAT: u32 = 1;

/// What a replication of a scenario came to.
#[derive(Debug, Serialize, JsonSchema)]
#[schemars(title = "leaselab report")]
struct JsonReport {
    /// The version of this shape: 1.
    leaselab_report: u32,
    /// leaselab's version.
    version: String,
    /// The scenario's name: its file's stem.
    scenario: String,
    title: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    why: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    source: Option<String>,
    /// The parameters that were set, by hand or by a matrix.
    settings: BTreeMap<String, String>,
    /// The seed: the same scenario, seed and version give the same document.
    seed: u64,
    client: JsonClient,
    /// How many events occurred.
    events: u64,
    /// What did occur, in order.
    timeline: Vec<JsonEntry>,
    /// The world at each `expect` and `wreck`, and last at the end.
    pictures: Vec<JsonPicture>,
    /// What the scenario's author said would hold, in the order of the file.
    expectations: Vec<JsonExpectation>,
    /// What the scenario's author said would hold over time.
    properties: Vec<JsonProperty>,
    /// Parts of the scenario that never came to act.
    vacuities: Vec<JsonVacuity>,
    verdict: JsonVerdict,
}

/// How Terraform treats the lease, the saves and the refusals.
#[derive(Debug, Serialize, JsonSchema)]
struct JsonClient {
    /// `terraform` or `renewing`.
    base: String,
    /// In what it differs from its base, as a scenario spells it.
    overrides: Vec<String>,
}

/// The world at an instant.
#[derive(Debug, Serialize, JsonSchema)]
struct JsonPicture {
    time_ms: u64,
    /// The line of the step that asked for it; none at the end.
    #[serde(skip_serializing_if = "Option::is_none")]
    line: Option<u32>,
    /// The objects that the cloud has, by ID, with the resource that each was created for.
    cloud: BTreeMap<String, String>,
    /// The IDs of those that the cloud has accepted and not finished.
    creating: Vec<String>,
    remote: JsonState,
    /// Each operator's `errored.tfstate`.
    errored: BTreeMap<String, JsonState>,
    lock: JsonLock,
    /// What is wrong, in the order in which it is mended.
    findings: Vec<JsonFinding>,
    /// The commands that mend it, in a safe order.
    mends: Vec<JsonMend>,
    /// Whether cloud and remote state agree and nothing is left to mend.
    in_sync: bool,
}

/// What a blob or file holds.
#[derive(Debug, Serialize, JsonSchema)]
struct JsonState {
    /// `absent`, `empty`, `unreadable` or `state`.
    content: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    serial: Option<u64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    lineage: Option<String>,
    /// Each recorded resource with its object's ID.
    #[serde(skip_serializing_if = "Option::is_none")]
    resources: Option<BTreeMap<String, String>>,
    /// The resources that are marked as tainted.
    #[serde(skip_serializing_if = "Option::is_none")]
    tainted: Option<Vec<String>>,
}

/// The lease on the state blob and the lock info beside it.
#[derive(Debug, Serialize, JsonSchema)]
struct JsonLock {
    /// Whether a write needs the lease ID.
    is_held: bool,
    #[serde(skip_serializing_if = "Option::is_none")]
    lease_id: Option<String>,
    /// Whom the lock info names.
    #[serde(skip_serializing_if = "Option::is_none")]
    who: Option<String>,
    /// The ID in the lock info.
    #[serde(skip_serializing_if = "Option::is_none")]
    info_id: Option<String>,
}

/// One thing that is wrong.
#[derive(Debug, Serialize, JsonSchema)]
struct JsonFinding {
    /// `orphaned_object`, `orphaned_lock`, …
    name: String,
    /// A resource, an operator, `lock` or `state`.
    subject: String,
    /// Whether it has to be mended; a note need not.
    blocks: bool,
    evidence: String,
    mends: Vec<JsonMend>,
    #[serde(skip_serializing_if = "Option::is_none")]
    hint: Option<String>,
    /// What not to do, and why.
    #[serde(skip_serializing_if = "Option::is_none")]
    caution: Option<String>,
}

/// A command that mends something.
#[derive(Debug, Serialize, JsonSchema)]
struct JsonMend {
    operator: String,
    command: String,
}

/// An `expect`, judged.
#[derive(Debug, Serialize, JsonSchema)]
struct JsonExpectation {
    line: u32,
    time_ms: u64,
    /// How many of its parts held.
    held: u32,
    mismatches: Vec<JsonMismatch>,
}

/// A part of an `expect` that did not hold.
#[derive(Debug, Serialize, JsonSchema)]
struct JsonMismatch {
    path: String,
    /// The line of the key in the file, counted from 1.
    line: u32,
    /// The key's column in its line, counted from 1.
    column: u32,
    expected: String,
    actual: String,
}

/// An expectation over time, judged.
#[derive(Debug, Serialize, JsonSchema)]
struct JsonProperty {
    name: String,
    /// `always`, `never`, `eventually` or `sometimes`.
    mode: String,
    line: u32,
    /// `held`, `broken`, or `not_seen` for a `sometimes` that may hold under another seed.
    outcome: String,
    /// When it was broken.
    #[serde(skip_serializing_if = "Option::is_none")]
    time_ms: Option<u64>,
    mismatches: Vec<JsonMismatch>,
}

/// A fault or a step that never came to act.
#[derive(Debug, Serialize, JsonSchema)]
struct JsonVacuity {
    line: u32,
    what: String,
    why: String,
}

/// What the replication amounts to.
#[derive(Debug, Serialize, JsonSchema)]
struct JsonVerdict {
    /// `as_expected`, `not_as_expected`, `not_judged` or `vacuous`.
    outcome: String,
    in_sync: bool,
}

/// The report as JSON, indented, with a line feed at its end.
pub fn json(report: &Report) -> String {
    let mut text =
        serde_json::to_string_pretty(&document(report)).expect("plain data is serializable");
    text.push('\n');
    text
}

/// The JSON Schema of what [`json`] returns.
pub fn report_schema() -> serde_json::Value {
    SchemaSettings::draft07()
        .for_serialize()
        .into_generator()
        .into_root_schema_for::<JsonReport>()
        .to_value()
}

/// The name of an outcome for machines.
pub(super) const fn outcome_name(outcome: Outcome) -> &'static str {
    match outcome {
        Outcome::AsExpected => "as_expected",
        Outcome::NotAsExpected => "not_as_expected",
        Outcome::NotJudged => "not_judged",
        Outcome::Vacuous => "vacuous",
    }
}

fn document(report: &Report) -> JsonReport {
    let scenario = &report.scenario;
    let timeline = &report.timeline;
    JsonReport {
        leaselab_report: FORMAT,
        version: env!("CARGO_PKG_VERSION").to_owned(),
        scenario: scenario.name.clone(),
        title: scenario.title.clone(),
        why: scenario.why.clone(),
        source: scenario.source.clone(),
        settings: scenario.variant.settings.clone(),
        seed: timeline.seed.0,
        client: JsonClient {
            base: client(&scenario.client).trim_end_matches('*').to_owned(),
            overrides: overrides(&scenario.client),
        },
        events: timeline.events,
        timeline: timeline
            .entries
            .iter()
            .map(|fact| entry(fact, &timeline.names))
            .collect(),
        pictures: (0..report.pictures.len())
            .map(|index| picture(report, index))
            .collect(),
        expectations: report
            .judgements
            .iter()
            .map(|judgement| JsonExpectation {
                line: judgement.line,
                time_ms: judgement.time.as_ms(),
                held: judgement.held,
                mismatches: mismatches(&judgement.mismatches),
            })
            .collect(),
        properties: report.properties.iter().map(property).collect(),
        vacuities: timeline
            .vacuities
            .iter()
            .map(|vacuity| JsonVacuity {
                line: vacuity.line,
                what: part(vacuity.part),
                why: vacuity_reason(vacuity, &timeline.names),
            })
            .collect(),
        verdict: JsonVerdict {
            outcome: outcome_name(report.outcome).to_owned(),
            in_sync: report.last().in_sync(),
        },
    }
}

fn mismatches(mismatches: &[Mismatch]) -> Vec<JsonMismatch> {
    let json = |mismatch: &Mismatch| JsonMismatch {
        path: mismatch.path.clone(),
        line: mismatch.place.line,
        column: mismatch.place.column,
        expected: mismatch.expected.clone(),
        actual: mismatch.actual.clone(),
    };
    mismatches.iter().map(json).collect()
}

fn property(property: &PropertyJudgement) -> JsonProperty {
    let (outcome, time, broken) = match &property.outcome {
        PropertyOutcome::Held => ("held", None, &[][..]),
        PropertyOutcome::NotSeen => ("not_seen", None, &[][..]),
        PropertyOutcome::Broken { time, mismatches } => ("broken", Some(*time), &mismatches[..]),
    };
    JsonProperty {
        name: property.name.to_string(),
        mode: property.mode.name().to_owned(),
        line: property.line,
        outcome: outcome.to_owned(),
        time_ms: time.map(SimTime::as_ms),
        mismatches: mismatches(broken),
    }
}

fn picture(report: &Report, index: usize) -> JsonPicture {
    let observation: &Observation = &report.timeline.observations[index].observation;
    let names = &report.timeline.names;
    let picture = &report.pictures[index];
    let mend = |mend: &crate::verdict::Mend| JsonMend {
        operator: names.operator(mend.operator).to_owned(),
        command: mend.line.clone(),
    };
    JsonPicture {
        time_ms: observation.time.as_ms(),
        line: picture
            .occasion
            .step()
            .map(|step| report.scenario.steps[step].line),
        cloud: observation
            .cloud
            .iter()
            .map(|(id, object)| {
                let resource = names.resource(object.resource).to_owned();
                (names.object(id), resource)
            })
            .collect(),
        creating: observation
            .cloud
            .iter()
            .filter(|(_, object)| object.status == ObjectStatus::Creating)
            .map(|(id, _)| names.object(id))
            .collect(),
        remote: match &observation.remote {
            RemoteState::Absent => word("absent"),
            RemoteState::Empty => word("empty"),
            RemoteState::Unreadable => word("unreadable"),
            RemoteState::State(file) => state(file, names),
        },
        errored: observation
            .errored
            .iter()
            .map(|(operator, file)| {
                let state = match file {
                    LocalFile::Empty => word("empty"),
                    LocalFile::Unreadable => word("unreadable"),
                    LocalFile::State(file) => state(file, names),
                };
                (names.operator(*operator).to_owned(), state)
            })
            .collect(),
        lock: JsonLock {
            is_held: observation.lock.is_locked(),
            lease_id: observation.lock.id().map(|id| id.to_string()),
            who: observation
                .lock_info
                .map(|info| names.operator(info.who).to_owned()),
            info_id: observation.lock_info.map(|info| info.id.to_string()),
        },
        findings: picture
            .findings()
            .iter()
            .map(|finding| JsonFinding {
                name: finding.name.name().to_owned(),
                subject: finding.subject.word(names).to_owned(),
                blocks: finding.weight == Weight::Blocks,
                evidence: finding.evidence.clone(),
                mends: finding.mends.iter().map(mend).collect(),
                hint: finding.hint.clone(),
                caution: finding.caution.clone(),
            })
            .collect(),
        mends: mends(picture.findings()).iter().map(mend).collect(),
        in_sync: picture.in_sync(),
    }
}

fn word(content: &str) -> JsonState {
    JsonState {
        content: content.to_owned(),
        serial: None,
        lineage: None,
        resources: None,
        tainted: None,
    }
}

fn state(file: &StateFile, names: &Names) -> JsonState {
    let label = |resource| names.resource(resource).to_owned();
    JsonState {
        content: "state".to_owned(),
        serial: Some(file.serial),
        lineage: Some(file.lineage.to_string()),
        resources: Some(
            file.snapshot
                .objects()
                .map(|(resource, object)| (label(resource), names.object(object.id)))
                .collect(),
        ),
        tainted: Some(
            file.snapshot
                .objects()
                .filter(|(_, object)| object.is_tainted)
                .map(|(resource, _)| label(resource))
                .collect(),
        ),
    }
}
