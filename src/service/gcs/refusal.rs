//! The refusals of Cloud Storage: HTTP status, reason and text.
//!
//! Statuses and reasons are those of the JSON API's list; the texts are ours where the list has a
//! paragraph.

use crate::service::refusal::refusals;

refusals! {
    /// Why Cloud Storage refuses a request. A refusal is a value of the model, not an error of the
    /// program.
    Refusal

    /// A precondition does not hold: the object is there, or has another generation.
    ConditionNotMet = 412 "conditionNotMet"
        "At least one of the pre-conditions you specified did not hold.";
    /// There is no object of the name, or none of the generation.
    NotFound = 404 "notFound"
        "No such object";
    /// The request is malformed.
    Invalid = 400 "badRequest"
        "Bad Request";
    /// The caller's token is invalid or has expired.
    AuthError = 401 "authError"
        "Invalid Credentials";
    /// The caller has no permission.
    Forbidden = 403 "forbidden"
        "Forbidden";
    /// The upload was not carried on in time.
    RequestTimeout = 408 "uploadBrokenConnection"
        "The request timed out";
    /// The request conflicts with another one.
    Conflict = 409 "conflict"
        "A concurrent operation on the bucket or object is in progress.";
    /// The service throttles: too many requests, or too many writes of one object.
    RateLimitExceeded = 429 "rateLimitExceeded"
        "The rate of change requests to the object exceeds the rate limit.";
    /// The server failed. Whether the request was applied is unknown.
    InternalError = 500 "internalError"
        "We encountered an internal error. Please try again.";
    /// The service does not do what was asked.
    NotImplemented = 501 "notImplemented"
        "Not Implemented";
    /// Something in front of the service failed.
    BadGateway = 502 "badGateway"
        "Bad Gateway";
    /// The service is not available.
    BackendError = 503 "backendError"
        "Backend Error";
    /// Something in front of the service waited in vain.
    GatewayTimeout = 504 "gatewayTimeout"
        "Gateway Timeout";
}
