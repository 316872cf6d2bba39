//! Findings about inputs: what a provider can't read back, and the remote state has no more.

use std::sync::Arc;

use super::advice::MendStage;
use super::caution::KEPT_FOR_INPUTS;
use super::finding::{Finding, FindingKey};
use super::mended::Successor;
use super::record::missing_inputs;
use super::survey::Survey;
use crate::terraform::invocation::{PlanMode, PlanOptions};
use crate::terraform::plan::{CloudView, NodeStep, Plan};
use crate::terraform::{Attributes, ObjectId, OperationKind, OperatorId, ResourceId, StateFile};
use crate::timeline::{CloudObjects, LocalFile, Observation};

/// The cloud of an observation, as a provider reads it.
struct Seen<'o>(&'o CloudObjects);

impl CloudView for Seen<'_> {
    fn read(&self, object: ObjectId) -> Option<Arc<Attributes>> {
        self.0
            .get(object)
            .map(|object| Arc::clone(&object.attributes))
    }

    /// Nobody imports while a plan is thought through.
    fn find(&self, _id: &str, _resource: ResourceId) -> Option<ObjectId> {
        None
    }
}

/// Who brings lost inputs back by an apply that changes this object in place, and nothing else.
fn restorer(survey: &Survey<'_>, resource: ResourceId, object: ObjectId) -> Option<OperatorId> {
    let exists = survey.observation.cloud.get(object)?;
    let due = exists.copied.inputs.as_ref()?;
    let remote = survey.remote?;
    let record = remote.snapshot.object(resource)?;
    if record.id != object || exists.resource != resource {
        return None;
    }
    let options = PlanOptions {
        targets: vec![resource],
        ..PlanOptions::new(PlanMode::Normal)
    };
    let is_restored = |operator: &OperatorId| {
        let configuration = survey
            .observation
            .configurations
            .get(usize::from(operator.0));
        let Some((configuration, config)) =
            configuration.and_then(|all| Some((all, all.get(resource)?)))
        else {
            return false;
        };
        if config.inputs != *due || config.attributes != exists.attributes {
            return false;
        }
        let cloud = Seen(&survey.observation.cloud);
        let plan = Plan::make(&options, &remote.snapshot, configuration, &cloud);
        let mut changes = plan.nodes.iter().filter(|node| node.step != NodeStep::Keep);
        let update = NodeStep::Operate(OperationKind::Update);
        changes
            .next()
            .is_some_and(|node| node.resource == resource && node.step == update)
            && changes.next().is_none()
    };
    let others = survey.names.operator_ids();
    std::iter::once(survey.mender())
        .chain(others)
        .find(is_restored)
}

/// Whether a file has inputs of an object that the remote state lacks, and that no apply brings
/// back: while it is so, the file is not to be removed.
pub(super) fn needs_file(survey: &Survey<'_>, file: &StateFile) -> bool {
    file.snapshot.objects().any(|(_, record)| {
        let Some(exists) = survey.observation.cloud.get(record.id) else {
            return false;
        };
        let has_any = record
            .inputs
            .as_ref()
            .is_some_and(|inputs| !inputs.is_empty());
        if !has_any || missing_inputs(record, exists).is_some() {
            return false;
        }
        let remote = survey.remote.map(|remote| &remote.snapshot);
        let mut records =
            { survey.addresses(record.id).iter() }.filter_map(|address| remote?.object(*address));
        let is_in_remote = records.any(|known| missing_inputs(known, exists).is_none());
        !is_in_remote && restorer(survey, exists.resource, record.id).is_none()
    })
}

/// The names of the files that have the inputs: `alice's errored.tfstate`.
fn holders(survey: &Survey<'_>, observation: &Observation, object: ObjectId) -> Vec<String> {
    let Some(exists) = observation.cloud.get(object) else {
        return Vec::new();
    };
    let has = |file: &LocalFile| {
        let mut records = file
            .state()
            .into_iter()
            .flat_map(|file| file.snapshot.objects());
        records.any(|(_, record)| record.id == object && missing_inputs(record, exists).is_none())
    };
    let files = observation.errored.iter().filter(|(_, file)| has(file));
    files
        .map(|(operator, _)| format!("{}'s errored.tfstate", survey.names.operator(*operator)))
        .collect()
}

/// The finding in words, where `successor` takes the place of the remote state.
pub(super) fn lost(
    survey: &Survey<'_>,
    key: FindingKey,
    (resource, object): (ResourceId, ObjectId),
    successor: Option<Successor<'_>>,
) -> Finding {
    let observation = survey.observation;
    let exists = observation.cloud.get(object).expect("it exists");
    let inputs = exists.copied.inputs.iter().flat_map(|inputs| inputs.keys());
    let inputs: Vec<&str> = inputs.map(String::as_str).collect();
    let inputs = match inputs.as_slice() {
        [] => "that it has no inputs any more".to_owned(),
        some => some.join(", "),
    };
    let holders = holders(survey, observation, object);
    let who = match holders.as_slice() {
        [] => "no copy has them any more".to_owned(),
        some => format!("{} has them", some.join(" and ")),
    };
    let remote = survey.remote_in_words();
    let address = survey.names.typed_address(resource);
    let finding = key.with(format!(
        "{remote} lacks inputs of {}: {inputs}; {who}",
        survey.names.object(object)
    ));
    if let Some(successor) = successor {
        let known = successor.file().snapshot.object(exists.resource);
        let known = known.filter(|known| known.id == object);
        return finding.with_hint(
            if known.is_some_and(|known| missing_inputs(known, exists).is_none()) {
                format!("come back with {}", successor.in_words(survey))
            } else {
                // What an apply would change besides depends on the state that will be.
                successor.then_look_again(survey)
            },
        );
    }
    match (restorer(survey, resource, object), holders.as_slice()) {
        (Some(operator), _) => {
            let line = format!("terraform apply -auto-approve -target={address}");
            finding.mended_by(MendStage::Restate, operator, line)
        }
        (None, []) => finding.with_hint(format!(
            "no command: find out what they were, write that into the configuration, and apply \
             {address} in place"
        )),
        (None, some) => finding
            .with_hint(format!(
                "keep {}; write the same values into the configuration, and apply {address} in \
                 place",
                some.join(" and ")
            ))
            .with_caution(KEPT_FOR_INPUTS),
    }
}
