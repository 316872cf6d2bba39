//! `gcloud storage` and `gsutil`: commands that send one request to the bucket, and print its answer.

use std::sync::Arc;

use crate::command::failure::Failure;
use crate::command::gcloud::document::{listing, progress};
use crate::command::gcloud::failure;
use crate::command::gcloud::{GcloudAction, GcloudCommand, Named, Target};
use crate::command::object::text;
use crate::service::Refusal;
use crate::service::gcs::bucket::{Condition, Kept};
use crate::terraform::backend::gcs::{Call, Object, ObjectKey, Success};
use crate::terraform::backend::{self, Outgoing, Request};
use crate::terraform::transcript::Stream;
use crate::terraform::{RequestKind, RunId};
use crate::world::files::end;
use crate::world::run::Runner;
use crate::world::{Agenda, Answer, Lane, World};

const fn read_kind(key: ObjectKey) -> RequestKind {
    match key {
        ObjectKey::State => RequestKind::GetState,
        ObjectKey::Lock => RequestKind::GetLock,
    }
}

const fn write_kind(key: ObjectKey) -> RequestKind {
    match key {
        ObjectKey::State => RequestKind::PutState,
        ObjectKey::Lock => RequestKind::PutLock,
    }
}

const fn get(named: Named) -> Call {
    match named.generation {
        None => Call::Get(named.key),
        Some(generation) => Call::GetVersion(named.key, generation),
    }
}

impl World {
    /// A command sends its one request.
    pub(in crate::world) fn begin_gcloud(
        &mut self,
        run: RunId,
        command: &GcloudCommand,
        agenda: &mut Agenda,
    ) {
        let (kind, call) = match &command.action {
            GcloudAction::Ls { has_versions, .. } => {
                let call = if *has_versions {
                    Call::ListVersions
                } else {
                    Call::List
                };
                (RequestKind::List, call)
            }
            GcloudAction::Cat(named) | GcloudAction::Download { from: named, .. } => {
                (read_kind(named.key), get(*named))
            }
            GcloudAction::Rm(named) => {
                let kind = match named.key {
                    ObjectKey::State => RequestKind::DeleteState,
                    ObjectKey::Lock => RequestKind::DeleteLock,
                };
                let call = match named.generation {
                    None => Call::Delete(named.key, Condition::None),
                    Some(generation) => Call::DeleteVersion(named.key, generation),
                };
                (kind, call)
            }
            GcloudAction::Upload { file, to } => {
                let Some(content) = self.uploaded_to_storage(run, command, (file, *to), agenda)
                else {
                    return;
                };
                let put = Call::Put {
                    key: *to,
                    content,
                    condition: Condition::None,
                };
                (write_kind(*to), put)
            }
            GcloudAction::Copy { from, to } => {
                let copy = Call::Copy {
                    from: from.key,
                    generation: from.generation,
                    to: *to,
                };
                (write_kind(*to), copy)
            }
        };
        let request = Request::Storage(call);
        self.send(run, Lane::Main, Outgoing { kind, request }, false, agenda);
    }

    /// What is uploaded; `None` where the file is not there.
    fn uploaded_to_storage(
        &mut self,
        run: RunId,
        command: &GcloudCommand,
        (file, key): (&Arc<str>, ObjectKey),
        agenda: &Agenda,
    ) -> Option<Object> {
        let operator = self.run(run).operator;
        let Ok(content) = self.find_file(operator, file) else {
            self.fail_saying(run, failure::no_such_file(command, file), agenda);
            return None;
        };
        Some(Object::of_file(content, key == ObjectKey::Lock))
    }

    /// The answer to a command: it prints it and exits.
    pub(in crate::world) fn end_gcloud(&mut self, run: RunId, answer: Answer, agenda: &Agenda) {
        if !self.run(run).is_alive() {
            return;
        }
        let Runner::Gcloud(command) = &self.run(run).runner else {
            unreachable!("only such a command waits for such an answer")
        };
        let command = command.clone();
        let printed = match answer {
            Answer::Success(backend::Success::Storage(success)) => {
                self.print_storage(run, &command, &success, agenda)
            }
            Answer::Refused(Refusal::Gcs(refusal)) => Err(failure::refused(&command, refusal)),
            Answer::Success(_)
            | Answer::Refused(_)
            | Answer::Failed(_)
            | Answer::Closed(_)
            | Answer::Reset => Err(failure::reset(&command)),
        };
        match printed {
            Ok(text) => {
                if !command.is_quiet {
                    let said = progress(command.tool, &command.action);
                    self.write_text(run, Stream::Stderr, &said);
                }
                self.write_text(run, Stream::Stdout, &text);
                self.end_run(run, end(0), None, agenda.now);
            }
            Err(failure) => self.fail_saying(run, failure, agenda),
        }
    }

    /// What goes to standard output.
    fn print_storage(
        &mut self,
        run: RunId,
        command: &GcloudCommand,
        success: &Success,
        agenda: &Agenda,
    ) -> Result<String, Failure> {
        match (&command.action, success) {
            (GcloudAction::Ls { prefix, .. }, Success::Listed(all)) => {
                let lines = listing(command.tool, &command.action, all, &self.names);
                if lines.is_empty() && !prefix.is_empty() {
                    return Err(failure::nothing_there(command));
                }
                Ok(lines)
            }
            (
                GcloudAction::Cat(_)
                | GcloudAction::Download {
                    to: Target::StandardOutput,
                    ..
                },
                Success::Content(kept),
            ) => Ok(text(&kept.content, &self.names)),
            (
                GcloudAction::Download {
                    to: Target::File(file),
                    ..
                },
                Success::Content(kept),
            ) => {
                self.download_from_storage(run, command, (file, kept), agenda)?;
                Ok(String::new())
            }
            (_, _) => Ok(String::new()),
        }
    }

    fn download_from_storage(
        &mut self,
        run: RunId,
        command: &GcloudCommand,
        (file, kept): (&Arc<str>, &Kept<Object>),
        agenda: &Agenda,
    ) -> Result<(), Failure> {
        let operator = self.run(run).operator;
        let stored = self.store_file(operator, file, kept.content.as_file(), agenda.now);
        stored.map_err(|error| failure::not_written(command, file, &error.to_string()))
    }
}
