//! The http client: a state under an address, and a lock at another one.
//!
//! | routine | requests |
//! |---|---|
//! | open | none |
//! | read | get; 204, 404 and 200 without a body are no state |
//! | lock | lock, with the lock info as its body; done without a request where there is no lock address |
//! | save | put to the address; with `?ID=` where the process has locked |
//! | unlock | unlock, with the lock info that was sent at the lock as its body |
//! | force-unlock | unlock with an empty body: the ID that was typed is sent nowhere |
//!
//! Whether a save or an unlock by somebody else is refused is the server's business. A request is
//! repeated after a lost connection, 429 and 5xx but 501; also the one that takes the lock: where
//! only the answer was lost, the second attempt meets the lock of the first. Who is refused the lock
//! is shown itself as the holder. Measured on Terraform 1.11.4.

mod transport;

use std::sync::Arc;

pub use self::transport::{HttpCall, HttpResponse, LockBody, StateBody};

use self::transport::{Failure, received};
use super::advice::Advice;
use super::{
    Answer, Hold, Job, LockFailure, Locked, Next, Outcome, Outgoing, ReadFailure, Repeat, Request,
    SaveFailure, Surroundings, UnlockFailure,
};
use crate::kernel::SimDuration;
use crate::service::http::{Body, Call, Flavor};
use crate::terraform::diagnostic::Cause;
use crate::terraform::lock::{LockId, LockInfo};
use crate::terraform::process::StateFact;
use crate::terraform::request::RequestKind;
use crate::terraform::state::{Serial, StateContent, StateFile};

/// Where the state is.
pub const ADDRESS: &str = "https://state.example.com/terraform.tfstate";
/// Where GitLab's lock is; that of the other servers is where the state is.
pub const GITLAB_LOCK_ADDRESS: &str = "https://state.example.com/terraform.tfstate/lock";

/// What a configuration says of an address.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Address {
    /// It is the server's.
    Given,
    /// There is none.
    None,
    /// There is one where nobody listens: connections to it are refused.
    Dead,
}

/// The method of a save.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum UpdateMethod {
    /// `POST`, unless another one is configured.
    Post,
    /// `PUT`
    Put,
}

/// The options of a configuration.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Options {
    /// The server.
    pub server: Flavor,
    /// `lock_address`
    pub lock: Address,
    /// `unlock_address`
    pub unlock: Address,
    /// `update_method`
    pub update: UpdateMethod,
    /// `retry_max`: how often a request is repeated at most.
    pub retry_max: u32,
    /// `retry_wait_min`: the wait before the first repetition; each one after it is twice as long.
    pub retry_wait_min: SimDuration,
    /// `retry_wait_max`: the longest wait.
    pub retry_wait_max: SimDuration,
}

impl Options {
    /// What a configuration has that says nothing, but where the lock is.
    pub const fn of(server: Flavor) -> Self {
        Self {
            server,
            lock: Address::Given,
            unlock: Address::Given,
            update: UpdateMethod::Post,
            retry_max: 2,
            retry_wait_min: SimDuration::from_seconds(1),
            retry_wait_max: SimDuration::from_seconds(30),
        }
    }

