//! What is broken in a story: looked at instant by instant, from what can be observed alone.

use std::collections::BTreeMap;
use std::sync::Arc;

use leaselab::kernel::{Seed, SimTime};
use leaselab::scenario;
use leaselab::simulation::{Recording, Simulation};
use leaselab::terraform::backend::s3;
use leaselab::terraform::process::ProcessPhase;
use leaselab::terraform::{RunId, StateFile};
use leaselab::timeline::{
    BlobFact, Entry, Fact, LockObservation, Observation, ProcessFact, RequestFact, RunObservation,
};
use serde_json::Value;

/// The requests that give a lock back.
const UNLOCKS: [&str; 5] = [
    "lease_release",
    "delete_lock",
    "ddb_delete_lock",
    "unlock",
    "unlock_create",
];

/// A promise that is broken.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Broken {
    /// Two are at work, and each believes that the lock is its own.
    TwoAtWork,
    /// A save overwrites a state that its writer has never seen.
    Stale,
    /// A save that is no push stores a lower serial.
    Lower,
    /// The end of a command takes away the lock that another one works under.
    Anothers,
}

impl Broken {
    pub(super) const ALL: [Self; 4] = [Self::TwoAtWork, Self::Stale, Self::Lower, Self::Anothers];
}

/// Whether a run works on the state, and believes to have the lock.
fn works(run: &RunObservation) -> bool {
    let phase = run.belief.as_ref().map(|belief| belief.phase);
    let is_working = matches!(
        phase,
        Some(
            ProcessPhase::Reading
                | ProcessPhase::Planning
                | ProcessPhase::Prompting
                | ProcessPhase::Walking
                | ProcessPhase::Saving
        )
    );
    is_working && run.lock_id.is_some()
}

fn is_two_at_work(observation: &Observation) -> bool {
    observation.living().filter(|run| works(run)).count() > 1
}

/// What was typed, by run.
fn lines(entries: &[&Entry]) -> BTreeMap<RunId, Arc<str>> {
    let lines = entries.iter().filter_map(|entry| {
        let Fact::Process(ProcessFact::Started { run, line, .. }) = &entry.fact else {
            return None;
        };
        Some((*run, Arc::clone(line)))
    });
    lines.collect()
}

/// Who stored something, by instant.
fn writers(entries: &[&Entry]) -> BTreeMap<SimTime, RunId> {
    let stored = entries.iter().filter_map(|entry| {
        let Fact::Blob(BlobFact::Stored { by, .. }) = &entry.fact else {
            return None;
        };
        Some((entry.time, *by))
    });
    stored.collect()
}

/// Whose command gave a lock back at which instant: of those that free no other's on purpose.
fn unlockers(entries: &[&Entry], lines: &BTreeMap<RunId, Arc<str>>) -> Vec<(SimTime, RunId)> {
    let mut sent: BTreeMap<u64, RunId> = BTreeMap::new();
    let mut unlockers = Vec::new();
    for entry in entries {
        if let Fact::Request(RequestFact::Sent { number, run, .. }) = &entry.fact {
            sent.insert(*number, *run);
        }
        if let Fact::Request(RequestFact::Handled {
            number,
            kind,
            refusal: None,
            ..
        }) = &entry.fact
            && UNLOCKS.contains(&kind.name())
        {
            unlockers.extend(sent.get(number).map(|run| (entry.time, *run)));
        }
    }
    let gives_back = |run: RunId| {
        let line = lines.get(&run).map_or("", |line| &**line);
        line.starts_with("terraform") && !line.contains("force-unlock")
    };
    unlockers.retain(|(_, run)| gives_back(*run));
    unlockers
}

/// Whether the service has the lock that a run believes to hold.
fn has_lock_of(observation: &Observation, run: &RunObservation) -> bool {
    let of_aws = observation.aws.as_ref().is_some_and(|aws| {
        let object = aws.lock_object.as_ref();
        let item = aws.lock_item.as_ref();
        let ids = [
            object.and_then(|object| match object {
                s3::Object::Lock(info) => Some(info.id),
                s3::Object::Empty | s3::Object::State(_) | s3::Object::Text(_) => None,
            }),
            item.and_then(|item| match item {
                s3::Item::Lock(info) => Some(info.id),
                s3::Item::Digest(_) | s3::Item::Text(_) => None,
            }),
        ];
        run.lock_id.is_some() && ids.contains(&run.lock_id)
    });
    match observation.lock {
        LockObservation::Lease(_) | LockObservation::Record { .. } => {
            of_aws || run.lock_id.is_some() && observation.lock.id() == run.lock_id
        }
        LockObservation::Session { .. } => {
            let mut sessions = observation.sessions.iter();
            sessions.any(|lock| lock.run == run.run)
        }
        LockObservation::Kernel { holder } => holder == Some(run.run),
    }
}

