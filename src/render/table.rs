//! The state table: cloud × remote state × `errored.tfstate` × lock.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use super::fact::{counted, run_name, short};
use super::layout::{DIM, Layout, columns, pad};
use crate::service::postgres::LockKey;
use crate::terraform::{Names, OperatorId, ResourceId, RunId, StateFile, StateSnapshot};
use crate::timeline::{
    LeaseObservation, LocalFile, LockObservation, ObjectStatus, Observation, RemoteState,
};

/// So many rows are shown one by one; of more, those that are alike become one.
const ROWS_MAX: usize = 12;
const NOTHING: &str = "–";

/// The table's lines, indented by two columns.
pub(super) fn table(names: &Names, observation: &Observation, layout: Layout) -> Vec<String> {
    let rows = rows(names, observation);
    let widths: Vec<usize> = (0..rows[0].len())
        .map(|column| {
            let cells = rows.iter().map(|row| columns(&row[column]));
            cells.max().unwrap_or(0)
        })
        .collect();
    let mut lines: Vec<String> = rows
        .iter()
        .map(|row| {
            let cells: Vec<String> = row
                .iter()
                .zip(&widths)
                .map(|(cell, width)| pad(cell, *width))
                .collect();
            format!("  {}", cells.join("   ").trim_end())
        })
        .collect();
    lines[0] = layout.paint(DIM, &lines[0]);
    let label = pad("lock", widths[0]);
    let prefix = format!("  {label}   ");
    lines.extend(layout.wrap(&prefix, columns(&prefix), &lock(names, observation)));
    lines
}

/// The table's cells, the heading first.
pub(super) fn rows(names: &Names, observation: &Observation) -> Vec<Vec<String>> {
    let mut rows = vec![heading(names, observation)];
    rows.extend(resource_rows(names, observation));
    rows
}

pub(super) fn heading(names: &Names, observation: &Observation) -> Vec<String> {
    let state = if names.backend.is_remote() {
        "REMOTE"
    } else {
        "STATE"
    };
    let remote = match &observation.remote {
        RemoteState::Absent => format!("{state} absent"),
        RemoteState::Empty => format!("{state} 0 bytes"),
        RemoteState::Unreadable => format!("{state} unreadable"),
        RemoteState::State(file) => format!("{state} serial {}", file.serial),
    };
    let mut heading = vec!["RESOURCE".to_owned(), "CLOUD".to_owned(), remote];
    heading.extend(observation.errored.iter().map(|(operator, file)| {
        let name = names.operator(*operator);
        match file {
            LocalFile::Empty => format!("ERRORED {name}, 0 bytes"),
            LocalFile::Unreadable => format!("ERRORED {name}, unreadable"),
            LocalFile::State(file) => format!("ERRORED {name}, serial {}", file.serial),
        }
    }));
    if observation.errored.is_empty() {
        heading.push("ERRORED none".to_owned());
    }
    heading
}

/// A resource's row: its name, then what each copy says of it.
pub(super) fn cells(names: &Names, observation: &Observation, resource: ResourceId) -> Vec<String> {
    let mut count = Count::default();
    for object in observation
        .cloud
        .values()
        .filter(|object| object.resource == resource)
    {
        count.add(object.status);
    }
    let remote = observation.remote_state().map(Arc::as_ref);
    let files = observation.errored.values();
    let errored = files.map(|file| file.state().map(Arc::as_ref));
    let mut cells = vec![names.resource(resource).to_owned(), in_cloud(count)];
    let copies = std::iter::once(remote).chain(errored);
    cells.extend(copies.map(|file| recorded_as(observation, file, resource)));
    cells
}

