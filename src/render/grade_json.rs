//! Grades of runbooks for machines: one JSON document, whose shape has a version and a schema.

use schemars::JsonSchema;
use schemars::generate::SchemaSettings;
use serde::Serialize;

use super::grade::{harm_in_words, reproduce};
use crate::runbook::{Comparison, Decided, Grade, Graded, Harm, Held, Lapse, Outcome, StepEnd};

/// The version of the document's shape.
const FORMAT: u32 = 1;

/// What a runbook, or two, made of wrecks.
#[derive(Debug, Serialize, JsonSchema)]
#[schemars(title = "leaselab grade")]
struct JsonGrades {
    /// The version of this shape: 1.
    leaselab_grade: u32,
    /// leaselab's version.
    version: String,
    /// The seed of every replication.
    seed: u64,
    /// The runbook, and with `--against` the other one.
    runbooks: Vec<JsonGrade>,
    /// With `--against`: in how many scenarios the first runbook is better, and so on.
    #[serde(skip_serializing_if = "Option::is_none")]
    comparison: Option<JsonComparison>,
}

/// A runbook's grades.
#[derive(Debug, Serialize, JsonSchema)]
struct JsonGrade {
    /// The file.
    runbook: String,
    recovered: usize,
    /// Recovered, but on the way something was at risk.
    recovered_but: usize,
    incomplete: usize,
    blocked: usize,
    made_worse: usize,
    /// The runbook's conditions, in the order of the file.
    conditions: Vec<JsonDecided>,
    /// In the order of the paths.
    scenarios: Vec<JsonCase>,
}

/// A condition of the runbook.
#[derive(Debug, Serialize, JsonSchema)]
struct JsonDecided {
    line: u32,
    /// The sentence, as it is written.
    written: String,
    /// What it asks, in the model's words.
    asks: String,
    /// On how many wrecks it held. Where it held on none of several, what depends on it is untested.
    held: usize,
    /// On how many wrecks the runbook was tried.
    wrecks: usize,
}

/// A scenario, graded.
#[derive(Debug, Serialize, JsonSchema)]
struct JsonCase {
    /// The file.
    scenario: String,
    /// `recovered`, `recovered_but`, `incomplete`, `blocked` or `made_worse`.
    outcome: String,
    /// Who typed the commands.
    operator: String,
    /// What was typed, in order.
    commands: Vec<JsonCommand>,
    /// Where the runbook could not go on.
    #[serde(skip_serializing_if = "Option::is_none")]
    blocked: Option<JsonBlocked>,
    /// What it made worse.
    harms: Vec<JsonHarm>,
    /// What was at risk on the way, and is back at the end.
    at_risk: Vec<JsonAtRisk>,
    /// What is still wrong at the end.
    findings: Vec<JsonLeft>,
    /// The command that shows the replication.
    reproduce: String,
}

/// A command as it was typed.
#[derive(Debug, Serialize, JsonSchema)]
struct JsonCommand {
    /// The line in the runbook.
    line: u32,
    /// Placeholders filled.
    command: String,
    started_ms: u64,
    /// None where it was still running after a day.
    #[serde(skip_serializing_if = "Option::is_none")]
    exit: Option<u8>,
}

/// Where a runbook could not go on.
#[derive(Debug, Serialize, JsonSchema)]
struct JsonBlocked {
    line: u32,
    command: String,
    /// What the command said.
    message: String,
}

/// Something that was made worse.
#[derive(Debug, Serialize, JsonSchema)]
struct JsonHarm {
    /// `destroyed`, `forgotten`, `lock_taken`, or the name of the finding that is new.
    kind: String,
    /// A resource, an operator, `lock` or `state`.
    subject: String,
    /// The line of the command that did it.
    #[serde(skip_serializing_if = "Option::is_none")]
    line: Option<u32>,
    /// In words.
    text: String,
}

/// Something that no copy of the state and no living process held for a while.
#[derive(Debug, Serialize, JsonSchema)]
struct JsonAtRisk {
    /// The object's ID.
    object: String,
    /// `record`, `inputs` or `taint`.
    what: String,
    from_ms: u64,
    /// The line of the command that was under way.
    #[serde(skip_serializing_if = "Option::is_none")]
    line: Option<u32>,
}

/// A finding that is left.
#[derive(Debug, Serialize, JsonSchema)]
struct JsonLeft {
    name: String,
    subject: String,
    evidence: String,
}

/// Two runbooks, compared.
#[derive(Debug, Serialize, JsonSchema)]
struct JsonComparison {
    /// Scenarios in which the first is better.
    better: usize,
    equal: usize,
    /// Scenarios in which the second is better.
    worse: usize,
}

