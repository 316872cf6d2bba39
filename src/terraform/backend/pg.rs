//! The pg client: state in a row of a table, and for a lock an advisory lock of the session.
//!
//! | routine | statements |
//! |---|---|
//! | open | connect → schema check → \[create schema\] → create sequence, table, index → list |
//! | read | select |
//! | lock, where there is a row | try lock of the row and of the creation key −1: got both → the key is given back; else what was got is |
//! | lock, where there is none | try lock of the row → try lock of the creation key, which is then held |
//! | save | upsert |
//! | `state rm` and `state mv`, before their save | a second connection: connect → … → create index |
//! | unlock | of the row, or of the creation key |
//! | force-unlock | nothing, and it says that it succeeded |
//!
//! No save carries the lock, and no statement asks whether it is still held. Statements go through Go's
//! connection pool, which replaces a broken connection in silence: the lock ended with the old one. Measured
//! on Terraform 1.11.4 with `PostgreSQL` 15.

mod lock;
mod open;
mod transport;

use std::sync::Arc;

pub use self::transport::{
    Closing, ConnectionId, Data, SqlCall, SqlRows, SqlStatement, SqlSuccess,
};

use self::lock::{Lock, Taken};
use self::open::Open;
use self::transport::{Link, SqlError, Turn};
use super::advice::Advice;
use super::{
    Answer, Hold, Job, KeepAliveFailure, LockFailure, Locked, Next, OpenFailure, Outcome, Part,
    ReadFailure, SaveFailure, Surroundings, UnlockFailure,
};
use crate::service::postgres::{Rows, Schema, SessionId, Statement};
use crate::terraform::diagnostic::Cause;
use crate::terraform::lock::{LockId, LockInfo, LockOperation};
use crate::terraform::process::StateFact;
use crate::terraform::state::{Serial, StateContent, StateFile};

/// The database.
pub const DATABASE: &str = "terraform_backend";
/// The table of states.
pub const STATES_TABLE: &str = "terraform_remote_state.states";

/// Lists the advisory locks, and the sessions that hold them.
pub const SELECT_LOCKS: &str = "psql -c \"SELECT pid, classid, objid FROM pg_locks WHERE \
     locktype = 'advisory'\"";
/// Ends the sessions that hold advisory locks in the database.
pub const TERMINATE: &str = "psql -c \"SELECT pg_terminate_backend(pid) FROM pg_locks WHERE \
     locktype = 'advisory'\"";

/// Ends a session.
pub fn terminate(session: SessionId) -> String {
    format!("psql -c \"SELECT pg_terminate_backend({})\"", session.0)
}

/// What users do where Terraform has no command.
pub const ADVICE: Advice = Advice {
    place: "the state's row",
    it: "the row",
    lock_info: "the lock info",
    without_lock: "there is no lock",
    break_lock: Some(TERMINATE),
    put_aside: &[],
    put_aside_with_snapshots: &[],
    bring_back: None,
    unreadable_hint: Some(
        "restore the row from a backup of the database; no command of Terraform mends it",
    ),
    lost_hint: "restore the row from a backup of the database, or a copy that somebody kept, if there \
        is one; else import object by object",
    not_force_unlocked: "do not use force-unlock: it does nothing, and says that it succeeded",
    not_pushed: "do not try state push -force: it reads the state first, and fails",
};

/// A process's client, with what it remembers.
#[derive(Debug, Clone)]
pub struct Client {
    /// Whether the command opens a second connection before it saves.
    reconfigures: bool,
    /// Whether schema and table have been seen to.
    is_configured: bool,
    /// The lock that it took and has not given back.
    held: Option<Taken>,
    link: Link,
}

/// A job of the client under way.
#[derive(Debug, Clone)]
pub enum Routine {
    /// The list of workspaces.
    List(Open),
    /// The opening.
    Open(Open),
    /// The second opening of a command, without its list.
    Reopen(Open),
    /// A read.
    Read,
    /// The taking of the lock.
    Lock(Lock),
    /// A save.
    Save(Arc<StateFile>),
    /// The unlock, of a lock with this ID.
    Unlock(LockId),
}

impl Client {
    /// A client that holds no lock and has no connection, of a command that locks the state as this.
    pub const fn new(schema: Schema, operation: Option<LockOperation>) -> Self {
        let reconfigures = matches!(
            operation,
            Some(LockOperation::StateRemove | LockOperation::StateMove)
        );
        Self {
            reconfigures,
            is_configured: false,
            held: None,
            link: Link::new(schema),
        }
    }

    /// The lock that it took and has not given back.
    pub fn held(&self) -> Option<LockId> {
        self.held.map(|taken| taken.info.id)
    }

    /// The connection that the next statement goes over, if there is one.
    pub const fn connection(&self) -> Option<ConnectionId> {
        self.link.connection()
    }

