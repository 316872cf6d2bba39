//! A database: tables of states, sessions, and their advisory locks.
//!
//! | statement | does |
//! |---|---|
//! | schema check | says whether there is the schema |
//! | create schema, sequence, table, index | make them where there are none |
//! | list | names the workspaces beside the one that is always there: none |
//! | try lock | where there is a row, tries its lock and the creation key's at once |
//! | try lock create | tries the creation key |
//! | select | the row's data, if there is one |
//! | upsert | writes the row; a new one gets the next ID of the whole database |
//! | unlock | frees a lock that the session has; of another's it says *false* |
//!
//! A lock is the session's and is counted: who takes it twice has to free it twice. It ends with the
//! session. A session of which the server does not see that its client is gone lasts until TCP keepalive
//! finds out: by default after 2 h, and nine probes 75 s apart.

use std::collections::{BTreeMap, BTreeSet};

use crate::kernel::{SimDuration, SimTime};

/// How long the server keeps a session whose client is gone without its knowledge.
pub const KEEPALIVE: SimDuration = SimDuration::from_seconds(2 * 60 * 60 + 9 * 75);

/// A session, by the number of its server process.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct SessionId(pub u32);

/// A schema with a table of states.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Schema {
    /// The one that the state is in.
    States,
    /// Another one of the same database.
    Other,
}

/// What an advisory lock is on.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum LockKey {
    /// −1: whoever makes a row, in any schema of the database.
    Creation,
    /// The row with this ID.
    Row(u32),
}

impl LockKey {
    /// The upper half of the key, as `pg_locks` has it.
    pub const fn classid(self) -> u32 {
        match self {
            Self::Creation => u32::MAX,
            Self::Row(_) => 0,
        }
    }

    /// The lower half.
    pub const fn objid(self) -> u32 {
        match self {
            Self::Creation => u32::MAX,
            Self::Row(id) => id,
        }
    }
}

/// Which advisory locks of `pg_locks` are meant: all, but for what is named.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct LockFilter {
    /// The upper half of the key.
    pub classid: Option<u32>,
    /// The lower half of the key.
    pub objid: Option<u32>,
    /// The number of the session's server process.
    pub pid: Option<u32>,
}

impl LockFilter {
    /// Whether a lock is meant.
    pub fn fits(self, key: LockKey, session: SessionId) -> bool {
        self.classid.is_none_or(|id| id == key.classid())
            && self.objid.is_none_or(|id| id == key.objid())
            && self.pid.is_none_or(|pid| pid == session.0)
    }
}

/// A statement, as the client sends it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Statement<D> {
    /// `SELECT count(1) FROM information_schema.schemata …`
    SchemaCheck,
    /// `CREATE SCHEMA IF NOT EXISTS …`
    CreateSchema,
    /// `CREATE SEQUENCE IF NOT EXISTS …`
    CreateSequence,
    /// `CREATE TABLE IF NOT EXISTS …`
    CreateTable,
    /// `CREATE UNIQUE INDEX IF NOT EXISTS …`
    CreateIndex,
    /// `SELECT name FROM states WHERE name != 'default' …`
    List,
    /// `SELECT id, pg_try_advisory_lock(id), pg_try_advisory_lock(-1) FROM states …`
    TryLock,
    /// `SELECT pg_try_advisory_lock(-1)`
    TryLockCreate,
    /// `SELECT data FROM states …`
    SelectState,
    /// `INSERT INTO states … ON CONFLICT … DO UPDATE …`
    UpsertState(D),
    /// `SELECT pg_advisory_unlock(…)`
    Unlock(LockKey),
    /// `SELECT … FROM pg_locks WHERE locktype = 'advisory'`
    SelectLocks(LockFilter),
    /// `SELECT pg_terminate_backend(…)`
    TerminateBackend(SessionId),
    /// `SELECT pg_terminate_backend(pid) FROM pg_locks WHERE locktype = 'advisory' …`
    TerminateHolders(LockFilter),
}

