//! `az storage blob`: commands that send one request to the blob service, and print its answer.

use std::sync::Arc;

use super::files::end;
use super::run::Runner;
use super::{Actor, Agenda, Answer, AzCommand, FileContent, Lane, RunId, World};
use crate::kernel::SimTime;
use crate::service::azure::{Action, LeaseDuration, LeaseId, Proposal, Request, Success};
use crate::shell::Stream;
use crate::terraform::backend::azurerm::{Metadata, TransportError};
use crate::terraform::backend::{self, Outgoing};
use crate::terraform::invocation::LockIdArgument;
use crate::terraform::{BlobContent, ProgramError, RequestKind};
use crate::timeline::{OutputFact, Printed};

fn as_content(file: &FileContent) -> BlobContent {
    match file {
        FileContent::Empty => BlobContent::Empty,
        FileContent::State(file) => BlobContent::State(Arc::clone(file)),
        FileContent::Plan(_) => BlobContent::Unreadable("a saved plan".into()),
        FileContent::LockInfo(_) => BlobContent::Unreadable("lock info".into()),
        FileContent::Text(text) => BlobContent::Unreadable(Arc::clone(text)),
    }
}

/// A request to the blob service.
fn with(kind: RequestKind, action: Action<BlobContent, Metadata>, id: Option<LeaseId>) -> Outgoing {
    Outgoing {
        kind,
        request: backend::Request::Blob(Request::new(action).with_lease(id)),
    }
}

const fn deletion(with_snapshots: bool) -> Action<BlobContent, Metadata> {
    if with_snapshots {
        Action::DeleteWithSnapshots
    } else {
        Action::Delete
    }
}

impl World {
    fn lease_id(&self, argument: &LockIdArgument) -> Option<LeaseId> {
        match argument {
            LockIdArgument::Placeholder => self.lock_id().parse().ok(),
            LockIdArgument::Literal(text) => text.parse().ok(),
        }
    }

    /// An `az` command sends its one request.
    pub(super) fn begin_az(&mut self, run: RunId, command: &AzCommand, agenda: &mut Agenda) {
        let operator = self.run(run).operator;
        let out = match command {
            AzCommand::Show => with(RequestKind::Head, Action::Head, None),
            AzCommand::List => with(RequestKind::List, Action::List, None),
            AzCommand::Download { .. } => with(RequestKind::Get, Action::Get, None),
            AzCommand::Snapshot => with(RequestKind::Snapshot, Action::Snapshot, None),
            AzCommand::Delete {
                lease_id,
                with_snapshots,
            } => {
                let id = lease_id.as_ref().and_then(|id| self.lease_id(id));
                with(RequestKind::Delete, deletion(*with_snapshots), id)
            }
            AzCommand::Upload { file, lease_id } => {
                let content = match self.find_file(operator, file) {
                    Ok(content) => as_content(&content),
                    Err(error) => return self.fail_instantly(run, error, agenda.now),
                };
                let id = lease_id.as_ref().and_then(|id| self.lease_id(id));
                with(
                    RequestKind::PutState,
                    Action::Put {
                        content,
                        metadata: None,
                    },
                    id,
                )
            }
            AzCommand::LeaseBreak { period } => with(
                RequestKind::LeaseBreak,
                Action::BreakLease { period: *period },
                None,
            ),
            AzCommand::LeaseAcquire { duration, proposed } => {
                let generated = u128::from(self.identity.next_u64()) << 64
                    | u128::from(self.identity.next_u64());
                let proposal = match proposed.as_ref().and_then(|text| text.parse().ok()) {
                    Some(id) => Proposal::Proposed(id),
                    None => Proposal::Generated(LeaseId::from_bits(generated)),
                };
                let duration = duration.map_or(LeaseDuration::Infinite, LeaseDuration::Fixed);
                with(
                    RequestKind::LeaseAcquire,
                    Action::AcquireLease { proposal, duration },
                    None,
                )
            }
            AzCommand::LeaseRelease { lease_id } => with(
                RequestKind::LeaseRelease,
                Action::ReleaseLease,
                self.lease_id(lease_id),
            ),
            AzCommand::LeaseRenew { lease_id } => with(
                RequestKind::LeaseRenew,
                Action::RenewLease,
                self.lease_id(lease_id),
            ),
            AzCommand::LeaseChange { lease_id, proposed } => {
                let proposed = proposed.parse().ok();
                let id = self.lease_id(lease_id);
                with(
                    RequestKind::LeaseChange,
                    Action::ChangeLease { proposed },
                    id,
                )
            }
        };
        self.send(run, Lane::Main, out, false, agenda);
    }

    /// The answer to an `az` command: it prints it and exits.
    pub(super) fn end_az(
        &mut self,
        run: RunId,
        kind: RequestKind,
        answer: &Answer,
        agenda: &mut Agenda,
    ) {
        let now = agenda.now;
        if !self.run(run).is_alive() {
            return;
        }
        let error = match answer {
            Answer::Success(backend::Success::Blob(success)) => {
                return match self.show_az(run, success, now) {
                    Ok(()) => self.end_run(run, end(0), None, now),
                    Err(error) => self.fail_instantly(run, error, now),
                };
            }
            Answer::Refused(refusal) => TransportError::Refused(kind, *refusal),
            Answer::Success(_) | Answer::Failed(_) | Answer::Reset => TransportError::Reset(kind),
        };
        self.fail_instantly(run, ProgramError::RequestFailed(error), now);
    }

    fn show_az(
        &mut self,
        run: RunId,
        success: &Success<BlobContent, Metadata>,
        now: SimTime,
    ) -> Result<(), ProgramError> {
        let operator = self.run(run).operator;
        let actor = Actor::Operator(operator);
        match success {
            Success::Properties(found) => {
                let printed = Printed::Blob {
                    lease: found.lease,
                    lock: found.metadata.as_ref().map(|info| info.id),
                };
                self.record(now, actor, || OutputFact::Printed(printed));
            }
            Success::Content { content, .. } => {
                let Runner::Az(AzCommand::Download { file }) = &self.run(run).runner else {
                    unreachable!("only a download is answered with content")
                };
                let file = Arc::clone(file);
                let content = match content {
                    BlobContent::Empty => FileContent::Empty,
                    BlobContent::State(state) => FileContent::State(Arc::clone(state)),
                    BlobContent::Unreadable(text) => FileContent::Text(Arc::clone(text)),
                };
                let stored = self.store_file(operator, &file, content, now);
                stored.map_err(|error| ProgramError::NotDownloaded { file, error })?;
            }
            Success::LeaseAcquired { id }
            | Success::LeaseRenewed { id }
            | Success::LeaseChanged { id } => {
                let id = *id;
                self.write_text(run, Stream::Stdout, &format!("\"{id}\"\n"));
                self.record(now, actor, || OutputFact::Printed(Printed::LeaseId(id)));
            }
            Success::LeaseBroken { remaining_s } => {
                let seconds = *remaining_s;
                self.write_text(run, Stream::Stdout, &format!("{seconds}\n"));
                self.record(now, actor, || {
                    OutputFact::Printed(Printed::Seconds(seconds))
                });
            }
            Success::Listed { .. }
            | Success::Written { .. }
            | Success::SnapshotTaken { .. }
            | Success::Deleted
            | Success::LeaseReleased => {}
        }
        Ok(())
    }
}
