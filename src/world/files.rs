//! Working directories: files, and the commands on them.

use std::sync::Arc;

use super::{Actor, Agenda, Diagnostic, FileContent, OperatorId, RunEnd, RunId, World};
use crate::command::{FileCommand, SerialChange};
use crate::kernel::SimTime;
use crate::scenario::DiskState;
use crate::service::local::FileError;
use crate::terraform::state::SERIAL_MAX;
use crate::terraform::{ProgramError, Serial, StateFile};
use crate::timeline::{MachineFact, OutputFact, Printed};

pub(super) const fn end(exit: u8) -> RunEnd {
    RunEnd {
        exit,
        plan: None,
        applied: None,
    }
}

/// The serial of the state that a file holds, if it holds one.
pub(super) fn serial(content: &FileContent) -> Option<Serial> {
    content.state().map(|file| file.serial)
}

impl World {
    /// Writes a file in an operator's working directory.
    pub(super) fn write_file(
        &mut self,
        operator: OperatorId,
        name: Arc<str>,
        content: FileContent,
        now: SimTime,
    ) {
        // What hands and Terraform itself write past the disk's fault is written where it can be.
        let serial = serial(&content);
        let _written = self.directory_with_mut(operator, &name).put(&name, content);
        self.tell_written(operator, name, serial, now);
    }

    fn tell_written(
        &mut self,
        operator: OperatorId,
        name: Arc<str>,
        serial: Option<Serial>,
        now: SimTime,
    ) {
        self.track_local_state(Some(Self::writer_by_hand(operator)));
        let actor = Actor::Operator(operator);
        self.record(now, actor, || MachineFact::FileWritten {
            file: name,
            serial,
        });
    }

    /// What the disk of an operator's machine refuses where a file of this name is written.
    fn refused_by_disk(&mut self, operator: OperatorId, name: &str) -> Option<FileError> {
        let machine = self.machine(operator);
        if self.place_of(operator, name) != machine.directory {
            return None;
        }
        let refused = match machine.disk.value {
            DiskState::Ok | DiskState::Occupied => return None,
            DiskState::Full => FileError::NoSpace,
            DiskState::ReadOnly => FileError::PermissionDenied,
        };
        self.feel_disk(operator);
        Some(refused)
    }

    /// Whether a shell can open a file to write what a command prints.
    pub(super) fn check_redirect(
        &mut self,
        operator: OperatorId,
        name: &Arc<str>,
    ) -> Result<(), ProgramError> {
        match self.refused_by_disk(operator, name) {
            // On a full disk the file is made, and what is printed finds no room.
            None | Some(FileError::NoSpace) => Ok(()),
            Some(error) => Err(ProgramError::NotRedirected {
                file: Arc::clone(name),
                error,
            }),
        }
    }

    /// A program writes a file. On a full disk an empty one is left.
    pub(super) fn store_file(
        &mut self,
        operator: OperatorId,
        name: &Arc<str>,
        content: FileContent,
        now: SimTime,
    ) -> Result<(), FileError> {
        let refused = self.refused_by_disk(operator, name);
        let content = match refused {
            None => content,
            Some(FileError::NoSpace) => FileContent::Empty,
            Some(error) => return Err(error),
        };
        let serial = serial(&content);
        self.directory_with_mut(operator, name).put(name, content)?;
        self.tell_written(operator, Arc::clone(name), serial, now);
        refused.map_or(Ok(()), Err)
    }

    /// Removes a file. On a disk that can only be read it stays.
    fn remove_file(&mut self, operator: OperatorId, name: &str) -> Result<(), FileError> {
        match self.refused_by_disk(operator, name) {
            Some(FileError::PermissionDenied)
                if self.directory_with(operator, name).get(name).is_some() =>
            {
                Err(FileError::PermissionDenied)
            }
            Some(_) | None => self.directory_with_mut(operator, name).unlink(name),
        }
    }

    /// A command prints a state: to a file, or to the terminal.
    pub(super) fn print_state(&mut self, run: RunId, content: FileContent, now: SimTime) {
        let state = self.run(run);
        let operator = state.operator;
        if let Some(file) = state.command.redirect.clone() {
            // Terraform does not look whether what it prints finds room.
            let _stored = self.store_file(operator, &file, content, now);
            return;
        }
        self.record(now, Actor::Operator(operator), || {
            OutputFact::Printed(match content.state() {
                Some(file) => Printed::State {
                    serial: file.serial,
                    resources: file.snapshot.objects().map(|(id, _)| id).collect(),
                },
                None => Printed::Nothing,
            })
        });
    }

    pub(super) fn fail_instantly(&mut self, run: RunId, error: ProgramError, now: SimTime) {
        self.fail_with(run, error, 1, now);
    }

    /// A program fails with this exit status.
    pub(super) fn fail_with(&mut self, run: RunId, error: ProgramError, exit: u8, now: SimTime) {
        let operator = self.run(run).operator;
        let diagnostic = Diagnostic::of_program(error);
        Arc::make_mut(&mut self.run_mut(run).errors).push(diagnostic.clone());
        self.record(now, Actor::Operator(operator), || {
            OutputFact::ErrorPrinted(Arc::new(diagnostic))
        });
        self.end_run(run, end(exit), None, now);
    }

