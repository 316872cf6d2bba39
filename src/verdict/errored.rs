//! Findings about `errored.tfstate`, and about a remote state that was lost.
//!
//! An object that is gone, or an attribute that the cloud contradicts, is not knowledge: what a
//! file *has* is what it says truly of objects that exist.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use super::advice::{MendStage, PUSH};
use super::caution::{NOT_APPLIED_ANEW, NOT_EVEN_PUSHED, NOT_FORCED, NOT_PUSHED, PUSHED_FIRST};
use super::finding::{Finding, FindingKey, Subject};
use super::survey::{Comparison, Survey};
use crate::scenario::FindingName;
use crate::terraform::{ObjectId, OperatorId, ResourceId, StateFile};
use crate::timeline::{Observation, RemoteState};

const REMOVE: &str = "rm errored.tfstate";

pub(super) const CORRUPT: FindingKey =
    FindingKey::blocking(FindingName::CorruptState, Subject::State);
pub(super) const LOST: FindingKey = FindingKey::blocking(FindingName::StateLost, Subject::State);

/// An `errored.tfstate` that is to be pushed, and whose.
pub(super) type Pushed<'o> = (OperatorId, &'o StateFile);

/// What the advice so far will have brought into the remote state.
#[derive(Debug, Default)]
struct Mended<'o> {
    pushed: Option<Pushed<'o>>,
    objects: BTreeSet<ObjectId>,
    resources: BTreeSet<ResourceId>,
}

/// Whether a file and the remote state each know something that the other does not.
#[derive(Debug, Clone, Copy)]
pub(super) struct Balance {
    pub(super) file_has_more: bool,
    pub(super) remote_has_more: bool,
}

/// How an `errored.tfstate` stands to the remote state: the first class that applies.
#[derive(Debug, Clone, Copy)]
pub(super) enum Class {
    /// Another lineage; whether the file has more is left.
    LineageMismatch {
        file_has_more: bool,
    },
    Spurious,
    Forked,
    Stale,
    Behind,
}

impl Class {
    pub(super) const fn key(self, operator: OperatorId) -> FindingKey {
        let subject = Subject::Operator(operator);
        match self {
            Self::LineageMismatch {
                file_has_more: true,
            } => FindingKey::blocking(FindingName::LineageMismatch, subject),
            Self::LineageMismatch {
                file_has_more: false,
            } => FindingKey::note(FindingName::LineageMismatch, subject),
            Self::Spurious => FindingKey::note(FindingName::SpuriousErrored, subject),
            Self::Forked => FindingKey::blocking(FindingName::ForkedState, subject),
            Self::Stale => FindingKey::note(FindingName::StaleErrored, subject),
            Self::Behind => FindingKey::blocking(FindingName::RemoteBehindErrored, subject),
        }
    }
}

pub(super) fn class(file: &StateFile, remote: Option<&StateFile>, balance: Balance) -> Class {
    let Some(other) = remote else {
        return Class::Behind;
    };
    let Balance {
        file_has_more,
        remote_has_more,
    } = balance;
    if other.lineage != file.lineage {
        return Class::LineageMismatch { file_has_more };
    }
    if other.snapshot == file.snapshot {
        return Class::Spurious;
    }
    match (file_has_more, remote_has_more) {
        (true, true) => Class::Forked,
        (false, true) => Class::Stale,
        (false, false) if file.serial <= other.serial => Class::Stale,
        (true | false, false) => Class::Behind,
    }
}

/// Each readable `errored.tfstate`, highest serial first: the first one is pushed first.
pub(super) fn readable(
    observation: &Observation,
) -> impl Iterator<Item = (OperatorId, &Arc<StateFile>)> {
    let mut files: Vec<(OperatorId, &Arc<StateFile>)> = observation
        .errored
        .iter()
        .filter_map(|(operator, file)| Some((*operator, file.state()?)))
        .collect();
    files.sort_by_key(|(operator, file)| (std::cmp::Reverse(file.serial), *operator));
    files.into_iter()
}

/// What is found about files and the blob's content.
pub(super) fn keys(survey: &Survey<'_>) -> Vec<FindingKey> {
    let remote = survey.remote.map(|remote| &**remote);
    let files = survey
        .errored
        .iter()
        .map(|(operator, file)| class(file, remote, survey.compare(file).balance()).key(*operator));
    let unreadable = (survey.observation.remote == RemoteState::Unreadable).then_some(CORRUPT);
    let lost = (!forgotten(survey).is_empty()).then_some(LOST);
    files.chain(unreadable).chain(lost).collect()
}

/// The findings in words, and the file that the remote state is to be made from, if any.
pub(super) fn find<'o>(survey: &Survey<'o>, findings: &mut Vec<Finding>) -> Option<Pushed<'o>> {
    let mut mended = Mended::default();
    for (operator, file) in &survey.errored {
        findings.push(errored(survey, *operator, file, &mut mended));
    }
    find_unreadable(survey, findings);
    find_lost(survey, findings);
    mended.pushed
}

