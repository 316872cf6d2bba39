//! What lasts: commands and their phases, the lock, records, objects, faults.

use std::collections::{BTreeMap, BTreeSet};

use super::{Bar, BarKind, LaneKind, LockLook, ObjectLook, Source, Track};
use crate::kernel::SimTime;
use crate::scenario::{CredentialState, FindingName, LinkState, Peer};
use crate::terraform::process::{DiskState, ProcessPhase};
use crate::terraform::{ObjectId, OperatorId, ResourceId, RunId, StateFile};
use crate::timeline::{
    CloudObject, Fact, LeaseObservation, LocalFile, LockObservation, ObjectStatus, Observation,
    ProcessFact, RemoteState,
};
use crate::verdict::{FindingKey, Picture, Subject};

/// The tracks of a lane.
pub(super) fn tracks(source: &Source<'_>, kind: LaneKind) -> Vec<Track> {
    match kind {
        LaneKind::Operator(operator) => {
            let mut tracks = runs(source, operator);
            let errored = |observation: &Observation| {
                let file = observation.errored.get(&operator)?;
                Some((BarKind::Record, errored_label(file)))
            };
            tracks.extend(track(source, "errored.tfstate", |picture| {
                errored(picture.observation())
            }));
            tracks
        }
        LaneKind::State => {
            let mut lock = track(source, "lock", |picture| {
                lock(source, picture.observation())
            });
            for bar in lock.iter_mut().flat_map(|track| &mut track.bars) {
                bar.holder = holder(source, bar.from);
            }
            lock.into_iter().chain(records(source)).collect()
        }
        LaneKind::Cloud => objects(source),
        LaneKind::Faults => faults(source),
    }
}

/// A track whose bars are what `look` says at each instant, as long as it says the same.
fn track(
    source: &Source<'_>,
    name: &str,
    look: impl Fn(&Picture) -> Option<(BarKind, String)>,
) -> Option<Track> {
    let bars = bars(source, look);
    let name = name.to_owned();
    (!bars.is_empty()).then_some(Track { name, bars })
}

fn bars(source: &Source<'_>, look: impl Fn(&Picture) -> Option<(BarKind, String)>) -> Vec<Bar> {
    let mut row = Row::default();
    for picture in &source.film.instants {
        row.see(picture.observation().time, look(picture));
    }
    row.finish()
}

/// The bars of a track while they are seen, instant after instant.
#[derive(Default)]
struct Row {
    bars: Vec<Bar>,
    /// Whether the last one still lasts.
    lasts: bool,
}

impl Row {
    /// What there is at an instant.
    fn see(&mut self, time: SimTime, seen: Option<(BarKind, String)>) {
        let last = self.bars.last_mut().filter(|_| self.lasts);
        if let (Some(last), Some((what, label))) = (&last, &seen)
            && (last.what, &last.label) == (*what, label)
        {
            return;
        }
        if let Some(last) = last {
            last.to = Some(time);
        }
        self.lasts = seen.is_some();
        self.bars.extend(seen.map(|(what, label)| Bar {
            from: time,
            to: None,
            what,
            label,
            holder: None,
        }));
    }

    fn finish(mut self) -> Vec<Bar> {
        // What came and went in one instant was never to be seen.
        self.bars.retain(|bar| bar.to != Some(bar.from));
        self.bars
    }
}

/// Who has the lock from an instant on.
fn holder(source: &Source<'_>, time: SimTime) -> Option<OperatorId> {
    let instants = &source.film.instants;
    let behind = instants.partition_point(|picture| picture.observation().time <= time);
    instants[..behind].last()?.observation().holder
}

fn errored_label(file: &LocalFile) -> String {
    match file {
        LocalFile::Empty => "0 bytes".to_owned(),
        LocalFile::Unreadable => "unreadable".to_owned(),
        LocalFile::State(file) => format!("serial {}", file.serial),
    }
}

