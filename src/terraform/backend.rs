//! Backends: the places where state lives, as a process uses them.
//!
//! A backend is a place with a *service* (what the other side promises: `crate::service`) and a
//! *client*, which is here: the routines open, read, save, lock, unlock and force-unlock, each a
//! machine that sends one request at a time; its retries; what it does in the background; its
//! policy; and its errors in its own words. The process above knows none of them by name.
//!
//! | | azurerm | s3 | gcs | pg | local |
//! |---|---|---|---|---|
//! | lock | a lease on the blob, and lock info in its metadata | an object, an item, or both, put where there is none | an object, put where there is none | an advisory lock of the database session | a lock of the kernel on the state file, and an info file beside it |
//! | what the client remembers | its lease ID | its lock ID | its lock ID, and what it is on | the object's generation | the open file |
//! | saved | at the end, at a finish after 20 s, at the first interrupt | the same | the same | at every finish, and at the end |
//! | serial | one more for each attempt | the same | the same | one more for each write that differs from what was read |
//! | first state | made empty by the first command | made by the first save | made empty by the first command | made by the first save | made by the first write |

pub mod advice;
pub mod azurerm;
mod failure;
pub mod gcs;
pub mod http;
mod kind;
pub mod local;
pub mod object;
pub mod pg;
pub mod s3;

mod wording;

pub use self::failure::{
    KeepAliveFailure, LockFailure, OpenFailure, ReadFailure, SaveFailure, UnlockFailure,
};
pub use self::kind::{Backend, LocalPlace};

use std::collections::VecDeque;
use std::sync::Arc;

use super::client_model::{ClientModel, SaveModel};
use super::diagnostic::Cause;
use super::lock::{LockId, LockInfo, LockOperation};
use super::names::{Names, OperatorId};
use super::process::{Effect, Told};
use super::request::RequestKind;
use super::state::{Lineage, Serial, StateContent, StateFile, StateSnapshot};
use crate::kernel::{SimDuration, SimTime, Stream};
use crate::service::Refusal;
use crate::service::azure::LeaseDuration;

/// When an apply saves its state.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SavePolicy {
    /// At the end, at the first interrupt, and at a finish where a save is due.
    WhenDue(SaveModel),
    /// At every finish and at the end, whether or not anything changed; at an interrupt not.
    EveryFinish,
}

/// What a client needs of its surroundings while something happens to it.
#[derive(Debug)]
pub struct Surroundings<'a> {
    /// The instant.
    pub now: SimTime,
    /// How Terraform behaves.
    pub model: &'a ClientModel,
    /// Whose process it is.
    pub operator: OperatorId,
    /// The words behind the numbers, of which a state's text is made.
    pub names: &'a Names,
    /// For lock IDs and lineages.
    pub identity: &'a mut Stream,
    /// For waits that a client draws.
    pub waits: &'a mut Stream,
    /// What the process wants done; what it tells is among it.
    pub effects: &'a mut VecDeque<Effect>,
}

impl Surroundings<'_> {
    /// Tells something.
    pub fn tell(&mut self, fact: impl Into<Told>) {
        self.effects.push_back(Effect::Tell(fact.into()));
    }

    /// 128 random bits.
    pub fn draw_bits(&mut self) -> u128 {
        (u128::from(self.identity.next_u64()) << 64) | u128::from(self.identity.next_u64())
    }

    /// A new lineage.
    pub fn draw_lineage(&mut self) -> Lineage {
        Lineage(self.draw_bits())
    }
}

/// What a client is asked for.
#[derive(Debug, Clone)]
pub enum Job {
    /// Which workspaces there are.
    List,
    /// The state is opened. What the process has of it so far is stored where there is none and
    /// the backend makes one.
    Open(StateSnapshot),
    /// The backend is opened once more, by a command that does so before it saves.
    Reopen,
    /// The state is read.
    Read,
    /// The lock is taken.
    Lock(LockInfo),
    /// A state is stored.
    Save(Arc<StateFile>),
    /// The lock is given back.
    Unlock(LockInfo),
    /// Somebody's lock is taken away: its ID as it was typed.
    ForceUnlock(Arc<str>),
    /// What keeps the lock alive in the background.
    KeepAlive,
}

