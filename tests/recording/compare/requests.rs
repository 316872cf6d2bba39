//! The requests of each actor, in their order.

use std::collections::BTreeSet;

use leaselab::service::Refusal;
use leaselab::terraform::{OperatorId, RunId};
use leaselab::timeline::{Actor, Fact, FaultNote, RequestFact, Timeline};

use super::super::format::{BackendKind, FaultAction, Recording, RequestRecord, Rule, StepRecord};
use super::super::translate::http::is_unheard;
use super::super::translate::operator;
use super::{Comparison, Parting, PartingReason, http, pg};

/// A request as both sides tell it: what, with an ID or not, serial, status, code. Under which
/// label it was sent is a matter of time, and not compared.
#[derive(Debug, Clone, PartialEq, Default)]
pub(super) struct Told {
    pub(super) step: String,
    pub(super) op: String,
    right: Right,
    serial: Option<u64>,
    pub(super) status: Option<u16>,
    pub(super) code: Option<String>,
    /// S3: the attempt of the SDK.
    attempt: Option<u32>,
    /// pg: whether its serial was not read, since the proxy did not let it through.
    is_unread: bool,
    /// S3: whether Go's HTTP client repeated it within the attempt.
    is_repeated_at_once: bool,
    /// HTTP: whether it is an unlock that does not say of what.
    body: BodySent,
    /// Ours: who answered.
    pub(super) answered_by: Answerer,
}

/// Whether a request says what it is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
enum BodySent {
    #[default]
    Whole,
    Empty,
}

impl BodySent {
    const fn of(is_empty: bool) -> Self {
        if is_empty { Self::Empty } else { Self::Whole }
    }
}

/// Who answers a request.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(super) enum Answerer {
    #[default]
    Service,
    /// A fault rule.
    Rule,
}

/// By what right a request asks.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
enum Right {
    #[default]
    None,
    /// It carries a lock's ID.
    Id,
    /// S3 and gcs: it carries a condition; with gcs that has the lock's ID.
    Condition,
}

impl Right {
    const fn of(has_id: bool, is_conditional: bool) -> Self {
        match (has_id, is_conditional) {
            (_, true) => Self::Condition,
            (true, false) => Self::Id,
            (false, false) => Self::None,
        }
    }
}

fn recorded(record: &RequestRecord) -> Told {
    Told {
        step: record.step.clone(),
        op: record.op.clone(),
        right: Right::of(
            record.lease.is_some() || record.id.is_some(),
            record.if_generation_match.is_some()
                || record.if_none_match.is_some()
                || record.condition.is_some(),
        ),
        serial: record.serial,
        status: record.status,
        code: record.code.clone().filter(|code| code != "ok"),
        attempt: record.attempt,
        is_unread: record.serial.is_none() && record.fault.is_some(),
        is_repeated_at_once: record.go_repeat,
        body: BodySent::of(record.empty_body),
        answered_by: Answerer::Service,
    }
}

pub(super) fn compare_requests(
    comparison: &mut Comparison,
    recording: &Recording,
    timeline: &Timeline,
) {
    let simulated = simulated_requests(timeline);
    let mut actors: BTreeSet<&str> = recording
        .requests
        .iter()
        .map(|request| request.actor.as_str())
        .collect();
    // Whoever sends nothing there sends nothing here.
    if recording.backend.kind == BackendKind::Http {
        actors.extend(recording.inits());
        actors.extend(recording.starts().map(|start| start.actor));
    }
    let of = |actor: &str| -> Vec<Told> {
        let operator = timeline.names.find_operator(&operator(actor));
        { simulated.iter() }
            .filter(|(by, told)| Some(*by) == operator && !is_unheard(recording, &told.op))
            .map(|(_, told)| told.clone())
            .collect()
    };
    let ties = actors
        .iter()
        .filter_map(|actor| tie_of_labels(recording, actor, &of(actor)));
    let end = ties.min();
    for actor in actors {
        let told = recording.requests[..end.unwrap_or(recording.requests.len())]
            .iter()
            .filter(|request| request.actor == actor);
        let told: Vec<Told> = told.map(recorded).collect();
        let mut ours = of(actor);
        if end.is_some() {
            ours.truncate(told.len());
        }
        // Whether Go's HTTP client repeats a read depends on which of its connections it took.
        // With http and gcs every command has one at a time.
        let has_one = matches!(recording.backend.kind, BackendKind::Http | BackendKind::Gcs);
        let is_counted = |told: &&Told| has_one || !told.is_repeated_at_once;
        let told: Vec<Told> = told.iter().filter(is_counted).cloned().collect();
        let ours: Vec<Told> = ours.iter().filter(is_counted).cloned().collect();
        let told = without_polls(recording, actor, &told);
        let ours = without_polls(recording, actor, &ours);
        let told = without_storage_polls(recording, &told);
        let ours = without_storage_polls(recording, &ours);
        let told = http::without_polls(recording, actor, told);
        let ours = http::without_polls(recording, actor, ours);
        compare_sequences(comparison, (recording, actor), &told, &ours);
    }
    let step = end.and_then(|end| first_ended_after(recording, end));
    if let Some(step) = step {
        let reason = PartingReason::TieOfLabels;
        comparison.parted.get_or_insert(Parting { step, reason });
    }
}

