//! Fault rules: what strikes a single request or a single operation of a provider.

use schemars::JsonSchema;
use serde::Deserialize;

use crate::kernel::{Ratio, SimDuration};
use crate::service::Refusal;
use crate::terraform::{OperationKind, OperatorId, RequestKind, ResourceId, RunId};

/// Which requests a rule strikes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum RequestName {
    /// `any`
    Any,
    /// One kind.
    Kind(RequestKind),
}

/// How a connection ends, and who sees it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ConnectionEnd {
    /// What the client sees.
    pub how: Ending,
    /// What the server sees.
    pub server: ServerSide,
}

impl ConnectionEnd {
    /// It is closed at both ends.
    pub const CLOSED: Self = Self {
        how: Ending::Closed,
        server: ServerSide::Sees,
    };
    /// It is reset at both ends.
    pub const RESET: Self = Self {
        how: Ending::Reset,
        server: ServerSide::Sees,
    };
}

/// What the client sees of a connection that ends.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Ending {
    /// An end in good order.
    Closed,
    /// A reset.
    Reset,
}

/// What the server sees of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ServerSide {
    /// That it ends.
    Sees,
    /// Nothing: it keeps the session.
    Keeps,
}

/// What becomes of a request that a rule strikes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum RequestEffect {
    /// `lose: request`: the connection is reset and the service never sees the request.
    LoseRequest(ConnectionEnd),
    /// `lose: answer`: the service does it, and the connection is reset before the answer.
    LoseAnswer(ConnectionEnd),
    /// `hang: true`: never answered, and the service never sees it.
    Hang,
    /// `delay: { request: 5s }`
    DelayRequest(SimDuration),
    /// `delay: { answer: 5s }`
    DelayAnswer(SimDuration),
    /// `answer: 503 ServerBusy`: answered without reaching the service.
    Answer(Refusal),
}

/// How an operation fails. Updates and deletions can only fail `before`, `throttled` or by a
/// `crash`; the other modes strike them without effect.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum FailMode {
    /// `before`: the cloud refuses; nothing exists.
    Before,
    /// `after_with_id`: the object exists, the provider returns its ID and an error: tainted.
    AfterWithId,
    /// `after_without_id`: the object exists, the provider returns nothing: an orphan.
    AfterWithoutId,
    /// `crash`: the provider dies; the object exists if the cloud had accepted it.
    Crash,
    /// `throttled`: the cloud answers 429 until the operation's time is up; then as `before`.
    Throttled,
}

/// A rule: which requests or operations it strikes, and what becomes of them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum FaultRule {
    /// Strikes requests to the blob service.
    Request {
        /// `request`
        name: RequestName,
        /// `of`: only this operator's.
        of: Option<OperatorId>,
        /// `during`: only while this run is the phase: the run that started last, unless a
        /// `phase` step says otherwise.
        during: Option<RunId>,
        /// `nth`: from the first to the last one struck. With `during`, requests of one name
        /// are counted in that phase over all operators; without, those that match the rule are
        /// counted since it became active.
        nth: Option<(u64, u64)>,
        /// `chance`: drawn from a stream of the rule's own.
        chance: Option<Ratio>,
        /// What becomes of the request.
        effect: RequestEffect,
    },
    /// Strikes the provider's operations.
    Operation {
        /// `operation`: none for `any`.
        kind: Option<OperationKind>,
        /// `resource`: none for any.
        resource: Option<ResourceId>,
        /// `of`: only this operator's.
        of: Option<OperatorId>,
        /// `nth`: counted since the rule became active.
        nth: Option<(u64, u64)>,
        /// `chance`
        chance: Option<Ratio>,
        /// `fail`
        fail: FailMode,
    },
}
