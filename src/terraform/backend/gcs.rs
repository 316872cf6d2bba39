//! The gcs client: state in an object, and for a lock an object beside it, put where there is none.
//!
//! | routine | requests |
//! |---|---|
//! | open | a read; where there is no state: lock → get → put of an empty one → unlock |
//! | read | get → attributes |
//! | lock | put of the lock object, if there is none: its generation is the lock's ID |
//! | save | put, without condition |
//! | unlock | delete of the lock object of this generation |
//! | lock or unlock, refused or failed | → get of the lock object → its attributes, for its info |
//!
//! No save carries the lock: the service can't tell whether who saves still holds it. An unlock
//! names the generation: it never frees another's lock. Google's client repeats what is safe to
//! repeat, for ever: reads, and what has a condition; a save is sent once. Measured on Terraform
//! 1.11.4.

mod lock;
mod open;
mod read;
mod transport;

use std::sync::Arc;

pub use self::transport::{Call, GcsError, ObjectKey, Success};
pub use super::object::Object;

use self::lock::{Lock, Unlock};
use self::open::Open;
use self::read::Read;
use self::transport::{list, listed, put_state, saved};
use super::advice::Advice;
use super::{
    Answer, Hold, Job, KeepAliveFailure, Locked, Next, Outcome, Part, Repeat, SaveFailure,
    Surroundings, UnlockFailure,
};
use crate::kernel::{SimDuration, Stream};
use crate::service::Refusal;
use crate::service::gcs::bucket::{Condition, Generation};
use crate::terraform::diagnostic::Cause;
use crate::terraform::lock::{LockId, LockInfo};
use crate::terraform::process::StateFact;
use crate::terraform::request::RequestKind;
use crate::terraform::state::{Serial, StateFile};

/// The bucket.
pub const BUCKET: &str = "tfstate";
/// The name of the state object.
pub const STATE_NAME: &str = "default.tfstate";
/// The name of the lock object.
pub const LOCK_NAME: &str = "default.tflock";
/// Where the state is.
pub const STATE_URL: &str = "gs://tfstate/default.tfstate";
/// Where the lock is, as lock info names it.
pub const LOCK_URL: &str = "gs://tfstate/default.tflock";

/// Takes the lock object away, whosever it is.
pub const REMOVE_LOCK: &str = "gcloud storage rm gs://tfstate/default.tflock";

/// The client never waits longer between two attempts.
const WAIT_MAX: SimDuration = SimDuration::from_seconds(30);
/// Before the first repetition it waits at most so long.
const FIRST_WAIT: SimDuration = SimDuration::from_seconds(1);
/// The same of an upload, which has a faster loop of its own.
const FIRST_WAIT_OF_UPLOAD: SimDuration = SimDuration::from_ms(100);

const PUT_ASIDE: &[&str] = &[
    "gcloud storage cp gs://tfstate/default.tfstate corrupt.tfstate",
    "gcloud storage rm gs://tfstate/default.tfstate",
];

/// What users do where Terraform has no command.
pub const ADVICE: Advice = Advice {
    place: "the state object",
    it: "the object",
    lock_info: "the lock object",
    without_lock: "there is no lock",
    break_lock: Some(REMOVE_LOCK),
    put_aside: PUT_ASIDE,
    put_aside_with_snapshots: PUT_ASIDE,
    bring_back: None,
    unreadable_hint: Some(
        "where the bucket keeps versions (gcloud storage ls -a), copy the generation of before over \
         it instead",
    ),
    lost_hint: "copy an earlier generation of the object back, or a copy that somebody kept, if \
        there is one; else import object by object",
    not_force_unlocked: "do not use force-unlock: it fails where no lock is held",
    not_pushed: "do not try state push -force: it reads the state first, and fails",
};

/// A process's client, with what it remembers.
#[derive(Debug, Clone, Default)]
pub struct Client {
    /// The lock that it took and has not given back: the generation of the lock object.
    held: Option<LockId>,
    /// Whether the next request goes over a connection that has carried one before: a GET that is
    /// reset there is sent once more at once, by Go's HTTP client.
    is_connected: bool,
}

/// A job of the client under way.
#[derive(Debug, Clone)]
pub enum Routine {
    /// The list of workspaces.
    List,
    /// The opening.
    Open(Box<Open>),
    /// A read.
    Read(Read),
    /// The taking of the lock.
    Lock(Lock),
    /// A save.
    Save(Arc<StateFile>),
    /// An unlock.
    Unlock(Unlock),
}

impl Client {
    /// A client that holds no lock.
    pub const fn new() -> Self {
        Self {
            held: None,
            is_connected: false,
        }
    }

    /// The lock that it took and has not given back.
    pub const fn held(&self) -> Option<LockId> {
        self.held
    }

    pub(super) fn begin(job: Job) -> Next {
        let (routine, out) = match job {
            Job::List => (Routine::List, list()),
            Job::Open(transient) => {
                let (open, out) = Open::begin(transient);
                (Routine::Open(Box::new(open)), out)
            }
            Job::Reopen => return Next::Done(Outcome::Reopened(Ok(()))),
            Job::Read => {
                let (read, out) = Read::begin();
                (Routine::Read(read), out)
            }
            Job::Lock(info) => {
                let (lock, out) = Lock::begin(info);
                (Routine::Lock(lock), out)
            }
            Job::Save(file) => (Routine::Save(Arc::clone(&file)), put_state(file)),
            Job::Unlock(info) => {
                let generation = generation(&info.id.to_string());
                let (unlock, out) = Unlock::begin(generation.unwrap_or(Generation(0)));
                (Routine::Unlock(unlock), out)
            }
            Job::ForceUnlock(typed) => {
                let Some(generation) = generation(&typed) else {
                    let text = format!("Lock ID should be numerical value, got '{typed}'");
                    let failure = UnlockFailure::Other(Cause::new(text));
                    return Next::Done(Outcome::Unlocked(Err(failure)));
                };
                let (unlock, out) = Unlock::begin(generation);
                (Routine::Unlock(unlock), out)
            }
            Job::KeepAlive => {
                let failure = KeepAliveFailure {
                    is_forgotten: false,
                };
                return Next::Done(Outcome::KeptAlive(Err(failure)));
            }
        };
        Next::Send(super::Routine::Gcs(routine), out)
    }

