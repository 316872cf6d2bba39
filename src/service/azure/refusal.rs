//! The service's refusals: HTTP status, error code and text.
//!
//! One table gives all three. Statuses and codes are those of Azure's lists of error codes;
//! texts are the service's wording for a blob, where it is known. A text marked *paraphrased*
//! is ours: the code is Azure's, the sentence is not.

use crate::service::refusal::refusals;

refusals! {
    /// Why the blob service refuses a request. A refusal is a value of the model, not an error of
    /// the program.
    Refusal

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
    /// The request is signed with the account's key, and the account permits none.
    KeyBasedAuthenticationNotPermitted = 403 "KeyBasedAuthenticationNotPermitted"
        "Key based authentication is not permitted on this storage account.";
    /// A shared access signature that does not hold for the caller's address. Text paraphrased.
    AuthorizationSourceIPMismatch = 403 "AuthorizationSourceIPMismatch"
        "The signature does not permit requests from this address.";
    /// A shared access signature that holds for HTTPS only. Text paraphrased.
    AuthorizationProtocolMismatch = 403 "AuthorizationProtocolMismatch"
        "The signature does not permit requests by this protocol.";
    /// A shared access signature of another storage service. Text paraphrased.
    AuthorizationServiceMismatch = 403 "AuthorizationServiceMismatch"
        "The signature does not permit requests to this service.";
    /// A shared access signature without the resource type that the request is about. Text
    /// paraphrased.
    AuthorizationResourceTypeMismatch = 403 "AuthorizationResourceTypeMismatch"
        "The signature does not permit requests to this type of resource.";
    /// A write over a blob by who may only create one.
    UnauthorizedBlobOverwrite = 403 "UnauthorizedBlobOverwrite"
        "This request is not authorized to perform blob overwrites.";
    /// A write under another encryption scope than the container's. Text paraphrased.
    RequestForbiddenByContainerEncryptionPolicy = 403 "RequestForbiddenByContainerEncryptionPolicy"
        "The container's encryption scope permits no other one.";
    /// The account takes no such operations, for example on its read-only copy. Text paraphrased.
    InsufficientAccountPermissions = 403 "InsufficientAccountPermissions"
        "The account does not permit this operation.";
    /// The account is disabled, for example with its subscription.
    AccountIsDisabled = 403 "AccountIsDisabled"
        "The specified account is disabled.";
    /// A delete that names the current version of a blob. Text paraphrased.
    OperationNotAllowedOnRootBlob = 403 "OperationNotAllowedOnRootBlob"
        "The current version of a blob can't be deleted by its version ID.";
    /// A request without credentials. Text paraphrased.
    NoAuthenticationInformation = 401 "NoAuthenticationInformation"
        "The request carries no credentials.";
    /// A token that the service can't use, for example of another tenant. Text paraphrased.
    InvalidAuthenticationInfo = 401 "InvalidAuthenticationInfo"
        "The request's token is not valid here.";
    /// An `Authorization` header that can't be read. Text paraphrased.
    MalformedAuthenticationInfo = 400 "InvalidAuthenticationInfo"
        "The request's credentials are malformed.";
    /// A write or delete within a retention period.
    BlobImmutableDueToPolicy = 409 "BlobImmutableDueToPolicy"
        "This operation is not permitted as the blob is immutable due to a policy.";
    /// A write or delete under a legal hold.
    BlobImmutableDueToLegalHold = 409 "BlobImmutableDueToLegalHold"
        "This operation is not permitted as the blob is immutable due to one or more legal holds.";
    /// A read or write of a blob in the archive tier.
    BlobArchived = 409 "BlobArchived"
        "This operation is not permitted on an archived blob.";
    /// A use of a blob that is on its way back from the archive tier.
    BlobBeingRehydrated = 409 "BlobBeingRehydrated"
        "This operation is not permitted because the blob is being rehydrated.";
    /// A rehydration of a blob that is not archived.
    BlobNotArchived = 409 "BlobNotArchived"
        "This blob is currently not in the archived state.";
    /// The container is being deleted; for half a minute and more its name is not free.
    ContainerBeingDeleted = 409 "ContainerBeingDeleted"
        "The specified container is being deleted.";
    /// Somebody has disabled the container.
    ContainerDisabled = 409 "ContainerDisabled"
        "The specified container has been disabled by the administrator.";
    /// A creation of a container that exists.
    ContainerAlreadyExists = 409 "ContainerAlreadyExists"
        "The specified container already exists.";
    /// What the request names does not exist.
    ResourceNotFound = 404 "ResourceNotFound"
        "The specified resource does not exist.";
    /// What is to be created exists.
    ResourceAlreadyExists = 409 "ResourceAlreadyExists"
        "The specified resource already exists.";
    /// What exists is of another type than what the request names. Text paraphrased.
    ResourceTypeMismatch = 409 "ResourceTypeMismatch"
        "The resource is of another type than the request says.";
    /// A creation of an account that exists.
    AccountAlreadyExists = 409 "AccountAlreadyExists"
        "The specified account already exists.";
    /// The account is not ready yet.
    AccountBeingCreated = 409 "AccountBeingCreated"
        "The specified account is in the process of being created.";
    /// A delete of an account with a legal hold or a locked retention policy. Text paraphrased.
    AccountProtectedFromDeletion = 409 "AccountProtectedFromDeletion"
        "A container of the account is protected from deletion.";
    /// A request without credentials, or for a public container, where the account permits none.
    PublicAccessNotPermitted = 409 "PublicAccessNotPermitted"
        "Public access is not permitted on this storage account.";
    /// An operation that does not fit how the blob was made. Text paraphrased.
    BlobOperationNotSupported = 409 "BlobOperationNotSupported"
        "The operation is not supported for this blob.";
    /// A use without the customer's key that encrypts the blob. Text paraphrased.
    BlobUsesCustomerSpecifiedEncryption = 409 "BlobUsesCustomerSpecifiedEncryption"
        "The blob is encrypted with a key that the request does not carry.";
    /// An operation that the request's version of the service does not have. Text paraphrased.
    FeatureVersionMismatch = 409 "FeatureVersionMismatch"
        "The request's version does not know this kind of blob or permission.";
    /// An operation of another type of blob.
    InvalidBlobType = 409 "InvalidBlobType"
        "The blob type is invalid for this operation.";
    /// The blob is in use by the service.
    SystemInUse = 409 "SystemInUse"
        "This blob is in use by the system.";
    /// More blob snapshots than one blob may have.
    SnapshotCountExceeded = 409 "SnapshotCountExceeded"
        "The snapshot count against this blob has been exceeded.";
    /// More blob snapshots in a time than are permitted.
    SnapshotOperationRateExceeded = 409 "SnapshotOperationRateExceeded"
        "The rate of snapshot operations against this blob has been exceeded.";
    /// A body that is larger than the operation takes.
    RequestBodyTooLarge = 413 "RequestBodyTooLarge"
        "The size of the request body exceeds the maximum size permitted.";
    /// A use of a container with another ID than that of its lease.
    LeaseIdMismatchWithContainerOperation = 412 "LeaseIdMismatchWithContainerOperation"
        "The lease ID specified did not match the lease ID for the container.";
    /// A use with an ID of a container without a lease.
    LeaseNotPresentWithContainerOperation = 412 "LeaseNotPresentWithContainerOperation"
        "There is currently no lease on the container.";
    /// A copy's condition on its source.
    SourceConditionNotMet = 412 "SourceConditionNotMet"
        "The source condition specified using HTTP conditional header(s) is not met.";
    /// A copy's condition on its target.
    TargetConditionNotMet = 412 "TargetConditionNotMet"
        "The target condition specified using HTTP conditional header(s) is not met.";
    /// A write while a copy onto the blob is under way.
    PendingCopyOperation = 409 "PendingCopyOperation"
        "There is currently a pending copy operation.";
    /// An abort where no copy is under way.
    NoPendingCopyOperation = 409 "NoPendingCopyOperation"
        "There is currently no pending copy operation.";
    /// An abort of another copy than the one under way. Text paraphrased.
    CopyIdMismatch = 409 "CopyIdMismatch"
        "The copy that is under way has another ID.";
    /// The source of a copy could not be reached in time. Text paraphrased.
    CannotVerifyCopySource = 500 "CannotVerifyCopySource"
        "The source of the copy could not be verified in time.";
    /// A copy from another account, with an old version of the service. Text paraphrased.
    CopyAcrossAccountsNotSupported = 400 "CopyAcrossAccountsNotSupported"
        "Source and destination of the copy are in different accounts.";
    /// A copy from another type of blob.
    InvalidSourceBlobType = 409 "InvalidSourceBlobType"
        "The copy source blob type is invalid for this operation.";
    /// An incremental copy from what is no blob. Text paraphrased.
    InvalidSourceBlobUrl = 409 "InvalidSourceBlobUrl"
        "The source of the incremental copy is not the URL of a blob.";
    /// An incremental copy from another blob than before. Text paraphrased.
    IncrementalCopyBlobMismatch = 409 "IncrementalCopyBlobMismatch"
        "The incremental copy was begun from another blob.";
    /// An incremental copy from an older snapshot than before. Text paraphrased.
    IncrementalCopyOfEarlierVersionSnapshotNotAllowed = 409 "IncrementalCopyOfEarlierVersionSnapshotNotAllowed"
        "The incremental copy has a later snapshot already.";
    /// An incremental copy from a blob itself.
    IncrementalCopySourceMustBeSnapshot = 409 "IncrementalCopySourceMustBeSnapshot"
        "The source for incremental copy request must be a snapshot.";
    /// A write to an incremental copy. Text paraphrased.
    OperationNotAllowedOnIncrementalCopyBlob = 409 "OperationNotAllowedOnIncrementalCopyBlob"
        "An incremental copy does not take this operation.";
    /// An append at another place than the end.
    AppendPositionConditionNotMet = 412 "AppendPositionConditionNotMet"
        "The append position condition specified was not met.";
    /// An append past the size that the request permits.
    MaxBlobSizeConditionNotMet = 412 "MaxBlobSizeConditionNotMet"
        "The max blob size condition specified was not met.";
    /// A write to a page blob with another sequence number.
    SequenceNumberConditionNotMet = 412 "SequenceNumberConditionNotMet"
        "The sequence number condition specified was not met.";
    /// A sequence number at its end. Text paraphrased.
    SequenceNumberIncrementTooLarge = 409 "SequenceNumberIncrementTooLarge"
        "The sequence number would overflow.";
    /// A range of pages that the page blob does not have.
    InvalidPageRange = 416 "InvalidPageRange"
        "The page range specified is invalid.";
    /// A range of bytes that the blob does not have. Text paraphrased.
    InvalidRange = 416 "InvalidRange"
        "The range is beyond the size of the resource.";
    /// A page blob with a version of the service before 2009-09-19. Text paraphrased.
    InvalidVersionForPageBlobOperation = 400 "InvalidVersionForPageBlobOperation"
        "The request's version does not know page blobs.";
    /// A difference of page ranges against a later snapshot. Text paraphrased.
    PreviousSnapshotCannotBeNewer = 400 "PreviousSnapshotCannotBeNewer"
        "The previous snapshot is newer than the snapshot.";
    /// A difference of page ranges against a snapshot that is gone.
    PreviousSnapshotNotFound = 409 "PreviousSnapshotNotFound"
        "The previous snapshot is not found.";
    /// A difference of page ranges that this snapshot can't give. Text paraphrased.
    PreviousSnapshotOperationNotSupported = 409 "PreviousSnapshotOperationNotSupported"
        "No difference can be taken against the previous snapshot.";
    /// A difference of page ranges over a blob that was made anew.
    BlobOverwritten = 409 "BlobOverwritten"
        "The blob has been recreated since the previous snapshot was taken.";
    /// A tier that is smaller than the page blob. Text paraphrased.
    BlobTierInadequateForContentLength = 409 "BlobTierInadequateForContentLength"
        "The tier is too small for the blob.";
    /// A page blob that is larger than its tier. Text paraphrased.
    ContentLengthLargerThanTierLimit = 409 "ContentLengthLargerThanTierLimit"
        "The blob would be larger than its tier permits.";
    /// A tier below the one that was set.
    CannotChangeToLowerTier = 409 "CannotChangeToLowerTier"
        "A higher blob tier has already been explicitly set.";
    /// A tier that does not exist.
    InvalidBlobTier = 400 "InvalidBlobTier"
        "The specified blob tier is invalid.";
    /// A tier that this kind of account does not have. Text paraphrased.
    BlobAccessTierNotSupportedForAccountType = 400 "BlobAccessTierNotSupportedForAccountType"
        "The account has no such access tier.";
    /// More blocks than one blob may have. Text paraphrased.
    BlockCountExceedsLimit = 409 "BlockCountExceedsLimit"
        "The blob would have too many blocks.";
    /// A list of more blocks than one blob may have. Text paraphrased.
    BlockListTooLong = 400 "BlockListTooLong"
        "The list names too many blocks.";
    /// A blob or a block whose content the service does not take.
    InvalidBlobOrBlock = 400 "InvalidBlobOrBlock"
        "The specified blob or block content is invalid.";
    /// A block ID that is no Base64, or of another length than the others. Text paraphrased.
    InvalidBlockId = 400 "InvalidBlockId"
        "The block ID is invalid.";
    /// A list with a block that was never uploaded.
    InvalidBlockList = 400 "InvalidBlockList"
        "The specified block list is invalid.";
    /// Conditions on an operation that takes none.
    ConditionHeadersNotSupported = 400 "ConditionHeadersNotSupported"
        "Condition headers are not supported.";
    /// Metadata without a name.
    EmptyMetadataKey = 400 "EmptyMetadataKey"
        "The key for one of the metadata key-value pairs is empty.";
    /// Metadata with characters that a header can't have. Text paraphrased.
    InvalidMetadata = 400 "InvalidMetadata"
        "The metadata has characters that are not permitted.";
    /// More metadata than a blob may have, 8 KiB.
    MetadataTooLarge = 400 "MetadataTooLarge"
        "The size of the specified metadata exceeds the maximum size permitted.";
    /// A verb that HTTP does not have. Text paraphrased.
    InvalidHttpVerb = 400 "InvalidHttpVerb"
        "The server does not know the HTTP verb.";
    /// A part of the request that is not valid.
    InvalidInput = 400 "InvalidInput"
        "One of the request inputs is not valid.";
    /// A part of the request that is out of its range.
    OutOfRangeInput = 400 "OutOfRangeInput"
        "One of the request inputs is out of range.";
    /// A checksum that is none. Text paraphrased.
    InvalidMd5 = 400 "InvalidMd5"
        "The MD5 value is malformed.";
    /// A body that does not have the checksum that came with it. Text paraphrased.
    Md5Mismatch = 400 "Md5Mismatch"
        "The body has another MD5 value than the request says.";
    /// A name of a container or blob with characters that it can't have.
    InvalidResourceName = 400 "InvalidResourceName"
        "The specified resource name contains invalid characters.";
    /// A URI that names nothing that could exist. Text paraphrased.
    InvalidUri = 400 "InvalidUri"
        "The URI names no resource of the server.";
    /// A URL that can't be read. Text paraphrased.
    RequestUrlFailedToParse = 400 "RequestUrlFailedToParse"
        "The URL of the request is malformed.";
    /// A body that is no XML.
    InvalidXmlDocument = 400 "InvalidXmlDocument"
        "The specified XML is not syntactically valid.";
    /// A body with a malformed value. Text paraphrased.
    InvalidXmlNodeValue = 400 "InvalidXmlNodeValue"
        "An XML node of the body has a malformed value.";
    /// A body that lacks something. Text paraphrased.
    MissingRequiredXmlNode = 400 "MissingRequiredXmlNode"
        "The body lacks an XML node.";
    /// A body with something unknown. Text paraphrased.
    UnsupportedXmlNode = 400 "UnsupportedXmlNode"
        "The body has an XML node that is not supported.";
    /// A body without its length. Text paraphrased.
    MissingContentLengthHeader = 411 "MissingContentLengthHeader"
        "The request does not say how long its body is.";
    /// A header that the operation does not have. Text paraphrased.
    UnsupportedHeader = 400 "UnsupportedHeader"
        "A header of the request is not supported.";
    /// A verb that the resource does not have. Text paraphrased.
    UnsupportedHttpVerb = 405 "UnsupportedHttpVerb"
        "The resource does not take this HTTP verb.";
    /// A malformed query parameter. Text paraphrased.
    InvalidQueryParameterValue = 400 "InvalidQueryParameterValue"
        "A query parameter has an invalid value.";
    /// A query parameter that is absent. Text paraphrased.
    MissingRequiredQueryParameter = 400 "MissingRequiredQueryParameter"
        "The request lacks a query parameter.";
    /// A query parameter that is out of its range. Text paraphrased.
    OutOfRangeQueryParameterValue = 400 "OutOfRangeQueryParameterValue"
        "A query parameter is out of its range.";
    /// A query parameter that the operation does not have. Text paraphrased.
    UnsupportedQueryParameter = 400 "UnsupportedQueryParameter"
        "A query parameter of the request is not supported.";
}

impl Refusal {
    /// The reason phrase of the status.
    pub const fn reason(self) -> &'static str {
        match self.http_status() {
            304 => "Not Modified",
            400 => "Bad Request",
            401 => "Unauthorized",
            403 => "Forbidden",
            404 => "Not Found",
            409 => "Conflict",
            412 => "Precondition Failed",
            413 => "Payload Too Large",
            429 => "Too Many Requests",
            503 => "Service Unavailable",
            _ => "Internal Server Error",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_code_finds_its_refusal() {
        for &refusal in Refusal::ALL {
            let twins = [
                (Refusal::NotModified, Refusal::ConditionNotMet),
                (
                    Refusal::MalformedAuthenticationInfo,
                    Refusal::InvalidAuthenticationInfo,
                ),
            ];
            let twin = twins.iter().find(|(second, _)| *second == refusal);
            let expected = twin.map_or(refusal, |(_, first)| *first);
            assert_eq!(Refusal::from_code(refusal.code()), Some(expected));
        }
        assert_eq!(Refusal::from_code("NoSuchCode"), None);
        assert_eq!(Refusal::LeaseIdMissing.to_string(), "412 LeaseIdMissing");
    }
}