    /// Runs a command on files, which takes no time.
    pub(super) fn run_file_command(
        &mut self,
        run: RunId,
        command: &FileCommand,
        agenda: &mut Agenda,
    ) {
        let now = agenda.now;
        match self.do_file_command(run, command, now) {
            Ok(exit) => self.end_run(run, end(exit), None, now),
            Err(error) => self.fail_instantly(run, error, now),
        }
    }

    pub(super) fn find_file(
        &self,
        operator: OperatorId,
        name: &Arc<str>,
    ) -> Result<FileContent, ProgramError> {
        let file = self.directory_with(operator, name).get(name).cloned();
        file.ok_or_else(|| ProgramError::NoSuchFile {
            file: Arc::clone(name),
        })
    }

    /// A file that stays in its directory stays the same file; else it is copied, and removed.
    fn move_file(
        &mut self,
        operator: OperatorId,
        from: &str,
        to: &Arc<str>,
        content: &FileContent,
    ) -> Result<(), FileError> {
        for name in [from, to] {
            if let Some(FileError::PermissionDenied) = self.refused_by_disk(operator, name) {
                return Err(FileError::PermissionDenied);
            }
        }
        if self.place_of(operator, from) == self.place_of(operator, to) {
            let directory = self.directory_with_mut(operator, from);
            return directory.rename(from, Arc::clone(to));
        }
        self.directory_with_mut(operator, to)
            .put(to, content.clone())?;
        self.directory_with_mut(operator, from).unlink(from)
    }

    fn remove_files(
        &mut self,
        operator: OperatorId,
        files: &[Arc<str>],
        force: bool,
        now: SimTime,
    ) -> Result<(), ProgramError> {
        for name in files {
            match self.remove_file(operator, name) {
                Ok(()) => {
                    self.track_local_state(Some(Self::writer_by_hand(operator)));
                    self.record(now, Actor::Operator(operator), || {
                        MachineFact::FileRemoved(Arc::clone(name))
                    });
                }
                Err(FileError::NotFound) if force => {}
                Err(error) => {
                    let file = Arc::clone(name);
                    return Err(ProgramError::NotRemoved { file, error });
                }
            }
        }
        Ok(())
    }

    fn do_file_command(
        &mut self,
        run: RunId,
        command: &FileCommand,
        now: SimTime,
    ) -> Result<u8, ProgramError> {
        let operator = self.run(run).operator;
        let actor = Actor::Operator(operator);
        match command {
            FileCommand::Remove { files, force } => {
                self.remove_files(operator, files, *force, now)?;
            }
            FileCommand::Copy { from, to } => {
                let content = self.find_file(operator, from)?;
                let copied = self.store_file(operator, to, content, now);
                copied.map_err(|error| ProgramError::NotCopied {
                    to: Arc::clone(to),
                    error,
                })?;
            }
            FileCommand::Move { from, to } => {
                let content = self.find_file(operator, from)?;
                let moved = self.move_file(operator, from, to, &content);
                moved.map_err(|error| ProgramError::NotMoved {
                    from: Arc::clone(from),
                    to: Arc::clone(to),
                    error,
                })?;
                self.track_local_state(Some(Self::writer_by_hand(operator)));
                let serial = serial(&content);
                let file = Arc::clone(to);
                self.record(now, actor, || MachineFact::FileWritten { file, serial });
            }
            FileCommand::Print(name) => {
                let content = self.find_file(operator, name)?;
                self.print_state(run, content, now);
            }
            FileCommand::List(None) => {
                let names = self.directory(operator).names();
                let shown = names.filter(|name| !name.starts_with('.'));
                let names: Vec<Arc<str>> = shown.map(Arc::clone).collect();
                self.record(now, actor, || OutputFact::Printed(Printed::Files(names)));
            }
            FileCommand::List(Some(name)) => {
                self.find_file(operator, name)?;
                let names = vec![Arc::clone(name)];
                self.record(now, actor, || OutputFact::Printed(Printed::Files(names)));
            }
            FileCommand::Compare { one, two } => {
                let is_same = self.find_file(operator, one)? == self.find_file(operator, two)?;
                self.record(now, actor, || {
                    OutputFact::Printed(Printed::Comparison { is_same })
                });
                return Ok(u8::from(!is_same));
            }
            FileCommand::SetSerial { file, change } => {
                let FileContent::State(state) = self.find_file(operator, file)? else {
                    return Err(ProgramError::NoStateFile {
                        file: Arc::clone(file),
                    });
                };
                let serial = match change {
                    SerialChange::Set(serial) => *serial,
                    SerialChange::Add(more) => state.serial.saturating_add(*more).min(SERIAL_MAX),
                };
                let changed = StateFile {
                    serial,
                    ..(*state).clone()
                };
                self.print_state(run, FileContent::State(Arc::new(changed)), now);
            }
        }
        Ok(0)
    }
}
