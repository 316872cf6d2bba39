//! The azurerm client: the requests that opening, locking, saving and unlocking consist of.
//!
//! Each routine is a small machine that sends one request at a time and goes on with its answer:
//!
//! | routine | requests; `id` = carries the lease ID |
//! |---|---|
//! | open | get; where there is no state: lock, get, save, unlock |
//! | lock | `head` → `acquire` → `head(id)` → `set_metadata(id: lock info)` |
//! | lock, already locked | `head` → `head`, for the lock info |
//! | save | \[snapshot(id)\] → head(id) → put(id, with the metadata that the head returned) |
//! | unlock | `head(id)` → `head(id)` → `set_metadata(id: none)` → `release(id)` |
//!
//! A lease ID counts as held from the answer to the acquire on, and until the answer to the
//! release, whatever happens in between. Measured on Terraform 1.11.4.

use std::fmt;
use std::sync::Arc;

use super::client_model::{ForceUnlockMeans, LeaseModel};
use super::lock::LockInfo;
use super::request::RequestKind;
use super::state::{BlobContent, StateFile};
use crate::azure::{
    Action, LeaseDuration, LeaseId, Properties, Proposal, Refusal, Request, Success,
};
use crate::kernel::SimDuration;

/// A request to the blob service.
pub type BlobRequest = Request<BlobContent, Option<LockInfo>>;

/// What the blob service answers to a request that it carries out.
pub type BlobSuccess = Success<BlobContent, Option<LockInfo>>;

/// What comes of a request.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Answer {
    /// The service did it.
    Success(BlobSuccess),
    /// The service, or something in front of it, refused.
    Refused(Refusal),
    /// The connection was reset.
    Reset,
}

/// A request, with the name that it has in scenarios.
#[derive(Debug, Clone)]
pub struct Outgoing {
    /// Its name.
    pub kind: RequestKind,
    /// What goes over the wire.
    pub request: BlobRequest,
}

impl Outgoing {
    fn new(kind: RequestKind, action: Action<BlobContent, Option<LockInfo>>) -> Self {
        Self {
            kind,
            request: Request::new(action),
        }
    }

    fn with_lease(mut self, id: Option<LeaseId>) -> Self {
        self.request.lease_id = id;
        self
    }

    /// Get Blob.
    pub fn get() -> Self {
        Self::new(RequestKind::Get, Action::Get)
    }

    /// List Blobs.
    pub fn list() -> Self {
        Self::new(RequestKind::List, Action::List)
    }

    fn head(id: Option<LeaseId>) -> Self {
        Self::new(RequestKind::Head, Action::Head).with_lease(id)
    }

    fn set_metadata(id: Option<LeaseId>, info: Option<LockInfo>) -> Self {
        Self::new(RequestKind::SetMetadata, Action::SetMetadata(info)).with_lease(id)
    }

    /// Lease Blob: renew.
    pub fn renew(id: LeaseId) -> Self {
        Self::new(RequestKind::LeaseRenew, Action::RenewLease).with_lease(Some(id))
    }
}

/// Why a request failed, in the words of the client's transport.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TransportError {
    /// The connection was reset.
    Reset(RequestKind),
    /// The answer was a refusal.
    Refused(RequestKind, Refusal),
    /// The blob holds something that is no state file.
    Unreadable,
}

impl TransportError {
    /// The service's code, where the error's text shows it: a head's answer has no body.
    pub fn shown_code(self) -> Option<Refusal> {
        match self {
            Self::Reset(_) | Self::Refused(RequestKind::Head, _) | Self::Unreadable => None,
            Self::Refused(_, refusal) => Some(refusal),
        }
    }

    fn is_not_found(self) -> bool {
        match self {
            Self::Refused(_, refusal) => refusal.http_status() == 404,
            Self::Reset(_) | Self::Unreadable => false,
        }
    }
}

impl fmt::Display for TransportError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Reset(RequestKind::Get | RequestKind::List) => {
                f.write_str("executing request: Get URL: EOF")
            }
            Self::Reset(RequestKind::Head) => f.write_str("executing request: Head URL: EOF"),
            Self::Reset(_) => f.write_str(
                "executing request: Put URL: HTTP response was nil; connection may have been reset",
            ),
            Self::Refused(kind, refusal) => {
                let status = refusal.http_status();
                write!(
                    f,
                    "executing request: unexpected status {status} ({status} "
                )?;
                if *kind == RequestKind::Head {
                    write!(f, "{}) with EOF", refusal.text())
                } else {
                    write!(
                        f,
                        "{}) with {}: {}",
                        refusal.text(),
                        refusal.code(),
                        refusal.text()
                    )
                }
            }
            Self::Unreadable => f.write_str("Unsupported state file format"),
        }
    }
}

