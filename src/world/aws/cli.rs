//! `aws`: commands that send one request to the bucket or the table, and print its answer.

use std::sync::Arc;

use serde_json::Value;

use crate::command::aws::document;
use crate::command::aws::failure;
use crate::command::aws::{AwsAction, AwsCommand, Target, uri};
use crate::command::failure::Failure;
use crate::command::object::text;
use crate::service::aws::bucket::{Kept, VersionId};
use crate::service::{Refusal, aws};
use crate::terraform::backend::s3::{
    BucketCall, BucketSuccess, Digest, Item, ItemKey, Object, ObjectKey, TableCall, TableSuccess,
};
use crate::terraform::backend::{self, Outgoing, Request};
use crate::terraform::process::FileContent;
use crate::terraform::transcript::Stream;
use crate::terraform::{ProgramError, RequestKind, RunId};
use crate::world::files::end;
use crate::world::run::Runner;
use crate::world::{Agenda, Answer, Lane, World};

/// No version has this ID.
const NONE_SUCH: VersionId = VersionId(u64::MAX);

/// What a command prints, and how it exits.
struct Printing {
    text: String,
    exit: u8,
}

const fn said(text: String) -> Printing {
    Printing { text, exit: 0 }
}

impl World {
    /// An `aws` command sends its one request.
    pub(in crate::world) fn begin_aws(
        &mut self,
        run: RunId,
        command: &AwsCommand,
        agenda: &mut Agenda,
    ) {
        let (kind, request) = match &command.action {
            AwsAction::Download { key, .. } => to_bucket(read_kind(*key), BucketCall::Get(*key)),
            AwsAction::Upload { file, key } => {
                let Some(content) = self.uploaded_object(run, file, *key, agenda) else {
                    return;
                };
                let put = BucketCall::Put {
                    key: *key,
                    content,
                    is_new: false,
                };
                let kind = match key {
                    ObjectKey::State => RequestKind::PutState,
                    ObjectKey::Lock => RequestKind::PutLock,
                };
                to_bucket(kind, put)
            }
            AwsAction::Ls { .. } => to_bucket(RequestKind::List, BucketCall::List),
            AwsAction::ListObjectVersions { .. } => {
                to_bucket(RequestKind::List, BucketCall::ListVersions)
            }
            AwsAction::Rm(key) => to_bucket(delete_kind(*key), BucketCall::Delete(*key)),
            AwsAction::DeleteObject { key, version } => {
                let call = match version {
                    None => BucketCall::Delete(*key),
                    Some(id) => BucketCall::DeleteVersion(*key, self.version_named(*key, id)),
                };
                to_bucket(delete_kind(*key), call)
            }
            AwsAction::HeadObject { key, version } => {
                let kind = match key {
                    ObjectKey::State => RequestKind::HeadState,
                    ObjectKey::Lock => RequestKind::HeadLock,
                };
                let call = match version {
                    None => BucketCall::Head(*key),
                    Some(id) => BucketCall::GetVersion(*key, self.version_named(*key, id)),
                };
                to_bucket(kind, call)
            }
            AwsAction::GetObject { key, version, .. } => {
                let call = match version {
                    None => BucketCall::Get(*key),
                    Some(id) => BucketCall::GetVersion(*key, self.version_named(*key, id)),
                };
                to_bucket(read_kind(*key), call)
            }
            AwsAction::GetItem(_) | AwsAction::DeleteItem(_) | AwsAction::PutItem { .. } => {
                let Some(asked) = item_request(&command.action) else {
                    return;
                };
                asked
            }
        };
        self.send(run, Lane::Main, Outgoing { kind, request }, false, agenda);
    }

    /// The version with this ID, as it is typed.
    fn version_named(&self, key: ObjectKey, id: &str) -> VersionId {
        let store = self.keeper.aws();
        let versions = store.map_or(&[][..], |store| store.bucket.versions(&key));
        let mut versions = versions.iter().map(|kept| kept.version);
        let named = versions.find(|version| document::version(*version) == id);
        named.unwrap_or(NONE_SUCH)
    }

