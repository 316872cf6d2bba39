//! The local client: state in a file, with a lock of the kernel on it.
//!
//! | job | file operations |
//! |---|---|
//! | open | none that could fail |
//! | lock | open, made with 0 bytes where it is missing, and read → lock → write the info file |
//! | lock, held by another process | … → read the info file; the file stays open |
//! | read | through the open file; where there is none, by its name |
//! | save | \[open\] → \[backup\] → truncate and write in place |
//! | unlock | unlink the info file → free the lock; a file that is new and still empty is removed |
//! | force-unlock | none: the lock is another process's |
//!
//! The file is opened once, by the lock or by the first save without one, and what it holds then
//! is what a backup gets. A save without a lock on a file that can't be opened does nothing, and
//! says that it has. The info file alone locks nobody. Measured on Terraform 1.11.4; that it is
//! opened once is from its source.

mod operation;

use std::sync::Arc;

pub use self::operation::{
    BackupRule, FileFailure, FileRequest, FileSuccess, Files, OpenState, backup_made, perform,
};
use super::advice::Advice;
use super::{
    Answer, Hold, Job, LockFailure, Locked, Next, Outcome, Outgoing, ReadFailure, Request,
    SaveFailure, Success, Surroundings, UnlockFailure,
};
use crate::service::local::{FileError, Opened};
use crate::terraform::diagnostic::Cause;
use crate::terraform::lock::{LockInfo, LockOperation};
use crate::terraform::process::StateFact;
use crate::terraform::request::RequestKind;
use crate::terraform::state::{StateContent, StateFile};

/// The name of the state file, where a configuration gives none.
pub const STATE: &str = "terraform.tfstate";

/// Puts aside what is no state.
pub const PUT_ASIDE: &str = "mv terraform.tfstate terraform.tfstate.broken";

/// Brings back the state before the last command that changed it.
pub const BRING_BACK: &str = "cp terraform.tfstate.backup terraform.tfstate";

/// About lock info that nobody holds.
pub const NOT_FORCE_UNLOCKED: &str = "do not use force-unlock: the info file locks nobody, and the \
     next command that locks clears it away";

/// What users do where Terraform has no command.
pub const ADVICE: Advice = Advice {
    place: "the state file",
    it: "the file",
    lock_info: "the lock info file",
    without_lock: "no process has the lock",
    break_lock: None,
    put_aside: &[PUT_ASIDE],
    put_aside_with_snapshots: &[PUT_ASIDE],
    bring_back: Some(BRING_BACK),
    unreadable_hint: None,
    lost_hint: "bring back the backup, or a copy that somebody kept, if there is one; else import \
        object by object",
    not_force_unlocked: NOT_FORCE_UNLOCKED,
    not_pushed: "do not try state push -force: it reads the state first, and fails",
};

/// A process's client, with what it remembers.
#[derive(Debug, Clone)]
pub struct Client {
    /// The state file, since the process has it open.
    open: Option<OpenState>,
    /// The lock that it has.
    lock: Option<LockInfo>,
    /// The backup that the next save makes.
    backup: BackupRule,
}

/// A job of the client under way.
#[derive(Debug, Clone)]
pub enum Routine {
    /// A read.
    Read,
    /// The taking of the lock.
    Lock(LockInfo),
    /// A save.
    Save(Arc<StateFile>),
    /// The unlock.
    Unlock(LockInfo),
}

impl Client {
    /// The client of a command that locks the state as this.
    pub const fn new(operation: Option<LockOperation>) -> Self {
        Self {
            open: None,
            lock: None,
            backup: match operation {
                Some(LockOperation::StateRemove | LockOperation::StateMove) => BackupRule::Timed,
                Some(
                    LockOperation::Plan
                    | LockOperation::Apply
                    | LockOperation::Refresh
                    | LockOperation::Init
                    | LockOperation::Import
                    | LockOperation::StatePush
                    | LockOperation::Taint
                    | LockOperation::Untaint,
                )
                | None => BackupRule::Usual,
            },
        }
    }

