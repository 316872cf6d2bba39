//! Watches for updates that get lost: records of objects that exist and that a save drops from the
//! state without meaning to.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::memory::{Intent, Writer};
use super::{OperatorId, Runner, World};
use crate::terraform::{ObjectId, RunId, StateFile, StateSnapshot};
use crate::timeline::{CloudObjects, Loss, LostUpdate};

/// The state that is stored now and who stored it, and the updates that were lost so far.
#[derive(Debug, Clone, Default)]
pub(super) struct Updates {
    held: Option<Arc<StateFile>>,
    writer: Option<OperatorId>,
    lost: Arc<BTreeMap<ObjectId, LostUpdate>>,
}

impl Updates {
    /// The state that is stored now, if one is.
    pub(super) const fn held(&self) -> Option<&Arc<StateFile>> {
        self.held.as_ref()
    }

    /// The records that vanished and that nobody has put back since.
    pub(super) const fn lost(&self) -> &Arc<BTreeMap<ObjectId, LostUpdate>> {
        &self.lost
    }

    fn lose(&mut self, objects: Vec<ObjectId>, update: LostUpdate) {
        if !objects.is_empty() {
            let lost = objects.into_iter().map(|object| (object, update));
            Arc::make_mut(&mut self.lost).extend(lost);
        }
    }

    /// A state that is stored records again what it records.
    fn find(&mut self, held: &StateSnapshot) {
        let is_found = |object: &ObjectId| held.objects().any(|(_, record)| record.id == *object);
        if self.lost.keys().any(is_found) {
            Arc::make_mut(&mut self.lost).retain(|object, _| !is_found(object));
        }
    }
}

/// The objects that exist, that `known` records and that `held` does not.
fn dropped(objects: &CloudObjects, known: &StateSnapshot, held: &StateSnapshot) -> Vec<ObjectId> {
    let here = |snapshot: &StateSnapshot, resource| {
        let record = snapshot.object(resource)?;
        Some(record.id)
    };
    known
        .differences(held)
        .filter(|resource| here(known, *resource) != here(held, *resource))
        .filter_map(|resource| here(known, resource))
        .filter(|object| objects.get(*object).is_some())
        // It may stand under another address.
        .filter(|object| held.objects().all(|(_, record)| record.id != *object))
        .collect()
}

impl World {
    /// Looks at the state that is stored after a change, and at who did it.
    pub(super) fn watch_updates(&mut self, held: Option<&Arc<StateFile>>, by: Option<Writer>) {
        if let (Some(held), Some(run)) = (held, by.and_then(|by| by.run)) {
            self.watch_put_back(held, run);
        }
        if self.updates.held.as_ref() == held {
            return;
        }
        let before = std::mem::replace(&mut self.updates.held, held.cloned());
        let writer = std::mem::replace(&mut self.updates.writer, by.map(|by| by.operator));
        let Some(held) = held else { return };
        self.updates.find(&held.snapshot);
        let Some((by, run)) = by.and_then(|by| Some((by, by.run?))) else {
            return;
        };
        match by.intent {
            Intent::Drops => return,
            Intent::Keeps | Intent::Untaints(_) => {}
        }
        if let Some(before) = before {
            let overwritten = LostUpdate {
                writer,
                by: run,
                loss: Loss::Overwritten,
                serial: before.serial,
            };
            let objects = dropped(self.cloud.objects(), &before.snapshot, &held.snapshot);
            self.updates.lose(objects, overwritten);
        }
    }

    /// A save has stored what it found there, and not what its process had.
    fn watch_put_back(&mut self, held: &StateFile, run: RunId) {
        let Runner::Terraform(process) = &self.run(run).runner else {
            return;
        };
        let Some(own) = process.put_back() else {
            return;
        };
        let objects = dropped(self.cloud.objects(), own, &held.snapshot);
        let put_back = LostUpdate {
            writer: Some(self.run(run).operator),
            by: run,
            loss: Loss::PutBack,
            serial: held.serial,
        };
        self.updates.lose(objects, put_back);
    }
}
