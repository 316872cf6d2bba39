//! The lock and the unlock. Where either is refused or fails, the lock object is read, for who is
//! shown as the holder.

use super::Object;
use super::transport::{GcsError, Success, attrs_lock, delete_lock, get_lock, put_lock, succeeded};
use super::{LOCK_URL, Part, cause, lock_id};
use crate::service::Refusal;
use crate::service::gcs::bucket::Generation;
use crate::terraform::backend::{Answer, LockFailure, Outgoing, UnlockFailure};
use crate::terraform::diagnostic::Cause;
use crate::terraform::lock::{LockId, LockInfo};
use crate::terraform::request::RequestKind;

/// The routine that takes the [lock](self).
#[derive(Debug, Clone)]
pub struct Lock {
    info: LockInfo,
    /// Why it was not taken, and how far whose it is has been read.
    refused: Option<(GcsError, Look)>,
}

/// The routine that gives the lock back, or takes another's away.
#[derive(Debug, Clone)]
pub struct Unlock {
    generation: Generation,
    /// Why it was not given back, and how far whose it is has been read.
    refused: Option<(GcsError, Look)>,
}

/// Looks whose the lock is.
#[derive(Debug, Clone, Copy)]
enum Look {
    Get,
    Attributes(LockInfo),
}

/// The lock info, or why it could not be read.
type Shown = Result<LockInfo, (String, Option<GcsError>)>;

impl Look {
    fn resume(&mut self, answer: Answer) -> Part<Shown> {
        match *self {
            Self::Get => match succeeded(RequestKind::GetLock, answer) {
                Ok(Success::Content(kept)) => match info(&kept.content) {
                    Ok(info) => {
                        *self = Self::Attributes(info);
                        Part::Send(attrs_lock())
                    }
                    Err(text) => Part::Done(Err((text, None))),
                },
                Ok(other) => unreachable!("a get is answered with content, not {other:?}"),
                Err(error) => Part::Done(Err((error.to_string(), Some(error)))),
            },
            Self::Attributes(info) => Part::Done(match succeeded(RequestKind::AttrsLock, answer) {
                Ok(Success::Attributes(generation)) => Ok(LockInfo {
                    id: lock_id(generation),
                    ..info
                }),
                Ok(other) => unreachable!("attributes are asked for, not {other:?}"),
                Err(error) => Err((error.to_string(), Some(error))),
            }),
        }
    }
}

fn info(object: &Object) -> Result<LockInfo, String> {
    let first = match object {
        Object::Lock(info) => return Ok(**info),
        Object::Empty => None,
        Object::State(_) => Some('{'),
        Object::Text(text) => text.chars().next(),
    };
    Err(match first {
        None => "unexpected end of JSON input".to_owned(),
        Some(first) => format!("invalid character '{first}' looking for beginning of value"),
    })
}

/// Why something failed, with why the lock info could not be read where it could not, and the info
/// where it could.
fn failure(text: String, error: GcsError, shown: Shown) -> (Cause, Option<LockInfo>) {
    let mut why = cause(text, Some(error));
    match shown {
        Ok(info) => (why, Some(info)),
        Err((other, error)) => {
            why.detail =
                Some(format!("2 errors occurred:\n  * {}\n  * {other}\n", why.text).into());
            why.other_code = error.and_then(GcsError::shown_code).map(Refusal::Gcs);
            (why, None)
        }
    }
}

impl Lock {
    pub(super) fn begin(info: LockInfo) -> (Self, Outgoing) {
        let refused = None;
        (Self { info, refused }, put_lock(info))
    }

    pub(super) fn resume(&mut self, answer: Answer) -> Part<Result<LockInfo, LockFailure>> {
        let Some((error, look)) = &mut self.refused else {
            return match succeeded(RequestKind::PutLock, answer) {
                Ok(Success::Written(generation)) => Part::Done(Ok(LockInfo {
                    id: lock_id(generation),
                    ..self.info
                })),
                Ok(other) => unreachable!("a put is answered with a generation, not {other:?}"),
                Err(error) => {
                    self.refused = Some((error, Look::Get));
                    Part::Send(get_lock())
                }
            };
        };
        let error = *error;
        look.resume(answer).map(|shown| {
            let text = format!("writing \"{LOCK_URL}\" failed: {error}");
            let (cause, info) = failure(text, error, shown);
            Err(LockFailure { cause, info })
        })
    }
}

impl Unlock {
    pub(super) fn begin(generation: Generation) -> (Self, Outgoing) {
        let refused = None;
        let unlock = Self {
            generation,
            refused,
        };
        (unlock, delete_lock(generation))
    }

    pub(super) fn resume(&mut self, answer: Answer) -> Part<Result<LockId, UnlockFailure>> {
        let Some((error, look)) = &mut self.refused else {
            return match succeeded(RequestKind::DeleteLock, answer) {
                Ok(_) => Part::Done(Ok(lock_id(self.generation))),
                Err(error) => {
                    self.refused = Some((error, Look::Get));
                    Part::Send(get_lock())
                }
            };
        };
        let error = *error;
        look.resume(answer).map(|shown| {
            Err(match failure(error.to_string(), error, shown) {
                (cause, Some(info)) => UnlockFailure::Held(cause, info),
                (cause, None) => UnlockFailure::Other(cause),
            })
        })
    }
}