    /// Where the lock is.
    pub const fn lock_address(self) -> &'static str {
        match self.server {
            Flavor::Open | Flavor::Fenced => ADDRESS,
            Flavor::Gitlab => GITLAB_LOCK_ADDRESS,
        }
    }

    /// Whether the client locks at all.
    pub const fn locks(self) -> bool {
        match self.lock {
            Address::Given | Address::Dead => true,
            Address::None => false,
        }
    }

    /// Whether it gives a lock back: without a lock address it has none.
    pub const fn unlocks(self) -> bool {
        match self.unlock {
            Address::Given | Address::Dead => self.locks(),
            Address::None => false,
        }
    }

    /// Whether each command leaves the lock that it takes.
    pub const fn leaves_lock(self) -> bool {
        self.locks() && !self.unlocks()
    }

    /// Whether the server compares the IDs of saves with that of the lock.
    pub const fn is_fenced(self) -> bool {
        match self.server {
            Flavor::Open => false,
            Flavor::Fenced | Flavor::Gitlab => true,
        }
    }

    /// The method of a request.
    const fn method(self, asked: Asked) -> &'static str {
        match (asked, self.server, self.update) {
            (Asked::Lock, Flavor::Open | Flavor::Fenced, _) => "LOCK",
            (Asked::Unlock, Flavor::Open | Flavor::Fenced, _) => "UNLOCK",
            (Asked::Lock, Flavor::Gitlab, _) | (Asked::Save, _, UpdateMethod::Post) => "POST",
            (Asked::Unlock, Flavor::Gitlab, _) => "DELETE",
            (Asked::Save, _, UpdateMethod::Put) => "PUT",
            (Asked::Read, _, _) => "GET",
        }
    }

    /// What the configuration says of the address of a request.
    const fn address(self, asked: Asked) -> Address {
        match asked {
            Asked::Lock => self.lock,
            Asked::Unlock => self.unlock,
            Asked::Read | Asked::Save => Address::Given,
        }
    }
}

/// What the client asks of a server.
#[derive(Debug, Clone, Copy)]
enum Asked {
    Read,
    Save,
    Lock,
    Unlock,
}

impl Asked {
    const fn kind(self) -> RequestKind {
        match self {
            Self::Read => RequestKind::Get,
            Self::Save => RequestKind::PutState,
            Self::Lock => RequestKind::HttpLock,
            Self::Unlock => RequestKind::HttpUnlock,
        }
    }
}

/// What users do where Terraform has no command.
pub const ADVICE: Advice = Advice {
    place: "the state on the server",
    it: "the state",
    lock_info: "the lock on the server",
    without_lock: "there is no lock",
    break_lock: Some(UNLOCK),
    put_aside: &[
        "curl https://state.example.com/terraform.tfstate > corrupt.tfstate",
        "curl -X DELETE https://state.example.com/terraform.tfstate",
    ],
    put_aside_with_snapshots: &[
        "curl https://state.example.com/terraform.tfstate > corrupt.tfstate",
        "curl -X DELETE https://state.example.com/terraform.tfstate",
    ],
    bring_back: None,
    unreadable_hint: Some("where the server keeps versions, restore the one of before instead"),
    lost_hint: "restore a version on the server, or a copy that somebody kept, if there is one; else \
        import object by object",
    not_force_unlocked: "force-unlock does nothing where no lock is held",
    not_pushed: "do not try state push -force: it reads the state first, and fails",
};

/// Frees the lock of a server that is not GitLab's, whoever holds it.
pub const UNLOCK: &str = "curl -X UNLOCK https://state.example.com/terraform.tfstate";
/// Frees the lock on GitLab, whoever holds it.
pub const GITLAB_UNLOCK: &str = "curl -X DELETE https://state.example.com/terraform.tfstate/lock";

/// Frees the lock of a server, whoever holds it.
pub const fn unlock_by_hand(server: Flavor) -> &'static str {
    match server {
        Flavor::Open | Flavor::Fenced => UNLOCK,
        Flavor::Gitlab => GITLAB_UNLOCK,
    }
}

/// A process's client, with what it remembers.
#[derive(Debug, Clone)]
pub struct Client {
    options: Options,
    /// The lock that it took and has not given back.
    held: Option<LockId>,
    /// The lock info that it sent when it took the lock, also after the unlock: saves carry its ID,
    /// and an unlock has it as its body.
    sent: Option<LockInfo>,
    /// Whether the next request goes over a connection that has carried one before: a GET that
    /// is reset there is sent once more at once, by Go's HTTP client.
    is_connected: bool,
}

