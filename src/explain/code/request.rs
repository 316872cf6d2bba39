//! Codes that speak of the blob, the request, the credentials or the service.

use crate::explain::topic::Advice::{Do, Run};
use crate::explain::topic::{CODE, Sign, Source, Topic};
use crate::service::aws;
use crate::service::azure::Refusal;
use crate::verdict::advice::PUSH;

/// The page with the blob service's codes.
const CODES: Source = Source::Azure("blob-service-error-codes");
/// The page with the codes that all storage services have.
const COMMON_CODES: Source = Source::Azure("common-rest-api-error-codes");

pub(super) const TOPICS: &[Topic] = &[
    Topic {
        name: "ConditionNotMet",
        also: &["NotModified", "ETag"],
        sign: Sign::Refused(&[Refusal::ConditionNotMet, Refusal::NotModified]),
        means: "A condition of the request, such as If-Match with an ETag, does not hold: 412 for a \
            write, 304 for a read of what the reader has already.",
        when: "Somebody has written the blob since it was read. Terraform with azurerm sends no \
            conditions; other tools do.",
        advice: &[Do("read again, compare, and write what is then right")],
        cautions: &[
            "do not repeat the write without its condition: it is what kept you from \
            overwriting somebody",
        ],
        sources: &[Source::Azure(
            "specifying-conditional-headers-for-blob-service-operations",
        )],
        see: &["lease"],
        ..CODE
    },
    Topic {
        name: "BlobAlreadyExists",
        sign: Sign::Refused(&[Refusal::BlobAlreadyExists]),
        means: "409: the blob was to be created only if there is none, and there is one.",
        when: "An upload with `If-None-Match: *`, such as `az storage blob upload` without \
            --overwrite, onto a state that is there.",
        advice: &[
            Do("look at what is there before you replace it"),
            Run("terraform state pull > remote.tfstate"),
        ],
        cautions: &[
            "do not overwrite a state by upload: a push compares lineage and serial, an \
            upload nothing",
        ],
        sources: &[CODES, Source::Azure("put-blob")],
        see: &["state push"],
        ..CODE
    },
    Topic {
        name: "SnapshotsPresent",
        sign: Sign::Refused(&[Refusal::SnapshotsPresent]),
        means: "409: the blob has snapshots, and the delete did not say what is to become of them.",
        when: "`az storage blob delete` without --delete-snapshots on a state blob with snapshots, \
            which the backend takes with `snapshot = true`.",
        advice: &[Do(
            "look whether one of the snapshots is what you need, and keep it",
        )],
        cautions: &["do not delete the snapshots: they are the old states"],
        sources: &[CODES, Source::Azure("delete-blob")],
        see: &["corrupt_state", "state_lost"],
        ..CODE
    },
    Topic {
        name: "BlobNotFound",
        sign: Sign::Refused(&[Refusal::BlobNotFound]),
        means: "404: there is no such blob. To Terraform that is no error: it means \"no state \
            yet\".",
        when: "Before the first `init`; after somebody deleted the state blob; or a backend block \
            that names another key.",
        advice: &[
            Do("check key, container and account in the backend block"),
            Do("deleted: undelete it, or restore a version, before any other command"),
            Run("terraform plan"),
        ],
        cautions: &["do not apply: where there is no state, the plan creates everything"],
        sources: &[CODES],
        see: &["0-byte state", "state_lost"],
        ..CODE
    },
    Topic {
        name: "ContainerNotFound",
        sign: Sign::Refused(&[Refusal::ContainerNotFound]),
        means: "404: there is no such container.",
        when: "A backend block with a mistyped name; or a destroy that took its own storage \
            account with it.",
        advice: &[
            Do("check container and account in the backend block"),
            Do("destroyed: finish from errored.tfstate, which still records what is left"),
        ],
        cautions: &[
            "do not create the container to get on: the state that was in it is what you \
            need",
        ],
        sources: &[CODES],
        see: &["Failed to get existing workspaces: …", "errored.tfstate"],
        ..CODE
    },
    Topic {
        name: "MissingRequiredHeader",
        sign: Sign::Refused(&[Refusal::MissingRequiredHeader]),
        means: "400: the request lacks a header that it needs, such as the duration of a lease to \
            be acquired.",
        when: "Hand-made requests; Terraform and az send what is needed.",
        advice: &[Do("add the header")],
        cautions: &[],
        sources: &[COMMON_CODES],
        see: &["InvalidHeaderValue"],
        ..CODE
    },
    Topic {
        name: "InvalidHeaderValue",
        sign: Sign::Refused(&[Refusal::InvalidHeaderValue]),
        means: "400: a header's value is malformed or outside its range: a finite lease lasts 15 to \
            60 s, a break period 0 to 60 s, a lease ID is a GUID.",
        when: "`az storage blob lease acquire --lease-duration 120` and the like.",
        advice: &[Do(
            "ask for 15 to 60 s, or -1 for a lease that never runs out",
        )],
        cautions: &[],
        sources: &[COMMON_CODES, Source::Azure("lease-blob")],
        see: &["lease"],
        ..CODE
    },
    Topic {
        name: "InvalidOperation",
        sign: Sign::Refused(&[Refusal::InvalidOperation]),
        means: "400: what is asked for can't be done with this blob, such as to lease a blob \
            snapshot.",
        when: "Requests against a snapshot instead of the blob itself.",
        advice: &[Do("leave the snapshot out of the request")],
        cautions: &[],
        sources: &[CODES],
        see: &["SnapshotsPresent"],
        ..CODE
    },
    Topic {
        name: "MultipleConditionHeadersNotSupported",
        sign: Sign::Refused(&[Refusal::MultipleConditionHeadersNotSupported]),
        means: "400: the request carries more conditions than one request may.",
        when: "Hand-made requests; Terraform sends no conditions.",
        advice: &[Do("send one condition")],
        cautions: &[],
        sources: &[Source::Azure(
            "specifying-conditional-headers-for-blob-service-operations",
        )],
        see: &["ConditionNotMet"],
        ..CODE
    },
    Topic {
        name: "AuthenticationFailed",
        also: &["AADSTS700024", "token expired"],
        sign: Sign::Refused(&[Refusal::AuthenticationFailed]),
        means: "403: the service does not accept the request's signature or token, most often \
            because it has run out. It is not repeated.",
        when: "A long apply whose token lasts shorter than the apply: the save fails, and with it \
            the unlock. What was created is in errored.tfstate alone, and the lock stays.",
        advice: &[
            Do("keep the directory, sign in again, and mend in a new process"),
            Run("terraform force-unlock <LOCK_ID>"),
            Run(PUSH),
            Run("terraform plan"),
        ],
        cautions: &["do not run the job again from a clean directory: that throws the file away"],
        sources: &[COMMON_CODES, Source::Issue("hashicorp/terraform#33264")],
        see: &[
            "Failed to save state",
            "errored.tfstate",
            "AuthorizationFailed",
        ],
        ..CODE
    },
    Topic {
        name: "AuthorizationPermissionMismatch",
        also: &["permission denied"],
        sign: Sign::Refused(&[Refusal::AuthorizationPermissionMismatch]),
        means: "403: the caller is known, and has no right to this operation, such as to write \
            where it may read.",
        when: "A role without write access (Storage Blob Data Contributor has it): the plan works, \
            and the save at the end does not. Or the apply itself changed the roles.",
        advice: &[
            Do("give the identity the right, and wait until it holds"),
            Run(PUSH),
            Run("terraform plan"),
        ],
        cautions: &[
            "do not apply with another identity from another directory: the file stays \
            behind",
        ],
        sources: &[COMMON_CODES, Source::Issue("hashicorp/terraform#14298")],
        see: &["AuthorizationFailure", "Failed to save state"],
        ..CODE
    },
    Topic {
        name: "AuthorizationFailure",
        sign: Sign::Refused(&[Refusal::AuthorizationFailure]),
        means: "403: the caller may not use the account from where it is, most often because of the \
            account's firewall.",
        when: "A runner with a new address, a VPN that dropped, or an apply that changed the \
            firewall itself.",
        advice: &[
            Do("let the address in, or mend from a machine that is in"),
            Run(PUSH),
            Run("terraform plan"),
        ],
        cautions: &["do not leave errored.tfstate on a runner that is about to go"],
        sources: &[COMMON_CODES],
        see: &["AuthorizationPermissionMismatch", "Failed to save state"],
        ..CODE
    },
    Topic {
        name: "TooManyRequests",
        also: &["429", "throttled", "rate limit"],
        sign: Sign::Refused(&[Refusal::TooManyRequests]),
        aws: &[aws::Refusal::TooManyRequests],
        means: "429: Azure Resource Manager throttles the subscription. The blob service itself \
            never gives it; the backend meets it when it looks up the account's key. With s3 it is \
            something in front of the service that throttles, and the SDK does not repeat it.",
        when: "Many runs in one subscription at once. Terraform waits 1, 2, 4, 8, 16, 32, then \
            about 60 s between attempts, without end.",
        advice: &[
            Do("wait: the window is five minutes"),
            Do(
                "let the backend use its own identity or a key, so that nothing is looked up; run \
                fewer jobs at once",
            ),
        ],
        cautions: &["do not press Ctrl+C twice on an apply that waits to save: its record is lost"],
        sources: &[
            Source::Recording("azurerm/put_429_forever"),
            Source::Issue("hashicorp/terraform-provider-azurerm#17747"),
        ],
        see: &["ServerBusy", "Failed to get existing workspaces: …"],
        ..CODE
    },
    Topic {
        name: "ServerBusy",
        also: &["503"],
        sign: Sign::Refused(&[Refusal::ServerBusy]),
        means: "503: the account or the partition is over its target. The request was not done; \
            Terraform repeats it with growing waits, up to about 60 s, without end.",
        when: "Very many requests to one account. An apply that waits to save holds the lock all \
            the while.",
        advice: &[Do("wait; the save goes through once the load is gone")],
        cautions: &["do not kill the process: what it has done is in its memory alone"],
        sources: &[
            Source::Recording("azurerm/put_503_forever"),
            Source::Recording("azurerm/put_503_twice"),
            COMMON_CODES,
        ],
        see: &["TooManyRequests", "OperationTimedOut"],
        ..CODE
    },
    Topic {
        name: "OperationTimedOut",
        sign: Sign::Refused(&[Refusal::OperationTimedOut]),
        means: "500: the service's time for the request ran out. Whether it was done is unknown; \
            Terraform repeats it.",
        when: "The service is overloaded or has a fault.",
        advice: &[Do("wait")],
        cautions: &["do not assume that it was not done"],
        sources: &[COMMON_CODES],
        see: &["ServerBusy", "InternalError"],
        ..CODE
    },
    Topic {
        name: "InternalError",
        also: &["500"],
        sign: Sign::Refused(&[Refusal::InternalError]),
        aws: &[aws::Refusal::InternalError],
        means: "500: the service failed. Whether the request was done is unknown; Terraform repeats \
            it.",
        when: "A fault of the service.",
        advice: &[Do("wait; look at the service's status page if it lasts")],
        cautions: &["do not assume that it was not done"],
        sources: &[COMMON_CODES],
        see: &["ServerBusy", "OperationTimedOut"],
        ..CODE
    },
];