/// What comes of a job.
#[derive(Debug, Clone)]
pub enum Outcome {
    /// Of [`Job::List`].
    Listed(Result<(), Cause>),
    /// Of [`Job::Open`]: what was found, or made; nothing where it was not looked for.
    Opened(Result<Option<StateContent>, OpenFailure>),
    /// Of [`Job::List`] and [`Job::Open`]: the backend could not be configured.
    Unconfigured(Cause),
    /// Of [`Job::Reopen`].
    Reopened(Result<(), Cause>),
    /// Of [`Job::Read`]: what was found.
    Read(Result<StateContent, ReadFailure>),
    /// Of [`Job::Lock`].
    Locked(Result<Locked, LockFailure>),
    /// Of [`Job::Save`]: what is stored.
    Saved(Result<Arc<StateFile>, SaveFailure>),
    /// Of [`Job::Save`]: nothing was stored, and nobody is told.
    NotSaved,
    /// Of [`Job::Unlock`] and [`Job::ForceUnlock`]: the lock's ID.
    Unlocked(Result<LockId, UnlockFailure>),
    /// Of [`Job::KeepAlive`].
    KeptAlive(Result<(), KeepAliveFailure>),
}

/// A lock that was taken.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Locked {
    /// The lock info, with the ID that the lock has.
    pub info: LockInfo,
    /// What holds it.
    pub hold: Hold,
    /// How often it has to be kept alive, if it has to.
    pub keep_alive_every: Option<SimDuration>,
}

/// What holds a lock.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Hold {
    /// A lease.
    Lease(LeaseDuration),
    /// An object or an item that the service keeps, whatever becomes of who put it there.
    Record,
    /// A session of the process with a server: the lock ends when the server sees the session end.
    Session,
    /// The same, and the process never gives it back: its configuration has no address for that.
    Left,
    /// Nothing: the configuration has no address for a lock.
    Nothing,
    /// The process itself: the lock ends with it.
    Process,
}

/// A request, with the name that it has in scenarios.
#[derive(Debug, Clone)]
pub struct Outgoing {
    /// Its name.
    pub kind: RequestKind,
    /// What goes to the service.
    pub request: Request,
}

/// What goes to a service.
#[derive(Debug, Clone)]
pub enum Request {
    /// To the blob service, about the state blob.
    Blob(azurerm::BlobRequest),
    /// To the blob service, about the blob that it names.
    Call(Box<azurerm::BlobCall>),
    /// To the bucket.
    Bucket(s3::BucketCall),
    /// To the table.
    Table(s3::TableCall),
    /// To the bucket of Cloud Storage.
    Storage(gcs::Call),
    /// To the database server.
    Sql(pg::SqlCall),
    /// To the HTTP server.
    Http {
        /// What it is asked.
        call: http::HttpCall,
        /// Whether it listens where the request goes.
        is_reachable: bool,
    },
    /// To the file system of the machine.
    File(local::FileRequest),
}

impl Outgoing {
    /// The serial of the state that the request carries.
    pub fn serial(&self) -> Option<Serial> {
        match &self.request {
            Request::Blob(request) => azurerm::serial(request),
            Request::Call(call) => azurerm::serial_of_call(call),
            Request::File(local::FileRequest::Save { file, .. }) => Some(file.serial),
            Request::Bucket(call) => s3::serial(call),
            Request::Table(call) => s3::serial_of_digest(call),
            Request::Storage(call) => gcs::serial(call),
            Request::Sql(call) => pg::serial(call),
            Request::Http { call, .. } => http::serial(call),
            Request::File(_) => None,
        }
    }

    /// The ID of the lock by whose right the request asks.
    pub fn lock_id(&self) -> Option<LockId> {
        match &self.request {
            Request::Blob(request) => request.lease_id.map(LockId::from),
            Request::Call(call) => call.lease_id().map(LockId::from),
            Request::Storage(call) => gcs::freed(call),
            Request::Http { call, .. } => http::lock_id(call),
            Request::Bucket(_) | Request::Table(_) | Request::Sql(_) | Request::File(_) => None,
        }
    }

