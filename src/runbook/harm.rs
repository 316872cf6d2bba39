//! What a runbook has made worse: the end against the wreck, and against the same wreck that
//! nobody touched.

use std::cell::LazyCell;
use std::collections::BTreeMap;
use std::sync::Arc;

use super::grade::{Harm, Held, Lapse};
use super::replay::{Replayed, Step};
use super::witness::{Gap, Holding, Robbery};
use super::wreck::Wreck;
use crate::kernel::SimTime;
use crate::scenario::FindingName;
use crate::terraform::{ObjectId, OperationKind, ResourceId, StateFile};
use crate::timeline::{CloudFact, CloudObject, Fact, Observation, Occasion, Timeline};
use crate::verdict::{FindingKey, Report, Subject, keys};

/// Compares the end of what was replayed with the wreck. `steps` are the commands that were typed.
pub(super) fn harms(wreck: &Wreck, replayed: &Replayed, report: &Report) -> Vec<Harm> {
    let comparison = Comparison::new(wreck, &replayed.steps, report);
    let mut harms = comparison.lock_taken(&replayed.witness.robberies);
    harms.extend(comparison.destroyed());
    harms.extend(comparison.forgotten());
    harms.extend(comparison.new_findings(&harms));
    harms
}

/// What was at risk on the way and is back at the end, and would have been recorded if nobody had
/// done anything.
pub(super) fn risks(wreck: &Wreck, replayed: &Replayed, report: &Report) -> Vec<(Holding, Lapse)> {
    let at_end = report.timeline.last();
    // What comes of an untouched wreck is replayed only where something was at risk.
    let kept = LazyCell::new(|| recorded(wreck.untouched().last(), Among::All));
    let would_be_recorded = |holding: Holding| {
        let object = at_end.cloud.get(holding.object());
        kept.contains_key(&holding.object())
            || object.is_some_and(|object| kept.values().any(|kept| *kept == object.resource))
    };
    let gaps = replayed.witness.closed_gaps();
    let gaps = gaps.filter(|gap| would_be_recorded(gap.holding));
    let lapse = |gap: Gap| {
        let (object, what) = match gap.holding {
            Holding::Record(object) => (object, Held::Record),
            Holding::Inputs(object) => (object, Held::Inputs),
            Holding::Taint(object) => (object, Held::Taint),
        };
        let lapse = Lapse {
            object: wreck.scenario.names.object(object),
            what,
            time: gap.time,
            line: change_at(&replayed.steps, gap.step),
        };
        (gap.holding, lapse)
    };
    gaps.map(lapse).collect()
}

/// The line of a command, if that changes something: whoever looks is never to blame.
fn change_at(steps: &[Step], step: Option<usize>) -> Option<u32> {
    let step = steps.get(step?)?;
    step.is_change.then_some(step.line)
}

/// The command that was under way at an instant: where one ended and the next began in it, the
/// one that ended.
fn step_at(steps: &[Step], time: SimTime) -> Option<usize> {
    let mut steps = steps.iter();
    steps.position(|step| step.started <= time && time <= step.ended)
}

struct Comparison<'a> {
    wreck: &'a Wreck,
    steps: &'a [Step],
    report: &'a Report,
    at_wreck: &'a Observation,
    at_end: &'a Observation,
}

impl<'a> Comparison<'a> {
    fn new(wreck: &'a Wreck, steps: &'a [Step], report: &'a Report) -> Self {
        Self {
            wreck,
            steps,
            report,
            at_wreck: &wreck.observation,
            at_end: report.timeline.last(),
        }
    }

