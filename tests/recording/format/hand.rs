//! What hands do, at the place of the state and beside it.
//!
//! Whose hand it is matters only where something of that actor's is meant.

use serde::Deserialize;
use serde_json::Value;

use super::{How, Side};

/// What is done by hand in a bucket or a table.
#[derive(Debug, Clone, Deserialize)]
#[serde(tag = "do", rename_all = "snake_case", deny_unknown_fields)]
pub(crate) enum ObjectHand {
    DeleteStateObject {},
    OverwriteStateObject { content: String },
    DeleteLockObject {},
    OverwriteLockObject { content: String },
    DeleteLockItem {},
    OverwriteLockItem { info: String },
    DeleteDigestItem {},
    OverwriteDigestItem { value: String },
}

/// What is done by hand at the place of the state, or looked at there.
#[derive(Debug, Clone, Deserialize)]
#[serde(tag = "do", rename_all = "snake_case", deny_unknown_fields)]
pub(crate) enum Hand {
    DeleteState {
        #[serde(rename = "actor")]
        _actor: Option<String>,
    },
    OverwriteState {
        content: String,
        #[serde(rename = "actor")]
        _actor: Option<String>,
    },
    #[serde(rename = "remove_lock_by_hand")]
    RemoveLock {
        #[serde(rename = "actor")]
        _actor: Option<String>,
    },
    WriteEmptyFile {
        actor: String,
        path: String,
    },
    SmallDisk {
        #[serde(rename = "at")]
        _at: DiskPlace,
        #[serde(rename = "size")]
        _size: Value,
        #[serde(rename = "actor")]
        _actor: Option<String>,
    },
    DiskFull {
        at: DiskPlace,
        actor: Option<String>,
    },
    DiskFreed {
        #[serde(rename = "at")]
        _at: Option<DiskPlace>,
        #[serde(rename = "actor")]
        _actor: Option<String>,
    },
    Chmod {
        path: String,
        mode: String,
        #[serde(rename = "actor")]
        _actor: Option<String>,
    },
    BackupNotWritable {
        #[serde(rename = "actor")]
        _actor: Option<String>,
    },
    StatePathOccupied {
        #[serde(rename = "actor")]
        _actor: Option<String>,
    },
    WriteLockInfo {
        id: String,
        #[serde(default, rename = "content")]
        _content: Option<String>,
        #[serde(rename = "actor")]
        _actor: Option<String>,
    },
    OverwriteLockInfo {
        #[serde(default)]
        id: Option<String>,
        #[serde(default)]
        content: Option<String>,
        #[serde(rename = "actor")]
        _actor: Option<String>,
    },
    BackendOption {
        actor: String,
        schema_name: Option<String>,
    },
    /// Whose it says is where the proxy stands: it cuts all.
    ConnectionsCut {
        side: Side,
        how: How,
        #[serde(rename = "actor")]
        _actor: Option<String>,
    },
    ConnectionsBlackhole {
        #[serde(rename = "actor")]
        _actor: Option<String>,
    },
    PgTerminateBackend {
        #[serde(rename = "actor")]
        _actor: Option<String>,
    },
    ListFiles {
        files: Vec<String>,
        #[serde(rename = "actor")]
        _actor: Option<String>,
    },
}

/// As whom a command runs: as root, whom no permissions bind, unless it says otherwise.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum User {
    Root,
    Unprivileged,
}

/// Where a small disk is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Deserialize)]
pub(crate) enum DiskPlace {
    #[serde(rename = "state")]
    State,
    #[serde(rename = "working directory")]
    WorkingDirectory,
}
