//! A state on an HTTP server: what the server does with requests, and hands.

mod cli;

use std::sync::Arc;

use super::{Actor, RunId, World};
use crate::kernel::SimTime;
use crate::scenario::StoreChange;
use crate::service::Refusal;
use crate::service::http::{Answered, Body, Call, Server, Status};
use crate::terraform::backend::http::{HttpCall, HttpResponse, LockBody, Options, StateBody};
use crate::terraform::backend::{Answer, Success};
use crate::terraform::{LockId, LockInfo, RequestKind, StateFile};
use crate::timeline::{BlobFact, BlobVersion, LockObservation, RemoteState};

/// The server.
#[derive(Debug, Clone)]
pub(super) struct Store {
    server: Server<StateBody, LockBody>,
    /// Which run took the lock that is held.
    taken_by: Option<RunId>,
}

impl Store {
    /// A server without a state.
    pub(super) const fn new(options: Options) -> Self {
        Self {
            server: Server::new(options.server),
            taken_by: None,
        }
    }

    /// The state, if one is there.
    pub(super) fn state(&self) -> Option<&Arc<StateFile>> {
        match self.server.state()? {
            StateBody::State(file) => Some(file),
            StateBody::Empty | StateBody::Text(_) => None,
        }
    }

    /// The lock info that the server keeps.
    pub(super) const fn info(&self) -> Option<LockInfo> {
        match self.server.lock() {
            Some(LockBody::Info(info)) => Some(*info),
            Some(LockBody::Empty | LockBody::Text(_)) | None => None,
        }
    }

    /// Puts a lock there by hand, or takes it away.
    fn set_lock(&mut self, lock: Option<LockBody>) -> bool {
        if self.server.lock() == lock.as_ref() {
            return false;
        }
        self.taken_by = None;
        self.server.set_lock(lock);
        true
    }

    fn put(&mut self, content: StateBody) -> bool {
        if self.server.state() == Some(&content) {
            return false;
        }
        self.server.put(content);
        true
    }

    /// Puts a state there before anything happens.
    pub(super) fn place(&mut self, file: Arc<StateFile>) {
        self.server.begin_with(StateBody::State(file));
    }

    /// Puts the lock of somebody who is dead there before anything happens.
    pub(super) fn place_lock(&mut self, info: LockInfo) {
        self.server.set_lock(Some(LockBody::Info(info)));
    }

    /// What is there as the state, as an observation has it.
    pub(super) fn remote(&self) -> RemoteState {
        match self.server.state() {
            None => RemoteState::Absent,
            Some(StateBody::Empty) => RemoteState::Empty,
            Some(StateBody::State(file)) => RemoteState::State(Arc::clone(file)),
            Some(StateBody::Text(_)) => RemoteState::Unreadable,
        }
    }

    /// Who has taken the lock, and what its info says.
    pub(super) fn lock(&self) -> (LockObservation, Option<LockInfo>, Option<RunId>) {
        let info = self.info();
        let is_held = self.server.lock().is_some();
        let id: Option<LockId> = info.map(|info| info.id);
        let lock = LockObservation::Record { is_held, id };
        (lock, info, self.taken_by.filter(|_| is_held))
    }

    /// Hands on the server. Returns whether that changed anything.
    pub(super) fn change(&mut self, change: &StoreChange, now: SimTime) -> bool {
        match change {
            StoreChange::Delete => self.server.delete(),
            StoreChange::Empty => self.put(StateBody::Empty),
            StoreChange::Content(text) => self.put(StateBody::Text(Arc::clone(text))),
            StoreChange::RemoveLockInfo => self.set_lock(None),
            StoreChange::LockInfo(id) => {
                self.set_lock(Some(LockBody::Info(LockInfo::by_hand(*id, now))))
            }
            StoreChange::LockInfoContent(text) => {
                self.set_lock(Some(LockBody::Text(Arc::clone(text))))
            }
            StoreChange::Restore(_)
            | StoreChange::RemoveLockItem
            | StoreChange::LockItemContent(_)
            | StoreChange::LockItem(_)
            | StoreChange::FitDigest
            | StoreChange::RemoveDigest
            | StoreChange::DigestContent(_)
            | StoreChange::Room(_)
            | StoreChange::Access { .. }
            | StoreChange::OccupyState
            | StoreChange::OccupyBackup
            | StoreChange::EndSession
            | StoreChange::Restart
            | StoreChange::Connections { .. } => false,
        }
    }
}

fn version(content: &StateBody) -> BlobVersion {
    match content {
        StateBody::Empty => BlobVersion::Empty,
        StateBody::State(file) => BlobVersion::State(file.serial),
        StateBody::Text(_) => BlobVersion::Unreadable,
    }
}

/// What a request may do to the state.
enum Change {
    Stored(BlobVersion),
    Deleted,
}

impl World {
    /// The server does what it is asked, if it listens where the request goes.
    pub(super) fn handle_http(
        &mut self,
        run: RunId,
        request: (u64, RequestKind),
        (call, is_reachable): (HttpCall, bool),
        now: SimTime,
    ) -> Answer {
        if !is_reachable {
            return Answer::Reset;
        }
        let change = match &call {
            Call::Save { content, .. } => Some(Change::Stored(version(content))),
            Call::Delete => Some(Change::Deleted),
            Call::Get | Call::Lock(_) | Call::Unlock(_) | Call::Unknown(_) => None,
        };
        let response = self.ask_server(run, call);
        let status = response.status.http_status();
        let is_done = status < 300;
        let refusal = (status >= 400).then(|| Refusal::Http(response.status.into()));
        self.tell_handled(request, (status, refusal), now);
        match change.filter(|_| is_done) {
            Some(Change::Stored(version)) => {
                self.record(now, Actor::Service, || BlobFact::Stored {
                    version,
                    by: run,
                });
                self.track_kept(Some(self.writer(run)));
            }
            Some(Change::Deleted) => {
                self.record(now, Actor::Service, || BlobFact::Deleted { by: run });
                self.track_kept(Some(self.writer(run)));
            }
            None => {}
        }
        Answer::Success(Success::Http(response))
    }

    fn ask_server(&mut self, run: RunId, call: HttpCall) -> HttpResponse {
        let nothing = |status| HttpResponse {
            status,
            body: Answered::Nothing,
        };
        if let Err(expired) = self.check_credentials(run, Status::Unauthorized) {
            return nothing(expired);
        }
        let Some(store) = self.keeper.http_mut() else {
            return nothing(Status::NotFound);
        };
        let takes_lock = matches!(call, Call::Lock(_));
        let frees_lock = matches!(call, Call::Unlock(Body::Empty | Body::Of(_)));
        let response = store.server.handle(call);
        let is_done = response.status == Status::Ok;
        if takes_lock && is_done {
            store.taken_by = Some(run);
        } else if frees_lock && is_done {
            store.taken_by = None;
        }
        self.last_lock = store.info().or(self.last_lock);
        response
    }
}
