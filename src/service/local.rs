//! A directory of a local file system: files with names, locks of the kernel, and a disk.
//!
//! A file is not its name: one that is removed lives on for whoever has it open, and a new file of
//! the same name is another one. A lock belongs to a file and to a process; the kernel frees it
//! when the process ends, whatever the end.
//!
//! | call | fails with |
//! |---|---|
//! | read | no such file, is a directory |
//! | open for writing, perhaps creating | no such file, permission denied, is a directory |
//! | lock | resource temporarily unavailable |
//! | write in place: truncate, then write | no space left: the file is cut off, what it held is gone; one of 0 bytes stays so |
//! | unlink | no such file, permission denied |
//!
//! Measured with Terraform 1.11.4 on Linux, by system calls.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;
use std::sync::Arc;

/// A file, whether or not it still has a name.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct FileId(usize);

/// A process, as the kernel knows it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct ProcessId(pub u32);

/// Why the file system refuses.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum FileError {
    /// `ENOENT`
    NotFound,
    /// `EACCES`
    PermissionDenied,
    /// `EISDIR`
    IsDirectory,
    /// `EAGAIN`: another process has the lock.
    Locked,
    /// `ENOSPC`
    NoSpace,
    /// `EIO`
    Broken,
}

impl fmt::Display for FileError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(match self {
            Self::NotFound => "no such file or directory",
            Self::PermissionDenied => "permission denied",
            Self::IsDirectory => "is a directory",
            Self::Locked => "resource temporarily unavailable",
            Self::NoSpace => "no space left on device",
            Self::Broken => "input/output error",
        })
    }
}

/// Whether something can be written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Access {
    /// It can.
    Writable,
    /// It can only be read. What is open already can still be written.
    ReadOnly,
}

/// Whether the disk has room.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Room {
    /// It has.
    Enough,
    /// Nothing more can be written.
    None,
}

/// A file that was opened for writing.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Opened {
    /// Which.
    pub file: FileId,
    /// Whether it was made by the opening.
    pub is_new: bool,
}

/// What a file holds, as far as the file system cares.
pub trait Content: Clone {
    /// 0 bytes.
    fn empty() -> Self;
    /// What is left of it when it is written over what was there, and the disk has no other room than
    /// that had.
    #[must_use]
    fn cut_off(&self, was: &Self) -> Self;
}

/// A [directory](self).
#[derive(Debug, Clone)]
pub struct Directory<C> {
    names: BTreeMap<Arc<str>, FileId>,
    files: Vec<C>,
    locks: BTreeMap<FileId, ProcessId>,
    read_only: BTreeSet<FileId>,
    /// Names that directories have.
    occupied: BTreeSet<Arc<str>>,
    access: Access,
    room: Room,
}

impl<C> Default for Directory<C> {
    fn default() -> Self {
        Self {
            names: BTreeMap::new(),
            files: Vec::new(),
            locks: BTreeMap::new(),
            read_only: BTreeSet::new(),
            occupied: BTreeSet::new(),
            access: Access::Writable,
            room: Room::Enough,
        }
    }
}

impl<C: Content> Directory<C> {
    /// What the file of this name holds, if there is one.
    pub fn get(&self, name: &str) -> Option<&C> {
        self.names.get(name).map(|file| &self.files[file.0])
    }

    /// The names of all files, in their order.
    pub fn names(&self) -> impl Iterator<Item = &Arc<str>> {
        self.names.keys()
    }

    /// The file of this name.
    pub fn find(&self, name: &str) -> Option<FileId> {
        self.names.get(name).copied()
    }

    /// What a file holds.
    pub fn content(&self, file: FileId) -> &C {
        &self.files[file.0]
    }

    /// Reads the file of this name.
    ///
    /// # Errors
    ///
    /// If there is none, or a directory has the name.
    pub fn read(&self, name: &str) -> Result<&C, FileError> {
        if self.occupied.contains(name) {
            return Err(FileError::IsDirectory);
        }
        self.get(name).ok_or(FileError::NotFound)
    }

    /// Opens the file of this name for reading and writing, and makes it, with 0 bytes, where there
    /// is none.
    ///
    /// # Errors
    ///
    /// If a directory has the name, or the file, or the directory in which it would be made, can
    /// only be read.
    pub fn open(&mut self, name: &Arc<str>) -> Result<Opened, FileError> {
        if self.occupied.contains(name) {
            return Err(FileError::IsDirectory);
        }
        match (self.find(name), self.access) {
            (Some(file), _) if self.read_only.contains(&file) => Err(FileError::PermissionDenied),
            (Some(file), _) => Ok(Opened {
                file,
                is_new: false,
            }),
            (None, Access::ReadOnly) => Err(FileError::PermissionDenied),
            (None, Access::Writable) => {
                let file = FileId(self.files.len());
                self.files.push(C::empty());
                self.names.insert(Arc::clone(name), file);
                Ok(Opened { file, is_new: true })
            }
        }
    }