    /// The end of the wreck that nobody touched.
    fn untouched(&self) -> &'a Observation {
        self.wreck.untouched().last()
    }

    /// Locks that were taken from the living.
    fn lock_taken(&self, robberies: &[Robbery]) -> Vec<Harm> {
        let names = &self.report.timeline.names;
        let mut runs = self.at_end.runs.iter();
        let mut taken = |robbery: &Robbery| {
            let victim = runs.find(|run| run.run == robbery.victim)?;
            Some(Harm::LockTaken {
                victim: names.run(victim.run).to_owned(),
                operator: victim.operator,
                line: change_at(self.steps, robbery.step),
            })
        };
        robberies.iter().filter_map(&mut taken).collect()
    }

    /// Objects that the configuration still wants, and that were deleted.
    fn destroyed(&self) -> Vec<Harm> {
        let names = &self.wreck.scenario.names;
        let is_deleted_anyway = |object| {
            let mut deleted = deletions(self.wreck.untouched(), self.at_wreck.time);
            deleted.any(|(_, _, other)| other == object)
        };
        let before = per_resource(self.at_wreck);
        let after = per_resource(self.at_end);
        let mut harms = Vec::new();
        for (time, _, object) in deletions(&self.report.timeline, self.at_wreck.time) {
            // Its own address, under whichever a state recorded it.
            let existed = self.at_wreck.cloud.get(object);
            let Some(existed) = existed.or_else(|| self.made_anyway(object)) else {
                continue;
            };
            let resource = existed.resource;
            let is_superfluous =
                before.get(&resource).copied().unwrap_or(0) > 1 && after.contains_key(&resource);
            let is_wanted = self.is_wanted(resource);
            if !is_wanted || is_superfluous || is_deleted_anyway(object) {
                continue;
            }
            harms.push(Harm::Destroyed {
                object: names.object(object),
                resource,
                is_created_anew: after.contains_key(&resource),
                line: change_at(self.steps, step_at(self.steps, time)),
            });
        }
        harms
    }

    /// An object that others go on to make after the wreck, and for which there is none at the end.
    fn made_anyway(&self, object: ObjectId) -> Option<&'a CloudObject> {
        let made = self.untouched().cloud.get(object)?;
        let mut left = self.at_end.cloud.values();
        (!left.any(|left| left.resource == made.resource)).then_some(made)
    }

    /// Whether the configuration of who mends it wants a resource, or of anybody who has run a
    /// command: what a colleague has made is not to be destroyed because one's own branch lacks it.
    fn is_wanted(&self, resource: ResourceId) -> bool {
        let runs = self.at_wreck.runs.iter().map(|run| run.operator);
        let mut operators = runs.chain([self.wreck.operator]);
        operators.any(|operator| {
            let configuration = &self.at_wreck.configurations[usize::from(operator.0)];
            configuration.get(resource).is_some()
        })
    }

    /// Objects that exist, that some copy of the state recorded, and that none records any more: a
    /// record that only a version of the blob still has was dropped, if another copy had it.
    fn forgotten(&self) -> Vec<Harm> {
        let names = &self.wreck.scenario.names;
        let mut forgotten: BTreeMap<ObjectId, (ResourceId, Among)> = BTreeMap::new();
        for among in Among::ALL {
            let left = recorded(self.at_end, among);
            let kept_anyway = LazyCell::new(|| recorded(self.untouched(), among));
            for (object, resource) in recorded(self.at_wreck, among) {
                let is_forgotten = self.at_end.cloud.contains(object)
                    && !left.contains_key(&object)
                    && kept_anyway.contains_key(&object);
                if is_forgotten {
                    forgotten.entry(object).or_insert((resource, among));
                }
            }
        }
        let harm = |(object, (resource, among)): (ObjectId, (ResourceId, Among))| Harm::Forgotten {
            object: names.object(object),
            resource,
            line: self.first_line(|index| {
                let observed = &self.report.timeline.observations[index].observation;
                !recorded(observed, among).contains_key(&object)
            }),
        };
        forgotten.into_iter().map(harm).collect()
    }

    /// The line of the first command after which an observation is as it was not before.
    fn first_line(&self, is_meant: impl Fn(usize) -> bool) -> Option<u32> {
        let mut pictures = self.report.pictures.iter();
        let wreck =
            pictures.position(|picture| picture.occasion == Occasion::Step(self.wreck.index))?;
        let first = (wreck + 1..self.report.pictures.len()).find(|index| is_meant(*index))?;
        change_at(self.steps, Some(first - wreck - 1))
    }

    fn new_findings(&self, told: &[Harm]) -> Vec<Harm> {
        let last = self.report.last();
        let is_told = |key: &FindingKey| {
            told.iter().any(|harm| match harm {
                Harm::Forgotten { resource, .. } => key.subject == Subject::Resource(*resource),
                Harm::Destroyed { .. } | Harm::LockTaken { .. } | Harm::Found { .. } => false,
            })
        };
        let found = last.keys().iter().enumerate();
        found
            .filter(|(_, key)| key.blocks() && self.is_worse(key) && !is_told(key))
            .map(|(index, key)| Harm::Found {
                name: key.name,
                subject: key.subject,
                evidence: last.findings()[index].evidence.clone(),
                line: self.first_line(|index| self.is_found(key, index)),
            })
            .collect()
    }

    /// Whether a picture shows a finding, or, where that is about what a copy once said, that none
    /// does any more.
    fn is_found(&self, key: &FindingKey, index: usize) -> bool {
        if let (FindingName::LostInputs | FindingName::TaintedObject, Subject::Resource(resource)) =
            (key.name, key.subject)
        {
            let observed = &self.report.timeline.observations[index].observation;
            return Among::ALL.iter().any(|among| {
                self.is_lost_among(key.name, resource, *among)
                    && is_in_no_copy(observed, key.name, resource, *among)
            });
        }
        self.report.pictures[index].keys().contains(key)
    }

    /// Whether what a copy once had of a resource's object is in none any more, and was, and would be.
    fn is_lost_among(&self, name: FindingName, resource: ResourceId, among: Among) -> bool {
        let is_lost = |observation| is_in_no_copy(observation, name, resource, among);
        is_lost(self.at_end) && !is_lost(self.at_wreck) && !is_lost(self.untouched())
    }

    /// Whether a finding says more than what was wrong with its subject anyway.
    fn is_worse(&self, finding: &FindingKey) -> bool {
        let subject = finding.subject;
        if let (FindingName::LostInputs | FindingName::TaintedObject, Subject::Resource(resource)) =
            (finding.name, subject)
            && is_in_no_copy(self.at_end, finding.name, resource, Among::Standing)
        {
            let mut all = Among::ALL.into_iter();
            return all.any(|among| self.is_lost_among(finding.name, resource, among));
        }
        // What a file still has can come back.
        if finding.name == FindingName::LostInputs {
            return false;
        }
        let is_news = |before| {
            let known = keys(&self.wreck.scenario.names, before);
            let mut known = known.iter().filter(|known| known.blocks());
            known.all(|known| known.subject != subject || rank(known.name) < rank(finding.name))
        };
        finding.name != FindingName::LimitReached
            && is_news(self.at_wreck)
            && is_news(self.untouched())
    }
}

