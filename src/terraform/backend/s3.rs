//! The s3 client: state in an object, and for a lock an object beside it, an item of a table, or both.
//!
//! | routine | requests |
//! |---|---|
//! | open | list |
//! | read | head → get → \[the digest\]; where the digest does not fit, again every 2 s for 10 s |
//! | lock | \[put of the lock object, if there is none\] → \[put of the lock item, if there is none\] |
//! | lock, refused or failed | → get of the lock, for its info; the object is given back where the item is refused |
//! | save | put → \[put of the digest, whose failure is told nobody\] |
//! | unlock | of each lock: get, compare the ID, delete without condition |
//!
//! No save carries the lock: the service can't tell whether who saves still holds it. The SDK repeats
//! each request up to five times, also the one that takes the lock: where only the answer was
//! lost, the second attempt meets the lock of the first. Measured on Terraform 1.11.4.

mod lock;
mod read;
mod save;
mod transport;
mod unlock;

use std::sync::Arc;

pub use self::transport::{
    AwsError, BucketCall, BucketSuccess, Digest, Item, ItemKey, ObjectKey, TableCall, TableSuccess,
    md5_of, md5_of_state, object_md5,
};
pub use super::object::Object;

use self::lock::Lock;
use self::read::Read;
use self::save::Save;
use self::transport::{list, listed};
use self::unlock::Unlock;
use super::advice::Advice;
use super::{
    Answer, Hold, Job, KeepAliveFailure, LockFailure, Locked, Next, OpenFailure, Outcome, Part,
    Repeat, Surroundings, UnlockFailure,
};
use crate::kernel::{SimDuration, SimTime, Stream};
use crate::service::{Refusal, aws};
use crate::terraform::diagnostic::Cause;
use crate::terraform::lock::{LockId, LockInfo};
use crate::terraform::request::{AwsOperation, RequestKind};
use crate::terraform::state::Serial;

/// What locks the state.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Locks {
    /// `use_lockfile`: the object `<key>.tflock`.
    Object,
    /// `dynamodb_table`: an item, and beside it one with the state's digest.
    Item,
    /// Both, under one ID.
    Both,
}

impl Locks {
    /// Whether an object locks.
    pub const fn has_object(self) -> bool {
        match self {
            Self::Object | Self::Both => true,
            Self::Item => false,
        }
    }

    /// Whether an item locks, and another one holds the digest.
    pub const fn has_item(self) -> bool {
        match self {
            Self::Item | Self::Both => true,
            Self::Object => false,
        }
    }
}

/// The SDK sends a request so often at most.
const ATTEMPTS_MAX: u32 = 5;
/// It never waits longer between two attempts.
const WAIT_MAX: SimDuration = SimDuration::from_seconds(20);

/// Where the state is, as lock info names it, and the key of the item that locks it.
pub const STATE_PATH: &str = "tfstate/terraform.tfstate";
/// The bucket.
pub const BUCKET: &str = "tfstate";
/// The key of the state object.
pub const STATE_KEY: &str = "terraform.tfstate";
/// The key of the lock object.
pub const LOCK_KEY: &str = "terraform.tfstate.tflock";
/// The table.
pub const TABLE: &str = "tflock";
/// The key of the item with the digest.
pub const DIGEST_ID: &str = "tfstate/terraform.tfstate-md5";

/// Takes the lock object away.
pub const REMOVE_LOCK_OBJECT: &str = "aws s3 rm s3://tfstate/terraform.tfstate.tflock";
/// Takes the lock item away.
pub const DELETE_LOCK_ITEM: &str = r#"aws dynamodb delete-item --table-name tflock --key '{"LockID":{"S":"tfstate/terraform.tfstate"}}'"#;
/// Takes the digest away: with none nothing is compared.
pub const DELETE_DIGEST: &str = r#"aws dynamodb delete-item --table-name tflock --key '{"LockID":{"S":"tfstate/terraform.tfstate-md5"}}'"#;

/// Sets the digest to this MD5.
pub fn set_digest(md5: &str) -> String {
    format!(
        "aws dynamodb put-item --table-name {TABLE} --item \
         '{{\"LockID\":{{\"S\":\"{DIGEST_ID}\"}},\"Digest\":{{\"S\":\"{md5}\"}}}}'"
    )
}

