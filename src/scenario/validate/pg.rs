//! What only a state in a database has: schemas, sessions, connections.

use super::Checker;
use crate::scenario::document::Node;
use crate::scenario::raw::RawOwnBackend;
use crate::scenario::raw::fault::ConnectionWord;
use crate::scenario::raw::step::{RawConnectionChange, RawStoreChange};
use crate::scenario::{ConnectionChange, ConnectionEnd, Ending, ServerSide, StoreChange, Verb};
use crate::service::postgres::Schema;
use crate::terraform::Backend;

/// The schema of the table of states, unless a configuration says otherwise.
const SCHEMA: &str = "terraform_remote_state";

impl ConnectionWord {
    /// How the connection ends, and who sees it.
    pub(super) const fn end(self) -> ConnectionEnd {
        let (how, server) = match self {
            Self::Closed => (Ending::Closed, ServerSide::Sees),
            Self::Reset => (Ending::Reset, ServerSide::Sees),
            Self::HalfOpen => (Ending::Closed, ServerSide::Keeps),
            Self::HalfOpenReset => (Ending::Reset, ServerSide::Keeps),
        };
        ConnectionEnd { how, server }
    }
}

impl RawConnectionChange {
    const fn change(self) -> ConnectionChange {
        ConnectionChange::End(match self {
            Self::Blackhole => return ConnectionChange::Blackhole,
            Self::Closed => ConnectionWord::Closed.end(),
            Self::Reset => ConnectionWord::Reset.end(),
            Self::HalfOpen => ConnectionWord::HalfOpen.end(),
            Self::HalfOpenReset => ConnectionWord::HalfOpenReset.end(),
        })
    }
}

impl Checker<'_, '_> {
    /// The schema that an operator's own configuration has.
    pub(super) fn own_schema(&mut self, at: &Node<'_>, own: &RawOwnBackend) -> Option<Backend> {
        let reason = "belongs to the backend s3";
        self.refuse_keys(at, &["use_lockfile", "dynamodb_table"], reason)?;
        let name = own.schema_name.as_ref()?;
        let schema = if name.0 == SCHEMA {
            Schema::States
        } else {
            Schema::Other
        };
        Some(Backend::Pg { schema })
    }

    /// Hands on the row, on sessions and on connections.
    pub(super) fn row_store(&mut self, at: &Node<'_>, raw: RawStoreChange) -> Option<Verb> {
        let change = match raw {
            RawStoreChange::Delete => StoreChange::Delete,
            RawStoreChange::Empty => StoreChange::Empty,
            RawStoreChange::Content(text) => StoreChange::Content(text.0.into()),
            RawStoreChange::EndSession => StoreChange::EndSession,
            RawStoreChange::Restart => StoreChange::Restart,
            RawStoreChange::Connections(raw) => {
                let at = at.field("connections").field("of");
                let of = match &raw.of {
                    None => None,
                    Some(name) => Some(self.operator(at, &name.0)?),
                };
                let change = raw.change.change();
                StoreChange::Connections { of, change }
            }
            RawStoreChange::Restore(_)
            | RawStoreChange::Disk(_)
            | RawStoreChange::Access(_)
            | RawStoreChange::Occupied(_)
            | RawStoreChange::LockInfo(_)
            | RawStoreChange::LockItem(_)
            | RawStoreChange::Digest(_) => {
                let message = "a row has no versions, and no file or object is beside it";
                let help = "write `delete`, `empty`, `content`, `end_session`, `restart` or \
                            `connections`";
                self.diagnostics
                    .error_help(at, message, Some(help.to_owned()));
                return None;
            }
        };
        Some(Verb::Store(change))
    }
}
