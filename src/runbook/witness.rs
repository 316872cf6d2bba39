//! Who looks at every instant from the wreck on: what no copy held for a while, and whose lock was
//! taken while they were alive.

use std::collections::BTreeSet;
use std::sync::Arc;

use crate::kernel::SimTime;
use crate::terraform::process::ProcessPhase;
use crate::terraform::{ObjectId, RecordedObject, ResourceId, RunId, StateSnapshot};
use crate::timeline::{
    CloudObjects, Fact, LeaseObservation, LockObservation, Log, Observation, RunObservation, Watch,
};
use crate::verdict::PropertyWatch;

/// What a copy of the state can have of an object.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Holding {
    /// That it is managed.
    Record(ObjectId),
    /// Its inputs.
    Inputs(ObjectId),
    /// That it is tainted.
    Taint(ObjectId),
}

impl Holding {
    /// The object.
    pub const fn object(self) -> ObjectId {
        match self {
            Self::Record(object) | Self::Inputs(object) | Self::Taint(object) => object,
        }
    }
}

/// A lock that was taken from a living process.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Robbery {
    /// By which of the commands that were typed; `None` between them.
    pub step: Option<usize>,
    /// From whom.
    pub victim: RunId,
}

/// Something that neither a copy nor a living process held at an instant.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Gap {
    /// Since when.
    pub time: SimTime,
    /// Since which of the commands that were typed; `None` between them.
    pub step: Option<usize>,
    /// What.
    pub holding: Holding,
}

/// The [witness](self) of one runbook's commands.
#[derive(Debug, Clone)]
pub(super) struct Witness {
    /// What the scenario's properties see.
    pub(super) properties: PropertyWatch,
    /// How many facts there were at the last instant.
    facts: usize,
    /// What was held at the wreck, or at any instant since.
    held: BTreeSet<Holding>,
    /// The copies as they were when they were last gone through.
    seen: Copies,
    /// Who held the lock at the last instant.
    holders: Vec<(RunId, HeldBy)>,
    gaps: Vec<Gap>,
    pub(super) robberies: Vec<Robbery>,
    /// The command that is under way, counted among those that were typed.
    step: Option<usize>,
    /// Every instant, where somebody wants to see them.
    pub(super) reel: Option<Vec<Observation>>,
}

/// The copies of states that there are, what can be brought back among them, and the objects that
/// exist. Snapshots share structure: two that are one are told apart at once.
#[derive(Debug, Clone, Default, PartialEq)]
struct Copies {
    snapshots: Vec<StateSnapshot>,
    /// What living processes are at: they will record what comes of it.
    operating: Vec<Arc<[ResourceId]>>,
    cloud: CloudObjects,
}

impl Copies {
    fn of(observation: &Observation) -> Self {
        let files = observation.copies().chain(observation.restorable());
        let files = files.map(|file| file.snapshot.clone());
        let beliefs = observation.beliefs().map(|(_, belief)| {
            let walk = belief.walk.as_ref();
            walk.map_or_else(|| belief.snapshot.clone(), |walk| walk.state.clone())
        });
        let walks = observation.beliefs();
        let walks = walks.filter_map(|(_, belief)| belief.walk.as_ref());
        let operating = walks.filter(|walk| !walk.operating.is_empty());
        Self {
            snapshots: files.chain(beliefs).collect(),
            operating: operating.map(|walk| Arc::clone(&walk.operating)).collect(),
            cloud: observation.cloud.clone(),
        }
    }

    /// What they have of objects that exist.
    fn holdings(&self) -> BTreeSet<Holding> {
        let mut held = BTreeSet::new();
        for snapshot in &self.snapshots {
            for (_, record) in snapshot.objects() {
                if self.cloud.contains(record.id) {
                    held.extend(self.of_record(record));
                }
            }
        }
        if !self.operating.is_empty() {
            let is_operated_on = |resource: &ResourceId| {
                let mut walks = self.operating.iter();
                walks.any(|operating| operating.binary_search(resource).is_ok())
            };
            let objects = self.cloud.iter();
            let made = objects.filter(|(_, object)| is_operated_on(&object.resource));
            held.extend(made.map(|(id, _)| Holding::Record(id)));
        }
        held
    }

    fn of_record(&self, record: &Arc<RecordedObject>) -> impl Iterator<Item = Holding> + use<> {
        let exists = self.cloud.get(record.id);
        let inputs = exists.and_then(|exists| exists.copied.inputs.as_ref());
        let has_inputs = inputs
            .is_some_and(|inputs| !inputs.is_empty() && record.inputs.as_ref() == Some(inputs));
        let all = [
            (true, Holding::Record(record.id)),
            (has_inputs, Holding::Inputs(record.id)),
            (record.is_tainted, Holding::Taint(record.id)),
        ];
        all.into_iter()
            .filter_map(|(is_so, held)| is_so.then_some(held))
    }
}

impl Witness {
    /// From the wreck on.
    pub(super) fn new(wreck: &Observation, properties: PropertyWatch) -> Self {
        let seen = Copies::of(wreck);
        Self {
            properties,
            facts: 0,
            held: seen.holdings(),
            seen,
            holders: holders(wreck),
            gaps: Vec::new(),
            robberies: Vec::new(),
            step: None,
            reel: None,
        }
    }

    /// A command is typed.
    pub(super) const fn begin(&mut self, step: usize) {
        self.step = Some(step);
    }

