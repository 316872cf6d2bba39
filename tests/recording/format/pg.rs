//! What only recordings of the backend pg have.

use serde::Deserialize;

/// Who sees a connection end.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Side {
    Both,
    Client,
}

/// How a connection ends.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum How {
    Fin,
    Rst,
}

/// An advisory lock.
#[derive(Debug, Clone, Deserialize)]
pub(crate) struct KeyRecord {
    /// `row` or `create`.
    pub(crate) key: String,
    pub(crate) actor: String,
}
