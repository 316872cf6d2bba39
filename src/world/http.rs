//! A state on an HTTP server: what the server does with requests, and hands.

mod cli;

use std::sync::Arc;

use super::act::Done;
use super::memory::Writer;
use super::{Actor, Agenda, RunId, World};
use crate::kernel::SimTime;
use crate::scenario::{Scenario, StoreChange};
use crate::service::Refusal;
use crate::service::http::{Answered, Body, Call, Server, Status};
use crate::terraform::backend::http::{HttpCall, HttpResponse, LockBody, StateBody};
use crate::terraform::backend::{Answer, Backend, Success};
use crate::terraform::{LockId, LockInfo, RequestKind, StateFile};
use crate::timeline::{BlobFact, BlobVersion, Idleness, LockObservation, MachineFact, RemoteState};

/// The server.
#[derive(Debug, Clone)]
pub(super) struct Store {
    server: Server<StateBody, LockBody>,
    /// Which run took the lock that is held.
    taken_by: Option<RunId>,
}

impl Store {
    /// What there is before the first step, if the scenario's state is on a server.
    pub(super) const fn of(scenario: &Scenario) -> Option<Self> {
        let Backend::Http(options) = scenario.backend else {
            return None;
        };
        Some(Self {
            server: Server::new(options.server),
            taken_by: None,
        })
    }

    fn state(&self) -> Option<&Arc<StateFile>> {
        match self.server.state()? {
            StateBody::State(file) => Some(file),
            StateBody::Empty | StateBody::Text(_) => None,
        }
    }

    const fn info(&self) -> Option<LockInfo> {
        match self.server.lock() {
            Some(LockBody::Info(info)) => Some(*info),
            Some(LockBody::Text(_)) | None => None,
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

    /// Hands on the server. Returns whether that changed anything.
    fn change(&mut self, change: &StoreChange, now: SimTime) -> bool {
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
            Call::Get | Call::Lock(_) | Call::Unlock(_) => None,
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
                self.track_server(Some(self.writer(run)));
            }
            Some(Change::Deleted) => {
                self.record(now, Actor::Service, || BlobFact::Deleted { by: run });
                self.track_server(Some(self.writer(run)));
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
        let Some(store) = self.http.as_mut() else {
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

    /// The lock info on the server.
    pub(super) fn server_lock_info(&self) -> Option<LockInfo> {
        self.http.as_ref()?.info()
    }

    /// Looks at the state after it has changed.
    fn track_server(&mut self, by: Option<Writer>) {
        let held = self.server_state();
        self.track_state(held.as_ref(), by);
    }

    /// The state on the server, if one is there.
    pub(super) fn server_state(&self) -> Option<Arc<StateFile>> {
        self.http.as_ref().and_then(Store::state).cloned()
    }

    /// Puts a state on the server before anything happens.
    pub(super) fn place_server_state(&mut self, file: Arc<StateFile>) {
        if let Some(store) = &mut self.http {
            store.server.put(StateBody::State(file));
        }
        self.track_server(None);
    }

    /// What is there as the state, as an observation has it.
    pub(super) fn observe_server_state(&self) -> Option<RemoteState> {
        let store = self.http.as_ref()?;
        Some(match store.server.state() {
            None => RemoteState::Absent,
            Some(StateBody::Empty) => RemoteState::Empty,
            Some(StateBody::State(file)) => RemoteState::State(Arc::clone(file)),
            Some(StateBody::Text(_)) => RemoteState::Unreadable,
        })
    }

    /// Who has taken the lock, and what its info says.
    pub(super) fn observe_server_lock(
        &self,
    ) -> Option<(LockObservation, Option<LockInfo>, Option<RunId>)> {
        let store = self.http.as_ref()?;
        let info = store.info();
        let is_held = store.server.lock().is_some();
        let id: Option<LockId> = info.map(|info| info.id);
        let lock = LockObservation::Record { is_held, id };
        Some((lock, info, store.taken_by.filter(|_| is_held)))
    }

    /// Hands on the server, past Terraform.
    pub(super) fn change_server(&mut self, change: &StoreChange, agenda: &Agenda) -> Done {
        let now = agenda.now;
        let Some(store) = &mut self.http else {
            return Done::Idle(Idleness::NotLocal);
        };
        if !store.change(change, now) {
            return Done::Idle(Idleness::StoreUnchanged);
        }
        self.record(now, Actor::Scenario, || {
            MachineFact::StateFileHandled(change.clone())
        });
        self.track_server(None);
        Done::Acted
    }
}
