//! Statements on their way: the connection, and how Go's pool replaces it.
//!
//! | a statement meets | the pool |
//! |---|---|
//! | a connection that is closed, or a FATAL error | sends it again at once on a new connection, three times in all |
//! | the same, where rows had come already | does not: `driver: bad connection` |
//! | a connection that is reset | does not: `read tcp …: connection reset by peer` |
//! | an error of severity ERROR | does not, and keeps the connection |
//! | no connection that can be made | does not: the error is the connection's |

use std::fmt;
use std::sync::Arc;

use crate::service::postgres::{Refusal, Rows, Schema, SessionId, Severity, Statement};
use crate::service::{self};
use crate::terraform::backend::{Answer, Outgoing, Request, Success};
use crate::terraform::diagnostic::Cause;
use crate::terraform::request::RequestKind;
use crate::terraform::state::StateFile;

/// So often a statement is sent at most.
const ATTEMPTS_MAX: u8 = 3;

/// What a row holds.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Data {
    /// 0 bytes.
    Empty,
    /// A state.
    State(Arc<StateFile>),
    /// Neither.
    Text(Arc<str>),
}

/// A connection: the session at its other end has the same number.
pub type ConnectionId = SessionId;
/// A statement.
pub type SqlStatement = Statement<Data>;
/// What a statement brings.
pub type SqlRows = Rows<Data>;

/// What goes to the server.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum SqlCall {
    /// A connection is to be made.
    Connect,
    /// A statement is to be carried out.
    Run {
        /// Over this connection.
        connection: ConnectionId,
        /// In this schema.
        schema: Schema,
        /// What.
        statement: SqlStatement,
    },
}

/// What the server answers.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum SqlSuccess {
    /// There is a connection.
    Connected(ConnectionId),
    /// What the statement brought.
    Rows(SqlRows),
}

/// How far a statement was when its connection was found closed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Closing {
    /// The server had not begun with it, as far as the client can tell.
    Unheard,
    /// Rows of its answer had come.
    Unfinished,
}

/// Why a statement failed, in the words of the driver.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum SqlError {
    /// The server said so.
    Refused(Refusal),
    /// The connection was found closed, as often as the pool tries.
    BadConnection,
    /// The connection was closed while it was made.
    EndOfFile,
    /// The connection was reset.
    Reset,
}

impl fmt::Display for SqlError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Refused(refusal) => write!(f, "pq: {}", refusal.text()),
            Self::BadConnection => f.write_str("driver: bad connection"),
            Self::EndOfFile => f.write_str("EOF"),
            Self::Reset => {
                f.write_str("read tcp CLIENT->SERVER:5432: read: connection reset by peer")
            }
        }
    }
}

impl From<SqlError> for Cause {
    fn from(error: SqlError) -> Self {
        let code = match error {
            SqlError::Refused(refusal) => Some(service::Refusal::Postgres(refusal)),
            SqlError::BadConnection | SqlError::EndOfFile | SqlError::Reset => None,
        };
        Self {
            code,
            ..Self::new(error.to_string())
        }
    }
}

/// The name of a statement in scenarios.
const fn kind(statement: &SqlStatement) -> RequestKind {
    use crate::service::postgres::LockKey;
    match statement {
        Statement::SchemaCheck => RequestKind::SchemaCheck,
        Statement::CreateSchema => RequestKind::CreateSchema,
        Statement::CreateSequence => RequestKind::CreateSequence,
        Statement::CreateTable => RequestKind::CreateTable,
        Statement::CreateIndex => RequestKind::CreateIndex,
        Statement::List => RequestKind::List,
        Statement::TryLock => RequestKind::TryLock,
        Statement::TryLockCreate => RequestKind::TryLockCreate,
        Statement::SelectState => RequestKind::SelectState,
        Statement::UpsertState(_) => RequestKind::UpsertState,
        Statement::Unlock(LockKey::Row(_)) => RequestKind::UnlockRow,
        Statement::Unlock(LockKey::Creation) => RequestKind::UnlockCreate,
        Statement::SelectLocks(_) => RequestKind::SelectLocks,
        Statement::TerminateBackend(_) | Statement::TerminateHolders(_) => {
            RequestKind::TerminateBackend
        }
    }
}

/// A statement under way.
#[derive(Debug, Clone)]
struct Pending {
    statement: SqlStatement,
    /// How often it has been tried, with this time.
    attempts: u8,
    /// Whether a connection is made for it.
    is_connecting: bool,
}