/// A job of the client under way.
#[derive(Debug, Clone)]
pub enum Routine {
    /// A read.
    Read,
    /// The taking of the lock.
    Lock(LockInfo),
    /// A save.
    Save(Arc<StateFile>),
    /// An unlock: of the process's own lock, or of one that is forced.
    Unlock(LockId),
}

impl Client {
    /// A client that holds no lock.
    pub const fn new(options: Options) -> Self {
        Self {
            options,
            held: None,
            sent: None,
            is_connected: false,
        }
    }

    /// The lock that it took and has not given back.
    pub const fn held(&self) -> Option<LockId> {
        self.held
    }

    pub(super) fn begin(&self, job: Job) -> Next {
        match job {
            Job::List => Next::Done(Outcome::Listed(Ok(()))),
            Job::Open(_) => Next::Done(Outcome::Opened(Ok(None))),
            Job::Reopen => Next::Done(Outcome::Reopened(Ok(()))),
            Job::Read => self.send(Routine::Read, Asked::Read, Call::Get),
            Job::Lock(info) if self.options.locks() => {
                let call = Call::Lock(LockBody::Info(info));
                self.send(Routine::Lock(info), Asked::Lock, call)
            }
            Job::Lock(info) => Next::Done(Outcome::Locked(Ok(Locked {
                info,
                hold: Hold::Nothing,
                keep_alive_every: None,
            }))),
            Job::Save(file) => {
                let call = Call::Save {
                    content: StateBody::State(Arc::clone(&file)),
                    id: self.sent.map(|info| info.id),
                };
                self.send(Routine::Save(file), Asked::Save, call)
            }
            Job::Unlock(info) => self.unlock(info.id),
            Job::ForceUnlock(typed) => {
                let zero = LockId::uuid(0);
                self.unlock(LockId::new(&typed).unwrap_or(zero))
            }
            Job::KeepAlive => Next::Done(Outcome::KeptAlive(Ok(()))),
        }
    }

    fn unlock(&self, id: LockId) -> Next {
        if !self.options.unlocks() {
            return Next::Done(Outcome::Unlocked(Ok(id)));
        }
        let body = self
            .sent
            .map_or(Body::Empty, |info| Body::Of(LockBody::Info(info)));
        let call = Call::Unlock(body);
        self.send(Routine::Unlock(id), Asked::Unlock, call)
    }

    fn send(&self, routine: Routine, asked: Asked, call: HttpCall) -> Next {
        let is_reachable = self.options.address(asked) != Address::Dead;
        let out = Outgoing {
            kind: asked.kind(),
            request: Request::Http { call, is_reachable },
        };
        Next::Send(super::Routine::Http(routine), out)
    }

    /// What came of a request.
    fn outcome(&self, asked: Asked, answer: Answer) -> Failure {
        let options = self.options;
        let address = match asked {
            Asked::Lock | Asked::Unlock => options.lock_address(),
            Asked::Read | Asked::Save => ADDRESS,
        };
        let id = match asked {
            Asked::Save => self.sent,
            Asked::Read | Asked::Lock | Asked::Unlock => None,
        };
        Failure {
            method: options.method(asked),
            url: id.map_or_else(
                || address.to_owned(),
                |info| format!("{address}?ID={}", info.id),
            ),
            attempts: options.retry_max + 1,
            is_reachable: options.address(asked) != Address::Dead,
            answer: received(answer),
        }
    }

    pub(super) fn resume(
        &mut self,
        routine: &Routine,
        answer: Answer,
        around: &mut Surroundings<'_>,
    ) -> Outcome {
        self.is_connected = !matches!(answer, Answer::Reset);
        match routine {
            Routine::Read => Outcome::Read(was_read(&self.outcome(Asked::Read, answer))),
            Routine::Lock(info) => {
                let outcome = self.outcome(Asked::Lock, answer);
                Outcome::Locked(self.was_locked(*info, &outcome))
            }
            Routine::Save(file) => {
                let outcome = self.outcome(Asked::Save, answer);
                Outcome::Saved(was_saved(file, &outcome, around))
            }
            Routine::Unlock(id) => {
                let outcome = self.outcome(Asked::Unlock, answer);
                Outcome::Unlocked(if outcome.status() == Some(200) {
                    self.held = None;
                    Ok(*id)
                } else {
                    Err(UnlockFailure::Other(outcome.of_unlock()))
                })
            }
        }
    }

