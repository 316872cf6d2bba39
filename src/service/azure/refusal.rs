//! The service's refusals: HTTP status, error code and text.
//!
//! One table gives all three. Statuses and codes are those of Azure's lists of error codes;
//! texts are the service's wording for a blob, where it is known. A text marked *paraphrased*
//! is ours: the code is Azure's, the sentence is not.

use std::fmt;

/// Writes the type and its look-ups from one table: name, status, code, text.
macro_rules! refusals {
    ($( $(#[$doc:meta])* $name:ident = $status:literal $code:literal $text:literal; )+) => {
        /// Why the service refuses a request. A refusal is a value of the model, not an error
        /// of the program.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum Refusal {
            $( $(#[$doc])* $name, )+
        }

        impl Refusal {
            /// Every refusal, in the order of the table.
            pub const ALL: &'static [Self] = &[$( Self::$name, )+];

            const fn row(self) -> (u16, &'static str, &'static str) {
                match self {
                    $( Self::$name => ($status, $code, $text), )+
                }
            }
        }
    };
}

refusals! {
    /// A write or delete without an ID while a lease is active.
    LeaseIdMissing = 412 "LeaseIdMissing"
        "There is currently a lease on the blob and no lease ID was specified in the request.";
    /// A use with an ID that is not that of the active lease.
    LeaseIdMismatchWithBlobOperation = 412 "LeaseIdMismatchWithBlobOperation"
        "The lease ID specified did not match the lease ID for the blob.";
    /// A use with an ID while the lease is expired or broken.
    LeaseLost = 412 "LeaseLost"
        "A lease ID was specified, but the lease for the blob has expired.";
    /// A use with an ID while there is no lease.
    LeaseNotPresentWithBlobOperation = 412 "LeaseNotPresentWithBlobOperation"
        "There is currently no lease on the blob.";
    /// An asynchronous copy onto a blob under a fixed lease.
    InfiniteLeaseDurationRequired = 412 "InfiniteLeaseDurationRequired"
        "The lease ID matched, but the specified lease must be an infinite-duration lease.";
    /// A write whose condition is not met.
    ConditionNotMet = 412 "ConditionNotMet"
        "The condition specified using HTTP conditional header(s) is not met.";
    /// A read whose condition says that the reader has the newest content already.
    NotModified = 304 "ConditionNotMet"
        "The condition specified using HTTP conditional header(s) is not met.";
    /// An acquire while somebody's lease is active.
    LeaseAlreadyPresent = 409 "LeaseAlreadyPresent"
        "There is already a lease present.";
    /// A renew, change or release with an ID that the blob does not remember.
    LeaseIdMismatchWithLeaseOperation = 409 "LeaseIdMismatchWithLeaseOperation"
        "The lease ID specified did not match the lease ID for the blob.";
    /// A change or break where there is no lease to change or break.
    LeaseNotPresentWithLeaseOperation = 409 "LeaseNotPresentWithLeaseOperation"
        "There is currently no lease on the blob.";
    /// An acquire with the ID of the lease that is being broken.
    LeaseIsBreakingAndCannotBeAcquired = 409 "LeaseIsBreakingAndCannotBeAcquired"
        "The lease ID matched, but the lease is currently in breaking state and cannot be acquired until it is broken.";
    /// A change of the lease that is being broken.
    LeaseIsBreakingAndCannotBeChanged = 409 "LeaseIsBreakingAndCannotBeChanged"
        "The lease ID matched, but the lease is currently in breaking state and cannot be changed.";
    /// A renewal of a lease that is breaking or broken.
    LeaseIsBrokenAndCannotBeRenewed = 409 "LeaseIsBrokenAndCannotBeRenewed"
        "The lease ID matched, but the lease has been broken explicitly and cannot be renewed.";
    /// A second break. Only services before version 2012-02-12 refuse it; the model never does.
    LeaseAlreadyBroken = 409 "LeaseAlreadyBroken"
        "The lease has already been broken and cannot be broken again.";
    /// A Put with `If-None-Match: *` where the blob exists.
    BlobAlreadyExists = 409 "BlobAlreadyExists"
        "The specified blob already exists.";
    /// A delete that leaves the blob's snapshots behind. Text paraphrased.
    SnapshotsPresent = 409 "SnapshotsPresent"
        "The blob has snapshots and can only be deleted together with them.";
    /// The blob does not exist.
    BlobNotFound = 404 "BlobNotFound"
        "The specified blob does not exist.";
    /// The container does not exist. Text paraphrased.
    ContainerNotFound = 404 "ContainerNotFound"
        "There is no such container.";
    /// A required header is absent.
    MissingRequiredHeader = 400 "MissingRequiredHeader"
        "An HTTP header that's mandatory for this request is not specified.";
    /// A header's value is malformed or outside its range.
    InvalidHeaderValue = 400 "InvalidHeaderValue"
        "The value for one of the HTTP headers is not in the correct format.";
    /// An operation that its target does not have, such as a lease on a blob snapshot. Text
    /// paraphrased.
    InvalidOperation = 400 "InvalidOperation"
        "The operation cannot be done on this blob.";
    /// More conditions than one request may carry. Text paraphrased.
    MultipleConditionHeadersNotSupported = 400 "MultipleConditionHeadersNotSupported"
        "The request carries more conditional headers than are supported together.";
    /// The request's signature or token is not accepted. Text paraphrased.
    AuthenticationFailed = 403 "AuthenticationFailed"
        "The server could not authenticate the request.";
    /// The caller has no permission for this operation. Text paraphrased.
    AuthorizationPermissionMismatch = 403 "AuthorizationPermissionMismatch"
        "The caller's permissions do not cover this operation.";
    /// The caller may not use the account from here, for example because of its firewall. Text
    /// paraphrased.
    AuthorizationFailure = 403 "AuthorizationFailure"
        "The caller is not authorized for this operation.";
    /// The control plane throttles; only Azure Resource Manager gives it, the blob service never.
    TooManyRequests = 429 "TooManyRequests"
        "The request is being throttled as the limit has been reached for operation type - Read_ObservationWindow_00:05:00.";
    /// The account or partition is over its target. Modelled as: the request was not applied.
    ServerBusy = 503 "ServerBusy"
        "The server is busy.";
    /// The server's time budget ran out. Whether the request was applied is unknown.
    OperationTimedOut = 500 "OperationTimedOut"
        "Operation could not be completed within the specified time.";
    /// The server failed. Whether the request was applied is unknown.
    InternalError = 500 "InternalError"
        "The server encountered an internal error. Please retry the request.";
}

impl Refusal {
    /// The HTTP status of the answer.
    pub const fn http_status(self) -> u16 {
        self.row().0
    }

    /// The error code, as in the header `x-ms-error-code`.
    pub const fn code(self) -> &'static str {
        self.row().1
    }

    /// The text of the answer, which is also its HTTP reason phrase.
    pub const fn text(self) -> &'static str {
        self.row().2
    }

    /// The refusal with this error code, or `None` where the model knows no such code. The code
    /// that a write and a read share, `ConditionNotMet`, gives the write's.
    pub fn from_code(code: &str) -> Option<Self> {
        Self::ALL
            .iter()
            .copied()
            .find(|refusal| refusal.code() == code)
    }
}

/// Status and code, as in `412 LeaseIdMissing`.
impl fmt::Display for Refusal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(&format!("{} {}", self.http_status(), self.code()))
    }
}

impl std::error::Error for Refusal {}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_code_finds_its_refusal() {
        for &refusal in Refusal::ALL {
            let is_reads = refusal == Refusal::NotModified;
            let expected = if is_reads {
                Refusal::ConditionNotMet
            } else {
                refusal
            };
            assert_eq!(Refusal::from_code(refusal.code()), Some(expected));
        }
        assert_eq!(Refusal::from_code("NoSuchCode"), None);
        assert_eq!(Refusal::LeaseIdMissing.to_string(), "412 LeaseIdMissing");
    }
}
