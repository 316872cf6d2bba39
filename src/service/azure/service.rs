//! The service: what goes over the wire, and the hands that reach around it.
//!
//! [`BlobService::handle`] is the only way in for a request. It checks, in this order: the
//! headers (400), the blob's existence (404), the lease (409 or 412), the condition. The blob
//! changes only where all four pass, so that a refusal changes nothing.
//!
//! One service holds one blob with its history. That is all that a Terraform state needs; where an
//! account keeps nothing (no versioning, no soft delete, no snapshots), there is no history.

mod keep;

use std::sync::Arc;

use keep::{Stamp, Superseding, kept};

use super::account::{Found, Which};
use super::blob::{Blob, Condition};
use super::history::{BlobHistory, Clock, Deletion, Kept, Past, Protection, VersionId};
use super::lease::{Access, LeaseState, Term};
use super::lease_id::LeaseId;
use super::refusal::Refusal;
use super::request::{Action, Request, Success, WriteKind};
use crate::kernel::{SimDuration, SimTime};

/// The blob service, with one blob.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BlobService<C, M> {
    blob: Option<Blob<C, M>>,
    /// What the blob was. `None` while there is nothing.
    history: Option<Arc<BlobHistory<C, M>>>,
    clock: Clock,
    protection: Protection,
}

impl<C, M> Default for BlobService<C, M> {
    fn default() -> Self {
        Self {
            blob: None,
            history: None,
            clock: Clock::default(),
            protection: Protection::default(),
        }
    }
}

impl<C, M> BlobService<C, M> {
    /// A service without a blob, in an account with these settings.
    pub fn protected(protection: Protection) -> Self {
        Self {
            protection,
            ..Self::default()
        }
    }

    /// The settings of the account.
    pub const fn protection(&self) -> Protection {
        self.protection
    }

    /// The account gets these settings. What is soft-deleted already keeps its expiry.
    pub const fn set_protection(&mut self, protection: Protection) {
        self.protection = protection;
    }

    /// The blob, if it exists. Its lease is as the last request left it.
    pub const fn blob(&self) -> Option<&Blob<C, M>> {
        self.blob.as_ref()
    }

    /// What the blob was, where anything of it is kept.
    pub const fn history(&self) -> Option<&Arc<BlobHistory<C, M>>> {
        self.history.as_ref()
    }

    /// The blob's active snapshots, oldest first.
    pub fn snapshots(&self) -> Vec<&Kept<C, M>> {
        let history = self.history.iter();
        history
            .flat_map(|history| history.active_snapshots())
            .collect()
    }

    fn has_snapshots(&self) -> bool {
        let history = self.history.as_ref();
        history.is_some_and(|history| history.active_snapshots().next().is_some())
    }

    /// The blob's lease at `now`; a blob that does not exist has none.
    pub fn lease_state(&self, now: SimTime) -> LeaseState {
        self.blob
            .as_ref()
            .map_or(LeaseState::Available, |blob| blob.lease.at(now))
    }

    /// When what is soft-deleted now will be gone for good, where it is retained.
    fn deletion(&self, now: SimTime) -> Option<Deletion> {
        let retention = self.protection.soft_delete?;
        Some(Deletion {
            at: now,
            until: now + retention,
        })
    }
}

/// The hands outside the protocol: an administrator, or a scenario that sets the scene. They ask
/// for no lease.
impl<C: Clone, M: Clone + Default> BlobService<C, M> {
    /// A service whose blob has this content, no metadata and no lease.
    pub fn with_blob(now: SimTime, content: C) -> Self {
        let mut service = Self::default();
        service.restore(now, content);
        service
    }

    /// Replaces the content; keeps lease and metadata. Returns whether there was a blob.
    pub fn replace_content(&mut self, now: SimTime, content: C) -> bool {
        if self.blob.is_none() {
            return false;
        }
        self.restore(now, content);
        true
    }

    /// Replaces the metadata; keeps lease and content. Returns whether there was a blob.
    pub fn replace_metadata(&mut self, now: SimTime, metadata: M) -> bool {
        self.supersede(now, Superseding::Metadata);
        let stamp = self.stamp(now);
        let Some(blob) = &mut self.blob else {
            return false;
        };
        blob.metadata = metadata;
        stamp.put_on(blob, now);
        true
    }

    /// Deletes the blob and its snapshots, whoever holds its lease: what the deletion of the
    /// container does, which blob leases do not prevent. Returns the blob, if there was one.
    pub fn delete_blob(&mut self) -> Option<Blob<C, M>> {
        self.history = None;
        self.blob.take()
    }

    /// Makes the blob have this content: one that exists keeps lease and metadata, one that does
    /// not comes without either.
    pub fn restore(&mut self, now: SimTime, content: C) {
        let kept = self.blob.as_ref();
        let (metadata, lease) = kept.map_or_else(
            || (M::default(), LeaseState::Available),
            |blob| (blob.metadata.clone(), blob.lease),
        );
        self.write(now, lease, content, metadata);
    }
}

