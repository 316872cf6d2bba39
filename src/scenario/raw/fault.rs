//! Fault rules as they are written.

use schemars::JsonSchema;
use serde::Deserialize;

use super::super::fault::FailMode;
use super::scalar::{Answer, Chance, Duration, Nth, RequestText, Text, True};

/// A fault rule: of requests with `request`, of the provider's operations with `operation`.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(in super::super) struct RawRule {
    /// Which requests to the blob service it strikes, or `any`.
    pub(in super::super) request: Option<RequestText>,
    /// Which operations of the provider it strikes, or `any`.
    pub(in super::super) operation: Option<OperationWord>,
    /// Only this operator's.
    pub(in super::super) of: Option<Text>,
    /// Only while this run is the phase (requests).
    pub(in super::super) during: Option<Text>,
    /// Only this resource's (operations).
    pub(in super::super) resource: Option<Text>,
    /// Which ones in turn: `1`, `1..2` or `3..`.
    pub(in super::super) nth: Option<Nth>,
    /// With which chance: `1/20`.
    pub(in super::super) chance: Option<Chance>,
    /// Answered by the service without doing it: `503 ServerBusy`.
    pub(in super::super) answer: Option<Answer>,
    /// http: after how long the answer asks for another attempt (`Retry-After`).
    pub(in super::super) retry_after: Option<Duration>,
    /// http: what comes with the answer: a text, or JSON without the ID of a lock.
    pub(in super::super) body: Option<Text>,
    /// Which of the two messages is lost.
    pub(in super::super) lose: Option<LoseWord>,
    /// pg: how the connection ends over which the message is lost; `closed` by default.
    pub(in super::super) connection: Option<ConnectionWord>,
    /// `true`: never answered, and the service never sees it.
    pub(in super::super) hang: Option<True>,
    /// Which of the two messages comes late, and by how much.
    pub(in super::super) delay: Option<RawDelay>,
    /// How the operation fails.
    pub(in super::super) fail: Option<FailMode>,
}

/// The provider's operations.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub(in super::super) enum OperationWord {
    /// Creations.
    Create,
    /// Updates in place.
    Update,
    /// Deletions.
    Delete,
    /// All of them.
    Any,
}

/// The two messages of a request.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub(in super::super) enum LoseWord {
    /// The service never sees the request.
    Request,
    /// The service does it, and the answer is lost.
    Answer,
}

/// How a connection to a database ends.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub(in super::super) enum ConnectionWord {
    /// It is closed at both ends.
    Closed,
    /// It is reset at both ends.
    Reset,
    /// It is closed at the client's end, and the server keeps the session.
    HalfOpen,
    /// It is reset at the client's end, and the server keeps the session.
    HalfOpenReset,
}

/// A delay of one of the two messages of a request.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub(in super::super) enum RawDelay {
    /// The request comes late.
    Request(Duration),
    /// The answer comes late.
    Answer(Duration),
}

/// The next operation on a resource fails.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(in super::super) struct RawFailNext {
    /// The resource.
    pub(in super::super) resource: Text,
    /// How its next operation fails.
    pub(in super::super) fail: FailMode,
}