/// What a file of a local state was written by: whoever knows it then and did not before.
fn local_writer(before: &Observation, after: &Observation) -> Option<RunId> {
    let written = after.remote_state();
    let knows = |observation: &Observation, run: RunId| {
        let mut beliefs = observation.beliefs();
        let belief = beliefs.find(|(known, _)| *known == run);
        belief.is_some_and(|(_, belief)| belief.stored.as_ref() == written)
    };
    let mut runs = after.beliefs().map(|(run, _)| run);
    runs.find(|run| knows(after, *run) && !knows(before, *run))
}

/// What is broken in a story, each kind once, with what shows it.
pub(super) fn broken(document: &Value) -> BTreeMap<Broken, String> {
    let yaml = serde_yaml::to_string(document).unwrap();
    let scenario = scenario::parse("story.yaml", yaml.as_bytes());
    let scenario = scenario.unwrap_or_else(|errors| {
        panic!("{}\n{yaml}", errors.render("story.yaml", yaml.as_bytes()))
    });
    let mut simulation = Simulation::new(&Arc::new(scenario), Seed(0), Recording::On);
    let mut instants: Vec<Observation> = vec![simulation.observe()];
    simulation.run_watched(SimTime::MAX, &mut instants);
    instants.push(simulation.observe());
    let entries: Vec<&Entry> = simulation.entries().iter().collect();
    let lines = lines(&entries);
    let writers = writers(&entries);
    let unlockers = unlockers(&entries, &lines);
    let mut broken = BTreeMap::new();
    let mut last_writer = None;
    // What each run has last read or stored, also of those that are gone.
    let mut seen: BTreeMap<RunId, Option<Arc<StateFile>>> = BTreeMap::new();
    for pair in instants.windows(2) {
        let (before, after) = (&pair[0], &pair[1]);
        let time = after.time;
        if is_two_at_work(after) {
            broken
                .entry(Broken::TwoAtWork)
                .or_insert_with(|| format!("at {time}"));
        }
        for (run, belief) in before.beliefs() {
            seen.insert(run, belief.stored.clone());
        }
        anothers((before, after), &unlockers, &mut broken);
        let (Some(old), Some(new)) = (before.remote_state(), after.remote_state()) else {
            last_writer = None;
            continue;
        };
        if old == new {
            continue;
        }
        let writer = writers.get(&time).copied();
        let writer = writer.or_else(|| local_writer(before, after));
        let Some(run) = writer else {
            last_writer = None;
            continue;
        };
        let line = lines.get(&run).map_or("", |line| &**line);
        let is_own = last_writer == Some(run);
        let has_seen = seen.get(&run).and_then(Option::as_ref) == Some(old);
        if !is_own && !has_seen && line.starts_with("terraform") {
            let shown = format!("`{line}` at {time} over serial {}", old.serial);
            broken.entry(Broken::Stale).or_insert(shown);
        }
        if new.serial < old.serial && line.starts_with("terraform") && !line.contains("push") {
            let shown = format!("`{line}` at {time}: {} over {}", new.serial, old.serial);
            broken.entry(Broken::Lower).or_insert(shown);
        }
        last_writer = Some(run);
    }
    broken
}

/// A lock under which somebody works is gone when somebody else's command has given its own back.
fn anothers(
    (before, after): (&Observation, &Observation),
    unlockers: &[(SimTime, RunId)],
    broken: &mut BTreeMap<Broken, String>,
) {
    for run in before.living().filter(|run| works(run)) {
        let still = after.living().find(|still| still.run == run.run);
        let still = still.filter(|still| works(still) && still.lock_id == run.lock_id);
        let is_gone = has_lock_of(before, run) && !has_lock_of(after, run);
        let mut others = unlockers.iter();
        let by = others.find(|(time, other)| *time == after.time && *other != run.run);
        if let (Some(_), true, Some((_, other))) = (still, is_gone, by) {
            let shown = format!("{other:?} frees that of {:?} at {}", run.run, after.time);
            broken.entry(Broken::Anothers).or_insert(shown);
        }
    }
}
