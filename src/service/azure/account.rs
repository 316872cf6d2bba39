//! Accounts: which blob a request means, by its name.
//!
//! The blob that holds the state has a [`BlobService`] of its own, because everything asks it all
//! the time; the [`Accounts`] hold all other blobs, and answer what is asked by name. An account
//! and a container are there as soon as they are named.

use std::collections::BTreeMap;
use std::fmt;
use std::sync::Arc;

use super::blob::{Blob, Condition, ETag, ReportedLease};
use super::history::{Deletion, Kept, Past, Protection, VersionId};
use super::lease_id::LeaseId;
use super::refusal::Refusal;
use super::request::{Action, Request, Success};
use super::service::BlobService;
use crate::kernel::SimTime;

/// Where a blob is.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct BlobPath {
    /// The storage account.
    pub account: Arc<str>,
    /// The container.
    pub container: Arc<str>,
    /// The blob's name, slashes included.
    pub name: Arc<str>,
}

/// Where the state is that no scenario names another place for.
impl Default for BlobPath {
    fn default() -> Self {
        Self {
            account: "ACCOUNT".into(),
            container: "tfstate".into(),
            name: "terraform.tfstate".into(),
        }
    }
}

/// `tfstate/terraform.tfstate`
impl fmt::Display for BlobPath {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}/{}", self.container, self.name)
    }
}

/// Which of the states that a blob has or had.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Which {
    /// The blob itself, with the name of its version.
    Current(Option<VersionId>),
    /// A previous version.
    Version(VersionId),
    /// A blob snapshot.
    Snapshot(VersionId),
}

impl From<Past> for Which {
    fn from(past: Past) -> Self {
        match past {
            Past::Version(id) => Self::Version(id),
            Past::Snapshot(id) => Self::Snapshot(id),
        }
    }
}

/// What was found under a name.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Found<C, M> {
    /// Which state of the blob.
    pub which: Which,
    /// Its content.
    pub content: C,
    /// Its metadata.
    pub metadata: M,
    /// Its `ETag`.
    pub etag: ETag,
    /// When content, metadata or properties last changed.
    pub last_modified: SimTime,
    /// When the blob was created.
    pub created: VersionId,
    /// The lease; versions and snapshots have none.
    pub lease: ReportedLease,
    /// Whether it is soft-deleted.
    pub deletion: Option<Deletion>,
}

impl<C: Clone, M: Clone> Found<C, M> {
    pub(super) fn current(blob: &Blob<C, M>, now: SimTime) -> Self {
        Self {
            which: Which::Current(blob.version),
            content: blob.content.clone(),
            metadata: blob.metadata.clone(),
            etag: blob.etag,
            last_modified: blob.last_modified,
            created: blob.created,
            lease: blob.lease.at(now).into(),
            deletion: None,
        }
    }

    pub(super) fn kept(kept: &Kept<C, M>, which: Which) -> Self {
        Self {
            which,
            content: kept.content.clone(),
            metadata: kept.metadata.clone(),
            etag: kept.etag,
            last_modified: kept.last_modified,
            created: kept.created,
            lease: ReportedLease::Available,
            deletion: kept.deletion,
        }
    }
}

/// What a List shows besides the blobs themselves.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub struct Include {
    /// Previous versions.
    pub versions: bool,
    /// What is soft-deleted.
    pub deleted: bool,
    /// Blob snapshots.
    pub snapshots: bool,
}

impl Include {
    fn shows<C, M>(self, found: &Found<C, M>) -> bool {
        let is_wanted = match found.which {
            Which::Current(_) => true,
            Which::Version(_) => self.versions,
            Which::Snapshot(_) => self.snapshots,
        };
        is_wanted && (self.deleted || found.deletion.is_none())
    }
}

/// What a copy reads.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CopySource {
    /// The blob.
    pub at: BlobPath,
    /// A version or a snapshot of it.
    pub past: Option<Past>,
}

/// A request that names its blob.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Call<C, M> {
    /// Get Blob or Get Blob Properties, perhaps of a version or a snapshot.
    Read {
        /// The blob.
        at: BlobPath,
        /// A version or a snapshot of it.
        past: Option<Past>,
        /// `x-ms-lease-id`
        lease_id: Option<LeaseId>,
        /// The conditional headers.
        condition: Condition,
    },
    /// List Blobs.
    List {
        /// The account.
        account: Arc<str>,
        /// The container.
        container: Arc<str>,
        /// How the names begin.
        prefix: Arc<str>,
        /// What is shown.
        include: Include,
    },
    /// Copy Blob.
    Copy {
        /// The destination.
        to: BlobPath,
        /// The source.
        from: CopySource,
        /// The new metadata; `None`: that of the source.
        metadata: Option<M>,
        /// The ID of the destination's lease.
        lease_id: Option<LeaseId>,
    },
    /// Any other request.
    Ask {
        /// The blob.
        at: BlobPath,
        /// The request.
        request: Request<C, M>,
    },
}

impl<C, M> Call<C, M> {
    /// The lease ID that the request carries.
    pub const fn lease_id(&self) -> Option<LeaseId> {
        match self {
            Self::Read { lease_id, .. } | Self::Copy { lease_id, .. } => *lease_id,
            Self::List { .. } => None,
            Self::Ask { request, .. } => request.lease_id,
        }
    }
}

