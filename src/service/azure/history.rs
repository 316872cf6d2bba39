//! What a blob was: its previous versions, its snapshots, and what was deleted softly.
//!
//! Two settings of the account decide what becomes of a state that is written over or deleted.
//!
//! | | versioning off, soft delete off | soft delete alone | versioning |
//! |---|---|---|---|
//! | a Put or a copy over the blob | the old state is lost | it is a soft-deleted snapshot | it is a previous version |
//! | Set Blob Metadata | the old metadata is lost | the same | the old state is a previous version |
//! | a deletion | the blob is lost | it is soft-deleted | it is a previous version, and no version is current |
//! | a deletion of one version or snapshot | it is lost | soft-deleted | soft-deleted if soft delete is on, else lost |
//!
//! Undelete brings back everything of a blob that is soft-deleted and not expired; never a
//! previous version, which was not deleted.

use std::fmt;

use super::blob::{Blob, ETag};
use super::lease::LeaseState;
use crate::kernel::{SimDuration, SimTime};

/// The service's clock counts in 100 ns.
const TICKS_PER_MS: u64 = 10_000;

/// The name of a version or of a blob snapshot: when it was made, to 100 ns. Of one blob no two
/// are equal.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct VersionId(
    /// Since the start [100 ns].
    pub u64,
);

impl VersionId {
    /// The millisecond in which it was made.
    pub const fn time(self) -> SimTime {
        SimTime::from_ms(self.0 / TICKS_PER_MS)
    }
}

/// Seconds since the start, with seven decimals.
impl fmt::Display for VersionId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(&format!("{}{:04}", self.time(), self.0 % TICKS_PER_MS))
    }
}

/// The service's clock, to 100 ns: it names versions, and never names two of a blob alike.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Clock(u64);

impl Clock {
    /// The next name at `now`.
    pub(super) fn tick(&mut self, now: SimTime) -> u64 {
        self.0 = now.as_ms().saturating_mul(TICKS_PER_MS).max(self.0 + 1);
        self.0
    }
}

/// The settings of an account that keep what was.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub struct Protection {
    /// Whether blob versioning is enabled.
    pub versioning: bool,
    /// Blob soft delete: how long what was deleted is retained; `None` where it is disabled.
    pub soft_delete: Option<SimDuration>,
}

/// Names a version or a snapshot of a blob.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Past {
    /// `versionid=`: a version, the current one among them.
    Version(VersionId),
    /// `snapshot=`
    Snapshot(VersionId),
}

/// When something was soft-deleted, and until when it can be undeleted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Deletion {
    /// When it was deleted, or written over.
    pub at: SimTime,
    /// When it is gone for good. What is retained then was set at the deletion.
    pub until: SimTime,
}

/// A state that the blob had: content and metadata of that moment. It has no lease, and nothing
/// changes it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Kept<C, M> {
    /// Its name: a version's or a snapshot's.
    pub id: VersionId,
    /// The content of that moment.
    pub content: C,
    /// The metadata of that moment.
    pub metadata: M,
    /// The `ETag` of that moment.
    pub etag: ETag,
    /// When content, metadata or properties had last changed.
    pub last_modified: SimTime,
    /// When the blob had been created.
    pub created: VersionId,
    /// Whether it is soft-deleted.
    pub deletion: Option<Deletion>,
}

impl<C, M> Kept<C, M> {
    /// Whether nobody has deleted it.
    pub const fn is_active(&self) -> bool {
        self.deletion.is_none()
    }

    /// Whether it can be undeleted at `now`.
    pub fn is_retained(&self, now: SimTime) -> bool {
        self.deletion.is_some_and(|deletion| deletion.until > now)
    }

    /// Whether it is gone for good at `now`.
    fn is_expired(&self, now: SimTime) -> bool {
        self.deletion.is_some_and(|deletion| deletion.until <= now)
    }

    /// A blob again, without a lease.
    pub(super) fn into_blob(self, version: Option<VersionId>) -> Blob<C, M> {
        Blob {
            content: self.content,
            metadata: self.metadata,
            etag: self.etag,
            last_modified: self.last_modified,
            lease: LeaseState::Available,
            created: self.created,
            version,
        }
    }
}

