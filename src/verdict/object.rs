//! Findings about objects: the cloud against the remote state.

use std::collections::{BTreeMap, BTreeSet};

use super::advice::{MendStage, REFRESH_ONLY};
use super::caution::{
    IMPORTED_BEFORE_DUPLICATED, IMPORTED_FIRST, LOOKED_AT_FIRST, NOT_CHANGED_BACK, NOT_CREATED_ANEW,
};
use super::finding::{Finding, FindingKey, Subject};
use super::mended::{Mended, Pushed};
use super::survey::Survey;
use crate::scenario::FindingName;
use crate::terraform::{ObjectId, OperatorId, RecordedObject, ResourceId, StateFile};

/// What is wrong with the objects of a resource.
#[derive(Debug)]
enum Class {
    Orphaned(ObjectId),
    /// The recorded one, if it exists, and all others.
    Duplicate(Option<ObjectId>, Vec<ObjectId>),
    Ghost(ObjectId),
    Tainted(ObjectId),
    Stale(ObjectId),
}

impl Class {
    const fn key(&self, resource: ResourceId) -> FindingKey {
        let name = match self {
            Self::Orphaned(_) => FindingName::OrphanedObject,
            Self::Duplicate(..) => FindingName::DuplicateObject,
            Self::Ghost(_) => FindingName::GhostObject,
            Self::Tainted(_) => FindingName::TaintedObject,
            Self::Stale(_) => FindingName::StaleAttributes,
        };
        FindingKey::blocking(name, Subject::Resource(resource))
    }
}

fn classes(survey: &Survey<'_>) -> Vec<(ResourceId, Class)> {
    let unsaved = survey.observation.unsaved();
    let mut per_resource: BTreeMap<ResourceId, Vec<ObjectId>> = BTreeMap::new();
    for (id, object) in survey.observation.cloud.iter() {
        if survey.recorded(id).is_none() && !unsaved.contains(&object.resource) {
            per_resource.entry(object.resource).or_default().push(id);
        }
    }
    let unrecorded = per_resource.into_iter().map(|(resource, objects)| {
        let class = match (survey.living_record(resource), objects.as_slice()) {
            (None, [object]) => Class::Orphaned(*object),
            (recorded, _) => Class::Duplicate(recorded, objects),
        };
        (resource, class)
    });
    let mut classes: Vec<(ResourceId, Class)> = unrecorded.collect();
    let Some(file) = survey.remote else {
        return classes;
    };
    // What the remote state records and the cloud does not say so.
    for (resource, recorded) in file.snapshot.objects() {
        if unsaved.contains(&resource) {
            continue;
        }
        let Some(object) = survey.observation.cloud.get(recorded.id) else {
            classes.push((resource, Class::Ghost(recorded.id)));
            continue;
        };
        if recorded.is_tainted {
            classes.push((resource, Class::Tainted(recorded.id)));
        }
        if recorded.attributes != object.attributes {
            classes.push((resource, Class::Stale(recorded.id)));
        }
    }
    classes
}

/// What is found about objects.
pub(super) fn keys(survey: &Survey<'_>) -> impl Iterator<Item = FindingKey> + use<> {
    let classes = classes(survey).into_iter();
    classes.map(|(resource, class)| class.key(resource))
}

/// The findings in words, where the advice so far comes to `advised`.
pub(super) fn find(survey: &Survey<'_>, advised: &mut Mended<'_>, findings: &mut Vec<Finding>) {
    let pushed = advised.pushed();
    for (resource, class) in classes(survey) {
        let key = class.key(resource);
        // Whose file records the object rightly, and is pushed.
        let mended = |is_right: &dyn Fn(&RecordedObject) -> bool, object: ObjectId| {
            let (operator, file) = pushed?;
            let known = file.snapshot.object(resource)?;
            (known.id == object && is_right(known)).then_some(operator)
        };
        findings.push(match class {
            Class::Orphaned(object) => orphaned(survey, key, (resource, object), advised),
            Class::Duplicate(recorded, objects) => duplicate(survey, key, recorded, &objects),
            Class::Ghost(object) => ghost(survey, key, (resource, object), pushed),
            Class::Tainted(object) => {
                let whole = mended(&|known| !known.is_tainted, object);
                tainted(survey, key, (resource, object), whole)
            }
            Class::Stale(object) => {
                let exists = survey.observation.cloud.get(object);
                let exists = exists.map(|exists| &exists.attributes);
                let fresh = mended(&|known| Some(&known.attributes) == exists, object);
                stale(survey, key, (resource, object), fresh)
            }
        });
    }
}