/// The first command that sends a request from the one at this index on, or whose requests those
/// are.
fn first_ended_after(recording: &Recording, end: usize) -> Option<String> {
    let rest = &recording.requests[end..];
    let tied = rest.first()?;
    let of_tied = |record: &&StepRecord| record.actor.as_ref() == Some(&tied.actor);
    let last_before = { recording.requests[..end].iter() }
        .filter(|request| request.actor == tied.actor)
        .filter_map(|request| {
            let mut own = recording.steps.iter().filter(of_tied);
            own.find(|record| record.step == request.step)
        })
        .next_back();
    let is_late = |record: &&StepRecord| {
        let has_sent = |request: &RequestRecord| request.step == record.step;
        last_before.is_some_and(|last| last.step == record.step) || rest.iter().any(has_sent)
    };
    { recording.steps.iter() }
        .find(is_late)
        .map(|record| record.step.clone())
}

/// The first request that counts under another label here than there, while a rule strikes requests
/// of its name under one of the two.
fn tie_of_labels(recording: &Recording, actor: &str, ours: &[Told]) -> Option<usize> {
    if recording.backend.kind == BackendKind::Http {
        return None;
    }
    let own = recording.requests.iter().enumerate();
    let own = own.filter(|(_, request)| request.actor == actor);
    let mut pairs = own.zip(ours).filter(|((_, told), ours)| {
        let is_tied = told.op == ours.op && told.step != ours.step;
        is_tied && { recording.rules() }.any(|rule| {
            let is_named =
                { rule.step.as_ref() }.is_some_and(|step| [&told.step, &ours.step].contains(&step));
            // How often what is refused for ever is repeated is chance.
            let is_by_chance = recording.backend.kind == BackendKind::Gcs && is_endless(rule);
            is_named && rule.names(&told.op) && !is_by_chance
        })
    });
    let ((index, _), _) = pairs.next()?;
    let is_own = |request: &&RequestRecord| request.actor == actor;
    let before = recording.requests[..index].iter().filter(is_own).count();
    let rest: Vec<_> = recording.requests[index..].iter().filter(is_own).collect();
    let ours = ours.get(before..).unwrap_or_default();
    let is_alike = |(told, ours): (&&RequestRecord, &Told)| {
        let attempt = told.attempt;
        told.op == ours.op && attempt.is_none_or(|attempt| Some(attempt) == ours.attempt)
    };
    let are_alike = rest.len() == ours.len() && rest.iter().zip(ours).all(is_alike);
    // Where the rule strikes neither, the stories stay together.
    (!are_alike).then_some(index)
}