    /// The lock that it has.
    pub(super) const fn lock(&self) -> Option<LockInfo> {
        self.lock
    }

    fn opened(&self) -> Option<Opened> {
        self.open.as_ref().map(|open| open.file)
    }

    pub(super) fn begin(&self, job: Job) -> Next {
        match job {
            Job::List => Next::Done(Outcome::Listed(Ok(()))),
            Job::Reopen => Next::Done(Outcome::Reopened(Ok(()))),
            Job::Open(_) => Next::Done(Outcome::Opened(Ok(None))),
            Job::Read => send(
                Routine::Read,
                RequestKind::ReadFile,
                FileRequest::Read(self.opened()),
            ),
            Job::Lock(info) => {
                let open = self.open.clone();
                let request = FileRequest::Lock { open, info };
                send(Routine::Lock(info), RequestKind::LockFile, request)
            }
            Job::Save(file) => {
                let request = FileRequest::Save {
                    open: self.open.clone(),
                    file: Arc::clone(&file),
                    backup: self.backup,
                };
                send(Routine::Save(file), RequestKind::SaveFile, request)
            }
            Job::Unlock(info) => match (self.lock, self.opened()) {
                (Some(_), Some(open)) => send(
                    Routine::Unlock(info),
                    RequestKind::UnlockFile,
                    FileRequest::Unlock(open),
                ),
                (None, _) | (_, None) => Next::Done(Outcome::Unlocked(Ok(info.id))),
            },
            Job::ForceUnlock(_) => {
                let cause = Cause::new("LocalState not locked");
                Next::Done(Outcome::Unlocked(Err(UnlockFailure::Other(cause))))
            }
            Job::KeepAlive => Next::Done(Outcome::KeptAlive(Ok(()))),
        }
    }

    pub(super) fn resume(
        &mut self,
        routine: &Routine,
        answer: Answer,
        around: &mut Surroundings<'_>,
    ) -> Outcome {
        let answer = answered(answer);
        match routine {
            Routine::Read => Outcome::Read(was_read(answer)),
            Routine::Lock(info) => Outcome::Locked(self.was_locked(*info, answer)),
            Routine::Save(file) => self.was_saved(Arc::clone(file), answer, around),
            Routine::Unlock(info) => {
                self.open = None;
                self.lock = None;
                Outcome::Unlocked(match answer {
                    Ok(_) => Ok(info.id),
                    Err(failure) => Err(UnlockFailure::Other(cause(&failure))),
                })
            }
        }
    }

    fn was_locked(
        &mut self,
        info: LockInfo,
        answer: Result<FileSuccess, FileFailure>,
    ) -> Result<Locked, LockFailure> {
        let failure = match answer {
            Ok(FileSuccess::Locked(open)) => {
                self.open = Some(open);
                self.lock = Some(info);
                return Ok(Locked {
                    info,
                    hold: Hold::Process,
                    keep_alive_every: None,
                });
            }
            Ok(_) => FileFailure::State(FileError::Broken),
            Err(failure) => failure,
        };
        let cause = cause(&failure);
        let info = match failure {
            FileFailure::Locked { info, open } => {
                self.open = Some(open);
                info
            }
            FileFailure::Unreadable
            | FileFailure::State(_)
            | FileFailure::Info(_)
            | FileFailure::Backup { .. }
            | FileFailure::Write { .. } => None,
        };
        Err(LockFailure { cause, info })
    }