fn read(kind: RequestKind, answer: Answer) -> Result<BlobSuccess, TransportError> {
    match answer {
        Answer::Success(success) => Ok(success),
        Answer::Refused(refusal) => Err(TransportError::Refused(kind, refusal)),
        Answer::Reset => Err(TransportError::Reset(kind)),
    }
}

fn properties(answer: Answer) -> Result<Properties<Option<LockInfo>>, TransportError> {
    let Success::Properties(properties) = read(RequestKind::Head, answer)? else {
        unreachable!("a head is answered with properties")
    };
    Ok(properties)
}

/// What a get found: `None` where there is no blob.
///
/// # Errors
///
/// If the request failed otherwise.
pub fn content(answer: Answer) -> Result<Option<BlobContent>, TransportError> {
    match read(RequestKind::Get, answer) {
        Ok(Success::Content { content, .. }) => Ok(Some(content)),
        Ok(other) => unreachable!("a get is answered with content, not {other:?}"),
        Err(error) if error.is_not_found() => Ok(None),
        Err(error) => Err(error),
    }
}

/// What a routine does next.
#[derive(Debug, Clone)]
pub enum Next<T> {
    /// Sends a request and waits for its answer.
    Send(Outgoing),
    /// Is done.
    Done(T),
}

/// Why a lock could not be taken.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct LockFailure {
    /// The request that failed; `None` where the head said "locked".
    pub error: Option<TransportError>,
    /// Why the lock info could not be read, where that was tried.
    pub info_error: Option<InfoError>,
    /// The holder's lock info. Only with it is a retry worth while.
    pub info: Option<LockInfo>,
}

/// Why lock info could not be read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum InfoError {
    /// The request failed.
    Transport(TransportError),
    /// The metadata has none.
    Empty,
}

impl fmt::Display for InfoError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Transport(error) => error.fmt(f),
            Self::Empty => f.write_str("blob metadata \"terraformlockid\" was empty"),
        }
    }
}

/// The routine that takes the lock.
#[derive(Debug, Clone)]
pub struct Lock {
    info: LockInfo,
    lease: LeaseModel,
    stage: LockStage,
}

#[derive(Debug, Clone)]
enum LockStage {
    Head,
    PutEmpty,
    Acquire,
    /// After a failure: whose lock is it?
    ReadInfo(Option<TransportError>),
    HeadWithId,
    SetMetadata,
}

impl Lock {
    /// Begins to take the lock under `info`, whose ID is proposed as the lease ID.
    pub fn begin(info: LockInfo, lease: LeaseModel) -> (Self, Outgoing) {
        (
            Self {
                info,
                lease,
                stage: LockStage::Head,
            },
            Outgoing::head(None),
        )
    }

    /// The lock info that is, or will be, written.
    pub const fn info(&self) -> LockInfo {
        self.info
    }

    /// Goes on with an answer. `held` is the client's lease ID.
    pub fn resume(
        &mut self,
        answer: Answer,
        held: &mut Option<LeaseId>,
    ) -> Next<Result<LockInfo, LockFailure>> {
        match self.stage {
            LockStage::Head => match properties(answer) {
                Ok(found) if found.lease.is_locked() => self.read_info(None, *held),
                Ok(_) => self.acquire(),
                Err(error) if error.is_not_found() => {
                    self.stage = LockStage::PutEmpty;
                    let put = Action::Put {
                        content: BlobContent::Empty,
                        metadata: None,
                    };
                    Next::Send(Outgoing::new(RequestKind::PutEmpty, put))
                }
                Err(error) => self.read_info(Some(error), *held),
            },
            LockStage::PutEmpty => match read(RequestKind::PutEmpty, answer) {
                Ok(_) => self.acquire(),
                Err(error) => self.read_info(Some(error), *held),
            },
            LockStage::Acquire => match read(RequestKind::LeaseAcquire, answer) {
                Ok(Success::LeaseAcquired { id }) => {
                    self.info.id = id;
                    *held = Some(id);
                    self.stage = LockStage::HeadWithId;
                    Next::Send(Outgoing::head(Some(id)))
                }
                Ok(other) => unreachable!("an acquire is answered with an ID, not {other:?}"),
                Err(error) => self.read_info(Some(error), *held),
            },
            LockStage::HeadWithId => match properties(answer) {
                Ok(_) => {
                    self.stage = LockStage::SetMetadata;
                    Next::Send(Outgoing::set_metadata(*held, Some(self.info)))
                }
                Err(error) => Self::give_up(Some(error), None, None),
            },
            LockStage::SetMetadata => match read(RequestKind::SetMetadata, answer) {
                Ok(_) => Next::Done(Ok(self.info)),
                Err(error) => Self::give_up(Some(error), None, None),
            },
            LockStage::ReadInfo(error) => match properties(answer) {
                Ok(Properties {
                    metadata: Some(info),
                    ..
                }) => Self::give_up(error, None, Some(info)),
                Ok(Properties { metadata: None, .. }) => {
                    Self::give_up(error, Some(InfoError::Empty), None)
                }
                Err(info) => Self::give_up(error, Some(InfoError::Transport(info)), None),
            },
        }
    }

