//! What only a state on an HTTP server has: its lock, and whom a refused lock shows.

use leaselab::terraform::Names;
use leaselab::timeline::{LocalFile, LockObservation, Observation, RemoteState};

use serde_json::Value;

use super::super::format::{BackendKind, FaultAction, Recording, StepRecord};
use super::super::translate::operator;
use super::requests::{Answerer, Told};
use super::{Comparison, run_of};

pub(super) fn compare_step(
    comparison: &mut Comparison,
    record: &StepRecord,
    observation: &Observation,
    names: &Names,
) {
    let step = &record.step;
    let after = &record.after;
    let field = |name: &str| format!("{step}: {name}");
    let is_unreadable = after.err.as_deref() == Some("unreadable");
    let simulated = observation.remote == RemoteState::Unreadable;
    comparison.same(&field("after: unreadable"), &is_unreadable, &simulated);
    let is_held = matches!(
        observation.lock,
        LockObservation::Record { is_held: true, .. }
    );
    comparison.same(&field("after: lock"), &after.lock.is_some(), &is_held);
    if let Some(lock) = &after.lock {
        let info = observation.lock_info;
        comparison.same(&field("after: lock info"), &lock.info, &info.is_some());
        if let (Some(id), Some(info)) = (&lock.id, info) {
            comparison.same_alias(&field("after: lock id"), id, &info.id.to_string());
            let operation = Some(info.operation.to_string());
            comparison.same(&field("after: operation"), &lock.operation, &operation);
        }
    }
    let lineage = { after.remote.as_ref() }.and_then(|remote| remote.lineage.clone());
    if let (Some(recorded), RemoteState::State(file)) = (lineage, &observation.remote) {
        let ours = file.lineage.to_string();
        comparison.same_alias(&field("after: lineage"), &recorded, &ours);
    }
    compare_errored(comparison, record, observation, names);
    if record.command.is_none() {
        return;
    }
    let run = run_of(record, names);
    let run = observation.runs.iter().find(|other| Some(other.run) == run);
    let errors = || run.iter().flat_map(|run| run.errors.iter());
    let info = errors().find_map(|error| error.lock_info);
    let shown = info.map(|info| info.id.to_string());
    let holder = errors().find_map(|error| {
        let (_, id) = error.cause.as_ref()?.split_once("already locked: ID=")?;
        Some(id.to_owned())
    });
    for (name, recorded, simulated) in [
        ("lock info shown", &record.lock_info_shown, shown),
        ("holder shown", &record.holder_shown, holder),
    ] {
        match (recorded, simulated) {
            (Some(recorded), Some(ours)) => {
                comparison.same_alias(&field(name), recorded, &ours);
            }
            (recorded, ours) => {
                comparison.same(&field(name), &recorded.is_some(), &ours.is_some());
            }
        }
    }
}

/// Whose `errored.tfstate` has the lineage of which state; one without has none there and here.
fn compare_errored(
    comparison: &mut Comparison,
    record: &StepRecord,
    observation: &Observation,
    names: &Names,
) {
    let actor = record.actor.as_deref().map(operator);
    let actor = actor.and_then(|name| names.find_operator(&name));
    let file = actor.and_then(|actor| observation.errored.get(&actor));
    let (Some(recorded), Some(LocalFile::State(file))) = (&record.after.errored_tfstate, file)
    else {
        return;
    };
    let field = format!("{}: errored.tfstate: lineage", record.step);
    match recorded.lineage.as_deref().filter(|it| !it.is_empty()) {
        Some(lineage) => comparison.same_alias(&field, lineage, &file.lineage.to_string()),
        None => comparison.same(&field, &0, &file.serial),
    }
}

/// The recorder notes a code where a rule answered, and then the rule's own.
pub(super) fn is_same_code(recording: &Recording, recorded: &Told, simulated: &Told) -> bool {
    if simulated.answered_by == Answerer::Service {
        return recorded.code.is_none();
    }
    recording.rules().any(|rule| {
        let code = rule.code.as_ref().and_then(Value::as_str);
        rule.action == FaultAction::Status
            && rule.status == simulated.status
            && rule.names(&simulated.op)
            && code.filter(|code| *code != "ok") == recorded.code.as_deref()
    })
}

/// Without the attempts that only poll a lock: those of a command with `-lock-timeout` that were
/// refused, and came to one more. How many there are is a matter of time.
pub(super) fn without_polls(recording: &Recording, actor: &str, told: Vec<Told>) -> Vec<Told> {
    let polls = |step: &str| {
        let own = |record: &&StepRecord| record.actor.as_deref() == Some(actor);
        let mut own = recording.steps.iter().filter(own);
        let command = own.find(|record| record.step == step);
        let command = command.and_then(|record| record.command.as_deref());
        command.is_some_and(|command| command.contains("-lock-timeout"))
    };
    if recording.backend.kind != BackendKind::Http {
        return told;
    }
    let ops: Vec<String> = told.iter().map(|it| it.op.clone()).collect();
    let kept = told
        .into_iter()
        .zip(ops.iter().skip(1).map(Some).chain([None]));
    let kept = kept.filter(|(this, next)| {
        let is_refused = matches!(this.status, Some(409 | 423)) && this.op == "lock";
        !(is_refused && next.is_some_and(|next| next == "lock") && polls(&this.step))
    });
    kept.map(|(this, _)| this).collect()
}

/// An error's line, with `URL` for each address.
pub(super) fn without_addresses(text: &str) -> String {
    const SCHEME: &str = "https://";
    let is_dial = |before: &str| before.ends_with("dial tcp");
    let text = match text.split_once(": connect: ") {
        Some((before, why)) => {
            let dial = before.rsplit_once(' ').map(|(dial, _)| dial);
            let dial = dial.filter(|dial| is_dial(dial)).unwrap_or(before);
            format!("{dial}: connect: {why}")
        }
        None => text.to_owned(),
    };
    let words = text.split(' ').map(|word| {
        let Some(at) = word.find(SCHEME) else {
            return word.to_owned();
        };
        let colon = if word.ends_with(':') { ":" } else { "" };
        format!("{}URL{colon}", word[..at].trim_end_matches('"'))
    });
    words.collect::<Vec<_>>().join(" ")
}