/// The track of what is stored. A state that takes another one's place under the same serial, as a
/// lost update does it, is another bar.
fn records(source: &Source<'_>) -> Option<Track> {
    let mut row = Row::default();
    let mut before: Option<(&StateFile, String)> = None;
    for picture in &source.film.instants {
        let observation = picture.observation();
        let label = match &observation.remote {
            RemoteState::Absent => None,
            RemoteState::Empty => Some("0 bytes".to_owned()),
            RemoteState::Unreadable => Some("unreadable".to_owned()),
            RemoteState::State(file) => Some(match before.take() {
                Some((known, label)) if *known == **file => label,
                Some((known, _)) if known.serial == file.serial => {
                    format!("serial {}, another", file.serial)
                }
                Some(_) | None => format!("serial {}", file.serial),
            }),
        };
        let state = observation.remote_state();
        before = state.and_then(|file| Some((&**file, label.clone()?)));
        row.see(
            observation.time,
            label.map(|label| (BarKind::Record, label)),
        );
    }
    let (name, bars) = ("record".to_owned(), row.finish());
    (!bars.is_empty()).then_some(Track { name, bars })
}

fn lock(source: &Source<'_>, observation: &Observation) -> Option<(BarKind, String)> {
    let look = match observation.lock {
        LockObservation::Lease(LeaseObservation::Available | LeaseObservation::Broken)
        | LockObservation::Record { is_held: false, .. }
        | LockObservation::Session { holder: None, .. }
        | LockObservation::Kernel { holder: None } => return None,
        LockObservation::Lease(LeaseObservation::Expired) => LockLook::Expired,
        LockObservation::Lease(LeaseObservation::Breaking { .. }) => LockLook::Breaking,
        LockObservation::Lease(LeaseObservation::Leased { .. })
        | LockObservation::Record { is_held: true, .. }
        | LockObservation::Session {
            holder: Some(_), ..
        }
        | LockObservation::Kernel { holder: Some(_) } => match observation.living_holder() {
            Some(_) => LockLook::Held,
            None => LockLook::Orphaned,
        },
    };
    let holder = match (observation.holder, observation.holder_run) {
        (Some(operator), Some(run)) => format!(
            "{}, {}",
            source.names.operator(operator),
            source.names.run(run)
        ),
        (Some(operator), None) => source.names.operator(operator).to_owned(),
        (None, _) => String::new(),
    };
    let label = match look {
        LockLook::Held => format!("held by {holder}"),
        LockLook::Orphaned => format!("left by {holder}"),
        LockLook::Breaking => "being broken".to_owned(),
        LockLook::Expired => "expired".to_owned(),
    };
    Some((BarKind::Lock(look), label))
}

/// The commands of an operator, with what they are at: a track for commands, one for phases, and
/// more where several are at work at once.
fn runs(source: &Source<'_>, operator: OperatorId) -> Vec<Track> {
    let mut rows: Vec<Vec<Bar>> = Vec::new();
    for bar in commands(source, operator) {
        let is_free = |row: &&mut Vec<Bar>| {
            row.last()
                .is_none_or(|last| last.to.is_some_and(|to| to <= bar.from))
        };
        match rows.iter_mut().find(is_free) {
            Some(row) => row.push(bar),
            None => rows.push(vec![bar]),
        }
    }
    let mut tracks = Vec::new();
    for bars in rows {
        let phases: Vec<Bar> = { bars.iter() }
            .flat_map(|bar| match bar.what {
                BarKind::Run { run, .. } => phases(source, run),
                BarKind::Phase { .. }
                | BarKind::Lock(_)
                | BarKind::Record
                | BarKind::Object(_)
                | BarKind::Fault => Vec::new(),
            })
            .collect();
        let named = |name: &str, bars| Track {
            name: name.to_owned(),
            bars,
        };
        tracks.push(named("command", bars));
        if !phases.is_empty() {
            tracks.push(named("phase", phases));
        }
    }
    tracks
}

