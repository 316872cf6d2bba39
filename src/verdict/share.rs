//! What one resource contributes to the standing.

use std::collections::{BTreeMap, BTreeSet};

use super::records::Records;
use super::standing::View;
use crate::scenario::{FindingName, ObjectStatus};
use crate::terraform::{ObjectId, OperatorId, ResourceId};

/// The [share](self) of a resource.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(super) struct Share {
    /// How many objects for it the cloud has finished.
    pub(super) existing: u32,
    /// How many it is making.
    pub(super) creating: u32,
    /// Whether the remote state records it.
    pub(super) is_recorded: bool,
    /// What is found about it.
    pub(super) findings: BTreeSet<FindingName>,
    /// Whether a living process has something of it to save.
    pub(super) is_unsaved: bool,
    /// Whether its object exists and only the lost state records it.
    pub(super) is_lost: bool,
    /// What it contributes to the comparison of each `errored.tfstate` with the remote state.
    pub(super) errored: BTreeMap<OperatorId, ErroredShare>,
}

/// What a resource contributes to the comparison of an `errored.tfstate` with the remote state.
#[expect(
    clippy::struct_excessive_bools,
    reason = "each is counted on its own; they hold in any combination"
)]
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(super) struct ErroredShare {
    pub(super) is_recorded: bool,
    pub(super) is_only_in_file: bool,
    pub(super) is_file_fresher: bool,
    pub(super) is_only_in_remote: bool,
    pub(super) is_remote_fresher: bool,
}

impl Share {
    pub(super) fn of(view: &View, resource: ResourceId) -> Self {
        let mut beliefs = view.beliefs.iter();
        let is_unsaved = beliefs.any(|(_, belief)| belief.is_unsaved(resource));
        let errored = view.errored.iter().map(|(operator, file)| {
            let share = ErroredShare::of(view, file, resource);
            (*operator, share)
        });
        let lost = view.lost.object(resource);
        let objects = view.objects(resource);
        let of_status = |status| {
            let has = |object: &&ObjectId| {
                let found = view.cloud.get(**object);
                found.is_some_and(|found| found.status == status)
            };
            u32::try_from(objects.iter().filter(has).count()).expect("fewer than 2³² objects")
        };
        let mut findings = BTreeSet::new();
        if !is_unsaved {
            let unrecorded = objects.iter().filter(|object| !view.remote.has(**object));
            find_unrecorded(view, resource, unrecorded.count(), &mut findings);
            find_recorded(view, resource, &mut findings);
        }
        Self {
            existing: of_status(ObjectStatus::Exists),
            creating: of_status(ObjectStatus::Creating),
            is_recorded: view.remote.object(resource).is_some(),
            findings,
            is_unsaved,
            is_lost: lost.is_some_and(|object| {
                view.cloud.contains(object)
                    && !view.remote.has(object)
                    && !view.errored.values().any(|file| file.has(object))
            }),
            errored: errored
                .filter(|(_, share)| *share != ErroredShare::default())
                .collect(),
        }
    }
}

/// Objects that exist and that the remote state does not record.
fn find_unrecorded(
    view: &View,
    resource: ResourceId,
    unrecorded: usize,
    findings: &mut BTreeSet<FindingName>,
) {
    let recorded = view.remote.object(resource);
    let is_recorded = recorded.is_some_and(|object| view.cloud.contains(object));
    findings.extend(match (is_recorded, unrecorded) {
        (_, 0) => None,
        (false, 1) => Some(FindingName::OrphanedObject),
        (true | false, _) => Some(FindingName::DuplicateObject),
    });
}

/// What the remote state records and the cloud does not say so.
fn find_recorded(view: &View, resource: ResourceId, findings: &mut BTreeSet<FindingName>) {
    let Some(recorded) = view.remote.snapshot.object(resource) else {
        return;
    };
    let Some(object) = view.cloud.get(recorded.id) else {
        findings.insert(FindingName::GhostObject);
        return;
    };
    if recorded.is_tainted {
        findings.insert(FindingName::TaintedObject);
    }
    if recorded.attributes != object.attributes {
        findings.insert(FindingName::StaleAttributes);
    }
}

impl ErroredShare {
    fn of(view: &View, file: &Records, resource: ResourceId) -> Self {
        let mut share = Self::default();
        let own = file.snapshot.object(resource);
        let other = view.remote.snapshot.object(resource);
        share.is_recorded = own.is_some();
        if let Some(own) = own
            && let Some(exists) = view.cloud.get(own.id)
        {
            match other.filter(|other| other.id == own.id) {
                None => share.is_only_in_file = true,
                Some(other) => {
                    let is_true = own.attributes == exists.attributes;
                    let is_other_true = other.attributes == exists.attributes;
                    share.is_file_fresher = is_true && !is_other_true;
                    share.is_remote_fresher = is_other_true && !is_true;
                }
            }
        }
        // Of several resources that record one object, the last one counts.
        share.is_only_in_remote = other.is_some_and(|other| {
            view.remote.resources_of(other.id).next_back() == Some(resource)
                && own.is_none_or(|own| own.id != other.id)
                && view.cloud.contains(other.id)
        });
        share
    }
}
