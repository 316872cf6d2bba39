//! The files of an operator's machine, as shells and small programs see them: text under paths.
//!
//! The working directory is one directory among others. What stands in it under a bare name is
//! what Terraform finds there; a file elsewhere has its path for a name. A state, lock info or a
//! saved plan is read as text, and text that is a state becomes one when it is written.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use super::{FileContent, OperatorId, World};
use crate::command::az::date::BEGINNING;
use crate::kernel::SimTime;
use crate::scenario::DiskState;
use crate::service::local;
use crate::shell::program::{Change, Disk, FileError, FileKind, Files, date_text};
use crate::terraform::{RecordedObject, state_file};

/// The date at which a replication begins, in seconds since 1970-01-01T00:00:00Z.
pub(super) fn beginning() -> i64 {
    i64::try_from(BEGINNING).expect("a date of this age")
}

/// What stands for a saved plan, which is an archive, where it is read as text.
const SAVED_PLAN: &str = "PK\n";

/// The directories that every machine has, beside those of its operator.
const DIRECTORIES: [&str; 6] = ["/", "/dev", "/etc", "/home", "/tmp", "/usr"];

/// A date as lock info has it.
pub(super) fn date(time: SimTime) -> String {
    let ms = time.as_ms();
    let seconds = beginning() + i64::try_from(ms / 1_000).expect("simulated seconds");
    let text = date_text(seconds, "%Y-%m-%d %H:%M:%S");
    format!("{text}.{:03} +0000 UTC", ms % 1_000)
}

/// The home of an operator.
pub(super) fn home(name: &str) -> String {
    format!("/home/{name}")
}

/// The working directory of an operator.
pub(super) fn working_directory(name: &str) -> String {
    format!("/home/{name}/infra")
}

/// A path from an operator's home, for what is in there: nothing, or more that begins with `/`.
fn from_home<'p>(name: &str, path: &'p str) -> Option<&'p str> {
    path.strip_prefix("/home/")?.strip_prefix(name)
}

/// The text of a file.
pub(super) fn text_of(world: &World, content: &FileContent) -> Arc<str> {
    match content {
        FileContent::Empty => "".into(),
        FileContent::State(file) => state_file::write(world.names(), file).into(),
        FileContent::Plan(_) => SAVED_PLAN.into(),
        FileContent::LockInfo(info) => {
            let who = world.names().operator(info.who);
            format!(
                "{{\"ID\":\"{}\",\"Operation\":\"{}\",\"Info\":\"\",\"Who\":\"{who}@{who}\"}}",
                info.id, info.operation
            )
            .into()
        }
        FileContent::Text(text) => Arc::clone(text),
    }
}

/// The files of an operator's machine, for a program that may change them.
pub(super) struct Desk<'w> {
    pub(super) world: &'w mut World,
    pub(super) operator: OperatorId,
    pub(super) now: SimTime,
    /// What the shell holds under paths such as `/dev/fd/63`.
    pub(super) held: BTreeMap<String, Arc<str>>,
}

impl World {
    /// Whether a path is that of an operator's working directory.
    pub(super) fn is_working_directory(&self, operator: OperatorId, path: &str) -> bool {
        from_home(self.names.operator(operator), path) == Some("/infra")
            || self.machine(operator).terminal.aliases.contains(path)
    }

    /// The name under which an operator's directory has the file at this absolute path.
    pub(super) fn file_name(&self, operator: OperatorId, path: &str) -> Arc<str> {
        let aliases = self.machine(operator).terminal.aliases.iter();
        // A path below another one is meant before it.
        let aliased = { aliases.rev() }
            .find_map(|directory| path.strip_prefix(directory.as_str())?.strip_prefix('/'));
        let inside = aliased
            .or_else(|| from_home(self.names.operator(operator), path)?.strip_prefix("/infra/"));
        inside.unwrap_or(path).into()
    }

    /// All objects that some copy of a state records.
    fn recorded_objects(&self) -> Vec<Arc<RecordedObject>> {
        let mut objects = Vec::new();
        let files = self.directories.iter().flat_map(|directory| {
            let names = directory.names();
            names.filter_map(|name| directory.get(name)?.state().cloned())
        });
        for file in files.chain(self.remote_state()) {
            objects.extend(
                file.snapshot
                    .objects()
                    .map(|(_, object)| Arc::clone(object)),
            );
        }
        objects
    }

