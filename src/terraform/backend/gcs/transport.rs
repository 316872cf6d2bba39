//! What goes over the wire, and how it fails.

use std::fmt;
use std::sync::Arc;

use super::{LOCK_NAME, STATE_NAME, STATE_URL, cause};
use crate::service;
use crate::service::gcs::Refusal;
use crate::service::gcs::bucket::{self, Condition, Generation};
use crate::terraform::backend::object::Object;
use crate::terraform::backend::{self, Answer, Outgoing, Request};
use crate::terraform::diagnostic::Cause;
use crate::terraform::lock::LockInfo;
use crate::terraform::request::RequestKind;
use crate::terraform::state::StateFile;

/// The objects that a backend has in its bucket.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum ObjectKey {
    /// `<workspace>.tflock`
    Lock,
    /// `<workspace>.tfstate`
    State,
}

impl ObjectKey {
    /// The name, as it is typed.
    pub const fn name(self) -> &'static str {
        match self {
            Self::State => STATE_NAME,
            Self::Lock => LOCK_NAME,
        }
    }
}

/// A request to the bucket.
pub type Call = bucket::Call<ObjectKey, Object>;
/// What the bucket answers.
pub type Success = bucket::Success<ObjectKey, Object>;

fn outgoing(kind: RequestKind, call: Call) -> Outgoing {
    Outgoing {
        kind,
        request: Request::Storage(call),
    }
}

pub(super) fn list() -> Outgoing {
    outgoing(RequestKind::List, Call::List)
}

pub(super) fn get_state() -> Outgoing {
    outgoing(RequestKind::GetState, Call::Get(ObjectKey::State))
}

pub(super) fn attrs_state() -> Outgoing {
    outgoing(RequestKind::AttrsState, Call::Attributes(ObjectKey::State))
}

pub(super) fn put_state(file: Arc<StateFile>) -> Outgoing {
    let put = Call::Put {
        key: ObjectKey::State,
        content: Object::State(file),
        condition: Condition::None,
    };
    outgoing(RequestKind::PutState, put)
}

pub(super) fn put_lock(info: LockInfo) -> Outgoing {
    let put = Call::Put {
        key: ObjectKey::Lock,
        content: Object::Lock(Arc::new(info)),
        condition: Condition::Absent,
    };
    outgoing(RequestKind::PutLock, put)
}

pub(super) fn get_lock() -> Outgoing {
    outgoing(RequestKind::GetLock, Call::Get(ObjectKey::Lock))
}

pub(super) fn attrs_lock() -> Outgoing {
    outgoing(RequestKind::AttrsLock, Call::Attributes(ObjectKey::Lock))
}

pub(super) fn delete_lock(generation: Generation) -> Outgoing {
    let delete = Call::Delete(ObjectKey::Lock, Condition::Is(generation));
    outgoing(RequestKind::DeleteLock, delete)
}

/// Why a request failed, in the words of Google's client.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct GcsError {
    kind: RequestKind,
    /// The refusal; `None` where the connection was lost.
    refusal: Option<Refusal>,
}

impl GcsError {
    /// The refusal whose status the error's text shows.
    pub(super) fn shown_code(self) -> Option<Refusal> {
        self.refusal.filter(|_| !self.is_absent())
    }

    /// Whether it is that there is nothing, which the client says in words of its own.
    pub(super) fn is_absent(self) -> bool {
        self.refusal == Some(Refusal::NotFound) && !self.is_put()
    }

    fn is_put(self) -> bool {
        matches!(self.kind, RequestKind::PutState | RequestKind::PutLock)
    }
}

impl fmt::Display for GcsError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.refusal {
            None if self.is_put() => f.write_str("Post URL: EOF"),
            None if self.kind == RequestKind::DeleteLock => f.write_str("Delete URL: EOF"),
            None => f.write_str("Get URL: EOF"),
            Some(_) if self.is_absent() && self.kind == RequestKind::List => {
                f.write_str("storage: bucket doesn't exist")
            }
            Some(_) if self.is_absent() => f.write_str("storage: object doesn't exist"),
            Some(refusal) => write!(
                f,
                "googleapi: Error {}: {}, {}",
                refusal.http_status(),
                refusal.text(),
                refusal.code()
            ),
        }
    }
}

/// What the bucket answered.
pub(super) fn succeeded(kind: RequestKind, answer: Answer) -> Result<Success, GcsError> {
    let refusal = match answer {
        Answer::Success(backend::Success::Storage(success)) => return Ok(success),
        Answer::Refused(service::Refusal::Gcs(refusal)) => Some(refusal),
        Answer::Refused(_)
        | Answer::Success(_)
        | Answer::Failed(_)
        | Answer::Closed(_)
        | Answer::Reset => None,
    };
    Err(GcsError { kind, refusal })
}

/// What came of a list.
pub(super) fn listed(answer: Answer) -> Result<(), Cause> {
    { succeeded(RequestKind::List, answer) }
        .map(|_| ())
        .map_err(|error| {
            cause(
                format!("querying Cloud Storage failed: {error}"),
                Some(error),
            )
        })
}

/// What came of a save.
pub(super) fn saved(answer: Answer) -> Result<(), Cause> {
    { succeeded(RequestKind::PutState, answer) }
        .map(|_| ())
        .map_err(|error| {
            let text = format!("Failed to upload state to {STATE_URL}: {error}");
            cause(text, Some(error))
        })
}
