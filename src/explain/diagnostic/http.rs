//! Lines of the http backend, and of what it has not.

use crate::explain::topic::Advice::{Do, Run};
use crate::explain::topic::{LINE, Source, Topic};
use crate::terraform::backend::http::{GITLAB_UNLOCK, UNLOCK};
use crate::verdict::advice::PUSH;

pub(super) const TOPICS: &[Topic] = &[
    Topic {
        name: "HTTP remote state already locked",
        also: &["HTTP remote state already locked: ID="],
        lines: &["HTTP remote state already locked, failed to unmarshal body"],
        means: "The server answered 409 or 423 to the lock: it is held. The holder's ID stands \
            behind `ID=`, and nowhere else: the block \"Lock Info\" below it is that of the command \
            that was refused. Where the server's answer can't be read, not even the ID is known.",
        when: "Somebody holds the lock. Or nobody does: where only the answer to the lock's request \
            was lost, Terraform sends it again, and the second request meets the lock that the \
            first one took. Then the ID in the message is the one of the block: the command's own.",
        advice: &[
            Do("compare the ID in the message with the one under \"Lock Info\""),
            Do("they are the same: the lock is this command's own ghost, and nobody has it"),
            Do("they differ: ask who started a command with the ID in the message; alive, wait"),
            Do("it is a ghost, or the holder is dead: any ID frees it"),
            Run("terraform force-unlock <LOCK_ID>"),
            Run("terraform plan"),
        ],
        cautions: &[
            "do not look for the holder in the block: it shows who asks",
            "do not take force-unlock's success for a match: it sends no ID, and frees any lock",
        ],
        sources: &[
            Source::Recording("http/gitlab_lock_answer_lost_once"),
            Source::Recording("http/partition_before_final_save"),
            Source::Code("internal/backend/remote-state/http/client.go"),
        ],
        see: &[
            "Error acquiring the state lock",
            "orphaned_lock",
            "force-unlock",
        ],
        ..LINE
    },
    Topic {
        name: "HTTP error: …",
        means: "The server refused a save, with the status that stands there. Nothing was stored, \
            or nothing that this command knows of.",
        when: "409: the ID is not that of the lock, which somebody took away. 422 of GitLab: the \
            serial was stored before, perhaps by the first attempt of this very save, whose answer \
            was lost. \"giving up after 3 attempt(s)\": 429, 5xx or a lost connection, to the end.",
        advice: &[
            Do("look whether the state is there all the same"),
            Run("terraform state pull"),
            Do("it is not: push the file that was left"),
            Run(PUSH),
            Run("terraform plan"),
        ],
        cautions: &["do not delete errored.tfstate before plan shows no changes"],
        sources: &[
            Source::Recording("http/gitlab_answer_lost_once"),
            Source::Recording("http/force_unlocked_and_other_applies"),
        ],
        see: &["Failed to save state", "errored.tfstate", "Conflict"],
        ..LINE
    },
    Topic {
        name: "Unexpected HTTP response code …",
        lines: &[
            "HTTP remote state endpoint requires auth",
            "HTTP remote state endpoint invalid auth",
            "Failed to get state: …",
            "Failed to lock: …",
            "Failed to unlock: …",
            "giving up after … attempt(s)",
        ],
        means: "The server refused to read, to lock or to unlock, or gave no answer. A lock and an \
            unlock succeed with 200 only; a read also with 204 and 404, which mean that there is no \
            state. 429 and 5xx but 501 were repeated before this was said, and so were lost \
            connections.",
        when: "The credentials are wrong or have expired (401, 403), the server is down (5xx), the \
            network is gone (\"giving up after 3 attempt(s)\"), or, at an unlock with 409, the lock is \
            another one or is not there.",
        advice: &[
            Do("mend the credentials or the network, and type the command again"),
            Run("terraform plan"),
            Do("the lock is still held, and its command has ended: free it"),
            Run("terraform force-unlock <LOCK_ID>"),
        ],
        cautions: &[
            "do not take a read that says \"no state\" for the truth where you know better: an apply \
             then would create all anew",
        ],
        sources: &[
            Source::Recording("http/reads_lost_forever"),
            Source::Recording("http/unlock_answer_lost_once"),
            Source::Recording("http/lock_statuses_retried"),
        ],
        see: &[
            "Error releasing the state lock",
            "Error acquiring the state lock",
        ],
        ..LINE
    },
    Topic {
        name: "workspaces not supported",
        means: "The backend has one state, and no workspaces.",
        when: "A `workspace` command with the http backend. Nothing was asked of the server.",
        advice: &[Do("give each environment an address of its own")],
        cautions: &["do not take it for a lost state: nothing has changed"],
        sources: &[Source::Recording("http/commands_tour")],
        see: &["No state file was found!"],
        ..LINE
    },
    Topic {
        name: "curl: (…)",
        also: &["curl error"],
        means: "`curl` could not talk to the server. Where the server answered, with whatever \
            status, it says nothing and ends with 0, unless `--fail` is given.",
        when: "The network is gone, or nobody listens at the address.",
        advice: &[
            Do("look whether the lock is free: a second `curl` says so"),
            Run(UNLOCK),
            Run(GITLAB_UNLOCK),
            Run("terraform plan"),
        ],
        cautions: &["do not take exit 0 for success: look at the status with `-i`"],
        sources: &[Source::Own],
        see: &["force-unlock"],
        ..LINE
    },
];
