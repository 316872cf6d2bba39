//! The lock: the session's, on the row or, where there is none, on the creation key.

use super::transport::{SqlError, SqlRows, SqlStatement};
use crate::service::postgres::{LockKey, Rows, Statement};
use crate::terraform::diagnostic::Cause;
use crate::terraform::lock::LockInfo;

/// A lock that was taken.
#[derive(Debug, Clone, Copy)]
pub(super) struct Taken {
    pub(super) info: LockInfo,
    /// What it is on, and what the unlock frees.
    pub(super) key: LockKey,
}

/// The routine that takes the [lock](self).
#[derive(Debug, Clone)]
pub struct Lock {
    info: LockInfo,
    stage: Stage,
}

#[derive(Debug, Clone)]
enum Stage {
    /// Row and creation key are tried.
    Try,
    /// There is no row: the creation key is tried.
    TryCreate,
    /// What was got beside the lock, or instead of it, is given back; whatever comes of that is
    /// looked at by nobody.
    GiveBack(Result<LockKey, &'static str>),
}

/// What a routine does next.
#[derive(Debug)]
pub(super) enum Step {
    Sends(SqlStatement),
    Taken(Taken),
    /// The lock info is the command's own: nobody else's is kept anywhere.
    Refused(LockInfo, Cause),
}

impl Lock {
    pub(super) fn begin(info: LockInfo) -> (Self, SqlStatement) {
        let stage = Stage::Try;
        (Self { info, stage }, Statement::TryLock)
    }

    pub(super) fn resume(&mut self, result: Result<SqlRows, SqlError>) -> Step {
        match (&self.stage, result) {
            (Stage::GiveBack(Ok(key)), _) => self.taken(*key),
            (Stage::GiveBack(Err(why)), _) => Step::Refused(self.info, Cause::new(*why)),
            (Stage::Try | Stage::TryCreate, Err(error)) => Step::Refused(self.info, error.into()),
            (Stage::TryCreate, Ok(Rows::Bool(false))) => {
                let why = "Already locked for workspace creation: default";
                Step::Refused(self.info, Cause::new(why))
            }
            (Stage::TryCreate, Ok(_)) => self.taken(LockKey::Creation),
            (
                Stage::Try,
                Ok(Rows::Tried {
                    row,
                    got_row,
                    got_creation,
                }),
            ) => {
                let (given_back, end) = match (got_row, got_creation) {
                    (false, _) => (
                        LockKey::Creation,
                        Err("Workspace is already locked: default"),
                    ),
                    (true, false) => (
                        row,
                        Err(
                            "Cannot lock workspace; already locked for workspace creation: default",
                        ),
                    ),
                    (true, true) => (LockKey::Creation, Ok(row)),
                };
                self.stage = Stage::GiveBack(end);
                Step::Sends(Statement::Unlock(given_back))
            }
            (Stage::Try, Ok(_)) => {
                self.stage = Stage::TryCreate;
                Step::Sends(Statement::TryLockCreate)
            }
        }
    }

    const fn taken(&self, key: LockKey) -> Step {
        Step::Taken(Taken {
            info: self.info,
            key,
        })
    }
}