    pub(super) fn resume(
        &mut self,
        routine: &mut Routine,
        answer: Answer,
        around: &mut Surroundings<'_>,
    ) -> Part<Outcome> {
        match routine {
            Routine::List => Part::Done(Outcome::Listed(listed(answer))),
            Routine::Open(open) => { open.resume(answer, &mut self.held, around) }
                .map(|result| Outcome::Opened(result.map(Some))),
            Routine::Read(read) => read.resume(answer).map(Outcome::Read),
            Routine::Lock(lock) => lock.resume(answer).map(|result| {
                self.held = result.as_ref().ok().map(|info: &LockInfo| info.id);
                Outcome::Locked(result.map(locked))
            }),
            Routine::Save(file) => {
                let result = saved(answer);
                tell_saved(file, result.is_ok(), around);
                let result = result.map(|()| Arc::clone(file));
                Part::Done(Outcome::Saved(result.map_err(|cause| SaveFailure {
                    cause,
                    is_attempt: true,
                })))
            }
            Routine::Unlock(unlock) => unlock.resume(answer).map(|result| {
                if result.is_ok() {
                    self.held = None;
                }
                Outcome::Unlocked(result)
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
        let was_connected =
            std::mem::replace(&mut self.is_connected, !matches!(answer, Answer::Reset));
        let refusal = match answer {
            Answer::Reset => {
                let is_repeated = was_connected && kind.is_read_of_storage();
                return is_repeated.then_some(Repeat::AtOnce);
            }
            Answer::Refused(refusal) => *refusal,
            Answer::Success(_) | Answer::Failed(_) | Answer::Closed(_) => return None,
        };
        let is_retried = matches!(refusal.http_status(), 408 | 429 | 500..=599);
        // Of a put without condition nobody can say whether it may be sent twice.
        if !is_retried || kind == RequestKind::PutState {
            return None;
        }
        let first = if kind == RequestKind::PutLock {
            FIRST_WAIT_OF_UPLOAD
        } else {
            FIRST_WAIT
        };
        let doubled = first.as_ms() << tries.min(16);
        let most = doubled.min(WAIT_MAX.as_ms());
        Some(Repeat::After {
            refusal: Some(refusal),
            wait: SimDuration::from_ms(waits.between(0, most)),
        })
    }
}

/// The generation that an ID is; `None` of a text that is no number.
fn generation(id: &str) -> Option<Generation> {
    let number: i64 = id.parse().ok()?;
    // A number below zero is no object's.
    Some(Generation(u64::try_from(number).unwrap_or(0)))
}

/// The generation that a text is: a number above 0 with so few digits that others follow it.
pub fn lock_generation(text: &str) -> Option<Generation> {
    const DIGITS_MAX: usize = 18;
    let is_number = text.len() <= DIGITS_MAX && text.bytes().all(|byte| byte.is_ascii_digit());
    let number = text.parse().ok().filter(|number| is_number && *number > 0);
    number.map(Generation)
}

/// The ID of the lock that an object of this generation is.
pub fn lock_id(generation: Generation) -> LockId {
    let id = LockId::new(&generation.to_string());
    id.expect("20 digits are not too long for an ID")
}

fn tell_saved(file: &StateFile, is_stored: bool, around: &mut Surroundings<'_>) {
    let serial = file.serial;
    around.tell(if is_stored {
        StateFact::Saved {
            serial,
            objects: file.snapshot.object_count(),
        }
    } else {
        StateFact::SaveFailed { serial }
    });
}

const fn locked(info: LockInfo) -> Locked {
    Locked {
        info,
        hold: Hold::Record,
        keep_alive_every: None,
    }
}

/// The serial of the state that a call carries.
pub(super) fn serial(call: &Call) -> Option<Serial> {
    match call {
        Call::Put {
            content: Object::State(file),
            ..
        } => Some(file.serial),
        Call::Put { .. }
        | Call::List
        | Call::ListVersions
        | Call::Get(_)
        | Call::GetVersion(..)
        | Call::Attributes(_)
        | Call::Copy { .. }
        | Call::Delete(..)
        | Call::DeleteVersion(..) => None,
    }
}

/// The lock that a call frees.
pub(super) fn freed(call: &Call) -> Option<LockId> {
    match call {
        Call::Delete(ObjectKey::Lock, Condition::Is(generation)) => Some(lock_id(*generation)),
        Call::Delete(..)
        | Call::Put { .. }
        | Call::List
        | Call::ListVersions
        | Call::Get(_)
        | Call::GetVersion(..)
        | Call::Attributes(_)
        | Call::Copy { .. }
        | Call::DeleteVersion(..) => None,
    }
}

/// A text of which the error says why.
fn cause(text: String, error: Option<GcsError>) -> Cause {
    Cause {
        text: text.into(),
        detail: None,
        code: error.and_then(GcsError::shown_code).map(Refusal::Gcs),
        other_code: None,
    }
}
