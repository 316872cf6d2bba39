//! Findings about `errored.tfstate`, and about a remote state that was lost.
//!
//! An object that is gone, or an attribute that the cloud contradicts, is not knowledge: what a
//! file *has* is what it says truly of objects that exist.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use super::advice::{MendStage, PUSH, REFRESH_ONLY};
use super::caution::{
    NOT_APPLIED_ANEW, NOT_EVEN_PUSHED, NOT_FORCED, NOT_PUSHED, NOT_REMOVED, PUSHED_FIRST,
};
use super::finding::{Finding, FindingKey, Subject};
use super::inputs::needs_file;
use super::kept::{BroughtBack, brought_back, named};
use super::mended::{Mended, Pushed};
use super::survey::{Comparison, Survey};
use crate::scenario::FindingName;
use crate::terraform::backend::s3;
use crate::terraform::{Backend, ObjectId, OperatorId, RecordedObject, ResourceId, StateFile};
use crate::timeline::{Observation, RemoteState};

const REMOVE: &str = "rm errored.tfstate";

/// About a file that is needed until its content is elsewhere.
const THEN_REMOVED: &str = "then look again: once the remote state has all that the file has, rm \
                            errored.tfstate";

pub(super) const CORRUPT: FindingKey =
    FindingKey::blocking(FindingName::CorruptState, Subject::State);
pub(super) const LOST: FindingKey = FindingKey::blocking(FindingName::StateLost, Subject::State);

/// Whether a file and the remote state each know something that the other does not.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Balance {
    /// Whether the file records what the remote state does not.
    pub file_has_more: bool,
    /// Whether the remote state records what the file does not.
    pub remote_has_more: bool,
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
    let unreadable = survey.observation.is_unreadable().then_some(CORRUPT);
    let lost = (!forgotten(survey).is_empty()).then_some(LOST);
    files.chain(unreadable).chain(lost).collect()
}

/// The findings in words, and what the advice so far comes to.
pub(super) fn find<'o>(survey: &Survey<'o>, findings: &mut Vec<Finding>) -> Mended<'o> {
    let brought = needed(survey);
    let mut mended = Mended::new(survey, brought.as_ref());
    // What is pushed comes before what is imported.
    if let Some((operator, file)) = survey
        .errored
        .iter()
        .find(|(_, file)| is_pushed(survey, file))
    {
        mended.push((*operator, file));
    }
    for (operator, file) in &survey.errored {
        findings.push(errored(survey, *operator, file, &mut mended));
    }
    find_unreadable(survey, brought.as_ref(), findings);
    find_lost(survey, brought.as_ref(), findings);
    mended
}

/// Whether the file has more than the remote state, and `state push` takes it and drops nothing.
fn is_pushed(survey: &Survey<'_>, file: &StateFile) -> bool {
    let other = survey.remote.map(|remote| &**remote);
    let has_more = match class(file, other, survey.compare(file).balance()) {
        Class::LineageMismatch { file_has_more } => file_has_more,
        Class::Behind => true,
        Class::Spurious | Class::Forked | Class::Stale => false,
    };
    has_more && is_push_accepted(survey, file) && !drops(survey, file)
}

/// Whether a push of the file would drop a taint, or inputs, that only the remote state has.
fn drops(survey: &Survey<'_>, file: &StateFile) -> bool {
    let remote = survey.remote.into_iter();
    let mut recorded = remote.flat_map(|remote| remote.snapshot.objects());
    recorded.any(|(resource, object)| {
        let known = file.snapshot.object(resource);
        let known = known.filter(|known| known.id == object.id);
        let exists = survey.observation.cloud.contains(object.id);
        exists && known.is_some_and(|known| knows_more(object, known))
    })
}

/// Whether this record has what only a state can know of an object, and the other one has not.
fn knows_more(record: &RecordedObject, other: &RecordedObject) -> bool {
    (record.has_inputs() && !other.has_inputs()) || (record.is_tainted && !other.is_tainted)
}

