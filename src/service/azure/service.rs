//! The service: what goes over the wire, and the hands that reach around it.
//!
//! [`BlobService::handle`] is the only way in for a request. It checks, in this order: the
//! headers (400), the blob's existence (404), the lease (409 or 412), the condition. The blob
//! changes only where all four pass, so that a refusal changes nothing.
//!
//! One service holds one blob. That is all that a Terraform state needs.

use super::blob::{Blob, BlobSnapshot, Condition, ETag};
use super::lease::{Access, LeaseState, Term};
use super::lease_id::LeaseId;
use super::refusal::Refusal;
use super::request::{Action, Request, Success, WriteKind};
use crate::kernel::{SimDuration, SimTime};

/// Numbers the versions.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
struct ETags(u64);

impl ETags {
    fn next(&mut self) -> ETag {
        self.0 += 1;
        ETag(self.0)
    }
}

/// The blob service, with one container's one blob.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BlobService<C, M> {
    blob: Option<Blob<C, M>>,
    snapshots: Vec<BlobSnapshot<C, M>>,
    etags: ETags,
}

impl<C, M> Default for BlobService<C, M> {
    fn default() -> Self {
        Self {
            blob: None,
            snapshots: Vec::new(),
            etags: ETags::default(),
        }
    }
}

/// The hands outside the protocol: an administrator, or a scenario that sets the scene. They ask
/// for no lease.
impl<C, M: Default> BlobService<C, M> {
    /// A service whose blob has this content, no metadata and no lease.
    pub fn with_blob(now: SimTime, content: C) -> Self {
        let mut service = Self::default();
        service.restore(now, content);
        service
    }

    /// The blob, if it exists. Its lease is as the last request left it.
    pub const fn blob(&self) -> Option<&Blob<C, M>> {
        self.blob.as_ref()
    }

    /// The blob's snapshots, oldest first.
    pub fn snapshots(&self) -> &[BlobSnapshot<C, M>] {
        &self.snapshots
    }

    /// The blob's lease at `now`; a blob that does not exist has none.
    pub fn lease_state(&self, now: SimTime) -> LeaseState {
        self.blob
            .as_ref()
            .map_or(LeaseState::Available, |blob| blob.lease.at(now))
    }

    /// Replaces the content; keeps lease and metadata. Returns whether there was a blob.
    pub fn replace_content(&mut self, now: SimTime, content: C) -> bool {
        let Some(blob) = &mut self.blob else {
            return false;
        };
        blob.content = content;
        blob.modified(now, self.etags.next());
        true
    }

    /// Replaces the metadata; keeps lease and content. Returns whether there was a blob.
    pub fn replace_metadata(&mut self, now: SimTime, metadata: M) -> bool {
        let Some(blob) = &mut self.blob else {
            return false;
        };
        blob.metadata = metadata;
        blob.modified(now, self.etags.next());
        true
    }

    /// Deletes the blob and its snapshots, whoever holds its lease: what the deletion of the
    /// container does, which blob leases do not prevent. Returns the blob, if there was one.
    pub fn delete_blob(&mut self) -> Option<Blob<C, M>> {
        self.snapshots.clear();
        self.blob.take()
    }

    /// Makes the blob have this content: one that exists keeps lease and metadata, one that does
    /// not comes without either.
    pub fn restore(&mut self, now: SimTime, content: C) {
        let etag = self.etags.next();
        match &mut self.blob {
            Some(blob) => {
                blob.content = content;
                blob.modified(now, etag);
            }
            None => self.blob = Some(Blob::new(now, content, M::default(), etag)),
        }
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
        Success::Listed {
            blob: self.blob.as_ref().map(|blob| blob.properties(now)),
            snapshots: self
                .snapshots
                .iter()
                .map(|snapshot| snapshot.time)
                .collect(),
        }
    }

    fn put(&mut self, caller: Caller, content: C, metadata: M) -> Result<Success<C, M>, Refusal> {
        let etag = match &mut self.blob {
            Some(blob) => {
                blob.lease = caller.admitted_to(blob, Access::Put)?;
                blob.content = content;
                blob.metadata = metadata;
                blob.modified(caller.now, self.etags.next());
                blob.etag
            }
            // Page "Put Blob", since version 2013-08-15: 412. It names no code; this is inferred.
            None if caller.lease_id.is_some() => {
                return Err(Refusal::LeaseNotPresentWithBlobOperation);
            }
            None => {
                caller.condition.check_absent()?;
                let etag = self.etags.next();
                self.blob = Some(Blob::new(caller.now, content, metadata, etag));
                etag
            }
        };
        Ok(Success::Written {
            http_status: 201,
            etag,
        })
    }

    fn set_metadata(&mut self, caller: Caller, metadata: M) -> Result<Success<C, M>, Refusal> {
        let blob = self.blob.as_mut().ok_or(Refusal::BlobNotFound)?;
        blob.lease = caller.admitted_to(blob, Access::Write)?;
        blob.metadata = metadata;
        blob.modified(caller.now, self.etags.next());
        Ok(Success::Written {
            http_status: 200,
            etag: blob.etag,
        })
    }

    fn touch(&mut self, caller: Caller, kind: WriteKind) -> Result<Success<C, M>, Refusal> {
        let absent = kind.refusal_if_absent(caller.lease_id);
        let blob = self.blob.as_mut().ok_or(absent)?;
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
        blob.lease = lease;
        if kind.changes_etag() {
            blob.modified(caller.now, self.etags.next());
        }
        Ok(Success::Written {
            http_status: kind.http_status(),
            etag: blob.etag,
        })
    }

    fn snapshot(&mut self, caller: Caller) -> Result<Success<C, M>, Refusal> {
        let blob = self.blob.as_ref().ok_or(Refusal::BlobNotFound)?;
        caller.admitted_to(blob, Access::Snapshot)?;
        self.snapshots.push(BlobSnapshot {
            content: blob.content.clone(),
            metadata: blob.metadata.clone(),
            time: caller.now,
        });
        Ok(Success::SnapshotTaken { time: caller.now })
    }

    fn delete(&mut self, caller: Caller) -> Result<Success<C, M>, Refusal> {
        let blob = self.existing()?;
        caller.admitted_to(blob, Access::Write)?;
        if !self.snapshots.is_empty() {
            return Err(Refusal::SnapshotsPresent);
        }
        self.blob = None;
        Ok(Success::Deleted)
    }

    fn delete_with_snapshots(&mut self, caller: Caller) -> Result<Success<C, M>, Refusal> {
        let blob = self.existing()?;
        caller.admitted_to(blob, Access::Write)?;
        self.blob = None;
        self.snapshots.clear();
        Ok(Success::Deleted)
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
}
