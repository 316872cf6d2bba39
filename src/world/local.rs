//! A state in a local file: the operations of processes on it, and hands.

use std::sync::Arc;

use super::files::serial;
use super::memory::Writer;
use super::{Actor, FileContent, RunId, World};
use crate::kernel::SimTime;
use crate::scenario::{DiskState, Scenario, StoreChange};
use crate::service::local::{Access, Directory, FileError, ProcessId, Room};
use crate::terraform::backend::LocalPlace;
use crate::terraform::backend::local::{
    FileFailure, FileRequest, FileSuccess, Files, STATE, backup_made, perform,
};
use crate::terraform::{LockInfo, OperatorId, StateFile};
use crate::timeline::{LocalFile, LockObservation, MachineFact, RemoteState};

/// Where a local state is.
#[derive(Debug, Clone)]
pub(super) struct LocalState {
    /// The position of the directory.
    pub(super) directory: usize,
    files: Files,
}

fn process(run: RunId) -> ProcessId {
    ProcessId(u32::from(run.0))
}

impl LocalState {
    /// Where the scenario's state is.
    pub(super) fn new(scenario: &Scenario, place: LocalPlace) -> Self {
        let directory = match place {
            LocalPlace::Shared => scenario.operators.len(),
            // Those who run Terraform share one directory.
            LocalPlace::WorkingDirectory => scenario
                .operators
                .first()
                .map_or(0, |operator| usize::from(operator.directory.0)),
        };
        Self {
            directory,
            files: Files::of(STATE),
        }
    }

    /// Puts a state there before anything happens.
    pub(super) fn place(&self, directory: &mut Directory<FileContent>, file: Arc<StateFile>) {
        put(directory, &self.files.state, FileContent::State(file));
    }

    /// Hands on the files. Returns whether that changed anything.
    pub(super) fn change(
        &self,
        directory: &mut Directory<FileContent>,
        change: &StoreChange,
        now: SimTime,
    ) -> bool {
        let files = &self.files;
        match change {
            StoreChange::Delete => directory.discard(&files.state).is_ok(),
            StoreChange::Empty => put(directory, &files.state, FileContent::Empty),
            StoreChange::Content(text) => {
                put(directory, &files.state, FileContent::Text(Arc::clone(text)))
            }
            StoreChange::Room(room) => directory.set_room(*room),
            StoreChange::Access {
                file,
                directory: around,
            } => {
                let of_file = directory.set_file_access(&files.state, *file);
                directory.set_access(*around) || of_file
            }
            StoreChange::OccupyState => directory.occupy(Arc::clone(&files.state)),
            StoreChange::OccupyBackup => directory.occupy(Arc::clone(&files.backup)),
            StoreChange::Restore(_)
            | StoreChange::RemoveLockItem
            | StoreChange::LockItem(_)
            | StoreChange::LockItemContent(_)
            | StoreChange::FitDigest
            | StoreChange::RemoveDigest
            | StoreChange::DigestContent(_)
            | StoreChange::Connections { .. }
            | StoreChange::EndSession
            | StoreChange::Restart => false,
            StoreChange::RemoveLockInfo => directory.discard(&files.info).is_ok(),
            StoreChange::LockInfo(id) => {
                let info = LockInfo::by_hand(*id, now);
                put(directory, &files.info, FileContent::LockInfo(info))
            }
            StoreChange::LockInfoContent(text) => {
                put(directory, &files.info, FileContent::Text(Arc::clone(text)))
            }
        }
    }
}

/// A file as an observation has it.
pub(super) fn local_file(content: &FileContent) -> LocalFile {
    match content {
        FileContent::Empty => LocalFile::Empty,
        FileContent::State(file) => LocalFile::State(Arc::clone(file)),
        FileContent::Plan(_) | FileContent::LockInfo(_) | FileContent::Text(_) => {
            LocalFile::Unreadable
        }
    }
}

impl World {
    fn local_directory(&self) -> Option<(&Directory<FileContent>, &Files)> {
        let local = self.keeper.local()?;
        Some((&self.directories[local.directory], &local.files))
    }

    /// The state that the local file holds, if it holds one.
    pub(super) fn local_state(&self, local: &LocalState) -> Option<Arc<StateFile>> {
        let directory = &self.directories[local.directory];
        directory.get(&local.files.state)?.state().cloned()
    }

    /// Does what a process asks of the file system.
    pub(super) fn handle_file(
        &mut self,
        run: RunId,
        request: FileRequest,
        now: SimTime,
    ) -> Result<FileSuccess, FileFailure> {
        let Some(local) = self.keeper.local() else {
            return Err(FileFailure::State(FileError::NotFound));
        };
        let directory = Arc::make_mut(&mut self.directories[local.directory]);
        let result = perform(request, directory, &local.files, process(run), now);
        if let Some(file) = backup_made(&result) {
            let (file, operator) = (Arc::clone(file), self.run(run).operator);
            let content = self.local_directory().and_then(|(all, _)| all.get(&file));
            let serial = content.and_then(serial);
            self.record(now, Actor::Operator(operator), || {
                MachineFact::FileWritten { file, serial }
            });
        }
        self.track_local_state(Some(self.writer(run)));
        result
    }