impl<D> Statement<D> {
    /// What it stores.
    pub const fn stores(&self) -> Option<&D> {
        if let Self::UpsertState(data) = self {
            Some(data)
        } else {
            None
        }
    }

    /// The sessions that it ends, where these locks are held.
    pub fn ends(&self, locks: impl Iterator<Item = (LockKey, SessionId)>) -> Vec<SessionId> {
        if let Self::TerminateBackend(session) = self {
            return vec![*session];
        }
        let Self::TerminateHolders(filter) = self else {
            return Vec::new();
        };
        let fitting = locks.filter(|(key, session)| filter.fits(*key, *session));
        fitting.map(|(_, session)| session).collect()
    }
}

/// What a statement brings.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Rows<D> {
    /// It was done.
    Done,
    /// Of a function that says true or false, or of a question.
    Bool(bool),
    /// Of a try lock: there is no row; of a list: nor is there.
    NoRow,
    /// Of a try lock: the row, whether its lock was got, and whether the creation key was.
    Tried {
        /// The row's lock.
        row: LockKey,
        /// Whether it was got.
        got_row: bool,
        /// Whether the creation key was.
        got_creation: bool,
    },
    /// The row's data; `None` where there is no row.
    Data(Option<D>),
    /// The locks that are held, and by which sessions.
    Locks(Vec<(LockKey, SessionId)>),
    /// Of each lock whose session was to be ended: whether it was there.
    Ended(Vec<bool>),
}

impl<D> Rows<D> {
    /// Whether there are any: they come before the word that the statement is done.
    pub const fn are_any(&self) -> bool {
        match self {
            Self::Done | Self::NoRow | Self::Data(None) => false,
            Self::Locks(locks) => !locks.is_empty(),
            Self::Ended(ended) => !ended.is_empty(),
            Self::Bool(_) | Self::Tried { .. } | Self::Data(Some(_)) => true,
        }
    }
}

/// A row of a table of states.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Row<D> {
    id: u32,
    data: D,
}

/// What the server knows of a session.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Session {
    /// Its client is there.
    Connected,
    /// Its client is gone since then, and the server has not seen it.
    Left(SimTime),
}

/// A lock that is held.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Held {
    session: SessionId,
    count: u32,
}

/// A [database](self).
#[derive(Debug, Clone)]
pub struct Database<D> {
    schemas: BTreeSet<Schema>,
    rows: BTreeMap<Schema, Row<D>>,
    /// What the sequence has given out last.
    last_id: u32,
    sessions: BTreeMap<SessionId, Session>,
    locks: BTreeMap<LockKey, Held>,
}

impl<D> Default for Database<D> {
    fn default() -> Self {
        Self {
            schemas: BTreeSet::new(),
            rows: BTreeMap::new(),
            last_id: 0,
            sessions: BTreeMap::new(),
            locks: BTreeMap::new(),
        }
    }
}

impl<D: Clone + PartialEq> Database<D> {
    /// A session begins.
    pub fn connect(&mut self, session: SessionId) {
        let old = self.sessions.insert(session, Session::Connected);
        assert!(old.is_none(), "a session's number is its own");
    }

    /// The client of a session is gone, and the server does not see it.
    pub fn leave(&mut self, session: SessionId, now: SimTime) {
        if let Some(known) = self.sessions.get_mut(&session) {
            *known = Session::Left(now);
        }
    }

    /// A session ends, and its locks with it. Returns whether there was one.
    pub fn end(&mut self, session: SessionId) -> bool {
        self.locks.retain(|_, held| held.session != session);
        self.sessions.remove(&session).is_some()
    }

    /// Ends the sessions of which TCP keepalive has found out by now.
    pub fn expire(&mut self, now: SimTime) {
        let is_over = |session: &Session| match session {
            Session::Connected => false,
            Session::Left(since) => *since + KEEPALIVE <= now,
        };
        let over: Vec<SessionId> = { self.sessions.iter() }
            .filter(|(_, session)| is_over(session))
            .map(|(id, _)| *id)
            .collect();
        for session in over {
            self.end(session);
        }
    }