    pub(super) fn begin(&mut self, job: Job) -> Next {
        let (routine, statement) = match job {
            Job::List => {
                let (open, statement) = Open::begin(self.is_configured, true);
                (Routine::List(open), statement)
            }
            Job::Open(_) => {
                let (open, statement) = Open::begin(self.is_configured, true);
                (Routine::Open(open), statement)
            }
            Job::Reopen if self.reconfigures => {
                let (open, statement) = Open::begin(false, false);
                let out = self.link.send_apart(statement);
                return Next::Send(super::Routine::Pg(Routine::Reopen(open)), out);
            }
            Job::Reopen => return Next::Done(Outcome::Reopened(Ok(()))),
            Job::Read => (Routine::Read, Statement::SelectState),
            Job::Lock(info) => {
                let (lock, statement) = Lock::begin(info);
                (Routine::Lock(lock), statement)
            }
            Job::Save(file) => {
                let data = Data::State(Arc::clone(&file));
                (Routine::Save(file), Statement::UpsertState(data))
            }
            Job::Unlock(info) => match self.held {
                Some(taken) => (Routine::Unlock(info.id), Statement::Unlock(taken.key)),
                None => return Next::Done(Outcome::Unlocked(Ok(info.id))),
            },
            // The client of this command has taken no lock: there is nothing that it would free.
            Job::ForceUnlock(typed) => {
                let id = LockId::new(&typed).unwrap_or_else(|| LockId::uuid(0));
                return Next::Done(Outcome::Unlocked(Ok(id)));
            }
            Job::KeepAlive => {
                let failure = KeepAliveFailure {
                    is_forgotten: false,
                };
                return Next::Done(Outcome::KeptAlive(Err(failure)));
            }
        };
        let out = self.link.send(statement);
        Next::Send(super::Routine::Pg(routine), out)
    }

    pub(super) fn resume(
        &mut self,
        routine: &mut Routine,
        answer: Answer,
        around: &mut Surroundings<'_>,
    ) -> Part<Outcome> {
        let result = match self.link.take(answer) {
            Turn::Sends(out) => return Part::Send(out),
            Turn::Done(result) => result,
        };
        match routine {
            Routine::List(open) => match open.resume(result) {
                Ok(Some(statement)) => self.sends(statement),
                Ok(None) => {
                    self.is_configured = true;
                    Part::Done(Outcome::Listed(Ok(())))
                }
                Err((true, cause)) => Part::Done(Outcome::Unconfigured(cause)),
                Err((false, cause)) => Part::Done(Outcome::Listed(Err(cause))),
            },
            Routine::Open(open) => match open.resume(result) {
                Ok(Some(statement)) => self.sends(statement),
                Ok(None) => {
                    self.is_configured = true;
                    Part::Done(Outcome::Opened(Ok(None)))
                }
                Err((true, cause)) => Part::Done(Outcome::Unconfigured(cause)),
                Err((false, cause)) => Part::Done(Outcome::Opened(Err(OpenFailure::Other(cause)))),
            },
            Routine::Reopen(open) => match open.resume(result) {
                Ok(Some(statement)) => self.sends(statement),
                Ok(None) => {
                    self.link.return_to_first();
                    Part::Done(Outcome::Reopened(Ok(())))
                }
                Err((_, cause)) => {
                    self.link.return_to_first();
                    Part::Done(Outcome::Reopened(Err(cause)))
                }
            },
            Routine::Read => Part::Done(Outcome::Read(read(result))),
            Routine::Lock(lock) => match lock.resume(result) {
                lock::Step::Sends(statement) => self.sends(statement),
                lock::Step::Taken(taken) => {
                    self.held = Some(taken);
                    Part::Done(Outcome::Locked(Ok(locked(taken.info))))
                }
                lock::Step::Refused(info, cause) => {
                    let info = Some(info);
                    Part::Done(Outcome::Locked(Err(LockFailure { cause, info })))
                }
            },
            Routine::Save(file) => Part::Done(Outcome::Saved(saved(file, &result, around))),
            Routine::Unlock(id) => Part::Done(Outcome::Unlocked(match result {
                // *False*, with a warning that nobody is shown, is a success, too.
                Ok(_) => {
                    self.held = None;
                    Ok(*id)
                }
                Err(error) => Err(UnlockFailure::Other(error.into())),
            })),
        }
    }

    fn sends(&mut self, statement: SqlStatement) -> Part<Outcome> {
        Part::Send(self.link.send(statement))
    }
}

/// What a select found. A row of 0 bytes is no state, and stands for none.
fn read(result: Result<SqlRows, SqlError>) -> Result<StateContent, ReadFailure> {
    match result {
        Ok(Rows::Data(Some(Data::State(file)))) => Ok(StateContent::State(file)),
        Ok(Rows::Data(Some(Data::Empty))) => Err(ReadFailure::Other(Cause::new("no state"))),
        Ok(Rows::Data(Some(Data::Text(_)))) => {
            Err(ReadFailure::Problems(Cause::new("2 problems:")))
        }
        Ok(_) => Ok(StateContent::Absent),
        Err(error) => Err(ReadFailure::Other(error.into())),
    }
}

fn saved(
    file: &Arc<StateFile>,
    result: &Result<SqlRows, SqlError>,
    around: &mut Surroundings<'_>,
) -> Result<Arc<StateFile>, SaveFailure> {
    let serial = file.serial;
    match result {
        Ok(_) => {
            let objects = file.snapshot.object_count();
            around.tell(StateFact::Saved { serial, objects });
            Ok(Arc::clone(file))
        }
        Err(error) => {
            around.tell(StateFact::SaveFailed { serial });
            Err(SaveFailure {
                cause: (*error).into(),
                is_attempt: true,
            })
        }
    }
}

const fn locked(info: LockInfo) -> Locked {
    Locked {
        info,
        hold: Hold::Session,
        keep_alive_every: None,
    }
}

/// The serial of the state that a call carries.
pub(super) fn serial(call: &SqlCall) -> Option<Serial> {
    match call {
        SqlCall::Run {
            statement: Statement::UpsertState(Data::State(file)),
            ..
        } => Some(file.serial),
        SqlCall::Run { .. } | SqlCall::Connect => None,
    }
}