    /// Whether the request is to be done only where an object, or an item, is as it says, or is
    /// not there.
    pub fn is_conditional(&self) -> bool {
        match &self.request {
            Request::Bucket(s3::BucketCall::Put { is_new, .. })
            | Request::Table(s3::TableCall::Put { is_new, .. }) => *is_new,
            Request::Storage(call) => call.is_conditional(),
            Request::Blob(_)
            | Request::Call(_)
            | Request::Bucket(_)
            | Request::Table(_)
            | Request::Sql(_)
            | Request::Http { .. }
            | Request::File(_) => false,
        }
    }

    /// Whether the request gives a lock back without saying which: its body is empty.
    pub const fn has_empty_body(&self) -> bool {
        match &self.request {
            Request::Http { call, .. } => http::has_empty_body(call),
            Request::Blob(_)
            | Request::Call(_)
            | Request::Storage(_)
            | Request::Bucket(_)
            | Request::Table(_)
            | Request::Sql(_)
            | Request::File(_) => false,
        }
    }
}

/// What a service answers to a request that it carries out.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Success {
    /// The blob service, about the state blob.
    Blob(azurerm::BlobSuccess),
    /// The blob service, about the blob that the request named.
    Called(Box<azurerm::BlobCallAnswer>),
    /// The bucket.
    Bucket(s3::BucketSuccess),
    /// The table.
    Table(s3::TableSuccess),
    /// The bucket of Cloud Storage.
    Storage(gcs::Success),
    /// The database server.
    Sql(pg::SqlSuccess),
    /// The HTTP server, whatever its answer's status is.
    Http(http::HttpResponse),
    /// The file system.
    File(local::FileSuccess),
}

/// What comes of a request.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Answer {
    /// The service did it.
    Success(Success),
    /// The service, or something in front of it, refused.
    Refused(Refusal),
    /// The file system could not do it.
    Failed(local::FileFailure),
    /// The connection was closed in good order.
    Closed(pg::Closing),
    /// The connection was reset; of a file: an input or output error.
    Reset,
}

/// What becomes of a job that begins.
#[derive(Debug, Clone)]
pub enum Next {
    /// It is a routine, which sends a request, and goes on with the answer.
    Send(Routine, Outgoing),
    /// It is done.
    Done(Outcome),
}

/// What a routine, or a part of one, does next.
#[derive(Debug, Clone)]
pub enum Part<T> {
    /// It sends a request, and goes on with the answer.
    Send(Outgoing),
    /// The same, after a pause.
    SendAfter(SimDuration, Outgoing),
    /// It is done.
    Done(T),
}

/// How a request is sent again.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Repeat {
    /// At once, by the HTTP client, which does not count it.
    AtOnce,
    /// By the client, after a wait.
    After {
        /// Why: a refusal, or a connection that was lost.
        refusal: Option<Refusal>,
        /// How long it waits.
        wait: SimDuration,
    },
}

impl<T> Part<T> {
    /// The same, of what is done as something else.
    fn map<U>(self, done: impl FnOnce(T) -> U) -> Part<U> {
        match self {
            Self::Send(out) => Part::Send(out),
            Self::SendAfter(pause, out) => Part::SendAfter(pause, out),
            Self::Done(result) => Part::Done(done(result)),
        }
    }
}

/// A job under way.
#[derive(Debug, Clone)]
pub enum Routine {
    /// Of the azurerm client.
    Azurerm(azurerm::Routine),
    /// Of the s3 client.
    S3(s3::Routine),
    /// Of the gcs client.
    Gcs(gcs::Routine),
    /// Of the pg client.
    Pg(pg::Routine),
    /// Of the http client.
    Http(http::Routine),
    /// Of the local client.
    Local(local::Routine),
}

