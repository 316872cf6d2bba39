//! The unlock: at the end of a command, or by force.

use std::fmt;
use std::sync::Arc;

use super::Part;
use super::lock::{InfoError, lease_id};
use super::transport::{TransportError, head, outgoing, properties, read, set_metadata};
use crate::kernel::SimDuration;
use crate::service::Refusal;
use crate::service::azure::{Action, LeaseId, Properties};
use crate::terraform::backend::{Answer, Outgoing, UnlockFailure};
use crate::terraform::client_model::ForceUnlockMeans;
use crate::terraform::diagnostic::Cause;
use crate::terraform::lock::LockId;
use crate::terraform::request::RequestKind;

/// Why an unlock failed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Failure {
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
    named: Named,
    /// The same as a lease ID; `None` for a text that is no GUID.
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

/// The lock's ID, as the one who unlocks has it.
#[derive(Debug, Clone)]
pub(super) enum Named {
    /// Known from the taking of the lock.
    Known(LockId),
    /// As it was typed.
    Typed(Arc<str>),
}

impl fmt::Display for Named {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Known(id) => id.fmt(f),
            Self::Typed(text) => f.write_str(text),
        }
    }
}

impl Unlock {
    /// Begins to unlock the lock with this ID. `held` is the client's lease ID.
    pub(super) fn begin(
        named: Named,
        means: ForceUnlockMeans,
        held: Option<LeaseId>,
    ) -> (Self, Outgoing) {
        (
            Self {
                id: match &named {
                    Named::Known(id) => lease_id(*id),
                    Named::Typed(text) => text.parse().ok(),
                },
                named,
                means,
                stage: UnlockStage::ReadInfo,
            },
            head(held),
        )
    }

    /// Goes on with an answer. `held` is the client's lease ID.
    pub(super) fn resume(
        &mut self,
        answer: Answer,
        held: &mut Option<LeaseId>,
    ) -> Part<Result<LockId, Failure>> {
        match self.stage {
            UnlockStage::ReadInfo => match properties(answer) {
                Ok(Properties {
                    metadata: Some(info),
                    ..
                }) if self.id.is_some_and(|id| info.id == LockId::from(id)) => self.take(held),
                Ok(Properties {
                    metadata: Some(_), ..
                }) => Part::Done(Err(Failure::Mismatch)),
                Ok(Properties { metadata: None, .. }) => {
                    Part::Done(Err(Failure::ReadInfo(InfoError::Empty)))
                }
                Err(error) => Part::Done(Err(Failure::ReadInfo(InfoError::Transport(error)))),
            },
            UnlockStage::HeadWithId => match properties(answer) {
                Ok(_) => {
                    self.stage = UnlockStage::DeleteInfo;
                    Part::Send(set_metadata(*held, None))
                }
                Err(error) => Part::Done(Err(Failure::DeleteInfo(error))),
            },
            UnlockStage::DeleteInfo => match read(RequestKind::SetMetadata, answer) {
                Ok(_) => {
                    self.stage = UnlockStage::Release;
                    let release = Action::ReleaseLease;
                    Part::Send(outgoing(RequestKind::LeaseRelease, release, self.id))
                }
                Err(error) => Part::Done(Err(Failure::DeleteInfo(error))),
            },
            UnlockStage::Release => match read(RequestKind::LeaseRelease, answer) {
                Ok(_) => self.unlocked(held),
                Err(error) => Part::Done(Err(Failure::Release(error))),
            },
            UnlockStage::Break => match read(RequestKind::LeaseBreak, answer) {
                Ok(_) => {
                    self.stage = UnlockStage::DeleteInfoAfterBreak;
                    Part::Send(set_metadata(None, None))
                }
                Err(error) => Part::Done(Err(Failure::Release(error))),
            },
            UnlockStage::DeleteInfoAfterBreak => match read(RequestKind::SetMetadata, answer) {
                Ok(_) => self.unlocked(held),
                Err(error) => Part::Done(Err(Failure::DeleteInfo(error))),
            },
        }
    }

    fn take<T>(&mut self, held: &mut Option<LeaseId>) -> Part<T> {
        match self.means {
            ForceUnlockMeans::Release => {
                *held = self.id;
                self.stage = UnlockStage::HeadWithId;
                Part::Send(head(*held))
            }
            ForceUnlockMeans::Break => {
                self.stage = UnlockStage::Break;
                let period = Some(SimDuration::ZERO);
                let action = Action::BreakLease { period };
                Part::Send(outgoing(RequestKind::LeaseBreak, action, None))
            }
        }
    }

    fn unlocked<T>(&self, held: &mut Option<LeaseId>) -> Part<Result<LockId, T>> {
        *held = None;
        let id = self.id.map(LockId::from);
        Part::Done(Ok(
            id.expect("an unlock without an ID ends at the lock info")
        ))
    }

    /// A failure in the client's words.
    pub(super) fn failure(&self, failure: Failure) -> UnlockFailure {
        UnlockFailure::Other(match failure {
            Failure::ReadInfo(error) => Cause {
                text: format!("failed to retrieve lock info: {error}").into(),
                detail: None,
                other_code: None,
                code: match error {
                    InfoError::Transport(error) => error.shown_code().map(Refusal::Azure),
                    InfoError::Empty => None,
                },
            },
            Failure::Mismatch => {
                let text = format!("lock id \"{}\" does not match existing lock", self.named);
                return UnlockFailure::Mismatch(Cause::new(text));
            }
            Failure::DeleteInfo(error) => Cause {
                text: format!("failed to delete lock info from metadata: {error}").into(),
                detail: None,
                code: error.shown_code().map(Refusal::Azure),
                other_code: None,
            },
            Failure::Release(error) => error.into(),
        })
    }
}