    /// Replaces what a file holds, in place: it is truncated, and then written.
    ///
    /// # Errors
    ///
    /// If the disk is full; then the file is cut off.
    pub fn write(&mut self, file: FileId, content: C) -> Result<(), FileError> {
        match self.room {
            Room::Enough => {
                self.files[file.0] = content;
                Ok(())
            }
            Room::None => {
                self.files[file.0] = content.cut_off(&self.files[file.0]);
                Err(FileError::NoSpace)
            }
        }
    }

    /// Opens the file of this name and writes it.
    ///
    /// # Errors
    ///
    /// As [`open`](Self::open) and [`write`](Self::write).
    pub fn put(&mut self, name: &Arc<str>, content: C) -> Result<(), FileError> {
        let opened = self.open(name)?;
        self.write(opened.file, content)
    }

    /// Removes a name. Whoever has the file open keeps it.
    ///
    /// # Errors
    ///
    /// If there is no such file, or the directory can only be read.
    pub fn unlink(&mut self, name: &str) -> Result<(), FileError> {
        match (self.find(name), self.access) {
            (None, _) => Err(FileError::NotFound),
            (Some(_), Access::ReadOnly) => Err(FileError::PermissionDenied),
            (Some(_), Access::Writable) => {
                self.names.remove(name);
                Ok(())
            }
        }
    }

    /// Gives a file another name; one that has it loses it.
    ///
    /// # Errors
    ///
    /// As [`unlink`](Self::unlink).
    pub fn rename(&mut self, from: &str, to: Arc<str>) -> Result<(), FileError> {
        let file = self.find(from).ok_or(FileError::NotFound)?;
        self.unlink(from)?;
        self.names.insert(to, file);
        Ok(())
    }

    /// Writes the file of this name past permissions, as a hand can that nothing binds.
    ///
    /// # Errors
    ///
    /// If a directory has the name, or the disk is full.
    pub fn place(&mut self, name: &Arc<str>, content: C) -> Result<(), FileError> {
        let access = std::mem::replace(&mut self.access, Access::Writable);
        let file = self.find(name);
        let was_read_only = file.is_some_and(|file| self.read_only.remove(&file));
        let result = self.put(name, content);
        self.access = access;
        if let (true, Some(file)) = (was_read_only, file) {
            self.read_only.insert(file);
        }
        result
    }

    /// Removes a name past permissions.
    ///
    /// # Errors
    ///
    /// If there is no such file.
    pub fn discard(&mut self, name: &str) -> Result<(), FileError> {
        let access = std::mem::replace(&mut self.access, Access::Writable);
        let result = self.unlink(name);
        self.access = access;
        result
    }

    /// Whether files can be made and removed here.
    pub const fn access(&self) -> Access {
        self.access
    }

    /// Whether the disk has room.
    pub const fn room(&self) -> Room {
        self.room
    }

    /// Takes the lock on a file.
    ///
    /// # Errors
    ///
    /// If another process has it.
    pub fn lock(&mut self, file: FileId, process: ProcessId) -> Result<(), FileError> {
        let holder = *self.locks.entry(file).or_insert(process);
        if holder == process {
            Ok(())
        } else {
            Err(FileError::Locked)
        }
    }

    /// Frees the lock on a file.
    pub fn unlock(&mut self, file: FileId) {
        self.locks.remove(&file);
    }

    /// Who has the lock on a file.
    pub fn holder(&self, file: FileId) -> Option<ProcessId> {
        self.locks.get(&file).copied()
    }

    /// A process ends: the kernel frees its locks.
    pub fn free_locks_of(&mut self, process: ProcessId) {
        self.locks.retain(|_, holder| *holder != process);
    }

    /// Sets whether files can be made and removed here. Returns whether that changed anything.
    pub fn set_access(&mut self, access: Access) -> bool {
        std::mem::replace(&mut self.access, access) != access
    }

    /// Sets whether the file of this name can be opened for writing. Returns whether that changed
    /// anything.
    pub fn set_file_access(&mut self, name: &str, access: Access) -> bool {
        let Some(file) = self.find(name) else {
            return false;
        };
        match access {
            Access::Writable => self.read_only.remove(&file),
            Access::ReadOnly => self.read_only.insert(file),
        }
    }

