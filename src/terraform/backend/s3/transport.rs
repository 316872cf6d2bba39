//! What goes over the wire, and how it fails.

use std::fmt;
use std::sync::Arc;

use md5::{Digest as _, Md5};

use super::{LOCK_KEY, STATE_KEY, cause};
use crate::service::aws::{self, bucket, table};
use crate::service::{self};
use crate::terraform::backend::object::Object;
use crate::terraform::backend::{Answer, Outgoing, Request, Success};
use crate::terraform::diagnostic::Cause;
use crate::terraform::lock::LockInfo;
use crate::terraform::names::Names;
use crate::terraform::request::{AwsOperation, RequestKind};
use crate::terraform::state::StateFile;
use crate::terraform::state_file;

/// The objects that a backend has in its bucket.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum ObjectKey {
    /// `<key>`
    State,
    /// `<key>.tflock`
    Lock,
}

impl ObjectKey {
    /// The key, as it is typed.
    pub const fn name(self) -> &'static str {
        match self {
            Self::State => STATE_KEY,
            Self::Lock => LOCK_KEY,
        }
    }
}

impl bucket::Stored for Object {
    fn is_empty(&self) -> bool {
        match self {
            Self::Empty => true,
            Self::State(_) | Self::Lock(_) | Self::Text(_) => false,
        }
    }
}

/// The items that a backend has in its table.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum ItemKey {
    /// `<bucket>/<key>`
    Lock,
    /// `<bucket>/<key>-md5`
    Digest,
}

/// What an item holds.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Item {
    /// Lock info.
    Lock(Arc<LockInfo>),
    /// The digest of a state.
    Digest(Digest),
    /// Neither.
    Text(Arc<str>),
}

/// The MD5 of a state, as an item has it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Digest {
    /// That of this state.
    Of(Arc<StateFile>),
    /// What somebody wrote.
    Text(Arc<str>),
}

impl Digest {
    /// Whether it is a digest at all: with what is none, nothing is compared.
    pub fn is_digest(&self) -> bool {
        match self {
            Self::Of(_) => true,
            Self::Text(text) => text.len() == 32 && text.bytes().all(|b| b.is_ascii_hexdigit()),
        }
    }

    /// What the item has.
    pub fn text(&self, names: &Names) -> String {
        match self {
            Self::Of(file) => md5_of_state(names, file),
            Self::Text(text) => text.to_string(),
        }
    }

    /// Whether it is that of what the state object holds, or can't be compared with it.
    pub fn fits(&self, object: Option<&Object>, names: &Names) -> bool {
        if !self.is_digest() {
            return true;
        }
        match (self, object) {
            (Self::Of(digested), Some(Object::State(file))) => {
                Arc::ptr_eq(digested, file) || digested == file
            }
            (Self::Of(_), _) => false,
            (Self::Text(text), object) => {
                object_md5(object, names).is_some_and(|md5| md5.eq_ignore_ascii_case(text))
            }
        }
    }
}

/// The MD5 of a state's text, in 32 hexadecimal digits.
pub fn md5_of_state(names: &Names, file: &StateFile) -> String {
    md5_of(&state_file::write(names, file))
}

/// The MD5 of a text, in 32 hexadecimal digits.
pub fn md5_of(text: &str) -> String {
    let digest = Md5::digest(text.as_bytes());
    digest.iter().fold(String::new(), |mut hex, byte| {
        use std::fmt::Write as _;
        write!(hex, "{byte:02x}").expect("a String takes everything");
        hex
    })
}

/// The MD5 of what the state object holds; `None` where there is none, or 0 bytes.
pub fn object_md5(object: Option<&Object>, names: &Names) -> Option<String> {
    match object? {
        // Who puts lock info in the place of the state puts a text there.
        Object::Empty | Object::Lock(_) => None,
        Object::State(file) => Some(md5_of_state(names, file)),
        Object::Text(text) => Some(md5_of(text)),
    }
}

/// A request to the bucket.
pub type BucketCall = bucket::Call<ObjectKey, Object>;
/// What the bucket answers.
pub type BucketSuccess = bucket::Success<ObjectKey, Object>;
/// A request to the table.
pub type TableCall = table::Call<ItemKey, Item>;
/// What the table answers.
pub type TableSuccess = table::Success<Item>;

fn to_bucket(kind: RequestKind, call: BucketCall) -> Outgoing {
    Outgoing {
        kind,
        request: Request::Bucket(call),
    }
}

fn to_table(kind: RequestKind, call: TableCall) -> Outgoing {
    Outgoing {
        kind,
        request: Request::Table(call),
    }
}

pub(super) fn list() -> Outgoing {
    to_bucket(RequestKind::List, BucketCall::List)
}

pub(super) fn head_state() -> Outgoing {
    to_bucket(RequestKind::HeadState, BucketCall::Head(ObjectKey::State))
}

pub(super) fn get_state() -> Outgoing {
    to_bucket(
        RequestKind::GetState,
        BucketCall::GetRange(ObjectKey::State),
    )
}

pub(super) fn put_state(file: Arc<StateFile>) -> Outgoing {
    let put = BucketCall::Put {
        key: ObjectKey::State,
        content: Object::State(file),
        is_new: false,
    };
    to_bucket(RequestKind::PutState, put)
}

pub(super) fn get_lock() -> Outgoing {
    to_bucket(RequestKind::GetLock, BucketCall::Get(ObjectKey::Lock))
}