fn orphaned(
    survey: &Survey<'_>,
    key: FindingKey,
    (resource, object): (ResourceId, ObjectId),
    advised: &mut Mended<'_>,
) -> Finding {
    let pushed = advised.pushed();
    let name = survey.names.object(object);
    let there = survey.is_there(object);
    let remote = survey.remote_in_words();
    let knowing = survey.knowing(object);
    let is_pushed = |owner: OperatorId| pushed.is_some_and(|(pusher, _)| pusher == owner);
    let known = knowing.iter().find(|(owner, _)| is_pushed(*owner));
    if let Some((owner, serial)) = known.or(knowing.first()) {
        let operator = survey.names.operator(*owner);
        let hint = if let Some(obstacle) = advised.hint(object) {
            obstacle.clone()
        } else if is_pushed(*owner) {
            format!("comes back with {operator}'s errored.tfstate")
        } else {
            format!("comes back with the import that {operator}'s errored.tfstate calls for")
        };
        let evidence = format!(
            "{name} {there} and {remote} does not record it; {operator}'s errored.tfstate (serial \
             {serial}) does"
        );
        return key.with(evidence).with_hint(hint);
    }
    if let Some(backup) = advised.backup()
        && backup
            .snapshot
            .objects()
            .any(|(_, known)| known.id == object)
    {
        let evidence = format!(
            "{name} {there} and {remote} does not record it; the backup (serial {}) does",
            backup.serial
        );
        return key.with(evidence).with_hint("comes back with the backup");
    }
    let evidence =
        format!("{name} {there}, and neither {remote} nor any errored.tfstate records it");
    let finding = key.with(evidence);
    let finding = match survey.without_content() {
        Some(operator) => finding.with_hint(format!(
            "{operator}'s errored.tfstate has 0 bytes; where the disk was full, the state was \
             printed to the terminal instead: save and push that, rather than import"
        )),
        None => finding,
    };
    let mender = survey.mender();
    let (finding, result) = advised.import(survey, finding, mender, (resource, object));
    let finding = match result {
        Ok(true | false) => finding,
        Err(obstacle) => finding.with_hint(obstacle),
    };
    finding.with_caution(match object.generation {
        0 => IMPORTED_FIRST,
        _ => IMPORTED_BEFORE_DUPLICATED,
    })
}

fn duplicate(
    survey: &Survey<'_>,
    key: FindingKey,
    recorded: Option<ObjectId>,
    others: &[ObjectId],
) -> Finding {
    let names: Vec<String> = others.iter().map(|id| survey.names.object(*id)).collect();
    let names = names.join(", ");
    let marked: Vec<String> = others.iter().map(|id| survey.marked(*id)).collect();
    let marked = marked.join(", ");
    let evidence = match recorded {
        Some(recorded) => format!(
            "the remote state records {}; {marked} exists beside it, for the same address",
            survey.marked(recorded)
        ),
        None => format!("{marked} exist for one address, and the remote state records none"),
    };
    key.with(evidence).with_hint(match (recorded, known_to_errored(survey, others)) {
        (Some(_), _) => {
            format!("no command of Terraform: delete {names} with the cloud's own tools")
        }
        (None, Some((known, operator))) => format!(
            "{known} comes back with {operator}'s errored.tfstate; no command of Terraform for the \
             rest: delete it with the cloud's own tools"
        ),
        (None, None) => "no command of Terraform: delete all but one with the cloud's own tools, \
                         then import that one"
            .to_owned(),
    })
}

/// The one of these objects that an `errored.tfstate` records, and whose file that is.
fn known_to_errored<'s>(survey: &Survey<'s>, objects: &[ObjectId]) -> Option<(String, &'s str)> {
    objects.iter().find_map(|object| {
        let (operator, _) = survey.knowing(*object).first()?;
        Some((
            survey.names.object(*object),
            survey.names.operator(*operator),
        ))
    })
}

/// Leaves the mend to the push of an operator's `errored.tfstate`.
fn mended_by_push(survey: &Survey<'_>, finding: Finding, operator: OperatorId) -> Finding {
    let operator = survey.names.operator(operator);
    finding.with_hint(format!("comes right with {operator}'s errored.tfstate"))
}

fn ghost(
    survey: &Survey<'_>,
    key: FindingKey,
    (resource, object): (ResourceId, ObjectId),
    pushed: Option<Pushed<'_>>,
) -> Finding {
    let remote = survey.remote_in_words();
    let name = survey.names.object(object);
    let evidence = format!("{remote} records {name}, which does not exist");
    let finding = key.with(evidence);
    let records = |file: &StateFile| {
        let known = file.snapshot.object(resource);
        known.is_some_and(|known| known.id == object)
    };
    match pushed {
        Some((operator, file)) if !records(file) => mended_by_push(survey, finding, operator),
        Some(_) | None => finding
            .mended_by(MendStage::Refresh, survey.mender(), REFRESH_ONLY.to_owned())
            .with_caution(NOT_CREATED_ANEW),
    }
}

fn tainted(
    survey: &Survey<'_>,
    key: FindingKey,
    (resource, object): (ResourceId, ObjectId),
    pushed: Option<OperatorId>,
) -> Finding {
    let remote = survey.remote_in_words();
    let name = survey.names.object(object);
    let evidence = format!("{remote} marks {name} as tainted: it may be half-made");
    let finding = key.with(evidence);
    if let Some(operator) = pushed {
        return mended_by_push(survey, finding, operator);
    }
    // Which of the two is right only a look at the object tells; the other one is harm.
    finding
        .with_hint(format!(
            "look at it: where it is whole, terraform untaint {}; where it is not, let the next \
             apply replace it",
            survey.names.address(resource)
        ))
        .with_caution(LOOKED_AT_FIRST)
}

fn stale(
    survey: &Survey<'_>,
    key: FindingKey,
    (resource, object): (ResourceId, ObjectId),
    pushed: Option<OperatorId>,
) -> Finding {
    let name = survey.names.object(object);
    let evidence = format!("{name} has {}", differences(survey, resource, object));
    let finding = key.with(evidence);
    if let Some(operator) = pushed {
        return mended_by_push(survey, finding, operator);
    }
    finding
        .mended_by(MendStage::Refresh, survey.mender(), REFRESH_ONLY.to_owned())
        .with_caution(NOT_CHANGED_BACK)
}

/// `size 3, and the remote state says 2`.
fn differences(survey: &Survey<'_>, resource: ResourceId, id: ObjectId) -> String {
    let recorded = survey
        .remote
        .and_then(|file| file.snapshot.object(resource))
        .expect("it is recorded");
    let object = survey.observation.cloud.get(id).expect("it exists");
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
