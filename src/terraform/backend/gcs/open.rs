//! The opening: a read, and where there is no state, the making of an empty one.
//!
//! | what is found | what follows |
//! |---|---|
//! | a state | done |
//! | none | lock → read → save, serial 1, without resources → unlock |
//! | none, and a state at the read under the lock | the same state is written back → unlock |

use std::sync::Arc;

use super::lock::{Lock, Unlock};
use super::read::Read;
use super::transport::{put_state, saved};
use super::{LOCK_URL, Part, generation, tell_saved};
use crate::service::gcs::bucket::Generation;
use crate::terraform::backend::{
    Answer, LockFailure, OpenFailure, Outgoing, ReadFailure, Surroundings, UnlockFailure,
};
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
    Read(Read),
    Lock(Lock),
    /// The read before the first save of a state.
    ReadBeforeSave(Read, LockId),
    Save(Arc<StateFile>, LockId),
    /// What the opening comes to, if the unlock succeeds.
    Unlock(Unlock, LockId, End),
}

/// What an opening comes to.
type End = Result<StateContent, OpenFailure>;

impl Open {
    pub(super) fn begin(transient: StateSnapshot) -> (Self, Outgoing) {
        let (read, out) = Read::begin();
        let stage = Stage::Read(read);
        (Self { transient, stage }, out)
    }

    fn goes_on(&mut self, stage: Stage, out: Outgoing) -> Part<End> {
        self.stage = stage;
        Part::Send(out)
    }

    /// Goes on with an answer. `held` is the lock that the client holds.
    pub(super) fn resume(
        &mut self,
        answer: Answer,
        held: &mut Option<LockId>,
        around: &mut Surroundings<'_>,
    ) -> Part<End> {
        match &mut self.stage {
            Stage::Read(read) => match read.resume(answer) {
                Part::Send(out) | Part::SendAfter(_, out) => Part::Send(out),
                Part::Done(Ok(StateContent::Absent | StateContent::Empty)) => self.lock(around),
                Part::Done(found) => Part::Done(found.map_err(read_failure)),
            },
            Stage::Lock(lock) => match lock.resume(answer) {
                Part::Send(out) | Part::SendAfter(_, out) => Part::Send(out),
                Part::Done(Ok(info)) => {
                    *held = Some(info.id);
                    let (read, out) = Read::begin();
                    self.goes_on(Stage::ReadBeforeSave(read, info.id), out)
                }
                Part::Done(Err(failure)) => Part::Done(Err(lock_failure(failure))),
            },
            Stage::ReadBeforeSave(read, id) => {
                let id = *id;
                match read.resume(answer) {
                    Part::Send(out) | Part::SendAfter(_, out) => Part::Send(out),
                    Part::Done(Ok(found)) => self.save(found, id, around),
                    Part::Done(Err(failure)) => {
                        let mut cause = failure.into_cause();
                        let text =
                            format!("failed checking for existing remote state: {}", cause.text);
                        cause.text = text.into();
                        self.unlock(id, Err(OpenFailure::Other(cause)))
                    }
                }
            }
            Stage::Save(file, id) => {
                let (file, id) = (Arc::clone(file), *id);
                let result = saved(answer);
                tell_saved(&file, result.is_ok(), around);
                let end = result.map(|()| StateContent::State(file));
                self.unlock(id, end.map_err(OpenFailure::Other))
            }
            Stage::Unlock(unlock, id, end) => match unlock.resume(answer) {
                Part::Send(out) | Part::SendAfter(_, out) => Part::Send(out),
                Part::Done(Ok(_)) => {
                    *held = None;
                    Part::Done(end.clone())
                }
                Part::Done(Err(failure)) => Part::Done(Err(unlock_failure(failure, *id, end))),
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
        let (lock, out) = Lock::begin(info);
        self.goes_on(Stage::Lock(lock), out)
    }

    fn save(
        &mut self,
        found: StateContent,
        id: LockId,
        around: &mut Surroundings<'_>,
    ) -> Part<End> {
        let lineage = around.draw_lineage();
        let file: Arc<StateFile> = match found {
            StateContent::State(file) => file,
            StateContent::Absent | StateContent::Empty => StateFile {
                lineage,
                serial: 1,
                snapshot: self.transient.clone(),
            }
            .into(),
        };
        self.goes_on(Stage::Save(Arc::clone(&file), id), put_state(file))
    }

    fn unlock(&mut self, id: LockId, end: End) -> Part<End> {
        let generation = generation(&id.to_string());
        let (unlock, out) = Unlock::begin(generation.unwrap_or(Generation(0)));
        self.goes_on(Stage::Unlock(unlock, id, end), out)
    }
}

fn read_failure(failure: ReadFailure) -> OpenFailure {
    match failure {
        ReadFailure::Unsupported(cause) => OpenFailure::Unsupported(cause),
        ReadFailure::Problems(cause) => OpenFailure::Problems(cause),
        ReadFailure::File(cause) | ReadFailure::Other(cause) => OpenFailure::Other(cause),
    }
}

fn lock_failure(failure: LockFailure) -> OpenFailure {
    let LockFailure { cause, info } = failure;
    match info {
        Some(info) => OpenFailure::Held(cause, info),
        // Of several errors the line has the first, as that of an unlock.
        None => OpenFailure::Other(cause),
    }
}

/// The unlock of a state that was only just made failed: the line says why it had to unlock,
/// which is nothing where all else went well.
fn unlock_failure(failure: UnlockFailure, id: LockId, end: &End) -> OpenFailure {
    let (text, first) = match end {
        Ok(_) => ("<nil>".into(), None),
        Err(failure) => {
            let cause = failure.cause();
            (Arc::clone(&cause.text), cause.code)
        }
    };
    let cause = failure.into_cause();
    let why = cause.detail.unwrap_or(cause.text);
    let detail = format!(
        "Additionally, unlocking the state file on Google Cloud Storage failed:\n\n\
         Error message: {why:?}\n\
         Lock ID (gen): {id}\n\
         Lock file URL: {LOCK_URL}\n\n\
         You may have to force-unlock this state in order to use it again.\n\
         The GCloud backend acquires a lock during initialization to ensure\n\
         the initial state file is created."
    );
    OpenFailure::Other(Cause {
        text,
        detail: Some(detail.into()),
        code: first.or(cause.code),
        other_code: first.and(cause.code),
    })
}
