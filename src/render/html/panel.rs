//! What stands beside the picture at an instant: the copies as one table, the lock, what each
//! process believes.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use serde::Serialize;

use super::super::table;
use crate::render::chart::phase_name;
use crate::terraform::{Names, ResourceId, RunId, StateSnapshot};
use crate::timeline::{Belief, Observation};

/// So many resources have a row of their own.
const ROWS_MAX: usize = 40;

/// The panels from an instant on.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub(super) struct Panel {
    /// Milliseconds.
    t: u64,
    #[serde(flatten)]
    pub(super) shows: Shows,
}

/// What a panel shows, whatever the time.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub(super) struct Shows {
    /// The lock in words.
    lock: String,
    /// The table's columns: what is compared.
    columns: Vec<String>,
    /// The rows, by their position in the page's list.
    rows: Vec<usize>,
    /// What each living process believes.
    beliefs: Vec<BeliefRow>,
    /// The findings that there are, by their position in the page's list.
    findings: Vec<usize>,
    /// Whether everything agrees and the lock is free.
    sync: bool,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
struct BeliefRow {
    run: String,
    who: String,
    phase: &'static str,
    serial: u64,
    lock: &'static str,
    holds: Vec<String>,
}

/// Values that stand in a list once, however often they are named.
#[derive(Debug, Default)]
pub(super) struct Pool<T> {
    places: BTreeMap<T, usize>,
    values: Vec<T>,
}

impl<T: Ord + Clone> Pool<T> {
    pub(super) fn new() -> Self {
        Self {
            places: BTreeMap::new(),
            values: Vec::new(),
        }
    }

    pub(super) fn place(&mut self, value: T) -> usize {
        *self.places.entry(value).or_insert_with_key(|value| {
            self.values.push(value.clone());
            self.values.len() - 1
        })
    }

    pub(super) fn into_values(self) -> Vec<T> {
        self.values
    }
}

/// The panel of an observation.
pub(super) fn panel(
    names: &Arc<Names>,
    observation: &Observation,
    pool: &mut Pool<Vec<String>>,
    (findings, sync): (Vec<usize>, bool),
) -> Panel {
    let (columns, rows) = rows(names, observation);
    let shows = Shows {
        lock: table::lock(names, observation),
        columns,
        rows: rows.into_iter().map(|row| pool.place(row)).collect(),
        beliefs: { observation.beliefs() }
            .map(|(run, belief)| belief_row(names, observation, run, belief))
            .collect(),
        findings,
        sync,
    };
    let t = observation.time.as_ms();
    Panel { t, shows }
}

fn belief_row(names: &Names, observation: &Observation, run: RunId, belief: &Belief) -> BeliefRow {
    let seen = observation.runs.iter().find(|seen| seen.run == run);
    BeliefRow {
        run: names.run(run).to_owned(),
        who: seen.map_or_else(String::new, |seen| names.operator(seen.operator).to_owned()),
        phase: phase_name(belief.phase),
        serial: belief.serial,
        lock: match (&belief.lock, seen.and_then(|seen| seen.lock_id)) {
            (_, Some(_)) => "believes to hold the lock",
            (Some(_), None) => "took the lock, and does not know its ID",
            (None, None) => "holds no lock",
        },
        holds: { memory(belief).objects() }
            .take(ROWS_MAX)
            .map(|(resource, _)| names.resource(resource).to_owned())
            .collect(),
    }
}

/// What a process would store if it saved now.
fn memory(belief: &Belief) -> &StateSnapshot {
    let walk = belief.walk.as_ref();
    walk.map_or(&belief.snapshot, |walk| &walk.state)
}

/// The four copies: the cloud, the remote state, each `errored.tfstate`, and what each process that
/// applies has in memory.
fn rows(names: &Names, observation: &Observation) -> (Vec<String>, Vec<Vec<String>>) {
    let mut heading = table::heading(names, observation).split_off(1);
    if observation.errored.is_empty() {
        heading.pop();
    }
    let walking: Vec<(RunId, &Belief)> = { observation.beliefs() }
        .filter(|(_, belief)| belief.walk.is_some())
        .collect();
    let columns = heading.into_iter().map(|title| title.to_lowercase());
    let memories = walking
        .iter()
        .map(|(run, _)| format!("memory of {}", names.run(*run)));
    let columns: Vec<String> = columns.chain(memories).collect();
    let mut resources: BTreeSet<ResourceId> = { observation.cloud.values() }
        .map(|object| object.resource)
        .collect();
    let files = observation.copies();
    resources.extend(files.flat_map(|file| file.snapshot.objects().map(|(resource, _)| resource)));
    if resources.len() > ROWS_MAX {
        return (columns, table::resource_rows(names, observation));
    }
    let rows = { resources.into_iter() }
        .map(|resource| {
            let mut row = table::cells(names, observation, resource);
            row.extend(
                walking
                    .iter()
                    .map(|(_, belief)| table::in_snapshot(observation, memory(belief), resource)),
            );
            row
        })
        .collect();
    (columns, rows)
}
