//! The local client: state in a file, with a lock of the kernel on it.
//!
//! | job | file operations |
//! |---|---|
//! | open | none that could fail |
//! | lock | read → open, made with 0 bytes where it is missing → lock → write the info file |
//! | lock, held by another process | … → read the info file |
//! | read | through the open file; without a lock by its name |
//! | save | \[backup\] → truncate and write in place; without a lock the file is opened first |
//! | unlock | unlink the info file → free the lock; a file that is new and still empty is removed |
//! | force-unlock | none: the lock is another process's |
//!
//! A save without a lock on a file that can't be written does nothing, and says that it has. The
//! info file alone locks nobody. Measured on Terraform 1.11.4.

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
use crate::terraform::state::{StateContent, StateFile, StateSnapshot};

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

/// A backup that a save makes first.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Backup {
    /// What it holds: the state as the command found it.
    content: Arc<StateFile>,
    /// Whether its name has the time in it.
    is_timed: bool,
}

/// What the client asks of the file system.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum FileRequest {
    /// Read the state; through the open file, where there is one.
    Read(Option<Opened>),
    /// Lock the state, and say who does.
    Lock(LockInfo),
    /// Store the state.
    Save {
        /// The open file; without a lock there is none.
        open: Option<Opened>,
        /// What is stored.
        file: Arc<StateFile>,
        /// What is made first.
        backup: Option<Backup>,
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
    Locked(Opened),
    /// The state is stored, and a backup under this name.
    Saved(Option<Arc<str>>),
    /// Nothing was stored, and nobody is told.
    NotSaved,
    /// The lock is free.
    Unlocked,
}

/// Why it did not.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum FileFailure {
    /// The state file holds something that is no state.
    Unreadable,
    /// Another process has the lock; its lock info, if that can be read.
    Locked(Option<LockInfo>),
    /// The state file could not be opened, read or written.
    State(FileError),
    /// The backup could not be made.
    Backup(FileError),
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
        FileRequest::Lock(info) => lock(info, directory, files, process),
        FileRequest::Save { open, file, backup } => save(open, file, backup, directory, files, now),
        FileRequest::Unlock(open) => {
            // An info file that can't be removed stays, and harms nobody.
            let _gone = directory.unlink(&files.info);
            directory.unlock(open.file);
            let is_left_empty = matches!(directory.content(open.file), FileContent::Empty);
            if open.is_new && is_left_empty && directory.find(&files.state) == Some(open.file) {
                let _gone = directory.unlink(&files.state);
            }
            Ok(FileSuccess::Unlocked)
        }
    }
}

fn lock(
    info: LockInfo,
    directory: &mut Directory<FileContent>,
    files: &Files,
    process: ProcessId,
) -> Result<FileSuccess, FileFailure> {
    let open = directory.open(&files.state).map_err(FileFailure::State)?;
    as_state(directory.content(open.file))?;
    if directory.lock(open.file, process).is_err() {
        let holder = match directory.read(&files.info) {
            Ok(FileContent::LockInfo(info)) => Some(*info),
            Ok(_) | Err(_) => None,
        };
        return Err(FileFailure::Locked(holder));
    }
    // One that is left over from another time is overwritten.
    let _written = directory.put(&files.info, FileContent::LockInfo(info));
    Ok(FileSuccess::Locked(open))
}

fn save(
    open: Option<Opened>,
    file: Arc<StateFile>,
    backup: Option<Backup>,
    directory: &mut Directory<FileContent>,
    files: &Files,
    now: SimTime,
) -> Result<FileSuccess, FileFailure> {
    let Some(open) = open.or_else(|| directory.open(&files.state).ok()) else {
        return Ok(FileSuccess::NotSaved);
    };
    let name = backup.as_ref().map(|backup| {
        if backup.is_timed {
            files.backup_at(now)
        } else {
            Arc::clone(&files.backup)
        }
    });
    if let (Some(Backup { content, .. }), Some(name)) = (backup, &name) {
        let made = directory.put(name, FileContent::State(content));
        made.map_err(FileFailure::Backup)?;
    }
    let written = directory.write(open.file, FileContent::State(file));
    written.map_err(FileFailure::State)?;
    Ok(FileSuccess::Saved(name))
}

/// A process's client, with what it remembers.
#[derive(Debug, Clone)]
pub struct Client {
    /// The state file, while the process has it locked.
    open: Option<(Opened, LockInfo)>,
    /// The state as the command found it.
    found: Option<Arc<StateFile>>,
    /// Whether it has made its backup.
    has_backup: bool,
    /// Whether its backup has the time in its name.
    is_timed: bool,
}

/// A job of the client under way.
#[derive(Debug, Clone)]
pub enum Routine {
    /// A read.
    Read,
    /// The taking of the lock.
    Lock(LockInfo),
    /// A save, and whether it makes a backup.
    Save(Arc<StateFile>, bool),
    /// The unlock.
    Unlock(LockInfo),
}

impl Client {
    /// The client of a command that locks the state as this.
    pub const fn new(operation: Option<LockOperation>) -> Self {
        Self {
            open: None,
            found: None,
            has_backup: false,
            is_timed: matches!(
                operation,
                Some(LockOperation::StateRemove | LockOperation::StateMove)
            ),
        }
    }

    /// The lock that it has.
    pub(super) fn lock(&self) -> Option<LockInfo> {
        self.open.map(|(_, info)| info)
    }

    fn opened(&self) -> Option<Opened> {
        self.open.map(|(open, _)| open)
    }

