//! `az storage blob`: commands that send one request to the blob service, and print its answer.

mod answer;

use std::sync::Arc;

use super::{Agenda, AzCommand, FileContent, Lane, RunId, World};
use crate::command::az::failure::{self, KEY_WARNING};
use crate::command::az::{
    AzAction, Deletion, MetadataArgument, Moment, SourceArgument, UploadSource, date, document,
};
use crate::service::azure::{
    Action, BlobPath, Call, Condition, CopySource, ETag, ETagPattern, LeaseDuration, LeaseId, Past,
    Proposal, Request, VersionId,
};
use crate::terraform::backend::azurerm::{BlobCall, Metadata};
use crate::terraform::backend::{self, Outgoing};
use crate::terraform::invocation::LockIdArgument;
use crate::terraform::transcript::Stream;
use crate::terraform::{BlobContent, ProgramError, RequestKind};

/// No version and no blob has this name, or this `ETag`.
const NONE_SUCH: u64 = u64::MAX;

fn as_content(file: &FileContent) -> BlobContent {
    match file {
        FileContent::Empty => BlobContent::Empty,
        FileContent::State(file) => BlobContent::State(Arc::clone(file)),
        FileContent::Plan(_) => BlobContent::Unreadable("a saved plan".into()),
        FileContent::LockInfo(_) => BlobContent::Unreadable("lock info".into()),
        FileContent::Text(text) => BlobContent::Unreadable(Arc::clone(text)),
    }
}

fn as_past(moment: &Moment) -> Option<Past> {
    let id = |text: &str| date::parse_version(text).unwrap_or(VersionId(NONE_SUCH));
    match moment {
        Moment::Current => None,
        Moment::Version(text) => Some(Past::Version(id(text))),
        Moment::Snapshot(text) => Some(Past::Snapshot(id(text))),
    }
}

/// The condition that was typed, or that an upload has without `--overwrite`.
fn condition(command: &AzCommand) -> Condition {
    let must_be_new = matches!(
        command.action,
        AzAction::Upload {
            overwrites: false,
            ..
        }
    );
    match command.if_match.as_deref() {
        None if must_be_new => Condition::IfNoneMatch(ETagPattern::Any),
        None => Condition::Unconditional,
        Some("*") => Condition::IfMatch(ETagPattern::Any),
        Some(text) => {
            let etag = date::parse_etag(text).unwrap_or(ETag(NONE_SUCH));
            Condition::IfMatch(ETagPattern::Exactly(etag))
        }
    }
}

/// What a command sends.
enum Asked {
    /// A look, or a copy.
    Call(RequestKind, BlobCall),
    /// Something of the blob that the command names.
    Blob(RequestKind, Action<BlobContent, Metadata>, Option<LeaseId>),
}

impl World {
    /// Writes a text of an `az` command to one of its streams: the one place where that is done.
    pub(super) fn write_text(&mut self, run: RunId, stream: Stream, text: &str) {
        if !text.is_empty() {
            Arc::make_mut(&mut self.run_mut(run).written).push((stream, text.into()));
        }
    }

    fn lease_id(&self, argument: &LockIdArgument) -> Option<LeaseId> {
        match argument {
            LockIdArgument::Placeholder => self.lock_id().parse().ok(),
            LockIdArgument::Literal(text) => text.parse().ok(),
        }
    }

    /// The blob that a command is about.
    fn az_path(&self, command: &AzCommand) -> BlobPath {
        command.blob.path(&self.names.state_blob)
    }

    /// An `az` command sends its one request.
    pub(super) fn begin_az(&mut self, run: RunId, command: &AzCommand, agenda: &mut Agenda) {
        if command.asks_for_key && !command.output.hides_warnings {
            self.write_text(run, Stream::Stderr, KEY_WARNING);
        }
        let Some(asked) = self.az_request(run, command, agenda) else {
            return;
        };
        let at = self.az_path(command);
        let (kind, request) = match asked {
            Asked::Call(kind, call) => (kind, backend::Request::Call(Box::new(call))),
            Asked::Blob(kind, action, lease_id) => {
                let request = Request::new(action).with_lease(lease_id);
                let request = request.on_condition(condition(command));
                if at == *self.names.state_blob {
                    (kind, backend::Request::Blob(request))
                } else {
                    let call = Call::Ask { at, request };
                    (kind, backend::Request::Call(Box::new(call)))
                }
            }
        };
        self.send(run, Lane::Main, Outgoing { kind, request }, false, agenda);
    }

