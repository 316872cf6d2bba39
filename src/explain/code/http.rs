//! Statuses of an HTTP state server.

use crate::explain::topic::Advice::{Do, Run};
use crate::explain::topic::{CODE, Source, Topic};
use crate::service::http::Status;
use crate::verdict::advice::PUSH;

pub(super) const TOPICS: &[Topic] = &[
    Topic {
        name: "Conflict",
        also: &["HTTP 409", "HTTP 423"],
        http: &[Status::Conflict, Status::Locked],
        means: "409 or 423 of an HTTP state server. To a lock: it is held. To a save or an unlock: \
            the ID is not that of the lock, or there is none. A server that answers so protects \
            who holds the lock.",
        when: "Of a lock, somebody is at work, or a dead command has left it. Of a save, somebody \
            has taken the lock away with force-unlock, which needs no ID that is right. Of an \
            unlock whose answer was lost before, nothing is wrong: the lock is free.",
        advice: &[
            Do("a lock was refused: ask who holds it, and wait or free it"),
            Run("terraform force-unlock <LOCK_ID>"),
            Do("a save was refused: push what was left, once nobody else works"),
            Run(PUSH),
            Run("terraform plan"),
        ],
        cautions: &[
            "do not push while the other one works: with an open server nothing is refused",
        ],
        sources: &[
            Source::Recording("http/force_unlocked_and_other_applies"),
            Source::Recording("http/unlock_answer_lost_once"),
        ],
        see: &[
            "HTTP remote state already locked",
            "orphaned_lock",
            "HTTP error: …",
        ],
        ..CODE
    },
    Topic {
        name: "UnprocessableEntity",
        also: &["HTTP 422"],
        http: &[Status::UnprocessableEntity],
        means: "422 of GitLab: a state with this serial was stored before, or what was sent has no \
            serial.",
        when: "The answer to a save was lost, and the second attempt meets the version that the \
            first one stored; Terraform then reports a failure of a save that succeeded. Or a push \
            with -force brings an older serial.",
        advice: &[
            Do("look at what is stored"),
            Run("terraform state pull"),
            Do("it has what errored.tfstate has: the file is of no use"),
            Run("terraform plan"),
            Run("rm errored.tfstate"),
        ],
        cautions: &["do not delete errored.tfstate before plan shows no changes"],
        sources: &[
            Source::Recording("http/gitlab_answer_lost_once"),
            Source::Recording("http/gitlab_push_variants"),
        ],
        see: &["spurious_errored", "HTTP error: …"],
        ..CODE
    },
    Topic {
        name: "Unauthorized",
        also: &["HTTP 401", "HTTP 403"],
        http: &[
            Status::Unauthorized,
            Status::Forbidden,
            Status::ProxyAuthenticationRequired,
            Status::NetworkAuthenticationRequired,
        ],
        means: "401, 403, 407 or 511 of an HTTP state server, or of what stands in front of it: it \
            does not know the caller, or does not let it. All but 511 are refused at once.",
        when: "A token has expired in the middle of an apply, or lacks a permission.",
        advice: &[
            Do("log in again, or give the token what it needs"),
            Do("an apply has left a file: push it"),
            Run(PUSH),
            Run("terraform plan"),
        ],
        cautions: &["do not apply before the push: the state lacks what was done"],
        sources: &[Source::Recording("http/update_save_fails")],
        see: &["Failed to save state", "errored.tfstate"],
        ..CODE
    },
    Topic {
        name: "TooManyRequests of HTTP",
        also: &[
            "HTTP 429",
            "HTTP 500",
            "HTTP 502",
            "HTTP 503",
            "HTTP 504",
            "Retry-After",
        ],
        http: &[
            Status::TooManyRequests,
            Status::InternalServerError,
            Status::BadGateway,
            Status::ServiceUnavailable,
            Status::GatewayTimeout,
            Status::InsufficientStorage,
        ],
        means: "429 or 5xx of an HTTP state server, or of what stands in front of it. Terraform \
            sends the request twice more, after 1 and 2 s; `Retry-After` of 429 and 503 replaces \
            the wait, and `retry_max` says how often.",
        when: "The server is down, overloaded or throttles. 500 of GitLab also means that a save's \
            ID is not that of the lock: an error that its own code does not catch.",
        advice: &[
            Do("wait until the server is well"),
            Do("an apply has left a file: push it"),
            Run(PUSH),
            Run("terraform plan"),
        ],
        cautions: &["do not take GitLab's 500 for an outage: look whether the lock was taken away"],
        sources: &[
            Source::Recording("http/lock_statuses_retried"),
            Source::Recording("http/gitlab_force_unlocked_during_apply"),
            Source::Recording("http/save_503_twice_then_ok"),
        ],
        see: &["HTTP error: …", "Failed to save state"],
        ..CODE
    },
    Topic {
        name: "NotFound of HTTP",
        also: &["NoContent", "HTTP 404", "HTTP 204"],
        http: &[Status::NotFound, Status::NoContent],
        means: "404 or 204 of an HTTP state server. To a read it means that there is no state, and \
            the command goes on without one, silently. To a lock and an unlock it is an error.",
        when: "Nothing was saved yet, somebody deleted the state, or what answers is not the \
            server: a wrong address, a proxy, a restart. A plan then creates everything anew.",
        advice: &[
            Do("stop where a plan creates what exists, and look what is there"),
            Run("terraform state pull"),
            Do("the state is gone: bring a copy back, or import"),
            Run("terraform import ADDRESS ID"),
        ],
        cautions: &[
            "do not approve a plan that creates all that exists: at its save it puts back what it \
             has not read, and its own work is in no state",
        ],
        sources: &[
            Source::Recording("http/get_404_in_apply"),
            Source::Recording("http/state_deleted"),
        ],
        see: &["state_lost", "orphaned_object"],
        ..CODE
    },
];
