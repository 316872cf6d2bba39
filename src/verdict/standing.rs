//! The standing: which findings there are at an instant, kept up to date from one observation to
//! the next.
//!
//! What is found is a sum of what each resource contributes, and that depends on the objects, the
//! records and the processes that concern the resource alone. So only resources about which
//! something has changed are looked at again, and what two observations share is not gone
//! through: the work is in proportion to the changes. What it comes to is, by definition, what
//! [`findings`](super::findings) says.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use super::finding::{FindingKey, Subject, Weight};
use super::records::{Records, Touched, add, position, take};
use super::share::Share;
use super::{LIMIT_REACHED, digest, errored, lock, lost_update};
use crate::scenario::FindingName;
use crate::terraform::trie::Trie;
use crate::terraform::{ObjectId, OperatorId, ResourceId, RunId, StateFile, StateSnapshot};
use crate::timeline::{Belief, CloudObjects, Observation};

/// The [standing](self) of one replication at an instant.
#[derive(Debug, Clone, Default)]
pub struct Standing {
    view: View,
    /// What each resource contributes; nothing where that is nothing.
    shares: Trie<Share>,
    /// The findings about resources.
    resources: BTreeSet<(FindingName, ResourceId)>,
    /// How many resources are unsaved.
    unsaved: usize,
    /// How many objects exist that only the lost state records.
    lost: usize,
    /// How each `errored.tfstate` compares to the remote state.
    compared: BTreeMap<OperatorId, Compared>,
    /// The findings that are about no resource.
    others: Vec<FindingKey>,
    is_in_sync: bool,
}

/// The sums of what resources contribute to the comparison of a file with the remote state.
#[derive(Debug, Clone, Copy, Default)]
struct Compared {
    only_file: usize,
    file_fresher: usize,
    only_remote: usize,
    remote_fresher: usize,
}

/// A resource whose share has changed.
#[derive(Debug, Clone)]
pub(super) struct Change {
    pub(super) resource: ResourceId,
    pub(super) before: Share,
    pub(super) after: Share,
}

/// What an observation has for each resource, with the ways back from objects to resources.
#[derive(Debug, Clone, Default)]
pub(super) struct View {
    pub(super) cloud: CloudObjects,
    /// The objects that exist, by the resource that they were created for.
    objects: Trie<Vec<ObjectId>>,
    pub(super) remote: Records,
    pub(super) errored: BTreeMap<OperatorId, Records>,
    pub(super) lost: Records,
    /// Of the processes that walk or have walked, in the order of their starts.
    pub(super) beliefs: Vec<(RunId, Belief)>,
}

fn snapshot(file: Option<&Arc<StateFile>>) -> StateSnapshot {
    file.map_or_else(StateSnapshot::default, |file| file.snapshot.clone())
}

impl View {
    /// Takes over an observation, and returns the resources that something has changed about, in
    /// their order.
    fn update(&mut self, observation: &Observation) -> Vec<ResourceId> {
        let mut touched = Touched::default();
        self.update_cloud(observation, &mut touched);
        let remote = snapshot(observation.remote_state());
        self.remote.update(remote, &mut touched);
        self.lost
            .update(snapshot(observation.lost.as_ref()), &mut touched);
        self.update_errored(observation, &mut touched);
        self.update_beliefs(observation, &mut touched);
        let Touched {
            mut resources,
            objects,
        } = touched;
        for object in objects {
            resources.extend(self.cloud.get(object).map(|found| found.resource));
            let files = [&self.remote, &self.lost].into_iter();
            for records in files.chain(self.errored.values()) {
                resources.extend(records.resources_of(object));
            }
        }
        resources.sort_unstable();
        resources.dedup();
        resources
    }

    /// The objects that exist for a resource, in their order.
    pub(super) fn objects(&self, resource: ResourceId) -> &[ObjectId] {
        let objects = self.objects.get(position(resource.0));
        objects.map_or(&[], Vec::as_slice)
    }

    fn update_cloud(&mut self, observation: &Observation, touched: &mut Touched) {
        let before = std::mem::replace(&mut self.cloud, observation.cloud.clone());
        for id in before.differences(&self.cloud) {
            let [old, new] = [&before, &self.cloud].map(|side| side.get(id));
            let [old, new] = [old, new].map(|object| object.map(|object| object.resource));
            touched.objects.push(id);
            touched.resources.extend(old.into_iter().chain(new));
            if old == new {
                continue;
            }
            if let Some(resource) = old {
                take(&mut self.objects, position(resource.0), &id);
            }
            if let Some(resource) = new {
                add(&mut self.objects, position(resource.0), id);
            }
        }
    }

    fn update_errored(&mut self, observation: &Observation, touched: &mut Touched) {
        let files: BTreeMap<OperatorId, &Arc<StateFile>> = errored::readable(observation).collect();
        let operators: BTreeSet<OperatorId> =
            self.errored.keys().chain(files.keys()).copied().collect();
        for operator in operators {
            let file = files.get(&operator);
            if self.errored.contains_key(&operator) != file.is_some() {
                // What the file does not record counts, too, once there is one.
                let recorded = self.remote.snapshot.objects();
                touched
                    .resources
                    .extend(recorded.map(|(resource, _)| resource));
            }
            let records = self.errored.entry(operator).or_default();
            records.update(snapshot(file.copied()), touched);
            if file.is_none() {
                self.errored.remove(&operator);
            }
        }
    }