/// What users do where Terraform has no command.
pub const ADVICE: Advice = Advice {
    place: "the state object",
    it: "the object",
    lock_info: "the lock object",
    without_lock: "there is no lock",
    break_lock: Some(REMOVE_LOCK_OBJECT),
    put_aside: &[
        "aws s3 cp s3://tfstate/terraform.tfstate corrupt.tfstate",
        "aws s3 rm s3://tfstate/terraform.tfstate",
    ],
    put_aside_with_snapshots: &[
        "aws s3 cp s3://tfstate/terraform.tfstate corrupt.tfstate",
        "aws s3 rm s3://tfstate/terraform.tfstate",
    ],
    bring_back: None,
    unreadable_hint: Some("where the bucket keeps versions, restore the one of before instead"),
    lost_hint: "restore a version of the object, or a copy that somebody kept, if there is one; else \
        import object by object",
    not_force_unlocked: "do not use force-unlock: it fails where no lock is held",
    not_pushed: "do not try state push -force: it reads the state first, and fails",
};

/// A process's client, with what it remembers.
#[derive(Debug, Clone)]
pub struct Client {
    locks: Locks,
    /// The lock that it took and has not given back.
    held: Option<LockId>,
    /// Whether the next request goes over a connection that has carried one before: a GET or HEAD
    /// that is reset there is sent once more at once, by Go's HTTP client.
    is_connected: bool,
}

/// A job of the client under way.
#[derive(Debug, Clone)]
pub enum Routine {
    /// The list of workspaces.
    List,
    /// The opening.
    Open,
    /// A read.
    Read(Read),
    /// The taking of the lock.
    Lock(Lock),
    /// A save.
    Save(Save),
    /// An unlock.
    Unlock(Unlock),
}

impl Client {
    /// A client that holds no lock.
    pub const fn new(locks: Locks) -> Self {
        Self {
            locks,
            held: None,
            is_connected: false,
        }
    }

    /// The lock that it took and has not given back.
    pub const fn held(&self) -> Option<LockId> {
        self.held
    }

    pub(super) fn begin(&mut self, job: Job, now: SimTime) -> Next {
        let (routine, out) = match job {
            Job::List => (Routine::List, list()),
            Job::Open(_) => (Routine::Open, list()),
            Job::Reopen => return Next::Done(Outcome::Reopened(Ok(()))),
            Job::Read => {
                let (read, out) = Read::begin(self.locks, now);
                (Routine::Read(read), out)
            }
            Job::Lock(info) => {
                let (lock, out) = Lock::begin(Arc::new(info), self.locks);
                (Routine::Lock(lock), out)
            }
            Job::Save(file) => {
                let (save, out) = Save::begin(file, self.locks);
                (Routine::Save(save), out)
            }
            Job::Unlock(info) => {
                let (unlock, out) = Unlock::begin(info.id.to_string().into(), self.locks);
                (Routine::Unlock(unlock), out)
            }
            Job::ForceUnlock(typed) => {
                let (unlock, out) = Unlock::begin(typed, self.locks);
                (Routine::Unlock(unlock), out)
            }
            Job::KeepAlive => {
                let failure = KeepAliveFailure {
                    is_forgotten: false,
                };
                return Next::Done(Outcome::KeptAlive(Err(failure)));
            }
        };
        Next::Send(super::Routine::S3(routine), out)
    }

    pub(super) fn resume(
        &mut self,
        routine: &mut Routine,
        answer: Answer,
        around: &mut Surroundings<'_>,
    ) -> Part<Outcome> {
        self.is_connected = !matches!(answer, Answer::Reset);
        match routine {
            Routine::List => Part::Done(Outcome::Listed(listed(answer))),
            Routine::Open => {
                let opened = listed(answer).map(|()| None);
                Part::Done(Outcome::Opened(opened.map_err(OpenFailure::Other)))
            }
            Routine::Read(read) => read.resume(answer, around).map(Outcome::Read),
            Routine::Lock(lock) => lock.resume(answer).map(|result| {
                self.held = result.as_ref().ok().map(|info: &LockInfo| info.id);
                Outcome::Locked(result.map(locked).map_err(LockFailure::from))
            }),
            Routine::Save(save) => save.resume(answer, around).map(Outcome::Saved),
            Routine::Unlock(unlock) => unlock.resume(answer).map(|result| {
                if result.is_ok() {
                    self.held = None;
                }
                Outcome::Unlocked(result.map_err(UnlockFailure::Other))
            }),
        }
    }

