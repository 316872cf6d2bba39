//! `az storage blob`: what a command asks for, and what it prints.
//!
//! A command names the blob that it is about. What it prints is made by pure functions of the
//! service's answer: [`document`] makes the JSON, [`output`] applies `--query` and writes the
//! format that was asked for, [`failure`] has the words on standard error.

pub mod date;
pub mod document;
pub mod failure;
pub mod name;
pub mod output;

use std::sync::Arc;

pub use name::{BlobNames, NameMap, is_never_state};
pub use output::{Format, Output};

use crate::kernel::SimDuration;
use crate::service::azure::Include;
use crate::terraform::invocation::LockIdArgument;

/// `az storage blob …`
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AzCommand {
    /// The blob that it is about.
    pub blob: BlobNames,
    /// What it does.
    pub action: AzAction,
    /// `--if-match`: the `ETag` that the blob must have, as it was typed.
    pub if_match: Option<Arc<str>>,
    /// What it prints of the answer.
    pub output: Output,
    /// Whether it asks for the account's key first, and says so: no credentials were given.
    pub asks_for_key: bool,
}

impl AzCommand {
    /// The names of the blobs that it is about: its own, and that of a copy's source.
    pub fn blobs(&self) -> impl Iterator<Item = &BlobNames> {
        let source = if let AzAction::CopyStart { source, .. } = &self.action {
            Some(&source.blob)
        } else {
            None
        };
        std::iter::once(&self.blob).chain(source)
    }

    /// Replaces the names that stand for the scenario's own.
    pub fn rename(&mut self, map: &NameMap) {
        map.apply(&mut self.blob);
        if let AzAction::CopyStart { source, .. } = &mut self.action {
            map.apply(&mut source.blob);
        }
    }
}

/// What a look is at.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub enum Moment {
    /// The blob.
    #[default]
    Current,
    /// `--version-id`, as it was typed.
    Version(Arc<str>),
    /// `--snapshot`, as it was typed.
    Snapshot(Arc<str>),
}

/// What is uploaded.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum UploadSource {
    /// `--file`
    File(Arc<str>),
    /// `--data`
    Data(Arc<str>),
}

/// What becomes of a blob's metadata.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum MetadataArgument {
    /// No `--metadata`.
    None,
    /// `--metadata terraformlockid=…`: the base64 text of lock info.
    LockInfo(Arc<str>),
}

/// What `delete` does with the blob's snapshots.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Deletion {
    /// It deletes the blob, which is refused while it has snapshots.
    Blob,
    /// `--delete-snapshots include`
    WithSnapshots,
    /// `--delete-snapshots only`
    SnapshotsOnly,
    /// `--snapshot`, as it was typed: that snapshot alone.
    Snapshot(Arc<str>),
}

/// What `copy start` reads.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SourceArgument {
    /// The blob.
    pub blob: BlobNames,
    /// A version or a snapshot of it.
    pub moment: Moment,
}

/// What an `az storage blob` command does.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum AzAction {
    /// `show`: prints properties and metadata.
    Show {
        /// A snapshot.
        moment: Moment,
        /// `--lease-id`
        lease_id: Option<LockIdArgument>,
    },
    /// `list`
    List {
        /// `--prefix`
        prefix: Arc<str>,
        /// `--include`
        include: Include,
        /// Whether metadata is included.
        with_metadata: bool,
        /// `--num-results`
        count_max: Option<usize>,
    },
    /// `exists`
    Exists {
        /// A snapshot.
        moment: Moment,
    },
    /// `upload`
    Upload {
        /// What.
        source: UploadSource,
        /// `--overwrite`; without it a blob that exists refuses.
        overwrites: bool,
        /// `--lease-id`
        lease_id: Option<LockIdArgument>,
        /// `--metadata`
        metadata: MetadataArgument,
    },
    /// `download`
    Download {
        /// The file to write in the working directory; `None`: standard output.
        file: Option<Arc<str>>,
        /// A version or a snapshot.
        moment: Moment,
        /// Whether a file that exists is overwritten, as it is by default.
        overwrites: bool,
        /// `--lease-id`
        lease_id: Option<LockIdArgument>,
    },
    /// `delete`
    Delete {
        /// Of what.
        deletion: Deletion,
        /// `--lease-id`
        lease_id: Option<LockIdArgument>,
    },
    /// `undelete`
    Undelete,
    /// `snapshot`
    Snapshot {
        /// `--lease-id`
        lease_id: Option<LockIdArgument>,
    },
    /// `copy start`: onto the command's blob.
    CopyStart {
        /// What is copied.
        source: SourceArgument,
        /// `--destination-lease-id`
        lease_id: Option<LockIdArgument>,
        /// `--metadata`
        metadata: MetadataArgument,
    },
    /// `metadata show`
    MetadataShow {
        /// A snapshot.
        moment: Moment,
        /// `--lease-id`
        lease_id: Option<LockIdArgument>,
    },
    /// `metadata update`: replaces all of it.
    MetadataUpdate {
        /// `--metadata`
        metadata: MetadataArgument,
        /// `--lease-id`
        lease_id: Option<LockIdArgument>,
    },
    /// `lease break [--lease-break-period SECONDS]`
    LeaseBreak {
        /// The break period, 0–60 s; none: what is left of the lease.
        period: Option<SimDuration>,
    },
    /// `lease acquire [--lease-duration SECONDS] [--proposed-lease-id ID]`
    LeaseAcquire {
        /// 15–60 s, or none for an infinite lease.
        duration: Option<SimDuration>,
        /// `--proposed-lease-id`
        proposed: Option<Arc<str>>,
    },
    /// `lease release --lease-id ID`
    LeaseRelease {
        /// `--lease-id`
        lease_id: LockIdArgument,
    },
    /// `lease renew --lease-id ID`
    LeaseRenew {
        /// `--lease-id`
        lease_id: LockIdArgument,
    },
    /// `lease change --lease-id ID --proposed-lease-id ID`
    LeaseChange {
        /// `--lease-id`
        lease_id: LockIdArgument,
        /// `--proposed-lease-id`
        proposed: Arc<str>,
    },
}
