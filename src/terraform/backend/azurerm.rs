//! The azurerm client: state in a blob, and a lease on it for a lock.
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

mod lock;
mod open;
mod save;
mod transport;
mod unlock;

pub use self::transport::{
    BlobCall, BlobCallAnswer, BlobRequest, BlobSuccess, FoundBlob, Metadata, TransportError,
};

use self::lock::Lock;
use self::open::Open;
use self::save::Put;
use self::transport::{content, lease_renewal, succeeded};
use self::unlock::{Named, Unlock};
use super::advice::Advice;
use super::{
    Answer, Hold, Job, KeepAliveFailure, LockFailure, Locked, Next, Outcome, Part, ReadFailure,
    Repeat, SaveFailure, Surroundings,
};
use crate::kernel::SimDuration;
use crate::service::Refusal;
use crate::service::azure::{Action, Call, LeaseDuration, LeaseId};
use crate::terraform::client_model::{
    ClientModel, ForceUnlockMeans, LeaseModel, OnRenewalFailure, RetryModel,
};
use crate::terraform::diagnostic::Cause;
use crate::terraform::lock::LockInfo;
use crate::terraform::request::RequestKind;
use crate::terraform::state::{BlobContent, Serial, StateContent};

/// Breaks the lease, whoever holds it.
pub const BREAK_LEASE: &str = "az storage blob lease break --container-name tfstate \
     --blob-name terraform.tfstate --lease-break-period 0";

/// Deletes the state blob.
pub const DELETE_BLOB: &str =
    "az storage blob delete --container-name tfstate --name terraform.tfstate";

/// Deletes the state blob where it has snapshots: without the option that is refused.
const DELETE_WITH_SNAPSHOTS: &str = "az storage blob delete --container-name tfstate --name \
     terraform.tfstate --delete-snapshots include";

/// Copies what the state blob holds.
const DOWNLOAD: &str = "az storage blob download --container-name tfstate --name \
     terraform.tfstate --file corrupt.tfstate";

/// About lock info without a lease.
pub const NOT_FORCE_UNLOCKED: &str = "do not use force-unlock: it fails where no lease is held; \
     the next command that locks clears the info";

/// About a state blob that can't be read.
pub const NOT_PUSHED_OVER_GARBAGE: &str =
    "do not try state push -force: it reads the blob first, and fails";

/// What users do where Terraform has no command.
pub const ADVICE: Advice = Advice {
    place: "the state blob",
    it: "the blob",
    lock_info: "the blob's lock info",
    without_lock: "there is no lease",
    break_lock: Some(BREAK_LEASE),
    put_aside: &[DOWNLOAD, DELETE_BLOB],
    put_aside_with_snapshots: &[DOWNLOAD, DELETE_WITH_SNAPSHOTS],
    bring_back: None,
    unreadable_hint: Some(
        "where the blob has a version or a snapshot of before, restore that instead",
    ),
    lost_hint: "restore a version of the blob, or a copy that somebody kept, if there is one; else \
        import object by object",
    not_force_unlocked: NOT_FORCE_UNLOCKED,
    not_pushed: NOT_PUSHED_OVER_GARBAGE,
};

/// A process's client, with what it remembers.
#[derive(Debug, Clone)]
pub struct Client {
    takes_snapshots: bool,
    /// The lease ID that it believes to hold.
    held: Option<LeaseId>,
}

/// A job of the client under way.
#[derive(Debug, Clone)]
pub enum Routine {
    /// The list of workspaces.
    List,
    /// The opening.
    Open(Box<Open>),
    /// A read.
    Read,
    /// The taking of the lock.
    Lock(Lock),
    /// A save.
    Save(Put),
    /// The unlock, of this lock.
    Unlock(Unlock),
    /// A renewal of the lease.
    Renew,
}

impl Client {
    /// A client that holds no lease.
    pub const fn new(takes_snapshots: bool) -> Self {
        Self {
            takes_snapshots,
            held: None,
        }
    }

    /// The lease ID that it believes to hold.
    pub const fn lease_id(&self) -> Option<LeaseId> {
        self.held
    }

    pub(super) fn begin(&mut self, job: Job, around: &mut Surroundings<'_>) -> Next {
        let (routine, out) = match job {
            Job::List => (Routine::List, transport::list()),
            Job::Open(transient) => {
                let (open, out) = Open::begin(transient);
                (Routine::Open(Box::new(open)), out)
            }
            Job::Read => (Routine::Read, transport::get()),
            Job::Lock(info) => {
                let (lock, out) = Lock::begin(info, around.model.lease);
                (Routine::Lock(lock), out)
            }
            Job::Save(file) => {
                let (put, out) = Put::begin(file, self.takes_snapshots, self.held);
                (Routine::Save(put), out)
            }
            Job::Unlock(info) => {
                let means = ForceUnlockMeans::Release;
                let (unlock, out) = Unlock::begin(Named::Known(info.id), means, self.held);
                (Routine::Unlock(unlock), out)
            }
            Job::ForceUnlock(typed) => {
                let means = around.model.force_unlock;
                let (unlock, out) = Unlock::begin(Named::Typed(typed), means, self.held);
                (Routine::Unlock(unlock), out)
            }
            Job::KeepAlive => {
                let Some(id) = self.held else {
                    let failure = KeepAliveFailure { is_forgotten: true };
                    return Next::Done(Outcome::KeptAlive(Err(failure)));
                };
                (Routine::Renew, lease_renewal(id))
            }
        };
        Next::Send(super::Routine::Azurerm(routine), out)
    }