fn commands(source: &Source<'_>, operator: OperatorId) -> Vec<Bar> {
    let last = source.film.report.timeline.last();
    let mut bars = Vec::new();
    for entry in &source.film.report.timeline.entries {
        let Fact::Process(ProcessFact::Started { run, line, .. }) = &entry.fact else {
            continue;
        };
        let seen = last.runs.iter().find(|seen| seen.run == *run);
        let Some(seen) = seen.filter(|seen| seen.operator == operator) else {
            continue;
        };
        bars.push(Bar {
            from: entry.time,
            to: seen.ended_at,
            what: BarKind::Run {
                run: *run,
                exit: seen.end.map(|end| end.exit),
            },
            label: line.lines().next().unwrap_or_default().to_owned(),
            holder: None,
        });
    }
    bars
}

fn phases(source: &Source<'_>, run: RunId) -> Vec<Bar> {
    bars(source, |picture| {
        let mut beliefs = picture.observation().beliefs();
        let (_, belief) = beliefs.find(|(other, _)| *other == run)?;
        let phase = belief.phase;
        Some((BarKind::Phase { run, phase }, phase_name(phase).to_owned()))
    })
}

/// What a process is at, in a word.
pub(in crate::render) const fn phase_name(phase: ProcessPhase) -> &'static str {
    match phase {
        ProcessPhase::Starting => "starts",
        ProcessPhase::Listing => "lists",
        ProcessPhase::Opening => "opens",
        ProcessPhase::Locking => "locks",
        ProcessPhase::Reading => "reads",
        ProcessPhase::Planning => "plans",
        ProcessPhase::Prompting => "asks",
        ProcessPhase::Walking => "applies",
        ProcessPhase::Saving => "saves",
        ProcessPhase::Unlocking => "unlocks",
        ProcessPhase::Leaving => "leaves",
    }
}

/// The objects, a track each, in the order in which they came.
fn objects(source: &Source<'_>) -> Vec<Track> {
    let mut places: BTreeMap<ObjectId, usize> = BTreeMap::new();
    let mut rows: Vec<(ObjectId, ResourceId, Row)> = Vec::new();
    for picture in &source.film.instants {
        let observation = picture.observation();
        for (id, object) in observation.cloud.iter() {
            places.entry(id).or_insert_with(|| {
                rows.push((id, object.resource, Row::default()));
                rows.len() - 1
            });
        }
        let records = Records::of(picture);
        for (id, resource, row) in &mut rows {
            let look = records.look(observation.cloud.get(*id), *id, *resource);
            let seen = look.map(|look| (BarKind::Object(look), object_label(look).to_owned()));
            row.see(observation.time, seen);
        }
    }
    let tracks = rows.into_iter().map(|(_, resource, row)| Track {
        name: source.names.resource(resource).to_owned(),
        bars: row.finish(),
    });
    tracks.filter(|track| !track.bars.is_empty()).collect()
}

/// What is recorded at an instant, or is going to be.
struct Records {
    recorded: BTreeSet<ObjectId>,
    stale: BTreeSet<ResourceId>,
    unsaved: BTreeSet<ResourceId>,
}

impl Records {
    fn of(picture: &Picture) -> Self {
        let observation = picture.observation();
        let remote = observation.remote_state().into_iter();
        let is_stale = |key: &&FindingKey| key.name == FindingName::StaleAttributes;
        let stale = picture.keys().iter().filter(is_stale);
        Self {
            recorded: remote
                .flat_map(|file| file.snapshot.objects())
                .map(|(_, record)| record.id)
                .collect(),
            stale: stale
                .filter_map(|key| match key.subject {
                    Subject::Resource(resource) => Some(resource),
                    Subject::Lock | Subject::State | Subject::Operator(_) => None,
                })
                .collect(),
            unsaved: observation.unsaved(),
        }
    }

