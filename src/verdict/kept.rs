//! What brings back a state that is lost: a backup beside it, or what the blob service keeps.
//!
//! | kept as | brought back by |
//! |---|---|
//! | a backup of a local state | a copy of the file |
//! | a previous version | `copy start` from it: it becomes the current one anew |
//! | a blob snapshot | `copy start` from it |
//! | a soft-deleted blob | `undelete` |
//! | a soft-deleted snapshot or version | `undelete`, then `copy start` from it |

use std::cmp::Reverse;
use std::sync::Arc;

use super::survey::Survey;
use crate::command::az::date;
use crate::service::azure::{BlobHistory, BlobPath, Kept, VersionId};
use crate::terraform::backend::azurerm::Metadata;
use crate::terraform::{Backend, BlobContent, StateFile};

/// A state that takes the place of what is there, and the commands that put it there.
#[derive(Debug, Clone)]
pub(super) struct BroughtBack<'o> {
    /// The state.
    pub(super) file: &'o Arc<StateFile>,
    /// The command lines, in their order.
    pub(super) lines: Vec<String>,
    /// Where it is, in words.
    pub(super) place: &'static str,
    /// Whether what can't be read has to make room first.
    pub(super) needs_room: bool,
}

type KeptBlob = Kept<BlobContent, Metadata>;

/// As what a state is kept.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum As {
    Version,
    Snapshot,
    Blob,
}

/// What brings back the state, if anything can: not where an `errored.tfstate` is to be pushed, and
/// not where what is there would lose something by it.
pub(super) fn brought_back<'o>(survey: &Survey<'o>) -> Option<BroughtBack<'o>> {
    match survey.observation.backend {
        Backend::Local { .. } => {
            let line = survey.observation.backend.advice().bring_back?;
            Some(BroughtBack {
                file: survey.restorable()?,
                lines: vec![line.to_owned()],
                place: "the backup",
                needs_room: true,
            })
        }
        Backend::S3 { .. } | Backend::Gcs | Backend::Pg { .. } | Backend::Http(_) => None,
        Backend::Azurerm { .. } => {
            let history = survey.observation.history.as_deref()?;
            if !survey.errored.is_empty() {
                return None;
            }
            kept_by_service(survey, history)
        }
    }
}

fn kept_by_service<'o>(
    survey: &Survey<'o>,
    history: &'o BlobHistory<BlobContent, Metadata>,
) -> Option<BroughtBack<'o>> {
    let now = survey.observation.time;
    let versions = history.versions.iter().map(|kept| (As::Version, kept));
    let snapshots = history.snapshots.iter().map(|kept| (As::Snapshot, kept));
    let deleted = history.deleted.iter().map(|kept| (As::Blob, kept));
    let there = versions.chain(snapshots).chain(deleted);
    let there = there.filter(|(_, kept)| kept.is_active() || kept.is_retained(now));
    let useful = there.filter_map(|(kept_as, kept)| {
        let file = kept.content.state()?;
        let comparison = survey.compare(file);
        let balance = comparison.balance();
        let is_better = balance.file_has_more && !balance.remote_has_more;
        is_better.then_some((comparison.only_file.len(), kept_as, kept, file))
    });
    // The one that knows most; of these one without a dead run's lock info, and the newest.
    let (_, kept_as, kept, file) = useful.max_by_key(|(knows, kept_as, kept, _)| {
        let has_info = kept.metadata.is_some();
        (
            *knows,
            Reverse(has_info),
            kept.last_modified,
            kept.id,
            *kept_as,
        )
    })?;
    let at = &survey.names.state_blob;
    Some(BroughtBack {
        file,
        lines: lines(kept_as, kept, at),
        place: match (kept_as, kept.is_active()) {
            (As::Version, true) => "a previous version of the blob",
            (As::Snapshot, true) => "a blob snapshot",
            (As::Blob, _) => "the soft-deleted blob",
            (As::Version | As::Snapshot, false) => "a soft-deleted state of the blob",
        },
        needs_room: false,
    })
}

fn lines(kept_as: As, kept: &KeptBlob, at: &BlobPath) -> Vec<String> {
    let BlobPath {
        account,
        container,
        name,
    } = at;
    let undelete = format!("az storage blob undelete --container-name {container} --name {name}");
    let copy = format!(
        "az storage blob copy start --destination-container {container} --destination-blob {name}"
    );
    let time = |id: VersionId| date::version(id);
    let copied = match kept_as {
        As::Version => Some(format!(
            "{copy} --source-uri \
             'https://{account}.blob.core.windows.net/{container}/{name}?versionId={}'",
            time(kept.id)
        )),
        As::Snapshot => Some(format!(
            "{copy} --source-container {container} --source-blob {name} --source-snapshot {}",
            time(kept.id)
        )),
        As::Blob => None,
    };
    let undeleted = (!kept.is_active()).then_some(undelete);
    undeleted.into_iter().chain(copied).collect()
}

/// A command line of `az`, with the names of the scenario's blob in place of the usual ones.
pub(super) fn named(survey: &Survey<'_>, line: &str) -> String {
    let at = &survey.names.state_blob;
    line.replace(
        "--container-name tfstate",
        &format!("--container-name {}", at.container),
    )
    .replace("-name terraform.tfstate", &format!("-name {}", at.name))
}
