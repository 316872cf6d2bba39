//! Working directories: files, and the commands on them.

use std::sync::Arc;

use super::{Actor, Agenda, Diagnostic, FileContent, OperatorId, RunEnd, RunId, World};
use crate::command::Program;
use crate::command::failure::Failure;
use crate::kernel::SimTime;
use crate::scenario::DiskState;
use crate::service::local::FileError;
use crate::terraform::transcript::{Stream, printed};
use crate::terraform::{ProgramError, Serial};
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

    /// The shell opens a file that is not there, to write it. A full disk has room for its name.
    pub(super) fn make_file(
        &mut self,
        operator: OperatorId,
        name: &Arc<str>,
    ) -> Result<(), FileError> {
        match self.refused_by_disk(operator, name) {
            None | Some(FileError::NoSpace) => {}
            Some(error) => return Err(error),
        }
        let directory = self.directory_with_mut(operator, name);
        directory.open(name).map(|_| ())
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
    pub(super) fn remove_file(
        &mut self,
        operator: OperatorId,
        name: &Arc<str>,
        now: SimTime,
    ) -> Result<(), FileError> {
        match self.refused_by_disk(operator, name) {
            Some(FileError::PermissionDenied)
                if self.directory_with(operator, name).get(name).is_some() =>
            {
                return Err(FileError::PermissionDenied);
            }
            Some(_) | None => self.directory_with_mut(operator, name).unlink(name)?,
        }
        self.track_local_state(Some(Self::writer_by_hand(operator)));
        self.record(now, Actor::Operator(operator), || {
            MachineFact::FileRemoved(Arc::clone(name))
        });
        Ok(())
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
        self.show_printed(run, &content, now);
        if self.keep_printed(run, &content) {
            return;
        }
        let printed = self.printed(run, &content);
        self.record(now, Actor::Operator(operator), || {
            OutputFact::Printed(printed)
        });
    }

    /// What a run prints, as a reader of the timeline sees it.
    fn printed(&self, run: RunId, content: &FileContent) -> Printed {
        match &self.run(run).command.program {
            Program::Terraform(invocation) => printed(&invocation.action, content, &self.names),
            Program::Az(_)
            | Program::Aws(_)
            | Program::Psql(_)
            | Program::Gcloud(_)
            | Program::Curl(_)
            | Program::Script(_) => {
                let state = content.state();
                state.map_or(Printed::Nothing, |file| Printed::state(file))
            }
        }
    }

    pub(super) fn fail_instantly(&mut self, run: RunId, error: ProgramError, now: SimTime) {
        self.fail_with(run, error, 1, now);
    }

    /// A program fails with this exit status.
    pub(super) fn fail_with(&mut self, run: RunId, error: ProgramError, exit: u8, now: SimTime) {
        self.complain(run, error, now);
        self.end_run(run, end(exit), None, now);
    }

    /// A program says on standard error why it fails, and ends.
    pub(super) fn fail_saying(&mut self, run: RunId, failure: Failure, agenda: &Agenda) {
        let Failure { text, exit } = failure;
        self.write_text(run, Stream::Stderr, &format!("{text}\n"));
        let text = text.into();
        self.fail_with(run, ProgramError::Said { text }, exit, agenda.now);
    }

    /// A program says what is wrong, which its run keeps.
    pub(super) fn complain(&mut self, run: RunId, error: ProgramError, now: SimTime) {
        let operator = self.run(run).operator;
        let diagnostic = Diagnostic::of_program(error);
        Arc::make_mut(&mut self.run_mut(run).errors).push(diagnostic.clone());
        self.show_complaint(run, &diagnostic.kind, &diagnostic.summary, now);
        self.record(now, Actor::Operator(operator), || {
            OutputFact::ErrorPrinted(Arc::new(diagnostic))
        });
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
    pub(super) fn move_file(
        &mut self,
        operator: OperatorId,
        from: &str,
        to: &Arc<str>,
        now: SimTime,
    ) -> Result<(), FileError> {
        let content = self.directory_with(operator, from).get(from).cloned();
        let content = content.ok_or(FileError::NotFound)?;
        for name in [from, to] {
            if let Some(FileError::PermissionDenied) = self.refused_by_disk(operator, name) {
                return Err(FileError::PermissionDenied);
            }
        }
        if self.place_of(operator, from) == self.place_of(operator, to) {
            let directory = self.directory_with_mut(operator, from);
            directory.rename(from, Arc::clone(to))?;
        } else {
            self.directory_with_mut(operator, to)
                .put(to, content.clone())?;
            self.directory_with_mut(operator, from).unlink(from)?;
        }
        self.tell_written(operator, Arc::clone(to), serial(&content), now);
        Ok(())
    }
}
