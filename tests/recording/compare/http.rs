//! What only a state on an HTTP server has: its lock, and whom a refused lock shows.

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

/// An error's line, with `URL` for each address.
pub(super) fn without_addresses(text: &str) -> String {
    const SCHEME: &str = "https://";
    let words = text.split(' ').map(|word| {
        let Some(at) = word.find(SCHEME) else {
            return word.to_owned();
        };
        let colon = if word.ends_with(':') { ":" } else { "" };
        format!("{}URL{colon}", word[..at].trim_end_matches('"'))
    });
    words.collect::<Vec<_>>().join(" ")
}