    pub(super) fn begin(&mut self, job: Job) -> Next {
        match job {
            Job::List => Next::Done(Outcome::Listed(Ok(()))),
            Job::Open(_) => Next::Done(Outcome::Opened(Ok(None))),
            Job::Read => send(
                Routine::Read,
                RequestKind::ReadFile,
                FileRequest::Read(self.opened()),
            ),
            Job::Lock(info) => send(
                Routine::Lock(info),
                RequestKind::LockFile,
                FileRequest::Lock(info),
            ),
            Job::Save(file) => {
                let backup = self.backup_before(&file.snapshot);
                let routine = Routine::Save(Arc::clone(&file), backup.is_some());
                let open = self.opened();
                let request = FileRequest::Save { open, file, backup };
                send(routine, RequestKind::SaveFile, request)
            }
            Job::Unlock(info) => match self.opened() {
                Some(open) => send(
                    Routine::Unlock(info),
                    RequestKind::UnlockFile,
                    FileRequest::Unlock(open),
                ),
                None => Next::Done(Outcome::Unlocked(Ok(info.id))),
            },
            Job::ForceUnlock(_) => {
                let cause = Cause::new("LocalState not locked");
                Next::Done(Outcome::Unlocked(Err(UnlockFailure::Other(cause))))
            }
            Job::KeepAlive => Next::Done(Outcome::KeptAlive(Ok(()))),
        }
    }

    /// Once in a command, before the first write that differs from what it found.
    fn backup_before(&self, snapshot: &StateSnapshot) -> Option<Backup> {
        let found = self.found.as_ref()?;
        let is_due = !self.has_backup && found.snapshot != *snapshot;
        is_due.then(|| Backup {
            content: Arc::clone(found),
            is_timed: self.is_timed,
        })
    }

    pub(super) fn resume(
        &mut self,
        routine: Routine,
        answer: Answer,
        around: &mut Surroundings<'_>,
    ) -> Next {
        let answer = answered(answer);
        Next::Done(match routine {
            Routine::Read => Outcome::Read(self.was_read(answer)),
            Routine::Lock(info) => Outcome::Locked(self.was_locked(info, answer)),
            Routine::Save(file, makes_backup) => {
                Outcome::Saved(self.was_saved(file, makes_backup, answer, around))
            }
            Routine::Unlock(info) => {
                self.open = None;
                Outcome::Unlocked(match answer {
                    Ok(_) => Ok(info.id),
                    Err(failure) => Err(UnlockFailure::Other(cause(&failure))),
                })
            }
        })
    }

    fn was_read(
        &mut self,
        answer: Result<FileSuccess, FileFailure>,
    ) -> Result<StateContent, ReadFailure> {
        match answer {
            Ok(FileSuccess::Content(content)) => {
                self.found = content.state().cloned();
                Ok(content)
            }
            Ok(_) => Ok(StateContent::Absent),
            Err(FileFailure::Unreadable) => {
                Err(ReadFailure::Problems(cause(&FileFailure::Unreadable)))
            }
            Err(failure) => Err(ReadFailure::File(cause(&failure))),
        }
    }

    fn was_locked(
        &mut self,
        info: LockInfo,
        answer: Result<FileSuccess, FileFailure>,
    ) -> Result<Locked, LockFailure> {
        match answer {
            Ok(FileSuccess::Locked(open)) => {
                self.open = Some((open, info));
                Ok(Locked {
                    info,
                    hold: Hold::Process,
                    keep_alive_every: None,
                })
            }
            Ok(_) => Err(LockFailure {
                cause: cause(&FileFailure::State(FileError::Broken)),
                info: None,
            }),
            Err(failure) => Err(LockFailure {
                cause: cause(&failure),
                info: match failure {
                    FileFailure::Locked(info) => info,
                    FileFailure::Unreadable | FileFailure::State(_) | FileFailure::Backup(_) => {
                        None
                    }
                },
            }),
        }
    }

    fn was_saved(
        &mut self,
        file: Arc<StateFile>,
        makes_backup: bool,
        answer: Result<FileSuccess, FileFailure>,
        around: &mut Surroundings<'_>,
    ) -> Result<Arc<StateFile>, SaveFailure> {
        match answer {
            Ok(done) => {
                self.has_backup |= makes_backup;
                if done != FileSuccess::NotSaved {
                    around.tell(StateFact::Saved {
                        serial: file.serial,
                        objects: file.snapshot.object_count(),
                    });
                }
                Ok(file)
            }
            Err(failure) => {
                around.tell(StateFact::SaveFailed {
                    serial: file.serial,
                });
                let is_backup = matches!(failure, FileFailure::Backup(_));
                // A backup that was made stays made.
                self.has_backup |= makes_backup && !is_backup;
                Err(SaveFailure {
                    cause: cause(&failure),
                    is_attempt: !is_backup,
                })
            }
        }
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
        FileFailure::Locked(Some(_)) => Cause::new(FileError::Locked.to_string()),
        FileFailure::Locked(None) => Cause {
            detail: Some(format!("{}; the lock info can't be read", FileError::Locked).into()),
            ..Cause::new(FileError::Locked.to_string())
        },
        FileFailure::State(error) => Cause {
            detail: Some(format!("{STATE}: {error}").into()),
            ..Cause::new("Failed to write state")
        },
        FileFailure::Backup(error) => Cause::new(format!(
            "failed to create local state backup file: open {STATE}.backup: {error}"
        )),
    }
}