    /// What a command sends; `None` where it fails before it does.
    fn az_request(
        &mut self,
        run: RunId,
        command: &AzCommand,
        agenda: &mut Agenda,
    ) -> Option<Asked> {
        let at = self.az_path(command);
        let id = |world: &Self, id: &Option<LockIdArgument>| {
            id.as_ref().and_then(|id| world.lease_id(id))
        };
        Some(match &command.action {
            AzAction::Show { moment, lease_id } | AzAction::MetadataShow { moment, lease_id } => {
                let lease_id = id(self, lease_id);
                read(RequestKind::Head, at, moment, lease_id, command)
            }
            AzAction::Exists { moment } => read(RequestKind::Head, at, moment, None, command),
            AzAction::Download {
                file,
                moment,
                overwrites,
                lease_id,
            } => {
                if let (Some(file), false) = (file, overwrites) {
                    self.check_not_there(run, file, agenda)?;
                }
                let lease_id = id(self, lease_id);
                read(RequestKind::Get, at, moment, lease_id, command)
            }
            AzAction::List {
                prefix, include, ..
            } => Asked::Call(
                RequestKind::List,
                Call::List {
                    account: at.account,
                    container: at.container,
                    prefix: Arc::clone(prefix),
                    include: *include,
                },
            ),
            AzAction::Upload {
                source,
                overwrites: _,
                lease_id,
                metadata,
            } => {
                let content = self.uploaded(run, source, agenda)?;
                let metadata = self.az_metadata(metadata);
                let action = Action::Put { content, metadata };
                Asked::Blob(RequestKind::PutState, action, id(self, lease_id))
            }
            AzAction::CopyStart {
                source,
                lease_id,
                metadata,
            } => self.copy(at, source, id(self, lease_id), metadata),
            AzAction::Delete { deletion, lease_id } => {
                let action = deleting(deletion);
                Asked::Blob(RequestKind::Delete, action, id(self, lease_id))
            }
            AzAction::Undelete => Asked::Blob(RequestKind::Undelete, Action::Undelete, None),
            AzAction::Snapshot { lease_id } => {
                Asked::Blob(RequestKind::Snapshot, Action::Snapshot, id(self, lease_id))
            }
            AzAction::MetadataUpdate { metadata, lease_id } => {
                let action = Action::SetMetadata(self.az_metadata(metadata));
                Asked::Blob(RequestKind::SetMetadata, action, id(self, lease_id))
            }
            AzAction::LeaseBreak { .. }
            | AzAction::LeaseAcquire { .. }
            | AzAction::LeaseRelease { .. }
            | AzAction::LeaseRenew { .. }
            | AzAction::LeaseChange { .. } => self.lease_request(&command.action)?,
        })
    }

    fn lease_request(&mut self, action: &AzAction) -> Option<Asked> {
        Some(match action {
            AzAction::LeaseBreak { period } => Asked::Blob(
                RequestKind::LeaseBreak,
                Action::BreakLease { period: *period },
                None,
            ),
            AzAction::LeaseAcquire { duration, proposed } => {
                let generated = u128::from(self.identity.next_u64()) << 64
                    | u128::from(self.identity.next_u64());
                let proposal = match proposed.as_ref().and_then(|text| text.parse().ok()) {
                    Some(id) => Proposal::Proposed(id),
                    None => Proposal::Generated(LeaseId::from_bits(generated)),
                };
                let duration = duration.map_or(LeaseDuration::Infinite, LeaseDuration::Fixed);
                let action = Action::AcquireLease { proposal, duration };
                Asked::Blob(RequestKind::LeaseAcquire, action, None)
            }
            AzAction::LeaseRelease { lease_id } => Asked::Blob(
                RequestKind::LeaseRelease,
                Action::ReleaseLease,
                self.lease_id(lease_id),
            ),
            AzAction::LeaseRenew { lease_id } => Asked::Blob(
                RequestKind::LeaseRenew,
                Action::RenewLease,
                self.lease_id(lease_id),
            ),
            AzAction::LeaseChange { lease_id, proposed } => {
                let proposed = proposed.parse().ok();
                let id = self.lease_id(lease_id);
                Asked::Blob(
                    RequestKind::LeaseChange,
                    Action::ChangeLease { proposed },
                    id,
                )
            }
            AzAction::Show { .. }
            | AzAction::List { .. }
            | AzAction::Exists { .. }
            | AzAction::Upload { .. }
            | AzAction::Download { .. }
            | AzAction::Delete { .. }
            | AzAction::Undelete
            | AzAction::Snapshot { .. }
            | AzAction::CopyStart { .. }
            | AzAction::MetadataShow { .. }
            | AzAction::MetadataUpdate { .. } => return None,
        })
    }