/// A row for each resource that exists or is recorded anywhere.
pub(super) fn resource_rows(names: &Names, observation: &Observation) -> Vec<Vec<String>> {
    let mut objects: BTreeMap<ResourceId, Count> = BTreeMap::new();
    for object in observation.cloud.values() {
        objects
            .entry(object.resource)
            .or_default()
            .add(object.status);
    }
    let remote = observation.remote_state().map(Arc::as_ref);
    let errored: Vec<(OperatorId, Option<&StateFile>)> = observation
        .errored
        .iter()
        .map(|(operator, file)| (*operator, file.state().map(Arc::as_ref)))
        .collect();
    let files = || {
        remote
            .into_iter()
            .chain(errored.iter().filter_map(|(_, file)| *file))
    };
    let recorded = files().flat_map(|file| file.snapshot.objects().map(|(resource, _)| resource));
    let resources: BTreeSet<ResourceId> = objects.keys().copied().chain(recorded).collect();
    let cells = |resource: ResourceId| {
        let mut cells = vec![
            in_cloud(objects.get(&resource).copied().unwrap_or_default()),
            recorded_as(observation, remote, resource),
        ];
        let in_files = errored.iter();
        cells.extend(in_files.map(|(_, file)| recorded_as(observation, *file, resource)));
        if errored.is_empty() {
            cells.push(NOTHING.to_owned());
        }
        cells
    };
    let rows: Vec<(ResourceId, Vec<String>)> = resources
        .iter()
        .map(|resource| (*resource, cells(*resource)))
        .collect();
    if rows.len() <= ROWS_MAX {
        let named = |(resource, cells): (ResourceId, Vec<String>)| {
            let label = names.resource(resource).to_owned();
            std::iter::once(label).chain(cells).collect()
        };
        return rows.into_iter().map(named).collect();
    }
    alike(names, rows)
}

/// Neighbors that are alike become one row: `item_1 to item_50`.
fn alike(names: &Names, rows: Vec<(ResourceId, Vec<String>)>) -> Vec<Vec<String>> {
    let mut groups: Vec<(ResourceId, ResourceId, u64, Vec<String>)> = Vec::new();
    for (resource, cells) in rows {
        match groups.last_mut() {
            Some((_, last, count, same)) if *same == cells => {
                *last = resource;
                *count += 1;
            }
            Some(_) | None => groups.push((resource, resource, 1, cells)),
        }
    }
    let named = |(first, last, count, cells): (ResourceId, ResourceId, u64, Vec<String>)| {
        let first = names.resource(first);
        let label = match count {
            1 => first.to_owned(),
            count => format!("{first} to {} ({count})", names.resource(last)),
        };
        std::iter::once(label).chain(cells).collect()
    };
    groups.into_iter().map(named).collect()
}

/// How many objects the cloud has for a resource.
#[derive(Debug, Clone, Copy, Default)]
struct Count {
    existing: u64,
    creating: u64,
}

impl Count {
    fn add(&mut self, status: ObjectStatus) {
        match status {
            ObjectStatus::Exists => self.existing += 1,
            ObjectStatus::Creating => self.creating += 1,
        }
    }
}

fn in_cloud(count: Count) -> String {
    let Count { existing, creating } = count;
    match (existing, creating) {
        (0, 0) => NOTHING.to_owned(),
        (1, 0) => ObjectStatus::Exists.name().to_owned(),
        (0, 1) => ObjectStatus::Creating.name().to_owned(),
        (_, 0) => counted(existing, "object"),
        (_, _) => format!(
            "{}, {creating} creating",
            counted(existing + creating, "object")
        ),
    }
}

fn recorded_as(
    observation: &Observation,
    file: Option<&StateFile>,
    resource: ResourceId,
) -> String {
    file.map_or_else(
        || NOTHING.to_owned(),
        |file| in_snapshot(observation, &file.snapshot, resource),
    )
}

