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
    /// S3 `HeadObject` of the state
    HeadState,
    /// S3 `GetObject` of the state
    GetState,
    /// S3 `PutObject` of the lock object, if there is none
    PutLock,
    /// S3 `GetObject` of the lock object
    GetLock,
    /// S3 `DeleteObject` of the lock object
    DeleteLock,
    /// `DynamoDB` `PutItem` of the lock item, if there is none
    DdbPutLock,
    /// `DynamoDB` `GetItem` of the lock item
    DdbGetLock,
    /// `DynamoDB` `DeleteItem` of the lock item
    DdbDeleteLock,
    /// `DynamoDB` `GetItem` of the digest
    DdbGetDigest,
    /// `DynamoDB` `PutItem` of the digest
    DdbPutDigest,
    /// S3 `DeleteObject` of the state
    DeleteState,
    /// S3 `HeadObject` of the lock object
    HeadLock,
    /// Cloud Storage: the attributes of the state object
    AttrsState,
    /// Cloud Storage: the attributes of the lock object
    AttrsLock,
    /// `DynamoDB` `DeleteItem` of the digest
    DdbDeleteDigest,
    /// `PostgreSQL`: a connection is made, and a session begins
    Connect,
    /// `PostgreSQL`: is there the schema?
    SchemaCheck,
    /// `PostgreSQL` `CREATE SCHEMA`
    CreateSchema,
    /// `PostgreSQL` `CREATE SEQUENCE`
    CreateSequence,
    /// `PostgreSQL` `CREATE TABLE`
    CreateTable,
    /// `PostgreSQL` `CREATE UNIQUE INDEX`
    CreateIndex,
    /// `PostgreSQL`: the row's lock and the creation key are tried
    TryLock,
    /// `PostgreSQL`: the creation key is tried
    TryLockCreate,
    /// `PostgreSQL`: the row is read
    SelectState,
    /// `PostgreSQL`: the row is written
    UpsertState,
    /// `PostgreSQL`: the row's lock is freed
    UnlockRow,
    /// `PostgreSQL`: the creation key is freed
    UnlockCreate,
    /// `PostgreSQL`: which locks are held, by which sessions
    SelectLocks,
    /// `PostgreSQL`: a session is ended
    TerminateBackend,
    /// HTTP: the lock is taken.
    HttpLock,
    /// HTTP: the lock is given back, or taken away.
    HttpUnlock,
    /// A local state file is read.
    ReadFile,
    /// A local state file is written.
    SaveFile,
    /// A local state file is locked.
    LockFile,
    /// The lock on a local state file is freed.
    UnlockFile,
}

/// An operation of S3 or `DynamoDB`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum AwsOperation {
    /// `ListObjectsV2`
    ListObjects,
    /// `HeadObject`
    HeadObject,
    /// `GetObject`
    GetObject,
    /// `PutObject`
    PutObject,
    /// `DeleteObject`
    DeleteObject,
    /// `GetItem`
    GetItem,
    /// `PutItem`
    PutItem,
    /// `DeleteItem`
    DeleteItem,
}

impl AwsOperation {
    /// Its name in the API, and its HTTP method as Go writes it.
    pub const fn names(self) -> (&'static str, &'static str) {
        match self {
            Self::ListObjects => ("ListObjectsV2", "Get"),
            Self::HeadObject => ("HeadObject", "Head"),
            Self::GetObject => ("GetObject", "Get"),
            Self::PutObject => ("PutObject", "Put"),
            Self::DeleteObject => ("DeleteObject", "Delete"),
            Self::GetItem => ("GetItem", "Post"),
            Self::PutItem => ("PutItem", "Post"),
            Self::DeleteItem => ("DeleteItem", "Post"),
        }
    }

    /// Whether it is one of `DynamoDB`.
    pub const fn is_of_table(self) -> bool {
        matches!(self, Self::GetItem | Self::PutItem | Self::DeleteItem)
    }

    /// Whether it is a GET or HEAD.
    pub const fn is_read(self) -> bool {
        matches!(self, Self::ListObjects | Self::HeadObject | Self::GetObject)
    }
}

