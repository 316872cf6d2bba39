//! The lock: an object, an item, or both, put where there is none.

use std::sync::Arc;

use super::Object;
use super::transport::{
    AwsError, BucketSuccess, Item, TableSuccess, delete_lock, from_bucket, from_table, get_lock,
    get_lock_item, put_lock, put_lock_item,
};
use super::unlock::QUOTED_ONCE;
use super::{Locks, Part, cause};
use crate::terraform::backend::{Answer, LockFailure, Outgoing};
use crate::terraform::lock::LockInfo;
use crate::terraform::request::RequestKind;

/// The routine that takes the [lock](self).
#[derive(Debug, Clone)]
pub struct Lock {
    info: Arc<LockInfo>,
    locks: Locks,
    stage: Stage,
}

#[derive(Debug, Clone)]
enum Stage {
    PutObject,
    PutItem,
    /// After a refused or failed put of the object: whose lock is it?
    GetObject(AwsError),
    /// The same of the item.
    GetItem(AwsError),
    /// The object is given back, since the item was refused: first it is read …
    GiveBack(Failure),
    /// … and then deleted.
    Delete(Failure),
}

/// Why a lock could not be taken.
#[derive(Debug, Clone)]
pub(super) struct Failure {
    error: AwsError,
    /// Why the lock info could not be read, where it could not.
    info_error: Option<Why>,
    info: Option<LockInfo>,
    /// Why the object could not be given back, where it could not.
    kept: Option<Why>,
}

/// A reason, and the error of the request if it is one.
type Why = (String, Option<AwsError>);

type End = Result<LockInfo, Failure>;

impl Lock {
    pub(super) fn begin(info: Arc<LockInfo>, locks: Locks) -> (Self, Outgoing) {
        let (stage, out) = match locks {
            Locks::Object | Locks::Both => (Stage::PutObject, put_lock(Arc::clone(&info))),
            Locks::Item => (Stage::PutItem, put_lock_item(Arc::clone(&info))),
        };
        (Self { info, locks, stage }, out)
    }

    fn goes_on(&mut self, stage: Stage, out: Outgoing) -> Part<End> {
        self.stage = stage;
        Part::Send(out)
    }

    pub(super) fn resume(&mut self, answer: Answer) -> Part<End> {
        match self.stage.clone() {
            Stage::PutObject => match from_bucket(RequestKind::PutLock, answer) {
                Ok(_) if self.locks.has_item() => {
                    self.goes_on(Stage::PutItem, put_lock_item(Arc::clone(&self.info)))
                }
                Ok(_) => Part::Done(Ok(*self.info)),
                Err(error) => self.goes_on(Stage::GetObject(error), get_lock()),
            },
            Stage::PutItem => match from_table(RequestKind::DdbPutLock, answer) {
                Ok(_) => Part::Done(Ok(*self.info)),
                Err(error) => self.goes_on(Stage::GetItem(error), get_lock_item()),
            },
            Stage::GetObject(error) => Part::Done(Err(Failure::new(error, object(answer)))),
            Stage::GetItem(error) => {
                let failure = Failure::new(error, item(answer));
                if self.locks.has_object() {
                    self.goes_on(Stage::GiveBack(failure), get_lock())
                } else {
                    Part::Done(Err(failure))
                }
            }
            Stage::GiveBack(failure) => match object(answer) {
                Ok(info) if info.id == self.info.id => {
                    self.goes_on(Stage::Delete(failure), delete_lock())
                }
                Ok(info) => {
                    let text = QUOTED_ONCE(&self.info.id.to_string(), info.id);
                    Part::Done(Err(failure.and_not_given_back((text, None))))
                }
                Err(error) => Part::Done(Err(failure.and_not_given_back(error))),
            },
            Stage::Delete(failure) => {
                Part::Done(Err(match from_bucket(RequestKind::DeleteLock, answer) {
                    Ok(_) => failure,
                    Err(error) => {
                        let text = format!("failed to delete the lock file: {error}");
                        failure.and_not_given_back((text, Some(error)))
                    }
                }))
            }
        }
    }
}

/// The lock info in the lock object.
///
/// # Errors
///
/// In the client's words, and the error of the request if it failed.
pub(super) fn object(answer: Answer) -> Result<LockInfo, Why> {
    const UNREADABLE: &str = "failed to unmarshal JSON data into LockInfo struct: ";
    match from_bucket(RequestKind::GetLock, answer) {
        Ok(BucketSuccess::Content(kept)) => match kept.content {
            Some(Object::Lock(info)) => Ok(*info),
            Some(Object::Empty) | None => {
                Err((format!("{UNREADABLE}unexpected end of JSON input"), None))
            }
            Some(Object::State(_) | Object::Text(_)) => Err(no_json(UNREADABLE)),
        },
        Ok(_) => Err(no_json(UNREADABLE)),
        Err(error) => Err((
            format!(
                "unable to retrieve file from S3 bucket 'tfstate' with key \
                 'terraform.tfstate.tflock': {error}"
            ),
            Some(error),
        )),
    }
}

fn no_json(unreadable: &str) -> (String, Option<AwsError>) {
    let text = format!("{unreadable}invalid character 'g' looking for beginning of value");
    (text, None)
}

/// The lock info in the lock item; where there is no item, it is read as an empty text.
///
/// # Errors
///
/// In the client's words, and the error of the request if it failed.
pub(super) fn item(answer: Answer) -> Result<LockInfo, Why> {
    match from_table(RequestKind::DdbGetLock, answer) {
        Ok(TableSuccess::Item(Some(Item::Lock(info)))) => Ok(*info),
        Ok(TableSuccess::Item(Some(_))) => Err((
            "invalid character 'g' looking for beginning of value".to_owned(),
            None,
        )),
        Ok(_) => Err(("unexpected end of JSON input".to_owned(), None)),
        Err(error) => Err((
            format!("Unable to retrieve item from DynamoDB table \"tflock\": {error}"),
            Some(error),
        )),
    }
}

impl Failure {
    fn new(error: AwsError, info: Result<LockInfo, Why>) -> Self {
        let (info, info_error) = match info {
            Ok(info) => (Some(info), None),
            Err(error) => (None, Some(error)),
        };
        Self {
            error,
            info_error,
            info,
            kept: None,
        }
    }

    /// The same, where the object could not be given back either. Of such an error Terraform does
    /// not see any more that it is of a lock: it is not waited for.
    fn and_not_given_back(self, why: Why) -> Self {
        Self {
            info: None,
            kept: Some(why),
            ..self
        }
    }
}

impl From<Failure> for LockFailure {
    fn from(failure: Failure) -> Self {
        let mut why = cause(failure.error.to_string(), Some(failure.error));
        let mut shown = failure.error.to_string();
        if let Some((text, error)) = failure.info_error {
            shown = format!("{shown}; {text}");
            why.other_code = error.and_then(AwsError::shown_code);
            why.detail = Some(shown.as_str().into());
        }
        if let Some((text, error)) = failure.kept {
            let text = format!(
                "failed to clean up file lock after DynamoDB lock error: {text}; original error: \
                 {shown}"
            );
            why.detail = Some(text.into());
            why.other_code = why.other_code.or(error.and_then(AwsError::shown_code));
        }
        Self {
            cause: why,
            info: failure.info,
        }
    }
}
