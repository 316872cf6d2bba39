//! What the blob service does with a request that reaches it, and what is told of it.

use crate::kernel::SimTime;
use crate::service;
use crate::service::azure::{Action, CallAnswer, Looked, Refusal};
use crate::terraform::backend::azurerm::{BlobCall, BlobRequest, BlobSuccess, Metadata};
use crate::terraform::backend::{Answer, Success};
use crate::terraform::{BlobContent, RequestKind, RunId};
use crate::timeline::{Actor, BlobFact, BlobVersion};
use crate::world::{Agenda, World};

/// What a request does to the content of the blob, if it succeeds.
#[derive(Debug, Clone, Copy)]
enum Change {
    Stored(BlobVersion),
    Deleted,
    /// What was soft-deleted comes back, if anything was.
    Undeleted,
}

fn version(content: &BlobContent) -> BlobVersion {
    match content {
        BlobContent::Empty => BlobVersion::Empty,
        BlobContent::Unreadable(_) => BlobVersion::Unreadable,
        BlobContent::State(file) => BlobVersion::State(file.serial),
    }
}

fn change(action: &Action<BlobContent, Metadata>) -> Option<Change> {
    match action {
        Action::Put { content, .. } | Action::Copy { content, .. } => {
            Some(Change::Stored(version(content)))
        }
        Action::Delete | Action::DeleteWithSnapshots => Some(Change::Deleted),
        Action::Undelete => Some(Change::Undeleted),
        Action::List
        | Action::Get
        | Action::Head
        | Action::SetMetadata(_)
        | Action::Touch(_)
        | Action::Snapshot
        | Action::DeleteSnapshots
        | Action::DeletePast(_)
        | Action::AcquireLease { .. }
        | Action::RenewLease
        | Action::ChangeLease { .. }
        | Action::ReleaseLease
        | Action::BreakLease { .. } => None,
    }
}

/// The status of an answer, and the refusal if it is one.
fn answered(result: &Result<BlobSuccess, Refusal>) -> (u16, Option<service::Refusal>) {
    match result {
        Ok(success) => (success.http_status(), None),
        Err(refusal) => (refusal.http_status(), Some((*refusal).into())),
    }
}

impl World {
    /// The blob service does what it is asked with the state blob.
    pub(super) fn handle_blob(
        &mut self,
        run: RunId,
        number: u64,
        kind: RequestKind,
        request: BlobRequest,
        agenda: &mut Agenda,
    ) -> Answer {
        // What time did to the lease comes before what the request does.
        self.watch_time(agenda);
        let change = change(&request.action);
        let was_there = self.service.blob().is_some();
        let result = self.ask_blob_service(run, request, agenda);
        self.tell_handled((number, kind), answered(&result), agenda.now);
        if let Ok(success) = &result {
            if let Some(change) = change {
                self.tell_changed(run, change, was_there, agenda.now);
            }
            self.tell_lease(success, agenda);
        }
        match result {
            Ok(success) => Answer::Success(Success::Blob(success)),
            Err(refusal) => Answer::Refused(refusal.into()),
        }
    }

    /// The blob service does what it is asked with the blob that the request names.
    pub(super) fn handle_call(
        &mut self,
        run: RunId,
        number: u64,
        kind: RequestKind,
        call: BlobCall,
        agenda: &mut Agenda,
    ) -> Answer {
        let now = agenda.now;
        let looked = self
            .check_credentials(run, Refusal::AuthenticationFailed)
            .and_then(|()| self.accounts.look(&self.service, now, call));
        let result = match looked {
            Ok(Looked::Answered(answer)) => Ok(answer),
            Ok(Looked::Change(addressed)) if addressed.at == **self.accounts.state() => {
                return self.handle_blob(run, number, kind, addressed.request, agenda);
            }
            Ok(Looked::Change(addressed)) => {
                let protection = self.service.protection();
                let success = self.accounts.handle(now, protection, addressed);
                success.map(CallAnswer::Done)
            }
            Err(refusal) => Err(refusal),
        };
        let told = match &result {
            Ok(answer) => (answer.http_status(), None),
            Err(refusal) => (refusal.http_status(), Some((*refusal).into())),
        };
        self.tell_handled((number, kind), told, now);
        match result {
            Ok(answer) => Answer::Success(Success::Called(Box::new(answer))),
            Err(refusal) => Answer::Refused(refusal.into()),
        }
    }

    fn ask_blob_service(
        &mut self,
        run: RunId,
        request: BlobRequest,
        agenda: &Agenda,
    ) -> Result<BlobSuccess, Refusal> {
        self.check_credentials(run, Refusal::AuthenticationFailed)?;
        let is_changed = change(&request.action).is_some();
        let success = self.service.handle(agenda.now, request)?;
        if matches!(success, BlobSuccess::LeaseAcquired { .. }) {
            self.lease.taken(run);
        }
        if is_changed {
            self.track_blob(Some(self.writer(run)));
        }
        if let Some(info) = self
            .service
            .blob()
            .and_then(|blob| blob.metadata.as_deref())
        {
            self.last_lock = Some(*info);
        }
        Ok(success)
    }

    fn tell_changed(&mut self, by: RunId, change: Change, was_there: bool, now: SimTime) {
        let blob = self.service.blob();
        let undeleted = blob.filter(|_| !was_there).map(|it| version(&it.content));
        let fact = match (change, undeleted) {
            (Change::Stored(version), _) => BlobFact::Stored { version, by },
            (Change::Deleted, _) => BlobFact::Deleted { by },
            (Change::Undeleted, Some(version)) => BlobFact::Undeleted { version, by },
            (Change::Undeleted, None) => return,
        };
        self.record(now, Actor::Service, || fact);
    }
}
