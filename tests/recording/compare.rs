//! Compares what a recording says with what the simulation gave, field by field.

use std::collections::BTreeSet;
use std::fmt::Debug;

use leaselab::scenario::{Scenario, Verb};
use leaselab::service::azure::{LeaseId, Refusal};
use leaselab::terraform::{
    Counts, Entry as StateEntry, Lineage, Names, OperatorId, RequestKind, RunId, Scalar, StateFile,
};
use leaselab::timeline::{
    Actor, Fact, FaultNote, LeaseObservation, LocalFile, Observation, RemoteState, RequestFact,
    Timeline,
};

use super::format::{AfterRecord, CountsRecord, Recording, RequestRecord, StateRecord, StepRecord};
use super::translate::operator;

/// A field in which they differ.
#[derive(Debug)]
pub(crate) struct Difference {
    pub(crate) field: String,
    pub(crate) recorded: String,
    pub(crate) simulated: String,
}

/// What came of a comparison.
#[derive(Debug, Default)]
pub(crate) struct Comparison {
    pub(crate) differences: Vec<Difference>,
    /// How often Azurite's code for a lease that is gone stood where Azure has another.
    pub(crate) azurite_codes: usize,
    /// The label under which Azurite stored a put with an ID where there was no blob, which Azure
    /// refuses: from there on the two services have different stories.
    pub(crate) parted: Option<String>,
}

impl Comparison {
    fn same<T: PartialEq + Debug>(&mut self, field: &str, recorded: &T, simulated: &T) {
        if recorded != simulated {
            self.differences.push(Difference {
                field: field.to_owned(),
                recorded: format!("{recorded:?}"),
                simulated: format!("{simulated:?}"),
            });
        }
    }

    /// Azurite gives one code for every ID against an unlocked lease (LEASES.md §9, item 1).
    fn same_code(&mut self, recorded: &str, simulated: &str) -> bool {
        let is_azurite = recorded == "LeaseNotPresentWithBlobOperation"
            && matches!(simulated, "LeaseLost" | "LeaseIdMismatchWithBlobOperation");
        if is_azurite && recorded != simulated {
            self.azurite_codes += 1;
        }
        recorded == simulated || is_azurite
    }
}

/// Compares a recording with a timeline.
pub(crate) fn compare(
    recording: &Recording,
    scenario: &Scenario,
    timeline: &Timeline,
) -> Comparison {
    let mut comparison = Comparison::default();
    let observed: Vec<&Observation> = timeline
        .observations
        .iter()
        .filter(|observed| {
            observed
                .occasion
                .step()
                .is_some_and(|step| matches!(scenario.steps[step].verb, Verb::Expect(_)))
        })
        .map(|observed| observed.observation.as_ref())
        .collect();
    comparison.same(
        "number of steps that ended",
        &recording.steps.len(),
        &observed.len(),
    );
    compare_requests(&mut comparison, recording, timeline);
    for (record, observation) in recording.steps.iter().zip(observed) {
        if comparison.parted.as_ref() == Some(&record.step) {
            break;
        }
        compare_step(&mut comparison, record, observation, &timeline.names);
    }
    comparison
}