/// How bad a finding about a subject is: what is as bad as before, or less, is no harm.
const fn rank(name: FindingName) -> u8 {
    match name {
        FindingName::LimitReached
        | FindingName::SpuriousErrored
        | FindingName::StaleErrored
        | FindingName::LeftoverLockInfo => 0,
        FindingName::StaleAttributes
        | FindingName::TaintedObject
        | FindingName::GhostObject
        | FindingName::RemoteBehindErrored
        // Another way of being behind the file, which has it all: so it comes of a look at a blob
        // that is gone.
        | FindingName::LineageMismatch
        | FindingName::OrphanedLock
        | FindingName::CorruptState
        | FindingName::DigestMismatch => 1,
        FindingName::OrphanedObject
        | FindingName::LostUpdate
        | FindingName::ForkedState
        | FindingName::StateLost => 2,
        FindingName::DuplicateObject
        | FindingName::WrongAddress
        | FindingName::RecordedTwice
        | FindingName::LostInputs => 3,
    }
}

/// Whether what a copy of the state once had of a resource's object, its inputs or its mark as
/// tainted, stands in no copy any more.
fn is_in_no_copy(
    observation: &Observation,
    name: FindingName,
    resource: ResourceId,
    among: Among,
) -> bool {
    let mut records = among
        .copies(observation)
        .flat_map(|file| file.snapshot.objects());
    let mut objects = observation.cloud.iter();
    let Some((id, exists)) = objects.find(|(_, object)| object.resource == resource) else {
        return false;
    };
    if name == FindingName::TaintedObject {
        exists.copied.is_tainted && !records.any(|(_, record)| record.id == id && record.is_tainted)
    } else {
        exists.copied.inputs.as_ref().is_some_and(|inputs| {
            !inputs.is_empty()
                && !records
                    .any(|(_, record)| record.id == id && record.inputs.as_ref() == Some(inputs))
        })
    }
}

/// How many objects exist for each resource.
fn per_resource(observation: &Observation) -> BTreeMap<ResourceId, usize> {
    let mut counts = BTreeMap::new();
    for object in observation.cloud.values() {
        *counts.entry(object.resource).or_default() += 1;
    }
    counts
}

/// The deletions that Terraform had done after an instant.
fn deletions(
    timeline: &Timeline,
    since: SimTime,
) -> impl Iterator<Item = (SimTime, ResourceId, ObjectId)> {
    timeline.entries.iter().filter_map(move |entry| {
        let Fact::Cloud(CloudFact::Done {
            resource,
            object,
            kind: OperationKind::Delete,
        }) = entry.fact
        else {
            return None;
        };
        (entry.time >= since).then_some((entry.time, resource, object))
    })
}

/// Which copies of the state are asked.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Among {
    /// Those that can be read as they stand.
    Standing,
    /// Also those that a version, a blob snapshot or an undeletion can bring back.
    All,
}

impl Among {
    const ALL: [Self; 2] = [Self::Standing, Self::All];

    fn copies(self, observation: &Observation) -> impl Iterator<Item = &Arc<StateFile>> {
        let past = match self {
            Self::Standing => None,
            Self::All => Some(observation.restorable()),
        };
        past.into_iter().flatten().chain(observation.copies())
    }
}

/// Every object that some copy of the state records.
fn recorded(observation: &Observation, among: Among) -> BTreeMap<ObjectId, ResourceId> {
    { among.copies(observation) }
        .flat_map(|file| file.snapshot.objects())
        .map(|(resource, object)| (object.id, resource))
        .collect()
}