/// A client's [connection](self), and the statement that goes over it.
#[derive(Debug, Clone)]
pub(super) struct Link {
    schema: Schema,
    connection: Option<ConnectionId>,
    /// The connection that rests while a second one is used.
    first: Option<ConnectionId>,
    pending: Option<Pending>,
}

/// What comes of an answer.
#[derive(Debug)]
pub(super) enum Turn {
    /// Something else has to be sent first, or again.
    Sends(Outgoing),
    /// The statement has ended.
    Done(Result<SqlRows, SqlError>),
}

impl Link {
    pub(super) const fn new(schema: Schema) -> Self {
        Self {
            schema,
            connection: None,
            first: None,
            pending: None,
        }
    }

    pub(super) const fn connection(&self) -> Option<ConnectionId> {
        self.connection
    }

    /// Sends a statement. Over a connection on which another one still waits it can't go: the pool makes
    /// a new one.
    pub(super) fn send(&mut self, statement: SqlStatement) -> Outgoing {
        if self.pending.take().is_some() {
            self.connection = None;
        }
        self.attempt(statement, 1)
    }

    /// Sends a statement over a second connection, which stays in use.
    pub(super) fn send_apart(&mut self, statement: SqlStatement) -> Outgoing {
        self.first = self.connection.take();
        self.send(statement)
    }

    /// The first connection is used again.
    pub(super) fn return_to_first(&mut self) {
        self.connection = self.first.take();
    }

    fn attempt(&mut self, statement: SqlStatement, attempts: u8) -> Outgoing {
        let is_connecting = self.connection.is_none();
        let out = match self.connection {
            None => Outgoing {
                kind: RequestKind::Connect,
                request: Request::Sql(SqlCall::Connect),
            },
            Some(connection) => self.out(connection, statement.clone()),
        };
        self.pending = Some(Pending {
            statement,
            attempts,
            is_connecting,
        });
        out
    }

    const fn out(&self, connection: ConnectionId, statement: SqlStatement) -> Outgoing {
        let kind = kind(&statement);
        let call = SqlCall::Run {
            connection,
            schema: self.schema,
            statement,
        };
        Outgoing {
            kind,
            request: Request::Sql(call),
        }
    }

    /// Goes on with an answer.
    pub(super) fn take(&mut self, answer: Answer) -> Turn {
        let Some(pending) = self.pending.take() else {
            unreachable!("an answer is to a statement")
        };
        if pending.is_connecting {
            return self.connected(pending, &answer);
        }
        let error = match answer {
            Answer::Success(Success::Sql(SqlSuccess::Rows(rows))) => return Turn::Done(Ok(rows)),
            Answer::Refused(service::Refusal::Postgres(refusal)) => match refusal.severity() {
                Severity::Error => return Turn::Done(Err(SqlError::Refused(refusal))),
                Severity::Fatal => None,
            },
            Answer::Closed(Closing::Unfinished) => Some(SqlError::BadConnection),
            Answer::Reset => Some(SqlError::Reset),
            Answer::Closed(Closing::Unheard)
            | Answer::Success(_)
            | Answer::Refused(_)
            | Answer::Failed(_) => None,
        };
        self.connection = None;
        match error {
            Some(error) => Turn::Done(Err(error)),
            None if pending.attempts == ATTEMPTS_MAX => Turn::Done(Err(SqlError::BadConnection)),
            None => Turn::Sends(self.attempt(pending.statement, pending.attempts + 1)),
        }
    }

    /// A connection was made for a statement, or could not be.
    fn connected(&mut self, pending: Pending, answer: &Answer) -> Turn {
        let error = match answer {
            Answer::Success(Success::Sql(SqlSuccess::Connected(connection))) => {
                self.connection = Some(*connection);
                let out = self.out(*connection, pending.statement.clone());
                self.pending = Some(Pending {
                    is_connecting: false,
                    ..pending
                });
                return Turn::Sends(out);
            }
            Answer::Refused(service::Refusal::Postgres(refusal)) => SqlError::Refused(*refusal),
            Answer::Reset => SqlError::Reset,
            Answer::Closed(_) | Answer::Success(_) | Answer::Refused(_) | Answer::Failed(_) => {
                SqlError::EndOfFile
            }
        };
        Turn::Done(Err(error))
    }
}
