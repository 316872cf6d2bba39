//! The refusals of S3 and `DynamoDB`: HTTP status, error code and text.
//!
//! Statuses and codes are those of AWS's lists of error codes; the texts are ours where the list
//! has a paragraph.

use crate::service::refusal::refusals;

refusals! {
    /// Why S3 or `DynamoDB` refuses a request. A refusal is a value of the model, not an error of
    /// the program.
    Refusal

    /// S3: a put with `If-None-Match: *` where the object exists.
    PreconditionFailed = 412 "PreconditionFailed"
        "At least one of the pre-conditions you specified did not hold";
    /// S3: a conditional put that meets another put or a delete of the same key.
    ConditionalRequestConflict = 409 "ConditionalRequestConflict"
        "A conflicting operation occurred during the request.";
    /// S3: an operation that meets another one of the same resource.
    OperationAborted = 409 "OperationAborted"
        "A conflicting conditional operation is in progress against this resource.";
    /// S3: there is no object under the key.
    NoSuchKey = 404 "NoSuchKey"
        "The specified key does not exist.";
    /// S3: there is no version with the ID.
    NoSuchVersion = 404 "NoSuchVersion"
        "The specified version does not exist.";
    /// S3: there is no bucket of the name.
    NoSuchBucket = 404 "NoSuchBucket"
        "The specified bucket does not exist";
    /// S3: what a client makes of a head's answer, which has no body, where it is 404.
    NotFound = 404 "NotFound"
        "Not Found";
    /// S3: the same of 403.
    Forbidden = 403 "Forbidden"
        "Forbidden";
    /// S3: the same of 400.
    BadRequest = 400 "BadRequest"
        "Bad Request";
    /// S3: the caller has no permission.
    AccessDenied = 403 "AccessDenied"
        "Access Denied";
    /// S3: the caller's token has expired.
    ExpiredToken = 400 "ExpiredToken"
        "The provided token has expired.";
    /// S3: the request's body did not come in time.
    RequestTimeout = 400 "RequestTimeout"
        "Your socket connection to the server was not read from or written to within the timeout period.";
    /// S3: a part of an object that it does not have, such as the first bytes of an empty one.
    InvalidRange = 416 "InvalidRange"
        "The requested range is not satisfiable";
    /// Something in front of the service throttles; the SDK does not repeat it.
    TooManyRequests = 429 "TooManyRequests"
        "Too many requests";
    /// S3: the service throttles.
    SlowDown = 503 "SlowDown"
        "Please reduce your request rate.";
    /// S3: the service is not available.
    ServiceUnavailable = 503 "ServiceUnavailable"
        "Service is unable to handle request.";
    /// S3: the server failed. Whether the request was applied is unknown.
    InternalError = 500 "InternalError"
        "We encountered an internal error. Please try again.";
    /// `DynamoDB`: a put whose condition is not met.
    ConditionalCheckFailed = 400 "ConditionalCheckFailedException"
        "The conditional request failed";
    /// `DynamoDB`: the table's throughput is used up.
    ProvisionedThroughputExceeded = 400 "ProvisionedThroughputExceededException"
        "The level of configured provisioned throughput for the table was exceeded.";
    /// `DynamoDB`: the caller has no permission.
    TableAccessDenied = 400 "AccessDeniedException"
        "The caller is not authorized to perform this operation.";
    /// `DynamoDB`: the caller's token has expired.
    TableTokenExpired = 400 "ExpiredTokenException"
        "The security token included in the request is expired";
    /// `DynamoDB`: there is no table of the name.
    TableNotFound = 400 "ResourceNotFoundException"
        "Requested resource not found";
    /// `DynamoDB`: the server failed. Whether the request was applied is unknown.
    TableInternalError = 500 "InternalServerError"
        "The server encountered an internal error";
}