    /// What a text is, once it stands in a file.
    pub(super) fn content_of(&self, text: &Arc<str>) -> FileContent {
        if text.is_empty() {
            return FileContent::Empty;
        }
        if text.starts_with('{') {
            let known = self.recorded_objects();
            if let Ok(file) = state_file::read(self.names(), text, &known) {
                return FileContent::State(Arc::new(file));
            }
        }
        FileContent::Text(Arc::clone(text))
    }
}

impl Desk<'_> {
    fn name(&self, path: &str) -> Arc<str> {
        self.world.file_name(self.operator, path)
    }

    fn content(&self, path: &str) -> Option<FileContent> {
        let name = self.name(path);
        self.world
            .directory_with(self.operator, &name)
            .get(&name)
            .cloned()
    }

    fn made(&self) -> &BTreeSet<String> {
        &self.world.machine(self.operator).terminal.made
    }

    fn is_directory(&self, path: &str) -> bool {
        let name = self.world.names().operator(self.operator);
        DIRECTORIES.contains(&path)
            || from_home(name, path) == Some("")
            || self.world.is_working_directory(self.operator, path)
            || self.made().contains(path)
    }

    fn check_parent(&self, path: &str) -> Result<(), FileError> {
        match parent(path) {
            Some(parent) if !self.is_directory(parent) => Err(FileError::NotFound),
            Some(_) | None => Ok(()),
        }
    }

    /// Whether something can be written on the operator's disk now.
    fn check_disk(&mut self) -> Result<(), FileError> {
        self.world.feel_disk(self.operator);
        match self.world.disk_of(self.operator) {
            DiskState::Ok | DiskState::Occupied => Ok(()),
            DiskState::Full => Err(FileError::NoSpace),
            DiskState::ReadOnly => Err(FileError::PermissionDenied),
        }
    }

    fn write(&mut self, path: &str, content: FileContent) -> Result<(), FileError> {
        if path == "/dev/null" {
            return Ok(());
        }
        if self.is_directory(path) {
            return Err(FileError::IsDirectory);
        }
        self.check_parent(path)?;
        let name = self.name(path);
        // What is opened to be written is told when it is written.
        let is_opened = content == FileContent::Empty && self.content(path).is_none();
        let (operator, now) = (self.operator, self.now);
        let written = if is_opened {
            self.world.make_file(operator, &name)
        } else {
            self.world.store_file(operator, &name, content, now)
        };
        written.map_err(in_shell)
    }

    fn remove(&mut self, path: &str) -> Result<(), FileError> {
        let name = self.name(path);
        let removed = self.world.remove_file(self.operator, &name, self.now);
        removed.map_err(in_shell)
    }

    fn move_directory(&mut self, from: &str, to: &str) -> Result<(), FileError> {
        self.check_parent(to)?;
        self.check_disk()?;
        let prefix = format!("{from}/");
        for name in self.list_all() {
            if let Some(rest) = name.strip_prefix(&prefix) {
                self.change(&Change::Move {
                    from: name.clone(),
                    to: format!("{to}/{rest}"),
                })?;
            }
        }
        let made = &mut self.world.terminal_mut(self.operator).made;
        let moved: Vec<String> = made
            .iter()
            .filter(|path| *path == from || path.starts_with(&prefix))
            .cloned()
            .collect();
        for path in moved {
            made.remove(&path);
            made.insert(format!("{to}{}", &path[from.len()..]));
        }
        Ok(())
    }

    /// The absolute paths of all files.
    fn list_all(&self) -> Vec<String> {
        let here = working_directory(self.world.names().operator(self.operator));
        let names = self.world.directory(self.operator).names();
        names
            .map(|name| {
                if name.starts_with('/') {
                    name.to_string()
                } else {
                    format!("{here}/{name}")
                }
            })
            .collect()
    }
}

/// A refusal of the directory, as the shell's programs know it.
const fn in_shell(error: local::FileError) -> FileError {
    match error {
        local::FileError::NotFound => FileError::NotFound,
        local::FileError::PermissionDenied | local::FileError::Locked => {
            FileError::PermissionDenied
        }
        local::FileError::IsDirectory => FileError::IsDirectory,
        local::FileError::NoSpace => FileError::NoSpace,
        local::FileError::Broken => FileError::InputOutput,
    }
}