/// A process's client of its backend, with what it remembers.
#[derive(Debug, Clone)]
pub enum Client {
    /// Of azurerm.
    Azurerm(azurerm::Client),
    /// Of s3.
    S3(s3::Client),
    /// Of gcs.
    Gcs(gcs::Client),
    /// Of pg.
    Pg(Box<pg::Client>),
    /// Of http.
    Http(Box<http::Client>),
    /// Of a local file.
    Local(Box<local::Client>),
}

impl Client {
    /// The client of a command that locks the state as this; it remembers nothing yet.
    pub fn new(backend: Backend, operation: Option<LockOperation>) -> Self {
        match backend {
            Backend::Azurerm { takes_snapshots } => {
                Self::Azurerm(azurerm::Client::new(takes_snapshots))
            }
            Backend::S3 { locks } => Self::S3(s3::Client::new(locks)),
            Backend::Gcs => Self::Gcs(gcs::Client::new()),
            Backend::Pg { schema } => Self::Pg(Box::new(pg::Client::new(schema, operation))),
            Backend::Http(options) => Self::Http(Box::new(http::Client::new(options))),
            Backend::Local { .. } => Self::Local(Box::new(local::Client::new(operation))),
        }
    }

    /// Begins a job.
    pub fn begin(&mut self, job: Job, around: &mut Surroundings<'_>) -> Next {
        match self {
            Self::Azurerm(client) => client.begin(job, around),
            Self::S3(client) => client.begin(job, around.now),
            Self::Gcs(_) => gcs::Client::begin(job),
            Self::Pg(client) => client.begin(job),
            Self::Http(client) => client.begin(job),
            Self::Local(client) => client.begin(job),
        }
    }

    /// Goes on with a job when an answer has come.
    pub fn resume(
        &mut self,
        routine: &mut Routine,
        answer: Answer,
        around: &mut Surroundings<'_>,
    ) -> Part<Outcome> {
        match (self, routine) {
            (Self::Azurerm(client), Routine::Azurerm(routine)) => {
                client.resume(routine, answer, around)
            }
            (Self::Local(client), Routine::Local(routine)) => {
                Part::Done(client.resume(routine, answer, around))
            }
            (Self::S3(client), Routine::S3(routine)) => client.resume(routine, answer, around),
            (Self::Gcs(client), Routine::Gcs(routine)) => client.resume(routine, answer, around),
            (Self::Pg(client), Routine::Pg(routine)) => client.resume(routine, answer, around),
            (Self::Http(client), Routine::Http(routine)) => {
                Part::Done(client.resume(routine, answer, around))
            }
            (
                Self::Azurerm(_)
                | Self::S3(_)
                | Self::Gcs(_)
                | Self::Pg(_)
                | Self::Http(_)
                | Self::Local(_),
                _,
            ) => {
                unreachable!("a client goes on with its own routines")
            }
        }
    }

    /// How the request of a routine is sent again, where this answer calls for that; `tries` is how
    /// often the client has done that.
    pub fn repeat(
        &mut self,
        (routine, sent): (&Routine, &Outgoing),
        answer: &Answer,
        tries: u32,
        around: &mut Surroundings<'_>,
    ) -> Option<Repeat> {
        match (self, routine) {
            (Self::S3(client), _) => client.repeat(sent.kind, answer, tries, around.waits),
            (Self::Gcs(client), _) => client.repeat(sent.kind, answer, tries, around.waits),
            (_, Routine::Azurerm(routine)) => {
                azurerm::retry(routine, answer, tries, around.model.retry)
            }
            (Self::Http(client), _) => client.repeat(sent.kind, answer, tries),
            (
                _,
                Routine::S3(_)
                | Routine::Gcs(_)
                | Routine::Pg(_)
                | Routine::Http(_)
                | Routine::Local(_),
            ) => None,
        }
    }

    /// The ID of the lock that the client believes to hold.
    pub fn held(&self) -> Option<LockId> {
        match self {
            Self::Azurerm(client) => client.lease_id().map(LockId::from),
            Self::S3(client) => client.held(),
            Self::Gcs(client) => client.held(),
            Self::Pg(client) => client.held(),
            Self::Http(client) => client.held(),
            Self::Local(client) => client.lock().map(|info| info.id),
        }
    }
}
