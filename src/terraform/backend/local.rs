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

use std::sync::Arc;

use super::{
    Answer, Hold, Job, LockFailure, Locked, Next, Outcome, Outgoing, ReadFailure, Request,
    SaveFailure, Success, Surroundings, UnlockFailure,
};
use crate::kernel::SimTime;
use crate::service::local::{Content, Directory, FileError, Opened, ProcessId};
use crate::terraform::diagnostic::Cause;
use crate::terraform::lock::{LockInfo, LockOperation};
use crate::terraform::process::{FileContent, StateFact};
use crate::terraform::request::RequestKind;
use crate::terraform::state::{StateContent, StateFile};

/// The name of the state file, where a configuration gives none.
pub const STATE: &str = "terraform.tfstate";

/// The names of the files that a local state consists of.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Files {
    /// The state.
    pub state: Arc<str>,
    /// The lock info.
    pub info: Arc<str>,
    /// The state before the last command that changed it.
    pub backup: Arc<str>,
}

impl Files {
    /// Those of a state file of this name.
    pub fn of(state: &str) -> Self {
        Self {
            state: state.into(),
            info: format!(".{state}.lock.info").into(),
            backup: format!("{state}.backup").into(),
        }
    }

    /// The backup of `state rm` and `state mv`, which has the time in its name.
    fn backup_at(&self, now: SimTime) -> Arc<str> {
        let seconds = now.as_ms() / 1_000;
        format!("{}.{seconds}.backup", self.state).into()
    }
}

/// The state file as a process has it open.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OpenState {
    file: Opened,
    /// The state that it held when it was opened, if it held one.
    found: Option<Arc<StateFile>>,
}

/// The backup that a save makes first, if it differs from what was found.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum BackupRule {
    /// None: there is one already.
    Made,
    /// Under the usual name.
    Usual,
    /// Under a name with the time in it.
    Timed,
}

/// What the client asks of the file system.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum FileRequest {
    /// Read the state; through the open file, where there is one.
    Read(Option<Opened>),
    /// Lock the state, and say who does.
    Lock {
        /// The open file, from an earlier attempt.
        open: Option<OpenState>,
        /// Who.
        info: LockInfo,
    },
    /// Store the state.
    Save {
        /// The open file; none before the first save without a lock.
        open: Option<OpenState>,
        /// What is stored.
        file: Arc<StateFile>,
        /// What is made first.
        backup: BackupRule,
    },
    /// Remove the lock info, and free the lock.
    Unlock(Opened),
}

/// What the file system did.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum FileSuccess {
    /// This is what the state file holds.
    Content(StateContent),
    /// The state file is open, and locked.
    Locked(OpenState),
    /// The state is stored.
    Saved {
        /// The open file.
        open: OpenState,
        /// The backup that was made.
        backup: Option<Arc<str>>,
    },
    /// Nothing was stored, and nobody is told. What held no state is open now.
    NotSaved(Option<OpenState>),
    /// The lock is free.
    Unlocked,
}

/// Why it did not.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum FileFailure {
    /// The state file holds something that is no state.
    Unreadable,
    /// Another process has the lock.
    Locked {
        /// Its lock info, if that can be read.
        info: Option<LockInfo>,
        /// The open file.
        open: OpenState,
    },
    /// The state file could not be opened or read.
    State(FileError),
    /// The lock info could not be written. The lock is held, until the process ends.
    Info(FileError),
    /// The backup could not be made; the state is as it was.
    Backup {
        /// Why.
        error: FileError,
        /// The open file.
        open: OpenState,
    },
    /// The state could not be written.
    Write {
        /// Why.
        error: FileError,
        /// The open file.
        open: OpenState,
        /// The backup that was made.
        backup: Option<Arc<str>>,
    },
}

/// The name of the backup that was made on the way to this.
pub const fn backup_made(result: &Result<FileSuccess, FileFailure>) -> Option<&Arc<str>> {
    match result {
        Ok(FileSuccess::Saved { backup, .. }) | Err(FileFailure::Write { backup, .. }) => {
            backup.as_ref()
        }
        Ok(
            FileSuccess::Content(_)
            | FileSuccess::Locked(_)
            | FileSuccess::NotSaved(_)
            | FileSuccess::Unlocked,
        )
        | Err(
            FileFailure::Unreadable
            | FileFailure::Locked { .. }
            | FileFailure::State(_)
            | FileFailure::Info(_)
            | FileFailure::Backup { .. },
        ) => None,
    }
}

impl Content for FileContent {
    fn empty() -> Self {
        Self::Empty
    }

    fn cut_off(&self) -> Self {
        match self {
            Self::Empty => Self::Empty,
            Self::State(_) | Self::Plan(_) | Self::Text(_) | Self::LockInfo(_) => {
                Self::Text("cut off: the disk was full".into())
            }
        }
    }
}

fn as_state(content: &FileContent) -> Result<StateContent, FileFailure> {
    match content {
        FileContent::Empty => Ok(StateContent::Empty),
        FileContent::State(file) => Ok(StateContent::State(Arc::clone(file))),
        FileContent::Plan(_) | FileContent::Text(_) | FileContent::LockInfo(_) => {
            Err(FileFailure::Unreadable)
        }
    }
}

