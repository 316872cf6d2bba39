//! `PostgreSQL`, as far as whoever keeps a state there meets it.
//!
//! | part | promises |
//! |---|---|
//! | [`database`] | a table of states in each schema, sessions, and advisory locks that belong to sessions |
//!
//! A lock is a session's: it ends when the server sees the session's connection end, and no sooner.
//! Nothing ties a statement that stores a state to a lock.
//! From `PostgreSQL`'s documentation, and measured with `PostgreSQL` 15 behind a proxy.

pub mod database;
mod refusal;

pub use database::{Database, LockFilter, LockKey, Rows, Schema, SessionId, Statement};
pub use refusal::{Refusal, Severity};
