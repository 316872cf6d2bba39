//! Exhibits: what a scenario shows, read from its report.

use std::collections::BTreeSet;

use super::printed;
use super::topic::{Sign, Topic};
use super::topics;
use crate::scenario::{BackendPreset, FindingName, Lesson};
use crate::service::Refusal;
use crate::terraform::Signal;
use crate::timeline::{
    Actor, Fact, FaultNote, MachineFact, OutputFact, ProcessFact, RequestFact, ScriptFact,
};
use crate::verdict::{Outcome, Picture, Report};

/// A scenario as one of many: what it is about, and what its replication shows.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Exhibit {
    /// The file, as it is named on a command line.
    pub path: String,
    /// The scenario's name.
    pub name: String,
    /// One line: what goes wrong.
    pub title: String,
    /// Why it happens and what it teaches.
    pub why: Option<String>,
    /// Where it happened.
    pub source: Option<String>,
    /// On which backends it plays, in the order of their words.
    pub backends: Vec<BackendPreset>,
    /// What it is for in a course.
    pub lesson: Lesson,
    /// The findings at its pictures, each once.
    pub findings: Vec<FindingName>,
    /// What it shows, in the order of the catalogue.
    pub topics: Vec<&'static Topic>,
    /// What is typed from the wreck on: `alice$ terraform plan`.
    pub recovery: Vec<String>,
    /// Whether it went as expected.
    pub outcome: Outcome,
    /// Whether it ended in sync.
    pub is_in_sync: bool,
}

impl Exhibit {
    /// The exhibit of a scenario, from a report on each of its variants: at least one, with the
    /// timeline's facts.
    pub fn of(path: String, reports: &[Report]) -> Self {
        let first = reports.first().expect("a scenario has a variant");
        let mut signs = Signs::default();
        for report in reports {
            signs.take(report);
        }
        let outcomes = reports.iter().map(|report| report.outcome);
        let went_wrong = |outcome: &Outcome| match outcome {
            Outcome::AsExpected | Outcome::NotJudged => false,
            Outcome::NotAsExpected | Outcome::Vacuous => true,
        };
        let backends = reports.iter().map(|report| report.scenario.backend);
        let backends: BTreeSet<BackendPreset> = backends.map(BackendPreset::of).collect();
        let scenario = &first.scenario;
        Self {
            backends: backends.into_iter().collect(),
            path,
            name: scenario.name.clone(),
            title: scenario.title.clone(),
            why: scenario.why.clone(),
            source: scenario.source.clone(),
            lesson: scenario.lesson.clone(),
            findings: signs.findings.iter().copied().collect(),
            topics: topics().filter(|topic| signs.shows(topic)).collect(),
            recovery: recovery(first),
            outcome: outcomes.clone().find(went_wrong).unwrap_or(first.outcome),
            is_in_sync: reports.iter().all(|report| report.last().in_sync()),
        }
    }

    /// Whether its replication shows this.
    pub fn shows(&self, topic: &Topic) -> bool {
        self.topics.iter().any(|shown| shown.name == topic.name)
    }
}

/// Everything in reports by which topics are recognized.
#[derive(Debug, Default)]
struct Signs {
    printed: BTreeSet<&'static str>,
    refusals: BTreeSet<Refusal>,
    findings: BTreeSet<FindingName>,
    typed: BTreeSet<String>,
    exits: BTreeSet<u8>,
    written: BTreeSet<String>,
    is_interrupted: bool,
}

