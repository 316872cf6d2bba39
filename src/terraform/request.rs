//! The names of what a Terraform process does to others: requests and provider operations.

use std::fmt;

/// The requests that a client sends to the blob service, by the names of the recordings.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum RequestKind {
    /// List Blobs
    List,
    /// Get Blob
    Get,
    /// Get Blob Properties
    Head,
    /// Put Blob with a state
    PutState,
    /// Put Blob with 0 bytes, where there was no blob
    PutEmpty,
    /// Set Blob Metadata
    SetMetadata,
    /// Lease Blob: acquire
    LeaseAcquire,
    /// Lease Blob: renew
    LeaseRenew,
    /// Lease Blob: release
    LeaseRelease,
    /// Lease Blob: break
    LeaseBreak,
    /// Lease Blob: change
    LeaseChange,
    /// Snapshot Blob
    Snapshot,
    /// Delete Blob
    Delete,
    /// Undelete Blob
    Undelete,
    /// Copy Blob
    Copy,
    /// A local state file is read.
    ReadFile,
    /// A local state file is written.
    SaveFile,
    /// A local state file is locked.
    LockFile,
    /// The lock on a local state file is freed.
    UnlockFile,
}

impl RequestKind {
    /// All kinds that go to the blob service.
    pub const ALL: [Self; 15] = [
        Self::List,
        Self::Get,
        Self::Head,
        Self::PutState,
        Self::PutEmpty,
        Self::SetMetadata,
        Self::LeaseAcquire,
        Self::LeaseRenew,
        Self::LeaseRelease,
        Self::LeaseBreak,
        Self::LeaseChange,
        Self::Snapshot,
        Self::Delete,
        Self::Undelete,
        Self::Copy,
    ];

    /// The kinds whose names every backend has: what they are there is the backend's.
    pub const GENERIC: [Self; 4] = [
        Self::ReadFile,
        Self::SaveFile,
        Self::LockFile,
        Self::UnlockFile,
    ];

    /// The name in scenarios and on the timeline.
    pub const fn name(self) -> &'static str {
        match self {
            Self::List => "list",
            Self::Get => "get",
            Self::Head => "head",
            Self::PutState => "put_state",
            Self::PutEmpty => "put_empty",
            Self::SetMetadata => "set_metadata",
            Self::LeaseAcquire => "lease_acquire",
            Self::LeaseRenew => "lease_renew",
            Self::LeaseRelease => "lease_release",
            Self::LeaseBreak => "lease_break",
            Self::LeaseChange => "lease_change",
            Self::Snapshot => "snapshot",
            Self::Delete => "delete",
            Self::Undelete => "undelete",
            Self::Copy => "copy",
            Self::ReadFile => "read",
            Self::SaveFile => "save",
            Self::LockFile => "lock",
            Self::UnlockFile => "unlock",
        }
    }

    /// Whether it goes over a network.
    pub const fn is_remote(self) -> bool {
        match self {
            Self::ReadFile | Self::SaveFile | Self::LockFile | Self::UnlockFile => false,
            Self::List
            | Self::Get
            | Self::Head
            | Self::PutState
            | Self::PutEmpty
            | Self::SetMetadata
            | Self::LeaseAcquire
            | Self::LeaseRenew
            | Self::LeaseRelease
            | Self::LeaseBreak
            | Self::LeaseChange
            | Self::Snapshot
            | Self::Delete
            | Self::Undelete
            | Self::Copy => true,
        }
    }
}

impl fmt::Display for RequestKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.name())
    }
}

/// The provider's operations on objects.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum OperationKind {
    /// A creation.
    Create,
    /// An update in place.
    Update,
    /// A deletion.
    Delete,
}

impl OperationKind {
    /// The name in scenarios.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Create => "create",
            Self::Update => "update",
            Self::Delete => "delete",
        }
    }
}

impl fmt::Display for OperationKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.name())
    }
}