fn errored(
    survey: &Survey<'_>,
    operator: OperatorId,
    file: &StateFile,
    mended: &mut Mended<'_>,
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
            if file_has_more {
                bring_in(survey, finding, (operator, file), &comparison, mended)
            } else {
                clear(survey, finding, (operator, file), NOT_FORCED)
            }
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
            let only_remote = survey.labels(comparison.only_remote.values().copied());
            let evidence = format!(
                "{own} alone has {}, {remote} alone has {}",
                or_fresher(survey, &missing, &comparison.fresher),
                or_fresher(survey, &only_remote, &comparison.remote_fresher),
            );
            let finding = key.with(evidence);
            let finding = import(survey, finding, operator, &comparison, mended);
            if is_accepted {
                finding.with_caution(NOT_EVEN_PUSHED)
            } else {
                finding
            }
        }
        Class::Stale => {
            let finding = key.with(format!("{remote} has all that {own} has, and more"));
            let caution = if is_accepted {
                NOT_EVEN_PUSHED
            } else {
                NOT_PUSHED
            };
            clear(survey, finding, (operator, file), caution)
        }
        Class::Behind => {
            let what = if missing.is_empty() {
                "knows what has become of the objects".to_owned()
            } else {
                format!("records {missing}")
            };
            let finding = key.with(format!("{own} {what}, and {remote} does not"));
            bring_in(survey, finding, (operator, file), &comparison, mended)
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
    // Some servers take no serial twice: a push is stored with the serial behind the file's.
    let takes_each_once = survey.observation.backend.takes_serials_once();
    survey.remote.is_none_or(|other| {
        let is_older = other.lineage == file.lineage && other.serial < file.serial;
        let is_new = !takes_each_once || other.serial <= file.serial;
        is_older || (other.snapshot.is_empty() && is_new)
    })
}

/// What a copy alone has: objects, or else a better record of some that both have.
fn or_fresher(survey: &Survey<'_>, labels: &str, fresher: &BTreeSet<ResourceId>) -> String {
    if labels.is_empty() {
        format!(
            "a true record of {}",
            survey.labels(fresher.iter().copied())
        )
    } else {
        labels.to_owned()
    }
}

/// Advises to push the file, if it is the one that is pushed, or to import what only it records.
/// It is removed once nothing is in it alone: a push that is refused loses nothing.
fn bring_in(
    survey: &Survey<'_>,
    finding: Finding,
    (operator, file): Pushed<'_>,
    comparison: &Comparison,
    mended: &mut Mended<'_>,
) -> Finding {
    if mended.pushed().is_none_or(|(pusher, _)| pusher != operator) {
        if !comparison.balance().file_has_more {
            return clear(survey, finding, (operator, file), NOT_EVEN_PUSHED);
        }
        return import(survey, finding, operator, comparison, mended);
    }
    finding
        .mended_by(MendStage::Push, operator, PUSH.to_owned())
        .with_hint(THEN_REMOVED)
        .with_caution(PUSHED_FIRST)
}

/// Advises to import what only the file records, with the marks that it has: a push would be
/// refused, or would drop what only the remote state records.
fn import(
    survey: &Survey<'_>,
    finding: Finding,
    operator: OperatorId,
    comparison: &Comparison,
    mended: &mut Mended<'_>,
) -> Finding {
    let mut finding = finding;
    let mut obstacles = Vec::new();
    for (object, resource) in &comparison.only_file {
        let (next, result) = mended.import(survey, finding, operator, (*resource, *object));
        finding = next;
        if let Err(obstacle) = result {
            obstacles.push(obstacle);
        }
    }
    if comparison.is_refreshed {
        let line = REFRESH_ONLY.to_owned();
        finding = finding.mended_by(MendStage::Refresh, survey.mender(), line);
    }
    if obstacles.is_empty() {
        obstacles.push(THEN_REMOVED.to_owned());
    }
    finding
        .with_hint(obstacles.join("; "))
        .with_caution(NOT_FORCED)
}

