//! Where records stand in the remote state that belong under other addresses, and the commands
//! that bring each to its own: none of them gives an object or its last record up.

use std::collections::{BTreeMap, BTreeSet};

use super::record::Rightness;
use super::survey::Survey;
use crate::terraform::{Names, ObjectId, ResourceId};

/// A command of the [mend](self), in its order.
#[derive(Debug, Clone)]
pub(super) struct Step {
    pub(super) object: ObjectId,
    pub(super) line: String,
}

/// Why a record can't be brought to its own address.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Obstacle {
    /// Another object belongs there, too, and is recorded there.
    Taken(ObjectId),
    /// The record there waits for this one, and there is no third place.
    Swapped(ObjectId),
}

/// What becomes of records at wrong addresses.
#[derive(Debug, Default)]
pub(super) struct Readdressing {
    /// The commands, in a safe order.
    pub(super) steps: Vec<Step>,
    /// What can't be brought to its own address.
    pub(super) obstacles: BTreeMap<ObjectId, Obstacle>,
    /// The addresses that are free once the commands have been typed.
    pub(super) vacated: BTreeSet<ResourceId>,
}

/// The work on a [`Readdressing`].
struct Work<'s, 'o> {
    survey: &'s Survey<'o>,
    /// What stands under each address after the commands so far.
    places: BTreeMap<ResourceId, ObjectId>,
    /// What stands under a wrong address: where, and where it belongs.
    open: BTreeMap<ObjectId, (ResourceId, ResourceId)>,
    done: Readdressing,
}

impl Readdressing {
    /// Of the remote state.
    pub(super) fn of(survey: &Survey<'_>) -> Self {
        if survey.misplaced().next().is_none() {
            return Self::default();
        }
        let remote = survey.remote.iter();
        let places = remote.flat_map(|file| file.snapshot.objects());
        let mut work = Work {
            survey,
            places: places
                .map(|(address, record)| (address, record.id))
                .collect(),
            open: BTreeMap::new(),
            done: Self::default(),
        };
        work.drop_extras();
        while work.move_one() || work.begin_cycle() {}
        work.note_obstacles();
        work.done
    }
}

impl Work<'_, '_> {
    fn step(&mut self, object: ObjectId, line: String) {
        self.done.steps.push(Step { object, line });
    }

    fn names(&self) -> &Names {
        self.survey.names
    }

    fn remove(&mut self, object: ObjectId, address: ResourceId) {
        let line = format!("terraform state rm {}", self.names().typed_address(address));
        self.step(object, line);
        self.places.remove(&address);
        self.done.vacated.insert(address);
    }

    fn relocate(&mut self, object: ObjectId, from: ResourceId, to: ResourceId) {
        let [source, target] = [from, to].map(|address| self.names().typed_address(address));
        let line = format!("terraform state mv {source} {target}");
        self.step(object, line);
        self.places.remove(&from);
        self.places.insert(to, object);
        self.done.vacated.insert(from);
        self.done.vacated.remove(&to);
    }

    /// Of several records of one object the best is kept.
    fn drop_extras(&mut self) {
        let misplaced: BTreeSet<ObjectId> = self.survey.misplaced().collect();
        for object in misplaced {
            let exists = self.survey.observation.cloud.get(object);
            let exists = exists.expect("what is misplaced exists");
            let home = exists.resource;
            let rank = |address: &ResourceId| {
                let remote = self.survey.remote.expect("it is recorded");
                let record = remote.snapshot.object(*address).expect("it is recorded");
                let right = Rightness::of(*address, record, exists);
                (right.inputs, right.taint, right.address)
            };
            let addresses = self.survey.addresses(object);
            // Of equals the first.
            let best = addresses.iter().rev().max_by_key(|address| rank(address));
            let best = *best.expect("it is recorded");
            for address in addresses.iter().filter(|address| **address != best) {
                self.remove(object, *address);
            }
            if best != home {
                self.open.insert(object, (best, home));
            }
        }
    }

    /// Brings one record to its own address, if that is free, or holds what does not exist.
    fn move_one(&mut self) -> bool {
        let cloud = &self.survey.observation.cloud;
        let is_free = |home: &ResourceId| {
            let there = self.places.get(home);
            there.is_none_or(|there| !cloud.contains(*there))
        };
        let mut open = self.open.iter();
        let Some((&object, &(from, home))) = open.find(|(_, (_, home))| is_free(home)) else {
            return false;
        };
        if let Some(ghost) = self.places.get(&home).copied() {
            self.remove(ghost, home);
            let step = self.done.steps.last_mut().expect("it was added");
            step.object = object;
        }
        self.relocate(object, from, home);
        self.open.remove(&object);
        true
    }

    /// Where records stand in each other's way all round, one of them goes to a third address
    /// first. Forgetting it and importing it would do, too, but for that moment no copy has it.
    fn begin_cycle(&mut self) -> bool {
        let cycled: Vec<ObjectId> = { self.open.keys().copied() }
            .filter(|object| self.is_in_cycle(*object))
            .collect();
        for object in &cycled {
            let (from, _) = self.open[object];
            if let Some(aside) = self.spare_address(from) {
                self.relocate(*object, from, aside);
                self.open.insert(*object, (aside, self.home(*object)));
                return true;
            }
        }
        false
    }

    fn home(&self, object: ObjectId) -> ResourceId {
        self.open[&object].1
    }

    fn is_in_cycle(&self, object: ObjectId) -> bool {
        let mut next = object;
        for _ in 0..self.open.len() {
            let Some((_, home)) = self.open.get(&next) else {
                return false;
            };
            match self.places.get(home) {
                Some(there) if *there == object => return true,
                Some(there) => next = *there,
                None => return false,
            }
        }
        false
    }

    /// An address of the same type under which nothing is recorded.
    fn spare_address(&self, like: ResourceId) -> Option<ResourceId> {
        let names = self.names();
        let taken = |address: &ResourceId| self.places.contains_key(address);
        let claimed = |address: &ResourceId| {
            let mut all = self.survey.observation.configurations.iter();
            all.any(|configuration| configuration.get(*address).is_some())
        };
        names
            .resource_ids()
            .filter(|address| names.are_of_one_type(*address, like))
            .find(|address| !taken(address) && !claimed(address))
    }

    fn note_obstacles(&mut self) {
        for (object, (_, home)) in &self.open {
            let there = self.places[home];
            let obstacle = if self.open.contains_key(&there) {
                Obstacle::Swapped(there)
            } else {
                Obstacle::Taken(there)
            };
            self.done.obstacles.insert(*object, obstacle);
        }
    }
}