fn compare_sequences(
    comparison: &mut Comparison,
    (recording, actor): (&Recording, &str),
    told: &[Told],
    ours: &[Told],
) {
    let is_pg = recording.backend.kind == BackendKind::Pg;
    let is_http = recording.backend.kind == BackendKind::Http;
    for index in 0..told.len().max(ours.len()) {
        let (one, two) = (told.get(index), ours.get(index));
        let is_same = match (one, two) {
            (Some(one), Some(two)) => {
                let op = one.op.as_str();
                let codes = match (&one.code, &two.code) {
                    // Of Cloud Storage's answers the recorder has the status.
                    _ if recording.backend.kind == BackendKind::Gcs => true,
                    (Some(one), Some(two)) if is_pg => pg::same_code(recording, op, one, two),
                    // The answer to a head has no body in which a code could be read.
                    _ if op == "head_state" => true,
                    _ if is_http => http::is_same_code(recording, one, two),
                    (Some(one), Some(two)) => comparison.same_code(one, two),
                    (one, two) => one == two,
                };
                codes
                    && one
                        .attempt
                        .is_none_or(|attempt| Some(attempt) == two.attempt)
                    && (one.is_unread || one.serial == two.serial)
                    && one.body == two.body
                    && (&one.op, one.right, one.status) == (&two.op, two.right, two.status)
            }
            _ => false,
        };
        if is_same {
            continue;
        }
        match (one, two) {
            (Some(one), Some(two)) if is_put_without_blob(one, two) => {
                comparison.parted = Some(Parting {
                    step: one.step.clone(),
                    reason: PartingReason::PutWithoutBlob,
                });
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
    (recorded.op.as_str(), recorded.right, recorded.status) == ("put_state", Right::Id, Some(201))
        && simulated.code.as_deref() == refusal
        && (&recorded.op, recorded.right, recorded.serial)
            == (&simulated.op, simulated.right, simulated.serial)
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
        if polls && recording.backend.kind == BackendKind::Pg && is_tried_again(&told[index..]) {
            continue;
        }
        let is_poll = polls
            && this.op == "head"
            && this.right == Right::None
            && told
                .get(index + 1)
                .is_none_or(|next| next.op != "lease_acquire");
        if !is_poll {
            kept.push(this.clone());
        }
    }
    kept
}

/// pg: whether the first of these requests is of an attempt at the lock that another one follows.
fn is_tried_again(told: &[Told]) -> bool {
    let of_attempt = |op: &str| {
        matches!(
            op,
            "try_lock" | "try_lock_create" | "unlock_create" | "unlock" | "connect"
        )
    };
    let mut ops = told.iter().map(|told| told.op.as_str());
    ops.next().is_some_and(of_attempt) && {
        let next = ops.find(|op| !of_attempt(op) || *op == "try_lock");
        next == Some("try_lock")
    }
}

/// Whether a rule refuses all requests from some one on.
fn is_endless(rule: &Rule) -> bool {
    rule.nth.is_none() && rule.to.is_none() && rule.action == FaultAction::Status
}

/// Of Cloud Storage, without the attempts that only poll a lock, and without the repetitions, in
/// random number, of a request that is refused for as long as it is asked.
fn without_storage_polls(recording: &Recording, told: &[Told]) -> Vec<Told> {
    if recording.backend.kind != BackendKind::Gcs {
        return told.to_vec();
    }
    let is_refused_for_ever = |told: &Told| {
        recording
            .rules()
            .any(|rule| is_endless(rule) && rule.status == told.status && rule.names(&told.op))
    };
    // Only where whose the lock is could be read, it is asked for again.
    let poll = [
        ("put_lock", Some(412)),
        ("get_lock", Some(200)),
        ("attrs_lock", Some(200)),
    ];
    let mut kept: Vec<Told> = Vec::new();
    let mut index = 0;
    while let Some(this) = told.get(index) {
        let next = told[index..]
            .iter()
            .map(|told| (told.op.as_str(), told.status));
        let again = told.get(index + poll.len());
        if next.take(poll.len()).eq(poll) && again.is_some_and(|again| again.op == "put_lock") {
            index += poll.len();
            continue;
        }
        index += 1;
        let is_same = kept.last().is_some_and(|last| {
            (&last.op, last.status) == (&this.op, this.status) && is_refused_for_ever(this)
        });
        if !is_same {
            kept.push(this.clone());
        }
    }
    kept
}

/// The label under which requests count while this run is the phase.
fn label(timeline: &Timeline, phase: RunId) -> &str {
    let step = timeline.names.run(phase);
    if step.starts_with("init_") {
        "init"
    } else {
        step
    }
}

/// The attempt that a request is, and whether it is one that is repeated at once.
fn attempt(before: Option<u32>, is_retried: bool) -> (u32, bool) {
    match (before, is_retried) {
        (Some(before), true) => (before + 1, false),
        (Some(before), false) => (before, true),
        (None, _) => (1, false),
    }
}

/// Notes the answer to a request.
fn answer(
    requests: &mut [(OperatorId, u64, Told)],
    number: u64,
    (status, code): (u16, Option<&'static str>),
    answered_by: Answerer,
) {
    let mut sent = requests.iter_mut();
    if let Some((_, _, told)) = sent.find(|(_, sent, _)| *sent == number) {
        told.status = (status > 0).then_some(status);
        told.code = code.map(str::to_owned);
        told.answered_by = answered_by;
    }
}

fn simulated_requests(timeline: &Timeline) -> Vec<(OperatorId, Told)> {
    let mut requests: Vec<(OperatorId, u64, Told)> = Vec::new();
    let mut retried = BTreeSet::new();
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
                is_conditional,
                serial,
                repeats,
                has_empty_body,
                ..
            } => {
                let Actor::Operator(operator) = entry.actor else {
                    continue;
                };
                // What the client repeats is another attempt; what is repeated at once is none.
                let before = repeats.and_then(|repeated| {
                    let (_, _, told) = requests.iter().find(|sent| sent.1 == repeated)?;
                    told.attempt
                });
                let (attempt, is_repeated_at_once) = attempt(before, retried.remove(&operator));
                requests.push((
                    operator,
                    *number,
                    Told {
                        step: label(timeline, *phase).to_owned(),
                        op: kind.name().to_owned(),
                        right: Right::of(lock_id.is_some(), *is_conditional),
                        serial: *serial,
                        attempt: Some(attempt),
                        is_repeated_at_once,
                        body: BodySent::of(*has_empty_body),
                        ..Told::default()
                    },
                ));
            }
            RequestFact::Handled {
                number,
                status,
                refusal,
                ..
            } => {
                let code = refusal.map(Refusal::code);
                answer(&mut requests, *number, (*status, code), Answerer::Service);
            }
            RequestFact::Struck {
                number,
                note: FaultNote::AnsweredWith(refusal),
                ..
            } => {
                let (status, code) = (refusal.http_status(), refusal.code());
                answer(&mut requests, *number, (status, Some(code)), Answerer::Rule);
            }
            RequestFact::Retried(_) => {
                if let Actor::Operator(operator) = entry.actor {
                    retried.insert(operator);
                }
            }
            RequestFact::Struck { .. } | RequestFact::Arrived { .. } => {}
        }
    }
    requests
        .into_iter()
        .map(|(operator, _, told)| (operator, told))
        .collect()
}
