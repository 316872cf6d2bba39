//! The answer to an `az` command: what it prints, and how it exits.

use std::sync::Arc;

use serde_json::{Value, json};

use crate::command::az::document::{Origin, Shown};
use crate::command::az::failure::{self, Answered, Failure};
use crate::command::az::output::Columns;
use crate::command::az::{AzAction, AzCommand, document};
use crate::kernel::SimTime;
use crate::service;
use crate::service::azure::{BlobPath, CallAnswer, Refusal, Success, Which};
use crate::terraform::backend;
use crate::terraform::backend::azurerm::{BlobSuccess, FoundBlob, Metadata, TransportError};
use crate::terraform::process::FileContent;
use crate::terraform::transcript::Stream;
use crate::terraform::{BlobContent, ProgramError, RequestKind, RunId};
use crate::timeline::{Actor, OutputFact, Printed};
use crate::world::files::end;
use crate::world::run::Runner;
use crate::world::{Agenda, Answer, World};

/// What a command has done, and what is left to print.
enum Printing {
    /// A document, with the columns of its table.
    Document(Value, Columns),
    /// A text as it is.
    Text(String),
    /// Nothing.
    Nothing,
}

fn document(value: Value) -> Printing {
    Printing::Document(value, Columns::Own)
}

impl World {
    /// The answer to an `az` command: it prints it and exits.
    pub(in crate::world) fn end_az(
        &mut self,
        run: RunId,
        (kind, number): (RequestKind, u64),
        answer: Answer,
        agenda: &mut Agenda,
    ) {
        let now = agenda.now;
        if !self.run(run).is_alive() {
            return;
        }
        let Runner::Az(command) = &self.run(run).runner else {
            unreachable!("only az waits for such an answer")
        };
        let command = command.clone();
        let answer = match answer {
            Answer::Success(backend::Success::Blob(success)) => Ok(CallAnswer::Done(success)),
            Answer::Success(backend::Success::Called(answer)) => Ok(*answer),
            Answer::Refused(service::Refusal::Azure(refusal)) => Err(Some(refusal)),
            Answer::Success(
                backend::Success::Bucket(_)
                | backend::Success::Table(_)
                | backend::Success::Storage(_)
                | backend::Success::Sql(_)
                | backend::Success::Http(_)
                | backend::Success::File(_),
            )
            | Answer::Refused(
                service::Refusal::Aws(_)
                | service::Refusal::Gcs(_)
                | service::Refusal::Postgres(_)
                | service::Refusal::Http(_),
            )
            | Answer::Failed(_)
            | Answer::Closed(_)
            | Answer::Reset => Err(None),
        };
        match answer {
            Ok(answer) => self.print_az(run, &command, answer, (number, now)),
            Err(Some(refusal)) => self.refuse_az(run, &command, (kind, refusal), (number, now)),
            Err(None) => {
                let error = ProgramError::RequestFailed(TransportError::Reset(kind));
                self.fail_az(run, error, &failure::reset(), now);
            }
        }
    }

    /// An `az` command fails: it says so, and exits.
    pub(super) fn fail_az(
        &mut self,
        run: RunId,
        error: ProgramError,
        failure: &Failure,
        now: SimTime,
    ) {
        self.write_text(run, Stream::Stderr, &failure.text);
        self.fail_with(run, error, failure.exit, now);
    }