impl Signs {
    fn take(&mut self, report: &Report) {
        for entry in &report.timeline.entries {
            match &entry.fact {
                Fact::Process(fact) => self.take_process(fact),
                Fact::Request(fact) => self.take_request(fact),
                Fact::Output(OutputFact::ErrorPrinted(diagnostic)) => {
                    let topic = printed::of(diagnostic);
                    self.printed.extend(topic.map(|topic| topic.name));
                    self.refusals.extend(
                        [diagnostic.code, diagnostic.other_code]
                            .into_iter()
                            .flatten(),
                    );
                }
                Fact::Machine(MachineFact::FileWritten { file, .. }) => {
                    self.written.insert(file.to_string());
                }
                Fact::Output(
                    OutputFact::Planned(_) | OutputFact::Prompted | OutputFact::Printed(_),
                )
                | Fact::Machine(
                    MachineFact::Suspended(_)
                    | MachineFact::LinkChanged { .. }
                    | MachineFact::DiskChanged(_)
                    | MachineFact::CredentialsChanged { .. }
                    | MachineFact::ConfigurationEdited
                    | MachineFact::FileRemoved(_)
                    | MachineFact::StateFileHandled(_),
                )
                | Fact::Lock(_)
                | Fact::State(_)
                | Fact::Operation(_)
                | Fact::Lease(_)
                | Fact::Blob(_)
                | Fact::Cloud(_)
                | Fact::Script(_) => {}
            }
        }
        let findings = report.pictures.iter().flat_map(Picture::keys);
        self.findings.extend(findings.map(|finding| finding.name));
    }

    fn take_process(&mut self, fact: &ProcessFact) {
        match fact {
            ProcessFact::Started { line, .. } => {
                self.typed.insert(line.to_string());
            }
            ProcessFact::Ended { end, .. } => {
                self.exits.insert(end.exit);
            }
            ProcessFact::Signalled(Signal::Interrupt | Signal::Terminate) => {
                self.is_interrupted = true;
            }
            ProcessFact::Signalled(Signal::HangUp | Signal::Pipe | Signal::Kill)
            | ProcessFact::Answered(_)
            | ProcessFact::WrapperActed(_) => {}
        }
    }

    fn take_request(&mut self, fact: &RequestFact) {
        match fact {
            RequestFact::Handled { refusal, .. } => self.refusals.extend(*refusal),
            RequestFact::Struck {
                note: FaultNote::AnsweredWith(refusal),
                ..
            } => {
                self.refusals.insert(*refusal);
            }
            RequestFact::Struck {
                note:
                    FaultNote::RequestLost
                    | FaultNote::AnswerLost
                    | FaultNote::Hangs
                    | FaultNote::RequestDelayed(_)
                    | FaultNote::AnswerDelayed(_),
                ..
            }
            | RequestFact::Sent { .. }
            | RequestFact::Arrived { .. }
            | RequestFact::Retried(_) => {}
        }
    }

    fn shows(&self, topic: &Topic) -> bool {
        let is_refused = topic.refusals().any(|one| self.refusals.contains(&one));
        is_refused || self.shows_sign(topic)
    }

    fn shows_sign(&self, topic: &Topic) -> bool {
        match topic.sign {
            Sign::Printed => self.printed.contains(topic.name),
            Sign::Found(finding) => self.findings.contains(&finding),
            Sign::Typed(part) => self.typed.iter().any(|line| line.contains(part)),
            Sign::Exits(status) => self.exits.contains(&status),
            Sign::Interrupted => self.is_interrupted,
            Sign::Written(file) => self.written.contains(file),
            Sign::Refused(_) | Sign::None => false,
        }
    }
}

/// What is typed from the wreck on, by whom.
fn recovery(report: &Report) -> Vec<String> {
    let timeline = &report.timeline;
    let mut is_wrecked = false;
    let mut lines = Vec::new();
    for entry in &timeline.entries {
        is_wrecked |= matches!(entry.fact, Fact::Script(ScriptFact::Wrecked(_)));
        if let (Fact::Process(ProcessFact::Started { line, .. }), Actor::Operator(operator)) =
            (&entry.fact, entry.actor)
            && is_wrecked
        {
            let name = report.timeline.names.operator(operator);
            lines.push(format!("{name}$ {line}"));
        }
    }
    lines
}