pub(super) fn put_lock(info: Arc<LockInfo>) -> Outgoing {
    let put = BucketCall::Put {
        key: ObjectKey::Lock,
        content: Object::Lock(info),
        is_new: true,
    };
    to_bucket(RequestKind::PutLock, put)
}

pub(super) fn delete_lock() -> Outgoing {
    to_bucket(RequestKind::DeleteLock, BucketCall::Delete(ObjectKey::Lock))
}

pub(super) fn get_lock_item() -> Outgoing {
    to_table(RequestKind::DdbGetLock, TableCall::Get(ItemKey::Lock))
}

pub(super) fn put_lock_item(info: Arc<LockInfo>) -> Outgoing {
    let put = TableCall::Put {
        key: ItemKey::Lock,
        item: Item::Lock(info),
        is_new: true,
    };
    to_table(RequestKind::DdbPutLock, put)
}

pub(super) fn delete_lock_item() -> Outgoing {
    to_table(RequestKind::DdbDeleteLock, TableCall::Delete(ItemKey::Lock))
}

pub(super) fn get_digest() -> Outgoing {
    to_table(RequestKind::DdbGetDigest, TableCall::Get(ItemKey::Digest))
}

pub(super) fn put_digest(file: Arc<StateFile>) -> Outgoing {
    let put = TableCall::Put {
        key: ItemKey::Digest,
        item: Item::Digest(Digest::Of(file)),
        is_new: false,
    };
    to_table(RequestKind::DdbPutDigest, put)
}

/// Why a request failed, in the words of the SDK.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct AwsError {
    kind: RequestKind,
    /// The refusal; `None` where the connection was lost.
    refusal: Option<aws::Refusal>,
}

impl AwsError {
    /// The code that the error's text shows: of a head, whose answer has no body, the client's own.
    pub(super) fn shown_code(self) -> Option<service::Refusal> {
        self.shown().map(service::Refusal::Aws)
    }

    fn shown(self) -> Option<aws::Refusal> {
        let refusal = self.refusal?;
        Some(match (self.kind, refusal.http_status()) {
            (RequestKind::HeadState, 400) => aws::Refusal::BadRequest,
            (RequestKind::HeadState, 403) => aws::Refusal::Forbidden,
            (RequestKind::HeadState, 404) => aws::Refusal::NotFound,
            _ => refusal,
        })
    }

    pub(super) fn is(self, refusal: aws::Refusal) -> bool {
        self.refusal == Some(refusal)
    }

    pub(super) fn http_status(self) -> u16 {
        self.refusal.map_or(0, aws::Refusal::http_status)
    }
}

impl fmt::Display for AwsError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let operation = self.kind.operation().unwrap_or(AwsOperation::PutObject);
        let (name, method) = operation.names();
        let is_table = operation.is_of_table();
        let service = if is_table { "DynamoDB" } else { "S3" };
        write!(f, "operation error {service}: {name}, ")?;
        if self.refusal.is_none_or(super::is_retried) {
            f.write_str("exceeded maximum number of attempts, 5, ")?;
        }
        let status = self.http_status();
        write!(
            f,
            "https response error StatusCode: {status}, RequestID: _, "
        )?;
        if !is_table {
            f.write_str("HostID: _, ")?;
        }
        match self.shown() {
            None => write!(f, "request send failed, {method} URL: EOF"),
            Some(aws::Refusal::NoSuchKey) => f.write_str("NoSuchKey: "),
            Some(refusal @ aws::Refusal::ConditionalCheckFailed) => {
                write!(f, "{}: {}", refusal.code(), refusal.text())
            }
            Some(refusal) => write!(f, "api error {}: {}", refusal.code(), refusal.text()),
        }
    }
}

fn failed(kind: RequestKind, answer: &Answer) -> AwsError {
    let refusal = match answer {
        Answer::Refused(service::Refusal::Aws(refusal)) => Some(*refusal),
        Answer::Refused(
            service::Refusal::Azure(_)
            | service::Refusal::Gcs(_)
            | service::Refusal::Postgres(_)
            | service::Refusal::Http(_),
        )
        | Answer::Success(_)
        | Answer::Failed(_)
        | Answer::Closed(_)
        | Answer::Reset => None,
    };
    AwsError { kind, refusal }
}

/// What the bucket answered.
pub(super) fn from_bucket(kind: RequestKind, answer: Answer) -> Result<BucketSuccess, AwsError> {
    if let Answer::Success(Success::Bucket(success)) = answer {
        return Ok(success);
    }
    Err(failed(kind, &answer))
}

/// What the table answered.
pub(super) fn from_table(kind: RequestKind, answer: Answer) -> Result<TableSuccess, AwsError> {
    if let Answer::Success(Success::Table(success)) = answer {
        return Ok(success);
    }
    Err(failed(kind, &answer))
}

/// What came of a list. Who may not list goes on.
pub(super) fn listed(answer: Answer) -> Result<(), Cause> {
    let Err(error) = from_bucket(RequestKind::List, answer) else {
        return Ok(());
    };
    match error.http_status() {
        403 => Ok(()),
        404 => Err(cause(
            "S3 bucket \"tfstate\" does not exist.".to_owned(),
            Some(error),
        )),
        _ => {
            let text = format!(
                "Unable to list objects in S3 bucket \"tfstate\" with prefix \"env:/\": {error}"
            );
            Err(cause(text, Some(error)))
        }
    }
}