    fn was_saved(
        &mut self,
        file: Arc<StateFile>,
        answer: Result<FileSuccess, FileFailure>,
        around: &mut Surroundings<'_>,
    ) -> Outcome {
        if backup_made(&answer).is_some() {
            self.backup = BackupRule::Made;
        }
        let failure = match answer {
            Ok(FileSuccess::Saved { open, .. }) => {
                self.open = Some(open);
                around.tell(StateFact::Saved {
                    serial: file.serial,
                    objects: file.snapshot.object_count(),
                });
                return Outcome::Saved(Ok(file));
            }
            Ok(FileSuccess::NotSaved(open)) => {
                self.open = open;
                return Outcome::NotSaved;
            }
            Ok(_) => FileFailure::State(FileError::Broken),
            Err(failure) => failure,
        };
        around.tell(StateFact::SaveFailed {
            serial: file.serial,
        });
        let cause = cause(&failure);
        let is_attempt = match failure {
            FileFailure::Write { open, .. } => {
                self.open = Some(open);
                true
            }
            FileFailure::Backup { open, .. } => {
                self.open = Some(open);
                false
            }
            FileFailure::Unreadable
            | FileFailure::Locked { .. }
            | FileFailure::State(_)
            | FileFailure::Info(_) => true,
        };
        Outcome::Saved(Err(SaveFailure { cause, is_attempt }))
    }
}

fn was_read(answer: Result<FileSuccess, FileFailure>) -> Result<StateContent, ReadFailure> {
    match answer {
        Ok(FileSuccess::Content(content)) => Ok(content),
        Ok(_) => Ok(StateContent::Absent),
        Err(FileFailure::Unreadable) => Err(ReadFailure::Problems(cause(&FileFailure::Unreadable))),
        Err(FileFailure::State(error)) => Err(ReadFailure::File(Cause::new(format!(
            "The state file could not be read: read {STATE}: {error}"
        )))),
        Err(failure) => Err(ReadFailure::File(cause(&failure))),
    }
}

const fn send(routine: Routine, kind: RequestKind, request: FileRequest) -> Next {
    Next::Send(
        super::Routine::Local(routine),
        Outgoing {
            kind,
            request: Request::File(request),
        },
    )
}

fn answered(answer: Answer) -> Result<FileSuccess, FileFailure> {
    match answer {
        Answer::Success(Success::File(success)) => Ok(success),
        Answer::Failed(failure) => Err(failure),
        Answer::Success(
            Success::Blob(_)
            | Success::Called(_)
            | Success::Bucket(_)
            | Success::Table(_)
            | Success::Storage(_)
            | Success::Sql(_)
            | Success::Http(_),
        )
        | Answer::Refused(_)
        | Answer::Closed(_)
        | Answer::Reset => Err(FileFailure::State(FileError::Broken)),
    }
}

/// What the library that writes states says under its line.
fn not_written(name: &str, error: FileError) -> String {
    format!("An error occured while writing the serialized state: write {name}: {error}.")
}

/// A failure in the client's words.
fn cause(failure: &FileFailure) -> Cause {
    match failure {
        FileFailure::Unreadable => Cause::new("2 problems:"),
        FileFailure::Locked { info: Some(_), .. } => Cause::new(FileError::Locked.to_string()),
        FileFailure::Locked { info: None, .. } => Cause {
            detail: Some(format!("{}; the lock info can't be read", FileError::Locked).into()),
            ..Cause::new(FileError::Locked.to_string())
        },
        FileFailure::State(error) => Cause::new(format!("open {STATE}: {error}")),
        FileFailure::Info(error) => Cause::new(format!(
            "could not write lock info for \"{STATE}\": {error}"
        )),
        FileFailure::Write { error, .. } => Cause {
            detail: Some(not_written(STATE, *error).into()),
            ..Cause::new("Failed to write state")
        },
        FileFailure::Backup {
            error: FileError::NoSpace,
            ..
        } => Cause::new(format!(
            "failed to write to local state backup file: Failed to write state: {}",
            not_written(&format!("{STATE}.backup"), FileError::NoSpace)
        )),
        FileFailure::Backup { error, .. } => Cause::new(format!(
            "failed to create local state backup file: open {STATE}.backup: {error}"
        )),
    }
}
