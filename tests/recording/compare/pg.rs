//! What only a state in a database has: the sessions that hold the lock, and whose lock info is shown.

use std::collections::BTreeSet;

use leaselab::service::postgres::LockKey;
use leaselab::terraform::Names;
use leaselab::timeline::{Observation, RemoteState};

use super::super::format::StepRecord;
use super::super::translate::operator;
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
    let keys = { after.lock.as_ref() }.and_then(|lock| lock.keys.as_deref());
    let recorded: BTreeSet<(String, String)> = { keys.unwrap_or_default().iter() }
        .map(|lock| (lock.key.clone(), operator(&lock.actor)))
        .collect();
    let simulated = observation.sessions.iter().map(|lock| {
        let key = match lock.key {
            LockKey::Creation => "create",
            LockKey::Row(_) => "row",
        };
        (key.to_owned(), names.operator(lock.operator).to_owned())
    });
    comparison.same(&field("after: lock"), &recorded, &simulated.collect());
    let is_unreadable = after.err.as_deref() == Some("unreadable");
    let simulated = observation.remote == RemoteState::Unreadable;
    comparison.same(&field("after: unreadable"), &is_unreadable, &simulated);
    let lineage = after
        .remote
        .as_ref()
        .and_then(|remote| remote.lineage.clone());
    if let (Some(recorded), RemoteState::State(file)) = (lineage, &observation.remote) {
        let ours = file.lineage.to_string();
        comparison.same_alias(&field("after: lineage"), &recorded, &ours);
    }
    if record.command.is_none() {
        return;
    }
    let run = run_of(record, names);
    let run = observation.runs.iter().find(|other| Some(other.run) == run);
    let mut errors = run.iter().flat_map(|run| run.errors.iter());
    let shown = errors.find_map(|error| error.lock_info);
    let field = field("lock info shown");
    comparison.same(&field, &record.lock_info_shown.is_some(), &shown.is_some());
    if let (Some(recorded), Some(info)) = (&record.lock_info_shown, shown) {
        comparison.same_alias(&field, recorded, &info.id.to_string());
    }
}

/// An error's line without the server's text, which the recorder wrote, and without addresses.
pub(super) fn in_one_shape(text: &str) -> String {
    if let Some((before, _)) = text.split_once("pq: ") {
        return format!("{before}pq: TEXT");
    }
    match text.split_once("read tcp ") {
        Some((before, _)) => format!("{before}read tcp"),
        None => text.to_owned(),
    }
}