/// How a snapshot records a resource.
pub(super) fn in_snapshot(
    observation: &Observation,
    snapshot: &StateSnapshot,
    resource: ResourceId,
) -> String {
    let Some(recorded) = snapshot.object(resource) else {
        return NOTHING.to_owned();
    };
    let word = match observation.cloud.get(recorded.id) {
        None => "recorded, gone",
        Some(object) if object.resource != resource => "another's",
        Some(_) if recorded.is_tainted => "tainted",
        Some(object) if object.attributes != recorded.attributes => "stale",
        Some(_) => "recorded",
    };
    word.to_owned()
}

/// The lock in words.
pub(super) fn lock(names: &Names, observation: &Observation) -> String {
    let lease = match observation.lock {
        LockObservation::Kernel { holder } => {
            return match holder {
                Some(run) => held_by_process(run, names, observation),
                None => free("", names, observation),
            };
        }
        LockObservation::Session {
            holder: Some(run), ..
        } => return held_by_session(run, names, observation),
        LockObservation::Record { is_held: false, .. }
        | LockObservation::Session { holder: None, .. } => return free("", names, observation),
        LockObservation::Record { id, .. } => {
            let lock = id.map_or_else(|| "lock".to_owned(), |id| format!("lock {}", short(id)));
            return held(&lock, names, observation);
        }
        LockObservation::Lease(lease) => lease,
    };
    let lease = match lease {
        LeaseObservation::Available => return free("", names, observation),
        LeaseObservation::Expired => return free("lease expired", names, observation),
        LeaseObservation::Broken => return free("lease broken", names, observation),
        LeaseObservation::Leased { id, is_infinite } => {
            let term = if is_infinite { "infinite" } else { "finite" };
            format!("lease {}, {term}", short(id.into()))
        }
        LeaseObservation::Breaking { id } => format!("lease {}, being broken", short(id.into())),
    };
    held(&lease, names, observation)
}

/// A lock that the service keeps, in words.
fn held(lock: &str, names: &Names, observation: &Observation) -> String {
    let info = match observation.lock_info {
        Some(info) => format!("held, says the lock info, by {}", names.operator(info.who)),
        None => "held, and no lock info says by whom".to_owned(),
    };
    let holder = match observation.living_holder() {
        Some(run) if run.lock_id.is_some() && run.lock_id == observation.lock.id() => {
            format!("{} is alive and holds it", run_name(run.run, names))
        }
        Some(run) => format!(
            "{} is alive and took it, and does not know its {}",
            run_name(run.run, names),
            names.backend.lock_id_word()
        ),
        None => "no living process holds it".to_owned(),
    };
    format!("{info} ({lock}); {holder}")
}

fn held_by_process(run: RunId, names: &Names, observation: &Observation) -> String {
    let info = match observation.lock_info {
        Some(info) => format!(", says the lock info, by {}", names.operator(info.who)),
        None => String::new(),
    };
    format!("held{info}; {} is alive and holds it", run_name(run, names))
}

/// Locks of sessions with a database server, in words.
fn held_by_session(run: RunId, names: &Names, observation: &Observation) -> String {
    let name = run_name(run, names);
    let mut locks = observation.sessions.iter();
    let lock = locks.find(|lock| lock.run == run);
    let what = match lock.map(|lock| lock.key) {
        Some(LockKey::Creation) => "the creation key",
        Some(LockKey::Row(_)) | None => "the row",
    };
    let session = lock.map_or(0, |lock| lock.session.0);
    let is_alive = observation.living().any(|living| living.run == run);
    let holder = match (lock.is_some_and(|lock| lock.is_connected), is_alive) {
        (true, _) => format!("{name} is alive and holds it"),
        (false, true) => format!("{name} is alive, and has lost that session"),
        (false, false) => "no living process has that session".to_owned(),
    };
    format!("held ({what}, session {session}); {holder}")
}

fn free(why: &str, names: &Names, observation: &Observation) -> String {
    let why = match why {
        "" => String::new(),
        why => format!(" ({why})"),
    };
    let left = observation.lock_info.map_or_else(String::new, |info| {
        format!("; lock info of {} is left over", names.operator(info.who))
    });
    format!("free{why}{left}")
}