    /// Whether there is the session.
    pub fn has_session(&self, session: SessionId) -> bool {
        self.sessions.contains_key(&session)
    }

    /// Whether the server keeps a session whose client is gone.
    pub fn is_left(&self, session: SessionId) -> bool {
        matches!(self.sessions.get(&session), Some(Session::Left(_)))
    }

    /// The sessions, in the order in which they began.
    pub fn sessions(&self) -> impl Iterator<Item = SessionId> {
        self.sessions.keys().copied()
    }

    /// The locks that are held, and by which sessions, at this instant.
    pub fn locks(&self, now: SimTime) -> impl Iterator<Item = (LockKey, SessionId)> {
        let is_held = move |held: &Held| match self.sessions.get(&held.session) {
            Some(Session::Left(since)) => *since + KEEPALIVE > now,
            Some(Session::Connected) => true,
            None => false,
        };
        let held = self.locks.iter().filter(move |(_, held)| is_held(held));
        held.map(|(key, held)| (*key, held.session))
    }

    /// The data of a schema's row.
    pub fn data(&self, schema: Schema) -> Option<&D> {
        self.rows.get(&schema).map(|row| &row.data)
    }

    /// The ID of a schema's row.
    pub fn row_id(&self, schema: Schema) -> Option<u32> {
        self.rows.get(&schema).map(|row| row.id)
    }

    /// Writes the row of a schema by hand: what is not there is made. Returns whether that changed
    /// anything.
    pub fn put(&mut self, schema: Schema, data: D) -> bool {
        if self.data(schema) == Some(&data) {
            return false;
        }
        self.schemas.insert(schema);
        self.upsert(schema, data);
        true
    }

    /// Deletes the row of a schema by hand. Returns whether there was one.
    pub fn delete(&mut self, schema: Schema) -> bool {
        self.rows.remove(&schema).is_some()
    }

    /// Does what a session asks.
    pub fn execute(
        &mut self,
        session: SessionId,
        schema: Schema,
        statement: Statement<D>,
        now: SimTime,
    ) -> Rows<D> {
        self.expire(now);
        match statement {
            Statement::SchemaCheck => Rows::Bool(self.schemas.contains(&schema)),
            Statement::CreateSchema => {
                self.schemas.insert(schema);
                Rows::Done
            }
            Statement::CreateSequence | Statement::CreateTable | Statement::CreateIndex => {
                Rows::Done
            }
            Statement::List => Rows::NoRow,
            Statement::TryLock => match self.row_id(schema) {
                None => Rows::NoRow,
                Some(id) => Rows::Tried {
                    row: LockKey::Row(id),
                    got_row: self.try_lock(LockKey::Row(id), session),
                    got_creation: self.try_lock(LockKey::Creation, session),
                },
            },
            Statement::TryLockCreate => Rows::Bool(self.try_lock(LockKey::Creation, session)),
            Statement::SelectState => Rows::Data(self.data(schema).cloned()),
            Statement::UpsertState(data) => {
                self.upsert(schema, data);
                Rows::Done
            }
            Statement::Unlock(key) => Rows::Bool(self.unlock(key, session)),
            Statement::SelectLocks(filter) => Rows::Locks(self.held(filter, now)),
            Statement::TerminateBackend(other) => Rows::Bool(self.end(other)),
            Statement::TerminateHolders(filter) => {
                let held = self.held(filter, now);
                // The locks were looked at before the first session ended.
                for (_, holder) in &held {
                    self.end(*holder);
                }
                Rows::Ended(vec![true; held.len()])
            }
        }
    }

    fn held(&self, filter: LockFilter, now: SimTime) -> Vec<(LockKey, SessionId)> {
        let held = self.locks(now);
        held.filter(|(key, session)| filter.fits(*key, *session))
            .collect()
    }

    /// The sequence is asked for each row that might be a new one.
    fn upsert(&mut self, schema: Schema, data: D) {
        self.last_id += 1;
        let id = self.last_id;
        match self.rows.get_mut(&schema) {
            Some(row) => row.data = data,
            None => {
                self.rows.insert(schema, Row { id, data });
            }
        }
    }

