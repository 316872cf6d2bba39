//! A state in a database: what the server does with statements, sessions and their connections, and
//! hands.
//!
//! A connection has two ends. The client's is open, or was closed or reset: then its next statement fails
//! at once, before anything is sent. The server's is a session, which lasts until the server sees the
//! connection end.

mod psql;

use std::sync::Arc;

use super::act::Done;
use super::{Actor, Agenda, RunId, Runner, World};
use crate::fault::Way;
use crate::kernel::SimTime;
use crate::scenario::{
    ConnectionChange, ConnectionEnd, Ending, LinkState, Peer, ServerSide, StoreChange,
};
use crate::service::postgres::{Database, Refusal, Schema, SessionId, Severity, Statement};
use crate::service::{self};
use crate::terraform::backend::pg::{Closing, ConnectionId, Data, SqlCall, SqlSuccess};
use crate::terraform::backend::{Answer, Request, Success};
use crate::terraform::{LockInfo, OperatorId, RequestKind, StateFile};
use crate::timeline::{
    BlobFact, BlobVersion, Idleness, LockObservation, MachineFact, RemoteState, SessionLock,
};

/// The number of the first session's server process.
const FIRST_SESSION: u32 = 4711;

/// A connection, as the client's machine has it.
#[derive(Debug, Clone, Copy)]
struct Connection {
    run: RunId,
    operator: OperatorId,
    /// Whether the client's end is open.
    is_open: bool,
    /// Whether it carries anything.
    carries: bool,
}

/// The server, and the connections that were ever made to it.
#[derive(Debug, Clone)]
pub(super) struct Server {
    database: Database<Data>,
    connections: Vec<Connection>,
}

fn position(connection: ConnectionId) -> usize {
    usize::try_from(connection.0.saturating_sub(FIRST_SESSION)).expect("a connection's number")
}

impl Server {
    /// A server without a state, to which nobody is connected.
    pub(super) fn new() -> Self {
        Self {
            database: Database::default(),
            connections: Vec::new(),
        }
    }

    /// Puts a state into the row before anything happens.
    pub(super) fn place(&mut self, file: Arc<StateFile>) {
        self.database.put(Schema::States, Data::State(file));
    }

    /// What the row holds, as an observation has it.
    pub(super) fn remote(&self) -> RemoteState {
        match self.database.data(Schema::States) {
            None => RemoteState::Absent,
            Some(Data::Empty) => RemoteState::Empty,
            Some(Data::State(file)) => RemoteState::State(Arc::clone(file)),
            Some(Data::Text(_)) => RemoteState::Unreadable,
        }
    }

    fn connect(&mut self, run: RunId, operator: OperatorId) -> ConnectionId {
        let number = u32::try_from(self.connections.len()).expect("fewer than 2³² connections");
        let id = SessionId(FIRST_SESSION + number);
        self.connections.push(Connection {
            run,
            operator,
            is_open: true,
            carries: true,
        });
        self.database.connect(id);
        id
    }

    fn get(&self, connection: ConnectionId) -> Option<&Connection> {
        self.connections.get(position(connection))
    }

    fn get_mut(&mut self, connection: ConnectionId) -> Option<&mut Connection> {
        self.connections.get_mut(position(connection))
    }

    fn numbered(&self) -> impl Iterator<Item = (ConnectionId, Connection)> {
        let numbers = (FIRST_SESSION..).map(SessionId);
        numbers.zip(self.connections.iter().copied())
    }

    /// The client's end of a connection ends, and the server sees it or does not.
    fn lose(&mut self, connection: ConnectionId, server: ServerSide, now: SimTime) {
        if let Some(known) = self.get_mut(connection) {
            known.is_open = false;
        }
        match server {
            ServerSide::Sees => {
                self.database.end(connection);
            }
            ServerSide::Keeps => self.database.leave(connection, now),
        }
    }

    /// The state in the row, if one is there.
    pub(super) fn state(&self) -> Option<&Arc<StateFile>> {
        match self.database.data(Schema::States)? {
            Data::State(file) => Some(file),
            Data::Empty | Data::Text(_) => None,
        }
    }
}

fn version(data: &Data) -> BlobVersion {
    match data {
        Data::Empty => BlobVersion::Empty,
        Data::State(file) => BlobVersion::State(file.serial),
        Data::Text(_) => BlobVersion::Unreadable,
    }
}