fn compare_step(
    comparison: &mut Comparison,
    record: &StepRecord,
    observation: &Observation,
    names: &Names,
) {
    let step = &record.step;
    let field = |name: &str| format!("{step}: {name}");
    if record.command.is_some() {
        let run = names.find_run(step).expect("every command is a run");
        let run = observation.runs.iter().find(|other| other.run == run);
        let end = run.and_then(|run| run.end);
        let exit = record
            .exit_code
            .map(|code| if code < 0 { 128 - code } else { code });
        comparison.same(
            &field("exit code"),
            &exit,
            &end.map(|end| i64::from(end.exit)),
        );
        let counts = |counts: Option<Counts>| counts.map(|c| (c.add, c.change, c.destroy));
        let recorded = |counts: Option<CountsRecord>| counts.map(|c| (c.add, c.change, c.destroy));
        let plan = counts(end.and_then(|end| end.plan));
        comparison.same(&field("plan"), &recorded(record.plan), &plan);
        let applied = counts(end.and_then(|end| end.applied));
        comparison.same(&field("applied"), &recorded(record.applied), &applied);
        let printed = run.map_or(&[][..], |run| &run.errors[..]);
        let errors: BTreeSet<String> = record.errors.iter().map(|text| normalized(text)).collect();
        // The recordings have summary lines only, and a bare cause is none.
        let simulated = printed
            .iter()
            .filter(|error| !error.kind.is_bare())
            .map(|error| normalized(&error.summary))
            .collect();
        comparison.same(&field("errors"), &errors, &simulated);
        let codes = printed
            .iter()
            .filter_map(|error| error.code)
            .map(Refusal::code)
            .collect();
        compare_codes(
            comparison,
            &field("codes shown"),
            &record.codes_shown,
            &codes,
        );
    }
    let operator_name = record.actor.as_deref().map(operator);
    let actor = operator_name.and_then(|name| names.find_operator(&name));
    compare_after(comparison, step, &record.after, observation, actor, names);
}

fn compare_codes(
    comparison: &mut Comparison,
    field: &str,
    recorded: &[String],
    simulated: &BTreeSet<&'static str>,
) {
    let recorded: BTreeSet<&str> = recorded.iter().map(String::as_str).collect();
    let is_same = recorded.len() == simulated.len()
        && recorded
            .iter()
            .zip(simulated)
            .all(|(one, two)| comparison.same_code(one, two));
    if !is_same {
        comparison.same(field, &recorded, &simulated.iter().copied().collect());
    }
}

fn compare_after(
    comparison: &mut Comparison,
    step: &str,
    record: &AfterRecord,
    observation: &Observation,
    actor: Option<OperatorId>,
    names: &Names,
) {
    let field = |name: &str| format!("{step}: after: {name}");
    let name = |id| names.object(id).trim_start_matches("/things/").to_owned();
    let mut cloud: Vec<String> = observation.cloud.ids().map(name).collect();
    cloud.sort();
    comparison.same(&field("cloud"), &record.cloud, &cloud);
    let remote = match &observation.remote {
        RemoteState::Absent | RemoteState::Unreadable => None,
        RemoteState::Empty => Some((0, Vec::new())),
        RemoteState::State(file) => Some(summary(file, names)),
    };
    comparison.same(
        &field("remote"),
        &record.remote.as_ref().map(recorded_summary),
        &remote,
    );
    if let Some(actor) = actor {
        let errored = match observation.errored.get(&actor) {
            None | Some(LocalFile::Empty | LocalFile::Unreadable) => None,
            Some(LocalFile::State(file)) => Some(summary(file, names)),
        };
        let recorded = record.errored_tfstate.as_ref().map(recorded_summary);
        comparison.same(&field("errored.tfstate"), &recorded, &errored);
        let same_lineage = |remote: &Option<StateRecord>| {
            Some(
                remote.as_ref()?.lineage.clone()?
                    == record.errored_tfstate.as_ref()?.lineage.clone()?,
            )
        };
        let simulated = match (&observation.remote, observation.errored.get(&actor)) {
            (RemoteState::State(remote), Some(LocalFile::State(errored))) => {
                Some(remote.lineage == errored.lineage)
            }
            _ => None,
        };
        if let (Some(recorded), Some(simulated)) = (same_lineage(&record.remote), simulated) {
            comparison.same(&field("same lineage"), &recorded, &simulated);
        }
    }
    if let Some(lease) = record
        .lease
        .as_ref()
        .and_then(|lease| lease.state.as_deref())
    {
        let simulated = match observation.lease {
            LeaseObservation::Available => "available",
            LeaseObservation::Leased { .. } | LeaseObservation::Process { .. } => "leased",
            LeaseObservation::Expired => "expired",
            LeaseObservation::Breaking { .. } => "breaking",
            LeaseObservation::Broken => "broken",
        };
        comparison.same(&field("lease"), &lease, &simulated);
    }
    if let Some(has_info) = record.lock_metadata {
        let simulated = observation.lock_info.is_some();
        comparison.same(&field("lock info"), &has_info, &simulated);
    }
}