    fn try_lock(&mut self, key: LockKey, session: SessionId) -> bool {
        let held = self.locks.entry(key).or_insert(Held { session, count: 0 });
        if held.session != session {
            return false;
        }
        held.count += 1;
        true
    }

    fn unlock(&mut self, key: LockKey, session: SessionId) -> bool {
        let Some(held) = self.locks.get_mut(&key) else {
            return false;
        };
        if held.session != session {
            return false;
        }
        held.count -= 1;
        if held.count == 0 {
            self.locks.remove(&key);
        }
        true
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const ONE: SessionId = SessionId(1);
    const TWO: SessionId = SessionId(2);
    const NOW: SimTime = SimTime::ZERO;

    fn database() -> Database<&'static str> {
        let mut database = Database::default();
        database.connect(ONE);
        database.connect(TWO);
        database
    }

    fn ask(
        database: &mut Database<&'static str>,
        session: SessionId,
        statement: Statement<&'static str>,
    ) -> Rows<&'static str> {
        database.execute(session, Schema::States, statement, NOW)
    }

    #[test]
    fn a_lock_ends_with_its_session_and_no_sooner() {
        let mut database = database();
        let create = || Statement::TryLockCreate;
        assert_eq!(ask(&mut database, ONE, create()), Rows::Bool(true));
        assert_eq!(ask(&mut database, TWO, create()), Rows::Bool(false));
        let free = Statement::Unlock(LockKey::Creation);
        assert_eq!(ask(&mut database, TWO, free), Rows::Bool(false));
        database.leave(ONE, NOW);
        assert_eq!(ask(&mut database, TWO, create()), Rows::Bool(false));
        let before = NOW + SimDuration::from_ms(KEEPALIVE.as_ms() - 1);
        assert_eq!(database.locks(before).count(), 1);
        assert_eq!(database.locks(NOW + KEEPALIVE).count(), 0);
        assert!(database.end(ONE));
        assert_eq!(ask(&mut database, TWO, create()), Rows::Bool(true));
    }

    #[test]
    fn a_lock_that_was_taken_twice_is_freed_twice() {
        let mut database = database();
        let free = || Statement::Unlock(LockKey::Creation);
        ask(&mut database, ONE, Statement::TryLockCreate);
        ask(&mut database, ONE, Statement::TryLockCreate);
        assert_eq!(ask(&mut database, ONE, free()), Rows::Bool(true));
        assert_eq!(
            ask(&mut database, TWO, Statement::TryLockCreate),
            Rows::Bool(false)
        );
        assert_eq!(ask(&mut database, ONE, free()), Rows::Bool(true));
        assert_eq!(ask(&mut database, ONE, free()), Rows::Bool(false));
    }

    #[test]
    fn the_creation_key_is_the_whole_databases() {
        let mut database = database();
        ask(&mut database, ONE, Statement::TryLockCreate);
        database.put(Schema::Other, "state");
        let tried = database.execute(TWO, Schema::Other, Statement::TryLock, NOW);
        let expected = Rows::Tried {
            row: LockKey::Row(1),
            got_row: true,
            got_creation: false,
        };
        assert_eq!(tried, expected);
    }

    #[test]
    fn a_row_that_was_deleted_comes_back_with_another_id() {
        let mut database = database();
        ask(&mut database, ONE, Statement::UpsertState("one"));
        ask(&mut database, ONE, Statement::UpsertState("two"));
        assert_eq!(database.row_id(Schema::States), Some(1));
        assert!(database.delete(Schema::States));
        ask(&mut database, ONE, Statement::UpsertState("three"));
        assert_eq!(database.row_id(Schema::States), Some(3));
    }

    #[test]
    fn nothing_ties_a_save_to_a_lock() {
        let mut database = database();
        ask(&mut database, ONE, Statement::TryLockCreate);
        let saved = ask(&mut database, TWO, Statement::UpsertState("two"));
        assert_eq!(saved, Rows::Done);
        assert_eq!(database.data(Schema::States), Some(&"two"));
    }
}