/// The connection that a request goes over.
pub(super) const fn connection_of(request: &Request) -> Option<ConnectionId> {
    match request {
        Request::Sql(SqlCall::Run { connection, .. }) => Some(*connection),
        Request::Sql(SqlCall::Connect)
        | Request::Blob(_)
        | Request::Call(_)
        | Request::Bucket(_)
        | Request::Table(_)
        | Request::Storage(_)
        | Request::Http { .. }
        | Request::File(_) => None,
    }
}

/// How far a statement is whose answer does not come to its end.
pub(super) const fn closing(answer: &Answer) -> Closing {
    match answer {
        Answer::Success(Success::Sql(SqlSuccess::Rows(rows))) if rows.are_any() => {
            Closing::Unfinished
        }
        Answer::Success(_)
        | Answer::Refused(_)
        | Answer::Failed(_)
        | Answer::Closed(_)
        | Answer::Reset => Closing::Unheard,
    }
}

/// What a client meets whose connection ends while it waits.
pub(super) const fn ended(kind: RequestKind, how: Ending, closing: Closing) -> Answer {
    match how {
        Ending::Closed if kind.is_of_database() => Answer::Closed(closing),
        Ending::Closed | Ending::Reset => Answer::Reset,
    }
}

impl World {
    /// Whether the client's end of a request's connection is not open any more: the machine knows that, and
    /// sends nothing.
    pub(super) fn is_disconnected(&self, request: &Request) -> bool {
        let connection = connection_of(request);
        let known = { self.keeper.pg() }.and_then(|server| server.get(connection?));
        known.is_some_and(|known| !known.is_open)
    }

    /// Whether a connection carries what is sent over it.
    pub(super) fn carries(&self, connection: Option<ConnectionId>) -> bool {
        let known = { self.keeper.pg() }.and_then(|server| server.get(connection?));
        known.is_none_or(|known| known.carries)
    }

    /// From now on nothing is carried over the connection.
    pub(super) fn blackhole_connection(&mut self, connection: Option<ConnectionId>) {
        let server = self.keeper.pg_mut();
        if let Some(known) = server.and_then(|server| server.get_mut(connection?)) {
            known.carries = false;
        }
    }

    /// A message over the connection was lost, and the connection with it.
    pub(super) fn lose_connection(
        &mut self,
        connection: Option<ConnectionId>,
        server: ServerSide,
        now: SimTime,
    ) {
        if let (Some(store), Some(connection)) = (self.keeper.pg_mut(), connection) {
            store.lose(connection, server, now);
        }
    }

    /// Something in the server's stead said this over the connection.
    pub(super) fn told_over(
        &mut self,
        connection: Option<ConnectionId>,
        refusal: service::Refusal,
        now: SimTime,
    ) {
        if let service::Refusal::Postgres(refusal) = refusal
            && refusal.severity() == Severity::Fatal
        {
            self.lose_connection(connection, ServerSide::Sees, now);
        }
    }

    /// The server does what it is asked.
    pub(super) fn handle_sql(
        &mut self,
        run: RunId,
        (number, kind): (u64, RequestKind),
        call: SqlCall,
        agenda: &mut Agenda,
    ) -> Answer {
        let now = agenda.now;
        let answer = match call {
            SqlCall::Connect => self.accept(run),
            SqlCall::Run {
                connection,
                schema,
                statement,
            } => self.execute(run, connection, (schema, statement), agenda),
        };
        let refusal = match &answer {
            Answer::Refused(refusal) => Some(*refusal),
            Answer::Success(_) | Answer::Failed(_) | Answer::Closed(_) | Answer::Reset => None,
        };
        if !matches!(answer, Answer::Closed(_)) {
            self.tell_handled((number, kind), (0, refusal), now);
        }
        answer
    }

    fn accept(&mut self, run: RunId) -> Answer {
        let operator = self.run(run).operator;
        let is_alive = self.run(run).is_alive();
        if let Err(expired) = self.check_credentials(run, Refusal::InvalidPassword) {
            return Answer::Refused(expired.into());
        }
        let Some(server) = self.keeper.pg_mut().filter(|_| is_alive) else {
            return Answer::Closed(Closing::Unheard);
        };
        let connection = server.connect(run, operator);
        Answer::Success(Success::Sql(SqlSuccess::Connected(connection)))
    }

