//! Findings about objects: the cloud against the remote state.

use std::collections::{BTreeMap, BTreeSet};

use super::advice::{MendStage, REFRESH_ONLY};
use super::caution::{
    IMPORTED_BEFORE_DUPLICATED, IMPORTED_FIRST, LOOKED_AT_FIRST, MARKED_AGAIN, NOT_CHANGED_BACK,
    NOT_CREATED_ANEW, NOT_DECLARED_WHOLE,
};
use super::finding::{Finding, FindingKey, Subject};
use super::mended::{Mended, Successor};
use super::record::missing_inputs;
use super::survey::Survey;
use super::{inputs, misplaced};
use crate::scenario::FindingName;
use crate::terraform::{ObjectId, OperatorId, RecordedObject, ResourceId, StateFile};
use crate::timeline::CloudObject;

/// What is wrong with the objects of a resource.
#[derive(Debug)]
enum Class {
    Orphaned(ObjectId),
    /// The recorded one, if it exists, and all others.
    Duplicate(Option<ObjectId>, Vec<ObjectId>),
    /// What is wrong with a record.
    Recorded(Wrong, ObjectId),
}

/// What is wrong with a record of the remote state.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Wrong {
    Ghost,
    /// The object has a better place.
    Twice,
    /// The object belongs elsewhere.
    Address,
    Tainted,
    Stale,
    Inputs,
}

impl Wrong {
    pub(super) const fn name(self) -> FindingName {
        match self {
            Self::Ghost => FindingName::GhostObject,
            Self::Twice => FindingName::RecordedTwice,
            Self::Address => FindingName::WrongAddress,
            Self::Tainted => FindingName::TaintedObject,
            Self::Stale => FindingName::StaleAttributes,
            Self::Inputs => FindingName::LostInputs,
        }
    }
}

impl Class {
    const fn key(&self, resource: ResourceId) -> FindingKey {
        let name = match self {
            Self::Orphaned(_) => FindingName::OrphanedObject,
            Self::Duplicate(..) => FindingName::DuplicateObject,
            Self::Recorded(wrong, _) => wrong.name(),
        };
        FindingKey::blocking(name, Subject::Resource(resource))
    }
}

/// What is wrong with the record under an address, held against the object that it names.
/// `addresses` are all under which that is recorded, in their order.
pub(super) fn wrongs<A: Iterator<Item = ResourceId>>(
    address: ResourceId,
    record: &RecordedObject,
    exists: Option<&CloudObject>,
    addresses: impl Fn() -> A,
) -> Vec<Wrong> {
    let Some(exists) = exists else {
        return vec![Wrong::Ghost];
    };
    let home = exists.resource;
    let has_home = address == home || addresses().any(|other| other == home);
    let place = if has_home {
        Some(home)
    } else {
        addresses().next()
    };
    if place != Some(address) {
        return vec![Wrong::Twice];
    }
    let is_tainted = record.is_tainted || exists.copied.is_tainted;
    let all = [
        (Wrong::Address, address != home),
        (Wrong::Tainted, is_tainted),
        (Wrong::Stale, record.attributes != exists.attributes),
        (Wrong::Inputs, missing_inputs(record, exists).is_some()),
    ];
    let found = all.into_iter().filter(|(_, is_so)| *is_so);
    found.map(|(wrong, _)| wrong).collect()
}