    /// How the request of a routine is sent again after this answer, if it is.
    pub(super) fn repeat(
        &mut self,
        kind: RequestKind,
        answer: &Answer,
        tries: u32,
        waits: &mut Stream,
    ) -> Option<Repeat> {
        let refusal = match answer {
            Answer::Reset | Answer::Closed(_) => None,
            Answer::Refused(Refusal::Aws(refusal)) if is_retried(*refusal) => Some(*refusal),
            Answer::Refused(_) | Answer::Success(_) | Answer::Failed(_) => {
                self.is_connected = true;
                return None;
            }
        };
        let was_connected = std::mem::replace(&mut self.is_connected, refusal.is_some());
        if refusal.is_none() && was_connected && kind.operation().is_some_and(AwsOperation::is_read)
        {
            return Some(Repeat::AtOnce);
        }
        let attempts = tries + 1;
        if attempts >= ATTEMPTS_MAX {
            return None;
        }
        let most = SimDuration::from_seconds(1 << attempts).min(WAIT_MAX);
        Some(Repeat::After {
            refusal: refusal.map(Refusal::Aws),
            wait: SimDuration::from_ms(waits.between(0, most.as_ms())),
        })
    }
}

/// Whether the SDK repeats a request after this answer.
const fn is_retried(refusal: aws::Refusal) -> bool {
    match refusal {
        aws::Refusal::RequestTimeout
        | aws::Refusal::SlowDown
        | aws::Refusal::ServiceUnavailable
        | aws::Refusal::InternalError
        | aws::Refusal::ProvisionedThroughputExceeded
        | aws::Refusal::TableInternalError => true,
        aws::Refusal::PreconditionFailed
        | aws::Refusal::ConditionalRequestConflict
        | aws::Refusal::OperationAborted
        | aws::Refusal::NoSuchKey
        | aws::Refusal::NoSuchVersion
        | aws::Refusal::NoSuchBucket
        | aws::Refusal::NotFound
        | aws::Refusal::Forbidden
        | aws::Refusal::BadRequest
        | aws::Refusal::AccessDenied
        | aws::Refusal::ExpiredToken
        | aws::Refusal::InvalidRange
        | aws::Refusal::TooManyRequests
        | aws::Refusal::ConditionalCheckFailed
        | aws::Refusal::TableAccessDenied
        | aws::Refusal::TableTokenExpired
        | aws::Refusal::TableNotFound => false,
    }
}

const fn locked(info: LockInfo) -> Locked {
    Locked {
        info,
        hold: Hold::Record,
        keep_alive_every: None,
    }
}

/// The serial of the state that a call carries.
pub(super) fn serial(call: &BucketCall) -> Option<Serial> {
    match call {
        BucketCall::Put {
            content: Object::State(file),
            ..
        } => Some(file.serial),
        BucketCall::Put { .. }
        | BucketCall::List
        | BucketCall::ListVersions
        | BucketCall::Head(_)
        | BucketCall::Get(_)
        | BucketCall::GetRange(_)
        | BucketCall::GetVersion(..)
        | BucketCall::Delete(_)
        | BucketCall::DeleteVersion(..) => None,
    }
}

/// The serial of the state whose digest a call carries.
pub(super) fn serial_of_digest(call: &TableCall) -> Option<Serial> {
    match call {
        TableCall::Put {
            item: Item::Digest(Digest::Of(file)),
            ..
        } => Some(file.serial),
        TableCall::Put { .. } | TableCall::Get(_) | TableCall::Delete(_) => None,
    }
}

/// A text of which the first error says why.
fn cause(text: String, error: Option<AwsError>) -> Cause {
    Cause {
        text: text.into(),
        detail: None,
        code: error.and_then(AwsError::shown_code),
        other_code: None,
    }
}
