//! What goes over the wire: requests, and the answers to those that are carried out.

use super::blob::{Condition, ETag, Properties};
use super::history::{Past, VersionId};
use super::lease::{LeaseDuration, Proposal, check_break_period};
use super::lease_id::LeaseId;
use super::refusal::Refusal;
use crate::kernel::{SimDuration, SimTime};

/// A write whose content the model does not carry: it counts as a modification, no more.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum WriteKind {
    /// Set Blob Properties.
    SetProperties,
    /// Put Block: stages a block, and clears an expired or broken lease (Azurite; the pages do
    /// not say).
    PutBlock,
    /// Put Block List: commits staged blocks.
    PutBlockList,
    /// A synchronous Copy Blob onto this blob.
    CopyDestination,
    /// An asynchronous Copy Blob onto this blob, which needs an infinite lease (list of error
    /// codes; when exactly it does is not verified).
    AsyncCopyDestination,
    /// Set Blob Tier.
    SetTier,
    /// Set Blob Tags.
    SetTags,
}

impl WriteKind {
    /// The status of a success.
    pub(super) const fn http_status(self) -> u16 {
        match self {
            Self::SetProperties | Self::SetTier => 200,
            Self::PutBlock | Self::PutBlockList => 201,
            Self::CopyDestination | Self::AsyncCopyDestination => 202,
            Self::SetTags => 204,
        }
    }

    /// Whether it changes the version: staging a block, tiers and tags do not (inferred).
    pub(super) const fn changes_etag(self) -> bool {
        match self {
            Self::SetProperties
            | Self::PutBlockList
            | Self::CopyDestination
            | Self::AsyncCopyDestination => true,
            Self::PutBlock | Self::SetTier | Self::SetTags => false,
        }
    }

    /// Whether it makes another version: new content does, properties do not.
    pub(super) const fn makes_version(self) -> bool {
        match self {
            Self::PutBlockList | Self::CopyDestination | Self::AsyncCopyDestination => true,
            Self::SetProperties | Self::PutBlock | Self::SetTier | Self::SetTags => false,
        }
    }

    /// The refusal on a blob that does not exist. What could create one answers an ID like a
    /// Put. Without an ID it would create the blob, but the model has no content for it.
    pub(super) const fn refusal_if_absent(self, lease_id: Option<LeaseId>) -> Refusal {
        match (self, lease_id) {
            (
                Self::PutBlock
                | Self::PutBlockList
                | Self::CopyDestination
                | Self::AsyncCopyDestination,
                Some(_),
            ) => Refusal::LeaseNotPresentWithBlobOperation,
            (
                Self::SetProperties
                | Self::PutBlock
                | Self::PutBlockList
                | Self::CopyDestination
                | Self::AsyncCopyDestination
                | Self::SetTier
                | Self::SetTags,
                Some(_) | None,
            ) => Refusal::BlobNotFound,
        }
    }
}

/// What a request asks for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Action<C, M> {
    /// Get Blob: content and properties.
    Get,
    /// Get Blob Properties: no content; a refusal has no body, only the code in a header.
    Head,
    /// List Blobs: neither an ID nor a condition applies.
    List,
    /// Put Blob: creates or overwrites the blob. It replaces the metadata too: a Put that carries
    /// none erases it.
    Put {
        /// The new content.
        content: C,
        /// The new metadata.
        metadata: M,
    },
    /// Set Blob Metadata: replaces all of it.
    SetMetadata(M),
    /// Any other write.
    Touch(WriteKind),
    /// Snapshot Blob.
    Snapshot,
    /// Delete Blob, refused while the blob has snapshots.
    Delete,
    /// Delete Blob together with its snapshots (`x-ms-delete-snapshots: include`).
    DeleteWithSnapshots,
    /// Delete the blob's snapshots and not the blob (`x-ms-delete-snapshots: only`).
    DeleteSnapshots,
    /// Delete one snapshot, or one version that is not the current one.
    DeletePast(Past),
    /// Undelete Blob: all that is soft-deleted of it. It asks for no lease.
    Undelete,
    /// Copy Blob onto this blob, of what was read elsewhere.
    Copy {
        /// The source's content.
        content: C,
        /// The source's metadata, or that of the request.
        metadata: M,
    },
    /// Lease Blob, acquire. The request's lease ID does not count here, the proposal does.
    AcquireLease {
        /// The ID that the lease is to have.
        proposal: Proposal,
        /// For how long.
        duration: LeaseDuration,
    },
    /// Lease Blob, renew.
    RenewLease,
    /// Lease Blob, change.
    ChangeLease {
        /// The ID that the lease is to have; without one the request is refused.
        proposed: Option<LeaseId>,
    },
    /// Lease Blob, release.
    ReleaseLease,
    /// Lease Blob, break. The request's lease ID is ignored.
    BreakLease {
        /// How long the lease is to stay active, in [0 s, 60 s].
        period: Option<SimDuration>,
    },
}

