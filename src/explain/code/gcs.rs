//! Reasons of Cloud Storage.

use crate::explain::topic::Advice::{Do, Run};
use crate::explain::topic::{CODE, Source, Topic};
use crate::service::gcs::Refusal;
use crate::terraform::backend::gcs::REMOVE_LOCK;
use crate::verdict::advice::PUSH;

const CODES: Source = Source::Google("storage/docs/json_api/v1/status-codes");
const RETRIES: Source = Source::Google("storage/docs/retry-strategy");
const PRECONDITIONS: Source = Source::Google("storage/docs/request-preconditions");

pub(super) const TOPICS: &[Topic] = &[
    Topic {
        name: "googleapi: Error 412",
        also: &[
            "ifGenerationMatch",
            "At least one of the pre-conditions you specified did not hold., conditionNotMet",
        ],
        gcs: &[Refusal::ConditionNotMet],
        means: "A request named the generation that it was meant for, and the object has another \
            one. Of a lock: somebody holds it. Of an unlock: the lock that is there is not the one \
            whose ID was given, and nothing was freed.",
        when: "Somebody holds the lock; or nobody does, since the process that put it is dead, or \
            never had the answer to its own request. The lock info below says whose it is, with \
            the object's generation for an ID.",
        advice: &[
            Do("look at Who and Created: if that process is alive, wait"),
            Do("it is dead, or it is the very command that printed it: free the lock"),
            Run("terraform force-unlock <LOCK_ID>"),
            Do("no lock info can be read: remove the lock object itself"),
            Run(REMOVE_LOCK),
            Run("terraform plan"),
        ],
        cautions: &[
            "do not force-unlock a process that is alive: with gcs nothing refuses its save, and \
             the later one wins",
        ],
        sources: &[
            Source::Recording("gcs/force_unlocked_overwrite"),
            Source::Recording("gcs/unlock_request_lost_once"),
            PRECONDITIONS,
        ],
        see: &[
            "Error acquiring the state lock",
            "orphaned_lock",
            "force-unlock",
        ],
        ..CODE
    },
    Topic {
        name: "storage: object doesn't exist",
        also: &["storage: bucket doesn't exist", "googleapi: Error 404"],
        gcs: &[Refusal::NotFound],
        means: "404 of Cloud Storage: there is no such object, or none of the generation. Of the \
            state it means \"no state\": the next command makes an empty one. Of the lock object it \
            means that the lock has gone.",
        when: "At an unlock: somebody has freed the lock meanwhile, or the answer to this very \
            unlock was lost. Below a failed lock: the request for it never arrived. Of the state: \
            somebody deleted it.",
        advice: &[
            Do("at an unlock: the state was saved; see what others have saved meanwhile"),
            Run("terraform plan"),
            Do("of the state: copy an earlier generation back, if the bucket keeps them"),
            Run("gcloud storage ls -a gs://tfstate/default.tfstate"),
        ],
        cautions: &["do not apply a plan that creates everything anew"],
        sources: &[
            Source::Recording("gcs/force_unlocked_and_other_applies"),
            Source::Recording("gcs/unlock_answer_lost_once"),
            Source::Recording("gcs/state_deleted"),
        ],
        see: &["Error releasing the state lock", "state_lost"],
        ..CODE
    },
    Topic {
        name: "googleapi: Error 403",
        also: &["googleapi: Error 401", "authError", "Invalid Credentials"],
        gcs: &[Refusal::Forbidden, Refusal::AuthError],
        means: "Cloud Storage does not let the caller do this: 403, a permission is lacking; 401, \
            the token is invalid or has run out. It is not repeated.",
        when: "The role lacks storage.objects.create or delete on the state or on the .tflock beside \
            it; or an apply outlives its token, and then its save and its unlock fail alike.",
        advice: &[
            Do("have the permission given, or sign in again"),
            Do("an errored.tfstate was written: free the lock if it is held, and push"),
            Run("terraform force-unlock <LOCK_ID>"),
            Run(PUSH),
            Run("terraform plan"),
        ],
        cautions: &["do not switch the lock off to get around it"],
        sources: &[Source::Recording("gcs/update_save_fails"), CODES],
        see: &["Failed to save state", "orphaned_lock"],
        ..CODE
    },
    Topic {
        name: "googleapi: Error 503",
        also: &[
            "googleapi: Error 429",
            "googleapi: Error 500",
            "backendError",
            "rateLimitExceeded",
            "uploadBrokenConnection",
            "badGateway",
            "gatewayTimeout",
            "notImplemented",
        ],
        gcs: &[
            Refusal::BackendError,
            Refusal::RateLimitExceeded,
            Refusal::RequestTimeout,
            Refusal::InternalError,
            Refusal::NotImplemented,
            Refusal::BadGateway,
            Refusal::GatewayTimeout,
        ],
        means: "Cloud Storage is busy or has failed: 408, 429, 5xx. Google's client repeats what is \
            safe to repeat, without end, with random waits of up to 30 s: reads, the lock and the \
            unlock, which name a generation. A save names none, and is sent once: a single 503 at \
            the end of an apply leaves an errored.tfstate.",
        when: "Throttling, such as more than one write a second to one object, or a fault of the \
            service.",
        advice: &[
            Do("an errored.tfstate was written: push it"),
            Run(PUSH),
            Run("terraform plan"),
            Do("a command hangs: wait, it goes on once the service answers again"),
        ],
        cautions: &[
            "do not apply anew before the push: what was created would be created once more",
        ],
        sources: &[
            Source::Recording("gcs/delete_lock_503_forever"),
            Source::Recording("gcs/get_state_503_forever"),
            RETRIES,
        ],
        see: &["Failed to save state", "retries", "remote_behind_errored"],
        ..CODE
    },
    Topic {
        name: "googleapi: Error …",
        also: &["googleapi"],
        gcs: &[Refusal::Invalid, Refusal::Conflict],
        means: "Cloud Storage refused the request, with this HTTP status and reason: 400, it is \
            malformed; 409, it conflicts with another one. It is not repeated.",
        when: "Rarely: something between Terraform and the service changed the request, or the \
            bucket is being deleted.",
        advice: &[
            Do("look at the status and at the reason behind it; type the command again"),
            Run("terraform plan"),
        ],
        cautions: &["do not delete what stands in the way before you know whose it is"],
        sources: &[CODES],
        see: &["Failed to save state"],
        ..CODE
    },
];
