//! Codes by which an account, a container or a policy shuts Terraform out.

use crate::explain::topic::Advice::{Do, Run};
use crate::explain::topic::{CODE, Sign, Source, Topic};
use crate::service::azure::Refusal;
use crate::verdict::advice::PUSH;

/// The page with the blob service's codes.
const CODES: Source = Source::Azure("blob-service-error-codes");
/// The page with the codes that all storage services have.
const COMMON_CODES: Source = Source::Azure("common-rest-api-error-codes");
/// The page with the codes of shared access signatures.
const SIGNATURE_CODES: Source = Source::Azure("sas-error-codes");

pub(super) const TOPICS: &[Topic] = &[
    Topic {
        name: "KeyBasedAuthenticationNotPermitted",
        also: &[
            "key based authentication is not permitted",
            "shared key access",
            "shared_access_key_enabled",
            "use_azuread_auth",
        ],
        sign: Sign::Refused(&[Refusal::KeyBasedAuthenticationNotPermitted]),
        means: "403: the request is signed with the account's key, and shared key access is switched \
            off for the account. No right and no waiting helps.",
        when: "A policy, or somebody's apply, switched it off (`shared_access_key_enabled = false`), \
            and the backend still uses the key, which it does unless told otherwise. An apply that \
            switches it off on its own state's account can't save.",
        advice: &[
            Do(
                "set `use_azuread_auth = true` in the backend block, and give the identity the \
                 role Storage Blob Data Contributor",
            ),
            Run("terraform init -reconfigure"),
            Do("an apply could not save: push what it left"),
            Run(PUSH),
            Run("terraform plan"),
        ],
        cautions: &[
            "do not switch shared keys on again to get on: every key of the account works then",
        ],
        sources: &[
            Source::Azure("authorize-with-shared-key"),
            Source::Terraform("language/backend/azurerm"),
        ],
        see: &[
            "AuthenticationFailed",
            "AuthorizationPermissionMismatch",
            "Failed to save state",
        ],
        ..CODE
    },
    Topic {
        name: "NoAuthenticationInformation",
        sign: Sign::Refused(&[Refusal::NoAuthenticationInformation]),
        means: "401: the request carried no credentials at all.",
        when: "Requests by hand, a proxy that drops the Authorization header, or a shared access \
            signature that is empty.",
        advice: &[
            Do("see where the credentials of the backend come from: an unset variable is empty"),
            Run("terraform init -reconfigure"),
        ],
        cautions: &["do not make the container public to get on: a state holds secrets"],
        sources: &[COMMON_CODES],
        see: &["InvalidAuthenticationInfo", "AuthenticationFailed"],
        ..CODE
    },
    Topic {
        name: "InvalidAuthenticationInfo",
        sign: Sign::Refused(&[
            Refusal::InvalidAuthenticationInfo,
            Refusal::MalformedAuthenticationInfo,
        ]),
        means: "401: the service can't use the token that came with the request; 400: the \
            Authorization header is malformed.",
        when: "A token of another tenant or for another audience, one that has run out, or \
            credentials that were pasted with a line break.",
        advice: &[
            Do("sign in again, in the tenant of the storage account; then mend in a new process"),
            Run("terraform plan"),
            Do("an apply could not save: push what it left"),
            Run(PUSH),
        ],
        cautions: &["do not run the job again from a clean directory: that throws the file away"],
        sources: &[COMMON_CODES],
        see: &["AuthenticationFailed", "errored.tfstate"],
        ..CODE
    },
    Topic {
        name: "AuthorizationSourceIPMismatch",
        sign: Sign::Refused(&[Refusal::AuthorizationSourceIPMismatch]),
        means: "403: the backend uses a shared access signature, and it does not hold for the \
            address from which the request came.",
        when: "A runner with a new address, or a VPN that is off. The account's firewall refuses \
            with AuthorizationFailure instead.",
        advice: &[
            Do("work from an address that the signature names, or have one made for this address"),
            Run(PUSH),
            Run("terraform plan"),
        ],
        cautions: &["do not leave errored.tfstate on a runner that is about to go"],
        sources: &[SIGNATURE_CODES],
        see: &["AuthorizationFailure", "AuthorizationServiceMismatch"],
        ..CODE
    },
    Topic {
        name: "AuthorizationServiceMismatch",
        also: &[
            "AuthorizationResourceTypeMismatch",
            "AuthorizationProtocolMismatch",
            "SAS",
            "shared access signature",
            "sas_token",
        ],
        sign: Sign::Refused(&[
            Refusal::AuthorizationServiceMismatch,
            Refusal::AuthorizationResourceTypeMismatch,
            Refusal::AuthorizationProtocolMismatch,
        ]),
        means: "403: the backend uses a shared access signature that was not made for this: for \
            another service (AuthorizationServiceMismatch), without the containers or the blobs \
            (AuthorizationResourceTypeMismatch), or for HTTPS alone \
            (AuthorizationProtocolMismatch).",
        when: "`sas_token` in the backend block, or ARM_SAS_TOKEN, with a signature for blobs only: \
            `terraform workspace list` lists the container.",
        advice: &[
            Do(
                "have a signature made for the blob service, with containers and objects, to read, \
                 write, list and delete",
            ),
            Run("terraform init -reconfigure"),
        ],
        cautions: &["do not give it more than the state's container needs"],
        sources: &[SIGNATURE_CODES],
        see: &[
            "AuthorizationSourceIPMismatch",
            "AuthorizationPermissionMismatch",
        ],
        ..CODE
    },
    Topic {
        name: "UnauthorizedBlobOverwrite",
        sign: Sign::Refused(&[Refusal::UnauthorizedBlobOverwrite]),
        means: "403: the caller may create blobs, and may not overwrite one.",
        when: "A role or a shared access signature with `create` and without `write`: the first \
            save works, and every later one does not.",
        advice: &[
            Do("give the identity the right to write"),
            Run(PUSH),
            Run("terraform plan"),
        ],
        cautions: &["do not delete the state blob so that it can be created: it is the state"],
        sources: &[CODES],
        see: &["AuthorizationPermissionMismatch", "Failed to save state"],
        ..CODE
    },
    Topic {
        name: "RequestForbiddenByContainerEncryptionPolicy",
        also: &["BlobUsesCustomerSpecifiedEncryption"],
        sign: Sign::Refused(&[
            Refusal::RequestForbiddenByContainerEncryptionPolicy,
            Refusal::BlobUsesCustomerSpecifiedEncryption,
        ]),
        means: "The state is encrypted otherwise than the request says: 403 where the container \
            permits one encryption scope alone, 409 where the blob needs a customer's key.",
        when: "Somebody uploaded the state with a key of their own, or the container got an \
            encryption scope. The azurerm backend sends no key and no scope.",
        advice: &[
            Do(
                "let the one who has the key download the state, and store it again without the \
                 key",
            ),
            Run("terraform state push COPY.tfstate"),
        ],
        cautions: &["do not lose the key: without it the state can't be read by anybody"],
        sources: &[SIGNATURE_CODES, Source::Azure("put-blob")],
        see: &["BlobAlreadyExists", "state push"],
        ..CODE
    },
    Topic {
        name: "InsufficientAccountPermissions",
        sign: Sign::Refused(&[Refusal::InsufficientAccountPermissions]),
        means: "403: the account does not take such operations now: reads or writes are switched \
            off, or it is asked at its read-only copy.",
        when: "The backend's endpoint is that of the secondary region, or the account is being \
            failed over or blocked.",
        advice: &[
            Do("check the endpoint in the backend block; ask who owns the account"),
            Run(PUSH),
            Run("terraform plan"),
        ],
        cautions: &["do not leave errored.tfstate behind while the account is sorted out"],
        sources: &[COMMON_CODES],
        see: &["AccountIsDisabled", "Failed to save state"],
        ..CODE
    },
    Topic {
        name: "AccountIsDisabled",
        sign: Sign::Refused(&[Refusal::AccountIsDisabled]),
        means: "403: the storage account is disabled, and so is everything in it.",
        when: "The subscription is disabled: its credit is used up, a bill is not paid, or somebody \
            canceled it.",
        advice: &[
            Do("have the subscription enabled again; the state is still there"),
            Do("an apply could not save: keep its directory, and push then"),
            Run(PUSH),
            Run("terraform plan"),
        ],
        cautions: &["do not begin a new state elsewhere: its plan creates everything"],
        sources: &[COMMON_CODES],
        see: &["errored.tfstate", "ContainerNotFound"],
        ..CODE
    },
    Topic {
        name: "PublicAccessNotPermitted",
        sign: Sign::Refused(&[Refusal::PublicAccessNotPermitted]),
        means: "409: the request came without credentials, or wants a public container, and the \
            account permits neither.",
        when: "Requests by hand; or a backend whose credentials are empty.",
        advice: &[Do("see where the credentials of the backend come from")],
        cautions: &["do not permit public access: a state holds secrets"],
        sources: &[Source::Azure("set-container-acl")],
        see: &["NoAuthenticationInformation"],
        ..CODE
    },
    Topic {
        name: "ContainerBeingDeleted",
        sign: Sign::Refused(&[Refusal::ContainerBeingDeleted]),
        means: "409: the container is being deleted. Its name is free again half a minute later at \
            the earliest.",
        when: "Somebody deleted it, or a destroy took its own state's container with it.",
        advice: &[
            Do("undelete the container, if the account keeps deleted ones: the state is in it"),
            Do("destroyed: finish from errored.tfstate, which still records what is left"),
        ],
        cautions: &[
            "do not create the container anew under the same name before you know whether the old \
             one can come back: it can't then",
        ],
        sources: &[CODES, Source::Azure("delete-container")],
        see: &["ContainerNotFound", "state_lost"],
        ..CODE
    },
    Topic {
        name: "ContainerDisabled",
        sign: Sign::Refused(&[Refusal::ContainerDisabled]),
        means: "409: an administrator of the service has disabled the container.",
        when: "Seldom; ask Microsoft's support.",
        advice: &[
            Do("keep the directory of an apply that could not save"),
            Run(PUSH),
        ],
        cautions: &["do not begin a new state elsewhere: its plan creates everything"],
        sources: &[CODES],
        see: &["AccountIsDisabled"],
        ..CODE
    },
    Topic {
        name: "BlobImmutableDueToPolicy",
        also: &["immutable", "immutability policy", "WORM"],
        sign: Sign::Refused(&[Refusal::BlobImmutableDueToPolicy]),
        means: "409: a retention policy keeps the blob as it is: it can be read, and neither written \
            nor deleted before its time.",
        when: "Somebody put a retention policy on the container of the state. The first save of a \
            new blob works; the next one, and the lock info of the next lock, do not.",
        advice: &[
            Do("take the policy off the container, or move the state to one that has none"),
            Do("an apply could not save: push what it left"),
            Run(PUSH),
            Run("terraform plan"),
        ],
        cautions: &[
            "do not lock a retention policy to protect a state: nothing can be saved then; use \
             versions or soft delete",
        ],
        sources: &[CODES],
        see: &["BlobImmutableDueToLegalHold", "Failed to save state"],
        ..CODE
    },
    Topic {
        name: "BlobImmutableDueToLegalHold",
        also: &["legal hold"],
        sign: Sign::Refused(&[Refusal::BlobImmutableDueToLegalHold]),
        means: "409: somebody has put a legal hold on the blob or its container: it can be read, and \
            neither written nor deleted until the hold is lifted.",
        when: "An audit or a lawsuit; the hold was put on more than was meant.",
        advice: &[
            Do("ask who put it there, and have it lifted from the state"),
            Do("an apply could not save: push what it left"),
            Run(PUSH),
            Run("terraform plan"),
        ],
        cautions: &["do not lift a legal hold on your own"],
        sources: &[CODES],
        see: &["BlobImmutableDueToPolicy", "Failed to save state"],
        ..CODE
    },
    Topic {
        name: "BlobArchived",
        also: &["BlobBeingRehydrated", "archive tier"],
        sign: Sign::Refused(&[Refusal::BlobArchived, Refusal::BlobBeingRehydrated]),
        means: "409: the state blob is in the archive tier, and can be neither read nor written \
            until it is brought back, which takes hours.",
        when: "A lifecycle rule of the account moves what nobody has written for long, and meets \
            the state.",
        advice: &[
            Do("set the blob's tier to hot, and wait until it is there"),
            Do("take the state's container out of the rule"),
            Run("terraform plan"),
        ],
        cautions: &["do not begin a new state meanwhile: its plan creates everything"],
        sources: &[CODES, Source::Azure("set-blob-tier")],
        see: &["0-byte state"],
        ..CODE
    },
    Topic {
        name: "SnapshotCountExceeded",
        also: &[
            "SnapshotOperationRateExceeded",
            "SnaphotOperationRateExceeded",
        ],
        sign: Sign::Refused(&[
            Refusal::SnapshotCountExceeded,
            Refusal::SnapshotOperationRateExceeded,
        ]),
        means: "409: the blob has as many snapshots as it may have, or they were taken too fast.",
        when: "A backend with `snapshot = true` takes one at each save, and nobody ever deletes \
            one.",
        advice: &[
            Do("keep the newest snapshots, and delete old ones"),
            Do("use the account's versions with a lifecycle rule instead of `snapshot = true`"),
            Run("terraform plan"),
        ],
        cautions: &["do not delete the blob with its snapshots: that is the state"],
        sources: &[CODES, Source::Azure("snapshot-blob")],
        see: &["SnapshotsPresent"],
        ..CODE
    },
    Topic {
        name: "RequestBodyTooLarge",
        also: &["413"],
        sign: Sign::Refused(&[Refusal::RequestBodyTooLarge]),
        means: "413: the body is larger than one write takes.",
        when: "A state of very many megabytes. The backend stores it with one Put Blob.",
        advice: &[
            Do("the whole state is in errored.tfstate: split the configuration, then move parts"),
            Run("terraform state list"),
        ],
        cautions: &["do not delete errored.tfstate: nothing else has what was made"],
        sources: &[COMMON_CODES, Source::Azure("put-blob")],
        see: &["errored.tfstate", "Failed to save state"],
        ..CODE
    },
    Topic {
        name: "InvalidBlobType",
        also: &["ResourceTypeMismatch", "BlobOperationNotSupported"],
        sign: Sign::Refused(&[
            Refusal::InvalidBlobType,
            Refusal::ResourceTypeMismatch,
            Refusal::BlobOperationNotSupported,
        ]),
        means: "409: what stands under the state's name is of another type than a block blob, or was \
            made by another interface, and does not take the operation.",
        when: "Somebody uploaded the state as an append blob or a page blob, or by the Data Lake \
            interface.",
        advice: &[
            Do("download it, upload it again as a block blob"),
            Run("terraform plan"),
        ],
        cautions: &["do not delete it before you have a copy: it is the state"],
        sources: &[CODES, COMMON_CODES],
        see: &["BlobAlreadyExists"],
        ..CODE
    },
    Topic {
        name: "InvalidResourceName",
        also: &["InvalidUri", "RequestUrlFailedToParse"],
        sign: Sign::Refused(&[
            Refusal::InvalidResourceName,
            Refusal::InvalidUri,
            Refusal::RequestUrlFailedToParse,
        ]),
        means: "400: a name of the backend block can be none: a container's has 3 to 63 lowercase \
            letters, digits and single hyphens.",
        when: "The first `init` with a mistyped container or key, or with a placeholder that \
            nobody filled in.",
        advice: &[
            Do("correct the name in the backend block"),
            Run("terraform init -reconfigure"),
        ],
        cautions: &["do not let `init` migrate a state on the way: there is nothing to migrate"],
        sources: &[
            COMMON_CODES,
            Source::Azure("naming-and-referencing-containers--blobs--and-metadata"),
        ],
        see: &["ContainerNotFound"],
        ..CODE
    },
    Topic {
        name: "ResourceNotFound",
        sign: Sign::Refused(&[Refusal::ResourceNotFound]),
        means: "404: what the request names does not exist. Like BlobNotFound it is no error to \
            Terraform: it means \"no state yet\".",
        when: "Requests by hand, mostly: for blobs and containers the service has codes of their \
            own.",
        advice: &[
            Do("check key, container and account in the backend block"),
            Run("terraform plan"),
        ],
        cautions: &["do not apply: where there is no state, the plan creates everything"],
        sources: &[COMMON_CODES],
        see: &["BlobNotFound", "ContainerNotFound"],
        ..CODE
    },
    Topic {
        name: "PendingCopyOperation",
        also: &["NoPendingCopyOperation", "CopyIdMismatch"],
        sign: Sign::Refused(&[
            Refusal::PendingCopyOperation,
            Refusal::NoPendingCopyOperation,
            Refusal::CopyIdMismatch,
        ]),
        means: "409: a copy onto the blob is under way, so that it can't be written \
            (PendingCopyOperation); or a copy was to be ended that is not.",
        when: "Somebody restores a state by `az storage blob copy start` from another account, and \
            a command wants to save meanwhile. Terraform itself copies nothing.",
        advice: &[Do("wait until the copy is done"), Run("terraform plan")],
        cautions: &["do not end the copy: what is there then has 0 bytes"],
        sources: &[CODES, Source::Azure("copy-blob")],
        see: &["CannotVerifyCopySource", "0-byte state"],
        ..CODE
    },
    Topic {
        name: "CannotVerifyCopySource",
        also: &["CopyAcrossAccountsNotSupported", "InvalidSourceBlobType"],
        sign: Sign::Refused(&[
            Refusal::CannotVerifyCopySource,
            Refusal::CopyAcrossAccountsNotSupported,
            Refusal::InvalidSourceBlobType,
        ]),
        means: "The source of a copy can't be had: it does not answer, or refuses \
            (CannotVerifyCopySource), is in another account, or of another type.",
        when: "Somebody restores a state by `az storage blob copy start`, and the source is \
            mistyped, gone or not readable with these credentials. Terraform itself copies \
            nothing.",
        advice: &[Do(
            "check the source; or download it, and push it: a push compares lineage and serial",
        )],
        cautions: &["do not copy over a state blob that you have no copy of"],
        sources: &[CODES, Source::Azure("copy-blob")],
        see: &["PendingCopyOperation", "state push"],
        ..CODE
    },
];
