//! What the remote state will record once the advice so far has been followed.
//!
//! A command is advised only where it does not fail: an import needs the address to be free, the
//! object to be finished, and somebody whose configuration has the address.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use super::advice::{MendStage, REFRESH_ONLY};
use super::finding::Finding;
use super::kept::BroughtBack;
use super::survey::Survey;
use crate::terraform::{ObjectId, OperatorId, ResourceId, StateFile, StateSnapshot};
use crate::timeline::ObjectStatus;

/// An `errored.tfstate` that is to be pushed, and whose.
pub(super) type Pushed<'o> = (OperatorId, &'o StateFile);

/// What takes the place of the remote state: what is recorded now says little of what will be.
#[derive(Debug, Clone, Copy)]
pub(super) enum Successor<'o> {
    /// An `errored.tfstate` is pushed.
    Pushed(Pushed<'o>),
    /// A backup is brought back, and where it is.
    BroughtBack(&'o StateFile, &'static str),
}

impl<'o> Successor<'o> {
    /// The state that will be.
    pub(super) const fn file(self) -> &'o StateFile {
        match self {
            Self::Pushed((_, file)) | Self::BroughtBack(file, _) => file,
        }
    }

    /// Where it comes from: `alice's errored.tfstate`.
    pub(super) fn in_words(self, survey: &Survey<'_>) -> String {
        match self {
            Self::Pushed((operator, _)) => {
                format!("{}'s errored.tfstate", survey.names.operator(operator))
            }
            Self::BroughtBack(_, place) => place.to_owned(),
        }
    }

    /// Asks for a second look at what the state to come may have otherwise.
    pub(super) fn then_look_again(self, survey: &Survey<'_>) -> String {
        let done = match self {
            Self::Pushed(_) => "is pushed",
            Self::BroughtBack(..) => "is brought back",
        };
        format!("look again once {} {done}", self.in_words(survey))
    }
}

/// What the advice so far comes to.
#[derive(Debug)]
pub(super) struct Mended<'o> {
    pushed: Option<Pushed<'o>>,
    /// The backup that is brought back, and where it is.
    backup: Option<(&'o Arc<StateFile>, &'static str)>,
    /// Under which address the state will record which object.
    records: BTreeMap<ResourceId, ObjectId>,
    objects: BTreeSet<ObjectId>,
    /// What will bring an object back, or what stands in the way.
    hints: BTreeMap<ObjectId, String>,
}

fn records(snapshot: &StateSnapshot) -> BTreeMap<ResourceId, ObjectId> {
    let objects = snapshot.objects();
    objects
        .map(|(resource, object)| (resource, object.id))
        .collect()
}

impl<'o> Mended<'o> {
    /// Nothing has been advised but what the state itself calls for.
    pub(super) fn new(survey: &Survey<'o>, brought: Option<&BroughtBack<'o>>) -> Self {
        let backup = brought.map(|brought| (brought.file, brought.place));
        let file = backup.map(|(file, _)| file).or(survey.remote);
        let records = file.map_or_else(BTreeMap::new, |file| records(&file.snapshot));
        Self {
            pushed: None,
            backup,
            objects: records.values().copied().collect(),
            records,
            hints: BTreeMap::new(),
        }
    }

    /// The file that the remote state is to be made from, if any.
    pub(super) const fn pushed(&self) -> Option<Pushed<'o>> {
        self.pushed
    }

    /// What takes the place of the remote state, if anything does.
    pub(super) fn successor(&self) -> Option<Successor<'o>> {
        let backup = self.backup;
        let brought = backup.map(|(file, place)| Successor::BroughtBack(file, place));
        self.pushed.map(Successor::Pushed).or(brought)
    }

    /// What takes the place of the state, if anything does, and where it is.
    pub(super) const fn backup(&self) -> Option<(&'o Arc<StateFile>, &'static str)> {
        self.backup
    }

    /// The state will be what the file says.
    pub(super) fn push(&mut self, pushed: Pushed<'o>) {
        self.pushed = Some(pushed);
        self.records = records(&pushed.1.snapshot);
        self.objects = self.records.values().copied().collect();
    }

    /// What will bring the object back, or what stands in the way, where that is known.
    pub(super) fn hint(&self, object: ObjectId) -> Option<&String> {
        self.hints.get(&object)
    }

    /// Advises to import an object by this operator or another one who can, unless the state will
    /// record it anyway, and returns whether it did. Where that can't be, it says what stands in
    /// the way.
    pub(super) fn import(
        &mut self,
        survey: &Survey<'_>,
        finding: Finding,
        preferred: OperatorId,
        (resource, object): (ResourceId, ObjectId),
    ) -> (Finding, Result<bool, String>) {
        if self.records.get(&resource) == Some(&object) {
            return (finding, Ok(false));
        }
        let importer = match self.obstacle(survey, preferred, (resource, object)) {
            Ok(importer) => importer,
            Err(obstacle) => {
                self.hints.insert(object, obstacle.clone());
                return (finding, Err(obstacle));
            }
        };
        // Under the address something may be recorded that is gone.
        let finding = match self.records.insert(resource, object) {
            Some(_) => {
                finding.mended_by(MendStage::Refresh, survey.mender(), REFRESH_ONLY.to_owned())
            }
            None => finding,
        };
        self.objects.insert(object);
        let line = survey.import(resource, object);
        let finding = finding.mended_by(MendStage::Import, importer, line);
        // An import takes an object for whole, also one that a copy of the state had marked.
        let exists = survey.observation.cloud.get(object);
        if exists.is_some_and(|exists| exists.copied.is_tainted) {
            let finding = finding.mended_by(MendStage::Taint, importer, survey.taint(resource));
            return (finding, Ok(true));
        }
        (finding, Ok(true))
    }

    /// Who can import the object, or what a person has to do first.
    fn obstacle(
        &self,
        survey: &Survey<'_>,
        preferred: OperatorId,
        (resource, object): (ResourceId, ObjectId),
    ) -> Result<OperatorId, String> {
        let name = survey.names.object(object);
        let address = survey.names.address(resource);
        let cloud = &survey.observation.cloud;
        match cloud.get(object).map(|found| found.status) {
            Some(ObjectStatus::Exists) => {}
            Some(ObjectStatus::Creating) => {
                return Err(format!(
                    "wait until the cloud has finished {name}; then look again"
                ));
            }
            None => return Err(format!("{name} does not exist")),
        }
        if self.objects.contains(&object) {
            let mut records = self.records.iter();
            let other = records.find(|(_, known)| **known == object);
            let other = other.map_or_else(String::new, |(other, _)| survey.names.address(*other));
            return Err(format!(
                "{name} is recorded under {other} already: decide which of the two addresses is \
                 its own, and move it there with terraform state mv"
            ));
        }
        let is_replaced = self.successor().is_some();
        if !is_replaced && survey.is_blocked(resource) {
            return Err(format!(
                "another object stands under {address}: once that is away, import this one there"
            ));
        }
        // Recorded there, or about to be moved there.
        let recorded = self.records.get(&resource).copied();
        let recorded = recorded.filter(|other| cloud.contains(*other));
        let moved = survey.living_record(resource).filter(|_| !is_replaced);
        if let Some(other) = recorded.or(moved) {
            let other = survey.names.object(other);
            return Err(format!(
                "{other} is recorded under {address}, and an address takes one object: decide \
                 which of the two is to be kept, and delete the other one with the cloud's own \
                 tools"
            ));
        }
        survey.importer(preferred, resource).ok_or_else(|| {
            format!(
                "no configuration has {address}: write it there and import {name}, or delete it \
                 with the cloud's own tools"
            )
        })
    }
}