    /// How an object looks beside them, which may be gone.
    fn look(
        &self,
        object: Option<&CloudObject>,
        id: ObjectId,
        resource: ResourceId,
    ) -> Option<ObjectLook> {
        let is_recorded = self.recorded.contains(&id);
        let Some(object) = object else {
            return is_recorded.then_some(ObjectLook::Ghost);
        };
        Some(match object.status {
            ObjectStatus::Creating => ObjectLook::Creating,
            ObjectStatus::Exists if is_recorded && self.stale.contains(&resource) => {
                ObjectLook::Changed
            }
            ObjectStatus::Exists if is_recorded => ObjectLook::Recorded,
            ObjectStatus::Exists if self.unsaved.contains(&resource) => ObjectLook::Unsaved,
            ObjectStatus::Exists => ObjectLook::Orphaned,
        })
    }
}

const fn object_label(look: ObjectLook) -> &'static str {
    match look {
        ObjectLook::Creating => "creating",
        ObjectLook::Unsaved => "exists, not saved yet",
        ObjectLook::Recorded => "exists",
        ObjectLook::Changed => "changed",
        ObjectLook::Orphaned => "orphaned",
        ObjectLook::Ghost => "gone, still recorded",
    }
}

/// What there is to see of a fault, where there is one.
type Look<'l> = &'l dyn Fn(&Observation) -> Option<String>;

/// What the script did that lasts, a track for each machine and kind.
fn faults(source: &Source<'_>) -> Vec<Track> {
    let mut tracks: BTreeMap<(usize, usize), Track> = BTreeMap::new();
    for (index, operator) in source.names.operator_ids().enumerate() {
        let name = source.names.operator(operator);
        let looks: [(&str, Look<'_>); 5] = [
            ("state", &|seen| link(seen, index, Peer::State)),
            ("cloud", &|seen| link(seen, index, Peer::Cloud)),
            ("disk", &|seen| disk(seen, index)),
            ("sleep", &|seen| {
                let sleeps = seen.machines.get(index)?.is_suspended;
                sleeps.then(|| "asleep".to_owned())
            }),
            ("login", &|seen| credentials(seen, index)),
        ];
        for (order, (what, look)) in looks.into_iter().enumerate() {
            let title = match what {
                "state" | "cloud" => format!("{name} <-> {what}"),
                other => format!("{name}: {other}"),
            };
            let seen = track(source, &title, |picture| {
                Some((BarKind::Fault, look(picture.observation())?))
            });
            tracks.extend(seen.map(|track| ((index, order), track)));
        }
    }
    tracks.into_values().collect()
}

fn link(observation: &Observation, index: usize, peer: Peer) -> Option<String> {
    let machine = observation.machines.get(index)?;
    let ways = match peer {
        Peer::State => [machine.blob_requests, machine.blob_answers],
        Peer::Cloud => [machine.cloud_requests, machine.cloud_answers],
    };
    let word = |state: LinkState| match state {
        LinkState::Up => None,
        LinkState::Cut => Some("cut"),
        LinkState::Blackhole => Some("black hole"),
    };
    match ways.map(word) {
        [None, None] => None,
        [Some(out), Some(back)] if out == back => Some(out.to_owned()),
        [Some(out), None] => Some(format!("{out}, outward")),
        [None, Some(back)] => Some(format!("{back}, inward")),
        [Some(out), Some(back)] => Some(format!("{out} outward, {back} inward")),
    }
}

fn credentials(observation: &Observation, index: usize) -> Option<String> {
    let machine = observation.machines.get(index)?;
    let word = match (machine.state_credentials, machine.cloud_credentials) {
        (CredentialState::Valid, CredentialState::Valid) => return None,
        (CredentialState::Expired, CredentialState::Expired) => "credentials expired",
        (CredentialState::Expired, CredentialState::Valid) => "credentials for the state expired",
        (CredentialState::Valid, CredentialState::Expired) => "credentials for the cloud expired",
    };
    Some(word.to_owned())
}

fn disk(observation: &Observation, index: usize) -> Option<String> {
    let word = match observation.machines.get(index)?.disk {
        DiskState::Ok => return None,
        DiskState::Full => "full",
        DiskState::ReadOnly => "read-only",
        DiskState::Occupied => "errored.tfstate is occupied",
    };
    Some(word.to_owned())
}
