//! The statuses of HTTP, and what a client may read of an answer that is one of them.
//!
//! The numbers and names are those of the registry of HTTP status codes; the texts say what they
//! mean to whoever keeps a state behind them.

use std::fmt;

use crate::service::refusal::refusals;

refusals! {
    /// A status. An answer with one is a value of the model, not an error of the program.
    Status

    /// 200: done; where a proxy says so, nothing was.
    Ok = 200 "OK"
        "done; where a proxy says so, nothing was";
    /// 201: stored, and new.
    Created = 201 "Created"
        "stored, and new";
    /// 202: taken note of, and perhaps done later.
    Accepted = 202 "Accepted"
        "taken note of, and perhaps done later";
    /// 203: done, and the answer is not the server's own.
    NonAuthoritativeInformation = 203 "NonAuthoritativeInformation"
        "done, and the answer is not the server's own";
    /// 204: done, and there is nothing to show.
    NoContent = 204 "NoContent"
        "done, and there is nothing to show";
    /// 205: done, and the form can be cleared.
    ResetContent = 205 "ResetContent"
        "done, and the form can be cleared";
    /// 206: a part of what is there.
    PartialContent = 206 "PartialContent"
        "a part of what is there";
    /// 301: the address is another one, and the answer does not say which.
    MovedPermanently = 301 "MovedPermanently"
        "the address is another one, and the answer does not say which";
    /// 302: for now the address is another one, and the answer does not say which.
    Found = 302 "Found"
        "for now the address is another one, and the answer does not say which";
    /// 303: the answer is elsewhere, and nobody says where.
    SeeOther = 303 "SeeOther"
        "the answer is elsewhere, and nobody says where";
    /// 304: as it was.
    NotModified = 304 "NotModified"
        "as it was";
    /// 307: as 302, with the same method.
    TemporaryRedirect = 307 "TemporaryRedirect"
        "for now the address is another one, for the same method, and the answer does not say which";
    /// 308: as 301, with the same method.
    PermanentRedirect = 308 "PermanentRedirect"
        "the address is another one, for the same method, and the answer does not say which";
    /// 400: the request can't be read.
    BadRequest = 400 "BadRequest"
        "the request can't be read";
    /// 401: the caller has not said who it is, or its token has expired.
    Unauthorized = 401 "Unauthorized"
        "the caller has not said who it is, or its token has expired";
    /// 402: somebody has to pay first.
    PaymentRequired = 402 "PaymentRequired"
        "somebody has to pay first";
    /// 403: the caller has no permission.
    Forbidden = 403 "Forbidden"
        "the caller has no permission";
    /// 404: there is nothing under the address.
    NotFound = 404 "NotFound"
        "there is nothing under the address";
    /// 405: the address does not know the method.
    MethodNotAllowed = 405 "MethodNotAllowed"
        "the address does not know the method";
    /// 406: nothing that the caller would accept.
    NotAcceptable = 406 "NotAcceptable"
        "nothing that the caller would accept";
    /// 407: a proxy wants to know who the caller is.
    ProxyAuthenticationRequired = 407 "ProxyAuthenticationRequired"
        "a proxy wants to know who the caller is";
    /// 408: the request did not come in time.
    RequestTimeout = 408 "RequestTimeout"
        "the request did not come in time";
    /// 409: held by somebody else; of a save, the ID is not that of the lock.
    Conflict = 409 "Conflict"
        "held by somebody else; of a save, the ID is not that of the lock";
    /// 410: there is nothing any more.
    Gone = 410 "Gone"
        "there is nothing any more";
    /// 411: the request does not say how long it is.
    LengthRequired = 411 "LengthRequired"
        "the request does not say how long it is";
    /// 412: a condition of the request does not hold.
    PreconditionFailed = 412 "PreconditionFailed"
        "a condition of the request does not hold";
    /// 413: the state is larger than something on the way allows.
    ContentTooLarge = 413 "ContentTooLarge"
        "the state is larger than something on the way allows";
    /// 414: the address is longer than something on the way allows.
    UriTooLong = 414 "UriTooLong"
        "the address is longer than something on the way allows";
    /// 415: the server takes no such content.
    UnsupportedMediaType = 415 "UnsupportedMediaType"
        "the server takes no such content";
    /// 416: there is no such part.
    RangeNotSatisfiable = 416 "RangeNotSatisfiable"
        "there is no such part";
    /// 417: the server does not do what is expected of it.
    ExpectationFailed = 417 "ExpectationFailed"
        "the server does not do what is expected of it";
    /// 418: short and stout.
    Teapot = 418 "Teapot"
        "short and stout";
    /// 421: the server is not the one that is meant.
    MisdirectedRequest = 421 "MisdirectedRequest"
        "the server is not the one that is meant";
    /// 422: GitLab: the serial was stored before, or there is none.
    UnprocessableEntity = 422 "UnprocessableEntity"
        "GitLab: the serial was stored before, or there is none";
    /// 423: held by somebody else.
    Locked = 423 "Locked"
        "held by somebody else";
    /// 424: something else failed first.
    FailedDependency = 424 "FailedDependency"
        "something else failed first";
    /// 425: the request might be a replay.
    TooEarly = 425 "TooEarly"
        "the request might be a replay";
    /// 426: the server wants another protocol.
    UpgradeRequired = 426 "UpgradeRequired"
        "the server wants another protocol";
    /// 428: the server wants a condition.
    PreconditionRequired = 428 "PreconditionRequired"
        "the server wants a condition";
    /// 429: the server throttles.
    TooManyRequests = 429 "TooManyRequests"
        "the server throttles";
    /// 431: the headers are too long.
    RequestHeaderFieldsTooLarge = 431 "RequestHeaderFieldsTooLarge"
        "the headers are too long";
    /// 451: a court has spoken.
    UnavailableForLegalReasons = 451 "UnavailableForLegalReasons"
        "a court has spoken";
    /// 500: the server failed; GitLab: the ID of a save is not that of the lock.
    InternalServerError = 500 "InternalServerError"
        "the server failed; GitLab: the ID of a save is not that of the lock";
    /// 501: the server does not know the method.
    NotImplemented = 501 "NotImplemented"
        "the server does not know the method";
    /// 502: a proxy got no answer that it understands.
    BadGateway = 502 "BadGateway"
        "a proxy got no answer that it understands";
    /// 503: the server is down or overloaded.
    ServiceUnavailable = 503 "ServiceUnavailable"
        "the server is down or overloaded";
    /// 504: a proxy got no answer in time.
    GatewayTimeout = 504 "GatewayTimeout"
        "a proxy got no answer in time";
    /// 505: the server wants another version of HTTP.
    HttpVersionNotSupported = 505 "HttpVersionNotSupported"
        "the server wants another version of HTTP";
    /// 506: the server's choices go in a circle.
    VariantAlsoNegotiates = 506 "VariantAlsoNegotiates"
        "the server's choices go in a circle";
    /// 507: the disk is full.
    InsufficientStorage = 507 "InsufficientStorage"
        "the disk is full";
    /// 508: the server calls itself.
    LoopDetected = 508 "LoopDetected"
        "the server calls itself";
    /// 510: the server wants an extension.
    NotExtended = 510 "NotExtended"
        "the server wants an extension";
    /// 511: a portal wants a login first.
    NetworkAuthenticationRequired = 511 "NetworkAuthenticationRequired"
        "a portal wants a login first";
}

/// What something in front of a server answers in its stead.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Refusal {
    /// The status.
    pub status: Status,
    /// After how many seconds the client should try again (`Retry-After`), if it is told.
    pub retry_after: Option<u16>,
    /// What comes with it.
    pub said: Said,
}

/// The body of such an answer, as far as it makes a difference to whoever reads it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Said {
    /// 0 bytes.
    Nothing,
    /// No JSON, such as a proxy's page.
    Text,
    /// JSON without the ID of a lock.
    Json,
}

impl Refusal {
    /// Every status, without more.
    pub fn all() -> impl Iterator<Item = Self> {
        Status::ALL.iter().copied().map(Self::from)
    }
}

impl From<Status> for Refusal {
    fn from(status: Status) -> Self {
        Self {
            status,
            retry_after: None,
            said: Said::Nothing,
        }
    }
}

/// Status and name, as in `423 Locked`.
impl fmt::Display for Refusal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.status.fmt(f)
    }
}
