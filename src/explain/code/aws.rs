//! Codes of S3 and `DynamoDB`.

use crate::explain::topic::Advice::{Do, Run};
use crate::explain::topic::{CODE, Source, Topic};
use crate::service::aws::Refusal;
use crate::verdict::advice::PUSH;

const S3_CODES: Source = Source::Aws("AmazonS3/latest/API/ErrorResponses.html");
const TABLE_CODES: Source =
    Source::Aws("amazondynamodb/latest/developerguide/Programming.Errors.html");

pub(super) const TOPICS: &[Topic] = &[
    Topic {
        name: "PreconditionFailed",
        also: &["ConditionalCheckFailedException", "If-None-Match"],
        aws: &[Refusal::PreconditionFailed, Refusal::ConditionalCheckFailed],
        means: "412 of S3, 400 of DynamoDB: a put asked that there be none, and there is one. For \
            Terraform's s3 backend that is a lock which is held. The holder's lock info is printed \
            below it.",
        when: "Somebody holds the lock. Or nobody does: where only the answer to the lock's request \
            was lost, the SDK sends it again, and the second request meets the lock that the first \
            one has put. Then the lock info that is printed is the command's own.",
        advice: &[
            Do("look at who holds it, and since when; if that process is alive, wait"),
            Do("it is this very command, or the process is dead: free it"),
            Run("terraform force-unlock <LOCK_ID>"),
            Run("terraform plan"),
        ],
        cautions: &[
            "do not force-unlock a process that is alive: with s3 nothing refuses its save, and \
             the later one wins",
        ],
        sources: &[
            Source::Recording("s3/lock_resp_lost_once_L"),
            Source::Issue("opentofu/opentofu#4405"),
            Source::Aws("AmazonS3/latest/userguide/conditional-writes.html"),
        ],
        see: &[
            "Error acquiring the state lock",
            "orphaned_lock",
            "force-unlock",
        ],
        ..CODE
    },
    Topic {
        name: "ConditionalRequestConflict",
        also: &["OperationAborted"],
        aws: &[
            Refusal::ConditionalRequestConflict,
            Refusal::OperationAborted,
        ],
        means: "409: a conditional put met another put or a delete of the same key. Nothing was \
            written. The SDK does not repeat it, and neither does Terraform.",
        when: "Two commands take or free the lock in the same instant. The lock info is mostly \
            gone when it is asked for, so none is printed, and -lock-timeout does not wait.",
        advice: &[Do("type the command again"), Run("terraform plan")],
        cautions: &["do not force-unlock: this command holds nothing"],
        sources: &[Source::Aws(
            "AmazonS3/latest/userguide/conditional-writes.html",
        )],
        see: &["PreconditionFailed", "Error acquiring the state lock"],
        ..CODE
    },
    Topic {
        name: "NoSuchKey",
        also: &["NotFound", "NoSuchVersion"],
        aws: &[
            Refusal::NoSuchKey,
            Refusal::NoSuchVersion,
            Refusal::NotFound,
        ],
        means: "404: there is no object under the key. Of the state it means \"no state\": no \
            error, and a plan that creates everything. Of the lock object it means that the lock \
            has gone.",
        when: "The state object was deleted, or the key is another one. At an unlock: somebody \
            force-unlocked, or a late delete of somebody else's removed this lock.",
        advice: &[
            Do("of the lock: the state was saved; see what others have done meanwhile"),
            Run("terraform plan"),
            Do("of the state: bring a version of the object back, if the bucket keeps versions"),
        ],
        cautions: &["do not apply a plan that creates everything anew"],
        sources: &[S3_CODES],
        see: &["state_lost", "Error releasing the state lock"],
        ..CODE
    },
    Topic {
        name: "NoSuchBucket",
        also: &["ResourceNotFoundException"],
        aws: &[Refusal::NoSuchBucket, Refusal::TableNotFound],
        means: "404 of S3, 400 of DynamoDB: there is no bucket or no table of the name.",
        when: "A wrong name, account or region in the backend's configuration; or it was deleted.",
        advice: &[Do(
            "compare the backend's configuration with what the account has",
        )],
        cautions: &["do not make an empty bucket in its place: its plan creates everything"],
        sources: &[S3_CODES, TABLE_CODES],
        see: &["state_lost"],
        ..CODE
    },
    Topic {
        name: "AccessDenied",
        also: &["AccessDeniedException", "Forbidden"],
        aws: &[
            Refusal::AccessDenied,
            Refusal::TableAccessDenied,
            Refusal::Forbidden,
        ],
        means: "403 of S3, 400 of DynamoDB: the caller has no permission for this action on this \
            object or item. It is not repeated. A head has no body, so there it reads Forbidden.",
        when: "The policy lacks an action: s3:PutObject or s3:DeleteObject on the .tflock object, \
            dynamodb:PutItem on the table. Of the digest, DynamoDB's refusal is passed over without \
            a word.",
        advice: &[
            Do("have the action allowed"),
            Do("an errored.tfstate was written: push it then"),
            Run(PUSH),
            Run("terraform plan"),
        ],
        cautions: &["do not switch the lock off to get around it"],
        sources: &[S3_CODES, TABLE_CODES],
        see: &["Failed to save state", "digest_mismatch"],
        ..CODE
    },
    Topic {
        name: "ExpiredToken",
        also: &["ExpiredTokenException", "BadRequest"],
        aws: &[
            Refusal::ExpiredToken,
            Refusal::TableTokenExpired,
            Refusal::BadRequest,
        ],
        means: "400: the token has expired. It is not repeated. A head has no body, so \
            there it reads BadRequest, like any other.",
        when: "An apply that takes longer than the token lives: the save, its repetition and the \
            unlock fail alike, so an errored.tfstate and a lock are left.",
        advice: &[
            Do("sign in again"),
            Run("terraform force-unlock <LOCK_ID>"),
            Run(PUSH),
            Run("terraform plan"),
        ],
        cautions: &["do not delete the working directory: errored.tfstate is in it"],
        sources: &[S3_CODES, TABLE_CODES],
        see: &["Failed to save state", "orphaned_lock"],
        ..CODE
    },
    Topic {
        name: "SlowDown",
        also: &[
            "ServiceUnavailable",
            "RequestTimeout",
            "ProvisionedThroughputExceededException",
            "InternalServerError",
            "exceeded maximum number of attempts",
        ],
        aws: &[
            Refusal::SlowDown,
            Refusal::ServiceUnavailable,
            Refusal::RequestTimeout,
            Refusal::ProvisionedThroughputExceeded,
            Refusal::TableInternalError,
        ],
        means: "The service is busy, or has failed. The SDK sends the request five times in all, \
            with random waits of up to 2, 4, 8 and 16 seconds between.",
        when: "Throttling, or a fault of the service. Five times in a row it ends the request, and \
            what that leaves depends on which request it was.",
        advice: &[
            Do("wait, and type the command again"),
            Run("terraform plan"),
        ],
        cautions: &["do not raise the parallelism: it sends more"],
        sources: &[S3_CODES, TABLE_CODES],
        see: &["Failed to save state", "InternalError"],
        ..CODE
    },
];