fn classes(survey: &Survey<'_>) -> Vec<(ResourceId, Class)> {
    let unsaved = survey.observation.unsaved();
    let mut per_resource: BTreeMap<ResourceId, Vec<ObjectId>> = BTreeMap::new();
    for (id, object) in survey.observation.cloud.iter() {
        if !survey.is_recorded(id) && !unsaved.contains(&object.resource) {
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
    for (resource, record) in file.snapshot.objects() {
        if unsaved.contains(&resource) {
            continue;
        }
        let exists = survey.observation.cloud.get(record.id);
        let addresses = || survey.addresses(record.id).iter().copied();
        let found = wrongs(resource, record, exists, addresses);
        classes.extend(
            found
                .into_iter()
                .map(|wrong| (resource, Class::Recorded(wrong, record.id))),
        );
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
    let successor = advised.successor();
    for (resource, class) in classes(survey) {
        let key = class.key(resource);
        findings.push(match class {
            Class::Orphaned(object) => orphaned(survey, key, (resource, object), advised),
            Class::Duplicate(recorded, objects) => duplicate(survey, key, recorded, &objects),
            Class::Recorded(wrong, object) => {
                recorded(survey, (key, wrong), (resource, object), successor)
            }
        });
    }
}

fn recorded(
    survey: &Survey<'_>,
    (key, wrong): (FindingKey, Wrong),
    (resource, object): (ResourceId, ObjectId),
    successor: Option<Successor<'_>>,
) -> Finding {
    // What records the object rightly, and takes the place of the remote state.
    let exists = survey.observation.cloud.get(object);
    let mended = |is_right: &dyn Fn(&RecordedObject, &CloudObject) -> bool| {
        let exists = exists?;
        let known = successor?.file().snapshot.object(exists.resource)?;
        (known.id == object && is_right(known, exists)).then_some(successor?)
    };
    let place = (resource, object);
    match wrong {
        Wrong::Ghost => ghost(survey, key, place, successor),
        Wrong::Twice => misplaced::twice(survey, key, place, successor),
        Wrong::Address => misplaced::elsewhere(survey, key, place, successor),
        Wrong::Tainted => {
            let whole = mended(&|known, exists| !known.is_tainted && !exists.copied.is_tainted);
            tainted(survey, key, place, whole)
        }
        Wrong::Stale => {
            let fresh = mended(&|known, exists| known.attributes == exists.attributes);
            stale(survey, key, place, fresh)
        }
        Wrong::Inputs => inputs::lost(survey, key, place, successor),
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
    if let Some((backup, place)) = advised.backup()
        && backup
            .snapshot
            .objects()
            .any(|(_, known)| known.id == object)
    {
        let evidence = format!(
            "{name} {there} and {remote} does not record it; {place} (serial {}) does",
            backup.serial
        );
        let hint = format!("comes back with {place}");
        return key.with(evidence).with_hint(hint);
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

/// Leaves the mend to what takes the place of the remote state.
fn mended_by(survey: &Survey<'_>, finding: Finding, successor: Successor<'_>) -> Finding {
    finding.with_hint(format!("comes right with {}", successor.in_words(survey)))
}

fn ghost(
    survey: &Survey<'_>,
    key: FindingKey,
    (resource, object): (ResourceId, ObjectId),
    successor: Option<Successor<'_>>,
) -> Finding {
    let remote = survey.remote_in_words();
    let name = survey.names.object(object);
    let evidence = format!("{remote} records {name}, which does not exist");
    let finding = key.with(evidence);
    let records = |file: &StateFile| {
        let known = file.snapshot.object(resource);
        known.is_some_and(|known| known.id == object)
    };
    match successor {
        Some(successor) if !records(successor.file()) => mended_by(survey, finding, successor),
        Some(_) | None => finding
            .mended_by(MendStage::Refresh, survey.mender(), REFRESH_ONLY.to_owned())
            .with_caution(NOT_CREATED_ANEW),
    }
}

fn tainted(
    survey: &Survey<'_>,
    key: FindingKey,
    (resource, object): (ResourceId, ObjectId),
    whole: Option<Successor<'_>>,
) -> Finding {
    let remote = survey.remote_in_words();
    let name = survey.names.object(object);
    let records = survey
        .remote
        .and_then(|file| file.snapshot.object(resource));
    let exists = survey.observation.cloud.get(object);
    if records.is_some_and(|record| !record.is_tainted) {
        let evidence = format!(
            "a copy of the state marked {name} as tainted, and {remote} does not: nobody has \
             declared it whole, the mark was dropped"
        );
        let finding = key.with(evidence).with_caution(MARKED_AGAIN);
        if is_misplaced(survey, resource, object) {
            return finding.with_hint("mark it again once it stands under its own address");
        }
        let line = survey.taint(resource);
        return finding.mended_by(MendStage::Taint, survey.mender(), line);
    }
    if exists.is_some_and(|exists| !exists.is_whole) && whole.is_none() {
        let evidence = format!(
            "{remote} marks {name} as tainted, and it is half-made: its \
             creation is under way, or what was to set it up was never done"
        );
        return key
            .with(evidence)
            .with_hint("let the next apply replace it")
            .with_caution(NOT_DECLARED_WHOLE);
    }
    let evidence = format!("{remote} marks {name} as tainted: it may be half-made");
    let finding = key.with(evidence);
    if let Some(successor) = whole {
        return mended_by(survey, finding, successor);
    }
    if is_misplaced(survey, resource, object) {
        return finding
            .with_hint("look at it once it stands under its own address")
            .with_caution(LOOKED_AT_FIRST);
    }
    // Which of the two is right only a look at the object tells; the other one is harm.
    finding
        .with_hint(format!(
            "look at it: where it is whole, terraform untaint {}; where it is not, let the next \
             apply replace it",
            survey.names.typed_address(resource)
        ))
        .with_caution(LOOKED_AT_FIRST)
}

/// Whether an object is recorded under another address than its own, or under others, too.
fn is_misplaced(survey: &Survey<'_>, resource: ResourceId, object: ObjectId) -> bool {
    let exists = survey.observation.cloud.get(object);
    exists.is_some_and(|exists| exists.resource != resource)
        || survey.addresses(object) != [resource]
}

fn stale(
    survey: &Survey<'_>,
    key: FindingKey,
    (resource, object): (ResourceId, ObjectId),
    fresh: Option<Successor<'_>>,
) -> Finding {
    let name = survey.names.object(object);
    let evidence = format!("{name} has {}", differences(survey, resource, object));
    let finding = key.with(evidence);
    if let Some(successor) = fresh {
        return mended_by(survey, finding, successor);
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