    fn acquire<T>(&mut self) -> Next<T> {
        self.stage = LockStage::Acquire;
        let (proposal, duration) = match self.lease {
            LeaseModel::Infinite => (Proposal::Proposed(self.info.id), LeaseDuration::Infinite),
            LeaseModel::Finite { duration, .. } => (
                Proposal::Generated(self.info.id),
                LeaseDuration::Fixed(duration),
            ),
        };
        let acquire = Action::AcquireLease { proposal, duration };
        Next::Send(Outgoing::new(RequestKind::LeaseAcquire, acquire))
    }

    fn read_info<T>(&mut self, error: Option<TransportError>, held: Option<LeaseId>) -> Next<T> {
        self.stage = LockStage::ReadInfo(error);
        Next::Send(Outgoing::head(held))
    }

    fn give_up<T>(
        error: Option<TransportError>,
        info_error: Option<InfoError>,
        info: Option<LockInfo>,
    ) -> Next<Result<T, LockFailure>> {
        Next::Done(Err(LockFailure {
            error,
            info_error,
            info,
        }))
    }
}

/// The routine that stores a state.
#[derive(Debug, Clone)]
pub struct Put {
    file: Arc<StateFile>,
    stage: PutStage,
}

#[derive(Debug, Clone, Copy)]
enum PutStage {
    Snapshot,
    Head,
    Put,
}

impl Put {
    /// Begins to store `file`, after a blob snapshot if `takes_blob_snapshot`.
    pub fn begin(
        file: Arc<StateFile>,
        takes_blob_snapshot: bool,
        held: Option<LeaseId>,
    ) -> (Self, Outgoing) {
        if takes_blob_snapshot {
            let snapshot = Outgoing::new(RequestKind::Snapshot, Action::Snapshot).with_lease(held);
            (
                Self {
                    file,
                    stage: PutStage::Snapshot,
                },
                snapshot,
            )
        } else {
            (
                Self {
                    file,
                    stage: PutStage::Head,
                },
                Outgoing::head(held),
            )
        }
    }

    /// The state that is being stored.
    pub const fn file(&self) -> &Arc<StateFile> {
        &self.file
    }

    /// Goes on with an answer. `held` is the client's lease ID.
    pub fn resume(
        &mut self,
        answer: Answer,
        held: Option<LeaseId>,
    ) -> Next<Result<Arc<StateFile>, TransportError>> {
        match self.stage {
            PutStage::Snapshot => match read(RequestKind::Snapshot, answer) {
                Ok(_) => {
                    self.stage = PutStage::Head;
                    Next::Send(Outgoing::head(held))
                }
                Err(error) => Next::Done(Err(error)),
            },
            PutStage::Head => match properties(answer) {
                Ok(found) => self.put(found.metadata, held),
                // The put goes out without metadata, which erases the lock info.
                Err(error) if error.is_not_found() => self.put(None, held),
                Err(error) => Next::Done(Err(error)),
            },
            PutStage::Put => {
                Next::Done(read(RequestKind::PutState, answer).map(|_| Arc::clone(&self.file)))
            }
        }
    }

    fn put<T>(&mut self, metadata: Option<LockInfo>, held: Option<LeaseId>) -> Next<T> {
        self.stage = PutStage::Put;
        let put = Action::Put {
            content: BlobContent::State(Arc::clone(&self.file)),
            metadata,
        };
        Next::Send(Outgoing::new(RequestKind::PutState, put).with_lease(held))
    }
}

