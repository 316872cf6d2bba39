//! What is remembered of each object as states record it: where it belongs, and what of it no
//! cloud can say.

use std::sync::Arc;

use super::{FileContent, OperatorId, RunId, World};
use crate::command::Program;
use crate::scenario::ObjectName;
use crate::terraform::invocation::Action;
use crate::terraform::plan::NodeIndex;
use crate::terraform::process::ERRORED;
use crate::terraform::{
    Configuration, ObjectId, RecordedObject, ResourceId, StateFile, StateSnapshot,
};
use crate::timeline::{CloudObject, CloudObjects, Copied};

/// Who stores a state.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Writer {
    pub(super) operator: OperatorId,
    /// The command that stores it; `None` where somebody does it by hand.
    pub(super) run: Option<RunId>,
    pub(super) intent: Intent,
}

/// What a writer means to say of records by what is stored.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Intent {
    /// What exists stays recorded.
    Keeps,
    /// As before, and this resource is whole.
    Untaints(ResourceId),
    /// Records may go: that is what the command is for.
    Drops,
}

/// Whether a configuration has this object under this address.
fn claims(configuration: &Configuration, resource: ResourceId, object: ObjectId) -> bool {
    let config = configuration.get(resource);
    config.is_some_and(|config| match config.name {
        ObjectName::Given(name) => {
            object
                == ObjectId {
                    name,
                    generation: 0,
                }
        }
        // The cloud makes up the name: a configuration does not say which it is.
        ObjectName::Generated(_) => true,
    })
}

/// What is known of an object once a copy of the state has this record, where that is news.
fn copied(exists: &CloudObject, record: &RecordedObject) -> Option<Copied> {
    let mut copied = exists.copied.clone();
    // Inputs of which there are none can't be lost.
    if !exists.inputs.is_empty() && record.inputs.as_ref() == Some(&exists.inputs) {
        copied.inputs = Some(Arc::clone(&exists.inputs));
    }
    copied.is_tainted |= record.is_tainted;
    (copied != exists.copied).then_some(copied)
}

fn learn(objects: &mut CloudObjects, before: &StateSnapshot, after: &StateSnapshot) {
    for resource in before.differences(after) {
        let Some(record) = after.object(resource) else {
            continue;
        };
        let exists = objects.get(record.id);
        // Looked at before it is changed: what is only looked at stays shared.
        let news = exists.and_then(|exists| copied(exists, record));
        if let Some(news) = news
            && let Some(exists) = objects.get_mut(record.id)
        {
            exists.copied = news;
        }
    }
}

impl World {
    /// Who stores what a run stores.
    pub(super) fn writer(&self, run: RunId) -> Writer {
        let state = self.run(run);
        let intent = match &state.command.program {
            Program::Terraform(invocation) => match &invocation.action {
                Action::Untaint(resource) => Intent::Untaints(*resource),
                Action::StateRemove { .. }
                | Action::StateMove { .. }
                | Action::StatePush { force: true, .. } => Intent::Drops,
                Action::Init
                | Action::WorkspaceList
                | Action::Plan { .. }
                | Action::Apply { .. }
                | Action::ApplySaved { .. }
                | Action::Refresh { .. }
                | Action::Import { .. }
                | Action::ForceUnlock { .. }
                | Action::StateList { .. }
                | Action::StateShow(_)
                | Action::StatePull
                | Action::StatePush { force: false, .. }
                | Action::Show { .. }
                | Action::Output { .. }
                | Action::Taint(_) => Intent::Keeps,
            },
            Program::Az(_)
            | Program::Aws(_)
            | Program::Psql(_)
            | Program::Gcloud(_)
            | Program::Curl(_)
            | Program::Script(_) => Intent::Drops,
        };
        Writer {
            operator: state.operator,
            run: Some(run),
            intent,
        }
    }

    /// Who writes past Terraform.
    pub(super) const fn writer_by_hand(operator: OperatorId) -> Writer {
        Writer {
            operator,
            run: None,
            intent: Intent::Drops,
        }
    }

    /// A state has been stored over another one.
    pub(super) fn remember_stored(
        &mut self,
        before: Option<&StateFile>,
        after: &StateFile,
        by: Option<Writer>,
    ) {
        let nothing = StateSnapshot::default();
        let before = before.map_or(&nothing, |file| &file.snapshot);
        if let Some(writer) = by {
            self.find_addresses(before, &after.snapshot, writer);
            match writer.intent {
                Intent::Untaints(resource) => self.forget_taint(&after.snapshot, resource),
                Intent::Keeps | Intent::Drops => {}
            }
        }
        learn(self.cloud.objects_mut(), before, &after.snapshot);
    }