    /// Looks at the state after files have changed, where it is in one.
    pub(super) fn track_local_state(&mut self, by: Option<Writer>) {
        if self.keeper.local().is_some() {
            self.track_kept(by);
        }
    }

    /// A process has ended: the kernel frees its locks.
    pub(super) fn free_file_locks(&mut self, run: RunId) {
        if let Some(local) = self.keeper.local() {
            let directory = Arc::make_mut(&mut self.directories[local.directory]);
            directory.free_locks_of(process(run));
        }
    }

    /// Whether a file of this name belongs to a state in a local file.
    pub(super) fn is_file_of_state(&self, name: &str) -> bool {
        self.keeper
            .local()
            .is_some_and(|local| local.files.has(name))
    }

    /// The position of the directory in which an operator means a file of this name: the files of
    /// a state at a shared path go by their names alone.
    pub(super) fn place_of(&self, operator: OperatorId, name: &str) -> usize {
        match self.keeper.local() {
            Some(local) if local.files.has(name) => local.directory,
            Some(_) | None => self.machine(operator).directory,
        }
    }

    /// The directory in which an operator means a file of this name.
    pub(super) fn directory_with(
        &self,
        operator: OperatorId,
        name: &str,
    ) -> &Directory<FileContent> {
        &self.directories[self.place_of(operator, name)]
    }

    /// The directory in which an operator means a file of this name.
    pub(super) fn directory_with_mut(
        &mut self,
        operator: OperatorId,
        name: &str,
    ) -> &mut Directory<FileContent> {
        let place = self.place_of(operator, name);
        Arc::make_mut(&mut self.directories[place])
    }

    /// The disk of an operator's working directory. It is the state's, too, where the state is in
    /// that directory.
    pub(super) fn disk_of(&self, operator: OperatorId) -> DiskState {
        let machine = self.machine(operator);
        let own = machine.disk.value;
        let local = self.keeper.local();
        let is_the_states = local.is_some_and(|local| local.directory == machine.directory);
        if own != DiskState::Ok || !is_the_states {
            return own;
        }
        let directory = self.directory(operator);
        match (directory.room(), directory.access()) {
            (Room::None, _) => DiskState::Full,
            (Room::Enough, Access::ReadOnly) => DiskState::ReadOnly,
            (Room::Enough, Access::Writable) => DiskState::Ok,
        }
    }

    /// What becomes of an operator's disk becomes of the state's, where that is the same.
    pub(super) fn share_disk(&mut self, operator: OperatorId, disk: DiskState) {
        let host = self.machine(operator).directory;
        let Some(local) = self.keeper.local().filter(|local| local.directory == host) else {
            return;
        };
        let directory = Arc::make_mut(&mut self.directories[local.directory]);
        match disk {
            DiskState::Ok => {
                directory.set_room(Room::Enough);
                directory.set_access(Access::Writable);
            }
            DiskState::Full => {
                directory.set_room(Room::None);
            }
            DiskState::ReadOnly => {
                directory.set_access(Access::ReadOnly);
            }
            DiskState::Occupied => {}
        }
    }

    /// What the local file holds, as an observation has it.
    pub(super) fn observe_local_state(&self, local: &LocalState) -> RemoteState {
        let directory = &self.directories[local.directory];
        match directory.get(&local.files.state).map(local_file) {
            None => RemoteState::Absent,
            Some(LocalFile::Empty) => RemoteState::Empty,
            Some(LocalFile::Unreadable) => RemoteState::Unreadable,
            Some(LocalFile::State(file)) => RemoteState::State(file),
        }
    }

    /// The state before the last command that changed it.
    pub(super) fn observe_backup(&self) -> Option<LocalFile> {
        let (directory, files) = self.local_directory()?;
        directory.get(&files.backup).map(local_file)
    }

    /// The names of the files beside the local file, and its own.
    pub(super) fn observe_local_files(&self) -> Vec<Arc<str>> {
        let names = self
            .local_directory()
            .map(|(directory, _)| directory.names());
        names.into_iter().flatten().cloned().collect()
    }

    /// Who has the lock on the local file, and what the info file says.
    pub(super) fn observe_local_lock(
        &self,
        local: &LocalState,
    ) -> (LockObservation, Option<LockInfo>, Option<RunId>) {
        let (directory, files) = (&self.directories[local.directory], &local.files);
        let info = match directory.get(&files.info) {
            Some(FileContent::LockInfo(info)) => Some(*info),
            _ => None,
        };
        let file = directory.find(&files.state);
        let holder = file.and_then(|file| directory.holder(file));
        let mut started = self.started.iter();
        let run = holder.and_then(|holder| started.find(|run| process(**run) == holder));
        let run = run.copied();
        let lock = LockObservation::Kernel { holder: run };
        (lock, info, run)
    }
}

/// Writes a file by hand, past permissions. Returns whether that changed anything.
fn put(directory: &mut Directory<FileContent>, name: &Arc<str>, content: FileContent) -> bool {
    if directory.get(name) == Some(&content) {
        return false;
    }
    directory.place(name, content).is_ok()
}