    /// Sets whether the disk has room. Returns whether that changed anything.
    pub fn set_room(&mut self, room: Room) -> bool {
        std::mem::replace(&mut self.room, room) != room
    }

    /// A directory of this name stands here. Returns whether there was none.
    pub fn occupy(&mut self, name: Arc<str>) -> bool {
        self.names.remove(&name);
        self.occupied.insert(name)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    impl Content for &'static str {
        fn empty() -> Self {
            ""
        }

        fn cut_off(&self, was: &Self) -> Self {
            if was.is_empty() { "" } else { "cut off" }
        }
    }

    const ONE: ProcessId = ProcessId(1);
    const TWO: ProcessId = ProcessId(2);

    fn directory() -> (Directory<&'static str>, Arc<str>) {
        let name: Arc<str> = "state".into();
        let mut directory = Directory::default();
        directory.put(&name, "content").unwrap();
        (directory, name)
    }

    #[test]
    fn a_file_that_is_removed_lives_on_for_whoever_has_it_open() {
        let (mut directory, name) = directory();
        let old = directory.open(&name).unwrap();
        directory.lock(old.file, ONE).unwrap();
        directory.unlink(&name).unwrap();
        let new = directory.open(&name).unwrap();
        assert!(new.is_new && !old.is_new);
        assert_eq!(directory.lock(new.file, TWO), Ok(()));
        directory.write(old.file, "old").unwrap();
        assert_eq!(directory.read(&name), Ok(&""));
        assert_eq!(directory.content(old.file), &"old");
    }

    #[test]
    fn a_lock_ends_with_its_process() {
        let (mut directory, name) = directory();
        let file = directory.find(&name).unwrap();
        directory.lock(file, ONE).unwrap();
        assert_eq!(directory.lock(file, ONE), Ok(()));
        assert_eq!(directory.lock(file, TWO), Err(FileError::Locked));
        directory.free_locks_of(TWO);
        assert_eq!(directory.holder(file), Some(ONE));
        directory.free_locks_of(ONE);
        assert_eq!(directory.holder(file), None);
        directory.lock(file, TWO).unwrap();
        directory.unlock(file);
        assert_eq!(directory.holder(file), None);
    }

    #[test]
    fn a_full_disk_cuts_off_what_is_written() {
        let (mut directory, name) = directory();
        assert!(directory.set_room(Room::None));
        assert_eq!(directory.put(&name, "more"), Err(FileError::NoSpace));
        assert_eq!(directory.read(&name), Ok(&"cut off"));
        let new = "new".into();
        assert_eq!(directory.put(&new, "more"), Err(FileError::NoSpace));
        assert_eq!(directory.read(&new), Ok(&""));
    }

    #[test]
    fn permissions_bind_the_opening_and_not_the_write() {
        let (mut directory, name) = directory();
        let open = directory.open(&name).unwrap();
        assert!(directory.set_file_access(&name, Access::ReadOnly));
        assert!(!directory.set_file_access(&name, Access::ReadOnly));
        assert!(directory.set_access(Access::ReadOnly));
        assert_eq!(directory.open(&name), Err(FileError::PermissionDenied));
        assert_eq!(
            directory.open(&"other".into()),
            Err(FileError::PermissionDenied)
        );
        assert_eq!(directory.unlink(&name), Err(FileError::PermissionDenied));
        assert_eq!(directory.write(open.file, "written"), Ok(()));
        assert_eq!(directory.read(&name), Ok(&"written"));
        assert!(directory.set_file_access(&name, Access::Writable));
        assert!(directory.open(&name).is_ok());
    }

    #[test]
    fn a_directory_in_the_way_is_no_file() {
        let (mut directory, name) = directory();
        assert!(directory.occupy(Arc::clone(&name)));
        assert_eq!(directory.open(&name), Err(FileError::IsDirectory));
        assert_eq!(directory.read(&name), Err(FileError::IsDirectory));
        assert_eq!(directory.unlink(&name), Err(FileError::NotFound));
    }

    #[test]
    fn a_file_that_is_renamed_stays_the_same_file() {
        let (mut directory, name) = directory();
        let file = directory.find(&name).unwrap();
        directory.put(&"other".into(), "other").unwrap();
        directory.rename(&name, "other".into()).unwrap();
        assert_eq!(directory.find("other"), Some(file));
        assert_eq!(directory.get(&name), None);
        assert_eq!(
            directory.rename(&name, "x".into()),
            Err(FileError::NotFound)
        );
    }
}
