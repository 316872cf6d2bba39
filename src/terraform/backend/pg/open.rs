//! The opening: schema, sequence, table and index are seen to, and the workspaces listed.

use super::transport::{SqlError, SqlRows, SqlStatement};
use crate::service::postgres::{Rows, Statement};
use crate::terraform::diagnostic::Cause;

/// An [opening](self).
#[derive(Debug, Clone)]
pub struct Open {
    stage: Stage,
    /// Whether the workspaces are listed at its end.
    lists: bool,
}

#[derive(Debug, Clone, Copy)]
enum Stage {
    Check,
    Schema,
    Sequence,
    Table,
    Index,
    List,
}

impl Open {
    pub(super) const fn begin(is_configured: bool, lists: bool) -> (Self, SqlStatement) {
        let (stage, statement) = if is_configured {
            (Stage::List, Statement::List)
        } else {
            (Stage::Check, Statement::SchemaCheck)
        };
        (Self { stage, lists }, statement)
    }

    /// What comes next, if anything does; or why not, and whether that was before the backend was
    /// configured.
    pub(super) fn resume(
        &mut self,
        result: Result<SqlRows, SqlError>,
    ) -> Result<Option<SqlStatement>, (bool, Cause)> {
        let is_configuring = !matches!(self.stage, Stage::List);
        let rows = result.map_err(|error| (is_configuring, error.into()))?;
        let (stage, statement) = match (self.stage, rows) {
            (Stage::Check, Rows::Bool(false)) => (Stage::Schema, Statement::CreateSchema),
            (Stage::Check | Stage::Schema, _) => (Stage::Sequence, Statement::CreateSequence),
            (Stage::Sequence, _) => (Stage::Table, Statement::CreateTable),
            (Stage::Table, _) => (Stage::Index, Statement::CreateIndex),
            (Stage::Index, _) if self.lists => (Stage::List, Statement::List),
            (Stage::Index | Stage::List, _) => return Ok(None),
        };
        self.stage = stage;
        Ok(Some(statement))
    }
}
