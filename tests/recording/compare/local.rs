//! What only a local state has: its lock, its info file, its backup, the names of its files.

use std::collections::BTreeSet;

use leaselab::terraform::Names;
use leaselab::timeline::{LocalFile, LockObservation, Observation, RemoteState};

use super::super::format::{Hand, Item, LockRecord, Recording, StateRecord, StepRecord};
use super::{Comparison, recorded_summary, run_of, summary};

pub(super) fn compare_step(
    comparison: &mut Comparison,
    recording: &Recording,
    record: &StepRecord,
    observation: &Observation,
    names: &Names,
) {
    let step = &record.step;
    let after = &record.after;
    let field = |name: &str| format!("{step}: {name}");
    compare_lock(comparison, step, after.lock.as_ref(), observation);
    // Of a directory in the way it is not known how it was looked at.
    let is_occupied = |item: &Item| matches!(item, Item::Hand(Hand::StatePathOccupied { .. }));
    if !recording.script.iter().any(is_occupied) {
        let is_unreadable = after.err.as_deref() == Some("unreadable");
        let simulated = observation.remote == RemoteState::Unreadable;
        comparison.same(&field("after: unreadable"), &is_unreadable, &simulated);
    }
    let recorded: Option<StateRecord> = after
        .backup
        .clone()
        .and_then(|backup| serde_json::from_value(backup).ok());
    let simulated = match &observation.backup {
        None | Some(LocalFile::Unreadable) => None,
        Some(LocalFile::Empty) => Some((0, Vec::new())),
        Some(LocalFile::State(file)) => Some(summary(file, names)),
    };
    let recorded_backup = recorded.as_ref().map(recorded_summary);
    comparison.same(&field("after: backup"), &recorded_backup, &simulated);
    let lineage = |record: Option<&StateRecord>| record?.lineage.clone();
    if let (Some(recorded), RemoteState::State(file)) =
        (lineage(after.remote.as_ref()), &observation.remote)
    {
        let ours = file.lineage.to_string();
        comparison.same_alias(&field("after: lineage"), &recorded, &ours);
    }
    if let (Some(recorded), Some(LocalFile::State(file))) =
        (lineage(recorded.as_ref()), &observation.backup)
    {
        let ours = file.lineage.to_string();
        comparison.same_alias(&field("after: lineage of the backup"), &recorded, &ours);
    }
    if record.command.is_none() {
        return;
    }
    let run = run_of(record, names);
    let run = observation.runs.iter().find(|other| Some(other.run) == run);
    let mut errors = run.iter().flat_map(|run| run.errors.iter());
    let shown = errors.find_map(|error| error.lock_info);
    let is_shown = shown.is_some();
    let field = field("lock info shown");
    comparison.same(&field, &record.lock_info_shown.is_some(), &is_shown);
    if let (Some(recorded), Some(info)) = (&record.lock_info_shown, shown) {
        comparison.same_alias(&field, recorded, &info.id.to_string());
    }
}

fn compare_lock(
    comparison: &mut Comparison,
    step: &str,
    record: Option<&LockRecord>,
    observation: &Observation,
) {
    let field = |name: &str| format!("{step}: after: lock: {name}");
    let is_held = matches!(
        observation.lock,
        LockObservation::Kernel { holder: Some(_) }
    );
    comparison.same(
        &field("held"),
        &record.is_some_and(|lock| lock.held),
        &is_held,
    );
    let has_info = record.is_some_and(|lock| lock.info);
    let id = record.and_then(|lock| lock.id.as_ref());
    match (id, observation.lock_info) {
        (Some(id), Some(info)) => {
            comparison.same_alias(&field("id"), id, &info.id.to_string());
            let operation = record.and_then(|lock| lock.operation.clone());
            let simulated = Some(info.operation.to_string());
            comparison.same(&field("operation"), &operation, &simulated);
        }
        // An info file that can't be read has no ID.
        (None, None) => {
            let is_there = { observation.files.iter() }.any(|name| name.ends_with(".lock.info"));
            comparison.same(&field("info"), &has_info, &(has_info && is_there));
        }
        (Some(_), None) | (None, Some(_)) => {
            let simulated = observation.lock_info.is_some();
            comparison.same(&field("info"), &has_info, &simulated);
        }
    }
}

/// Names that no state has to do with are not in the model.
const OTHER_FILES: [&str; 3] = [".terraform", ".terraform.lock.hcl", "main.tf"];

pub(super) fn compare_files(
    comparison: &mut Comparison,
    recorded: &[String],
    observation: &Observation,
) {
    let recorded: BTreeSet<String> = recorded
        .iter()
        .filter(|name| !OTHER_FILES.contains(&name.as_str()))
        .cloned()
        .collect();
    let simulated: BTreeSet<String> = observation
        .files
        .iter()
        .map(|name| without_time(name))
        .collect();
    comparison.same("files", &recorded, &simulated);
}

/// `terraform.tfstate.TIME.backup`: the time is another one.
fn without_time(name: &str) -> String {
    let parts = name.split('.').map(|part| {
        let is_time = !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_digit());
        if is_time { "TIME" } else { part }
    });
    parts.collect::<Vec<_>>().join(".")
}

/// An error's line, with files by their names alone.
pub(super) fn without_paths(text: &str) -> String {
    let words = text.split(' ').map(|word| {
        let is_file = word.contains("terraform.tfstate");
        let name = word.rsplit('/').next().filter(|_| is_file);
        name.unwrap_or(word)
    });
    words.collect::<Vec<_>>().join(" ")
}