    pub(super) fn resume(
        &mut self,
        routine: &mut Routine,
        answer: Answer,
        around: &mut Surroundings<'_>,
    ) -> Part<Outcome> {
        match routine {
            Routine::List => {
                let listed = succeeded(RequestKind::List, answer);
                Part::Done(Outcome::Listed(listed.map_err(|error| {
                    let mut cause = Cause::from(error);
                    cause.text = format!("listing blobs: {}", cause.text).into();
                    cause
                })))
            }
            Routine::Read => Part::Done(Outcome::Read(read_state(answer))),
            Routine::Renew => Part::Done(Outcome::KeptAlive(self.renewed(answer, around.model))),
            Routine::Open(open) => open
                .resume(answer, self, around)
                .map(|result| Outcome::Opened(result.map(Some))),
            Routine::Lock(lock) => lock.resume(answer, &mut self.held).map(|result| {
                Outcome::Locked(match result {
                    Ok(info) => Ok(locked(info, around)),
                    Err(failure) => Err(LockFailure::from(failure)),
                })
            }),
            Routine::Save(put) => put.resume(answer, self.held).map(|result| {
                put.tell(&result, around);
                Outcome::Saved(result.map_err(|error| SaveFailure {
                    cause: error.into(),
                    is_attempt: true,
                }))
            }),
            Routine::Unlock(unlock) => unlock
                .resume(answer, &mut self.held)
                .map(|result| Outcome::Unlocked(result.map_err(|failure| unlock.failure(failure)))),
        }
    }

    fn renewed(&mut self, answer: Answer, model: &ClientModel) -> Result<(), KeepAliveFailure> {
        succeeded(RequestKind::LeaseRenew, answer).map_err(|_| {
            let is_forgotten = model.on_renewal_failure == OnRenewalFailure::ForgetId;
            if is_forgotten {
                self.held = None;
            }
            KeepAliveFailure { is_forgotten }
        })
    }
}

/// What a get found, as a state or as what stands for none.
fn read_state(answer: Answer) -> Result<StateContent, ReadFailure> {
    match content(answer) {
        Ok(None) => Ok(StateContent::Absent),
        Ok(Some(BlobContent::Empty)) => Ok(StateContent::Empty),
        Ok(Some(BlobContent::State(file))) => Ok(StateContent::State(file)),
        Ok(Some(BlobContent::Unreadable(_))) => {
            Err(ReadFailure::Unsupported(TransportError::Unreadable.into()))
        }
        Err(error) => Err(ReadFailure::Other(error.into())),
    }
}

fn locked(info: LockInfo, around: &Surroundings<'_>) -> Locked {
    let (duration, keep_alive_every) = match around.model.lease {
        LeaseModel::Infinite => (LeaseDuration::Infinite, None),
        LeaseModel::Finite {
            duration,
            renew_every,
        } => (LeaseDuration::Fixed(duration), Some(renew_every)),
    };
    Locked {
        info,
        hold: Hold::Lease(duration),
        keep_alive_every,
    }
}

/// The serial of the state that a request carries.
pub(super) fn serial(request: &BlobRequest) -> Option<Serial> {
    if let Action::Put {
        content: BlobContent::State(file),
        ..
    } = &request.action
    {
        Some(file.serial)
    } else {
        None
    }
}

/// The serial of the state that a call carries.
pub(super) fn serial_of_call(call: &BlobCall) -> Option<Serial> {
    match call {
        Call::Ask { request, .. } => serial(request),
        Call::Read { .. } | Call::List { .. } | Call::Copy { .. } => None,
    }
}

/// 429, 500 and 503 are repeated after waits of 1, 2, 4, 8, 16, 32, then 60 s; a renewal is not.
pub(super) fn retry(
    routine: &Routine,
    answer: &Answer,
    tries: u32,
    model: RetryModel,
) -> Option<Repeat> {
    let Answer::Refused(refusal @ Refusal::Azure(_)) = *answer else {
        return None;
    };
    if !matches!(refusal.http_status(), 429 | 500 | 503) || matches!(routine, Routine::Renew) {
        return None;
    }
    let is_allowed = match model {
        RetryModel::Forever => true,
        RetryModel::Never => false,
        RetryModel::Attempts(attempts) => tries < attempts,
    };
    let wait = SimDuration::from_seconds((1_u64 << tries.min(6)).min(60));
    is_allowed.then_some(Repeat::After {
        refusal: Some(refusal),
        wait,
    })
}