    /// What is uploaded; `None` where the file is not there.
    fn uploaded_object(
        &mut self,
        run: RunId,
        file: &Arc<str>,
        key: ObjectKey,
        agenda: &Agenda,
    ) -> Option<Object> {
        let operator = self.run(run).operator;
        let Ok(content) = self.find_file(operator, file) else {
            self.fail_aws(run, failure::no_such_file(file), agenda);
            return None;
        };
        Some(Object::of_file(content, key == ObjectKey::Lock))
    }

    /// The answer to an `aws` command: it prints it and exits.
    pub(in crate::world) fn end_aws(&mut self, run: RunId, answer: Answer, agenda: &Agenda) {
        if !self.run(run).is_alive() {
            return;
        }
        let Runner::Aws(command) = &self.run(run).runner else {
            unreachable!("only aws waits for such an answer")
        };
        let command = command.clone();
        let printing = match answer {
            Answer::Success(backend::Success::Bucket(success)) => {
                self.print_object(run, &command, success, agenda)
            }
            Answer::Success(backend::Success::Table(success)) => {
                self.print_item(&command, &success)
            }
            Answer::Refused(Refusal::Aws(refusal)) => {
                // A head of a version has no body either.
                let refusal = match (&command.action, refusal) {
                    (AwsAction::HeadObject { .. }, aws::Refusal::NoSuchVersion) => {
                        aws::Refusal::NotFound
                    }
                    (_, refusal) => refusal,
                };
                Err(failure::refused(&command.action, refusal))
            }
            Answer::Success(
                backend::Success::Blob(_)
                | backend::Success::Called(_)
                | backend::Success::Storage(_)
                | backend::Success::Sql(_)
                | backend::Success::Http(_)
                | backend::Success::File(_),
            )
            | Answer::Refused(
                Refusal::Azure(_) | Refusal::Gcs(_) | Refusal::Postgres(_) | Refusal::Http(_),
            )
            | Answer::Failed(_)
            | Answer::Closed(_)
            | Answer::Reset => Err(failure::reset(&command.action)),
        };
        match printing {
            Ok(Printing { text, exit }) => {
                self.write_text(run, Stream::Stdout, &text);
                self.end_run(run, end(exit), None, agenda.now);
            }
            Err(failure) => self.fail_aws(run, failure, agenda),
        }
    }

    fn fail_aws(&mut self, run: RunId, failure: Failure, agenda: &Agenda) {
        let Failure { text, exit } = failure;
        self.write_text(run, Stream::Stderr, &format!("\n{text}\n"));
        let text = text.into();
        self.fail_with(run, ProgramError::Said { text }, exit, agenda.now);
    }

    fn print_object(
        &mut self,
        run: RunId,
        command: &AwsCommand,
        success: BucketSuccess,
        agenda: &Agenda,
    ) -> Result<Printing, Failure> {
        let shown = |text: String| {
            if command.is_quiet {
                String::new()
            } else {
                text
            }
        };
        match (&command.action, success) {
            (AwsAction::Download { key, to }, BucketSuccess::Content(kept)) => match to {
                Target::StandardOutput => {
                    let content = kept.content.as_ref();
                    let bytes = content.map(|object| text(object, &self.names));
                    Ok(said(bytes.unwrap_or_default()))
                }
                Target::File(file) => {
                    self.download_object(run, command, (file, &kept), agenda)?;
                    Ok(said(shown(format!(
                        "download: {} to ./{file}\n",
                        uri(*key)
                    ))))
                }
            },
            (AwsAction::GetObject { file, .. }, BucketSuccess::Content(kept)) => {
                self.download_object(run, command, (file, &kept), agenda)?;
                write(command, Some(document::object(&kept, &self.names)))
            }
            (AwsAction::Upload { file, key }, _) => {
                Ok(said(shown(format!("upload: ./{file} to {}\n", uri(*key)))))
            }
            (AwsAction::Rm(key), _) => Ok(said(shown(format!("delete: {}\n", uri(*key))))),
            (AwsAction::Ls { prefix }, BucketSuccess::Listed(all)) => {
                let found = { all.iter() }.filter(|(key, _)| key.name().starts_with(&**prefix));
                let lines: String = found
                    .map(|(key, kept)| document::listed(*key, kept, prefix, &self.names))
                    .collect();
                // Where a prefix has nothing, the command says nothing and fails.
                let exit = u8::from(lines.is_empty() && !prefix.is_empty());
                Ok(Printing { text: lines, exit })
            }
            (AwsAction::ListObjectVersions { prefix }, BucketSuccess::Versions(all)) => {
                write(command, Some(document::versions(&all, prefix, &self.names)))
            }
            (
                AwsAction::HeadObject { .. },
                BucketSuccess::Headed(kept) | BucketSuccess::Content(kept),
            ) => write(command, Some(document::object(&kept, &self.names))),
            (AwsAction::DeleteObject { version, .. }, BucketSuccess::Deleted(marker)) => {
                write(command, document::deleted(marker, version.as_deref()))
            }
            (_, _) => Ok(said(String::new())),
        }
    }

