//! Findings about `errored.tfstate`, and about a remote state that was lost.
//!
//! An object that is gone, or an attribute that the cloud contradicts, is not knowledge: what a
//! file *has* is what it says truly of objects that exist.

use std::collections::{BTreeMap, BTreeSet};

use super::advice::{DELETE_BLOB, MendStage, PUSH, download};
use super::caution::{
    NOT_APPLIED_ANEW, NOT_EVEN_PUSHED, NOT_FORCED, NOT_PUSHED, NOT_PUSHED_OVER_GARBAGE,
    PUSHED_FIRST,
};
use super::finding::{Finding, Subject};
use super::survey::{Comparison, Survey};
use crate::scenario::FindingName;
use crate::terraform::{ObjectId, OperatorId, ResourceId, StateFile};
use crate::timeline::RemoteState;

const REMOVE: &str = "rm errored.tfstate";

/// An `errored.tfstate` that is to be pushed, and whose.
pub(super) type Pushed<'o> = (OperatorId, &'o StateFile);

/// What the advice so far will have brought into the remote state.
#[derive(Debug, Default)]
struct Mended<'o> {
    pushed: Option<Pushed<'o>>,
    objects: BTreeSet<ObjectId>,
    resources: BTreeSet<ResourceId>,
}

/// Returns the file that the remote state is to be made from, if any.
pub(super) fn find<'o>(survey: &Survey<'o>, findings: &mut Vec<Finding>) -> Option<Pushed<'o>> {
    let mut mended = Mended::default();
    for (operator, file) in &survey.errored {
        findings.push(errored(survey, *operator, file, &mut mended));
    }
    find_unreadable(survey, findings);
    find_lost(survey, findings);
    mended.pushed
}

/// How `errored.tfstate` stands to the remote state: the first class that applies.
fn errored<'o>(
    survey: &Survey<'o>,
    operator: OperatorId,
    file: &'o StateFile,
    mended: &mut Mended<'o>,
) -> Finding {
    let comparison = survey.compare(file);
    let own = format!("errored.tfstate (serial {})", file.serial);
    let remote = survey.remote_in_words();
    let subject = Subject::Operator(operator);
    let missing = survey.labels(comparison.only_file.values().copied());
    let what = if missing.is_empty() {
        "knows what has become of the objects".to_owned()
    } else {
        format!("records {missing}")
    };
    let behind = || {
        let evidence = format!("{own} {what}, and {remote} does not");
        Finding::new(FindingName::RemoteBehindErrored, subject, evidence)
    };
    let is_accepted = is_push_accepted(survey, file);
    let Some(other) = survey.remote else {
        return push(survey, behind(), (operator, file), &comparison, mended);
    };
    if other.lineage != file.lineage {
        let evidence = format!(
            "{own} has lineage {}, the remote state (serial {}) has {}",
            file.lineage, other.serial, other.lineage
        );
        let mut finding = Finding::new(FindingName::LineageMismatch, subject, evidence);
        if !comparison.file_has_more() {
            finding = finding.into_note();
        } else if is_accepted {
            return push(survey, finding, (operator, file), &comparison, mended);
        }
        return import(survey, finding, operator, &comparison, mended);
    }
    if other.snapshot == file.snapshot {
        let why = if other.serial == file.serial {
            "the save had arrived, its answer had not"
        } else {
            "it has been pushed, or saved in another way"
        };
        let evidence = format!("{own} says what {remote} says: {why}");
        return Finding::new(FindingName::SpuriousErrored, subject, evidence)
            .into_note()
            .mended_by(MendStage::Clear, operator, REMOVE.to_owned());
    }
    match (comparison.file_has_more(), comparison.remote_has_more()) {
        (true, true) => {
            let evidence = format!(
                "{own} alone has {}, {remote} alone has {}",
                or_attributes(&missing),
                or_attributes(&survey.labels(comparison.only_remote.values().copied())),
            );
            let finding = Finding::new(FindingName::ForkedState, subject, evidence);
            let finding = import(survey, finding, operator, &comparison, mended);
            if is_accepted {
                finding.with_caution(NOT_EVEN_PUSHED)
            } else {
                finding
            }
        }
        (false, true) => stale(subject, operator, &own, &remote, is_accepted),
        (false, false) if file.serial <= other.serial => {
            stale(subject, operator, &own, &remote, is_accepted)
        }
        (true | false, false) if is_accepted => {
            push(survey, behind(), (operator, file), &comparison, mended)
        }
        (true | false, false) => import(survey, behind(), operator, &comparison, mended),
    }
}