    fn was_locked(&mut self, info: LockInfo, failure: &Failure) -> Result<Locked, LockFailure> {
        match failure.status() {
            Some(200) => {
                self.held = Some(info.id);
                self.sent = Some(info);
                Ok(Locked {
                    info,
                    hold: if self.options.unlocks() {
                        Hold::Record
                    } else {
                        Hold::Left
                    },
                    keep_alive_every: None,
                })
            }
            status => Err(LockFailure {
                cause: failure.of_lock(),
                // It is the client's own that is shown.
                info: matches!(status, Some(409 | 423)).then_some(info),
            }),
        }
    }

    /// How the request of a routine is sent again after this answer, if it is.
    pub(super) fn repeat(
        &mut self,
        kind: RequestKind,
        answer: &Answer,
        tries: u32,
    ) -> Option<Repeat> {
        let was_connected = std::mem::replace(&mut self.is_connected, true);
        let wait = match answer {
            Answer::Reset => {
                self.is_connected = false;
                if was_connected && kind == RequestKind::Get {
                    return Some(Repeat::AtOnce);
                }
                None
            }
            Answer::Refused(_) | Answer::Success(_) | Answer::Failed(_) | Answer::Closed(_) => {
                let response = received(answer.clone());
                if !response.is_retried() {
                    return None;
                }
                response.retry_after()
            }
        };
        if tries >= self.options.retry_max {
            return None;
        }
        let options = self.options;
        let doubled = (0..tries).fold(options.retry_wait_min, |wait, _| {
            (wait + wait).min(options.retry_wait_max)
        });
        Some(Repeat::After {
            refusal: received(answer.clone()).refusal(),
            wait: wait.unwrap_or_else(|| doubled.min(options.retry_wait_max)),
        })
    }
}

fn was_read(failure: &Failure) -> Result<StateContent, ReadFailure> {
    match (failure.status(), failure.answer.content()) {
        (Some(204 | 404), _) | (Some(200), None | Some(StateBody::Empty)) => {
            Ok(StateContent::Absent)
        }
        (Some(200), Some(StateBody::State(file))) => Ok(StateContent::State(Arc::clone(file))),
        (Some(200), Some(StateBody::Text(_))) => {
            Err(ReadFailure::Problems(Cause::new("2 problems:")))
        }
        (Some(_) | None, _) => Err(ReadFailure::Other(failure.of_read())),
    }
}

fn was_saved(
    file: &Arc<StateFile>,
    failure: &Failure,
    around: &mut Surroundings<'_>,
) -> Result<Arc<StateFile>, SaveFailure> {
    let serial = file.serial;
    if matches!(failure.status(), Some(200 | 201 | 204)) {
        around.tell(StateFact::Saved {
            serial,
            objects: file.snapshot.object_count(),
        });
        return Ok(Arc::clone(file));
    }
    around.tell(StateFact::SaveFailed { serial });
    Err(SaveFailure {
        cause: failure.of_save(),
        is_attempt: true,
    })
}

/// The serial of the state that a call carries.
pub(super) fn serial(call: &HttpCall) -> Option<Serial> {
    match call {
        Call::Save {
            content: StateBody::State(file),
            ..
        } => Some(file.serial),
        Call::Save { .. } | Call::Get | Call::Lock(_) | Call::Unlock(_) | Call::Delete => None,
    }
}

/// The ID of the lock by whose right a call asks.
pub(super) const fn lock_id(call: &HttpCall) -> Option<LockId> {
    match call {
        Call::Save { id, .. } => *id,
        Call::Get | Call::Lock(_) | Call::Unlock(_) | Call::Delete => None,
    }
}
