//! The requests of each actor, in their order.

use std::collections::BTreeSet;

use leaselab::terraform::{OperatorId, RequestKind, RunId};
use leaselab::timeline::{Actor, Fact, FaultNote, RequestFact, Timeline};

use super::super::format::{Recording, RequestRecord, StepRecord};
use super::super::translate::operator;
use super::Comparison;

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

pub(super) fn compare_requests(
    comparison: &mut Comparison,
    recording: &Recording,
    timeline: &Timeline,
) {
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