    fn update_beliefs(&mut self, observation: &Observation, touched: &mut Touched) {
        let now: Vec<(RunId, Belief)> = observation
            .beliefs()
            .filter(|(_, belief)| belief.walk.is_some())
            .map(|(run, belief)| (run, belief.clone()))
            .collect();
        let before = std::mem::replace(&mut self.beliefs, now);
        let of = |beliefs: &'_ [(RunId, Belief)], run: RunId| {
            let found = beliefs.iter().find(|(known, _)| *known == run);
            found.map(|(_, belief)| belief.clone())
        };
        let ended = before.iter().map(|(run, _)| *run);
        let ended = ended.filter(|run| of(&self.beliefs, *run).is_none());
        for run in ended.chain(self.beliefs.iter().map(|(run, _)| *run)) {
            touch_unsaved(of(&before, run), of(&self.beliefs, run), touched);
        }
    }
}

/// Adds the resources that may be unsaved, or no longer, because of a process.
fn touch_unsaved(before: Option<Belief>, after: Option<Belief>, touched: &mut Touched) {
    let [before, after] = [before, after].map(|belief| {
        let stored = snapshot(belief.as_ref().and_then(|belief| belief.stored.as_ref()));
        let walk = belief.and_then(|belief| belief.walk);
        let (state, operating) =
            walk.map_or_else(Default::default, |walk| (walk.state, walk.operating));
        (stored, state, operating)
    });
    let (stored, state, operating) = &before;
    touched.resources.extend(stored.differences(&after.0));
    touched.resources.extend(state.differences(&after.1));
    let is_new = |resource: &&ResourceId| operating.binary_search(resource).is_err();
    let is_over = |resource: &&ResourceId| after.2.binary_search(resource).is_err();
    let started = after.2.iter().filter(is_new);
    let ended = operating.iter().filter(is_over);
    touched.resources.extend(started.chain(ended));
}

impl Standing {
    /// Nothing has been observed.
    pub fn new() -> Self {
        Self::default()
    }

    /// Takes over the next observation of the same replication.
    pub fn look(&mut self, observation: &Observation) {
        self.changes(observation);
    }

    /// Takes over the next observation, and returns what has changed.
    pub(super) fn changes(&mut self, observation: &Observation) -> Vec<Change> {
        let mut changes = Vec::new();
        for resource in self.view.update(observation) {
            let after = Share::of(&self.view, resource);
            let before = if after == Share::default() {
                self.shares.remove(position(resource.0))
            } else {
                self.shares.insert(position(resource.0), after.clone())
            };
            let before = before.unwrap_or_default();
            if before != after {
                self.account(resource, &before, &after);
                changes.push(Change {
                    resource,
                    before,
                    after,
                });
            }
        }
        self.others = self.about_no_resource(observation);
        self.is_in_sync = self.judge_in_sync(observation);
        changes
    }

    fn account(&mut self, resource: ResourceId, before: &Share, after: &Share) {
        for name in &before.findings {
            self.resources.remove(&(*name, resource));
        }
        for name in &after.findings {
            self.resources.insert((*name, resource));
        }
        let replace = |sum: &mut usize, before: usize, after: usize| *sum = *sum - before + after;
        let is = usize::from;
        replace(
            &mut self.unsaved,
            is(before.is_unsaved),
            is(after.is_unsaved),
        );
        replace(&mut self.lost, is(before.is_lost), is(after.is_lost));
        for (operator, share) in &after.errored {
            let sums = self.compared.entry(*operator).or_default();
            sums.only_file += is(share.is_only_in_file);
            sums.file_fresher += is(share.is_file_fresher);
            sums.only_remote += is(share.is_only_in_remote);
            sums.remote_fresher += is(share.is_remote_fresher);
        }
        for (operator, share) in &before.errored {
            let sums = self.compared.entry(*operator).or_default();
            sums.only_file -= is(share.is_only_in_file);
            sums.file_fresher -= is(share.is_file_fresher);
            sums.only_remote -= is(share.is_only_in_remote);
            sums.remote_fresher -= is(share.is_remote_fresher);
        }
    }

    fn about_no_resource(&self, observation: &Observation) -> Vec<FindingKey> {
        let mut keys = Vec::new();
        keys.extend(lock::key(observation));
        keys.extend(digest::key(observation));
        keys.extend(lost_update::keys(observation));
        for (operator, file) in errored::readable(observation) {
            let sums = self.compared.get(&operator).copied().unwrap_or_default();
            let balance = errored::Balance {
                file_has_more: sums.only_file > 0 || sums.file_fresher > 0,
                remote_has_more: sums.only_remote > 0 || sums.remote_fresher > 0,
            };
            let remote = observation.remote_state().map(|remote| &**remote);
            keys.push(errored::class(file, remote, balance).key(operator));
        }
        if observation.is_unreadable() {
            keys.push(errored::CORRUPT);
        }
        if self.lost > 0 {
            keys.push(errored::LOST);
        }
        if observation.limit_reached {
            keys.push(LIMIT_REACHED);
        }
        keys
    }

    fn judge_in_sync(&self, observation: &Observation) -> bool {
        !observation.is_unreadable()
            && !observation.lock.is_locked()
            && self.unsaved == 0
            && self.resources.is_empty()
            && self.others.iter().all(|key| key.weight == Weight::Note)
    }

    /// Everything that is found, in no particular order.
    pub fn keys(&self) -> impl Iterator<Item = FindingKey> {
        let resources = self.resources.iter();
        let resources = resources
            .map(|(name, resource)| FindingKey::blocking(*name, Subject::Resource(*resource)));
        self.others.iter().copied().chain(resources)
    }

    /// What is found about no resource.
    pub(super) fn others(&self) -> &[FindingKey] {
        &self.others
    }

    /// Whether cloud and remote state agree and nothing is left to mend, as
    /// [`Picture::in_sync`](super::Picture::in_sync) says it.
    pub const fn is_in_sync(&self) -> bool {
        self.is_in_sync
    }
}