    fn download_object(
        &mut self,
        run: RunId,
        command: &AwsCommand,
        (file, kept): (&Arc<str>, &Kept<Object>),
        agenda: &Agenda,
    ) -> Result<(), Failure> {
        let operator = self.run(run).operator;
        let object = kept.content.as_ref();
        let content = object.map_or(FileContent::Empty, Object::as_file);
        let stored = self.store_file(operator, file, content, agenda.now);
        stored.map_err(|error| failure::not_written(&command.action, file, &error.to_string()))
    }

    fn print_item(
        &self,
        command: &AwsCommand,
        success: &TableSuccess,
    ) -> Result<Printing, Failure> {
        let document = match (&command.action, success) {
            (AwsAction::GetItem(key), TableSuccess::Item(item)) => {
                document::item(*key, item.as_ref(), &self.names)
            }
            (_, _) => None,
        };
        write(command, document)
    }
}

/// A document under the command's query, in its format.
fn write(command: &AwsCommand, document: Option<Value>) -> Result<Printing, Failure> {
    let Some(document) = document else {
        return Ok(said(String::new()));
    };
    let written = command.output.write(document);
    let query = command.output.query.as_deref().unwrap_or_default();
    written
        .map(said)
        .map_err(|error| failure::not_queried(query, &error))
}

/// What a command about an item sends; `None` for any other.
fn item_request(action: &AwsAction) -> Option<(RequestKind, Request)> {
    let (kind, call) = match action {
        AwsAction::GetItem(key) => {
            let kind = match key {
                ItemKey::Lock => RequestKind::DdbGetLock,
                ItemKey::Digest => RequestKind::DdbGetDigest,
            };
            (kind, TableCall::Get(*key))
        }
        AwsAction::DeleteItem(key) => {
            let kind = match key {
                ItemKey::Lock => RequestKind::DdbDeleteLock,
                ItemKey::Digest => RequestKind::DdbDeleteDigest,
            };
            (kind, TableCall::Delete(*key))
        }
        AwsAction::PutItem { key, value } => {
            let (kind, item) = match key {
                ItemKey::Lock => (RequestKind::DdbPutLock, Item::Text(Arc::clone(value))),
                ItemKey::Digest => {
                    let digest = Digest::Text(Arc::clone(value));
                    (RequestKind::DdbPutDigest, Item::Digest(digest))
                }
            };
            let put = TableCall::Put {
                key: *key,
                item,
                is_new: false,
            };
            (kind, put)
        }
        AwsAction::Download { .. }
        | AwsAction::Upload { .. }
        | AwsAction::Ls { .. }
        | AwsAction::Rm(_)
        | AwsAction::HeadObject { .. }
        | AwsAction::GetObject { .. }
        | AwsAction::DeleteObject { .. }
        | AwsAction::ListObjectVersions { .. } => return None,
    };
    Some((kind, Request::Table(call)))
}

const fn to_bucket(kind: RequestKind, call: BucketCall) -> (RequestKind, Request) {
    (kind, Request::Bucket(call))
}

const fn read_kind(key: ObjectKey) -> RequestKind {
    match key {
        ObjectKey::State => RequestKind::GetState,
        ObjectKey::Lock => RequestKind::GetLock,
    }
}

const fn delete_kind(key: ObjectKey) -> RequestKind {
    match key {
        ObjectKey::State => RequestKind::DeleteState,
        ObjectKey::Lock => RequestKind::DeleteLock,
    }
}