impl RequestKind {
    /// All kinds that go over a network and have names that are not [generic](Self::GENERIC). `UnlockRow` has the name of a generic one, which means it.
    pub const ALL: [Self; 43] = [
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
        Self::HeadState,
        Self::GetState,
        Self::PutLock,
        Self::GetLock,
        Self::DeleteLock,
        Self::DdbPutLock,
        Self::DdbGetLock,
        Self::DdbDeleteLock,
        Self::DdbGetDigest,
        Self::DdbPutDigest,
        Self::DeleteState,
        Self::HeadLock,
        Self::DdbDeleteDigest,
        Self::AttrsState,
        Self::AttrsLock,
        Self::Connect,
        Self::SchemaCheck,
        Self::CreateSchema,
        Self::CreateSequence,
        Self::CreateTable,
        Self::CreateIndex,
        Self::TryLock,
        Self::TryLockCreate,
        Self::SelectState,
        Self::UpsertState,
        Self::UnlockCreate,
        Self::SelectLocks,
        Self::TerminateBackend,
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
            Self::HeadState => "head_state",
            Self::GetState => "get_state",
            Self::PutLock => "put_lock",
            Self::GetLock => "get_lock",
            Self::DeleteLock => "delete_lock",
            Self::DdbPutLock => "ddb_put_lock",
            Self::DdbGetLock => "ddb_get_lock",
            Self::DdbDeleteLock => "ddb_delete_lock",
            Self::DdbGetDigest => "ddb_get_digest",
            Self::DdbPutDigest => "ddb_put_digest",
            Self::DeleteState => "delete_state",
            Self::HeadLock => "head_lock",
            Self::DdbDeleteDigest => "ddb_delete_digest",
            Self::AttrsState => "attrs_state",
            Self::AttrsLock => "attrs_lock",
            Self::Connect => "connect",
            Self::SchemaCheck => "schema_check",
            Self::CreateSchema => "create_schema",
            Self::CreateSequence => "create_sequence",
            Self::CreateTable => "create_table",
            Self::CreateIndex => "create_index",
            Self::TryLock => "try_lock",
            Self::TryLockCreate => "try_lock_create",
            Self::SelectState => "select_state",
            Self::UpsertState => "upsert_state",
            Self::UnlockCreate => "unlock_create",
            Self::SelectLocks => "select_locks",
            Self::TerminateBackend => "terminate_backend",
            Self::ReadFile => "read",
            Self::SaveFile => "save",
            Self::LockFile | Self::HttpLock => "lock",
            Self::UnlockRow | Self::UnlockFile | Self::HttpUnlock => "unlock",
        }
    }

    /// Whether the blob service knows it.
    pub const fn is_of_blob(self) -> bool {
        let is_elsewhere = self.is_of_bucket()
            || self.is_of_storage()
            || self.is_of_database()
            || matches!(self, Self::HttpLock | Self::HttpUnlock);
        self.is_remote() && (!is_elsewhere || matches!(self, Self::List | Self::PutState))
    }

    /// Whether an HTTP state server knows it.
    pub const fn is_of_http(self) -> bool {
        matches!(
            self,
            Self::Get | Self::PutState | Self::HttpLock | Self::HttpUnlock | Self::DeleteState
        )
    }

    /// Whether a bucket or a table knows it.
    pub const fn is_of_bucket(self) -> bool {
        self.operation().is_some()
    }

    /// Whether Cloud Storage knows it.
    pub const fn is_of_storage(self) -> bool {
        self.is_read_of_storage()
            || matches!(
                self,
                Self::PutState | Self::PutLock | Self::DeleteState | Self::DeleteLock
            )
    }

    /// Whether it is a GET of Cloud Storage.
    pub const fn is_read_of_storage(self) -> bool {
        matches!(
            self,
            Self::List | Self::GetState | Self::AttrsState | Self::GetLock | Self::AttrsLock
        )
    }

    /// Whether `PostgreSQL` knows it.
    pub const fn is_of_database(self) -> bool {
        matches!(
            self,
            Self::List
                | Self::Connect
                | Self::SchemaCheck
                | Self::CreateSchema
                | Self::CreateSequence
                | Self::CreateTable
                | Self::CreateIndex
                | Self::TryLock
                | Self::TryLockCreate
                | Self::SelectState
                | Self::UpsertState
                | Self::UnlockRow
                | Self::UnlockCreate
                | Self::SelectLocks
                | Self::TerminateBackend
        )
    }

    /// What a bucket or a table calls it, if one of them knows it.
    pub const fn operation(self) -> Option<AwsOperation> {
        Some(match self {
            Self::List => AwsOperation::ListObjects,
            Self::HeadState | Self::HeadLock => AwsOperation::HeadObject,
            Self::GetState | Self::GetLock => AwsOperation::GetObject,
            Self::PutState | Self::PutLock => AwsOperation::PutObject,
            Self::DeleteState | Self::DeleteLock => AwsOperation::DeleteObject,
            Self::DdbGetLock | Self::DdbGetDigest => AwsOperation::GetItem,
            Self::DdbPutLock | Self::DdbPutDigest => AwsOperation::PutItem,
            Self::DdbDeleteLock | Self::DdbDeleteDigest => AwsOperation::DeleteItem,
            Self::Get
            | Self::Head
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
            | Self::Copy
            | Self::AttrsState
            | Self::AttrsLock
            | Self::Connect
            | Self::SchemaCheck
            | Self::CreateSchema
            | Self::CreateSequence
            | Self::CreateTable
            | Self::CreateIndex
            | Self::TryLock
            | Self::TryLockCreate
            | Self::SelectState
            | Self::UpsertState
            | Self::UnlockRow
            | Self::UnlockCreate
            | Self::SelectLocks
            | Self::TerminateBackend
            | Self::HttpLock
            | Self::HttpUnlock
            | Self::ReadFile
            | Self::SaveFile
            | Self::LockFile
            | Self::UnlockFile => return None,
        })
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
            | Self::Copy
            | Self::HeadState
            | Self::GetState
            | Self::PutLock
            | Self::GetLock
            | Self::DeleteLock
            | Self::DdbPutLock
            | Self::DdbGetLock
            | Self::DdbDeleteLock
            | Self::DdbGetDigest
            | Self::DdbPutDigest
            | Self::DeleteState
            | Self::HeadLock
            | Self::DdbDeleteDigest
            | Self::AttrsState
            | Self::AttrsLock
            | Self::Connect
            | Self::SchemaCheck
            | Self::CreateSchema
            | Self::CreateSequence
            | Self::CreateTable
            | Self::CreateIndex
            | Self::TryLock
            | Self::TryLockCreate
            | Self::SelectState
            | Self::UpsertState
            | Self::UnlockRow
            | Self::UnlockCreate
            | Self::SelectLocks
            | Self::TerminateBackend
            | Self::HttpLock
            | Self::HttpUnlock => true,
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