/// The [history](self) of one blob.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BlobHistory<C, M> {
    /// Previous versions, oldest first, the soft-deleted ones among them.
    pub versions: Vec<Kept<C, M>>,
    /// Blob snapshots, oldest first, the soft-deleted ones among them.
    pub snapshots: Vec<Kept<C, M>>,
    /// The blob itself, where it is soft-deleted.
    pub deleted: Option<Kept<C, M>>,
}

impl<C, M> Default for BlobHistory<C, M> {
    fn default() -> Self {
        Self {
            versions: Vec::new(),
            snapshots: Vec::new(),
            deleted: None,
        }
    }
}

impl<C, M> BlobHistory<C, M> {
    /// The active snapshots, oldest first.
    pub fn active_snapshots(&self) -> impl Iterator<Item = &Kept<C, M>> {
        self.snapshots.iter().filter(|kept| kept.is_active())
    }

    /// The previous versions that nobody deleted, oldest first.
    pub fn active_versions(&self) -> impl Iterator<Item = &Kept<C, M>> {
        self.versions.iter().filter(|kept| kept.is_active())
    }

    /// What can be undeleted at `now`.
    pub fn retained(&self, now: SimTime) -> impl Iterator<Item = &Kept<C, M>> {
        let all = self.deleted.iter().chain(&self.snapshots);
        all.chain(&self.versions)
            .filter(move |kept| kept.is_retained(now))
    }

    /// What can be the blob again at `now`: each version and each snapshot, and what can be
    /// undeleted.
    pub fn restorable(&self, now: SimTime) -> impl Iterator<Item = &Kept<C, M>> {
        let versions = self.active_versions();
        versions
            .chain(self.active_snapshots())
            .chain(self.retained(now))
    }

    /// A version or a snapshot that can be read.
    pub(super) fn find(&self, past: Past) -> Option<&Kept<C, M>> {
        let (all, id) = match past {
            Past::Version(id) => (&self.versions, id),
            Past::Snapshot(id) => (&self.snapshots, id),
        };
        all.iter().find(|kept| kept.id == id && kept.is_active())
    }

    /// Deletes a version or a snapshot. Returns whether it was there.
    pub(super) fn delete(&mut self, past: Past, deletion: Option<Deletion>) -> bool {
        let (all, id) = match past {
            Past::Version(id) => (&mut self.versions, id),
            Past::Snapshot(id) => (&mut self.snapshots, id),
        };
        let is_meant = |kept: &Kept<C, M>| kept.id == id && kept.is_active();
        let Some(position) = all.iter().position(is_meant) else {
            return false;
        };
        match deletion {
            Some(_) => all[position].deletion = deletion,
            None => {
                all.remove(position);
            }
        }
        true
    }

    /// Deletes all active snapshots.
    pub(super) fn delete_snapshots(&mut self, deletion: Option<Deletion>) {
        match deletion {
            Some(_) => {
                for kept in self.snapshots.iter_mut().filter(|kept| kept.is_active()) {
                    kept.deletion = deletion;
                }
            }
            None => self.snapshots.retain(|kept| !kept.is_active()),
        }
    }

    /// Whether anything has expired.
    pub(super) fn has_expired(&self, now: SimTime) -> bool {
        let all = self.deleted.iter().chain(&self.snapshots);
        all.chain(&self.versions).any(|kept| kept.is_expired(now))
    }

    /// Forgets what has expired.
    pub(super) fn expire(&mut self, now: SimTime) {
        self.versions.retain(|kept| !kept.is_expired(now));
        self.snapshots.retain(|kept| !kept.is_expired(now));
        if self
            .deleted
            .as_ref()
            .is_some_and(|kept| kept.is_expired(now))
        {
            self.deleted = None;
        }
    }

    /// Whether there is nothing in it.
    pub const fn is_empty(&self) -> bool {
        self.versions.is_empty() && self.snapshots.is_empty() && self.deleted.is_none()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_rise_and_are_never_given_twice() {
        let mut clock = Clock::default();
        let mut at = |ms| VersionId(clock.tick(SimTime::from_ms(ms)));
        let (first, second, third) = (at(5), at(5), at(6));
        assert_eq!(first.to_string(), "0.0050000");
        assert_eq!(second.to_string(), "0.0050001");
        assert_eq!(third.time(), SimTime::from_ms(6));
        assert_eq!(at(0).to_string(), "0.0060001");
    }
}