fn recorded_summary(record: &StateRecord) -> (u64, Vec<String>) {
    (record.serial, record.resources.clone())
}

fn summary(file: &StateFile, names: &Names) -> (u64, Vec<String>) {
    let _: Lineage = file.lineage;
    let mut resources: Vec<String> = file
        .snapshot
        .entries()
        .filter_map(|(resource, entry)| match entry {
            StateEntry::Husk => None,
            StateEntry::Object(object) => {
                let mut text = names.resource(resource).to_owned();
                if object.is_tainted {
                    text.push_str("!tainted");
                }
                match object.attributes.get("size") {
                    None | Some(Scalar::Null) => {}
                    Some(size) => text = format!("{text}(size={size})"),
                }
                Some(text)
            }
        })
        .collect();
    resources.sort();
    (file.serial, resources)
}

/// An error's line, with transport errors reduced to verb and kind and with IDs renamed.
fn normalized(text: &str) -> String {
    let mut text = text.to_owned();
    if let Some(at) = text.find("unexpected status ") {
        let tail = &text[at..];
        let status: String = tail["unexpected status ".len()..].chars().take(3).collect();
        let code = tail
            .split(" with ")
            .nth(1)
            .unwrap_or("")
            .split(':')
            .next()
            .unwrap_or("");
        text = format!("{}unexpected status {status} with {code}", &text[..at]);
    }
    let words: Vec<String> = text.split('"').map(rename).collect();
    let text = words.join("\"");
    let words: Vec<String> = text.split(' ').map(rename).collect();
    words.join(" ")
}

/// IDs and lineages are renamed by a mark: which one it is, the states tell.
fn rename(word: &str) -> String {
    let is_renamed = word.starts_with("lineage-") || word.starts_with("lease-");
    if is_renamed || word.parse::<LeaseId>().is_ok() {
        "ID".to_owned()
    } else {
        word.to_owned()
    }
}

/// A request as both sides tell it: what, with an ID or not, serial, status, code. Under which
/// label it was sent is a matter of time, and not compared.
#[derive(Debug, Clone, PartialEq)]
struct Told {
    step: String,
    op: String,
    has_id: bool,
    serial: Option<u64>,
    status: Option<u16>,
    code: Option<String>,
}

fn recorded(record: &RequestRecord) -> Told {
    Told {
        step: record.step.clone(),
        op: record.op.clone(),
        has_id: record.lease.is_some(),
        serial: record.serial,
        status: record.status,
        code: record.code.clone(),
    }
}

fn compare_requests(comparison: &mut Comparison, recording: &Recording, timeline: &Timeline) {
    let simulated = simulated_requests(timeline);
    let actors: BTreeSet<&str> = recording
        .requests
        .iter()
        .map(|request| request.actor.as_str())
        .collect();
    for actor in actors {
        let told = recording
            .requests
            .iter()
            .filter(|request| request.actor == actor);
        let told: Vec<Told> = told.map(recorded).collect();
        let operator = timeline.names.find_operator(&operator(actor));
        let ours: Vec<Told> = simulated
            .iter()
            .filter(|(by, _)| Some(*by) == operator)
            .map(|(_, told)| told.clone())
            .collect();
        let told = without_polls(recording, actor, &told);
        let ours = without_polls(recording, actor, &ours);
        compare_sequences(comparison, actor, &told, &ours);
    }
}

