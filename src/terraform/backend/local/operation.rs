//! What the file system does for the client: one operation on the files of a state at a time.

use std::sync::Arc;

use crate::kernel::SimTime;
use crate::service::local::{Content, Directory, FileError, Opened, ProcessId};
use crate::terraform::lock::LockInfo;
use crate::terraform::process::FileContent;
use crate::terraform::state::{StateContent, StateFile};

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

    /// Whether a name is that of one of the files, or of a copy that lies beside them.
    pub fn has(&self, name: &str) -> bool {
        name.trim_start_matches('.').starts_with(&*self.state)
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
    pub(super) file: Opened,
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

    fn cut_off(&self, was: &Self) -> Self {
        match was {
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
    let open = if let Some(open) = open {
        open
    } else {
        let file = directory.open(&files.state).map_err(FileFailure::State)?;
        let found = as_state(directory.content(file.file))?.state().cloned();
        OpenState { file, found }
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
    let open = if let Some(open) = open {
        open
    } else {
        let Ok(file) = directory.open(&files.state) else {
            return Ok(FileSuccess::NotSaved(None));
        };
        let Ok(found) = as_state(directory.content(file.file)) else {
            let found = None;
            return Ok(FileSuccess::NotSaved(Some(OpenState { file, found })));
        };
        let found = found.state().cloned();
        OpenState { file, found }
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
