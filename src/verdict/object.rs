//! Findings about objects: the cloud against the remote state.

use std::collections::{BTreeMap, BTreeSet};

use super::advice::MendStage;
use super::finding::{Finding, Subject};
use super::survey::Survey;
use crate::scenario::FindingName;
use crate::terraform::{ObjectId, ResourceId};

const REFRESH_ONLY: &str = "terraform apply -refresh-only -auto-approve";

pub(super) fn find(survey: &Survey<'_>, findings: &mut Vec<Finding>) {
    let unsaved: BTreeSet<ResourceId> = survey.observation.unsaved.iter().copied().collect();
    let unrecorded: Vec<(ResourceId, ObjectId)> = survey
        .observation
        .cloud
        .iter()
        .filter(|(id, object)| {
            survey.recorded(**id).is_none() && !unsaved.contains(&object.resource)
        })
        .map(|(id, object)| (object.resource, *id))
        .collect();
    let mut per_resource: BTreeMap<ResourceId, Vec<ObjectId>> = BTreeMap::new();
    for (resource, object) in unrecorded {
        per_resource.entry(resource).or_default().push(object);
    }
    for (resource, objects) in per_resource {
        match (living_record(survey, resource), objects.as_slice()) {
            (None, [object]) => findings.push(orphaned(survey, resource, *object)),
            (recorded, _) => findings.push(duplicate(survey, resource, recorded, &objects)),
        }
    }
    find_recorded(survey, findings);
}

/// The object that the remote state records for a resource, if it exists.
fn living_record(survey: &Survey<'_>, resource: ResourceId) -> Option<ObjectId> {
    let recorded = survey.remote?.snapshot.object(resource)?;
    let exists = survey.observation.cloud.contains_key(&recorded.id);
    exists.then_some(recorded.id)
}

fn orphaned(survey: &Survey<'_>, resource: ResourceId, object: ObjectId) -> Finding {
    let name = survey.names.object(object);
    let remote = survey.remote_in_words();
    let knowing = survey.knowing(object);
    let subject = Subject::Resource(resource);
    if let Some((operator, serial)) = knowing.first() {
        let operator = survey.names.operator(*operator);
        let evidence = format!(
            "{name} exists and {remote} does not record it; {operator}'s errored.tfstate (serial \
             {serial}) does"
        );
        return Finding::new(FindingName::OrphanedObject, subject, evidence)
            .with_hint(format!("comes back with {operator}'s errored.tfstate"));
    }
    let evidence =
        format!("{name} exists, and neither {remote} nor any errored.tfstate records it");
    Finding::new(FindingName::OrphanedObject, subject, evidence)
        .mended_by(
            MendStage::Import,
            survey.mender(),
            survey.import(resource, object),
        )
        .with_caution("do not apply first: it stops with \"already exists\"")
}

fn duplicate(
    survey: &Survey<'_>,
    resource: ResourceId,
    recorded: Option<ObjectId>,
    others: &[ObjectId],
) -> Finding {
    let names: Vec<String> = others.iter().map(|id| survey.names.object(*id)).collect();
    let names = names.join(", ");
    let evidence = match recorded {
        Some(recorded) => format!(
            "the remote state records {}; {names} exists beside it, for the same address",
            survey.names.object(recorded)
        ),
        None => format!("{names} exist for one address, and the remote state records none"),
    };
    Finding::new(
        FindingName::DuplicateObject,
        Subject::Resource(resource),
        evidence,
    )
    .with_hint(match recorded {
        Some(_) => format!("no command of Terraform: delete {names} with the cloud's own tools"),
        None => "no command of Terraform: delete all but one with the cloud's own tools, then \
                 import that one"
            .to_owned(),
    })
}

/// What the remote state records and the cloud does not say so.
fn find_recorded(survey: &Survey<'_>, findings: &mut Vec<Finding>) {
    let Some(file) = survey.remote else { return };
    let serial = file.serial;
    let unsaved: BTreeSet<ResourceId> = survey.observation.unsaved.iter().copied().collect();
    for (resource, recorded) in file.snapshot.objects() {
        if unsaved.contains(&resource) {
            continue;
        }
        let subject = Subject::Resource(resource);
        let name = survey.names.object(recorded.id);
        let Some(object) = survey.observation.cloud.get(&recorded.id) else {
            let evidence =
                format!("the remote state (serial {serial}) records {name}, which does not exist");
            findings.push(
                Finding::new(FindingName::GhostObject, subject, evidence)
                    .mended_by(MendStage::Refresh, survey.mender(), REFRESH_ONLY.to_owned())
                    .with_caution("do not apply unless it is to be created anew"),
            );
            continue;
        };
        if recorded.is_tainted {
            let address = survey.names.address(resource);
            let evidence = format!(
                "the remote state (serial {serial}) marks {name} as tainted: it may be half-made"
            );
            findings.push(
                Finding::new(FindingName::TaintedObject, subject, evidence)
                    .mended_by(
                        MendStage::Untaint,
                        survey.mender(),
                        format!("terraform untaint {address}"),
                    )
                    .with_caution(
                        "do not untaint before you have looked at it; apply deletes it and creates \
                         it anew",
                    ),
            );
        }
        if recorded.attributes != object.attributes {
            let evidence = format!("{name} has {}", differences(survey, resource, recorded.id));
            findings.push(
                Finding::new(FindingName::StaleAttributes, subject, evidence)
                    .mended_by(
                        MendStage::Refresh,
                        survey.mender(),
                        REFRESH_ONLY.to_owned(),
                    )
                    .with_caution(
                        "do not apply unless the configuration is to win: it changes the object back",
                    ),
            );
        }
    }
}

/// `size 3, and the remote state says 2`.
fn differences(survey: &Survey<'_>, resource: ResourceId, id: ObjectId) -> String {
    let recorded = survey
        .remote
        .and_then(|file| file.snapshot.object(resource))
        .expect("it is recorded");
    let object = &survey.observation.cloud[&id];
    let keys: BTreeSet<&String> = recorded
        .attributes
        .keys()
        .chain(object.attributes.keys())
        .collect();
    let shown = |value: Option<&crate::terraform::Scalar>| {
        value.map_or_else(|| "null".to_owned(), ToString::to_string)
    };
    let parts: Vec<String> = keys
        .into_iter()
        .filter(|key| recorded.attributes.get(*key) != object.attributes.get(*key))
        .map(|key| {
            let cloud = shown(object.attributes.get(key));
            let state = shown(recorded.attributes.get(key));
            format!("{key} {cloud} where the remote state says {state}")
        })
        .collect();
    parts.join(", ")
}
