//! Codes that Terraform with the azurerm backend can't meet: it sends no such requests. Each topic
//! stands for several.

use crate::explain::topic::Advice::Do;
use crate::explain::topic::{Advice, CODE, Sign, Source, Topic};
use crate::service::aws;
use crate::service::azure::Refusal;

/// The page with the blob service's codes.
const CODES: Source = Source::Azure("blob-service-error-codes");
/// The page with the codes that all storage services have.
const COMMON_CODES: Source = Source::Azure("common-rest-api-error-codes");

/// Somebody else asked.
const OTHER: &[Advice] = &[
    Do("find out which other program works on the account: none of Terraform's requests is so"),
    Do("on the way through a proxy, see what it makes of the requests"),
];

pub(super) const TOPICS: &[Topic] = &[
    Topic {
        name: "LeaseIdMismatchWithContainerOperation",
        also: &["LeaseNotPresentWithContainerOperation", "container lease"],
        sign: Sign::Refused(&[
            Refusal::LeaseIdMismatchWithContainerOperation,
            Refusal::LeaseNotPresentWithContainerOperation,
        ]),
        means: "412: the request named a lease on the container, and the container has another one, \
            or none. It says nothing of the lock: that is a lease on the state blob.",
        when: "Hand-made requests. Terraform with azurerm leases blobs and no containers; a lease \
            on the container keeps it from being deleted, and hinders no command.",
        advice: OTHER,
        cautions: &["do not break a lease on the container to free the lock: it frees nothing"],
        sources: &[CODES, Source::Azure("lease-container")],
        see: &["lease", "LeaseIdMismatchWithBlobOperation"],
        ..CODE
    },
    Topic {
        name: "ContainerAlreadyExists",
        also: &[
            "ResourceAlreadyExists",
            "AccountAlreadyExists",
            "AccountBeingCreated",
            "AccountProtectedFromDeletion",
        ],
        sign: Sign::Refused(&[
            Refusal::ContainerAlreadyExists,
            Refusal::ResourceAlreadyExists,
            Refusal::AccountAlreadyExists,
            Refusal::AccountBeingCreated,
            Refusal::AccountProtectedFromDeletion,
        ]),
        means: "409: an account or a container was to be made and exists, or is being made; or was \
            to be deleted and is protected.",
        when: "Scripts that prepare an account. The azurerm backend makes and deletes neither.",
        advice: &[Do("use what exists, if it is what was meant")],
        cautions: &["do not delete it to make it anew: a state may be in it"],
        sources: &[CODES, COMMON_CODES],
        see: &["ContainerBeingDeleted", "BlobAlreadyExists"],
        ..CODE
    },
    Topic {
        name: "OperationNotAllowedOnRootBlob",
        sign: Sign::Refused(&[Refusal::OperationNotAllowedOnRootBlob]),
        means: "403: a delete named the current version of a blob by its version ID.",
        when: "Scripts that clean versions up. The azurerm backend names no versions.",
        advice: &[Do("leave the current version alone: it is the state")],
        cautions: &[
            "do not delete the blob without its version ID instead: that deletes the state",
        ],
        sources: &[Source::Azure("delete-blob")],
        see: &["SnapshotsPresent", "state_lost"],
        ..CODE
    },
    Topic {
        name: "SourceConditionNotMet",
        also: &["TargetConditionNotMet", "ConditionHeadersNotSupported"],
        sign: Sign::Refused(&[
            Refusal::SourceConditionNotMet,
            Refusal::TargetConditionNotMet,
            Refusal::ConditionHeadersNotSupported,
        ]),
        means: "A condition of a copy, on its source or its target, does not hold (412), or the \
            operation takes no conditions (400).",
        when: "Copies with conditions. The azurerm backend copies nothing and sends no conditions.",
        advice: OTHER,
        cautions: &[],
        sources: &[
            CODES,
            Source::Azure("specifying-conditional-headers-for-blob-service-operations"),
        ],
        see: &["ConditionNotMet"],
        ..CODE
    },
    Topic {
        name: "IncrementalCopyBlobMismatch",
        also: &[
            "IncrementalCopyOfEarlierVersionSnapshotNotAllowed",
            "IncrementalCopyOfEarlierSnapshotNotAllowed",
            "IncrementalCopySourceMustBeSnapshot",
            "OperationNotAllowedOnIncrementalCopyBlob",
            "InvalidSourceBlobUrl",
        ],
        sign: Sign::Refused(&[
            Refusal::IncrementalCopyBlobMismatch,
            Refusal::IncrementalCopyOfEarlierVersionSnapshotNotAllowed,
            Refusal::IncrementalCopySourceMustBeSnapshot,
            Refusal::OperationNotAllowedOnIncrementalCopyBlob,
            Refusal::InvalidSourceBlobUrl,
        ]),
        means: "409: an incremental copy of a page blob's snapshots is refused, or what is done \
            with such a copy.",
        when: "Backups of disks. The azurerm backend copies nothing, and a state is no page blob.",
        advice: OTHER,
        cautions: &[],
        sources: &[CODES, Source::Azure("incremental-copy-blob")],
        see: &["PendingCopyOperation", "InvalidPageRange"],
        ..CODE
    },
    Topic {
        name: "AppendPositionConditionNotMet",
        also: &["MaxBlobSizeConditionNotMet"],
        sign: Sign::Refused(&[
            Refusal::AppendPositionConditionNotMet,
            Refusal::MaxBlobSizeConditionNotMet,
        ]),
        means: "412: an append to a blob meets another end than it expected, or would make it too \
            large.",
        when: "Logs. The azurerm backend appends nothing: it writes a state whole.",
        advice: OTHER,
        cautions: &[],
        sources: &[CODES, Source::Azure("append-block")],
        see: &["InvalidBlobType"],
        ..CODE
    },
    Topic {
        name: "InvalidRange",
        aws: &[aws::Refusal::InvalidRange],
        sign: Sign::Refused(&[Refusal::InvalidRange]),
        means: "416: a part was asked for that begins behind the end.",
        when: "What is asked for in parts has 0 bytes. The s3 backend takes such a state for none; \
            the azurerm backend asks for the whole.",
        advice: OTHER,
        cautions: &[],
        sources: &[CODES, COMMON_CODES],
        see: &["state_lost"],
        ..CODE
    },
    Topic {
        name: "InvalidPageRange",
        also: &[
            "InvalidVersionForPageBlobOperation",
            "SequenceNumberConditionNotMet",
            "SequenceNumberIncrementTooLarge",
            "PreviousSnapshotCannotBeNewer",
            "PreviousSnapshotNotFound",
            "PreviousSnapshotOperationNotSupported",
            "BlobOverwritten",
        ],
        sign: Sign::Refused(&[
            Refusal::InvalidPageRange,
            Refusal::InvalidVersionForPageBlobOperation,
            Refusal::SequenceNumberConditionNotMet,
            Refusal::SequenceNumberIncrementTooLarge,
            Refusal::PreviousSnapshotCannotBeNewer,
            Refusal::PreviousSnapshotNotFound,
            Refusal::PreviousSnapshotOperationNotSupported,
            Refusal::BlobOverwritten,
        ]),
        means: "Part of a page blob was asked for that it does not have (416), or something else of \
            page blobs: their sequence number (412, 409), or the difference of two of their snapshots \
            (400, 409).",
        when: "Disks and downloads in parts. The azurerm backend reads and writes a state whole, \
            and a state is no page blob.",
        advice: OTHER,
        cautions: &[],
        sources: &[CODES, COMMON_CODES, Source::Azure("put-page")],
        see: &["InvalidBlobType"],
        ..CODE
    },
    Topic {
        name: "InvalidBlobTier",
        also: &[
            "BlobAccessTierNotSupportedForAccountType",
            "BlobNotArchived",
            "BlobTierInadequateForContentLength",
            "CannotChangeToLowerTier",
            "ContentLengthLargerThanTierLimit",
        ],
        sign: Sign::Refused(&[
            Refusal::InvalidBlobTier,
            Refusal::BlobAccessTierNotSupportedForAccountType,
            Refusal::BlobNotArchived,
            Refusal::BlobTierInadequateForContentLength,
            Refusal::CannotChangeToLowerTier,
            Refusal::ContentLengthLargerThanTierLimit,
        ]),
        means: "A blob was to get a tier that does not exist (400), or that it can't have (409).",
        when: "Somebody sets tiers. The azurerm backend sets none.",
        advice: OTHER,
        cautions: &["do not archive a state: it can't be read then"],
        sources: &[CODES, Source::Azure("set-blob-tier")],
        see: &["BlobArchived"],
        ..CODE
    },
    Topic {
        name: "InvalidBlockList",
        also: &[
            "InvalidBlockId",
            "InvalidBlobOrBlock",
            "BlockListTooLong",
            "BlockCountExceedsLimit",
        ],
        sign: Sign::Refused(&[
            Refusal::InvalidBlockList,
            Refusal::InvalidBlockId,
            Refusal::InvalidBlobOrBlock,
            Refusal::BlockListTooLong,
            Refusal::BlockCountExceedsLimit,
        ]),
        means: "A blob was to be put together from blocks, and a block is malformed or missing \
            (400), or there are too many (400, 409).",
        when: "Uploads in parts, such as `az storage blob upload` of a large file. The azurerm \
            backend uploads no blocks: it writes a state whole.",
        advice: &[Do(
            "let one upload run at a time; for a state, push it with Terraform instead",
        )],
        cautions: &[
            "do not overwrite a state by upload: a push compares lineage and serial, an \
            upload nothing",
        ],
        sources: &[CODES, Source::Azure("put-block-list")],
        see: &["state push", "RequestBodyTooLarge"],
        ..CODE
    },
    Topic {
        name: "SystemInUse",
        also: &["FeatureVersionMismatch"],
        sign: Sign::Refused(&[Refusal::SystemInUse, Refusal::FeatureVersionMismatch]),
        means: "409: the blob belongs to the service, or to a newer version of it than the request \
            speaks.",
        when: "Disks of virtual machines, and clients of 2014 and before. The azurerm backend \
            speaks a later version, and a state is neither.",
        advice: OTHER,
        cautions: &[],
        sources: &[CODES, Source::Azure("sas-error-codes")],
        see: &["InvalidBlobType"],
        ..CODE
    },
    Topic {
        name: "InvalidMetadata",
        also: &["EmptyMetadataKey", "MetadataTooLarge"],
        sign: Sign::Refused(&[
            Refusal::InvalidMetadata,
            Refusal::EmptyMetadataKey,
            Refusal::MetadataTooLarge,
        ]),
        means: "400: a blob's metadata are malformed, or larger than 8 KiB.",
        when: "Hand-made requests. The lock info is metadata as well; the azurerm backend writes it \
            as Base64, and it is short.",
        advice: &[Do(
            "correct the metadata, and leave `terraformlockid` alone",
        )],
        cautions: &["do not clear the metadata by hand: force-unlock needs it"],
        sources: &[COMMON_CODES, Source::Azure("set-blob-metadata")],
        see: &["lock info"],
        ..CODE
    },
    Topic {
        name: "InvalidInput",
        also: &[
            "OutOfRangeInput",
            "InvalidHttpVerb",
            "UnsupportedHttpVerb",
            "UnsupportedHeader",
            "MissingContentLengthHeader",
            "InvalidMd5",
            "Md5Mismatch",
            "InvalidQueryParameterValue",
            "MissingRequiredQueryParameter",
            "OutOfRangeQueryParameterValue",
            "UnsupportedQueryParameter",
            "InvalidXmlDocument",
            "InvalidXmlNodeValue",
            "MissingRequiredXmlNode",
            "UnsupportedXmlNode",
        ],
        sign: Sign::Refused(&[
            Refusal::InvalidInput,
            Refusal::OutOfRangeInput,
            Refusal::InvalidHttpVerb,
            Refusal::UnsupportedHttpVerb,
            Refusal::UnsupportedHeader,
            Refusal::MissingContentLengthHeader,
            Refusal::InvalidMd5,
            Refusal::Md5Mismatch,
            Refusal::InvalidQueryParameterValue,
            Refusal::MissingRequiredQueryParameter,
            Refusal::OutOfRangeQueryParameterValue,
            Refusal::UnsupportedQueryParameter,
            Refusal::InvalidXmlDocument,
            Refusal::InvalidXmlNodeValue,
            Refusal::MissingRequiredXmlNode,
            Refusal::UnsupportedXmlNode,
        ]),
        means: "The request is malformed: its verb (400, 405), a header, its length (411), its \
            checksum, a query parameter or its XML (400). The code says which.",
        when: "Hand-made requests, a proxy that changes them on the way, or an emulator. The \
            azurerm backend's requests are well-formed.",
        advice: OTHER,
        cautions: &["do not repeat it as it is: it is refused each time"],
        sources: &[COMMON_CODES],
        see: &["MissingRequiredHeader", "InvalidHeaderValue"],
        ..CODE
    },
];
