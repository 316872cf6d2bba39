//! What only recordings of the backend s3 have.

use std::collections::BTreeMap;

use serde::Deserialize;

/// What locks a state in a bucket: for all, or for each actor.
#[derive(Debug, Clone, Deserialize)]
#[serde(untagged)]
pub(crate) enum Modes {
    One(Mode),
    Each(BTreeMap<String, Mode>),
}

/// What locks a state in a bucket.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
pub(crate) enum Mode {
    /// An object.
    L,
    /// An item.
    D,
    /// Both.
    B,
}