impl<C: Clone, M: Clone> BlobService<C, M> {
    /// Answers a request that arrives at `now`.
    ///
    /// # Errors
    ///
    /// The service's refusal; then nothing has changed.
    #[inline]
    pub fn handle(
        &mut self,
        now: SimTime,
        request: Request<C, M>,
    ) -> Result<Success<C, M>, Refusal> {
        let Request {
            action,
            lease_id,
            condition,
        } = request;
        action.check_headers(lease_id)?;
        let caller = Caller {
            now,
            lease_id,
            condition,
        };
        match action {
            Action::Get => self.get(caller),
            Action::Head => self.head(caller),
            Action::List => Ok(self.list(now)),
            Action::Put { content, metadata } => self.put(caller, content, metadata),
            Action::SetMetadata(metadata) => self.set_metadata(caller, metadata),
            Action::Touch(kind) => self.touch(caller, kind),
            Action::Snapshot => self.snapshot(caller),
            Action::Delete => self.delete(caller),
            Action::DeleteWithSnapshots => self.delete_with_snapshots(caller),
            Action::DeleteSnapshots => self.delete_snapshots(caller),
            Action::DeletePast(past) => self.delete_past(caller, past),
            Action::Undelete => self.undelete(now),
            Action::Copy { content, metadata } => self.copy(caller, content, metadata),
            Action::AcquireLease { proposal, duration } => {
                self.operate(caller, |lease| lease.acquire(now, proposal, duration))?;
                Ok(Success::LeaseAcquired { id: proposal.id() })
            }
            Action::RenewLease => {
                let id = lease_id.ok_or(Refusal::MissingRequiredHeader)?;
                self.operate(caller, |lease| lease.renew(now, id))?;
                Ok(Success::LeaseRenewed { id })
            }
            Action::ChangeLease { proposed } => {
                let (id, proposed) = lease_id
                    .zip(proposed)
                    .ok_or(Refusal::MissingRequiredHeader)?;
                self.operate(caller, |lease| lease.change(now, id, proposed))?;
                Ok(Success::LeaseChanged { id: proposed })
            }
            Action::ReleaseLease => {
                let id = lease_id.ok_or(Refusal::MissingRequiredHeader)?;
                self.operate(caller, |lease| lease.release(now, id))?;
                Ok(Success::LeaseReleased)
            }
            Action::BreakLease { period } => self.break_lease(caller, period),
        }
    }

    fn existing(&mut self) -> Result<&mut Blob<C, M>, Refusal> {
        self.blob.as_mut().ok_or(Refusal::BlobNotFound)
    }

    fn get(&mut self, caller: Caller) -> Result<Success<C, M>, Refusal> {
        let blob = self.existing()?;
        caller.admitted_to(blob, Access::Read)?;
        let properties = blob.properties(caller.now);
        Ok(Success::Content {
            content: blob.content.clone(),
            properties,
        })
    }

    fn head(&mut self, caller: Caller) -> Result<Success<C, M>, Refusal> {
        let blob = self.existing()?;
        caller.admitted_to(blob, Access::Read)?;
        Ok(Success::Properties(blob.properties(caller.now)))
    }

    fn list(&self, now: SimTime) -> Success<C, M> {
        let snapshots = self.snapshots();
        Success::Listed {
            blob: self.blob.as_ref().map(|blob| blob.properties(now)),
            snapshots: snapshots.iter().map(|kept| kept.id.time()).collect(),
        }
    }

    fn put(&mut self, caller: Caller, content: C, metadata: M) -> Result<Success<C, M>, Refusal> {
        let lease = match &self.blob {
            Some(blob) => caller.admitted_to(blob, Access::Put)?,
            None => caller.creates()?,
        };
        let Stamp { etag, version } = self.write(caller.now, lease, content, metadata);
        Ok(Success::Written {
            http_status: 201,
            etag,
            version,
        })
    }

    fn copy(&mut self, caller: Caller, content: C, metadata: M) -> Result<Success<C, M>, Refusal> {
        let lease = match &self.blob {
            Some(blob) => caller.admitted_to(blob, Access::Write)?,
            None => caller.creates()?,
        };
        let Stamp { etag, version } = self.write(caller.now, lease, content, metadata);
        Ok(Success::Written {
            http_status: 202,
            etag,
            version,
        })
    }

    fn set_metadata(&mut self, caller: Caller, metadata: M) -> Result<Success<C, M>, Refusal> {
        let blob = self.blob.as_ref().ok_or(Refusal::BlobNotFound)?;
        let lease = caller.admitted_to(blob, Access::Write)?;
        self.supersede(caller.now, Superseding::Metadata);
        let stamp = self.stamp(caller.now);
        let blob = self.existing()?;
        blob.lease = lease;
        blob.metadata = metadata;
        stamp.put_on(blob, caller.now);
        Ok(Success::Written {
            http_status: 200,
            etag: stamp.etag,
            version: stamp.version,
        })
    }