    fn execute(
        &mut self,
        run: RunId,
        connection: ConnectionId,
        (schema, statement): (Schema, Statement<Data>),
        agenda: &mut Agenda,
    ) -> Answer {
        let now = agenda.now;
        let Some(server) = self.keeper.pg_mut() else {
            return Answer::Closed(Closing::Unheard);
        };
        server.database.expire(now);
        if !server.database.has_session(connection) {
            return Answer::Closed(Closing::Unheard);
        }
        let stored = statement.stores().filter(|_| schema == Schema::States);
        let stored = stored.map(version);
        let locks = server.database.locks(now);
        let ended: Vec<SessionId> = statement.ends(locks);
        let rows = server.database.execute(connection, schema, statement, now);
        // A client that is gone has sent this before it went.
        if !self.run(run).is_alive() {
            self.lose_connection(Some(connection), ServerSide::Sees, now);
        }
        if let Some(version) = stored {
            self.record(now, Actor::Service, || BlobFact::Stored {
                version,
                by: run,
            });
            self.track_kept(Some(self.writer(run)));
        }
        for session in ended.iter().filter(|session| **session != connection) {
            self.close_from_server(*session, agenda);
        }
        // Whoever ends the own session is told so in the answer.
        if ended.contains(&connection) {
            self.lose_connection(Some(connection), ServerSide::Sees, now);
            return Answer::Refused(Refusal::AdminShutdown.into());
        }
        Answer::Success(Success::Sql(SqlSuccess::Rows(rows)))
    }

    /// A session has ended at the server, which closes its connection: the client learns of it if the
    /// connection carries that.
    fn close_from_server(&mut self, session: SessionId, agenda: &mut Agenda) {
        let Some(server) = self.keeper.pg_mut() else {
            return;
        };
        server.database.end(session);
        if server.get(session).is_some_and(|known| known.carries) {
            self.close_at_client(session, Ending::Closed, agenda);
        }
    }

    /// The client's end of a connection ends: whoever waits on it learns of it now.
    fn close_at_client(&mut self, connection: ConnectionId, how: Ending, agenda: &mut Agenda) {
        if let Some(known) = { self.keeper.pg_mut() }.and_then(|server| server.get_mut(connection))
        {
            known.is_open = false;
        }
        self.end_messages_on(connection, how, agenda);
    }

    /// A run has ended: its machine closes its connections, and the server sees that where it can.
    pub(super) fn leave_sessions(&mut self, run: RunId, now: SimTime) {
        let Some(server) = self.keeper.pg() else {
            return;
        };
        let own = server.numbered().filter(|(_, known)| known.run == run);
        let own: Vec<(ConnectionId, Connection)> = own.filter(|(_, known)| known.is_open).collect();
        for (connection, known) in own {
            let link = self
                .faults
                .links
                .get(known.operator, Peer::State, Way::Outward);
            let reaches = known.carries && link.value == LinkState::Up;
            if !reaches {
                self.faults.ledger.feel(link.by);
            }
            // What was sent before arrives before the end does.
            let is_awaited = reaches && self.network.is_outward(connection);
            if let (Some(server), false) = (self.keeper.pg_mut(), is_awaited) {
                let side = if reaches {
                    ServerSide::Sees
                } else {
                    ServerSide::Keeps
                };
                server.lose(connection, side, now);
            }
        }
    }

    /// The link of an operator's machine is cut: its connections are reset at both ends.
    pub(super) fn reset_connections_of(&mut self, operator: OperatorId, now: SimTime) {
        let Some(server) = self.keeper.pg_mut() else {
            return;
        };
        let theirs = server.numbered();
        let theirs: Vec<ConnectionId> = theirs
            .filter(|(_, known)| known.operator == operator && known.is_open)
            .map(|(connection, _)| connection)
            .collect();
        for connection in theirs {
            server.lose(connection, ServerSide::Sees, now);
        }
    }