fn parent(path: &str) -> Option<&str> {
    let (parent, _) = path.rsplit_once('/')?;
    Some(if parent.is_empty() { "/" } else { parent })
}

impl Files for Desk<'_> {
    fn read(&self, path: &str) -> Result<Arc<str>, FileError> {
        if path == "/dev/null" {
            return Ok("".into());
        }
        if let Some(text) = self.held.get(path) {
            return Ok(Arc::clone(text));
        }
        if self.is_directory(path) {
            return Err(FileError::IsDirectory);
        }
        let content = self.content(path).ok_or(FileError::NotFound)?;
        Ok(text_of(self.world, &content))
    }

    fn kind(&self, path: &str) -> Option<FileKind> {
        if self.is_directory(path) {
            return Some(FileKind::Directory);
        }
        let is_file =
            path == "/dev/null" || self.held.contains_key(path) || self.content(path).is_some();
        is_file.then_some(FileKind::File)
    }

    fn list(&self, directory: &str) -> Result<Vec<String>, FileError> {
        let name = self.world.names().operator(self.operator);
        let here = working_directory(name);
        let is_here = self.world.is_working_directory(self.operator, directory);
        let directory = if is_here { here.as_str() } else { directory };
        match self.kind(directory) {
            Some(FileKind::Directory) => {}
            Some(FileKind::File) => return Err(FileError::NotDirectory),
            None => return Err(FileError::NotFound),
        }
        let own = [home(name), here.clone()];
        let bases = DIRECTORIES.iter().map(|path| (*path).to_owned());
        let directories = bases.chain(own).chain(self.made().iter().cloned());
        let paths = self.list_all().into_iter().chain(directories);
        let mut found: BTreeSet<String> = BTreeSet::new();
        for path in paths {
            if path != "/" && parent(&path) == Some(directory) {
                let (_, name) = path.rsplit_once('/').expect("it has a parent");
                found.insert(name.to_owned());
            }
        }
        Ok(found.into_iter().collect())
    }

    fn size(&self, path: &str) -> u64 {
        match self.read(path) {
            Ok(text) => u64::try_from(text.len()).expect("a text's length"),
            Err(_) => 4_096,
        }
    }

    fn modified(&self, _path: &str) -> i64 {
        beginning()
    }
}

impl Disk for Desk<'_> {
    fn change(&mut self, change: &Change) -> Result<(), FileError> {
        match change {
            Change::Write { path, text, append } => {
                let before = match (append, self.read(path)) {
                    (true, Ok(before)) => before,
                    (true, Err(_)) | (false, _) => "".into(),
                };
                let text: Arc<str> = format!("{before}{text}").into();
                let content = self.world.content_of(&text);
                self.write(path, content)
            }
            Change::Touch(path) => match self.kind(path) {
                Some(_) => Ok(()),
                None => self.write(path, FileContent::Empty),
            },
            Change::Remove(path) => self.remove(path),
            Change::Copy { from, to, .. } => {
                let content = match self.content(from) {
                    Some(content) => content,
                    None => self.world.content_of(&self.read(from)?),
                };
                self.write(to, content)
            }
            Change::Move { from, to } if self.is_directory(from) => self.move_directory(from, to),
            Change::Move { from, to } => {
                self.check_parent(to)?;
                let [from, to] = [from, to].map(|path| self.name(path));
                let moved = self.world.move_file(self.operator, &from, &to, self.now);
                moved.map_err(in_shell)
            }
            Change::MakeDirectory(path) => {
                if self.kind(path).is_some() {
                    return Err(FileError::Exists);
                }
                self.check_parent(path)?;
                self.check_disk()?;
                let made = &mut self.world.terminal_mut(self.operator).made;
                made.insert(path.clone());
                Ok(())
            }
            Change::RemoveDirectory(path) => {
                if !self.list(path)?.is_empty() {
                    return Err(FileError::NotEmpty);
                }
                let made = &mut self.world.terminal_mut(self.operator).made;
                if made.remove(path) {
                    Ok(())
                } else {
                    Err(FileError::PermissionDenied)
                }
            }
        }
    }
}