    /// It has ended. The instant is not over: the next command may begin in it.
    pub(super) fn end(&mut self, observation: &Observation) {
        self.look(observation);
        self.step = None;
    }

    /// Whether something was missing for a while.
    pub(super) fn has_gap(&self, holding: Holding) -> bool {
        self.gaps.iter().any(|gap| gap.holding == holding)
    }

    /// What was missing for a while and was back at the end.
    pub(super) fn closed_gaps(&self) -> impl Iterator<Item = Gap> {
        let held = self.seen.holdings();
        let gaps = self.gaps.iter().copied();
        gaps.filter(move |gap| held.contains(&gap.holding))
    }

    fn look(&mut self, observation: &Observation) {
        let copies = Copies::of(observation);
        if copies != self.seen {
            self.seen = copies;
            let held = self.seen.holdings();
            let exists = |holding: &Holding| self.seen.cloud.contains(holding.object());
            let missing = self
                .held
                .iter()
                .copied()
                .filter(|holding| !held.contains(holding));
            let known: BTreeSet<Holding> = self.gaps.iter().map(|gap| gap.holding).collect();
            let (time, step) = (observation.time, self.step);
            let gaps: Vec<Gap> = missing
                .filter(|holding| exists(holding) && !known.contains(holding))
                .map(|holding| Gap {
                    time,
                    step,
                    holding,
                })
                .collect();
            self.gaps.extend(gaps);
            self.held.extend(held);
        }
        let holders = holders(observation);
        if has_run_out(observation.lock) {
            self.holders = holders;
            return;
        }
        for (victim, by) in std::mem::take(&mut self.holders) {
            let mut runs = observation.runs.iter();
            let is_missed = runs.any(|run| run.run == victim && misses_lock(run, by));
            let is_told = self.robberies.iter().any(|told| told.victim == victim);
            if is_missed && !holders.contains(&(victim, by)) && !is_told {
                self.robberies.push(Robbery {
                    step: self.step,
                    victim,
                });
            }
        }
        self.holders = holders;
    }
}

/// What a lock is held by.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum HeldBy {
    /// The ID that the holder knows.
    Id,
    /// That the holder took it: a lock may have no ID, and a holder may have forgotten it.
    Taking,
}

/// The living who hold the lock, and by what.
fn holders(observation: &Observation) -> Vec<(RunId, HeldBy)> {
    let id = observation.lock.id();
    let is_held_by = |run: &RunObservation, by: HeldBy| match by {
        HeldBy::Id => id.is_some() && run.lock_id == id,
        HeldBy::Taking => observation.lock.is_locked() && observation.holder_run == Some(run.run),
    };
    let by_any = observation.living().flat_map(|run| {
        let all = [HeldBy::Id, HeldBy::Taking].into_iter();
        all.filter(move |by| is_held_by(run, *by))
            .map(|by| (run.run, by))
    });
    by_any.collect()
}

/// Whether a run that has lost a lock still counts on it.
fn misses_lock(run: &RunObservation, by: HeldBy) -> bool {
    let is_known = match by {
        HeldBy::Id => run.lock_id.is_some(),
        HeldBy::Taking => true,
    };
    is_known && relies_on_lock(run)
}

/// Whether a run is at what it took the lock for, and has not begun to give it back.
fn relies_on_lock(run: &RunObservation) -> bool {
    run.belief
        .as_ref()
        .is_some_and(|belief| match belief.phase {
            ProcessPhase::Reading
            | ProcessPhase::Planning
            | ProcessPhase::Prompting
            | ProcessPhase::Walking
            | ProcessPhase::Saving => true,
            ProcessPhase::Starting
            | ProcessPhase::Listing
            | ProcessPhase::Opening
            | ProcessPhase::Locking
            | ProcessPhase::Unlocking
            | ProcessPhase::Leaving => false,
        })
}

/// Whether the lock ended by itself.
const fn has_run_out(lock: LockObservation) -> bool {
    match lock {
        LockObservation::Lease(LeaseObservation::Expired) => true,
        LockObservation::Lease(
            LeaseObservation::Available
            | LeaseObservation::Leased { .. }
            | LeaseObservation::Breaking { .. }
            | LeaseObservation::Broken,
        )
        | LockObservation::Record { .. }
        | LockObservation::Session { .. }
        | LockObservation::Kernel { .. } => false,
    }
}

/// Whether a fact can change what copies and processes hold, or the lock: what is on its way or
/// printed changes neither.
const fn is_of_interest(fact: &Fact) -> bool {
    match fact {
        Fact::Process(_)
        | Fact::Operation(_)
        | Fact::Lock(_)
        | Fact::State(_)
        | Fact::Lease(_)
        | Fact::Blob(_)
        | Fact::Cloud(_)
        | Fact::Machine(_) => true,
        Fact::Output(_) | Fact::Request(_) | Fact::Script(_) => false,
    }
}

impl Watch for Witness {
    fn is_due(&mut self, facts: &Log) -> bool {
        let mut new = facts.since(self.facts);
        let is_filmed = self.reel.is_some() && facts.len() > self.facts;
        self.facts = facts.len();
        is_filmed || new.any(|entry| is_of_interest(&entry.fact)) || !self.properties.is_done()
    }

    fn instant(&mut self, observation: Observation) {
        self.look(&observation);
        if let Some(reel) = &mut self.reel {
            reel.push(observation.clone());
        }
        if !self.properties.is_done() {
            self.properties.instant(observation);
        }
    }
}