/// The grades as JSON, indented, with a line feed at its end.
pub fn grade_json(grade: &Grade) -> String {
    written(grade, vec![document(grade)], None)
}

/// Two runbooks' grades as JSON, indented, with a line feed at its end.
pub fn grade_comparison_json(comparison: &Comparison) -> String {
    let (better, equal, worse) = comparison.counts();
    let runbooks = vec![document(&comparison.one), document(&comparison.other)];
    let counts = JsonComparison {
        better,
        equal,
        worse,
    };
    written(&comparison.one, runbooks, Some(counts))
}

/// The JSON Schema of what [`grade_json`] and [`grade_comparison_json`] return.
pub fn grade_schema() -> serde_json::Value {
    SchemaSettings::draft07()
        .for_serialize()
        .into_generator()
        .into_root_schema_for::<JsonGrades>()
        .to_value()
}

fn written(grade: &Grade, runbooks: Vec<JsonGrade>, comparison: Option<JsonComparison>) -> String {
    let document = JsonGrades {
        leaselab_grade: FORMAT,
        version: env!("CARGO_PKG_VERSION").to_owned(),
        seed: grade.seed.0,
        runbooks,
        comparison,
    };
    let mut text = serde_json::to_string_pretty(&document).expect("plain data is serializable");
    text.push('\n');
    text
}

fn document(grade: &Grade) -> JsonGrade {
    JsonGrade {
        runbook: grade.runbook.clone(),
        recovered: grade.count(Outcome::Recovered),
        recovered_but: grade.count(Outcome::RecoveredBut),
        incomplete: grade.count(Outcome::Incomplete),
        blocked: grade.count(Outcome::Blocked),
        made_worse: grade.count(Outcome::MadeWorse),
        conditions: grade.conditions.iter().map(condition).collect(),
        scenarios: grade
            .cases
            .iter()
            .map(|(path, graded)| case(grade, path, graded))
            .collect(),
    }
}

fn condition(condition: &Decided) -> JsonDecided {
    JsonDecided {
        line: condition.line,
        written: condition.written.clone(),
        asks: condition.asks.clone(),
        held: condition.held,
        wrecks: condition.wrecks,
    }
}

fn case(grade: &Grade, path: &str, graded: &Graded) -> JsonCase {
    let names = &graded.report.timeline.names;
    JsonCase {
        scenario: path.to_owned(),
        outcome: graded.outcome.name().to_owned(),
        operator: names.operator(graded.operator).to_owned(),
        commands: graded
            .steps
            .iter()
            .map(|step| JsonCommand {
                line: step.line,
                command: step.text.clone(),
                started_ms: step.started.as_ms(),
                exit: match step.end {
                    StepEnd::Exited(exit) => Some(exit),
                    StepEnd::StillRunning | StepEnd::LeftOpen => None,
                },
            })
            .collect(),
        blocked: graded.blocked.as_ref().map(|blocked| JsonBlocked {
            line: blocked.line,
            command: blocked.command.clone(),
            message: blocked.message.clone(),
        }),
        harms: graded.harms.iter().map(|one| harm(one, graded)).collect(),
        at_risk: graded.lapses.iter().map(at_risk).collect(),
        findings: graded
            .left
            .iter()
            .map(|finding| JsonLeft {
                name: finding.name.name().to_owned(),
                subject: finding.subject.word(names).to_owned(),
                evidence: finding.evidence.clone(),
            })
            .collect(),
        reproduce: reproduce(grade, path),
    }
}

fn at_risk(lapse: &Lapse) -> JsonAtRisk {
    JsonAtRisk {
        object: lapse.object.clone(),
        what: match lapse.what {
            Held::Record => "record",
            Held::Inputs => "inputs",
            Held::Taint => "taint",
        }
        .to_owned(),
        from_ms: lapse.time.as_ms(),
        line: lapse.line,
    }
}

fn harm(harm: &Harm, graded: &Graded) -> JsonHarm {
    let names = &graded.report.timeline.names;
    let (kind, subject, line) = match harm {
        Harm::LockTaken { victim, line, .. } => ("lock_taken", victim.as_str(), *line),
        Harm::Destroyed { resource, line, .. } => ("destroyed", names.resource(*resource), *line),
        Harm::Forgotten { resource, line, .. } => ("forgotten", names.resource(*resource), *line),
        Harm::Found {
            name,
            subject,
            line,
            ..
        } => (name.name(), subject.word(names), *line),
    };
    JsonHarm {
        kind: kind.to_owned(),
        subject: subject.to_owned(),
        line,
        text: harm_in_words(harm, names),
    }
}