    fn with_origin<T>(
        &self,
        command: &AzCommand,
        (number, now): (u64, SimTime),
        make: impl FnOnce(&Origin<'_>) -> T,
    ) -> T {
        let at = self.az_path(command);
        make(&Origin {
            at: &at,
            state: &self.names.state_blob,
            names: &self.names,
            now,
            number,
        })
    }

    fn refuse_az(
        &mut self,
        run: RunId,
        command: &AzCommand,
        (kind, refusal): (RequestKind, Refusal),
        when: (u64, SimTime),
    ) {
        let is_question = matches!(command.action, AzAction::Exists { .. });
        if is_question && refusal.http_status() == 404 {
            let missing = document(json!({ "exists": false }));
            return self.write_az(run, command, missing, when.1);
        }
        // What another account has is no part of the scenario: a deletion there is believed.
        let is_elsewhere = self.az_path(command).account != self.names.state_blob.account;
        let is_deletion = matches!(command.action, AzAction::Delete { .. });
        if is_elsewhere && is_deletion && refusal.http_status() == 404 {
            return self.write_az(run, command, Printing::Nothing, when.1);
        }
        let is_creation = matches!(
            command.action,
            AzAction::Upload {
                overwrites: false,
                ..
            }
        );
        let failure = self.with_origin(command, when, |origin| match (kind, refusal) {
            (_, Refusal::BlobAlreadyExists) if is_creation => failure::not_overwritten(origin),
            (RequestKind::Head, refusal) => {
                failure::refused(refusal, Answered::HeaderAlone, origin)
            }
            (_, refusal) => failure::refused(refusal, Answered::Body, origin),
        });
        let error = ProgramError::RequestFailed(TransportError::Refused(kind, refusal));
        self.fail_az(run, error, &failure, when.1);
    }

    fn print_az(
        &mut self,
        run: RunId,
        command: &AzCommand,
        answer: CallAnswer<BlobContent, Metadata>,
        when: (u64, SimTime),
    ) {
        let printing = match answer {
            CallAnswer::Found(found) => match self.print_found(run, command, &found, when) {
                Ok(printing) => printing,
                Err((error, failure)) => return self.fail_az(run, error, &failure, when.1),
            },
            CallAnswer::Listed(listed) => self.print_list(run, command, listed, when),
            CallAnswer::Done(success) => self.print_done(run, command, &success, when),
        };
        self.write_az(run, command, printing, when.1);
    }

    /// A transfer shows how far it is, on standard error.
    fn show_progress(&mut self, run: RunId, command: &AzCommand) {
        let is_transfer = matches!(
            command.action,
            AzAction::Upload { .. } | AzAction::Download { .. }
        );
        if is_transfer && !command.output.hides_progress {
            self.write_text(run, Stream::Stderr, failure::PROGRESS);
        }
    }

    /// Writes what is to be printed, and ends the command.
    fn write_az(&mut self, run: RunId, command: &AzCommand, printing: Printing, now: SimTime) {
        let text = match printing {
            Printing::Document(value, columns) => command.output.write(value, columns),
            Printing::Text(text) => Ok(text),
            Printing::Nothing => Ok(String::new()),
        };
        match text {
            Ok(text) => {
                self.write_text(run, Stream::Stdout, &text);
                self.end_run(run, end(0), None, now);
            }
            Err(text) => {
                let query = command.output.query.clone().unwrap_or_default();
                let failure = Failure { text, exit: 1 };
                self.fail_az(run, ProgramError::NotQueried { query }, &failure, now);
            }
        }
    }

    fn print_found(
        &mut self,
        run: RunId,
        command: &AzCommand,
        found: &FoundBlob,
        when: (u64, SimTime),
    ) -> Result<Printing, (ProgramError, Failure)> {
        let shown = self.with_origin(command, when, |origin| {
            document::blob(found, Shown::Alone, origin)
        });
        Ok(match &command.action {
            AzAction::Exists { .. } => document(json!({ "exists": true })),
            AzAction::MetadataShow { .. } => {
                self.tell_shown(run, command, found, when.1);
                document(shown["metadata"].clone())
            }
            AzAction::Download { file: None, .. } => {
                Printing::Text(document::text(&found.content, &self.names))
            }
            AzAction::Download {
                file: Some(file), ..
            } => {
                self.download(run, file, &found.content, when.1)?;
                self.show_progress(run, command);
                Printing::Document(shown, Columns::Blobs)
            }
            AzAction::Show { .. }
            | AzAction::List { .. }
            | AzAction::Upload { .. }
            | AzAction::Delete { .. }
            | AzAction::Undelete
            | AzAction::Snapshot { .. }
            | AzAction::CopyStart { .. }
            | AzAction::MetadataUpdate { .. }
            | AzAction::LeaseBreak { .. }
            | AzAction::LeaseAcquire { .. }
            | AzAction::LeaseRelease { .. }
            | AzAction::LeaseRenew { .. }
            | AzAction::LeaseChange { .. } => {
                self.tell_shown(run, command, found, when.1);
                Printing::Document(shown, Columns::Blobs)
            }
        })
    }

    /// Tells what was seen of the state blob.
    fn tell_shown(&mut self, run: RunId, command: &AzCommand, found: &FoundBlob, now: SimTime) {
        let is_state = self.az_path(command) == *self.names.state_blob;
        if !is_state || !matches!(found.which, Which::Current(_)) {
            return;
        }
        let actor = Actor::Operator(self.run(run).operator);
        let printed = Printed::Blob {
            lease: found.lease,
            lock: found.metadata.as_ref().map(|info| info.id),
        };
        self.record(now, actor, || OutputFact::Printed(printed));
    }

    fn download(
        &mut self,
        run: RunId,
        file: &Arc<str>,
        content: &BlobContent,
        now: SimTime,
    ) -> Result<(), (ProgramError, Failure)> {
        let operator = self.run(run).operator;
        let content = match content {
            BlobContent::Empty => FileContent::Empty,
            BlobContent::State(state) => FileContent::State(Arc::clone(state)),
            BlobContent::Unreadable(text) => FileContent::Text(Arc::clone(text)),
        };
        let stored = self.store_file(operator, file, content, now);
        stored.map_err(|error| {
            let failure = failure::not_written(file, &error.to_string());
            let file = Arc::clone(file);
            (ProgramError::NotDownloaded { file, error }, failure)
        })
    }

    fn print_list(
        &mut self,
        run: RunId,
        command: &AzCommand,
        mut listed: Vec<(Arc<str>, FoundBlob)>,
        when: (u64, SimTime),
    ) -> Printing {
        /// So many are shown where nothing else is asked for.
        const COUNT: usize = 5_000;
        let AzAction::List {
            include,
            with_metadata,
            count_max,
            ..
        } = &command.action
        else {
            unreachable!("only `list` is answered with a list")
        };
        let count = count_max.unwrap_or(COUNT);
        if let Some((next, _)) = listed.get(count) {
            let warning = format!("WARNING: Next Marker:\nWARNING: {next}\n");
            listed.truncate(count);
            self.write_text(run, Stream::Stderr, &warning);
        }
        let shown = Shown::Listed {
            with_versions: include.versions,
            with_metadata: *with_metadata,
        };
        let items = self.with_origin(command, when, |origin| {
            let items = listed.iter().map(|(name, found)| {
                let at = BlobPath {
                    name: Arc::clone(name),
                    ..origin.at.clone()
                };
                let origin = Origin { at: &at, ..*origin };
                document::blob(found, shown, &origin)
            });
            items.collect()
        });
        Printing::Document(Value::Array(items), Columns::Blobs)
    }

    fn print_done(
        &mut self,
        run: RunId,
        command: &AzCommand,
        success: &BlobSuccess,
        when: (u64, SimTime),
    ) -> Printing {
        let actor = Actor::Operator(self.run(run).operator);
        match success {
            Success::Written { etag, version, .. } => {
                self.show_progress(run, command);
                let (etag, version) = (*etag, *version);
                let is_copy = matches!(command.action, AzAction::CopyStart { .. });
                document(self.with_origin(command, when, |origin| {
                    if is_copy {
                        document::copied(etag, version, origin)
                    } else {
                        document::written(etag, version, self.bytes_of(command).as_deref(), origin)
                    }
                }))
            }
            Success::SnapshotTaken { id, etag, version } => {
                document(self.with_origin(command, when, |origin| {
                    document::snapshot(*id, *etag, *version, origin)
                }))
            }
            Success::LeaseAcquired { id }
            | Success::LeaseRenewed { id }
            | Success::LeaseChanged { id } => {
                let id = *id;
                self.record(when.1, actor, || OutputFact::Printed(Printed::LeaseId(id)));
                if matches!(success, Success::LeaseChanged { .. }) {
                    return Printing::Nothing;
                }
                document(json!(id.to_string()))
            }
            Success::LeaseBroken { remaining_s } => {
                let seconds = *remaining_s;
                self.record(when.1, actor, || {
                    OutputFact::Printed(Printed::Seconds(seconds))
                });
                document(json!(seconds))
            }
            Success::Undeleted => document(json!({ "undeleted": null })),
            Success::Deleted
            | Success::LeaseReleased
            | Success::Content { .. }
            | Success::Properties(_)
            | Success::Listed { .. } => Printing::Nothing,
        }
    }

    /// The bytes that an upload has stored.
    fn bytes_of(&self, command: &AzCommand) -> Option<String> {
        if !matches!(command.action, AzAction::Upload { .. }) {
            return None;
        }
        let at = self.az_path(command);
        let content = if at == *self.names.state_blob {
            &self.service.blob()?.content
        } else {
            &self.accounts.other(&at)?.blob()?.content
        };
        Some(document::text(content, &self.names))
    }
}
