//! What only a state in a bucket of Cloud Storage has: a lock whose ID is a generation.

use std::collections::BTreeSet;

use leaselab::terraform::Names;
use leaselab::timeline::{LockObservation, Observation, RemoteState};

use super::super::format::StepRecord;
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
    let lock = after.lock.as_ref();
    let (is_held, id) = match observation.lock {
        LockObservation::Record { is_held, id } => (is_held, id),
        LockObservation::Lease(_)
        | LockObservation::Session { .. }
        | LockObservation::Kernel { .. } => (false, None),
    };
    comparison.same(&field("after: lock: held"), &lock.is_some(), &is_held);
    if let Some(lock) = lock {
        let info = observation.lock_info;
        comparison.same(&field("after: lock: info"), &lock.info, &info.is_some());
        let operation = info.map(|info| info.operation.to_string());
        comparison.same(
            &field("after: lock: operation"),
            &lock.operation,
            &operation,
        );
        if let (Some(recorded), Some(id)) = (&lock.id, id) {
            comparison.same_alias(&field("after: lock: id"), recorded, &id.to_string());
        }
    }
    let lineage = after
        .remote
        .as_ref()
        .and_then(|remote| remote.lineage.as_ref());
    if let (Some(recorded), RemoteState::State(file)) = (lineage, &observation.remote) {
        let ours = file.lineage.to_string();
        comparison.same_alias(&field("after: lineage"), recorded, &ours);
    }
    if record.command.is_none() {
        return;
    }
    let run = run_of(record, names);
    let run = observation.runs.iter().find(|other| Some(other.run) == run);
    let mut errors = run.iter().flat_map(|run| run.errors.iter());
    let shown = errors.find_map(|error| error.lock_info);
    let field = field("lock info shown");
    let is_shown = shown.is_some();
    comparison.same(&field, &record.lock_info_shown.is_some(), &is_shown);
    if let (Some(recorded), Some(info)) = (&record.lock_info_shown, shown) {
        comparison.same_alias(&field, recorded, &info.id.to_string());
    }
}

/// An error's line without the texts that the proxy wrote behind statuses, and of several errors
/// their first.
pub(super) fn in_one_shape(text: &str) -> String {
    let text = text.strip_prefix("Error: ").unwrap_or(text);
    let text = match text.split_once("googleapi: Error ") {
        Some((before, after)) => {
            let status: String = after.chars().take(3).collect();
            format!("{before}googleapi: Error {status}")
        }
        None => text.to_owned(),
    };
    let words = text
        .split(' ')
        .filter(|word| !word.is_empty() && *word != "*");
    words.collect::<Vec<_>>().join(" ")
}

/// The statuses that an output shows.
pub(super) fn statuses(
    codes: impl Iterator<Item = leaselab::service::Refusal>,
) -> BTreeSet<String> {
    codes.map(|code| code.http_status().to_string()).collect()
}