    /// A copy of the state has been written into a working directory.
    pub(super) fn remember_copy(&mut self, content: &FileContent) {
        let Some(file) = content.state() else { return };
        let stored = self.remote_state();
        let nothing = StateSnapshot::default();
        let before = stored.as_ref().map_or(&nothing, |file| &file.snapshot);
        learn(self.cloud.objects_mut(), before, &file.snapshot);
    }

    /// An object has been given inputs: a copy of the state may have had the same ones already, of
    /// an object that was there before it.
    pub(super) fn recall_inputs(&mut self, object: ObjectId, resource: ResourceId) {
        let exists = self.cloud.objects().get(object);
        let Some(exists) = exists.filter(|exists| !exists.inputs.is_empty()) else {
            return;
        };
        let inputs = Some(&exists.inputs);
        let has_them = |file: &Arc<StateFile>| {
            let record = file.snapshot.object(resource);
            record.is_some_and(|record| record.id == object && record.inputs.as_ref() == inputs)
        };
        let mut files =
            { self.directories.iter() }.filter_map(|directory| directory.get(ERRORED)?.state());
        if files.any(has_them) || self.remote_state().as_ref().is_some_and(has_them) {
            self.cloud.alter(object, |object| {
                object.copied.inputs = Some(Arc::clone(&object.inputs));
            });
        }
    }

    /// Objects that a state has under other addresses than before: where a configuration agrees,
    /// they belong there from now on. One that is recorded nowhere before, as an import does it,
    /// belongs where it did as long as the writer's configuration has it there.
    fn find_addresses(&mut self, before: &StateSnapshot, after: &StateSnapshot, writer: Writer) {
        let mut moved: Vec<(ResourceId, ObjectId)> = Vec::new();
        let differing: Vec<ResourceId> = before.differences(after).collect();
        for &resource in &differing {
            let Some(record) = after.object(resource) else {
                continue;
            };
            let was_here = before.object(resource).map(|record| record.id) == Some(record.id);
            let exists = self.cloud.objects().get(record.id);
            let Some(exists) = exists.filter(|exists| exists.resource != resource) else {
                continue;
            };
            if was_here || !self.names.are_of_one_type(exists.resource, resource) {
                continue;
            }
            let is_at = |snapshot: &StateSnapshot, resource| {
                let found = snapshot.object(resource);
                found.is_some_and(|found| found.id == record.id)
            };
            let mut left = differing.iter();
            let is_moved = left.any(|left| is_at(before, *left) && !is_at(after, *left));
            let own = &self.machine(writer.operator).configuration;
            let is_claimed = if is_moved {
                let mut all = self.machines.iter();
                all.any(|machine| claims(&machine.configuration, resource, record.id))
            } else {
                claims(own, resource, record.id) && !claims(own, exists.resource, record.id)
            };
            if is_claimed && !is_at(after, exists.resource) {
                moved.push((resource, record.id));
            }
        }
        for (resource, object) in moved {
            self.belong(object, resource);
        }
    }

    /// A configuration has changed: what the state records under another address than its own may
    /// be right there now.
    pub(super) fn reconsider_addresses(&mut self, configuration: &Configuration) {
        let Some(stored) = self.remote_state() else {
            return;
        };
        let moved: Vec<(ResourceId, ObjectId)> = stored
            .snapshot
            .objects()
            .filter(|(resource, record)| {
                let exists = self.cloud.objects().get(record.id);
                exists.is_some_and(|exists| {
                    exists.resource != *resource
                        && claims(configuration, *resource, record.id)
                        && !claims(configuration, exists.resource, record.id)
                })
            })
            .map(|(resource, record)| (resource, record.id))
            .collect();
        for (resource, object) in moved {
            self.belong(object, resource);
        }
    }

    fn belong(&mut self, object: ObjectId, resource: ResourceId) {
        self.cloud
            .alter(object, |object| object.resource = resource);
        self.recall_inputs(object, resource);
    }

    /// Somebody says that an object is whole.
    fn forget_taint(&mut self, after: &StateSnapshot, resource: ResourceId) {
        let record = after.object(resource).filter(|record| !record.is_tainted);
        let Some(record) = record else { return };
        self.cloud
            .alter(record.id, |object| object.copied.is_tainted = false);
    }

    /// The object of which a provisioner that was done has made something whole, as the process
    /// that is about to learn of it records it.
    pub(super) fn provisioned(&self, run: RunId, node: NodeIndex) -> Option<ObjectId> {
        match &self.run(run).runner {
            super::Runner::Terraform(process) => process.provisioning(node),
            super::Runner::Az(_)
            | super::Runner::Aws(_)
            | super::Runner::Psql(_)
            | super::Runner::Gcloud(_)
            | super::Runner::Curl(_)
            | super::Runner::Shell(_)
            | super::Runner::Instant => None,
        }
    }
}