impl<C, M> Action<C, M> {
    /// Refuses what is wrong before the blob is looked at: headers that are absent or outside
    /// their range. That a missing ID comes before a missing blob is Azurite's order.
    pub(super) fn check_headers(&self, lease_id: Option<LeaseId>) -> Result<(), Refusal> {
        let missing = Refusal::MissingRequiredHeader;
        match self {
            Self::AcquireLease {
                proposal: _,
                duration,
            } => duration.checked().map(drop),
            Self::RenewLease | Self::ReleaseLease => lease_id.map(drop).ok_or(missing),
            Self::ChangeLease { proposed } => lease_id.and(*proposed).map(drop).ok_or(missing),
            Self::BreakLease { period } => check_break_period(*period),
            Self::Get
            | Self::Head
            | Self::List
            | Self::Put { .. }
            | Self::SetMetadata(_)
            | Self::Touch(_)
            | Self::Snapshot
            | Self::Delete
            | Self::DeleteWithSnapshots
            | Self::DeleteSnapshots
            | Self::DeletePast(_)
            | Self::Undelete
            | Self::Copy { .. } => Ok(()),
        }
    }
}

/// A request, its headers read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Request<C, M> {
    /// What it asks for.
    pub action: Action<C, M>,
    /// `x-ms-lease-id`.
    pub lease_id: Option<LeaseId>,
    /// The conditional headers.
    pub condition: Condition,
}

impl<C, M> Request<C, M> {
    /// A request without a lease ID and without a condition.
    pub const fn new(action: Action<C, M>) -> Self {
        Self {
            action,
            lease_id: None,
            condition: Condition::Unconditional,
        }
    }

    /// The same request with a lease ID, or without.
    #[must_use]
    pub fn with_lease(self, lease_id: impl Into<Option<LeaseId>>) -> Self {
        Self {
            lease_id: lease_id.into(),
            ..self
        }
    }

    /// The same request under a condition.
    #[must_use]
    pub fn on_condition(self, condition: Condition) -> Self {
        Self { condition, ..self }
    }
}

/// What the answer to a request that was carried out says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Success<C, M> {
    /// To a Get.
    Content {
        /// The blob's content.
        content: C,
        /// The rest of the answer.
        properties: Properties<M>,
    },
    /// To a Head.
    Properties(Properties<M>),
    /// To a List: the blob, if it exists, and its snapshots' times.
    Listed {
        /// The blob's properties.
        blob: Option<Properties<M>>,
        /// The times of its snapshots, oldest first.
        snapshots: Vec<SimTime>,
    },
    /// To a write.
    Written {
        /// 200, 201, 202 or 204, depending on the write.
        http_status: u16,
        /// The blob's `ETag` afterwards.
        etag: ETag,
        /// The name of the version that it is now, with versioning.
        version: Option<VersionId>,
    },
    /// To a Snapshot.
    SnapshotTaken {
        /// The snapshot's name.
        id: VersionId,
        /// The blob's `ETag` afterwards.
        etag: ETag,
        /// The name of the version that the blob is now, with versioning.
        version: Option<VersionId>,
    },
    /// To a Delete.
    Deleted,
    /// To an Undelete.
    Undeleted,
    /// To an acquire.
    LeaseAcquired {
        /// The lease's ID.
        id: LeaseId,
    },
    /// To a renewal.
    LeaseRenewed {
        /// The lease's ID.
        id: LeaseId,
    },
    /// To a change.
    LeaseChanged {
        /// The lease's new ID.
        id: LeaseId,
    },
    /// To a release.
    LeaseReleased,
    /// To a break.
    LeaseBroken {
        /// `x-ms-lease-time`: seconds until the lease can be acquired, rounded to the nearest
        /// (the page "Lease Blob" calls it approximate, Azurite rounds).
        remaining_s: u64,
    },
}

impl<C, M> Success<C, M> {
    /// The HTTP status of the answer.
    pub const fn http_status(&self) -> u16 {
        match self {
            Self::Content { .. }
            | Self::Properties(_)
            | Self::Listed { .. }
            | Self::Undeleted
            | Self::LeaseRenewed { .. }
            | Self::LeaseChanged { .. }
            | Self::LeaseReleased => 200,
            Self::SnapshotTaken { .. } | Self::LeaseAcquired { .. } => 201,
            Self::Deleted | Self::LeaseBroken { .. } => 202,
            Self::Written {
                http_status,
                etag: _,
                version: _,
            } => *http_status,
        }
    }
}
