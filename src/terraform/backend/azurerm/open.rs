//! The opening: a get, and where there is no state, the making of an empty one.
//!
//! | what is found | what follows |
//! |---|---|
//! | a state | done |
//! | none | lock → get → get → save, serial 1, without resources → unlock |
//! | none, and a state at the get under the lock | done, and the lock stays |

use super::lock::{Failure, Lock};
use super::save::Put;
use super::transport::{TransportError, get};
use super::unlock::{Named, Unlock};
use super::{Client, Part, read_state};
use crate::terraform::backend::{Answer, OpenFailure, Outgoing, Surroundings, UnlockFailure};
use crate::terraform::client_model::ForceUnlockMeans;
use crate::terraform::diagnostic::Cause;
use crate::terraform::lock::{LockId, LockInfo, LockOperation};
use crate::terraform::state::{StateContent, StateFile, StateSnapshot};

/// An [opening](self).
#[derive(Debug, Clone)]
pub struct Open {
    /// What the process has of the state.
    transient: StateSnapshot,
    stage: Stage,
}

#[derive(Debug, Clone)]
enum Stage {
    Get,
    Lock(Lock),
    Read(LockInfo),
    /// The read before the first save of a state.
    ReadBeforeSave(LockInfo),
    Save(Put, LockInfo),
    /// What the opening comes to, if the unlock succeeds.
    Unlock(Unlock, LockId, Result<StateContent, OpenFailure>),
}

/// What an opening comes to.
type End = Result<StateContent, OpenFailure>;

impl Open {
    pub(super) fn begin(transient: StateSnapshot) -> (Self, Outgoing) {
        let stage = Stage::Get;
        (Self { transient, stage }, get())
    }

    fn goes_on(&mut self, stage: Stage, out: Outgoing) -> Part<End> {
        self.stage = stage;
        Part::Send(out)
    }

    /// Goes on with an answer.
    pub(super) fn resume(
        &mut self,
        answer: Answer,
        client: &mut Client,
        around: &mut Surroundings<'_>,
    ) -> Part<End> {
        match std::mem::replace(&mut self.stage, Stage::Get) {
            Stage::Get => match read_state(answer) {
                Ok(StateContent::Absent | StateContent::Empty) => self.lock(around),
                found => Part::Done(found.map_err(Into::into)),
            },
            Stage::Lock(mut lock) => match lock.resume(answer, &mut client.held) {
                Part::Send(out) | Part::SendAfter(_, out) => self.goes_on(Stage::Lock(lock), out),
                Part::Done(Ok(info)) => self.goes_on(Stage::Read(info), get()),
                Part::Done(Err(failure)) => Part::Done(Err(lock_failure(failure))),
            },
            Stage::Read(info) => match read_state(answer) {
                Ok(StateContent::Absent | StateContent::Empty) => {
                    self.goes_on(Stage::ReadBeforeSave(info), get())
                }
                Ok(found) => Part::Done(Ok(found)),
                Err(failure) => self.unlock(info, Err(failure.into()), client),
            },
            Stage::ReadBeforeSave(info) => match read_state(answer) {
                Ok(found) => self.save(found, info, client, around),
                Err(failure) => {
                    let mut cause = failure.into_cause();
                    cause.text =
                        format!("failed checking for existing remote state: {}", cause.text).into();
                    self.unlock(info, Err(OpenFailure::Other(cause)), client)
                }
            },
            Stage::Save(mut put, info) => match put.resume(answer, client.held) {
                Part::Send(out) | Part::SendAfter(_, out) => {
                    self.goes_on(Stage::Save(put, info), out)
                }
                Part::Done(result) => {
                    put.tell(&result, around);
                    let end = result.map(StateContent::State).map_err(save_failure);
                    self.unlock(info, end, client)
                }
            },
            Stage::Unlock(mut unlock, id, end) => match unlock.resume(answer, &mut client.held) {
                Part::Send(out) | Part::SendAfter(_, out) => {
                    self.goes_on(Stage::Unlock(unlock, id, end), out)
                }
                Part::Done(Ok(_)) => Part::Done(end),
                // The failed unlock is reported instead of why it had to unlock.
                Part::Done(Err(failure)) => {
                    let failure = unlock.failure(failure);
                    Part::Done(Err(unlock_failure(failure, id)))
                }
            },
        }
    }

    fn lock(&mut self, around: &mut Surroundings<'_>) -> Part<End> {
        let info = LockInfo {
            id: LockId::uuid(around.draw_bits()),
            operation: LockOperation::Init,
            who: around.operator,
            created: around.now,
        };
        let (lock, out) = Lock::begin(info, around.model.lease);
        self.goes_on(Stage::Lock(lock), out)
    }

    /// A state that was found in the meantime is stored as it is.
    fn save(
        &mut self,
        found: StateContent,
        info: LockInfo,
        client: &Client,
        around: &mut Surroundings<'_>,
    ) -> Part<End> {
        let lineage = around.draw_lineage();
        let file = match found {
            StateContent::State(file) => file,
            StateContent::Absent | StateContent::Empty => StateFile {
                lineage,
                serial: 1,
                snapshot: self.transient.clone(),
            }
            .into(),
        };
        let (put, out) = Put::begin(file, client.takes_snapshots, client.held);
        self.goes_on(Stage::Save(put, info), out)
    }

    fn unlock(&mut self, info: LockInfo, end: End, client: &Client) -> Part<End> {
        let means = ForceUnlockMeans::Release;
        let (unlock, out) = Unlock::begin(Named::Known(info.id), means, client.held);
        self.goes_on(Stage::Unlock(unlock, info.id, end), out)
    }
}

fn save_failure(error: TransportError) -> OpenFailure {
    OpenFailure::Other(error.into())
}

fn lock_failure(failure: Failure) -> OpenFailure {
    // The line says why; below it stands what it does not say.
    let mut cause = Failure {
        info_error: None,
        ..failure
    }
    .cause();
    cause.text = format!("failed to lock azure state: {}", cause.text).into();
    cause.detail = failure.info_error.map(|error| error.to_string().into());
    match failure.error {
        None => OpenFailure::Locked(cause),
        Some(_) => OpenFailure::Other(cause),
    }
}

/// The unlock of a blob that was only just made failed: its line names the lock.
fn unlock_failure(failure: UnlockFailure, id: LockId) -> OpenFailure {
    let cause = failure.into_cause();
    OpenFailure::Other(Cause {
        text: format!("Error unlocking Azure state. Lock ID: {id}").into(),
        detail: Some(cause.text),
        code: cause.code,
        other_code: None,
    })
}