/// Advises to remove a file of whose objects the remote state knows all, unless the file alone has
/// something else about one of them.
fn clear(
    survey: &Survey<'_>,
    finding: Finding,
    (operator, file): Pushed<'_>,
    caution: &'static str,
) -> Finding {
    if needs_file(survey, file) {
        return finding
            .with_hint("it alone has inputs of its objects: keep it until they are elsewhere")
            .with_caution(NOT_REMOVED);
    }
    let recorded = file.snapshot.objects();
    let marked = recorded.filter(|(resource, object)| {
        let other = survey.remote_record(*resource, object.id);
        other.is_some_and(|other| object.is_tainted && !other.is_tainted)
    });
    let taints: Vec<ResourceId> = marked.map(|(resource, _)| resource).collect();
    if !taints.is_empty() {
        return finding
            .with_hint(format!(
                "it alone marks {} as tainted: keep it until somebody has looked whether that is \
                 still so",
                survey.labels(taints)
            ))
            .with_caution(NOT_REMOVED);
    }
    finding
        .mended_by(MendStage::Clear, operator, REMOVE.to_owned())
        .with_caution(caution)
}

/// What takes the place of a state that can't be read, or that is lost.
fn needed<'o>(survey: &Survey<'o>) -> Option<BroughtBack<'o>> {
    let is_needed = survey.observation.is_unreadable() || !forgotten(survey).is_empty();
    is_needed.then(|| brought_back(survey)).flatten()
}

fn find_unreadable(
    survey: &Survey<'_>,
    brought: Option<&BroughtBack<'_>>,
    findings: &mut Vec<Finding>,
) {
    if !survey.observation.is_unreadable() {
        return;
    }
    let advice = survey.observation.backend.advice();
    let mender = survey.mender();
    let what = match survey.observation.remote {
        RemoteState::Empty if matches!(survey.observation.backend, Backend::Http(_)) => {
            "0 bytes, which Terraform takes for no state, and a server that counts serials does not"
        }
        RemoteState::Empty => "0 bytes, which every command refuses",
        RemoteState::Absent | RemoteState::Unreadable | RemoteState::State(_) => "no state file",
    };
    let mut finding = CORRUPT
        .with(format!("{} holds {what}", advice.place))
        .with_caution(advice.not_pushed);
    let put_aside = if survey.observation.has_snapshots {
        advice.put_aside_with_snapshots
    } else {
        advice.put_aside
    };
    // What is copied over needs no room, and what it is copied from must not be deleted.
    let makes_room = brought.is_none_or(|brought| brought.needs_room);
    let put_aside = if makes_room {
        put_aside
    } else {
        &put_aside[..1]
    };
    for line in put_aside {
        finding = finding.mended_by(MendStage::Restore, mender, named(survey, line));
    }
    // A digest of what is put aside would keep everybody from what comes instead.
    let aws = survey.observation.aws.as_ref();
    if aws.is_some_and(|aws| aws.digest.is_some()) {
        let line = s3::DELETE_DIGEST.to_owned();
        finding = finding.mended_by(MendStage::Restore, mender, line);
    }
    finding = bring_back(finding, survey, brought);
    findings.push(match (advice.unreadable_hint, makes_room) {
        (Some(hint), true) => finding.with_hint(hint),
        (Some(_), false) | (None, _) => finding,
    });
}

/// The commands that bring back what is kept.
fn bring_back(finding: Finding, survey: &Survey<'_>, brought: Option<&BroughtBack<'_>>) -> Finding {
    let lines = brought.into_iter().flat_map(|brought| &brought.lines);
    lines.fold(finding, |finding, line| {
        finding.mended_by(MendStage::BringBack, survey.mender(), line.clone())
    })
}

/// Objects that exist, that the blob's state once recorded, and that no copy records any more.
fn forgotten(survey: &Survey<'_>) -> BTreeMap<ObjectId, ResourceId> {
    let lost = survey.observation.lost.iter();
    lost.flat_map(|lost| lost.snapshot.objects())
        .map(|(resource, object)| (object.id, resource))
        .filter(|(object, _)| {
            survey.observation.cloud.contains(*object)
                && !survey.is_recorded(*object)
                && survey.knowing(*object).is_empty()
        })
        .collect()
}

fn find_lost(survey: &Survey<'_>, brought: Option<&BroughtBack<'_>>, findings: &mut Vec<Finding>) {
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
    let hint = match brought {
        Some(brought) if !brought.needs_room => {
            let serial = brought.file.serial;
            format!("{} holds serial {serial}: bring it back", brought.place)
        }
        Some(_) | None => advice.lost_hint.to_owned(),
    };
    let finding = LOST
        .with(evidence)
        .with_hint(hint)
        .with_caution(NOT_APPLIED_ANEW);
    findings.push(bring_back(finding, survey, brought));
}