/// What the answer to a [`Call`] that was carried out says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum CallAnswer<C, M> {
    /// To a read.
    Found(Found<C, M>),
    /// To a List: by name, of one name as [`BlobService::all`] has them.
    Listed(Vec<(Arc<str>, Found<C, M>)>),
    /// To anything else.
    Done(Success<C, M>),
}

impl<C, M> CallAnswer<C, M> {
    /// The HTTP status of the answer.
    pub const fn http_status(&self) -> u16 {
        match self {
            Self::Found(_) | Self::Listed(_) => 200,
            Self::Done(success) => success.http_status(),
        }
    }
}

/// A request to one blob, made of a call.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Addressed<C, M> {
    /// The blob.
    pub at: BlobPath,
    /// The request.
    pub request: Request<C, M>,
}

/// What comes of a call at first.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Looked<C, M> {
    /// It is answered.
    Answered(CallAnswer<C, M>),
    /// It is to change a blob.
    Change(Addressed<C, M>),
}

/// The [accounts](self): all blobs but the state's.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Accounts<C, M> {
    /// Where the state is.
    state: Arc<BlobPath>,
    others: BTreeMap<BlobPath, BlobService<C, M>>,
}

impl<C, M> Accounts<C, M> {
    /// Accounts without any other blob than the state's.
    pub const fn new(state: Arc<BlobPath>) -> Self {
        Self {
            state,
            others: BTreeMap::new(),
        }
    }

    /// Where the state is.
    pub const fn state(&self) -> &Arc<BlobPath> {
        &self.state
    }

    /// Another blob than the state's, if it was ever written to.
    pub fn other(&self, at: &BlobPath) -> Option<&BlobService<C, M>> {
        self.others.get(at)
    }

    /// All other blobs than the state's that were ever written to, by name.
    pub fn others(&self) -> impl Iterator<Item = (&BlobPath, &BlobService<C, M>)> {
        self.others.iter()
    }
}

impl<C: Clone, M: Clone> Accounts<C, M> {
    /// Answers a look; what changes a blob comes back as a request to that blob, with what a copy
    /// reads.
    ///
    /// # Errors
    ///
    /// The service's refusal.
    pub fn look(
        &self,
        state: &BlobService<C, M>,
        now: SimTime,
        call: Call<C, M>,
    ) -> Result<Looked<C, M>, Refusal> {
        match call {
            Call::Read {
                at,
                past,
                lease_id,
                condition,
            } => {
                let service = self.find(state, &at).ok_or(Refusal::BlobNotFound)?;
                let found = service.read(now, past, lease_id, condition)?;
                Ok(Looked::Answered(CallAnswer::Found(found)))
            }
            Call::List {
                account,
                container,
                prefix,
                include,
            } => {
                let mut names: Vec<&BlobPath> = self.others.keys().collect();
                names.push(&self.state);
                names.sort();
                let is_meant = |at: &&BlobPath| {
                    at.account == account
                        && at.container == container
                        && at.name.starts_with(&*prefix)
                };
                let listed = names.into_iter().filter(is_meant).flat_map(|at| {
                    let all = self.find(state, at).map_or_else(Vec::new, |it| it.all(now));
                    let shown = all.into_iter().filter(|found| include.shows(found));
                    shown.map(|found| (Arc::clone(&at.name), found))
                });
                Ok(Looked::Answered(CallAnswer::Listed(listed.collect())))
            }
            Call::Copy {
                to,
                from,
                metadata,
                lease_id,
            } => {
                if from.at.account != to.account {
                    return Err(Refusal::CannotVerifyCopySource);
                }
                let source = self.find(state, &from.at).ok_or(Refusal::BlobNotFound)?;
                let found = source.read(now, from.past, None, Condition::Unconditional)?;
                let action = Action::Copy {
                    content: found.content,
                    metadata: metadata.unwrap_or(found.metadata),
                };
                Ok(Looked::Change(Addressed {
                    at: to,
                    request: Request::new(action).with_lease(lease_id),
                }))
            }
            Call::Ask { at, request } => Ok(Looked::Change(Addressed { at, request })),
        }
    }

    /// Answers a request to another blob than the state's.
    ///
    /// # Errors
    ///
    /// The service's refusal.
    pub fn handle(
        &mut self,
        now: SimTime,
        state: Protection,
        addressed: Addressed<C, M>,
    ) -> Result<Success<C, M>, Refusal> {
        let Addressed { at, request } = addressed;
        self.service_mut(state, at).handle(now, request)
    }

    /// Puts a blob there that is not the state's, whose account has these settings.
    pub fn place(&mut self, now: SimTime, state: Protection, at: BlobPath, content: C)
    where
        M: Default,
    {
        self.service_mut(state, at).restore(now, content);
    }

    fn service_mut(&mut self, state: Protection, at: BlobPath) -> &mut BlobService<C, M> {
        let protection = if at.account == self.state.account {
            state
        } else {
            Protection::default()
        };
        let service = self.others.entry(at);
        service.or_insert_with(|| BlobService::protected(protection))
    }

    fn find<'s>(
        &'s self,
        state: &'s BlobService<C, M>,
        at: &BlobPath,
    ) -> Option<&'s BlobService<C, M>> {
        if *at == *self.state {
            Some(state)
        } else {
            self.others.get(at)
        }
    }
}
