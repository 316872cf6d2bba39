//! What the account's settings keep of a state that is written over or deleted.

use std::sync::Arc;

use super::super::blob::{Blob, ETag};
use super::super::history::{BlobHistory, Deletion, Kept, Protection, VersionId};
use super::super::lease::LeaseState;
use super::BlobService;
use crate::kernel::SimTime;

/// What is written over.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Superseding {
    /// Content and metadata.
    All,
    /// Metadata alone, which soft delete does not retain.
    Metadata,
}

/// What a write leaves on the blob.
#[derive(Debug, Clone, Copy)]
pub(super) struct Stamp {
    pub(super) etag: ETag,
    pub(super) version: Option<VersionId>,
}

impl Stamp {
    pub(super) fn put_on<C, M>(self, blob: &mut Blob<C, M>, now: SimTime) {
        blob.modified(now, self.etag);
        blob.version = self.version;
    }
}

/// How the account's settings work.
impl<C: Clone, M: Clone> BlobService<C, M> {
    /// The marks of a write at `now`.
    pub(super) fn stamp(&mut self, now: SimTime) -> Stamp {
        let tick = self.clock.tick(now);
        Stamp {
            etag: ETag(tick),
            version: self.protection.versioning.then_some(VersionId(tick)),
        }
    }

    /// Keeps the state that is about to be written over, where the account's settings say so.
    #[inline]
    pub(super) fn supersede(&mut self, now: SimTime, what: Superseding) {
        let is_version = self
            .blob
            .as_ref()
            .is_some_and(|blob| blob.version.is_some());
        if is_version || self.protection != Protection::default() || self.history.is_some() {
            self.keep(now, what);
        }
    }

    #[cold]
    fn keep(&mut self, now: SimTime, what: Superseding) {
        self.expire(now);
        let deletion = self.deletion(now);
        let is_versioned = self.protection.versioning;
        match self.blob.clone() {
            // A version stays one after versioning was turned off.
            Some(blob) if is_versioned || blob.version.is_some() => {
                let id = blob.version.unwrap_or(blob.created);
                self.history_mut().versions.push(kept(blob, id, None));
            }
            Some(blob) if what == Superseding::All && deletion.is_some() => {
                let id = VersionId(self.clock.tick(now));
                self.history_mut().snapshots.push(kept(blob, id, deletion));
            }
            Some(_) => {}
            None => self.keep_deleted(now),
        }
    }

    /// A soft-deleted blob that is written anew becomes a soft-deleted snapshot.
    fn keep_deleted(&mut self, now: SimTime) {
        let is_there = |history: &Arc<BlobHistory<C, M>>| history.deleted.is_some();
        if !self.history.as_ref().is_some_and(is_there) {
            return;
        }
        let id = VersionId(self.clock.tick(now));
        let history = self.history_mut();
        if let Some(deleted) = history.deleted.take() {
            history.snapshots.push(Kept { id, ..deleted });
        }
    }

    pub(super) fn history_mut(&mut self) -> &mut BlobHistory<C, M> {
        Arc::make_mut(self.history.get_or_insert_default())
    }

    /// Forgets what has expired by now.
    pub(super) fn expire(&mut self, now: SimTime) {
        let Some(history) = &self.history else { return };
        if history.has_expired(now) {
            self.history_mut().expire(now);
        }
        if self
            .history
            .as_ref()
            .is_some_and(|history| history.is_empty())
        {
            self.history = None;
        }
    }

    /// Writes content and metadata, over the blob or as a new one.
    pub(super) fn write(
        &mut self,
        now: SimTime,
        lease: LeaseState,
        content: C,
        metadata: M,
    ) -> Stamp {
        self.supersede(now, Superseding::All);
        let stamp = self.stamp(now);
        if let Some(blob) = &mut self.blob {
            blob.content = content;
            blob.metadata = metadata;
            blob.lease = lease;
            stamp.put_on(blob, now);
        } else {
            let mut blob = Blob::new(now, content, metadata, stamp.etag);
            blob.version = stamp.version;
            self.blob = Some(blob);
        }
        stamp
    }

    /// The blob is no longer there: with versioning its state is a previous version.
    pub(super) fn remove(&mut self, now: SimTime, with_snapshots: bool) {
        let Some(blob) = self.blob.take() else { return };
        if blob.version.is_none()
            && self.protection == Protection::default()
            && self.history.is_none()
        {
            return;
        }
        self.expire(now);
        let deletion = self.deletion(now);
        let is_version = self.protection.versioning || blob.version.is_some();
        let id = blob.version.unwrap_or(blob.created);
        let history = self.history_mut();
        if is_version {
            history.versions.push(kept(blob, id, None));
        } else if deletion.is_some() {
            history.deleted = Some(kept(blob, id, deletion));
        }
        if with_snapshots {
            history.delete_snapshots(deletion);
        }
        self.expire(now);
    }
}

pub(super) fn kept<C, M>(
    blob: Blob<C, M>,
    id: VersionId,
    deletion: Option<Deletion>,
) -> Kept<C, M> {
    Kept {
        id,
        content: blob.content,
        metadata: blob.metadata,
        etag: blob.etag,
        last_modified: blob.last_modified,
        created: blob.created,
        deletion,
    }
}