    fn copy(
        &self,
        to: BlobPath,
        source: &SourceArgument,
        lease_id: Option<LeaseId>,
        metadata: &MetadataArgument,
    ) -> Asked {
        let mut named = source.blob.clone();
        named.account.get_or_insert_with(|| Arc::clone(&to.account));
        let from = CopySource {
            at: named.path(&self.names.state_blob),
            past: as_past(&source.moment),
        };
        let metadata = match metadata {
            MetadataArgument::None => None,
            MetadataArgument::LockInfo(_) => Some(self.az_metadata(metadata)),
        };
        let call = Call::Copy {
            to,
            from,
            metadata,
            lease_id,
        };
        Asked::Call(RequestKind::Copy, call)
    }

    /// The metadata that was typed: the lock info that it is the text of, if anybody ever held a
    /// lock with it.
    fn az_metadata(&self, argument: &MetadataArgument) -> Metadata {
        let MetadataArgument::LockInfo(text) = argument else {
            return None;
        };
        let blob = self.service.blob();
        let held = blob.and_then(|blob| blob.metadata.as_deref()).copied();
        let mut known = held.into_iter().chain(self.last_lock);
        let state = &self.names.state_blob;
        let is_meant = |info: &_| document::is_lock_info(text, info, state, &self.names);
        known.find(is_meant).map(Arc::new)
    }

    /// What is uploaded; `None` where the file is not there.
    fn uploaded(
        &mut self,
        run: RunId,
        source: &UploadSource,
        agenda: &Agenda,
    ) -> Option<BlobContent> {
        let operator = self.run(run).operator;
        match source {
            UploadSource::Data(text) if text.is_empty() => Some(BlobContent::Empty),
            UploadSource::Data(text) => Some(BlobContent::Unreadable(Arc::clone(text))),
            UploadSource::File(file) => match self.find_file(operator, file) {
                Ok(content) => Some(as_content(&content)),
                Err(error) => {
                    let failure = failure::no_such_file(file);
                    self.fail_az(run, error, &failure, agenda.now);
                    None
                }
            },
        }
    }

    /// A download must not overwrite a file; `None` where it would.
    fn check_not_there(&mut self, run: RunId, file: &Arc<str>, agenda: &Agenda) -> Option<()> {
        let operator = self.run(run).operator;
        if self.find_file(operator, file).is_err() {
            return Some(());
        }
        let file = Arc::clone(file);
        let failure = failure::file_exists(&file);
        self.fail_az(
            run,
            ProgramError::NotOverwritten { file },
            &failure,
            agenda.now,
        );
        None
    }
}

fn deleting(deletion: &Deletion) -> Action<BlobContent, Metadata> {
    match deletion {
        Deletion::Blob => Action::Delete,
        Deletion::WithSnapshots => Action::DeleteWithSnapshots,
        Deletion::SnapshotsOnly => Action::DeleteSnapshots,
        Deletion::Snapshot(time) => {
            let id = date::parse_version(time).unwrap_or(VersionId(NONE_SUCH));
            Action::DeletePast(Past::Snapshot(id))
        }
    }
}

fn read(
    kind: RequestKind,
    at: BlobPath,
    moment: &Moment,
    lease_id: Option<LeaseId>,
    command: &AzCommand,
) -> Asked {
    let call = Call::Read {
        at,
        past: as_past(moment),
        lease_id,
        condition: condition(command),
    };
    Asked::Call(kind, call)
}