    fn touch(&mut self, caller: Caller, kind: WriteKind) -> Result<Success<C, M>, Refusal> {
        let absent = kind.refusal_if_absent(caller.lease_id);
        let blob = self.blob.as_ref().ok_or(absent)?;
        let lease = caller.admitted_to(blob, Access::Write)?;
        let is_fixed = matches!(
            lease,
            LeaseState::Leased {
                id: _,
                term: Term::Fixed { .. }
            }
        );
        if kind == WriteKind::AsyncCopyDestination && is_fixed {
            return Err(Refusal::InfiniteLeaseDurationRequired);
        }
        if kind.makes_version() {
            self.supersede(caller.now, Superseding::All);
        }
        let stamp = self.stamp(caller.now);
        let blob = self.existing()?;
        blob.lease = lease;
        if kind.makes_version() {
            stamp.put_on(blob, caller.now);
        } else if kind.changes_etag() {
            blob.modified(caller.now, stamp.etag);
        }
        Ok(Success::Written {
            http_status: kind.http_status(),
            etag: blob.etag,
            version: blob.version,
        })
    }

    /// Takes a snapshot. With versioning the blob becomes another version of itself, too.
    fn snapshot(&mut self, caller: Caller) -> Result<Success<C, M>, Refusal> {
        let blob = self.blob.as_ref().ok_or(Refusal::BlobNotFound)?;
        caller.admitted_to(blob, Access::Snapshot)?;
        let blob = blob.clone();
        self.expire(caller.now);
        let id = VersionId(self.clock.tick(caller.now));
        let snapshot = kept(blob, id, None);
        self.history_mut().snapshots.push(snapshot);
        if self.protection.versioning {
            self.supersede(caller.now, Superseding::Metadata);
            let stamp = self.stamp(caller.now);
            let blob = self.existing()?;
            stamp.put_on(blob, caller.now);
        }
        let blob = self.existing()?;
        Ok(Success::SnapshotTaken {
            id,
            etag: blob.etag,
            version: blob.version,
        })
    }

    fn delete(&mut self, caller: Caller) -> Result<Success<C, M>, Refusal> {
        let blob = self.existing()?;
        caller.admitted_to(blob, Access::Write)?;
        if self.has_snapshots() {
            return Err(Refusal::SnapshotsPresent);
        }
        self.remove(caller.now, false);
        Ok(Success::Deleted)
    }

    fn delete_with_snapshots(&mut self, caller: Caller) -> Result<Success<C, M>, Refusal> {
        let blob = self.existing()?;
        caller.admitted_to(blob, Access::Write)?;
        self.remove(caller.now, true);
        Ok(Success::Deleted)
    }

    fn delete_snapshots(&mut self, caller: Caller) -> Result<Success<C, M>, Refusal> {
        let blob = self.existing()?;
        caller.admitted_to(blob, Access::Write)?;
        let deletion = self.deletion(caller.now);
        if self.history.is_some() {
            self.history_mut().delete_snapshots(deletion);
            self.expire(caller.now);
        }
        Ok(Success::Deleted)
    }

    /// Deletes a version or a snapshot, neither of which has a lease.
    fn delete_past(&mut self, caller: Caller, past: Past) -> Result<Success<C, M>, Refusal> {
        let current = self.blob.as_ref().and_then(|blob| blob.version);
        match past {
            Past::Version(id) if current == Some(id) => {
                return Err(Refusal::OperationNotAllowedOnRootBlob);
            }
            Past::Version(_) | Past::Snapshot(_) => {}
        }
        let history = self.history.as_ref();
        let kept = history.and_then(|history| history.find(past));
        let kept = kept.ok_or(Refusal::BlobNotFound)?;
        caller.admitted_to_past(kept, Access::Write)?;
        let deletion = self.deletion(caller.now);
        self.history_mut().delete(past, deletion);
        self.expire(caller.now);
        Ok(Success::Deleted)
    }

    /// Brings back all that is soft-deleted. What was never deleted so is no failure.
    fn undelete(&mut self, now: SimTime) -> Result<Success<C, M>, Refusal> {
        self.expire(now);
        let Some(history) = &self.history else {
            return match &self.blob {
                Some(_) => Ok(Success::Undeleted),
                None => Err(Refusal::BlobNotFound),
            };
        };
        if history.retained(now).next().is_none() {
            let is_known = self.blob.is_some() || history.active_versions().next().is_some();
            return if is_known {
                Ok(Success::Undeleted)
            } else {
                Err(Refusal::BlobNotFound)
            };
        }
        let history = self.history_mut();
        for kept in history.versions.iter_mut().chain(&mut history.snapshots) {
            kept.deletion = None;
        }
        if let Some(deleted) = history.deleted.take() {
            self.blob = Some(deleted.into_blob(None));
        }
        self.expire(now);
        Ok(Success::Undeleted)
    }

