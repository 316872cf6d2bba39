//! What only a state in a database has: the sessions that hold the lock, and whose lock info is shown.

use std::collections::BTreeSet;

use leaselab::service::postgres::{LockKey, Refusal};
use leaselab::terraform::Names;
use leaselab::timeline::{Observation, RemoteState};

use serde_json::Value;

use super::super::format::{FaultAction, Recording, Rule, StepRecord};
use super::super::translate::{operator, refusal};
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

/// The refusals of the rules of which this holds.
fn refusals(recording: &Recording, is_meant: impl Fn(&Rule) -> bool) -> Vec<Refusal> {
    { recording.rules() }
        .filter(|rule| rule.action == FaultAction::Status && is_meant(rule))
        .map(refusal)
        .collect()
}

/// Whether the code of an answer is what stands for it here: a rule may answer with one that is in no table.
pub(super) fn same_code(recording: &Recording, op: &str, recorded: &str, simulated: &str) -> bool {
    let is_meant = |rule: &Rule| {
        let code = rule.code.as_ref().and_then(Value::as_str);
        rule.names(op) && code == Some(recorded)
    };
    let standing = refusals(recording, is_meant);
    if standing.is_empty() {
        return recorded == simulated;
    }
    standing.iter().any(|refusal| refusal.code() == simulated)
}

/// An error's line with the text of a rule's answer as it is here: the recorder wrote its own.
pub(super) fn in_our_words(recording: &Recording, text: &str) -> String {
    let Some((before, told)) = text.split_once("pq: ") else {
        return text.to_owned();
    };
    // One that does not say its text has the proxy's.
    let is_meant = |rule: &Rule| rule.message.as_deref().is_none_or(|text| text == told);
    let ours = refusals(recording, is_meant).first().copied();
    format!(
        "{before}pq: {}",
        ours.map_or(told, |refusal| refusal.text())
    )
}

/// An error's line without the addresses of a connection.
pub(super) fn in_one_shape(text: &str) -> String {
    let Some((before, after)) = text.split_once("read tcp ") else {
        return text.to_owned();
    };
    let (_, why) = after.split_once(' ').unwrap_or_default();
    format!("{before}read tcp {why}")
}