/// Whether `state push` takes the file without `-force`: the remote state has nothing, or is an
/// older one of the same lineage.
fn is_push_accepted(survey: &Survey<'_>, file: &StateFile) -> bool {
    survey.remote.is_none_or(|other| {
        other.snapshot.is_empty() || (other.lineage == file.lineage && other.serial < file.serial)
    })
}

fn or_attributes(labels: &str) -> &str {
    if labels.is_empty() {
        "newer attributes"
    } else {
        labels
    }
}

fn stale(
    subject: Subject,
    operator: OperatorId,
    own: &str,
    remote: &str,
    is_accepted: bool,
) -> Finding {
    let evidence = format!("{remote} has all that {own} has, and more");
    Finding::new(FindingName::StaleErrored, subject, evidence)
        .into_note()
        .mended_by(MendStage::Clear, operator, REMOVE.to_owned())
        .with_caution(if is_accepted {
            NOT_EVEN_PUSHED
        } else {
            NOT_PUSHED
        })
}

/// Advises to push the file, unless another one is pushed before it.
fn push<'o>(
    survey: &Survey<'o>,
    finding: Finding,
    (operator, file): Pushed<'o>,
    comparison: &Comparison,
    mended: &mut Mended<'o>,
) -> Finding {
    if mended.pushed.is_some() {
        return import(survey, finding, operator, comparison, mended);
    }
    mended.pushed = Some((operator, file));
    for (resource, object) in file.snapshot.objects() {
        mended.objects.insert(object.id);
        mended.resources.insert(resource);
    }
    finding
        .mended_by(MendStage::Push, operator, PUSH.to_owned())
        .mended_by(MendStage::Clear, operator, REMOVE.to_owned())
        .with_caution(PUSHED_FIRST)
}

/// Advises to import what only the file records: a push would be refused, or would drop what only
/// the remote state records. An address takes one object only: a second one is a duplicate.
fn import(
    survey: &Survey<'_>,
    finding: Finding,
    operator: OperatorId,
    comparison: &Comparison,
    mended: &mut Mended<'_>,
) -> Finding {
    let mut finding = finding;
    for (object, resource) in &comparison.only_file {
        let is_free = survey.living_record(*resource).is_none();
        if is_free && mended.objects.insert(*object) && mended.resources.insert(*resource) {
            let line = survey.import(*resource, *object);
            let importer = survey.importer(operator, *resource).unwrap_or(operator);
            finding = finding.mended_by(MendStage::Import, importer, line);
        }
    }
    finding
        .mended_by(MendStage::Clear, operator, REMOVE.to_owned())
        .with_caution(NOT_FORCED)
}

fn find_unreadable(survey: &Survey<'_>, findings: &mut Vec<Finding>) {
    if survey.observation.remote != RemoteState::Unreadable {
        return;
    }
    let evidence = "the state blob holds no state file".to_owned();
    let mender = survey.mender();
    findings.push(
        Finding::new(FindingName::CorruptState, Subject::State, evidence)
            .mended_by(MendStage::Restore, mender, download("corrupt.tfstate"))
            .mended_by(MendStage::Restore, mender, DELETE_BLOB.to_owned())
            .with_hint("where the blob has a version or a snapshot of before, restore that instead")
            .with_caution(NOT_PUSHED_OVER_GARBAGE),
    );
}

/// Objects that exist, that the blob's state once recorded, and that no copy records any more.
fn find_lost(survey: &Survey<'_>, findings: &mut Vec<Finding>) {
    let Some(lost) = &survey.observation.lost else {
        return;
    };
    let forgotten: BTreeMap<ObjectId, ResourceId> = lost
        .snapshot
        .objects()
        .map(|(resource, object)| (object.id, resource))
        .filter(|(object, _)| {
            survey.observation.cloud.contains(*object)
                && survey.recorded(*object).is_none()
                && survey.knowing(*object).is_empty()
        })
        .collect();
    if forgotten.is_empty() {
        return;
    }
    let labels = survey.labels(forgotten.values().copied());
    let evidence = format!(
        "serial {} recorded {labels}; the blob no longer does, and no errored.tfstate does",
        lost.serial
    );
    findings.push(
        Finding::new(FindingName::StateLost, Subject::State, evidence)
            .with_hint(
                "restore a version of the blob, or a copy that somebody kept, if there is one; \
                 else import object by object",
            )
            .with_caution(NOT_APPLIED_ANEW),
    );
}
