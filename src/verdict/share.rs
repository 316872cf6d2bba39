//! What one resource contributes to the standing.

use std::collections::{BTreeMap, BTreeSet};

use super::object;
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
    let mut objects = view.objects(resource).iter();
    let is_recorded = objects.any(|object| view.remote.has(*object));
    findings.extend(match (is_recorded, unrecorded) {
        (_, 0) => None,
        (false, 1) => Some(FindingName::OrphanedObject),
        (true | false, _) => Some(FindingName::DuplicateObject),
    });
}

/// What the remote state records and should not, or not so.
fn find_recorded(view: &View, resource: ResourceId, findings: &mut BTreeSet<FindingName>) {
    let Some(record) = view.remote.snapshot.object(resource) else {
        return;
    };
    let addresses = || view.remote.resources_of(record.id);
    let exists = view.cloud.get(record.id);
    let wrongs = object::wrongs(resource, record, exists, addresses);
    findings.extend(wrongs.into_iter().map(object::Wrong::name));
}

impl ErroredShare {
    fn of(view: &View, file: &Records, resource: ResourceId) -> Self {
        let mut share = Self::default();
        let own = file.snapshot.object(resource);
        share.is_recorded = own.is_some();
        if let Some(own) = own
            && let Some(exists) = view.cloud.get(own.id)
        {
            if view.remote.has(own.id) {
                let in_file = file.rightness(own.id, exists);
                let in_remote = view.remote.rightness(own.id, exists);
                share.is_file_fresher = in_file.has_more_than(in_remote);
                share.is_remote_fresher = in_remote.has_more_than(in_file);
            } else {
                share.is_only_in_file = true;
            }
        }
        share.is_only_in_remote = view
            .remote
            .object(resource)
            .is_some_and(|object| !file.has(object) && view.cloud.contains(object));
        share
    }
}
