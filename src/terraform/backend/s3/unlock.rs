//! The unlock: of each lock the info is read, its ID compared, and the lock deleted without condition.

use std::sync::Arc;

use super::lock::{item, object};
use super::transport::{
    AwsError, delete_lock, delete_lock_item, from_bucket, from_table, get_lock, get_lock_item,
};
use super::{Locks, Part, cause};
use crate::terraform::backend::{Answer, Outgoing};
use crate::terraform::diagnostic::Cause;
use crate::terraform::lock::{LockId, LockInfo};
use crate::terraform::request::RequestKind;

/// An [unlock](self).
#[derive(Debug, Clone)]
pub struct Unlock {
    /// The ID, as it was typed or drawn.
    id: Arc<str>,
    locks: Locks,
    stage: Stage,
    /// Why the object could not be unlocked, where both are to be.
    of_object: Option<Failure>,
    /// The lock whose info was read last.
    found: Option<LockId>,
}

#[derive(Debug, Clone, Copy)]
enum Stage {
    GetObject,
    DeleteObject,
    GetItem,
    DeleteItem,
}

#[derive(Debug, Clone)]
struct Failure {
    text: String,
    error: Option<AwsError>,
    /// The second lock's, where both failed.
    other: Option<AwsError>,
}

type End = Result<LockId, Cause>;

impl Unlock {
    pub(super) fn begin(id: Arc<str>, locks: Locks) -> (Self, Outgoing) {
        let (stage, out) = match locks {
            Locks::Object | Locks::Both => (Stage::GetObject, get_lock()),
            Locks::Item => (Stage::GetItem, get_lock_item()),
        };
        let unlock = Self {
            id,
            locks,
            stage,
            of_object: None,
            found: None,
        };
        (unlock, out)
    }

    pub(super) fn resume(&mut self, answer: Answer) -> Part<End> {
        match self.stage {
            Stage::GetObject => match self.compared(object(answer), QUOTED_ONCE) {
                Ok(()) => self.goes_on(Stage::DeleteObject, delete_lock()),
                Err(failure) => self.object_is_done(Some(failure)),
            },
            Stage::DeleteObject => {
                let result = from_bucket(RequestKind::DeleteLock, answer);
                self.object_is_done(result.err().map(|error| Failure {
                    text: format!("failed to delete the lock file: {error}"),
                    error: Some(error),
                    other: None,
                }))
            }
            Stage::GetItem => {
                let id = Arc::clone(&self.id);
                let found = item(answer).map_err(|(text, error)| {
                    let text = format!("failed to retrieve lock info for lock ID \"{id}\": {text}");
                    (text, error)
                });
                match self.compared(found, QUOTED_TWICE) {
                    Ok(()) => self.goes_on(Stage::DeleteItem, delete_lock_item()),
                    Err(failure) => self.end(Some(failure)),
                }
            }
            Stage::DeleteItem => {
                let result = from_table(RequestKind::DdbDeleteLock, answer);
                self.end(result.err().map(|error| Failure {
                    text: error.to_string(),
                    error: Some(error),
                    other: None,
                }))
            }
        }
    }

    fn goes_on(&mut self, stage: Stage, out: Outgoing) -> Part<End> {
        self.stage = stage;
        Part::Send(out)
    }

    /// Whether what was found is the lock that is meant.
    fn compared(
        &mut self,
        found: Result<LockInfo, (String, Option<AwsError>)>,
        mismatch: fn(&str, LockId) -> String,
    ) -> Result<(), Failure> {
        let info = found.map_err(|(text, error)| Failure {
            text,
            error,
            other: None,
        })?;
        self.found = Some(info.id);
        if info.id.to_string() == *self.id {
            return Ok(());
        }
        Err(Failure {
            text: mismatch(&self.id, info.id),
            error: None,
            other: None,
        })
    }

    /// The second lock is unlocked whatever came of the first.
    fn object_is_done(&mut self, failure: Option<Failure>) -> Part<End> {
        self.of_object = failure;
        if self.locks.has_item() {
            return self.goes_on(Stage::GetItem, get_lock_item());
        }
        let failure = self.of_object.take();
        Part::Done(self.result(failure))
    }

    fn end(&mut self, of_item: Option<Failure>) -> Part<End> {
        if !self.locks.has_object() {
            return Part::Done(self.result(of_item));
        }
        let failure = match (self.of_object.take(), of_item) {
            (None, None) => None,
            (Some(one), None) => Some(Failure {
                text: format!("failed to unlock S3: {}", one.text),
                ..one
            }),
            (None, Some(other)) => Some(Failure {
                text: format!("failed to unlock DynamoDB: {}", other.text),
                ..other
            }),
            (Some(one), Some(other)) => Some(Failure {
                text: format!(
                    "failed to unlock both S3 and DynamoDB: S3 error: {}, DynamoDB error: {}",
                    one.text, other.text
                ),
                error: one.error,
                other: other.error,
            }),
        };
        Part::Done(self.result(failure))
    }

    fn result(&self, failure: Option<Failure>) -> End {
        match failure {
            Some(failure) => Err(Cause {
                other_code: failure.other.and_then(AwsError::shown_code),
                ..cause(failure.text, failure.error)
            }),
            None => Ok(self.found.unwrap_or(LockId::uuid(0))),
        }
    }
}

/// What is said of another lock in the object.
pub(super) const QUOTED_ONCE: fn(&str, LockId) -> String =
    |id, found| format!("lock ID '{id}' does not match the existing lock ID '{found}'");

const QUOTED_TWICE: fn(&str, LockId) -> String =
    |id, found| format!("lock ID \"{id}\" does not match existing lock (\"{found}\")");