    /// Hands on the row, on sessions and on connections.
    pub(super) fn change_database(&mut self, change: &StoreChange, agenda: &mut Agenda) -> Done {
        let now = agenda.now;
        let Some(server) = self.keeper.pg_mut() else {
            return Done::Idle(Idleness::NotLocal);
        };
        let database = &mut server.database;
        database.expire(now);
        let has_changed = match change {
            StoreChange::Delete => database.delete(Schema::States),
            StoreChange::Empty => database.put(Schema::States, Data::Empty),
            StoreChange::Content(text) => {
                database.put(Schema::States, Data::Text(Arc::clone(text)))
            }
            StoreChange::EndSession => {
                let mut holders: Vec<SessionId> =
                    database.locks(now).map(|(_, session)| session).collect();
                holders.dedup();
                let has_any = !holders.is_empty();
                for session in holders {
                    self.close_from_server(session, agenda);
                }
                has_any
            }
            StoreChange::Restart => {
                let all: Vec<SessionId> = database.sessions().collect();
                let has_any = !all.is_empty();
                for session in all {
                    self.close_from_server(session, agenda);
                }
                has_any
            }
            StoreChange::Connections { of, change } => {
                self.change_connections(*of, *change, agenda)
            }
            StoreChange::Room(_)
            | StoreChange::Access { .. }
            | StoreChange::OccupyState
            | StoreChange::OccupyBackup
            | StoreChange::RemoveLockInfo
            | StoreChange::LockInfo(_)
            | StoreChange::LockInfoContent(_)
            | StoreChange::Restore(_)
            | StoreChange::RemoveLockItem
            | StoreChange::LockItemContent(_)
            | StoreChange::LockItem(_)
            | StoreChange::FitDigest
            | StoreChange::RemoveDigest
            | StoreChange::DigestContent(_) => false,
        };
        if !has_changed {
            return Done::Idle(Idleness::StoreUnchanged);
        }
        self.record(now, Actor::Scenario, || {
            MachineFact::StateFileHandled(change.clone())
        });
        self.track_kept(None);
        Done::Acted
    }

    /// Something happens to the connections that are open now. Returns whether there are any.
    fn change_connections(
        &mut self,
        of: Option<OperatorId>,
        change: ConnectionChange,
        agenda: &mut Agenda,
    ) -> bool {
        let now = agenda.now;
        let Some(server) = self.keeper.pg() else {
            return false;
        };
        let is_struck = |known: &Connection| {
            let is_theirs = of.is_none_or(|of| of == known.operator);
            known.is_open && is_theirs
        };
        let struck = server.numbered().filter(|(_, known)| is_struck(known));
        let struck: Vec<ConnectionId> = struck.map(|(connection, _)| connection).collect();
        for connection in &struck {
            match change {
                ConnectionChange::Blackhole => {
                    self.blackhole_connection(Some(*connection));
                    self.swallow_messages_on(*connection, agenda);
                }
                ConnectionChange::End(ConnectionEnd { how, server }) => {
                    self.lose_connection(Some(*connection), server, now);
                    self.end_messages_on(*connection, how, agenda);
                }
            }
        }
        !struck.is_empty()
    }

    /// The state that another schema has.
    pub(super) fn observe_other_schema(&self) -> Option<Arc<StateFile>> {
        match self.keeper.pg()?.database.data(Schema::Other)? {
            Data::State(file) => Some(Arc::clone(file)),
            Data::Empty | Data::Text(_) => None,
        }
    }

    /// The advisory locks, and whose sessions have them.
    pub(super) fn observe_sessions(&self, now: SimTime) -> Vec<SessionLock> {
        let Some(server) = self.keeper.pg() else {
            return Vec::new();
        };
        let locks = server.database.locks(now);
        let locks = locks.filter_map(|(key, session)| {
            let known = server.get(session)?;
            let is_left = server.database.is_left(session);
            Some(SessionLock {
                key,
                session,
                run: known.run,
                operator: known.operator,
                is_connected: known.is_open && !is_left && self.run(known.run).is_alive(),
            })
        });
        locks.collect()
    }

    /// Whose session holds a lock that matters to the state.
    pub(super) fn observe_session_lock(
        &self,
        _server: &Server,
        now: SimTime,
    ) -> (LockObservation, Option<LockInfo>, Option<RunId>) {
        let locks = self.observe_sessions(now);
        let nobodys = locks.iter().find(|lock| !lock.is_connected);
        // Whoever tries takes one key for a moment while another one is held.
        let has_learned = |lock: &&SessionLock| match &self.run(lock.run).runner {
            Runner::Terraform(process) => process.held().is_some(),
            Runner::Az(_)
            | Runner::Aws(_)
            | Runner::Psql(_)
            | Runner::Gcloud(_)
            | Runner::Curl(_)
            | Runner::Shell(_)
            | Runner::Instant => false,
        };
        let lock = nobodys
            .or_else(|| locks.iter().find(has_learned))
            .or(locks.first());
        let holder = lock.map(|lock| lock.run);
        let is_left = nobodys.is_some();
        (LockObservation::Session { holder, is_left }, None, holder)
    }
}