fn compare_sequences(comparison: &mut Comparison, actor: &str, told: &[Told], ours: &[Told]) {
    for index in 0..told.len().max(ours.len()) {
        let (one, two) = (told.get(index), ours.get(index));
        let is_same = match (one, two) {
            (Some(one), Some(two)) => {
                let codes = match (&one.code, &two.code) {
                    (Some(one), Some(two)) => comparison.same_code(one, two),
                    (one, two) => one == two,
                };
                codes
                    && (&one.op, one.has_id, one.serial, one.status)
                        == (&two.op, two.has_id, two.serial, two.status)
            }
            _ => false,
        };
        if is_same {
            continue;
        }
        match (one, two) {
            (Some(one), Some(two)) if is_put_without_blob(one, two) => {
                comparison.parted = Some(one.step.clone());
            }
            (one, two) => {
                comparison.same(&format!("request {} of {actor}", index + 1), &one, &two);
            }
        }
        return;
    }
}

/// Azurite stores a put with an ID where there is no blob (LEASES.md §9, item 7).
fn is_put_without_blob(recorded: &Told, simulated: &Told) -> bool {
    let refusal = Some("LeaseNotPresentWithBlobOperation");
    (recorded.op.as_str(), recorded.has_id, recorded.status) == ("put_state", true, Some(201))
        && simulated.code.as_deref() == refusal
        && (&recorded.op, recorded.has_id, recorded.serial)
            == (&simulated.op, simulated.has_id, simulated.serial)
}

/// Without the heads that only poll a lock: those of a command with `-lock-timeout`, whoever's
/// label they were sent under. An actor runs one command after the other.
fn without_polls(recording: &Recording, actor: &str, told: &[Told]) -> Vec<Told> {
    let own: Vec<&StepRecord> = recording
        .steps
        .iter()
        .filter(|record| record.actor.as_deref() == Some(actor))
        .collect();
    let mut current = None;
    let mut kept = Vec::new();
    for (index, this) in told.iter().enumerate() {
        if this.step == "init" {
            kept.push(this.clone());
            continue;
        }
        let named = own.iter().find(|record| record.step == this.step);
        current = named.or(current).or(own.first());
        let command = current.and_then(|record| record.command.as_deref());
        let polls = command.is_some_and(|command| command.contains("-lock-timeout"));
        let is_poll = polls
            && this.op == "head"
            && !this.has_id
            && told
                .get(index + 1)
                .is_none_or(|next| next.op != "lease_acquire");
        if !is_poll {
            kept.push(this.clone());
        }
    }
    kept
}

fn simulated_requests(timeline: &Timeline) -> Vec<(OperatorId, Told)> {
    let mut requests: Vec<(OperatorId, u64, Told)> = Vec::new();
    for entry in &timeline.entries {
        let Fact::Request(fact) = &entry.fact else {
            continue;
        };
        match fact {
            RequestFact::Sent {
                number,
                phase,
                kind,
                lock_id,
                serial,
                ..
            } => {
                let Actor::Operator(operator) = entry.actor else {
                    continue;
                };
                let phase: RunId = *phase;
                let step = timeline.names.run(phase);
                let step = if step.starts_with("init_") {
                    "init"
                } else {
                    step
                };
                let kind: RequestKind = *kind;
                requests.push((
                    operator,
                    *number,
                    Told {
                        step: step.to_owned(),
                        op: kind.name().to_owned(),
                        has_id: lock_id.is_some(),
                        serial: *serial,
                        status: None,
                        code: None,
                    },
                ));
            }
            RequestFact::Handled {
                number,
                status,
                refusal,
                ..
            } => {
                if let Some((_, _, told)) = requests.iter_mut().find(|(_, n, _)| n == number) {
                    told.status = Some(*status);
                    told.code = refusal.map(|refusal| refusal.code().to_owned());
                }
            }
            RequestFact::Struck {
                number,
                note: FaultNote::AnsweredWith(refusal),
                ..
            } => {
                if let Some((_, _, told)) = requests.iter_mut().find(|(_, n, _)| n == number) {
                    told.status = Some(refusal.http_status());
                    told.code = Some(refusal.code().to_owned());
                }
            }
            RequestFact::Struck { .. } | RequestFact::Arrived { .. } | RequestFact::Retried(_) => {}
        }
    }
    requests
        .into_iter()
        .map(|(operator, _, told)| (operator, told))
        .collect()
}
