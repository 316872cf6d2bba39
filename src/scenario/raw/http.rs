//! The options of the backend http, as they are written.

use schemars::JsonSchema;
use serde::Deserialize;

/// An HTTP state server.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub(in super::super) enum ServerWord {
    /// It checks nothing but whether the lock is free: the usual hand-made one.
    Open,
    /// It checks the lock's ID at each save and unlock.
    Fenced,
    /// GitLab's: the same, and no serial comes twice.
    Gitlab,
}

/// What a configuration says of an address, where it is not the server's.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub(in super::super) enum AddressWord {
    /// There is none.
    None,
    /// There is one where nobody listens.
    Dead,
}

/// The method of a save.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "UPPERCASE")]
pub(in super::super) enum UpdateWord {
    /// `POST`
    Post,
    /// `PUT`
    Put,
}

/// The method of a request for the lock.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "UPPERCASE")]
pub(in super::super) enum MethodWord {
    /// `LOCK`
    Lock,
    /// `UNLOCK`
    Unlock,
    /// `POST`
    Post,
    /// `PUT`
    Put,
    /// `DELETE`
    Delete,
}