/// Why an unlock failed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum UnlockFailure {
    /// The lock info could not be read.
    ReadInfo(InfoError),
    /// The lock is another one.
    Mismatch,
    /// The lock info could not be removed.
    DeleteInfo(TransportError),
    /// The lease could not be released or broken.
    Release(TransportError),
}

/// The routine that unlocks: at the end of a command, or by force.
#[derive(Debug, Clone)]
pub struct Unlock {
    /// The lock's ID, as the one who unlocks names it; `None` for a text that is no GUID.
    id: Option<LeaseId>,
    means: ForceUnlockMeans,
    stage: UnlockStage,
}

#[derive(Debug, Clone, Copy)]
enum UnlockStage {
    ReadInfo,
    HeadWithId,
    DeleteInfo,
    Release,
    Break,
    DeleteInfoAfterBreak,
}

impl Unlock {
    /// Begins to unlock the lock `id`. `held` is the client's lease ID.
    pub fn begin(
        id: Option<LeaseId>,
        means: ForceUnlockMeans,
        held: Option<LeaseId>,
    ) -> (Self, Outgoing) {
        (
            Self {
                id,
                means,
                stage: UnlockStage::ReadInfo,
            },
            Outgoing::head(held),
        )
    }

    /// Goes on with an answer. `held` is the client's lease ID.
    pub fn resume(
        &mut self,
        answer: Answer,
        held: &mut Option<LeaseId>,
    ) -> Next<Result<LeaseId, UnlockFailure>> {
        match self.stage {
            UnlockStage::ReadInfo => match properties(answer) {
                Ok(Properties {
                    metadata: Some(info),
                    ..
                }) if Some(info.id) == self.id => self.take(info.id, held),
                Ok(Properties {
                    metadata: Some(_), ..
                }) => Next::Done(Err(UnlockFailure::Mismatch)),
                Ok(Properties { metadata: None, .. }) => {
                    Next::Done(Err(UnlockFailure::ReadInfo(InfoError::Empty)))
                }
                Err(error) => Next::Done(Err(UnlockFailure::ReadInfo(InfoError::Transport(error)))),
            },
            UnlockStage::HeadWithId => match properties(answer) {
                Ok(_) => {
                    self.stage = UnlockStage::DeleteInfo;
                    Next::Send(Outgoing::set_metadata(*held, None))
                }
                Err(error) => Next::Done(Err(UnlockFailure::DeleteInfo(error))),
            },
            UnlockStage::DeleteInfo => match read(RequestKind::SetMetadata, answer) {
                Ok(_) => {
                    self.stage = UnlockStage::Release;
                    let release = Action::ReleaseLease;
                    Next::Send(
                        Outgoing::new(RequestKind::LeaseRelease, release).with_lease(self.id),
                    )
                }
                Err(error) => Next::Done(Err(UnlockFailure::DeleteInfo(error))),
            },
            UnlockStage::Release => match read(RequestKind::LeaseRelease, answer) {
                Ok(_) => self.unlocked(held),
                Err(error) => Next::Done(Err(UnlockFailure::Release(error))),
            },
            UnlockStage::Break => match read(RequestKind::LeaseBreak, answer) {
                Ok(_) => {
                    self.stage = UnlockStage::DeleteInfoAfterBreak;
                    Next::Send(Outgoing::set_metadata(None, None))
                }
                Err(error) => Next::Done(Err(UnlockFailure::Release(error))),
            },
            UnlockStage::DeleteInfoAfterBreak => match read(RequestKind::SetMetadata, answer) {
                Ok(_) => self.unlocked(held),
                Err(error) => Next::Done(Err(UnlockFailure::DeleteInfo(error))),
            },
        }
    }

    fn take<T>(&mut self, id: LeaseId, held: &mut Option<LeaseId>) -> Next<T> {
        match self.means {
            ForceUnlockMeans::Release => {
                *held = Some(id);
                self.stage = UnlockStage::HeadWithId;
                Next::Send(Outgoing::head(*held))
            }
            ForceUnlockMeans::Break => {
                self.stage = UnlockStage::Break;
                let period = Some(SimDuration::ZERO);
                let action = Action::BreakLease { period };
                Next::Send(Outgoing::new(RequestKind::LeaseBreak, action))
            }
        }
    }

    fn unlocked<T>(&self, held: &mut Option<LeaseId>) -> Next<Result<LeaseId, T>> {
        *held = None;
        Next::Done(Ok(self
            .id
            .expect("an unlock without an ID ends at the lock info")))
    }
}