fn errored<'o>(
    survey: &Survey<'o>,
    operator: OperatorId,
    file: &'o StateFile,
    mended: &mut Mended<'o>,
) -> Finding {
    let comparison = survey.compare(file);
    let own = format!("errored.tfstate (serial {})", file.serial);
    let remote = survey.remote_in_words();
    let is_accepted = is_push_accepted(survey, file);
    let other = survey.remote.map(|remote| &**remote);
    let class = class(file, other, comparison.balance());
    let key = class.key(operator);
    let missing = survey.labels(comparison.only_file.values().copied());
    match class {
        Class::LineageMismatch { file_has_more } => {
            let finding = key.with(other_lineage(&own, file, other));
            if file_has_more && is_accepted {
                return push(survey, finding, (operator, file), &comparison, mended);
            }
            import(survey, finding, operator, &comparison, mended)
        }
        Class::Spurious => {
            let is_same = other.is_some_and(|other| other.serial == file.serial);
            let why = if is_same {
                "the save had arrived, its answer had not"
            } else {
                "it has been pushed, or saved in another way"
            };
            key.with(format!("{own} says what {remote} says: {why}"))
                .mended_by(MendStage::Clear, operator, REMOVE.to_owned())
        }
        Class::Forked => {
            let evidence = format!(
                "{own} alone has {}, {remote} alone has {}",
                or_attributes(&missing),
                or_attributes(&survey.labels(comparison.only_remote.values().copied())),
            );
            let finding = import(survey, key.with(evidence), operator, &comparison, mended);
            if is_accepted {
                finding.with_caution(NOT_EVEN_PUSHED)
            } else {
                finding
            }
        }
        Class::Stale => key
            .with(format!("{remote} has all that {own} has, and more"))
            .mended_by(MendStage::Clear, operator, REMOVE.to_owned())
            .with_caution(if is_accepted {
                NOT_EVEN_PUSHED
            } else {
                NOT_PUSHED
            }),
        Class::Behind => {
            let what = if missing.is_empty() {
                "knows what has become of the objects".to_owned()
            } else {
                format!("records {missing}")
            };
            let finding = key.with(format!("{own} {what}, and {remote} does not"));
            if is_accepted {
                return push(survey, finding, (operator, file), &comparison, mended);
            }
            import(survey, finding, operator, &comparison, mended)
        }
    }
}

fn other_lineage(own: &str, file: &StateFile, other: Option<&StateFile>) -> String {
    let other = other.map_or_else(String::new, |other| {
        format!(
            ", the remote state (serial {}) has {}",
            other.serial, other.lineage
        )
    });
    format!("{own} has lineage {}{other}", file.lineage)
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
    let advice = survey.observation.backend.advice();
    let mender = survey.mender();
    let mut finding = CORRUPT
        .with(format!("{} holds no state file", advice.place))
        .with_caution(advice.not_pushed);
    let put_aside = if survey.observation.has_snapshots {
        advice.put_aside_with_snapshots
    } else {
        advice.put_aside
    };
    for line in put_aside {
        finding = finding.mended_by(MendStage::Restore, mender, (*line).to_owned());
    }
    if let (Some(line), Some(_)) = (advice.bring_back, survey.restorable()) {
        finding = finding.mended_by(MendStage::BringBack, mender, line.to_owned());
    }
    findings.push(match advice.unreadable_hint {
        Some(hint) => finding.with_hint(hint),
        None => finding,
    });
}

/// Objects that exist, that the blob's state once recorded, and that no copy records any more.
fn forgotten(survey: &Survey<'_>) -> BTreeMap<ObjectId, ResourceId> {
    let lost = survey.observation.lost.iter();
    lost.flat_map(|lost| lost.snapshot.objects())
        .map(|(resource, object)| (object.id, resource))
        .filter(|(object, _)| {
            survey.observation.cloud.contains(*object)
                && survey.recorded(*object).is_none()
                && survey.knowing(*object).is_empty()
        })
        .collect()
}

fn find_lost(survey: &Survey<'_>, findings: &mut Vec<Finding>) {
    let forgotten = forgotten(survey);
    let (Some(lost), false) = (&survey.observation.lost, forgotten.is_empty()) else {
        return;
    };
    let labels = survey.labels(forgotten.values().copied());
    let advice = survey.observation.backend.advice();
    let evidence = format!(
        "serial {} recorded {labels}; {} no longer does, and no errored.tfstate does",
        lost.serial, advice.it
    );
    let finding = LOST
        .with(evidence)
        .with_hint(advice.lost_hint)
        .with_caution(NOT_APPLIED_ANEW);
    findings.push(match (advice.bring_back, survey.restorable()) {
        (Some(line), Some(_)) => {
            finding.mended_by(MendStage::BringBack, survey.mender(), line.to_owned())
        }
        (Some(_) | None, None) | (None, Some(_)) => finding,
    });
}
