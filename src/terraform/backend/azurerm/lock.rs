//! The lock: a lease on the blob, and lock info in its metadata.

use std::fmt;
use std::sync::Arc;

use super::Part;
use super::transport::{TransportError, head, outgoing, properties, read, set_metadata};
use crate::service::azure::{Action, LeaseDuration, LeaseId, Properties, Proposal, Success};
use crate::terraform::backend::{Answer, LockFailure, Outgoing};
use crate::terraform::client_model::LeaseModel;
use crate::terraform::diagnostic::Cause;
use crate::terraform::lock::{LockId, LockInfo};
use crate::terraform::request::RequestKind;
use crate::terraform::state::BlobContent;

/// The lease ID that a lock ID is; none where the text is no GUID.
pub(super) fn lease_id(id: LockId) -> Option<LeaseId> {
    match id.as_uuid() {
        Some(bits) => Some(LeaseId::from_bits(bits)),
        None => id.to_string().parse().ok(),
    }
}

/// Why a lock could not be taken.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Failure {
    /// The request that failed; `None` where the head said "locked".
    pub(super) error: Option<TransportError>,
    /// Why the lock info could not be read, where that was tried.
    pub(super) info_error: Option<InfoError>,
    /// The holder's lock info. Only with it is a retry worth while.
    pub(super) info: Option<LockInfo>,
}

/// Why lock info could not be read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum InfoError {
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
    pub(super) fn begin(info: LockInfo, lease: LeaseModel) -> (Self, Outgoing) {
        (
            Self {
                info,
                lease,
                stage: LockStage::Head,
            },
            head(None),
        )
    }

    /// Goes on with an answer. `held` is the client's lease ID.
    pub(super) fn resume(
        &mut self,
        answer: Answer,
        held: &mut Option<LeaseId>,
    ) -> Part<Result<LockInfo, Failure>> {
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
                    Part::Send(outgoing(RequestKind::PutEmpty, put, None))
                }
                Err(error) => self.read_info(Some(error), *held),
            },
            LockStage::PutEmpty => match read(RequestKind::PutEmpty, answer) {
                Ok(_) => self.acquire(),
                Err(error) => self.read_info(Some(error), *held),
            },
            LockStage::Acquire => match read(RequestKind::LeaseAcquire, answer) {
                Ok(Success::LeaseAcquired { id }) => {
                    self.info.id = id.into();
                    *held = Some(id);
                    self.stage = LockStage::HeadWithId;
                    Part::Send(head(Some(id)))
                }
                Ok(other) => unreachable!("an acquire is answered with an ID, not {other:?}"),
                Err(error) => self.read_info(Some(error), *held),
            },
            LockStage::HeadWithId => match properties(answer) {
                Ok(_) => {
                    self.stage = LockStage::SetMetadata;
                    Part::Send(set_metadata(*held, Some(Arc::new(self.info))))
                }
                Err(error) => Self::give_up(Some(error), None, None),
            },
            LockStage::SetMetadata => match read(RequestKind::SetMetadata, answer) {
                Ok(_) => Part::Done(Ok(self.info)),
                Err(error) => Self::give_up(Some(error), None, None),
            },
            LockStage::ReadInfo(error) => match properties(answer) {
                Ok(Properties {
                    metadata: Some(info),
                    ..
                }) => Self::give_up(error, None, Some(*info)),
                Ok(Properties { metadata: None, .. }) => {
                    Self::give_up(error, Some(InfoError::Empty), None)
                }
                Err(info) => Self::give_up(error, Some(InfoError::Transport(info)), None),
            },
        }
    }

    /// Asks for the lease; the lock ID is the lease ID that is proposed.
    fn acquire<T>(&mut self) -> Part<T> {
        self.stage = LockStage::Acquire;
        let id = lease_id(self.info.id).unwrap_or(LeaseId::from_bits(0));
        let (proposal, duration) = match self.lease {
            LeaseModel::Infinite => (Proposal::Proposed(id), LeaseDuration::Infinite),
            LeaseModel::Finite { duration, .. } => {
                (Proposal::Generated(id), LeaseDuration::Fixed(duration))
            }
        };
        let acquire = Action::AcquireLease { proposal, duration };
        Part::Send(outgoing(RequestKind::LeaseAcquire, acquire, None))
    }

    fn read_info<T>(&mut self, error: Option<TransportError>, held: Option<LeaseId>) -> Part<T> {
        self.stage = LockStage::ReadInfo(error);
        Part::Send(head(held))
    }

    fn give_up<T>(
        error: Option<TransportError>,
        info_error: Option<InfoError>,
        info: Option<LockInfo>,
    ) -> Part<Result<T, Failure>> {
        Part::Done(Err(Failure {
            error,
            info_error,
            info,
        }))
    }
}

impl Failure {
    /// In the client's words.
    pub(super) fn cause(&self) -> Cause {
        let mut cause = match self.error {
            Some(error) => Cause::from(error),
            None => Cause::new("state blob is already locked"),
        };
        if let Some(info_error) = self.info_error {
            cause.detail = Some(format!("{}; {info_error}", cause.text).into());
        }
        cause
    }
}

impl From<Failure> for LockFailure {
    fn from(failure: Failure) -> Self {
        Self {
            cause: failure.cause(),
            info: failure.info,
        }
    }
}
