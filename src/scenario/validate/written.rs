//! State files that a step writes: which objects they record.

use std::collections::{BTreeMap, BTreeSet};

use super::{Checker, placed};
use crate::command::Program;
use crate::scenario::document::{Node, quoted};
use crate::scenario::model::{Before, BlobBefore};
use crate::scenario::raw::scalar::Text;
use crate::scenario::raw::shape::Pairs;
use crate::scenario::step::{CloudChange, Step, Verb, WrittenState};
use crate::scenario::{Configuration, ObjectName};
use crate::terraform::invocation::Action;
use crate::terraform::{ObjectId, ResourceId};

impl Checker<'_, '_> {
    /// The objects that `object` names, by resource.
    pub(super) fn written_objects(
        &mut self,
        node: &Node<'_>,
        raw: Option<&Pairs<Text>>,
    ) -> BTreeMap<ResourceId, ObjectId> {
        let mut objects = BTreeMap::new();
        let pairs = raw.into_iter().flat_map(|pairs| &pairs.0);
        let pairs: Vec<(String, &str)> = pairs
            .map(|(label, id)| (label.clone(), id.0.as_str()))
            .collect();
        for (label, id, key, value) in placed(pairs, node) {
            let Some(resource) = self.resource(key, &label) else {
                continue;
            };
            let Some(object) = self.object(id) else {
                let message = format!("{} is no ID of an object", quoted(id));
                let help = "write it as Terraform prints it: `/things/NAME`, or `/things/NAME-1` \
                            where the cloud makes up the name"
                    .to_owned();
                self.diagnostics.error_help(value, message, Some(help));
                continue;
            };
            objects.insert(resource, object);
        }
        objects
    }

    /// The object with an ID such as `/things/vnet` or `/things/ip-7`.
    fn object(&self, id: &str) -> Option<ObjectId> {
        let text = id.rsplit('/').next()?;
        if let Some(name) = self.index.objects.get(text) {
            return Some(ObjectId {
                name: *name,
                generation: 0,
            });
        }
        let (stem, generation) = text.rsplit_once('-')?;
        Some(ObjectId {
            name: *self.index.objects.get(stem)?,
            generation: generation.parse().ok().filter(|number| *number > 0)?,
        })
    }

    /// A written file names objects that exist, or did. Where the cloud makes up the name and
    /// nothing can have made an object, the scenario says which one is meant.
    pub(super) fn check_written(
        &mut self,
        nodes: &[Node<'_>],
        steps: &[Step],
        before: &Before,
        configuration: &Configuration,
    ) {
        let mut made: BTreeSet<ResourceId> = before.cloud.iter().copied().collect();
        if let BlobBefore::State { resources, .. } = &before.blob {
            made.extend(resources);
        }
        for step in steps {
            if let Verb::Run { command, .. } = &step.verb
                && is_apply(&command.program)
            {
                // It may make everything.
                return;
            }
            if let Verb::Cloud(CloudChange::Create(resources)) = &step.verb {
                made.extend(resources);
            }
            let Verb::File(_, file) = &step.verb else {
                continue;
            };
            let mut nodes = nodes.iter();
            let node = nodes.find(|node| self.diagnostics.line(node) == step.line);
            if let (Some(node), Some(state)) = (node, &file.content) {
                self.check_objects(node.field("file"), state, &made, configuration);
            }
        }
    }

    fn check_objects(
        &mut self,
        node: &Node<'_>,
        state: &WrittenState,
        made: &BTreeSet<ResourceId>,
        configuration: &Configuration,
    ) {
        for resource in &state.resources {
            if made.contains(resource) || state.objects.contains_key(resource) {
                continue;
            }
            let config = configuration.get(*resource);
            let Some(ObjectName::Generated(stem)) = config.map(|config| config.name) else {
                continue;
            };
            let label = self.index.names.resource(*resource).to_owned();
            let id = self.index.names.object(ObjectId {
                name: stem,
                generation: 1,
            });
            let message = format!("no object of {label} has existed when the file is written");
            let help = format!("say which one it records: `object: {{ {label}: {id} }}`");
            self.diagnostics
                .error_help(node.field("resources"), message, Some(help));
        }
    }
}

const fn is_apply(program: &Program) -> bool {
    match program {
        Program::Terraform(invocation) => {
            matches!(
                invocation.action,
                Action::Apply { .. } | Action::ApplySaved { .. }
            )
        }
        Program::Az(_) | Program::Script(_) => false,
    }
}