    /// Reads the blob, a version of it or a snapshot: what a Get, a Head and a copy from it see.
    ///
    /// # Errors
    ///
    /// The service's refusal.
    pub fn read(
        &self,
        now: SimTime,
        past: Option<Past>,
        lease_id: Option<LeaseId>,
        condition: Condition,
    ) -> Result<Found<C, M>, Refusal> {
        let caller = Caller {
            now,
            lease_id,
            condition,
        };
        let current = self.blob.as_ref();
        let is_current = match past {
            None => true,
            Some(Past::Version(id)) => current.is_some_and(|blob| blob.version == Some(id)),
            Some(Past::Snapshot(_)) => false,
        };
        match past {
            Some(past) if !is_current => {
                let history = self.history.as_ref();
                let kept = history.and_then(|history| history.find(past));
                let kept = kept.ok_or(Refusal::BlobNotFound)?;
                caller.admitted_to_past(kept, Access::Read)?;
                Ok(Found::kept(kept, past.into()))
            }
            Some(_) | None => {
                let blob = current.ok_or(Refusal::BlobNotFound)?;
                caller.admitted_to(blob, Access::Read)?;
                Ok(Found::current(blob, now))
            }
        }
    }

    /// All that a List shows of the blob at `now`: snapshots and versions oldest first, the blob
    /// itself last.
    pub fn all(&self, now: SimTime) -> Vec<Found<C, M>> {
        let mut all = Vec::new();
        if let Some(history) = &self.history {
            let is_there = |kept: &&Kept<C, M>| kept.is_active() || kept.is_retained(now);
            let snapshots = history.snapshots.iter().filter(is_there);
            all.extend(snapshots.map(|kept| Found::kept(kept, Which::Snapshot(kept.id))));
            let versions = history.versions.iter().filter(is_there);
            all.extend(versions.map(|kept| Found::kept(kept, Which::Version(kept.id))));
            let deleted = history.deleted.iter().filter(is_there);
            all.extend(deleted.map(|kept| Found::kept(kept, Which::Current(None))));
        }
        all.extend(self.blob.iter().map(|blob| Found::current(blob, now)));
        all
    }

    /// Carries out a lease operation: the lease decides first, then the condition, for which an
    /// operation counts as a write. Neither version nor modification time changes.
    #[inline]
    fn operate(
        &mut self,
        caller: Caller,
        transition: impl FnOnce(LeaseState) -> Result<LeaseState, Refusal>,
    ) -> Result<(), Refusal> {
        let blob = self.existing()?;
        let lease = transition(blob.lease)?;
        caller
            .condition
            .check(Access::Write, blob.etag, blob.last_modified)?;
        blob.lease = lease;
        Ok(())
    }

    fn break_lease(
        &mut self,
        caller: Caller,
        period: Option<SimDuration>,
    ) -> Result<Success<C, M>, Refusal> {
        let mut remaining = SimDuration::ZERO;
        self.operate(caller, |lease| {
            let (lease, delay) = lease.break_after(caller.now, period)?;
            remaining = delay;
            Ok(lease)
        })?;
        Ok(Success::LeaseBroken {
            remaining_s: remaining.rounded_seconds(),
        })
    }
}

/// What every request carries besides its action.
#[derive(Debug, Clone, Copy)]
struct Caller {
    now: SimTime,
    lease_id: Option<LeaseId>,
    condition: Condition,
}

impl Caller {
    /// The lease after this use, where it is admitted.
    #[inline]
    fn admitted_to<C, M>(self, blob: &Blob<C, M>, access: Access) -> Result<LeaseState, Refusal> {
        blob.admit(self.now, access, self.lease_id, self.condition)
    }

    /// Whether a version or a snapshot can be used so: it has no lease.
    fn admitted_to_past<C, M>(self, kept: &Kept<C, M>, access: Access) -> Result<(), Refusal> {
        if self.lease_id.is_some() {
            return Err(Refusal::LeaseNotPresentWithBlobOperation);
        }
        self.condition.check(access, kept.etag, kept.last_modified)
    }

    /// Whether a write may create the blob, and its lease then. Page "Put Blob", since version
    /// 2013-08-15: an ID gives 412. It names no code; this is inferred.
    fn creates(self) -> Result<LeaseState, Refusal> {
        if self.lease_id.is_some() {
            return Err(Refusal::LeaseNotPresentWithBlobOperation);
        }
        self.condition.check_absent()?;
        Ok(LeaseState::Available)
    }
}
