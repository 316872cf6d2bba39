//! State files that a step writes: which objects they record.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use super::{Checker, placed};
use crate::command::Program;
use crate::scenario::document::{Node, quoted};
use crate::scenario::model::{Before, BlobBefore};
use crate::scenario::raw::scalar::{LineageText, SerialNumber, Text};
use crate::scenario::raw::shape::Pairs;
use crate::scenario::step::{
    CloudChange, RecordDetails, StateFileLineage, Step, Verb, WrittenState,
};
use crate::scenario::{Configuration, ObjectName};
use crate::terraform::invocation::Action;
use crate::terraform::{Attributes, ObjectId, ResourceId};

/// What is written of how a state records its resources otherwise; attributes and inputs are read
/// from the document.
#[derive(Debug, Clone, Copy)]
pub(super) struct RawDetails<'r> {
    pub(super) object: Option<&'r Pairs<Text>>,
    pub(super) tainted: Option<&'r [Text]>,
}

/// The diagnostics say what is wrong.
#[derive(Debug)]
pub(super) struct Reported;

/// What is written of the content of a file or a blob.
#[derive(Debug)]
pub(super) struct RawContent<'r> {
    pub(super) serial: Option<&'r SerialNumber>,
    pub(super) lineage: Option<&'r LineageText>,
    pub(super) resources: Option<&'r [Text]>,
    pub(super) details: RawDetails<'r>,
    pub(super) is_empty: bool,
}

impl Checker<'_, '_> {
    /// The state in a file or a blob, the `holder`; `None` where that is empty.
    pub(super) fn written_content(
        &mut self,
        at: &Node<'_>,
        raw: &RawContent<'_>,
        holder: &str,
    ) -> Result<Option<WrittenState>, Reported> {
        if raw.is_empty {
            let state = [
                "serial",
                "lineage",
                "resources",
                "object",
                "tainted",
                "attributes",
                "inputs",
            ];
            self.refuse_keys(at, &state, &format!("can't be in an empty {holder}"))
                .ok_or(Reported)?;
            return Ok(None);
        }
        let Some(serial) = raw.serial else {
            if at.get("serial").is_none() {
                let message = "the key `serial` is missing";
                let help = format!("write `empty: true` for a {holder} of 0 bytes");
                self.diagnostics.error_help(at, message, Some(help));
            }
            return Err(Reported);
        };
        let labels = raw.resources.unwrap_or(&[]);
        let mut resources = self.texts(at.field("resources"), labels);
        let details = self.record_details(at, raw.details, &mut resources);
        let lineage = raw.lineage.map(|lineage| lineage.0);
        Ok(Some(WrittenState {
            serial: serial.0,
            lineage: lineage.unwrap_or(StateFileLineage::Remote),
            resources,
            details,
        }))
    }

    /// How a state records some of its `resources` otherwise. Those whose `object` is named are
    /// among them, whether or not they are listed.
    pub(super) fn record_details(
        &mut self,
        at: &Node<'_>,
        raw: RawDetails<'_>,
        resources: &mut Vec<ResourceId>,
    ) -> RecordDetails {
        let objects = self.written_objects(at.field("object"), raw.object);
        let mut listed: BTreeSet<ResourceId> = resources.iter().copied().collect();
        let named = objects.keys().copied();
        resources.extend(named.filter(|resource| listed.insert(*resource)));
        let tainted = raw.tainted.map(|labels| {
            let node = at.field("tainted");
            let labels = labels.iter().map(|label| label.0.as_str());
            let tainted: BTreeSet<ResourceId> = self.resources(node, labels).into_iter().collect();
            let unlisted = tainted.iter().find(|resource| !listed.contains(resource));
            self.check_listed(node, unlisted);
            tainted
        });
        let nothing =
            |attributes: Attributes| (!attributes.is_empty()).then(|| Arc::new(attributes));
        let attributes = self.recorded_values(at.get("attributes"), &listed);
        let inputs = self.recorded_values(at.get("inputs"), &listed);
        RecordDetails {
            objects,
            tainted,
            attributes: { attributes.into_iter() }
                .map(|(resource, values)| (resource, Arc::new(values)))
                .collect(),
            inputs: { inputs.into_iter() }
                .map(|(resource, values)| (resource, nothing(values)))
                .collect(),
        }
    }

    fn recorded_values(
        &mut self,
        node: Option<&Node<'_>>,
        listed: &BTreeSet<ResourceId>,
    ) -> BTreeMap<ResourceId, Attributes> {
        let mut all = BTreeMap::new();
        for (key, value) in node.map_or(&[][..], Node::entries) {
            let values = self.attributes(value);
            let Some(resource) = self.resource(key, key.text().unwrap_or("")) else {
                continue;
            };
            let unlisted = (!listed.contains(&resource)).then_some(&resource);
            self.check_listed(key, unlisted);
            all.insert(resource, values);
        }
        all
    }

    fn check_listed(&mut self, node: &Node<'_>, unlisted: Option<&ResourceId>) {
        if let Some(unlisted) = unlisted {
            let label = quoted(self.index.names.resource(*unlisted));
            let message = format!("{label} is not among the `resources` that this state records");
            self.diagnostics.error(node, message);
        }
    }

    /// The objects that `object` names, by resource.
    fn written_objects(
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
                self.check_objects(node.field("file"), state, &made, configuration, "file");
            }
        }
    }

    /// A state that is written names objects that have existed, or says which ones are meant.
    pub(super) fn check_objects(
        &mut self,
        node: &Node<'_>,
        state: &WrittenState,
        made: &BTreeSet<ResourceId>,
        configuration: &Configuration,
        holder: &str,
    ) {
        for resource in &state.resources {
            if made.contains(resource) || state.details.objects.contains_key(resource) {
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
            let message = format!("no object of {label} has existed when the {holder} is written");
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
        Program::Az(_)
        | Program::Aws(_)
        | Program::Psql(_)
        | Program::Gcloud(_)
        | Program::Curl(_)
        | Program::Script(_) => false,
    }
}
