//! Working directories: files, and the commands on them.

use std::sync::Arc;

use super::{Actor, Agenda, Diagnostic, FileContent, OperatorId, RunEnd, RunId, World};
use crate::command::{FileCommand, SerialChange};
use crate::kernel::SimTime;
use crate::service::local::FileError;
use crate::terraform::state::SERIAL_MAX;
use crate::terraform::{Serial, StateFile};
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
        let serial = serial(&content);
        // A file of another program than Terraform is written where it can be.
        let _written = self.directory_with_mut(operator, &name).put(&name, content);
        self.track_local_state();
        let actor = Actor::Operator(operator);
        self.record(now, actor, || MachineFact::FileWritten {
            file: name,
            serial,
        });
    }

    /// A command prints a state: to a file, or to the terminal.
    pub(super) fn print_state(&mut self, run: RunId, content: FileContent, now: SimTime) {
        let state = self.run(run);
        let operator = state.operator;
        if let Some(file) = state.command.redirect.clone() {
            return self.write_file(operator, file, content, now);
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

    pub(super) fn fail_instantly(&mut self, run: RunId, text: String, now: SimTime) {
        let operator = self.run(run).operator;
        let diagnostic = Diagnostic::of_program(text);
        Arc::make_mut(&mut self.run_mut(run).errors).push(diagnostic.clone());
        self.record(now, Actor::Operator(operator), || {
            OutputFact::ErrorPrinted(Arc::new(diagnostic))
        });
        self.end_run(run, end(1), None, now);
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
            Err(text) => self.fail_instantly(run, text, now),
        }
    }

    pub(super) fn find_file(
        &self,
        operator: OperatorId,
        name: &str,
    ) -> Result<FileContent, String> {
        let file = self.directory_with(operator, name).get(name).cloned();
        file.ok_or_else(|| format!("{name}: No such file or directory"))
    }

    /// A file that stays in its directory stays the same file; else it is copied, and removed.
    fn move_file(
        &mut self,
        operator: OperatorId,
        from: &str,
        to: &Arc<str>,
        content: &FileContent,
    ) -> Result<(), FileError> {
        if self.place_of(operator, from) == self.place_of(operator, to) {
            let directory = self.directory_with_mut(operator, from);
            return directory.rename(from, Arc::clone(to));
        }
        self.directory_with_mut(operator, to)
            .put(to, content.clone())?;
        self.directory_with_mut(operator, from).unlink(from)
    }

    fn do_file_command(
        &mut self,
        run: RunId,
        command: &FileCommand,
        now: SimTime,
    ) -> Result<u8, String> {
        let operator = self.run(run).operator;
        let actor = Actor::Operator(operator);
        match command {
            FileCommand::Remove { files, force } => {
                for name in files {
                    if self.directory_with_mut(operator, name).unlink(name).is_ok() {
                        self.track_local_state();
                        self.record(now, actor, || MachineFact::FileRemoved(Arc::clone(name)));
                    } else if !force {
                        return Err(format!(
                            "rm: cannot remove '{name}': No such file or directory"
                        ));
                    }
                }
            }
            FileCommand::Copy { from, to } => {
                let content = self.find_file(operator, from)?;
                self.write_file(operator, Arc::clone(to), content, now);
            }
            FileCommand::Move { from, to } => {
                let content = self.find_file(operator, from)?;
                let moved = self.move_file(operator, from, to, &content);
                moved.map_err(|error| format!("mv: cannot move '{from}' to '{to}': {error}"))?;
                self.track_local_state();
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
                    return Err(format!("jq: {file} is no state file"));
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