/// Does what the client asks for.
///
/// # Errors
///
/// What the file system refuses.
pub fn perform(
    request: FileRequest,
    directory: &mut Directory<FileContent>,
    files: &Files,
    process: ProcessId,
    now: SimTime,
) -> Result<FileSuccess, FileFailure> {
    match request {
        FileRequest::Read(Some(open)) => {
            as_state(directory.content(open.file)).map(FileSuccess::Content)
        }
        FileRequest::Read(None) => match directory.read(&files.state) {
            Ok(content) => as_state(content).map(FileSuccess::Content),
            Err(FileError::NotFound) => Ok(FileSuccess::Content(StateContent::Absent)),
            Err(error) => Err(FileFailure::State(error)),
        },
        FileRequest::Lock { open, info } => lock(open, info, directory, files, process),
        FileRequest::Save { open, file, backup } => save(open, file, backup, directory, files, now),
        FileRequest::Unlock(open) => {
            // An info file that can't be removed stays, and harms nobody.
            let _gone = directory.unlink(&files.info);
            directory.unlock(open.file);
            // What is looked at is the name, whoever's file has it by now.
            if open.is_new && directory.get(&files.state) == Some(&FileContent::Empty) {
                let _gone = directory.unlink(&files.state);
            }
            Ok(FileSuccess::Unlocked)
        }
    }
}

fn lock(
    open: Option<OpenState>,
    info: LockInfo,
    directory: &mut Directory<FileContent>,
    files: &Files,
    process: ProcessId,
) -> Result<FileSuccess, FileFailure> {
    let open = match open {
        Some(open) => open,
        None => {
            let file = directory.open(&files.state).map_err(FileFailure::State)?;
            let found = as_state(directory.content(file.file))?.state().cloned();
            OpenState { file, found }
        }
    };
    if directory.lock(open.file.file, process).is_err() {
        let info = match directory.read(&files.info) {
            Ok(FileContent::LockInfo(info)) => Some(*info),
            Ok(_) | Err(_) => None,
        };
        return Err(FileFailure::Locked { info, open });
    }
    // One that is left over from another time is overwritten.
    let written = directory.put(&files.info, FileContent::LockInfo(info));
    written.map_err(FileFailure::Info)?;
    Ok(FileSuccess::Locked(open))
}

fn save(
    open: Option<OpenState>,
    file: Arc<StateFile>,
    rule: BackupRule,
    directory: &mut Directory<FileContent>,
    files: &Files,
    now: SimTime,
) -> Result<FileSuccess, FileFailure> {
    let open = match open {
        Some(open) => open,
        None => {
            let Ok(opened) = directory.open(&files.state) else {
                return Ok(FileSuccess::NotSaved(None));
            };
            let found = as_state(directory.content(opened.file));
            let open = |found| OpenState {
                file: opened,
                found,
            };
            match found {
                Ok(found) => open(found.state().cloned()),
                Err(_) => return Ok(FileSuccess::NotSaved(Some(open(None)))),
            }
        }
    };
    let found = open.found.as_ref();
    let differing = found.filter(|found| found.snapshot != file.snapshot);
    let backup = match (rule, differing) {
        (BackupRule::Made, _) | (_, None) => None,
        (BackupRule::Usual, Some(found)) => Some((Arc::clone(&files.backup), found)),
        (BackupRule::Timed, Some(found)) => Some((files.backup_at(now), found)),
    };
    if let Some((name, found)) = &backup
        && let Err(error) = directory.put(name, FileContent::State(Arc::clone(found)))
    {
        return Err(FileFailure::Backup { error, open });
    }
    let backup = backup.map(|(name, _)| name);
    match directory.write(open.file.file, FileContent::State(file)) {
        Ok(()) => Ok(FileSuccess::Saved { open, backup }),
        Err(error) => Err(FileFailure::Write {
            error,
            open,
            backup,
        }),
    }
}

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
        routine: Routine,
        answer: Answer,
        around: &mut Surroundings<'_>,
    ) -> Next {
        let answer = answered(answer);
        Next::Done(match routine {
            Routine::Read => Outcome::Read(was_read(answer)),
            Routine::Lock(info) => Outcome::Locked(self.was_locked(info, answer)),
            Routine::Save(file) => self.was_saved(file, answer, around),
            Routine::Unlock(info) => {
                self.open = None;
                self.lock = None;
                Outcome::Unlocked(match answer {
                    Ok(_) => Ok(info.id),
                    Err(failure) => Err(UnlockFailure::Other(cause(&failure))),
                })
            }
        })
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
        Answer::Success(Success::Blob(_)) | Answer::Refused(_) | Answer::Reset => {
            Err(FileFailure::State(FileError::Broken))
        }
    }
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
            detail: Some(format!("{STATE}: {error}").into()),
            ..Cause::new("Failed to write state")
        },
        FileFailure::Backup {
            error: FileError::NoSpace,
            ..
        } => Cause::new(format!(
            "failed to write to local state backup file: {STATE}.backup: {}",
            FileError::NoSpace
        )),
        FileFailure::Backup { error, .. } => Cause::new(format!(
            "failed to create local state backup file: open {STATE}.backup: {error}"
        )),
    }
}
